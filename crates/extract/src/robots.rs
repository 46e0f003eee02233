//! The rules that a site gives to crawlers: `robots.txt` (RFC 9309), with the delay and the
//! sitemaps that most readers of it understand beside.
//!
//! Written here because the crates that read it compile each rule to a pattern machine: half a
//! megabyte of rules then takes a minute. Here a rule is a row of pieces, looked for one after
//! another, so an address is held against all rules in the time of reading them.

use std::time::Duration;

use kiemtin_core::source::octets::{SPECIAL, comparable};
use url::Url;

use crate::clean;
use crate::limits::{CRAWL_DELAY_MAX, ROBOTS_BYTES_MAX, ROBOTS_SITEMAPS_MAX};

/// What one crawler may read of one site.
#[derive(Clone, Debug, PartialEq)]
pub struct Robots {
    /// The longest rule first; of two as long, the one that allows (section 2.2.2).
    rules: Vec<Rule>,
    delay: Option<Duration>,
    sitemaps: Vec<Url>,
}

#[derive(Clone, Debug, PartialEq)]
struct Rule {
    allows: bool,
    /// Octets as written: the longest rule counts.
    n_octets: usize,
    /// What stands between the stars.
    pieces: Vec<String>,
    /// Whether the last piece stands at the end of the address.
    is_anchored: bool,
}

impl Robots {
    /// What to make of an answer (sections 2.3.1.2 to 2.3.1.4): a file that is not there forbids
    /// nothing, a server that cannot answer forbids all (`None`). "Too many requests" is such an
    /// answer: the standard counts it with the first, and to read on would be rude.
    pub fn answered(status: u16, bytes: &[u8], agent: &str) -> Option<Self> {
        match status {
            200..=299 => Some(Self::parse(bytes, agent)),
            400..=499 if status != 429 => Some(Self::all_allowed()),
            _ => None,
        }
    }

    /// A site without rules.
    pub fn all_allowed() -> Self {
        Self { rules: Vec::new(), delay: None, sitemaps: Vec::new() }
    }

    /// Reads the rules for a crawler, named by its product token (`kiemtin`) or by its whole user
    /// agent line. Never fails: what is no rule is no rule. Over [`ROBOTS_BYTES_MAX`] nothing is
    /// read, and a line cut there neither.
    pub fn parse(bytes: &[u8], agent: &str) -> Self {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let bytes = match bytes.get(..ROBOTS_BYTES_MAX) {
            Some(head) => {
                let end = head.iter().rposition(|it| matches!(it, b'\n' | b'\r'));
                &head[..end.unwrap_or(0)]
            }
            None => bytes,
        };
        let text = String::from_utf8_lossy(bytes);
        let mut reading = Reading::new(product_token(agent));
        text.split(['\n', '\r']).for_each(|it| reading.line(it));
        reading.finish()
    }

    /// Whether an address may be read. The rules themselves always may (section 2.2.2).
    pub fn allows(&self, url: &Url) -> bool {
        if url.path() == "/robots.txt" {
            return true;
        }
        let mut path = url.path().to_owned();
        if let Some(query) = url.query() {
            path.push('?');
            path.push_str(query);
        }
        let path = comparable(&path, SPECIAL);
        self.rules.iter().find(|it| it.is_for(&path)).is_none_or(|it| it.allows)
    }

    /// How long to wait between two questions, at most [`CRAWL_DELAY_MAX`].
    pub fn delay(&self) -> Option<Duration> {
        self.delay
    }

    /// The sitemaps that are named, whoever is asked.
    pub fn sitemaps(&self) -> &[Url] {
        &self.sitemaps
    }
}

/// What is meant for us by our name, and what for everybody.
struct Reading<'a> {
    agent: &'a str,
    /// Whom the group speaks to that is being read: us, everybody.
    speaks_to: [bool; 2],
    in_rules: bool,
    is_named: bool,
    rules: [Vec<Rule>; 2],
    delay: [Option<Duration>; 2],
    sitemaps: Vec<Url>,
}

const US: usize = 0;
const ALL: usize = 1;

impl<'a> Reading<'a> {
    fn new(agent: &'a str) -> Self {
        Self {
            agent,
            speaks_to: [false; 2],
            in_rules: false,
            is_named: false,
            rules: [Vec::new(), Vec::new()],
            delay: [None; 2],
            sitemaps: Vec::new(),
        }
    }

    fn line(&mut self, line: &str) {
        let line = line.split('#').next().unwrap_or_default();
        let Some((name, value)) = line.split_once(':') else {
            return;
        };
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "user-agent" | "useragent" | "user agent" => self.user_agent(value),
            "allow" => self.rule(true, value),
            // Spelt wrongly it still says what somebody does not want.
            "disallow" | "dissallow" | "dissalow" | "disalow" | "diasllow" | "disallaw" => {
                self.rule(false, value);
            }
            // Neither of these ends a group (section 2.2.4).
            "crawl-delay" => {
                let delay = seconds(value);
                for (idx, _) in self.speaks_to.iter().enumerate().filter(|(_, it)| **it) {
                    self.delay[idx] = self.delay[idx].max(delay);
                }
            }
            "sitemap" if self.sitemaps.len() < ROBOTS_SITEMAPS_MAX => {
                let url = clean::web_url(value, None).filter(|it| !self.sitemaps.contains(it));
                self.sitemaps.extend(url);
            }
            _ => {}
        }
    }

    fn user_agent(&mut self, value: &str) {
        if std::mem::take(&mut self.in_rules) {
            self.speaks_to = [false; 2];
        }
        let is_all = value
            .strip_prefix('*')
            .is_some_and(|it| !it.starts_with(|it: char| !it.is_whitespace()));
        let token = product_token(value);
        let is_us = !token.is_empty() && token.eq_ignore_ascii_case(self.agent);
        self.speaks_to[US] |= is_us;
        self.speaks_to[ALL] |= is_all;
        self.is_named |= is_us;
    }

    fn rule(&mut self, allows: bool, value: &str) {
        self.in_rules = true;
        if self.speaks_to == [false; 2] {
            return;
        }
        let Some(rule) = Rule::parse(allows, value) else { return };
        for (idx, _) in self.speaks_to.iter().enumerate().filter(|(_, it)| **it) {
            self.rules[idx].push(rule.clone());
        }
    }

    /// A group of ours, even one without rules, stands in for that of everybody.
    fn finish(self) -> Robots {
        let [of_us, of_all] = self.rules;
        let (mut rules, delay) = match self.is_named {
            true => (of_us, self.delay[US]),
            false => (of_all, self.delay[ALL]),
        };
        rules.sort_by_key(|it| (std::cmp::Reverse(it.n_octets), !it.allows));
        Robots { rules, delay, sitemaps: self.sitemaps }
    }
}

impl Rule {
    /// `None` for a rule without a path: it forbids or allows nothing.
    fn parse(allows: bool, value: &str) -> Option<Self> {
        if !value.starts_with(['/', '*']) {
            return None;
        }
        let value = comparable(value, b"");
        let n_octets = value.len();
        let (value, is_anchored) = match value.strip_suffix('$') {
            Some(it) => (it, true),
            None => (value.as_str(), false),
        };
        // A `$` elsewhere is a sign like others.
        let value = value.replace('$', "%24");
        let ends_open = value.ends_with('*');
        let mut pieces: Vec<String> = Vec::new();
        for (idx, piece) in value.split('*').enumerate() {
            if idx == 0 || !piece.is_empty() {
                pieces.push(piece.to_owned());
            }
        }
        Some(Self { allows, n_octets, pieces, is_anchored: is_anchored && !ends_open })
    }

    fn is_for(&self, path: &str) -> bool {
        let Some((first, rest)) = self.pieces.split_first() else { return false };
        let Some(mut left) = path.strip_prefix(first.as_str()) else { return false };
        let Some((last, between)) = rest.split_last() else {
            return !self.is_anchored || left.is_empty();
        };
        // The first place of each piece leaves the most for those that follow.
        for piece in between {
            let Some(at) = left.find(piece.as_str()) else { return false };
            left = &left[at + piece.len()..];
        }
        if self.is_anchored { left.ends_with(last.as_str()) } else { left.contains(last.as_str()) }
    }
}

/// The letters, `-` and `_` that a user agent begins with (section 2.2.1).
fn product_token(agent: &str) -> &str {
    let agent = agent.trim_start();
    let is_of_token = |it: char| it.is_ascii_alphabetic() || matches!(it, '-' | '_');
    &agent[..agent.find(|it| !is_of_token(it)).unwrap_or(agent.len())]
}

fn seconds(value: &str) -> Option<Duration> {
    let n: f64 = value.replace(',', ".").parse().ok()?;
    let is_time = n.is_finite() && 0.0 < n;
    is_time.then(|| Duration::from_secs_f64(n.min(CRAWL_DELAY_MAX.as_secs_f64())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> Url {
        Url::parse(&format!("https://bao.example{path}")).expect("the test's own path")
    }

    #[track_caller]
    fn check(robots: &str, agent: &str, allowed: &[&str], forbidden: &[&str]) {
        let rules = Robots::parse(robots.as_bytes(), agent);
        for it in allowed {
            assert!(rules.allows(&url(it)), "{agent} may not read {it}: {rules:?}");
        }
        for it in forbidden {
            assert!(!rules.allows(&url(it)), "{agent} may read {it}: {rules:?}");
        }
    }

    /// In the shape of the standard's example (section 5.1).
    const GROUPS: &str = "User-Agent: *\nDisallow: *.pdf$\nDisallow: /nhap/\nAllow: /tin/\n\n\
        User-Agent: docbot\nDisallow:/\nAllow:/nhap/trang.html\nAllow:/nhap/duoc.pdf\n\n\
        User-Agent: timbot\nUser-Agent: locbot\nDisallow: /nhap/trang.html\n\nUser-Agent: yenbot\n";

    #[test]
    fn each_crawler_reads_its_own_group_or_that_of_all() {
        let all = ["/", "/nhap", "/tin/a", "/a.pdf?x=1"];
        check(GROUPS, "kiemtin", &all, &["/a.pdf", "/tin/a.pdf", "/nhap/", "/nhap/trang.html"]);
        check(
            GROUPS,
            "docbot",
            &["/nhap/trang.html", "/nhap/duoc.pdf"],
            &["/", "/tin/a", "/nhap/b"],
        );
        check(
            GROUPS,
            "LocBot/2.1 (+https://x.example)",
            &["/a.pdf", "/nhap/"],
            &["/nhap/trang.html"],
        );
        check(GROUPS, "timbot", &["/"], &["/nhap/trang.html"]);
        check(GROUPS, "yenbot", &["/a.pdf", "/nhap/trang.html"], &[]);
        let two = "user-agent: KIEMTIN/2.0\r\ndisallow: /a\r\rUser-Agent: x\rAllow: /\r\n\
            USER-AGENT: kiemtin\nDISALLOW: /b # chưa xong";
        check(two, "kiemtin", &["/c"], &["/a", "/b"]);
        check("User-agent: kiemtinbot\nDisallow: /", "kiemtin", &["/a"], &[]);
        check("Disallow: /\nUser-agent: *\nAllow: /a", "kiemtin", &["/b"], &[]);
    }

    #[test]
    fn the_longest_rule_wins_and_of_two_as_long_the_one_that_allows() {
        // In the shape of the standard's example (section 5.2).
        let longest = "User-agent: *\nAllow: /vd/trang/\nDisallow: /vd/trang/kin.gif\n";
        check(longest, "kiemtin", &["/vd/trang/", "/vd/trang/mo.gif"], &["/vd/trang/kin.gif"]);
        check("User-agent: *\nDisallow: /a\nAllow: /a", "kiemtin", &["/a"], &[]);
        check("User-agent: *\nDisallow: /\nAllow: /$", "kiemtin", &["/"], &["/a", "/?a"]);
        check("User-agent: *\nDisallow: /", "kiemtin", &["/robots.txt"], &["/robots.txt.gz"]);
        check("User-agent: *\nDisallow:\nDisallow: a\nDisallow", "kiemtin", &["/", "/a"], &[]);
    }

    #[test]
    fn stars_and_ends_and_spellings_are_understood() {
        let stars = "User-agent: * \nDisallow: /*/in/*.html$\nDisallow: /a*b*c\nDisallow: /x*$\n";
        let read = ["/in/a.html", "/tin/in/a.html?x", "/acb", "/y/x"];
        check(
            stars,
            "kiemtin",
            &read,
            &["/tin/in/a.html", "/t/in/.html", "/abc", "/a-b-c-d", "/x/y"],
        );
        for (rule, address) in [
            ("/tin/ăn", "/tin/%c4%83n-toi"),
            ("/tin/%c4%83n", "/tin/ăn-tỏi"),
            ("/%74in/%62%61", "/tin/ba"),
            ("/tep-%2A.html", "/tep-*.html"),
            ("/gia-%24$", "/gia-$"),
            ("/gia$tien", "/gia$tien"),
            ("/tim?q=", "/tim?q=a%20b"),
        ] {
            check(&format!("User-agent: *\nDisallow: {rule}"), "kiemtin", &["/"], &[address]);
        }
        check("User-agent: *\nDisallow: /tep-%2A.html", "kiemtin", &["/tep-a.html"], &[]);
        check("\u{FEFF}User-agent: *\nDissallow: /a", "kiemtin", &["/b"], &["/a"]);
    }

    #[test]
    fn the_delay_and_the_sitemaps_end_no_group() {
        let text = b"Sitemap: https://bao.example/a.xml\nUser-agent: x\nCrawl-delay: 30\n\
            User-agent: *\nCrawl-delay: 2.5\nSitemap: https://bao.example/a.xml\n\
            Sitemap: javascript:alert(1)\nDisallow: /a\nSitemap: http://bao.example/b.xml.gz";
        let of = |agent| Robots::parse(text, agent);
        assert_eq!(of("kiemtin").delay(), Some(Duration::from_millis(2_500)));
        assert_eq!(of("x").delay(), Some(Duration::from_secs(30)));
        assert!(!of("x").allows(&url("/a")), "one group of two names");
        let robots = of("kiemtin");
        let sitemaps: Vec<&str> = robots.sitemaps().iter().map(Url::as_str).collect();
        assert_eq!(sitemaps, ["https://bao.example/a.xml", "http://bao.example/b.xml.gz"]);
        let delay = |it: &str| {
            Robots::parse(format!("User-agent: *\nCrawl-delay: {it}").as_bytes(), "kiemtin").delay()
        };
        assert_eq!(
            (delay("1e300"), delay("86400")),
            (Some(CRAWL_DELAY_MAX), Some(CRAWL_DELAY_MAX))
        );
        for odd in ["0", "-1", "1e400", "inf", "NaN", "soon", ""] {
            assert_eq!(delay(odd), None, "{odd}");
        }
    }

    #[test]
    fn an_answer_that_is_none_allows_all_or_nothing() {
        let may = |status| {
            let answered = Robots::answered(status, b"User-agent: *\nDisallow: /a", "kiemtin");
            answered.is_some_and(|it| it.allows(&url("/b")))
        };
        let statuses = [200, 404, 403, 401, 410, 429, 500, 503, 301, 0];
        let expected = [true, true, true, true, true, false, false, false, false, false];
        assert_eq!(statuses.map(may), expected);
    }

    #[test]
    fn hostile_rules_take_the_time_of_reading_them() {
        let stars = format!("User-agent: *\nDisallow: /{}x$\nDisallow: /b", "*".repeat(100_000));
        check(&stars, "kiemtin", &["/aaa"], &["/aax", "/b"]);
        let many = format!("User-agent: *\nDisallow: /{}x\n", "*a".repeat(100_000));
        check(&many, "kiemtin", &[&format!("/{}", "a".repeat(50_000))], &[]);
        let rules = format!("User-agent: *\n{}", "Disallow: /a*b$\n".repeat(30_000));
        check(&rules, "kiemtin", &[&format!("/{}", "a".repeat(2_000))], &["/ab"]);
        let line = format!("User-agent: *\nDisallow: /b\nDisallow: /{}", "x".repeat(10_000_000));
        check(&line, "kiemtin", &["/x"], &["/b"]);
        let late = format!("{}User-agent: *\nDisallow: /a\n", "# x\n".repeat(124_000));
        check(&late, "kiemtin", &[], &["/a"]);
        let cut = format!("{}Disallow: /abc", "User-agent: *\n".repeat(ROBOTS_BYTES_MAX / 14));
        check(&cut, "kiemtin", &["/a", "/abc"], &[]);
        for bytes in [b"\0\xFF:\xFE".as_slice(), b":", b"", b"\xEF\xBB\xBF", &[b'*'; 1000]] {
            assert!(Robots::parse(bytes, "").allows(&url("/")));
        }
    }
}
