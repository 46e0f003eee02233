//! What is not out yet is read by nobody outside the desk, and a blind opinion by no other
//! organisation: not through a page, a search, a feed, the log, an export or an error.
#![expect(clippy::unwrap_used, reason = "a story that stops is a failed test")]

use std::collections::BTreeSet;

use super::two_orgs::{Story, drafts, gives_opinion};
use crate::helper::people::{Answer, Browser, Desk};

/// What the draft says, and nothing else does.
const DRAFTED: [&str; 4] =
    ["It is no medicine", "Garlic is food", "Tỏi là thực phẩm", "No, it does not."];
const OPINION: &str = "quokkas told us so";

#[tokio::test]
async fn a_draft_is_not_found_outside_the_desk_before_it_is_signed() {
    let mut story = Story::with_opinions_and_evidence().await;
    story.step("step/draft", &[]).await;
    drafts(&story.desk, &mut story.press_editor, &story.case).await;
    let page = story.press_editor.get(&story.desk, &story.page("/draft")).await;
    for words in DRAFTED {
        page.says(words);
    }
    hides_draft(&story.desk).await;
    story.step("step/submit", &[]).await;
    hides_draft(&story.desk).await;
}

async fn hides_draft(desk: &Desk) {
    for (path, answer) in reachable(desk, &mut Browser::english()).await {
        for words in DRAFTED {
            assert!(!answer.body.contains(words), "{path} says {words:?}");
        }
    }
}

#[tokio::test]
async fn a_blind_opinion_is_read_by_its_own_organisation_alone() {
    let mut story = Story::begins().await;
    story.asks().await;
    gives_opinion(&story.desk, &mut story.health, &story.case, OPINION).await;
    story.health.get(&story.desk, &story.page("")).await.is(200).says(OPINION);
    for browser in [&mut story.press, &mut story.press_editor, &mut Browser::english()] {
        let mut n_pages = 0;
        for (path, answer) in reachable(&story.desk, browser).await {
            assert!(!answer.body.contains(OPINION), "{path} shows a blind opinion");
            n_pages += 1;
        }
        assert!(5 < n_pages, "only {n_pages} pages were reached");
    }
}

/// Every page that links and known addresses lead this browser to.
async fn reachable(desk: &Desk, browser: &mut Browser) -> Vec<(String, Answer)> {
    let mut next: Vec<String> = [
        "/vi",
        "/en",
        "/desk",
        "/vi/c/1",
        "/en/c/1",
        "/vi/c/1/v/1",
        "/vi/c/1/v/1.json",
        "/log/entries?from=0",
        "/log/checkpoint",
        "/log/documents/0",
        "/log/proofs/0.tlog-proof",
        "/en/search?q=garlic",
        "/vi/search?q=t%E1%BB%8Fi",
        "/desk/search?q=quokkas",
        "/desk/search?q=garlic",
        "/en/waiting",
        "/vi/waiting",
        "/en/contests",
        "/en/corrections",
        "/en/corrections.atom",
        "/en/answers.atom",
        "/no-such-page",
        "/desk/cases?state=draft",
        "/desk/cases?state=review",
        "/desk/cases?state=verifying",
    ]
    .map(str::to_owned)
    .into();
    let (mut seen, mut pages) = (BTreeSet::new(), Vec::new());
    while let Some(path) = next.pop() {
        let is_ours = path.starts_with('/') && !path.starts_with("//");
        if !is_ours || path.starts_with("/static") || !seen.insert(path.clone()) {
            continue;
        }
        let answer = browser.get(desk, &path).await;
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
        let links = answer.body.split("href=\"").skip(1).filter_map(|it| it.split('"').next());
        next.extend(links.map(|it| it.split('#').next().unwrap().replace("&amp;", "&")));
        pages.push((path, answer));
    }
    pages
}
