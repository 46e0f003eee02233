//! `kiemtin source`: where texts come from by themselves, for the operator at the machine.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use kiemtin_core::ids::SourceId;
use kiemtin_core::lang::Lang;
use kiemtin_core::source::pattern::Pattern;
use kiemtin_core::source::{Kind, Stated};
use kiemtin_store::sources::{NewSource, Source};
use serde::{Deserialize, Serialize};
use url::Url;

use super::bar::spinner;
use super::table::table;
use super::{handover, say, serve};
use crate::app::App;
use crate::app::clock::{SystemClock, chance};
use crate::collect::look::{self, Seen};
use crate::collect::manners::{Manners, PATIENCE};
use crate::collect::trouble;
use crate::config::{Outside, Place};
use crate::locale;

/// Where texts come from: feeds, sitemaps, pages and folders of publishers and institutions.
///
/// `source add URL` finds the feed by itself, shows what it would take, and asks by which right and
/// for what purpose. A personal profile or post is never a source.
#[derive(Debug, Args)]
pub(super) struct SourceCommand {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    work: Work,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// Add a source: an address, or a file or folder of this machine.
    Add(Add),
    /// List all sources and how they go.
    List {
        /// One line of JSON a source.
        #[arg(long)]
        json: bool,
    },
    /// Ask a source as soon as a worker is free.
    Ask {
        /// Its address, or its id from the list.
        source: String,
    },
    /// Stop asking a source; what came from it stays.
    Stop {
        /// Its address, or its id from the list.
        source: String,
    },
    /// Take a stopped source up again.
    Resume {
        /// Its address, or its id from the list.
        source: String,
    },
}

#[derive(Debug, Args)]
struct Add {
    /// A feed, page, sitemap, list of links, or search (https://…/claims:search?query=…); or a file
    /// or folder of this machine.
    #[arg(value_name = "URL|PATH")]
    from: String,
    /// How it is read; without it that is told by what is there.
    #[arg(long, value_enum)]
    kind: Option<KindWord>,
    /// The publisher or institution, as readers know it.
    #[arg(long)]
    name: Option<String>,
    /// Under which licence or right its texts are taken: "quotation, with a link".
    #[arg(long)]
    licence: Option<String>,
    /// What it is collected for: "rumours about health".
    #[arg(long)]
    purpose: Option<String>,
    /// Which links of a list or sitemap are read: `/news/*-*.html`; `*` stays within a part of the
    /// path, `**` does not.
    #[arg(long)]
    pattern: Option<String>,
    /// Take the entries of a feed as they stand there, without reading their pages.
    #[arg(long)]
    entries_only: bool,
    /// Only show what it would take.
    #[arg(long)]
    dry_run: bool,
    /// A host:port that may be fetched from although it is not public.
    #[arg(long, env = "KIEMTIN_ALLOW_FETCH", value_name = "HOST:PORT", value_delimiter = ',')]
    allow_fetch: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum KindWord {
    Feed,
    Sitemap,
    Page,
    Listing,
    Reviews,
    Search,
}

impl KindWord {
    fn kind(self) -> Kind {
        match self {
            Self::Feed => Kind::Feed,
            Self::Sitemap => Kind::Sitemap,
            Self::Page => Kind::Page,
            Self::Listing => Kind::Listing,
            Self::Reviews => Kind::Reviews,
            Self::Search => Kind::Search,
        }
    }
}

/// What is handed to the process that holds the desk.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum SourceWork {
    Add {
        kind: String,
        location: String,
        host: Option<String>,
        name: String,
        licence: String,
        purpose: String,
        pattern: Option<String>,
        follows: bool,
    },
    List {
        json: bool,
    },
    Ask(String),
    Stop(String),
    Resume(String),
}

impl SourceCommand {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let work = match self.work {
            Work::Add(add) => match add.seen().await? {
                Some(work) => work,
                None => return Ok(()),
            },
            Work::List { json } => SourceWork::List { json },
            Work::Ask { source } => SourceWork::Ask(source),
            Work::Stop { source } => SourceWork::Stop(source),
            Work::Resume { source } => SourceWork::Resume(source),
        };
        say!("{}", handover::source(&self.place, work).await?);
        Ok(())
    }
}

impl Add {
    /// Looks at what is there, shows it, and asks what is not known yet. `None`: only shown.
    async fn seen(self) -> anyhow::Result<Option<SourceWork>> {
        let is_address = self.from.starts_with("https://") || self.from.starts_with("http://");
        let seen = if is_address { self.look().await? } else { local(Path::new(&self.from))? };
        show(&seen);
        if self.dry_run {
            return Ok(None);
        }
        let name = asked("Publisher or institution", self.name, seen.name.as_deref())?;
        let licence = asked("Licence or right", self.licence, None)?;
        let purpose = asked("Purpose", self.purpose, None)?;
        let Stated { name, licence, purpose } = Stated::parse(&name, &licence, &purpose)?;
        let pattern = self.pattern.or(seen.pattern);
        if let Some(pattern) = &pattern {
            Pattern::parse(pattern)?;
        }
        let follows = seen.follows && !self.entries_only;
        let (kind, host) = (seen.kind.code().to_owned(), seen.host);
        let location = seen.location;
        Ok(Some(SourceWork::Add { kind, location, host, name, licence, purpose, pattern, follows }))
    }

    async fn look(&self) -> anyhow::Result<Seen> {
        let outside = Outside { allow_fetch: self.allow_fetch.clone(), ..Outside::default() };
        let reach = serve::reach(serve::UNSERVED, &outside)?;
        let manners = Manners::new(reach.fetcher, std::sync::Arc::new(SystemClock), PATIENCE);
        let bar = spinner("looking at the address");
        let wanted = self.kind.map(KindWord::kind);
        let pattern = self.pattern.as_deref().map(Pattern::parse).transpose()?;
        let seen = look::look(&manners, &self.from, wanted, pattern.as_ref()).await;
        bar.finish_and_clear();
        seen.with_context(|| format!("{} cannot be a source", self.from))
    }
}

/// A file or folder as a source.
fn local(path: &Path) -> anyhow::Result<Seen> {
    let path: PathBuf =
        path.canonicalize().with_context(|| format!("cannot open {}", path.display()))?;
    let kind = if path.is_dir() { Kind::Folder } else { Kind::File };
    let location = path.to_str().context("the path has letters that are no text")?.to_owned();
    Ok(Seen {
        kind,
        location,
        host: None,
        name: None,
        pattern: None,
        follows: false,
        samples: Vec::new(),
        others: Vec::new(),
    })
}

fn show(seen: &Seen) {
    let kind = locale::text(Lang::En, &format!("source-kind-{}", seen.kind.code()));
    say!("{kind}: {}", seen.location);
    for it in &seen.samples {
        let day = it.published.map(|it| it.date(Lang::En)).unwrap_or_default();
        say!("  {day:12} {}", it.title);
    }
    if let Some(pattern) = &seen.pattern {
        say!("links are taken that match {pattern}   (--pattern for another)");
    }
    if seen.follows {
        say!("each entry is read on its own page   (--entries-only: as the feed has it)");
    }
    for (kind, url) in &seen.others {
        let kind = locale::text(Lang::En, &format!("source-kind-{}", kind.code()));
        say!("also there: {kind}: {url}");
    }
}

/// What was given, or what is typed; on anything but a terminal all must be given.
fn asked(what: &str, given: Option<String>, proposed: Option<&str>) -> anyhow::Result<String> {
    if let Some(given) = given {
        return Ok(given);
    }
    if !std::io::stdin().is_terminal() {
        let flag = match what {
            "Purpose" => "--purpose",
            "Licence or right" => "--licence",
            _ => "--name",
        };
        let proposed = proposed.filter(|_| flag == "--name");
        return proposed.map(str::to_owned).with_context(|| format!("{flag} is missing"));
    }
    let hint = proposed.map(|it| format!(" [{it}]")).unwrap_or_default();
    eprint!("{what}{hint}: ");
    std::io::stderr().flush()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let line = line.trim();
    Ok(if line.is_empty() { proposed.unwrap_or_default().to_owned() } else { line.to_owned() })
}

/// Does it on an open desk and says what came of it.
pub(super) async fn do_it(app: &App, work: SourceWork) -> anyhow::Result<String> {
    match work {
        SourceWork::Add { kind, location, host, name, licence, purpose, pattern, follows } => {
            let kind = Kind::from_code(&kind).context("no such kind of source")?;
            let stated = Stated::parse(&name, &licence, &purpose)?;
            let id = SourceId::new(app.now(), chance());
            let new = NewSource { id, kind, stated, location, host, pattern, follows };
            app.store.add_source(&new, None, app.now(), chance()).await?;
            app.reload_publishers().await?;
            Ok(format!("added {name}: it is asked by the next `collect`, or soon where one serves"))
        }
        SourceWork::List { json } => list(app, json).await,
        SourceWork::Ask(of) => {
            let source = one(app, &of).await?;
            app.store.ask_source_now(source.new.id, app.now()).await?;
            Ok(format!("{} is asked soon", source.new.stated.name))
        }
        SourceWork::Stop(of) => stop(app, &of, true).await,
        SourceWork::Resume(of) => stop(app, &of, false).await,
    }
}

async fn stop(app: &App, of: &str, stop: bool) -> anyhow::Result<String> {
    let source = one(app, of).await?;
    let name = &source.new.stated.name;
    anyhow::ensure!(
        source.ended.is_some() != stop,
        "{name} is {} already",
        if stop { "stopped" } else { "being asked" }
    );
    app.store.stop_source(source.new.id, stop, None, app.now(), chance()).await?;
    let undo = if stop { "source resume" } else { "source stop" };
    Ok(format!("{name} is {} (undo: {undo} {})", if stop { "stopped" } else { "asked again" }, of))
}

async fn one(app: &App, of: &str) -> anyhow::Result<Source> {
    let same = |it: &Source| it.new.location == of || it.new.id.to_string() == of;
    let as_kept = Url::parse(of).map(String::from).unwrap_or_default();
    let found =
        app.store.sources().await?.into_iter().find(|it| same(it) || it.new.location == as_kept);
    found.with_context(|| format!("there is no source {of}: see `kiemtin source list`"))
}

async fn list(app: &App, json: bool) -> anyhow::Result<String> {
    let sources = app.store.sources().await?;
    if json {
        let lines: Vec<String> = sources.iter().map(|it| json_of(it).to_string()).collect();
        return Ok(lines.join("\n"));
    }
    if sources.is_empty() {
        return Ok("no source yet: `kiemtin source add URL` adds one".to_owned());
    }
    let rows: Vec<Vec<String>> = sources.iter().map(row).collect();
    let heading =
        ["name", "kind", "last good", "new", "known", "not taken", "next", "state", "address"];
    Ok(table(&heading, &[24, 8, 24, 7, 7, 9, 24, 40, 90], &rows).trim_end().to_owned())
}

fn row(source: &Source) -> Vec<String> {
    let health = &source.health;
    let state = match (source.ended, &health.trouble) {
        (Some(_), _) => "stopped".to_owned(),
        (None, Some(trouble)) => trouble::words(Lang::En, trouble),
        (None, None) => "well".to_owned(),
    };
    let next = source.ended.is_none().then(|| source.next.date_time(Lang::En));
    vec![
        source.new.stated.name.clone(),
        source.new.kind.code().to_owned(),
        health.good.map(|it| it.date_time(Lang::En)).unwrap_or_default(),
        health.n_new.to_string(),
        health.n_known.to_string(),
        health.n_refused.to_string(),
        next.unwrap_or_default(),
        state,
        source.new.location.clone(),
    ]
}

fn json_of(source: &Source) -> serde_json::Value {
    let Source { new, added, ended, next, pace: _, validators: _, health, hub } = source;
    let time = |it: &kiemtin_core::time::Timestamp| it.rfc3339();
    serde_json::json!({
        "id": new.id.to_string(),
        "kind": new.kind.code(),
        "name": new.stated.name,
        "location": new.location,
        "pattern": new.pattern,
        "follows": new.follows,
        "licence": new.stated.licence,
        "purpose": new.stated.purpose,
        "added": time(added),
        "stopped": ended.as_ref().map(time),
        "next": time(next),
        "asked": health.asked.as_ref().map(time),
        "good": health.good.as_ref().map(time),
        "trouble": health.trouble,
        "new": health.n_new,
        "known": health.n_known,
        "refused": health.n_refused,
        "hub": hub.as_ref().and_then(|it| it.until.as_ref()).map(time),
    })
}
