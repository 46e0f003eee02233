//! The fingerprint of a text: an exact hash of its identity, and a sketch of its letters.
//!
//! Two texts that differ in a few words get sketches that differ in a few lanes: each lane holds
//! the smallest hash of the text's folded runs of six letters under one of 64 orders (MinHash), so
//! the share of equal lanes estimates the Jaccard similarity of the runs. The number of runs stands
//! beside them: with it the same share tells how much of the shorter text the longer one holds.
//! Sketches are stored for ever: a change of the recipe is a new [`Recipe`]. The recipe in words:
//! `docs/formats/fingerprint.md`. Not here: who joins which group (`group`).

use xxhash_rust::xxh3::xxh3_64;

use crate::text::normalise;

/// How a sketch was made. The first byte of every stored sketch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Recipe {
    /// Folded letters, runs of six, the smallest of 16 bits under 64 orders, the number of runs.
    V2 = 2,
}

/// Orders under which the smallest hash is taken.
pub const LANES: usize = 64;
/// The length of a stored sketch: the recipe, the number of runs, two bytes a lane.
pub const SKETCH_BYTES: usize = 3 + 2 * LANES;
/// Letters in a run.
const RUN: usize = 6;
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

/// The smallest hash under each order, and how many runs there were to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sketch {
    pub(crate) lanes: [u16; LANES],
    pub(crate) n_runs: u16,
}

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
        let it = if normalise::is_inside_word(it) { it } else { ' ' };
        if it == ' ' && was_space {
            continue;
        }
        was_space = it == ' ';
        // Ten bits a letter hold every Latin one; of others the lower bits tell enough.
        run = (run << 10 | u64::from(it) & 0x3ff) & ((1 << (10 * RUN)) - 1);
        n_letters += 1;
        if RUN <= n_letters {
            take(run, &mut mins);
        }
    }
    if n_letters < RUN {
        take(run, &mut mins);
    }
    let n_runs = (n_letters + 1_usize).saturating_sub(RUN).max(1);
    let n_runs = u16::try_from(n_runs).unwrap_or(u16::MAX);
    Sketch { lanes: mins.map(i16::cast_unsigned), n_runs }
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
    /// The recipe, the number of runs, the lanes; numbers with their low byte first.
    pub fn to_bytes(&self) -> [u8; SKETCH_BYTES] {
        let mut res = [Recipe::V2 as u8; SKETCH_BYTES];
        res[1..3].copy_from_slice(&self.n_runs.to_le_bytes());
        for (bytes, lane) in res[3..].chunks_exact_mut(2).zip(self.lanes) {
            bytes.copy_from_slice(&lane.to_le_bytes());
        }
        res
    }

    /// Reads a stored sketch.
    ///
    /// # Errors
    /// Wrong length, or a recipe of another program.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadSketch> {
        let &[recipe, ref rest @ ..] = bytes else { return Err(BadSketch::Length(0)) };
        if recipe != Recipe::V2 as u8 {
            return Err(BadSketch::Recipe(recipe));
        }
        let (numbers, []) = rest.as_chunks::<2>() else {
            return Err(BadSketch::Length(bytes.len()));
        };
        let [n_runs, lanes @ ..] = numbers else { return Err(BadSketch::Length(bytes.len())) };
        let lanes: &[[u8; 2]; LANES] =
            lanes.try_into().map_err(|_| BadSketch::Length(bytes.len()))?;
        let lanes = lanes.map(u16::from_le_bytes);
        Ok(Self { lanes, n_runs: u16::from_le_bytes(*n_runs) })
    }

    /// The estimated Jaccard similarity of the runs of two texts, 0.0 to 1.0.
    pub fn similarity(&self, other: &Self) -> f32 {
        let n_equal: u16 =
            self.lanes.iter().zip(&other.lanes).map(|(a, b)| u16::from(a == b)).sum();
        f32::from(n_equal) / LANES as f32
    }

    /// How much of the shorter text the longer one holds, 0.0 to 1.0. A run that only the shorter
    /// one has shows where its smallest hash is below that of the longer one; of a text that was
    /// only cut there is none.
    pub fn containment(&self, other: &Self) -> f32 {
        let (short, long) = if self.n_runs < other.n_runs { (self, other) } else { (other, self) };
        let lower = |(a, b): (&u16, &u16)| u16::from(a.cast_signed() < b.cast_signed());
        let n_lower: u16 = short.lanes.iter().zip(&long.lanes).map(lower).sum();
        let share_of_both = f32::from(n_lower) / LANES as f32;
        let n_both = f32::from(long.n_runs) / (1.0 - share_of_both).max(0.01);
        (1.0 - share_of_both * n_both / f32::from(short.n_runs.max(1))).max(0.0)
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
    fn a_text_that_was_cut_is_held_by_the_whole_one() {
        let of = |text: &str| of(text).sketch;
        let whole = of(FLOOD);
        let cut = of("Vỡ đê ở Hà Nam, hàng trăm hộ dân");
        assert!(whole.similarity(&cut) < 0.6);
        assert_eq!(whole.containment(&cut), 1.0);
        assert_eq!(cut.containment(&whole), 1.0);
        let other = of("Vỡ đê ở Nam Định, không ai bị thương");
        assert!(whole.containment(&other) < 0.8);
    }

    #[test]
    fn a_stored_sketch_reads_back_or_is_refused() {
        let sketch = of(FLOOD).sketch;
        assert_eq!(Sketch::from_bytes(&sketch.to_bytes()), Ok(sketch));
        assert_eq!(Sketch::from_bytes(&[]), Err(BadSketch::Length(0)));
        assert_eq!(Sketch::from_bytes(&[2, 2]), Err(BadSketch::Length(2)));
        assert_eq!(Sketch::from_bytes(&[2, 2, 2]), Err(BadSketch::Length(3)));
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
        assert_eq!(hex::encode(&bytes[..13]), "0242003583b4832f84338ff685");
    }
}
