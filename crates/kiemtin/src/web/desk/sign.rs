//! `/desk/cases/{id}/sign`: exactly what is signed, and the signature.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Redirect, Response};
use kiemtin_core::case::Capture;
use kiemtin_core::ids::{ClaimId, OrgId};
use kiemtin_core::lang::Lang;
use kiemtin_core::organisation::OrgTree;
use kiemtin_core::permission::{Deed, may};
use kiemtin_core::review::{
    self, Content, EvidenceLine, MeetingLine, Misfit, OpinionLine, Salt, VersionClass,
};
use kiemtin_core::sign_off::{DraftHash, SignOff, Signature};
use kiemtin_core::time::Timestamp;
use kiemtin_core::workflow;
use kiemtin_store::Rule;
use kiemtin_store::cases::Case;
use kiemtin_store::drafts::Draft;
use kiemtin_store::reviews::Signed;

use super::actor::{Actor, Visit};
use super::case::{self, CaseHead};
use super::draft::{Preview, is_slight_and_touches, previews};
use super::form::Fields;
use super::frame::Frame;
use super::halt::{Answer, Halt};
use super::notices;
use super::words;
use crate::app::App;
use crate::app::clock::chance;
use crate::locale;
use crate::web::codes::{self, ReplyWords};
use crate::web::page::{self, Page};

#[derive(Template)]
#[template(path = "desk/sign.html")]
struct SignPage {
    page: Page,
    desk: Frame,
    case: CaseHead,
    hash: String,
    class: String,
    previews: Vec<Preview>,
    sources: Vec<Source>,
    /// Somebody looked for evidence against the claim and found none.
    none_against: bool,
    opinions: Vec<View>,
    reply: Option<ReplyWords>,
    meetings: Vec<Met>,
    /// The languages that this member's signature is good for.
    reads: Vec<String>,
    /// What stands against this member's signature.
    obstacle: Option<String>,
}

struct Source {
    stance: &'static str,
    stance_words: String,
    publisher: String,
    title: String,
    url: String,
    published: Option<String>,
    notes: Vec<(Lang, String)>,
    quotes: Vec<(Lang, String)>,
    kind: Option<String>,
    handed_in: bool,
    interests: Vec<(Lang, String)>,
    /// Whether the claim itself stands on the page.
    appears: bool,
    capture: String,
    sha256: Option<String>,
    brought_by: String,
}

struct View {
    org: String,
    rating: &'static str,
    rating_code: &'static str,
    text: String,
    interest: String,
    involved: bool,
    relies_on: Vec<String>,
}

/// What a meeting agreed, where it is public.
struct Met {
    held: String,
    orgs: Vec<String>,
    agreed: Vec<(Lang, String)>,
}

/// `GET /desk/cases/{id}/sign`: everything that is signed, with all opinions. They are blind no more:
/// from the first submission on none is taken, whatever happens to the draft.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
) -> Answer<Response> {
    let lang = actor.lang;
    let (case, claim) = case::found(&app, &id).await?;
    let draft = waiting(&app, &case).await?;
    let obstacle = match judge(&app, &actor, &case, &draft, draft.hash).await {
        Ok(()) => None,
        Err(Halt::Rule(key)) => Some(locale::text(lang, key)),
        Err(Halt::NotAllowed) => Some(locale::text(lang, "d-halt-not-allowed")),
        Err(other) => return Err(other),
    };
    // Taken apart without `..`: a new field must be shown to whoever signs it.
    let Content {
        claim: _,
        rating: _,
        answer: _,
        body: _,
        why: _,
        single_source: _,
        reason: _,
        picture: _, // Shown with the texts, by `previews`.
        none_against,
        evidence,
        appears_on,
        opinions,
        reply,
        meetings,
        class,
    } = &draft.content;
    let reads = notices::settings(&app, &actor).await?.reads;
    let page = SignPage {
        page: Page::new(&app, lang, locale::text(lang, "d-sign-title"), ""),
        desk: Frame::of(&visit),
        case: CaseHead::new(lang, &case, &claim),
        hash: hex::encode(draft.hash),
        class: words::class(lang, *class),
        previews: previews(lang, &draft.content),
        sources: evidence.iter().map(|it| source(lang, it, appears_on)).collect(),
        none_against: *none_against,
        opinions: opinions.iter().map(|it| view(lang, it)).collect(),
        reply: reply.as_ref().map(|it| codes::reply(lang, it)),
        meetings: meetings.iter().map(|it| met(lang, it)).collect(),
        reads: reads.iter().map(|it| locale::text(*it, "lang-name")).collect(),
        obstacle,
    };
    Ok(page::html(&page)?)
}

/// `POST /desk/cases/{id}/signature`: signs what was shown; the last signature publishes.
pub(super) async fn sign(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, _) = case::found(&app, &id).await?;
    let draft = waiting(&app, &case).await?;
    let seen = hex::decode(fields.one("hash")).ok();
    let seen: Option<DraftHash> = seen.and_then(|it| it.try_into().ok());
    let seen = seen.ok_or(Halt::Stale)?;
    judge(&app, &actor, &case, &draft, seen).await?;
    let (by, salt) = (&actor.member, Salt(chance()));
    if app.store.member_settings(by.id).await?.is_none() {
        // The page said which language the signature is good for.
        app.store.set_member_settings(by.id, &notices::settings(&app, &actor).await?).await?;
    }
    // The store asks the same rule again, of the draft as its transaction sees it.
    let done = match app.store.sign(case.id, seen, app.act(by), salt).await? {
        Signed::Recorded { .. } => "signed",
        Signed::Published { .. } => "published",
    };
    app.work.notify_one();
    Ok(Redirect::to(&format!("/desk/cases/{}?done={done}", case.id)))
}

/// The draft of a case that waits for signatures.
async fn waiting(app: &App, case: &Case) -> Answer<Draft> {
    let is_open = matches!(case.state, workflow::State::Review | workflow::State::Correcting);
    let draft = if is_open { app.store.draft(case.id).await? } else { None };
    draft.ok_or(Halt::Rule(Rule::NothingToSign.code()))
}

/// Whether this member may sign this draft now.
async fn judge(
    app: &App,
    actor: &Actor,
    case: &Case,
    draft: &Draft,
    seen: DraftHash,
) -> Answer<()> {
    if !may(actor.member.role, Deed::SignDraft) {
        return Err(Halt::NotAllowed);
    }
    let (marked, tree) = marked_and_tree(app, case.claim).await?;
    let newcomers = app.store.newcomers(case.claim).await?;
    let (hash, editors) = (draft.hash, &draft.editors);
    let rule = SignOff { hash, tree: &tree, marked: &marked, newcomers: &newcomers, editors };
    let signature = Signature { member: actor.member.id, org: actor.member.org, hash: seen };
    rule.admits(&signature, &draft.signatures)?;
    let is_first = draft.content.class == VersionClass::First;
    let is_begun = !draft.editors.is_empty();
    if !review::ready(&draft.content).is_empty() || !is_begun {
        return Err(Halt::Rule(Rule::NotComplete.code()));
    }
    if is_first == (case.state == workflow::State::Correcting) {
        return Err(Halt::Rule(Rule::Misfit(Misfit::First).code()));
    }
    if is_slight_and_touches(app, case, &draft.content).await? {
        return Err(Halt::Rule(Rule::Misfit(Misfit::TooSlight).code()));
    }
    Ok(())
}

/// The organisations marked as involved now, and who is whose parent.
pub(super) async fn marked_and_tree(
    app: &App,
    claim: ClaimId,
) -> Answer<(BTreeSet<OrgId>, OrgTree)> {
    let marks = app.store.involvements(claim).await?;
    let marked = marks.iter().filter(|it| it.lifted.is_none()).map(|it| it.org).collect();
    let orgs = app.store.orgs().await?;
    let tree = OrgTree::new(orgs.iter().map(|it| (it.id, it.parent)).collect());
    Ok((marked, tree))
}

fn source(lang: Lang, it: &EvidenceLine, appears_on: &[String]) -> Source {
    // Taken apart without `..`, for the same reason.
    let EvidenceLine {
        stance,
        publisher,
        title,
        url,
        published,
        note,
        quote,
        kind,
        interest,
        capture,
        handed_in,
        brought_by,
    } = it;
    Source {
        appears: appears_on.contains(url),
        stance: stance.code(),
        stance_words: words::stance(lang, *stance),
        publisher: publisher.clone(),
        title: title.clone(),
        url: url.clone(),
        published: published.clone(),
        notes: note.each(),
        quotes: quote.each(),
        kind: kind.map(|it| words::source_kind(lang, it)),
        handed_in: *handed_in,
        interests: interest.each(),
        sha256: match capture {
            Capture::Archived { sha256 } => Some(sha256.clone()),
            _ => None,
        },
        capture: words::capture(lang, capture),
        brought_by: brought_by.name.clone(),
    }
}

fn met(lang: Lang, it: &MeetingLine) -> Met {
    let MeetingLine { held, orgs, agreed } = it;
    Met {
        held: Timestamp::parse(held).map_or_else(|| held.clone(), |it| it.date(lang)),
        orgs: orgs.iter().map(|it| it.name.clone()).collect(),
        agreed: agreed.each(),
    }
}

fn view(lang: Lang, it: &OpinionLine) -> View {
    let OpinionLine { org, rating, text, interest, involved, relies_on } = it;
    View {
        org: org.name.clone(),
        rating: rating.words(lang),
        rating_code: rating.code(),
        text: text.clone(),
        interest: interest.clone(),
        involved: *involved,
        relies_on: relies_on.clone(),
    }
}
