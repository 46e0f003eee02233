//! The Nu HTML checker reads one page of every kind, in one process.

use std::collections::BTreeMap;

use super::crawl::Crawled;
use super::http::{Got, post};
use super::site::{ASKED, Site};
use crate::helper::desk::TempFolder;
use crate::helper::node::node_folder;
use crate::helper::tools::{says_yes, tool};

const CHECKER: &str = "node_modules/vnu-jar/build/dist/vnu.jar";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_html_checker_finds_no_error_in_any_kind_of_page() {
    let (Some(node), Some(java)) = (node_folder(), tool("java")) else { return };
    let site = Site::open().await;
    let checked = tokio::task::spawn_blocking(move || {
        site.is_contested();
        let folder = TempFolder::new();
        std::fs::create_dir_all(folder.path("")).expect("a folder");
        for (name, page) in one_of_each(&site) {
            std::fs::write(folder.path(&format!("{name}.html")), page.body).expect("written");
        }
        let jar = node.join(CHECKER);
        let args = ["-jar", jar.to_str().expect("UTF-8"), "--errors-only", "."];
        says_yes(&java, &args, &folder.path(""))
    });
    let (is_sound, words) = checked.await.expect("it ends");
    assert!(is_sound, "{words}");
}

/// A page of every kind that links lead to, and those that answer a form, by a name for a file.
fn one_of_each(site: &Site) -> BTreeMap<String, Got> {
    let mut res = BTreeMap::new();
    for (path, got) in Crawled::of(site).pages {
        if got.is_html() {
            res.entry(kind(&path)).or_insert(got);
        }
    }
    for lang in ["vi", "en"] {
        let text = "Nghe nói tối nay mất điện cả thành phố";
        for (name, path, form) in [
            ("found", "search", ("q", ASKED)),
            ("not-found", "search", ("q", "kjhgfd qwertz")),
            ("no-text", "search", ("q", " ")),
            ("tip-sent", "tip", ("text", text)),
            ("no-tip", "tip", ("text", " ")),
            ("no-receipt", "receipt", ("words", "one two")),
            ("no-contest", "c/1/contest", ("text", "x")),
        ] {
            let got = post(site.address, &format!("/{lang}/{path}"), &[form]);
            assert!(matches!(got.status, 200 | 422), "{name}: {}", got.status);
            res.insert(format!("{lang}-{name}"), got);
        }
        res.insert(format!("{lang}-missing"), site.get(&format!("/{lang}/c/999")));
    }
    res
}

/// The path without what tells one page of a kind from another.
fn kind(path: &str) -> String {
    let path = path.split('?').next().unwrap_or(path);
    let parts = path.trim_matches('/').split('/').map(|it| match it.parse::<u64>() {
        Ok(_) => "n",
        Err(_) => it,
    });
    parts.collect::<Vec<_>>().join("-")
}
