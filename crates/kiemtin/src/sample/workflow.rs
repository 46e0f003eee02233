//! How the sample's reviews come to be: worded, taken, asked, opined on by two organisations,
//! drafted by an editor, signed by others, published. The same deeds as in the desk.

use std::collections::BTreeSet;

use kiemtin_core::case::{Capture, Stance};
use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::ids::{CaseId, ClaimId, EvidenceId, MemberId, OpinionId, OrgId};
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::organisation::{OrgKind, OrgSlug};
use kiemtin_core::permission::Role;
use kiemtin_core::reply::{NotAsked, Reply};
use kiemtin_core::review::{Content, Salt, VersionClass};
use kiemtin_core::workflow::{self, Action, State};
use kiemtin_store::cases::{Case, With};
use kiemtin_store::claims::{NewClaim, Origin};
use kiemtin_store::evidence::Evidence;
use kiemtin_store::members::Member;
use kiemtin_store::notices::MemberSettings;
use kiemtin_store::opinions::Opinion;
use kiemtin_store::organisations::Org;
use kiemtin_store::places::Introduction;

use super::{SampleClaim, SampleEvidence};
use crate::app::App;
use crate::app::admission::hmac;
use crate::app::clock::chance;

/// The two demo organisations and who acts for them.
#[derive(Clone, Debug)]
pub struct Cast {
    /// The office: its editor drafts, its checker signs.
    pub office: OrgId,
    /// The newsroom: its checker signs.
    pub newsroom: OrgId,
    editor: Member,
    office_checker: Member,
    newsroom_checker: Member,
}

/// The office's part of addresses.
pub const OFFICE: &str = "phong-thong-tin-mau";
/// The newsroom's part of addresses.
pub const NEWSROOM: &str = "toa-soan-mau";
/// Nobody can sign in with this: it is no argon2 hash. Real members come by one-time links.
const NO_PASSWORD: &str = "none (demo)";

/// The two demo organisations; what a demo that was cut off had made of them is taken up.
///
/// # Errors
/// The database failed.
pub async fn cast(app: &App) -> anyhow::Result<Cast> {
    let office = org(app, OFFICE, "Phòng Thông tin mẫu (demo)", OrgKind::Authority).await?;
    let newsroom = org(app, NEWSROOM, "Tòa soạn mẫu (demo)", OrgKind::Newsroom).await?;
    let editor = member(app, office, "demo-editor", Role::Editor).await?;
    let office_checker = member(app, office, "demo-office-checker", Role::Checker).await?;
    let newsroom_checker = member(app, newsroom, "demo-newsroom-checker", Role::Checker).await?;
    if app.store.remits().await?.is_empty() {
        responsible(app, office).await?;
    }
    Ok(Cast { office, newsroom, editor, office_checker, newsroom_checker })
}

async fn org(app: &App, slug: &str, name: &str, kind: OrgKind) -> anyhow::Result<OrgId> {
    let known = app.store.orgs().await?.into_iter().find(|it| it.slug.as_str() == slug);
    if let Some(known) = known {
        return Ok(known.id);
    }
    let id = OrgId::new(app.now(), chance());
    let slug = OrgSlug::parse(slug)?;
    let org = Org { id, slug, name: name.to_owned(), kind, parent: None };
    app.store.add_org(&org, app.now()).await?;
    Ok(id)
}

/// The office is for what goes round in its city.
async fn responsible(app: &App, office: OrgId) -> anyhow::Result<()> {
    let topics = BTreeSet::from(["city", "disaster"].map(str::to_owned));
    let intro = Introduction::default();
    app.store.describe_org(office, &intro, &topics, None, app.now(), chance()).await?;
    let city = UnitCode::parse("01")?;
    Ok(app.store.add_org_place(office, city, None, app.now(), chance()).await?)
}

async fn member(app: &App, org: OrgId, login: &str, role: Role) -> anyhow::Result<Member> {
    if let Some((known, _)) = app.store.member_by_login(login).await? {
        return Ok(known);
    }
    let id = MemberId::new(app.now(), chance());
    let member = Member { id, org, login: login.to_owned(), role };
    app.store.add_member(&member, NO_PASSWORD, app.now()).await?;
    let settings = MemberSettings { reads: Lang::ALL.into(), notice_address: None };
    app.store.set_member_settings(id, &settings).await?;
    Ok(member)
}

/// Takes one claim of the sample through the workflow to its published answer, from wherever a
/// demo that was cut off had left it. A claim that was published before is left as it is now.
///
/// # Errors
/// A rule of the workflow is not met, or the database failed.
pub async fn publish(app: &App, cast: &Cast, sample: &SampleClaim) -> anyhow::Result<()> {
    let origin = hmac(app.key(), "claim of the sample", &[&sample.key]);
    let claim = match app.store.claim_by_origin(origin).await? {
        Some(known) if known.number.is_some() => return Ok(()),
        Some(known) => known.id,
        None => {
            let (case, new) = (CaseId::new(app.now(), chance()), new_claim(app, sample, origin));
            app.store.open_case(case, &new, app.act(&cast.editor)).await?;
            new.id
        }
    };
    for place in &sample.places {
        let place = UnitCode::parse(place)?;
        app.store.add_claim_place(claim, place, app.act(&cast.editor)).await?;
    }
    loop {
        let case = app.store.case_of(claim).await?.ok_or_else(|| anyhow::anyhow!("no case"))?;
        match case.state {
            State::Inbox => act(app, cast, &case, Action::Take, With::default()).await?,
            State::Open => act(app, cast, &case, Action::Ask, question(cast)).await?,
            State::Verifying => {
                gather(app, cast, case.id, sample).await?;
                act(app, cast, &case, Action::Draft, With::default()).await?;
            }
            State::Draft => {
                let content = content(sample);
                let draft = app.store.draft(case.id).await?;
                let seen = draft.map(|it| it.content.written().hash());
                app.store.save_draft(case.id, &content, seen, app.act(&cast.editor)).await?;
                act(app, cast, &case, Action::Submit, With::default()).await?;
            }
            State::Review => sign(app, cast, case.id).await?,
            // Published, or closed by somebody who tries the demo.
            _ => return Ok(()),
        }
    }
}

async fn act(
    app: &App,
    cast: &Cast,
    case: &Case,
    action: Action,
    with: With,
) -> anyhow::Result<()> {
    let to = workflow::decide(case.state, action, cast.editor.role, case.before_merge)?;
    app.store.act(case, (action, to), &with, app.act(&cast.editor)).await?;
    Ok(())
}

fn question(cast: &Cast) -> With {
    With {
        question: Some("Điều này đúng hay sai, theo nguồn công khai nào?".to_owned()),
        ask: vec![cast.office, cast.newsroom],
        ..With::default()
    }
}

/// Opinions and evidence of both organisations, those that are not in yet.
async fn gather(app: &App, cast: &Cast, case: CaseId, sample: &SampleClaim) -> anyhow::Result<()> {
    let checkers = [&cast.office_checker, &cast.newsroom_checker];
    let given = app.store.opinions_given(case).await?;
    for member in checkers.iter().filter(|it| !given.contains(&it.org)) {
        give_opinion(app, case, member, sample).await?;
    }
    let known = app.store.evidence(case).await?;
    for (idx, source) in sample.evidence.iter().enumerate() {
        if known.iter().all(|it| it.url != source.url) {
            let by = checkers[idx % 2];
            let evidence = evidence(app, by.org, source);
            app.store.add_evidence(case, &evidence, app.act(by)).await?;
        }
    }
    let reply = Reply::NotAsked { why: NotAsked::NoSource, note: String::new() };
    Ok(app.store.record_reply(case, &reply, app.act(&cast.editor)).await?)
}

async fn sign(app: &App, cast: &Cast, case: CaseId) -> anyhow::Result<()> {
    let draft = app.store.draft(case).await?.ok_or_else(|| anyhow::anyhow!("no draft"))?;
    let signed = |it: &Member| draft.signatures.iter().any(|one| one.member == it.id);
    let signers = [&cast.office_checker, &cast.newsroom_checker].into_iter();
    for member in signers.filter(|it| !signed(it)) {
        let salt = Salt(chance());
        app.store.sign(case, draft.hash, app.act(member), salt).await?;
    }
    Ok(())
}

async fn give_opinion(
    app: &App,
    case: CaseId,
    by: &Member,
    sample: &SampleClaim,
) -> anyhow::Result<()> {
    let opinion = Opinion {
        id: OpinionId::new(app.now(), chance()),
        org: by.org,
        rating: sample.rating,
        text: sample.answer.text(Lang::Vi).to_owned(),
        interest: String::new(),
        given: app.now(),
        relies_on: Vec::new(),
    };
    Ok(app.store.org(by.org).give_opinion(case, &opinion, by, chance()).await?)
}

fn new_claim(app: &App, sample: &SampleClaim, origin_hmac: [u8; 32]) -> NewClaim {
    let in_lang =
        |lang, texts: &[String]| texts.iter().map(move |it| (lang, it.clone())).collect::<Vec<_>>();
    NewClaim {
        id: ClaimId::new(app.now(), chance()),
        lang: sample.lang,
        text: sample.claim.clone(),
        title: None,
        body: None,
        topic: Some(sample.topic.clone()),
        outlet: None,
        first_seen: sample.first_seen.clone(),
        origin: Origin::Desk,
        origin_hmac: Some(origin_hmac),
        variants: [in_lang(Lang::Vi, &sample.variants.vi), in_lang(Lang::En, &sample.variants.en)]
            .concat(),
        foreign: None,
    }
}

fn evidence(app: &App, org: OrgId, source: &SampleEvidence) -> Evidence {
    Evidence {
        id: EvidenceId::new(app.now(), chance()),
        org,
        stance: source.stance,
        publisher: source.publisher.clone(),
        title: source.title.clone(),
        url: source.url.clone(),
        published: source.published.clone(),
        note: source.note.clone(),
        // The sample's sources are summed up, not quoted.
        quote: Localised::default(),
        kind: None,
        interest: Localised::default(),
        capture: Capture::NoneDemo,
        blob: None,
        handed_in: false,
    }
}

fn content(sample: &SampleClaim) -> Content {
    Content {
        claim: sample.claim.clone(),
        rating: sample.rating,
        answer: sample.answer.clone(),
        body: sample.body.clone(),
        why: sample.why.clone(),
        single_source: Localised::default(),
        none_against: sample.evidence.iter().all(|it| it.stance != Stance::Against),
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
