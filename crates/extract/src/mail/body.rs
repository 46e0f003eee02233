//! The parts of a mail: heads, and bodies between boundaries (RFC 2046, section 5.1).

use std::borrow::Cow;

use super::coding;
use crate::limits::{MAIL_DEPTH_MAX, MAIL_HEAD_BYTES_MAX, MAIL_PARTS_MAX};
use crate::problem::Problem;

/// Fields of a head, of those that are asked for. No field with a person in it is kept.
#[derive(Default)]
pub(super) struct Fields<'a> {
    fields: Vec<(String, Cow<'a, [u8]>)>,
    /// Lines that go on belong to a field that is kept.
    is_kept: bool,
    /// The first line is a field.
    pub(super) begins_at_once: bool,
}

/// Persons, and the way that a mail took: that they are there may tell that a file is a mail.
const ONLY_NAMED: [&str; 9] = [
    "from",
    "to",
    "received",
    "message-id",
    "return-path",
    "delivered-to",
    "x-mailer",
    "mime-version",
    "in-reply-to",
];
const KEPT: [&str; 5] =
    ["subject", "date", "content-type", "content-transfer-encoding", "content-disposition"];

impl<'a> Fields<'a> {
    /// Head and body.
    pub(super) fn split(bytes: &'a [u8]) -> (Self, &'a [u8]) {
        let mut fields = Self::default();
        let mut rest = bytes;
        let mut n_lines = 0;
        while bytes.len() - rest.len() < MAIL_HEAD_BYTES_MAX {
            let end = rest.iter().position(|&it| it == b'\n').map_or(rest.len(), |it| it + 1);
            let line = rest[..end].trim_ascii_end();
            if line.is_empty() {
                return (fields, &rest[end..]);
            }
            // A damaged line is no reason to take those below it, with persons in them, for text;
            // but what does not begin as a head is none.
            let is_field = fields.take(line);
            if n_lines == 0 {
                fields.begins_at_once = is_field;
                if !is_field {
                    return (fields, rest);
                }
            }
            n_lines += 1;
            rest = &rest[end..];
        }
        (fields, rest)
    }

    /// Takes a line; says whether it begins a field.
    fn take(&mut self, line: &'a [u8]) -> bool {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            if let Some((_, value)) = self.fields.last_mut().filter(|_| self.is_kept) {
                let value = value.to_mut();
                value.push(b' ');
                value.extend_from_slice(line.trim_ascii());
            }
            return false;
        }
        let Some(colon) = line.iter().take(80).position(|&it| it == b':') else {
            return false;
        };
        let (name, value) = (&line[..colon], &line[colon + 1..]);
        if name.is_empty() || !name.iter().all(|it| it.is_ascii_graphic()) {
            return false;
        }
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        self.is_kept = KEPT.contains(&name.as_str());
        if self.is_kept {
            self.fields.push((name, Cow::Borrowed(value.trim_ascii())));
        } else if ONLY_NAMED.contains(&name.as_str()) {
            self.fields.push((name, Cow::Borrowed(b"")));
        }
        true
    }

    /// The first field of that name.
    pub(super) fn get(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|(it, _)| it == name).map(|(_, value)| &**value)
    }

    /// The value before its parameters, in lower case.
    fn kind(&self, name: &str) -> String {
        let value = String::from_utf8_lossy(self.get(name).unwrap_or_default());
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    fn parameter(&self, name: &str) -> Option<String> {
        let value = String::from_utf8_lossy(self.get("content-type")?);
        let found = value.split(';').skip(1).find_map(|it| {
            let (key, value) = it.split_once('=')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })?;
        let bare = found.strip_prefix('"').map(|it| it.split('"').next().unwrap_or_default());
        Some(bare.map_or_else(|| found.clone(), str::to_owned)).filter(|it| !it.is_empty())
    }
}

/// A part that has no parts.
pub(super) struct Leaf<'a> {
    pub(super) media_type: String,
    pub(super) charset: Option<String>,
    /// Its lines may be put together again (RFC 3676).
    pub(super) is_flowed: bool,
    is_attached: bool,
    encoding: String,
    bytes: &'a [u8],
}

impl Leaf<'_> {
    /// Whether it is a text of this kind that is a part of what was written.
    pub(super) fn is_text(&self, media_type: &str) -> bool {
        self.media_type == media_type && !self.is_attached
    }

    pub(super) fn unpacked(&self) -> Cow<'_, [u8]> {
        coding::unpacked(self.bytes, &self.encoding)
    }
}

/// The head of a mail, and its parts in their order.
pub(super) fn leaves<'a>(
    bytes: &'a [u8],
    problems: &mut Vec<Problem>,
) -> (Fields<'a>, Vec<Leaf<'a>>) {
    let (head, body) = Fields::split(bytes);
    let mut leaves = Vec::new();
    gather(&head, body, 0, &mut leaves);
    if leaves.len() > MAIL_PARTS_MAX {
        leaves.truncate(MAIL_PARTS_MAX);
        problems.push(Problem::TooMany { max: MAIL_PARTS_MAX });
    }
    (head, leaves)
}

fn gather<'a>(head: &Fields<'_>, body: &'a [u8], depth: usize, leaves: &mut Vec<Leaf<'a>>) {
    if leaves.len() > MAIL_PARTS_MAX {
        return;
    }
    let mut media_type = head.kind("content-type");
    if media_type.is_empty() {
        media_type = "text/plain".to_owned();
    }
    let boundary = head.parameter("boundary").filter(|_| media_type.starts_with("multipart/"));
    if let Some(boundary) = boundary.filter(|_| depth < MAIL_DEPTH_MAX) {
        let wanted = MAIL_PARTS_MAX + 1 - leaves.len();
        for part in between(body, boundary.as_bytes(), wanted) {
            let (head, body) = Fields::split(part);
            gather(&head, body, depth + 1, leaves);
        }
        return;
    }
    leaves.push(Leaf {
        is_attached: head.kind("content-disposition") == "attachment",
        encoding: head.kind("content-transfer-encoding"),
        charset: head.parameter("charset"),
        is_flowed: head.parameter("format").is_some_and(|it| it.eq_ignore_ascii_case("flowed")),
        media_type,
        bytes: body,
    });
}

/// What stands between the lines with a boundary; the last may have no end.
fn between<'a>(body: &'a [u8], boundary: &[u8], n_max: usize) -> Vec<&'a [u8]> {
    let (mut parts, mut start, mut at) = (Vec::new(), None, 0);
    for line in body.split_inclusive(|&it| it == b'\n') {
        let begins = at;
        at += line.len();
        let said = line.trim_ascii_end();
        let after = said.strip_prefix(b"--").and_then(|it| it.strip_prefix(boundary));
        let Some(after) = after.filter(|it| it.is_empty() || *it == b"--") else {
            continue;
        };
        if let Some(start) = start.replace(at) {
            parts.push(&body[start..begins]);
        }
        if !after.is_empty() || parts.len() >= n_max {
            return parts;
        }
    }
    parts.extend(start.map(|it| &body[it..]));
    parts
}
