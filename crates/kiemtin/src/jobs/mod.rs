//! Deeds that follow from others, one file each. A job runs at least once; its effect, which it
//! writes in one transaction together with its own end, happens exactly once.

mod answer_receipts;
mod capture_evidence;
mod cosign_log;
pub mod embed_claims;
mod erase_expired;
pub mod export_data;
pub mod look_again;
mod ping_hub;
mod remind;
mod send_notice;
mod sign_log;
mod sort_messages;
mod stamp_capture;

use std::sync::Arc;
use std::time::Duration;

use kiemtin_store::jobs::Leased;
use kiemtin_store::{
    StoreError, StoreResult, evidence, groups, log, messages, reviews, stamps, vectors,
};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::app::clock::chance;
use crate::app::model::GivenModel;
use crate::fetch::Fetcher;
use crate::log::witness::Witnesses;
use embed_claims::Step;
use ping_hub::PING_FEED;

pub use erase_expired::ERASE_EXPIRED;
pub use remind::REMIND;
use send_notice::SEND_NOTICE;

/// How long a worker rests when there is nothing to do and nobody rings: another node may have
/// added a job.
const REST: Duration = Duration::from_millis(500);
/// Pages fetched at the same time. Each may take twenty seconds.
const FETCHES_MAX: usize = 4;
/// Jobs that one transaction ends, where they can be done together.
const TOGETHER_MAX: i64 = 16;
/// How long the making of vectors rests after a failure: a full disk lasts longer than a second.
const AFTER_FAILURE: Duration = Duration::from_secs(30);
/// How often a node saves its index and looks whether erasing is planned.
const UPKEEP: Duration = Duration::from_secs(60 * 60);

/// What jobs reach outside, as the operator set it up.
#[derive(Clone, Debug)]
pub struct Reach {
    /// The guarded way to publishers' pages.
    pub fetcher: Fetcher,
    /// Those who sign the log's checkpoints too.
    pub witnesses: Witnesses,
}

impl Reach {
    /// Publishers' pages and nothing else.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn pages(fetcher: Fetcher) -> anyhow::Result<Self> {
        Ok(Self { fetcher, witnesses: Witnesses::new(Vec::new())? })
    }
}

/// Does jobs until told to stop; what is being done then is finished.
///
/// Pages are fetched, messages sorted, vectors made and the rest done side by side: sorting never
/// waits for a slow server, and an answer reaches its receipts however many tips come in.
pub async fn work(app: Arc<App>, reach: Arc<Reach>, stop: CancellationToken) {
    if let GivenModel::Broken(why) = &app.model {
        tracing::error!(error = %why, "Matching goes by words alone: {why}");
    }
    match app.store.take_over_jobs(app.now()).await {
        Ok(0) => {}
        Ok(n) => tracing::warn!(n_jobs = n, "{n} jobs had been given up: they are tried again"),
        Err(err) => tracing::error!(error = %err, "Jobs could not be taken over: {err}"),
    }
    // A witness that is new has the newest checkpoint to sign, before anything more is published.
    if !reach.witnesses.all.is_empty()
        && let Err(err) = app.store.ask_witnesses(app.now(), fresh()).await
    {
        tracing::error!(error = %err, "The witnesses could not be asked: {err}");
    }
    tokio::join!(
        keep_up(&app, &stop),
        fetch_pages(&app, &reach, &stop),
        sort_what_comes(&app, &reach, &stop),
        embed_what_changes(&app, &stop),
        look_at_sources(&app, &reach.fetcher, &stop),
        export_each_night(&app, &stop),
        send_mail(&app, &reach, &stop),
        do_the_rest(&app, &reach, &stop)
    );
}

/// What each node does for itself once an hour: other nodes erase too, and nothing erased may live
/// on in the snapshot of this one.
async fn keep_up(app: &Arc<App>, stop: &CancellationToken) {
    loop {
        if let Err(err) = plan(app).await {
            tracing::error!(error = %err, "What comes again could not be planned: {err:#}");
        }
        tokio::select! {
            () = tokio::time::sleep(UPKEEP) => {}
            () = stop.cancelled() => return,
        }
        if let Err(err) = app.tidy_index().await {
            tracing::error!(error = %err, "The index could not be tidied: {err:#}");
        }
    }
}

/// Sees to it that the jobs that come again and again wait.
///
/// # Errors
/// The database failed.
pub async fn plan(app: &App) -> anyhow::Result<()> {
    erase_expired::plan(app).await?;
    remind::plan(app).await
}

async fn fetch_pages(app: &Arc<App>, reach: &Arc<Reach>, stop: &CancellationToken) {
    let mut fetches = JoinSet::new();
    while !stop.is_cancelled() {
        if fetches.len() == FETCHES_MAX {
            ended(fetches.join_next().await);
            continue;
        }
        match next_fetch(app).await {
            Ok(Some(job)) => {
                let (app, reach) = (app.clone(), reach.clone());
                fetches.spawn(async move { run(&app, &reach, &[job]).await });
            }
            // The bell is for what is to be sorted; a page may wait half a second.
            Ok(None) => pause(stop).await,
            Err(err) => {
                tracing::warn!(error = %err, "No page could be taken: {err}");
                pause(stop).await;
            }
        }
        while let Some(res) = fetches.try_join_next() {
            ended(Some(res));
        }
    }
    while let Some(res) = fetches.join_next().await {
        ended(Some(res));
    }
}

/// What waits for somebody else's server, what members wait for first.
const FETCHES: [&str; 3] = [evidence::CAPTURE_EVIDENCE, stamps::STAMP_CAPTURE, PING_FEED];

async fn next_fetch(app: &App) -> StoreResult<Option<Leased>> {
    for name in FETCHES {
        if let Some(job) = app.store.lease_job_named(name, app.now()).await? {
            return Ok(Some(job));
        }
    }
    Ok(None)
}

/// A fetch that panicked: its lease runs out, and the job comes back.
fn ended(res: Option<Result<(), JoinError>>) {
    if let Some(Err(err)) = res {
        tracing::error!(error = %err, "Fetching a page broke off: {err}");
    }
}

async fn sort_what_comes(app: &Arc<App>, reach: &Reach, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        match app.store.lease_job_named(messages::SORT_MESSAGES, app.now()).await {
            Ok(Some(job)) => run(app, reach, &together(app, job).await).await,
            Ok(None) => rest(app, stop).await,
            Err(err) => {
                tracing::warn!(error = %err, "Nothing could be taken to be sorted: {err}");
                pause(stop).await;
            }
        }
    }
}

/// A mail server that hangs keeps nothing else waiting. A node without one leaves mail to others.
async fn send_mail(app: &Arc<App>, reach: &Reach, stop: &CancellationToken) {
    while app.mail.get().is_some() && !stop.is_cancelled() {
        match app.store.lease_job_named(SEND_NOTICE, app.now()).await {
            Ok(Some(job)) => run(app, reach, &[job]).await,
            Ok(None) => pause(stop).await,
            Err(err) => {
                tracing::warn!(error = %err, "No mail could be taken: {err}");
                pause(stop).await;
            }
        }
    }
}

/// Without a model there is nothing to make vectors with: another node may have one.
async fn embed_what_changes(app: &Arc<App>, stop: &CancellationToken) {
    while app.model.model().is_some() && !stop.is_cancelled() {
        match embed_claims::step(app).await {
            Ok(Step::Nothing | Step::Some(0)) => pause(stop).await,
            Ok(Step::Some(_) | Step::Completed(_)) => {}
            Err(err) => {
                tracing::warn!(error = %err, "Vectors could not be made: {err:#}");
                pause_after_failure(stop).await;
            }
        }
    }
}

async fn pause_after_failure(stop: &CancellationToken) {
    tokio::select! {
        () = tokio::time::sleep(AFTER_FAILURE) => {}
        () = stop.cancelled() => {}
    }
}

/// Archived sources, one at a time: nobody waits for it.
async fn look_at_sources(app: &Arc<App>, fetcher: &Fetcher, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(err) = look_again::step(app, fetcher).await {
            tracing::warn!(error = %err, "An archived source could not be looked at: {err:#}");
        }
        tokio::select! {
            () = tokio::time::sleep(look_again::PAUSE) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// The open data: nobody waits for them, and a night that fails is tried again.
async fn export_each_night(app: &Arc<App>, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            res = export_data::step(app) => {
                if let Err(err) = res {
                    tracing::warn!(error = %err, "The open data could not be written: {err:#}");
                }
            }
            // Half a release is none: the next start writes it.
            () = stop.cancelled() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(export_data::PAUSE) => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn do_the_rest(app: &Arc<App>, reach: &Reach, stop: &CancellationToken) {
    let [page, time, feed] = FETCHES;
    let others = [messages::SORT_MESSAGES, page, time, feed, vectors::EMBED_CLAIMS, SEND_NOTICE];
    while !stop.is_cancelled() {
        match app.store.lease_job_other_than(&others, app.now()).await {
            Ok(Some(job)) => run(app, reach, &[job]).await,
            // The bell is for what is to be sorted; the rest may wait half a second.
            Ok(None) => pause(stop).await,
            Err(err) => {
                tracing::warn!(error = %err, "No job could be taken: {err}");
                pause(stop).await;
            }
        }
    }
}

/// Does the jobs that are due now and returns how many: for commands that end. Vectors are made by
/// whoever stays.
///
/// # Errors
/// The database failed.
pub async fn drain(app: &Arc<App>, reach: &Reach) -> anyhow::Result<usize> {
    // What a killed process held is not waited for.
    app.store.take_over_jobs(app.now()).await?;
    let mut n_done = 0;
    let others = [vectors::EMBED_CLAIMS];
    while let Some(job) = app.store.lease_job_other_than(&others, app.now()).await? {
        let jobs = together(app, job).await;
        run(app, reach, &jobs).await;
        n_done += jobs.len();
    }
    Ok(n_done)
}

async fn pause(stop: &CancellationToken) {
    tokio::select! {
        () = tokio::time::sleep(REST) => {}
        () = stop.cancelled() => {}
    }
}

async fn rest(app: &App, stop: &CancellationToken) {
    tokio::select! {
        () = app.work.notified() => {}
        () = tokio::time::sleep(REST) => {}
        () = stop.cancelled() => {}
    }
}

/// Many tips at once bring many small jobs: they are sorted together.
async fn together(app: &App, job: Leased) -> Vec<Leased> {
    let more = match job.name.as_str() {
        messages::SORT_MESSAGES => app.store.lease_more(&job, app.now(), TOGETHER_MAX - 1).await,
        _ => Ok(Vec::new()),
    };
    let more = more.unwrap_or_else(|err| {
        tracing::warn!(error = %err, "A job goes alone, no others could be taken: {err}");
        Vec::new()
    });
    std::iter::once(job).chain(more).collect()
}

/// The one place where a job's name meets its deed. Several jobs at once only come from
/// [`together`]: their effects are one transaction.
async fn run(app: &Arc<App>, reach: &Reach, jobs: &[Leased]) {
    let Some(job) = jobs.first() else { return };
    let res = match job.name.as_str() {
        messages::SORT_MESSAGES => sort_messages::run(app, jobs).await,
        groups::ANSWER_RECEIPTS => answer_receipts::run(app, job).await,
        evidence::CAPTURE_EVIDENCE => capture_evidence::run(app, &reach.fetcher, job).await,
        stamps::STAMP_CAPTURE => stamp_capture::run(app, &reach.fetcher, job).await,
        reviews::PING_HUB => ping_hub::run(app, job).await,
        PING_FEED => ping_hub::feed(app, &reach.fetcher, job).await,
        log::SIGN_LOG => sign_log::run(app, &reach.witnesses, job).await,
        log::COSIGN_LOG => cosign_log::run(app, &reach.witnesses, job).await,
        ERASE_EXPIRED => erase_expired::run(app, job).await,
        REMIND => remind::run(app, job).await,
        SEND_NOTICE => send_notice::run(app, job).await,
        other => Err(anyhow::anyhow!("no deed is called {other}: it needs a newer version")),
    };
    let Err(err) = res else { return };
    if let Some(StoreError::Stale) = err.downcast_ref()
        && jobs.len() == 1
    {
        return; // Another worker was faster: its effect stands, ours was undone.
    }
    tracing::warn!(job.name, job.attempts, error = %err, "Job {} failed: {err:#}", job.name);
    for job in jobs {
        if let Err(err) = app.store.fail_job(job, &format!("{err:#}"), app.now()).await {
            // The lease runs out by itself, and the job comes back.
            tracing::warn!(job.name, error = %err, "Job {} could not be put back: {err}", job.name);
        }
    }
}

/// Chance for a job that follows.
fn fresh() -> kiemtin_store::Chance {
    chance()
}
