//! What the desk archives of a source, who may open it, and what other people's tools say of it.
#![expect(clippy::unwrap_used, reason = "a story that stops is a failed test")]

use std::fs;
use std::io::{Cursor, Read as _};

use kiemtin::archive::warc;
use kiemtin_core::case::Capture;
use sha2::{Digest as _, Sha256};

use super::site::{Site, article, sent_on};
use super::{QUOTE, blob, fetcher, form, published, sources, with_source, works};
use crate::helper::desk::TempFolder;
use crate::helper::people::Browser;
use crate::helper::tools::{says_yes, tool};
use crate::stories::two_orgs::Story;

/// A word of the page that stands in nothing that the desk's members wrote.
const ON_THE_PAGE: &str = "antimicrobial";

/// A case with a source that is reached over a redirect.
async fn redirected() -> (Site, Story) {
    let site = Site::start();
    site.says("/a", sent_on("/b"));
    site.says("/b", article(QUOTE));
    let story = with_source(&site, &site.url("office.example", "/a")).await;
    (site, story)
}

#[tokio::test]
async fn the_whole_conversation_is_archived_and_nothing_that_knows_a_visitor() {
    let (site, story) = redirected().await;
    let records = warc::read(&blob(&story).await).unwrap();
    let kinds: Vec<&str> = records.iter().map(warc::Record::kind).collect();
    assert_eq!(kinds, ["warcinfo", "response", "request", "response", "request"]);
    let target = |it: usize| records[it].field("warc-target-uri").unwrap();
    assert_eq!(target(1), site.url("office.example", "/a"));
    assert_eq!(target(3), site.url("office.example", "/b"));
    assert_eq!(records[3].field("warc-ip-address"), Some("127.0.0.1"));
    let text = |it: usize| String::from_utf8_lossy(&records[it].block).into_owned();
    assert!(text(1).starts_with("HTTP/1.1 302 Found\r\n"), "{}", text(1));
    assert!(text(1).ends_with("elsewhere.</p>") && text(3).contains(ON_THE_PAGE));
    for (at, asked) in [(2, 0), (4, 1)] {
        let sent = site.asked_nth(asked);
        let lines = |it: &str| {
            let mut lines: Vec<String> = it.trim_end().lines().map(str::to_owned).collect();
            lines[1..].sort_unstable();
            lines
        };
        assert_eq!(lines(&text(at)), lines(&sent), "the request is recorded as it was sent");
    }
    assert!(!(0..5).any(|it| text(it).to_lowercase().contains("cookie")));
    let page = warc::page(&blob(&story).await).unwrap();
    let sha256 = hex::encode(Sha256::digest(&page.body));
    assert_eq!(sources(&story).await[0].capture, Capture::Archived { sha256: sha256.clone() });
    let payload = format!("sha256:{sha256}");
    assert_eq!(records[3].field("warc-payload-digest"), Some(payload.as_str()));
}

#[tokio::test]
async fn warcio_passes_the_archive_and_finds_one_flipped_byte() {
    let Some(warcio) = tool("warcio") else { return };
    let (_site, story) = redirected().await;
    let mut archive = blob(&story).await;
    let folder = TempFolder::new();
    fs::create_dir_all(folder.path("")).unwrap();
    let check = |bytes: &[u8]| {
        fs::write(folder.path("a.warc.gz"), bytes).unwrap();
        says_yes(&warcio, &["check", "-v", "a.warc.gz"], &folder.path(""))
    };
    let (passes, words) = check(&archive);
    assert!(passes, "{words}");
    assert_eq!(words.matches("digest pass").count(), 5, "{words}");
    let records = warc::read(&archive).unwrap();
    for record in &records[1..] {
        let middle = record.offset + record.length / 2;
        archive[middle] ^= 1;
        let (passes, words) = check(&archive);
        assert!(!passes, "byte {middle}: {words}");
        archive[middle] ^= 1;
    }
    // Unpacked, so that only the digests speak: a letter of the page.
    let plain = |it: &warc::Record| {
        let slice = &archive[it.offset..it.offset + it.length];
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(slice).read_to_end(&mut bytes).unwrap();
        bytes
    };
    let mut bytes = records.iter().flat_map(plain).collect::<Vec<u8>>();
    let at = memchr::memmem::find(&bytes, ON_THE_PAGE.as_bytes()).unwrap();
    bytes[at] ^= 1;
    let (passes, words) = check(&bytes);
    assert!(!passes && words.contains("payload digest failed"), "{words}");
}

#[tokio::test]
async fn the_archives_of_a_case_are_one_file_that_replay_tools_take() {
    let (site, mut story) = redirected().await;
    site.says("/c", article("Nothing of the kind was found"));
    let second = site.url("paper.example", "/c");
    let path = story.page("/evidence");
    story.press.post(&story.desk, &path, &form(&second)).await.location();
    works(&story.desk, fetcher(&site)).await;
    let path = story.page("/evidence.wacz");
    let (head, bytes) = story.health.download(&story.desk, &path).await;
    assert_eq!(head["content-type"], "application/wacz");
    assert!(head["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes.clone())).unwrap();
    let mut pages = String::new();
    zip.by_name("pages/pages.jsonl").unwrap().read_to_string(&mut pages).unwrap();
    assert_eq!(pages.lines().count(), 3, "{pages}");
    for url in [site.url("office.example", "/a"), second] {
        assert!(pages.contains(&format!("\"url\":\"{url}\"")), "{pages}");
    }
    for at in 0..zip.len() {
        let file = zip.by_index(at).unwrap();
        assert_eq!(file.compression(), zip::CompressionMethod::Stored);
    }
    let Some(wacz) = tool("wacz") else { return };
    let folder = TempFolder::new();
    fs::create_dir_all(folder.path("")).unwrap();
    fs::write(folder.path("a.wacz"), bytes).unwrap();
    let (_, words) = says_yes(&wacz, &["validate", "-f", "a.wacz"], &folder.path(""));
    assert!(words.contains("Validation succeeded"), "{words}");
}

#[tokio::test]
async fn what_is_kept_is_for_members_and_never_runs() {
    let (_site, mut story) = redirected().await;
    let page = story.press.get(&story.desk, &story.page("")).await;
    page.says(QUOTE).says("Primary");
    let at = sources(&story).await[0].id;
    let kept = story.press.get(&story.desk, &story.page(&format!("/evidence/{at}/kept"))).await;
    kept.is(200).says(ON_THE_PAGE);
    assert_eq!(kept.headers["content-type"], "text/plain; charset=utf-8");
    assert_eq!(kept.headers["content-security-policy"], "sandbox; default-src 'none'");
    let path = story.page(&format!("/evidence/{at}/file"));
    let (head, bytes) = story.press.download(&story.desk, &path).await;
    assert_eq!(bytes, blob(&story).await);
    assert_eq!(head["x-content-type-options"], "nosniff");
    for rest in ["/kept", "/file", "/stamp"] {
        let path = story.page(&format!("/evidence/{at}{rest}"));
        let stranger = Browser::english().get(&story.desk, &path).await;
        assert!(stranger.location().starts_with("/desk/sign-in"), "{rest}");
    }
    let stranger = Browser::english().get(&story.desk, &story.page("/evidence.wacz")).await;
    assert!(stranger.location().starts_with("/desk/sign-in"));
}

#[tokio::test]
async fn readers_get_excerpt_hash_and_link_and_no_word_of_the_page() {
    let (site, mut story) = redirected().await;
    site.says("/c", article("Nothing of the kind was found"));
    let second = site.url("paper.example", "/c");
    let path = story.page("/evidence");
    story.press.post(&story.desk, &path, &form(&second)).await.location();
    works(&story.desk, fetcher(&site)).await;
    published(&mut story).await;
    let Capture::Archived { sha256 } = sources(&story).await[0].capture.clone() else {
        panic!("it is archived")
    };
    let mut reader = Browser::english();
    let page = reader.get(&story.desk, "/en/c/1").await;
    page.is(200).says(QUOTE).says(&sha256).says(&second).says("Primary source.");
    page.says("none known").says("The page was still there on");
    reader.get(&story.desk, "/vi/c/1").await.is(200).says("Nguồn gốc.");
    let found = format!("/en/search?q={ON_THE_PAGE}+properties");
    for path in ["/en", "/en/c/1", "/en/c/1/v/1", "/en/c/1/v/1.json", "/log/entries?from=0", &found]
    {
        let page = reader.get(&story.desk, path).await.is(200).body.clone();
        let typed = if path == found { "properties, and" } else { ON_THE_PAGE };
        assert!(!page.contains(typed), "{path}");
    }
    let mut tables = String::new();
    let dump = story.desk.app.store.dump(|it| {
        tables += &it.lines;
        Ok(())
    });
    dump.await.unwrap();
    assert!(tables.contains(&sha256) && !tables.contains(ON_THE_PAGE), "only blobs hold the page");
    let matches = story.desk.app.find("antimicrobial properties of the virus", None, 5).await;
    assert!(matches.unwrap().iter().all(|it| it.probability < 0.5));
}

#[tokio::test]
async fn a_short_link_to_a_post_is_refused_wherever_the_post_stands_on_the_way() {
    let site = Site::start();
    site.says("/post", article(QUOTE));
    site.says("/on", sent_on("http://paper.example:PORT/post"));
    let post = site.url("www.facebook.com", "/post");
    site.says("/short", sent_on(&post));
    // By way of a platform to a paper: what is archived would be the platform's answer too.
    let way = site.url("www.facebook.com", "/way");
    site.says("/by", sent_on(&way));
    site.says("/way", sent_on(&site.url("paper.example", "/post")));
    for path in ["/short", "/by"] {
        let mut story = with_source(&site, &site.url("short.example", path)).await;
        let capture = sources(&story).await[0].capture.clone();
        assert_eq!(capture, Capture::Failed { why: "post".to_owned() }, "{path}");
        assert!(story.desk.app.store.blob_hashes().await.unwrap().is_empty());
        let page = story.health.get(&story.desk, &story.page("")).await;
        page.says("A personal profile or post cannot be evidence");
    }
}

#[tokio::test]
async fn the_form_says_what_a_quotation_is_and_keeps_what_was_typed() {
    let mut story = Story::begins().await;
    story.asks().await;
    let path = story.page("/evidence");
    let mut fields = form("https://moh.gov.vn/a");
    let long = "dài ".repeat(300);
    for (quote, complaint) in [
        ("", "Quote the passage that counts"),
        ("too short", "fewer than 10 characters"),
        (long.as_str(), "more than 1000 characters"),
        ("Write to lan.anh@gmail.com about it", "[e-mail address]"),
    ] {
        fields[5].1 = quote;
        let answer = story.health.post(&story.desk, &path, &fields).await;
        answer.is(422).says(complaint).says("Nơi này nói không.").says(quote.trim());
    }
    fields[5] = ("quote_vi", "Ăn tỏi không phòng được bệnh này");
    fields[1] = ("source_kind", "hearsay");
    story.health.post(&story.desk, &path, &fields).await.is(422).says("Choose");
    fields[1] = ("source_kind", "secondary");
    story.health.post(&story.desk, &path, &fields).await.location();
    let hidden = "https://www.google.com/url?q=https://www.facebook.com/somebody/posts/1";
    let answer = story.health.post(&story.desk, &path, &form(hidden)).await;
    answer.is(422).says("A personal profile or post cannot be evidence");
}
