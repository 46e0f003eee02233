//! The palette: every ink on every paper it stands on, in both schemes, keeps WCAG's 4.5:1.

use std::collections::BTreeMap;

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
