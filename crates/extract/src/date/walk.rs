//! One walk over the tree of a page: every date in it, with where it stood.

use std::collections::HashMap;

use dom_query::{Document as Tree, Element, NodeData, NodeId};
use jiff::civil::Date;
use jiff::tz::Offset;

use super::about::About;
use super::json::{Field, Stated, Thing, json_ld, script_fields};
use super::names::{self, Hint, Role};
use super::relative::relative;
use super::stamp::{STAMP_BYTES_MAX, stamp};
use super::written::{Order, Written, all};
use super::{Hints, Precision, Source, address};

/// Dates kept of one page. A page with more is a list or a calendar.
const CANDIDATES_MAX: usize = 1_000;
/// Bytes of scripts that are searched for fields.
const SCRIPT_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of a block of text that are read: a date further on is none of its publication.
const BLOCK_BYTES_MAX: usize = 1_000;
/// Lists of classes that are remembered.
const CLASSES_MAX: usize = 5_000;
/// The longest text of an element that seems to hold a date.
const HINTED_BYTES_MAX: usize = 160;
/// Elements nested deeper are read as if they were not.
const DEPTH_MAX: usize = 1_000;

/// A date and where it stood.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) written: Written,
    pub(super) text: String,
    pub(super) source: Source,
    pub(super) role: Role,
    pub(super) place: Place,
}

/// What is known of the place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// Elements before it.
    pub(super) n_before: usize,
    /// Inside or itself an element that seems to hold a date, or what is said of an article.
    pub(super) is_date: bool,
    pub(super) is_about: bool,
    /// Inside an `<article>` or `<main>`.
    pub(super) in_article: bool,
    /// Among other pages' things.
    pub(super) is_aside: bool,
    /// Inside a `<footer>`.
    pub(super) in_footer: bool,
    /// Inside a link: it leads elsewhere, and so may its date.
    pub(super) in_link: bool,
    /// Bytes of the text around it that are no date.
    pub(super) n_around: usize,
    /// What kind of thing the JSON-LD speaks of.
    pub(super) thing: Option<Thing>,
    /// How deep in the JSON-LD.
    pub(super) depth: usize,
}

/// All that was found.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub(super) candidates: Vec<Candidate>,
    /// Elements before the headline.
    pub(super) headline: Option<usize>,
    /// The zone of a page that names none.
    pub(super) zone: Option<Offset>,
    /// Stamps that could not be read.
    pub(super) n_refused: usize,
}

pub(super) fn walk(tree: &Tree, hints: &Hints<'_>) -> Walked {
    let about = About::of(tree, hints);
    let mut walker = Walker {
        hints,
        order: about.order,
        walked: Walked { zone: about.zone, ..Walked::default() },
        open: Vec::new(),
        text: String::new(),
        block_from: 0,
        n_elements: 0,
        n_script_bytes: 0,
        known: HashMap::new(),
    };
    walker.run(tree);
    let dated = about.addresses.iter().find_map(|it| Some((it, address::address(it)?)));
    if let Some((url, written)) = dated {
        let text = url.get(written.at..written.end).unwrap_or_default().to_owned();
        walker.add(Source::Address, Role::Unsaid, Place::default(), written, text);
    }
    walker.walked
}

/// What the text inside an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Shown,
    JsonLd,
    Script,
    /// Nobody reads it.
    Silent,
}

/// An element that is open.
struct Open {
    place: Place,
    content: Content,
    is_inline: bool,
    /// It seems to hold a date and no more.
    is_date: bool,
    /// Where its text begins.
    from: usize,
    role: Option<Role>,
}

struct Walker<'a> {
    hints: &'a Hints<'a>,
    order: Order,
    walked: Walked,
    open: Vec<Open>,
    /// The text so far of the block and of the elements of dates that are open.
    text: String,
    block_from: usize,
    n_elements: usize,
    n_script_bytes: usize,
    /// What was made of lists of classes: pages repeat a few hundred of them.
    known: HashMap<String, Hint>,
}

impl Walker<'_> {
    /// Without recursion: the tree may be as deep as its maker wanted.
    fn run(&mut self, tree: &Tree) {
        let root = tree.root().id;
        let mut id = root;
        loop {
            let (is_element, child) = self.look(tree, id);
            if let Some(child) = child.filter(|_| self.open.len() < DEPTH_MAX) {
                id = child;
                continue;
            }
            if is_element {
                self.leave();
            }
            loop {
                let links = tree.tree.query_node(&id, |it| (it.next_sibling, it.parent));
                match links.unwrap_or((None, None)) {
                    (Some(next), _) => {
                        id = next;
                        break;
                    }
                    (None, Some(parent)) if parent != root => {
                        id = parent;
                        self.leave();
                    }
                    _ => return self.end_block(),
                }
            }
        }
    }

    /// Takes in one node: whether it is an element, and its first child.
    fn look(&mut self, tree: &Tree, id: NodeId) -> (bool, Option<NodeId>) {
        let looked = tree.tree.query_node(&id, |node| {
            match &node.data {
                NodeData::Text { contents } => self.text_of(contents),
                NodeData::Element(element) => self.enter(element),
                _ => {}
            }
            (node.is_element(), node.first_child)
        });
        looked.unwrap_or((false, None))
    }

    fn text_of(&mut self, text: &str) {
        match self.open.last().map_or(Content::Shown, |it| it.content) {
            Content::Shown if self.text.len() - self.block_from < BLOCK_BYTES_MAX => {
                self.text.push_str(cut(text, BLOCK_BYTES_MAX));
            }
            Content::JsonLd => self.json_ld(text),
            Content::Script => self.script(text),
            Content::Shown | Content::Silent => {}
        }
    }

    fn json_ld(&mut self, text: &str) {
        for Stated { field, thing, value, depth } in json_ld(text) {
            let role = match field {
                Field::Published => Role::Published,
                Field::Created | Field::Uploaded => Role::Created,
                Field::Modified => Role::Modified,
            };
            let place = Place { thing: Some(thing), depth, ..self.place() };
            self.stamp(Source::JsonLd, role, place, value);
        }
    }

    fn script(&mut self, text: &str) {
        let text = cut(text, SCRIPT_BYTES_MAX - self.n_script_bytes);
        self.n_script_bytes += text.len();
        for value in script_fields(text) {
            self.stamp(Source::Script, Role::Published, self.place(), value);
        }
        if text.len() <= HINTED_BYTES_MAX {
            // A short script may be there to write the date into the page.
            for it in all(text, self.order) {
                let words = text[it.at..it.end].to_owned();
                self.add(Source::Script, Role::Unsaid, self.place(), it, words);
            }
        }
    }

    fn place(&self) -> Place {
        let place = self.open.last().map_or_else(Place::default, |it| it.place);
        Place { n_before: self.n_elements, ..place }
    }

    fn enter(&mut self, element: &Element) {
        self.n_elements += 1;
        let name = &*element.name.local;
        if name == "h1" && self.walked.headline.is_none() {
            self.walked.headline = Some(self.n_elements);
        }
        let hint = self.hint_of(element, name);
        let is_time = matches!(name, "time" | "abbr" | "relative-time" | "local-time");
        let is_date = hint.is_date || is_time;
        let parent = self.open.last();
        let mut place = self.place();
        place.is_date = is_date || parent.is_some_and(|it| it.is_date);
        place.is_about |= hint.is_about;
        place.in_article |= matches!(name, "article" | "main");
        place.is_aside |= hint.is_aside || matches!(name, "aside" | "nav");
        place.in_footer |= name == "footer";
        place.in_link |= name == "a";
        let property = attribute(element, "itemprop").or_else(|| attribute(element, "property"));
        let stated = property.and_then(names::property);
        let by_class = match (hint.says_published, hint.says_modified) {
            (_, true) => Some(Role::Modified),
            (true, false) => Some(Role::Published),
            (false, false) => None,
        };
        let role = stated.or(by_class).or(parent.and_then(|it| it.role));
        let is_inline = INLINE.contains(&name);
        if !is_inline || is_date {
            self.end_block();
        }
        match name {
            "meta" => self.meta(element, place),
            "a" | "img" | "input" | "link" => {}
            _ if stated.is_some() || is_date => {
                self.attributes(element, stated, place, role, is_date);
            }
            _ => {}
        }
        let content = content_of(element, name);
        self.open.push(Open { place, content, is_inline, is_date, from: self.text.len(), role });
    }

    /// What the names of an element let expect of it. Boxes around everything have names of
    /// everything.
    fn hint_of(&mut self, element: &Element, name: &str) -> Hint {
        let mut res = Hint::default();
        if matches!(name, "html" | "body" | "main" | "article" | "h1") {
            return res;
        }
        for it in &element.attrs {
            if !matches!(&*it.name.local, "class" | "id" | "data-testid" | "data-qa") {
                continue;
            }
            let value: &str = &it.value;
            let hint = self.known.get(value).copied().unwrap_or_else(|| {
                let hint = names::hint(value);
                if self.known.len() < CLASSES_MAX && value.len() <= STAMP_BYTES_MAX {
                    self.known.insert(value.to_owned(), hint);
                }
                hint
            });
            res = res.and(hint);
        }
        res
    }

    fn meta(&mut self, element: &Element, place: Place) {
        let Some(content) = attribute(element, "content") else { return };
        if let Some(role) = attribute(element, "itemprop").and_then(names::property) {
            return self.stamp(Source::Microdata, role, place, content);
        }
        let names = ["property", "name", "http-equiv"].into_iter();
        let role = names.filter_map(|it| attribute(element, it)).find_map(names::meta);
        if let Some(role) = role {
            return self.stamp(Source::Meta, role, place, content);
        }
        // Pictures are filed under the day they were brought in.
        if attribute(element, "property") == Some("og:image")
            && let Some(written) =
                address::address(content).filter(|it| it.precision == Precision::Day)
        {
            let text = content.get(written.at..written.end).unwrap_or_default().to_owned();
            self.add(Source::Picture, Role::Unsaid, place, written, text);
        }
    }

    /// Dates in the attributes of an element.
    fn attributes(
        &mut self,
        element: &Element,
        stated: Option<Role>,
        place: Place,
        role: Option<Role>,
        is_date: bool,
    ) {
        let says_pubdate = attribute(element, "pubdate").map(|_| Role::Published);
        let role = says_pubdate.or(stated).or(role).unwrap_or(Role::Unsaid);
        let source = if stated.is_some() { Source::Microdata } else { Source::Time };
        for it in &element.attrs {
            let is_wanted = match &*it.name.local {
                "datetime" => true,
                "content" => stated.is_some(),
                "title" => is_date,
                other => is_date && other.starts_with("data-"),
            };
            let has_digit = || it.value.bytes().any(|it| it.is_ascii_digit());
            if is_wanted && it.value.len() <= STAMP_BYTES_MAX && has_digit() {
                self.stamp(source, role, place, &it.value);
            }
        }
    }

    fn leave(&mut self) {
        let Some(closed) = self.open.pop() else { return };
        if closed.content != Content::Shown {
            return;
        }
        if closed.is_date {
            let text = self.text[closed.from.min(self.text.len())..].to_owned();
            if text.len() <= HINTED_BYTES_MAX {
                let place = Place { is_date: true, n_before: self.n_elements, ..closed.place };
                self.visible(&text, place, closed.role);
            }
        }
        if !closed.is_inline || closed.is_date {
            self.end_block();
        } else if closed.place.is_date {
            self.text.push(' ');
        }
    }

    /// Reads the block of text that ends here.
    fn end_block(&mut self) {
        let block = self.text[self.block_from.min(self.text.len())..].to_owned();
        let role = self.open.last().and_then(|it| it.role);
        if block.bytes().any(|it| it.is_ascii_digit()) {
            self.visible(cut(&block, BLOCK_BYTES_MAX), self.place(), role);
        }
        let is_kept = self.open.iter().any(|it| it.is_date);
        if is_kept && self.text.len() < 10 * BLOCK_BYTES_MAX {
            self.text.push(' ');
        } else {
            self.text.clear();
        }
        self.block_from = self.text.len();
    }

    /// Dates that readers see.
    fn visible(&mut self, text: &str, place: Place, role: Option<Role>) {
        if self.walked.candidates.len() == CANDIDATES_MAX {
            return;
        }
        let found = all(text, self.order);
        let is_copyright = text.contains('©') || text.to_lowercase().contains("copyright");
        let mut from = 0;
        for it in &found {
            let source = if is_copyright { Source::Copyright } else { Source::Text };
            let said = names::before(tail(&text[from..it.at], 40));
            let place = Place { n_around: text.trim().len() - (it.end - it.at), ..place };
            let role = said.or(role).unwrap_or(Role::Unsaid);
            self.add(source, role, place, *it, text[it.at..it.end].to_owned());
            from = it.end;
        }
        if found.is_empty() && is_copyright {
            self.copyright(text, place);
        }
        if let Some(now) = self.hints.fetched
            && found.is_empty()
            && place.is_date
            && let Some(written) = relative(text.trim(), now)
        {
            let role = names::before(text).or(role).unwrap_or(Role::Unsaid);
            // No more of the line than the time: a name may stand beside it.
            let words = text.trim().get(written.at..written.end).unwrap_or_default().to_owned();
            self.add(Source::Text, role, place, written, words);
        }
    }

    /// The year of a copyright line, the last of several.
    fn copyright(&mut self, text: &str, place: Place) {
        let numbers = text.split(|it: char| !it.is_ascii_digit()).filter(|it| it.len() == 4);
        let year = numbers.filter_map(|it| stamp(it, self.order)).next_back();
        if let Some(written) = year {
            // The year alone: whose it is does not matter, and may be a person.
            let words = written.day.strftime("%Y").to_string();
            self.add(Source::Copyright, Role::Unsaid, place, written, words);
        }
    }

    fn stamp(&mut self, source: Source, role: Role, place: Place, value: &str) {
        match stamp(value, self.order) {
            Some(written) => {
                let text = value.trim().get(written.at..written.end).unwrap_or_default().to_owned();
                self.add(source, role, place, written, text);
            }
            None => self.walked.n_refused += usize::from(!value.trim().is_empty()),
        }
    }

    fn add(&mut self, source: Source, role: Role, place: Place, written: Written, text: String) {
        if self.walked.candidates.len() == CANDIDATES_MAX {
            return;
        }
        let is_early = written.day.year() < super::YEAR_MIN;
        // A page may be dated by the clock of a country where tomorrow has begun.
        let last: Option<Date> = self.hints.fetched.and_then(|it| it.date().tomorrow().ok());
        if is_early || last.is_some_and(|it| it < written.day) {
            self.walked.n_refused +=
                usize::from(!matches!(source, Source::Text | Source::Copyright));
            return;
        }
        self.walked.candidates.push(Candidate { written, text, source, role, place });
    }
}

pub(super) fn attribute<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.attrs.iter().find(|it| &*it.name.local == name).map(|it| &*it.value)
}

fn content_of(element: &Element, name: &str) -> Content {
    if name != "script" {
        return if SILENT.contains(&name) { Content::Silent } else { Content::Shown };
    }
    let kind = attribute(element, "type").unwrap_or_default().to_ascii_lowercase();
    if kind.contains("ld+json") { Content::JsonLd } else { Content::Script }
}

/// Elements that do not end a line.
const INLINE: [&str; 26] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "ins", "kbd", "mark", "q",
    "s", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr", "img", "svg",
];

/// Elements whose text nobody reads.
const SILENT: [&str; 6] = ["style", "noscript", "template", "textarea", "select", "iframe"];

/// The first bytes of a text, to a whole character.
fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|&it| text.is_char_boundary(it));
    &text[..end.unwrap_or(0)]
}

/// The last bytes of a text, from a whole character.
fn tail(text: &str, bytes: usize) -> &str {
    let from = text.len().saturating_sub(bytes);
    let from = (from..=text.len()).find(|&it| text.is_char_boundary(it));
    &text[from.unwrap_or(text.len())..]
}
