//! WACZ 1.1.1: the archives of a case in one ZIP that replay tools open, with an index of every answer
//! and a list of the pages. Nothing in it is packed again, so that a tool can reach into it.

use std::io::{Cursor, Write as _};

use kiemtin_core::time::Timestamp;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use url::Url;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::warc;

/// What such a file is called among media types.
pub const MEDIA_TYPE: &str = "application/wacz";

/// One archived page.
#[derive(Clone, Debug)]
pub struct Item {
    /// The name of its archive, without folder and ending: letters, digits and `-`.
    pub name: String,
    /// The address by which a reader finds it.
    pub url: String,
    /// Its title.
    pub title: String,
    /// When it was kept.
    pub at: Timestamp,
    /// Its archive.
    pub archive: Vec<u8>,
}

/// One file with all of them.
///
/// # Errors
/// An archive is damaged.
pub fn pack(title: &str, items: &[Item], at: Timestamp) -> anyhow::Result<Vec<u8>> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut index = Vec::new();
    for it in items {
        let name = format!("{}.warc.gz", it.name);
        index.extend(index_lines(&name, it)?);
        files.push((format!("archive/{name}"), it.archive.clone()));
    }
    index.sort_unstable();
    files.push(("indexes/index.cdxj".to_owned(), index.concat().into_bytes()));
    files.push(("pages/pages.jsonl".to_owned(), pages(items).into_bytes()));
    let package = package(title, &files, at).into_bytes();
    let digest = json!({ "path": "datapackage.json", "hash": hash(&package) }).to_string();
    files.push(("datapackage.json".to_owned(), package));
    files.push(("datapackage-digest.json".to_owned(), digest.into_bytes()));
    zipped(&files)
}

fn zipped(files: &[(String, Vec<u8>)]) -> anyhow::Result<Vec<u8>> {
    // No time of the files: the same pages are the same bytes.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(path.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// One line for each answer in an archive, so that a tool finds it by its address.
fn index_lines(name: &str, item: &Item) -> Result<Vec<String>, warc::Damaged> {
    let mut lines = Vec::new();
    for record in warc::read(&item.archive)? {
        if !matches!(record.kind(), "response" | "resource") {
            continue;
        }
        let url = record.field("warc-target-uri").unwrap_or_default();
        let digits = |it: &char| it.is_ascii_digit();
        let date = record.field("warc-date").unwrap_or_default();
        let date: String = date.chars().filter(digits).take("YYYYMMDDhhmmss".len()).collect();
        let (status, mime) = record.status_and_kind();
        let facts = json!({
            "url": url,
            "mime": mime,
            "status": status.to_string(),
            "digest": record.field("warc-payload-digest"),
            "length": record.length.to_string(),
            "offset": record.offset.to_string(),
            "filename": name,
        });
        lines.push(format!("{} {date} {facts}\n", surt(url)));
    }
    Ok(lines)
}

/// An address as indexes sort it: the host from its end, `vn,gov,moh)/tin?a=b`.
fn surt(url: &str) -> String {
    let Ok(url) = Url::parse(url) else { return url.to_lowercase() };
    let host = url.host_str().unwrap_or_default();
    let mut labels: Vec<&str> = host.strip_prefix("www.").unwrap_or(host).split('.').collect();
    labels.reverse();
    let port = url.port().map(|it| format!(":{it}")).unwrap_or_default();
    let query = url.query().map(|it| format!("?{it}")).unwrap_or_default();
    format!("{}{port}){}{query}", labels.join(","), url.path()).to_lowercase()
}

fn pages(items: &[Item]) -> String {
    let head = json!({ "format": "json-pages-1.0", "id": "pages", "title": "All pages" });
    let mut lines = format!("{head}\n");
    for it in items {
        let ts = it.at.rfc3339();
        let page = json!({ "id": it.name, "url": it.url, "ts": ts, "title": it.title });
        lines += &format!("{page}\n");
    }
    lines
}

fn package(title: &str, files: &[(String, Vec<u8>)], at: Timestamp) -> String {
    let resource = |(path, bytes): &(String, Vec<u8>)| {
        let name = path.rsplit('/').next().unwrap_or_default();
        json!({ "name": name, "path": path, "hash": hash(bytes), "bytes": bytes.len() })
    };
    let package = json!({
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": title,
        "created": at.rfc3339(),
        "software": concat!("KiemTin/", env!("CARGO_PKG_VERSION")),
        "resources": files.iter().map(resource).collect::<Vec<_>>(),
    });
    format!("{package:#}\n")
}

fn hash(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::super::warc::tests::{exchanges, packed};
    use super::*;

    #[test]
    fn every_answer_is_found_by_its_address_and_place() {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n";
        let item = Item {
            name: "a".to_owned(),
            url: "https://page.example/a".to_owned(),
            title: "Trang".to_owned(),
            at: Timestamp::from_millis(0),
            archive: packed(&exchanges(head, b"No.")),
        };
        let lines = index_lines("a.warc.gz", &item).expect("an index");
        assert_eq!(lines.len(), 2);
        assert!(lines[1].starts_with("example,page)/b 19700101000000 {"), "{lines:?}");
        let facts: serde_json::Value =
            serde_json::from_str(lines[1].splitn(3, ' ').nth(2).expect("facts")).expect("JSON");
        let number =
            |it: &str| facts[it].as_str().and_then(|it| it.parse().ok()).expect("a number");
        let (offset, length): (usize, usize) = (number("offset"), number("length"));
        let record = warc::read(&item.archive[offset..offset + length]).expect("one record");
        assert_eq!(record[0].field("warc-target-uri"), Some("https://page.example/b"));
        let again = pack("t", std::slice::from_ref(&item), item.at).expect("a file");
        assert_eq!(again, pack("t", &[item], Timestamp::from_millis(0)).expect("a file"));
    }

    #[test]
    fn addresses_are_sorted_from_the_end_of_the_host() {
        assert_eq!(surt("https://www.moh.gov.vn/Tin?a=B"), "vn,gov,moh)/tin?a=b");
        assert_eq!(surt("http://a.example:8080/"), "example,a:8080)/");
        assert_eq!(surt("nothing"), "nothing");
    }
}
