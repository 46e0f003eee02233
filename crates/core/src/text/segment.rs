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
    let chunks = text.split_whitespace().map(before_address).filter(|it| !it.is_empty());
    for chunk in chunks {
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
    let words = text.split_whitespace().map(before_address).filter(|it| !it.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// A link tells the place, not the statement; it may stand right behind a word.
fn before_address(chunk: &str) -> &str {
    const STARTS: [&str; 6] = ["http:", "https:", "HTTP:", "HTTPS:", "www.", "pic.twitter.com"];
    if !chunk.contains([':', '.']) {
        return chunk;
    }
    let start = STARTS.iter().filter_map(|it| chunk.find(it)).min();
    match start {
        Some(at) => &chunk[..at],
        None if chunk.contains("://") => "",
        None => chunk,
    }
}

fn add_chunk(chunk: &str, res: &mut Segments) {
    let bare = chunk.trim_start_matches(['(', '"', '“', '.', '\'']);
    if bare.starts_with(['#', '@']) {
        let tag = bare.trim_start_matches(['#', '@']);
        let end = tag.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(tag.len());
        let parts = english::split_compound(&tag[..end]);
        // "UConn" is also one word.
        let whole = (1 < parts.len()).then_some(&tag[..end]);
        res.words.extend(parts.into_iter().chain(whole).filter_map(word));
        add_words(&tag[end..], res);
        return;
    }
    if let Some(name) = dotted(bare) {
        res.words.push(name);
        res.n_words += 1;
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

/// "U.S." and "U.A.E." are one word each; "US" is the country, "us" is not.
fn dotted(chunk: &str) -> Option<String> {
    let bare = chunk.trim_end_matches(|it: char| !it.is_alphanumeric() && it != '.');
    let bare = bare.strip_suffix("'s").or_else(|| bare.strip_suffix("’s")).unwrap_or(bare);
    let letters = bare.strip_suffix('.').unwrap_or(bare).split('.');
    let is_one = |it: &str| it.len() == 1 && it.as_bytes()[0].is_ascii_uppercase();
    let is_dotted = letters.clone().count() > 1 && letters.clone().all(is_one);
    let name = if is_dotted { letters.collect::<String>() } else { bare.to_owned() };
    match name.as_str() {
        "US" | "USA" => Some("usa".to_owned()),
        _ if is_dotted => Some(name.to_ascii_lowercase()),
        _ => None,
    }
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
            &[
                "stop",
                "the",
                "steal",
                "stopthesteal",
                "by",
                "real",
                "donald",
                "trump",
                "realdonaldtrump",
            ],
        );
        check("Hơn 8,6 tỉ và 1.500.000 đ", &["hơn", "8.6", "tỉ", "và", "1500000", "đ"]);
        check("Thủy điện hòa bình", &["thuỷ", "điện", "hoà", "bình"]);
        check("covid-19, H5N1", &["covid", "19", "h5n1"]);
        check("The U.S. told us, US troops", &["the", "usa", "told", "us", "usa", "troops"]);
        check("Look!pic.twitter.com/x", &["look"]);
        check("Trump’s wall", &["trump", "wall"]);
        check("🚨🚨 … !!!", &[]);
    }

    #[test]
    fn a_reader_counts_words_not_tags() {
        assert_eq!(segment("Bridge closed #news @me https://x.example 🚨").n_words, 2);
    }
}
