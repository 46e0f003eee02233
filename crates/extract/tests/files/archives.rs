//! WARC and WACZ.

use std::io::{Cursor, Write as _};

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use kiemtin_extract::Problem;
use kiemtin_extract::archive::{ArchivedPage, BadRecord, Wacz, Warc};
use kiemtin_extract::limits::{GUNZIP_RATIO_MAX, RECORD_BYTES_MAX, RECORD_HEAD_LINES_MAX};
use zip::CompressionMethod;

use super::{damaged, pieces, zipped, zipped_as};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A record of this kind.
fn record(kind: &str, url: &str, content_type: &str, block: &[u8]) -> Vec<u8> {
    let n_bytes = block.len();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n\
         WARC-Date: 2026-11-01T02:00:00Z\r\nWARC-IP-Address: 203.0.113.9\r\n\
         Content-Type: {content_type}\r\nContent-Length: {n_bytes}\r\n\r\n"
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn response(url: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let block = [b"HTTP/1.1 ", head.as_bytes(), b"\r\n\r\n", body].concat();
    record("response", url, "application/http; msgtype=response", &block)
}

const HTML: &str = "200 OK\r\nContent-Type: Text/HTML; charset=\"utf-8\"\r\nSet-Cookie: a=b";

fn warc(bytes: &[u8]) -> Vec<Result<ArchivedPage, BadRecord>> {
    Warc::open(Cursor::new(bytes)).unwrap().collect()
}

/// The address and the body of each page.
#[track_caller]
fn bodies(found: Vec<Result<ArchivedPage, BadRecord>>) -> Vec<(String, String)> {
    let page = |it: ArchivedPage| (it.url, String::from_utf8(it.body).unwrap());
    found.into_iter().map(|it| page(it.expect("a page"))).collect()
}

#[test]
fn answers_are_taken_and_nothing_else() {
    let records = [
        record("warcinfo", "", "application/warc-fields", b"operator: nguyen"),
        record("request", "https://a.example/", "application/http", b"GET / HTTP/1.1\r\n\r\n"),
        response("<https://a.example/1>", HTML, b"WARC/1.0\r\n\r\n1"),
        response("https://a.example/chuyen", "301 Moved\r\nLocation: /1", b""),
        response("https://a.example/mat", "404 Not Found", b"x"),
        record("revisit", "https://a.example/1", "application/http", b"HTTP/1.1 200 OK\r\n\r\n"),
        response("dns:a.example", "200 OK", b"x"),
        record("resource", "https://a.example/2", "text/plain; charset=utf-8", b"2"),
    ];
    let members: Vec<u8> = records.iter().flat_map(|it| gzip(it)).collect();
    for file in [records.concat(), members, gzip(&records.concat())] {
        let found = warc(&file);
        let no_address = Problem::RecordSkipped { why: "it has no web address" };
        assert_eq!(found[1], Err(BadRecord { number: 7, url: None, problem: no_address }));
        let pages: Vec<_> = found.into_iter().flatten().collect();
        assert_eq!(pages.len(), 2);
        assert_eq!(pages[0].url, "https://a.example/1");
        assert_eq!(pages[0].media_type, "text/html");
        assert_eq!(pages[0].charset.as_deref(), Some("utf-8"));
        assert_eq!(pages[0].kept.as_deref(), Some("2026-11-01T02:00:00Z"));
        assert_eq!(pages[0].body, b"WARC/1.0\r\n\r\n1");
        assert_eq!(pages[1].body, b"2");
        assert_eq!(pages[0].problems, []);
        damaged(&file, &["nguyen", "203.0.113.9"]);
    }
}

#[test]
fn what_the_transfer_packed_is_unpacked() {
    let text = "Nước máy an toàn. ".repeat(100);
    let bytes = text.as_bytes();
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(bytes).unwrap();
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
    deflate.write_all(bytes).unwrap();
    let chunks = |it: &[u8]| {
        let (one, two) = it.split_at(it.len() / 2);
        let chunk =
            |it: &[u8]| [format!("{:x};x=y\r\n", it.len()).as_bytes(), it, b"\r\n"].concat();
        [chunk(one), chunk(two), b"0\r\n\r\n".to_vec()].concat()
    };
    for (fields, body) in [
        ("Content-Encoding: gzip", gzip(bytes)),
        ("Content-Encoding: deflate", zlib.finish().unwrap()),
        ("Content-Encoding: deflate", deflate.finish().unwrap()),
        ("Transfer-Encoding: chunked", chunks(bytes)),
        ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip", chunks(&gzip(bytes))),
        // A crawler undid both and left the head as it was.
        ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip", bytes.to_vec()),
    ] {
        let head = format!("200 OK\r\n{fields}");
        let found = bodies(warc(&response("https://a.example/", &head, &body)));
        assert_eq!(found, [("https://a.example/".to_owned(), text.clone())], "{fields}");
    }
}

/// The same record that says it is so much longer or shorter.
fn lying(record: &[u8], by: i64) -> Vec<u8> {
    let text = String::from_utf8(record.to_vec()).unwrap();
    let (before, rest) = text.split_once("Content-Length: ").unwrap();
    let (n_bytes, after) = rest.split_once("\r\n").unwrap();
    let n_bytes = n_bytes.parse::<i64>().unwrap() + by;
    format!("{before}Content-Length: {n_bytes}\r\n{after}").into_bytes()
}

#[test]
fn a_length_that_lies_costs_no_other_record() {
    let record = |it: &str| response(&format!("https://a.example/{it}"), HTML, it.as_bytes());
    for by in [5, 100, 10_000, -1] {
        let file = [lying(&record("1"), by), record("2"), record("3")].concat();
        let found: Vec<_> = warc(&file).into_iter().map(Result::unwrap).collect();
        let urls: Vec<_> = found.iter().map(|it| it.url.as_str()).collect();
        assert_eq!(
            urls,
            ["https://a.example/1", "https://a.example/2", "https://a.example/3"],
            "{by}"
        );
        assert!(matches!(found[0].problems[..], [Problem::PartDamaged { .. }]), "{by}");
        assert_eq!(found[1].problems, [], "{by}");
    }
    // The last record may say what it likes: what is there is taken, and more memory is not.
    for by in [5, i64::MAX / 2] {
        let found = warc(&lying(&record("1"), by));
        assert_eq!(found.len(), 1, "{by}");
        let told = match &found[0] {
            Ok(page) => !page.problems.is_empty() && page.body.starts_with(b"1"),
            Err(bad) => matches!(bad.problem, Problem::RecordSkipped { .. }),
        };
        assert!(told, "{by}: {found:?}");
    }
    // Many that lie are read in a time that does not grow with their square.
    let many: Vec<u8> =
        (0..2_000).flat_map(|_| lying(&record("1"), RECORD_BYTES_MAX as i64 / 2)).collect();
    assert!(!warc(&many).is_empty());
}

#[test]
fn hostile_records_are_passed_over() {
    let good = response("https://a.example/1", HTML, b"1");
    let bomb = response(
        "https://a.example/b",
        "200 OK\r\nContent-Encoding: gzip",
        &gzip(&vec![0; 30 << 20]),
    );
    let crowd = format!("WARC/1.1\r\n{}\r\n", "a: b\r\n".repeat(RECORD_HEAD_LINES_MAX + 1));
    let head = format!("200 OK\r\n{}x: y", "a: b\r\n".repeat(RECORD_HEAD_LINES_MAX + 1));
    let odd = response("https://a.example/h", &head, b"x");
    let no_length = b"WARC/1.1\r\nWARC-Type: response\r\n\r\n".to_vec();
    let noise = vec![b'x'; 3 << 20];
    let file = [&bomb, crowd.as_bytes(), &odd, &no_length, &noise, b"\r\n", &good].concat();
    let found = warc(&file);
    let problems: Vec<_> =
        found.iter().filter_map(|it| it.as_ref().err()).map(|it| &it.problem).collect();
    let skipped = |why| Problem::RecordSkipped { why };
    let expected = [
        Problem::Bomb { what: "this record", max: GUNZIP_RATIO_MAX },
        skipped("its head is too long"),
        skipped("what it holds is no answer of a site"),
        skipped("it does not say how long it is"),
    ];
    assert_eq!(problems, expected.iter().collect::<Vec<_>>());
    assert_eq!(found.last().unwrap().as_ref().unwrap().body, b"1");
    let film = record(
        "response",
        "https://a.example/film",
        "application/http",
        &vec![0; RECORD_BYTES_MAX as usize + 1],
    );
    let found = warc(&[film, good].concat());
    assert!(matches!(&found[0], Err(it) if it.problem == skipped("it is too large")));
    assert!(found[1].is_ok());
    let found = warc(&format!("{}\n", "x".repeat(99_999)).repeat(700).into_bytes());
    assert!(matches!(&found[..], [Err(BadRecord { problem: Problem::Broken(_), .. })]));
}

#[test]
fn a_package_is_its_archives_one_after_another() {
    let one = gzip(&response("https://a.example/1", HTML, "<p>Nước máy an toàn.".as_bytes()));
    let two = response("https://a.example/2", HTML, "<p>Cầu không đóng.".as_bytes());
    let parts: [(&str, &[u8]); 4] = [
        ("datapackage.json", b"{}"),
        ("archive/1.warc.gz", &one),
        ("archive/2.warc", &two),
        ("archive/../3.txt", b"x"),
    ];
    for file in [zipped(&parts), zipped_as(&parts, CompressionMethod::Stored)] {
        let pages = Wacz::open(Cursor::new(&file)).unwrap_or_else(|err| panic!("{err}"));
        let urls: Vec<_> = pages.map(|it| it.unwrap().url).collect();
        assert_eq!(urls, ["https://a.example/1", "https://a.example/2"]);
        let places: Vec<_> = pieces(&file).iter().map(|it| it.place.to_string()).collect();
        assert_eq!(places, urls);
        damaged(&file, &["203.0.113.9"]);
    }
    let none = Wacz::open(Cursor::new(zipped(&[("a", b"")])));
    assert!(matches!(none.err(), Some(Problem::Damaged { .. })));
}

#[test]
fn a_package_that_is_a_bomb_ends() {
    let zeros = format!("{}\n", "x".repeat(99_999)).repeat(700).into_bytes();
    let file = zipped(&[("archive/1.warc", &zeros)]);
    assert!(file.len() < 1 << 20);
    let found: Vec<_> =
        Wacz::open(Cursor::new(&file)).unwrap_or_else(|err| panic!("{err}")).collect();
    assert!(found.iter().all(Result::is_err));
}
