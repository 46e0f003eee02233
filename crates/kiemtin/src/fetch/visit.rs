//! One request of a polite visitor: conditional, no redirect followed, with what the server says of
//! when to come again. Who is asked when, and whether at all, is decided in `collect`.

use std::time::Duration;

use kiemtin_core::source::asked::max_age;
use reqwest::header::{
    CACHE_CONTROL, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LINK, RETRY_AFTER,
};
use reqwest::{Method, Response};
use url::Url;

use super::{Accept, Fetched, Fetcher, NotFetched, PACKED, check_url, onward, take};

/// `Link` headers that are looked at: a hub and the feed itself stand in two.
const LINKS_MAX: usize = 10;

/// What the server called what it sent last time, word for word.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// `ETag`
    pub etag: Option<&'a str>,
    /// `Last-Modified`
    pub last_modified: Option<&'a str>,
}

/// What one request brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The answer itself.
    pub answer: Answer,
    /// `Retry-After`, as it stands there.
    pub retry_after: Option<String>,
    /// How long the answer stays fresh (`Cache-Control: max-age`).
    pub max_age: Option<Duration>,
    /// `Link` headers, as they stand there (RFC 8288).
    pub links: Vec<String>,
}

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What is there.
    Page(Box<Fetched>),
    /// Nothing new since last time (304).
    Unchanged,
    /// It is elsewhere.
    Onward(Url),
    /// Another status than success.
    Status(u16),
}

impl Fetcher {
    /// Asks for what is at `url`, once.
    ///
    /// # Errors
    /// The address is refused, or no whole answer came in time.
    pub async fn visit(
        &self,
        url: &str,
        accept: Accept,
        known: Known<'_>,
    ) -> Result<Visit, NotFetched> {
        let whole = tokio::time::timeout(self.times.total, self.visit_once(url, accept, known));
        whole.await.unwrap_or(Err(NotFetched::TimedOut))
    }

    async fn visit_once(
        &self,
        url: &str,
        accept: Accept,
        known: Known<'_>,
    ) -> Result<Visit, NotFetched> {
        let url = check_url(url, &self.guard).map_err(NotFetched::Refused)?;
        let mut request = self.request(Method::GET, &url, accept, PACKED);
        for (name, value) in [(IF_NONE_MATCH, known.etag), (IF_MODIFIED_SINCE, known.last_modified)]
        {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let answer = self.ask(&url, request).await?;
        let headers = answer.headers();
        let retry_after = text(headers, &RETRY_AFTER);
        let max_age = text(headers, &CACHE_CONTROL).as_deref().and_then(max_age);
        let links = headers.get_all(LINK).iter().filter_map(|it| it.to_str().ok());
        let links = links.take(LINKS_MAX).map(str::to_owned).collect();
        let answer = self.answer(url, answer, accept).await?;
        Ok(Visit { answer, retry_after, max_age, links })
    }

    async fn answer(
        &self,
        url: Url,
        answer: Response,
        accept: Accept,
    ) -> Result<Answer, NotFetched> {
        if let Some(onward) = onward(&url, &answer) {
            let onward = onward.and_then(|it| check_url(it.as_str(), &self.guard));
            return onward.map(Answer::Onward).map_err(NotFetched::SentOn);
        }
        match answer.status().as_u16() {
            304 => Ok(Answer::Unchanged),
            200 | 203 => Ok(Answer::Page(Box::new(take(url, answer, accept, None).await?))),
            status => Ok(Answer::Status(status)),
        }
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}
