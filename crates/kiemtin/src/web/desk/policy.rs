//! `/desk/policy`: an editor changes a page of the desk about itself, or the facts that the pages
//! show. Each edit is a new version, with a public reason and an entry in the log; taking an edit back
//! is another edit.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::lang::Lang;
use kiemtin_core::policy::{
    Edit, FACT_CHARS_MAX, Facts, Policy, REASON_CHARS_MAX, TEXT_CHARS_MAX, TEXT_CHARS_MIN,
};
use kiemtin_core::review::Salt;
use kiemtin_store::StoreError;

use super::actor::{Actor, Visit};
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::{Answer, Halt};
use crate::app::App;
use crate::app::clock::chance;
use crate::locale;
use crate::web::page::{self, Page};
use crate::web::policies::{facts, from_the_program, title};

/// The facts, each in two languages.
const FACTS: [&str; 4] = ["name", "structure", "funding", "contact"];

#[derive(Template)]
#[template(path = "desk/policies.html")]
struct PoliciesPage {
    page: Page,
    desk: Frame,
    /// Name, title and newest version of each page.
    rows: Vec<(&'static str, String, i64)>,
}

#[derive(Template)]
#[template(path = "desk/policy.html")]
struct PolicyPage {
    page: Page,
    desk: Frame,
    policy: Policy,
    /// The version that is changed; 0 is the text that came with the program.
    version: i64,
    form: Form,
}

impl PolicyPage {
    fn is_facts(&self) -> bool {
        self.policy == Policy::Facts
    }
}

/// `GET /desk/policy`
pub(super) async fn list(State(app): State<Arc<App>>, visit: Visit) -> Answer<Response> {
    let lang = visit.lang;
    let mut rows = Vec::new();
    for policy in [Policy::Facts].into_iter().chain(Policy::PAGES) {
        rows.push((policy.name(), title(lang, policy), newest(&app, policy).await?));
    }
    let page = Page::new(&app, lang, locale::text(lang, "policy-title"), "");
    Ok(page::html(&PoliciesPage { page, desk: Frame::of(&visit), rows })?)
}

/// `GET /desk/policy/{name}`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(name): Path<String>,
) -> Answer<Response> {
    let policy = Policy::from_name(&name).ok_or(Halt::Missing)?;
    let version = newest(&app, policy).await?;
    let form = Form::new(visit.lang, values(&app, policy).await?);
    show(&app, &visit, policy, version, StatusCode::OK, form)
}

/// `POST /desk/policy/{name}`
pub(super) async fn edit(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(name): Path<String>,
    fields: Fields,
) -> Answer<Response> {
    let policy = Policy::from_name(&name).ok_or(Halt::Missing)?;
    let seen: i64 = fields.one("version").parse().map_err(|_| Halt::Stale)?;
    let mut form = Form::new(visit.lang, fields);
    let edit = read(&mut form, policy);
    for (field, lang) in [("reason_vi", Lang::Vi), ("reason_en", Lang::En)] {
        form.at_most(field, REASON_CHARS_MAX);
        form.no_personal_data(&[(field, lang)]);
    }
    let reason = form.fields().localised("reason");
    if reason.is_empty() {
        form.complain("reason_vi", "d-policy-need-reason");
    }
    if !form.is_fine() {
        return show(&app, &visit, policy, seen, StatusCode::UNPROCESSABLE_ENTITY, form);
    }
    let salt = Salt(chance());
    match app.store.edit_policy(&edit, &reason, seen, app.act(&actor.member), salt).await {
        Err(StoreError::Stale) => {
            // What was typed stays; the version that is there now is named beside it.
            form.complain("version", "d-policy-changed");
            show(&app, &visit, policy, seen, StatusCode::CONFLICT, form)
        }
        edited => {
            edited?;
            Ok(Redirect::to("/desk/policy?done=policy").into_response())
        }
    }
}

async fn newest(app: &App, policy: Policy) -> Answer<i64> {
    Ok(app.store.policy(policy).await?.map_or(0, |it| it.document.version))
}

/// What the form shows first: the page as it is.
async fn values(app: &App, policy: Policy) -> Answer<Fields> {
    let mut pairs = Vec::new();
    if policy == Policy::Facts {
        let Facts { name, structure, funding, contact, ifcn } = facts(app).await?;
        let names: [(&str, &str); 4] = [
            ("name_vi", "name_en"),
            ("structure_vi", "structure_en"),
            ("funding_vi", "funding_en"),
            ("contact_vi", "contact_en"),
        ];
        for ((vi, en), it) in names.into_iter().zip([name, structure, funding, contact]) {
            pairs.push((vi, it.vi.unwrap_or_default()));
            pairs.push((en, it.en.unwrap_or_default()));
        }
        pairs.push(("ifcn", if ifcn { "yes" } else { "" }.to_owned()));
        return Ok(Fields::of(pairs));
    }
    let text = match app.store.policy(policy).await? {
        Some(it) => it.document.text,
        None => from_the_program(policy),
    };
    pairs.push(("text_vi", text.vi.unwrap_or_default()));
    pairs.push(("text_en", text.en.unwrap_or_default()));
    Ok(Fields::of(pairs))
}

fn read(form: &mut Form, policy: Policy) -> Edit {
    if policy == Policy::Facts {
        for field in [
            "name_vi",
            "name_en",
            "structure_vi",
            "structure_en",
            "funding_vi",
            "funding_en",
            "contact_vi",
            "contact_en",
        ] {
            form.at_most(field, FACT_CHARS_MAX);
        }
        // The line of an office may stand here: masking knows it from a person's.
        form.no_personal_data(&[("contact_vi", Lang::Vi), ("contact_en", Lang::En)]);
        let [name, structure, funding, contact] = FACTS.map(|it| form.fields().localised(it));
        return Edit::Facts(Facts {
            name,
            structure,
            funding,
            contact,
            ifcn: form.has("ifcn", "yes"),
        });
    }
    for (field, lang) in [("text_vi", Lang::Vi), ("text_en", Lang::En)] {
        form.at_most(field, TEXT_CHARS_MAX);
        form.no_personal_data(&[(field, lang)]);
        if form.value(field).chars().count() < TEXT_CHARS_MIN {
            let n = i64::try_from(TEXT_CHARS_MIN).unwrap_or(i64::MAX);
            form.complain_with(field, "d-policy-too-short", n);
        }
    }
    Edit::Text(policy, form.fields().localised("text"))
}

fn show(
    app: &App,
    visit: &Visit,
    policy: Policy,
    version: i64,
    status: StatusCode,
    form: Form,
) -> Answer<Response> {
    let lang = visit.lang;
    let page = Page::new(app, lang, title(lang, policy), "");
    let page = PolicyPage { page, desk: Frame::of(visit), policy, version, form };
    Ok(page::status(status, &page)?)
}
