//! JSON lines: one object a row, every key in every row. The form without loss: texts stand as they
//! are.

use std::io::{self, Write};

use super::cell::{Cell, iso};
use super::tables::Table;

/// One line.
pub(super) fn row(out: &mut impl Write, table: &Table, cells: &[Cell]) -> io::Result<()> {
    for (idx, (column, cell)) in table.columns.iter().zip(cells).enumerate() {
        let before = if idx == 0 { '{' } else { ',' };
        write!(out, "{before}\"{}\":", column.name)?;
        match cell {
            Cell::Null => out.write_all(b"null")?,
            Cell::Text(text) => serde_json::to_writer(&mut *out, text)?,
            Cell::Int(n) => write!(out, "{n}")?,
            Cell::Day(day) => write!(out, "\"{}\"", iso(*day))?,
            Cell::Flag(it) => write!(out, "{it}")?,
        }
    }
    out.write_all(b"}\n")
}
