//! What organisations bring to a case beside evidence, and what a draft lacks without it.
#![expect(clippy::unwrap_used, reason = "a story that stops is a failed test")]

use kiemtin_core::permission::Role;
use kiemtin_core::time::DAY_MS;

use super::two_orgs::{DRAFT, Story, brings_evidence, drafts, gives_opinion, signs};

const BLIND: &str = "No study shows it";

/// The public page of the first answer.
async fn answer(story: &Story, lang: &str) -> crate::helper::people::Answer {
    let mut reader = crate::helper::people::Browser::default();
    reader.get(&story.desk, &format!("/{lang}/c/1")).await
}

#[tokio::test]
async fn nobody_reads_a_blind_opinion_anywhere() {
    let mut story = Story::begins().await;
    story.asks().await;
    let case = story.case.clone();
    gives_opinion(&story.desk, &mut story.health, &case, BLIND).await;
    let claim = story.desk.app.find("Ăn tỏi phòng được COVID-19.", None, 1).await.unwrap();
    let claim = format!("/desk/claims/{}", claim[0].claim);
    let case_pages = ["", "/opinion", "/evidence", "/reply", "/meeting", "/ask", "/merge"];
    let mut pages: Vec<String> = case_pages.iter().map(|it| story.page(it)).collect();
    let others = ["", "/cases?state=verifying", "/waiting-for-me", "/search?q=study", "/members"];
    pages.extend(others.iter().map(|it| format!("/desk{it}")));
    pages.extend([claim, "/en/search?q=study".to_owned(), "/en/answers".to_owned()]);
    for path in &pages {
        let page = story.press_editor.get(&story.desk, path).await;
        page.hides(BLIND);
        assert!(!page.status.is_server_error() && page.status != 404, "{path}: {}", page.status);
    }
    // Nor in an error, in what happened, or in a draft that is not submitted yet.
    let bad = [("rating", "x"), ("text", "")];
    story.press.post(&story.desk, &story.page("/opinion"), &bad).await.is(422).hides(BLIND);
    let found = story.desk.app.store.claim_by_number(1).await.unwrap();
    assert_eq!(found, None);
    story.step("step/draft", &[]).await;
    story.press_editor.get(&story.desk, &story.page("/draft")).await.is(200).hides(BLIND);
    story.press_editor.get(&story.desk, &story.page("/sign")).await.is(422).hides(BLIND);
    let id = kiemtin_core::ids::CaseId::parse(&case).unwrap();
    let claim = story.desk.app.store.case(id).await.unwrap().unwrap().claim;
    let events = story.desk.app.store.events_of_claim(claim).await.unwrap();
    assert!(!format!("{events:?}").contains(BLIND));
    gives_opinion(&story.desk, &mut story.press, &case, "Only a kitchen habit").await;
    story.press_editor.get(&story.desk, &story.page("")).await.says(BLIND);
}

#[tokio::test]
async fn an_opinion_names_the_sources_that_it_rests_on() {
    let mut story = Story::begins().await;
    story.asks().await;
    let case = story.case.clone();
    for url in ["https://www.who.int/a", "https://www.cdc.gov/b"] {
        brings_evidence(&story.desk, &mut story.health, &case, url).await;
        story.desk.capture().await;
    }
    let form = story.press.get(&story.desk, &story.page("/opinion")).await;
    let source = form.body.split("name=\"relies_on\" value=\"").nth(1).unwrap();
    let source = source.split('"').next().unwrap();
    let fields = [
        ("rating", "mostly_false"),
        ("text", "Mostly a kitchen habit"),
        ("no_interest", "yes"),
        ("relies_on", source),
        ("relies_on", "0190b0a0-0000-7000-8000-000000000000"),
    ];
    story.press.post(&story.desk, &story.page("/opinion"), &fields).await.location();
    story.press.get(&story.desk, &story.page("")).await.says("Rests on: A health body: Garlic");
    story.step("reply", &[("state", "not_asked"), ("why", "no_source")]).await;
    story.step("step/draft", &[]).await;
    drafts(&story.desk, &mut story.press_editor, &case).await;
    story.step("step/submit", &[]).await;
    signs(&story.desk, &mut story.health, &case).await;
    signs(&story.desk, &mut story.press, &case).await;
    let page = answer(&story, "en").await;
    page.says("Rests on:")
        .says("Mostly a kitchen habit")
        .says("Org press</strong></a>: Mostly false");
}

#[tokio::test]
async fn the_right_of_reply_is_asked_of_a_body_and_published() {
    let mut story = Story::in_review().await;
    let case = story.case.clone();
    let path = story.page("/reply");
    let version = story.desk.version(&case).await;
    let form = |whom, answer, answered| {
        [
            ("version", version.as_str()),
            ("state", "asked"),
            ("whom", whom),
            ("asked", "2026-11-20"),
            ("by", "letter"),
            ("answer", answer),
            ("answered", answered),
        ]
    };
    signs(&story.desk, &mut story.health, &case).await;
    for (fields, why) in [
        (form("Ông Nguyễn Văn An", "", ""), "name of a person"),
        (form("Báo Thử 0912345678", "", ""), "personal data"),
        (form("Báo Thử", "Gọi 0912345678", "2026-11-21"), "personal data"),
        (form("Báo Thử", "Đã sửa bài", ""), "An answer has its day"),
        (form("Báo Thử", "Đã sửa bài", "2026-11-19"), "An answer has its day"),
        (form("Báo Thử", "Đã sửa bài", "2027-01-01"), "An answer has its day"),
    ] {
        let refused = story.press.post(&story.desk, &path, &fields).await;
        refused.is(422).says(why).says(fields[2].1);
    }
    let fields = form("Báo Thử", "Chúng tôi đã sửa bài.", "2026-11-21");
    story.press.post(&story.desk, &path, &fields).await.location();
    let page = story.press.get(&story.desk, &story.page("/sign")).await;
    page.says("Báo Thử was asked on 20 November 2026, by letter. It answered on 21 November 2026");
    page.says("Chúng tôi đã sửa bài.");
    assert!(signs(&story.desk, &mut story.health, &case).await.ends_with("signed"), "void before");
    signs(&story.desk, &mut story.press, &case).await;
    answer(&story, "vi").await.says("Đã hỏi Báo Thử ngày 20/11/2026").says("đã sửa bài.");
    let late = story.press.post(&story.desk, &path, &form("Báo Thử", "", "")).await;
    assert!(late.status == 409 || late.status == 422, "{}", late.status);
}

#[tokio::test]
async fn a_meeting_is_recorded_without_persons_and_its_minutes_stay_inside() {
    let mut story = Story::with_opinions_and_evidence().await;
    let case = story.case.clone();
    let path = story.page("/meeting");
    let form = story.press.get(&story.desk, &path).await;
    let orgs: Vec<&str> = form.body.split("name=\"org\" value=\"").skip(1).collect();
    let orgs: Vec<&str> = orgs.iter().map(|it| it.split('"').next().unwrap()).collect();
    let version = story.desk.version(&case).await;
    let fields = |minutes, second| {
        [
            ("version", version.as_str()),
            ("held", "2026-11-23"),
            ("org", orgs[0]),
            ("org", second),
            ("agreed_vi", "Không có nghiên cứu nào."),
            ("minutes", minutes),
        ]
    };
    let refused = story.press.post(&story.desk, &path, &fields("x", orgs[0])).await;
    refused.is(422).says("at least two organisations").says("Không có nghiên cứu nào.");
    let refused = story.press.post(&story.desk, &path, &fields("Gọi 0912345678", orgs[1])).await;
    refused.is(422).says("personal data").says("Gọi 0912345678");
    let minutes = fields("The press read all studies aloud", orgs[1]);
    story.press.post(&story.desk, &path, &minutes).await.location();
    let page = story.health.get(&story.desk, &story.page("")).await;
    page.says("Không có nghiên cứu nào.").says("read all studies aloud").says("Meeting recorded");
    let publish = page.body.split(&format!("{path}/")).nth(1);
    assert!(publish.is_none(), "a checker does not make it public");
    let page = story.press_editor.get(&story.desk, &story.page("")).await;
    let rest = page.body.split(&format!("{path}/")).nth(1).unwrap();
    let publish = format!("{path}/{}", rest.split('"').next().unwrap());
    story.press.post(&story.desk, &publish, &[("to", "public")]).await.is(403);
    story.press_editor.post(&story.desk, &publish, &[("to", "public")]).await.location();
    story.step("step/draft", &[]).await;
    drafts(&story.desk, &mut story.press_editor, &case).await;
    story.step("step/submit", &[]).await;
    signs(&story.desk, &mut story.health, &case).await;
    signs(&story.desk, &mut story.press, &case).await;
    let page = answer(&story, "vi").await;
    page.says("Điều các tổ chức đã thống nhất").says("Không có nghiên cứu nào.");
    page.hides("read all studies aloud");
}

#[tokio::test]
async fn a_draft_that_lacks_something_is_not_submitted_and_says_what() {
    let mut story = Story::begins().await;
    story.asks().await;
    let case = story.case.clone();
    for url in ["https://www.who.int/a", "https://m.who.int/b"] {
        let fields = [
            ("stance", "for"),
            ("url", url),
            ("publisher", "A health body"),
            ("title", "Garlic"),
            ("source_kind", "primary"),
            ("quote_vi", "Tỏi là một thực phẩm tốt cho sức khỏe."),
            ("note_vi", "Có."),
        ];
        story.press.post(&story.desk, &story.page("/evidence"), &fields).await.location();
        story.desk.capture().await;
    }
    story.step("step/draft", &[]).await;
    let mut fields: Vec<_> = DRAFT.to_vec();
    fields.retain(|(name, _)| !matches!(*name, "why_vi" | "why_en" | "answer_en"));
    let save = async |story: &mut Story, more: &[(&str, &str)]| {
        let draft = story.page("/draft");
        let hash = story.press_editor.get(&story.desk, &draft).await.hidden("hash");
        let all = [&fields[..], more, &[("hash", hash.as_str())]].concat();
        story.press_editor.post(&story.desk, &draft, &all).await.location();
    };
    let submit = async |story: &mut Story| {
        let version = story.desk.version(&story.case).await;
        let path = story.page("/step/submit");
        story.press_editor.post(&story.desk, &path, &[("version", &*version)]).await
    };
    save(&mut story, &[]).await;
    submit(&mut story).await.is(422);
    let lacks = [
        "why this claim was chosen",
        "the one-sentence answer",
        "a second source from another publisher",
        "a source against the claim",
        "the right of reply",
    ];
    let page = story.press_editor.get(&story.desk, &story.page("")).await;
    for it in lacks {
        page.says(it);
    }
    let more: [&[(&str, &str)]; 4] = [
        &[("why_vi", "Nhiều người hỏi.")],
        &[("answer_en", "No.")],
        &[("single_source_vi", "Chỉ nơi này có số liệu.")],
        &[("none_against", "yes")],
    ];
    for n in 1..=more.len() {
        save(&mut story, &more[..n].concat()).await;
        submit(&mut story).await.is(422);
        let page = story.press_editor.get(&story.desk, &story.page("")).await;
        page.hides(lacks[n - 1]).says(lacks[4]);
    }
    story.step("reply", &[("state", "not_asked"), ("why", "cannot_be_found")]).await;
    submit(&mut story).await.location();
    signs(&story.desk, &mut story.health, &case).await;
    signs(&story.desk, &mut story.press, &case).await;
    let page = answer(&story, "en").await;
    page.says("looked for evidence against the claim and found none");
    page.says("whoever published it cannot be found");
}

#[tokio::test]
async fn a_translation_that_no_signer_reads_says_so() {
    let mut story = Story::in_review().await;
    let case = story.case.clone();
    for who in [&mut story.health, &mut story.press] {
        who.post(&story.desk, "/desk/notices", &[]).await.is(422).says("at least one language");
        let bad = [("reads", "vi"), ("address", "not an address")];
        let refused = who.post(&story.desk, "/desk/notices", &bad).await;
        refused.is(422).says("not a mail address").says("not an address");
    }
    story.health.post(&story.desk, "/desk/notices", &[("reads", "vi")]).await.location();
    story.press.post(&story.desk, "/desk/notices", &[("reads", "vi")]).await.location();
    story.press.get(&story.desk, &story.page("/sign")).await.says("reader of: Tiếng Việt");
    signs(&story.desk, &mut story.health, &case).await;
    signs(&story.desk, &mut story.press, &case).await;
    let notice = "None of those who signed this answer reads the language";
    answer(&story, "en").await.says(notice);
    answer(&story, "vi").await.hides("bản dịch chưa được kiểm tra");
    story.step("correct", &[("class", "clarification")]).await;
    let draft = story.page("/draft");
    let hash = story.press_editor.get(&story.desk, &draft).await.hidden("hash");
    let more = [("class", "clarification"), ("reason_en", "Plainer"), ("hash", hash.as_str())];
    let fields = [&DRAFT[..], &more].concat();
    story.press_editor.post(&story.desk, &draft, &fields).await.location();
    let both = [("reads", "vi"), ("reads", "en")];
    story.press.post(&story.desk, "/desk/notices", &both).await.location();
    signs(&story.desk, &mut story.health, &case).await;
    signs(&story.desk, &mut story.press, &case).await;
    answer(&story, "en").await.hides(notice);
}

#[tokio::test]
async fn what_waits_is_counted_and_listed_for_each() {
    let mut story = Story::begins().await;
    let page = story.press.get(&story.desk, "/desk/waiting-for-me").await;
    page.is(200).says("Nothing waits for you");
    story.asks().await;
    let page = story.press.get(&story.desk, "/desk").await;
    page.says("For me <span class=\"n\">1</span>");
    let list = story.press.get(&story.desk, "/desk/waiting-for-me").await;
    list.says("asked for its opinion").says(&story.page("/opinion"));
    let operator = story.desk.org("office").await;
    let mut operator = story.desk.signed_in("olga", operator, Role::Operator).await;
    operator.get(&story.desk, "/desk/waiting-for-me").await.says("Nothing waits for you");
    let case = story.case.clone();
    gives_opinion(&story.desk, &mut story.health, &case, BLIND).await;
    story.desk.clock.advance(5 * DAY_MS);
    let org = story.desk.app.store.orgs().await.unwrap();
    let org = org.iter().find(|it| it.name == "Org press").unwrap().id;
    let mut press = story.desk.signed_in("phu", org, Role::Checker).await;
    press.get(&story.desk, "/desk/waiting-for-me").await.says("overdue");
    let page = press.get(&story.desk, &story.page("")).await;
    page.says("Asked, and not answered in time: Org press</p>");
    kiemtin::jobs::plan(&story.desk.app).await.unwrap();
    story.desk.works().await;
    press.get(&story.desk, &story.page("")).await.says("Opinion overdue");
}

#[tokio::test]
async fn an_involved_organisation_records_neither_reply_nor_meeting() {
    let mut story = Story::with_opinions_and_evidence().await;
    let orgs = story.desk.app.store.orgs().await.unwrap();
    let health = orgs.iter().find(|it| it.name == "Org health").unwrap().id.to_string();
    let mark = [("org", health.as_str()), ("reason", "The claim is about its clinic")];
    story.press.post(&story.desk, &story.page("/involved"), &mark).await.location();
    let version = story.desk.version(&story.case).await;
    let fields = [("version", &*version), ("state", "not_asked"), ("why", "safety")];
    for path in ["/reply", "/meeting"] {
        story.health.get(&story.desk, &story.page(path)).await.is(422);
        story.health.post(&story.desk, &story.page(path), &fields).await.is(422);
    }
    let page = story.health.get(&story.desk, &story.page("")).await;
    page.hides("Record a meeting").hides("Record or change");
}
