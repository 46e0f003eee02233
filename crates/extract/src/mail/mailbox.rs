//! A mailbox (mbox, RFC 4155): mails one after another, each behind a line that begins with `From `.

use std::io::{self, BufRead};

use super::mail;
use crate::limits::MAIL_BYTES_MAX;
use crate::lines::Lines;
use crate::page::Document;
use crate::problem::Problem;

/// One mail of a mailbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Posted {
    /// Its place, from 1.
    pub number: u64,
    /// What it says.
    pub document: Document,
}

/// The mails of a mailbox, one in memory at a time: see [`Mailbox::new`].
pub struct Mailbox<R> {
    lines: Lines<R>,
    number: u64,
    is_over: bool,
}

impl<R: BufRead> Mailbox<R> {
    /// Reads a mailbox, unpacked.
    pub fn new(input: R) -> Self {
        Self { lines: Lines::new(input), number: 0, is_over: false }
    }

    /// The lines up to the next line between mails; `None` at the end.
    fn next_mail(&mut self) -> io::Result<Option<Mail>> {
        let mut mail = Mail::default();
        let (mut after_empty, mut is_any) = (true, false);
        while let Some(line) = self.lines.next_line()? {
            if after_empty && is_between(&line.bytes) {
                if is_any {
                    return Ok(Some(mail));
                }
                continue; // The one above the first mail.
            }
            after_empty = line.bytes.is_empty() && line.n_bytes == 0;
            is_any |= !after_empty;
            mail.take(&line.bytes);
            mail.is_cut |= line.is_too_long();
        }
        self.is_over = true;
        Ok(is_any.then_some(mail))
    }
}

#[derive(Default)]
struct Mail {
    bytes: Vec<u8>,
    /// A line or the whole was too long.
    is_cut: bool,
}

impl Mail {
    fn take(&mut self, line: &[u8]) {
        if self.bytes.len() + line.len() + 1 > MAIL_BYTES_MAX {
            self.is_cut = true;
            return;
        }
        // `>From ` at the beginning of a line was `From ` when it was written.
        let quoted = line.iter().position(|&it| it != b'>');
        let is_quoted = quoted.is_some_and(|at| 0 < at && line[at..].starts_with(b"From "));
        self.bytes.extend_from_slice(if is_quoted { &line[1..] } else { line });
        self.bytes.push(b'\n');
    }
}

/// The line between mails: `From `, an address, and a time of day with a year.
pub(super) fn is_between(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else {
        return false;
    };
    let words: Vec<&[u8]> =
        rest.split(u8::is_ascii_whitespace).filter(|it| !it.is_empty()).collect();
    let is_year = |it: &&[u8]| it.len() == 4 && it.iter().all(u8::is_ascii_digit);
    let is_clock = |it: &&[u8]| it.contains(&b':') && it[0].is_ascii_digit();
    words.len() <= 12 && words.iter().any(is_year) && words.iter().any(is_clock)
}

impl<R: BufRead> Iterator for Mailbox<R> {
    type Item = Posted;

    fn next(&mut self) -> Option<Posted> {
        if self.is_over {
            return None;
        }
        let next = self.next_mail();
        self.number += 1;
        match next {
            Ok(None) => None,
            Ok(Some(read)) => {
                let mut document = mail(&read.bytes);
                if read.is_cut {
                    let why = "the mail or one of its lines is too long".to_owned();
                    document.problems.push(Problem::PartDamaged { why });
                }
                Some(Posted { number: self.number, document })
            }
            Err(err) => {
                self.is_over = true;
                let problems = vec![Problem::Broken(crate::read::sentence(&err))];
                let document = Document { problems, ..Document::default() };
                Some(Posted { number: self.number, document })
            }
        }
    }
}
