//! The main text of a page, its pictures and its links.
//!
//! The page is one tree. Its blocks are told apart in two looks by small decision trees over
//! readable features ([`features`], [`context`]); what names a person and what belongs to a picture
//! is left out by rules ([`lines`]). How the trees were grown: `bench/extraction`.

mod blocks;
mod context;
mod features;
pub(crate) mod forest;
mod lines;
mod signs;
mod stated;

use std::collections::HashSet;
use std::sync::LazyLock;

use dom_query::Document as Tree;

use self::blocks::{Blocks, Tag};
pub use self::context::with_context;
use self::forest::Forest;
pub use self::lines::Use;
use self::stated::Stated;

/// A block with what is known of it: what the trees are trained on.
#[derive(Debug)]
pub struct Row {
    /// Its text.
    pub text: String,
    /// Its length in characters.
    pub n_chars: usize,
    /// What is known of it.
    pub features: Vec<f32>,
    /// The box that its element stands in.
    pub place: usize,
    /// Elements of one make share it.
    pub style: u64,
    /// How it stands to the block before it.
    pub joint: Joint,
    /// What the rules say that it is for.
    pub use_: Use,
    /// May it stand in for the text of a page in which none was found?
    pub is_plain: bool,
    /// Does the line call the reader away: to other texts, to share, to subscribe?
    pub is_apart: bool,
}

/// What stands between a block and the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joint {
    /// An empty line.
    Paragraph,
    /// Items of one list.
    Line,
    /// Cells of one row.
    Blank,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) text: String,
    /// Addresses as they are written, each with its caption.
    pub(crate) pictures: Vec<(String, Option<String>)>,
    /// Where the links in the text lead, as they are written.
    pub(crate) links: Vec<String>,
}

/// Reads the main text.
pub(crate) fn main_text(tree: &Tree, title: Option<&str>) -> Found {
    let page = Blocks::of(tree);
    let rows = rows_of(&page, title, &Stated::of(tree));
    let keep = kept(&rows, &probabilities(&rows));
    let is_kept = |it: usize| keep.get(it).copied().unwrap_or(false);
    let links =
        (0..rows.len()).filter(|it| is_kept(*it)).flat_map(|it| page.blocks[it].links.clone());
    let pictures = pictures(&page, &rows, &keep);
    Found { text: joined(&rows, &keep), pictures, links: links.collect() }
}

/// The blocks of a page with their features.
pub(crate) fn rows(tree: &Tree, title: Option<&str>) -> Vec<Row> {
    rows_of(&Blocks::of(tree), title, &Stated::of(tree))
}

fn rows_of(page: &Blocks, title: Option<&str>, stated: &Stated) -> Vec<Row> {
    let features = features::features(page, title, stated);
    let title = title.unwrap_or_default().to_lowercase();
    let row = |(at, features): (usize, Vec<f32>)| {
        let it = &page.blocks[at];
        let place = &page.places[it.place];
        let apart = Tag::Nav.bit() | Tag::Form.bit() | Tag::Footer.bit() | Tag::Aside.bit();
        let use_ = lines::use_of(page, at, &title);
        let is_apart = lines::is_apart(page, at);
        Row {
            text: it.text.clone(),
            n_chars: it.n_chars,
            features,
            place: place.parent,
            style: place.style,
            joint: joint(page, at),
            use_,
            is_plain: it.link_share() < 0.5 && place.within & apart == 0 && !is_apart,
            is_apart,
        }
    };
    features.into_iter().enumerate().map(row).collect()
}

fn joint(page: &Blocks, at: usize) -> Joint {
    let Some(before) = at.checked_sub(1) else {
        return Joint::Paragraph;
    };
    let place = |it: usize| &page.places[page.blocks[it].place];
    let (own, before) = (place(at), place(before));
    match own.parent == before.parent {
        true if own.tag == Tag::Cell => Joint::Blank,
        true if matches!(own.tag, Tag::Item | Tag::Term) => Joint::Line,
        _ => Joint::Paragraph,
    }
}

/// The first look at a block, by what is known of it alone.
static FIRST: LazyLock<Forest> = LazyLock::new(|| built_in(include_str!("../../data/first.trees")));
/// The second look, which knows what the first said of the blocks around.
static SECOND: LazyLock<Forest> =
    LazyLock::new(|| built_in(include_str!("../../data/second.trees")));

/// How probable it is that each block is of the text.
fn probabilities(rows: &[Row]) -> Vec<f32> {
    let first: Vec<f32> = rows.iter().map(|it| FIRST.probability(&it.features)).collect();
    with_context(rows, &first).iter().map(|it| SECOND.probability(it)).collect()
}

fn built_in(text: &str) -> Forest {
    Forest::read(text).expect("a test reads the built-in trees")
}

/// A main text under this many characters is weighed against all plain blocks.
const SHORT_TEXT_CHARS: usize = 700;

/// The blocks that are the text.
pub fn kept(rows: &[Row], probabilities: &[f32]) -> Vec<bool> {
    let may = |it: &Row| it.use_ == Use::Text && !it.is_apart;
    let rated = || rows.iter().zip(probabilities.iter().copied());
    let least = least_probability(rated().filter(|it| may(it.0)));
    let mut keep: Vec<bool> = rated().map(|(it, p)| may(it) && p >= least).collect();
    let n_chars = |keep: &[bool]| -> usize {
        rows.iter().zip(keep).filter(|it| *it.1).map(|it| it.0.n_chars).sum()
    };
    let n_kept = n_chars(&keep);
    if n_kept < SHORT_TEXT_CHARS {
        let plain: Vec<bool> = rows.iter().map(|it| may(it) && it.is_plain).collect();
        if n_kept * 3 < n_chars(&plain) {
            keep = plain;
        }
    }
    drop_copies(rows, &mut keep);
    drop_end(rows, &mut keep);
    keep
}

/// A shorter line may be said twice on purpose.
const COPY_CHARS_MIN: usize = 60;

/// A text that stands there again is its teaser, or meant for another width of the screen.
fn drop_copies(rows: &[Row], keep: &mut [bool]) {
    let mut known: HashSet<&str> = HashSet::new();
    for (row, keep) in rows.iter().zip(keep).filter(|it| *it.1) {
        *keep = row.n_chars < COPY_CHARS_MIN || known.insert(&row.text);
    }
}

/// Who wrote it stands at the end: a biography, a signature, and once more for its translation.
const END_LINES_MAX: usize = 3;

fn drop_end(rows: &[Row], keep: &mut [bool]) {
    for _ in 0..END_LINES_MAX {
        let Some(last) = keep.iter().rposition(|it| *it) else {
            return;
        };
        let text = &rows[last].text;
        if !lines::is_signature(text) && !lines::is_biography(text) {
            return;
        }
        keep[last] = false;
    }
}

/// A page of which no better F1 is foretold is none that the trees know, such as one of two short
/// paragraphs: its plain blocks are its text.
const FORESEEN_MIN: f32 = 0.4;

/// The probability from which on blocks are kept: where the F1 that the probabilities foretell is
/// best (Lipton, Elkan and Naryanaswamy 2014). On a page that they are sure of this is near one half;
/// on a page that they understand little of it is lower, for half a text is better than none.
fn least_probability<'a>(rated: impl Iterator<Item = (&'a Row, f32)>) -> f32 {
    let mut rated: Vec<(f32, f32)> = rated.map(|(it, p)| (p, it.n_chars as f32)).collect();
    rated.sort_by(|a, b| b.0.total_cmp(&a.0));
    let n_wanted: f32 = rated.iter().map(|(p, n)| p * n).sum();
    let (mut n_kept, mut n_right) = (0.0, 0.0);
    let (mut best, mut least) = (FORESEEN_MIN, f32::INFINITY);
    for (p, n) in rated {
        n_kept += n;
        n_right += p * n;
        let f1 = 2.0 * n_right / (n_kept + n_wanted);
        if f1 > best {
            (best, least) = (f1, p);
        }
    }
    least
}

/// The text of the blocks that are kept.
pub fn joined(rows: &[Row], keep: &[bool]) -> String {
    let mut res = String::new();
    let mut was_kept = false;
    for (row, keep) in rows.iter().zip(keep) {
        if *keep {
            let joint = if was_kept { row.joint } else { Joint::Paragraph };
            if !res.is_empty() {
                res.push_str(match joint {
                    Joint::Paragraph => "\n\n",
                    Joint::Line => "\n",
                    Joint::Blank => " ",
                });
            }
            res.push_str(&row.text);
        }
        was_kept = *keep;
    }
    res
}

/// How many boxes around a picture may hold its caption.
const CAPTION_BOXES: usize = 3;
/// How far from the text a picture may stand, in blocks.
const BESIDE_TEXT_BLOCKS: usize = 3;

/// The pictures beside the text that have a caption, and those between its blocks.
fn pictures(page: &Blocks, rows: &[Row], keep: &[bool]) -> Vec<(String, Option<String>)> {
    let (Some(first), Some(last)) =
        (keep.iter().position(|it| *it), keep.iter().rposition(|it| *it))
    else {
        return Vec::new();
    };
    let mut res: Vec<(String, Option<String>)> = Vec::new();
    for it in &page.pictures {
        let is_beside = first.saturating_sub(BESIDE_TEXT_BLOCKS) <= it.before
            && it.before <= last + BESIDE_TEXT_BLOCKS;
        if !is_beside || res.iter().any(|(known, _)| *known == it.url) {
            continue;
        }
        let caption = caption(page, rows, it);
        let is_within = first < it.before && it.before <= last;
        let apart = Tag::Nav.bit() | Tag::Footer.bit() | Tag::Aside.bit();
        let is_apart = page.places[it.place].within & apart != 0;
        if caption.is_some() || (is_within && !is_apart) {
            res.push((it.url.clone(), caption));
        }
    }
    res
}

/// The caption in the nearest box that holds one and no running text.
fn caption(page: &Blocks, rows: &[Row], picture: &blocks::Shown) -> Option<String> {
    let mut at = picture.place;
    for _ in 0..CAPTION_BOXES {
        let place = &page.places[at];
        let within = place.first..(place.last + 1).min(rows.len());
        let mut inside = within.filter(|_| place.n_blocks > 0);
        let found = inside.find(|it| rows[*it].use_ == Use::Caption && *it + 1 >= picture.before);
        if let Some(found) = found {
            let bare = lines::without_credit(&rows[found].text);
            return Some(bare.to_owned()).filter(|it| !it.is_empty());
        }
        at = place.parent;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_the_trees_do_not_know_is_its_plain_blocks() {
        let rows = rows(&Tree::from("<nav><p>ba</p></nav><p>một</p><p>hai</p>"), None);
        assert_eq!(kept(&rows, &[0.0, 0.1, 0.05]), [false, true, true]);
        assert_eq!(kept(&rows, &[0.0, 0.9, 0.2]), [false, true, false]);
    }

    #[test]
    fn the_trees_ask_for_nothing_that_blocks_do_not_tell() {
        let rows = rows(&Tree::from("<p>một</p><p>hai</p>"), None);
        let first: Vec<f32> = rows.iter().map(|it| FIRST.probability(&it.features)).collect();
        let second = with_context(&rows, &first);
        assert!(FIRST.feature_max() < rows[0].features.len());
        assert!(SECOND.feature_max() < second[0].len());
    }
}
