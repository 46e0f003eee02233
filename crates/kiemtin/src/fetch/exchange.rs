//! Conversations with sites beside the plain fetch of a page: one that is recorded whole, a look at
//! the head alone, a question to the operator's timestamp authority, and a word to a hub of feeds.

use reqwest::header::{CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED};
use reqwest::{Method, Response};
use url::{Url, form_urlencoded};

use super::{AS_IT_IS, Accept, Fetched, Fetcher, NotFetched, check_url, onward, validator};
use crate::archive::stamp;
use crate::archive::warc::Exchange;

/// The most that is kept of the body of an answer that sends on: browsers never show it.
const SENT_ON_BYTES_MAX: usize = 16 * 1024;
/// Lines of an answer that are not recorded: what a server gives each visitor to be known again by,
/// and how the connection itself was run, which the parser has undone.
const NOT_RECORDED: [&str; 5] =
    ["set-cookie", "set-cookie2", "transfer-encoding", "connection", "keep-alive"];

/// How browsers send forms.
const FORM_TYPE: &str = "application/x-www-form-urlencoded";

/// What a site says of a page without sending it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The status.
    pub status: u16,
    /// Whether it sends on to another address.
    pub sends_on: bool,
    /// What the site calls this version of the page.
    pub validator: Option<String>,
}

impl Fetcher {
    /// Fetches what is at `url` and records the conversation, redirects included.
    pub async fn capture(&self, url: &str) -> Result<(Fetched, Vec<Exchange>), NotFetched> {
        let mut record = Vec::new();
        let follow = self.follow(url, Accept::Any, Some(&mut record));
        let whole = tokio::time::timeout(self.times.total, follow).await;
        let page = whole.unwrap_or(Err(NotFetched::TimedOut))?;
        Ok((page, record))
    }

    /// Asks for the head of what is at `url`; follows nothing.
    pub async fn head(&self, url: &str) -> Result<Head, NotFetched> {
        let url = check_url(url, &self.guard).map_err(NotFetched::Refused)?;
        let request = self.request(Method::HEAD, &url, Accept::Any, AS_IT_IS);
        let whole = tokio::time::timeout(self.times.total, self.ask(&url, request)).await;
        let answer = whole.unwrap_or(Err(NotFetched::TimedOut))?;
        let headers = answer.headers();
        Ok(Head {
            status: answer.status().as_u16(),
            sends_on: onward(&url, &answer).is_some(),
            validator: validator(headers, ETAG).or_else(|| validator(headers, LAST_MODIFIED)),
        })
    }

    /// Whether the operator named a timestamp authority.
    pub fn stamps(&self) -> bool {
        self.timestamp_url.is_some()
    }

    /// Sends a question to the timestamp authority; `None` where there is none.
    pub async fn stamp(&self, query: Vec<u8>) -> Result<Option<Vec<u8>>, NotFetched> {
        let Some(url) = &self.timestamp_url else { return Ok(None) };
        let reply = tokio::time::timeout(self.times.total, self.ask_authority(url, query)).await;
        reply.unwrap_or(Err(NotFetched::TimedOut)).map(Some)
    }

    async fn ask_authority(&self, url: &Url, query: Vec<u8>) -> Result<Vec<u8>, NotFetched> {
        let request = self.allowed.post(url.clone()).header(CONTENT_TYPE, stamp::QUERY_TYPE);
        let mut answer = request.body(query).send().await?;
        if answer.status().as_u16() != 200 {
            return Err(NotFetched::Status(answer.status().as_u16()));
        }
        let mut reply = Vec::new();
        while let Some(piece) = answer.chunk().await? {
            reply.extend_from_slice(&piece);
            if stamp::REPLY_BYTES_MAX < reply.len() {
                return Err(NotFetched::TooLarge { max_bytes: stamp::REPLY_BYTES_MAX });
            }
        }
        Ok(reply)
    }

    /// Tells a hub that a feed changed (WebSub). The operator names the hub, and it is judged as
    /// every other address.
    pub async fn ping(&self, hub: &Url, feed: &str) -> Result<(), NotFetched> {
        self.post_form(hub, &[("hub.mode", "publish"), ("hub.url", feed)]).await
    }

    /// Sends a form as browsers do; anything but success is a failure, and the answer is not read.
    pub async fn post_form(&self, to: &Url, fields: &[(&str, &str)]) -> Result<(), NotFetched> {
        let url = check_url(to.as_str(), &self.guard).map_err(NotFetched::Refused)?;
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.request(Method::POST, &url, Accept::Any, AS_IT_IS);
        let request = request.header(CONTENT_TYPE, FORM_TYPE).body(form);
        let whole = tokio::time::timeout(self.times.total, self.ask(&url, request)).await;
        match whole.unwrap_or(Err(NotFetched::TimedOut))?.status() {
            status if status.is_success() => Ok(()),
            status => Err(NotFetched::Status(status.as_u16())),
        }
    }

    /// The record of an exchange whose body is still to come.
    pub(super) fn begin(&self, url: &Url, accept: Accept, answer: &Response) -> Exchange {
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
        let types = accept.media_types().join(", ");
        let request = format!(
            "GET {path} HTTP/1.1\r\naccept: {types}\r\naccept-encoding: {AS_IT_IS}\r\n\
            user-agent: {}\r\nhost: {host}\r\n\r\n",
            self.user_agent
        );
        Exchange {
            url: url.to_string(),
            ip: answer.remote_addr().map(|it| it.ip()),
            request: request.into_bytes(),
            head: head(answer),
            body: Vec::new(),
            is_cut: false,
        }
    }
}

/// The head of an answer as far as the parser leaves it: names in lower case, no folded lines.
fn head(answer: &Response) -> Vec<u8> {
    let status = answer.status();
    let reason = status.canonical_reason().unwrap_or_default();
    let mut head = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
    let is_recorded = |name: &HeaderName| !NOT_RECORDED.contains(&name.as_str());
    for (name, value) in answer.headers().iter().filter(|(name, _)| is_recorded(name)) {
        head.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    head.extend(b"\r\n");
    head
}

/// Ends the record of an answer that sends on, with the beginning of its body.
pub(super) async fn sent_on(
    mut begun: Exchange,
    answer: &mut Response,
) -> Result<Exchange, NotFetched> {
    while let Some(piece) = answer.chunk().await? {
        begun.body.extend_from_slice(&piece);
        if SENT_ON_BYTES_MAX < begun.body.len() {
            begun.body.truncate(SENT_ON_BYTES_MAX);
            begun.is_cut = true;
            break;
        }
    }
    Ok(begun)
}
