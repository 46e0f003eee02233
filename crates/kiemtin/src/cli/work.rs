//! `kiemtin work`.

use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{handover, say, serve};
use crate::app::App;
use crate::app::clock::SystemClock;
use crate::config::{Outside, Place};
use crate::jobs;

/// Do jobs without serving: further nodes on one PostgreSQL database.
#[derive(Debug, Args)]
pub(super) struct Work {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    outside: Outside,
}

impl Work {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let lock = serve::lock(&self.place)?;
        let url = self.outside.public_url.as_ref().map_or("", Url::as_str);
        let app = App::open(&self.place, url, Arc::new(SystemClock), false).await?;
        serve::set_outside(&app, &self.outside)?;
        let told = if url.is_empty() { serve::UNSERVED } else { url };
        let reach = Arc::new(serve::reach(told, &self.outside)?);
        let stop = CancellationToken::new();
        let signal = serve::stop_signal()?;
        let door = handover::open(app.clone(), stop.clone())?;
        let collecting = serve::collect(&app, &reach, &self.outside, &stop);
        let working = tokio::spawn(jobs::work(app.clone(), reach, stop.clone()));
        say!("working; end it with Ctrl-C");
        signal.await;
        stop.cancel();
        working.await.context("the worker failed")?;
        collecting.await.context("collecting failed")?;
        door.await.context("the socket failed")?;
        app.close().await?;
        drop(lock);
        Ok(())
    }
}
