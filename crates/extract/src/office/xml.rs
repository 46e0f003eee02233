//! XML as a row of events with local names. No entity is ever expanded but the five of XML itself and
//! numbered characters; no document type is read, so nothing outside can be named and fetched.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::limits::XML_DEPTH_MAX;

/// What the XML says next.
pub(super) enum Said<'a> {
    /// An element begins.
    Open(Tag<'a>),
    /// The innermost open element of that local name ends.
    Close(String),
    /// Characters, with what stands for them resolved.
    Text(String),
}

/// The beginning of an element.
pub(super) struct Tag<'a> {
    start: BytesStart<'a>,
}

impl Tag<'_> {
    /// Its name without the prefix.
    pub(super) fn name(&self) -> String {
        local(self.start.local_name().as_ref())
    }

    /// The value of an attribute, by its name without the prefix.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        // The same name twice is no reason to read nothing.
        let mut attributes = self.start.attributes();
        let mut attributes = attributes.with_checks(false).flatten();
        let found = attributes.find(|it| it.key.local_name().as_ref() == name.as_bytes())?;
        Some(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
    }
}

/// Goes through a part and tells each event; says whether the part was read to its end.
pub(super) fn walk(source: &str, mut told: impl FnMut(Said<'_>)) -> bool {
    let mut reader = Reader::from_str(source);
    let mut depth = 0_usize;
    loop {
        let event = match reader.read_event() {
            Ok(Event::Eof) => return depth == 0,
            Ok(it) => it,
            Err(_) => return false,
        };
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > XML_DEPTH_MAX {
                    return false;
                }
                told(Said::Open(Tag { start }));
            }
            Event::Empty(start) => {
                let name = local(start.local_name().as_ref());
                told(Said::Open(Tag { start }));
                told(Said::Close(name));
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                told(Said::Close(local(end.local_name().as_ref())));
            }
            Event::Text(text) => {
                told(Said::Text(String::from_utf8_lossy(&text).into_owned()));
            }
            Event::CData(text) => told(Said::Text(String::from_utf8_lossy(&text).into_owned())),
            Event::GeneralRef(named) => {
                let numbered = named.resolve_char_ref().ok().flatten();
                let it = numbered.or_else(|| match &*named {
                    b"amp" => Some('&'),
                    b"lt" => Some('<'),
                    b"gt" => Some('>'),
                    b"quot" => Some('"'),
                    b"apos" => Some('\''),
                    _ => None,
                });
                if let Some(it) = it {
                    told(Said::Text(it.to_string()));
                }
            }
            _ => {}
        }
    }
}

fn local(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}
