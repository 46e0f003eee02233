//! `/desk/sources`: where texts come from by themselves, how each source goes, and adding one: first
//! the address is looked at and what it would bring is shown, then it is added with the right to it
//! and the purpose. Files and folders of the machine are added at the machine only.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use fluent_templates::fluent_bundle::FluentValue;
use kiemtin_core::host;
use kiemtin_core::ids::SourceId;
use kiemtin_core::lang::Lang;
use kiemtin_core::permission::{Deed, may};
use kiemtin_core::source::pattern::{PATTERN_BYTES_MAX, Pattern};
use kiemtin_core::source::whose::source_url;
use kiemtin_core::source::{BadStated, Kind, Stated};
use kiemtin_core::time::Timestamp;
use kiemtin_store::sources::{NewSource, Source};

use super::actor::{Actor, Visit};
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::Answer;
use crate::app::App;
use crate::app::clock::chance;
use crate::collect::look::{self, Seen};
use crate::collect::manners::{Manners, NotAsked, PATIENCE};
use crate::collect::trouble;
use crate::fetch::NotFetched;
use crate::locale;
use crate::web::page::{self, Page};

/// How long a member waits for a look: less than a request may take.
const LOOK_TIMEOUT: Duration = Duration::from_secs(12);
/// The longest address that somebody types.
const URL_CHARS_MAX: usize = 2_000;

#[derive(Template)]
#[template(path = "desk/sources.html")]
struct SourcesPage {
    page: Page,
    desk: Frame,
    form: Form,
    sources: Vec<SourceRow>,
    may_manage: bool,
}

struct SourceRow {
    id: String,
    name: String,
    kind: String,
    location: String,
    is_address: bool,
    pattern: Option<String>,
    licence: String,
    purpose: String,
    good: Option<String>,
    trouble: Option<String>,
    next: String,
    rings: bool,
    stopped: Option<String>,
    /// How many texts were new, known, not taken.
    counts: String,
}

#[derive(Template)]
#[template(path = "desk/source_new.html")]
struct NewPage {
    page: Page,
    desk: Frame,
    form: Form,
    kind: String,
    samples: Vec<SampleRow>,
    others: Vec<Other>,
}

/// Something else that is there.
struct Other {
    kind: &'static str,
    words: String,
    url: String,
}

struct SampleRow {
    title: String,
    day: Option<String>,
}

/// `GET /desk/sources`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
) -> Answer<Response> {
    let form = Form::new(visit.lang, Fields::default());
    list(&app, &visit, &actor, StatusCode::OK, form).await
}

/// `POST /desk/sources/look`
pub(super) async fn look(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    fields: Fields,
) -> Answer<Response> {
    let mut form = Form::new(visit.lang, fields);
    let url = form.need("url", URL_CHARS_MAX);
    if !form.is_fine() {
        return list(&app, &visit, &actor, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    }
    let kind = Kind::from_code(form.value("kind")).filter(|it| !it.is_local());
    match seen(&app, &url, kind).await {
        Ok(seen) => {
            let lang = visit.lang;
            let sample = |it: look::Sample| SampleRow {
                title: it.title,
                day: it.published.map(|it| it.date(lang)),
            };
            let samples = seen.samples.into_iter().map(sample).collect();
            let other = |(kind, url): (Kind, String)| Other {
                kind: kind.code(),
                words: kind_words(lang, kind),
                url,
            };
            let others = seen.others.into_iter().map(other);
            let form = form
                .with("url", seen.location)
                .with("name", seen.name.unwrap_or_default())
                .with("pattern", seen.pattern.unwrap_or_default())
                .with("follows", if seen.follows { "yes" } else { "" }.to_owned());
            let asked = (StatusCode::OK, form);
            shown(&app, &visit, asked, seen.kind, samples, others.collect())
        }
        Err(why) => {
            form.complain_in_words("url", trouble::words(visit.lang, &why.code()));
            list(&app, &visit, &actor, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
    }
}

/// `POST /desk/sources/new`
pub(super) async fn add(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    fields: Fields,
) -> Answer<Response> {
    let mut form = Form::new(visit.lang, fields);
    let stated = stated(&mut form);
    let pattern = form.at_most("pattern", PATTERN_BYTES_MAX);
    if !pattern.is_empty() && Pattern::parse(&pattern).is_err() {
        form.complain("pattern", "source-bad-pattern");
    }
    let kind = Kind::from_code(form.value("kind")).filter(|it| !it.is_local());
    let (Some(kind), Ok(url)) = (kind, source_url(form.value("url"))) else {
        form.complain("url", "source-trouble-refused");
        return list(&app, &visit, &actor, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    };
    let Some(stated) = stated.filter(|_| form.is_fine()) else {
        let asked = (StatusCode::UNPROCESSABLE_ENTITY, form);
        return shown(&app, &visit, asked, kind, Vec::new(), Vec::new());
    };
    let new = NewSource {
        id: SourceId::new(app.now(), chance()),
        kind,
        stated,
        host: url.host_str().map(host::publisher),
        location: url.into(),
        pattern: Some(pattern).filter(|it| !it.is_empty()),
        follows: form.has("follows", "yes"),
    };
    app.store.add_source(&new, Some(&actor.member), app.now(), chance()).await?;
    app.reload_publishers().await?;
    Ok(Redirect::to("/desk/sources?done=source-added").into_response())
}

/// `POST /desk/sources/{id}/ask`
pub(super) async fn ask(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer<Response> {
    app.store.ask_source_now(SourceId::parse(&id)?, app.now()).await?;
    Ok(Redirect::to("/desk/sources?done=source-asked").into_response())
}

/// `POST /desk/sources/{id}/stop`
pub(super) async fn stop(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
) -> Answer<Response> {
    let id = SourceId::parse(&id)?;
    app.store.stop_source(id, true, Some(&actor.member), app.now(), chance()).await?;
    Ok(Redirect::to(&format!("/desk/sources?done=source-stopped&source={id}")).into_response())
}

/// `POST /desk/sources/{id}/resume`
pub(super) async fn resume(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
) -> Answer<Response> {
    let id = SourceId::parse(&id)?;
    app.store.stop_source(id, false, Some(&actor.member), app.now(), chance()).await?;
    Ok(Redirect::to("/desk/sources?done=source-resumed").into_response())
}

/// Looks at an address by the way out that knows none of the operator's exceptions.
async fn seen(app: &App, url: &str, kind: Option<Kind>) -> Result<Seen, look::NotSeen> {
    let fetcher = app.fetcher.get().ok_or(look::NotSeen::NoWayOut)?;
    let manners = Manners::new(fetcher.clone(), app.clock.clone(), PATIENCE);
    let seen = tokio::time::timeout(LOOK_TIMEOUT, look::look(&manners, url, kind, None)).await;
    seen.unwrap_or(Err(NotAsked::Failed(NotFetched::TimedOut).into()))
}

fn stated(form: &mut Form) -> Option<Stated> {
    let stated = Stated::parse(form.value("name"), form.value("licence"), form.value("purpose"));
    let (field, key) = match stated {
        Ok(stated) => return Some(stated),
        Err(BadStated::Name) => ("name", "source-bad-name"),
        Err(BadStated::Licence) => ("licence", "source-bad-licence"),
        Err(BadStated::Purpose) => ("purpose", "source-bad-purpose"),
    };
    form.complain(field, key);
    None
}

fn shown(
    app: &App,
    visit: &Visit,
    (status, form): (StatusCode, Form),
    kind: Kind,
    samples: Vec<SampleRow>,
    others: Vec<Other>,
) -> Answer<Response> {
    let lang = visit.lang;
    let new = NewPage {
        page: Page::new(app, lang, locale::text(lang, "source-new"), ""),
        desk: Frame::of(visit),
        form: form.with("kind", kind.code().to_owned()),
        kind: kind_words(lang, kind),
        samples,
        others,
    };
    Ok(page::status(status, &new)?)
}

async fn list(
    app: &App,
    visit: &Visit,
    actor: &Actor,
    status: StatusCode,
    form: Form,
) -> Answer<Response> {
    let lang = visit.lang;
    let now = app.now();
    let sources = app.store.sources().await?;
    let all = SourcesPage {
        page: Page::new(app, lang, locale::text(lang, "source-title"), ""),
        desk: Frame::of(visit),
        form,
        sources: sources.into_iter().map(|it| row(lang, it, now)).collect(),
        may_manage: may(actor.member.role, Deed::ManageSources),
    };
    Ok(page::status(status, &all)?)
}

fn row(lang: Lang, source: Source, now: Timestamp) -> SourceRow {
    let number = |n: i64| FluentValue::from(locale::number(lang, n));
    let counts = [
        ("new", number(source.health.n_new)),
        ("known", number(source.health.n_known)),
        ("refused", number(source.health.n_refused)),
    ];
    let Source { new, added: _, ended, next, pace: _, validators: _, health, hub } = source;
    SourceRow {
        id: new.id.to_string(),
        name: new.stated.name,
        kind: kind_words(lang, new.kind),
        is_address: !new.kind.is_local(),
        location: new.location,
        pattern: new.pattern,
        licence: new.stated.licence,
        purpose: new.stated.purpose,
        good: health.good.map(|it| it.date_time(lang)),
        trouble: health.trouble.map(|it| trouble::words(lang, &it)),
        next: next.date_time(lang),
        rings: hub.and_then(|it| it.until).is_some_and(|it| now < it),
        stopped: ended.map(|it| it.date(lang)),
        counts: locale::text_with(lang, "source-counts", &counts),
    }
}

fn kind_words(lang: Lang, kind: Kind) -> String {
    locale::text(lang, &format!("source-kind-{}", kind.code()))
}
