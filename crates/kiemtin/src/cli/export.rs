//! `kiemtin export`: the open data of a desk, in a folder.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::bar::steps;
use super::say;
use super::table::table;
use crate::app::clock::{Clock as _, SystemClock};
use crate::app::folder::Folder;
use crate::app::read_store;
use crate::config::Place;
use crate::open_data::{self, Format, Package};

/// Write the open data into a new folder: what readers may see, as files for programs. Changes
/// nothing; a desk that is served writes the same every night and shows it at /data.
#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    place: Place,
    /// The folder to write. It must not be there yet.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// In which form.
    #[arg(long, value_enum, default_value_t = Form::All)]
    format: Form,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// For spreadsheets.
    Csv,
    /// JSON lines, without loss.
    Jsonl,
    /// Columns, for questions about many rows.
    Parquet,
    /// All three.
    All,
}

impl Export {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let folder = Folder::find(&self.place.data)?;
        let store = read_store(&self.place, &folder).await?;
        let formats: &[Format] = match self.format {
            Form::Csv => &[Format::Csv],
            Form::Jsonl => &[Format::Jsonl],
            Form::Parquet => &[Format::Parquet],
            Form::All => &Format::ALL,
        };
        let now = SystemClock.now();
        let bar = steps(0, "exporting");
        let show = |it: open_data::Progress| {
            bar.set_length(it.all.unsigned_abs());
            bar.set_position(it.done.unsigned_abs());
        };
        let written = open_data::write(&store, &self.to, formats, &now.iso_date(), now, show).await;
        bar.finish_and_clear();
        self.tell(&written?);
        Ok(())
    }

    fn tell(&self, package: &Package) {
        let files = &package.resources;
        if self.json {
            let file = |it: &open_data::File| json!({ "file": it.path, "rows": it.rows, "bytes": it.bytes, "sha256": it.sha256() });
            let files: Vec<_> = files.iter().map(file).collect();
            say!("{}", json!({ "folder": self.to, "day": package.version, "files": files }));
            return;
        }
        let row =
            |it: &open_data::File| vec![it.path.clone(), it.rows.to_string(), it.bytes.to_string()];
        let rows: Vec<_> = files.iter().map(row).collect();
        say!("{}", table(&["file", "rows", "bytes"], &[30; 3], &rows).trim_end());
        say!("check them with: cd {} && sha256sum -c SHA256SUMS", self.to.display());
    }
}
