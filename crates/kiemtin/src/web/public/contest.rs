//! `/{lang}/c/{number}/contest`: anybody says what is wrong with an answer, without account, script,
//! captcha or cookie. What was sent has a page with its number, its state and its clock: `contests`.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Extension, Form, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::contest::{Kind, TEXT_CHARS_MAX, TEXT_CHARS_MIN};
use kiemtin_core::lang::Lang;
use kiemtin_core::message::{Refused, URL_BYTES_MAX};
use kiemtin_store::StoreResult;
use kiemtin_store::claims::Claim;
use kiemtin_store::organisations::Org;
use kiemtin_store::reviews::Version;
use serde::Deserialize;

use super::claim;
use crate::app::App;
use crate::app::contests::{BadStamp, ContestRefused, SentContest};
use crate::app::floods::{Counted, Network};
use crate::locale;
use crate::web::failure::{Answer, Failure};
use crate::web::page::{Page, Reader, status};

/// What the form sends. No field names a person.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    /// The stamp of the form.
    form: String,
    /// The version that was read.
    version: String,
    kind: String,
    text: String,
    url: String,
    /// The short name of the organisation that the claim is said to concern.
    concerns: String,
}

#[derive(Template)]
#[template(path = "public/contest.html")]
struct ContestForm {
    page: Page,
    /// The answer that is contested.
    shown: Version,
    typed: Typed,
    orgs: Vec<Org>,
    problem: Option<Problem>,
}

impl ContestForm {
    fn is_wrong(&self, field: &str) -> bool {
        self.problem.as_ref().is_some_and(|it| it.field == field)
    }

    fn number(&self) -> &i64 {
        &self.shown.document.number
    }
}

/// What is wrong, and at which field.
struct Problem {
    field: &'static str,
    words: String,
    status: StatusCode,
    /// Seconds after which it may be sent again.
    retry: Option<i64>,
}

impl Problem {
    fn at(field: &'static str, words: String) -> Self {
        Self { field, words, status: StatusCode::UNPROCESSABLE_ENTITY, retry: None }
    }
}

/// `GET /{lang}/c/{number}/contest`
pub(super) async fn form(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, text)): Path<(String, String)>,
) -> Answer<Response> {
    let (_, versions) = claim::published(&app, reader, &text).await?;
    let shown = versions.into_iter().next().ok_or(Failure::Missing(reader.0))?;
    let form = app.stamp(shown.document.number);
    let version = shown.document.version.to_string();
    show(&app, reader.0, shown, Typed { form, version, ..Typed::default() }, None).await
}

/// `POST /{lang}/c/{number}/contest`
pub(super) async fn send(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, text)): Path<(String, String)>,
    network: Option<Extension<Network>>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let (claim, versions) = claim::published(&app, reader, &text).await?;
    let lang = reader.0;
    let newest = versions.first().ok_or(Failure::Missing(lang))?.clone();
    let number = newest.document.number;
    let mut typed = Typed { text: typed.text.replace("\r\n", "\n"), ..typed };
    let stamp = app.read_stamp(number, &typed.form);
    if stamp == Err(BadStamp::TooOld) {
        typed.form = app.stamp(number);
    }
    let is_there = |it: &i64| versions.iter().any(|version| version.document.version == *it);
    let version = typed.version.parse().ok().filter(is_there);
    let version = version.unwrap_or(newest.document.version);
    let page = Page::new(&app, lang, String::new(), String::new());
    match take(&app, &page, (&claim, version), &typed, stamp, network).await? {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(problem) => show(&app, lang, newest, typed, Some(problem)).await,
    }
}

/// Where the page of the contest is, once it was taken; else what is wrong.
async fn take(
    app: &App,
    page: &Page,
    (claim, version): (&Claim, i64),
    typed: &Typed,
    stamp: Result<[u8; 16], BadStamp>,
    network: Option<Extension<Network>>,
) -> Answer<Result<String, Problem>> {
    let (form, kind) = match read(page, typed, stamp) {
        Ok(read) => read,
        Err(problem) => return Ok(Err(problem)),
    };
    let lang = page.lang;
    if let Some(number) = app.store.contest_of_form(form).await? {
        return Ok(Ok(format!("/{lang}/contests/{number}?sent=yes")));
    }
    let network = network.map(|Extension(it)| it);
    if let Err(full) = app.floods.count(Counted::Contest, network, app.now()) {
        let (retry, status) = (Some(full.retry_seconds), StatusCode::SERVICE_UNAVAILABLE);
        return Ok(Err(Problem { status, retry, ..Problem::at("text", page.t("contest-full")) }));
    }
    let sent = SentContest {
        claim: (claim.id, version),
        kind,
        text: typed.text.clone(),
        url: Some(typed.url.trim().to_owned()).filter(|it| !it.is_empty()),
        concerns: concerned(app, &typed.concerns).await?,
        form,
    };
    match app.take_contest(sent).await {
        Ok(taken) => {
            let sent = if taken.dropped_url { "dropped" } else { "yes" };
            Ok(Ok(format!("/{lang}/contests/{}?sent={sent}", taken.number)))
        }
        Err(ContestRefused::Text(refused)) => Ok(Err(Problem::at("text", said(page, refused)))),
        Err(ContestRefused::Store(err)) => Err(Failure::Store(err)),
    }
}

/// Everything about the form that can be judged by looking at it.
fn read(
    page: &Page,
    typed: &Typed,
    stamp: Result<[u8; 16], BadStamp>,
) -> Result<([u8; 16], Kind), Problem> {
    let kind = Kind::from_code(&typed.kind);
    let kind = kind.ok_or_else(|| Problem::at("kind", page.t("contest-choose-kind")))?;
    let n_chars = typed.text.trim().chars().count();
    if n_chars < TEXT_CHARS_MIN {
        let words = page.t1("contest-too-short", "min", page.number(TEXT_CHARS_MIN as i64));
        return Err(Problem::at("text", words));
    }
    if TEXT_CHARS_MAX < n_chars {
        return Err(Problem::at("text", page.too_long(n_chars, TEXT_CHARS_MAX)));
    }
    if URL_BYTES_MAX < typed.url.len() {
        return Err(Problem::at("url", page.too_long(typed.url.len(), URL_BYTES_MAX)));
    }
    let form = stamp.map_err(|bad| match bad {
        BadStamp::TooYoung => Problem::at("text", page.t("contest-too-fast")),
        BadStamp::TooOld => Problem::at("text", page.t("contest-too-old")),
    })?;
    Ok((form, kind))
}

async fn concerned(app: &App, slug: &str) -> StoreResult<Option<kiemtin_core::ids::OrgId>> {
    let orgs = app.store.orgs().await?;
    Ok(orgs.into_iter().find(|it| it.slug.as_str() == slug).map(|it| it.id))
}

fn said(page: &Page, refused: Refused) -> String {
    match refused {
        Refused::Empty | Refused::NotText => page.t("tip-not-text"),
        Refused::TooLong { .. } => page.t("tip-too-long"),
        Refused::OnlyPersonalData => page.t("contest-only-personal"),
    }
}

async fn show(
    app: &App,
    lang: Lang,
    shown: Version,
    typed: Typed,
    problem: Option<Problem>,
) -> Answer<Response> {
    let number = shown.document.number;
    let title = locale::text_with(lang, "contest-title", &[("n", number.to_string().into())]);
    let mut page = Page::new(app, lang, title, format!("/c/{number}/contest"));
    let (mut code, mut retry) = (StatusCode::OK, None);
    if let Some(problem) = &problem {
        page.title = page.t1("form-error-title", "title", page.title.clone());
        (code, retry) = (problem.status, problem.retry);
    }
    let orgs = app.store.orgs().await?;
    let mut response = status(code, &ContestForm { page, shown, typed, orgs, problem })?;
    if let Some(seconds) = retry {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}
