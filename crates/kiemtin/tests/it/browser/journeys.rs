//! What readers do, in a real browser with the keyboard alone and without JavaScript, and what axe-core
//! finds on one page of every kind. The script beside the other programs for Node does all of it with
//! one browser and prints what is wrong.

use super::site::{ASKED, Site};
use crate::helper::desk::TempFolder;
use crate::helper::node::node_folder;
use crate::helper::pictures::GARLIC;
use crate::helper::tools::{says_yes, tool};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_journey_works_by_keyboard_and_axe_finds_nothing() {
    let (Some(node), Some(program)) = (node_folder(), tool("node")) else { return };
    let Some(browser) = tool("chromium") else { return };
    let site = Site::open().await;
    let walked = tokio::task::spawn_blocking(move || {
        site.is_contested();
        let folder = TempFolder::new();
        std::fs::create_dir_all(folder.path("")).expect("a folder");
        let picture = folder.path("garlic.png");
        std::fs::write(&picture, GARLIC).expect("written");
        let address = format!("http://{}", site.address);
        let (picture, browser) = (picture.to_str(), browser.to_str());
        let [picture, browser] = [picture, browser].map(|it| it.expect("UTF-8"));
        says_yes(&program, &["journeys.mjs", &address, browser, picture, ASKED], &node)
    });
    let (is_well, words) = walked.await.expect("it ends");
    assert!(is_well, "{words}");
}
