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
use super::{say, serve};
use crate::app::App;
use crate::app::clock::SystemClock;
use crate::config::{Place, Serving};
use crate::import::{Request, Summary, import};
use crate::{jobs, locale, reason, sample};

/// What the demo's readers see as its address: a name that nobody can own.
const DEMO_URL: &str = "https://kiemtin.example";
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
            false => Some(serve::listen(self.serving.listen).await?),
        };
        let lock = serve::lock(&self.place)?;
        self.serving.public_url.get_or_insert(Url::parse(DEMO_URL)?);
        let url = self.serving.public_url();
        let app = App::open(&self.place, url, Arc::new(SystemClock), true).await?;
        anyhow::ensure!(
            app.desk.demo,
            "the desk in {} is a real one: choose another folder with --data",
            self.place.data.display()
        );
        fill(&app).await?;
        show(&app).await?;
        let Some(listener) = listener else { return app.close().await };
        self.links(&app).await?;
        serve::serve(app, listener, &self.serving, lock).await
    }

    async fn links(&self, app: &App) -> anyhow::Result<()> {
        let here = format!("http://{}", self.serving.listen);
        say!("public site      {here}/vi   {here}/en");
        let orgs = app.store.orgs().await?;
        for (org, role, what) in [
            ("phong-thong-tin-mau", Role::Editor, "desk (editor) "),
            ("toa-soan-mau", Role::Checker, "desk (checker)"),
        ] {
            let org = orgs.iter().find(|it| it.slug.as_str() == org).map(|it| it.id);
            let token = app.invite(&Invitation { org, role }).await?;
            say!("{what}   {here}/desk/join/{token} (works once)");
        }
        say!("end it with Ctrl-C");
        Ok(())
    }
}

/// Loads what is not there yet: a demo that was cut off goes on where it was.
async fn fill(app: &Arc<App>) -> anyhow::Result<()> {
    let claims = sample::claims()?;
    if app.store.n_published().await? == 0 {
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
    }
    let summary = import_messages(app).await?;
    if 0 < summary.taken {
        say!("{} messages taken, {} refused", summary.taken, summary.refused);
    }
    Ok(())
}

async fn import_messages(app: &Arc<App>) -> anyhow::Result<Summary> {
    let dir = std::env::temp_dir().join(format!("kiemtin-sample-{}", std::process::id()));
    std::fs::create_dir_all(&dir).context("making a folder for the sample")?;
    let mut files = Vec::new();
    for (n, text) in sample::MESSAGES.iter().enumerate() {
        let file = dir.join(format!("sample-{}.jsonl", n + 1));
        std::fs::write(&file, text).context("writing the sample")?;
        files.push(file);
    }
    let request = Request { files, kind: None, publishers: Vec::new(), dry_run: false };
    let summary = import(app, &request, &mut ImportBar::new()).await;
    std::fs::remove_dir_all(&dir).context("removing the sample's folder")?;
    jobs::drain(app, &serve::plain_fetcher()?).await?;
    summary
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
        let why: Vec<String> = reasons.iter().map(|it| reason::words(it, group.lang)).collect();
        rows.push(vec![
            locale::percent(it.probability),
            locale::text(Lang::Vi, &format!("decision-{}", it.decision)),
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
