//! An HTTP answer as it stands in an archive (RFC 9112): head, body, and the packing undone.

use std::io::Read;

use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::record::Fields;
use crate::limits::{
    GUNZIP_RATIO_MAX, RECORD_BODY_BYTES_MAX, RECORD_HEAD_BYTES_MAX, RECORD_HEAD_LINES_MAX,
    ZIP_RATIO_FROM_BYTES,
};
use crate::problem::Problem;

/// What a site answered.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) fields: Fields,
    pub(super) body: Vec<u8>,
}

/// Head and body of an answer; `None` if it is none.
pub(super) fn answer(block: &[u8]) -> Option<Answer> {
    let (mut rest, mut fields, mut status) = (block, Fields::default(), None);
    for _ in 0..RECORD_HEAD_LINES_MAX {
        let end = rest.iter().take(RECORD_HEAD_BYTES_MAX).position(|&it| it == b'\n')?;
        let line = String::from_utf8_lossy(&rest[..end]);
        let line = line.trim_end();
        rest = &rest[end + 1..];
        match status {
            None => status = Some(status_of(line)?),
            Some(status) if line.is_empty() => {
                return Some(Answer { status, fields, body: rest.to_vec() });
            }
            Some(_) => fields.take(line),
        }
    }
    None
}

fn status_of(line: &str) -> Option<u16> {
    let mut words = line.split_ascii_whitespace();
    words.next().filter(|it| it.starts_with("HTTP/"))?;
    words.next()?.parse().ok()
}

/// The media type in lower case and the charset that stands behind it.
pub(super) fn kind(stated: Option<&str>) -> (String, Option<String>) {
    let mut parts = stated.unwrap_or_default().split(';');
    let media_type = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let charset = parts.find_map(|it| {
        let (name, value) = it.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        name.trim().eq_ignore_ascii_case("charset").then(|| value.chars().take(40).collect())
    });
    (media_type, charset)
}

/// The body without chunks and packing. Crawlers often undid both and left the fields as they were:
/// a body that is not what its head says is taken as it is.
pub(super) fn unpacked(answer: Answer, problems: &mut Vec<Problem>) -> Result<Vec<u8>, Problem> {
    let Answer { fields, mut body, .. } = answer;
    let says = |name: &str, what: &str| {
        fields.get(name).is_some_and(|it| it.to_ascii_lowercase().contains(what))
    };
    if says("transfer-encoding", "chunked")
        && let Some(whole) = without_chunks(&body)
    {
        body = whole;
    }
    let packed = fields.get("content-encoding").unwrap_or_default().to_ascii_lowercase();
    match packed.trim() {
        "gzip" | "x-gzip" if body.starts_with(&[0x1F, 0x8B]) => {
            limited(MultiGzDecoder::new(&*body), body.len(), problems)
        }
        "deflate" => {
            // Some servers leave the frame of zlib away (RFC 9110, 8.4.1.2).
            let is_framed = body.first().is_some_and(|it| it & 0x0F == 8)
                && body.get(..2).is_some_and(|it| u16::from_be_bytes([it[0], it[1]]) % 31 == 0);
            match is_framed {
                true => limited(ZlibDecoder::new(&*body), body.len(), problems),
                false => limited(DeflateDecoder::new(&*body), body.len(), problems),
            }
        }
        "br" | "zstd" => {
            Err(Problem::RecordSkipped { why: "it is packed in a way that is not read (br, zstd)" })
        }
        _ => Ok(body),
    }
}

fn limited(
    mut packed: impl Read,
    n_packed: usize,
    problems: &mut Vec<Problem>,
) -> Result<Vec<u8>, Problem> {
    let (mut bytes, mut step) = (Vec::new(), vec![0; 64 * 1024]);
    loop {
        match packed.read(&mut step) {
            Ok(0) => return Ok(bytes),
            Ok(n_read) => bytes.extend_from_slice(&step[..n_read]),
            Err(_) if bytes.is_empty() => {
                return Err(Problem::RecordSkipped { why: "its packing is damaged" });
            }
            Err(_) => {
                let why = "its packing breaks off".to_owned();
                problems.push(Problem::PartDamaged { why });
                return Ok(bytes);
            }
        }
        let n_unpacked = bytes.len() as u64;
        let is_bomb = n_unpacked > ZIP_RATIO_FROM_BYTES
            && n_unpacked / (n_packed.max(1) as u64) > GUNZIP_RATIO_MAX;
        if is_bomb || n_unpacked > RECORD_BODY_BYTES_MAX {
            return Err(Problem::Bomb { what: "this record", max: GUNZIP_RATIO_MAX });
        }
    }
}

/// Chunks put together (RFC 9112, 7.1); `None` if there are none.
fn without_chunks(body: &[u8]) -> Option<Vec<u8>> {
    let (mut rest, mut whole) = (body, Vec::with_capacity(body.len()));
    loop {
        let end = rest.iter().take(100).position(|&it| it == b'\n');
        let size = end.and_then(|end| {
            let line = std::str::from_utf8(&rest[..end]).ok()?;
            let digits = line.split(';').next().unwrap_or_default().trim();
            usize::from_str_radix(digits, 16).ok()
        });
        let (Some(end), Some(size)) = (end, size) else {
            // The first that is none: no chunks at all. A later one: the body broke off.
            return (!whole.is_empty()).then_some(whole);
        };
        if size == 0 {
            return Some(whole);
        }
        let chunk = &rest[end + 1..];
        let n_there = size.min(chunk.len());
        whole.extend_from_slice(&chunk[..n_there]);
        let next = chunk.get(size..).unwrap_or_default();
        rest = next.strip_prefix(b"\r\n").or(next.strip_prefix(b"\n")).unwrap_or(next);
    }
}
