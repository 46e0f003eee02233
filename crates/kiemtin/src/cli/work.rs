//! `kiemtin work`.

use std::sync::Arc;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::{say, serve};
use crate::app::App;
use crate::app::clock::SystemClock;
use crate::config::{Place, Serving};
use crate::jobs;

/// Do jobs without serving: further nodes on one PostgreSQL database.
#[derive(Debug, Args)]
pub(super) struct Work {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    serving: Serving,
}

impl Work {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let lock = serve::lock(&self.place)?;
        let url = self.serving.public_url();
        let app = App::open(&self.place, url, Arc::new(SystemClock), false).await?;
        let fetcher = Arc::new(serve::fetcher(&app, &self.serving)?);
        let stop = CancellationToken::new();
        let working = tokio::spawn(jobs::work(app.clone(), fetcher, stop.clone()));
        say!("working; end it with Ctrl-C");
        serve::stop_signal().await;
        stop.cancel();
        working.await?;
        app.close().await?;
        drop(lock);
        Ok(())
    }
}
