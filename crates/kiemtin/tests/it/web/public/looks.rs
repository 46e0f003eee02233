//! The page about the design, and the palette: every ink on every paper it stands on, in both schemes, keeps WCAG's 4.5:1.

use std::collections::BTreeMap;

use crate::helper::desk::TestDesk;
use crate::helper::story::Story;

const CSS: &str = include_str!("../../../../static/site.css");
const CONTRAST_MIN: f64 = 4.5;
/// Edges of fields: WCAG 1.4.11.
const EDGE_CONTRAST_MIN: f64 = 3.0;

const PAIRS: [(&str, &str); 17] = [
    ("ink", "paper"),
    ("ink", "tint"),
    ("soft", "paper"),
    ("soft", "tint"),
    ("link", "paper"),
    ("link", "tint"),
    ("on-accent", "accent"),
    ("on-warn", "warn"),
    ("bad", "paper"),
    ("bad", "tint"),
    ("good", "paper"),
    ("good", "tint"),
    ("mixed", "paper"),
    ("mixed", "tint"),
    ("open", "paper"),
    ("open", "tint"),
    ("accent", "paper"),
];

#[test]
fn every_ink_can_be_read_on_its_paper_by_day_and_by_night() {
    let (day, night) = CSS.split_once("@media (prefers-color-scheme: dark)").expect("two schemes");
    for (name, css) in [("day", day), ("night", night)] {
        let colours = colours(css);
        let contrast = |(ink, paper): (&str, &str)| contrast(colours[ink], colours[paper]);
        for pair in PAIRS {
            let found = contrast(pair);
            assert!(CONTRAST_MIN <= found, "{pair:?} by {name}: {found:.2}");
        }
        assert!(EDGE_CONTRAST_MIN <= contrast(("field", "paper")), "fields by {name}");
    }
}

#[tokio::test]
async fn the_page_about_the_design_shows_the_colours_that_readers_get() {
    let desk = TestDesk::new().await;
    desk.get("/vi/about/design").await.is(200).says("Chưa có câu trả lời nào");
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    for (lang, mark) in [("vi", ','), ("en", '.')] {
        let page = desk.get(&format!("/{lang}/about/design")).await.is(200).says("/c/1\"");
        let rows: Vec<_> = page.body.split("<tr><td><code>").skip(1).collect();
        assert!(9 < rows.len(), "{}", page.body);
        let (day, night) = CSS.split_once("@media (prefers-color-scheme: dark)").expect("two");
        for row in rows {
            let (ink, rest) = row.split_once("</code> / <code>").expect("an ink");
            let (paper, _) = rest.split_once("</code>").expect("its paper");
            for css in [day, night].map(colours) {
                let hex = |it: &str| format!("#{}", hex::encode(css[it]));
                let ratio = (contrast(css[ink], css[paper]) * 10.0).floor() / 10.0;
                let ratio = format!("{ratio:.1}\u{a0}:\u{a0}1").replace('.', &mark.to_string());
                let said = format!("{} / {}: <strong>{ratio}</strong>", hex(ink), hex(paper));
                assert!(row.contains(&said), "{said} in {row}");
            }
        }
    }
}

#[test]
fn contrast_is_that_of_wcag() {
    assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.01);
    assert!((contrast([0x77; 3], [255; 3]) - 4.48).abs() < 0.01);
}

/// The first value of each token.
fn colours(css: &str) -> BTreeMap<&str, [u8; 3]> {
    let mut found = BTreeMap::new();
    for part in css.split("--").skip(1) {
        let Some((name, rest)) = part.split_once(": #") else { continue };
        if !name.bytes().all(|it| it.is_ascii_lowercase() || it == b'-') {
            continue; // A token that is used, and a colour somewhere behind it.
        }
        let byte = |at: usize| u8::from_str_radix(&rest[at..at + 2], 16).expect("six hex digits");
        found.entry(name).or_insert_with(|| [byte(0), byte(2), byte(4)]);
    }
    found
}

fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: [u8; 3]) -> f64 {
    let linear = |it: u8| match f64::from(it) / 255.0 {
        it if it <= 0.04045 => it / 12.92,
        it => ((it + 0.055) / 1.055).powf(2.4),
    };
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
