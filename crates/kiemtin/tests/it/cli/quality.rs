//! `kiemtin quality`: what it shows before and after members decided something.
#![expect(clippy::unwrap_used, reason = "a set-up that fails is a failed test")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use kiemtin::app::App;
use kiemtin::app::clock::SystemClock;
use kiemtin::config::Place;
use kiemtin_core::ids::ClaimId;
use serde_json::{Value, json};

use crate::helper::desk::TempFolder;
use crate::helper::program::run;

/// A member says that the surest answer of the demo is wrong, and confirms the next; returns the
/// claim of the wrong one.
async fn decides(data: &Path) -> ClaimId {
    let place = Place { data: data.to_owned(), database: None, model: None };
    let app = App::open(&place, "", Arc::new(SystemClock), true).await.unwrap();
    let by = app.store.members().await.unwrap().remove(0);
    let mut best = app.store.best_matches(50).await.unwrap();
    best.retain(|it| it.decision == "answer");
    let [wrong, right] = [&best[0], &best[1]];
    app.store.untie(wrong.group, wrong.claim, app.act(&by)).await.unwrap();
    app.store.tie(right.group, right.claim, app.act(&by)).await.unwrap();
    app.close().await.unwrap();
    wrong.claim
}

#[test]
fn decisions_are_counted_and_written_out_without_persons() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    run(&data, &["quality"]).fails("there is no desk in");
    run(&data, &["demo", "--no-serve"]).works();
    run(&data, &["quality"]).works().says("Nothing has been decided at this desk yet.");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let wrong = runtime.block_on(decides(&data));

    run(&data, &["quality"]).works().says("50.0 % (1/2)").says("not known yet").says("shipped");
    let file = folder.path("pairs.jsonl");
    let name = file.to_str().unwrap();
    let ran = run(&data, &["quality", "--json", "--precision", "0.5", "--export", name]).works();
    let figures: Value = serde_json::from_str(&ran.out).unwrap();
    let answers: u64 = figures["languages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["answers"].as_u64().unwrap())
        .sum();
    assert_eq!(answers, 2);
    let worst = &figures["worst"][0];
    assert_eq!((&worst["label"], &worst["claim_id"]), (&json!("wrong"), &json!(wrong)));
    assert_ne!(worst["message"], "");

    let lines = std::fs::read_to_string(&file).unwrap();
    let pairs: Vec<Value> = lines.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let fields: Vec<&String> = pairs[0].as_object().unwrap().keys().collect();
    let known = [
        "claim",
        "claim_id",
        "decision",
        "first",
        "label",
        "lang",
        "message",
        "month",
        "probability",
        "vetoed",
    ];
    assert_eq!(fields, known, "a new field must name no person");
    assert_eq!(pairs.iter().filter(|it| it["label"] == "right").count(), 1);
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    run(&data, &["quality", "--export", name])
        .fails("pairs.jsonl is there already: choose another name");
    run(&data, &["quality", "--precision", "98"]).ends(2);
}
