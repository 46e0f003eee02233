//! How the sample's reviews come to be: worded, taken, asked, opined on by two organisations,
//! drafted by an editor, signed by others, published. The same deeds as in the desk.

use kiemtin_core::case::Capture;
use kiemtin_core::ids::{CaseId, ClaimId, EvidenceId, MemberId, OpinionId, OrgId};
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::organisation::{OrgKind, OrgSlug};
use kiemtin_core::permission::Role;
use kiemtin_core::review::Salt;
use kiemtin_core::review::{Content, VersionClass};
use kiemtin_core::workflow::{self, Action, State};
use kiemtin_store::cases::With;
use kiemtin_store::claims::{NewClaim, Origin};
use kiemtin_store::evidence::Evidence;
use kiemtin_store::members::Member;
use kiemtin_store::opinions::Opinion;
use kiemtin_store::organisations::Org;

use super::{SampleClaim, SampleEvidence};
use crate::app::App;
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

/// Nobody can sign in with this: it is no argon2 hash. Real members come by one-time links.
const NO_PASSWORD: &str = "none (demo)";

/// Makes the two demo organisations.
///
/// # Errors
/// The database failed.
pub async fn cast(app: &App) -> anyhow::Result<Cast> {
    let org = |slug: &str, name: &str, kind| -> anyhow::Result<Org> {
        let id = OrgId::new(app.now(), chance());
        Ok(Org { id, slug: OrgSlug::parse(slug)?, name: name.to_owned(), kind, parent: None })
    };
    let office = org("phong-thong-tin-mau", "Phòng Thông tin mẫu (demo)", OrgKind::Authority)?;
    let newsroom = org("toa-soan-mau", "Tòa soạn mẫu (demo)", OrgKind::Newsroom)?;
    for org in [&office, &newsroom] {
        app.store.add_org(org, app.now()).await?;
    }
    let member = |org: OrgId, login: &str, role| Member {
        id: MemberId::new(app.now(), chance()),
        org,
        login: login.to_owned(),
        role,
    };
    let editor = member(office.id, "demo-editor", Role::Editor);
    let office_checker = member(office.id, "demo-office-checker", Role::Checker);
    let newsroom_checker = member(newsroom.id, "demo-newsroom-checker", Role::Checker);
    for member in [&editor, &office_checker, &newsroom_checker] {
        app.store.add_member(member, NO_PASSWORD, app.now()).await?;
    }
    let (office, newsroom) = (office.id, newsroom.id);
    Ok(Cast { office, newsroom, editor, office_checker, newsroom_checker })
}

/// Takes one claim of the sample through the workflow to its published answer.
///
/// # Errors
/// A rule of the workflow is not met, or the database failed.
pub async fn publish(app: &App, cast: &Cast, sample: &SampleClaim) -> anyhow::Result<()> {
    let case = CaseId::new(app.now(), chance());
    let new = new_claim(app, sample);
    app.store.open_case(case, &new, &cast.editor, app.now(), chance()).await?;
    act(app, cast, case, Action::Take, With::default()).await?;
    let ask = With {
        question: Some("Điều này đúng hay sai, theo nguồn công khai nào?".to_owned()),
        ask: vec![cast.office, cast.newsroom],
        ..With::default()
    };
    act(app, cast, case, Action::Ask, ask).await?;
    for member in [&cast.office_checker, &cast.newsroom_checker] {
        give_opinion(app, case, member, sample).await?;
    }
    for (idx, source) in sample.evidence.iter().enumerate() {
        let by = if idx % 2 == 0 { &cast.office_checker } else { &cast.newsroom_checker };
        let evidence = evidence(app, by.org, source);
        app.store.add_evidence(case, &evidence, by, app.now(), chance()).await?;
    }
    act(app, cast, case, Action::Draft, With::default()).await?;
    let content = content(sample);
    app.store.save_draft(case, &content, None, &cast.editor, app.now(), chance()).await?;
    act(app, cast, case, Action::Submit, With::default()).await?;
    let draft = app.store.draft(case).await?.ok_or_else(|| anyhow::anyhow!("no draft"))?;
    for member in [&cast.office_checker, &cast.newsroom_checker] {
        let salt = Salt(chance());
        app.store.sign(case, draft.hash, member, app.now(), chance(), salt).await?;
    }
    Ok(())
}

async fn act(
    app: &App,
    cast: &Cast,
    case: CaseId,
    action: Action,
    with: With,
) -> anyhow::Result<State> {
    let found = app.store.case(case).await?.ok_or_else(|| anyhow::anyhow!("no case"))?;
    let to = workflow::decide(found.state, action, cast.editor.role, found.before_merge)?;
    app.store.act(&found, (action, to), &with, &cast.editor, app.now(), chance()).await?;
    Ok(to)
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
    };
    Ok(app.store.org(by.org).give_opinion(case, &opinion, by, chance()).await?)
}

fn new_claim(app: &App, sample: &SampleClaim) -> NewClaim {
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
        origin_hmac: None,
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
        interest: Localised::default(),
        capture: Capture::NoneDemo,
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
        evidence: Vec::new(),
        opinions: Vec::new(),
        class: VersionClass::First,
        reason: Localised::default(),
    }
}
