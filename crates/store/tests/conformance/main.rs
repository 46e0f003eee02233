//! Facts about what a desk remembers. Each runs on SQLite and, when `KIEMTIN_TEST_POSTGRES` names a
//! server (`postgres://postgres@127.0.0.1:5432/postgres`), on PostgreSQL in a database of its own.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod setting;

mod api_keys;
mod backup;
mod cases;
mod catalogue;
mod changes;
mod claims;
mod contests;
mod desk;
mod evidence;
mod factors;
mod faults;
mod groups;
mod involvement;
mod jobs;
mod links;
mod log;
mod meetings;
mod members;
mod messages;
mod open_data;
mod opinions;
mod organisations;
mod pairs;
mod pictures;
mod places;
mod policies;
mod queue;
mod races;
mod retention;
mod reviews;
mod schema;
mod sources;
mod vectors;
mod waiting;
mod waiting_list;
mod walks;

use std::io::Write as _;

/// Printed past the test runner's capture: a run on one engine must not look like one on two.
#[test]
fn engines_that_this_run_covers() {
    let engines = match setting::postgres_admin() {
        Some(_) => "SQLite and PostgreSQL",
        None => "SQLite only (KIEMTIN_TEST_POSTGRES is not set)",
    };
    writeln!(std::io::stderr(), "store conformance: {engines}").unwrap();
}
