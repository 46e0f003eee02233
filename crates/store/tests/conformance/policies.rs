//! Versions of the desk's pages about itself, each with its entry in the log.

use kiemtin_core::lang::Localised;
use kiemtin_core::permission::Role;
use kiemtin_core::policy::{Edit, Facts, Policy};
use kiemtin_core::review::Salt;
use kiemtin_store::members::Member;
use kiemtin_store::{Rule, StoreResult};

use crate::setting::{Fresh, breaks, each, is_stale, refused};

const SALT: Salt = Salt([6; 32]);

fn text(word: &str) -> Edit {
    let long = format!("{word} ").repeat(100);
    Edit::Text(Policy::Privacy, Localised::new(&long, &long))
}

async fn edits(fresh: &Fresh, edit: &Edit, seen: i64, by: &Member) -> StoreResult<i64> {
    let reason = Localised::new("Nói rõ hơn.", "");
    fresh.store.edit_policy(edit, &reason, seen, fresh.act(by), SALT).await
}

#[tokio::test]
async fn each_edit_is_a_version_with_its_entry_and_none_is_lost() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let editor = &people.editor;
        assert_eq!(fresh.store.policy(Policy::Privacy).await.unwrap(), None);
        assert_eq!(edits(fresh, &text("một"), 0, editor).await.unwrap(), 1);
        assert_eq!(edits(fresh, &text("hai"), 1, editor).await.unwrap(), 2);
        is_stale(edits(fresh, &text("ba"), 1, editor).await);
        let facts = Facts { ifcn: true, ..Facts::default() };
        assert_eq!(edits(fresh, &Edit::Facts(facts.clone()), 0, editor).await.unwrap(), 1);
        let found = fresh.store.policy(Policy::Facts).await.unwrap().unwrap();
        assert_eq!(found.document.facts, Some(facts));
        let versions = fresh.store.policy_versions(Policy::Privacy).await.unwrap();
        assert_eq!(versions.iter().map(|it| it.log_idx).collect::<Vec<_>>(), [1, 0]);
        assert!(versions[1].document.text.text(kiemtin_core::lang::Lang::Vi).starts_with("một"));
        let log = fresh.store.log_entries(0, 9).await.unwrap();
        let entry: serde_json::Value = serde_json::from_str(&log[1].entry).unwrap();
        assert_eq!((&entry["kind"], &entry["id"]), (&"policy".into(), &"privacy".into()));
        assert_eq!((&entry["rev"], &entry["prev"]), (&2.into(), &0.into()));
        assert_eq!(entry["orgs"], serde_json::json!(["health"]));
        assert_eq!(entry["page_sha256"], hex::encode(versions[0].document.salted_hash(SALT)));
        assert_eq!(log.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn only_an_editor_edits_and_nobody_empties_a_page_or_is_silent() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let operator = fresh.member("operator", people.press.org, Role::Operator).await;
        refused(edits(fresh, &text("words"), 0, &people.press).await);
        refused(edits(fresh, &text("words"), 0, &operator).await);
        let empty = Edit::Text(Policy::Privacy, Localised::default());
        breaks(edits(fresh, &empty, 0, &people.editor).await, Rule::PolicyEmpty);
        let silent = Localised::default();
        let res = fresh
            .store
            .edit_policy(&text("words"), &silent, 0, fresh.act(&people.editor), SALT)
            .await;
        breaks(res, Rule::PolicyReason);
        assert_eq!(fresh.store.n_log_entries().await.unwrap(), 0);
    })
    .await;
}
