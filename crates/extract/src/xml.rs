//! XML from strangers, step by step: names without their namespaces, texts with their references
//! resolved, never an entity that the file itself defines.
//!
//! So nothing grows: what comes out is no longer than what went in, and no deeper than
//! [`FEED_DEPTH_MAX`].

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::charset;
use crate::limits::FEED_DEPTH_MAX;

/// One step.
pub(crate) enum Step<'a> {
    /// An element begins; its name is the last of the path.
    Open(Tag<'a>),
    /// A text, or a piece of one, inside the last element of the path.
    Text(Cow<'a, str>),
    /// The last element of the path is about to end.
    Close,
}

/// A start tag.
pub(crate) struct Tag<'a>(BytesStart<'a>);

/// A file and where its reading stands.
pub(crate) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    path: Vec<String>,
    /// Elements below the deepest that is looked into.
    n_below: usize,
    is_closing: bool,
}

impl<'a> Xml<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        let mut reader = Reader::from_str(source);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Self { reader, path: Vec::new(), n_below: 0, is_closing: false }
    }

    /// The names of the open elements, outermost first, without namespaces, in small letters.
    pub(crate) fn path(&self) -> &[String] {
        &self.path
    }

    /// The next step; `None` at the end.
    ///
    /// # Errors
    /// What is wrong with the file; what came before was right.
    pub(crate) fn step(&mut self) -> Result<Option<Step<'a>>, String> {
        if std::mem::take(&mut self.is_closing) {
            self.path.pop();
        }
        loop {
            match self.reader.read_event().map_err(|err| err.to_string())? {
                // Also below the deepest: what nobody closed ends with the file.
                Event::Eof => return Ok(None),
                Event::Start(_) if FEED_DEPTH_MAX <= self.path.len() => self.n_below += 1,
                Event::Start(it) => {
                    let name = String::from_utf8_lossy(it.local_name().as_ref()).to_lowercase();
                    self.path.push(name);
                    return Ok(Some(Step::Open(Tag(it))));
                }
                Event::End(_) if 0 < self.n_below => self.n_below -= 1,
                // One that closes nothing says nothing.
                Event::End(_) if self.path.is_empty() => {}
                Event::End(_) => {
                    self.is_closing = true;
                    return Ok(Some(Step::Close));
                }
                _ if 0 < self.n_below => {}
                Event::Text(it) => return Ok(Some(Step::Text(lossy(it.into_inner())))),
                Event::CData(it) => return Ok(Some(Step::Text(lossy(it.into_inner())))),
                Event::GeneralRef(it) => return Ok(Some(Step::Text(resolved(&it)))),
                _ => {}
            }
        }
    }
}

impl Tag<'_> {
    /// An attribute without its namespace.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        // Whether one stands there twice is not asked: that would compare each with each.
        let mut all = self.0.attributes();
        let mut all = all.with_checks(false).flatten();
        let found = all.find(|it| it.key.local_name().as_ref() == name.as_bytes())?;
        Some(unescaped(&String::from_utf8_lossy(&found.value)).into_owned())
    }

    /// Whether the name stands in a namespace of that usual prefix.
    pub(crate) fn has_prefix(&self) -> bool {
        self.0.name().prefix().is_some()
    }
}

/// The five references of XML and those by number resolved; a text with others stays as it is.
pub(crate) fn unescaped(text: &str) -> Cow<'_, str> {
    quick_xml::escape::unescape(text).unwrap_or(Cow::Borrowed(text))
}

/// A file's bytes as the text of an XML reader; those that are UTF-8 are not copied.
pub(crate) fn source(bytes: &[u8]) -> Cow<'_, str> {
    let bare = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bare) {
        // Zero bytes are a sign of UTF-16, of which each letter is a valid one here.
        Ok(text) if !bare.iter().take(64).any(|it| *it == 0) => Cow::Borrowed(text.trim_start()),
        _ => {
            Cow::Owned(charset::decode(bytes, declared(bytes).as_deref()).0.trim_start().to_owned())
        }
    }
}

/// The encoding that an XML declaration names.
pub(crate) fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let declaration = head.split_once("?>")?.0;
    let (_, value) = declaration.split_once("encoding")?;
    value.split(['"', '\'']).nth(1).map(str::to_owned)
}

fn lossy(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(it) => String::from_utf8_lossy(it),
        Cow::Owned(it) => Cow::Owned(String::from_utf8_lossy(&it).into_owned()),
    }
}

fn resolved(reference: &BytesRef<'_>) -> Cow<'static, str> {
    if let Ok(Some(it)) = reference.resolve_char_ref() {
        return Cow::Owned(it.to_string());
    }
    // What the file defines for itself is never looked up.
    let known = reference.decode().ok().and_then(|it| resolve_predefined_entity(&it));
    Cow::Borrowed(known.unwrap_or(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All texts with the path to each.
    fn texts(xml: &str) -> Vec<String> {
        let (mut reading, mut all) = (Xml::new(xml), Vec::new());
        while let Ok(Some(step)) = reading.step() {
            if let Step::Text(it) = step {
                all.push(format!("{}={it}", reading.path().join("/")));
            }
        }
        all
    }

    #[test]
    fn names_lose_their_namespaces_and_texts_are_resolved() {
        assert_eq!(
            texts("<n:A><b/><B x='1'>1&lt;2&#225;</B><c><![CDATA[<d>]]></c>&nope;</n:A>"),
            ["a/b=1", "a/b=<", "a/b=2", "a/b=á", "a/c=<d>", "a= "]
        );
    }

    #[test]
    fn entities_of_the_file_are_never_expanded() {
        let bomb = "<!DOCTYPE a [<!ENTITY b 'bbbbbbbb'><!ENTITY c '&b;&b;&b;'>\
            <!ENTITY d SYSTEM 'file:///etc/passwd'>]><a>&c;&d;x</a>";
        assert_eq!(texts(bomb), ["a= ", "a= ", "a=x"]);
    }

    #[test]
    fn neither_depth_nor_wrong_ends_nor_attributes_cost_much() {
        let mut deep = Xml::new("<a>".repeat(200_000).leak());
        while let Ok(Some(_)) = deep.step() {
            assert!(deep.path().len() <= FEED_DEPTH_MAX);
        }
        assert_eq!(texts("</a></b><c>x</d>y"), ["c=x", "=y"]);
        let many: String = (0..50_000).map(|it| format!(" a{it}='1'")).collect();
        let xml = format!("<a{many} href='x&amp;y'/>");
        let Ok(Some(Step::Open(tag))) = Xml::new(&xml).step() else { panic!("a tag") };
        assert_eq!(tag.attribute("href").as_deref(), Some("x&y"));
        assert_eq!(tag.attribute("b"), None);
    }
}
