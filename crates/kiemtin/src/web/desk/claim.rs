//! `/desk/claims`: wording a claim from what people send, and claims that have no case yet.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::channel::OUTLETS;
use kiemtin_core::claim_review::CLAIM_CHARS_GOOD;
use kiemtin_core::ids::{CaseId, ClaimId, GroupId};
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::remit::TOPICS;
use kiemtin_core::review::CLAIM_CHARS_MAX;
use kiemtin_store::claims::{ForeignReview, NewClaim, Origin};
use kiemtin_store::groups::Group;

use super::actor::{Actor, Visit};
use super::case;
use super::form::{Asked, Fields, Form, personal_data};
use super::frame::Frame;
use super::halt::{Answer, Halt};
use super::near::{self, Near};
use super::queue::{GroupRow, rows};
use super::words::{self, Choice};
use crate::app::App;
use crate::app::clock::chance;
use crate::locale;
use crate::web::page::{self, Page};

/// Other wordings typed at once.
const VARIANTS_MAX: usize = 20;
/// Characters of the field that holds them.
const VARIANTS_CHARS_MAX: usize = 4_000;

#[derive(Template)]
#[template(path = "desk/claim_new.html")]
struct NewClaimPage {
    page: Page,
    desk: Frame,
    form: Form,
    group: Option<GroupRow>,
    near: Vec<Near>,
    topics: Vec<Choice>,
    outlets: Vec<Choice>,
    good: i64,
    max: i64,
}

#[derive(Template)]
#[template(path = "desk/claim.html")]
struct ClaimPage {
    page: Page,
    desk: Frame,
    id: String,
    sentence: String,
    title: Option<String>,
    variants: Vec<(Lang, String)>,
    foreign: Vec<ForeignReview>,
    groups: Vec<GroupRow>,
    /// Groups of other claims, or of none yet, that came with the picture of a sighting.
    same_picture: Vec<GroupRow>,
}

/// `GET /desk/claims/new?group=&sentence=`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer<Response> {
    let group = group(&app, asked.one("group")).await?;
    let id = ClaimId::new(app.now(), chance());
    let lang = group.as_ref().map_or(visit.lang, |it| it.lang);
    // A sentence of the group to begin with: whoever words the claim makes it stand alone.
    let field = if lang == Lang::Vi { "claim_vi" } else { "claim_en" };
    let sentence = asked.one("sentence").chars().take(CLAIM_CHARS_MAX).collect();
    let values = vec![
        ("lang", lang.to_string()),
        ("group", asked.one("group").to_owned()),
        ("claim", id.to_string()),
        (field, sentence),
    ];
    let form = Form::new(visit.lang, Fields::of(values));
    form_page(&app, &visit, StatusCode::OK, form, group.as_ref()).await
}

/// `POST /desk/claims`: words a claim, opens its case and ties the group that it came from.
pub(super) async fn word(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    fields: Fields,
) -> Answer<Response> {
    let group = group(&app, fields.one("group")).await?;
    // The form brings the id of its claim: sent twice, it leads to the same case.
    let id =
        ClaimId::parse(fields.one("claim")).unwrap_or_else(|_| ClaimId::new(app.now(), chance()));
    if let Some(case) = app.store.case_of(id).await? {
        return Ok(Redirect::to(&format!("/desk/cases/{}?done=worded", case.id)).into_response());
    }
    let mut form = Form::new(visit.lang, fields);
    let new = read(id, &mut form);
    let Some(new) = new.filter(|_| form.is_fine()) else {
        return form_page(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, form, group.as_ref())
            .await;
    };
    let case = CaseId::new(app.now(), chance());
    let (store, act) = (&app.store, app.act(&actor.member));
    match group {
        Some(group) => store.open_case_for(group.id, case, &new, act).await?,
        None => store.open_case(case, &new, act).await?,
    }
    Ok(Redirect::to(&format!("/desk/cases/{case}?done=worded")).into_response())
}

/// `GET /desk/claims/{id}`: its case, or what is known of it without one.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Answer<Response> {
    let id = ClaimId::parse(&id)?;
    if let Some(case) = app.store.case_of(id).await? {
        return Ok(Redirect::to(&format!("/desk/cases/{}", case.id)).into_response());
    }
    let lang = visit.lang;
    let claim = app.store.claim(id).await?.ok_or(Halt::Missing)?;
    let groups = app.store.groups_of_claim(id, case::GROUPS_MAX).await?;
    let own: Vec<GroupId> = groups.iter().map(|it| it.id).collect();
    let mut same_picture = app.groups_sharing_pictures(&own).await?;
    same_picture.retain(|it| it.claim != Some(id));
    let sentence = claim.text.text(lang).to_owned();
    let page = ClaimPage {
        page: Page::new(&app, lang, sentence.clone(), ""),
        desk: Frame::of(&visit),
        id: id.to_string(),
        sentence,
        title: claim.title,
        variants: app.store.variants(id).await?,
        foreign: app.store.foreign_reviews(id).await?,
        groups: rows(&app, lang, &groups).await?,
        same_picture: rows(&app, lang, &same_picture).await?,
    };
    Ok(page::html(&page)?)
}

/// `POST /desk/claims/{id}/open`: begins the work on a claim that is there, an imported one say.
pub(super) async fn open(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
) -> Answer<Redirect> {
    let claim = app.store.claim(ClaimId::parse(&id)?).await?.ok_or(Halt::Missing)?;
    if app.store.case_of(claim.id).await?.is_some() {
        return Err(Halt::Stale);
    }
    let case = CaseId::new(app.now(), chance());
    app.store.open_case_of(case, claim.id, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/cases/{case}?done=opened")))
}

/// `POST /desk/cases/{id}/variant`: the claim in other words.
pub(super) async fn add_variant(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, claim) = case::found(&app, &id).await?;
    let mut form = Form::new(actor.lang, fields);
    let text = form.need("text", CLAIM_CHARS_MAX);
    let lang = Lang::from_tag(form.value("lang")).unwrap_or(claim.lang);
    if !form.is_fine() || holds_personal_data(&text, lang) {
        return Err(Halt::Rule("d-variant-unfit"));
    }
    app.store.add_variant(claim.id, lang, &text, &actor.member).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=variant", case.id)))
}

fn read(id: ClaimId, form: &mut Form) -> Option<NewClaim> {
    for field in ["claim_vi", "claim_en"] {
        form.at_most(field, CLAIM_CHARS_MAX);
    }
    let text = form.fields().localised("claim");
    if text.is_empty() {
        form.complain("claim_vi", "d-claim-needed");
    }
    let lang = Lang::from_tag(form.value("lang"));
    if lang.is_none() {
        form.complain("lang", "d-form-choose");
    }
    let known = |list: &[&str], value: &str| {
        list.iter().find(|it| **it == value).map(|it| (*it).to_owned())
    };
    let topic = known(&TOPICS, form.value("topic"));
    if topic.is_none() {
        form.complain("topic", "d-form-choose");
    }
    let outlet = known(&OUTLETS, form.value("outlet"));
    let variants = variants(form);
    let new = NewClaim {
        id,
        lang: main_lang(lang?, &text),
        text,
        title: None,
        body: None,
        topic,
        outlet,
        first_seen: None,
        origin: Origin::Desk,
        origin_hmac: None,
        variants,
        foreign: None,
    };
    complain_of_personal_data(form, &new);
    Some(new)
}

/// The language that was chosen, if the claim is worded in it.
fn main_lang(chosen: Lang, text: &Localised) -> Lang {
    if text.exact(chosen).is_some() { chosen } else { chosen.other() }
}

/// One wording a line, in each language.
fn variants(form: &mut Form) -> Vec<(Lang, String)> {
    let mut variants = Vec::new();
    for (field, lang) in [("variants_vi", Lang::Vi), ("variants_en", Lang::En)] {
        let text = form.at_most(field, VARIANTS_CHARS_MAX);
        let lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
        variants.extend(lines.map(|it| (lang, it.to_owned())));
        if variants.iter().any(|(_, it)| CLAIM_CHARS_MAX < it.chars().count()) {
            form.complain(field, "d-variant-too-long");
        }
    }
    if VARIANTS_MAX < variants.len() {
        form.complain("variants_vi", "d-variants-too-many");
    }
    variants
}

/// A claim is public one day: it names no telephone, account or profile of anybody.
fn complain_of_personal_data(form: &mut Form, new: &NewClaim) {
    form.no_personal_data(&[("claim_vi", Lang::Vi), ("claim_en", Lang::En)]);
    if new.variants.iter().any(|(lang, it)| holds_personal_data(it, *lang)) {
        form.no_personal_data(&[("variants_vi", Lang::Vi), ("variants_en", Lang::En)]);
    }
}

fn holds_personal_data(text: &str, lang: Lang) -> bool {
    personal_data(text, lang, lang).is_some()
}

async fn group(app: &App, id: &str) -> Answer<Option<Group>> {
    if id.is_empty() {
        return Ok(None);
    }
    let group = app.store.group(GroupId::parse(id)?).await?;
    group.map(Some).ok_or(Halt::Missing)
}

async fn form_page(
    app: &App,
    visit: &Visit,
    status: StatusCode,
    form: Form,
    group: Option<&Group>,
) -> Answer<Response> {
    let lang = visit.lang;
    let near = match group {
        Some(group) => near::of_group(app, lang, group).await?,
        None => Vec::new(),
    };
    let group = match group {
        Some(group) => rows(app, lang, std::slice::from_ref(group)).await?.pop(),
        None => None,
    };
    let page = NewClaimPage {
        page: Page::new(app, lang, locale::text(lang, "d-claim-new-title"), ""),
        desk: Frame::of(visit),
        form,
        group,
        near,
        topics: words::topics(lang),
        outlets: words::outlets(lang),
        good: i64::try_from(CLAIM_CHARS_GOOD).unwrap_or(i64::MAX),
        max: i64::try_from(CLAIM_CHARS_MAX).unwrap_or(i64::MAX),
    };
    Ok(page::status(status, &page)?)
}
