//! A text in lines of a given width, as large as it fits.

use super::pen::{BadDrawing, Weight, widths};

/// Longer words are broken: no such piece is wider than a line, whatever its letters.
const PIECE_CHARS_MAX: usize = 20;

/// A way to set a text: how large, and how many lines there is room for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    pub(super) size: f32,
    pub(super) n_lines: usize,
}

/// A text in lines.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lines {
    pub(super) size: f32,
    pub(super) lines: Vec<String>,
}

/// A part of a text that is never broken.
#[derive(Clone, Copy, Debug)]
struct Piece<'a> {
    text: &'a str,
    /// Whether a space stands before it.
    is_word: bool,
    width: f32,
}

/// Sets a text the first way that has room for it; the last way cuts it, with a mark.
pub(super) fn set(
    text: &str,
    weight: Weight,
    line_width: f32,
    settings: &[Setting],
) -> Result<Lines, BadDrawing> {
    let parts = parts(text);
    // All in one: to read a drawing costs more than a word in it.
    let mut texts = vec!["…", "n n", "nn"];
    texts.extend(parts.iter().map(|(text, _)| *text));
    let widths = widths(&texts, weight)?;
    let (dots, space) = (widths[0], widths[1] - widths[2]);
    let piece = |(&(text, is_word), &width): (&(_, _), &f32)| Piece { text, is_word, width };
    let pieces: Vec<Piece<'_>> = parts.iter().zip(&widths[3..]).map(piece).collect();
    let mut last = Lines { size: 0.0, lines: Vec::new() };
    for it in settings {
        let room = line_width / it.size;
        let lines = broken(&pieces, room, space);
        let fits = lines.len() <= it.n_lines && pieces.iter().all(|it| it.width <= room);
        let shown = lines.iter().take(it.n_lines);
        last = Lines { size: it.size, lines: shown.map(|line| text_of(line)).collect() };
        if fits {
            return Ok(last);
        }
        if let (Some(line), Some(end)) = (lines.get(it.n_lines - 1), last.lines.last_mut()) {
            *end = cut(line, room - dots, space);
        }
    }
    Ok(last)
}

/// The parts of a text that are never broken, and whether a space stands before each.
fn parts(text: &str) -> Vec<(&str, bool)> {
    let mut parts: Vec<(&str, bool)> = Vec::new();
    for word in text.split_whitespace() {
        let mut rest = word;
        while let Some((at, _)) = rest.char_indices().nth(PIECE_CHARS_MAX) {
            parts.push((&rest[..at], rest.len() == word.len()));
            rest = &rest[at..];
        }
        parts.push((rest, rest.len() == word.len()));
    }
    parts
}

fn broken<'a>(pieces: &[Piece<'a>], room: f32, space: f32) -> Vec<Vec<Piece<'a>>> {
    let mut lines: Vec<Vec<Piece<'a>>> = Vec::new();
    let mut at = 0.0;
    for piece in pieces {
        let gap = if piece.is_word { space } else { 0.0 };
        match lines.last_mut() {
            Some(line) if at + gap + piece.width <= room => {
                at += gap + piece.width;
                line.push(*piece);
            }
            _ => {
                at = piece.width;
                lines.push(vec![*piece]);
            }
        }
    }
    lines
}

/// As much of a line as leaves room for the mark that it goes on.
fn cut(line: &[Piece<'_>], room: f32, space: f32) -> String {
    let width = |line: &[Piece<'_>]| -> f32 { line.iter().map(|it| it.width + space).sum() };
    let mut n_kept = line.len();
    while 1 < n_kept && room < width(&line[..n_kept]) {
        n_kept -= 1;
    }
    text_of(&line[..n_kept]) + "…"
}

fn text_of(line: &[Piece<'_>]) -> String {
    let mut text = String::new();
    for piece in line {
        if piece.is_word && !text.is_empty() {
            text.push(' ');
        }
        text += piece.text;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAYS: [Setting; 2] =
        [Setting { size: 20.0, n_lines: 1 }, Setting { size: 10.0, n_lines: 3 }];

    fn set_in(text: &str, width: f32) -> Lines {
        set(text, Weight::Regular, width, &WAYS).expect("drawn")
    }

    #[test]
    fn a_short_text_is_large_and_a_long_one_is_cut_in_its_last_line() {
        let short = set_in("Ăn tỏi", 200.0);
        assert_eq!(short, Lines { size: 20.0, lines: vec!["Ăn tỏi".to_owned()] });
        let middle = set_in("Ăn tỏi sống mỗi ngày phòng bệnh", 100.0);
        assert_eq!((middle.size, middle.lines.len()), (10.0, 2));
        let long = set_in(&"Ăn tỏi sống mỗi ngày ".repeat(9), 100.0);
        assert_eq!((long.size, long.lines.len()), (10.0, 3));
        assert!(long.lines[2].ends_with('…') && !long.lines[1].ends_with('…'), "{long:?}");
    }

    #[test]
    fn no_line_is_wider_than_its_room() {
        let long_word = "W".repeat(90);
        for text in [&long_word, &"Ộ".repeat(200), &"từng chữ một ".repeat(30), "", " \n "]
        {
            let Lines { size, lines } = set_in(text, 250.0);
            for line in &lines {
                let width = widths(&[line], Weight::Regular).expect("drawn")[0] * size;
                assert!(width <= 250.5, "{width}: {line}");
            }
        }
    }
}
