//! `/desk/cases/{id}/draft`: writing the answer, its preview, and the next version of one that is
//! out.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::rating::Rating;
use kiemtin_core::review::{self, Content, Misfit, VersionClass};
use kiemtin_core::sign_off::DraftHash;
use kiemtin_core::workflow::{self, Action};
use kiemtin_store::cases::Case;
use kiemtin_store::{Rule, StoreError};

use super::actor::{Actor, Visit};
use super::case::{self, CaseHead, OpinionRow, opinion_rows};
use super::evidence::{EvidenceRow, evidence_rows};
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::{Answer, Halt};
use super::markup::{self, MarkupPart};
use super::words::{self, Choice};
use crate::app::App;
use crate::locale;
use crate::web::page::{self, Page};

const BODY_CHARS_MAX: usize = 20_000;
const ANSWER_CHARS_MAX: usize = 400;
const WHY_CHARS_MAX: usize = 1_000;

#[derive(Template)]
#[template(path = "desk/draft.html")]
struct DraftPage {
    page: Page,
    desk: Frame,
    case: CaseHead,
    form: Form,
    preview: Option<Vec<Preview>>,
    ratings: Vec<Choice>,
    /// Empty for a first version.
    classes: Vec<Choice>,
    missing: Vec<String>,
    markup: MarkupPart,
    evidence: Vec<EvidenceRow>,
    opinions: Vec<OpinionRow>,
}

/// What readers of one language will see.
pub(super) struct Preview {
    pub(super) lang: Lang,
    pub(super) claim: String,
    pub(super) rating: &'static str,
    pub(super) rating_code: &'static str,
    pub(super) answer: String,
    pub(super) body: Vec<String>,
    /// What the picture is that the claim came with, and what it really shows.
    pub(super) picture: Option<(String, String)>,
    pub(super) why: String,
    pub(super) single_source: String,
    pub(super) reason: String,
}

/// `GET /desk/cases/{id}/draft`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
) -> Answer<Response> {
    let (case, claim) = case::found(&app, &id).await?;
    is_open(&case)?;
    case::is_uninvolved(&app, &actor, claim.id).await?;
    let draft = app.store.draft(case.id).await?;
    let content = draft.map_or_else(|| empty(claim.text.clone()), |it| it.content);
    let form = Form::new(visit.lang, values(&content.written()));
    show(&app, &visit, &actor, &id, StatusCode::OK, form, None).await
}

/// `POST /desk/cases/{id}/draft`: a preview, or the draft as it stands from now on. Any change to
/// what is signed voids the signatures.
pub(super) async fn save(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Response> {
    let (case, claim) = case::found(&app, &id).await?;
    is_open(&case)?;
    case::is_uninvolved(&app, &actor, claim.id).await?;
    let mut form = Form::new(visit.lang, fields);
    let mut content = read(&mut form, case.state);
    markup::keep_sources(&app, &case, &mut content).await?;
    let preview = form.has("do", "preview");
    slight_change(&app, &case, &content, &mut form).await?;
    if preview || !form.is_fine() {
        let status = match form.is_fine() {
            true => StatusCode::OK,
            false => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let preview = preview.then(|| previews(visit.lang, &content));
        return show(&app, &visit, &actor, &id, status, form, preview).await;
    }
    let saved = match seen(form.value("hash")) {
        Ok(seen) => app.store.save_draft(case.id, &content, seen, app.act(&actor.member)).await,
        Err(stale) => Err(stale),
    };
    match saved {
        Err(StoreError::Stale) => {
            form.complain("hash", "d-draft-changed");
            show(&app, &visit, &actor, &id, StatusCode::UNPROCESSABLE_ENTITY, form, None).await
        }
        saved => {
            saved?;
            Ok(Redirect::to(&format!("/desk/cases/{}?done=saved", case.id)).into_response())
        }
    }
}

/// `POST /desk/cases/{id}/correct`: begins the next version with the words of the last one. The
/// class `retraction` withdraws the answer, once it is signed.
pub(super) async fn correct(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, _) = case::seen(&app, &id, &fields).await?;
    let to = workflow::decide(case.state, Action::Correct, actor.member.role, None)?;
    let class =
        VersionClass::from_code(fields.one("class")).filter(|it| *it != VersionClass::First);
    let class = class.unwrap_or(VersionClass::Correction);
    let last = app.store.newest_version(case.claim).await?.ok_or(Halt::Missing)?;
    let next = Content { class, reason: Localised::default(), ..last.document.content.written() };
    app.store.begin_correction(&case, to, &next, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}/draft?done=correcting", case.id)))
}

/// A typo or a clarification touches neither claim, rating, answer nor evidence.
///
/// # Errors
/// The database failed.
pub(super) async fn is_slight_and_touches(
    app: &App,
    case: &Case,
    content: &Content,
) -> Answer<bool> {
    if !matches!(content.class, VersionClass::Typo | VersionClass::Clarification) {
        return Ok(false);
    }
    let last = app.store.newest_version(case.claim).await?;
    let Some(last) = last.map(|it| it.document.content) else { return Ok(false) };
    Ok(review::fits(Some(&last), content) == Err(Misfit::TooSlight))
}

async fn slight_change(app: &App, case: &Case, content: &Content, form: &mut Form) -> Answer<()> {
    let evidence = app.store.draft(case.id).await?.map(|it| it.content.evidence);
    let whole = Content { evidence: evidence.unwrap_or_default(), ..content.clone() };
    if is_slight_and_touches(app, case, &whole).await? {
        form.complain("class", Rule::Misfit(Misfit::TooSlight).code());
    }
    Ok(())
}

fn is_open(case: &Case) -> Answer<()> {
    match case.state {
        workflow::State::Draft | workflow::State::Correcting => Ok(()),
        _ => Err(Halt::Rule("d-draft-closed")),
    }
}

/// The wording that a form was made from: none, where there was none.
fn seen(hash: &str) -> Result<Option<DraftHash>, StoreError> {
    if hash.is_empty() {
        return Ok(None);
    }
    let bytes = hex::decode(hash).map_err(|_| StoreError::Stale)?;
    bytes.try_into().map(Some).map_err(|_| StoreError::Stale)
}

/// Says which wording a form was made from, so that nobody overwrites what they did not see.
async fn written_hash(app: &App, case: &Case) -> Answer<String> {
    let draft = app.store.draft(case.id).await?;
    Ok(draft.map(|it| hex::encode(it.content.written().hash())).unwrap_or_default())
}

fn empty(claim: Localised) -> Content {
    Content {
        claim,
        rating: Rating::Unproven,
        answer: Localised::default(),
        body: Localised::default(),
        why: Localised::default(),
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

fn read(form: &mut Form, state: workflow::State) -> Content {
    let limits = [
        ("claim_vi", review::CLAIM_CHARS_MAX),
        ("claim_en", review::CLAIM_CHARS_MAX),
        ("answer_vi", ANSWER_CHARS_MAX),
        ("answer_en", ANSWER_CHARS_MAX),
        ("body_vi", BODY_CHARS_MAX),
        ("body_en", BODY_CHARS_MAX),
        ("why_vi", WHY_CHARS_MAX),
        ("why_en", WHY_CHARS_MAX),
        ("single_source_vi", WHY_CHARS_MAX),
        ("single_source_en", WHY_CHARS_MAX),
        ("reason_vi", WHY_CHARS_MAX),
        ("reason_en", WHY_CHARS_MAX),
        ("picture_vi", WHY_CHARS_MAX),
        ("picture_en", WHY_CHARS_MAX),
    ];
    for (field, chars_max) in limits {
        form.at_most(field, chars_max);
        let lang = if field.ends_with("_vi") { Lang::Vi } else { Lang::En };
        form.no_personal_data(&[(field, lang)]);
    }
    let rating = Rating::from_code(form.value("rating"));
    if rating.is_none() {
        form.complain("rating", "d-form-choose");
    }
    let fields = form.fields().clone();
    Content {
        claim: fields.localised("claim"),
        rating: rating.unwrap_or(Rating::Unproven),
        answer: fields.localised("answer"),
        body: fields.localised("body"),
        why: fields.localised("why"),
        single_source: fields.localised("single_source"),
        none_against: form.has("none_against", "yes"),
        evidence: Vec::new(),
        appears_on: markup::appears_on(&fields),
        picture: markup::picture(form),
        opinions: Vec::new(),
        reply: None,
        meetings: Vec::new(),
        class: class(form, state),
        reason: fields.localised("reason"),
    }
}

/// The first version is the first; a later one says what kind of change it is.
fn class(form: &mut Form, state: workflow::State) -> VersionClass {
    if state != workflow::State::Correcting {
        return VersionClass::First;
    }
    let chosen = VersionClass::from_code(form.value("class"));
    let chosen = chosen.filter(|it| *it != VersionClass::First);
    if chosen.is_none() {
        form.complain("class", "d-form-choose");
    }
    chosen.unwrap_or(VersionClass::Correction)
}

fn values(content: &Content) -> Fields {
    let text = |it: &Localised, lang| it.exact(lang).unwrap_or_default().to_owned();
    let Content { claim, rating, answer, body, why, single_source, class, reason, .. } = content;
    let mut values = vec![("rating", rating.code().to_owned()), ("class", class.code().to_owned())];
    if content.none_against {
        values.push(("none_against", "yes".to_owned()));
    }
    values.extend(markup::values(content));
    let both = [
        ("claim_vi", "claim_en", claim),
        ("answer_vi", "answer_en", answer),
        ("body_vi", "body_en", body),
        ("why_vi", "why_en", why),
        ("single_source_vi", "single_source_en", single_source),
        ("reason_vi", "reason_en", reason),
    ];
    for (vi, en, it) in both {
        values.extend([(vi, text(it, Lang::Vi)), (en, text(it, Lang::En))]);
    }
    Fields::of(values)
}

/// What readers will see, in each language that has a text; the member's first.
pub(super) fn previews(lang: Lang, content: &Content) -> Vec<Preview> {
    let langs = [lang, lang.other()].into_iter();
    let preview = |lang: Lang| {
        let Content { claim, answer, body, why, single_source, reason, picture, .. } = content;
        let all = [claim, answer, body, why, single_source, reason];
        // Everything that is signed is shown, also where a language lacks its claim.
        all.iter().find_map(|it| it.exact(lang))?;
        let text = |it: &Localised| it.exact(lang).unwrap_or_default().to_owned();
        let body = text(body);
        Some(Preview {
            lang,
            claim: text(claim),
            rating: content.rating.words(lang),
            rating_code: content.rating.code(),
            answer: text(answer),
            body: body.split("\n\n").map(str::to_owned).filter(|it| !it.is_empty()).collect(),
            picture: picture.as_ref().map(|it| markup::seen(lang, it)),
            why: text(why),
            single_source: text(single_source),
            reason: text(reason),
        })
    };
    langs.filter_map(preview).collect()
}

async fn show(
    app: &App,
    visit: &Visit,
    actor: &Actor,
    id: &str,
    status: StatusCode,
    form: Form,
    preview: Option<Vec<Preview>>,
) -> Answer<Response> {
    let lang = visit.lang;
    let (case, claim) = case::found(app, id).await?;
    let draft = app.store.draft(case.id).await?;
    let missing = draft.as_ref().map(|it| review::ready(&it.content)).unwrap_or_default();
    let markup = markup::part(app, lang, &case, draft.as_ref(), &form).await?;
    let orgs = app.store.orgs().await?;
    let is_later = case.state == workflow::State::Correcting;
    // After a complaint the form keeps the wording that it was made from, not the newest one.
    let hash = match form.value("hash") {
        "" => written_hash(app, &case).await?,
        hash => hash.to_owned(),
    };
    let page = DraftPage {
        page: Page::new(app, lang, locale::text(lang, "d-draft-title"), ""),
        desk: Frame::of(visit),
        case: CaseHead::new(lang, &case, &claim),
        preview,
        ratings: words::ratings(lang),
        classes: if is_later { words::classes(lang) } else { Vec::new() },
        missing: missing.iter().map(|it| words::missing(lang, it)).collect(),
        markup,
        evidence: evidence_rows(app, actor, &case).await?,
        opinions: opinion_rows(app, actor, &case, &orgs).await?,
        form: form.with("hash", hash),
    };
    Ok(page::status(status, &page)?)
}
