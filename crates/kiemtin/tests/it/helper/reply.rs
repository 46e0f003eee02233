//! What a request got: status, headers, body, and what a reader finds in it.

use axum::body::to_bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

/// An answer of the router, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) path: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// As text; what is none, a picture say, stands in `bytes`.
    pub(crate) body: String,
    pub(crate) bytes: Vec<u8>,
}

impl Reply {
    pub(crate) async fn read(path: &str, response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("the body ends");
        let bytes = body.to_vec();
        let kind = parts.headers.get("content-type").and_then(|it| it.to_str().ok());
        let body = match kind.is_some_and(|it| it == "image/png") {
            true => String::new(),
            false => String::from_utf8(bytes.clone()).expect("pages are UTF-8"),
        };
        let (path, status, headers) = (path.to_owned(), parts.status, parts.headers);
        Self { path, status, headers, body, bytes }
    }

    /// A header as text; empty when it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.path, self.body);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.body.contains(text), "{} does not say {text:?}:\n{}", self.path, self.body);
        self
    }

    #[track_caller]
    pub(crate) fn hides(self, text: &str) -> Self {
        assert!(!self.body.contains(text), "{} says {text:?}:\n{}", self.path, self.body);
        self
    }

    /// The first piece between two marks.
    #[track_caller]
    pub(crate) fn between(&self, before: &str, after: &str) -> &str {
        let rest = self.body.split_once(before).map(|(_, rest)| rest);
        let piece = rest.and_then(|it| it.split_once(after)).map(|(piece, _)| piece);
        piece.unwrap_or_else(|| panic!("{}: nothing after {before:?}:\n{}", self.path, self.body))
    }

    /// The start tags of this element.
    pub(crate) fn tags(&self, name: &str) -> Vec<&str> {
        let starts = self.body.match_indices('<').filter_map(|(at, _)| {
            let rest = self.body[at + 1..].strip_prefix(name)?;
            rest.starts_with([' ', '>', '\n']).then(|| rest.split('>').next().unwrap_or_default())
        });
        starts.collect()
    }

    /// Where it links to within the site, without `#…`, resolved against its own address.
    pub(crate) fn links(&self) -> Vec<String> {
        let attributes = ["href=\"", "action=\"", "src=\""];
        let values = attributes.iter().flat_map(|it| self.body.split(it).skip(1));
        let values = values.filter_map(|it| it.split('"').next());
        let own = self.path.split('?').next().unwrap_or_default();
        let resolve = |it: &str| match it.chars().next() {
            Some('/') => Some(it.split('#').next().unwrap_or_default().to_owned()),
            Some('?') => Some(format!("{own}{it}")),
            _ => None,
        };
        values.filter_map(resolve).map(|it| it.replace("&amp;", "&")).collect()
    }
}

/// The value of an attribute in a start tag.
pub(crate) fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}
