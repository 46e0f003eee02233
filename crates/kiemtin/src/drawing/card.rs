//! The card that a link is shown with in other places: verdict, claim, the desk's name and the day.

use super::face::Verdict;
use super::lines::{Setting, set};
use super::pen::{BadDrawing, FAMILY, Weight, colour, escaped, png};

/// The size that Open Graph's readers take, in dots.
pub const WIDTH: u16 = 1_200;
/// See [`WIDTH`].
pub const HEIGHT: u16 = 630;
/// The mark of the program.
const MARK: &str = include_str!("../../static/icon.svg");

const MARGIN: f32 = 80.0;
/// Stacked marks (Ế, Ộ) need this much room between lines.
const LEADING: f32 = 1.42;
/// Where the text begins: under a verdict, and without one.
const TEXT_TOP: f32 = 205.0;
/// See [`TEXT_TOP`].
const TEXT_TOP_ALONE: f32 = 120.0;
const SETTINGS: [Setting; 4] = [
    Setting { size: 64.0, n_lines: 3 },
    Setting { size: 54.0, n_lines: 4 },
    Setting { size: 46.0, n_lines: 4 },
    Setting { size: 41.0, n_lines: 5 },
];

/// What a card says.
#[derive(Clone, Copy, Debug)]
pub struct Card<'a> {
    /// The verdict; none on the card of the site itself.
    pub verdict: Option<Verdict<'a>>,
    /// The claim, or what the site is for.
    pub text: &'a str,
    /// The name of the desk.
    pub desk: &'a str,
    /// The day of the answer, or the site's host.
    pub corner: &'a str,
}

/// Draws a card as PNG.
///
/// # Errors
/// A fault of ours.
pub fn card(it: &Card<'_>) -> Result<Vec<u8>, BadDrawing> {
    let line_width = f32::from(WIDTH) - 2.0 * MARGIN;
    let set = set(it.text, Weight::Regular, line_width, &SETTINGS)?;
    let top = if it.verdict.is_some() { TEXT_TOP } else { TEXT_TOP_ALONE };
    let (ink, soft, line) = (colour("ink"), colour("soft"), colour("line"));
    let band = it.verdict.map_or(colour("accent"), |it| it.face.colour());
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         font-family=\"{FAMILY}\"><rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"{}\"/>\
         <rect width=\"24\" height=\"{HEIGHT}\" fill=\"{band}\"/>",
        colour("paper")
    );
    if let Some(Verdict { face, words }) = it.verdict {
        svg += &face.sign(MARGIN, 66.0, 92.0);
        svg += &text(MARGIN + 116.0, 134.0, 62.0, Weight::Bold, band, words);
    }
    for (n, words) in set.lines.iter().enumerate() {
        let y = top + set.size * (1.1 + n as f32 * LEADING);
        svg += &text(MARGIN, y, set.size, Weight::Regular, ink, words);
    }
    svg += &format!(
        "<path d=\"M{MARGIN} 532H{}\" stroke=\"{line}\" stroke-width=\"2\"/>\
         <svg x=\"{MARGIN}\" y=\"550\" width=\"48\" height=\"48\" viewBox=\"0 0 32 32\">{MARK}</svg>",
        f32::from(WIDTH) - MARGIN
    );
    svg += &text(MARGIN + 64.0, 586.0, 34.0, Weight::Bold, ink, it.desk);
    svg += &format!(
        "<text x=\"{}\" y=\"586\" font-size=\"32\" fill=\"{soft}\" text-anchor=\"end\">{}</text>",
        f32::from(WIDTH) - MARGIN,
        escaped(it.corner)
    );
    png(&(svg + "</svg>"), 1.0)
}

fn text(x: f32, y: f32, size: f32, weight: Weight, ink: &str, words: &str) -> String {
    let (weight, words) = (weight.number(), escaped(words));
    format!(
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" font-weight=\"{weight}\" \
         fill=\"{ink}\">{words}</text>"
    )
}

#[cfg(test)]
mod tests {
    use kiemtin_core::rating::Rating;

    use super::super::face::Face;
    use super::*;

    fn drawn(text: &str) -> Vec<u8> {
        let verdict = Verdict { face: Face::Rated(Rating::MostlyFalse), words: "Phần lớn sai" };
        let corner = "24/11/2026";
        card(&Card { verdict: Some(verdict), text, desk: "Kiểm Tin", corner }).expect("drawn")
    }

    #[test]
    fn a_card_is_a_picture_of_its_size_whatever_the_claim() {
        let texts = [
            "Ăn tỏi sống mỗi ngày phòng được bệnh COVID-19.".to_owned(),
            "Ế Ộ Ẫ ữ ợ ằ ".repeat(16),
            "</text><image href=\"file:///etc/passwd\"/>&\u{0}\u{202e}".to_owned(),
            "W".repeat(200),
            "新闻 новости 🙂".to_owned(),
            String::new(),
        ];
        for text in &texts {
            let png = drawn(text);
            let size = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four"));
            assert_eq!(&png[1..4], b"PNG", "{text}");
            assert_eq!((size(16), size(20)), (u32::from(WIDTH), u32::from(HEIGHT)), "{text}");
            assert!(png.len() < 200_000, "{}: {text}", png.len());
        }
    }

    #[test]
    fn a_letter_in_parts_is_drawn_as_one() {
        assert_eq!(drawn("Ộ ữ"), drawn("O\u{323}\u{302} u\u{31b}\u{303}"));
        assert_ne!(drawn("Ộ ữ"), drawn("Ô ữ"));
    }
}
