//! Lines that are left out whatever the trees say: who wrote, took or edited it, and captions.
//!
//! They are known by their own words and by the names of their boxes, in Vietnamese and English.

use super::blocks::{Block, Blocks, Tag};
use super::signs::{Sign, Signs, in_text};
use crate::limits::BYLINE_CHARS_MAX;

/// What a block is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It may be of the text.
    Text,
    /// It names who wrote the text.
    Byline,
    /// It stands below a picture.
    Caption,
    /// It is the headline once more.
    Headline,
}

/// The longest caption. A longer block in a figure is a text.
const CAPTION_CHARS_MAX: usize = 700;

/// What a block is for.
pub(super) fn use_of(page: &Blocks, at: usize, title: &str) -> Use {
    let block = &page.blocks[at];
    if is_byline(page, block) {
        return Use::Byline;
    }
    if block.n_chars <= CAPTION_CHARS_MAX && is_caption(page, block) {
        return Use::Caption;
    }
    match !title.is_empty() && block.lower == title {
        true => Use::Headline,
        false => Use::Text,
    }
}

/// The longest line that calls the reader away by its words alone.
const APART_CHARS_MAX: usize = 70;
/// The longest that does so with links.
const APART_LINKS_CHARS_MAX: usize = 250;

/// Does the line call the reader away: by its first words, or by the name of the narrow box that it
/// stands in?
pub(super) fn is_apart(page: &Blocks, at: usize) -> bool {
    use Sign::{
        Advert, Comment, Cookie, Copyright, Follow, Popular, Related, Share, Subscribe, Topics,
    };
    const AWAY: [Sign; 10] =
        [Related, Share, Follow, Subscribe, Comment, Cookie, Copyright, Advert, Topics, Popular];
    let block = &page.blocks[at];
    if block.n_chars > APART_LINKS_CHARS_MAX {
        return false;
    }
    let (_, first) = in_text(&block.lower);
    let ends = block.text.ends_with(['.', '!', '?']);
    let by_words = first.has_any(&AWAY)
        && (block.link_share() > 0.3 || (block.n_chars <= APART_CHARS_MAX && !ends));
    // A box as narrow as a list of links, never one around the text.
    let narrow = page.around(block).take(4).filter(|it| it.n_chars <= 2 * APART_LINKS_CHARS_MAX);
    let signs = narrow.fold(block.signs, |sum, it| sum.with(it.signs));
    const BOXES: [Sign; 6] = [Related, Share, Subscribe, Comment, Popular, Topics];
    by_words || (signs.has_any(&BOXES) && (block.link_share() > 0.3 || signs.has(Subscribe)))
}

fn is_byline(page: &Blocks, block: &Block) -> bool {
    let narrow = page.around(block).take(3).filter(|it| it.n_chars <= BYLINE_CHARS_MAX);
    let signs = narrow.fold(block.signs, |sum, it| sum.with(it.signs));
    block.n_chars <= BYLINE_CHARS_MAX && (signs.has(Sign::Author) || names_author(&block.text))
}

/// Does a short line say who wrote it, by its first words?
fn names_author(text: &str) -> bool {
    const FIRST: [&str; 39] = [
        "written by ",
        "posted by ",
        "reported by ",
        "reporting by ",
        "additional reporting by ",
        "editing by ",
        "compiled by ",
        "story by ",
        "words by ",
        "text by ",
        "photo by ",
        "photos by ",
        "photography by ",
        "photograph by ",
        "photo credit",
        "photo courtesy",
        "photo from ",
        "photo:",
        "image by ",
        "image credit",
        "image from ",
        "contributing:",
        "contributors:",
        "author:",
        "authors:",
        "reporter:",
        "editor:",
        "tác giả:",
        "tác giả bài",
        "bài:",
        "bài và ảnh:",
        "bài, ảnh:",
        "ảnh:",
        "thực hiện:",
        "biên tập:",
        "phóng viên:",
        "người viết:",
        "bài viết:",
        "clip:",
    ];
    let lower = text.to_lowercase();
    if FIRST.iter().any(|it| lower.starts_with(it)) {
        return true;
    }
    if names_post(text, &lower) {
        return true;
    }
    // "By" and a name; "By Monday the bridge will be open." ends as a sentence does.
    let Some(name) = lower.strip_prefix("by ").and_then(|_| text.get(3..)) else {
        return false;
    };
    let n_words = name.split_whitespace().count();
    let n_names = name.split_whitespace().filter(|it| it.starts_with(char::is_uppercase)).count();
    n_words <= 10 && n_names >= 2 && n_names * 2 >= n_words && !name.ends_with(['.', '!', '?', ':'])
}

/// "Mary Canary, health correspondent": a name, and what its owner does for the paper.
fn names_post(text: &str, lower: &str) -> bool {
    const POSTS: [&str; 5] =
        [" correspondent", " reporter", " staff writer", "phóng viên", "biên tập viên"];
    let Some((name, post)) = text.split_once(',') else {
        return false;
    };
    let is_name = (2..=SIGNATURE_WORDS_MAX).contains(&name.split_whitespace().count())
        && name.split_whitespace().all(|it| it.starts_with(char::is_uppercase));
    is_name && post.split_whitespace().count() <= 4 && POSTS.iter().any(|it| lower.ends_with(it))
}

fn is_caption(page: &Blocks, block: &Block) -> bool {
    let place = &page.places[block.place];
    let in_figure = place.within & (Tag::Figure.bit() | Tag::Caption.bit()) != 0;
    let named = |it: Signs| it.has(Sign::Caption);
    let narrow = page.around(block).take(2).filter(|it| it.n_chars <= CAPTION_CHARS_MAX);
    // Tables are figures in some pages.
    let in_table = place.within & Tag::Table.bit() != 0;
    (in_figure && !in_table) || named(block.signs) || narrow.into_iter().any(|it| named(it.signs))
}

/// A last line of at most so many capitalised words is a name.
const SIGNATURE_WORDS_MAX: usize = 5;

/// Is this, as the last line of a text, its signature: `Minh Anh`, `(Theo Báo Mẫu)`?
pub(super) fn is_signature(text: &str) -> bool {
    let bare = text.trim_matches(|it: char| !it.is_alphanumeric());
    let lower = bare.to_lowercase();
    let words: Vec<&str> = bare.split_whitespace().collect();
    if words.is_empty() || words.len() > SIGNATURE_WORDS_MAX + 2 {
        return false;
    }
    if lower.starts_with("theo ") {
        return true;
    }
    let is_name = |it: &&str| it.starts_with(char::is_uppercase) || it.len() <= 2;
    let ends_open = !text.ends_with(['.', '!', '?', ':', '…', '”', '"']);
    let has_digits = bare.contains(|it: char| it.is_ascii_digit());
    let n_words = words.len();
    (2..=SIGNATURE_WORDS_MAX).contains(&n_words)
        && ends_open
        && !has_digits
        && words.iter().all(is_name)
}

/// The longest biography below a text.
const BIOGRAPHY_BYTES_MAX: usize = 1_000;

/// Does a block at the end of a text tell of who wrote it: "Mary Canary is a reporter who …"?
pub(super) fn is_biography(text: &str) -> bool {
    const IS: [&str; 12] = [
        " is a ",
        " is an ",
        " is the ",
        " writes ",
        " covers ",
        " has written ",
        " là phóng viên",
        " là nhà báo",
        " là tác giả",
        " là biên tập viên",
        " là cây bút",
        " was a ",
    ];
    const WORK: [&str; 18] = [
        "writer",
        "author",
        "reporter",
        "journalist",
        "editor",
        "columnist",
        "correspondent",
        "contributor",
        "blogger",
        "freelance",
        "newsroom",
        "producer",
        "writes about",
        "covers ",
        "phóng viên",
        "nhà báo",
        "tác giả",
        "biên tập viên",
    ];
    if text.len() > BIOGRAPHY_BYTES_MAX {
        return false;
    }
    let n_names = text.split_whitespace().take_while(|it| it.starts_with(char::is_uppercase));
    if !(2..=SIGNATURE_WORDS_MAX).contains(&n_names.count()) {
        return false;
    }
    // Of the first sentence: later ones tell of others.
    let first = text.split_inclusive(". ").next().unwrap_or(text).to_lowercase();
    IS.iter().any(|it| first.contains(it)) && WORK.iter().any(|it| first.contains(it))
}

/// A caption without who took the picture.
pub(super) fn without_credit(caption: &str) -> &str {
    const CREDITS: [&str; 20] = [
        "ảnh:",
        "ảnh minh họa:",
        "nguồn:",
        "nguồn ảnh",
        "photo:",
        "photo by",
        "photos by",
        "photograph:",
        "photograph by",
        "photo credit",
        "credit:",
        "image:",
        "image by",
        "image credit",
        "picture:",
        "courtesy of",
        "getty images",
        "đồ họa:",
        "video:",
        "via getty",
    ];
    let lower = caption.to_lowercase();
    // Small letters of another length would shift the place of the cut.
    if lower.len() != caption.len() {
        return if CREDITS.iter().any(|it| lower.contains(it)) { "" } else { caption };
    }
    let at = CREDITS.iter().filter_map(|it| lower.find(it)).min().unwrap_or(caption.len());
    caption[..at].trim_end_matches([' ', '(', '[', '|', '/', '-', '–', '—', '©', ','])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_wrote_it_is_known_by_its_first_words() {
        for line in [
            "By Canary Jones",
            "by CANARY JONES and Mary Canary",
            "Written by a canary",
            "Tác giả: Trần Hoàng Yến",
            "Bài và ảnh: Hoàng Yến",
            "Mary Canary, BBC health correspondent",
            "Image from Canary Pictures",
        ] {
            assert!(names_author(line), "{line}");
        }
        for line in [
            "By Monday the bridge will be open again.",
            "By then, Hanoi was under water",
            "By and large",
            "Mary Canary, a nurse, spoke to our reporter",
            "Theo Sở Y tế, không có ca mắc mới.",
        ] {
            assert!(!names_author(line), "{line}");
        }
    }

    #[test]
    fn a_signature_is_a_last_line_of_names() {
        for line in ["Hoàng Yến", "(Theo Báo Mẫu)", "— Mary Ann Canary", "H.Yến - M.Anh"]
        {
            assert!(is_signature(line), "{line}");
        }
        for line in ["Nước máy đạt chuẩn.", "Còn tiếp", "Hà Nội 2026", "A", "Who Pays For It?"]
        {
            assert!(!is_signature(line), "{line}");
        }
    }

    #[test]
    fn a_biography_says_what_a_writer_does() {
        for text in [
            "Mary Canary is a freelance journalist who lives by the sea.",
            "Mary Ann Canary covers health for The Sample Paper.",
            "Trần Hoàng Yến là phóng viên mảng giao thông.",
        ] {
            assert!(is_biography(text), "{text}");
        }
        for text in [
            "The bridge is a work of 1932, its author is unknown.",
            "Mary Canary is a nurse.",
            "Mary Canary is a nurse. She spoke to our reporter.",
        ] {
            assert!(!is_biography(text), "{text}");
        }
    }

    #[test]
    fn captions_lose_who_took_the_picture() {
        for (caption, expected) in [
            ("Cầu Mẫu sáng 1/11. Ảnh: Hoàng Yến", "Cầu Mẫu sáng 1/11."),
            ("The bridge (Photo by Mary Canary/Getty Images)", "The bridge"),
            ("Ảnh: Hoàng Yến", ""),
            ("Người dân lấy nước", "Người dân lấy nước"),
        ] {
            assert_eq!(without_credit(caption), expected);
        }
    }
}
