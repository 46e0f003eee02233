//! The files of an export while they grow: measured as they are written.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

use super::package::File as Written;
use super::read::Page;
use super::tables::{TABLES, Table};
use super::{csv, jsonl, parquet};

/// A form of the same rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For spreadsheets.
    Csv,
    /// For programs; without loss.
    Jsonl,
    /// For questions about many rows.
    Parquet,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Jsonl, Self::Parquet];

    /// The end of a file's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Parquet => "parquet",
        }
    }

    /// What a file is served as.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Jsonl => "application/jsonl; charset=utf-8",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }
}

/// One file a table and format.
pub(super) struct Files(Vec<Growing>);

struct Growing {
    table: &'static Table,
    format: Format,
    n_rows: u64,
    sink: Sink,
}

enum Sink {
    Csv(Measured),
    Jsonl(Measured),
    Parquet(Box<parquet::Writer<Measured>>),
}

impl Files {
    pub(super) fn create(folder: &Path, formats: &[Format]) -> anyhow::Result<Self> {
        let mut files = Vec::new();
        for table in &TABLES {
            for &format in formats {
                let path = folder.join(name(table, format));
                let cannot = || format!("cannot write {}", path.display());
                let out = Measured::create(&path).with_context(cannot)?;
                let sink = Sink::new(out, table, format).with_context(cannot)?;
                files.push(Growing { table, format, n_rows: 0, sink });
            }
        }
        Ok(Self(files))
    }

    pub(super) fn write(&mut self, page: Page) -> anyhow::Result<()> {
        for row in &page {
            for file in self.0.iter_mut().filter(|it| it.table.name == row.table) {
                file.n_rows += 1;
                let written = match &mut file.sink {
                    Sink::Csv(out) => csv::row(out, row.cells()).map_err(Into::into),
                    Sink::Jsonl(out) => {
                        jsonl::row(out, file.table, row.cells()).map_err(anyhow::Error::from)
                    }
                    Sink::Parquet(out) => out.row(row.cells()).map_err(Into::into),
                };
                written
                    .with_context(|| format!("cannot write {}", name(file.table, file.format)))?;
            }
        }
        Ok(())
    }

    /// Makes all of them durable and says what they are.
    pub(super) fn finish(self) -> anyhow::Result<Vec<Written>> {
        let finish = |Growing { table, format, n_rows, sink }| {
            let out = match sink {
                Sink::Csv(out) | Sink::Jsonl(out) => out,
                Sink::Parquet(out) => out.finish()?,
            };
            let (bytes, sha256) = out.finish()?;
            Ok(Written::new(table, format, n_rows, bytes, &sha256))
        };
        self.0.into_iter().map(finish).collect()
    }
}

/// The name of a table's file.
pub(super) fn name(table: &Table, format: Format) -> String {
    format!("{}.{}", table.name.code(), format.code())
}

impl Sink {
    fn new(mut out: Measured, table: &Table, format: Format) -> anyhow::Result<Self> {
        Ok(match format {
            Format::Csv => {
                csv::header(&mut out, table)?;
                Self::Csv(out)
            }
            Format::Jsonl => Self::Jsonl(out),
            Format::Parquet => Self::Parquet(Box::new(parquet::Writer::new(out, table)?)),
        })
    }
}

/// A file with the hash and the number of the bytes that went into it.
pub(super) struct Measured {
    file: BufWriter<File>,
    sha256: Sha256,
    n_bytes: u64,
}

impl Measured {
    fn create(path: &Path) -> io::Result<Self> {
        let file = BufWriter::new(File::create_new(path)?);
        Ok(Self { file, sha256: Sha256::new(), n_bytes: 0 })
    }

    fn finish(self) -> io::Result<(u64, String)> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok((self.n_bytes, hex::encode(self.sha256.finalize())))
    }
}

impl Write for Measured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.sha256.update(&bytes[..n]);
        self.n_bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
