//! Files of every format and every damage, whole, cut and mutated: what is taken, what is told.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own file has failed")]

use kiemtin_core::lang::Lang;
use kiemtin_core::time::Timestamp;
use kiemtin_extract::{Item, Kind, Problem, Unreadable, feed, page, read};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/testdata/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn all_files() -> Vec<(String, Vec<u8>)> {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata")).unwrap();
    let names = folder.map(|it| it.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<_> = names.map(|it| (it.clone(), file(&it))).collect();
    files.sort();
    assert!(files.len() >= 20, "the test folder is gone");
    files
}

/// What came out, a line each: `line text` or `line ! sentence`.
fn lines(bytes: &[u8], want: Option<Kind>) -> Vec<String> {
    let told = |res| match res {
        Ok(kiemtin_extract::Located { line, value, .. }) => match value {
            Item::Message(it) => format!("{line} {}", it.text),
            Item::Claim(it) => format!("{line} {}", it.text),
            Item::Review(it) => format!("{line} {} = {}", it.claim, it.verdict.unwrap_or_default()),
        },
        Err(kiemtin_extract::Located { line, value, .. }) => format!("{line} ! {value}"),
    };
    read(bytes, want).map(told).collect()
}

#[track_caller]
fn check(name: &str, want: Option<Kind>, expected: &[&str]) {
    let found = lines(&file(name), want);
    let matches = |(found, expected): (&String, &&str)| match expected.strip_suffix('…') {
        Some(start) => found.starts_with(start),
        None => found == expected,
    };
    let same = found.len() == expected.len() && found.iter().zip(expected).all(matches);
    assert!(same, "{name}\nfound:    {found:#?}\nexpected: {expected:#?}");
}

#[test]
fn each_line_of_jsonl_is_taken_or_told() {
    check(
        "messages.jsonl",
        None,
        &[
            "1 Nghe nói nước máy quận 3 có độc, mọi người đừng uống",
            "2 Is the bridge closed tomorrow?",
            "2 ! the source is a person's profile…",
            "4 ! the field \"text\" is missing or empty",
            "5 ! the field \"text\" must be text",
            "6 ! this is not valid JSON at column…",
            "7 ! the field \"text\" stands here twice; keep one",
            "8 ! expected an object…",
            "9 link xấu",
            "9 ! the address is not a web address…",
            "9 ! the date is not a date…",
            "10 ! this is a ClaimReview; import the file with --as reviews",
            "11 dòng cuối không xuống dòng",
        ],
    );
    check("messages-utf16.jsonl", None, &["1 nước máy có độc", "2 mai cúp điện"]);
    check("messages.jsonl.gz", None, &["1 member one", "2 member two"]);
    check(
        "damaged.jsonl",
        None,
        &[
            "1 ! 2 bytes are no valid text…",
            "1 dòng một \u{FFFD}\u{FFFD} hỏng",
            "2 nul  và RLO",
            "3 sâu",
            "4 ! this is not valid JSON at column…",
            "5 ! this is not valid JSON at column…",
        ],
    );
    check(
        "claims.jsonl",
        Some(Kind::Claims),
        &["1 Nước máy có độc", "2 ! the field \"text\" is missing or empty"],
    );
}

#[test]
fn a_message_keeps_what_it_may_and_nothing_else() {
    let bytes = file("messages.jsonl");
    let first = read(bytes.as_slice(), None).next().unwrap().unwrap();
    let Item::Message(it) = first.value else { panic!("no message") };
    assert_eq!(it.external_id.as_deref(), Some("m1"));
    assert_eq!(it.lang, Some(Lang::Vi));
    assert_eq!(it.url.as_deref(), Some("https://baomau.example/tin/1"));
    assert_eq!(it.published, Timestamp::parse("2026-11-01T02:00:00Z"));
    assert_eq!(it.source.as_deref(), Some("Facebook posts"));
}

#[test]
fn texts_and_tables_are_told_apart_and_read() {
    check(
        "messages.txt",
        None,
        &[
            "1 Mai cúp nước cả phường, thật không?",
            "2 Uống nước muối chữa được cúm",
            "4 [Tin nóng] cầu bị đóng",
        ],
    );
    check(
        "table-vi.csv",
        None,
        &[
            "2 Nước máy; có \"độc\"\nthật không?",
            "4 ! the field \"text\" is missing or empty",
            "5 ! this row has 1 columns, and the text is in column 2; complete it",
            "6 Mai cúp điện",
            "6 ! the address is not a web address…",
            "6 ! the date is not a date…",
            "6 ! the source is a person's profile…",
            "7 ! the quotation mark on this line is not closed…",
            "8 Dòng sau vẫn đọc được",
        ],
    );
    check("table-claims.csv", Some(Kind::Claims), &["2 Nước máy có độc"]);
    check(
        "table-bare.tsv",
        None,
        &["1 Nước máy quận 3 có độc, đừng uống", "2 Mai cúp điện cả ngày nhé mọi người"],
    );
    check(
        "windows1258.txt",
        None,
        &[
            "1 ! the text was written in Windows-1258…",
            "1 Nước máy có độc, đừng uống nước máy trong tuần này",
            "2 Bệnh viện hết giường cho người bệnh",
            "3 Trường học đóng cửa hai tuần vì dịch",
        ],
    );
}

#[test]
fn a_page_is_its_title_and_main_text() {
    let found = page(&file("page-vi.html"), None, Some("https://baomau.example/x"));
    assert_eq!(found.title.as_deref(), Some("Nước máy quận 3 đạt chuẩn"));
    assert!(found.text.starts_with("Sở Xây dựng cho biết"), "{}", found.text);
    assert!(found.text.ends_with("để ai cũng có thể kiểm tra."), "{}", found.text);
    assert_eq!(found.text.matches("\n\n").count(), 4, "{}", found.text);
    assert_eq!(found.lang, Some(Lang::Vi));
    assert_eq!(found.published, Timestamp::parse("2026-11-01T02:00:00Z"));
    assert_eq!(found.canonical.as_deref(), Some("https://baomau.example/tin/nuoc-may.html"));
    assert_eq!(found.problems, []);
}

#[test]
fn a_hostile_page_is_harmless_text() {
    let found = page(&file("page-hostile.html"), Some("utf-7"), Some("https://a.example/"));
    let title = found.title.unwrap();
    assert!(
        title.starts_with("Reversed") && !title.contains(['\u{202E}', '\0', '\u{FFFD}']),
        "{title}"
    );
    for part in ["First paragraph that is not closed", "Second", "boldnested", "Third"] {
        assert!(found.text.contains(part), "{part}: {}", found.text);
    }
    for part in ["hidden", "alert", "evil"] {
        assert!(!found.text.contains(part), "{part}: {}", found.text);
    }
    assert_eq!((found.canonical, found.published), (None, None));
}

#[test]
fn reviews_are_found_in_pages_files_and_feeds() {
    check(
        "page-review.html",
        Some(Kind::Reviews),
        &[
            "1 Nước máy quận 3 có độc = Sai",
            "1 Uống nước muối chữa cúm = Sai hoàn toàn",
            "1 ! the rating is no number on its scale…",
            "1 ! this is not valid JSON at column…",
        ],
    );
    check(
        "reviews.json",
        Some(Kind::Reviews),
        &[
            "1 Nước máy quận 3 có độc = Sai",
            "1 Uống nước muối chữa cúm = Sai hoàn toàn",
            "1 ! the rating is no number on its scale…",
        ],
    );
    check(
        "reviews.jsonl",
        Some(Kind::Reviews),
        &["1 Nước máy quận 3 có độc = Sai", "2 ! the field \"claimReviewed\" is missing or empty"],
    );
    check(
        "datafeed.json",
        None,
        &[
            "6 Nước máy quận 3 có độc = Sai",
            "39 ! the field \"claimReviewed\" is missing or empty",
            "43 ! the field \"reviewRating\" is missing or empty",
            "53 Nước máy quận 3 có độc = Sai",
        ],
    );
    check(
        "datafeed.json",
        Some(Kind::Messages),
        &["1 ! a DataFeed file holds no messages; import it --as reviews"],
    );
}

#[test]
fn feeds_of_all_dialects_are_messages() {
    check(
        "feed.rss",
        None,
        &[
            "1 Nước máy & tin đồn\n\nNước máy đạt chuẩn.\n\nĐoạn hai.",
            "1 Liên kết xấu\n\nChữ thường",
            "1 ! no text was found here",
            "1 ! the date is not a date…",
            "1 ! the address is not a web address…",
            "1 ! the identifier of this entry was used before…",
        ],
    );
    for name in ["feed.atom", "feed.json"] {
        let (entries, problems) = feed(&file(name));
        assert_eq!((entries.len(), problems), (1, Vec::new()), "{name}");
        assert_eq!(entries[0].text, "The bridge is open.");
        assert_eq!(entries[0].link.as_deref(), Some("https://paper.example/1"));
        assert_eq!(entries[0].published, Timestamp::parse("2026-11-01T02:00:00Z"));
        assert_eq!(entries[0].lang, Some(Lang::En));
    }
    let (entries, problems) = feed(&file("feed-cut.rss"));
    assert_eq!(entries.len(), 2);
    assert!(problems.iter().any(|it| matches!(it, Problem::BadFeed { .. })), "{problems:?}");
    let (entries, _) = feed(&file("feed-bomb.rss"));
    assert!(entries.iter().all(|it| it.title.as_ref().is_none_or(|it| it.len() < 100)));
    assert!(!format!("{entries:?}").contains("root:"));
}

#[test]
fn no_name_of_a_person_comes_out_of_any_file() {
    for (name, bytes) in all_files() {
        for want in [None, Some(Kind::Messages), Some(Kind::Claims), Some(Kind::Reviews)] {
            let found = format!("{:?}", read(bytes.as_slice(), want).collect::<Vec<_>>());
            assert!(!found.to_lowercase().contains("canary"), "{name} as {want:?}");
        }
    }
}

#[test]
fn a_file_cut_anywhere_is_read_to_the_cut() {
    for (name, bytes) in all_files() {
        for end in (0..bytes.len()).step_by(64) {
            for want in [None, Some(Kind::Reviews)] {
                let n_found = read(&bytes[..end], want).count();
                assert!(n_found <= 64, "{name} cut at {end}");
            }
        }
    }
}

/// A small generator of chance with a seed (splitmix64): a failure can be repeated.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((it ^ (it >> 31)) % limit as u64).unwrap()
    }
}

#[test]
fn mutated_files_never_panic_and_keep_the_order_of_lines() {
    const PIECES: [&[u8]; 16] = [
        b"\"",
        b"{",
        b"]",
        b"<",
        b"</",
        b"\0",
        b"\xFF",
        b"\xC3",
        b"\\u",
        b"<!--",
        b"\n",
        b"\r",
        b"1e999",
        b"&#x110000;",
        b"<![CDATA[",
        b"\xE2\x80\xAE",
    ];
    let mut chance = Chance(2026);
    for (name, bytes) in all_files() {
        for round in 0..40 {
            let mut bytes = bytes.clone();
            for _ in 0..=chance.below(8) {
                let at = chance.below(bytes.len());
                match chance.below(4) {
                    0 => bytes[at] = u8::try_from(chance.below(256)).unwrap(),
                    1 => {
                        drop(bytes.drain(at..(at + chance.below(50)).min(bytes.len() - 1).max(at)))
                    }
                    2 => drop(bytes.splice(at..at, PIECES[chance.below(16)].iter().copied())),
                    _ => {
                        let to = (at + chance.below(200)).min(bytes.len());
                        let copy = bytes[at..to].to_vec();
                        drop(bytes.splice(at..at, copy));
                    }
                }
            }
            let mut last = 0;
            for res in read(bytes.as_slice(), [None, Some(Kind::Reviews)][round % 2]) {
                let line = res.as_ref().map_or_else(|it| it.line, |it| it.line);
                assert!(line >= last, "{name}, round {round}: line {line} after {last}");
                last = line;
            }
        }
    }
}

#[test]
fn a_long_line_is_skipped_and_reading_goes_on() {
    let long = "x".repeat(3_000_000);
    let text = format!("{{\"text\":\"a\"}}\n{{\"text\":\"{long}\"}}\r\n{{\"text\":\"b\"}}");
    assert_eq!(
        lines(text.as_bytes(), None),
        [
            "1 a",
            "2 ! this line has 3000011 bytes, more than 1048576; it was skipped, split it",
            "3 b",
        ]
    );
}

#[test]
fn what_cannot_be_read_says_so_once() {
    for (bytes, expected) in [
        (b"".as_slice(), "the file is empty"),
        (b"%PDF-1.7 ...", "this looks like a PDF document"),
        (b"PK\x03\x04\0\0", "this looks like a zip archive"),
        (b"\x1f\x8b\x08\0", "reading stopped here: the gzip file is cut short"),
        (b"\x1f\x8bnot gzip at all", "reading stopped here: the gzip file is damaged"),
    ] {
        let found = lines(bytes, None);
        assert!(found.len() == 1 && found[0].starts_with(&format!("1 ! {expected}")), "{found:?}");
    }
    let mut cut = file("messages.jsonl.gz");
    cut.truncate(cut.len() - 12);
    let found = lines(&cut, None);
    assert_eq!(found[0], "1 member one");
    assert!(found.last().unwrap().contains("the gzip file is cut short"), "{found:?}");
    let empty = read(&b""[..], None).next().unwrap().unwrap_err();
    assert_eq!(empty.value, Problem::Unreadable(Unreadable::Empty));
}

#[test]
fn a_gzip_bomb_is_stopped() {
    use std::io::Write;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..32 {
        packer.write_all(&[b'x'; 1 << 20]).unwrap();
    }
    let bomb = packer.finish().unwrap();
    let text = [b"\x1f\x8b".as_slice()].concat();
    assert!(bomb.starts_with(&text) && bomb.len() < 100_000);
    // White space alone is an empty head; a first line lets it be read.
    let mut first = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    first.write_all(b"{\"text\":\"a\"}\n").unwrap();
    let bomb = [first.finish().unwrap(), bomb].concat();
    let found = lines(&bomb, None);
    assert_eq!(found[0], "1 a");
    assert!(found[1].contains("times its size"), "{found:?}");
}

#[test]
fn the_bytes_of_a_packed_file_are_counted_packed() {
    let packed = file("messages.jsonl.gz");
    let last = read(packed.as_slice(), None).last().unwrap().unwrap();
    assert_eq!(last.byte, packed.len() as u64);
}
