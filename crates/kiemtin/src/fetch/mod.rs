//! The one guarded way out to the network.
//!
//! Whoever gives the desk an address chooses what it connects to, so every address, and every
//! address that an answer sends on to, is judged before anything is sent (`guard`); a name is
//! resolved once and only judged addresses are connected to (`names`, `address`); and the answer
//! is bounded in time, size and kind (here and `body`). No cookies, no proxies from the
//! environment, no redirects by the client, no connection used twice.
//! Not here: what the bytes mean (`kiemtin_extract`), and when to fetch (the jobs).

mod address;
mod body;
mod exchange;
mod failure;
mod guard;
mod names;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test ends where it fails")]
mod tests;
mod visit;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName,
    HeaderValue, LAST_MODIFIED, LOCATION,
};
use reqwest::{Certificate, Client, Method, RequestBuilder, Response, StatusCode};
use url::Url;

use body::Body;
use names::JudgedNames;

use crate::archive::warc::Exchange;
use crate::tls;

pub use address::{is_public, own_addresses};
pub use body::{BODY_BYTES_MAX, EXPANDED_BYTES_MAX, EXPANSION_RATIO_MAX};
pub use exchange::Head;
pub use failure::NotFetched;
pub use guard::{BadException, Guard, URL_BYTES_MAX, Why, check_url};
pub use names::{FixedNames, Lookup, Names, SystemNames};
pub use visit::{Answer, Known, Visit};

/// How often an answer may send on. Short links with a consent page take three.
pub const REDIRECTS_MAX: usize = 5;
/// The most that the head of an answer may weigh: eight times what busy sites send.
pub const HEAD_BYTES_MAX: usize = 64 * 1024;
/// The most lines in it, which the parser holds in one table. Busy sites send 40.
pub const HEADERS_MAX: usize = 200;
/// How a request says that it takes every kind.
const ANY_TYPE: &str = "*/*";
/// How a page may be packed on its way.
const PACKED: &str = "gzip, identity";
/// A page that is archived comes as it is: then its hash is that of what anybody downloads.
const AS_IT_IS: &str = "identity";
/// The longest `ETag` and `Last-Modified` that are kept: they are sent back and stored.
const VALIDATOR_BYTES_MAX: usize = 512;

/// How long a fetch may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// From the address to a connection, TLS included, for each redirect.
    pub connect: Duration,
    /// From the request to the head of the answer, and from one piece of the body to the next.
    pub read: Duration,
    /// For all of it, so that a page that comes byte by byte ends, too.
    pub total: Duration,
}

/// How long the desk waits: slow sites answer within 10 s, and a member waits for the whole.
pub const TIMES: Times = Times {
    connect: Duration::from_secs(5),
    read: Duration::from_secs(10),
    total: Duration::from_secs(20),
};

/// What a fetcher is made from.
#[derive(Debug)]
pub struct Setup {
    /// What the operator decided.
    pub guard: Guard,
    /// The address that readers see, told to every site that is fetched.
    pub public_url: Url,
    /// Who knows the addresses of names.
    pub names: Arc<dyn Names>,
    /// How long it waits.
    pub times: Times,
    /// The authorities whose certificates count; `None`: the operating system's.
    pub authorities: Option<Vec<Certificate>>,
    /// Where timestamps are asked for (RFC 3161): the operator's choice, so any address.
    pub timestamp_url: Option<Url>,
}

/// What kind of answer is wanted. Other kinds are refused before their body is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// A page to read or to capture.
    Page,
    /// A feed, under any of the names that servers give feeds.
    Feed,
    /// A picture of a kind that can be looked at.
    Picture,
    /// Whatever `import` and captures can read, data files, PDF and pictures included.
    Any,
    /// What is text by its use, under whatever name the server gives it: `robots.txt`.
    Text,
}

/// What was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Where it was in the end, after redirects.
    pub url: Url,
    /// 200 or 203.
    pub status: u16,
    /// The kind that the site gave, in lower case, without parameters.
    pub media_type: String,
    /// The encoding that the site gave. A claim, not a fact: `kiemtin_extract` judges it.
    pub charset: Option<String>,
    /// The body, unpacked.
    pub body: Vec<u8>,
    /// To be sent back next time.
    pub etag: Option<String>,
    /// To be sent back next time.
    pub last_modified: Option<String>,
}

/// The way out. One a process; cheap to share.
#[derive(Clone, Debug)]
pub struct Fetcher {
    guard: Arc<Guard>,
    times: Times,
    /// Connects to public addresses only.
    public: Client,
    /// Connects to what the operator allowed, wherever that is.
    allowed: Client,
    user_agent: String,
    timestamp_url: Option<Url>,
}

impl Setup {
    /// As the desk runs: the system's resolver and authorities, and the usual times.
    pub fn new(guard: Guard, public_url: Url) -> Self {
        Self {
            guard,
            public_url,
            names: Arc::new(SystemNames),
            times: TIMES,
            authorities: None,
            timestamp_url: None,
        }
    }
}

impl Accept {
    /// The media types that are taken. Feeds are often served as web pages or plain text.
    fn media_types(self) -> &'static [&'static str] {
        match self {
            Self::Page => &["text/html", "application/xhtml+xml", "text/plain"],
            Self::Feed => &[
                "application/atom+xml",
                "application/rss+xml",
                "application/feed+json",
                "application/json",
                "application/ld+json",
                "application/rdf+xml",
                "application/xml",
                "text/xml",
                "text/html",
                "text/plain",
            ],
            Self::Picture => &["image/png", "image/jpeg", "image/webp", "image/gif"],
            Self::Any => &[
                "text/html",
                "application/xhtml+xml",
                "text/plain",
                "application/atom+xml",
                "application/rss+xml",
                "application/feed+json",
                "application/json",
                "application/ld+json",
                "application/rdf+xml",
                "application/xml",
                "text/xml",
                "text/csv",
                "text/tab-separated-values",
                "application/jsonl",
                "application/x-ndjson",
                "application/gzip",
                "application/x-gzip",
                "application/octet-stream",
                "application/pdf",
                "image/png",
                "image/jpeg",
                "image/webp",
                "image/gif",
            ],
            Self::Text => &[ANY_TYPE],
        }
    }

    fn takes(self, media_type: &str) -> bool {
        let all = self.media_types();
        all.contains(&media_type) || all == [ANY_TYPE]
    }
}

impl Fetcher {
    /// Makes the way out. Fails only if the public address cannot stand in a header.
    pub fn new(setup: Setup) -> anyhow::Result<Self> {
        tls::set_up();
        let guard = Arc::new(setup.guard.clone());
        let judged = JudgedNames { names: setup.names.clone(), guard: Some(guard.clone()) };
        let free = JudgedNames { names: setup.names.clone(), guard: None };
        let user_agent = user_agent(&setup.public_url);
        let public = client(&setup, &user_agent, judged)?;
        let allowed = client(&setup, &user_agent, free)?;
        let timestamp_url = setup.timestamp_url;
        Ok(Self { guard, times: setup.times, public, allowed, user_agent, timestamp_url })
    }

    /// Whether the operator made an exception for where an address leads.
    pub fn is_exception(&self, url: &Url) -> bool {
        self.guard.is_allowed(url)
    }

    /// Fetches what is at `url`, redirects followed.
    pub async fn get(&self, url: &str, accept: Accept) -> Result<Fetched, NotFetched> {
        let whole = tokio::time::timeout(self.times.total, self.follow(url, accept, None));
        whole.await.unwrap_or(Err(NotFetched::TimedOut))
    }

    /// Follows redirects to a page; `record` takes the whole conversation.
    async fn follow(
        &self,
        url: &str,
        accept: Accept,
        mut record: Option<&mut Vec<Exchange>>,
    ) -> Result<Fetched, NotFetched> {
        let mut url = check_url(url, &self.guard).map_err(NotFetched::Refused)?;
        let packing = if record.is_some() { AS_IT_IS } else { PACKED };
        for n_redirects in 0..=REDIRECTS_MAX {
            let request = self.request(Method::GET, &url, accept, packing);
            let asked = self.ask(&url, request).await;
            let mut answer = asked.map_err(|it| it.after(n_redirects))?;
            let mut begun = record.is_some().then(|| self.begin(&url, accept, &answer));
            let Some(onward) = onward(&url, &answer) else {
                let raw = begun.as_mut().map(|it| &mut it.body);
                let page = take(url, answer, accept, raw).await?;
                if let Some(record) = record {
                    record.extend(begun);
                }
                return Ok(page);
            };
            if let (Some(record), Some(begun)) = (record.as_deref_mut(), begun) {
                record.push(exchange::sent_on(begun, &mut answer).await?);
            }
            let onward = onward.and_then(|it| check_url(it.as_str(), &self.guard));
            url = onward.map_err(NotFetched::SentOn)?;
        }
        Err(NotFetched::TooManyRedirects)
    }

    fn request(
        &self,
        method: Method,
        url: &Url,
        accept: Accept,
        packing: &'static str,
    ) -> RequestBuilder {
        let is_allowed = self.guard.is_allowed(url);
        let client = if is_allowed { &self.allowed } else { &self.public };
        let types = accept.media_types().join(", ");
        let request = client.request(method, url.clone());
        request.header(ACCEPT, types).header(ACCEPT_ENCODING, packing)
    }

    /// Sends one request and judges the head of the answer.
    async fn ask(&self, url: &Url, request: RequestBuilder) -> Result<Response, NotFetched> {
        let is_allowed = self.guard.is_allowed(url);
        let answer = request.send().await?;
        // The resolver has judged this address; a second look costs nothing.
        if let (false, Some(peer)) = (is_allowed, answer.remote_addr()) {
            let host = url.host_str().unwrap_or_default();
            self.guard.check_address(host, peer.ip()).map_err(NotFetched::Refused)?;
        }
        let n_bytes: usize = answer.headers().iter().map(header_bytes).sum();
        if HEAD_BYTES_MAX < n_bytes {
            return Err(NotFetched::HeadTooLarge);
        }
        Ok(answer)
    }
}

/// A client for a host that the operator named, wherever that is: no redirects, no cookies, no
/// proxies, and an end after `timeout`.
pub fn plain_client(timeout: Duration) -> anyhow::Result<Client> {
    tls::set_up();
    let builder = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .http1_only()
        .timeout(timeout);
    Ok(builder.build()?)
}

/// The client, stripped of everything that happens by itself.
fn client(setup: &Setup, user_agent: &str, names: JudgedNames) -> anyhow::Result<Client> {
    let user_agent = HeaderValue::try_from(user_agent).context("the public URL has odd letters")?;
    let builder = || {
        Client::builder()
            .user_agent(user_agent.clone())
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .no_gzip()
            .http1_only()
            .http1_max_headers(HEADERS_MAX)
            .pool_max_idle_per_host(0)
            .connect_timeout(setup.times.connect)
            .read_timeout(setup.times.read)
            .dns_resolver(names.clone())
    };
    if let Some(authorities) = &setup.authorities {
        return Ok(builder().tls_certs_only(authorities.clone()).build()?);
    }
    match builder().build() {
        Ok(client) => Ok(client),
        Err(err) => {
            // A small machine may have no certificates. The desk still starts; https then fails
            // with a sentence that names the package.
            let error = failure::innermost(&err);
            tracing::warn!(error, "No certificates of authorities: https cannot be fetched");
            Ok(builder().tls_certs_only([]).build()?)
        }
    }
}

/// Who fetches, and where to read about it: told to every site.
fn user_agent(public_url: &Url) -> String {
    const VERSION: &str =
        concat!(env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));
    let public_url = public_url.as_str().trim_end_matches('/');
    format!("KiemTin/{VERSION} (+{public_url}/en/about)")
}

fn header_bytes((name, value): (&HeaderName, &HeaderValue)) -> usize {
    const COLON_SPACE_AND_LINE_END: usize = 4;
    name.as_str().len() + value.len() + COLON_SPACE_AND_LINE_END
}

/// Where an answer sends on to, if it does. Vietnamese sites send UTF-8 there, as browsers accept.
fn onward(from: &Url, answer: &Response) -> Option<Result<Url, Why>> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = answer.headers().get(LOCATION)?;
    let location = std::str::from_utf8(location.as_bytes()).map_err(|_| Why::Unreadable);
    Some(location.and_then(|it| from.join(it).map_err(|_| Why::Unreadable)))
}

/// Reads the body of an answer that sends on no further; `raw` takes it as it comes.
async fn take(
    url: Url,
    mut answer: Response,
    accept: Accept,
    mut raw: Option<&mut Vec<u8>>,
) -> Result<Fetched, NotFetched> {
    let status = answer.status();
    if !matches!(status, StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION) {
        return Err(NotFetched::Status(status.as_u16()));
    }
    let (media_type, charset) = kind(answer.headers());
    if !accept.takes(&media_type) {
        return Err(NotFetched::MediaType(media_type));
    }
    if answer.content_length().is_some_and(|it| (BODY_BYTES_MAX as u64) < it) {
        return Err(NotFetched::TooLarge { max_bytes: BODY_BYTES_MAX });
    }
    let mut body = empty_body(answer.headers())?;
    while let Some(piece) = answer.chunk().await? {
        body.push(&piece)?;
        if let Some(raw) = &mut raw {
            raw.extend_from_slice(&piece);
        }
    }
    let headers = answer.headers();
    let (etag, last_modified) = (validator(headers, ETAG), validator(headers, LAST_MODIFIED));
    let (status, body) = (status.as_u16(), body.finish()?);
    Ok(Fetched { url, status, media_type, charset, body, etag, last_modified })
}

/// The body to be filled, by the packing that the answer names.
fn empty_body(headers: &HeaderMap) -> Result<Body, NotFetched> {
    let mut packings = headers.get_all(CONTENT_ENCODING).iter();
    let packing = packings.next().map_or("identity", |it| it.to_str().unwrap_or("?"));
    let packing = packing.trim().to_ascii_lowercase();
    match (packing.as_str(), packings.next()) {
        ("" | "identity", None) => Ok(Body::plain()),
        ("gzip" | "x-gzip", None) => Ok(Body::gzip()),
        _ => Err(NotFetched::Packing(packing.chars().take(40).collect())),
    }
}

/// Media type and encoding as the site gives them. Without any it is a file of no known kind.
fn kind(headers: &HeaderMap) -> (String, Option<String>) {
    let given = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let given = given.filter(|it| !it.is_empty());
    let mut parts = given.unwrap_or("application/octet-stream").split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default().chars().take(100).collect::<String>();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        let is_label = |it: char| it.is_ascii_alphanumeric() || "-_:.+".contains(it);
        let is_charset = name.trim().eq_ignore_ascii_case("charset")
            && (1..=40).contains(&value.len())
            && value.chars().all(is_label);
        is_charset.then(|| value.to_ascii_lowercase())
    });
    (media_type.to_ascii_lowercase(), charset)
}

/// A header that is sent back next time, unless it is too long to keep.
fn validator(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    (value.len() <= VALIDATOR_BYTES_MAX).then(|| value.to_owned())
}
