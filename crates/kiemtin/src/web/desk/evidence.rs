//! `/desk/cases/{id}/evidence`: public sources for and against, and their captures.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::case::{Capture, PageState, SourceKind, Stance};
use kiemtin_core::ids::EvidenceId;
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::permission::{Deed, may};
use kiemtin_core::review::{
    BadQuote, BadSource, QUOTE_CHARS_MAX, QUOTE_CHARS_MIN, fits_quote, source_url,
};
use kiemtin_core::time::Timestamp;
use kiemtin_store::cases::Case;
use kiemtin_store::evidence::Evidence;
use kiemtin_store::{Rule, StoreError};

use super::actor::{Actor, Visit};
use super::case::{self, CaseHead};
use super::form::{Fields, Form, personal_data};
use super::frame::Frame;
use super::halt::{Answer, Halt};
use super::words::{self, Choice};
use crate::app::App;
use crate::app::clock::chance;
use crate::locale;
use crate::web::codes;
use crate::web::page::{self, Page};

const NAME_CHARS_MAX: usize = 200;
const NOTE_CHARS_MAX: usize = 2_000;
const INTEREST_CHARS_MAX: usize = 500;

#[derive(Template)]
#[template(path = "desk/evidence.html")]
struct EvidencePage {
    page: Page,
    desk: Frame,
    case: CaseHead,
    form: Form,
    stances: Vec<Choice>,
    kinds: Vec<Choice>,
    /// Whether a file is handed in, and how large it may be, in MB.
    file: Option<usize>,
}

/// A source as pages of the desk show it.
pub(super) struct EvidenceRow {
    pub(super) id: String,
    pub(super) stance: String,
    pub(super) stance_words: String,
    pub(super) publisher: String,
    pub(super) title: String,
    pub(super) url: String,
    pub(super) published: Option<String>,
    pub(super) notes: Vec<(Lang, String)>,
    pub(super) interest: String,
    pub(super) capture: String,
    /// Why the capture failed.
    pub(super) why: Option<String>,
    /// The hash of the kept page, and the day on which it was kept.
    pub(super) sha256: Option<String>,
    pub(super) kept: Option<String>,
    pub(super) org: String,
    /// The passage that counts, in the languages that it is in.
    pub(super) quotes: Vec<(Lang, String)>,
    /// Primary or secondary.
    pub(super) kind: Option<String>,
    pub(super) handed_in: bool,
    /// What became of the page since, and whether that is bad news.
    pub(super) since: Option<String>,
    pub(super) is_lost: bool,
    /// The time that an authority vouches for.
    pub(super) stamped: Option<String>,
    /// Whether the capture can be tried again, and the source be taken back, by this member.
    pub(super) can_retry: bool,
    pub(super) can_withdraw: bool,
    /// Whether this member may set aside a source of others whose page is not archived.
    pub(super) can_set_aside: bool,
}

/// `GET /desk/cases/{id}/evidence`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Answer<Response> {
    let form = Form::new(visit.lang, Fields::default());
    show(&app, &visit, &id, StatusCode::OK, form, None).await
}

/// `POST /desk/cases/{id}/evidence`: its page is fetched and kept by a job that follows.
pub(super) async fn add(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Response> {
    let (case, _) = case::found(&app, &id).await?;
    is_open(&case)?;
    let mut form = Form::new(visit.lang, fields);
    let Some(new) = read(&app, &actor, &mut form).filter(|_| form.is_fine()) else {
        return show(&app, &visit, &id, StatusCode::UNPROCESSABLE_ENTITY, form, None).await;
    };
    let added = app.store.add_evidence(case.id, &new, app.act(&actor.member)).await;
    if let Err(StoreError::Rule(Rule::EvidenceTwice)) = added {
        form.complain("url", Rule::EvidenceTwice.code());
        return show(&app, &visit, &id, StatusCode::UNPROCESSABLE_ENTITY, form, None).await;
    }
    added?;
    app.work.notify_one();
    Ok(Redirect::to(&format!("/desk/cases/{}?done=evidence", case.id)).into_response())
}

/// `POST /desk/cases/{id}/evidence/retry`
pub(super) async fn retry(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, source) = of_case(&app, &id, &fields).await?;
    is_own(&actor, &source)?;
    app.store.retry_capture(source.id, app.now(), chance()).await?;
    app.work.notify_one();
    Ok(Redirect::to(&format!("/desk/cases/{}?done=evidence-again", case.id)))
}

/// `POST /desk/cases/{id}/evidence/withdraw`
pub(super) async fn withdraw(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, source) = of_case(&app, &id, &fields).await?;
    is_open(&case)?;
    is_own(&actor, &source)?;
    app.store.withdraw_evidence(case.id, source.id, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=evidence-back", case.id)))
}

/// `POST /desk/cases/{id}/evidence/aside`: a source whose page is not archived leaves the draft.
pub(super) async fn set_aside(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, source) = of_case(&app, &id, &fields).await?;
    let mut form = Form::new(actor.lang, fields);
    let reason = form.need("reason", NOTE_CHARS_MAX);
    if !form.is_fine() {
        return Err(Halt::Rule("d-evidence-say-why"));
    }
    if let Some(kinds) = personal_data(&reason, Lang::Vi, actor.lang) {
        return Err(Halt::RuleWith("d-form-personal", kinds));
    }
    app.store.set_evidence_aside(case.id, source.id, &reason, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=evidence-aside", case.id)))
}

/// The evidence of a case as a member sees it.
pub(super) async fn evidence_rows(
    app: &App,
    actor: &Actor,
    case: &Case,
) -> Answer<Vec<EvidenceRow>> {
    let lang = actor.lang;
    let orgs = app.store.orgs().await?;
    let evidence = app.store.evidence(case.id).await?;
    let may_set_aside = may(actor.member.role, Deed::EditDraft)
        && is_open(case).is_ok()
        && case::is_uninvolved(app, actor, case.claim).await.is_ok();
    let mut kept = Vec::with_capacity(evidence.len());
    for it in &evidence {
        kept.push(match &it.capture {
            Capture::Archived { sha256 } => {
                app.store.kept_page(sha256).await?.map(|(_, at)| at.date(lang))
            }
            _ => None,
        });
    }
    let states = app.store.source_states(case.claim).await?;
    let row = |(it, kept): (Evidence, Option<String>)| {
        let state = states.iter().find(|state| state.id == it.id);
        let seen = state.and_then(|it| it.seen);
        let org = orgs.iter().find(|org| org.id == it.org);
        let (why, sha256) = match &it.capture {
            Capture::Failed { why } => (Some(words::not_kept(lang, why)), None),
            Capture::Archived { sha256 } => (None, Some(sha256.clone())),
            Capture::Pending | Capture::NoneDemo => (None, None),
        };
        let is_own = it.org == actor.member.org;
        let is_kept = it.capture.is_enough();
        EvidenceRow {
            id: it.id.to_string(),
            stance: it.stance.code().to_owned(),
            stance_words: words::stance(lang, it.stance),
            can_retry: is_own && why.is_some(),
            can_withdraw: is_own && is_open(case).is_ok(),
            can_set_aside: may_set_aside && !is_own && !is_kept,
            capture: words::capture(lang, &it.capture),
            why,
            sha256,
            kept,
            org: org.map(|it| it.name.clone()).unwrap_or_default(),
            notes: it.note.each(),
            quotes: it.quote.each(),
            kind: it.kind.map(|it| words::source_kind(lang, it)),
            handed_in: it.handed_in,
            since: seen.map(|it| codes::page_state(lang, it)),
            is_lost: seen.is_some_and(|(it, ..)| it != PageState::Alive),
            stamped: state.and_then(|it| it.stamped).map(|it| it.date_time(lang)),
            interest: it.interest.text(lang).to_owned(),
            publisher: it.publisher,
            title: it.title,
            url: it.url,
            published: it.published,
        }
    };
    Ok(evidence.into_iter().zip(kept).map(row).collect())
}

/// Evidence is brought and taken back while an answer is worked on.
pub(super) fn is_open(case: &Case) -> Answer<()> {
    match case.takes_evidence() {
        true => Ok(()),
        false => Err(Halt::Rule(Rule::EvidenceClosed.code())),
    }
}

fn is_own(actor: &Actor, source: &Evidence) -> Answer<()> {
    if source.org == actor.member.org { Ok(()) } else { Err(Halt::Rule("d-evidence-not-yours")) }
}

async fn of_case(app: &App, id: &str, fields: &Fields) -> Answer<(Case, Evidence)> {
    let (case, _) = case::found(app, id).await?;
    let id = EvidenceId::parse(fields.one("evidence"))?;
    let found = app.store.evidence(case.id).await?.into_iter().find(|it| it.id == id);
    Ok((case, found.ok_or(Halt::Missing)?))
}

/// What a form says of a source; complaints stand in the form.
pub(super) fn read(app: &App, actor: &Actor, form: &mut Form) -> Option<Evidence> {
    let stance = Stance::from_code(form.value("stance"));
    if stance.is_none() {
        form.complain("stance", "d-form-choose");
    }
    let kind = SourceKind::from_code(form.value("source_kind"));
    if kind.is_none() {
        form.complain("source_kind", "d-form-choose");
    }
    let publisher = form.need("publisher", NAME_CHARS_MAX);
    let title = form.need("title", NAME_CHARS_MAX);
    let url = source_url(form.value("url"));
    if let Err(bad) = url {
        form.complain("url", complaint(bad));
    }
    let published = Some(form.value("published").to_owned()).filter(|it| !it.is_empty());
    if published.as_deref().is_some_and(|it| Timestamp::parse(it).is_none() || it.len() != 10) {
        form.complain("published", "d-evidence-bad-day");
    }
    for field in ["note_vi", "note_en"] {
        form.at_most(field, NOTE_CHARS_MAX);
    }
    for field in ["interest_vi", "interest_en"] {
        form.at_most(field, INTEREST_CHARS_MAX);
    }
    let (note, interest) = (form.fields().localised("note"), form.fields().localised("interest"));
    if note.is_empty() {
        form.complain("note_vi", "d-evidence-note");
    }
    let quote = quoted(form);
    form.no_personal_data(&[
        ("quote_vi", Lang::Vi),
        ("quote_en", Lang::En),
        ("publisher", Lang::Vi),
        ("title", Lang::Vi),
        ("note_vi", Lang::Vi),
        ("note_en", Lang::En),
        ("interest_vi", Lang::Vi),
        ("interest_en", Lang::En),
    ]);
    Some(Evidence {
        id: EvidenceId::new(app.now(), chance()),
        org: actor.member.org,
        stance: stance?,
        publisher,
        title,
        url: url.ok()?,
        published,
        note,
        quote,
        kind,
        interest,
        // A demo archives nothing, as its banner says: it can be tried without a network.
        capture: if app.desk.demo { Capture::NoneDemo } else { Capture::Pending },
        blob: None,
        handed_in: false,
    })
}

/// The passage that counts, in at least one language.
fn quoted(form: &mut Form) -> Localised {
    for field in ["quote_vi", "quote_en"] {
        let text = form.value(field);
        if text.is_empty() {
            continue;
        }
        match fits_quote(text) {
            Ok(()) => {}
            Err(BadQuote::TooShort) => {
                form.complain_with(field, "d-quote-short", QUOTE_CHARS_MIN as i64);
            }
            Err(BadQuote::TooLong) => {
                form.complain_with(field, "d-quote-long", QUOTE_CHARS_MAX as i64);
            }
        }
    }
    let quote = form.fields().localised("quote");
    if quote.is_empty() {
        form.complain("quote_vi", "d-quote-needed");
    }
    quote
}

/// Why an address cannot be evidence, in the desk's words.
fn complaint(bad: BadSource) -> &'static str {
    match bad {
        BadSource::TooLong => "d-evidence-url-too-long",
        BadSource::NotAPage => "d-evidence-bad-url",
        BadSource::Personal => "d-evidence-personal",
    }
}

/// The form, for a page or for a file of at most so many MB.
pub(super) async fn show(
    app: &App,
    visit: &Visit,
    id: &str,
    status: StatusCode,
    form: Form,
    file: Option<usize>,
) -> Answer<Response> {
    let lang = visit.lang;
    let (case, claim) = case::found(app, id).await?;
    is_open(&case)?;
    let page = EvidencePage {
        page: Page::new(app, lang, locale::text(lang, "d-evidence-title"), ""),
        desk: Frame::of(visit),
        case: CaseHead::new(lang, &case, &claim),
        form,
        stances: words::stances(lang),
        kinds: words::source_kinds(lang),
        file,
    };
    Ok(page::status(status, &page)?)
}
