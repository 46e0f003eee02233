//! Tasks, notes, risk and owner of a case, how its sightings grew, and the sentence for readers.
#![expect(clippy::unwrap_used, reason = "a set-up that fails is a failed test")]

use kiemtin_core::permission::Role;
use kiemtin_core::time::DAY_MS;

use crate::helper::people::{Browser, Desk};

const CLAIM: [(&str, &str); 4] = [
    ("claim_vi", "Bão số 9 vào Đà Nẵng tối nay."),
    ("claim_en", "Storm 9 reaches Da Nang tonight."),
    ("lang", "vi"),
    ("topic", "disaster"),
];
const TEXT: &str = "Bão số 9 sẽ vào Đà Nẵng tối nay với gió giật cấp 17, bà con chú ý";

/// A desk with an editor, and the path of a case from a tip.
async fn case() -> (Desk, Browser, String) {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut editor = desk.signed_in("lan", org, Role::Editor).await;
    let (group, _) = desk.tip(TEXT).await;
    let group = group.to_string();
    let fields = [&CLAIM[..], &[("group", group.as_str())]].concat();
    let case = editor.post(&desk, "/desk/claims", &fields).await.id();
    (desk, editor, format!("/desk/cases/{case}"))
}

async fn version(desk: &Desk, path: &str) -> String {
    desk.version(path.rsplit('/').next().unwrap()).await
}

#[tokio::test]
async fn a_task_has_an_owner_and_a_day_and_stands_in_the_queue() {
    let (desk, mut editor, case) = case().await;
    let take = [("version", version(&desk, &case).await)];
    let take = [("version", take[0].1.as_str())];
    editor.post(&desk, &format!("{case}/step/take"), &take).await.location();
    editor.get(&desk, "/desk").await.hides(&case);
    let tasks = format!("{case}/tasks");
    let task = [("task", "Hỏi đài khí tượng"), ("owner", "me"), ("due", "2026-11-25")];
    editor.post(&desk, &tasks, &task).await.location();
    let page = editor.get(&desk, &case).await;
    page.says("Hỏi đài khí tượng").says("25 November 2026").says("Task added");
    let queue = editor.get(&desk, "/desk").await;
    queue.says(&case).says("due tomorrow");
    desk.clock.advance(3 * DAY_MS);
    editor.signs_in(&desk, "lan", "").await.location();
    editor.get(&desk, "/desk?due=late").await.says(&case).says("overdue for one day");
    editor.get(&desk, &case).await.says("<b class=\"late\">25 November 2026</b>");
    let done = [("task", page.hidden("task")), ("do", "done".to_owned())];
    let done: Vec<_> = done.iter().map(|it| (it.0, it.1.as_str())).collect();
    editor.post(&desk, &format!("{tasks}/end"), &done).await.location();
    editor.post(&desk, &format!("{tasks}/end"), &done).await.is(409);
    editor.get(&desk, &case).await.says("<s>Hỏi đài khí tượng</s>");
    editor.get(&desk, "/desk").await.hides(&case);
    for (fields, why) in [
        ([("task", ""), ("owner", "me"), ("due", "")], "Say what is to do"),
        ([("task", "x"), ("owner", "nobody"), ("due", "")], "Choose an organisation"),
        ([("task", "x"), ("owner", "me"), ("due", "tomorrow")], "year-month-day"),
    ] {
        editor.post(&desk, &tasks, &fields).await.is(422).says(why);
    }
}

#[tokio::test]
async fn notes_and_tasks_are_masked_and_never_leave_the_desk() {
    let (desk, mut editor, case) = case().await;
    let note = [("remark", "Người gửi để lại số 0912 345 678, gọi lại sau")];
    editor.post(&desk, &format!("{case}/notes"), &note).await.location();
    let task = [("task", "Gọi 0912345678"), ("owner", "me")];
    editor.post(&desk, &format!("{case}/tasks"), &task).await.location();
    let page = editor.get(&desk, &case).await;
    page.says("gọi lại sau").hides("0912").hides("345 678").says("Note added");
    let org = desk.org("health").await;
    let mut clerk = desk.signed_in("hoa", org, Role::Contributor).await;
    clerk.post(&desk, &format!("{case}/notes"), &note).await.is(403);
    clerk.get(&desk, &case).await.hides("Add a note");
    let long = "a".repeat(1_001);
    editor.post(&desk, &format!("{case}/notes"), &[("remark", &long)]).await.is(422);
}

#[tokio::test]
async fn a_case_is_given_to_an_organisation_and_its_risk_is_set() {
    let (desk, mut editor, case) = case().await;
    let health = desk.org("health").await.to_string();
    let old = version(&desk, &case).await;
    let to = [("version", old.as_str()), ("owner", health.as_str())];
    editor.post(&desk, &format!("{case}/assign"), &to).await.location();
    editor.post(&desk, &format!("{case}/assign"), &to).await.is(409);
    let page = editor.get(&desk, &case).await;
    page.says("Case assigned").says("<b>Org health</b>");
    editor.post(&desk, &format!("{case}/risk"), &[("risk", "high")]).await.location();
    let page = editor.get(&desk, &case).await;
    page.says("value=\"high\" selected").says("Risk of harm set");
    editor.get(&desk, "/desk").await.says("high risk of harm");
}

#[tokio::test]
async fn the_sightings_are_a_chart_and_the_same_as_a_table() {
    let (desk, mut editor, case) = case().await;
    let page = editor.get(&desk, &case).await;
    page.says("Sightings from 26 October 2026 to 24 November 2026: 1; most on one day: 1.")
        .says("<svg")
        .says("<rect x=\"290\" y=\"0\"");
    page.says("<tr><td>24 November 2026</td><td>1</td></tr>");
    assert_eq!(page.body.matches("<rect").count(), 1);
}

#[tokio::test]
async fn only_an_editors_released_sentence_is_seen_by_readers() {
    let (desk, mut editor, case) = case().await;
    let mut reader = Browser::english();
    let empty = reader.get(&desk, "/en/waiting").await;
    empty.is(200).says("Nothing waits for an answer now.").hides("Storm 9");
    let seen = version(&desk, &case).await;
    let seen = [("version", seen.as_str())];
    let org = desk.org("health").await;
    let mut checker = desk.signed_in("binh", org, Role::Checker).await;
    checker.post(&desk, &format!("{case}/release"), &seen).await.is(403);
    editor.post(&desk, &format!("{case}/release"), &seen).await.location();
    editor.get(&desk, &case).await.says("Readers see: waiting.").says("Org press");
    let page = reader.get(&desk, "/en/waiting").await;
    page.says("Storm 9 reaches Da Nang tonight.").says("sent in under 5 times").says(">Waiting<");
    page.hides("gió giật").hides("sent in 1").says("since today");
    // The search says so too, and a claim that was not released stays internal.
    let asked = [("q", TEXT)];
    let found = reader.post(&desk, "/en/search", &asked).await;
    found.is(200).says("No answer yet: being checked").says("Storm 9 reaches");
    editor.post(&desk, &format!("{case}/step/take"), &seen).await.location();
    let page = reader.get(&desk, "/vi/waiting").await;
    page.says("Đang được kiểm chứng").says("Nơi phụ trách: Org press").says("Bão số 9 vào Đà Nẵng");
    let why = [("reason", "Câu chưa rõ")];
    editor.post(&desk, &format!("{case}/withdraw"), &[]).await.is(422);
    editor.post(&desk, &format!("{case}/withdraw"), &why).await.location();
    editor.get(&desk, &case).await.says("Câu chưa rõ");
    reader.get(&desk, "/en/waiting").await.hides("Storm 9");
    reader.post(&desk, "/en/search", &asked).await.hides("being checked").hides("Storm 9");
}

#[tokio::test]
async fn private_matters_are_a_number_and_what_is_due_shows_as_overdue() {
    let (desk, mut editor, case) = case().await;
    let mut reader = Browser::english();
    for n in 1..=5 {
        let (group, _) = desk.tip(&format!("Chuyện riêng của một gia đình ở phố số {n}")).await;
        let path = format!("/desk/groups/{group}/dismiss");
        editor.post(&desk, &path, &[("reason", "private_matter")]).await.location();
        let words = if n < 5 { "under 5 private matters" } else { "5 private matters" };
        reader.get(&desk, "/en/waiting").await.says(words).hides("gia đình");
    }
    let org = desk.app.store.orgs().await.unwrap()[0].id.to_string();
    for (step, fields) in [
        ("release", vec![]),
        ("step/take", vec![]),
        ("ask", vec![("question", "Có đúng không?"), ("due", "2026-11-26"), ("org", &org)]),
    ] {
        let seen = version(&desk, &case).await;
        let fields = [&fields[..], &[("version", seen.as_str())]].concat();
        editor.post(&desk, &format!("{case}/{step}"), &fields).await.location();
    }
    reader.get(&desk, "/en/waiting").await.says(">Being checked<").hides("Overdue");
    desk.clock.advance(4 * DAY_MS);
    let page = reader.get(&desk, "/en/waiting").await;
    page.says(">Overdue<").says("for 4 days").says("Asked, and not answered in time: Org");
}
