//! Fonts, colours, the width of words, and the way from SVG to PNG.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, Group, ImageHrefResolver, Node, Options, Tree, fontdb};
use unicode_normalization::UnicodeNormalization as _;

/// The one family there is; a browser that has it not takes what is nearest.
pub(super) const FAMILY: &str = "Be Vietnam Pro, Segoe UI, Roboto, sans-serif";
/// The name in the font files.
const OWN_FAMILY: &str = "Be Vietnam Pro";
const REGULAR: &[u8] = include_bytes!("../../fonts/BeVietnamPro-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../fonts/BeVietnamPro-Bold.ttf");
/// The palette of the site: a picture uses no other colours.
const CSS: &str = include_str!("../../static/site.css");
/// Words are measured at this size, in units of a picture; other sizes are in proportion.
const MEASURED_AT: f32 = 100.0;
/// The most dots of a picture: a card has 0.8 million.
const DOTS_MAX: u32 = 4_000_000;

/// Why a picture could not be made: a fault of ours, since everything in it is.
#[derive(Debug, thiserror::Error)]
pub enum BadDrawing {
    /// The SVG is none.
    #[error("the drawing cannot be read: {0}")]
    Svg(#[from] usvg::Error),
    /// It has no size, or too much of it.
    #[error("a drawing of {0} × {1} dots is not made")]
    Size(u32, u32),
    /// The dots could not be written as PNG.
    #[error("the drawing cannot be written as PNG: {0}")]
    Png(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

impl Weight {
    pub(super) fn number(self) -> u16 {
        match self {
            Self::Regular => 400,
            Self::Bold => 700,
        }
    }
}

static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for font in [REGULAR, BOLD] {
        fonts.load_font_data(font.to_vec());
    }
    fonts.set_sans_serif_family(OWN_FAMILY);
    Options {
        font_family: OWN_FAMILY.to_owned(),
        fontdb: Arc::new(fonts),
        // Nothing is loaded, from wherever it may be.
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    }
});

/// Draws an SVG of ours, so many dots to a unit.
///
/// # Errors
/// The SVG is none, or larger than any of ours.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, BadDrawing> {
    let tree = Tree::from_str(svg, &OPTIONS)?;
    let size = tree.size().to_int_size();
    let size = size.scale_by(scale).unwrap_or(size);
    let (width, height) = (size.width(), size.height());
    let bad = BadDrawing::Size(width, height);
    if DOTS_MAX < width.saturating_mul(height) {
        return Err(bad);
    }
    let mut dots = Pixmap::new(width, height).ok_or(bad)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut dots.as_mut());
    dots.encode_png().map_err(|err| BadDrawing::Png(err.to_string()))
}

/// How wide each of these words is at size 1.
pub(super) fn widths(words: &[&str], weight: Weight) -> Result<Vec<f32>, BadDrawing> {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\" \
         font-family=\"{OWN_FAMILY}\" font-size=\"{MEASURED_AT}\" font-weight=\"{}\">",
        weight.number()
    );
    for (idx, word) in words.iter().enumerate() {
        svg += &format!("<text id=\"w{idx}\">{}</text>", escaped(word));
    }
    let tree = Tree::from_str(&(svg + "</svg>"), &OPTIONS)?;
    let mut widths = vec![0.0; words.len()];
    note_widths(tree.root(), &mut widths);
    Ok(widths)
}

fn note_widths(group: &Group, widths: &mut [f32]) {
    for node in group.children() {
        match node {
            Node::Group(it) => note_widths(it, widths),
            Node::Text(it) => {
                let idx = it.id().strip_prefix('w').and_then(|it| it.parse::<usize>().ok());
                if let Some(width) = idx.and_then(|it| widths.get_mut(it)) {
                    *width = it.bounding_box().width() / MEASURED_AT;
                }
            }
            Node::Path(_) | Node::Image(_) => {}
        }
    }
}

/// A text as it stands in XML: composed letters, nothing that XML does not have, and nothing that
/// turns the direction of what follows.
pub fn escaped(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    for it in text.nfc() {
        match it {
            '&' => res += "&amp;",
            '<' => res += "&lt;",
            '>' => res += "&gt;",
            '"' => res += "&quot;",
            '\'' => res += "&#39;",
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => {}
            _ if it.is_whitespace() => res.push(' '),
            _ if it.is_control() => {}
            _ => res.push(it),
        }
    }
    res
}

/// A colour of the palette, as it is by day: pictures stand on pages that are not ours.
pub(super) fn colour(token: &str) -> &'static str {
    let name = format!("--{token}:");
    let value = CSS.split_once(&name).and_then(|(_, rest)| rest.split(';').next());
    value.map_or("#000", str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_measured_and_a_letter_is_as_wide_with_its_marks() {
        let all = widths(&["o", "ộ", "o\u{323}\u{302}", "oo"], Weight::Regular).expect("drawn");
        assert!(0.3 < all[0] && all[0] < 1.0, "{all:?}");
        assert!((all[0] - all[1]).abs() < 0.05 && (all[1] - all[2]).abs() < 0.001, "{all:?}");
        assert!((all[3] - 2.0 * all[0]).abs() < 0.05, "{all:?}");
    }

    #[test]
    fn the_fonts_have_every_vietnamese_letter() {
        for weight in [Weight::Regular, Weight::Bold] {
            let missing = drawn('\u{4e00}', weight);
            let marks = ["", "\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"];
            for letter in "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY".chars()
            {
                for composed in marks.iter().map(|mark| format!("{letter}{mark}")) {
                    let mut composed = composed.nfc();
                    if let (Some(letter), None) = (composed.next(), composed.next()) {
                        assert_ne!(drawn(letter, weight), missing, "{letter} {weight:?}");
                    }
                }
            }
        }
    }

    /// A letter alone; one that the fonts lack is an empty box.
    fn drawn(letter: char, weight: Weight) -> Vec<u8> {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"24\" height=\"24\" \
             font-weight=\"{}\" font-size=\"16\"><text y=\"18\">{letter}</text></svg>",
            weight.number()
        );
        png(&svg, 1.0).expect("drawn")
    }

    #[test]
    fn what_comes_from_outside_cannot_leave_its_place() {
        assert_eq!(escaped("<a b=\"c\">&'\u{202e}\u{0}\n"), "&lt;a b=&quot;c&quot;&gt;&amp;&#39; ");
        assert_eq!(escaped("o\u{323}\u{302}"), "ộ");
    }

    #[test]
    fn colours_are_those_of_the_stylesheet() {
        for token in ["ink", "soft", "paper", "line", "accent", "on-accent", "bad", "good", "mixed"]
        {
            assert!(colour(token).starts_with('#') && 4 < colour(token).len(), "{token}");
        }
    }

    #[test]
    fn a_drawing_without_end_is_not_made() {
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60000\" height=\"60000\"/>";
        assert!(matches!(png(svg, 1.0), Err(BadDrawing::Size(60_000, 60_000))));
    }
}
