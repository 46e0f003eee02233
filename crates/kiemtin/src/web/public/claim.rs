//! The answer page: the newest version of what was published about one claim.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kiemtin_core::case::{Capture, Stance};
use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::lang::Lang;
use kiemtin_core::review::{Document, EvidenceLine, OpinionLine};
use kiemtin_store::StoreResult;
use kiemtin_store::claims::Claim;
use kiemtin_store::looks::SourceState;
use kiemtin_store::organisations::Involvement;
use kiemtin_store::reviews::Version;

use super::contests::Line;
use super::found::is_web_address;
use super::summary::Summary;
use super::{markup, number, topics};
use crate::app::App;
use crate::locale;
use crate::web::codes;
use crate::web::failure::{Answer, Failure};
use crate::web::page::{Page, Reader, Said, html};

/// Contests shown on an answer's page; the list of contests has all.
const CONTESTS_MAX: i64 = 10;

/// One version of a review, the newest or an old one.
#[derive(Template)]
#[template(path = "public/claim.html")]
pub(super) struct ClaimPage {
    page: Page,
    /// The version that is shown.
    shown: Version,
    /// All versions, the newest first.
    versions: Vec<Version>,
    /// The public number of the claim that this one was merged into.
    merged_into: Option<i64>,
    /// Whom the claim concerns, and whom it turned out not to concern.
    marks: Vec<Mark>,
    /// Contests about the answer, the newest first.
    contests: Vec<Line>,
    /// Where the claim is about.
    places: Vec<UnitCode>,
    /// The `ClaimReview` of the newest version.
    markup: Option<String>,
    /// What others show of the answer.
    summary: Summary,
    /// Where the claim goes round, and since when, in words.
    origin: Option<String>,
    /// What became of the archived sources since.
    sources: Vec<SourceState>,
    /// Whether a proof can be had: the newest checkpoint covers this version's entry.
    is_proved: bool,
}

/// A mark that the claim concerns an organisation; a lifted one stays, with its public reason.
struct Mark {
    org: String,
    reason: String,
    lifted: Option<String>,
}

impl Mark {
    fn words(&self, lang: &Lang) -> String {
        let Self { org, reason, lifted } = self;
        let mut values = vec![("org", org.clone().into()), ("reason", reason.clone().into())];
        let key = match lifted {
            None => "claim-mark",
            Some(why) => {
                values.push(("lifted", why.clone().into()));
                "claim-mark-lifted"
            }
        };
        locale::text_with(*lang, key, &values)
    }
}

/// `GET /{lang}/c/{number}`
pub(super) async fn claim(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, text)): Path<(String, String)>,
) -> Answer<Response> {
    let (claim, versions) = published(&app, reader, &text).await?;
    let newest = versions.first().ok_or(Failure::Missing(reader.0))?.clone();
    let path = format!("/c/{}", newest.document.number);
    let mut shown = show(&app, reader, &claim, versions, newest, path).await?;
    shown.markup = markup::of(&app, &shown.page, &claim, &shown.versions);
    html(&shown)
}

/// The page of a version that may be an old one: without markup, which is the newest one's.
pub(super) async fn old(app: &App, reader: Reader, text: &str, version: i64) -> Answer<Response> {
    let (claim, versions) = published(app, reader, text).await?;
    let shown = versions.iter().find(|it| it.document.version == version);
    let shown = shown.ok_or(Failure::Missing(reader.0))?.clone();
    let path = format!("/c/{}/v/{version}", shown.document.number);
    html(&show(app, reader, &claim, versions, shown, path).await?)
}

async fn show(
    app: &App,
    reader: Reader,
    claim: &Claim,
    versions: Vec<Version>,
    shown: Version,
    path: String,
) -> Answer<ClaimPage> {
    let summary = Summary::new(reader.0, &versions).ok_or(Failure::Missing(reader.0))?;
    Ok(ClaimPage {
        page: Page::new(app, reader.0, title(reader, &shown.document), path),
        origin: markup::origin(reader.0, claim, &shown.document),
        is_proved: app.is_signed(shown.log_idx).await?,
        shown,
        versions,
        merged_into: merged_into(app, claim).await?,
        marks: marks(app, claim).await?,
        contests: contests(app, reader, claim).await?,
        places: app.store.claim_places(claim.id).await?,
        sources: app.store.source_states(claim.id).await?,
        markup: None,
        summary,
    })
}

/// The claim with this public number, and all versions of its answer, the newest first.
pub(super) async fn published(
    app: &App,
    Reader(lang): Reader,
    text: &str,
) -> Answer<(Claim, Vec<Version>)> {
    let number = number(text).ok_or(Failure::Missing(lang))?;
    let claim = app.store.claim_by_number(number).await?.ok_or(Failure::Missing(lang))?;
    let versions = app.store.versions(claim.id).await?;
    Ok((claim, versions))
}

async fn merged_into(app: &App, claim: &Claim) -> StoreResult<Option<i64>> {
    let Some(into) = claim.merged_into else { return Ok(None) };
    Ok(app.store.claim(into).await?.and_then(|it| it.number))
}

async fn marks(app: &App, claim: &Claim) -> StoreResult<Vec<Mark>> {
    let marks = app.store.involvements(claim.id).await?;
    let orgs = if marks.is_empty() { Vec::new() } else { app.store.orgs().await? };
    let name = |id| orgs.iter().find(|it| it.id == id).map(|it| it.name.clone());
    let mark =
        |it: Involvement| Some(Mark { org: name(it.org)?, reason: it.reason, lifted: it.lifted });
    Ok(marks.into_iter().filter_map(mark).collect())
}

async fn contests(app: &App, Reader(lang): Reader, claim: &Claim) -> StoreResult<Vec<Line>> {
    let found = app.store.contests_of(claim.id, CONTESTS_MAX).await?;
    Ok(found.iter().map(|it| Line::new(lang, it, app.now())).collect())
}

/// Verdict and claim.
pub(super) fn title(Reader(lang): Reader, document: &Document) -> String {
    let content = &document.content;
    format!("{}: {}", locale::verdict(lang, content), content.claim.text(lang))
}

impl ClaimPage {
    /// The address of the newest version, without the desk's.
    fn home(&self) -> String {
        format!("/{}/c/{}", self.page.lang, self.shown.document.number)
    }

    fn newest(&self) -> &Version {
        self.versions.first().unwrap_or(&self.shown)
    }

    fn is_newest(&self) -> bool {
        self.newest().document.version == self.shown.document.version
    }

    /// The last correction up to the version that is shown: later typos do not hide it.
    fn notice(&self) -> Option<&Version> {
        let until = self.shown.document.version;
        let before = |it: &&Version| it.document.version <= until;
        self.versions.iter().filter(before).find(|it| it.document.content.class.is_notice())
    }

    fn sources(&self, stance: &Stance) -> Vec<&EvidenceLine> {
        let all = &self.shown.document.content.evidence;
        all.iter().filter(|it| it.stance == *stance).collect()
    }

    /// What is known since of the page that a line of the version rests on.
    fn since(&self, line: &EvidenceLine) -> Option<&SourceState> {
        let Capture::Archived { sha256 } = &line.capture else { return None };
        self.sources.iter().find(|it| it.url == line.url && it.page_sha256 == *sha256)
    }

    /// What became of a source's page, in a sentence; nothing where none was looked at.
    fn page_state(&self, it: &SourceState) -> Option<String> {
        it.seen.map(|seen| codes::page_state(self.page.lang, seen))
    }

    /// The time that an authority vouches for, for a reader.
    fn stamped(&self, it: &SourceState) -> Option<String> {
        it.stamped.map(|at| at.date_time(self.page.lang))
    }

    /// What the claim is about.
    fn topic(&self) -> Option<(&'static str, String)> {
        topics::of(self.page.lang, &self.shown)
    }

    /// The right of reply in words.
    fn reply(&self) -> Option<codes::ReplyWords> {
        let reply = self.shown.document.content.reply.as_ref();
        reply.map(|it| codes::reply(self.page.lang, it))
    }

    /// Whether this version has no answer in the reader's language.
    fn is_untranslated(&self) -> bool {
        self.shown.document.content.answer.exact(self.page.lang).is_none()
    }

    /// Whether nobody of those who signed reads the language in which it is shown.
    fn is_unread(&self) -> bool {
        let shown = self.page.said(&self.shown.document.content.answer).lang;
        self.shown.document.unread.contains(&shown)
    }

    /// The sources that an opinion rests on.
    fn relied_on(&self, it: &OpinionLine) -> Vec<&EvidenceLine> {
        let all = &self.shown.document.content.evidence;
        all.iter().filter(|source| it.relies_on.contains(&source.url)).collect()
    }

    fn guessed<'a>(&self, text: &'a str) -> Said<'a> {
        Said::guessed(text)
    }

    fn links(&self, url: &str) -> bool {
        is_web_address(url)
    }

    fn salt(&self) -> String {
        hex::encode(self.shown.salt.0)
    }

    fn page_sha256(&self) -> String {
        hex::encode(self.shown.salted_hash())
    }

    /// The address of the canonical document, without the desk's.
    fn document_path(&self) -> String {
        let document = &self.shown.document;
        format!("/{}/c/{}/v/{}.json", self.page.lang, document.number, document.version)
    }
}
