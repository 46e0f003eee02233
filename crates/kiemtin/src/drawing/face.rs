//! The sign of a verdict: a shape that says it without its colour, beside words that say it anyway.

use kiemtin_core::rating::Rating;

use super::pen::colour;

/// What an answer says now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Its rating.
    Rated(Rating),
    /// The answer is withdrawn.
    Withdrawn,
}

/// A verdict as a picture shows it.
#[derive(Clone, Copy, Debug)]
pub struct Verdict<'a> {
    /// Its sign.
    pub face: Face,
    /// Its words, the same as on the page.
    pub words: &'a str,
}

/// Strokes in a field of 32 × 32.
const CROSS: &str = "M11 11l10 10M21 11L11 21";
const TICK: &str = "M9.5 16.5l4.5 4.5 8.5-9.5";
const QUESTION: &str = "M12 12.8a4 4 0 1 1 5.9 3.5c-1.3.7-1.9 1.4-1.9 2.7M16 23.2v.1";
const BAR: &str = "M10 16h12";
const LEFT_HALF: &str = "M16 3a13 13 0 0 0 0 26z";

impl Face {
    /// The colour of its words.
    pub(super) fn colour(self) -> &'static str {
        match self {
            Self::Rated(Rating::False | Rating::MostlyFalse) => colour("bad"),
            Self::Rated(Rating::HalfTrue) => colour("mixed"),
            Self::Rated(Rating::MostlyTrue | Rating::True) => colour("good"),
            Self::Rated(Rating::Unproven) | Self::Withdrawn => colour("open"),
        }
    }

    /// Its sign as SVG, in a square of this size. What is so in part has an open ring.
    pub(super) fn sign(self, x: f32, y: f32, size: f32) -> String {
        let ink = self.colour();
        let paper = colour("paper");
        let ring = format!(
            "<circle cx=\"16\" cy=\"16\" r=\"13\" fill=\"{paper}\" stroke=\"{ink}\" \
             stroke-width=\"2.8\"/>"
        );
        let disc = format!("<circle cx=\"16\" cy=\"16\" r=\"14.4\" fill=\"{ink}\"/>");
        let stroke = |path: &str, ink: &str| {
            format!(
                "<path d=\"{path}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"3.2\" \
                 stroke-linecap=\"round\" stroke-linejoin=\"round\"/>"
            )
        };
        let inside = match self {
            Self::Rated(Rating::False) => disc + &stroke(CROSS, paper),
            Self::Rated(Rating::MostlyFalse) => ring + &stroke(CROSS, ink),
            Self::Rated(Rating::HalfTrue) => {
                ring + &format!("<path d=\"{LEFT_HALF}\" fill=\"{ink}\"/>")
            }
            Self::Rated(Rating::MostlyTrue) => ring + &stroke(TICK, ink),
            Self::Rated(Rating::True) => disc + &stroke(TICK, paper),
            Self::Rated(Rating::Unproven) => ring + &stroke(QUESTION, ink),
            Self::Withdrawn => ring + &stroke(BAR, ink),
        };
        let scale = size / 32.0;
        format!("<g transform=\"translate({x} {y}) scale({scale})\">{inside}</g>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_verdicts_have_the_same_shape() {
        let mut signs: Vec<String> =
            Rating::ALL.iter().map(|it| Face::Rated(*it).sign(0.0, 0.0, 32.0)).collect();
        signs.push(Face::Withdrawn.sign(0.0, 0.0, 32.0));
        // Without their colours: what a reader sees who cannot tell them apart.
        for sign in &mut signs {
            for ink in ["bad", "good", "mixed", "open"] {
                *sign = sign.replace(colour(ink), "ink");
            }
        }
        let n_all = signs.len();
        signs.sort_unstable();
        signs.dedup();
        assert_eq!(signs.len(), n_all);
    }
}
