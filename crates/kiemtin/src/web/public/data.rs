//! The open data: a page that says what each file is, and the files, streamed from disk.

use std::path::Path as FilePath;
use std::sync::Arc;

use anyhow::Context as _;
use askama::Template;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::lang::Lang;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, SeekFrom};
use tokio_util::io::ReaderStream;

use crate::app::App;
use crate::app::cache::names;
use crate::headers::CROSS_ORIGIN;
use crate::locale;
use crate::open_data::{File, Format, Package, Release, Releases, Served, TABLES};
use crate::web::failure::{Answer, Failure};
use crate::web::page::{Page, Reader, html, preferred};

/// Read from disk at a time: a reader of a large file costs this much memory.
const CHUNK_BYTES: usize = 64 * 1024;

#[derive(Template)]
#[template(path = "public/data.html")]
struct Data {
    page: Page,
    shown: Option<Shown>,
}

/// A release as readers see it.
struct Shown {
    day: String,
    iso: String,
    tables: Vec<TableShown>,
    /// The days of all that are kept, the newest first.
    kept: Vec<(String, String)>,
}

struct TableShown {
    name: &'static str,
    n_rows: i64,
    files: Vec<FileShown>,
}

struct FileShown {
    path: String,
    format: String,
    size: String,
    sha256: String,
}

/// `GET /data`: to the page in the language that the browser asks for.
pub(super) async fn data_in_some_language(request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let page = Redirect::temporary(&format!("/{}/data", preferred(&parts)));
    ([(header::VARY, "accept-language")], page).into_response()
}

/// `GET /{lang}/data`
pub(super) async fn data(State(app): State<Arc<App>>, Reader(lang): Reader) -> Answer<Response> {
    let page = Page::new(&app, lang, locale::text(lang, "data-title"), "/data");
    let newest = on_disk(&app, |releases| {
        let Some(release) = releases.newest()? else { return Ok(None) };
        Ok(Some((release.package()?, releases.days()?)))
    });
    let shown = newest.await?.map(|(package, days)| Shown::new(&page, &package, days));
    html(&Data { page, shown })
}

impl Shown {
    fn new(page: &Page, package: &Package, mut days: Vec<String>) -> Self {
        let table = |it: &crate::open_data::Table| {
            let own = package.resources.iter().filter(|file| file.table == it.name.code());
            let files: Vec<&File> = own.collect();
            TableShown {
                name: it.name.code(),
                n_rows: files.first().map_or(0, |it| i64::try_from(it.rows).unwrap_or(i64::MAX)),
                files: files.into_iter().map(|it| FileShown::new(page.lang, it)).collect(),
            }
        };
        days.reverse();
        Self {
            day: page.day_of(&package.version),
            iso: package.version.clone(),
            tables: TABLES.iter().map(table).collect(),
            kept: days.into_iter().map(|it| (page.day_of(&it), it)).collect(),
        }
    }
}

impl FileShown {
    fn new(lang: Lang, it: &File) -> Self {
        let format = Format::ALL.into_iter().find(|format| format.code() == it.format);
        let format = match format {
            Some(Format::Csv) => "CSV",
            Some(Format::Jsonl) => "JSON Lines",
            Some(Format::Parquet) => "Parquet",
            None => "",
        };
        Self {
            path: it.path.clone(),
            format: format.to_owned(),
            size: size(lang, it.bytes),
            sha256: it.sha256().to_owned(),
        }
    }
}

/// `GET /data/{release}/{name}`: a file of the release of a day, or of the `latest`.
pub(super) async fn file(
    State(app): State<Arc<App>>,
    Path((release, name)): Path<(String, String)>,
    request: Request,
) -> Answer<Response> {
    let (parts, _) = request.into_parts();
    let wanted = name.clone();
    let found = on_disk(&app, move |releases| {
        let release: Option<Release> = releases.find(&release)?;
        release.map_or(Ok(None), |it| it.file(&wanted))
    });
    let served = found.await?.ok_or_else(|| Failure::Missing(preferred(&parts)))?;
    let headers = headers(&name, &served)?;
    let is_known = parts.headers.get(header::IF_NONE_MATCH);
    if is_known.is_some_and(|it| names(it, &headers[header::ETAG])) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    send(&served.path, parts.headers.get(header::RANGE), headers).await
}

/// What every answer with a file says. Other sites' pages may read it.
fn headers(name: &str, served: &Served) -> Answer<HeaderMap> {
    let value = |it: String| HeaderValue::from_str(&it).context("a header of a file");
    // Weak: compression on the way changes the bytes and not the file.
    let tag = value(format!("W/\"{}\"", served.sha256.get(..32).unwrap_or_default()))?;
    Ok(HeaderMap::from_iter([
        (header::ETAG, tag),
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type(name))),
        (header::CONTENT_DISPOSITION, value(format!("attachment; filename=\"{name}\""))?),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache")),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("etag, content-length, content-range"),
        ),
        (CROSS_ORIGIN, HeaderValue::from_static("cross-origin")),
    ]))
}

/// Streams a file, or the part of it that was asked for: programs read Parquet so.
async fn send(
    path: &FilePath,
    range: Option<&HeaderValue>,
    mut headers: HeaderMap,
) -> Answer<Response> {
    let cannot = || format!("cannot read {}", path.display());
    let mut file = tokio::fs::File::open(path).await.with_context(cannot)?;
    let len = file.metadata().await.with_context(cannot)?.len();
    let range = range.and_then(|it| it.to_str().ok()).map(|it| part(it, len));
    let (status, from, to) = match range {
        None | Some(Part::Whole) => (StatusCode::OK, 0, len),
        Some(Part::Bytes(from, to)) => {
            headers
                .insert(header::CONTENT_RANGE, written(&format!("bytes {from}-{}/{len}", to - 1)));
            (StatusCode::PARTIAL_CONTENT, from, to)
        }
        Some(Part::Outside) => {
            headers.insert(header::CONTENT_RANGE, written(&format!("bytes */{len}")));
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response());
        }
    };
    file.seek(SeekFrom::Start(from)).await.with_context(cannot)?;
    headers.insert(header::CONTENT_LENGTH, written(&(to - from).to_string()));
    let stream = ReaderStream::with_capacity(file.take(to - from), CHUNK_BYTES);
    Ok((status, headers, Body::from_stream(stream)).into_response())
}

fn written(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("digits are header characters")
}

/// What a `Range` asks for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// Everything: also where the range is none that we serve, as RFC 9110 allows.
    Whole,
    /// From the first byte to before the last.
    Bytes(u64, u64),
    /// Nothing that is there.
    Outside,
}

fn part(range: &str, len: u64) -> Part {
    let bounds = range.strip_prefix("bytes=").and_then(|it| it.split_once('-'));
    // Several parts at once: nobody who reads our files needs them.
    let Some((from, to)) = bounds.filter(|(_, to)| !to.contains(',')) else { return Part::Whole };
    let (from, to): (Option<u64>, Option<u64>) = (from.parse().ok(), to.parse().ok());
    let (from, to) = match (from, to) {
        (Some(from), Some(to)) if to < from => return Part::Whole,
        (Some(from), to) => (from, to.map_or(len, |it| len.min(it.saturating_add(1)))),
        (None, Some(n_last)) => (len.saturating_sub(n_last), len),
        (None, None) => return Part::Whole,
    };
    if from < to { Part::Bytes(from, to) } else { Part::Outside }
}

fn media_type(name: &str) -> &'static str {
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    let format = Format::ALL.into_iter().find(|it| it.code() == end);
    match (format, end) {
        (Some(format), _) => format.media_type(),
        (None, "json") => "application/json",
        _ => "text/plain; charset=utf-8",
    }
}

/// How large a file is, as a reader writes it.
fn size(lang: Lang, bytes: u64) -> String {
    let (n, unit) = match bytes {
        ..1_000 => return format!("{bytes}\u{a0}B"),
        1_000..1_000_000 => (bytes as f64 / 1e3, "kB"),
        1_000_000..1_000_000_000 => (bytes as f64 / 1e6, "MB"),
        _ => (bytes as f64 / 1e9, "GB"),
    };
    let n = format!("{n:.1}");
    let n = if lang == Lang::Vi { n.replace('.', ",") } else { n };
    format!("{n}\u{a0}{unit}")
}

/// Asks the folder of releases, away from the threads that answer requests.
pub(super) async fn on_disk<T: Send + 'static>(
    app: &App,
    ask: impl FnOnce(&Releases) -> anyhow::Result<T> + Send + 'static,
) -> Answer<T> {
    let releases = Releases::at(app.folder.open_data());
    let asked = tokio::task::spawn_blocking(move || ask(&releases)).await;
    Ok(asked.map_err(anyhow::Error::from)??)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_lies_within_the_file_or_is_refused() {
        for (range, expected) in [
            ("bytes=0-9", Part::Bytes(0, 10)),
            ("bytes=90-", Part::Bytes(90, 100)),
            ("bytes=90-500", Part::Bytes(90, 100)),
            ("bytes=-8", Part::Bytes(92, 100)),
            ("bytes=-800", Part::Bytes(0, 100)),
            ("bytes=100-", Part::Outside),
            ("bytes=-0", Part::Outside),
            ("bytes=9-0", Part::Whole),
            ("bytes=0-1,5-6", Part::Whole),
            ("bytes=-", Part::Whole),
            ("lines=0-1", Part::Whole),
        ] {
            assert_eq!(part(range, 100), expected, "{range}");
        }
    }

    #[test]
    fn sizes_are_written_as_readers_write_them() {
        assert_eq!(size(Lang::Vi, 1_250_000), "1,2\u{a0}MB");
        assert_eq!(size(Lang::En, 999), "999\u{a0}B");
        assert_eq!(size(Lang::En, 12_345), "12.3\u{a0}kB");
    }
}
