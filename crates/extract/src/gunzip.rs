//! Unpacks gzip while reading, told by its first two bytes, and stops at a bomb.
//!
//! Several members in one file are one text (`cat a.gz b.gz`). Counts the bytes of the input, so
//! that a progress bar can be drawn for a packed file too.

use std::io::{self, BufRead, Read};

use flate2::bufread::MultiGzDecoder;

use crate::limits::{GUNZIP_BYTES_MAX, GUNZIP_RATIO_FROM_BYTES, GUNZIP_RATIO_MAX};

const BUFFER_BYTES: usize = 64 * 1024;

/// Opens a file, packed or not.
///
/// # Errors
/// The input could not be read.
pub fn open<R: BufRead>(reader: R) -> io::Result<Gunzip<R>> {
    let mut input = Counting { reader, n_read: 0 };
    // A reader may hand out its first byte alone; gzip's second is checked by the decoder then.
    let head = input.fill_buf()?;
    let packed = match head {
        [0x1f] => true,
        [first, second, ..] => [*first, *second] == [0x1f, 0x8b],
        _ => false,
    };
    let source = match packed {
        true => Source::Packed(Box::new(Unpacking::new(input))),
        false => Source::Plain(input),
    };
    Ok(Gunzip { source })
}

/// A reader of the unpacked bytes.
pub struct Gunzip<R> {
    source: Source<R>,
}

enum Source<R> {
    Plain(Counting<R>),
    Packed(Box<Unpacking<R>>),
}

impl<R> Gunzip<R> {
    /// Bytes of the input (packed, if it is packed) taken so far.
    pub fn n_read(&self) -> u64 {
        match &self.source {
            Source::Plain(input) => input.n_read,
            Source::Packed(it) => it.decoder.get_ref().n_read,
        }
    }
}

impl<R: BufRead> Gunzip<R> {
    /// Whether the input is packed.
    pub(crate) fn is_packed(&self) -> bool {
        matches!(self.source, Source::Packed(_))
    }

    /// The input, wherever reading stands.
    pub(crate) fn into_inner(self) -> R {
        match self.source {
            Source::Plain(input) => input.reader,
            Source::Packed(it) => it.decoder.into_inner().reader,
        }
    }
}

impl<R: BufRead> BufRead for Gunzip<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match &mut self.source {
            Source::Plain(input) => input.fill_buf(),
            Source::Packed(it) => it.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        match &mut self.source {
            Source::Plain(input) => input.consume(amount),
            Source::Packed(it) => it.at += amount,
        }
    }
}

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        copy_out(self, out)
    }
}

/// `Read` for anything that is `BufRead`.
pub(crate) fn copy_out(from: &mut impl BufRead, out: &mut [u8]) -> io::Result<usize> {
    let available = from.fill_buf()?;
    let n_copied = available.len().min(out.len());
    out[..n_copied].copy_from_slice(&available[..n_copied]);
    from.consume(n_copied);
    Ok(n_copied)
}

struct Unpacking<R> {
    decoder: MultiGzDecoder<Counting<R>>,
    buffer: Vec<u8>,
    /// The unread part of `buffer` is `at..end`.
    at: usize,
    end: usize,
    n_unpacked: u64,
}

impl<R: BufRead> Unpacking<R> {
    fn new(input: Counting<R>) -> Self {
        let buffer = vec![0; BUFFER_BYTES];
        Self { decoder: MultiGzDecoder::new(input), buffer, at: 0, end: 0, n_unpacked: 0 }
    }

    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.end {
            (self.at, self.end) = (0, 0);
            self.end = self.decoder.read(&mut self.buffer)?;
            self.n_unpacked += self.end as u64;
            self.refuse_bomb()?;
        }
        Ok(&self.buffer[self.at..self.end])
    }

    fn refuse_bomb(&self) -> io::Result<()> {
        let n_packed = self.decoder.get_ref().n_read.max(1);
        let bomb = self.n_unpacked > GUNZIP_RATIO_FROM_BYTES
            && self.n_unpacked / n_packed > GUNZIP_RATIO_MAX;
        if bomb || self.n_unpacked > GUNZIP_BYTES_MAX {
            return Err(io::Error::other(format!(
                "the gzip file unpacks to more than {GUNZIP_BYTES_MAX} bytes or more than \
                 {GUNZIP_RATIO_MAX} times its size; unpack it by hand if you trust it"
            )));
        }
        Ok(())
    }
}

struct Counting<R> {
    reader: R,
    n_read: u64,
}

impl<R: BufRead> BufRead for Counting<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.n_read += amount as u64;
        self.reader.consume(amount);
    }
}

impl<R: BufRead> Read for Counting<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        copy_out(self, out)
    }
}
