//! A text cut into words, as people mean them: addresses out, hashtags and handles split, numbers
//! whole.
//!
//! Works on the text as it came, because the humps of a hashtag are in its capitals.
//! Not here: what a word stands for (`teencode`, `english`), values (`number`).

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::{english, normalise, vietnamese};

/// Words beyond these add nothing to a match.
pub const WORDS_MAX: usize = 400;

/// The words of a text, and the text without addresses for the values in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Segments {
    /// In small letters, NFC, tone in one place.
    pub words: Vec<String>,
    /// How many words a reader would count: no addresses, handles, hashtags or emoji.
    pub n_words: usize,
    /// Small letters, without addresses.
    pub clean: String,
}

/// Cuts a text.
pub fn segment(text: &str) -> Segments {
    let text: Cow<'_, str> = match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfc().collect()),
    };
    let mut res = Segments::default();
    for chunk in text.split_whitespace().filter(|it| !is_address(it)) {
        if WORDS_MAX < res.words.len() {
            break;
        }
        if !res.clean.is_empty() {
            res.clean.push(' ');
        }
        res.clean.extend(chunk.chars().flat_map(char::to_lowercase));
        add_chunk(chunk, &mut res);
    }
    res
}

/// A text as a reader would say it, without addresses: what an embedding model is given.
pub fn without_addresses(text: &str) -> String {
    text.split_whitespace().filter(|it| !is_address(it)).collect::<Vec<_>>().join(" ")
}

/// A link tells the place, not the statement.
fn is_address(chunk: &str) -> bool {
    let bare = chunk.trim_start_matches(|it: char| !it.is_alphanumeric());
    bare.starts_with("http:")
        || bare.starts_with("https:")
        || bare.starts_with("www.")
        || bare.starts_with("HTTP")
        || chunk.contains("://")
        || bare.starts_with("pic.twitter.com")
}

fn add_chunk(chunk: &str, res: &mut Segments) {
    let bare = chunk.trim_start_matches(['(', '"', '“', '.', '\'']);
    if bare.starts_with(['#', '@']) {
        let tag = bare.trim_start_matches(['#', '@']);
        let end = tag.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(tag.len());
        res.words.extend(english::split_compound(&tag[..end]).into_iter().filter_map(word));
        add_words(&tag[end..], res);
        return;
    }
    let number = chunk.trim_matches(|it: char| !it.is_ascii_digit());
    if is_number(number) && 1 < number.len() {
        let (before, after) = chunk.split_once(number).unwrap_or_default();
        add_words(before, res);
        res.words.push(one_number(number));
        res.n_words += 1;
        add_words(after, res);
        return;
    }
    add_words(chunk, res);
}

fn is_number(text: &str) -> bool {
    text.contains(['.', ',']) && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'.' | b','))
}

/// "1.500.000" and "1,500,000" are one word; so are "8,6" and "8.6".
fn one_number(text: &str) -> String {
    let in_threes = text.split(['.', ',']).skip(1).all(|it| it.len() == 3);
    if in_threes { text.replace(['.', ','], "") } else { text.replace(',', ".") }
}

fn add_words(chunk: &str, res: &mut Segments) {
    let is_inside = |it: char| {
        it.is_alphanumeric()
            || is_apostrophe(it)
            || unicode_normalization::char::is_combining_mark(it)
    };
    for part in chunk.split(|it: char| !is_inside(it)).filter(|it| !it.is_empty()) {
        let part = part.trim_matches(is_apostrophe);
        let part = part.strip_suffix("'s").or_else(|| part.strip_suffix("’s")).unwrap_or(part);
        if let Some(word) = word(part) {
            res.words.push(word);
            res.n_words += 1;
        }
    }
}

fn is_apostrophe(it: char) -> bool {
    matches!(it, '\'' | '’' | '‘' | '`')
}

/// One word in small letters, without apostrophes, with its tone in one place.
fn word(part: &str) -> Option<String> {
    let mut res = String::with_capacity(part.len());
    if part.is_ascii() {
        res.extend(
            part.bytes().filter(|it| *it != b'\'').map(|it| it.to_ascii_lowercase() as char),
        );
    } else {
        res.extend(part.chars().filter(|it| !is_apostrophe(*it)).flat_map(char::to_lowercase));
        if let Some(placed) = vietnamese::place_tone(&res) {
            res = placed;
        }
    }
    let res = normalise::without_elongation(res);
    (!res.is_empty()).then_some(res)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(segment(text).words, expected, "{text}");
    }

    #[test]
    fn words_are_cut_as_people_mean_them() {
        check("Don't believe it! https://t.co/x", &["dont", "believe", "it"]);
        check(
            "#StopTheSteal by @realDonaldTrump:",
            &["stop", "the", "steal", "by", "real", "donald", "trump"],
        );
        check("Hơn 8,6 tỉ và 1.500.000 đ", &["hơn", "8.6", "tỉ", "và", "1500000", "đ"]);
        check("Thủy điện hòa bình", &["thuỷ", "điện", "hoà", "bình"]);
        check("covid-19, H5N1", &["covid", "19", "h5n1"]);
        check("Trump’s wall", &["trump", "wall"]);
        check("🚨🚨 … !!!", &[]);
    }

    #[test]
    fn a_reader_counts_words_not_tags() {
        assert_eq!(segment("Bridge closed #news @me https://x.example 🚨").n_words, 2);
    }
}
