//! HTML made harmless before a parser sees it, and text out of it.
//!
//! The tree builder behind us is quadratic in the depth of the nest and in the attributes of a tag,
//! and what walks its tree is recursive. So nests, tags and attributes are bounded here, in one pass
//! over the bytes; a real page goes through unchanged but for its comments.

use std::borrow::Cow;

use dom_query::{Document as Tree, NodeData, NodeRef};

use crate::limits::{
    PAGE_DEPTH_MAX, PAGE_FORMATTING_MAX, PAGE_TAGS_MAX, TAG_ATTRIBUTES_MAX, TAG_BYTES_MAX,
};
use crate::mend::mend_all;
use crate::problem::Problem;

/// Parses a page that may be anything; the flag says that it had to be untangled or given up.
pub(crate) fn tree(html: &str) -> (Tree, bool) {
    let (tame, tangled) = tame(html);
    (Tree::from(tame), tangled)
}

/// Mends all texts of a page in place, as one: what is read of it later is then right everywhere.
pub(crate) fn mend(tree: &Tree) -> Vec<Problem> {
    let (mut places, mut texts) = (Vec::new(), Vec::new());
    for node in tree.root().descendants_it() {
        if let Some(text) = text_of(&node) {
            places.push((node, None));
            texts.push(text);
        } else if node.is_element() {
            for name in ["content", "alt"] {
                let value = node.attr(name).filter(|it| !it.is_ascii());
                texts.extend(value.as_deref().map(str::to_owned));
                places.extend(value.map(|_| (node, Some(name))));
            }
        }
    }
    let problems = mend_all(&mut texts.iter_mut().collect::<Vec<_>>());
    for ((node, name), text) in places.into_iter().zip(texts) {
        match name {
            Some(name) => node.set_attr(name, &text),
            None => {
                node.update(|it| {
                    if let NodeData::Text { contents } = &mut it.data {
                        *contents = text.as_str().into();
                    }
                });
            }
        }
    }
    problems
}

/// The words of a text node, unless they are for machines alone.
fn text_of(node: &NodeRef) -> Option<String> {
    let of_machines = |it: &NodeRef| {
        it.has_name("style")
            || it.has_name("script") && !it.attr("type").is_some_and(|it| is_json_ld(&it))
    };
    if !node.is_text() || node.parent().is_some_and(|it| of_machines(&it)) {
        return None;
    }
    Some(node.text().to_string()).filter(|it| !it.trim().is_empty())
}

fn is_json_ld(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/ld+json")
}

/// The texts of a page's JSON-LD blocks.
pub(crate) fn json_ld(html: &str) -> Vec<String> {
    json_ld_of(&tree(html).0)
}

pub(crate) fn json_ld_of(tree: &Tree) -> Vec<String> {
    let scripts = tree.select("script[type]");
    let wanted =
        scripts.nodes().iter().filter(|it| it.attr("type").is_some_and(|kind| is_json_ld(&kind)));
    wanted.map(|it| it.text().to_string()).collect()
}

/// A snippet of HTML, as feeds and claims carry it, to plain text with its paragraphs.
pub(crate) fn plain(snippet: &str) -> String {
    if !snippet.contains(['<', '&']) {
        return snippet.trim().to_owned();
    }
    let (tree, _) = tree(snippet);
    tree.select("script, style, noscript, template, iframe, svg, form").remove();
    paragraphs(&tree.formatted_text())
}

/// Lines without their margins, empty ones kept single, zero or one between paragraphs.
pub(crate) fn paragraphs(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    for line in text.lines() {
        let words = line.split_whitespace();
        let mut is_empty = true;
        for word in words {
            if !is_empty {
                res.push(' ');
            }
            res.push_str(word);
            is_empty = false;
        }
        if !is_empty || !(res.is_empty() || res.ends_with("\n\n")) {
            res.push('\n');
        }
    }
    res.truncate(res.trim_end().len());
    res
}

/// HTML with bounded depth, tags and attributes, and whether anything was cut.
fn tame(html: &str) -> (String, bool) {
    let mut res = String::with_capacity(html.len());
    let (mut nest, mut n_tags, mut tangled) = (Nest::default(), 0, false);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        res.push_str(&rest[..at]);
        rest = &rest[at..];
        let piece = piece(rest);
        rest = &rest[piece.n_bytes..];
        n_tags += 1;
        let Shape::Tag { name, is_end } = piece.shape else {
            // The parser takes each sign as a token of its own, so they are bounded like tags.
            let is_sign = piece.shape == Shape::Text && n_tags <= PAGE_TAGS_MAX;
            res.push_str(if is_sign { "&lt;" } else { " " });
            tangled |= n_tags > PAGE_TAGS_MAX;
            continue;
        };
        let keep =
            n_tags <= PAGE_TAGS_MAX && if is_end { nest.close(name) } else { nest.open(name) };
        tangled |= !keep;
        match keep {
            false => res.push(' '),
            true if piece.n_bytes > TAG_BYTES_MAX || piece.n_attributes > TAG_ATTRIBUTES_MAX => {
                tangled = true;
                res.push_str(&format!("<{}{name}>", if is_end { "/" } else { "" }));
            }
            true => res.push_str(piece.text),
        }
        if !is_end && is_raw(name) {
            let n_raw = raw_bytes(rest, name);
            if keep {
                res.push_str(&rest[..n_raw]);
            }
            rest = &rest[n_raw..];
        }
    }
    res.push_str(rest);
    (res, tangled)
}

/// What stands at a `<`.
struct Piece<'a> {
    text: &'a str,
    n_bytes: usize,
    n_attributes: usize,
    shape: Shape<'a>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape<'a> {
    Tag {
        name: &'a str,
        is_end: bool,
    },
    /// A comment, declaration or broken end: nothing to read.
    Nothing,
    /// The sign itself.
    Text,
}

fn piece(html: &str) -> Piece<'_> {
    let bytes = html.as_bytes();
    let to =
        |n_bytes: usize, shape| Piece { text: &html[..n_bytes], n_bytes, n_attributes: 0, shape };
    let after = |from: usize, end: &str| {
        html[from..].find(end).map_or(html.len(), |at| from + at + end.len())
    };
    match bytes.get(1) {
        Some(b'!') if html.starts_with("<!--") => to(after(4, "-->"), Shape::Nothing),
        Some(b'!' | b'?') => to(after(1, ">"), Shape::Nothing),
        Some(b'/') if bytes.get(2).is_some_and(u8::is_ascii_alphabetic) => tag(html, true),
        Some(b'/') => to(after(1, ">"), Shape::Nothing),
        Some(it) if it.is_ascii_alphabetic() => tag(html, false),
        _ => to(1, Shape::Text),
    }
}

/// A tag to its end, by the tokenizer's rules: a `>` inside a quoted value does not end it.
fn tag(html: &str, is_end: bool) -> Piece<'_> {
    let bytes = html.as_bytes();
    let from = if is_end { 2 } else { 1 };
    let is_name_end = |it: &u8| it.is_ascii_whitespace() || matches!(it, b'/' | b'>');
    let n_name = bytes[from..].iter().position(is_name_end).unwrap_or(bytes.len() - from);
    let name = &html[from..from + n_name];
    let (mut at, mut n_attributes) = (from + n_name, 0);
    let mut quote = None;
    let (mut after_equals, mut in_word) = (false, false);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match (quote, byte) {
            (Some(open), it) => quote = Some(open).filter(|&open| open != it),
            (None, b'>') => {
                let shape = Shape::Tag { name, is_end };
                return Piece { text: &html[..at], n_bytes: at, n_attributes, shape };
            }
            (None, b'"' | b'\'') if after_equals => {
                (quote, after_equals, in_word) = (Some(byte), false, false)
            }
            (None, b'=') if in_word || n_attributes > 0 => (after_equals, in_word) = (true, false),
            (None, it) if it.is_ascii_whitespace() || it == b'/' => in_word = false,
            (None, _) => {
                n_attributes += usize::from(!in_word && !after_equals);
                (in_word, after_equals) = (true, false);
            }
        }
    }
    Piece { text: html, n_bytes: html.len(), n_attributes, shape: Shape::Nothing }
}

/// Elements whose content is no markup.
fn is_raw(name: &str) -> bool {
    ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"]
        .iter()
        .any(|it| name.eq_ignore_ascii_case(it))
}

/// Bytes up to the end tag of a raw element.
fn raw_bytes(html: &str, name: &str) -> usize {
    let ends_here = |&(at, _): &(usize, &str)| {
        let tail = html.as_bytes().get(at + 2..).unwrap_or_default();
        tail.get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name.as_bytes()))
    };
    html.match_indices("</").find(ends_here).map_or(html.len(), |(at, _)| at)
}

/// The open elements, counted so that the real nest is never deeper than this one.
#[derive(Default)]
struct Nest<'a> {
    open: Vec<Cow<'a, str>>,
    n_dropped: usize,
    n_formatting_dropped: usize,
}

const VOID: [&str; 16] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "path", "use",
];
/// Elements that the next of their kind, or the end of their parent, closes.
const ENDS_ITSELF: [&str; 16] = [
    "p", "li", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody", "tfoot", "caption",
    "colgroup", "html", "head", "body",
];
/// Elements that come back after the block around them ends, so its end does not end them.
const FORMATTING: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];
const SCOPES: [&str; 8] =
    ["table", "object", "template", "applet", "marquee", "svg", "math", "select"];

impl<'a> Nest<'a> {
    /// Whether the start tag may stand.
    fn open(&mut self, name: &'a str) -> bool {
        let name = lower(name);
        if VOID.contains(&&*name) || ENDS_ITSELF.contains(&&*name) {
            return true;
        }
        if self.open.len() >= PAGE_DEPTH_MAX {
            self.n_dropped += 1;
            return false;
        }
        // A link ends the link before it.
        if name == "a"
            && let Some(at) = self.open.iter().rposition(|it| it == "a")
        {
            self.open.remove(at);
        }
        let n_formatting = || self.open.iter().filter(|it| is_formatting(it)).count();
        if is_formatting(&name) && n_formatting() >= PAGE_FORMATTING_MAX {
            self.n_formatting_dropped += 1;
            return false;
        }
        self.open.push(name);
        true
    }

    /// Whether the end tag may stand.
    fn close(&mut self, name: &'a str) -> bool {
        let name = lower(name);
        if VOID.contains(&&*name) || ENDS_ITSELF.contains(&&*name) {
            return true;
        }
        if self.n_dropped > 0 {
            self.n_dropped -= 1;
            return false;
        }
        if self.n_formatting_dropped > 0 && is_formatting(&name) {
            self.n_formatting_dropped -= 1;
            return false;
        }
        if self.open.last() == Some(&name) {
            self.open.pop();
            return true;
        }
        let Some(at) = self.open.iter().rposition(|it| *it == name) else {
            return true;
        };
        let above = &self.open[at + 1..];
        if above.iter().all(|it| is_formatting(it)) {
            self.open.remove(at);
        } else if is_block(&name) && !above.iter().any(|it| SCOPES.contains(&&**it)) {
            let mut idx = 0;
            self.open.retain(|it| {
                idx += 1;
                idx <= at || (idx > at + 1 && is_formatting(it))
            });
        }
        true
    }
}

fn lower(name: &str) -> Cow<'_, str> {
    match name.bytes().any(|it| it.is_ascii_uppercase()) {
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    }
}

fn is_formatting(name: &str) -> bool {
    FORMATTING.contains(&name)
}

fn is_block(name: &str) -> bool {
    const BLOCKS: [&str; 26] = [
        "address",
        "article",
        "aside",
        "blockquote",
        "button",
        "center",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "header",
        "hgroup",
        "listing",
        "main",
        "menu",
        "nav",
        "ol",
        "pre",
        "section",
        "summary",
        "ul",
    ];
    BLOCKS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_real_page_goes_through_unchanged() {
        let page = "<html><head><title>a<b</title><script>if (a<b) '<div>'</script></head><body>\
            <p class=\"a>b\">x<p>y<br/><ul><li>1<li>2</ul><a href='x'>l</a></body></html>";
        assert_eq!(tame(page), (page.to_owned(), false));
    }

    #[test]
    fn signs_that_are_no_tags_stay_signs() {
        assert_eq!(plain("2 < 3 &amp; <b>4</b> <3<!-- x -->"), "2 < 3 & 4 <3");
        assert_eq!(plain("<p>một</p><p>hai<br>ba</p><script>x</script>"), "một\n\nhai\nba");
        assert_eq!(plain("không có gì"), "không có gì");
        assert_eq!(plain("cut <a href=\"x"), "cut");
    }

    #[test]
    fn a_nest_is_never_deeper_than_the_limit() {
        let bombs = [
            "<div>".repeat(20_000),
            "<span><div></span></div>".repeat(5_000),
            "<b><div></b>".repeat(5_000),
            "<div/>".repeat(5_000),
            "<svg><g>".repeat(5_000),
            "<table><tr><td>".repeat(5_000),
            (0..5_000).map(|it| format!("<b id=x{it}><p>")).collect(),
            (0..5_000).map(|it| format!("<div><i id=x{it}></div>")).collect(),
            "<ruby><rt>".repeat(5_000),
            "<a><div>".repeat(5_000),
            "<select><optgroup>".repeat(5_000),
            "<FONT><Center>".repeat(5_000),
        ];
        // A table makes four elements of one that counts.
        for bomb in bombs {
            let (tree, tangled) = tree(&(bomb.clone() + "<p>cuối</p>"));
            assert!(tangled, "{}", &bomb[..40]);
            let depth = tree.root().descendants_it().map(|it| it.ancestors_it(None).count()).max();
            assert!(depth.unwrap_or(0) <= 5 * PAGE_DEPTH_MAX, "{depth:?} {}", &bomb[..40]);
            assert!(tree.text().contains("cuối"), "{}", &bomb[..40]);
        }
    }

    #[test]
    fn a_tag_of_many_attributes_loses_them() {
        let many: String = (0..20_000).map(|it| format!(" a{it}=1")).collect();
        assert_eq!(tame(&format!("<p{many}>x</p>")), ("<p>x</p>".to_owned(), true));
    }
}
