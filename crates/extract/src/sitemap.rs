//! Sitemaps: which pages a site lists, when each changed, and what news sitemaps tell beside.
//!
//! By the protocol of sitemaps.org with the news extension, as XML, as one address a line, or either
//! packed by gzip. Namespaces are not looked at: half of all news sitemaps have a wrong one. Whether
//! an address belongs to the site that lists it is for the caller to say.

use std::io::Read;

use kiemtin_core::lang::Lang;
use kiemtin_core::time::Timestamp;
use url::Url;

use crate::clean;
use crate::gunzip::open;
use crate::limits::{SITEMAP_ADDRESSES_MAX, SITEMAP_BYTES_MAX, TITLE_CHARS_MAX, URL_BYTES_MAX};
use crate::mend::mend_all;
use crate::problem::Problem;
use crate::xml::{self, Step, Xml};

/// What a sitemap lists: pages, or further sitemaps, in its own order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sitemap {
    /// The pages.
    pub pages: Vec<Listed>,
    /// The sitemaps, of a sitemap index.
    pub sitemaps: Vec<Nested>,
}

/// One page of a sitemap.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Its address.
    pub url: Url,
    /// When it last changed; a time without a zone is taken as Vietnam's.
    pub modified: Option<Timestamp>,
    /// What a news sitemap says of it.
    pub news: Option<News>,
}

/// One sitemap of a sitemap index.
#[derive(Clone, Debug, PartialEq)]
pub struct Nested {
    /// Its address.
    pub url: Url,
    /// When something in it last changed.
    pub modified: Option<Timestamp>,
}

/// What a news sitemap says of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The headline.
    pub title: Option<String>,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// Its language.
    pub lang: Option<Lang>,
}

/// Reads a sitemap. A damaged one gives what stands before the damage; what is wrong in one way at
/// many places is told once.
pub fn sitemap(bytes: &[u8]) -> (Sitemap, Vec<Problem>) {
    let mut reading = Reading::default();
    let unpacked = match unpacked(bytes) {
        Ok(it) => it,
        Err(problem) => return (Sitemap::default(), vec![problem]),
    };
    let bytes = unpacked.as_deref().unwrap_or(bytes);
    if SITEMAP_BYTES_MAX < bytes.len() {
        return (Sitemap::default(), vec![Problem::FileTooLarge { max: SITEMAP_BYTES_MAX }]);
    }
    let source = xml::source(bytes);
    if source.starts_with('<') {
        reading.elements(&source);
    } else {
        reading.lines(&source);
    }
    reading.finish()
}

/// The content of a gzip file, as far as the limit and one byte more; `None` if it is none.
pub(crate) fn unpacked(bytes: &[u8]) -> Result<Option<Vec<u8>>, Problem> {
    if !bytes.starts_with(b"\x1F\x8B") {
        return Ok(None);
    }
    let mut res = Vec::new();
    let limit = SITEMAP_BYTES_MAX as u64 + 1;
    let read = open(bytes).and_then(|it| it.take(limit).read_to_end(&mut res));
    match read {
        // A file cut short is read as far as it goes.
        Err(err) if res.is_empty() => Err(Problem::Broken(err.to_string())),
        _ => Ok(Some(res)),
    }
}

#[derive(Default)]
struct Reading {
    found: Sitemap,
    problems: Vec<Problem>,
    is_sitemap: bool,
    is_full: bool,
    raw: Raw,
}

/// The texts of the entry that is being read.
#[derive(Default)]
struct Raw {
    url: String,
    modified: String,
    title: String,
    published: String,
    lang: String,
    is_news: bool,
}

impl Reading {
    fn elements(&mut self, source: &str) {
        let mut xml = Xml::new(source);
        while !self.is_full {
            let step = match xml.step() {
                Ok(Some(it)) => it,
                Ok(None) => return,
                Err(why) => return self.note(Problem::BadSitemap { why }),
            };
            let path: Vec<&str> = xml.path().iter().rev().take(3).map(|it| &**it).collect();
            match (step, path.as_slice()) {
                (Step::Open(_), ["urlset" | "sitemapindex"]) => self.is_sitemap = true,
                (Step::Open(_), ["url" | "sitemap", ..]) => self.raw = Raw::default(),
                (Step::Open(_), ["news", "url", ..]) => self.raw.is_news = true,
                (Step::Text(it), path) => self.raw.text(path, &it),
                (Step::Close, [kind @ ("url" | "sitemap"), ..]) => self.entry(*kind == "url"),
                _ => {}
            }
        }
    }

    fn lines(&mut self, source: &str) {
        for line in source.lines().map(str::trim).filter(|it| !it.is_empty()) {
            if self.is_full {
                return;
            }
            self.raw.url = line.to_owned();
            self.entry(true);
        }
    }

    /// Takes the entry that was read, if there is room.
    fn entry(&mut self, is_page: bool) {
        let raw = std::mem::take(&mut self.raw);
        if SITEMAP_ADDRESSES_MAX <= self.found.pages.len() + self.found.sitemaps.len() {
            self.is_full = true;
            return self.note(Problem::TooMany { max: SITEMAP_ADDRESSES_MAX });
        }
        let Some(url) = clean::web_url(&raw.url, None) else {
            return self.note(Problem::LinkDropped);
        };
        self.is_sitemap = true;
        let modified = self.time(&raw.modified);
        if !is_page {
            return self.found.sitemaps.push(Nested { url, modified });
        }
        let news = raw.is_news.then(|| News {
            title: clean::line(&xml::unescaped(&raw.title)),
            published: self.time(&raw.published),
            lang: Lang::from_tag(raw.lang.trim()),
        });
        self.found.pages.push(Listed { url, modified, news });
    }

    /// A time; a year or month alone is allowed, and too little to know when something changed.
    fn time(&mut self, text: &str) -> Option<Timestamp> {
        let text = text.trim();
        let found = clean::time(text);
        let is_month = matches!(text.len(), 4 | 7)
            && text
                .bytes()
                .enumerate()
                .all(|(idx, it)| it.is_ascii_digit() || (idx == 4 && it == b'-'));
        if found.is_none() && !text.is_empty() && !is_month {
            self.note(Problem::BadDate);
        }
        found
    }

    fn note(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    fn finish(mut self) -> (Sitemap, Vec<Problem>) {
        let news = self.found.pages.iter_mut().filter_map(|it| it.news.as_mut());
        let mut titles: Vec<&mut String> = news.filter_map(|it| it.title.as_mut()).collect();
        self.problems.extend(mend_all(&mut titles));
        if !self.is_sitemap {
            return (Sitemap::default(), vec![Problem::NotASitemap]);
        }
        (self.found, self.problems)
    }
}

impl Raw {
    /// A piece of text and the names around it, innermost first. Pictures and films have addresses
    /// and titles too, so the parent counts.
    fn text(&mut self, path: &[&str], piece: &str) {
        let (field, max) = match path {
            ["loc", "url" | "sitemap", ..] => (&mut self.url, URL_BYTES_MAX + 1),
            ["lastmod", "url" | "sitemap", ..] => (&mut self.modified, DATE_BYTES_MAX),
            ["title", "news", ..] => (&mut self.title, TITLE_CHARS_MAX * 4),
            ["publication_date", "news", ..] => (&mut self.published, DATE_BYTES_MAX),
            ["language", "publication", "news"] => (&mut self.lang, DATE_BYTES_MAX),
            _ => return,
        };
        // Cut over the limit: an address is then refused, and a title cut again where it is cleaned.
        let room = max.saturating_sub(field.len());
        let piece = if field.is_empty() { piece.trim_start() } else { piece };
        field.push_str(&piece[..piece.floor_char_boundary(room)]);
    }
}

/// Bytes of a date, and of the name of a language.
const DATE_BYTES_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<Timestamp> {
        Some(Timestamp::parse(text).expect("the test's own time"))
    }

    #[test]
    fn a_news_sitemap_tells_pages_times_and_headlines() {
        let (map, problems) = sitemap(
            "<?xml version='1.0' encoding='UTF-8'?>\n<urlset xmlns:n='http://wrong.example/'>\n\
             <url><loc> https://bao.example/a-1.html?x=1&amp;y=2 </loc>\n\
             <lastmod>2026-11-01T09:00+07:00</lastmod>\n\
             <image:image><image:loc>https://anh.example/1.jpg</image:loc>\n\
             <image:title>Ảnh</image:title></image:image>\n\
             <n:news><n:publication><n:name>Báo</n:name><n:language>vi</n:language></n:publication>\n\
             <n:publication_date>2026-11-01T08:00:00Z</n:publication_date>\n\
             <n:title><![CDATA[Mưa &amp; gió]]> lớn</n:title></n:news></url>\n\
             <url><loc>https://bao.example/b</loc><lastmod>2026-11</lastmod></url>\n\
             <url><loc>https://bao.example/c</loc><lastmod>hôm qua</lastmod></url>\n\
             <url><loc>javascript:alert(1)</loc></url><url/><URL><LOC>https://bao.example/d</LOC></URL>\n\
             </urlset>"
                .as_bytes(),
        );
        let first = &map.pages[0];
        assert_eq!(first.url.as_str(), "https://bao.example/a-1.html?x=1&y=2");
        assert_eq!(first.modified, at("2026-11-01T02:00:00Z"));
        let news = first.news.as_ref().expect("news");
        assert_eq!(news.title.as_deref(), Some("Mưa & gió lớn"));
        assert_eq!((news.published, news.lang), (at("2026-11-01T08:00:00Z"), Some(Lang::Vi)));
        let rest: Vec<_> = map.pages[1..].iter().map(|it| (it.url.path(), it.modified)).collect();
        assert_eq!(rest, [("/b", None), ("/c", None), ("/d", None)]);
        assert_eq!(problems, [Problem::BadDate, Problem::LinkDropped]);
        assert!(problems.iter().all(Problem::is_note));
    }

    #[test]
    fn an_index_names_sitemaps_and_a_text_one_address_a_line() {
        let (map, problems) = sitemap(
            b"\xEF\xBB\xBF<sitemapindex><sitemap><loc>https://bao.example/1.xml.gz</loc>\
            <lastmod>2026-11-01</lastmod></sitemap></sitemapindex>",
        );
        assert_eq!((map.pages.len(), map.sitemaps.len(), problems.len()), (0, 1, 0));
        assert_eq!(map.sitemaps[0].modified, at("2026-10-31T17:00:00Z"));
        let (map, problems) = sitemap(b"https://bao.example/a\r\n\r\nhttps://bao.example/b\nno\n");
        assert_eq!((map.pages.len(), problems), (2, vec![Problem::LinkDropped]));
    }

    #[test]
    fn a_packed_one_is_unpacked_and_one_in_utf_16_is_read() {
        let xml = "<urlset><url><loc>https://bao.example/a</loc></url></urlset>";
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packed, xml.as_bytes()).expect("memory");
        let packed = packed.finish().expect("memory");
        assert_eq!(sitemap(&packed).0.pages.len(), 1);
        assert!(matches!(
            sitemap(&packed[..11]).1[..],
            [Problem::Broken(_) | Problem::NotASitemap]
        ));
        let wide: Vec<u8> = xml.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(sitemap(&wide).0.pages.len(), 1);
    }

    #[test]
    fn what_is_no_sitemap_is_told_and_what_is_damaged_read_to_the_damage() {
        for text in ["", "<html><body>404</body></html>", "<rss/>", "not found", "{\"a\":1}", "<"] {
            let (map, problems) = sitemap(text.as_bytes());
            assert_eq!((map, problems), (Sitemap::default(), vec![Problem::NotASitemap]), "{text}");
        }
        assert_eq!(sitemap(b"<urlset></urlset>"), (Sitemap::default(), Vec::new()));
        let cut = b"<urlset><url><loc>https://a.example/a</loc></url><url><loc>https://a.exa<";
        let (map, problems) = sitemap(cut);
        assert_eq!(map.pages.len(), 1);
        assert!(matches!(problems[..], [Problem::BadSitemap { .. }]), "{problems:?}");
    }

    #[test]
    fn every_cut_of_a_sitemap_and_hostile_ones_end() {
        let xml = "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><urlset><url><loc>https://a.example/\
            &a;&amp;</loc><news:news><news:title>ă&#x1F600;</news:title></news:news></url></urlset>";
        (0..xml.len()).for_each(|it| drop(sitemap(&xml.as_bytes()[..it])));
        let loc =
            format!("<urlset><url><loc>https://a.example/{}</loc></url>", "a".repeat(5_000_000));
        assert_eq!(sitemap(loc.as_bytes()).1, [Problem::LinkDropped]);
        let deep = format!("<urlset>{}", "<url><loc>".repeat(100_000));
        assert_eq!(sitemap(deep.as_bytes()).0.pages, []);
        let many = format!("<urlset>{}", "<url><loc>http://a.example/</loc></url>".repeat(50_001));
        let (map, problems) = sitemap(many.as_bytes());
        assert_eq!(map.pages.len(), SITEMAP_ADDRESSES_MAX);
        assert_eq!(problems, [Problem::TooMany { max: SITEMAP_ADDRESSES_MAX }]);
        let large = vec![b' '; SITEMAP_BYTES_MAX + 1];
        assert_eq!(sitemap(&large).1, [Problem::FileTooLarge { max: SITEMAP_BYTES_MAX }]);
    }
}
