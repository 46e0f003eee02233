//! CSV (RFC 4180) that spreadsheet programs open without harm.
//!
//! Every value is in quotes. A text that a spreadsheet would take for a formula gets a `'` in front,
//! and so does one that begins with `'`: one `'` taken off gives the text back. What is not there is
//! nothing between the commas. UTF-8 with a byte order mark: without it Excel, which newsrooms open
//! such files with, reads Vietnamese as another encoding; programs read the JSON lines.

use std::io::{self, Write};

use super::cell::{Cell, iso};
use super::tables::Table;

const BYTE_ORDER_MARK: &str = "\u{feff}";
/// What a text must not begin with (STANDARDS section 7.4), the full-width forms included, and the
/// mark itself.
const DANGEROUS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠', '\''];

/// The line of column names.
pub(super) fn header(out: &mut impl Write, table: &Table) -> io::Result<()> {
    let names: Vec<String> = table.columns.iter().map(|it| quoted(it.name)).collect();
    write!(out, "{BYTE_ORDER_MARK}{}\r\n", names.join(","))
}

/// One line.
pub(super) fn row(out: &mut impl Write, cells: &[Cell]) -> io::Result<()> {
    for (idx, cell) in cells.iter().enumerate() {
        let comma = if idx == 0 { "" } else { "," };
        write!(out, "{comma}{}", written(cell))?;
    }
    out.write_all(b"\r\n")
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Text(text) => quoted(&harmless(text)),
        Cell::Int(n) => quoted(&n.to_string()),
        Cell::Day(day) => quoted(&iso(*day)),
        Cell::Flag(it) => quoted(if *it { "true" } else { "false" }),
    }
}

fn harmless(text: &str) -> String {
    let mark = if text.starts_with(DANGEROUS) { "'" } else { "" };
    format!("{mark}{text}")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_taken_for_a_formula_and_each_can_be_read_back() {
        for text in [
            "=HYPERLINK(\"http://a.example\",\"x\")",
            "+1",
            "-1",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "'=1",
        ] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["Ăn tỏi", "1=1", " =1", "a'b"] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn a_line_is_quoted_and_what_is_missing_is_not() {
        let mut out = Vec::new();
        let cells = [
            Cell::text("nói \"thế\",\nrồi"),
            Cell::Null,
            Cell::Int(7),
            Cell::Day(0),
            Cell::Flag(true),
        ];
        row(&mut out, &cells).expect("written");
        let expected = "\"nói \"\"thế\"\",\nrồi\",,\"7\",\"1970-01-01\",\"true\"\r\n";
        assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
    }
}
