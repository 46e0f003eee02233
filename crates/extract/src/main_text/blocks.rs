//! A tree to its blocks: runs of text that stand together on the page, in reading order, and the
//! boxes that they stand in.

use dom_query::{Document as Tree, NodeRef};

use super::signs::{Sign, Signs, in_names};
use crate::limits::{BLOCK_LINKS_MAX, BYLINE_CHARS_MAX, PAGE_BLOCKS_MAX, PAGE_PICTURES_MAX};

/// What kind of element a block or a box is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Tag {
    /// Any other element.
    Box,
    Paragraph,
    Item,
    Heading1,
    Heading2,
    Heading3,
    Heading4,
    Quote,
    Preformatted,
    Caption,
    Cell,
    Term,
    Article,
    Main,
    Section,
    Aside,
    Nav,
    Header,
    Footer,
    Form,
    List,
    Table,
    Figure,
    Row,
    Body,
}

impl Tag {
    fn of(name: &str) -> Self {
        match name {
            "p" => Self::Paragraph,
            "li" => Self::Item,
            "h1" => Self::Heading1,
            "h2" => Self::Heading2,
            "h3" => Self::Heading3,
            "h4" | "h5" | "h6" => Self::Heading4,
            "blockquote" => Self::Quote,
            "pre" => Self::Preformatted,
            "figcaption" | "caption" => Self::Caption,
            "td" | "th" => Self::Cell,
            "dt" | "dd" => Self::Term,
            "article" => Self::Article,
            "main" => Self::Main,
            "section" => Self::Section,
            "aside" => Self::Aside,
            "nav" => Self::Nav,
            "header" => Self::Header,
            "footer" => Self::Footer,
            "form" => Self::Form,
            "ul" | "ol" | "dl" => Self::List,
            "table" => Self::Table,
            "figure" => Self::Figure,
            "tr" => Self::Row,
            "body" => Self::Body,
            _ => Self::Box,
        }
    }

    /// One bit of a set of tags.
    pub(crate) fn bit(self) -> u32 {
        1 << self as u8
    }

    /// Is it `h1` to `h6`?
    pub(crate) fn is_heading(self) -> bool {
        matches!(self, Self::Heading1 | Self::Heading2 | Self::Heading3 | Self::Heading4)
    }
}

/// Text that stands together.
#[derive(Debug)]
pub(crate) struct Block {
    /// Single spaces; a line end where the page has `<br>`.
    pub(crate) text: String,
    /// The same in small letters.
    pub(crate) lower: String,
    /// Characters, without those of the margins.
    pub(crate) n_chars: usize,
    /// How many of them are in links.
    pub(crate) n_link_chars: usize,
    pub(crate) n_links: usize,
    pub(crate) n_bold_chars: usize,
    /// The innermost box around it.
    pub(crate) place: usize,
    /// What the names of spans say that hold most of it.
    pub(crate) signs: Signs,
    /// Where its links lead, as they are written.
    pub(crate) links: Vec<String>,
}

impl Block {
    /// The share of its characters that are in links.
    pub(crate) fn link_share(&self) -> f32 {
        self.n_link_chars as f32 / self.n_chars.max(1) as f32
    }
}

/// An element that stands for itself on the page, and sums over what is in it.
#[derive(Debug)]
pub(crate) struct Place {
    /// Its index is smaller; the first is its own parent.
    pub(crate) parent: usize,
    pub(crate) tag: Tag,
    /// The tags of the boxes around it and its own, as bits.
    pub(crate) within: u32,
    pub(crate) depth: usize,
    /// What its own names say.
    pub(crate) signs: Signs,
    /// Elements of one make have one style: the name and class of it and of its parent.
    pub(crate) style: u64,
    pub(crate) n_chars: usize,
    pub(crate) n_link_chars: usize,
    pub(crate) n_blocks: usize,
    pub(crate) n_paragraph_chars: usize,
    /// The first and last block in it.
    pub(crate) first: usize,
    pub(crate) last: usize,
}

/// A picture as it is written.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) url: String,
    /// The block that follows it.
    pub(crate) before: usize,
    /// The innermost box around it.
    pub(crate) place: usize,
}

/// The blocks of a page, their boxes, and the pictures between them.
#[derive(Default)]
pub(crate) struct Blocks {
    pub(crate) blocks: Vec<Block>,
    pub(crate) places: Vec<Place>,
    pub(crate) pictures: Vec<Shown>,
}

impl Blocks {
    /// Takes a page apart.
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut walk = Walk::default();
        walk.res.places.push(place(0, Tag::Box, 0, 0, Signs::default(), 0));
        let mut stack = vec![Step::Enter(tree.root())];
        while let Some(step) = stack.pop() {
            match step {
                Step::Enter(node) => walk.enter(node, &mut stack),
                Step::LeaveSpan { from, signs, is_link, is_bold } => {
                    walk.n_links_open -= usize::from(is_link);
                    walk.n_bold_open -= usize::from(is_bold);
                    if signs != Signs::default() {
                        walk.spans.push((walk.n_chars.saturating_sub(from), signs));
                    }
                }
                Step::LeaveBox { parent } => {
                    walk.end_block();
                    walk.place = parent;
                }
            }
        }
        walk.end_block();
        walk.res.sum_up();
        walk.res
    }

    /// The boxes around a block, from the inside.
    pub(crate) fn around(&self, block: &Block) -> impl Iterator<Item = &Place> {
        let mut at = Some(block.place);
        std::iter::from_fn(move || {
            let here = at?;
            at = Some(self.places[here].parent).filter(|_| here != 0);
            Some(&self.places[here])
        })
    }

    fn sum_up(&mut self) {
        for (idx, block) in self.blocks.iter().enumerate() {
            let it = &mut self.places[block.place];
            if it.n_blocks == 0 {
                it.first = idx;
            }
            it.last = idx;
            it.n_blocks += 1;
            it.n_chars += block.n_chars;
            it.n_link_chars += block.n_link_chars;
            if it.tag == Tag::Paragraph {
                it.n_paragraph_chars += block.n_chars;
            }
        }
        for idx in (1..self.places.len()).rev() {
            let (before, after) = self.places.split_at_mut(idx);
            let (it, parent) = (&after[0], &mut before[after[0].parent]);
            if it.n_blocks == 0 {
                continue;
            }
            parent.first = if parent.n_blocks == 0 { it.first } else { parent.first.min(it.first) };
            parent.last = parent.last.max(it.last);
            parent.n_blocks += it.n_blocks;
            parent.n_chars += it.n_chars;
            parent.n_link_chars += it.n_link_chars;
            parent.n_paragraph_chars += it.n_paragraph_chars;
        }
    }
}

fn place(parent: usize, tag: Tag, within: u32, depth: usize, signs: Signs, style: u64) -> Place {
    Place {
        parent,
        tag,
        within: within | tag.bit(),
        depth,
        signs,
        style,
        n_chars: 0,
        n_link_chars: 0,
        n_blocks: 0,
        n_paragraph_chars: 0,
        first: 0,
        last: 0,
    }
}

enum Step<'a> {
    Enter(NodeRef<'a>),
    LeaveSpan { from: usize, signs: Signs, is_link: bool, is_bold: bool },
    LeaveBox { parent: usize },
}

/// Where the walk is, and the block that is being written.
#[derive(Default)]
struct Walk {
    res: Blocks,
    place: usize,
    text: String,
    n_chars: usize,
    n_link_chars: usize,
    n_links: usize,
    n_bold_chars: usize,
    n_links_open: usize,
    n_bold_open: usize,
    /// Spans with telling names that ended in this block: characters and what the names say.
    spans: Vec<(usize, Signs)>,
    links: Vec<String>,
}

impl Walk {
    fn enter<'a>(&mut self, node: NodeRef<'a>, stack: &mut Vec<Step<'a>>) {
        if node.is_text() {
            return self.text(&node.text());
        }
        let Some(name) = node.node_name() else {
            // The document itself.
            stack.extend(node.children_it(true).map(Step::Enter));
            return;
        };
        match kind(&name) {
            Kind::Left => return,
            Kind::Break => return self.line_end(),
            Kind::Span => {
                let signs = signs_of(&node);
                if signs.has(Sign::Author) && is_short(&node) {
                    return; // A name of a person inside a line is never read.
                }
                self.enter_span(&node, &name, signs, stack);
            }
            Kind::Box => self.enter_box(&node, &name, stack),
        }
        stack.extend(node.children_it(true).map(Step::Enter));
    }

    fn enter_span<'a>(
        &mut self,
        node: &NodeRef<'a>,
        name: &str,
        signs: Signs,
        stack: &mut Vec<Step<'a>>,
    ) {
        if name == "img" {
            return self.picture(node);
        }
        let is_link = name == "a" && node.has_attr("href");
        if let Some(href) =
            node.attr("href").filter(|_| is_link && self.links.len() < BLOCK_LINKS_MAX)
        {
            self.links.push(href.to_string());
        }
        let is_bold = matches!(name, "b" | "strong");
        self.n_links_open += usize::from(is_link);
        self.n_bold_open += usize::from(is_bold);
        self.n_links += usize::from(is_link);
        stack.push(Step::LeaveSpan { from: self.n_chars, signs, is_link, is_bold });
    }

    fn picture(&mut self, node: &NodeRef<'_>) {
        // Where a page loads its pictures late, `src` is a stand-in.
        let names = ["data-src", "data-original", "data-lazy-src", "src"];
        let is_address = |it: &str| !it.trim().is_empty() && !it.starts_with("data:");
        let found = names.iter().filter_map(|it| node.attr(it)).find(|it| is_address(it));
        if let Some(address) = found.filter(|_| self.res.pictures.len() < PAGE_PICTURES_MAX) {
            let (before, place) = (self.res.blocks.len(), self.place);
            self.res.pictures.push(Shown { url: address.trim().to_owned(), before, place });
        }
    }

    fn enter_box<'a>(&mut self, node: &NodeRef<'a>, name: &str, stack: &mut Vec<Step<'a>>) {
        self.end_block();
        stack.push(Step::LeaveBox { parent: self.place });
        let parent = &self.res.places[self.place];
        let class = node.class().unwrap_or_default();
        // Of the class, so much that numbered and generated names of one make are one style.
        let class = class.split(|it: char| it.is_ascii_digit()).next().unwrap_or_default();
        let own = hash(name.as_bytes(), hash(class.as_bytes(), 0));
        let style = hash(&(parent.style as u32).to_le_bytes(), own) << 32 | own >> 32;
        // What the body says of itself it says of everything.
        let signs =
            if name == "body" || name == "html" { Signs::default() } else { signs_of(node) };
        let it = place(self.place, Tag::of(name), parent.within, parent.depth + 1, signs, style);
        self.res.places.push(it);
        self.place = self.res.places.len() - 1;
    }

    fn text(&mut self, text: &str) {
        let mut words = text.split_whitespace();
        let begins_apart = text.starts_with(char::is_whitespace);
        let before = self.n_chars;
        if begins_apart {
            self.space();
        }
        if let Some(first) = words.next() {
            self.word(first);
            for word in words {
                self.space();
                self.word(word);
            }
            if text.ends_with(char::is_whitespace) {
                self.space();
            }
        }
        let n_new = self.n_chars - before;
        self.n_link_chars += if self.n_links_open > 0 { n_new } else { 0 };
        self.n_bold_chars += if self.n_bold_open > 0 { n_new } else { 0 };
    }

    fn word(&mut self, word: &str) {
        self.text.push_str(word);
        self.n_chars += word.chars().count();
    }

    fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
            self.text.push(' ');
            self.n_chars += 1;
        }
    }

    /// One is a line end, two are the end of a paragraph.
    fn line_end(&mut self) {
        if self.text.ends_with('\n') {
            return self.end_block();
        }
        if self.text.ends_with(' ') {
            self.text.pop();
            self.n_chars -= 1;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    fn end_block(&mut self) {
        let n_bytes = self.text.trim_end().len();
        self.text.truncate(n_bytes);
        if n_bytes > 0 && self.res.blocks.len() < PAGE_BLOCKS_MAX {
            let text = std::mem::take(&mut self.text);
            let n_chars = self.n_chars.max(1);
            let mostly = self.spans.iter().filter(|(n, _)| n * 5 >= n_chars * 4);
            let signs = mostly.fold(Signs::default(), |sum, (_, it)| sum.with(*it));
            let lower = text.to_lowercase();
            self.res.blocks.push(Block {
                lower,
                text,
                n_chars,
                n_link_chars: self.n_link_chars.min(n_chars),
                n_links: self.n_links,
                n_bold_chars: self.n_bold_chars.min(n_chars),
                place: self.place,
                signs,
                links: std::mem::take(&mut self.links),
            });
        }
        self.text.clear();
        self.spans.clear();
        (self.n_chars, self.n_link_chars, self.n_bold_chars) = (0, 0, 0);
        self.n_links = self.n_links_open;
    }
}

/// Is its text no longer than a byline?
fn is_short(node: &NodeRef<'_>) -> bool {
    let mut n_chars = 0;
    for it in node.descendants_it().filter(NodeRef::is_text) {
        n_chars += it.text().trim().chars().count();
        if n_chars > BYLINE_CHARS_MAX {
            return false;
        }
    }
    true
}

fn signs_of(node: &NodeRef<'_>) -> Signs {
    let mut res = Signs::default();
    let names = ["class", "id", "itemprop", "role", "data-testid", "data-component", "rel"];
    for it in names.iter().filter_map(|it| node.attr(it)) {
        res = res.with(in_names(&it));
    }
    let style = node.attr("style").unwrap_or_default();
    let is_styled_away = style.contains("display:none") || style.contains("display: none");
    let is_away = node.attr("aria-hidden").is_some_and(|it| &*it == "true");
    if is_styled_away || is_away || node.has_attr("hidden") {
        res.add(Sign::Hidden);
    }
    res
}

enum Kind {
    /// Nothing to read in it.
    Left,
    Break,
    Span,
    Box,
}

fn kind(name: &str) -> Kind {
    match name {
        "script" | "style" | "noscript" | "template" | "iframe" | "svg" | "canvas" | "object"
        | "embed" | "audio" | "video" | "select" | "button" | "textarea" | "input" | "head"
        | "math" | "dialog" | "map" | "datalist" => Kind::Left,
        "br" => Kind::Break,
        "a" | "span" | "b" | "strong" | "i" | "em" | "u" | "font" | "small" | "sub" | "sup"
        | "code" | "abbr" | "time" | "mark" | "cite" | "q" | "label" | "img" | "ins" | "del"
        | "s" | "strike" | "kbd" | "big" | "tt" | "bdi" | "bdo" | "wbr" | "data" | "var"
        | "samp" | "acronym" | "nobr" | "picture" | "source" | "dfn" => Kind::Span,
        _ => Kind::Box,
    }
}

/// FNV-1a.
pub(crate) fn hash(bytes: &[u8], seed: u64) -> u64 {
    bytes.iter().fold(seed ^ 0xCBF2_9CE4_8422_2325, |sum, it| {
        (sum ^ u64::from(*it)).wrapping_mul(0x0100_0000_01B3)
    })
}
