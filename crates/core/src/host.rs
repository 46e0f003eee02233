//! Host names: when two belong to one publisher, and which are platforms where people post.
//!
//! Not here: which hosts a desk lists as publishers (`message::Publishers`).

/// Platforms where people post, and services that hide where an address leads: what stands there is
/// somebody's post or profile, or could be.
const PLATFORMS: [&str; 62] = [
    "facebook.com",
    "fb.com",
    "fb.me",
    "fb.gg",
    "fb.watch",
    "m.me",
    "messenger.com",
    "instagram.com",
    "instagr.am",
    "threads.net",
    "threads.com",
    "twitter.com",
    "x.com",
    "t.co",
    "tiktok.com",
    "zalo.me",
    "zaloapp.com",
    "t.me",
    "telegram.me",
    "wa.me",
    "whatsapp.com",
    "viber.com",
    "line.me",
    "discord.gg",
    "discord.com",
    "youtube.com",
    "youtu.be",
    "linkedin.com",
    "lnkd.in",
    "reddit.com",
    "redd.it",
    "weibo.com",
    "vk.com",
    "snapchat.com",
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
    "tumblr.com",
    "pinterest.com",
    "bsky.app",
    "mastodon.social",
    "truthsocial.com",
    "weixin.qq.com",
    "douyin.com",
    "gapo.vn",
    "gapo.com.vn",
    "lotus.vn",
    "zingme.vn",
    "signal.me",
    "signal.group",
    "quora.com",
];
/// Services where anybody has pages of their own under one domain: whose they are cannot be told from
/// the address, and two of them are not one publisher.
const SHARED: [&str; 20] = [
    "blogspot.com",
    "wordpress.com",
    "substack.com",
    "medium.com",
    "github.io",
    "gitlab.io",
    "wixsite.com",
    "weebly.com",
    "livejournal.com",
    "ghost.io",
    "beehiiv.com",
    "blogger.com",
    "typepad.com",
    "pages.dev",
    "netlify.app",
    "vercel.app",
    "web.app",
    "sites.google.com",
    "notion.site",
    "feedburner.com",
];
/// Labels under which a country registers names of a kind, as in `gov.vn` and `org.uk`.
const SECOND_LABELS: [&str; 24] = [
    "com", "co", "gov", "go", "gob", "gouv", "govt", "gub", "edu", "ac", "sch", "org", "or", "net",
    "ne", "mil", "int", "info", "health", "name", "biz", "pro", "nhs", "police",
];

/// The domain that somebody registered: two hosts under one are one publisher. It is the last two
/// labels, or three under a country's second label: `a.who.int` is `who.int`, `soyte.hanoi.gov.vn`
/// is `hanoi.gov.vn`.
pub fn publisher(host: &str) -> String {
    let host = host.trim_end_matches('.').to_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    let is_address = labels.iter().all(|it| it.parse::<u8>().is_ok());
    let n_kept = match labels.as_slice() {
        [.., second, top] if top.len() == 2 && SECOND_LABELS.contains(second) => 3,
        _ => 2,
    };
    if is_address { host } else { labels[labels.len().saturating_sub(n_kept)..].join(".") }
}

/// Whether a host, however it is dressed, is one of the platforms where people post.
pub fn is_platform(host: &str) -> bool {
    lies_in(host, &PLATFORMS)
}

/// Whether a host is one of those under which anybody has pages.
pub fn is_shared(host: &str) -> bool {
    lies_in(host, &SHARED)
}

fn lies_in(host: &str, domains: &[&str]) -> bool {
    let host = host.trim_end_matches('.').to_lowercase();
    let is_under =
        |it: &&str| host.strip_suffix(*it).is_some_and(|it| it.is_empty() || it.ends_with('.'));
    domains.iter().any(is_under)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_anybody_can_have_are_known() {
        for host in ["somebody.blogspot.com", "WordPress.com.", "a.b.github.io"] {
            assert!(is_shared(host), "{host}");
        }
        for host in ["github.com", "myblogspot.com", "wordpress.com.vn", "who.int"] {
            assert!(!is_shared(host), "{host}");
        }
    }

    #[test]
    fn hosts_of_one_registered_domain_are_one_publisher() {
        for (host, expected) in [
            ("who.int", "who.int"),
            ("www.who.int.", "who.int"),
            ("m.VnExpress.net", "vnexpress.net"),
            ("video.vnexpress.net", "vnexpress.net"),
            ("soyte.hanoi.gov.vn", "hanoi.gov.vn"),
            ("moh.gov.vn", "moh.gov.vn"),
            ("www.dantri.com.vn", "dantri.com.vn"),
            ("tuoitre.vn", "tuoitre.vn"),
            ("news.bbc.co.uk", "bbc.co.uk"),
            ("fullfact.org", "fullfact.org"),
            ("192.0.2.7", "192.0.2.7"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(publisher(host), expected, "{host}");
        }
        assert_ne!(publisher("moh.gov.vn"), publisher("vncdc.gov.vn"));
    }

    #[test]
    fn a_platform_is_one_in_any_dress() {
        for host in
            ["facebook.com", "www.facebook.com.", "M.Facebook.com", "x.com", "vm.tiktok.com"]
        {
            assert!(is_platform(host), "{host}");
        }
        for host in ["who.int", "notfacebook.com", "facebook.com.example", "netflix.com"] {
            assert!(!is_platform(host), "{host}");
        }
    }
}
