//! A text as a QR code, to stand in a page: an SVG without style and script, dark on light with the
//! quiet zone that cameras need. No page asks anybody else to draw one.

use std::fmt::Write as _;

use qrcode::{Color, QrCode};

/// Light modules around the code (ISO 18004).
const QUIET: usize = 4;

/// The picture of a text; `None` for one that is longer than a code holds.
pub fn svg(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    let side = code.width() + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(code.width()).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            let n = run.len();
            if run[0] == Color::Dark {
                // A run of dark modules is one rectangle: a tenth of what one for each would cost.
                write!(path, "M{} {}h{n}v1h-{n}z", QUIET + x, QUIET + y).expect("a string grows");
            }
            x += n;
        }
    }
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\" aria-hidden=\"true\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dark modules that a path covers.
    fn drawn(svg: &str) -> Vec<(usize, usize)> {
        let (_, path) = svg.rsplit_once(" d=\"M").expect("a path");
        let path = path.split('"').next().unwrap_or_default();
        let mut dark = Vec::new();
        for run in path.trim_end_matches('z').split("zM") {
            let numbers: Vec<usize> =
                run.split([' ', 'h', 'v', '-']).filter_map(|it| it.parse().ok()).collect();
            let [x, y, n, 1, back] = numbers[..] else { panic!("{run}") };
            assert_eq!(n, back);
            dark.extend((x..x + n).map(|x| (x - QUIET, y - QUIET)));
        }
        dark
    }

    #[test]
    fn every_dark_module_is_drawn_and_no_other() {
        let text = "https://desk.example/receipt\nbaba chicho dada";
        let code = QrCode::new(text).expect("short");
        let all = (0..code.width()).flat_map(|y| (0..code.width()).map(move |x| (x, y)));
        let dark: Vec<_> = all.filter(|it| code[*it] == Color::Dark).collect();
        let svg = svg(text).expect("short");
        assert_eq!(drawn(&svg), dark);
        assert!(!svg.contains("style") && svg.len() < 12_000, "{}", svg.len());
    }

    #[test]
    fn what_no_code_can_hold_has_none() {
        assert_eq!(svg(&"x".repeat(3_000)), None);
    }
}
