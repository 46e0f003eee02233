#![doc = include_str!("../README.md")]

mod act;
mod engine;
mod migrate;

// The desk and its people.
pub mod api_keys;
mod desk;
pub mod factors;
pub mod members;
pub mod notices;
pub mod organisations;
pub mod places;
pub mod provider_links;
pub mod sessions;

// What comes in.
pub mod api_calls;
pub mod bulk;
pub mod groups;
pub mod links;
pub mod messages;
pub mod pairs;
pub mod queue;
pub mod receipts;

// What is worked on.
pub mod cases;
pub mod claims;
pub mod drafts;
pub mod evidence;
pub mod looks;
pub mod meetings;
pub mod notes;
pub mod opinions;
pub mod replies;
pub mod sources;
pub mod stamps;
pub mod tasks;

// What waits for whom.
pub mod waiting;

// What goes out.
pub mod catalogue;
mod contest_panel;
pub mod contests;
pub mod log;
pub mod open_data;
pub mod policies;
pub mod reviews;
pub mod waiting_list;

// What holds it together.
mod apply;
pub mod backup;
pub mod changes;
mod checks;
pub mod events;
pub mod hubs;
pub mod jobs;
pub mod retention;
mod rule;
pub mod triage;
pub mod vectors;

#[cfg(test)]
mod plans;

pub use act::Act;
pub use checks::Check;
pub use desk::Desk;
pub use engine::{Row, StoreError, StoreResult, Tx, Value};
pub use migrate::SCHEMA_VERSION;
pub use rule::Rule;

use engine::Engine;

/// A desk's memory. Cheap to clone: all clones share the same connections.
#[derive(Clone, Debug)]
pub struct Store {
    engine: Engine,
}

impl Store {
    /// `SQLite` or `PostgreSQL`.
    pub fn engine_name(&self) -> &'static str {
        self.engine.name()
    }

    /// Begins a writing transaction, for deeds that span several nouns.
    ///
    /// # Errors
    /// The database is locked or gone.
    pub async fn begin(&self) -> StoreResult<Tx> {
        self.engine.begin().await
    }

    /// Lets the n-th statement of writing transactions from now on fail, to show what a failure
    /// leaves behind. For tests: nothing in the program calls it.
    #[doc(hidden)]
    pub fn fail_at(&self, n: i64) {
        self.engine.fail_at(n);
    }

    /// Lets the file grow no further than so many pages, as a full disk would. For tests, on SQLite.
    #[doc(hidden)]
    pub async fn limit_pages(&self, n: u32) -> StoreResult<()> {
        self.engine.limit_pages(n).await
    }

    /// Waits for running statements and closes all connections; on SQLite the write-ahead log is
    /// folded into the file.
    pub async fn close(&self) {
        self.engine.close().await;
    }
}

/// Ten bytes of chance for an id, given by the caller: the store has none of its own.
pub type Chance = [u8; 10];
