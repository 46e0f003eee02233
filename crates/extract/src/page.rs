//! A web page to its title, main text and facts. Never its author or byline.

use dom_query::Document as Tree;
use dom_smoothie::{Config, Readability, TextMode};
use jiff::tz::Offset;
use kiemtin_core::lang::Lang;
use kiemtin_core::message::RawReview;
use kiemtin_core::time::Timestamp;
use url::Url;

use crate::date::{self, Confidence, Dates, Hints, Precision};
use crate::limits::PAGE_TAGS_MAX;
use crate::problem::Problem;
use crate::{charset, clean, html, review};

/// What a page says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Its headline.
    pub title: Option<String>,
    /// Its main text, with paragraphs; empty if none was found.
    pub text: String,
    /// The language it says it is in.
    pub lang: Option<Lang>,
    /// When it was published, where that is known to the day and is more than a guess.
    pub published: Option<Timestamp>,
    /// All that it says of its times, as exactly and as surely as it says it.
    pub dates: Dates,
    /// The address it says is its own.
    pub canonical: Option<String>,
    /// The ClaimReviews in its JSON-LD.
    pub claim_reviews: Vec<RawReview>,
    /// What was wrong.
    pub problems: Vec<Problem>,
}

/// Reads a page. Never fails: what was wrong is listed in `problems`.
pub fn page(bytes: &[u8], declared_charset: Option<&str>, url: Option<&str>) -> Document {
    page_at(bytes, declared_charset, url, None)
}

/// Reads a page that was fetched at a known time: a later date is refused, and "2 giờ trước" is one.
pub fn page_at(
    bytes: &[u8],
    declared_charset: Option<&str>,
    url: Option<&str>,
    fetched: Option<Timestamp>,
) -> Document {
    let mut problems = Vec::new();
    let tree = tree(bytes, declared_charset, &mut problems);
    let base = url.and_then(|it| clean::web_url(it, None));
    let scripts = html::json_ld_of(&tree);
    let canonical = canonical(&tree, base.as_ref());
    let address = canonical.as_deref().or(url);
    let (claim_reviews, of_reviews) = review::from_scripts(&scripts, address);
    problems.extend(of_reviews);
    let (title, lang) = (title(&tree), lang(&tree));
    let dates = dates_of(&tree, url.or(canonical.as_deref()), fetched);
    let published = published(&dates);
    if dates.refused {
        problems.push(Problem::BadDate);
    }
    let text = main_text(tree, title.as_deref());
    if text.is_empty() {
        problems.push(Problem::NoText);
    }
    Document { title, text, lang, published, dates, canonical, claim_reviews, problems }
}

/// What a page says of its times; nothing else of it is looked for.
pub fn dates(
    bytes: &[u8],
    declared_charset: Option<&str>,
    url: Option<&str>,
    fetched: Option<Timestamp>,
) -> Dates {
    dates_of(&tree(bytes, declared_charset, &mut Vec::new()), url, fetched)
}

pub(crate) fn tree(
    bytes: &[u8],
    declared_charset: Option<&str>,
    problems: &mut Vec<Problem>,
) -> Tree {
    let declared = declared_charset.map(str::to_owned).or_else(|| declared_in_page(bytes));
    let (source, noted) = charset::decode_noted(bytes, declared.as_deref());
    problems.extend(noted);
    // The tree builder would make a sign of damage of each.
    let (tree, tangled) = html::tree(&source.replace('\0', ""));
    if tangled {
        problems.push(Problem::TangledPage);
    }
    problems.extend(html::mend(&tree));
    tree
}

/// `<meta charset>` or `<?xml encoding>` in the first bytes, where the standard wants it.
fn declared_in_page(bytes: &[u8]) -> Option<String> {
    let head: String =
        bytes.iter().take(4_096).map(|&it| char::from(it).to_ascii_lowercase()).collect();
    let at = ["charset=", "encoding="]
        .into_iter()
        .find_map(|it| head.find(it).map(|at| at + it.len()))?;
    let label = head[at..].trim_start_matches(['"', '\'', ' ']);
    let is_label = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | ':');
    Some(label.chars().take_while(|&it| is_label(it)).take(40).collect())
}

pub(crate) fn attribute(tree: &Tree, selector: &str, name: &str) -> Option<String> {
    let found = tree.select_single(selector).attr(name)?;
    Some(found.trim().to_owned()).filter(|it| !it.is_empty())
}

fn canonical(tree: &Tree, base: Option<&Url>) -> Option<String> {
    let stated = attribute(tree, "link[rel=canonical]", "href")
        .or_else(|| attribute(tree, "meta[property='og:url']", "content"))?;
    clean::web_url(&stated, base).map(String::from)
}

pub(crate) fn lang(tree: &Tree) -> Option<Lang> {
    attribute(tree, "html[lang]", "lang")
        .or_else(|| attribute(tree, "meta[property='og:locale']", "content"))
        .or_else(|| attribute(tree, "meta[http-equiv='content-language']", "content"))
        .as_deref()
        .and_then(Lang::from_tag)
}

/// The headline: what the page tells others, its one `h1`, or the window's title without the name
/// of the site.
pub(crate) fn title(tree: &Tree) -> Option<String> {
    let told = attribute(tree, "meta[property='og:title']", "content")
        .or_else(|| attribute(tree, "meta[name='twitter:title']", "content"));
    let headings = tree.select("h1");
    let heading = (headings.length() == 1).then(|| headings.text().to_string());
    let window = tree.select_single("head > title, title").text().to_string();
    let heading = heading.as_deref().and_then(clean::line);
    // A heading that the told or the window's title begins with is that title without the site.
    let whole = told.as_deref().and_then(clean::line).or_else(|| clean::line(&window));
    match (whole, heading) {
        (Some(whole), Some(heading)) if whole.starts_with(&heading) => Some(heading),
        (Some(whole), _) => Some(without_site(&whole)),
        (None, heading) => heading,
    }
}

/// `Headline | Site` and `Headline - Site`, where the headline is the longer part.
fn without_site(title: &str) -> String {
    let cut =
        [" | ", " – ", " — ", " - ", " » "].into_iter().filter_map(|it| title.rfind(it)).max();
    match cut {
        Some(at) if title[..at].split_whitespace().count() >= 4 && at * 2 > title.len() => {
            title[..at].trim_end().to_owned()
        }
        _ => title.to_owned(),
    }
}

/// Where a page's midnight is taken: the desk's days are those of Vietnam.
const ZONE: Offset = Offset::constant(7);

fn dates_of(tree: &Tree, url: Option<&str>, fetched: Option<Timestamp>) -> Dates {
    let fetched = fetched.and_then(|it| jiff::Timestamp::from_millisecond(it.millis()).ok());
    let fetched = fetched.map(|it| ZONE.to_datetime(it));
    date::dates(tree, &Hints { url, fetched, order: None })
}

fn published(dates: &Dates) -> Option<Timestamp> {
    let found = dates.best()?;
    if found.precision != Precision::Day || found.confidence < Confidence::Likely {
        return None;
    }
    Some(Timestamp::from_millis(found.begins(ZONE)?.as_millisecond()))
}

/// A main text under this many bytes is weighed against all paragraphs.
const SHORT_TEXT_BYTES: usize = 1_500;

/// The main text, or all paragraphs when none was told apart.
fn main_text(tree: Tree, title: Option<&str>) -> String {
    tree.select("script, style, noscript, template, iframe, svg, form, nav, dialog").remove();
    remove_bylines(&tree);
    let all = paragraphs_of(&tree);
    let config = Config {
        text_mode: TextMode::Formatted,
        disable_json_ld: true,
        max_elements_to_parse: PAGE_TAGS_MAX,
        ..Config::default()
    };
    let parsed = Readability::with_document(tree, None, Some(config)).and_then(|mut it| it.parse());
    // "No content" is an answer, not a failure: the paragraphs are there for it.
    let main = parsed.map(|it| html::paragraphs(&it.text_content)).unwrap_or_default();
    let is_short = main.len() < SHORT_TEXT_BYTES && main.len() * 3 < all.len();
    let text = clean::text(if is_short { &all } else { &main });
    // The headline often stands above the text as well.
    let without = title.and_then(|it| text.strip_prefix(it)).filter(|it| it.starts_with('\n'));
    without.map_or_else(|| text.clone(), |it| it.trim_start().to_owned())
}

/// The longest byline, in characters. A longer element of such a name is a box around more.
const BYLINE_CHARS_MAX: usize = 150;

/// Takes out who wrote it, before anything is read as text.
pub(crate) fn remove_bylines(tree: &Tree) {
    const BYLINES: &str = "[rel~=author], [itemprop~=author], [class*=byline], [class*=Byline], \
        [class*=author], [class*=Author], [id*=author], [class*=tac-gia], [class*=tacgia], \
        [class*=tac_gia], [class*=nguoi-viet], [class*=writer], [class*=penname], [class*=but-danh]";
    for node in tree.select(BYLINES).nodes() {
        if node.text().trim().chars().count() <= BYLINE_CHARS_MAX {
            node.remove_from_parent();
        }
    }
}

fn paragraphs_of(tree: &Tree) -> String {
    let mut res = String::new();
    for node in tree.select("p, h2, h3, blockquote, article li").nodes() {
        // A quotation is read with the paragraphs in it.
        if node.node_name().as_deref() == Some("blockquote") && node.first_element_child().is_some()
        {
            continue;
        }
        if let Some(line) = Some(html::paragraphs(&node.text())).filter(|it| !it.is_empty()) {
            res.push_str(&line);
            res.push_str("\n\n");
        }
    }
    if res.is_empty() {
        res = html::paragraphs(&tree.select("body").formatted_text());
    }
    res.truncate(res.trim_end().len());
    res
}
