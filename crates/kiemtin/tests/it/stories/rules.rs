//! What no member can do alone, however they try.
#![expect(clippy::unwrap_used, reason = "a story that stops is a failed test")]

use kiemtin_core::ids::CaseId;
use kiemtin_core::permission::Role;

use super::two_orgs::{DRAFT, Story, brings_evidence, drafts, gives_opinion, signs};
use crate::helper::people::Browser;

/// A case that somebody just worded, and its claim.
async fn another_case(story: &mut Story, text: &str) -> (String, String) {
    let fields = [("claim_vi", text), ("lang", "vi"), ("topic", "health")];
    let case = story.press_editor.post(&story.desk, "/desk/claims", &fields).await.id();
    let found = story.desk.app.store.case(CaseId::parse(&case).unwrap()).await.unwrap().unwrap();
    (case, found.claim.to_string())
}

async fn merges(story: &mut Story, who: &mut Browser, into: &str) -> crate::helper::people::Answer {
    let version = story.desk.version(&story.case).await;
    let fields = [("version", version.as_str()), ("into", into)];
    who.post(&story.desk, &story.page("/merge"), &fields).await
}

#[tokio::test]
async fn after_the_first_submission_all_opinions_are_read_and_none_is_taken() {
    let mut story = Story::with_opinions_and_evidence().await;
    let third = story.desk.org("third").await;
    let mut third = story.desk.signed_in("thu", third, Role::Checker).await;
    let case = story.case.clone();
    third.get(&story.desk, &story.page("")).await.hides("Only a kitchen habit");
    story.step("step/draft", &[]).await;
    third.get(&story.desk, &story.page("")).await.says("Give the opinion").hides("kitchen habit");
    drafts(&story.desk, &mut story.press_editor, &case).await;
    story.step("step/submit", &[]).await;
    third.get(&story.desk, &story.page("/sign")).await.says("Only a kitchen habit");
    story.step("step/send_back", &[("note", "Say it more plainly")]).await;
    let page = third.get(&story.desk, &story.page("")).await;
    page.says("no new one is taken").hides("Give the opinion");
    let late = [("rating", "false"), ("text", "I agree with them"), ("no_interest", "yes")];
    third.post(&story.desk, &story.page("/opinion"), &late).await.is(422).says("none can be blind");
}

#[tokio::test]
async fn a_published_claim_is_merged_only_into_one_whose_answer_stands() {
    let mut story = Story::in_review().await;
    let case = story.case.clone();
    signs(&story.desk, &mut story.health, &case).await;
    signs(&story.desk, &mut story.press, &case).await;
    let (_, other) = another_case(&mut story, "Uống nước gừng phòng được COVID-19.").await;
    let mut checker = story.press.clone();
    let refused = merges(&mut story, &mut checker, &other).await;
    refused.is(422).says("whose own answer stands");
    let found = story.desk.app.find("Ăn tỏi phòng được COVID-19.", None, 1).await.unwrap();
    assert!(story.desk.app.answered(found[0].claim).is_some(), "readers still find the answer");
}

#[tokio::test]
async fn an_involved_organisation_brings_evidence_and_takes_no_step() {
    let mut story = Story::with_opinions_and_evidence().await;
    let health = story.desk.app.store.orgs().await.unwrap();
    let health = health.iter().find(|it| it.name == "Org health").unwrap().id;
    let mut editor = story.desk.signed_in("hanh", health, Role::Editor).await;
    let (_, other) = another_case(&mut story, "Uống nước gừng phòng được COVID-19.").await;
    story.step("step/draft", &[]).await;
    let page = editor.get(&story.desk, &story.page("")).await;
    page.says("Write the draft").says("Submit for signature");
    let health = health.to_string();
    let mark = [("org", health.as_str()), ("reason", "The claim is about its clinic")];
    story.press.post(&story.desk, &story.page("/involved"), &mark).await.location();
    let page = editor.get(&story.desk, &story.page("")).await;
    page.says("takes no step here").hides("Write the draft").hides("Submit for signature");
    editor.get(&story.desk, &story.page("/draft")).await.is(422).says("decides nothing here");
    let fields = [&DRAFT[..], &[("hash", "")]].concat();
    editor.post(&story.desk, &story.page("/draft"), &fields).await.is(422);
    merges(&mut story, &mut editor, &other).await.is(422).says("decides nothing here");
    let case = story.case.clone();
    drafts(&story.desk, &mut story.press_editor, &case).await;
    let version = story.desk.version(&case).await;
    let step = [("version", version.as_str()), ("note", "x")];
    let submitted = editor.post(&story.desk, &story.page("/step/submit"), &step).await;
    submitted.is(422).says("decides nothing here");
    brings_evidence(&story.desk, &mut editor, &case, "https://clinic.example/a").await;

    // Its page is never archived; without the others' hand that would stop the answer for good.
    let path = story.page("/evidence/aside");
    editor.get(&story.desk, &story.page("")).await.hides(&path);
    let page = story.press_editor.get(&story.desk, &story.page("")).await;
    let id = page.says(&path).body.split(&path).nth(1).unwrap();
    let id = id.split("name=\"evidence\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let aside = |reason| [("evidence", id), ("reason", reason)];
    let refused = editor.post(&story.desk, &path, &aside("No")).await;
    refused.is(422).says("decides nothing here");
    story.press.post(&story.desk, &path, &aside("A checker")).await.is(403);
    story.press_editor.post(&story.desk, &path, &aside("")).await.is(422).says("Say why");
    let reason = "The address leads nowhere";
    story.press_editor.post(&story.desk, &path, &aside(reason)).await.location();
    let page = story.press_editor.get(&story.desk, &story.page("")).await;
    page.says("Evidence set aside").says(&format!("https://clinic.example/a: {reason}"));
    page.hides(&path);
    story.step("step/submit", &[]).await;
}

#[tokio::test]
async fn a_claim_that_is_sent_twice_is_one_case() {
    let mut story = Story::begins().await;
    let (group, _) = story.desk.tip("Uống nước gừng mỗi sáng là khỏi lo COVID phải không ạ").await;
    let path = format!("/desk/claims/new?group={group}");
    let claim = story.press_editor.get(&story.desk, &path).await.hidden("claim");
    let group = group.to_string();
    let fields = [
        ("claim", claim.as_str()),
        ("group", group.as_str()),
        ("claim_vi", "Uống nước gừng phòng được COVID-19."),
        ("lang", "vi"),
        ("topic", "health"),
    ];
    let first = story.press_editor.post(&story.desk, "/desk/claims", &fields).await.id();
    let second = story.press_editor.post(&story.desk, "/desk/claims", &fields).await.id();
    assert_eq!(first, second);
    // Another editor with a form of their own does not take the group away.
    let mut late = fields;
    late[0] = ("claim", "0190b0a0-0000-7000-8000-000000000001");
    story.press_editor.post(&story.desk, "/desk/claims", &late).await.is(409);
    assert_eq!(story.desk.app.store.n_claims().await.unwrap(), 2);
}

#[tokio::test]
async fn what_will_be_published_holds_no_personal_data() {
    let mut story = Story::with_opinions_and_evidence().await;
    let third = story.desk.org("third").await;
    let mut third = story.desk.signed_in("thu", third, Role::Checker).await;
    let opinion =
        [("rating", "false"), ("text", "Gọi chị Lan 0912 345 678 mà hỏi"), ("no_interest", "yes")];
    let refused = third.post(&story.desk, &story.page("/opinion"), &opinion).await;
    refused.is(422).says("[phone number]").says("mà hỏi");
    let evidence = [
        ("stance", "against"),
        ("url", "https://moh.gov.vn/c"),
        ("publisher", "Bộ Y tế"),
        ("title", "Tỏi"),
        ("note_vi", "Viết cho lan.anh@gmail.com"),
    ];
    let refused = third.post(&story.desk, &story.page("/evidence"), &evidence).await;
    refused.is(422).says("[e-mail address]");
    story.step("step/draft", &[]).await;
    let hash = story.press_editor.get(&story.desk, &story.page("/draft")).await.hidden("hash");
    let mut fields = [&DRAFT[..], &[("hash", hash.as_str())]].concat();
    fields[5] = ("body_vi", "Đường dây nóng 1900 9095 trả lời mọi người.");
    fields[6] = ("body_en", "Write to him: facebook.com/nguyen.van.a");
    let refused = story.press_editor.post(&story.desk, &story.page("/draft"), &fields).await;
    refused.is(422).says("[personal page]").hides("[phone number]");
    fields[6] = DRAFT[6];
    story.press_editor.post(&story.desk, &story.page("/draft"), &fields).await.location();
}

#[tokio::test]
async fn a_kept_page_opens_for_members_and_nothing_in_it_runs() {
    let mut story = Story::with_opinions_and_evidence().await;
    let page = story.health.get(&story.desk, &story.page("")).await;
    let path = page.body.split("/kept\"").next().unwrap().rsplit('"').next().unwrap();
    let path = format!("{path}/kept");
    page.says("kept page</a> 24");
    let kept = story.press.get(&story.desk, &path).await;
    kept.is(200).says("<title>");
    assert_eq!(kept.headers["content-type"], "text/plain; charset=utf-8");
    assert_eq!(kept.headers["content-security-policy"], "sandbox; default-src 'none'");
    assert_eq!(kept.headers["x-content-type-options"], "nosniff");
    assert_eq!(kept.headers["cache-control"], "no-store");
    let stranger = Browser::english().get(&story.desk, &path).await;
    assert!(stranger.location().starts_with("/desk/sign-in"));
    let case = story.case.clone();
    let twice = [
        ("stance", "against"),
        ("url", "https://www.who.int/a"),
        ("publisher", "WHO"),
        ("title", "Garlic"),
        ("note_en", "Again."),
        ("source_kind", "primary"),
        ("quote_en", "There is no evidence that eating garlic protects people."),
    ];
    let twice =
        story.press.post(&story.desk, &format!("/desk/cases/{case}/evidence"), &twice).await;
    twice.is(422).says("evidence in this case already").says("Again.");
}

#[tokio::test]
async fn further_organisations_are_asked_the_same_question() {
    let mut story = Story::begins().await;
    story.asks().await;
    let third = story.desk.org("third").await.to_string();
    story.press_editor.get(&story.desk, &story.page("")).await.says("Ask further organisations");
    let page = story.press_editor.get(&story.desk, &story.page("/ask")).await;
    page.is(200).says("Does garlic help?").says(&third).hides("name=\"due\"");
    assert_eq!(page.body.matches("name=\"org\"").count(), 1, "those asked are not offered again");
    story.step("ask", &[("org", &third)]).await;
    story.press.get(&story.desk, &story.page("")).await.says("Org third: awaited");
}

#[tokio::test]
async fn readers_see_why_a_mark_was_lifted() {
    let mut story = Story::in_review().await;
    let orgs = story.desk.app.store.orgs().await.unwrap();
    let health = orgs.iter().find(|it| it.name == "Org health").unwrap().id.to_string();
    let with = |reason: &'static str| [("org", health.clone()), ("reason", reason.to_owned())];
    for (path, reason) in
        [("/involved", "Its clinic is named"), ("/uninvolved", "It has no clinic")]
    {
        let fields = with(reason);
        let fields: Vec<_> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
        story.press.post(&story.desk, &story.page(path), &fields).await.location();
    }
    let case = story.case.clone();
    signs(&story.desk, &mut story.health, &case).await;
    signs(&story.desk, &mut story.press, &case).await;
    let page = Browser::english().get(&story.desk, "/en/c/1").await;
    page.is(200).says("Its clinic is named").says("The mark was lifted: It has no clinic");
}

#[tokio::test]
async fn an_opinion_that_is_in_stays_the_only_one() {
    let mut story = Story::begins().await;
    story.asks().await;
    let case = story.case.clone();
    gives_opinion(&story.desk, &mut story.health, &case, "No study shows it").await;
    let again = [("rating", "true"), ("text", "changed"), ("no_interest", "yes")];
    let answer = story.health.post(&story.desk, &story.page("/opinion"), &again).await;
    answer.is(422).says("opinion is in already").hides("UNIQUE");
}
