//! `Link:` headers (RFC 8288), and from them and a feed's head where it is pushed from (WebSub).

use url::Url;

use crate::clean;
use crate::feed_head::FeedHead;
use crate::limits::{ANNOUNCED_MAX, LINK_HEADER_BYTES_MAX};

/// The links of one `Link:` header: each relation in small letters with its target as written, in
/// order. A link that speaks of another page than this one (`anchor`) is left out.
pub fn link_header(value: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if LINK_HEADER_BYTES_MAX < value.len() {
        return found;
    }
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((target, after)) = after.split_once('>') else { break };
        let (parameters, after) = parameters(after);
        rest = after;
        let named =
            |name: &str| parameters.iter().find(|(it, _)| it == name).map(|(_, it)| it.as_str());
        if named("anchor").is_some_and(|it| !it.is_empty()) {
            continue;
        }
        for rel in named("rel").unwrap_or_default().split_whitespace() {
            if ANNOUNCED_MAX <= found.len() {
                return found;
            }
            found.push((rel.to_ascii_lowercase(), target.trim().to_owned()));
        }
    }
    found
}

/// Where a topic is pushed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebSub {
    /// The address to subscribe to, which need not be the one that was fetched.
    pub topic: Url,
    /// The hubs; one of them is enough.
    pub hubs: Vec<Url>,
}

/// The hubs and the topic of what came from `base`: its `Link:` headers count before what stands in
/// it (WebSub, section 4). Without both there is nothing to subscribe to.
pub fn websub(headers: &[&str], head: &FeedHead, base: &Url) -> Option<WebSub> {
    let links: Vec<(String, String)> = headers.iter().flat_map(|it| link_header(it)).collect();
    let of = |wanted: &str| {
        let targets = links.iter().filter(|(rel, _)| rel == wanted);
        targets.filter_map(|(_, it)| clean::web_url(it, Some(base))).collect::<Vec<Url>>()
    };
    let mut hubs = of("hub");
    if hubs.is_empty() {
        hubs.clone_from(&head.hubs);
    }
    hubs.dedup();
    hubs.truncate(ANNOUNCED_MAX);
    let topic = of("self").into_iter().next().or_else(|| head.own.clone())?;
    (!hubs.is_empty()).then_some(WebSub { topic, hubs })
}

/// The parameters behind a target, and what follows the comma after them.
fn parameters(mut rest: &str) -> (Vec<(String, String)>, &str) {
    let mut all = Vec::new();
    loop {
        rest = rest.trim_start();
        let Some(after) = rest.strip_prefix(';') else {
            return (all, rest.strip_prefix(',').unwrap_or(rest));
        };
        let end = after.find(['=', ';', ',']).unwrap_or(after.len());
        let name = after[..end].trim().to_ascii_lowercase();
        let (value, after) = match after[end..].strip_prefix('=') {
            Some(it) => value_of(it.trim_start()),
            None => (String::new(), &after[end..]),
        };
        // The first of a name counts (section 3.3).
        if !all.iter().any(|(it, _)| *it == name) && all.len() < ANNOUNCED_MAX {
            all.push((name, value));
        }
        rest = after;
    }
}

/// A value with or without quotation marks, and what follows it.
fn value_of(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',']).unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let (mut value, mut is_escaped) = (String::new(), false);
    for (at, it) in quoted.char_indices() {
        match it {
            _ if is_escaped => {
                value.push(it);
                is_escaped = false;
            }
            '\\' => is_escaped = true,
            '"' => return (value, &quoted[at + 1..]),
            _ => value.push(it),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: &[(&str, &str)]) {
        let found = link_header(value);
        let found: Vec<_> = found.iter().map(|(rel, url)| (rel.as_str(), url.as_str())).collect();
        assert_eq!(found, expected, "{value}");
    }

    #[test]
    fn links_of_a_header_are_read_in_every_way_of_writing_them() {
        check(
            "<https://hub.example/>; rel=\"hub\", </feed,1>; title=\"a, \\\"b\\\"; rel=x\"; REL=\"Self next\"",
            &[("hub", "https://hub.example/"), ("self", "/feed,1"), ("next", "/feed,1")],
        );
        check("<a>;rel=hub,<b> ; rel = self", &[("hub", "a"), ("self", "b")]);
        check("<a>; rel=hub; rel=self", &[("hub", "a")]);
        check("<a>; rel=hub; anchor=\"/x\", <b>; rel=hub; anchor=\"\"", &[("hub", "b")]);
        for odd in ["", "<", "<a", "<a>", "<a>;", "<a>;rel", "<a>;rel=\"x", "a; rel=hub", ",,;;"] {
            assert!(link_header(odd).len() <= 1, "{odd}");
        }
        assert_eq!(link_header(&"<a>;rel=hub,".repeat(500)).len(), ANNOUNCED_MAX);
        assert_eq!(link_header(&"<ă>;rel=hub,".repeat(100_000)), []);
        assert!(link_header(&format!("<a>{}", ";a=1".repeat(2_000))).is_empty());
    }

    #[test]
    fn headers_count_before_the_feed_and_both_parts_are_needed() {
        let url = |it: &str| Url::parse(it).expect("the test's own address");
        let base = url("https://bao.example/rss");
        let head = FeedHead {
            own: Some(url("https://bao.example/own")),
            hubs: vec![url("https://hub.example/")],
            ..FeedHead::default()
        };
        let found = websub(&[], &head, &base).expect("both in the feed");
        assert_eq!((Some(found.topic), found.hubs.len()), (head.own.clone(), 1));
        let headers = ["</new>; rel=self", "<https://other.example/>; rel=hub"];
        let found = websub(&headers, &head, &base).expect("both in the headers");
        assert_eq!(found.topic, url("https://bao.example/new"));
        assert_eq!(found.hubs, [url("https://other.example/")]);
        assert_eq!(websub(&["<https://h.example/>; rel=hub"], &FeedHead::default(), &base), None);
        assert_eq!(
            websub(&["</a>; rel=self, <file:///x>; rel=hub"], &FeedHead::default(), &base),
            None
        );
    }
}
