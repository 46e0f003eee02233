//! A picture's hash: PDQ, the perceptual hash that fact-checking and safety tools exchange.
//!
//! Two copies of a picture, one of them smaller, brighter or saved again, differ in a few of its 256
//! bits; two pictures differ in about half. Written from the published description of PDQ ("The TMK
//! and PDQF video-hashing and PDQ image-hashing algorithms", Facebook 2019) and checked with its
//! published pictures. Hashes are kept and exchanged: the recipe never changes.
//! Not here: decoding (`kiemtin_extract::picture`), and turned or mirrored copies, which are not
//! looked for.

use std::collections::HashSet;
use std::f32::consts::PI;
use std::hash::Hash;

use crate::decide::{ANSWER_WORDS_MIN, Decision, Reason, thresholds};
use crate::ids::ClaimId;
use crate::lang::Lang;
use crate::matching::Match;

/// Two hashes with at most so many different bits are of the same picture: PDQ's own advice.
pub const SAME_BITS_MAX: u32 = 31;
/// A picture with less to see than this (a plain wall, a gradient) has a hash of chance: PDQ's own
/// advice is to leave it out.
pub const QUALITY_MIN: u8 = 50;

/// Sides of the small picture that is transformed.
const SMALL: usize = 64;
/// Waves that are kept in each direction, the constant one left out.
const WAVES: usize = 16;
/// Smoothing passes in each direction: two boxes make a tent.
const PASSES: usize = 2;
/// Pictures with a shorter side have nothing to see.
const SIDE_MIN: usize = 5;
/// The sum of the steps between neighbours that makes quality 1, as PDQ fixed it.
const STEPS_OF_QUALITY: u32 = 90;

/// A picture as brightness, 0 to 255, row by row. Invariant: as many values as width times height,
/// and at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct Luma {
    width: usize,
    height: usize,
    pixels: Vec<f32>,
}

impl Luma {
    /// From rows of brightness; `None` when there are not exactly `width` times `height`.
    pub fn new(width: usize, height: usize, pixels: Vec<f32>) -> Option<Self> {
        let is_whole = width.checked_mul(height) == Some(pixels.len()) && !pixels.is_empty();
        is_whole.then_some(Self { width, height, pixels })
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Row by row.
    pub fn pixels(&self) -> &[f32] {
        &self.pixels
    }
}

/// The brightness of a colour (Rec. 601), as PDQ takes it.
pub fn brightness([red, green, blue]: [u8; 3]) -> f32 {
    0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue)
}

/// The 256 bits of a picture. The first word holds the highest bits, as they are written in hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PictureHash([u64; 4]);

impl PictureHash {
    /// How many bits differ.
    pub fn distance(&self, other: &Self) -> u32 {
        let pairs = self.0.iter().zip(&other.0);
        pairs.map(|(a, b)| (a ^ b).count_ones()).sum()
    }

    /// Whether both are of the same picture, as near as a hash can tell.
    pub fn is_same(&self, other: &Self) -> bool {
        self.distance(other) <= SAME_BITS_MAX
    }

    /// As it is kept, and as hex tools write it.
    pub fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (place, word) in bytes.chunks_exact_mut(8).zip(self.0) {
            place.copy_from_slice(&word.to_be_bytes());
        }
        bytes
    }

    /// Reads it back; `None` when it is no such hash.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (words, rest) = bytes.as_chunks::<8>();
        let words: [[u8; 8]; 4] = words.try_into().ok().filter(|_| rest.is_empty())?;
        Some(Self(words.map(u64::from_be_bytes)))
    }
}

/// The hash of a picture, and how much there is to see in it, 0 to 100.
pub fn hash(picture: &Luma) -> (PictureHash, u8) {
    if picture.width.min(picture.height) < SIDE_MIN {
        return (PictureHash([0; 4]), 0);
    }
    let small = small(picture);
    let waves = waves(&small);
    let mut sorted = waves;
    sorted.sort_unstable_by(f32::total_cmp);
    let median = sorted[sorted.len() / 2 - 1];
    let mut words = [0_u64; 4];
    for (bit, wave) in waves.iter().enumerate() {
        if median < *wave {
            words[3 - bit / 64] |= 1 << (bit % 64);
        }
    }
    (PictureHash(words), quality(&small))
}

/// The hash to keep of a picture: none where it would be one of chance.
pub fn telling_hash(picture: &Luma) -> Option<PictureHash> {
    let (hash, quality) = hash(picture);
    (QUALITY_MIN <= quality).then_some(hash)
}

type Small = [[f32; SMALL]; SMALL];

/// Smooths the picture so that each of 64 × 64 points stands for what is around it, and takes those.
fn small(picture: &Luma) -> Box<Small> {
    let Luma { width, height, .. } = *picture;
    let mut pixels = picture.pixels.clone();
    let mut line = vec![0.0; width.max(height)];
    for _ in 0..PASSES {
        for row in pixels.chunks_exact_mut(width) {
            line[..width].copy_from_slice(row);
            smooth(&line[..width], |at, mean| row[at] = mean);
        }
        for column in 0..width {
            let values = pixels[column..].iter().step_by(width);
            line.iter_mut().zip(values).for_each(|(place, value)| *place = *value);
            smooth(&line[..height], |at, mean| pixels[at * width + column] = mean);
        }
    }
    let mut small = Box::new([[0.0; SMALL]; SMALL]);
    let middle = |at: usize, n: usize| (2 * at + 1) * n / (2 * SMALL);
    for (y, row) in small.iter_mut().enumerate() {
        let start = middle(y, height) * width;
        for (x, value) in row.iter_mut().enumerate() {
            *value = pixels[start + middle(x, width)];
        }
    }
    small
}

/// Means of a window that moves along a line and is cut at its ends. Half of what one point of the
/// small picture stands for, since two passes reach twice as far.
fn smooth(line: &[f32], mut put: impl FnMut(usize, f32)) {
    let window = line.len().div_ceil(2 * SMALL);
    let ahead = window / 2;
    let behind = window - 1 - ahead;
    let mut sum: f32 = line[..ahead].iter().sum();
    let mut n = ahead;
    for at in 0..line.len() {
        if let Some(value) = line.get(at + ahead) {
            sum += value;
            n += 1;
        }
        if behind < at {
            sum -= line[at - behind - 1];
            n -= 1;
        }
        put(at, sum / n as f32);
    }
}

/// The slow waves in both directions (a discrete cosine transform), the constant ones left out.
fn waves(small: &Small) -> [f32; WAVES * WAVES] {
    let mut matrix = [[0.0_f32; SMALL]; WAVES];
    for (wave, row) in matrix.iter_mut().enumerate() {
        for (at, value) in row.iter_mut().enumerate() {
            let angle = PI / 2.0 / SMALL as f32 * (wave + 1) as f32 * (2 * at + 1) as f32;
            *value = (2.0 / SMALL as f32).sqrt() * angle.cos();
        }
    }
    let mut along_columns = [[0.0_f32; SMALL]; WAVES];
    for (sums, waves) in along_columns.iter_mut().zip(&matrix) {
        for (wave, row) in waves.iter().zip(small) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += wave * value);
        }
    }
    let mut res = [0.0; WAVES * WAVES];
    for (y, row) in along_columns.iter().enumerate() {
        for (x, waves) in matrix.iter().enumerate() {
            res[y * WAVES + x] = row.iter().zip(waves).map(|(value, wave)| value * wave).sum();
        }
    }
    res
}

/// Sums up the steps between neighbours; small ones count nothing.
fn quality(small: &Small) -> u8 {
    let step = |a: f32, b: f32| ((a - b) * 100.0 / 255.0).abs() as u32;
    let along = small.iter().flat_map(|row| row.array_windows().map(|&[a, b]| step(a, b)));
    let down = small.array_windows().flat_map(|[a, b]| a.iter().zip(b).map(|(a, b)| step(*a, *b)));
    let steps: u32 = along.chain(down).sum();
    (steps / STEPS_OF_QUALITY).min(100) as u8
}

/// Adds what a picture tells to what the words of its message found: the claims whose sightings
/// carry the same picture. With other words it never answers, and is always worth a look.
pub fn with_same_picture(found: &mut Vec<Match>, claims: &[ClaimId], lang: Lang) {
    for &claim in claims {
        let by_words = found.iter_mut().find(|it| it.claim == claim);
        let Some(it) = by_words else {
            found.push(Match {
                claim,
                probability: thresholds(lang).suggest,
                decision: Decision::Suggest,
                reasons: vec![Reason::SamePicture { other_words: true }],
            });
            continue;
        };
        let contradicted = it.reasons.iter().any(Reason::is_contradiction);
        let other_words = it.decision == Decision::None || contradicted;
        it.reasons.insert(0, Reason::SamePicture { other_words });
        if it.decision == Decision::None {
            it.decision = Decision::Suggest;
            it.probability = it.probability.max(thresholds(lang).suggest);
        }
    }
    found.sort_by(|a, b| b.probability.total_cmp(&a.probability));
}

/// The words typed beside a picture, where they are enough to say something of their own: they
/// stand before the first empty line, and what was read in the picture behind it.
pub fn typed_beside(text: &str) -> Option<&str> {
    let (typed, read) = text.split_once("\n\n")?;
    let enough = ANSWER_WORDS_MIN <= typed.split_whitespace().count();
    (enough && !read.trim().is_empty()).then_some(typed)
}

/// Holds an answer back that the typed words alone do not lead to: the picture is answered, but
/// they ask something else.
pub fn with_typed(found: &mut [Match], typed: &[Match]) {
    let Some(best) = found.first_mut().filter(|it| it.decision == Decision::Answer) else { return };
    let same = |it: &Match| it.claim == best.claim && it.decision != Decision::None;
    if !typed.first().is_some_and(same) {
        best.decision = Decision::Suggest;
        best.reasons.push(Reason::OwnWords);
    }
}

/// Hashes with what they belong to, searched one by one: a million take 16 ms.
#[derive(Clone, Debug)]
pub struct Pictures<T> {
    rows: Vec<(PictureHash, T)>,
    /// Whoever has a row: most that change have none, and need no walk along all rows.
    owners: HashSet<T>,
}

impl<T> Default for Pictures<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), owners: HashSet::new() }
    }
}

impl<T: Copy + Eq + Hash> Pictures<T> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Bytes held.
    pub fn memory_bytes(&self) -> usize {
        self.rows.capacity() * size_of::<(PictureHash, T)>()
            + self.owners.capacity() * (size_of::<T>() + 1)
    }

    /// Puts these hashes in the place of those that `owner` had.
    pub fn put(&mut self, owner: T, hashes: impl IntoIterator<Item = PictureHash>) {
        if self.owners.remove(&owner) {
            self.rows.retain(|(_, it)| *it != owner);
        }
        self.add(owner, hashes);
    }

    /// Adds hashes to those that an owner has.
    pub fn add(&mut self, owner: T, hashes: impl IntoIterator<Item = PictureHash>) {
        let n_before = self.rows.len();
        self.rows.extend(hashes.into_iter().map(|it| (it, owner)));
        if n_before < self.rows.len() {
            self.owners.insert(owner);
        }
    }

    /// Whose picture this is, the nearest first, each once, at most `limit`.
    pub fn same(&self, hash: &PictureHash, limit: usize) -> Vec<T> {
        let near = |(it, owner): &(PictureHash, T)| {
            let distance = it.distance(hash);
            (distance <= SAME_BITS_MAX).then_some((distance, *owner))
        };
        let mut near: Vec<(u32, T)> = self.rows.iter().filter_map(near).collect();
        near.sort_by_key(|(distance, _)| *distance);
        let mut owners: Vec<T> = Vec::new();
        for (_, owner) in near {
            if owners.len() == limit {
                break;
            }
            if !owners.contains(&owner) {
                owners.push(owner);
            }
        }
        owners
    }
}

#[cfg(test)]
mod tests;
