//! One record of a WARC file: the head with its fields, and how long its block is.

use std::io::{self, BufRead, Read};

use crate::limits::{RECORD_HEAD_BYTES_MAX, RECORD_HEAD_LINES_MAX, RECORD_SEARCH_BYTES_MAX};

/// Name and value lines, as WARC and HTTP write them.
#[derive(Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Takes one line; whoever goes on in the next line begins it with a space.
    pub(super) fn take(&mut self, line: &str) {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = self.0.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
            return;
        }
        if let Some((name, value)) = line.split_once(':') {
            self.0.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }

    /// The first field of that name, in lower case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }
}

/// What comes next in an archive.
pub(super) enum Head {
    /// A record with these fields; its block follows.
    Record(Fields),
    /// Something that is no record; the beginning of the next was searched for and found.
    Damaged,
    /// Nothing, or nothing that could be found within the limits.
    End {
        /// There was something that is no record.
        damaged: bool,
    },
}

/// Reads the head of the next record.
pub(super) fn head(input: &mut impl BufRead) -> io::Result<Head> {
    let (mut n_passed, mut damaged) = (0_u64, false);
    let mut line = Vec::new();
    loop {
        line.clear();
        let n_read = line_of(input, &mut line)?;
        if n_read == 0 {
            return Ok(Head::End { damaged });
        }
        let said = line.trim_ascii();
        if said.starts_with(b"WARC/1.") && said.len() < 16 {
            return fields(input).map(|it| it.map_or(Head::Damaged, Head::Record));
        }
        // Empty lines lie between records.
        damaged |= !said.is_empty();
        n_passed += n_read;
        if n_passed > RECORD_SEARCH_BYTES_MAX {
            return Ok(Head::End { damaged: true });
        }
    }
}

/// The fields up to the empty line; `None` if there are too many.
fn fields(input: &mut impl BufRead) -> io::Result<Option<Fields>> {
    let (mut fields, mut n_bytes) = (Fields::default(), 0);
    for _ in 0..RECORD_HEAD_LINES_MAX {
        let mut line = Vec::new();
        n_bytes += line_of(input, &mut line)?;
        if n_bytes > RECORD_HEAD_BYTES_MAX as u64 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            return Ok(Some(fields));
        }
        fields.take(line);
    }
    Ok(None)
}

/// One line with its end, or as much of it as a head may have; how many bytes were read.
fn line_of(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<u64> {
    input.take(RECORD_HEAD_BYTES_MAX as u64).read_until(b'\n', line).map(|it| it as u64)
}
