//! Lines of a stream, of bounded length. A line ends with `\n`, `\r\n` or `\r`, mixed or not.

use std::io::{self, BufRead};

use crate::limits::LINE_BYTES_MAX;

/// One line, without its end.
pub(crate) struct Line {
    /// From 1.
    pub(crate) number: u64,
    /// Its bytes; empty if there were more than [`LINE_BYTES_MAX`].
    pub(crate) bytes: Vec<u8>,
    /// How long it was.
    pub(crate) n_bytes: u64,
}

impl Line {
    pub(crate) fn is_too_long(&self) -> bool {
        self.n_bytes > LINE_BYTES_MAX as u64
    }
}

pub(crate) struct Lines<R> {
    input: R,
    number: u64,
    after_return: bool,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, number: 0, after_return: false }
    }

    pub(crate) fn input(&self) -> &R {
        &self.input
    }

    /// How many lines were read.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The next line; `None` at the end.
    pub(crate) fn next_line(&mut self) -> io::Result<Option<Line>> {
        let mut line = Line { number: self.number + 1, bytes: Vec::new(), n_bytes: 0 };
        loop {
            let chunk = self.input.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            if self.after_return {
                self.after_return = false;
                if chunk[0] == b'\n' {
                    self.input.consume(1);
                    continue;
                }
            }
            let end = chunk.iter().position(|it| matches!(it, b'\n' | b'\r'));
            let part = &chunk[..end.unwrap_or(chunk.len())];
            line.n_bytes += part.len() as u64;
            match line.is_too_long() {
                true => line.bytes = Vec::new(),
                false => line.bytes.extend_from_slice(part),
            }
            let n_part = part.len();
            let Some(end) = end else {
                self.input.consume(n_part);
                continue;
            };
            self.after_return = chunk[end] == b'\r';
            self.input.consume(end + 1);
            return Ok(Some(self.finished(line)));
        }
        Ok((line.n_bytes > 0).then(|| self.finished(line)))
    }

    fn finished(&mut self, mut line: Line) -> Line {
        self.number += 1;
        if self.number == 1 && line.bytes.starts_with(b"\xEF\xBB\xBF") {
            line.bytes.drain(..3);
        }
        line
    }
}
