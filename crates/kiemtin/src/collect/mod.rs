//! Collecting: the sources of the desk, asked politely, read, and taken in.
//!
//! The order of things: a source that is due is leased (`Store::lease_source`: one host is asked by
//! one worker), a round is made to it (`round`, `kinds`; for files of this machine `local`), every
//! request waits for its host's turn (`manners`), what is new is masked and taken in as everything
//! that comes from outside, and the round is written down with the time of the next (`core::source::schedule`).
//! `look` says what an address would be as a source; `hub` lets feeds ring.

mod articles;
pub mod hub;
mod kinds;
mod local;
pub mod look;
pub mod manners;
mod round;
mod search;
pub mod trouble;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kiemtin_core::time::Timestamp;
use kiemtin_extract::Document;
use kiemtin_store::sources::{Round, Source};
use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::fetch::{Fetched, Fetcher};
use manners::{Manners, PATIENCE, Patience};

/// Rounds under way at the same time. Most of them wait for their host's turn, which costs nothing.
const ROUNDS_MAX: usize = 128;
/// Pages that are read at the same time: reading takes a processor, and a tree of a page is many
/// times its size.
const READING_MAX: usize = 2;
/// Rounds in which a page may fail for a reason of its host before it is given up: then the entry is
/// taken as it stands.
const TRIES_MAX: u8 = 3;
/// Failing pages that are remembered.
const TRIED_MAX: usize = 20_000;
/// How often it is looked whether a source is due.
const REST: Duration = Duration::from_secs(2);

/// What collects. One a process; shared by its rounds.
#[derive(Debug)]
pub struct Collector {
    app: Arc<App>,
    manners: Manners,
    /// The operator's key for Google's Fact Check Tools.
    search_key: Option<String>,
    /// Whether hubs can call this process.
    subscribes: bool,
    reading: Semaphore,
    /// How often the page of an item failed for a reason of its host, by what the item is known by.
    tries: std::sync::Mutex<HashMap<[u8; 32], u8>>,
    /// One loop at a time: `once` beside `run` would ask each source twice.
    going: Mutex<()>,
}

/// How a process collects.
#[derive(Clone, Debug)]
pub struct Habits {
    /// How servers are asked.
    pub patience: Patience,
    /// The operator's key for Google's Fact Check Tools.
    pub search_key: Option<String>,
    /// Whether hubs can call this desk: only where it is served.
    pub subscribes: bool,
}

impl Habits {
    /// As the desk runs.
    pub fn usual(search_key: Option<String>) -> Self {
        Self { patience: PATIENCE, search_key, subscribes: false }
    }
}

impl Collector {
    /// A collector of this desk.
    pub fn new(app: Arc<App>, fetcher: Fetcher, habits: Habits) -> Self {
        let Habits { patience, search_key, subscribes } = habits;
        let manners = Manners::new(fetcher, app.clock.clone(), patience);
        let (reading, going) = (Semaphore::new(READING_MAX), Mutex::new(()));
        Self { app, manners, search_key, subscribes, reading, tries: Default::default(), going }
    }

    /// How servers are asked.
    pub fn manners(&self) -> &Manners {
        &self.manners
    }

    /// Collects until told to stop. A round that is under way then is broken off: what it took is
    /// there, and the rest is read by the next.
    pub async fn run(self: &Arc<Self>, stop: &CancellationToken) {
        let _going = self.going.lock().await;
        if let Err(err) = self.app.store.free_sources().await {
            tracing::warn!(error = %err, "Sources could not be freed: {err}");
        }
        let mut rounds = JoinSet::new();
        while !stop.is_cancelled() {
            if let Err(err) = self.begin(&mut rounds, self.app.now(), None).await {
                tracing::warn!(error = %err, "No source could be taken: {err:#}");
            }
            tokio::select! {
                Some(res) = rounds.join_next() => ended(res),
                () = tokio::time::sleep(REST) => {}
                () = stop.cancelled() => {}
            }
        }
        rounds.shutdown().await;
    }

    /// Makes a round to each source that is due, and returns when the last one is over. `each` is
    /// told of every round.
    ///
    /// # Errors
    /// The database failed.
    pub async fn once(
        self: &Arc<Self>,
        each: mpsc::UnboundedSender<(Source, Round)>,
    ) -> anyhow::Result<()> {
        let _going = self.going.lock().await;
        self.app.store.free_sources().await?;
        let mut rounds = JoinSet::new();
        // What falls due meanwhile is for the next time: this one ends.
        let due_by = self.app.now();
        loop {
            self.begin(&mut rounds, due_by, Some(&each)).await?;
            match rounds.join_next().await {
                Some(res) => ended(res),
                None => return Ok(()),
            }
        }
    }

    /// Begins rounds to sources that are due, as many as may be under way.
    async fn begin(
        self: &Arc<Self>,
        rounds: &mut JoinSet<()>,
        due_by: Timestamp,
        each: Option<&mpsc::UnboundedSender<(Source, Round)>>,
    ) -> anyhow::Result<()> {
        while rounds.len() < ROUNDS_MAX {
            let Some(source) = self.app.store.lease_source(due_by, self.app.now()).await? else {
                return Ok(());
            };
            let (this, each) = (self.clone(), each.cloned());
            rounds.spawn(async move { this.one(source, each).await });
        }
        Ok(())
    }

    async fn one(
        self: Arc<Self>,
        source: Source,
        each: Option<mpsc::UnboundedSender<(Source, Round)>>,
    ) {
        let (id, name) = (source.new.id, source.new.stated.name.clone());
        match round::go(&self, source.clone()).await {
            Ok(round) => {
                let (n_new, trouble) = (round.n_new, round.trouble.as_deref().unwrap_or_default());
                if 0 < n_new || !trouble.is_empty() {
                    tracing::info!(source.id = %id, n_new, trouble, "Collected {n_new} from {name}");
                }
                if let Some(each) = each {
                    // Whoever asked may have gone away; the round is written down all the same.
                    drop(each.send((source, round)));
                }
            }
            // Somebody else took the source meanwhile, or the lease runs out: it is asked again.
            Err(err) => {
                tracing::warn!(source.id = %id, error = %err, "A round to {name} failed: {err:#}");
            }
        }
    }

    /// What a page says; `None` for one that the reader breaks on.
    async fn document(&self, page: Fetched) -> Option<Document> {
        let now = self.app.now();
        let read = move || {
            let url = page.url.as_str();
            kiemtin_extract::page_at(&page.body, page.charset.as_deref(), Some(url), Some(now))
        };
        self.reading(read).await
    }

    /// Notes that the page of an item failed; whether that is often enough to give it up.
    fn is_given_up(&self, item: [u8; 32]) -> bool {
        let mut tries = self.tries.lock().expect("nobody panics while holding it");
        if TRIED_MAX <= tries.len() && !tries.contains_key(&item) {
            tries.clear();
        }
        let n = tries.entry(item).or_default();
        *n += 1;
        let is_given_up = TRIES_MAX <= *n;
        if is_given_up {
            tries.remove(&item);
        }
        is_given_up
    }

    /// Reads something, as many things at a time as the machine has room for; `None` where the reader
    /// breaks on it.
    async fn reading<T: Send + 'static>(
        &self,
        read: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let slot = self.reading.acquire().await.expect("the semaphore is never closed");
        let read = tokio::task::spawn_blocking(read).await;
        drop(slot);
        read.ok()
    }
}

/// A round that panicked: its lease runs out, and the source is asked again.
fn ended(res: Result<(), JoinError>) {
    if let Err(err) = res {
        tracing::error!(error = %err, "A round to a source broke off: {err}");
    }
}
