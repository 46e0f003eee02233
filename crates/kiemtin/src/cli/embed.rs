//! `kiemtin embed`.

use std::sync::Arc;

use clap::Args;

use super::bar::steps;
use super::{say, serve};
use crate::app::App;
use crate::app::clock::SystemClock;
use crate::app::folder::Folder;
use crate::config::Place;
use crate::embed::built_in;
use crate::jobs::embed_claims::{self, Step};

/// Make the vectors of all claims now, with the model in --model.
///
/// A desk that is served with --model makes them by itself, while it matches by words alone; this is
/// for whoever wants to see it done before. It may be ended at any time and goes on where it was.
#[derive(Debug, Args)]
pub(super) struct Embed {
    #[command(flatten)]
    place: Place,
}

impl Embed {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        anyhow::ensure!(self.place.model.is_some(), "which model? Give its folder with --model");
        built_in()?;
        Folder::find(&self.place.data)?;
        let lock = serve::lock(&self.place)?;
        let app = App::open(&self.place, "", Arc::new(SystemClock), false).await?;
        app.model.needed()?;
        let n_claims = app.store.n_claims().await?;
        let bar = steps(u64::try_from(n_claims).unwrap_or(0), "making vectors");
        loop {
            match embed_claims::step(&app).await? {
                Step::Nothing => break,
                Step::Some(n) | Step::Completed(n) => bar.inc(n as u64),
            }
        }
        bar.finish_and_clear();
        app.index.follow(&app.store).await?;
        anyhow::ensure!(
            app.index.has_vectors(),
            "another node is making vectors: doctor says how far it is"
        );
        for it in app.store.models().await?.iter().take(1) {
            say!("{} of {n_claims} claims have vectors of {}", it.n_claims, it.name);
        }
        app.close().await?;
        drop(lock);
        Ok(())
    }
}
