//! WARC 1.1 (ISO 28500): the conversation with a site as it was, one gzip member a record.
//!
//! Written here and not by the crate `warc`, which has been quiet for years and packs no record by
//! itself: without that no tool finds a record by its place. Each record carries the SHA-256 of its
//! block, and responses that of their payload, in hex as everywhere in the desk.
//! For ever: archives lie in the store of blobs under their own hash. What is read stays readable.

use std::io::{self, Read as _, Write as _};
use std::net::IpAddr;

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use kiemtin_core::time::Timestamp;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// What an archive is called among media types.
pub const MEDIA_TYPE: &str = "application/warc";
/// The most that a record unpacks to: the largest body that is fetched, with its head, twice over.
const RECORD_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The most that a page packed by its site unpacks to, as when it was fetched.
const PAGE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// One request and what came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The address.
    pub url: String,
    /// The server that answered.
    pub ip: Option<IpAddr>,
    /// The request as it was sent: nothing in it points to a person.
    pub request: Vec<u8>,
    /// The head of the answer, up to and with the empty line.
    pub head: Vec<u8>,
    /// The body as it came.
    pub body: Vec<u8>,
    /// Whether the body was longer than is kept: of answers that send on to another address.
    pub is_cut: bool,
}

/// When an archive is made, and where the ids of its records come from.
pub struct Making<'a> {
    /// The time of the fetch.
    pub at: Timestamp,
    /// 16 bytes of chance, others at each call.
    pub chance: &'a mut dyn FnMut() -> [u8; 16],
}

/// One record, unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where its gzip member begins.
    pub offset: usize,
    /// How long that is.
    pub length: usize,
    /// Names in lower case and values of the head.
    pub fields: Vec<(String, String)>,
    /// What it holds.
    pub block: Vec<u8>,
}

/// A page as it stands in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where it was in the end.
    pub url: String,
    /// Its kind, without parameters.
    pub media_type: String,
    /// Its bytes, unpacked.
    pub body: Vec<u8>,
}

/// The bytes are no archive of ours, or damaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this archive is damaged ({0}): restore it from a backup")]
pub struct Damaged(&'static str);

/// The archive of a fetch: each exchange in order, redirects included.
pub fn pack(exchanges: &[Exchange], making: &mut Making<'_>) -> Vec<u8> {
    let mut file = Vec::new();
    info(&mut file, making);
    for it in exchanges {
        let payload = digest(&it.body);
        let (answer, request) = (id(making), id(making));
        let ip = it.ip.map(|ip| ip.to_string());
        let mut fields = vec![
            ("WARC-Type", "response".to_owned()),
            ("WARC-Record-ID", answer.clone()),
            ("WARC-Target-URI", it.url.clone()),
            ("WARC-Payload-Digest", payload),
            ("Content-Type", "application/http; msgtype=response".to_owned()),
        ];
        fields.extend(ip.clone().map(|ip| ("WARC-IP-Address", ip)));
        if it.is_cut {
            fields.push(("WARC-Truncated", "length".to_owned()));
        }
        let block = [it.head.as_slice(), &it.body].concat();
        write(&mut file, &fields, &block, making.at);
        let mut fields = vec![
            ("WARC-Type", "request".to_owned()),
            ("WARC-Record-ID", request),
            ("WARC-Concurrent-To", answer),
            ("WARC-Target-URI", it.url.clone()),
            ("Content-Type", "application/http; msgtype=request".to_owned()),
        ];
        fields.extend(ip.map(|ip| ("WARC-IP-Address", ip)));
        write(&mut file, &fields, &it.request, making.at);
    }
    file
}

/// The archive of a file that was not fetched, or of which only the bytes are left.
pub fn pack_file(url: &str, media_type: &str, bytes: &[u8], making: &mut Making<'_>) -> Vec<u8> {
    let mut file = Vec::new();
    info(&mut file, making);
    let fields = [
        ("WARC-Type", "resource".to_owned()),
        ("WARC-Record-ID", id(making)),
        ("WARC-Target-URI", url.to_owned()),
        ("WARC-Payload-Digest", digest(bytes)),
        ("Content-Type", media_type.to_owned()),
    ];
    write(&mut file, &fields, bytes, making.at);
    file
}

/// All records of an archive.
///
/// # Errors
/// It is none, or damaged.
pub fn read(mut bytes: &[u8]) -> Result<Vec<Record>, Damaged> {
    let (n_bytes, mut records) = (bytes.len(), Vec::new());
    while !bytes.is_empty() {
        let offset = n_bytes - bytes.len();
        let mut member = GzDecoder::new(bytes);
        let mut record = Vec::new();
        let unpacked = (&mut member).take(RECORD_BYTES_MAX).read_to_end(&mut record);
        unpacked.map_err(|_| Damaged("a record cannot be unpacked"))?;
        bytes = member.into_inner();
        let length = n_bytes - offset - bytes.len();
        records.push(parse(&record, offset, length).ok_or(Damaged("a record has no end"))?);
    }
    Ok(records)
}

/// The page that an archive was made for: its last answer.
///
/// # Errors
/// There is none, or the archive is damaged.
pub fn page(bytes: &[u8]) -> Result<Page, Damaged> {
    let mut records = read(bytes)?;
    let at = records.iter().rposition(|it| matches!(it.kind(), "response" | "resource"));
    let record = records.swap_remove(at.ok_or(Damaged("it holds no page"))?);
    let url = record.field("warc-target-uri").unwrap_or_default().to_owned();
    if record.kind() == "resource" {
        let media_type = kind_only(record.field("content-type"));
        return Ok(Page { url, media_type, body: record.block });
    }
    let (head, body) = record.answer().ok_or(Damaged("an answer has no head"))?;
    let media_type = kind_only(http_field(&head, "content-type"));
    let body = match http_field(&head, "content-encoding").map(str::trim) {
        Some(packing) if packing.to_ascii_lowercase().contains("gzip") => {
            let mut page = Vec::new();
            let unpacked = GzDecoder::new(body).take(PAGE_BYTES_MAX).read_to_end(&mut page);
            unpacked.map_err(|_| Damaged("the page cannot be unpacked"))?;
            page
        }
        _ => body.to_vec(),
    };
    Ok(Page { url, media_type, body })
}

impl Record {
    /// A field of the head, by its name in lower case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// Which kind of record it is.
    pub fn kind(&self) -> &str {
        self.field("warc-type").unwrap_or_default()
    }

    /// Status and kind of what was answered, for an index.
    pub fn status_and_kind(&self) -> (u16, String) {
        if self.kind() == "resource" {
            return (200, kind_only(self.field("content-type")));
        }
        let Some((head, _)) = self.answer() else { return (0, String::new()) };
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or_default();
        (status, kind_only(http_field(&head, "content-type")))
    }

    /// Head and body of an answer.
    fn answer(&self) -> Option<(String, &[u8])> {
        let end = self.block.windows(4).position(|it| it == b"\r\n\r\n")?;
        let (head, body) = self.block.split_at(end + 4);
        Some((String::from_utf8_lossy(head).into_owned(), body))
    }
}

fn http_field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines().filter_map(|it| it.split_once(':'));
    lines.find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// A media type without its parameters.
fn kind_only(value: Option<&str>) -> String {
    let kind = value.unwrap_or("application/octet-stream");
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The first record says what made the file.
fn info(file: &mut Vec<u8>, making: &mut Making<'_>) {
    let block = concat!(
        "software: KiemTin/",
        env!("CARGO_PKG_VERSION"),
        "\r\nformat: WARC File Format 1.1\r\nconformsTo: ",
        "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
    );
    let fields = [
        ("WARC-Type", "warcinfo".to_owned()),
        ("WARC-Record-ID", id(making)),
        ("Content-Type", "application/warc-fields".to_owned()),
    ];
    write(file, &fields, block.as_bytes(), making.at);
}

fn write(file: &mut Vec<u8>, fields: &[(&str, String)], block: &[u8], at: Timestamp) {
    let mut head = "WARC/1.1\r\n".to_owned();
    for (name, value) in fields {
        head += &format!("{name}: {value}\r\n");
    }
    let date = at.rfc3339();
    head += &format!("WARC-Date: {date}\r\nWARC-Block-Digest: {}\r\n", digest(block));
    head += &format!("Content-Length: {}\r\n\r\n", block.len());
    let packed = gzip(&[head.as_bytes(), block, b"\r\n\r\n"]);
    file.extend(packed.expect("memory takes all that is written to it"));
}

fn gzip(parts: &[&[u8]]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    parts.iter().try_for_each(|it| encoder.write_all(it))?;
    encoder.finish()
}

fn parse(record: &[u8], offset: usize, length: usize) -> Option<Record> {
    let end = record.windows(4).position(|it| it == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&record[..end]).ok()?.strip_prefix("WARC/1.")?;
    let field = |it: &str| {
        let (name, value) = it.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    let fields: Vec<(String, String)> = head.lines().filter_map(field).collect();
    let (_, n_bytes) = fields.iter().find(|(it, _)| it == "content-length")?;
    let n_bytes = n_bytes.parse().ok()?;
    let block = record[end + 4..].get(..n_bytes)?.to_vec();
    Some(Record { offset, length, fields, block })
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

fn id(making: &mut Making<'_>) -> String {
    let id = uuid::Builder::from_random_bytes((making.chance)()).into_uuid();
    format!("<urn:uuid:{}>", Uuid::hyphenated(id))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A fetch with one redirect, whose page is `body`.
    pub(crate) fn exchanges(head: &str, body: &[u8]) -> Vec<Exchange> {
        let exchange = |url: &str, head: &str, body: &[u8]| Exchange {
            url: url.to_owned(),
            ip: Some(IpAddr::from([192, 0, 2, 1])),
            request: b"GET /a HTTP/1.1\r\nhost: page.example\r\n\r\n".to_vec(),
            head: head.as_bytes().to_vec(),
            body: body.to_vec(),
            is_cut: false,
        };
        let sent_on = "HTTP/1.1 301 Moved Permanently\r\nlocation: /b\r\n\r\n";
        let moved = exchange("https://page.example/a", sent_on, b"");
        vec![moved, exchange("https://page.example/b", head, body)]
    }

    pub(crate) fn packed(exchanges: &[Exchange]) -> Vec<u8> {
        let mut n = 0;
        let mut chance = || {
            n += 1;
            [n; 16]
        };
        pack(exchanges, &mut Making { at: Timestamp::from_millis(0), chance: &mut chance })
    }

    #[test]
    fn an_archive_holds_each_exchange_and_reads_back() {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n";
        let archive = packed(&exchanges(head, b"<p>\r\n\r\nNo.</p>"));
        let records = read(&archive).expect("it reads back");
        let kinds: Vec<&str> = records.iter().map(Record::kind).collect();
        assert_eq!(kinds, ["warcinfo", "response", "request", "response", "request"]);
        assert_eq!(records[1].status_and_kind().0, 301);
        assert_eq!(records[3].status_and_kind(), (200, "text/html".to_owned()));
        assert_eq!(records[2].field("warc-concurrent-to"), records[1].field("warc-record-id"));
        let end = records.last().map(|it| it.offset + it.length);
        assert_eq!(end, Some(archive.len()), "each record is a member of its own");
        let page = page(&archive).expect("it holds a page");
        assert_eq!(page.url, "https://page.example/b");
        assert_eq!(page.media_type, "text/html");
        assert_eq!(page.body, b"<p>\r\n\r\nNo.</p>");
    }

    #[test]
    fn a_page_that_its_site_packed_is_unpacked_and_kept_as_it_came() {
        let head = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-type: text/plain\r\n\r\n";
        let body = gzip(&[b"No."]).expect("packed");
        let archive = packed(&exchanges(head, &body));
        assert_eq!(page(&archive).expect("a page").body, b"No.");
        let records = read(&archive).expect("records");
        assert!(records[3].block.ends_with(&body));
    }

    #[test]
    fn a_file_is_a_record_without_a_conversation() {
        let mut chance = || [7; 16];
        let mut making = Making { at: Timestamp::from_millis(0), chance: &mut chance };
        let archive = pack_file("https://a.example/", "application/pdf", b"%PDF-", &mut making);
        let page = page(&archive).expect("a page");
        assert_eq!(page.media_type, "application/pdf");
        assert_eq!(page.body, b"%PDF-");
    }

    #[test]
    fn what_is_damaged_is_said_to_be() {
        let head = "HTTP/1.1 200 OK\r\n\r\n";
        let archive = packed(&exchanges(head, b"No."));
        for bytes in [&archive[..archive.len() - 3], b"nothing", &archive[1..]] {
            assert!(read(bytes).is_err());
        }
        assert!(page(b"").is_err(), "an archive without a page");
    }
}
