//! Makes the vectors of claims' texts, for a desk with an embedding model: of all claims once, then
//! of those that change, as the change cursor tells.
//!
//! A step is one job: what it made, how far it came and its own end are one transaction, so a worker
//! that is killed loses a step and nothing else. Only nodes with a model take this job. A model that
//! is new to the desk begins from the start; the vectors of the one before stay until it is through.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kiemtin_core::ids::ClaimId;
use kiemtin_core::vectors::Vector;
use kiemtin_store::changes::Changed;
use kiemtin_store::jobs::{LEASE_MS, Leased, NewJob};
use kiemtin_store::vectors::{EMBED_CLAIMS, Progress};
use kiemtin_store::{StoreError, StoreResult};

use super::fresh;
use crate::app::App;
use crate::embed::Model;
use crate::index::vectors::{row, texts, vectors_of};

/// Claims that one step reads.
const CLAIMS_AT_ONCE: usize = 64;
/// Claims between two looks at the clock: most have two or three texts.
const CLAIMS_TOGETHER: usize = 16;
/// When a step ends: a large model takes half a second a text, and the job is leased for a minute.
const STEP: Duration = Duration::from_secs(10);
const _: () = assert!(STEP.as_millis() < LEASE_MS as u128 / 2);

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is nothing to do, or another node does it.
    Nothing,
    /// So many claims were looked at.
    Some(usize),
    /// The same, and with them all claims were gone through for the first time.
    Completed(usize),
}

/// Does one step.
///
/// # Errors
/// The database or the model failed; the step is done again.
pub async fn step(app: &Arc<App>) -> anyhow::Result<Step> {
    let Some(model) = app.model.model() else { return Ok(Step::Nothing) };
    let Some(progress) = app.store.vectors_progress(model.hash()).await? else {
        return Ok(Step::Nothing); // A newer model took its place on another node.
    };
    if progress.filled_to.is_none() && progress.cursor == app.store.change_cursor().await? {
        return Ok(Step::Nothing);
    }
    let job = NewJob {
        name: EMBED_CLAIMS,
        payload: "null".to_owned(),
        run_at: app.now(),
        unique_key: Some(EMBED_CLAIMS.to_owned()),
    };
    app.store.add_job(&job, fresh()).await?;
    let Some(job) = app.store.lease_job_named(EMBED_CLAIMS, app.now()).await? else {
        return Ok(Step::Nothing);
    };
    match work(app, model, &job, progress).await {
        Ok(step) => Ok(step),
        Err(err) if matches!(err.downcast_ref(), Some(StoreError::Stale)) => Ok(Step::Nothing),
        Err(err) => {
            app.store.fail_job(&job, &format!("{err:#}"), app.now()).await?;
            Err(err)
        }
    }
}

async fn work(
    app: &Arc<App>,
    model: &Arc<Model>,
    job: &Leased,
    progress: Progress,
) -> anyhow::Result<Step> {
    let todo = todo(app, progress).await?;
    let (rows, n_done) = rows(app, model, &todo.claims).await?;
    let after = match n_done == todo.claims.len() {
        true => todo.all,
        false => todo.part(progress, n_done),
    };
    app.store.keep_vectors(job, model.hash(), &rows, after).await?;
    if progress.complete || !after.complete {
        return Ok(Step::Some(n_done));
    }
    let n_dropped = app.store.drop_older_models(model.hash()).await?;
    let name = model.name();
    tracing::info!(
        model.name = name,
        n_dropped,
        "The vectors of {name} are complete and take part"
    );
    Ok(Step::Completed(n_done))
}

/// What a step is to look at, in order, and how far it will have come with all of that.
struct Todo {
    claims: Vec<ClaimId>,
    /// The cursor behind the change that brought each claim.
    cursors: Vec<i64>,
    all: Progress,
}

impl Todo {
    /// How far a step came that did so many of its claims.
    fn part(&self, before: Progress, n_done: usize) -> Progress {
        let last = n_done.checked_sub(1);
        match before.filled_to {
            Some(_) => {
                let filled_to = last.map(|it| self.claims[it]).or(before.filled_to);
                Progress { filled_to, ..before }
            }
            None => {
                Progress { cursor: last.map_or(before.cursor, |it| self.cursors[it]), ..before }
            }
        }
    }
}

async fn todo(app: &App, progress: Progress) -> StoreResult<Todo> {
    if let Some(after) = progress.filled_to {
        let claims = app.store.claims_after(Some(after), CLAIMS_AT_ONCE as i64).await?;
        let claims: Vec<ClaimId> = claims.iter().map(|it| it.id).collect();
        let is_last = claims.len() < CLAIMS_AT_ONCE;
        let filled_to = if is_last { None } else { claims.last().copied() };
        let all = Progress { filled_to, complete: progress.complete || is_last, ..progress };
        return Ok(Todo { claims, cursors: Vec::new(), all });
    }
    let Some((changed, last)) = app.store.changes_after(progress.cursor).await? else {
        // No model was here for longer than changes are kept: every claim is looked at again.
        let cursor = app.store.change_cursor().await?;
        let all = Progress { cursor, filled_to: Some(ClaimId(uuid::Uuid::nil())), ..progress };
        return Ok(Todo { claims: Vec::new(), cursors: Vec::new(), all });
    };
    let mut todo = Todo {
        claims: Vec::new(),
        cursors: Vec::new(),
        all: Progress { cursor: last, ..progress },
    };
    let mut seen = HashSet::new();
    // Numbers of changes have no gaps.
    for (cursor, it) in (progress.cursor + 1..).zip(changed) {
        let Changed::Claim(id) = it else { continue };
        if todo.claims.len() == CLAIMS_AT_ONCE {
            todo.all.cursor = cursor - 1;
            break;
        }
        if seen.insert(id) {
            todo.claims.push(id);
            todo.cursors.push(cursor);
        }
    }
    Ok(todo)
}

/// The rows of claims whose texts changed, and how many claims were looked at before time was up:
/// at least one. A text that has its vector keeps it.
async fn rows(
    app: &Arc<App>,
    model: &Arc<Model>,
    claims: &[ClaimId],
) -> anyhow::Result<(HashMap<ClaimId, Vec<u8>>, usize)> {
    let begin = Instant::now();
    let (mut rows, mut n_done) = (HashMap::new(), 0);
    for some in claims.chunks(CLAIMS_TOGETHER) {
        if 0 < n_done && STEP < begin.elapsed() {
            break;
        }
        let mut old_rows = Vec::new();
        let (mut kept, mut missing) = (Vec::new(), Vec::new());
        for id in some {
            let old = app.store.vectors_of(model.hash(), *id).await?.unwrap_or_default();
            let vectors = vectors_of(&old, model.n_dims());
            let texts = match app.store.claim(*id).await? {
                Some(claim) => texts(&app.store, &claim).await?,
                None => HashMap::new(),
            };
            let (known, new): (Vec<_>, Vec<_>) =
                texts.into_iter().partition(|(hash, _)| vectors.contains_key(hash));
            let known = known.into_iter().map(|(hash, _)| (hash, vectors[&hash].clone()));
            kept.push(known.collect::<HashMap<_, Vector>>());
            let at = kept.len() - 1;
            missing.extend(new.into_iter().map(|(hash, text)| (at, hash, text)));
            old_rows.push(old);
        }
        let asked = missing.iter().map(|(_, _, text)| text.clone()).collect();
        let made = app.model.vectors(asked).await?;
        for ((at, hash, _), vector) in missing.into_iter().zip(made) {
            kept[at].insert(hash, vector);
        }
        for ((id, old), vectors) in some.iter().zip(old_rows).zip(&kept) {
            let new = row(vectors);
            if new != old {
                rows.insert(*id, new);
            }
        }
        n_done += some.len();
    }
    Ok((rows, n_done))
}
