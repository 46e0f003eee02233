//! `/{lang}/policy`: the desk's pages about itself, each in numbered versions. Below the text of a
//! page stands what the program itself knows (the verdicts, how long things are kept, who signs), so
//! that no edit can make it untrue.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kiemtin_core::case::DismissReason;
use kiemtin_core::contest::DUE_WORKING_DAYS;
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::policy::{Facts, Policy};
use kiemtin_core::prose::{self, Block, Span};
use kiemtin_core::rating::Rating;
use kiemtin_core::review::VersionClass;
use kiemtin_core::time::DAY_MS;
use kiemtin_store::contests::TEXT_KEPT_MS;
use kiemtin_store::organisations::Org;
use kiemtin_store::policies::PolicyVersion;

use super::about::{DISMISSED_DAYS, UNPROCESSED_DAYS};
use super::contests::document;
use super::number;
use crate::app::App;
use crate::locale;
use crate::web::failure::{Answer, Failure};
use crate::web::page::{Page, Reader, Said, html};
use crate::web::policies::{facts, from_the_program, title};

/// How long the text of a contest is kept after the decision, in days.
const CONTEST_DAYS: i64 = TEXT_KEPT_MS / DAY_MS;
/// Where the International Fact-Checking Network takes complaints about its signatories.
const IFCN_URL: &str = "https://ifcncodeofprinciples.poynter.org/";

#[derive(Template)]
#[template(path = "public/policies.html")]
struct Index {
    page: Page,
}

impl Index {
    fn title(&self, policy: &Policy) -> String {
        title(self.page.lang, *policy)
    }
}

#[derive(Template)]
#[template(path = "public/policy.html")]
struct PolicyPage {
    page: Page,
    policy: Policy,
    /// The text that is shown.
    text: Localised,
    /// The version that is shown; 0 is the text that came with the program.
    shown: i64,
    /// All versions, the newest first.
    versions: Vec<PolicyVersion>,
    facts: Facts,
    orgs: Vec<Org>,
}

/// `GET /{lang}/policy`
pub(super) async fn index(State(app): State<Arc<App>>, Reader(lang): Reader) -> Answer<Response> {
    html(&Index { page: Page::new(&app, lang, locale::text(lang, "policy-title"), "/policy") })
}

/// `GET /{lang}/policy/{name}`
pub(super) async fn policy(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Path((_, name)): Path<(String, String)>,
) -> Answer<Response> {
    let policy = Policy::from_name(&name).ok_or(Failure::Missing(lang))?;
    let versions = app.store.policy_versions(policy).await?;
    let newest = versions.first().map_or(0, |it| it.document.version);
    show(&app, lang, policy, versions, newest, format!("/policy/{name}")).await
}

/// `GET /{lang}/policy/{name}/v/{version}` and the same with `.json` behind it.
pub(super) async fn version(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Path((_, name, text)): Path<(String, String, String)>,
) -> Answer<Response> {
    let missing = || Failure::Missing(lang);
    let policy = Policy::from_name(&name).ok_or_else(missing)?;
    let versions = app.store.policy_versions(policy).await?;
    if let Some(text) = text.strip_suffix(".json") {
        let number = number(text).ok_or_else(missing)?;
        let found = versions.iter().find(|it| it.document.version == number);
        let found = found.ok_or_else(missing)?;
        return Ok(document(found.salt, found.document.canonical()));
    }
    let wanted = if text == "0" { 0 } else { number(&text).ok_or_else(missing)? };
    if 0 < wanted && !versions.iter().any(|it| it.document.version == wanted) {
        return Err(missing());
    }
    show(&app, lang, policy, versions, wanted, format!("/policy/{name}/v/{wanted}")).await
}

async fn show(
    app: &App,
    lang: Lang,
    policy: Policy,
    versions: Vec<PolicyVersion>,
    shown: i64,
    path: String,
) -> Answer<Response> {
    let version = versions.iter().find(|it| it.document.version == shown).map(|it| &it.document);
    let text = version.map_or_else(|| from_the_program(policy), |it| it.text.clone());
    // An old version of the facts shows the facts of then; every other page those of now.
    let facts = match (policy, version) {
        (Policy::Facts, it) => it.and_then(|it| it.facts.clone()).unwrap_or_default(),
        _ => facts(app).await?,
    };
    let orgs = app.store.orgs().await?;
    let page = Page::new(app, lang, title(lang, policy), path);
    html(&PolicyPage { page, policy, text, shown, versions, facts, orgs })
}

impl PolicyPage {
    fn blocks(&self) -> Vec<Block> {
        prose::blocks(self.said().text)
    }

    fn is_facts(&self) -> bool {
        self.policy == Policy::Facts
    }

    fn said(&self) -> Said<'_> {
        self.page.said(&self.text)
    }

    fn newest(&self) -> i64 {
        self.versions.first().map_or(0, |it| it.document.version)
    }

    /// The version that is shown, unless it came with the program.
    fn version(&self) -> Option<&PolicyVersion> {
        self.versions.iter().find(|it| it.document.version == self.shown)
    }
}
