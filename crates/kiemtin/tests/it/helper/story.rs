//! People and claims for tests: a claim is taken through the workflow to its published answer, as
//! the desk does it, with three organisations of which the third is involved.

use kiemtin::app::App;
use kiemtin::app::clock::chance;
use kiemtin_core::case::{Capture, DismissReason, Stance};
use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::ids::{CaseId, ClaimId, EvidenceId, GroupId, MemberId, OpinionId, OrgId};
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::organisation::{OrgKind, OrgSlug};
use kiemtin_core::permission::Role;
use kiemtin_core::rating::Rating;
use kiemtin_core::reply::{NotAsked, Reply};
use kiemtin_core::review::{Content, Salt, VersionClass};
use kiemtin_core::workflow::{self, Action};
use kiemtin_store::cases::With;
use kiemtin_store::claims::{ForeignReview, NewClaim, Origin};
use kiemtin_store::evidence::Evidence;
use kiemtin_store::members::Member;
use kiemtin_store::notices::MemberSettings;
use kiemtin_store::opinions::Opinion;
use kiemtin_store::organisations::Org;
use kiemtin_store::reviews::Signed;

/// Who acts in tests.
#[derive(Debug)]
pub(crate) struct Cast {
    editor: Member,
    /// Of the office and of the newsroom: these sign.
    signers: [Member; 2],
    /// Of the hospital, which claims may concern.
    involved: Member,
}

/// What a claim of a test says.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    pub(crate) claim: Localised,
    pub(crate) answer: Localised,
    pub(crate) body: Localised,
    pub(crate) rating: Rating,
}

/// A published answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Published {
    pub(crate) case: CaseId,
    pub(crate) claim: ClaimId,
    pub(crate) number: i64,
}

impl Story {
    /// Garlic, false.
    pub(crate) fn garlic() -> Self {
        Self {
            claim: Localised::new(
                "Ăn tỏi sống mỗi ngày phòng được bệnh COVID-19.",
                "Eating raw garlic every day prevents COVID-19.",
            ),
            answer: Localised::new(
                "Không có bằng chứng ăn tỏi phòng được COVID-19.",
                "There is no evidence that garlic prevents COVID-19.",
            ),
            body: Localised::new(
                "Tỏi là thực phẩm tốt.\n\nNhưng không nghiên cứu nào cho thấy tỏi phòng được bệnh.",
                "Garlic is a healthy food.\n\nBut no study shows that it prevents the disease.",
            ),
            rating: Rating::False,
        }
    }

    /// A lockdown with a number in it, false; only in Vietnamese.
    pub(crate) fn lockdown() -> Self {
        Self {
            claim: Localised::new(
                "Từ ngày 1/11, thành phố Hà Nội phong tỏa 350 phường vì sốt xuất huyết.",
                "",
            ),
            answer: Localised::new("Hà Nội không phong tỏa phường nào vì sốt xuất huyết.", ""),
            body: Localised::new("Không có quyết định nào như vậy.", ""),
            rating: Rating::False,
        }
    }
}

impl Cast {
    pub(crate) async fn of(app: &App) -> Self {
        let names = [
            ("so-y-te", "Sở Y tế thử", OrgKind::Authority),
            ("bao-thu", "Báo Thử", OrgKind::Newsroom),
            ("benh-vien", "Bệnh viện Thử", OrgKind::Institute),
        ];
        let mut orgs = Vec::new();
        for (slug, name, kind) in names {
            let slug = OrgSlug::parse(slug).expect("valid");
            let id = OrgId::new(app.now(), chance());
            let org = Org { id, slug, name: name.to_owned(), kind, parent: None };
            app.store.add_org(&org, app.now()).await.expect("added");
            orgs.push(org.id);
        }
        let member = |org: OrgId, login: &str, role| {
            let id = MemberId::new(app.now(), chance());
            Member { id, org, login: login.to_owned(), role }
        };
        let editor = member(orgs[0], "editor", Role::Editor);
        let signers =
            [("a", orgs[0]), ("b", orgs[1])].map(|(n, org)| member(org, n, Role::Checker));
        let involved = member(orgs[2], "c", Role::Checker);
        for it in [&editor, &signers[0], &signers[1], &involved] {
            app.store.add_member(it, "no password", app.now()).await.expect("added");
            let settings = MemberSettings { reads: Lang::ALL.into(), notice_address: None };
            app.store.set_member_settings(it.id, &settings).await.expect("said");
        }
        Self { editor, signers, involved }
    }

    /// Takes a claim to its published answer.
    pub(crate) async fn publishes(&self, app: &App, story: &Story) -> Published {
        let case = CaseId::new(app.now(), chance());
        let new = claim(app, story.claim.clone(), Origin::Desk);
        app.store.open_case(case, &new, app.act(&self.editor)).await.expect("opened");
        self.act(app, case, Action::Take).await;
        self.act(app, case, Action::Ask).await;
        let involved = self.involved.org;
        let mark = "Tin nói về bệnh viện này.";
        let marked = app.store.mark_involved(new.id, involved, mark, app.act(&self.signers[0]));
        marked.await.expect("marked");
        for by in [&self.signers[0], &self.signers[1], &self.involved] {
            self.opine(app, case, by, story).await;
        }
        self.bring(app, case, Stance::Against, "https://www.who.int/news/garlic").await;
        self.bring(app, case, Stance::Against, "https://moh.gov.vn/tin/toi").await;
        self.bring(app, case, Stance::For, "https://paper.example/garlic").await;
        let reply = Reply::NotAsked { why: NotAsked::NoSource, note: String::new() };
        app.store.record_reply(case, &reply, app.act(&self.editor)).await.expect("recorded");
        self.act(app, case, Action::Draft).await;
        self.writes(app, case, &content(story)).await;
        self.act(app, case, Action::Submit).await;
        let number = self.sign(app, case).await;
        Published { case, claim: new.id, number }
    }

    /// Publishes a next version.
    pub(crate) async fn corrects(&self, app: &App, it: Published, content: &Content) {
        self.act(app, it.case, Action::Correct).await;
        self.writes(app, it.case, content).await;
        self.sign(app, it.case).await;
    }

    /// Merges one published claim into another.
    pub(crate) async fn merges(&self, app: &App, from: Published, into: Published) {
        let case = app.store.case(from.case).await.expect("read").expect("there");
        let to = workflow::decide(case.state, Action::Merge, self.editor.role, None);
        let to = to.expect("allowed");
        app.store.merge_claim(&case, into.claim, to, app.act(&self.editor)).await.expect("merged");
    }

    /// Opens a case on a claim and leaves it at that.
    pub(crate) async fn begins(&self, app: &App, story: &Story) -> ClaimId {
        let case = CaseId::new(app.now(), chance());
        let new = claim(app, story.claim.clone(), Origin::Desk);
        app.store.open_case(case, &new, app.act(&self.editor)).await.expect("opened");
        new.id
    }

    /// Opens a case on a claim that another desk answered, and merges it into one with an answer.
    pub(crate) async fn merges_reviewed(&self, app: &App, it: ForeignReview, into: Published) {
        let case = CaseId::new(app.now(), chance());
        let mut new = claim(app, Story::lockdown().claim, Origin::Desk);
        new.foreign = Some(it);
        app.store.open_case(case, &new, app.act(&self.editor)).await.expect("opened");
        self.merges(app, Published { case, claim: new.id, number: 0 }, into).await;
    }

    /// Shows the sentence of a claim without an answer to readers.
    pub(crate) async fn releases(&self, app: &App, claim: ClaimId) {
        let released = app.store.release(claim, app.act(&self.editor)).await;
        released.expect("released");
    }

    /// Says where a claim is about.
    pub(crate) async fn places(&self, app: &App, claim: ClaimId, codes: &[&str]) {
        for code in codes {
            let place = UnitCode::parse(code).expect("a place");
            let added = app.store.add_claim_place(claim, place, app.act(&self.editor)).await;
            added.expect("added");
        }
    }

    /// Says that a group of messages makes a claim.
    pub(crate) async fn ties(&self, app: &App, group: GroupId, claim: ClaimId) {
        app.store.tie(group, claim, app.act(&self.editor)).await.expect("tied");
    }

    /// Puts a group of messages aside.
    pub(crate) async fn dismisses(&self, app: &App, group: GroupId, why: DismissReason) {
        app.store.dismiss_group(group, why, app.act(&self.editor)).await.expect("put aside");
    }

    async fn act(&self, app: &App, case: CaseId, action: Action) {
        let found = app.store.case(case).await.expect("read").expect("there");
        let to = workflow::decide(found.state, action, self.editor.role, found.before_merge);
        let done = (action, to.expect("allowed"));
        let with = With::default();
        app.store.act(&found, done, &with, app.act(&self.editor)).await.expect("acted");
    }

    async fn opine(&self, app: &App, case: CaseId, by: &Member, story: &Story) {
        let is_involved = by.org == self.involved.org;
        let opinion = Opinion {
            id: OpinionId::new(app.now(), chance()),
            org: by.org,
            rating: if is_involved { Rating::HalfTrue } else { story.rating },
            text: "Chúng tôi đã đọc các nghiên cứu được công bố.".to_owned(),
            interest: if is_involved {
                "Tin nói về chúng tôi.".to_owned()
            } else {
                String::new()
            },
            given: app.now(),
            relies_on: Vec::new(),
        };
        let org = app.store.org(by.org);
        org.give_opinion(case, &opinion, by, chance()).await.expect("given");
    }

    async fn bring(&self, app: &App, case: CaseId, stance: Stance, url: &str) {
        let by = &self.signers[0];
        let evidence = Evidence {
            id: EvidenceId::new(app.now(), chance()),
            org: by.org,
            stance,
            publisher: "World Health Organization".to_owned(),
            title: "Advice for the public: myth busters".to_owned(),
            url: url.to_owned(),
            published: Some("2020-02-01".to_owned()),
            note: Localised::new(
                "Tỏi tốt cho sức khỏe nhưng không phòng được bệnh này.",
                "Garlic is healthy and does not prevent this disease.",
            ),
            interest: Localised::default(),
            capture: Capture::NoneDemo,
            quote: Localised::default(),
            kind: None,
            blob: None,
            handed_in: false,
        };
        app.store.add_evidence(case, &evidence, app.act(by)).await.expect("added");
    }

    async fn writes(&self, app: &App, case: CaseId, content: &Content) {
        let draft = app.store.draft(case).await.expect("read");
        let seen = draft.map(|it| it.content.written().hash());
        app.store.save_draft(case, content, seen, app.act(&self.editor)).await.expect("saved");
    }

    async fn sign(&self, app: &App, case: CaseId) -> i64 {
        let hash = app.store.draft(case).await.expect("read").expect("there").hash;
        for by in &self.signers {
            let salt = Salt(chance());
            let signed = app.store.sign(case, hash, app.act(by), salt).await;
            if let Signed::Published { number, .. } = signed.expect("signed") {
                return number;
            }
        }
        panic!("two organisations signed and nothing went out");
    }
}

/// Adds a claim that another desk reviewed.
pub(crate) async fn adds_foreign(app: &App, text: &str, review: ForeignReview) {
    let mut new = claim(app, Localised::new("", text), Origin::Review);
    new.foreign = Some(review);
    assert_eq!(app.store.add_claims(&[new], app.now()).await.expect("added"), 1);
}

/// The draft of a story's first version.
pub(crate) fn content(story: &Story) -> Content {
    Content {
        claim: story.claim.clone(),
        rating: story.rating,
        answer: story.answer.clone(),
        body: story.body.clone(),
        why: Localised::new("Nhiều người hỏi.", "Many ask about it."),
        single_source: Localised::default(),
        none_against: false,
        evidence: Vec::new(),
        appears_on: Vec::new(),
        picture: None,
        opinions: Vec::new(),
        reply: None,
        meetings: Vec::new(),
        class: VersionClass::First,
        reason: Localised::default(),
    }
}

fn claim(app: &App, text: Localised, origin: Origin) -> NewClaim {
    NewClaim {
        id: ClaimId::new(app.now(), chance()),
        lang: if text.vi.is_some() { Lang::Vi } else { Lang::En },
        text,
        title: None,
        body: None,
        topic: Some("health".to_owned()),
        outlet: Some("Facebook posts".to_owned()),
        first_seen: None,
        origin,
        origin_hmac: None,
        variants: Vec::new(),
        foreign: None,
    }
}
