//! `/desk/cases/{id}/evidence`: public sources for and against, and their captures.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::case::{Capture, Stance};
use kiemtin_core::ids::EvidenceId;
use kiemtin_core::lang::Lang;
use kiemtin_core::message::URL_BYTES_MAX;
use kiemtin_core::text::mask;
use kiemtin_core::time::Timestamp;
use kiemtin_core::workflow;
use kiemtin_store::cases::Case;
use kiemtin_store::evidence::Evidence;
use url::Url;

use super::actor::{Actor, Visit};
use super::case::{self, CaseHead};
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::{Answer, Halt};
use super::words::{self, Choice};
use crate::app::App;
use crate::app::clock::chance;
use crate::locale;
use crate::web::page::{self, Page};

const NAME_CHARS_MAX: usize = 200;
const NOTE_CHARS_MAX: usize = 2_000;
const INTEREST_CHARS_MAX: usize = 500;
/// Platforms where people post: what stands there is somebody's post, never a publisher's page.
const PLATFORMS: [&str; 20] = [
    "facebook.com",
    "fb.com",
    "fb.watch",
    "instagram.com",
    "threads.net",
    "threads.com",
    "twitter.com",
    "x.com",
    "t.co",
    "tiktok.com",
    "zalo.me",
    "t.me",
    "telegram.me",
    "wa.me",
    "youtube.com",
    "youtu.be",
    "linkedin.com",
    "reddit.com",
    "weibo.com",
    "vk.com",
];

#[derive(Template)]
#[template(path = "desk/evidence.html")]
struct EvidencePage {
    page: Page,
    desk: Frame,
    case: CaseHead,
    form: Form,
    stances: Vec<Choice>,
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
    /// The hash of the kept page.
    pub(super) sha256: Option<String>,
    pub(super) org: String,
    /// Whether the capture can be tried again, and the source be taken back, by this member.
    pub(super) can_retry: bool,
    pub(super) can_withdraw: bool,
}

/// `GET /desk/cases/{id}/evidence`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Answer<Response> {
    let form = Form::new(visit.lang, Fields::default());
    show(&app, &visit, &id, StatusCode::OK, form).await
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
        return show(&app, &visit, &id, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    };
    app.store.add_evidence(case.id, &new, &actor.member, app.now(), chance()).await?;
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
    let (store, by) = (&app.store, &actor.member);
    store.withdraw_evidence(case.id, source.id, by, app.now(), chance()).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=evidence-back", case.id)))
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
    let row = |it: Evidence| {
        let org = orgs.iter().find(|org| org.id == it.org);
        let why = match &it.capture {
            Capture::Failed { why } => Some(why.clone()),
            _ => None,
        };
        let sha256 = match &it.capture {
            Capture::Archived { sha256 } => Some(sha256.clone()),
            _ => None,
        };
        let is_own = it.org == actor.member.org;
        let notes = Lang::ALL.into_iter();
        EvidenceRow {
            id: it.id.to_string(),
            stance: it.stance.code().to_owned(),
            stance_words: words::stance(lang, it.stance),
            can_retry: is_own && why.is_some(),
            can_withdraw: is_own && is_open(case).is_ok(),
            capture: words::capture(lang, &it.capture),
            why,
            sha256,
            org: org.map(|it| it.name.clone()).unwrap_or_default(),
            notes: notes.filter_map(|l| Some((l, it.note.exact(l)?.to_owned()))).collect(),
            interest: it.interest.text(lang).to_owned(),
            publisher: it.publisher,
            title: it.title,
            url: it.url,
            published: it.published,
        }
    };
    Ok(evidence.into_iter().map(row).collect())
}

/// Evidence is brought and taken back while an answer is worked on.
pub(super) fn is_open(case: &Case) -> Answer<()> {
    use workflow::State as S;
    match case.state {
        S::Inbox | S::Open | S::Verifying | S::Draft | S::Review | S::Correcting => Ok(()),
        S::Published | S::Retracted | S::Dismissed | S::Merged => {
            Err(Halt::Rule("d-evidence-closed"))
        }
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

fn read(app: &App, actor: &Actor, form: &mut Form) -> Option<Evidence> {
    let stance = Stance::from_code(form.value("stance"));
    if stance.is_none() {
        form.complain("stance", "d-form-choose");
    }
    let publisher = form.need("publisher", NAME_CHARS_MAX);
    let title = form.need("title", NAME_CHARS_MAX);
    let url = match address(form.value("url")) {
        Ok(url) => Some(url),
        Err(key) => {
            form.complain("url", key);
            None
        }
    };
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
    Some(Evidence {
        id: EvidenceId::new(app.now(), chance()),
        org: actor.member.org,
        stance: stance?,
        publisher,
        title,
        url: url?,
        published,
        note,
        interest,
        capture: Capture::Pending,
    })
}

/// The address of a page of a publisher or institution.
///
/// # Errors
/// The key of the reason why it cannot be evidence.
fn address(text: &str) -> Result<String, &'static str> {
    if URL_BYTES_MAX < text.len() {
        return Err("d-evidence-url-too-long");
    }
    let mut url = Url::parse(text).map_err(|_| "d-evidence-bad-url")?;
    let host = url.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
    if !matches!(url.scheme(), "http" | "https") || !host.contains('.') {
        return Err("d-evidence-bad-url");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("d-evidence-bad-url");
    }
    let on = |it: &&str| host == **it || host.ends_with(&format!(".{it}"));
    let is_platform = PLATFORMS.iter().any(on);
    let names_somebody = !mask::mask(url.as_str(), Lang::En).found.is_empty();
    if is_platform || names_somebody {
        return Err("d-evidence-personal");
    }
    url.set_fragment(None);
    Ok(url.into())
}

async fn show(
    app: &App,
    visit: &Visit,
    id: &str,
    status: StatusCode,
    form: Form,
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
    };
    Ok(page::status(status, &page)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &'static str>) {
        assert_eq!(address(text).as_deref().map_err(|it| *it), expected, "{text}");
    }

    #[test]
    fn pages_of_publishers_are_taken_and_posts_of_people_are_not() {
        check("https://www.who.int/news/a?b=c#d", Ok("https://www.who.int/news/a?b=c"));
        check("http://moh.gov.vn/tin", Ok("http://moh.gov.vn/tin"));
        for personal in [
            "https://www.facebook.com/story.php?id=1",
            "https://m.facebook.com/groups/abc",
            "https://x.com/someone/status/1",
            "https://zalo.me/0912345678",
            "https://vnexpress.net/?email=lan@gmail.com",
        ] {
            check(personal, Err("d-evidence-personal"));
        }
        for bad in [
            "",
            "who.int",
            "ftp://who.int/a",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "http://localhost/",
            "https://user@who.int/a",
            "https://a:b@who.int/",
        ] {
            check(bad, Err("d-evidence-bad-url"));
        }
        check(&format!("https://who.int/{}", "a".repeat(2_000)), Err("d-evidence-url-too-long"));
    }
}
