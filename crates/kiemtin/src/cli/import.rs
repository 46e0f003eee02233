//! `kiemtin import`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use url::{Host, Url};

use super::bar::ImportBar;
use super::{handover, say};
use crate::config::Place;
use crate::import::{Request, Source, Summary};

/// Take messages, claims or other desks' reviews from files or addresses.
///
/// The format is told by content: JSONL, CSV, plain text (one message a line), an HTML page, a feed
/// (RSS, Atom, JSON Feed), ClaimReviews in a page, or a Data Commons DataFeed; gzipped or not. It
/// is safe to import a file twice. While a desk is being served, the work is handed to it.
///
/// Single lines that are refused are listed and are no failure. The exit code is 1 when a file is
/// not what it says or could not be read to its end, or when nothing of what was read is in the desk.
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(flatten)]
    place: Place,
    /// Files, and http(s) addresses of feeds or pages.
    #[arg(required = true, value_name = "FILE|URL")]
    sources: Vec<String>,
    /// What the items are. Without it JSONL is messages, and a DataFeed is reviews.
    #[arg(long = "as", value_enum)]
    kind: Option<What>,
    /// A host whose reviews and addresses are taken, for example reuters.com. May be repeated.
    #[arg(long = "publisher", value_name = "HOST", value_parser = host)]
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
        let sources = self.sources.iter().map(|it| source(it)).collect::<anyhow::Result<_>>()?;
        let request = Request {
            sources,
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
        let is_well = summary.broken.is_empty() && !summary.took_nothing();
        Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn source(typed: &str) -> anyhow::Result<Source> {
    if typed.starts_with("https://") || typed.starts_with("http://") {
        return Ok(Source::Address(typed.to_owned()));
    }
    let path = Path::new(typed).canonicalize();
    Ok(Source::File(path.with_context(|| format!("cannot open {typed}"))?))
}

/// The host of what was typed, which people copy with the rest of the address.
fn host(typed: &str) -> Result<String, String> {
    let url = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}/") };
    let host = match Url::parse(&url).ok().as_ref().and_then(Url::host) {
        Some(Host::Domain(it)) => it.trim_matches('.').to_lowercase(),
        _ => String::new(),
    };
    let host = host.strip_prefix("www.").unwrap_or(&host);
    if !host.contains('.') {
        return Err("give the host of a site, for example reuters.com".to_owned());
    }
    Ok(host.to_owned())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: Option<&str>) {
        assert_eq!(host(typed).ok().as_deref(), expected, "{typed}");
    }

    #[test]
    fn a_publisher_is_the_host_of_what_was_typed() {
        check("reuters.com", Some("reuters.com"));
        check("https://www.Reuters.com/fact-check?x=1", Some("reuters.com"));
        check("factcheck.afp.com.", Some("factcheck.afp.com"));
        check("báo.vn", Some("xn--bo-mia.vn"));
        check("com", None);
        check("", None);
        check("https://127.0.0.1/", None);
        check("two words.vn", None);
    }
}
