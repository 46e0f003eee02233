//! Whose address may be a source: a publisher's or an institution's own site, never a person's.
//!
//! A platform's page is refused whoever keeps it. Whether an account belongs to an institution or
//! to a person cannot be told from its address, and what stands there is answered by persons: an
//! institution is followed on its own site. A publisher's page of one author is refused as well,
//! for who follows it follows a person.

use url::{Host, Url};

use crate::host;
use crate::message::URL_BYTES_MAX;
use crate::review;

/// Why an address is no source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSource {
    /// Longer than any page's own address.
    #[error("the address is longer than {URL_BYTES_MAX} bytes: give the page's own")]
    TooLong,
    /// No address at all.
    #[error("this is no web address: write it with https:// and the host")]
    NotAnAddress,
    /// Another way than http and https.
    #[error("only addresses with https:// or http:// are read")]
    NotWeb,
    /// A name or password in it.
    #[error("the address holds a name or password: a source is public, leave it out")]
    Credentials,
    /// A number or a name without a domain.
    #[error("the host is a number or a name inside a network: a source has a public domain")]
    NotPublic,
    /// Somebody's account, or an account that cannot be told from one.
    #[error(
        "a personal profile or post is never a source: only publishers and institutions. An \
         institution's account on a platform is refused too: add its own site or feed"
    )]
    Profile,
    /// One text that somebody posted.
    #[error(
        "this is a post on a platform: a personal profile or post is never a source. If a \
         publisher or institution said it, add its own site"
    )]
    Post,
    /// A room that people were let into.
    #[error("this is a group or chat: what people say among themselves is never a source")]
    Group,
    /// A place where people post under names of theirs.
    #[error(
        "this is a forum: what people post there is never a source, only publishers and institutions"
    )]
    Forum,
    /// The platform itself.
    #[error("a platform is no publisher: add the own site of the publisher or institution")]
    Platform,
    /// An address that hides where it leads.
    #[error("this address hides where it leads: open it and add the address that it leads to")]
    ShortLink,
    /// All that one author wrote.
    #[error("this page follows one author, who is a person: add the section or the whole site")]
    Author,
    /// Personal data in the address itself.
    #[error("the address holds personal data, such as a telephone number or e-mail: leave it out")]
    PersonalData,
    /// Another address inside this one.
    #[error("a post on a platform is wrapped in this address, and it is never a source")]
    Wrapped,
}

/// The address as it is kept: no fragment, no dot behind the host. Asked for what is typed, and
/// again for each address that a fetch is sent on to.
///
/// # Errors
/// Why it cannot be a source.
pub fn source_url(text: &str) -> Result<Url, BadSource> {
    let text = text.trim();
    if URL_BYTES_MAX < text.len() {
        return Err(BadSource::TooLong);
    }
    let url = Url::parse(text).map_err(|_| BadSource::NotAnAddress)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(BadSource::NotWeb);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BadSource::Credentials);
    }
    let Some(Host::Domain(host)) = url.host() else {
        return Err(BadSource::NotPublic);
    };
    let host = host.trim_end_matches('.');
    if !host.contains('.') {
        return Err(BadSource::NotPublic);
    }
    if host::is_platform(host) {
        return Err(on_platform(host, &url));
    }
    if host::is_shared(host) {
        return Err(BadSource::Platform);
    }
    if is_of_readers(&url) {
        return Err(BadSource::Forum);
    }
    if let Some(why) = of_person(&url) {
        return Err(why);
    }
    // The rule for evidence is the last word, so that nothing refused there is let in here.
    let kept = review::source_url(text).map_err(|why| match why {
        review::BadSource::TooLong => BadSource::TooLong,
        review::BadSource::NotAPage => BadSource::NotAnAddress,
        review::BadSource::Personal if wraps_another(&url) => BadSource::Wrapped,
        review::BadSource::Personal => BadSource::PersonalData,
    })?;
    Url::parse(&kept).map_err(|_| BadSource::NotAnAddress)
}

/// Whether an address is that of readers' comments, which sites announce as a feed of theirs.
fn is_of_readers(url: &Url) -> bool {
    url.path_segments().is_some_and(|mut it| it.any(|it| it.eq_ignore_ascii_case("comments")))
}

/// Whether another address stands in this one: the platform in it then is what was refused.
fn wraps_another(url: &Url) -> bool {
    let in_query = url.query_pairs().any(|(_, value)| value.contains('/'));
    let is_translated = url.host_str().is_some_and(|it| it.ends_with(".translate.goog"));
    in_query || is_translated || url.path().contains("http:/") || url.path().contains("https:/")
}

/// Services that only send on.
const SHORT: [&str; 19] = [
    "bit.ly",
    "tinyurl.com",
    "goo.gl",
    "is.gd",
    "v.gd",
    "cutt.ly",
    "rb.gy",
    "ow.ly",
    "s.id",
    "buff.ly",
    "tiny.cc",
    "rebrand.ly",
    "shorturl.at",
    "bom.so",
    "t.co",
    "lnkd.in",
    "redd.it",
    "fb.me",
    "instagr.am",
];
/// Hosts that only lead into a room.
const ROOMS: [&str; 4] = ["discord.gg", "signal.group", "chat.whatsapp.com", "fb.gg"];
/// First parts of a path that lead into one.
const ROOM_PATHS: [&str; 9] =
    ["groups", "group", "g", "joinchat", "channels", "invite", "j", "chat", "c"];
/// Parts of a path that stand before a single post.
const POST_PATHS: [&str; 19] = [
    "posts",
    "post",
    "status",
    "video",
    "videos",
    "watch",
    "reel",
    "reels",
    "p",
    "tv",
    "photo",
    "photos",
    "story.php",
    "permalink.php",
    "shorts",
    "stories",
    "comments",
    "live",
    "pulse",
];

/// Why an address on a platform is refused: all of them are, this only finds the words.
fn on_platform(host: &str, url: &Url) -> BadSource {
    let host = host.to_lowercase();
    let is_at = |all: &[&str]| {
        let lies_in =
            |it: &&str| host.strip_suffix(*it).is_some_and(|it| it.is_empty() || it.ends_with('.'));
        all.iter().any(lies_in)
    };
    let parts = parts_of(url);
    let first = parts.first().map_or("", |it| &**it);
    match () {
        () if is_at(&SHORT) => BadSource::ShortLink,
        () if is_at(&ROOMS) || ROOM_PATHS.contains(&first) || first.starts_with('+') => {
            BadSource::Group
        }
        () if parts.iter().any(|it| POST_PATHS.contains(&&**it)) => BadSource::Post,
        // `t.me/kenh/12`: a number behind a name is a post of it.
        () if parts.len() == 2 && parts[1].bytes().all(|it| it.is_ascii_digit()) => BadSource::Post,
        () if parts.is_empty() && url.query().is_none() => BadSource::Platform,
        () => BadSource::Profile,
    }
}

/// First parts of a path behind which a site keeps its users.
const USERS: [&str; 10] = [
    "user",
    "users",
    "u",
    "member",
    "members",
    "profile",
    "profiles",
    "people",
    "nguoi-dung",
    "thanh-vien",
];
/// Parts of a path behind which a publisher keeps what one author wrote.
const AUTHORS: [&str; 9] = [
    "author",
    "authors",
    "tac-gia",
    "tacgia",
    "by",
    "byline",
    "journalist",
    "reporter",
    "but-danh",
];
/// Parts of a path that forum programs use.
const FORUMS: [&str; 8] = [
    "forum",
    "forums",
    "threads",
    "showthread.php",
    "viewtopic.php",
    "forumdisplay.php",
    "topic",
    "members",
];

/// What on any site's own pages belongs to one person.
fn of_person(url: &Url) -> Option<BadSource> {
    let parts = parts_of(url);
    let leads_on = |idx: usize| idx + 1 < parts.len();
    if parts.iter().any(|it| it.starts_with(['@', '~'])) {
        return Some(BadSource::Profile);
    }
    let has = |all: &[&str]| {
        parts.iter().enumerate().any(|(idx, it)| leads_on(idx) && all.contains(&&**it))
    };
    let in_query =
        |all: &[&str]| url.query_pairs().any(|(name, _)| all.contains(&&*name.to_lowercase()));
    match () {
        () if has(&AUTHORS) || in_query(&AUTHORS) => Some(BadSource::Author),
        () if parts.iter().any(|it| it.ends_with(".php") && FORUMS.contains(&&**it)) => {
            Some(BadSource::Forum)
        }
        () if has(&FORUMS) => Some(BadSource::Forum),
        () if leads_on(0) && USERS.contains(&&*parts[0]) => Some(BadSource::Profile),
        () => None,
    }
}

/// The parts of the path as they are read, in small letters.
fn parts_of(url: &Url) -> Vec<String> {
    let path = url.path().replace("%40", "@").replace("%7E", "~").replace("%7e", "~");
    path.split('/').filter(|it| !it.is_empty()).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, BadSource>) {
        let res = source_url(text);
        assert_eq!(res.as_ref().map(Url::as_str).map_err(|it| *it), expected, "{text}");
    }

    #[test]
    fn sites_of_publishers_and_institutions_are_sources() {
        for it in [
            "https://bao.example/rss/thoi-su.rss",
            "https://soyte.hanoi.gov.vn/tin-tuc",
            "https://www.who.int/feeds/entity/csr/don/en/rss.xml",
            "https://desk.example/author",
            "https://bao.example/dien-dan/y-kien",
            "https://bao.example/tin?page=2",
            "https://bao.example/people",
            "https://bao.example/status/he-thong",
        ] {
            check(it, Ok(it));
        }
        check(" http://moh.gov.vn./tin#a ", Ok("http://moh.gov.vn/tin"));
    }

    #[test]
    fn a_profile_a_post_a_group_are_refused_each_with_its_reason() {
        use BadSource as Bad;
        for (text, why) in [
            ("https://www.facebook.com/nguyen.van.a", Bad::Profile),
            ("https://www.facebook.com./nguyen.van.a", Bad::Profile),
            ("https://facebook.com/profile.php?id=1000", Bad::Profile),
            ("https://www.facebook.com/botaichinh/", Bad::Profile),
            ("https://www.youtube.com/feeds/videos.xml?channel_id=x", Bad::Profile),
            ("https://zalo.me/so-y-te", Bad::Profile),
            ("https://x.com/a/status/1", Bad::Post),
            ("https://www.facebook.com/a/posts/1", Bad::Post),
            ("https://www.tiktok.com/@a/video/7", Bad::Post),
            ("https://youtu.be/watch?v=x", Bad::Post),
            ("https://t.me/kenh/12", Bad::Post),
            ("https://m.facebook.com/groups/abc", Bad::Group),
            ("https://t.me/+AbC", Bad::Group),
            ("https://t.me/joinchat/AbC", Bad::Group),
            ("https://zalo.me/g/abc", Bad::Group),
            ("https://chat.whatsapp.com/AbC", Bad::Group),
            ("https://discord.gg/abc", Bad::Group),
            ("https://www.facebook.com/", Bad::Platform),
            ("https://bit.ly/abc", Bad::ShortLink),
            ("https://fediverse.example/@ai_do", Bad::Profile),
            ("https://blog.example/%40ai_do/feed", Bad::Profile),
            ("https://truong.example/~ai_do/", Bad::Profile),
            ("https://dien-dan.example/threads/abc.12/", Bad::Forum),
            ("https://dien-dan.example/showthread.php?t=1", Bad::Forum),
            ("https://bao.example/tac-gia/abc-12.html", Bad::Author),
            ("https://bao.example/author/abc/feed/", Bad::Author),
            ("https://bao.example/?author=7", Bad::Author),
            ("https://bao.example/?to=https://x.com/a/status/1", Bad::Wrapped),
            ("https://web.archive.org/web/2024/https://www.facebook.com/a/posts/1", Bad::Wrapped),
        ] {
            check(text, Err(why));
        }
        assert_eq!(
            BadSource::Profile.to_string().split_once(". ").map(|it| it.0),
            Some("a personal profile or post is never a source: only publishers and institutions")
        );
    }

    #[test]
    fn what_is_no_public_address_is_refused() {
        use BadSource as Bad;
        for (text, why) in [
            ("", Bad::NotAnAddress),
            ("bao.example/rss", Bad::NotAnAddress),
            ("https://", Bad::NotAnAddress),
            ("ftp://bao.example/rss", Bad::NotWeb),
            ("javascript:alert(1)", Bad::NotWeb),
            ("https://a:b@bao.example/", Bad::Credentials),
            ("http://public.example@127.0.0.1/", Bad::Credentials),
            ("http://localhost./", Bad::NotPublic),
            ("http://2130706433/", Bad::NotPublic),
            ("http://0x7f.1/", Bad::NotPublic),
            ("http://[::1]/", Bad::NotPublic),
            ("http://192.0.2.7/feed", Bad::NotPublic),
            ("https://bao.example/?email=lan@gmail.com", Bad::PersonalData),
        ] {
            check(text, Err(why));
        }
        check(&format!("https://bao.example/{}", "a".repeat(2_000)), Err(Bad::TooLong));
    }

    #[test]
    fn whatever_is_no_evidence_is_no_source() {
        for it in SHORT.iter().chain(&ROOMS) {
            assert!(host::is_platform(it), "{it}");
            assert!(review::source_url(&format!("https://{it}/abc")).is_err(), "{it}");
        }
    }
}
