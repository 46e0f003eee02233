//! Tells what a file is by what stands in it; its name is never asked.

use crate::charset::charset_of;
use crate::mail;
use crate::problem::Unreadable;
use crate::table;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// A table with columns between commas, semicolons or tabs.
    Csv,
    /// Plain text, one message a line.
    Text,
    /// An HTML page.
    Page,
    /// RSS, Atom or JSON Feed.
    Feed,
    /// The Data Commons file of ClaimReviews.
    DataFeed,
    /// An array of JSON objects, or objects one after another over several lines each.
    Json,
    /// A PDF document.
    Pdf,
    /// A picture in one of the forms that are decoded.
    Picture,
    /// A ZIP file that is none of the next three, or not yet looked into.
    Zip,
    /// A document of Word, or of what writes the same.
    Docx,
    /// A text document of LibreOffice, or of what writes the same.
    Odt,
    /// A package of web archives.
    Wacz,
    /// A web archive.
    Warc,
    /// One e-mail.
    Mail,
    /// E-mails one after another.
    Mailbox,
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Jsonl => "a JSONL file",
            Self::Csv => "a CSV file",
            Self::Text => "a text file",
            Self::Page => "a web page",
            Self::Feed => "a feed",
            Self::DataFeed => "a DataFeed file",
            Self::Json => "a JSON file",
            Self::Pdf => "a PDF document",
            Self::Picture => "a picture",
            Self::Zip => "a zip archive",
            Self::Docx => "a DOCX document",
            Self::Odt => "an ODT document",
            Self::Wacz => "a package of web archives (WACZ)",
            Self::Warc => "a web archive (WARC)",
            Self::Mail => "an e-mail",
            Self::Mailbox => "a mailbox",
        })
    }
}

/// Tells the format of a file that may also be one of those that are not imported but hold documents:
/// what is packed as ZIP is told apart when it is opened.
///
/// # Errors
/// It is empty, or something in which no text is looked for.
pub fn recognise(head: &[u8]) -> Result<Format, Unreadable> {
    let begins = |magic: &[u8]| head.starts_with(magic);
    let is_webp = begins(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    Ok(match () {
        () if begins(b"%PDF-") => Format::Pdf,
        () if begins(b"PK\x03\x04") => Format::Zip,
        () if begins(b"\x89PNG") || begins(b"\xFF\xD8\xFF") || is_webp => Format::Picture,
        () if begins(b"GIF8") && head.contains(&0) => Format::Picture,
        () if begins(b"WARC/1.") => Format::Warc,
        () if mail::is_mailbox(head) => Format::Mailbox,
        () if mail::is_mail(head) => Format::Mail,
        () => return sniff(head),
    })
}

/// Tells the format from the first [`crate::limits::HEAD_BYTES`] of a file, unpacked, that is imported.
///
/// # Errors
/// It is empty, or something that cannot be read as text.
pub fn sniff(head: &[u8]) -> Result<Format, Unreadable> {
    refuse_known_binary(head)?;
    let text = charset_of(head, None).decode(head);
    let n_control = text.chars().take(4_096).filter(|&it| is_no_text(it)).count();
    if n_control * 20 > text.chars().take(4_096).count() {
        return Err(Unreadable::Binary {
            looks_like: "a file of a program",
            what_to_do: "export its texts as CSV, JSONL or plain text",
        });
    }
    let text =
        text.trim_start_matches(|it: char| it.is_whitespace() || it == '\u{FEFF}' || it == '\0');
    match text.as_bytes().first() {
        None => Err(Unreadable::Empty),
        Some(b'{') => Ok(of_objects(text)),
        Some(b'[') if text[1..].trim_start().starts_with(['{', '[', ']']) => Ok(Format::Json),
        Some(b'<') => of_tags(text),
        Some(_) if text.starts_with("WARC/1.") => Err(Unreadable::Other {
            looks_like: "a web archive (WARC)",
            what_to_do: "import the pages one by one",
        }),
        // Its lines taken for messages would be addresses of persons.
        Some(_) if mail::is_mail(head) || mail::is_mailbox(head) => Err(Unreadable::Other {
            looks_like: "an e-mail",
            what_to_do: "type `kiemtin extract --json` with its name and import what that prints",
        }),
        Some(_) if table::is_table(text) => Ok(Format::Csv),
        Some(_) => Ok(Format::Text),
    }
}

fn is_no_text(it: char) -> bool {
    (it.is_control() && !matches!(it, '\t' | '\n' | '\r' | '\u{C}' | '\u{1b}')) || it == '\u{FFFD}'
}

const SAVE_TEXT: &str = "open it, copy the text and save it as plain text";
const UNPACK: &str = "unpack it and import the files inside";
const SAVE_TABLE: &str = "export it as CSV or JSONL";
const WRITE_DOWN: &str = "write down what it says in a text file";

/// First bytes, what they mean, what to do instead.
const BINARY: [(&[u8], &str, &str); 25] = [
    (b"%PDF-", "a PDF document", SAVE_TEXT),
    (
        b"PK\x03\x04",
        "a zip archive or an office document (docx, xlsx, odt)",
        "unpack the archive, or save the document as CSV or plain text",
    ),
    (b"PK\x05\x06", "an empty zip archive", UNPACK),
    (b"\xD0\xCF\x11\xE0", "an old office document (doc, xls)", "save it as CSV or plain text"),
    (b"{\\rtf", "an RTF document", "save it as plain text"),
    (b"\x89PNG", "a picture", WRITE_DOWN),
    (b"\xFF\xD8\xFF", "a picture", WRITE_DOWN),
    (b"GIF8", "a picture", WRITE_DOWN),
    (b"II*\0", "a picture", WRITE_DOWN),
    (b"MM\0*", "a picture", WRITE_DOWN),
    (b"7z\xBC\xAF", "a 7z archive", UNPACK),
    (b"Rar!\x1A", "a RAR archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\xFD7zXZ", "an xz archive", UNPACK),
    (b"\x28\xB5\x2F\xFD", "a zstd archive", UNPACK),
    (b"\x1F\x8B", "a gzip file inside a gzip file", UNPACK),
    (b"SQLite format 3\0", "a database", SAVE_TABLE),
    (b"PAR1", "a Parquet file", SAVE_TABLE),
    (b"ARROW1", "an Arrow file", SAVE_TABLE),
    (b"\x7FELF", "a program", "choose another file"),
    (b"MZ\x90\0", "a program", "choose another file"),
    (b"OggS", "a recording", WRITE_DOWN),
    (b"ID3", "a recording", WRITE_DOWN),
    (b"\0asm", "a program", "choose another file"),
    (b"\x1A\x45\xDF\xA3", "a film", WRITE_DOWN),
];

fn refuse_known_binary(head: &[u8]) -> Result<(), Unreadable> {
    let known = BINARY.iter().find(|(magic, ..)| head.starts_with(magic));
    // These are words too, unless something follows that no text has.
    let is_word = |magic: &[u8]| magic.iter().all(u8::is_ascii_alphanumeric) && !head.contains(&0);
    if let Some(&(magic, looks_like, what_to_do)) = known
        && !is_word(magic)
    {
        return Err(Unreadable::Binary { looks_like, what_to_do });
    }
    let inside = |at: usize, magic: &[u8]| head.get(at..).is_some_and(|it| it.starts_with(magic));
    let (looks_like, what_to_do) = match () {
        () if inside(4, b"ftyp") => ("a film or picture", WRITE_DOWN),
        () if inside(0, b"RIFF") && inside(8, b"WEBP") => ("a picture", WRITE_DOWN),
        () if inside(0, b"RIFF") && inside(8, b"WAVE") => ("a recording", WRITE_DOWN),
        () if inside(257, b"ustar") => ("a tar archive", UNPACK),
        () => return Ok(()),
    };
    Err(Unreadable::Binary { looks_like, what_to_do })
}

/// The file begins with `{`.
fn of_objects(text: &str) -> Format {
    let (closes_on_first_line, keys) = first_object(text);
    if keys.iter().any(|it| it == "dataFeedElement") {
        return Format::DataFeed;
    }
    let is_feed = keys.iter().any(|it| it == "version") && text.contains("jsonfeed.org/version");
    if is_feed {
        return Format::Feed;
    }
    // An object over several lines is JSON; one that is broken among others is a bad line of JSONL.
    let mut lines = text.split(['\n', '\r']).filter(|it| !it.trim().is_empty()).skip(1);
    let next_line_opens = lines.next().is_none_or(|it| it.trim_start().starts_with('{'));
    if closes_on_first_line || next_line_opens { Format::Jsonl } else { Format::Json }
}

/// Whether the object that the text begins with ends on its first line, and its keys as far as the
/// head goes.
fn first_object(text: &str) -> (bool, Vec<String>) {
    let (mut depth, mut in_string, mut escaped) = (0_u64, false, false);
    let (mut keys, mut word) = (Vec::new(), String::new());
    let mut is_first_line = true;
    for it in text.chars() {
        match it {
            '\n' | '\r' => (is_first_line, in_string) = (false, false),
            _ if in_string && escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' if in_string => in_string = false,
            _ if in_string => word.push(it),
            '"' => {
                in_string = true;
                word.clear();
            }
            ':' if depth == 1 => keys.push(std::mem::take(&mut word)),
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return (is_first_line, keys);
        }
    }
    (is_first_line, keys)
}

/// The file begins with `<`.
fn of_tags(text: &str) -> Result<Format, Unreadable> {
    let lower: String = text.chars().take(16_000).map(|it| it.to_ascii_lowercase()).collect();
    let at = |tag: &str| lower.find(tag).unwrap_or(usize::MAX);
    let feed = ["<rss", "<feed", "<rdf:rdf"].map(at).into_iter().min().unwrap_or(usize::MAX);
    let html = ["<!doctype html", "<html"].map(at).into_iter().min().unwrap_or(usize::MAX);
    if feed < html {
        return Ok(Format::Feed);
    }
    if html < usize::MAX {
        return Ok(Format::Page);
    }
    if ["<urlset", "<sitemapindex"].map(at).into_iter().any(|it| it < usize::MAX) {
        return Err(Unreadable::Other {
            looks_like: "a sitemap",
            what_to_do: "import the pages that it lists",
        });
    }
    if lower.starts_with("<?xml") {
        return Err(Unreadable::Other {
            looks_like: "an XML file that is no feed",
            what_to_do: "export it as CSV, JSONL or RSS",
        });
    }
    let is_page = [
        "<head", "<body", "<div", "<p", "<meta", "<title", "<script", "<article", "<main", "<h1",
        "<!--", "<table", "<section",
    ]
    .iter()
    .any(|it| lower.starts_with(it));
    Ok(if is_page { Format::Page } else { Format::Text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Format) {
        assert_eq!(sniff(text.as_bytes()), Ok(expected), "{text}");
    }

    #[test]
    fn the_format_is_told_by_content() {
        check("{\"text\":\"a\"}\n{\"text\":\"b\"}", Format::Jsonl);
        check("{\"text\":\"a\"", Format::Jsonl);
        check("{\"text\":\"broken}\n{\"text\":\"b\"}", Format::Jsonl);
        check("{\n \"text\": \"a\"\n}", Format::Json);
        check("\u{FEFF} [\n{\"text\":\"a\"}]", Format::Json);
        check("[]", Format::Json);
        check("[Tin nóng] nước máy có độc", Format::Text);
        check("{\"@type\":\"DataFeed\", \"dataFeedElement\" : [", Format::DataFeed);
        check("{\"text\":\"\\\"dataFeedElement\\\":[\"}", Format::Jsonl);
        check("{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[]}", Format::Feed);
        check("<?xml version='1.0'?><rss version='2.0'>", Format::Feed);
        check("<feed xmlns='http://www.w3.org/2005/Atom'>", Format::Feed);
        check("<!-- x --><!DOCTYPE HTML><html>", Format::Page);
        check("<p>một đoạn", Format::Page);
        check("<3 cả nhà ơi", Format::Text);
        check("text,lang\nabc,vi", Format::Csv);
        check("Nội dung;Ngày\nabc;1/1/2026", Format::Csv);
        check("Nghe nói mai cúp nước, đúng không?\nThật à, ai nói vậy?", Format::Text);
        check("BZh là gì", Format::Text);
        check("Date: mai\nFrom: đây\nđến đó cúp nước", Format::Text);
        check("From here on 2026 at 10:00", Format::Text);
    }

    #[test]
    fn what_holds_documents_is_recognised_and_not_imported() {
        let mail = "Return-Path: <a@b.example>\r\nSubject: x\r\n\r\nMai cúp nước";
        for (head, expected) in [
            ("%PDF-1.7\n".to_owned(), Format::Pdf),
            ("PK\x03\x04abc".to_owned(), Format::Zip),
            ("WARC/1.0\r\nWARC-Type: response".to_owned(), Format::Warc),
            (mail.to_owned(), Format::Mail),
            (format!("From a@b.example Sun Nov  1 09:00:00 2026\n{mail}"), Format::Mailbox),
        ] {
            assert_eq!(recognise(head.as_bytes()), Ok(expected), "{head}");
            let refused = sniff(head.as_bytes()).expect_err("it is not imported").to_string();
            assert!(refused.contains("which cannot be imported; "), "{refused}");
        }
        assert_eq!(recognise(b"\x89PNG\r\n"), Ok(Format::Picture));
        assert_eq!(recognise(b"abc"), Ok(Format::Text));
        assert!(recognise(b"\xD0\xCF\x11\xE0").is_err());
    }

    #[test]
    fn what_is_no_text_is_refused_with_advice() {
        for head in [
            b"%PDF-1.7\n".as_slice(),
            b"PK\x03\x04abc",
            b"\x89PNG\r\n",
            b"MZ\x90\0\x03",
            b"\x7FELF\x02",
            b"\0\0\0\x18ftypmp42",
            b"SQLite format 3\0",
            &[7; 300],
        ] {
            let Err(it @ Unreadable::Binary { .. }) = sniff(head) else {
                panic!("taken for text: {head:?}");
            };
            assert!(it.to_string().contains("cannot be imported; "), "{it}");
        }
        assert_eq!(sniff(b""), Err(Unreadable::Empty));
        assert_eq!(sniff(b"\xEF\xBB\xBF \r\n"), Err(Unreadable::Empty));
        assert!(matches!(sniff(b"<?xml version='1.0'?><urlset>"), Err(Unreadable::Other { .. })));
    }

    #[test]
    fn utf_16_is_text_with_and_without_its_mark() {
        let text = "{\"text\":\"nước máy có độc\"}";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [[b"\xFF\xFE".as_slice(), &little].concat(), little, big] {
            assert_eq!(sniff(&bytes), Ok(Format::Jsonl));
        }
    }
}
