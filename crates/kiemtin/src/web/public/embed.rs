//! What other sites show of an answer: the card of its link, its badge, a frame, and the HTML for
//! these. They change when the answer is corrected or withdrawn, and run nothing.

use std::sync::{Arc, LazyLock};

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, map_response};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kiemtin_core::lang::Lang;
use sha2::{Digest as _, Sha256};

use super::summary::Summary;
use crate::app::App;
use crate::app::cache;
use crate::app::drawings::NotDrawn;
use crate::drawing::{self, BadDrawing, Card, badge, card};
use crate::headers::CROSS_ORIGIN;
use crate::locale;
use crate::web::failure::{Answer, Failure, later};
use crate::web::page::{DESK_NAME, Page, Reader, html};

/// Its style stands in the page itself: a frame that its host shuts off could load none.
const STYLE: &str = include_str!("../../../static/embed.css");
/// Dots to a unit of the badge, so that it is sharp on a telephone.
const BADGE_SCALE: f32 = 2.0;
/// The size of the frame in the HTML to copy: a claim and an answer of usual length.
pub(super) const FRAME_WIDTH: u32 = 600;
/// See [`FRAME_WIDTH`].
pub(super) const FRAME_HEIGHT: u32 = 320;

/// Kept for a minute without asking: a correction is seen soon, and a page with a thousand readers
/// asks once.
const FOR_A_MINUTE: HeaderValue = HeaderValue::from_static("public, max-age=60");

static FRAME_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'none'; base-uri 'none'; \
         frame-ancestors *"
    );
    HeaderValue::from_str(&policy).expect("letters, digits and base64")
});

/// Routes whose answers other sites may show. The frame alone may stand in their pages.
pub(super) fn routes() -> Router<Arc<App>> {
    let frame = Router::new()
        .route("/{lang}/c/{number}/embed", get(frame))
        .route_layer(middleware::from_fn(cache::revalidated))
        .route_layer(map_response(framed));
    Router::new()
        .route("/{lang}/card.png", get(site_card))
        .route("/{lang}/c/{number}/card.png", get(answer_card))
        .route("/{lang}/c/{number}/badge.svg", get(badge_svg))
        .route("/{lang}/c/{number}/badge.png", get(badge_png))
        .route_layer(middleware::from_fn(cache::revalidated))
        .merge(frame)
        .route_layer(map_response(shown_elsewhere))
}

/// Lets other sites show it. Said of “not modified” too: what it says of a header replaces what was
/// kept.
async fn shown_elsewhere(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CROSS_ORIGIN, HeaderValue::from_static("cross-origin"));
    if headers.contains_key(header::ETAG) {
        headers.insert(header::CACHE_CONTROL, FOR_A_MINUTE);
    }
    response
}

async fn framed(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, FRAME_POLICY.clone());
    response
}

/// `GET /{lang}/c/{number}/card.png`
async fn answer_card(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, number)): Path<(String, String)>,
) -> Answer<Response> {
    let it = Summary::read(&app, reader, &number).await?;
    let key = format!("card {}", it.key());
    let draw = move || {
        let (words, corner) = (it.words(), it.note());
        card(&Card {
            verdict: Some(it.verdict(&words)),
            text: it.content().claim.text(reader.0),
            desk: DESK_NAME,
            corner: &corner,
        })
    };
    png(app.drawn(&key, draw).await, reader.0)
}

/// `GET /{lang}/card.png`: the card of every other page.
async fn site_card(State(app): State<Arc<App>>, Reader(lang): Reader) -> Answer<Response> {
    let host = url::Url::parse(&app.public_url).ok();
    let host = host.and_then(|it| it.host_str().map(str::to_owned)).unwrap_or_default();
    let text = locale::text(lang, "embed-site");
    let key = format!("site {lang} {host}");
    let draw = move || card(&Card { verdict: None, text: &text, desk: DESK_NAME, corner: &host });
    png(app.drawn(&key, draw).await, lang)
}

/// `GET /{lang}/c/{number}/badge.svg`
async fn badge_svg(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, number)): Path<(String, String)>,
) -> Answer<Response> {
    let it = Summary::read(&app, reader, &number).await?;
    let key = format!("badge {}", it.key());
    let drawn = app.drawn(&key, move || Ok(badge_of(&it)?.into_bytes())).await;
    served(drawn, reader.0, "image/svg+xml; charset=utf-8")
}

/// `GET /{lang}/c/{number}/badge.png`: for places that take no SVG.
async fn badge_png(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, number)): Path<(String, String)>,
) -> Answer<Response> {
    let it = Summary::read(&app, reader, &number).await?;
    let key = format!("badge.png {}", it.key());
    png(app.drawn(&key, move || drawing::png(&badge_of(&it)?, BADGE_SCALE)).await, reader.0)
}

fn badge_of(it: &Summary) -> Result<String, BadDrawing> {
    let words = it.words();
    badge(DESK_NAME, it.verdict(&words), &it.note())
}

fn png(drawn: Result<Arc<[u8]>, NotDrawn>, lang: Lang) -> Answer<Response> {
    served(drawn, lang, "image/png")
}

fn served(drawn: Result<Arc<[u8]>, NotDrawn>, lang: Lang, kind: &'static str) -> Answer<Response> {
    match drawn {
        Ok(bytes) => Ok(([(header::CONTENT_TYPE, kind)], bytes.to_vec()).into_response()),
        Err(NotDrawn::Busy) => {
            let why = locale::text(lang, "failure-busy");
            let refused = Failure::Refused(StatusCode::SERVICE_UNAVAILABLE, lang, why);
            Ok(later(refused.into_response()))
        }
        Err(NotDrawn::Broken(err)) => Err(Failure::Broken(err)),
    }
}

/// An answer in a frame of another site.
#[derive(Template)]
#[template(path = "public/embed.html")]
struct FramePage {
    page: Page,
    it: Summary,
    style: &'static str,
}

/// `GET /{lang}/c/{number}/embed`: the one page that may stand in a frame. It has no form.
async fn frame(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, number)): Path<(String, String)>,
) -> Answer<Response> {
    let it = Summary::read(&app, reader, &number).await?;
    let path = format!("/c/{}/embed", it.document().number);
    html(&FramePage { page: Page::new(&app, reader.0, it.title(), path), it, style: STYLE })
}

/// The HTML to put an answer on another site.
#[derive(Template)]
#[template(path = "public/embed_code.html")]
struct CodePage {
    page: Page,
    it: Summary,
    /// A link with the badge in it.
    link: String,
    /// The frame.
    frame: String,
}

/// `GET /{lang}/c/{number}/embed-code`
pub(super) async fn code(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, number)): Path<(String, String)>,
) -> Answer<Response> {
    let it = Summary::read(&app, reader, &number).await?;
    let title = locale::text(reader.0, "embed-title");
    let path = format!("/c/{}/embed-code", it.document().number);
    let link = Link { url: format!("{}{}", app.public_url, it.path()), title: it.title() };
    let broken = |err: askama::Error| Failure::Broken(err.into());
    html(&CodePage {
        page: Page::new(&app, reader.0, title, path),
        link: link.render().map_err(broken)?.trim().to_owned(),
        frame: frame_html(&app, &it, FRAME_WIDTH, FRAME_HEIGHT)?,
        it,
    })
}

#[derive(Template)]
#[template(path = "public/embed_link.html")]
struct Link {
    url: String,
    title: String,
}

#[derive(Template)]
#[template(path = "public/embed_frame.html")]
struct Frame {
    url: String,
    title: String,
    width: u32,
    height: u32,
}

/// The HTML of a frame: it runs no script, and its links open beside the page that it stands in.
pub(super) fn frame_html(app: &App, it: &Summary, width: u32, height: u32) -> Answer<String> {
    let url = format!("{}{}/embed", app.public_url, it.path());
    let frame = Frame { url, title: it.title(), width, height };
    let html = frame.render().map_err(|err| Failure::Broken(err.into()))?;
    Ok(html.trim().to_owned())
}
