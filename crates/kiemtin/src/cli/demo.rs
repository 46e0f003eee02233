//! `kiemtin demo`: the main job on the bundled sample, in one command.

use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use kiemtin_core::lang::Lang;
use kiemtin_core::permission::Role;
use kiemtin_store::members::Invitation;
use url::Url;

use super::bar::{ImportBar, steps};
use super::table::table;
use super::temp_dir::TempDir;
use super::{say, serve};
use crate::app::App;
use crate::app::clock::SystemClock;
use crate::config::{Place, Serving};
use crate::import::{Request, Source, Summary, import};
use crate::{jobs, locale, reason, sample};

/// Rows of the table of what matched what.
const ROWS: i64 = 24;

/// Make a desk with the bundled sample, show what matches what, and serve it.
///
/// The sample's sources are real, but there is no network, so nothing of them is archived: the site
/// says so, and asks not to be indexed.
#[derive(Debug, Args)]
pub(super) struct Demo {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    serving: Serving,
    /// Do everything but serve.
    #[arg(long)]
    no_serve: bool,
}

impl Demo {
    pub(super) async fn run(mut self) -> anyhow::Result<()> {
        let listener = match self.no_serve {
            true => None,
            false => Some(serve::listen(&mut self.serving).await?),
        };
        let lock = serve::lock(&self.place)?;
        let (public_url, clock) = (self.serving.public_url(), Arc::new(SystemClock));
        let app = App::open(&self.place, &public_url, clock, true).await?;
        anyhow::ensure!(
            app.desk.demo,
            "the desk in {} is a real one: choose another folder with --data",
            self.place.data.display()
        );
        fill(&app).await?;
        show(&app).await?;
        let Some(listener) = listener else { return app.close().await };
        let links = self.links(&app).await?;
        serve::serve(app, listener, &self.serving, lock, &links).await
    }

    /// A link for each hand that a claim passes through: one drafts, two others sign.
    async fn links(&self, app: &App) -> anyhow::Result<String> {
        let here = self.serving.here();
        let mut links = format!("public site                {here}/vi   {here}/en\n");
        let orgs = app.store.orgs().await?;
        for (slug, role, what) in [
            (sample::OFFICE, Role::Editor, "desk, office's editor     "),
            (sample::OFFICE, Role::Checker, "desk, office's checker    "),
            (sample::NEWSROOM, Role::Checker, "desk, newsroom's checker  "),
            (sample::OFFICE, Role::Operator, "desk, operator            "),
        ] {
            let org = orgs.iter().find(|it| it.slug.as_str() == slug).map(|it| it.id);
            let token = app.invite(&Invitation { org, role }).await?;
            links += &format!("{what} {}/desk/join/{token} (works once)\n", app.public_url);
        }
        links +=
            "A browser is one member: open each link in a browser or private window of its own.";
        Ok(links + "\nend it with Ctrl-C")
    }
}

/// Loads what is not there yet: a demo that was cut off goes on where it was.
async fn fill(app: &Arc<App>) -> anyhow::Result<()> {
    let claims = sample::claims()?;
    let hosts = claims.iter().flat_map(|it| &it.evidence).filter_map(|it| {
        let host = Url::parse(&it.url).ok()?.host_str()?.trim_start_matches("www.").to_owned();
        Some((host, it.publisher.clone()))
    });
    app.store.list_publishers(&hosts.collect::<Vec<_>>()).await?;
    app.reload_publishers().await?;
    let cast = sample::cast(app).await?;
    let bar = steps(claims.len() as u64, "publishing the sample");
    for claim in &claims {
        let published = sample::publish(app, &cast, claim).await;
        published.with_context(|| format!("publishing the sample's {}", claim.key))?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    let summary = import_messages(app).await?;
    if 0 < summary.taken {
        say!("{} messages taken, {} refused", summary.taken, summary.refused);
    }
    Ok(())
}

async fn import_messages(app: &Arc<App>) -> anyhow::Result<Summary> {
    let dir = TempDir::new().context("making a folder for the sample")?;
    let mut sources = Vec::new();
    for (n, text) in sample::MESSAGES.iter().enumerate() {
        let file = dir.path().join(format!("sample-{}.jsonl", n + 1));
        std::fs::write(&file, text).context("writing the sample")?;
        sources.push(Source::File(file));
    }
    let request = Request { sources, kind: None, publishers: Vec::new(), dry_run: false };
    let summary = import(app, &request, &mut ImportBar::new()).await?;
    jobs::drain(app, &serve::plain_reach()?).await?;
    Ok(summary)
}

/// What matched what, and why: surest first.
async fn show(app: &App) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for it in app.store.best_matches(ROWS).await? {
        let (Some(group), Some(claim)) =
            (app.store.group(it.group).await?, app.store.claim(it.claim).await?)
        else {
            continue;
        };
        let reasons = reason::from_json(&it.reasons);
        let why: Vec<String> = reasons.iter().map(|it| reason::words(it, Lang::En)).collect();
        rows.push(vec![
            locale::percent(it.probability),
            locale::text(Lang::En, &format!("decision-{}", it.decision)),
            group.n_messages.to_string(),
            group.text,
            claim.number.map(|it| format!("c/{it}")).unwrap_or_default(),
            claim.text.text(group.lang).to_owned(),
            why.join("; "),
        ]);
    }
    let heading = ["sure", "decision", "n", "message", "answer", "claim", "why"];
    say!("{}", table(&heading, &[5, 8, 3, 44, 6, 44, 60], &rows));
    let [waiting, answered, confirmed, _] = app.store.queue_counts().await?;
    let n_published = app.store.n_published().await?;
    say!(
        "{n_published} answers published; {} groups of messages: {answered} answered at once, {waiting} waiting for a person",
        waiting + answered + confirmed
    );
    Ok(())
}
