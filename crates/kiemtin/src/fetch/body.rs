//! What an answer may weigh, on the wire and unpacked. Pure: bytes in, bytes or a limit out.
//!
//! The unpacking is ours, not the client's, so that both sides are counted while they arrive and
//! a bomb stops at its first byte too many.

use std::io::{self, Write};

use flate2::write::GzDecoder;

/// The most that is taken from the wire. News pages have under 1 MB, feeds under 3 MB.
pub const BODY_BYTES_MAX: usize = 5 * 1024 * 1024;
/// The most that it may unpack to: what the readers of `extract` take in one piece.
pub const EXPANDED_BYTES_MAX: usize = 20 * 1024 * 1024;
/// How many times larger than on the wire it may become. Text packs 3 to 20 times, a bomb 1,000.
pub const EXPANSION_RATIO_MAX: usize = 100;
/// Below this the ratio is not judged: a short page of spaces is no bomb.
const RATIO_FREE_BYTES: usize = 256 * 1024;

/// Why a body was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadBody {
    /// More than [`BODY_BYTES_MAX`] on the wire.
    TooLong,
    /// More than [`EXPANDED_BYTES_MAX`] unpacked.
    TooLongUnpacked,
    /// More than [`EXPANSION_RATIO_MAX`] times its packed size.
    Bomb,
    /// Not gzip, cut short, or followed by something else.
    NotGzip,
}

/// A body that is arriving.
#[derive(Debug)]
pub(super) struct Body {
    n_received: usize,
    form: Form,
}

#[derive(Debug)]
enum Form {
    Plain(Vec<u8>),
    Gzip(Box<GzDecoder<Bounded>>),
}

impl Body {
    pub(super) fn plain() -> Self {
        Self { n_received: 0, form: Form::Plain(Vec::new()) }
    }

    pub(super) fn gzip() -> Self {
        let form = Form::Gzip(Box::new(GzDecoder::new(Bounded::default())));
        Self { n_received: 0, form }
    }

    /// Takes the next piece from the wire.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), BadBody> {
        self.n_received += piece.len();
        if BODY_BYTES_MAX < self.n_received {
            return Err(BadBody::TooLong);
        }
        match &mut self.form {
            Form::Plain(bytes) => bytes.extend_from_slice(piece),
            Form::Gzip(decoder) => {
                decoder.get_mut().n_received = self.n_received;
                let res = decoder.write_all(piece);
                res.map_err(|_| decoder.get_ref().over.unwrap_or(BadBody::NotGzip))?;
            }
        }
        Ok(())
    }

    /// All of it, when the wire has ended.
    pub(super) fn finish(self) -> Result<Vec<u8>, BadBody> {
        match self.form {
            Form::Plain(bytes) => Ok(bytes),
            // Servers mark an empty answer as packed, too.
            Form::Gzip(_) if self.n_received == 0 => Ok(Vec::new()),
            Form::Gzip(mut decoder) => {
                let res = decoder.try_finish();
                res.map_err(|_| decoder.get_ref().over.unwrap_or(BadBody::NotGzip))?;
                Ok(std::mem::take(&mut decoder.get_mut().bytes))
            }
        }
    }
}

/// Takes what is unpacked, up to the limits.
#[derive(Debug, Default)]
struct Bounded {
    bytes: Vec<u8>,
    n_received: usize,
    over: Option<BadBody>,
}

impl Write for Bounded {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let n_bytes = self.bytes.len() + piece.len();
        let n_bytes_in_ratio = self.n_received.saturating_mul(EXPANSION_RATIO_MAX);
        if n_bytes_in_ratio.max(RATIO_FREE_BYTES) < n_bytes {
            self.over = Some(BadBody::Bomb);
        } else if EXPANDED_BYTES_MAX < n_bytes {
            self.over = Some(BadBody::TooLongUnpacked);
        }
        if self.over.is_some() {
            return Err(io::Error::other("over the limit"));
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("a Vec takes all");
        encoder.finish().expect("a Vec takes all")
    }

    fn taken(mut body: Body, bytes: &[u8], n_bytes_a_piece: usize) -> Result<Vec<u8>, BadBody> {
        for piece in bytes.chunks(n_bytes_a_piece) {
            body.push(piece)?;
        }
        body.finish()
    }

    /// Bytes that do not pack: a multiplicative generator, always the same.
    fn noise(n_bytes: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        (0..n_bytes).map(|_| next()).collect()
    }

    #[test]
    fn pieces_of_any_size_give_the_same_text() {
        let text = "Tin đồn về cầu đóng. ".repeat(500).into_bytes();
        for n_bytes in [1, 7, 1000, 1 << 20] {
            assert_eq!(taken(Body::plain(), &text, n_bytes), Ok(text.clone()));
            assert_eq!(taken(Body::gzip(), &packed(&text), n_bytes), Ok(text.clone()));
        }
    }

    #[test]
    fn the_wire_is_bounded_to_the_byte() {
        let full = vec![b'a'; BODY_BYTES_MAX];
        assert_eq!(taken(Body::plain(), &full, 1 << 16).map(|it| it.len()), Ok(BODY_BYTES_MAX));
        let over = vec![b'a'; BODY_BYTES_MAX + 1];
        assert_eq!(taken(Body::plain(), &over, 1 << 16), Err(BadBody::TooLong));
        let noise = noise(BODY_BYTES_MAX);
        assert_eq!(taken(Body::gzip(), &packed(&noise), 1 << 16), Err(BadBody::TooLong));
    }

    #[test]
    fn what_is_unpacked_is_bounded_too() {
        // One part noise, nineteen parts zeros: packs about 20 times.
        let mut mixed = Vec::new();
        for part in noise(EXPANDED_BYTES_MAX / 20 + 1024).chunks_exact(1024) {
            mixed.extend_from_slice(part);
            mixed.resize(mixed.len() + 19 * 1024, 0);
        }
        assert!(EXPANDED_BYTES_MAX < mixed.len());
        let over = packed(&mixed);
        assert!(over.len() < BODY_BYTES_MAX);
        assert_eq!(taken(Body::gzip(), &over, 1 << 14), Err(BadBody::TooLongUnpacked));
        mixed.truncate(EXPANDED_BYTES_MAX);
        let full = taken(Body::gzip(), &packed(&mixed), 1 << 14);
        assert_eq!(full.map(|it| it.len()), Ok(EXPANDED_BYTES_MAX));
    }

    #[test]
    fn a_bomb_is_stopped_early() {
        let bomb = packed(&vec![0; 64 << 20]);
        let mut body = Body::gzip();
        let res = bomb.chunks(1 << 10).try_for_each(|it| body.push(it));
        assert_eq!(res, Err(BadBody::Bomb));
        let Form::Gzip(decoder) = &body.form else { panic!("made as gzip") };
        assert!(decoder.get_ref().bytes.len() <= 2 * RATIO_FREE_BYTES);
    }

    #[test]
    fn a_short_page_of_spaces_is_no_bomb() {
        let spaces = vec![b' '; RATIO_FREE_BYTES];
        assert_eq!(taken(Body::gzip(), &packed(&spaces), 100), Ok(spaces));
    }

    #[test]
    fn what_is_not_gzip_is_refused_and_never_half_taken() {
        let page = b"<html><p>plain after all</p></html>".as_slice();
        let whole = packed(page);
        let mut wrong_sum = whole.clone();
        *wrong_sum.last_mut().expect("not empty") ^= 1;
        let twice = [whole.as_slice(), whole.as_slice()].concat();
        let trailing = [whole.as_slice(), b"and more"].concat();
        for bytes in [page, &whole[..whole.len() - 1], &whole[..5], &wrong_sum, &twice, &trailing] {
            assert_eq!(taken(Body::gzip(), bytes, 4), Err(BadBody::NotGzip), "{bytes:?}");
        }
        assert_eq!(taken(Body::gzip(), b"", 4), Ok(Vec::new()));
    }
}
