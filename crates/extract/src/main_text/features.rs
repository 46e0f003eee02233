//! What is known of a block: its words, its boxes, its neighbours, and others of its make.

use std::collections::{HashMap, HashSet};

use super::blocks::{Block, Blocks, Place, Tag};
use super::signs::{N_SIGNS, Sign, Signs, in_text};
use super::stated::Stated;

/// One row of numbers a block.
pub(crate) type Features = Vec<f32>;

/// A block of so many characters, mostly not links, is one of a running text.
const LONG_CHARS: usize = 100;

/// The features of each block of a page.
pub(super) fn features(page: &Blocks, title: Option<&str>, stated: &Stated) -> Vec<Features> {
    let looks = Looks::of(page, title, stated);
    (0..page.blocks.len()).map(|at| looks.features(at)).collect()
}

/// What is asked of a page once.
struct Looks<'a> {
    page: &'a Blocks,
    stated: &'a Stated,
    words: Vec<Words>,
    styles: HashMap<u64, Style>,
    n_styles_chars_max: usize,
    texts: HashMap<&'a str, usize>,
    title_words: HashSet<String>,
    /// The headline's block, if the page shows it.
    headline: Option<usize>,
    /// Characters before each block.
    n_chars_before: Vec<usize>,
    n_chars: usize,
    /// The box that holds the most running text for its links.
    best: usize,
    /// Of each box inside it, the part of it that the box is in.
    branches: Vec<Option<usize>>,
    /// Of each box and sign, the share of the page's text that the nearest box with it holds.
    shares: Vec<[f32; N_SIGNS]>,
    /// Of each block, the heading before it.
    heading: Vec<Option<usize>>,
    /// Blocks since and until a long one.
    since_long: Vec<usize>,
    until_long: Vec<usize>,
}

/// Blocks of one make.
#[derive(Default)]
struct Style {
    n_blocks: usize,
    n_chars: usize,
    n_link_chars: usize,
}

/// What the letters of a text are.
struct Words {
    n_words: usize,
    n_commas: usize,
    n_ends: usize,
    n_digits: usize,
    n_upper: usize,
    n_letters: usize,
    n_title_words: usize,
    n_separators: usize,
    n_lines: usize,
    last: f32,
    begins_small: bool,
    signs: Signs,
    first_signs: Signs,
}

impl Words {
    fn of(block: &Block) -> Self {
        let (signs, first_signs) = in_text(&block.lower);
        let text = &block.text;
        let mut res = Self {
            n_words: 0,
            n_commas: 0,
            n_ends: 0,
            n_digits: 0,
            n_upper: 0,
            n_letters: 0,
            n_title_words: 0,
            n_separators: 0,
            n_lines: 0,
            last: last(text),
            begins_small: text.starts_with(char::is_lowercase),
            signs,
            first_signs,
        };
        for word in text.split(' ') {
            res.n_words += 1;
            res.n_title_words += usize::from(word.starts_with(char::is_uppercase));
            res.n_ends += usize::from(word.ends_with(['.', '!', '?', '…', '”', '"']));
        }
        for it in text.chars() {
            match it {
                ',' | '،' | '，' => res.n_commas += 1,
                '|' | '·' | '»' | '›' | '/' | '•' | '>' => res.n_separators += 1,
                '\n' => res.n_lines += 1,
                it if it.is_ascii_digit() => res.n_digits += 1,
                it if it.is_uppercase() => {
                    (res.n_upper, res.n_letters) = (res.n_upper + 1, res.n_letters + 1)
                }
                it if it.is_alphabetic() => res.n_letters += 1,
                _ => {}
            }
        }
        res
    }
}

/// How a text ends: as a sentence, with a colon, broken off, or like a heading.
fn last(text: &str) -> f32 {
    if text.ends_with("...") || text.ends_with('…') {
        return 4.0;
    }
    let bare = text.trim_end_matches(['"', '”', '’', '\'', ')', '»', ' ']);
    match bare.chars().next_back() {
        Some('.' | '!' | '?' | '。' | '！' | '？' | '؟' | '।') => 1.0,
        Some(':') => 3.0,
        Some(',' | ';' | '-' | '–') => 2.0,
        _ => 0.0,
    }
}

impl<'a> Looks<'a> {
    fn of(page: &'a Blocks, title: Option<&str>, stated: &'a Stated) -> Self {
        let blocks = &page.blocks;
        let mut styles: HashMap<u64, Style> = HashMap::new();
        let mut texts: HashMap<&str, usize> = HashMap::new();
        let mut n_chars = 0;
        let mut n_chars_before = Vec::with_capacity(blocks.len());
        for block in blocks {
            let style = styles.entry(page.places[block.place].style).or_default();
            style.n_blocks += 1;
            style.n_chars += block.n_chars;
            style.n_link_chars += block.n_link_chars;
            *texts.entry(&block.lower).or_default() += 1;
            n_chars_before.push(n_chars);
            n_chars += block.n_chars;
        }
        let n_chars = n_chars.max(1);
        let best = best_place(page);
        let title = title.unwrap_or_default().to_lowercase();
        let title_words: HashSet<String> = title.split_whitespace().map(str::to_owned).collect();
        let is_long = |it: &Block| it.n_chars >= LONG_CHARS && it.link_share() < 0.4;
        let long: Vec<bool> = blocks.iter().map(is_long).collect();
        let n_styles_chars_max = styles.values().map(|it| it.n_chars - it.n_link_chars).max();
        Self {
            page,
            stated,
            words: blocks.iter().map(Words::of).collect(),
            styles,
            n_styles_chars_max: n_styles_chars_max.unwrap_or(0),
            texts,
            headline: headline(page, &title, &title_words),
            title_words,
            n_chars_before,
            n_chars,
            best,
            branches: branches(page, best),
            shares: shares(page, n_chars),
            heading: headings(page),
            since_long: distances(long.iter()),
            until_long: {
                let mut it = distances(long.iter().rev());
                it.reverse();
                it
            },
        }
    }

    fn features(&self, at: usize) -> Features {
        let mut row = Vec::with_capacity(N_FEATURES_MIN);
        self.of_text(at, &mut row);
        self.of_phrases(at, &mut row);
        self.of_boxes(at, &mut row);
        self.of_names(at, &mut row);
        self.of_position(at, &mut row);
        self.of_containers(at, &mut row);
        self.of_style(at, &mut row);
        for step in [-2, -1, 1, 2] {
            self.of_neighbour(at, step, &mut row);
        }
        let lower = &self.page.blocks[at].lower;
        row.extend([self.stated.share(lower), flag(self.stated.is_description(lower))]);
        row
    }

    fn of_text(&self, at: usize, row: &mut Features) {
        let (block, words) = (&self.page.blocks[at], &self.words[at]);
        let n_words = words.n_words as f32;
        let n_letters = words.n_letters.max(1) as f32;
        row.extend([
            log(block.n_chars),
            n_words.min(300.0),
            block.link_share(),
            log(block.n_links),
            words.n_commas as f32 / n_words,
            log(words.n_ends),
            words.n_ends as f32 / n_words,
            words.last,
            flag(words.begins_small),
            words.n_upper as f32 / n_letters,
            words.n_digits as f32 / block.n_chars as f32,
            block.n_chars as f32 / n_words,
            words.n_title_words as f32 / n_words,
            block.n_bold_chars as f32 / block.n_chars as f32,
            words.n_separators as f32 / n_words,
            words.n_lines as f32,
        ]);
    }

    fn of_phrases(&self, at: usize, row: &mut Features) {
        use Sign::{
            Action, Advert, Author, Comment, Contact, Cookie, Copyright, Credit, Follow, Menu,
            Popular, Related, Share, Subscribe, Summary, Time, Topics,
        };
        const ALL: [Sign; 17] = [
            Related, Share, Follow, Subscribe, Comment, Cookie, Copyright, Advert, Author, Credit,
            Topics, Time, Contact, Action, Menu, Summary, Popular,
        ];
        let words = &self.words[at];
        for sign in ALL {
            row.push(flag(words.signs.has(sign)) + flag(words.first_signs.has(sign)));
        }
        // What the heading before it says, and how far above it stands.
        const APART: [Sign; 8] =
            [Related, Share, Follow, Subscribe, Comment, Author, Action, Popular];
        let heading = self.heading[at];
        let signs = heading.map(|it| self.words[it].signs).unwrap_or_default();
        row.push(flag(signs.has_any(&APART)));
        row.push(heading.map_or(-1.0, |it| log(at - it)));
    }

    fn of_boxes(&self, at: usize, row: &mut Features) {
        const TAGS: [Tag; 14] = [
            Tag::Article,
            Tag::Main,
            Tag::Section,
            Tag::Aside,
            Tag::Nav,
            Tag::Header,
            Tag::Footer,
            Tag::Form,
            Tag::List,
            Tag::Table,
            Tag::Figure,
            Tag::Quote,
            Tag::Paragraph,
            Tag::Item,
        ];
        let place = &self.page.places[self.page.blocks[at].place];
        row.push(place.tag as u8 as f32);
        row.push(place.depth.min(60) as f32);
        row.extend(TAGS.map(|it| flag(place.within & it.bit() != 0)));
    }

    /// For each sign the share of the page's text that its nearest box holds: a narrow box tells
    /// of what is in it, one around everything tells nothing.
    fn of_names(&self, at: usize, row: &mut Features) {
        let block = &self.page.blocks[at];
        let mut shares = self.shares[block.place];
        for (idx, share) in shares.iter_mut().enumerate() {
            if block.signs.has_at(idx) {
                *share = block.n_chars as f32 / self.n_chars as f32;
            }
        }
        row.extend(shares);
    }

    fn of_position(&self, at: usize, row: &mut Features) {
        let block = &self.page.blocks[at];
        let n_blocks = self.page.blocks.len();
        let since = self.headline.map_or(-99.0, |it| signed_log(at, it));
        let chars_since = self
            .headline
            .map_or(-99.0, |it| signed_log(self.n_chars_before[at], self.n_chars_before[it]));
        let in_title = block.lower.split_whitespace().filter(|it| self.title_words.contains(*it));
        row.extend([
            at as f32 / n_blocks as f32,
            self.n_chars_before[at] as f32 / self.n_chars as f32,
            log(n_blocks - at),
            log(at),
            since,
            chars_since,
            in_title.count() as f32 / self.words[at].n_words as f32,
            self.texts.get(&*block.lower).copied().unwrap_or(1) as f32,
            self.since_long[at].min(20) as f32,
            self.until_long[at].min(20) as f32,
            log(self.n_chars),
            log(n_blocks),
        ]);
    }

    fn of_containers(&self, at: usize, row: &mut Features) {
        let page = self.page;
        let block = &page.blocks[at];
        let own = &page.places[block.place];
        let parent = &page.places[own.parent];
        let above = &page.places[parent.parent];
        for it in [own, parent, above] {
            row.extend([link_share(it), log(it.n_chars), log(it.n_blocks), paragraph_share(it)]);
        }
        let best = &page.places[self.best];
        let branch = self.branches[block.place];
        let is_in = branch.is_some();
        let branch = &page.places[branch.unwrap_or(block.place)];
        let n_in_best = (best.last + 1).saturating_sub(best.first).max(1);
        row.extend([
            flag(is_in),
            if is_in { (own.depth - best.depth) as f32 } else { -1.0 },
            best.n_chars as f32 / self.n_chars as f32,
            link_share(best),
            (at as f32 - best.first as f32) / n_in_best as f32,
            at as f32 - best.first as f32,
            best.last as f32 - at as f32,
            link_share(branch),
            log(branch.n_chars),
            log(branch.n_blocks),
            paragraph_share(branch),
            branch.n_chars as f32 / best.n_chars.max(1) as f32,
            branch.tag as u8 as f32,
        ]);
    }

    fn of_style(&self, at: usize, row: &mut Features) {
        let place = &self.page.places[self.page.blocks[at].place];
        let Some(it) = self.styles.get(&place.style) else {
            return row.extend([0.0; 6]);
        };
        let plain = (it.n_chars - it.n_link_chars) as f32;
        row.extend([
            log(it.n_blocks),
            log(it.n_chars),
            it.n_chars as f32 / it.n_blocks as f32,
            it.n_link_chars as f32 / it.n_chars.max(1) as f32,
            plain / self.n_styles_chars_max.max(1) as f32,
            plain / self.n_chars as f32,
        ]);
    }

    fn of_neighbour(&self, at: usize, step: isize, row: &mut Features) {
        let own = &self.page.blocks[at];
        let found =
            at.checked_add_signed(step).and_then(|it| Some((it, self.page.blocks.get(it)?)));
        let Some((idx, it)) = found else {
            return row.extend([-1.0; 7]);
        };
        let (place, own_place) = (&self.page.places[it.place], &self.page.places[own.place]);
        row.extend([
            log(it.n_chars),
            it.link_share(),
            place.tag as u8 as f32,
            flag(place.style == own_place.style),
            flag(place.parent == own_place.parent),
            self.words[idx].last,
            flag(self.words[idx].signs != Signs::default()),
        ]);
    }
}

const N_FEATURES_MIN: usize = 160;

/// The block that shows the headline: the `h1` most like the title, or the first such.
fn headline(page: &Blocks, title: &str, words: &HashSet<String>) -> Option<usize> {
    let is_same = |it: &&(usize, &Block)| !title.is_empty() && it.1.lower == title;
    let heading = |it: &Block| page.places[it.place].tag.is_heading();
    let all = || page.blocks.iter().enumerate();
    let like = |it: &Block| {
        let n_same = it.lower.split_whitespace().filter(|word| words.contains(*word)).count();
        n_same * 2 > words.len().max(1)
    };
    let headings: Vec<_> = all().filter(|it| heading(it.1)).collect();
    let found = headings.iter().find(is_same).or_else(|| headings.iter().find(|it| like(it.1)));
    let found = found.map(|it| it.0).or_else(|| all().find(|it| is_same(&it)).map(|it| it.0));
    let first = || all().find(|it| page.places[it.1.place].tag == Tag::Heading1).map(|it| it.0);
    found.or_else(first)
}

/// Of each block, the nearest heading before it.
fn headings(page: &Blocks) -> Vec<Option<usize>> {
    let mut last = None;
    let mut res = Vec::with_capacity(page.blocks.len());
    for (at, block) in page.blocks.iter().enumerate() {
        res.push(last);
        let is_bold = block.n_bold_chars * 5 > block.n_chars * 4 && block.n_chars < LONG_CHARS;
        if page.places[block.place].tag.is_heading() || is_bold {
            last = Some(at);
        }
    }
    res
}

/// No box of the page has the sign.
const NO_SHARE: f32 = 2.0;

fn shares(page: &Blocks, n_chars: usize) -> Vec<[f32; N_SIGNS]> {
    let mut res: Vec<[f32; N_SIGNS]> = Vec::with_capacity(page.places.len());
    for place in &page.places {
        let mut shares = res.get(place.parent).copied().unwrap_or([NO_SHARE; N_SIGNS]);
        for (idx, share) in shares.iter_mut().enumerate() {
            if place.signs.has_at(idx) {
                *share = place.n_chars as f32 / n_chars as f32;
            }
        }
        res.push(shares);
    }
    res
}

/// The child of the best box that each box inside it is in; the best box is its own.
fn branches(page: &Blocks, best: usize) -> Vec<Option<usize>> {
    let mut res: Vec<Option<usize>> = Vec::with_capacity(page.places.len());
    for (idx, place) in page.places.iter().enumerate() {
        let above = res.get(place.parent).copied().flatten();
        res.push(match above {
            _ if idx == best => Some(idx),
            Some(it) if it == best => Some(idx),
            it => it,
        });
    }
    res
}

/// Steps since the last that is set; 99 where none was.
fn distances<'a>(of: impl Iterator<Item = &'a bool>) -> Vec<usize> {
    let mut since = 99;
    let mut res = Vec::new();
    for it in of {
        res.push(since);
        since = if *it { 1 } else { (since + 1).min(99) };
    }
    res
}

/// Paragraphs give their boxes points for commas and length (Readability's rule): all to the
/// first, half to the second, a sixth and a ninth to those above; links take points away.
fn best_place(page: &Blocks) -> usize {
    let mut scores = vec![0.0_f32; page.places.len()];
    for block in page.blocks.iter().filter(|it| it.n_chars >= 25 && it.link_share() < 0.5) {
        let n_commas = block.text.matches(',').count() as f32;
        let score = 1.0 + n_commas + (block.n_chars as f32 / 100.0).min(3.0);
        let mut at = page.places[block.place].parent;
        if page.places[block.place].tag == Tag::Box {
            at = block.place;
        }
        for share in [1.0, 0.5, 1.0 / 6.0, 1.0 / 9.0] {
            scores[at] += score * share;
            at = page.places[at].parent;
        }
    }
    let score = |it: usize| scores[it] * (1.0 - link_share(&page.places[it]));
    (0..page.places.len()).max_by(|&a, &b| score(a).total_cmp(&score(b))).unwrap_or(0)
}

fn link_share(it: &Place) -> f32 {
    it.n_link_chars as f32 / it.n_chars.max(1) as f32
}

fn paragraph_share(it: &Place) -> f32 {
    it.n_paragraph_chars as f32 / it.n_chars.max(1) as f32
}

fn log(it: usize) -> f32 {
    (it as f32 + 1.0).ln()
}

fn signed_log(it: usize, from: usize) -> f32 {
    if it >= from { log(it - from) } else { -log(from - it) }
}

fn flag(it: bool) -> f32 {
    f32::from(u8::from(it))
}
