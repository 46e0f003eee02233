//! The fingerprint of a text: an exact hash of its identity, and a sketch of its letters.
//!
//! Two texts that differ in a few words get sketches that differ in a few bytes: each byte is drawn
//! from the smallest hash of the text's folded five-letter runs under one of 96 orders (MinHash), so
//! the share of equal bytes estimates the Jaccard similarity of the runs.
//! Sketches are stored for ever: a change of the recipe is a new [`Recipe`].
//! Not here: who joins which group (`group`).

use xxhash_rust::xxh3::xxh3_64;

use crate::text::normalise;

/// How a sketch was made. The first byte of every stored sketch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Recipe {
    /// Folded letters, runs of five, 96 orders of 16 bits, one byte kept of each.
    V1 = 1,
}

/// Orders under which the smallest hash is taken; one byte each.
pub const LANES: usize = 96;
/// The length of a stored sketch.
pub const SKETCH_BYTES: usize = 1 + LANES;
/// Letters in a run.
const RUN: usize = 5;
/// Lanes that share one 16-bit slice of a run's hash.
const LANES_PER_SLICE: usize = LANES / 4;

/// What is kept of a text to know it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// XXH3 of the normalised text.
    pub exact: u64,
    /// For texts that are nearly the same.
    pub sketch: Sketch,
}

/// One byte for each order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sketch(pub(crate) [u8; LANES]);

/// A stored sketch that this program cannot read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSketch {
    /// Cut or padded.
    #[error("a sketch has {SKETCH_BYTES} bytes, not {0}")]
    Length(usize),
    /// Made by a newer program.
    #[error("sketch recipe {0} is not known here; it was made by a newer version")]
    Recipe(u8),
}

/// The fingerprint of a text as it came.
pub fn of(text: &str) -> Fingerprint {
    of_normalised(&normalise::normalise(text))
}

/// The fingerprint of a text that is already normalised.
pub fn of_normalised(text: &str) -> Fingerprint {
    Fingerprint { exact: xxh3_64(text.as_bytes()), sketch: sketch(text) }
}

fn sketch(text: &str) -> Sketch {
    let mut mins = [i16::MAX; LANES];
    let mut n_letters = 0;
    let mut run = 0_u64;
    let mut was_space = true;
    for it in normalise::fold(text).chars() {
        let it = if it.is_alphanumeric() { it } else { ' ' };
        if it == ' ' && was_space {
            continue;
        }
        was_space = it == ' ';
        // Twelve bits a letter hold every Latin one; of others the lower bits tell enough.
        run = (run << 12 | u64::from(it) & 0xfff) & ((1 << (12 * RUN)) - 1);
        n_letters += 1;
        if RUN <= n_letters {
            take(run, &mut mins);
        }
    }
    if n_letters < RUN {
        take(run, &mut mins);
    }
    // The low half of a smallest value is as good as chance; a multiplication spreads it.
    Sketch(mins.map(|it| ((it as u16).wrapping_mul(0x9e37) >> 8) as u8))
}

/// Lowers each lane's minimum by one run. Sixteen-bit lanes, so that eight fit one instruction.
fn take(run: u64, mins: &mut [i16; LANES]) {
    let hash = mix(run);
    for (slice, mins) in mins.chunks_exact_mut(LANES_PER_SLICE).enumerate() {
        let part = (hash >> (16 * slice)) as u16;
        let (factors, offsets) = (&FACTORS, &OFFSETS);
        for (lane, min) in mins.iter_mut().enumerate() {
            let value = (part ^ offsets[lane]).wrapping_mul(factors[lane]) as i16;
            *min = (*min).min(value);
        }
    }
}

/// The finaliser of SplitMix64: every bit of the run moves every bit of the hash.
fn mix(run: u64) -> u64 {
    let run = run.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let run = (run ^ (run >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let run = (run ^ (run >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    run ^ (run >> 31)
}

/// Odd factors and offsets, one pair an order, from SplitMix64 of the lane. Part of the recipe.
const FACTORS: [u16; LANES_PER_SLICE] = constants(1, 1);
const OFFSETS: [u16; LANES_PER_SLICE] = constants(101, 0);

const fn constants(seed: u64, low_bit: u16) -> [u16; LANES_PER_SLICE] {
    let mut res = [0; LANES_PER_SLICE];
    let mut lane = 0;
    while lane < LANES_PER_SLICE {
        let x = (seed + lane as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        res[lane] = (x >> 40) as u16 | low_bit;
        lane += 1;
    }
    res
}

impl Sketch {
    /// The recipe, then one byte a lane.
    pub fn to_bytes(&self) -> [u8; SKETCH_BYTES] {
        let mut res = [Recipe::V1 as u8; SKETCH_BYTES];
        res[1..].copy_from_slice(&self.0);
        res
    }

    /// Reads a stored sketch.
    ///
    /// # Errors
    /// Wrong length, or a recipe of a newer program.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadSketch> {
        let &[recipe, ref lanes @ ..] = bytes else { return Err(BadSketch::Length(0)) };
        if recipe != Recipe::V1 as u8 {
            return Err(BadSketch::Recipe(recipe));
        }
        lanes.try_into().map(Self).map_err(|_| BadSketch::Length(bytes.len()))
    }

    /// The estimated Jaccard similarity of the runs of two texts, 0.0 to 1.0.
    pub fn similarity(&self, other: &Self) -> f32 {
        let n_equal: u32 = self.0.iter().zip(&other.0).map(|(a, b)| u32::from(a == b)).sum();
        // One byte in 256 is equal by chance.
        let share = n_equal as f32 / LANES as f32;
        ((share - 1.0 / 256.0) / (1.0 - 1.0 / 256.0)).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOOD: &str = "Vỡ đê ở Hà Nam, hàng trăm hộ dân phải di dời trong đêm vì nước lên nhanh";

    #[test]
    fn decoration_does_not_change_the_identity() {
        let forwarded = format!("FWD: 🚨🚨 {} Hãy chia sẻ!!!", FLOOD.to_uppercase());
        assert_eq!(of(FLOOD).exact, of(&forwarded).exact);
        assert_ne!(of(FLOOD).exact, of("Vỡ đê ở Nam Định").exact);
    }

    #[test]
    fn the_sketch_estimates_how_much_two_texts_share() {
        let of = |text: &str| of(text).sketch;
        assert_eq!(of(FLOOD).similarity(&of(FLOOD)), 1.0);
        let bare = of("Vo de o Ha Nam, hang tram ho dan phai di doi trong dem vi nuoc len nhanh");
        assert_eq!(of(FLOOD).similarity(&bare), 1.0);
        let retold = of("Vỡ đê ở Hà Nam, hàng trăm hộ dân phải di dời trong đêm do nước lên nhanh");
        assert!((0.6..1.0).contains(&of(FLOOD).similarity(&retold)));
        let other = of("Bộ Y tế khuyến cáo người dân tiêm vắc xin cúm trước mùa đông năm nay");
        assert!(of(FLOOD).similarity(&other) < 0.15);
    }

    #[test]
    fn a_stored_sketch_reads_back_or_is_refused() {
        let sketch = of(FLOOD).sketch;
        assert_eq!(Sketch::from_bytes(&sketch.to_bytes()), Ok(sketch));
        assert_eq!(Sketch::from_bytes(&[]), Err(BadSketch::Length(0)));
        assert_eq!(Sketch::from_bytes(&[1, 2]), Err(BadSketch::Length(2)));
        assert_eq!(Sketch::from_bytes(&[9; SKETCH_BYTES]), Err(BadSketch::Recipe(9)));
    }

    #[test]
    fn short_and_empty_texts_have_fingerprints() {
        assert_ne!(of("a"), of("b"));
        assert_eq!(of(""), of("   "));
    }

    /// A changed byte here would split every stored group: make a new recipe instead.
    #[test]
    fn the_recipe_is_frozen() {
        let bytes = of(FLOOD).sketch.to_bytes();
        assert_eq!(hex::encode(&bytes[..13]), "0141f2f06a6825434e5702d3d0");
    }
}
