//! Which address can be evidence: a page of a publisher or institution, never a person's post; and
//! which passage of it can be quoted.

use url::Url;

use crate::host;
use crate::lang::Lang;
use crate::message::URL_BYTES_MAX;
use crate::text::mask;

/// The shortest passage that is quoted, in characters: shorter ones can be found to say anything.
pub const QUOTE_CHARS_MIN: usize = 10;
/// The longest: a quotation is an excerpt, and the page behind it has the rest.
pub const QUOTE_CHARS_MAX: usize = 1_000;
/// How many addresses inside one another are looked into: a link of a link of a link.
const NESTED_MAX: usize = 3;

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

/// Why a passage cannot stand as the quotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadQuote {
    /// Under [`QUOTE_CHARS_MIN`].
    #[error("the quotation has fewer than {QUOTE_CHARS_MIN} characters: take the whole sentence")]
    TooShort,
    /// Over [`QUOTE_CHARS_MAX`].
    #[error("the quotation has more than {QUOTE_CHARS_MAX} characters: take the part that counts")]
    TooLong,
}

/// Whether a passage can stand as the quotation.
///
/// # Errors
/// Why not.
pub fn fits_quote(text: &str) -> Result<(), BadQuote> {
    match text.trim().chars().count() {
        0..QUOTE_CHARS_MIN => Err(BadQuote::TooShort),
        QUOTE_CHARS_MIN..=QUOTE_CHARS_MAX => Ok(()),
        _ => Err(BadQuote::TooLong),
    }
}

/// The address as it is kept. Asked for what a member types and again for each address of a fetch: a
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
    if carries_post(&url, NESTED_MAX) {
        return Err(BadSource::Personal);
    }
    url.set_fragment(None);
    Ok(url.into())
}

/// Whether an address only wraps that of a post: `?url=https://x.com/…` of a page that sends on, or
/// the path of an archive of other sites' pages.
fn carries_post(url: &Url, depth: usize) -> bool {
    let values = url.query_pairs().map(|(_, value)| value.into_owned());
    let in_path = ["http:/", "https:/"].into_iter().filter_map(|scheme| {
        let at = url.path().find(scheme)?;
        let inside = url.path()[at..].trim_start_matches(scheme).trim_start_matches('/');
        // What stands behind the question mark belongs to the address inside.
        Some(format!("https://{inside}?{}", url.query().unwrap_or_default()))
    });
    // Services that translate other sites name them in the host: `www-facebook-com.translate.goog`.
    let in_host = url.host_str().and_then(|it| it.strip_suffix(".translate.goog"));
    let in_host = in_host.map(|it| format!("https://{}{}", it.replace('-', "."), url.path()));
    values.chain(in_path).chain(in_host).any(|it| is_post(&it, depth))
}

/// Whether a text is the address of something on a platform; the bare name of one is no post.
fn is_post(text: &str, depth: usize) -> bool {
    let text = text.trim();
    let text = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{}", text.trim_start_matches('/'))
    };
    let Ok(url) = Url::parse(&text) else { return false };
    let leads_on = 1 < url.path().len() || url.query().is_some_and(|it| !it.is_empty());
    let is_platform = url.host_str().is_some_and(host::is_platform);
    (is_platform && leads_on) || (0 < depth && carries_post(&url, depth - 1))
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
            "https://facebook.com/profile.php?id=100012345678901",
            "https://fb.me/abc",
            "https://bit.ly/abc",
            "https://x.com/someone/status/1",
            "https://zalo.me/0912345678",
            "https://t.me/kenh_tin/12",
            "https://www.tiktok.com/@ai_do/video/7300000000000000000",
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

    #[test]
    fn a_post_is_found_inside_another_address() {
        for hidden in [
            "https://www.google.com/url?q=https://www.facebook.com/ai.do/posts/1",
            "https://www.google.com/url?q=https%3A%2F%2Fx.com%2Fsomeone%2Fstatus%2F1&sa=D",
            "https://paper.example/out?to=facebook.com/groups/abc",
            "https://paper.example/out?to=//m.facebook.com/groups/abc",
            "https://paper.example/o?a=https%3A%2F%2Fb.example%2F%3Fu%3Dhttps%253A%252F%252Ft.me%252Fabc",
            "https://web.archive.org/web/2024/https://www.facebook.com/ai.do/posts/1",
            "https://web.archive.org/web/2024/https:/facebook.com/story.php?id=1",
            "https://www-facebook-com.translate.goog/ai.do/posts/1?_x_tr_sl=vi",
        ] {
            check(hidden, Err(BadSource::Personal));
        }
        for page in [
            "https://paper.example/a?utm_source=facebook.com",
            "https://paper.example/a?ref=https://www.facebook.com/",
            "https://paper.example/a?next=/tin/1",
            "https://web.archive.org/web/2024/https://www.who.int/news",
            "https://paper.example/https-facebook.com-noi-gi",
        ] {
            check(page, Ok(page));
        }
    }

    #[test]
    fn a_quotation_is_a_sentence_and_no_page() {
        assert_eq!(fits_quote("  không có  "), Err(BadQuote::TooShort));
        assert_eq!(fits_quote("không có bằng chứng"), Ok(()));
        assert_eq!(fits_quote(&"ă".repeat(QUOTE_CHARS_MAX)), Ok(()));
        assert_eq!(fits_quote(&"ă".repeat(QUOTE_CHARS_MAX + 1)), Err(BadQuote::TooLong));
    }
}
