//! `kiemtin import`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::bar::ImportBar;
use super::{handover, say};
use crate::config::Place;
use crate::import::{Request, Summary};

/// Take messages, claims or other desks' reviews from files.
///
/// The format is told by content: JSONL, CSV, plain text (one message a line), an HTML page, a feed
/// (RSS, Atom, JSON Feed), ClaimReviews in a page, or a Data Commons DataFeed; gzipped or not. It
/// is safe to import a file twice. While a desk is being served, the work is handed to it.
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(flatten)]
    place: Place,
    /// The files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// What the items are. Without it JSONL is messages, and a DataFeed is reviews.
    #[arg(long = "as", value_enum)]
    kind: Option<What>,
    /// A host whose reviews and addresses are taken, for example reuters.com. May be repeated.
    #[arg(long = "publisher", value_name = "HOST")]
    publishers: Vec<String>,
    /// Look and count, write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print the summary as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    Messages,
    Claims,
    Reviews,
}

impl What {
    fn word(self) -> String {
        let word = match self {
            Self::Messages => "messages",
            Self::Claims => "claims",
            Self::Reviews => "reviews",
        };
        word.to_owned()
    }
}

impl Import {
    pub(super) async fn run(&self) -> anyhow::Result<ExitCode> {
        let absolute = |it: &PathBuf| {
            it.canonicalize().with_context(|| format!("cannot open {}", it.display()))
        };
        let files = self.files.iter().map(absolute).collect::<anyhow::Result<_>>()?;
        let request = Request {
            files,
            kind: self.kind.map(What::word),
            publishers: self.publishers.clone(),
            dry_run: self.dry_run,
        };
        let summary = handover::import(&self.place, request, &mut ImportBar::new()).await?;
        if self.json {
            say!("{}", serde_json::to_string(&summary)?);
        } else {
            show(&summary, self.dry_run);
        }
        Ok(if summary.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

pub(super) fn show(summary: &Summary, dry_run: bool) {
    let Summary { taken, known, refused, not_listed, problems, broken } = summary;
    let would = if dry_run { "would be taken" } else { "taken" };
    say!("{taken} {would}, {known} already known, {refused} refused");
    if 0 < *not_listed {
        say!("{not_listed} left out: their publisher is not listed (--publisher HOST lists one)");
    }
    for it in problems {
        let note = if it.note { "note" } else { "refused" };
        say!("  {}:{}: {note}: {}", it.file, it.line, it.why);
    }
    let n_shown = problems.iter().filter(|it| !it.note).count() as u64;
    if n_shown < *refused {
        say!("  … and {} more", refused - n_shown);
    }
    for it in broken {
        eprintln!("kiemtin: {}:{}: {}", it.file, it.line, it.why);
    }
}
