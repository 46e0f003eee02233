//! How an answer is bounded: time, size, packing, headers, kind.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::site::{Answer, Site, page};
use super::*;

const HTML: &str = "Content-Type: text/html; charset=UTF-8\r\n";

async fn get_from(site: &Site, accept: Accept) -> Result<Fetched, NotFetched> {
    fetcher(&[("127.0.0.1", site.port)]).get(&site.url("/"), accept).await
}

async fn get(bytes: impl Into<Vec<u8>>) -> Result<Fetched, NotFetched> {
    get_from(&Site::sending(bytes).await, Accept::Page).await
}

/// Fetches with times short enough for a test.
async fn get_soon(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> NotFetched {
    let site = Site::start(answer).await;
    let setup = setup(&[("127.0.0.1", site.port)], Arc::default());
    let fetcher = Fetcher::new(Setup { times: SHORT_TIMES, ..setup }).unwrap();
    let url = site.url("/");
    // Far above the times that were set: only a fetch that they do not end meets it.
    let res = tokio::time::timeout(Duration::from_secs(15), fetcher.get(&url, Accept::Page)).await;
    res.expect("the fetch ends by itself").unwrap_err()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_page_comes_with_what_the_site_says_of_it() {
    let headers = "Content-Type: Text/HTML ; Charset=\"UTF-8\"\r\nETag: \"v1\"\r\n\
                   Last-Modified: Mon, 02 Mar 2026 08:00:00 GMT\r\nSet-Cookie: a=b\r\n";
    let site = Site::sending(page(headers, "Cầu đóng".as_bytes())).await;
    let fetched = get_from(&site, Accept::Page).await.unwrap();
    let expected = Fetched {
        url: Url::parse(&site.url("/")).unwrap(),
        status: 200,
        media_type: "text/html".to_owned(),
        charset: Some("utf-8".to_owned()),
        body: "Cầu đóng".into(),
        etag: Some("\"v1\"".to_owned()),
        last_modified: Some("Mon, 02 Mar 2026 08:00:00 GMT".to_owned()),
    };
    assert_eq!(fetched, expected);
}

#[tokio::test]
async fn the_request_says_who_asks_and_nothing_else() {
    let site = Site::sending(page(&format!("{HTML}Set-Cookie: a=b\r\n"), b"x")).await;
    let fetcher = fetcher(&[("127.0.0.1", site.port)]);
    for _ in 0..2 {
        fetcher.get(&site.url("/tin?a=1#phan"), Accept::Page).await.unwrap();
    }
    let mut lines: Vec<String> = site.requests()[1].lines().map(str::to_owned).collect();
    lines.retain(|it| !it.is_empty());
    lines.sort_unstable();
    let expected = [
        "GET /tin?a=1 HTTP/1.1".to_owned(),
        "accept-encoding: gzip, identity".to_owned(),
        "accept: text/html, application/xhtml+xml, text/plain".to_owned(),
        format!("host: 127.0.0.1:{}", site.port),
        "user-agent: KiemTin/0.1 (+https://desk.example/en/about)".to_owned(),
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn gzip_is_unpacked() {
    let text = "Tin đồn. ".repeat(1000).into_bytes();
    let headers = format!("{HTML}Content-Encoding: gzip\r\n");
    assert_eq!(get(page(&headers, &gzip(&text))).await.unwrap().body, text);
}

#[tokio::test]
async fn what_is_packed_wrongly_is_refused() {
    let as_gzip = format!("{HTML}Content-Encoding: gzip\r\n");
    let res = get(page(&as_gzip, b"<p>plain text</p>")).await;
    assert_eq!(res, Err(NotFetched::NotGzip));
    let whole = gzip(b"<p>cut short</p>");
    let res = get(page(&as_gzip, &whole[..whole.len() - 4])).await;
    assert_eq!(res, Err(NotFetched::NotGzip));
    for (packing, told) in [("br", "br"), ("gzip, gzip", "gzip, gzip"), ("deflate", "deflate")] {
        let res = get(page(&format!("{HTML}Content-Encoding: {packing}\r\n"), b"x")).await;
        assert_eq!(res, Err(NotFetched::Packing(told.to_owned())));
    }
    let twice = format!("{as_gzip}Content-Encoding: gzip\r\n");
    assert_eq!(get(page(&twice, &whole)).await, Err(NotFetched::Packing("gzip".to_owned())));
}

#[tokio::test]
async fn a_gzip_bomb_is_refused() {
    let bomb = gzip(&vec![0; 100 << 20]);
    assert!(bomb.len() < 200_000);
    let res = get(page(&format!("{HTML}Content-Encoding: gzip\r\n"), &bomb)).await;
    assert_eq!(res, Err(NotFetched::Bomb));
}

#[tokio::test]
async fn a_large_body_is_refused_whether_it_is_announced_or_not() {
    let too_large = NotFetched::TooLarge { max_bytes: BODY_BYTES_MAX };
    // Announced only: had it been read, the answer would be that it broke off.
    let announced = format!("HTTP/1.1 200 OK\r\n{HTML}Content-Length: {}\r\n\r\n", 6 << 20);
    assert_eq!(get(announced).await, Err(too_large.clone()));
    let head = format!("HTTP/1.1 200 OK\r\n{HTML}Connection: close\r\n\r\n").into_bytes();
    let to_the_end = [head.as_slice(), &vec![b'a'; 6 << 20]].concat();
    assert_eq!(get(to_the_end).await, Err(too_large.clone()));
    // Without an end.
    let head = format!("HTTP/1.1 200 OK\r\n{HTML}Transfer-Encoding: chunked\r\n\r\n").into_bytes();
    let one_chunk = b"4000\r\n".iter().chain(&[b'a'; 0x4000]).chain(b"\r\n").copied();
    let many_chunks: Vec<u8> = one_chunk.cycle().take(400 * (0x4000 + 8)).collect();
    let site = Site::start(move |_| Answer::Stall([&*head, &*many_chunks].concat())).await;
    assert_eq!(get_from(&site, Accept::Page).await, Err(too_large));
}

#[tokio::test]
async fn a_false_length_harms_nobody() {
    let announced = |n: usize, body: &str| {
        format!("HTTP/1.1 200 OK\r\n{HTML}Content-Length: {n}\r\n\r\n{body}")
    };
    let res = get(announced(1000, "only this")).await;
    assert!(matches!(res, Err(NotFetched::Network(_))), "{res:?}");
    assert_eq!(get(announced(4, "pageHTTP/1.1 200 OK\r\n\r\nevil")).await.unwrap().body, b"page");
    let res = get(format!("HTTP/1.1 200 OK\r\n{HTML}Content-Length: -1\r\n\r\nx")).await;
    assert!(matches!(res, Err(NotFetched::Network(_))), "{res:?}");
    let two = "Content-Length: 1\r\nContent-Length: 3\r\n";
    let res = get(format!("HTTP/1.1 200 OK\r\n{HTML}{two}\r\nabc")).await;
    assert!(matches!(res, Err(NotFetched::Network(_))), "{res:?}");
    // Length and chunks: the chunks count, and no second answer is read from the rest.
    let both = "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n";
    let res =
        get(format!("HTTP/1.1 200 OK\r\n{HTML}{both}\r\n5\r\nhello\r\n0\r\n\r\nHTTP/1.1")).await;
    assert_eq!(res.unwrap().body, b"hello");
}

#[tokio::test]
async fn slow_sites_end() {
    let head = format!("HTTP/1.1 200 OK\r\n{HTML}");
    let stalled_head = head.clone();
    let stalled = move |_: &str| Answer::Stall(stalled_head.clone().into_bytes());
    assert_eq!(get_soon(stalled).await, NotFetched::TimedOut);
    assert_eq!(get_soon(|_: &str| Answer::Stall(Vec::new())).await, NotFetched::TimedOut);
    // Headers without end, one letter at a time.
    let dripped_head = head.clone() + "X-Slow: ";
    let dripped = move |_: &str| Answer::Drip(dripped_head.clone().into_bytes(), b"a");
    assert_eq!(get_soon(dripped).await, NotFetched::TimedOut);
    // A body without end, each letter in time: only the total ends it.
    let dripped = move |_: &str| Answer::Drip(format!("{head}\r\n").into_bytes(), b"a");
    assert_eq!(get_soon(dripped).await, NotFetched::TimedOut);
    let again = |_: &str| Answer::Drip(Vec::new(), b"HTTP/1.1 100 Continue\r\n\r\n");
    assert_eq!(get_soon(again).await, NotFetched::TimedOut);
}

#[tokio::test]
async fn the_head_is_bounded_in_lines_and_bytes() {
    let many: String = (0..10_000).map(|it| format!("X-{it}: a\r\n")).collect();
    assert_eq!(get(page(&format!("{HTML}{many}"), b"x")).await, Err(NotFetched::HeadTooLarge));
    for n_bytes in [HEAD_BYTES_MAX, 1 << 20, 10 << 20] {
        let huge = format!("{HTML}X-Huge: {}\r\n", "a".repeat(n_bytes));
        assert_eq!(get(page(&huge, b"x")).await, Err(NotFetched::HeadTooLarge), "{n_bytes}");
    }
    let large = format!("{HTML}X-Large: {}\r\n", "a".repeat(HEAD_BYTES_MAX - 200));
    assert_eq!(get(page(&large, b"x")).await.unwrap().body, b"x");
    // The limit holds for answers that send on, too.
    let huge = format!("HTTP/1.1 302 Found\r\nLocation: /{}\r\n\r\n", "a".repeat(HEAD_BYTES_MAX));
    assert_eq!(get(huge).await, Err(NotFetched::HeadTooLarge));
}

#[tokio::test]
async fn other_kinds_are_refused_before_their_body() {
    for (given, accept, expected) in [
        ("Content-Type: image/png\r\n", Accept::Page, "image/png"),
        ("Content-Type: application/pdf\r\n", Accept::Page, "application/pdf"),
        ("Content-Type: application/rss+xml\r\n", Accept::Page, "application/rss+xml"),
        ("Content-Type: image/svg+xml\r\n", Accept::Any, "image/svg+xml"),
        ("Content-Type: video/mp4\r\n", Accept::Any, "video/mp4"),
        ("Content-Type: image/png\r\n", Accept::Feed, "image/png"),
        ("Content-Type: \r\n", Accept::Page, "application/octet-stream"),
        ("", Accept::Page, "application/octet-stream"),
    ] {
        let head = format!("HTTP/1.1 200 OK\r\n{given}Content-Length: 10\r\n\r\n");
        let site = Site::start(move |_| Answer::Stall(head.clone().into_bytes())).await;
        let res = get_from(&site, accept).await;
        assert_eq!(res, Err(NotFetched::MediaType(expected.to_owned())), "{given:?}");
    }
    for (given, accept) in [
        ("application/rss+xml", Accept::Feed),
        ("text/html", Accept::Feed),
        ("application/xhtml+xml", Accept::Page),
        ("application/pdf", Accept::Any),
    ] {
        let site = Site::sending(page(&format!("Content-Type: {given}\r\n"), b"x")).await;
        assert_eq!(get_from(&site, accept).await.unwrap().media_type, given);
    }
}

#[tokio::test]
async fn the_charset_is_handed_on_as_a_short_label_or_not_at_all() {
    for (given, expected) in [
        ("utf-7", Some("utf-7")),
        ("\"Windows-1258\"", Some("windows-1258")),
        ("", None),
        ("a b", None),
        ("<script>", None),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", None),
    ] {
        let headers = format!("Content-Type: text/html; x=y; charset={given}\r\n");
        let fetched = get(page(&headers, b"x")).await.unwrap();
        assert_eq!(fetched.charset.as_deref(), expected, "{given}");
    }
}

#[tokio::test]
async fn only_success_is_a_page() {
    for status in [201_u16, 204, 206, 304, 400, 401, 403, 404, 410, 429, 451, 500, 503, 999] {
        let res = get(format!("HTTP/1.1 {status} X\r\n{HTML}Content-Length: 0\r\n\r\n")).await;
        assert_eq!(res, Err(NotFetched::Status(status)));
    }
    // A redirect that says nowhere to go.
    let res = get("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n").await;
    assert_eq!(res, Err(NotFetched::Status(302)));
}

#[tokio::test]
async fn what_is_no_http_is_told_in_one_sentence() {
    for bytes in ["", "SSH-2.0-OpenSSH_9.2\r\n", "220 mail ESMTP\r\n", "HTTP/9.9 200 OK\r\n\r\n"] {
        let err = get(bytes).await.unwrap_err();
        assert!(matches!(err, NotFetched::Network(_)), "{bytes:?}: {err:?}");
        assert!(!err.to_string().contains('\n'));
    }
    // Port 1 of this machine: nobody listens.
    let err = fetcher(&[("127.0.0.1", 1)]).get("http://127.0.0.1:1/", Accept::Any).await;
    let text = err.unwrap_err().to_string();
    assert!(text.contains("Connection refused"), "{text}");
}
