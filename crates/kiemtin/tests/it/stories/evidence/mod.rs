//! Evidence from its form to the page that readers see: what is archived, what is handed in, what
//! becomes of it later, and what a timestamp authority says.

mod captures;
mod files;
mod looks;
mod site;
mod stamps;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use kiemtin::fetch::{Fetcher, FixedNames, Guard, Setup};
use kiemtin::jobs::{self, Reach};
use kiemtin_core::ids::CaseId;
use kiemtin_store::evidence::Evidence;
use url::Url;

use self::site::Site;
use super::two_orgs::{Story, drafts, gives_opinion, signs};
use crate::helper::people::Desk;

/// What a source says, word for word, as the form of these tests quotes it.
const QUOTE: &str = "Eating garlic does not prevent this disease";
/// Names that lead to the site of a test.
const HOSTS: [&str; 4] = ["office.example", "paper.example", "www.facebook.com", "short.example"];

/// A way out that finds all names of the tests at this site.
fn fetcher(site: &Site) -> Setup {
    let local = [IpAddr::V4(Ipv4Addr::LOCALHOST)];
    let names = HOSTS.iter().fold(FixedNames::default(), |names, it| names.with(it, &local));
    let allowed = HOSTS.iter().map(|it| ((*it).to_owned(), site.port)).collect();
    let guard = Guard { allowed, own_hosts: Vec::new(), own_addresses: Vec::new() };
    let url = Url::parse("https://desk.example").expect("valid");
    Setup { names: Arc::new(names), authorities: Some(Vec::new()), ..Setup::new(guard, url) }
}

/// Does the jobs that are due.
async fn works(desk: &Desk, setup: Setup) {
    let reach = Reach::pages(Fetcher::new(setup).expect("a way out")).expect("TLS");
    while 0 < jobs::drain(&desk.app, &reach).await.expect("jobs are done") {}
}

/// The form of a piece of evidence at this address.
fn form(url: &str) -> Vec<(&str, &str)> {
    vec![
        ("stance", "against"),
        ("source_kind", "primary"),
        ("url", url),
        ("publisher", "Office of Health"),
        ("title", "Garlic"),
        ("quote_en", QUOTE),
        ("note_en", "It says no."),
        ("note_vi", "Nơi này nói không."),
    ]
}

/// A case that is being verified, with one source at this address whose page is archived.
async fn with_source(site: &Site, url: &str) -> Story {
    let mut story = Story::begins().await;
    story.asks().await;
    let path = story.page("/evidence");
    story.health.post(&story.desk, &path, &form(url)).await.location();
    works(&story.desk, fetcher(site)).await;
    story
}

/// From a case with sources to its published answer.
async fn published(story: &mut Story) {
    let case = story.case.clone();
    gives_opinion(&story.desk, &mut story.health, &case, "No study shows it").await;
    gives_opinion(&story.desk, &mut story.press, &case, "Only a kitchen habit").await;
    story.step("reply", &[("state", "not_asked"), ("why", "no_source")]).await;
    story.step("step/draft", &[]).await;
    drafts(&story.desk, &mut story.press_editor, &case).await;
    story.step("step/submit", &[]).await;
    signs(&story.desk, &mut story.health, &case).await;
    assert!(signs(&story.desk, &mut story.press, &case).await.ends_with("done=published"));
}

async fn sources(story: &Story) -> Vec<Evidence> {
    let case = CaseId::parse(&story.case).expect("an id");
    story.desk.app.store.evidence(case).await.expect("evidence")
}

/// The blob of the first source.
async fn blob(story: &Story) -> Vec<u8> {
    let sha256 = sources(story).await[0].blob.clone().expect("it is kept");
    story.desk.app.folder.blob(&sha256).expect("a blob")
}
