//! Mails and mailboxes.

use std::io::Cursor;

use kiemtin_core::time::Timestamp;
use kiemtin_extract::limits::{MAIL_BYTES_MAX, MAIL_PARTS_MAX};
use kiemtin_extract::{Mailbox, Place, Problem, mail};

use super::{damaged, only, pieces};

const MAIL: &str = "Return-Path: <nguyen@nguoi.example>\r\n\
Received: from may.example (203.0.113.9) by b.example; Sun, 1 Nov 2026 09:00:01 +0700\r\n\
From: =?utf-8?B?Tmd1eeG7hW4=?= <nguyen@nguoi.example>\r\n\
To: toa-soan@bao.example\r\n\
Cc: tran@nguoi.example\r\n\
Subject: Fwd: =?UTF-8?Q?N=C6=B0=E1=BB=9Bc_m=C3=A1?=\r\n =?UTF-8?Q?y_c=C3=B3_=C4=91=E1=BB=99c=3F?=\r\n\
Date: Sun, 1 Nov 2026 23:30:00 +0000 (UTC)\r\n\
MIME-Version: 1.0\r\n\
Content-Type: multipart/mixed; boundary=\"ngoài=1\"\r\n\
\r\n\
preamble\r\n\
--ngoài=1\r\n\
Content-Type: multipart/alternative; boundary=trong\r\n\
\r\n\
--trong\r\n\
Content-Type: text/plain; charset=utf-8\r\n\
Content-Transfer-Encoding: quoted-printable\r\n\
\r\n\
Nghe n=C3=B3i n=C6=B0=E1=BB=9Bc m=\r\n\
=C3=A1y qu=E1=BA=ADn 3 c=C3=B3 =C4=91=E1=BB=99c.\r\n\
\r\n\
-- \r\n\
Nguyen 0912345678\r\n\
--trong\r\n\
Content-Type: text/html; charset=utf-8\r\n\
\r\n\
<p>HTML</p>\r\n\
--trong--\r\n\
--ngoài=1\r\n\
Content-Type: image/jpeg; name=\"nguyen.jpg\"\r\n\
Content-Disposition: attachment; filename=\"nguyen.jpg\"\r\n\
Content-Transfer-Encoding: base64\r\n\
\r\n\
/9j/4AAQ\r\n\
--ngoài=1\r\n\
Content-Type: text/plain\r\n\
Content-Disposition: attachment; filename=\"nguyen.txt\"\r\n\
\r\n\
nguyen\r\n\
--ngoài=1--\r\n";

const PERSONS: [&str; 6] = ["nguyen", "Nguyen", "Nguyễn", "tran@", "toa-soan", "203.0.113.9"];

#[test]
fn a_mail_is_its_subject_its_text_and_its_day() {
    let found = only(MAIL.as_bytes());
    assert_eq!(found, mail(MAIL.as_bytes()));
    assert_eq!(found.title.as_deref(), Some("Nước máy có độc?"));
    assert_eq!(found.text, "Nghe nói nước máy quận 3 có độc.");
    assert_eq!(found.published, Timestamp::parse("2026-11-02"), "the day in Vietnam, no clock");
    let attached = Problem::Attachments { kinds: "pictures: 1, texts: 1".to_owned() };
    assert_eq!(found.problems, [attached]);
    let found = format!("{:?}", found);
    assert!(PERSONS.iter().all(|it| !found.contains(it)), "{found}");
}

#[test]
fn a_damaged_mail_says_nothing_of_persons() {
    for at in (0..MAIL.len()).filter(|&it| MAIL.is_char_boundary(it)).step_by(61) {
        let found = format!("{:?}", mail(&MAIL.as_bytes()[..at]));
        let persons = PERSONS[3..].iter().chain(&["Nguyễn", "nguyen@"]);
        assert!(persons.into_iter().all(|it| !found.contains(it)), "{at}: {found}");
    }
    damaged(MAIL.as_bytes(), &["tran@", "203.0.113.9"]);
}

#[track_caller]
fn check(head: &str, body: &[u8], expected: &str) {
    let file = [b"Message-ID: <x>\nSubject: x\n", head.as_bytes(), b"\n", body].concat();
    assert_eq!(only(&file).text, expected, "{head}");
}

#[test]
fn texts_are_read_in_their_encodings() {
    check("", "Nước máy có độc".as_bytes(), "Nước máy có độc");
    check("Content-Transfer-Encoding: BASE64\n", b"Tsaw4bub\nYw==", "Nước");
    let western = encoding_rs::WINDOWS_1258
        .encode("Nu\u{301}i va\u{300} biê\u{309}n, co\u{301} thâ\u{323}t không")
        .0;
    check(
        "Content-Type: text/plain; charset=windows-1258\n",
        &western,
        "Núi và biển, có thật không",
    );
    check(
        "Content-Type: text/html; charset=utf-8\n",
        "<html><body><p>Mai cúp nước cả ngày.</p></body></html>".as_bytes(),
        "Mai cúp nước cả ngày.",
    );
    check("Content-Type: text/plain; format=flowed\n", b"a \nb\n> c\n", "a b");
}

#[test]
fn parts_without_end_and_in_crowds_are_read_within_limits() {
    let open = "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nmột\n--a\n\nhai";
    let found = mail(format!("Subject: x\n{open}").as_bytes());
    assert_eq!(found.text, "một\n\nhai");
    let crowd = "--a\n\nx\n".repeat(20_000);
    let found = mail(format!("Content-Type: multipart/mixed; boundary=a\n\n{crowd}").as_bytes());
    assert!(found.problems.contains(&Problem::TooMany { max: MAIL_PARTS_MAX }));
    // Each part holds one of the same kind: the deepest are taken as they stand.
    let nest: String = (0..5_000)
        .map(|it| format!("Content-Type: multipart/mixed; boundary=b{it}\n\n--b{it}\n"))
        .collect();
    assert!(mail(nest.as_bytes()).problems.len() < 10);
    let long_head = format!("Subject: {}\n\nx", "a\n ".repeat(200_000));
    assert!(mail(long_head.as_bytes()).title.is_some_and(|it| it.len() <= 500));
    let large = mail(&vec![b'a'; MAIL_BYTES_MAX + 1]);
    assert!(matches!(large.problems[..], [Problem::TooLarge { .. }]));
    assert!(mail(b"").problems.contains(&Problem::NoText));
}

fn mailbox(mails: &[&str]) -> String {
    let line = "From nguyen@nguoi.example Sun Nov  1 09:00:00 2026\n";
    mails.iter().map(|it| format!("{line}Message-ID: <x>\nSubject: tin\n\n{it}\n\n")).collect()
}

#[test]
fn a_mailbox_is_its_mails_one_after_another() {
    let file = mailbox(&["một\n\n>From đây đến đó", "hai\nFrom nay, 10:00 2026", "ba"]);
    let found: Vec<(String, String)> = pieces(file.as_bytes())
        .into_iter()
        .map(|it| match it.found {
            kiemtin_extract::Found::Document(document) => (it.place.to_string(), document.text),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected =
        [("#1", "một\n\nFrom đây đến đó"), ("#2", "hai\nFrom nay, 10:00 2026"), ("#3", "ba")];
    let expected = expected.map(|(place, text)| (place.to_owned(), text.to_owned()));
    assert_eq!(found, expected);
    damaged(file.as_bytes(), &[]);
    let place = pieces(file.as_bytes()).remove(0).place;
    assert_eq!(place, Place::Number(1));
}

#[test]
fn a_mailbox_without_ends_is_read_within_limits() {
    // One mail of twice the limit, in lines and without any.
    let picture =
        format!("Content-Type: image/png\n\n{}", format!("{}\n", "a".repeat(99_999)).repeat(340));
    let lines = mailbox(&[""]).trim_end().to_owned() + "\n" + &picture;
    assert!(lines.len() > MAIL_BYTES_MAX);
    let found: Vec<_> = Mailbox::new(Cursor::new(&lines)).collect();
    assert_eq!(found.len(), 1);
    assert!(found[0].document.problems.iter().any(|it| matches!(it, Problem::PartDamaged { .. })));
    let endless = mailbox(&[&"a".repeat(4 * 1024 * 1024)]);
    let found: Vec<_> = Mailbox::new(Cursor::new(&endless)).collect();
    assert_eq!(found[0].document.text, "");
    let empty = "From a 10:00 2026\n\n".repeat(100_000);
    assert_eq!(Mailbox::new(Cursor::new(&empty)).count(), 0);
}
