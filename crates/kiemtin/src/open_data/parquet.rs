//! Parquet: columns, so that a question about one reads only that one. Written with the format's own
//! column writers; a group of rows is gathered in memory and written when it is full.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use super::cell::Cell;
use super::tables::{Column, Kind, Table};

/// Rows of one group: large enough that a column of it compresses well.
const GROUP_ROWS_MAX: usize = 50_000;
/// Bytes of texts that are gathered before a group is written, however few rows that is: a desk with
/// long answers takes no more memory than one with short ones.
const GROUP_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A file that is being written.
pub(super) struct Writer<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Vec<Gathered>,
    n_rows: usize,
    n_bytes: usize,
}

/// One column of the group that is gathered: its values, and for each row whether it has one.
struct Gathered {
    values: Values,
    is_there: Vec<i16>,
    is_optional: bool,
}

enum Values {
    Text(Vec<ByteArray>),
    Int(Vec<i64>),
    Day(Vec<i32>),
    Flag(Vec<bool>),
}

impl<W: Write + Send> Writer<W> {
    pub(super) fn new(out: W, table: &Table) -> Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by("kiemtin".to_owned())
            .build();
        let file = SerializedFileWriter::new(out, schema(table)?, Arc::new(properties))?;
        let columns = table.columns.iter().map(Gathered::new).collect();
        Ok(Self { file, columns, n_rows: 0, n_bytes: 0 })
    }

    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<()> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            self.n_bytes += column.add(cell);
        }
        self.n_rows += 1;
        if GROUP_ROWS_MAX <= self.n_rows || GROUP_BYTES_MAX <= self.n_bytes {
            self.write_group()?;
        }
        Ok(())
    }

    /// Writes what is left and gives back what was written to.
    pub(super) fn finish(mut self) -> Result<W> {
        if 0 < self.n_rows {
            self.write_group()?;
        }
        self.file.into_inner()
    }

    fn write_group(&mut self) -> Result<()> {
        let mut group = self.file.next_row_group()?;
        for column in &mut self.columns {
            let mut writer = group.next_column()?.expect("the schema has a column for each");
            column.write(&mut writer)?;
            writer.close()?;
        }
        group.close()?;
        (self.n_rows, self.n_bytes) = (0, 0);
        Ok(())
    }
}

impl Gathered {
    fn new(column: &Column) -> Self {
        let values = match column.kind {
            Kind::Text => Values::Text(Vec::new()),
            Kind::Int => Values::Int(Vec::new()),
            Kind::Day => Values::Day(Vec::new()),
            Kind::Flag => Values::Flag(Vec::new()),
        };
        Self { values, is_there: Vec::new(), is_optional: column.is_optional }
    }

    /// Takes a value and returns how many bytes it has.
    fn add(&mut self, cell: &Cell) -> usize {
        self.is_there.push(i16::from(*cell != Cell::Null));
        match (&mut self.values, cell) {
            (_, Cell::Null) => 0,
            (Values::Text(values), Cell::Text(it)) => {
                values.push(it.as_str().into());
                it.len()
            }
            (Values::Int(values), Cell::Int(it)) => {
                values.push(*it);
                size_of::<i64>()
            }
            (Values::Day(values), Cell::Day(it)) => {
                values.push(i32::try_from(*it).expect("days of this age of the world"));
                size_of::<i32>()
            }
            (Values::Flag(values), Cell::Flag(it)) => {
                values.push(*it);
                1
            }
            _ => unreachable!("a row fits its table"),
        }
    }

    /// Writes what was gathered and forgets it.
    fn write(&mut self, out: &mut SerializedColumnWriter<'_>) -> Result<()> {
        let there = self.is_optional.then_some(&*self.is_there);
        match &mut self.values {
            Values::Text(it) => {
                out.typed::<ByteArrayType>().write_batch(it, there, None)?;
                it.clear();
            }
            Values::Int(it) => {
                out.typed::<Int64Type>().write_batch(it, there, None)?;
                it.clear();
            }
            Values::Day(it) => {
                out.typed::<Int32Type>().write_batch(it, there, None)?;
                it.clear();
            }
            Values::Flag(it) => {
                out.typed::<BoolType>().write_batch(it, there, None)?;
                it.clear();
            }
        }
        self.is_there.clear();
        Ok(())
    }
}

fn schema(table: &Table) -> Result<TypePtr> {
    let field = |column: &Column| {
        let (physical, logical) = match column.kind {
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Int => (Physical::INT64, None),
            Kind::Day => (Physical::INT32, Some(LogicalType::Date)),
            Kind::Flag => (Physical::BOOLEAN, None),
        };
        let repetition = match column.is_optional {
            true => Repetition::OPTIONAL,
            false => Repetition::REQUIRED,
        };
        let field = Type::primitive_type_builder(column.name, physical);
        field.with_logical_type(logical).with_repetition(repetition).build().map(Arc::new)
    };
    let fields = table.columns.iter().map(field).collect::<Result<Vec<_>>>()?;
    Type::group_type_builder(table.name.code()).with_fields(fields).build().map(Arc::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open_data::tables::TableName;

    fn writer() -> Writer<Vec<u8>> {
        Writer::new(Vec::new(), Table::of(TableName::Statistics)).expect("a schema")
    }

    fn row(key: &str) -> [Cell; 4] {
        [Cell::text("n"), Cell::text(key), Cell::Int(1), Cell::Null]
    }

    #[test]
    fn no_more_than_one_group_of_rows_or_bytes_is_in_memory() {
        let mut many = writer();
        for n in 0..120_001 {
            many.row(&row("k")).expect("taken");
            assert!(many.n_rows < GROUP_ROWS_MAX, "{n}");
        }
        assert_eq!((many.file.flushed_row_groups().len(), many.n_rows), (2, 20_001));
        let long = "x".repeat(1_000_000);
        let mut large = writer();
        for _ in 0..10 {
            large.row(&row(&long)).expect("taken");
            assert!(large.n_bytes < GROUP_BYTES_MAX);
        }
        assert_eq!((large.file.flushed_row_groups().len(), large.n_rows), (2, 0));
        assert!(large.finish().expect("written").starts_with(b"PAR1"));
    }
}
