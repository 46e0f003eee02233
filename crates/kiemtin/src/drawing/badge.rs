//! The badge of a verdict: a small picture that other sites show beside a link to the answer.
//!
//! It is served as SVG, whose text stays text, and drawn as PNG from the same SVG. Browsers that
//! lack the font squeeze theirs into the width that was measured with ours.

use super::face::Verdict;
use super::pen::{BadDrawing, FAMILY, Weight, colour, escaped, widths};

/// Tall enough to be touched.
const HEIGHT: f32 = 32.0;
const SIZE: f32 = 14.0;
const GAP: f32 = 10.0;
const SIGN: f32 = 18.0;

/// The badge as SVG, as wide as its words: the desk's name, the verdict, and what is to be known of
/// it (the day, or that it was corrected).
///
/// # Errors
/// A fault of ours.
pub fn badge(desk: &str, verdict: Verdict<'_>, note: &str) -> Result<String, BadDrawing> {
    let Verdict { face, words } = verdict;
    let bold = widths(&[desk, words], Weight::Bold)?;
    let (desk_width, words_width) = (bold[0] * SIZE, bold[1] * SIZE);
    let note_width = widths(&[note], Weight::Regular)?[0] * SIZE;
    let left = (2.0 * GAP + desk_width).ceil();
    let words_at = left + GAP + SIGN + 6.0;
    let note_at = words_at + words_width + GAP;
    let width = (note_at + note_width + GAP).ceil();
    let (accent, paper, soft) = (colour("accent"), colour("paper"), colour("soft"));
    let label = escaped(&format!("{desk}: {words} ({note})"));
    let text = |x: f32, width: f32, weight: Weight, ink: &str, words: &str| {
        let (weight, words) = (weight.number(), escaped(words));
        format!(
            "<text x=\"{x:.1}\" y=\"21\" font-weight=\"{weight}\" fill=\"{ink}\" \
             textLength=\"{width:.1}\" lengthAdjust=\"spacingAndGlyphs\">{words}</text>"
        )
    };
    let edge = width - 1.0;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{HEIGHT}\" \
         viewBox=\"0 0 {width} {HEIGHT}\" role=\"img\" aria-label=\"{label}\" \
         font-family=\"{FAMILY}\" font-size=\"{SIZE}\"><title>{label}</title>\
         <rect x=\".5\" y=\".5\" width=\"{edge}\" height=\"31\" rx=\"6\" fill=\"{paper}\" \
         stroke=\"{accent}\"/><path d=\"M{left} 0H6.5a6 6 0 0 0-6 6v20a6 6 0 0 0 6 6H{left}z\" \
         fill=\"{accent}\"/>{}{}{}{}</svg>\n",
        text(GAP, desk_width, Weight::Bold, colour("on-accent"), desk),
        face.sign(left + GAP, (HEIGHT - SIGN) / 2.0, SIGN),
        text(words_at, words_width, Weight::Bold, face.colour(), words),
        text(note_at, note_width, Weight::Regular, soft, note),
    ))
}

#[cfg(test)]
mod tests {
    use kiemtin_core::rating::Rating;

    use super::super::face::Face;
    use super::super::pen::png;
    use super::*;

    fn made(words: &str, note: &str) -> String {
        badge("Kiểm Tin", Verdict { face: Face::Rated(Rating::False), words }, note).expect("made")
    }

    fn width(svg: &str) -> f32 {
        let (_, rest) = svg.split_once("width=\"").expect("there");
        rest.split('"').next().and_then(|it| it.parse().ok()).expect("a number")
    }

    #[test]
    fn a_badge_is_as_wide_as_its_words_and_can_be_drawn() {
        let (short, long) = (made("Sai", "24/11/2026"), made("Chưa đủ căn cứ", "24/11/2026"));
        assert!(width(&short) + 50.0 < width(&long), "{short}\n{long}");
        assert!(png(&long, 2.0).expect("drawn").starts_with(b"\x89PNG"));
    }

    #[test]
    fn a_badge_runs_and_loads_nothing() {
        let svg = made("<script>alert(1)</script>", "\"><image href='x'/>");
        for bad in ["<script", "<image", "href", "style", "url("] {
            assert!(!svg.replace("href=&#39;", "").contains(bad), "{bad} in {svg}");
        }
    }
}
