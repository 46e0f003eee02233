//! How SQLite goes about statements over many rows: by ids and indices, never by a walk along all
//! messages that wait or along all groups for each group.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use kiemtin_core::time::Timestamp;
use uuid::Uuid;

use crate::groups::{JOIN_HEAD, JOIN_TAIL};
use crate::links::{NAMED_HEAD, NAMED_TAIL};
use crate::messages::{UNSORTED_HEAD, UNSORTED_TAIL};
use crate::retention::GONE;
use crate::{Desk, Store};

/// One line a step.
async fn plan(store: &Store, head: &str, tail: &str) -> String {
    let marks = if head == JOIN_HEAD { "(?, ?, ?), (?, ?, ?)" } else { "(?), (?)" };
    let sql = format!("explain query plan {head} {marks} {tail}");
    let rows = store.begin().await.unwrap().rows_made(sql, Vec::new()).await.unwrap();
    let steps: Vec<String> = rows.iter().map(|it| it.get("detail").unwrap()).collect();
    steps.join("\n")
}

#[tokio::test]
async fn messages_are_looked_up_by_their_ids() {
    let folder = std::env::temp_dir().join(format!("kiemtin_plans_{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let new = Desk { id: Uuid::nil(), demo: false, created_at: Timestamp::from_millis(0) };
    let store = Store::open_sqlite(&folder.join("desk.db"), new).await.unwrap();
    for (head, tail) in [(JOIN_HEAD, JOIN_TAIL), (UNSORTED_HEAD, UNSORTED_TAIL)] {
        let plan = plan(&store, head, tail).await;
        assert!(plan.contains("sqlite_autoindex_messages_1 (id=?)"), "{plan}");
        assert!(!plan.contains("messages_of_group"), "{plan}");
    }
    let plan = plan(&store, NAMED_HEAD, NAMED_TAIL).await;
    for index in ["evidence_by_url (url=?)", "messages_by_url (url=?)", "(url=?)"] {
        assert!(plan.contains(index), "an address is looked up, not searched for: {plan}");
    }
    assert!(
        !plan.contains("SCAN e") && !plan.contains("SCAN m") && !plan.contains("SCAN f"),
        "{plan}"
    );
    let sql = format!("explain query plan {GONE}");
    let rows = store.begin().await.unwrap().rows_made(sql, Vec::new()).await.unwrap();
    for row in rows {
        let step: String = row.get("detail").unwrap();
        let is_walk = step.starts_with("SCAN") && step != "SCAN g";
        assert!(!is_walk, "what is gone is asked in one walk along all groups: {step}");
    }
    store.close().await;
    std::fs::remove_dir_all(&folder).unwrap();
}
