//! The open data and the statistics: what is in the files, what never is, and who agrees with them.

mod figures;
mod files;
mod nightly;
mod secrets;

use std::fs;
use std::path::{Path, PathBuf};

use kiemtin::open_data::{self, Format, Package};
use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::lang::Localised;
use kiemtin_core::rating::Rating;
use kiemtin_core::review::{Content, VersionClass};
use kiemtin_store::members::Member;
use serde_json::Value;

use crate::helper::desk::TestDesk;
use crate::helper::story::{Story, content};
use crate::helper::tools::{says_yes, tool};

/// A text that a spreadsheet would run.
const FORMULA: &str = "=HYPERLINK(\"https://a.example\",\"xem\") chữa được bệnh.";

/// A desk with something of everything: answers of which one is corrected and one withdrawn, messages
/// from several channels, a claim that waits, a contest.
async fn full_desk() -> TestDesk {
    let desk = TestDesk::new().await;
    let app = &desk.app;
    let seen = ["Nghe nói ăn tỏi sống thì không mắc COVID-19 nữa"; 7];
    send(&desk, &seen, "zalo").await;
    send(&desk, &seen[..2], "facebook").await;
    let groups = desk.sorts().await;
    desk.clock.advance(3 * 24 * 60 * 60 * 1_000);
    let garlic = desk.cast.publishes(app, &Story::garlic()).await;
    desk.cast.ties(app, groups[0], garlic.claim).await;
    let editor = editor(&desk).await;
    // About two provinces: it counts once in each.
    for code in ["01", "79"] {
        let place = UnitCode::parse(code).expect("a province");
        let added = app.store.add_claim_place(garlic.claim, place, desk.app.act(&editor));
        added.await.expect("added");
    }
    let formula = Story { claim: Localised::new(FORMULA, "+1 cures it."), ..Story::garlic() };
    let withdrawn = desk.cast.publishes(app, &formula).await;
    desk.cast.publishes(app, &Story { rating: Rating::Unproven, ..Story::lockdown() }).await;
    let corrected = Content {
        answer: Localised::new("Tỏi không phòng được COVID-19.", "Garlic does not prevent it."),
        class: VersionClass::Correction,
        reason: Localised::new("-Viết sai một chữ.", "@A word was wrong."),
        ..content(&Story::garlic())
    };
    desk.cast.corrects(app, garlic, &corrected).await;
    let retracted = Content {
        class: VersionClass::Retraction,
        reason: Localised::new("Nguồn đã sai.", "The source was wrong."),
        ..content(&formula)
    };
    desk.cast.corrects(app, withdrawn, &retracted).await;
    waits(&desk).await;
    contests(&desk).await;
    desk
}

async fn send(desk: &TestDesk, texts: &[&str], seen: &str) {
    for text in texts {
        desk.post("/vi/tip", &[("text", text), ("seen", seen)]).await.is(200);
    }
}

async fn waits(desk: &TestDesk) {
    let story = Story {
        claim: Localised::new("Mai cúp nước cả thành phố.", ""),
        ..Story::garlic()
    };
    let claim = desk.cast.begins(&desk.app, &story).await;
    let by = editor(desk).await;
    let released = desk.app.store.release(claim, desk.app.act(&by)).await;
    released.expect("released");
}

async fn editor(desk: &TestDesk) -> Member {
    let members = desk.app.store.members().await.expect("read");
    members.into_iter().find(|it| it.login == "editor").expect("there")
}

async fn contests(desk: &TestDesk) {
    let page = desk.get("/vi/c/1/contest").await.is(200);
    desk.clock.advance(4_000);
    let form = page.between("name=\"form\" value=\"", "\"").to_owned();
    let text = "Nghiên cứu được dẫn nói về hành tây chứ không nói về tỏi.";
    let form = [("form", form.as_str()), ("kind", "fact"), ("text", text)];
    desk.post("/vi/c/1/contest", &form).await.is(303);
}

/// Writes the open data of a desk beside its folder.
async fn exported(desk: &TestDesk, formats: &[Format]) -> (PathBuf, Package) {
    let folder = desk.app.folder.path().join("exported");
    let now = desk.app.now();
    let written =
        open_data::write(&desk.app.store, &folder, formats, &now.iso_date(), now, |_| {}).await;
    (folder, written.expect("written"))
}

/// The rows of a table, from its JSON lines.
fn rows(folder: &Path, table: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder.join(format!("{table}.jsonl"))).expect("read");
    text.lines().map(|it| serde_json::from_str(it).expect("a line of JSON")).collect()
}

/// What DuckDB makes of the queries over a folder, after it compared the forms with each other; none
/// where it is not installed.
fn asked(folder: &Path) -> Option<Value> {
    let python = tool("python3")?;
    let (has_duckdb, _) = says_yes(&python, &["-c", "import duckdb, jsonschema_rs"], folder);
    if !has_duckdb {
        let is_ci = std::env::var("CI").is_ok_and(|it| it == "true" || it == "1");
        assert!(!is_ci, "duckdb is not installed");
        eprintln!("SKIPPED: duckdb is not installed");
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/questions.py");
    let folder_name = folder.to_str().expect("UTF-8");
    let (agrees, words) = says_yes(&python, &[script, folder_name], folder);
    assert!(agrees, "{words}");
    Some(serde_json::from_str(&words).expect("figures"))
}
