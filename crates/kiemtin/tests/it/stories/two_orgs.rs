//! From a tip to a published answer, in two organisations; and what stands in nobody's way but
//! the rules.
#![expect(clippy::unwrap_used, reason = "a story that stops is a failed test")]

use kiemtin_core::permission::Role;
use kiemtin_core::receipt::Receipt;
use kiemtin_store::receipts::Outcome;

use crate::helper::people::{Browser, Desk};

const TIP: &str = "Nghe nói ăn tỏi sống mỗi ngày thì khỏi lo bị lây virus corona, có đúng không ạ";

/// Two organisations, each with an editor and a checker, and a case that is being verified.
pub(super) struct Story {
    pub(super) desk: Desk,
    pub(super) health: Browser,
    pub(super) press: Browser,
    pub(super) press_editor: Browser,
    pub(super) case: String,
    receipt: Receipt,
}

impl Story {
    pub(super) async fn begins() -> Self {
        let desk = Desk::new().await;
        let (health, press) = (desk.org("health").await, desk.org("press").await);
        let health = desk.signed_in("hoa", health, Role::Checker).await;
        let mut press_editor = desk.signed_in("phong", press, Role::Editor).await;
        let press_checker = desk.signed_in("phuc", press, Role::Checker).await;
        let (group, receipt) = desk.tip(TIP).await;
        let case = words_a_claim(&desk, &mut press_editor, &group.to_string()).await;
        Self { desk, health, press: press_checker, press_editor, case, receipt }
    }

    /// As far as both opinions, with two sources that are kept.
    pub(super) async fn with_opinions_and_evidence() -> Self {
        let mut story = Self::begins().await;
        story.asks().await;
        gives_opinion(&story.desk, &mut story.health, &story.case, "No study shows it").await;
        gives_opinion(&story.desk, &mut story.press, &story.case, "Only a kitchen habit").await;
        for (who, url) in [(0, "https://www.who.int/a"), (1, "https://www.cdc.gov/b")] {
            let browser = if who == 0 { &mut story.health } else { &mut story.press };
            brings_evidence(&story.desk, browser, &story.case, url).await;
            story.desk.capture().await;
        }
        story.step("reply", &[("state", "not_asked"), ("why", "no_source")]).await;
        story
    }

    /// As far as a draft that waits for signatures.
    pub(super) async fn in_review() -> Self {
        let mut story = Self::with_opinions_and_evidence().await;
        story.step("step/draft", &[]).await;
        drafts(&story.desk, &mut story.press_editor, &story.case).await;
        story.step("step/submit", &[]).await;
        story
    }

    pub(super) async fn step(&mut self, action: &str, more: &[(&str, &str)]) {
        let version = self.desk.version(&self.case).await;
        let fields = [&[("version", version.as_str())], more].concat();
        let path = format!("/desk/cases/{}/{action}", self.case);
        let answer = self.press_editor.post(&self.desk, &path, &fields).await;
        answer.location();
    }

    pub(super) async fn asks(&mut self) {
        self.step("step/take", &[]).await;
        let page = self.press_editor.get(&self.desk, &self.page("/ask")).await;
        let orgs: Vec<&str> = page.body.split("name=\"org\" value=\"").skip(1).collect();
        let orgs: Vec<&str> = orgs.iter().map(|it| it.split('"').next().unwrap()).collect();
        assert_eq!(orgs.len(), 2);
        let due = page.hidden("due");
        let more =
            [("question", "Does garlic help?"), ("due", &due), ("org", orgs[0]), ("org", orgs[1])];
        self.step("ask", &more).await;
    }

    pub(super) fn page(&self, rest: &str) -> String {
        format!("/desk/cases/{}{rest}", self.case)
    }
}

pub(super) async fn words_a_claim(desk: &Desk, editor: &mut Browser, group: &str) -> String {
    editor.get(desk, "/desk").await.is(200).says("khỏi lo bị lây");
    let path = format!("/desk/claims/new?group={group}");
    editor.get(desk, &path).await.is(200).says("khỏi lo bị lây");
    let fields = [
        ("group", group),
        ("claim_vi", "Ăn tỏi phòng được COVID-19."),
        ("claim_en", "Eating garlic prevents COVID-19."),
        ("lang", "vi"),
        ("topic", "epidemic"),
        ("outlet", "zalo"),
        ("variants_vi", "Uống nước tỏi là khỏi lo lây COVID."),
    ];
    editor.post(desk, "/desk/claims", &fields).await.id()
}

pub(super) async fn gives_opinion(desk: &Desk, who: &mut Browser, case: &str, text: &str) {
    let path = format!("/desk/cases/{case}/opinion");
    who.get(desk, &path).await.is(200).says("Does garlic help?");
    let fields = [("rating", "false"), ("text", text), ("no_interest", "yes")];
    who.post(desk, &path, &fields).await.location();
}

pub(super) async fn brings_evidence(desk: &Desk, who: &mut Browser, case: &str, url: &str) {
    let fields = [
        ("stance", "against"),
        ("url", url),
        ("publisher", "A health body"),
        ("title", "Garlic"),
        ("note_en", "There is no evidence."),
        ("note_vi", "Không có bằng chứng."),
        ("source_kind", "secondary"),
        ("quote_en", "There is no evidence that eating garlic protects people."),
    ];
    who.post(desk, &format!("/desk/cases/{case}/evidence"), &fields).await.location();
}

pub(super) const DRAFT: [(&str, &str); 10] = [
    ("claim_vi", "Ăn tỏi phòng được COVID-19."),
    ("claim_en", "Eating garlic prevents COVID-19."),
    ("rating", "false"),
    ("answer_vi", "Không."),
    ("answer_en", "No, it does not."),
    ("body_vi", "Tỏi là thực phẩm."),
    ("body_en", "Garlic is food.\n\nIt is no medicine."),
    ("why_vi", "Nhiều người hỏi."),
    ("why_en", "Many ask."),
    ("do", "save"),
];

pub(super) async fn drafts(desk: &Desk, editor: &mut Browser, case: &str) {
    let path = format!("/desk/cases/{case}/draft");
    let hash = editor.get(desk, &path).await.is(200).hidden("hash");
    let fields = [&DRAFT[..], &[("hash", &hash)]].concat();
    editor.post(desk, &path, &fields).await.location();
}

pub(super) async fn signs(story: &Desk, who: &mut Browser, case: &str) -> String {
    let page = who.get(story, &format!("/desk/cases/{case}/sign")).await;
    let hash = page.is(200).hidden("hash");
    let path = format!("/desk/cases/{case}/signature");
    who.post(story, &path, &[("hash", &hash)]).await.location().to_owned()
}

#[tokio::test]
async fn a_tip_becomes_an_answer_that_two_organisations_signed() {
    let mut story = Story::in_review().await;
    let case = story.case.clone();
    let signing = story.page("/sign");
    let page = story.health.get(&story.desk, &signing).await;
    page.says("It is no medicine.").says("Only a kitchen habit").says("No study shows it");
    assert!(signs(&story.desk, &mut story.health, &case).await.ends_with("done=signed"));
    let page = story.press.get(&story.desk, &story.page("")).await;
    page.says("Awaiting signatures").says("One more organisation has to sign");
    assert!(signs(&story.desk, &mut story.press, &case).await.ends_with("done=published"));
    let page = story.press.get(&story.desk, &story.page("?done=published")).await;
    page.says("the answer is out").says("/en/c/1");
    assert_eq!(story.desk.answer_receipts().await, 1);
    let seen = story.desk.app.store.receipt(story.receipt.hash()).await.unwrap().unwrap();
    assert!(matches!(seen.outcome, Outcome::Answered { number: 1, .. }), "{seen:?}");
    assert_eq!(story.desk.app.store.log_entries(0, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_opinion_stays_blind_until_ones_own_is_in() {
    let mut story = Story::begins().await;
    story.asks().await;
    let case = story.case.clone();
    gives_opinion(&story.desk, &mut story.health, &case, "No study shows it").await;
    for path in ["", "/opinion"] {
        let page = story.press.get(&story.desk, &story.page(path)).await;
        page.is(200).hides("No study shows it");
    }
    story.press.get(&story.desk, &story.page("")).await.says("Org health: opinion is in");
    story.step("step/draft", &[]).await;
    let draft = story.page("/draft");
    let hash = story.press_editor.get(&story.desk, &draft).await.hidden("hash");
    let fields = [&DRAFT[..9], &[("do", "preview"), ("hash", &hash)]].concat();
    let preview = story.press_editor.post(&story.desk, &draft, &fields).await;
    preview.is(200).says("It is no medicine.").hides("No study shows it");
    gives_opinion(&story.desk, &mut story.press, &case, "Only a kitchen habit").await;
    let page = story.press.get(&story.desk, &story.page("")).await;
    page.says("No study shows it").says("Only a kitchen habit");
    let again = [("rating", "true"), ("text", "changed"), ("no_interest", "yes")];
    story.press.post(&story.desk, &story.page("/opinion"), &again).await.is(422);
}

#[tokio::test]
async fn whoever_edited_the_draft_does_not_sign_it() {
    let mut story = Story::in_review().await;
    let page = story.press_editor.get(&story.desk, &story.page("/sign")).await;
    page.says("You edited this draft").hides("Sign for my organisation");
    let hash = hash_of(&page.body);
    let path = story.page("/signature");
    let refused = story.press_editor.post(&story.desk, &path, &[("hash", &hash)]).await;
    refused.is(422).says("You edited this draft");
}

#[tokio::test]
async fn an_involved_organisation_does_not_sign_and_cannot_lift_its_own_mark() {
    let mut story = Story::in_review().await;
    let orgs = story.desk.app.store.orgs().await.unwrap();
    let health = orgs.iter().find(|it| it.name == "Org health").unwrap().id.to_string();
    let mark = [("org", health.as_str()), ("reason", "The claim is about its clinic")];
    story.press.post(&story.desk, &story.page("/involved"), &mark).await.location();
    let page = story.health.get(&story.desk, &story.page("/sign")).await;
    page.says("The claim concerns your organisation").hides("Sign for my organisation");
    let signature = [("hash", &*hash_of(&page.body))];
    story.health.post(&story.desk, &story.page("/signature"), &signature).await.is(422);
    let lift = [("org", health.as_str()), ("reason", "no longer")];
    story.health.post(&story.desk, &story.page("/uninvolved"), &lift).await.is(422);
    story.press.get(&story.desk, &story.page("")).await.says("nothing can be published");
    story.press.post(&story.desk, &story.page("/uninvolved"), &lift).await.location();
    let page = story.health.get(&story.desk, &story.page("/sign")).await;
    page.says("Sign for my organisation");
}

#[tokio::test]
async fn a_signature_is_for_the_words_that_were_read() {
    let mut story = Story::in_review().await;
    let case = story.case.clone();
    let read = story.health.get(&story.desk, &story.page("/sign")).await.hidden("hash");
    signs(&story.desk, &mut story.press, &case).await;
    story.step("step/send_back", &[("note", "Say it more plainly")]).await;
    let draft = story.page("/draft");
    let hash = story.press_editor.get(&story.desk, &draft).await.hidden("hash");
    let mut fields = [&DRAFT[..], &[("hash", hash.as_str())]].concat();
    fields[4] = ("answer_en", "No.");
    story.press_editor.post(&story.desk, &draft, &fields).await.location();
    let stale = story.press_editor.post(&story.desk, &draft, &fields).await;
    stale.is(422).says("Somebody saved another wording").says("It is no medicine.");
    story.step("step/submit", &[]).await;
    let old = story.health.post(&story.desk, &story.page("/signature"), &[("hash", &read)]).await;
    old.is(422).says("The draft was changed meanwhile");
    let page = story.press.get(&story.desk, &story.page("")).await;
    page.says("2 more organisations have to sign");
}

#[tokio::test]
async fn a_form_made_before_the_case_moved_on_is_refused() {
    let mut story = Story::begins().await;
    let version = story.desk.version(&story.case).await;
    story.step("step/take", &[]).await;
    let stale = [("version", version.as_str()), ("reason", "opinion")];
    let answer = story.press.post(&story.desk, &story.page("/step/dismiss"), &stale).await;
    answer.is(409).says("Somebody changed this meanwhile");
    story.press.get(&story.desk, &story.page("")).await.says("Open");
}

#[tokio::test]
async fn a_correction_is_signed_again_and_a_typo_touches_nothing_that_matters() {
    let mut story = Story::in_review().await;
    let case = story.case.clone();
    signs(&story.desk, &mut story.health, &case).await;
    signs(&story.desk, &mut story.press, &case).await;
    story.step("correct", &[("class", "typo")]).await;
    let draft = story.page("/draft");
    let hash = story.press_editor.get(&story.desk, &draft).await.hidden("hash");
    let more = [("class", "typo"), ("reason_en", "A slip"), ("hash", hash.as_str())];
    let mut fields = [&DRAFT[..], &more].concat();
    fields[4] = ("answer_en", "Yes, it does.");
    let refused = story.press_editor.post(&story.desk, &draft, &fields).await;
    refused.is(422).says("may not touch claim").says("Yes, it does.");
    fields[4] = DRAFT[4];
    fields[8] = ("why_en", "Very many ask.");
    story.press_editor.post(&story.desk, &draft, &fields).await.location();
    signs(&story.desk, &mut story.health, &case).await;
    assert!(signs(&story.desk, &mut story.press, &case).await.ends_with("done=published"));
    let claim = story.desk.app.store.claim_by_number(1).await.unwrap().unwrap();
    let versions = story.desk.app.store.versions(claim.id).await.unwrap();
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[0].document.content.why.en.as_deref(), Some("Very many ask."));
}

#[tokio::test]
async fn an_operator_has_no_say_in_content() {
    let story = Story::in_review().await;
    let org = story.desk.org("office").await;
    let mut operator = story.desk.signed_in("olga", org, Role::Operator).await;
    let version = story.desk.version(&story.case).await;
    let page = operator.get(&story.desk, &story.page("")).await;
    page.is(200).hides("Send back to the drafter").hides("Mark as involved");
    let waiting = operator.get(&story.desk, "/desk?tab=confirmed").await;
    waiting.is(200).hides("Not the same");
    for path in ["step/send_back", "signature", "involved", "evidence", "opinion", "draft", "merge"]
    {
        let fields = [("version", version.as_str()), ("note", "x"), ("reason", "x")];
        let answer = operator.post(&story.desk, &story.page(&format!("/{path}")), &fields).await;
        answer.is(403).says("Your role does not have this right");
    }
    let mut checker = story.press.clone();
    checker.post(&story.desk, "/desk/members/invite", &[("role", "operator")]).await.is(403);
    checker.get(&story.desk, &story.page("/draft")).await.is(403);
}

/// The hash that a page of signing shows, whether or not it can be signed.
fn hash_of(body: &str) -> String {
    let code = body.rsplit("<code>").next().unwrap();
    code.split('<').next().unwrap().to_owned()
}
