//! A web page to its title, main text and facts. Never its author or byline.

use dom_query::Document as Tree;
use jiff::tz::Offset;
use kiemtin_core::host::is_platform;
use kiemtin_core::lang::Lang;
use kiemtin_core::message::RawReview;
use kiemtin_core::time::Timestamp;
use url::Url;

use crate::date::{self, Confidence, Dates, Hints, Precision};
use crate::limits::{DOCUMENT_LINKS_MAX, DOCUMENT_PICTURES_MAX};
use crate::main_text::{self, Row};
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
    /// The pictures in and beside its text, the one it is shown with first.
    pub pictures: Vec<Picture>,
    /// Where the links in its text lead: other hosts, and no platform, for there they lead to persons.
    pub links: Vec<String>,
    /// The ClaimReviews in its JSON-LD.
    pub claim_reviews: Vec<RawReview>,
    /// What was wrong.
    pub problems: Vec<Problem>,
}

/// A picture of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// Its address.
    pub url: String,
    /// What stands below it, without who took it.
    pub caption: Option<String>,
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
    let own = address.and_then(|it| clean::web_url(it, None)).or(base);
    let shown = attribute(&tree, "meta[property='og:image']", "content");
    let found = main_text::main_text(&tree, title.as_deref());
    let text = clean::text(&found.text);
    if text.is_empty() {
        problems.push(Problem::NoText);
    }
    let pictures = pictures(shown, found.pictures, own.as_ref());
    let links = links(&found.links, own.as_ref());
    Document {
        title,
        text,
        lang,
        published,
        dates,
        canonical,
        pictures,
        links,
        claim_reviews,
        problems,
    }
}

/// The blocks of a page with their features, as the trees see them: for training.
pub fn blocks_of(bytes: &[u8]) -> Vec<Row> {
    let tree = tree(bytes, None, &mut Vec::new());
    let title = title(&tree);
    main_text::rows(&tree, title.as_deref())
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

/// The picture a page is shown with, then those of its text.
fn pictures(
    shown: Option<String>,
    found: Vec<(String, Option<String>)>,
    base: Option<&Url>,
) -> Vec<Picture> {
    let shown = shown.map(|it| (it, None));
    let mut res: Vec<Picture> = Vec::new();
    for (address, caption) in shown.into_iter().chain(found) {
        let Some(url) = clean::web_url(&address, base).map(String::from) else {
            continue;
        };
        let caption = caption.as_deref().and_then(clean::line);
        if let Some(known) = res.iter_mut().find(|it| it.url == url) {
            known.caption = known.caption.take().or(caption);
        } else if res.len() < DOCUMENT_PICTURES_MAX {
            res.push(Picture { url, caption });
        }
    }
    res
}

/// Links that lead out, each once.
fn links(found: &[String], base: Option<&Url>) -> Vec<String> {
    let host = |it: &Url| it.host_str().map(|it| it.trim_start_matches("www.").to_owned());
    let own = base.and_then(host);
    let mut res = Vec::new();
    for url in found.iter().filter_map(|it| clean::web_url(it, base)) {
        let leads_out = host(&url).is_some_and(|it| Some(&it) != own.as_ref() && !is_platform(&it));
        let url = String::from(url);
        if leads_out && res.len() < DOCUMENT_LINKS_MAX && !res.contains(&url) {
            res.push(url);
        }
    }
    res
}
