//! What the names of elements and the words of a line give away about what they are for. The words
//! stand in `data/names.txt` and `data/phrases.txt`, in Vietnamese and English.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// Something that a name or a phrase gives away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Sign {
    Content,
    Body,
    Related,
    Share,
    Follow,
    Subscribe,
    Comment,
    Cookie,
    Copyright,
    Advert,
    Author,
    Credit,
    Caption,
    Topics,
    Time,
    Contact,
    Action,
    Sidebar,
    Foot,
    Head,
    Menu,
    Meta,
    Widget,
    List,
    Summary,
    Title,
    Quote,
    Hidden,
    Gallery,
    Popular,
}

/// How many there are.
pub(crate) const N_SIGNS: usize = Sign::Popular as usize + 1;

impl Sign {
    /// The sign that a list of words names.
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "content" => Self::Content,
            "body" => Self::Body,
            "related" => Self::Related,
            "share" => Self::Share,
            "follow" => Self::Follow,
            "subscribe" => Self::Subscribe,
            "comment" => Self::Comment,
            "cookie" => Self::Cookie,
            "copyright" => Self::Copyright,
            "advert" => Self::Advert,
            "author" => Self::Author,
            "credit" => Self::Credit,
            "caption" => Self::Caption,
            "topics" => Self::Topics,
            "time" => Self::Time,
            "contact" => Self::Contact,
            "action" => Self::Action,
            "sidebar" => Self::Sidebar,
            "foot" => Self::Foot,
            "head" => Self::Head,
            "menu" => Self::Menu,
            "meta" => Self::Meta,
            "widget" => Self::Widget,
            "list" => Self::List,
            "summary" => Self::Summary,
            "title" => Self::Title,
            "quote" => Self::Quote,
            "gallery" => Self::Gallery,
            "popular" => Self::Popular,
            _ => return None,
        })
    }
}

/// A set of signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signs(u32);

impl Signs {
    pub(crate) fn add(&mut self, it: Sign) {
        self.0 |= 1 << it as u8;
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn has(self, it: Sign) -> bool {
        self.has_at(it as usize)
    }

    pub(crate) fn has_at(self, idx: usize) -> bool {
        self.0 >> idx & 1 == 1
    }

    /// Has it any of those?
    pub(crate) fn has_any(self, of: &[Sign]) -> bool {
        of.iter().any(|it| self.has(*it))
    }
}

/// Words looked for at once, and what each says.
struct Finder {
    automaton: AhoCorasick,
    signs: Vec<Sign>,
}

impl Finder {
    /// Reads a list of words: `[sign]`, then its words, a line each; `_` is a blank at an end.
    fn of(list: &str) -> Self {
        let (mut signs, mut words) = (Vec::new(), Vec::new());
        let mut sign = None;
        for line in list.lines().filter(|it| !it.is_empty() && !it.starts_with('#')) {
            let name = line.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
            if let Some(name) = name {
                sign = Sign::named(name);
                assert!(sign.is_some(), "a test reads the built-in lists: {name}");
            } else if let Some(sign) = sign {
                signs.push(sign);
                words.push(line.replace('_', " "));
            }
        }
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(words);
        Self { automaton: automaton.expect("the built-in words are few"), signs }
    }
}

/// What names in an attribute say.
pub(crate) fn in_names(names: &str) -> Signs {
    static FINDER: LazyLock<Finder> =
        LazyLock::new(|| Finder::of(include_str!("../../data/names.txt")));
    let words = apart(names);
    let mut res = Signs::default();
    for found in FINDER.automaton.find_overlapping_iter(&words) {
        res.add(FINDER.signs[found.pattern().as_usize()]);
    }
    res
}

/// `relatedPosts_item-3` as ` related posts item `.
fn apart(names: &str) -> String {
    let mut res = String::with_capacity(names.len() + 8);
    res.push(' ');
    let mut was_small = false;
    for it in names.chars().take(NAME_CHARS_MAX) {
        if it.is_ascii_alphabetic() {
            if it.is_ascii_uppercase() && was_small {
                res.push(' ');
            }
            was_small = it.is_ascii_lowercase();
            res.push(it.to_ascii_lowercase());
        } else {
            was_small = false;
            if !res.ends_with(' ') {
                res.push(' ');
            }
        }
    }
    if !res.ends_with(' ') {
        res.push(' ');
    }
    res
}

/// Names are looked at to here; frameworks write long ones that say nothing.
const NAME_CHARS_MAX: usize = 300;

/// What the words of a line say, and what its first words say.
pub(crate) fn in_text(lower: &str) -> (Signs, Signs) {
    static FINDER: LazyLock<Finder> =
        LazyLock::new(|| Finder::of(include_str!("../../data/phrases.txt")));
    let (mut all, mut first) = (Signs::default(), Signs::default());
    let head = &lower[..lower.floor_char_boundary(PHRASE_BYTES_MAX)];
    for found in FINDER.automaton.find_overlapping_iter(head) {
        // Words begin where words begin: no "ads" in "heads".
        let before = head[..found.start()].chars().next_back();
        let starts_word = head[found.start()..].starts_with(|it: char| !it.is_alphanumeric())
            || before.is_none_or(|it| !it.is_alphanumeric());
        if starts_word {
            let sign = FINDER.signs[found.pattern().as_usize()];
            all.add(sign);
            if found.start() <= 2 {
                first.add(sign);
            }
        }
    }
    (all, first)
}

/// A line is known by its beginning.
const PHRASE_BYTES_MAX: usize = 400;

#[cfg(test)]
mod tests {
    use Sign::{Advert, Author, Body, Comment, Related};

    use super::*;

    #[test]
    fn names_are_read_by_their_words() {
        assert!(in_names("relatedPosts_item-3").has(Related));
        assert!(in_names("x ad").has(Advert), "the end of the names ends a word");
        assert!(in_names("entry-content").has(Body));
        assert!(!in_names("headline").has(Advert), "no ad in a headline");
        assert!(in_names("box-tin-lien-quan").has(Related));
        assert!(in_names("tac-gia").has(Author));
    }

    #[test]
    fn lines_are_read_by_their_phrases() {
        let (all, first) = in_text("xem thêm: giá xăng hôm nay");
        assert!(all.has(Related) && first.has(Related));
        let (all, first) = in_text("the mayor said more on monday, and asked for comment");
        assert!(all.has(Comment) && !first.has(Comment));
    }
}
