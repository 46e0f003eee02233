//! Searches in the shape of Google's Fact Check Tools, as a client: the key that Google asks for is
//! the operator's and goes to Google alone.

use url::Url;

/// Whose key it is, and who else under that domain is somebody else.
const GOOGLE: &str = "factchecktools.googleapis.com";
/// Its name in an address: never kept with a source.
const KEY: &str = "key";

/// The address to ask; `None` where Google is to be asked and the operator gave no key.
pub(super) fn with_key(location: &str, key: Option<&str>) -> Option<String> {
    let mut url = Url::parse(location).ok()?;
    if is_google(&url) {
        // A key is sent over a safe connection or not at all.
        let key = key.filter(|_| url.scheme() == "https")?;
        url.query_pairs_mut().append_pair(KEY, key);
    }
    Some(url.into())
}

/// The address as it is kept: without a key that somebody typed with it.
pub(super) fn without_key(url: &Url) -> Url {
    let mut kept = url.clone();
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| name != KEY)
        .map(|it| (it.0.into(), it.1.into()))
        .collect();
    kept.set_query(None);
    if !pairs.is_empty() {
        kept.query_pairs_mut().extend_pairs(pairs);
    }
    kept
}

/// Whether an address is a search of that shape.
pub(super) fn is_search(url: &Url) -> bool {
    url.path().ends_with("claims:search") && url.query_pairs().any(|(name, _)| name == "query")
}

fn is_google(url: &Url) -> bool {
    url.host_str() == Some(GOOGLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_goes_to_google_alone_and_is_never_kept() {
        let google =
            "https://factchecktools.googleapis.com/v1alpha1/claims:search?query=t%E1%BB%8Fi";
        let other = "https://desk.example/api/v1alpha1/claims:search?query=t%E1%BB%8Fi";
        let like = "https://evilgoogleapis.com/claims:search?query=a";
        assert_eq!(with_key(google, Some("k")), Some(format!("{google}&key=k")));
        assert_eq!(with_key(google, None), None);
        let bucket = "https://storage.googleapis.com/bucket/claims:search?query=a";
        assert_eq!(with_key(&google.replace("https", "http"), Some("k")), None);
        for it in [other, like, bucket] {
            assert_eq!(with_key(it, Some("k")).as_deref(), Some(it));
        }
        let typed = Url::parse(&format!("{google}&key=k")).expect("valid");
        assert_eq!(without_key(&typed).as_str(), google);
        assert!(is_search(&typed) && !is_search(&Url::parse("https://a.example/").expect("valid")));
    }
}
