//! One value of a row, and a row.

use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::time::Timestamp;

use super::tables::{Column, Kind, Table, TableName};

/// One value. A text is never empty: what is not there is [`Cell::Null`] in every format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Null,
    Text(String),
    Int(i64),
    /// The number of a day in Vietnam, since 1970.
    Day(i64),
    Flag(bool),
}

/// One row of a table: a cell for each of its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) table: TableName,
    cells: Vec<Cell>,
}

impl Row {
    /// A row; the cells stand in the order of the table's columns.
    pub(super) fn new(table: TableName, cells: Vec<Cell>) -> Self {
        let columns = Table::of(table).columns;
        assert_eq!(columns.len(), cells.len(), "a row of {table:?} has a cell for each column");
        for (column, cell) in columns.iter().zip(&cells) {
            assert!(cell.fits(column), "{table:?}.{}: {cell:?}", column.name);
        }
        Self { table, cells }
    }

    pub(super) fn cells(&self) -> &[Cell] {
        &self.cells
    }
}

impl Cell {
    /// A text; an empty one is none.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::maybe(Some(text.into()))
    }

    /// A text that may be missing.
    pub(super) fn maybe(text: Option<String>) -> Self {
        text.filter(|it| !it.is_empty()).map_or(Self::Null, Self::Text)
    }

    /// A text in one language, if it is there in it.
    pub(super) fn said(text: &Localised, lang: Lang) -> Self {
        Self::maybe(text.exact(lang).map(str::to_owned))
    }

    /// Words in one cell, one space between two: none of them has a space.
    pub(super) fn words<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        Self::text(words.collect::<Vec<_>>().join(" "))
    }

    /// A number that may be missing.
    pub(super) fn int(n: Option<i64>) -> Self {
        n.map_or(Self::Null, Self::Int)
    }

    /// The day of a time that may be missing: never the time.
    pub(super) fn day(at: Option<Timestamp>) -> Self {
        at.map_or(Self::Null, |it| Self::Day(it.day()))
    }

    /// The day of a time in a published document (RFC 3339).
    pub(super) fn day_of(written: &str) -> Self {
        Self::day(Timestamp::parse(written))
    }

    fn fits(&self, column: &Column) -> bool {
        match self {
            Self::Null => column.is_optional,
            Self::Text(_) => column.kind == Kind::Text,
            Self::Int(n) => column.kind == Kind::Int && 0 <= *n,
            Self::Day(_) => column.kind == Kind::Day,
            Self::Flag(_) => column.kind == Kind::Flag,
        }
    }
}

/// A day as files write it, `2026-11-01`.
pub(super) fn iso(day: i64) -> String {
    Timestamp::of_day(day).iso_date()
}
