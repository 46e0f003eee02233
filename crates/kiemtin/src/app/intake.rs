//! The way in for tips: many arrive at once, one transaction takes them all.
//!
//! A tip is acknowledged after the commit that holds it, never before. While one commit runs, the
//! next tips gather; so the disk is waited for once a batch and not once a tip.

use kiemtin_store::messages::Intake;
use kiemtin_store::{Store, StoreError, StoreResult};
use std::sync::Arc;
use tokio::sync::{Notify, mpsc, oneshot};

use super::clock::{Clock, chance};

/// The most tips in one transaction: about ten milliseconds of writing.
const BATCH_MAX: usize = 512;
/// Tips waiting for their commit. More than this many at once are told to come back.
const WAITING_MAX: usize = 4_096;

/// A tip and whoever waits for its commit.
type Waiting = (Intake, oneshot::Sender<StoreResult<()>>);

/// The way in. Cheap to clone.
#[derive(Clone, Debug)]
pub struct IntakeQueue(mpsc::Sender<Waiting>);

/// Why a tip was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Too many at once.
    #[error("too many tips at once: try again in a moment")]
    Busy,
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IntakeQueue {
    /// Starts the task that takes tips in; it ends when the last clone is dropped.
    pub fn start(store: Store, clock: Arc<dyn Clock>, work: Arc<Notify>) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        tokio::spawn(run(receiver, store, clock, work));
        Self(sender)
    }

    /// Takes a tip in. Returns after it is durable.
    ///
    /// # Errors
    /// It was not taken; nothing of it is kept.
    pub async fn take(&self, tip: Intake) -> Result<(), NotTaken> {
        let (acknowledge, acknowledged) = oneshot::channel();
        self.0.try_send((tip, acknowledge)).map_err(|_| NotTaken::Busy)?;
        acknowledged.await.map_err(|_| NotTaken::Busy)??;
        Ok(())
    }
}

async fn run(
    mut receiver: mpsc::Receiver<Waiting>,
    store: Store,
    clock: Arc<dyn Clock>,
    work: Arc<Notify>,
) {
    let mut batch = Vec::with_capacity(BATCH_MAX);
    while 0 < receiver.recv_many(&mut batch, BATCH_MAX).await {
        let (tips, waiting): (Vec<Intake>, Vec<_>) = batch.drain(..).unzip();
        match store.take_in(&tips, clock.now(), chance()).await {
            Ok(_) => acknowledge(waiting, || Ok(())),
            // One bad tip must not cost the others theirs: each is tried alone.
            Err(_) if 1 < tips.len() => one_by_one(&store, &*clock, tips, waiting).await,
            Err(err) => {
                tracing::error!(error = %err, "A tip could not be taken in: {err}");
                let mut err = Some(err);
                acknowledge(waiting, || Err(err.take().unwrap_or(StoreError::Locked)));
            }
        }
        work.notify_one();
    }
}

async fn one_by_one(
    store: &Store,
    clock: &dyn Clock,
    tips: Vec<Intake>,
    waiting: Vec<oneshot::Sender<StoreResult<()>>>,
) {
    for (tip, waiting) in tips.iter().zip(waiting) {
        let res = store.take_in(std::slice::from_ref(tip), clock.now(), chance()).await;
        if let Err(err) = &res {
            tracing::error!(error = %err, "A tip could not be taken in: {err}");
        }
        drop(waiting.send(res.map(drop)));
    }
}

fn acknowledge(
    waiting: Vec<oneshot::Sender<StoreResult<()>>>,
    mut res: impl FnMut() -> StoreResult<()>,
) {
    for it in waiting {
        // Whoever left meanwhile does not need to know; the tip is in.
        drop(it.send(res()));
    }
}
