//! A page or an entry of a feed to messages: headline and text, in parts that the door takes.

use kiemtin_core::message::{MESSAGE_BYTES_MAX, RawMessage};
use kiemtin_extract::{Document, Entry};
use kiemtin_store::sources::NewSource;

/// The longest part. Headline and masking add a little to it.
const PART_BYTES_MAX: usize = MESSAGE_BYTES_MAX - 2_000;

/// The messages of a page.
pub(super) fn of_page(source: &NewSource, id: &str, url: &str, page: Document) -> Vec<RawMessage> {
    let Document { title, text, lang, published, .. } = page;
    let link = Some(url.to_owned()).filter(|it| !it.is_empty());
    messages(source, id, Entry { id: None, title, text, link, published, lang })
}

/// The messages of an entry, as the feed has it. It is known by its address, so that two feeds of one
/// publisher bring it once; an identifier alone may be another's in the next feed.
pub(super) fn of_entry(source: &NewSource, id: &str, entry: Entry) -> Vec<RawMessage> {
    let known_by = entry.link.clone().unwrap_or_else(|| format!("{}#{id}", source.location));
    messages(source, &known_by, entry)
}

/// One message, or one a part where the text is too long for one. Each part is whole paragraphs under
/// the headline; a paragraph that is too long by itself is left to the door, which refuses it.
fn messages(source: &NewSource, id: &str, entry: Entry) -> Vec<RawMessage> {
    let Entry { id: _, title, text, link, published, lang } = entry;
    let message = |(idx, part): (usize, String)| RawMessage {
        external_id: Some(if idx == 0 { id.to_owned() } else { format!("{id}#part={}", idx + 1) }),
        text: headed(title.as_deref(), part),
        lang,
        url: link.clone(),
        published,
        source: Some(source.stated.name.clone()),
    };
    parts(&text).into_iter().enumerate().map(message).collect()
}

fn headed(title: Option<&str>, text: String) -> String {
    match title {
        Some(title) if text.is_empty() => title.to_owned(),
        Some(title) if !text.starts_with(title) => format!("{title}\n\n{text}"),
        _ => text,
    }
}

fn parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    for paragraph in text.split("\n\n") {
        if !part.is_empty() && PART_BYTES_MAX < part.len() + paragraph.len() {
            parts.push(std::mem::take(&mut part));
        }
        if !part.is_empty() {
            part.push_str("\n\n");
        }
        part.push_str(paragraph);
    }
    if !part.is_empty() || parts.is_empty() {
        parts.push(part);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_page_comes_in_parts_of_whole_paragraphs() {
        let paragraph = "Nước sông dâng. ".repeat(400);
        let text = [paragraph.trim(); 7].join("\n\n");
        let parts = parts(&text);
        assert!(1 < parts.len() && parts.iter().all(|it| it.len() <= PART_BYTES_MAX));
        assert_eq!(parts.join("\n\n"), text);
        assert_eq!(super::parts("a\n\nb"), ["a\n\nb"]);
        assert_eq!(super::parts(""), [""]);
    }

    #[test]
    fn the_headline_stands_above_the_text_once() {
        assert_eq!(headed(Some("Lũ về"), "Nước dâng.".into()), "Lũ về\n\nNước dâng.");
        assert_eq!(headed(Some("Lũ về"), "Lũ về: nước dâng.".into()), "Lũ về: nước dâng.");
        assert_eq!(headed(Some("Lũ về"), String::new()), "Lũ về");
        assert_eq!(headed(None, "Nước dâng.".into()), "Nước dâng.");
    }
}
