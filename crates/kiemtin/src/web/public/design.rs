//! How the site looks, shown with the site itself: the mark, the colours with their contrast, the
//! sizes of its letters, and every component. The colours are read from the stylesheet that readers
//! get, so that this page cannot say anything else.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kiemtin_core::lang::Lang;
use kiemtin_core::rating::Rating;
use kiemtin_store::reviews::Listing;

use super::card::Card;
use crate::app::{App, qr};
use crate::locale;
use crate::web::asset;
use crate::web::failure::Answer;
use crate::web::page::{Page, Reader, html};

/// Which ink stands on which paper. Buttons turn ink and paper round.
const PAIRS: [(&str, &str); 10] = [
    ("ink", "paper"),
    ("ink", "tint"),
    ("soft", "paper"),
    ("link", "paper"),
    ("on-accent", "accent"),
    ("on-warn", "warn"),
    ("bad", "paper"),
    ("good", "paper"),
    ("mixed", "paper"),
    ("open", "paper"),
];
/// The sizes of letters: the class that has each, and where it is used.
const SIZES: [&str; 6] = ["h1", "h2", "h3", "lead", "text", "small"];

#[derive(Template)]
#[template(path = "public/design.html")]
struct Design {
    page: Page,
    pairs: Vec<Pair>,
    /// An answer of the desk, to show a card with; a new desk has none.
    cards: Vec<Card>,
    qr: Option<String>,
}

/// An ink on a paper, by day and by night.
struct Pair {
    ink: &'static str,
    paper: &'static str,
    schemes: [Sample; 2],
}

/// The same in one scheme.
struct Sample {
    ink: String,
    paper: String,
    /// How many times lighter one is than the other, as WCAG counts it.
    contrast: String,
}

/// `GET /{lang}/about/design`
pub(super) async fn design(State(app): State<Arc<App>>, Reader(lang): Reader) -> Answer<Response> {
    let page = Page::new(&app, lang, locale::text(lang, "design-title"), "/about/design");
    let newest = app.store.published(Listing::Newest, 0, 1).await?;
    html(&Design {
        pairs: pairs(lang, asset::CSS),
        cards: newest.iter().map(|it| Card::new(&page, it, &[])).collect(),
        qr: qr::svg(&page.address(&lang)),
        page,
    })
}

fn pairs(lang: Lang, css: &str) -> Vec<Pair> {
    let (day, night) = css.split_once("@media (prefers-color-scheme: dark)").unwrap_or((css, css));
    let schemes = [day, night].map(colours);
    let sample = |(ink, paper): (&str, &str), scheme: &BTreeMap<&str, &str>| {
        let colour = |it: &str| scheme.get(it).copied().unwrap_or("#000000").to_owned();
        let (ink, paper) = (colour(ink), colour(paper));
        let contrast = words(lang, contrast(rgb(&ink), rgb(&paper)));
        Sample { ink, paper, contrast }
    };
    let pair = |(ink, paper)| {
        let schemes = [&schemes[0], &schemes[1]].map(|it| sample((ink, paper), it));
        Pair { ink, paper, schemes }
    };
    PAIRS.into_iter().map(pair).collect()
}

/// Each token's colour, `#rrggbb`: the first that a scheme gives it.
fn colours(css: &str) -> BTreeMap<&str, &str> {
    let mut found = BTreeMap::new();
    for part in css.split("--").skip(1) {
        let Some((name, rest)) = part.split_once(": ") else { continue };
        let colour = rest.split(';').next().unwrap_or_default();
        if colour.len() == 7 && colour.starts_with('#') {
            found.entry(name).or_insert(colour);
        }
    }
    found
}

fn rgb(colour: &str) -> [u8; 3] {
    let byte = |at: usize| colour.get(at..at + 2).and_then(|it| u8::from_str_radix(it, 16).ok());
    [1, 3, 5].map(|at| byte(at).unwrap_or_default())
}

/// WCAG 2.2, “contrast ratio”.
fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let linear = |it: u8| match f64::from(it) / 255.0 {
        it if it <= 0.04045 => it / 12.92,
        it => ((it + 0.055) / 1.055).powf(2.4),
    };
    let luminance = |it: [u8; 3]| {
        let [red, green, blue] = it.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Cut, not rounded: 4.49 is not enough.
fn words(lang: Lang, contrast: f64) -> String {
    let ratio = format!("{:.1}", (contrast * 10.0).floor() / 10.0);
    let ratio = if lang == Lang::Vi { ratio.replace('.', ",") } else { ratio };
    format!("{ratio}\u{a0}:\u{a0}1")
}
