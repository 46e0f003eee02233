//! Servers and files that mean harm (a bomb, a maze, a way inside): each round ends with a reason
//! in words, in bounded time, and the next source is read.

use std::io::Write as _;
use std::time::Instant;

use flate2::Compression;
use flate2::write::GzEncoder;
use kiemtin::collect::trouble;
use kiemtin_core::lang::Lang;
use kiemtin_core::source::Kind;
use kiemtin_store::sources::NewSource;

use super::pages::rss;
use super::{Collecting, TIMEOUT, new};
use crate::helper::web::{Answer, Asked, Web, page, status};

const HOST: &str = "bao.example";

fn bomb() -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        packer.write_all(&[b' '; 1 << 20]).expect("memory");
    }
    packer.finish().expect("memory")
}

fn raw(head: &str, body: &[u8]) -> Answer {
    Answer::Bytes([head.as_bytes(), b"\r\n\r\n", body].concat())
}

/// What a hostile server sends as a feed, by the name of its host.
fn answer(it: &Asked) -> Answer {
    const XML: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n";
    let name = it.host.split('.').next().unwrap_or_default();
    if it.path == "/robots.txt" && name != "robots" {
        return status(404, "");
    }
    match name {
        "bomb" => raw(&format!("{XML}content-encoding: gzip"), &bomb()),
        "maze" => status(302, &format!("location: {}/{}x\r\n", it.base(), &it.path[1..])),
        "inside" => status(302, "location: http://169.254.169.254/latest/meta-data/\r\n"),
        "scheme" => status(302, "location: file:///etc/passwd\r\n"),
        "headers" => raw(&format!("{XML}x: {}", "y".repeat(100_000)), b""),
        "large" => raw(&format!("{XML}content-length: 99999999999"), b"<rss>"),
        "short" => raw(&format!("{XML}content-length: 5000"), b"<rss>"),
        "chunks" => raw(&format!("{XML}transfer-encoding: chunked"), b"zz\r\nnot a chunk"),
        "brotli" => raw(&format!("{XML}content-encoding: br"), b"\x0b\x02\x80"),
        "picture" => page("image/png", "", b"\x89PNG"),
        "silence" => Answer::Stall(Vec::new()),
        "robots" if it.path == "/robots.txt" => {
            page("text/plain", "", "Disallow: /*a*a*a*a*a*a*b\n".repeat(40_000).as_bytes())
        }
        "entities" => {
            let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;\">\
                <!ENTITY d \"&c;&c;&c;&c;&c;&c;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">\
                <!ENTITY % g SYSTEM \"/evil.dtd\"> %g;]>\
                <rss version=\"2.0\"><channel><title>&d;</title><item><guid>1</guid>\
                <title>Tin &f; &d;</title></item></channel></rss>";
            page("text/xml", "", bomb.as_bytes())
        }
        "notgzip" => raw(&format!("{XML}content-encoding: gzip"), b"<rss></rss>"),
        "depth" => page("application/json", "", "[".repeat(100_000).as_bytes()),
        "numbers" => {
            let feed = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items":
                [{"id": 1e400, "content_text": "a"}, {"id": "-0", "content_text": "b"}]}"#;
            page("application/feed+json", "", feed.as_bytes())
        }
        "dates" => {
            let entry = |id: u8, date: &str| {
                format!(
                    "<entry><id>{id}</id><title>Tin năm {id} \u{202e}gnol\u{200b}</title>\
                     <updated>{date}</updated></entry>"
                )
            };
            let dates = ["9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "1900-01-01T00:00:00Z"];
            let all: String = (1..).zip(dates).map(|(id, date)| entry(id, date)).collect();
            let again = entry(1, dates[0]).replace("Tin", "Tin khác");
            let feed = format!("<feed xmlns=\"http://www.w3.org/2005/Atom\">{all}{again}</feed>");
            page("application/atom+xml", "", feed.as_bytes())
        }
        "unclosed" => {
            page("text/xml", "", b"<rss><channel><title>T</title><item><title>Tin <b>d\xe2")
        }
        "utf7" => page("text/xml; charset=utf-7", "", b"+ADw-rss+AD4-+ADw-/rss+AD4-"),
        "nested" => page("text/xml", "", "<a>".repeat(300_000).as_bytes()),
        "scripts" => {
            let entry =
                [("javascript:alert(1)", "Tin", "&lt;script&gt;alert(1)&lt;/script&gt;Nội dung")];
            let feed = rss(&it.base(), &entry).replace(&format!("{}/java", it.base()), "java");
            page("text/xml", "", feed.as_bytes())
        }
        _ => page("text/xml", "", rss(&it.base(), &[("a", "Tin", "Nội dung tin.")]).as_bytes()),
    }
}

const HOSTILE: [(&str, Option<&str>); 22] = [
    ("bomb", Some("size")),
    ("maze", Some("redirects")),
    ("inside", Some("refused")),
    ("scheme", Some("refused")),
    ("headers", Some("size")),
    ("large", Some("size")),
    ("short", Some("network")),
    ("chunks", Some("network")),
    ("brotli", Some("packing")),
    ("picture", Some("kind image/png")),
    ("silence", Some("slow")),
    ("robots", None),
    ("entities", None),
    ("notgzip", Some("packing")),
    ("depth", Some("kind")),
    ("numbers", Some("kind")),
    ("dates", None),
    ("unclosed", None),
    ("utf7", Some("kind")),
    ("nested", Some("kind")),
    ("scripts", None),
    ("good", None),
];

#[tokio::test]
async fn whatever_a_server_sends_the_round_ends_with_a_reason() {
    let web = Web::start(answer).await;
    let hosts: Vec<String> = HOSTILE.iter().map(|(it, _)| format!("{it}.example")).collect();
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let all = Collecting::new(&web, &hosts).await;
    for host in &hosts {
        all.add(Kind::Feed, &web.url(host, "/rss")).await;
    }
    let began = Instant::now();
    let rounds = all.once().await;
    assert!(began.elapsed() < 20 * TIMEOUT, "{:?}", began.elapsed());
    assert_eq!(rounds.len(), HOSTILE.len());
    for (source, round) in rounds {
        let host = source.new.host.expect("a host");
        let expected = HOSTILE.iter().find(|(it, _)| host == format!("{it}.example"));
        let expected = expected.and_then(|it| it.1);
        assert_eq!(round.trouble.as_deref(), expected, "{host}");
        for lang in Lang::ALL {
            let words = round.trouble.as_deref().map(|it| trouble::words(lang, it));
            assert!(words.is_none_or(|it| !it.contains("source-trouble")), "{host}");
        }
    }
    let kept = all.everything().await;
    assert!(!kept.contains("root:") && !kept.contains("<script") && !kept.contains("javascript:"));
    assert!(!kept.contains(['\u{202e}', '\u{200b}']));
    assert!(kept.contains("Tin năm 1"), "{kept}");
    assert!(kept.contains("Nội dung tin."), "the good one was read");
    let asked: Vec<String> = web.asked().into_iter().map(|it| it.path).collect();
    assert!(!asked.iter().any(|it| it.contains("evil")), "{asked:?}");
}

#[tokio::test]
async fn whatever_a_page_is_the_round_goes_on() {
    let pages: [(&str, Vec<u8>); 6] = [
        ("tags", b"<b>".repeat(400_000)),
        ("deep", b"<div>".repeat(200_000)),
        ("tables", b"<table><tr><td>".repeat(60_000)),
        ("nul", vec![0; 1 << 20]),
        ("attributes", [b"<p ".to_vec(), b"a=1 ".repeat(200_000), b">x".to_vec()].concat()),
        ("utf16", [vec![0xff, 0xfe], b"<\0p\0>\0".repeat(1000)].concat()),
    ];
    let names: Vec<&str> = pages.iter().map(|it| it.0).collect();
    let entries: Vec<(String, Vec<u8>)> =
        pages.iter().map(|(name, bytes)| (format!("/{name}"), bytes.clone())).collect();
    let feed: Vec<(String, String)> =
        names.iter().map(|it| ((*it).to_owned(), format!("Tóm tắt {it}."))).collect();
    let web = Web::start(move |it: &Asked| {
        if it.path == "/rss" {
            let items: Vec<(&str, &str, &str)> =
                feed.iter().map(|(name, text)| (name.as_str(), "Tin", text.as_str())).collect();
            return page("text/xml", "", rss(&it.base(), &items).as_bytes());
        }
        match entries.iter().find(|(path, _)| *path == it.path) {
            Some((_, bytes)) => page("text/html", "", bytes),
            None => status(404, ""),
        }
    })
    .await;
    let all = Collecting::new(&web, &[HOST]).await;
    all.add_as(NewSource { follows: true, ..new(Kind::Feed, &web.url(HOST, "/rss")) }).await;
    let began = Instant::now();
    let (trouble, n_new) = all.round().await;
    assert_eq!((trouble, n_new), (None, pages.len() as u64), "each entry stands in for its page");
    assert!(began.elapsed() < 20 * TIMEOUT, "{:?}", began.elapsed());
}
