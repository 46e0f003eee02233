//! `/desk/cases/{id}`: everything about the work on one claim, and what can be done now.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kiemtin_core::ids::{CaseId, ClaimId, GroupId, OrgId};
use kiemtin_core::lang::Lang;
use kiemtin_core::permission::{Deed, may};
use kiemtin_core::review;
use kiemtin_core::sign_off::{SignOff, Verdict};
use kiemtin_core::workflow::{self, Action};
use kiemtin_store::Rule;
use kiemtin_store::cases::Case;
use kiemtin_store::claims::{Claim, ForeignReview};
use kiemtin_store::drafts::Draft;
use kiemtin_store::organisations::Org;

use super::actor::{Actor, Visit};
use super::case_parts::{self, Parts};
use super::evidence::{self, EvidenceRow, evidence_rows};
use super::form::Fields;
use super::frame::Frame;
use super::group::EventRow;
use super::halt::{Answer, Halt};
use super::near::{self, Near};
use super::places::{self, Places};
use super::queue::{GroupRow, rows};
use super::said::Said;
use super::sign::marked_and_tree;
use super::step;
use super::words::{self, Choice};
use crate::app::App;
use crate::locale;
use crate::web::page::{self, Page};

/// Groups of sightings on a page.
pub(super) const GROUPS_MAX: i64 = 20;

#[derive(Template)]
#[template(path = "desk/case.html")]
struct CasePage {
    page: Page,
    desk: Frame,
    case: CaseHead,
    variants: Vec<(Lang, String)>,
    foreign: Vec<ForeignReview>,
    steps: Vec<Step>,
    sightings: Vec<GroupRow>,
    n_sightings: i64,
    /// Groups of other claims, or of none yet, that came with the picture of a sighting.
    same_picture: Vec<GroupRow>,
    near: Vec<Near>,
    opinions: Opinions,
    said: Said,
    evidence: Vec<EvidenceRow>,
    can_add_evidence: bool,
    involved: Vec<InvolvedRow>,
    /// Whether the claim concerns this member's organisation: it decides nothing here.
    is_involved: bool,
    places: Places,
    orgs: Vec<Choice>,
    reasons: Vec<Choice>,
    draft: Option<DraftState>,
    events: Vec<EventRow>,
    parts: Parts,
}

/// The top of every page about a case.
pub(super) struct CaseHead {
    pub(super) id: String,
    pub(super) sentence: String,
    /// The sentence in the other language.
    pub(super) other: Option<(Lang, String)>,
    pub(super) state: &'static str,
    pub(super) state_words: String,
    pub(super) version: i64,
    pub(super) question: Option<String>,
    pub(super) due: Option<String>,
    pub(super) number: Option<i64>,
    pub(super) topic: Option<String>,
    pub(super) outlet: Option<String>,
    pub(super) dismissed: Option<String>,
    pub(super) merged_into: Option<String>,
}

/// A step of the workflow that is open to this member now.
struct Step {
    code: &'static str,
    label: String,
    /// Needs words: a note or a reason.
    with: With,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum With {
    Nothing,
    Note,
    Reason,
}

/// Opinions as one organisation may see them.
struct Opinions {
    /// Those asked: name, and whether theirs is in.
    asked: Vec<(String, bool)>,
    /// Those that gave one without being asked.
    unasked: Vec<String>,
    seen: Vec<OpinionRow>,
    own_is_in: bool,
    can_give: bool,
    /// Whether a draft was submitted, so that none is taken any more and all can be read.
    are_closed: bool,
    /// Others' opinions that are hidden until one's own is in.
    n_hidden: i64,
}

/// One organisation's opinion.
pub(super) struct OpinionRow {
    pub(super) org: String,
    pub(super) rating: &'static str,
    pub(super) rating_code: &'static str,
    pub(super) text: String,
    pub(super) interest: String,
    /// The sources that it rests on.
    pub(super) relies_on: Vec<String>,
}

struct InvolvedRow {
    org: String,
    org_id: String,
    reason: String,
    lifted: Option<String>,
}

/// What a draft still needs.
struct DraftState {
    is_saved: bool,
    missing: Vec<String>,
    signed: Vec<String>,
    may_sign: Vec<String>,
    verdict: String,
    /// Whether it waits for signatures.
    is_open: bool,
}

impl CaseHead {
    /// From a case and its claim.
    pub(super) fn new(lang: Lang, case: &Case, claim: &Claim) -> Self {
        let shown = claim.text.best(lang).map(|it| it.0);
        let other = Lang::ALL.into_iter().find(|it| Some(*it) != shown);
        Self {
            id: case.id.to_string(),
            sentence: claim.text.text(lang).to_owned(),
            other: other.and_then(|it| Some((it, claim.text.exact(it)?.to_owned()))),
            state: case.state.code(),
            state_words: words::state(lang, case.state),
            version: case.version,
            question: case.question.clone(),
            due: case.due.map(|it| it.date(lang)),
            number: claim.number,
            topic: claim.topic.as_deref().map(|it| words::topic(lang, it)),
            outlet: claim.outlet.as_deref().map(|it| words::outlet(lang, it)),
            dismissed: case.dismissed.map(|it| words::dismissed(lang, it)),
            merged_into: claim.merged_into.map(|it| it.to_string()),
        }
    }
}

/// The case of an address, with its claim.
pub(super) async fn found(app: &App, id: &str) -> Answer<(Case, Claim)> {
    let case = app.store.case(CaseId::parse(id)?).await?.ok_or(Halt::Missing)?;
    let claim = app.store.claim(case.claim).await?.ok_or(Halt::Missing)?;
    Ok((case, claim))
}

/// Asks whether the member's organisation may decide anything about a claim: one that the claim
/// concerns brings evidence and decides nothing. The store asks again, in its transaction.
pub(super) async fn is_uninvolved(app: &App, actor: &Actor, claim: ClaimId) -> Answer<()> {
    let (marked, tree) = marked_and_tree(app, claim).await?;
    match tree.involved(&marked).contains(&actor.member.org) {
        true => Err(Halt::Rule(Rule::Involved.code())),
        false => Ok(()),
    }
}

/// The case as the form's sender saw it; if it has moved on since, they look again first.
pub(super) async fn seen(app: &App, id: &str, fields: &Fields) -> Answer<(Case, Claim)> {
    let (case, claim) = found(app, id).await?;
    match fields.one("version").parse::<i64>() {
        Ok(version) if version == case.version => Ok((case, claim)),
        _ => Err(Halt::Stale),
    }
}

/// `GET /desk/cases/{id}`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
) -> Answer<Response> {
    let lang = actor.lang;
    let (case, claim) = found(&app, &id).await?;
    let orgs = app.store.orgs().await?;
    let sightings = app.store.groups_of_claim(claim.id, GROUPS_MAX).await?;
    let own: Vec<GroupId> = sightings.iter().map(|it| it.id).collect();
    let mut same_picture = app.groups_sharing_pictures(&own).await?;
    same_picture.retain(|it| it.claim != Some(claim.id));
    let sentence = (claim.sentence(), Some(claim.lang));
    let is_involved = is_uninvolved(&app, &actor, claim.id).await.is_err();
    let head = CaseHead::new(lang, &case, &claim);
    let page = CasePage {
        page: Page::new(&app, lang, head.sentence.clone(), ""),
        desk: Frame::of(&visit),
        variants: app.store.variants(claim.id).await?,
        foreign: app.store.foreign_reviews(claim.id).await?,
        steps: if is_involved { Vec::new() } else { steps(lang, &actor, &case) },
        sightings: rows(&app, lang, &sightings).await?,
        same_picture: rows(&app, lang, &same_picture).await?,
        n_sightings: app.store.n_sightings(claim.id).await?,
        near: near::of_text(&app, lang, sentence, Some(claim.id)).await?,
        opinions: opinions(&app, &actor, &case, &orgs).await?,
        said: Said::of(&app, &actor, &case, &orgs, is_involved).await?,
        evidence: evidence_rows(&app, &actor, &case).await?,
        can_add_evidence: evidence::is_open(&case).is_ok(),
        involved: involved(&app, &claim, &orgs).await?,
        is_involved,
        places: places::on_case(&app, &visit, &case, &claim).await?,
        orgs: words::orgs(&orgs),
        reasons: words::reasons(lang),
        draft: draft_state(&app, lang, &case, &orgs).await?,
        events: events(&app, lang, &claim, &orgs).await?,
        parts: case_parts::of_case(&app, &actor, (&case, &claim), &orgs).await?,
        case: head,
    };
    Ok(page::html(&page)?)
}

/// The steps that the table of the workflow has for this state and role, and that are a form here.
fn steps(lang: Lang, actor: &Actor, case: &Case) -> Vec<Step> {
    let open = |action: &Action| {
        workflow::decide(case.state, *action, actor.member.role, case.before_merge).is_ok()
    };
    let with = |action: Action| match action {
        Action::SendBack | Action::Reopen => With::Note,
        Action::Dismiss => With::Reason,
        _ => With::Nothing,
    };
    let step =
        |it: Action| Step { code: it.code(), label: words::action(lang, it), with: with(it) };
    // Publishing and retracting are the last signature's doing, and have no button of their own.
    let is_shown = |it: &Action| {
        !matches!(it, Action::LastSignature | Action::LastRetractionSignature) && open(it)
    };
    let mut steps: Vec<Step> = Action::ALL.into_iter().filter(is_shown).map(step).collect();
    if case.state == workflow::State::Verifying && may(actor.member.role, Deed::AskOpinions) {
        let label = locale::text(lang, "d-action-ask-more");
        steps.insert(0, Step { code: "ask", label, with: With::Nothing });
    }
    steps
}

impl Step {
    /// Where its form goes, below the case.
    fn path(&self) -> String {
        match step::STEPS.iter().any(|it| it.code() == self.code) {
            true => format!("step/{}", self.code),
            false => self.code.to_owned(),
        }
    }

    /// Whether it is a page of its own with more to fill in.
    fn is_page(&self) -> bool {
        matches!(self.code, "ask" | "merge")
    }
}

async fn opinions(app: &App, actor: &Actor, case: &Case, orgs: &[Org]) -> Answer<Opinions> {
    let asked = app.store.asked(case.id).await?;
    let given = app.store.opinions_given(case.id).await?;
    let own = app.store.org(actor.member.org);
    let seen = opinion_rows(app, actor, case, orgs).await?;
    let own_is_in = own.own_opinion(case.id).await?.is_some();
    let name = |id: &OrgId| name_of(orgs, *id);
    let n_hidden = given.len().saturating_sub(seen.len());
    let can_give = case.takes_opinions() && !own_is_in;
    Ok(Opinions {
        asked: asked.iter().map(|it| (name(it), given.contains(it))).collect(),
        unasked: given.iter().filter(|it| !asked.contains(it)).map(name).collect(),
        seen,
        own_is_in,
        are_closed: case.submitted.is_some(),
        can_give: can_give && may(actor.member.role, Deed::GiveOpinion),
        n_hidden: i64::try_from(n_hidden).unwrap_or(i64::MAX),
    })
}

/// The opinions that the member's organisation may see: none before its own is in or too late.
pub(super) async fn opinion_rows(
    app: &App,
    actor: &Actor,
    case: &Case,
    orgs: &[Org],
) -> Answer<Vec<OpinionRow>> {
    let opinions = app.store.org(actor.member.org).opinions(case.id).await?;
    let sources = app.store.evidence(case.id).await?;
    let row = |it: kiemtin_store::opinions::Opinion| OpinionRow {
        org: name_of(orgs, it.org),
        rating: it.rating.words(actor.lang),
        rating_code: it.rating.code(),
        text: it.text,
        interest: it.interest,
        relies_on: sources
            .iter()
            .filter(|source| it.relies_on.contains(&source.id))
            .map(|source| format!("{}: {}", source.publisher, source.title))
            .collect(),
    };
    Ok(opinions.into_iter().map(row).collect())
}

async fn involved(app: &App, claim: &Claim, orgs: &[Org]) -> Answer<Vec<InvolvedRow>> {
    let marks = app.store.involvements(claim.id).await?;
    let row = |it: kiemtin_store::organisations::Involvement| InvolvedRow {
        org: name_of(orgs, it.org),
        org_id: it.org.to_string(),
        reason: it.reason,
        lifted: it.lifted,
    };
    Ok(marks.into_iter().map(row).collect())
}

async fn draft_state(
    app: &App,
    lang: Lang,
    case: &Case,
    orgs: &[Org],
) -> Answer<Option<DraftState>> {
    use workflow::State as S;
    if !matches!(case.state, S::Draft | S::Review | S::Correcting) {
        return Ok(None);
    }
    let is_open = matches!(case.state, S::Review | S::Correcting);
    let Some(draft) = app.store.draft(case.id).await? else {
        let nothing = Vec::new;
        let (missing, signed, may_sign) = (nothing(), nothing(), nothing());
        let verdict = String::new();
        return Ok(Some(DraftState {
            is_saved: false,
            missing,
            signed,
            may_sign,
            verdict,
            is_open,
        }));
    };
    let missing = review::ready(&draft.content);
    let (signed, may_sign, verdict) = signatures(app, lang, case, &draft, orgs).await?;
    let missing = missing.iter().map(|it| words::missing(lang, it)).collect();
    Ok(Some(DraftState { is_saved: true, missing, signed, may_sign, verdict, is_open }))
}

/// Who signed this draft, who still may, and what the rule of sign-off says of it.
async fn signatures(
    app: &App,
    lang: Lang,
    case: &Case,
    draft: &Draft,
    orgs: &[Org],
) -> Answer<(Vec<String>, Vec<String>, String)> {
    let (marked, tree) = marked_and_tree(app, case.claim).await?;
    let newcomers = app.store.newcomers(case.claim).await?;
    let (hash, editors) = (draft.hash, &draft.editors);
    let rule = SignOff { hash, tree: &tree, marked: &marked, newcomers: &newcomers, editors };
    let members = app.store.members().await?;
    let valid: Vec<_> = draft.signatures.iter().filter(|it| it.hash == draft.hash).collect();
    let signed = valid.iter().map(|it| name_of(orgs, it.org)).collect();
    let qualifying: Vec<OrgId> = rule.qualifying().collect();
    let fits = |it: &&kiemtin_store::members::Member| {
        may(it.role, Deed::SignDraft)
            && qualifying.contains(&it.org)
            && !draft.editors.contains(&it.id)
            && !valid.iter().any(|signature| signature.org == it.org && 1 < tree.len())
            && !valid.iter().any(|signature| signature.member == it.id)
    };
    let mut may_sign: Vec<String> =
        members.iter().filter(fits).map(|it| name_of(orgs, it.org)).collect();
    may_sign.sort_unstable();
    may_sign.dedup();
    let verdict = match rule.verdict(&draft.signatures) {
        Verdict::Complete { .. } => locale::text(lang, "d-verdict-complete"),
        Verdict::Missing { n_more } => {
            let n = i64::try_from(n_more).unwrap_or(i64::MAX);
            locale::text_with(lang, "d-verdict-missing", &[("n", n.into())])
        }
        Verdict::Impossible => locale::text(lang, "d-verdict-impossible"),
    };
    Ok((signed, may_sign, verdict))
}

async fn events(app: &App, lang: Lang, claim: &Claim, orgs: &[Org]) -> Answer<Vec<EventRow>> {
    let events = app.store.events_of_claim(claim.id).await?;
    let row = |(_, event): &(_, kiemtin_store::events::Event)| EventRow {
        at: event.at.date_time(lang),
        what: words::event(lang, event),
        by: event.org.map(|it| name_of(orgs, it)).unwrap_or_default(),
        note: words::event_note(lang, event).or_else(|| words::event_org(orgs, event)),
        undo: None,
    };
    // In the order in which it happened.
    Ok(events.iter().rev().map(row).collect())
}

/// The name of an organisation.
pub(super) fn name_of(orgs: &[Org], id: OrgId) -> String {
    orgs.iter().find(|it| it.id == id).map(|it| it.name.clone()).unwrap_or_default()
}
