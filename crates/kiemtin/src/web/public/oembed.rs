//! `/oembed`: how another site shows the answer behind a link that its reader pasted (oEmbed 1.0).

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use kiemtin_core::lang::Lang;
use serde::{Deserialize, Serialize};
use url::Url;

use super::embed::{FRAME_HEIGHT, FRAME_WIDTH, frame_html};
use super::summary::Summary;
use crate::app::App;
use crate::locale;
use crate::web::failure::{Answer, Failure};
use crate::web::page::{DESK_NAME, Reader};

/// Seconds for which an answer may be shown without asking again: a correction is seen soon.
const CACHE_SECONDS: u32 = 300;
/// Anybody may ask from a page.
const OPEN: (HeaderName, &str) = (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");

/// What is asked.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    url: String,
    format: Option<String>,
    maxwidth: Option<u32>,
    maxheight: Option<u32>,
}

/// What oEmbed calls *rich*. Fields stand as in its text.
#[derive(Debug, Serialize)]
struct Rich {
    version: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    provider_name: &'static str,
    provider_url: String,
    cache_age: u32,
    html: String,
    width: u32,
    height: u32,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    thumbnail: Option<Thumbnail>,
}

#[derive(Debug, Serialize)]
struct Thumbnail {
    thumbnail_url: String,
    thumbnail_width: u32,
    thumbnail_height: u32,
}

/// `GET /oembed?url=&format=&maxwidth=&maxheight=`
pub(super) async fn oembed(
    State(app): State<Arc<App>>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Answer<Response> {
    let refused = |status, key| Failure::Refused(status, Lang::En, locale::text(Lang::En, key));
    let Ok(Query(asked)) = asked else {
        return Err(refused(StatusCode::BAD_REQUEST, "oembed-unreadable"));
    };
    let is_xml = match asked.format.as_deref() {
        None | Some("json") => false,
        Some("xml") => true,
        Some(_) => return Err(refused(StatusCode::NOT_IMPLEMENTED, "oembed-format")),
    };
    let (reader, number) = page(&app.public_url, &asked.url).ok_or(Failure::Missing(Lang::En))?;
    let it = Summary::read(&app, reader, &number).await?;
    let rich = rich(&app, &it, asked.maxwidth, asked.maxheight)?;
    let (kind, body) = match is_xml {
        true => ("text/xml; charset=utf-8", xml(&rich)),
        false => {
            let json = serde_json::to_string(&rich).map_err(|err| Failure::Broken(err.into()))?;
            ("application/json", json)
        }
    };
    Ok(([(header::CONTENT_TYPE, kind), OPEN], body).into_response())
}

/// The answer whose page this address is: of this site, over http or https, with or without what
/// trackers add behind it.
fn page(public_url: &str, url: &str) -> Option<(Reader, String)> {
    let (own, asked) = (Url::parse(public_url).ok()?, Url::parse(url).ok()?);
    let is_web = matches!(asked.scheme(), "http" | "https");
    if !is_web || asked.host() != own.host() || asked.port() != own.port() {
        return None;
    }
    let path = asked.path().strip_prefix(own.path().trim_end_matches('/'))?;
    let mut parts = path.trim_matches('/').split('/');
    let (lang, c, number) = (parts.next()?, parts.next()?, parts.next()?);
    let lang = Lang::ALL.into_iter().find(|it| it.tag() == lang)?;
    (c == "c" && parts.next().is_none()).then(|| (Reader(lang), number.to_owned()))
}

fn rich(app: &App, it: &Summary, width: Option<u32>, height: Option<u32>) -> Answer<Rich> {
    let (width_max, height_max) = (width.unwrap_or(u32::MAX), height.unwrap_or(u32::MAX));
    let (width, height) = (FRAME_WIDTH.min(width_max), FRAME_HEIGHT.min(height_max));
    let thumbnail = Thumbnail {
        thumbnail_url: it.card(&app.public_url),
        thumbnail_width: 1_200,
        thumbnail_height: 630,
    };
    let fits = thumbnail.thumbnail_width <= width_max && thumbnail.thumbnail_height <= height_max;
    Ok(Rich {
        version: "1.0",
        kind: "rich",
        title: it.title(),
        provider_name: DESK_NAME,
        provider_url: format!("{}/", app.public_url),
        cache_age: CACHE_SECONDS,
        html: frame_html(app, it, width, height)?,
        width,
        height,
        thumbnail: fits.then_some(thumbnail),
    })
}

/// The same in XML, where all values are texts.
fn xml(it: &Rich) -> String {
    let Rich {
        version,
        kind,
        title,
        provider_name,
        provider_url,
        cache_age,
        html,
        width,
        height,
        thumbnail,
    } = it;
    let mut fields = vec![
        ("version", (*version).to_owned()),
        ("type", (*kind).to_owned()),
        ("title", title.clone()),
        ("provider_name", (*provider_name).to_owned()),
        ("provider_url", provider_url.clone()),
        ("cache_age", cache_age.to_string()),
        ("html", html.clone()),
        ("width", width.to_string()),
        ("height", height.to_string()),
    ];
    if let Some(Thumbnail { thumbnail_url, thumbnail_width, thumbnail_height }) = thumbnail {
        fields.push(("thumbnail_url", thumbnail_url.clone()));
        fields.push(("thumbnail_width", thumbnail_width.to_string()));
        fields.push(("thumbnail_height", thumbnail_height.to_string()));
    }
    let mut xml =
        "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<oembed>".to_owned();
    for (name, value) in fields {
        // Writing to a text cannot fail.
        let _ = write!(xml, "<{name}>{}</{name}>", crate::drawing::escaped(&value));
    }
    xml + "</oembed>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_of_an_answer_is_shown_elsewhere() {
        let number = |url: &str| page("https://desk.example", url).map(|(_, number)| number);
        for url in [
            "https://desk.example/vi/c/7",
            "http://desk.example/en/c/7/",
            "https://desk.example/vi/c/7?utm_source=x#evidence",
            "https://desk.example:443/vi/c/7",
        ] {
            assert_eq!(number(url).as_deref(), Some("7"), "{url}");
        }
        for url in [
            "",
            "7",
            "/vi/c/7",
            "https://other.example/vi/c/7",
            "https://desk.example.evil.example/vi/c/7",
            "https://desk.example:8443/vi/c/7",
            "https://desk.example/vi",
            "https://desk.example/vi/c/7/v/1",
            "https://desk.example/fr/c/7",
            "https://desk.example/vi/x/7",
            "ftp://desk.example/vi/c/7",
            "javascript:alert(1)",
        ] {
            assert_eq!(number(url), None, "{url}");
        }
        assert!(page("https://x.example/desk", "https://x.example/desk/vi/c/7").is_some());
    }
}
