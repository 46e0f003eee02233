//! Web addresses in what a reader pastes: which pages a text names, in which spellings such an
//! address may have been written down, and what of its words is worth looking for.
//!
//! Nothing is fetched. Not here: which address may be kept (`message`) or be evidence (`review`).

use url::Url;

use crate::message::{URL_BYTES_MAX, is_tracking};

/// Addresses looked at in one text: a forwarded message names one or two.
pub const LINKS_MAX: usize = 3;
/// A text with fewer words beside its addresses says nothing that could be compared.
const WORDS_BESIDE_MIN: usize = 4;
/// Hosts of one site that show the same page: on a computer, on a telephone.
const SITE_PREFIXES: [&str; 3] = ["", "www.", "m."];

/// What a text has of addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// The addresses, at most [`LINKS_MAX`].
    pub links: Vec<Url>,
    /// The words that stand beside them.
    pub beside: String,
}

impl Pasted {
    /// Takes a text apart.
    pub fn read(text: &str) -> Self {
        let (mut links, mut beside) = (Vec::new(), Vec::new());
        for piece in text.split_whitespace() {
            match link(piece) {
                Some(url) if links.len() < LINKS_MAX => links.push(url),
                Some(_) => {}
                None => beside.push(piece),
            }
        }
        Self { links, beside: beside.join(" ") }
    }

    /// Whether the text is an address and nothing that could be compared.
    pub fn is_bare(&self) -> bool {
        let is_word = |it: &&str| it.chars().any(char::is_alphanumeric);
        let n_words = self.beside.split_whitespace().filter(is_word).count();
        !self.links.is_empty() && n_words < WORDS_BESIDE_MIN
    }

    /// What is left to compare when the text is bare: the words beside the addresses, and those that
    /// the addresses are made of, as in `/toi-khong-phong-duoc-benh-4073.html`.
    pub fn words(&self) -> String {
        let mut words: Vec<&str> = self.beside.split_whitespace().collect();
        words.extend(self.links.iter().flat_map(path_words));
        words.join(" ")
    }

    /// Every spelling under which one of the pages may have been written down.
    pub fn spellings(&self) -> Vec<String> {
        let mut all: Vec<String> = self.links.iter().flat_map(spellings).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// The address without its fragment and without what only says where a reader came from. The rest
/// of the query stays letter for letter: some sites take no other spelling of it.
pub fn without_tracking(mut url: Url) -> Url {
    url.set_fragment(None);
    let Some(query) = url.query() else { return url };
    let is_kept = |it: &&str| {
        let name = url::form_urlencoded::parse(it.as_bytes()).next().map(|(name, _)| name);
        name.is_none_or(|it| !is_tracking(&it))
    };
    let kept: Vec<&str> = query.split('&').filter(is_kept).collect();
    let kept = Some(kept.join("&")).filter(|it| !it.is_empty());
    url.set_query(kept.as_deref());
    url
}

/// A piece of a text as an address: with its scheme, or as people type it (`who.int/news`).
fn link(piece: &str) -> Option<Url> {
    let piece = piece.trim_matches(|it: char| "()[]<>{}\"'“”‘’«».,;:!?…".contains(it));
    if URL_BYTES_MAX < piece.len() {
        return None;
    }
    let has_scheme = ["http://", "https://"]
        .iter()
        .any(|it| piece.get(..it.len()).is_some_and(|start| start.eq_ignore_ascii_case(it)));
    // Most pieces are words. `xong.Ông` is the end of a sentence, and no address either.
    let is_typed = piece.is_ascii() && (piece.contains('/') || piece.starts_with("www."));
    let url = match has_scheme {
        true => Url::parse(piece).ok()?,
        false if is_typed => Url::parse(&format!("https://{piece}")).ok()?,
        false => return None,
    };
    let host = url.host_str()?.trim_end_matches('.');
    // `1.11/2026` and `127.0.0.1` end in digits.
    let is_web = host.rsplit_once('.').is_some_and(|(_, top)| {
        2 <= top.len() && top.bytes().all(|it| it.is_ascii_alphabetic() || it == b'-')
    });
    let names_user = !url.username().is_empty() || url.password().is_some();
    (is_web && !names_user).then_some(url)
}

fn spellings(url: &Url) -> Vec<String> {
    let Some(host) = url.host_str() else { return Vec::new() };
    let host = host.trim_end_matches('.');
    let bare = SITE_PREFIXES.iter().rev().find_map(|it| host.strip_prefix(*it)).unwrap_or(host);
    let kept: Vec<(String, String)> =
        url.query_pairs().filter(|(name, _)| !is_tracking(name)).map(owned).collect();
    let path = url.path().trim_end_matches('/');
    let mut all = Vec::new();
    for scheme in ["https", "http"] {
        for prefix in SITE_PREFIXES {
            for slash in ["", "/"] {
                let page = format!("{scheme}://{prefix}{bare}{path}{slash}");
                let Ok(mut page) = Url::parse(&page) else { continue };
                all.push(page.to_string());
                if !kept.is_empty() {
                    page.query_pairs_mut().extend_pairs(&kept);
                    all.push(page.to_string());
                }
            }
        }
    }
    all
}

fn owned((name, value): (impl Into<String>, impl Into<String>)) -> (String, String) {
    (name.into(), value.into())
}

/// The words of a path: letters only, since numbers there are counters of the site.
fn path_words(url: &Url) -> impl Iterator<Item = &str> {
    let path = url.path();
    let path = path.rsplit_once('.').map_or(path, |(words, _)| words);
    // An encoded part would have to be decoded; sites write their titles without diacritics.
    let parts = path.split('/').filter(|it| !it.contains('%'));
    let words = parts.flat_map(|it| it.split(|it: char| !it.is_ascii_alphanumeric()));
    words.filter(|it| !it.is_empty() && !it.bytes().any(|it| it.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelt(text: &str) -> Vec<String> {
        Pasted::read(text).spellings()
    }

    #[track_caller]
    fn same_page(typed: &str, kept: &str) {
        assert!(spelt(typed).iter().any(|it| it == kept), "{typed}: {:?}", spelt(typed));
    }

    #[test]
    fn one_page_is_found_however_its_address_is_dressed() {
        let kept = "https://www.who.int/news/garlic";
        for typed in [
            "https://www.who.int/news/garlic",
            "http://who.int/news/garlic/",
            "who.int/news/garlic?utm_source=zalo&fbclid=abc#top",
            "(HTTPS://WWW.WHO.INT/news/garlic).",
            "https://m.who.int/news/garlic?page=2",
        ] {
            same_page(typed, kept);
        }
        same_page("https://vnexpress.net/a?id=7&fbclid=x", "https://vnexpress.net/a?id=7");
        same_page("www.moh.gov.vn", "https://moh.gov.vn/");
        let other = spelt("https://who.int/news/garlic-2");
        assert!(!other.iter().any(|it| it == kept), "{other:?}");
    }

    #[test]
    fn what_looks_like_an_address_in_a_sentence_is_none() {
        for text in [
            "Từ 1.11/2026 thì cấm.Ông ấy nói",
            "and/or",
            "http://",
            "https://127.0.0.1/a",
            "http://localhost/a",
            "https://who.int@evil.example/a b",
            "javascript://who.int/%0aalert(1)",
            "mailto:a@b.vn/x",
            "",
        ] {
            assert_eq!(Pasted::read(text).links, [], "{text}");
        }
    }

    #[test]
    fn a_text_beside_an_address_is_compared_and_an_address_alone_is_not() {
        let bare = |it: &str| Pasted::read(it).is_bare();
        assert!(bare("https://a.vn/x") && bare("Đúng không? https://a.vn/x !"));
        assert!(!bare("Ăn tỏi sống phòng được bệnh https://a.vn/x") && !bare("ăn tỏi"));
    }

    #[test]
    fn the_words_of_an_address_are_those_that_people_read_in_it() {
        let words = |it: &str| Pasted::read(it).words();
        let page = "https://bao.vn/suc-khoe/an-toi-phong-benh-4073.html?utm_source=x";
        assert_eq!(words(page), "suc khoe an toi phong benh");
        assert_eq!(words("Thật à? https://a.vn/ăn-tỏi/"), "Thật à?");
    }

    #[test]
    fn what_follows_a_reader_goes_and_the_rest_stays_as_it_is_written() {
        let without = |it: &str| without_tracking(Url::parse(it).expect("valid")).to_string();
        let page = "https://a.vn/x?utm_source=b&id=%20c+d&flag&fbclid=e&q=%c4%83#top";
        assert_eq!(without(page), "https://a.vn/x?id=%20c+d&flag&q=%c4%83");
        assert_eq!(without("https://a.vn/?utm_source=b&UTM_x"), "https://a.vn/");
        assert_eq!(without("https://a.vn/x"), "https://a.vn/x");
    }

    #[test]
    fn many_addresses_are_a_bounded_question() {
        let text = "https://a.vn/x?b=1 ".repeat(1_000) + "https://b.vn/y";
        let pasted = Pasted::read(&text);
        assert_eq!(pasted.links.len(), LINKS_MAX);
        assert!(pasted.spellings().len() <= LINKS_MAX * 4 * SITE_PREFIXES.len() * 2);
        assert!(Pasted::read(&format!("https://a.vn/{}", "x".repeat(5_000))).links.is_empty());
    }
}
