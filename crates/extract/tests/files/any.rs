//! The one door: every kind of file to its documents.

use std::io::Cursor;

use kiemtin_extract::{Format, Found, Problem, documents};

use super::{only, pieces};

/// A file of the test folder.
fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/testdata/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn a_page_a_feed_and_a_text_are_documents() {
    let page = only(&file("page-vi.html"));
    assert!(page.title.is_some() && !page.text.is_empty(), "{page:?}");
    let feed = pieces(&file("feed.rss"));
    let places: Vec<_> = feed.iter().map(|it| it.place.to_string()).collect();
    assert_eq!(places[..2], ["#1", "#2"]);
    let Found::Document(entry) = &feed[0].found else { panic!("{feed:?}") };
    assert!(entry.title.is_some() && entry.canonical.is_some(), "{entry:?}");
    let old = only(&file("windows1258.txt"));
    assert!(!old.text.is_empty());
}

#[track_caller]
fn check(text: &str, title: Option<&str>, rest: &str) {
    let found = only(text.as_bytes());
    assert_eq!((found.title.as_deref(), found.text.as_str()), (title, rest), "{text}");
}

#[test]
fn the_first_line_of_a_text_is_its_title_if_it_looks_like_one() {
    let rest = "Nghe nói nước máy quận 3 có độc, mọi người đừng uống.";
    check(&format!("Tin đồn về nước máy\r\n\r\n{rest}"), Some("Tin đồn về nước máy"), rest);
    for text in [
        format!("Tin đồn về nước máy.\n\n{rest}"),
        format!("Tin đồn về nước máy\n{rest}"),
        format!("- nước máy có độc\n\n{rest}"),
        format!("{rest} {rest} {rest} {rest}\n\n{rest}"),
        format!("{}\n\n{rest}", "Alo"),
        rest.to_owned(),
    ] {
        check(&text, None, &text);
    }
}

#[test]
fn what_a_program_reads_is_handed_back_whole() {
    let pdf = [b"%PDF-1.7\n".as_slice(), &[0xE2; 200_000]].concat();
    let found = pieces(&pdf);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].found, Found::Pdf(pdf));
    let picture = b"\x89PNG\r\n\x1A\nabc";
    assert_eq!(pieces(picture)[0].found, Found::Picture(picture.to_vec()));
}

#[test]
fn the_format_is_told_and_what_holds_no_document_is_refused() {
    let mut mailbox =
        documents(Cursor::new("From a@b.example Sun Nov 1 09:00:00 2026\nSubject: x\n\nmột"));
    assert!(mailbox.next().is_some() && mailbox.next().is_none());
    assert_eq!(mailbox.format(), Some(Format::Mailbox));
    for (bytes, told) in [
        (file("messages.jsonl"), "read by `kiemtin import`"),
        (b"<?xml version='1.0'?><urlset>".to_vec(), "a sitemap"),
        (b"Rar!\x1A\x07\0".to_vec(), "a RAR archive"),
        (Vec::new(), "the file is empty"),
        (vec![0x1F, 0x8B, 8], "cut short"),
    ] {
        let found = only(&bytes);
        assert_eq!(found.text, "");
        let said: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
        assert!(said.len() == 1 && said[0].contains(told), "{said:?}");
    }
}

#[test]
fn a_packed_file_that_is_cut_short_is_read_as_far_as_it_goes() {
    let whole = file("messages.jsonl.gz");
    assert!(only(&whole[..whole.len() / 2]).problems.len() == 1);
    let text = "Một dòng của một bài dài. ".repeat(20_000);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    std::io::Write::write_all(&mut packed, text.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let found = only(&packed[..packed.len() / 2]);
    assert!(found.text.len() > 100_000);
    assert!(matches!(found.problems.last(), Some(Problem::Broken(_))), "{:?}", found.problems);
}
