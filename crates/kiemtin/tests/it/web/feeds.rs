//! Feeds in their three forms: what each must have, that ids outlive a correction, who may read
//! them, and that programs of other people read them.

use std::collections::BTreeSet;

use atom_syndication::FixedDateTime;
use kiemtin_core::lang::Localised;
use kiemtin_core::rating::Rating;
use kiemtin_core::review::{Content, VersionClass};
use serde_json::Value;

use crate::helper::desk::{PUBLIC_URL, TempFolder, TestDesk};
use crate::helper::python::{python_with, script};
use crate::helper::story::{Published, Story, content};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const HUB: &str = "https://hub.example/?a=1&b=2";
/// Below the language, without the ending. Everything that is published here is on health.
const FEEDS: [&str; 5] = ["answers", "corrections", "topics/health", "places/01", "o/so-y-te"];

/// A desk with two answers, of which one was corrected in words that look like HTML.
async fn desk() -> (TestDesk, Published) {
    let desk = TestDesk::new().await;
    let garlic = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let lockdown = Story {
        claim: Localised::new("Hà Nội <b>phong tỏa</b> & cấm chợ\u{1b}.", ""),
        ..Story::lockdown()
    };
    desk.cast.publishes(&desk.app, &lockdown).await;
    desk.clock.advance(DAY_MS);
    let next = Content {
        class: VersionClass::VerdictChange,
        rating: Rating::MostlyFalse,
        reason: Localised::new("Có nghiên cứu <mới> & khác.", "A <new> study & more."),
        ..content(&Story::garlic())
    };
    desk.cast.corrects(&desk.app, garlic, &next).await;
    (desk, garlic)
}

/// What must be the same in every form of a feed.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    title: String,
    page: String,
    hubs: Vec<String>,
    entries: Vec<Entry>,
}

#[derive(Debug, PartialEq, Eq)]
struct Entry {
    id: String,
    url: String,
    title: String,
    updated: FixedDateTime,
}

fn hrefs(links: &[atom_syndication::Link], rel: &str) -> Vec<String> {
    links.iter().filter(|it| it.rel == rel).map(|it| it.href.clone()).collect()
}

fn atom(text: &str, own: &str) -> Told {
    let feed: atom_syndication::Feed = text.parse().expect("Atom");
    let of = |rel: &str| hrefs(&feed.links, rel);
    assert_eq!(of("self"), [own], "one self");
    assert!(!feed.id.is_empty() && feed.lang.is_some() && feed.subtitle.is_some());
    assert!(feed.authors.len() == 1 && feed.authors[0].email.is_none(), "the desk alone");
    let entry = |it: &atom_syndication::Entry| {
        assert!(it.authors.is_empty() && it.contributors.is_empty(), "nobody");
        assert!(it.summary.as_ref().is_some_and(|it| !it.value.is_empty()));
        assert!(it.published.expect("a day") <= it.updated);
        let alternate = it.links.iter().find(|it| it.rel == "alternate").expect("a page");
        let title = it.title.value.clone();
        Entry { id: it.id.clone(), url: alternate.href.clone(), title, updated: it.updated }
    };
    let newest = feed.entries.iter().map(|it| it.updated).max();
    assert!(newest.is_none_or(|it| it == feed.updated));
    Told {
        title: feed.title.value.clone(),
        page: of("alternate").pop().expect("a page"),
        hubs: of("hub"),
        entries: feed.entries.iter().map(entry).collect(),
    }
}

fn rss(text: &str, own: &str) -> Told {
    let feed = rss::Channel::read_from(text.as_bytes()).expect("RSS");
    assert!(text.contains("<rss version=\"2.0\""), "{text}");
    let of = |rel: &str| hrefs(feed.atom_ext.as_ref().expect("links").links(), rel);
    assert_eq!(of("self"), [own], "one self");
    assert!(!feed.description.is_empty() && feed.language.is_some());
    assert!(feed.managing_editor.is_none() && feed.webmaster.is_none(), "nobody");
    let date = |it: &Option<String>| {
        FixedDateTime::parse_from_rfc2822(it.as_deref().expect("a date")).expect("of RFC 822")
    };
    let entry = |it: &rss::Item| {
        assert!(it.author.is_none() && it.dublin_core_ext.is_none(), "nobody");
        assert!(it.description.as_ref().is_some_and(|it| !it.contains("<mới>")), "{it:?}");
        let guid = it.guid.as_ref().expect("an id");
        assert!(!guid.permalink, "an id is no address");
        Entry {
            id: guid.value.clone(),
            url: it.link.clone().expect("a page"),
            title: it.title.clone().expect("a title").replace('‹', "<").replace('›', ">"),
            updated: date(&it.pub_date),
        }
    };
    let built = date(&feed.last_build_date);
    let entries: Vec<Entry> = feed.items.iter().map(entry).collect();
    assert!(entries.iter().map(|it| it.updated).max().is_none_or(|it| it == built));
    let (title, page) = (feed.title.clone(), feed.link.clone());
    Told { title, page, hubs: of("hub"), entries }
}

fn json(text: &str, own: &str) -> Told {
    let feed: Value = serde_json::from_str(text).expect("JSON");
    let said = |it: &Value, key: &str| it[key].as_str().expect(key).to_owned();
    assert_eq!(said(&feed, "version"), "https://jsonfeed.org/version/1.1");
    assert_eq!(said(&feed, "feed_url"), own);
    assert_eq!(feed["authors"].as_array().expect("authors").len(), 1, "the desk alone");
    let entry = |it: &Value| {
        assert!(it.get("authors").is_none() && it.get("author").is_none(), "nobody");
        assert!(!said(it, "content_text").is_empty());
        let date = |key| FixedDateTime::parse_from_rfc3339(&said(it, key)).expect("a time");
        assert!(date("date_published") <= date("date_modified"));
        let (id, url, title) = (said(it, "id"), said(it, "url"), said(it, "title"));
        Entry { id, url, title, updated: date("date_modified") }
    };
    let hubs = feed["hubs"].as_array().cloned().unwrap_or_default();
    assert!(hubs.iter().all(|it| it["type"] == "WebSub"));
    Told {
        title: said(&feed, "title"),
        page: said(&feed, "home_page_url"),
        hubs: hubs.iter().map(|it| said(it, "url")).collect(),
        entries: feed["items"].as_array().expect("items").iter().map(entry).collect(),
    }
}

/// A feed in its three forms, which say the same.
async fn read(desk: &TestDesk, path: &str) -> Told {
    let mut all = Vec::new();
    for (end, kind, read) in [
        ("atom", "application/atom+xml", atom as fn(&str, &str) -> Told),
        ("rss", "application/rss+xml", rss),
        ("json", "application/feed+json", json),
    ] {
        let address = format!("{path}.{end}");
        let own = format!("{PUBLIC_URL}{address}");
        let reply = desk.get(&address).await.is(200);
        assert_eq!(reply.header("content-type"), format!("{kind}; charset=utf-8"));
        assert_eq!(reply.header("access-control-allow-origin"), "*", "{address}");
        assert_eq!(reply.header("cross-origin-resource-policy"), "cross-origin", "{address}");
        let links = reply.headers.get_all("link").iter().map(|it| it.to_str().expect("ASCII"));
        let links: Vec<_> = links.collect();
        assert!(links.contains(&&*format!("<{own}>; rel=\"self\"")), "{links:?}");
        let has_hub = links.contains(&&*format!("<{HUB}>; rel=\"hub\""));
        assert_eq!(has_hub, desk.app.hub.get().is_some(), "{links:?}");
        all.push(read(&reply.body, &own));
    }
    let told = all.pop().expect("three");
    for other in all {
        assert_eq!(other, told, "{path}");
    }
    let ids: BTreeSet<&str> = told.entries.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids.len(), told.entries.len(), "{path}: an id stands twice");
    for it in &told.entries {
        assert!(it.url.starts_with(PUBLIC_URL) && it.id.starts_with("urn:uuid:"), "{it:?}");
    }
    told
}

#[tokio::test]
async fn every_feed_says_the_same_in_its_three_forms() {
    let (desk, garlic) = desk().await;
    desk.app.hub.set(HUB.parse().expect("an address")).expect("unset");
    for lang in ["vi", "en"] {
        for feed in FEEDS {
            let told = read(&desk, &format!("/{lang}/{feed}")).await;
            assert_eq!(told.hubs, [HUB]);
            assert_eq!(told.page, format!("{PUBLIC_URL}/{lang}/{feed}"));
            let n = match feed {
                "places/01" => 0,
                "corrections" => 1,
                _ => 2,
            };
            assert_eq!(told.entries.len(), n, "{lang} {feed}");
            let Some(first) = told.entries.first() else { continue };
            assert_eq!(first.id, format!("urn:uuid:{}", garlic.claim), "what changed comes first");
            let (verdict, url) = match lang {
                "vi" => ("Phần lớn sai: Ăn tỏi", "/vi/c/1"),
                _ => ("Mostly false: Eating raw garlic", "/en/c/1"),
            };
            assert!(first.title.starts_with(verdict) && first.url.ends_with(url), "{first:?}");
            if let Some(other) = told.entries.get(1) {
                // It has no English; what is no HTML is shown as it is, what is no text is gone.
                assert_eq!(other.title, "Sai: Hà Nội <b>phong tỏa</b> & cấm chợ.");
            }
        }
    }
    for missing in ["topics/gossip.rss", "places/99.json", "o/nobody.atom", "answers.xml"] {
        desk.get(&format!("/vi/{missing}")).await.is(404);
    }
}

#[tokio::test]
async fn an_id_outlives_a_correction_and_only_its_time_changes() {
    let desk = TestDesk::new().await;
    let garlic = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let before = read(&desk, "/vi/answers").await;
    let tag = desk.get("/vi/answers.rss").await.header("etag").to_owned();
    let same = desk.get_with("/vi/answers.rss", &[("if-none-match", &tag)]).await.is(304);
    assert!(same.body.is_empty());
    assert_eq!(same.header("access-control-allow-origin"), "*");
    desk.clock.advance(DAY_MS);
    let next = Content {
        class: VersionClass::VerdictChange,
        rating: Rating::HalfTrue,
        reason: Localised::new("Có nghiên cứu mới.", "There is a new study."),
        ..content(&Story::garlic())
    };
    desk.cast.corrects(&desk.app, garlic, &next).await;
    let after = read(&desk, "/vi/answers").await;
    assert_eq!(before.entries[0].id, after.entries[0].id);
    assert_eq!(before.entries[0].url, after.entries[0].url);
    let moved = after.entries[0].updated - before.entries[0].updated;
    assert_eq!(moved.num_milliseconds(), DAY_MS);
    assert!(after.entries[0].title.starts_with("Đúng một nửa"), "{after:?}");
    let changed = desk.get_with("/vi/answers.rss", &[("if-none-match", &tag)]).await.is(200);
    changed.says("Có nghiên cứu mới.");
}

#[tokio::test]
async fn a_withdrawn_answer_stays_in_the_feeds_and_says_so() {
    let (desk, garlic) = desk().await;
    desk.cast.places(&desk.app, garlic.claim, &["79"]).await;
    desk.clock.advance(DAY_MS);
    let next = Content {
        class: VersionClass::Retraction,
        reason: Localised::new("Nguồn chính đã tự rút lại.", ""),
        ..content(&Story::garlic())
    };
    desk.cast.corrects(&desk.app, garlic, &next).await;
    for feed in ["answers", "corrections", "topics/health", "places/79", "o/so-y-te"] {
        let told = read(&desk, &format!("/vi/{feed}")).await;
        let first = told.entries.first().expect(feed);
        assert_eq!(first.id, format!("urn:uuid:{}", garlic.claim), "{feed}");
        assert!(first.title.starts_with("Đã rút lại: Ăn tỏi"), "{feed}: {first:?}");
        desk.get(&format!("/vi/{feed}.json")).await.says("Nguồn chính đã tự rút lại.");
    }
    for other in ["topics/scam", "places/01"] {
        assert_eq!(read(&desk, &format!("/vi/{other}")).await.entries, [], "{other}");
    }
}

#[tokio::test]
async fn pages_name_their_feeds_and_one_page_lists_all() {
    let (desk, _) = desk().await;
    for (page, feed) in [
        ("/vi", "/vi/answers"),
        ("/en/answers", "/en/answers"),
        ("/vi/corrections", "/vi/corrections"),
        ("/en/places/01", "/en/places/01"),
        ("/vi/o/bao-thu", "/vi/o/bao-thu"),
    ] {
        let reply = desk.get(page).await.is(200);
        let heads = reply.tags("link");
        for (end, kind) in [("atom", "atom+xml"), ("rss", "rss+xml"), ("json", "feed+json")] {
            let is_it = |it: &&str| {
                it.contains("rel=\"alternate\"")
                    && it.contains(&format!("type=\"application/{kind}\""))
                    && it.contains(&format!("href=\"{feed}.{end}\""))
            };
            assert!(heads.iter().any(is_it), "{page}: {heads:?}");
        }
    }
    let moved = desk.get_with("/feeds", &[("accept-language", "en")]).await.is(307);
    assert_eq!(moved.header("location"), "/en/feeds");
    let page = desk.get("/en/feeds").await.is(200).says("Sở Y tế thử").says("Epidemic");
    for feed in ["answers", "corrections", "topics/scam", "o/benh-vien"] {
        for lang in ["vi", "en"] {
            for end in ["atom", "rss", "json"] {
                let href = format!("href=\"/{lang}/{feed}.{end}\"");
                assert!(page.body.contains(&href), "{href}");
            }
        }
    }
    for link in page.links() {
        assert!(desk.get(&link).await.status.as_u16() < 400, "{link}");
    }
}

#[tokio::test]
async fn feedparser_reads_them_all() {
    let Some(python) = python_with("feedparser") else { return };
    let (desk, garlic) = desk().await;
    let folder = TempFolder::new();
    std::fs::create_dir_all(folder.path("")).expect("a folder");
    let mut files = Vec::new();
    for (lang, end) in [("vi", "atom"), ("vi", "rss"), ("vi", "json"), ("en", "rss")] {
        let file = folder.path(&format!("{lang}.{end}"));
        let feed = desk.get(&format!("/{lang}/answers.{end}")).await.is(200).body;
        std::fs::write(&file, feed).expect("written");
        files.push(file.to_str().expect("UTF-8").to_owned());
    }
    let args: Vec<&str> = files.iter().map(String::as_str).collect();
    let said = script(&python, "feeds.py", &args);
    let said: Vec<Value> = said
        .lines()
        .filter(|it| it.starts_with('{'))
        .map(|it| serde_json::from_str(it).expect("a line of JSON"))
        .collect();
    let forms: Vec<&str> = said.iter().filter_map(|it| it["form"].as_str()).collect();
    assert_eq!(forms, ["atom10", "rss20", "json11", "rss20"]);
    for it in &said[..3] {
        let entries = it["entries"].to_string().replace('‹', "<").replace('›', ">");
        assert_eq!(entries, said[0]["entries"].to_string(), "{it:#}");
        assert_eq!(it["language"], "vi");
    }
    assert_eq!(said[0]["entries"][0]["id"], format!("urn:uuid:{}", garlic.claim));
    assert_eq!(said[0]["entries"][1]["title"], "Sai: Hà Nội <b>phong tỏa</b> & cấm chợ.");
    assert_eq!(said[3]["language"], "en");
}
