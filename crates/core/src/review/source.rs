//! Which address can be evidence: a page of a publisher or institution, never a person's post.

use url::Url;

use crate::host;
use crate::lang::Lang;
use crate::message::URL_BYTES_MAX;
use crate::text::mask;

/// Why an address cannot be evidence. Pages say it in the reader's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSource {
    /// Longer than any page's own address.
    #[error(
        "the address is longer than {URL_BYTES_MAX} bytes: give the page's own, without what trackers add"
    )]
    TooLong,
    /// Not the address of a public page.
    #[error("this is not the address of a public page: it begins with https:// and names a host")]
    NotAPage,
    /// A platform where people post, or an address that holds personal data.
    #[error(
        "a personal profile or post cannot be evidence: bring the page of a publisher or institution"
    )]
    Personal,
}

/// The address as it is kept. Asked for what a member types and again for where a fetch ended: a
/// short link may lead to somebody's post.
///
/// # Errors
/// Why it cannot be evidence.
pub fn source_url(text: &str) -> Result<String, BadSource> {
    if URL_BYTES_MAX < text.len() {
        return Err(BadSource::TooLong);
    }
    let mut url = Url::parse(text).map_err(|_| BadSource::NotAPage)?;
    // A host with a dot at its end is the same host, and would be another to whoever counts them.
    let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_owned();
    let is_web = matches!(url.scheme(), "http" | "https") && host.contains('.');
    let names_user = !url.username().is_empty() || url.password().is_some();
    if !is_web || names_user || url.set_host(Some(&host)).is_err() {
        return Err(BadSource::NotAPage);
    }
    if host::is_platform(&host) || !mask::mask(url.as_str(), Lang::En).found.is_empty() {
        return Err(BadSource::Personal);
    }
    url.set_fragment(None);
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, BadSource>) {
        assert_eq!(source_url(text).as_deref().map_err(|it| *it), expected, "{text}");
    }

    #[test]
    fn pages_of_publishers_are_taken_and_posts_of_people_are_not() {
        check("https://www.who.int/news/a?b=c#d", Ok("https://www.who.int/news/a?b=c"));
        check("http://moh.gov.vn./tin", Ok("http://moh.gov.vn/tin"));
        for personal in [
            "https://www.facebook.com/story.php?id=1",
            "https://www.facebook.com./story.php?id=1",
            "https://m.facebook.com/groups/abc",
            "https://fb.me/abc",
            "https://bit.ly/abc",
            "https://x.com/someone/status/1",
            "https://zalo.me/0912345678",
            "https://vnexpress.net/?email=lan@gmail.com",
        ] {
            check(personal, Err(BadSource::Personal));
        }
        for bad in [
            "",
            "who.int",
            "ftp://who.int/a",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "http://localhost/",
            "http://localhost./",
            "https://user@who.int/a",
            "https://a:b@who.int/",
        ] {
            check(bad, Err(BadSource::NotAPage));
        }
        check(&format!("https://who.int/{}", "a".repeat(2_000)), Err(BadSource::TooLong));
    }
}
