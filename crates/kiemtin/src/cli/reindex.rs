//! `kiemtin reindex`.

use clap::Args;

use super::bar::spinner;
use super::{say, serve};
use crate::app::App;
use crate::app::folder::Folder;
use crate::config::Place;
use crate::embed::built_in;
use crate::index::Index;

/// Build the index anew. It is derived data: nothing is lost when it is deleted.
#[derive(Debug, Args)]
pub(super) struct Reindex {
    #[command(flatten)]
    place: Place,
}

impl Reindex {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        if self.place.model.is_some() {
            built_in()?;
        }
        let folder = Folder::find(&self.place.data)?;
        let lock = serve::lock(&self.place)?;
        Index::forget(&folder.index())?;
        let bar = spinner("reading every claim and group");
        let app = App::read(&self.place).await?;
        app.index.save()?;
        bar.finish_and_clear();
        let (n_claims, n_groups, n_bytes) = app.index.size();
        let mib = n_bytes as f64 / f64::from(1 << 20);
        say!("{n_claims} claims and {n_groups} groups, {mib:.1} MiB in memory");
        drop(lock);
        Ok(())
    }
}
