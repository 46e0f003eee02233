//! Vectors of claims' texts, as an embedding model makes them, and which claims lie nearest to a
//! text: every vector is looked at, so the answer is exact.
//!
//! Eight bits a dimension: a million vectors of 384 dimensions take 400 MB, and one search reads
//! them once. Derived data: may be thrown away and made anew.
//! Not here: the model that makes vectors (`kiemtin::embed`), what nearness is worth (`similarity`).

use std::collections::HashMap;

use crate::ids::ClaimId;

/// The largest value of a dimension, so that negative and positive ones weigh the same.
const STEP_MAX: f32 = 127.0;
/// Numbers added up side by side, which the compiler turns into wide instructions (`pmaddwd`): with
/// half or twice as many it takes longer, in one sum twice as long.
const LANES: usize = 32;

/// A direction in eight bits a dimension. Its length is one, so that a product is a cosine.
#[derive(Clone, Debug, PartialEq)]
pub struct Vector {
    steps: Box<[i8]>,
    /// What a product of steps is multiplied with.
    scale: f32,
}

impl Vector {
    /// The direction of a model's vector.
    pub fn of(values: &[f32]) -> Self {
        let largest = values.iter().fold(0.0_f32, |most, it| most.max(it.abs()));
        let by = if largest == 0.0 { 0.0 } else { STEP_MAX / largest };
        Self::new(values.iter().map(|it| (it * by).round() as i8).collect())
    }

    /// From bytes as they were kept.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self::new(bytes.iter().map(|it| i8::from_le_bytes([*it])).collect())
    }

    /// The bytes to keep, one a dimension.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.steps.iter().flat_map(|it| it.to_le_bytes()).collect()
    }

    /// How many dimensions it has.
    pub fn n_dims(&self) -> usize {
        self.steps.len()
    }

    fn new(steps: Box<[i8]>) -> Self {
        let square: i32 = steps.iter().map(|it| i32::from(*it) * i32::from(*it)).sum();
        let scale = if square == 0 { 0.0 } else { 1.0 / (square as f32).sqrt() };
        Self { steps, scale }
    }
}

/// A text to search for: widened once, so that the search need not do it for every claim.
#[derive(Clone, Debug)]
pub struct Sought {
    wide: Box<[i16]>,
    scale: f32,
}

impl Sought {
    /// Of the vector of a text.
    pub fn of(vector: &Vector) -> Self {
        Self { wide: vector.steps.iter().map(|it| i16::from(*it)).collect(), scale: vector.scale }
    }
}

/// The vectors of many claims.
#[derive(Debug)]
pub struct Vectors {
    n_dims: usize,
    steps: Vec<i8>,
    scales: Vec<f32>,
    /// Claims in the order of their vectors; those that were removed have none.
    claims: Vec<Row>,
    by_id: HashMap<ClaimId, u32>,
    n_dead: usize,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    id: ClaimId,
    first: u32,
    n_vectors: u32,
    is_dead: bool,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearest {
    /// The claims with the largest cosines, best first; of several texts of a claim the best counts.
    pub claims: Vec<(ClaimId, f32)>,
    /// The mean of the cosines with all claims.
    pub mean: f32,
    /// Their standard deviation.
    pub deviation: f32,
}

impl Vectors {
    /// No vectors yet, of so many dimensions.
    pub fn new(n_dims: usize) -> Self {
        Self {
            n_dims,
            steps: Vec::new(),
            scales: Vec::new(),
            claims: Vec::new(),
            by_id: HashMap::new(),
            n_dead: 0,
        }
    }

    /// How many claims have vectors.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Has none?
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Bytes held, near enough.
    pub fn memory_bytes(&self) -> usize {
        self.steps.capacity()
            + self.scales.capacity() * size_of::<f32>()
            + self.claims.capacity() * size_of::<Row>()
            + self.by_id.capacity() * (size_of::<(ClaimId, u32)>() + 1)
    }

    /// Puts a claim's vectors in the place of those that it had. Those of another model, which have
    /// other dimensions, are left out.
    pub fn upsert(&mut self, id: ClaimId, vectors: &[Vector]) {
        self.remove(id);
        let fits = |it: &&Vector| it.n_dims() == self.n_dims;
        let vectors: Vec<&Vector> = vectors.iter().filter(fits).collect();
        if vectors.is_empty() {
            return;
        }
        let (first, n_vectors) = (self.scales.len() as u32, vectors.len() as u32);
        for it in vectors {
            self.steps.extend_from_slice(&it.steps);
            self.scales.push(it.scale);
        }
        self.by_id.insert(id, self.claims.len() as u32);
        self.claims.push(Row { id, first, n_vectors, is_dead: false });
    }

    /// Forgets a claim.
    pub fn remove(&mut self, id: ClaimId) {
        let Some(row) = self.by_id.remove(&id) else { return };
        self.claims[row as usize].is_dead = true;
        self.n_dead += 1;
        // What was erased must not stay in memory for long, and is searched in vain.
        if 100 < self.n_dead && self.claims.len() < 4 * self.n_dead {
            self.compact();
        }
    }

    /// Drops what was removed.
    pub fn compact(&mut self) {
        if self.n_dead == 0 {
            return;
        }
        let old = std::mem::replace(self, Self::new(self.n_dims));
        for row in old.claims.iter().filter(|it| !it.is_dead) {
            let (first, n) = (row.first as usize, row.n_vectors as usize);
            let at = self.scales.len() as u32;
            self.steps.extend_from_slice(&old.steps[first * self.n_dims..][..n * self.n_dims]);
            self.scales.extend_from_slice(&old.scales[first..first + n]);
            self.by_id.insert(row.id, self.claims.len() as u32);
            self.claims.push(Row { first: at, ..*row });
        }
    }

    /// The cosine between a text and the nearest text of a claim; `None` without vectors.
    pub fn cosine(&self, sought: &Sought, id: ClaimId) -> Option<f32> {
        let row = self.claims[*self.by_id.get(&id)? as usize];
        Some(self.best_of(sought, row))
    }

    /// The `n` claims nearest to a text, by looking at every vector.
    pub fn nearest(&self, sought: &Sought, n: usize) -> Nearest {
        let (mut sum, mut square) = (0.0_f64, 0.0_f64);
        let mut best: Vec<(f32, u32)> = Vec::with_capacity(2 * n + 1);
        let mut least = f32::NEG_INFINITY;
        for (idx, row) in self.claims.iter().enumerate().filter(|(_, row)| !row.is_dead) {
            let cosine = self.best_of(sought, *row);
            sum += f64::from(cosine);
            square += f64::from(cosine) * f64::from(cosine);
            if least < cosine {
                best.push((cosine, idx as u32));
                if best.len() == 2 * n + 1 {
                    keep(&mut best, n);
                    least = best.last().map_or(least, |it| it.0);
                }
            }
        }
        keep(&mut best, n);
        let n_claims = self.len().max(1) as f64;
        let mean = sum / n_claims;
        let deviation = (square / n_claims - mean * mean).max(0.0).sqrt();
        let claims = best.into_iter().map(|(cosine, idx)| (self.claims[idx as usize].id, cosine));
        Nearest { claims: claims.collect(), mean: mean as f32, deviation: deviation as f32 }
    }

    fn best_of(&self, sought: &Sought, row: Row) -> f32 {
        let (first, n) = (row.first as usize, row.n_vectors as usize);
        let steps = &self.steps[first * self.n_dims..][..n * self.n_dims];
        let cosines = steps.chunks_exact(self.n_dims).zip(&self.scales[first..first + n]);
        let cosines = cosines.map(|(steps, scale)| dot(&sought.wide, steps) as f32 * scale);
        cosines.fold(f32::NEG_INFINITY, f32::max) * sought.scale
    }
}

/// The best `n`, sorted; of equals the older claim stands first.
fn keep(best: &mut Vec<(f32, u32)>, n: usize) {
    best.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    best.truncate(n);
}

/// The product of two directions: at most 127 × 127 a dimension, so that 130,000 of them fit.
fn dot(wide: &[i16], steps: &[i8]) -> i32 {
    let (wide, wide_rest) = wide.as_chunks::<LANES>();
    let (steps, steps_rest) = steps.as_chunks::<LANES>();
    let mut sums = [0_i32; LANES];
    for (wide, steps) in wide.iter().zip(steps) {
        for ((sum, a), b) in sums.iter_mut().zip(wide).zip(steps) {
            *sum += i32::from(*a) * i32::from(*b);
        }
    }
    let rest = wide_rest.iter().zip(steps_rest).map(|(a, b)| i32::from(*a) * i32::from(*b));
    sums.iter().sum::<i32>() + rest.sum::<i32>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn id(n: u32) -> ClaimId {
        let mut bytes = [0; 10];
        bytes[6..].copy_from_slice(&n.to_be_bytes());
        ClaimId::new(Timestamp::from_millis(0), bytes)
    }

    /// Numbers between -1 and 1 that look like chance.
    fn values(seed: u32, n_dims: usize) -> Vec<f32> {
        let mut state = u64::from(seed) + 1;
        let next = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040);
            ((state >> 40) as f32) / (1 << 23) as f32 - 1.0
        };
        (0..n_dims).map(next).collect()
    }

    fn exact(a: &[f32], b: &[f32]) -> f32 {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
    }

    #[test]
    fn eight_bits_keep_the_cosine_to_a_hundredth() {
        for n_dims in [1, 16, 31, 33, 384, 1024] {
            let (a, b) = (values(1, n_dims), values(2, n_dims));
            let mut vectors = Vectors::new(n_dims);
            vectors.upsert(id(0), &[Vector::of(&b)]);
            let found =
                vectors.cosine(&Sought::of(&Vector::of(&a)), id(0)).expect("it has a vector");
            assert!((found - exact(&a, &b)).abs() < 0.01, "{n_dims}: {found} {}", exact(&a, &b));
            let same = Sought::of(&Vector::of(&b));
            assert!((vectors.cosine(&same, id(0)).expect("it has a vector") - 1.0).abs() < 1e-4);
        }
    }

    #[test]
    fn the_nearest_are_those_that_comparing_one_by_one_finds() {
        const N_DIMS: usize = 48;
        let mut vectors = Vectors::new(N_DIMS);
        for n in 0..500 {
            let texts = (0..1 + n % 3).map(|it| Vector::of(&values(1000 * it + n, N_DIMS)));
            vectors.upsert(id(n), &texts.collect::<Vec<_>>());
        }
        // Claims that were replaced or removed are not found as they were.
        for n in 0..400 {
            vectors.upsert(id(n), &[Vector::of(&values(9_000 + n, N_DIMS))]);
        }
        vectors.remove(id(499));
        let sought = Sought::of(&Vector::of(&values(77, N_DIMS)));
        let mut expected: Vec<(ClaimId, f32)> = (0..499)
            .map(|n| (id(n), vectors.cosine(&sought, id(n)).expect("it has a vector")))
            .collect();
        let mean = expected.iter().map(|it| it.1).sum::<f32>() / 499.0;
        expected.sort_by(|a, b| b.1.total_cmp(&a.1));
        for n in [0, 1, 20, 600] {
            let found = vectors.nearest(&sought, n);
            let cosines = |all: &[(ClaimId, f32)]| all.iter().map(|it| it.1).collect::<Vec<_>>();
            assert_eq!(cosines(&found.claims), cosines(&expected[..n.min(499)]));
            assert!((found.mean - mean).abs() < 1e-4 && 0.0 < found.deviation);
        }
    }

    #[test]
    fn the_best_text_of_a_claim_counts_and_what_does_not_fit_is_left_out() {
        let (near, far) = (Vector::of(&values(5, 16)), Vector::of(&values(6, 16)));
        let mut vectors = Vectors::new(16);
        vectors.upsert(id(1), &[far.clone(), near.clone()]);
        vectors.upsert(id(2), &[Vector::of(&values(5, 8))]);
        let sought = Sought::of(&near);
        assert!(0.999 < vectors.cosine(&sought, id(1)).expect("it has a vector"));
        assert_eq!((vectors.cosine(&sought, id(2)), vectors.len()), (None, 1));
        vectors.upsert(id(1), &[]);
        assert!(vectors.is_empty() && vectors.nearest(&sought, 5).claims.is_empty());
    }

    #[test]
    fn bytes_give_the_same_vector_back() {
        let vector = Vector::of(&values(3, 384));
        assert_eq!(Vector::from_bytes(&vector.to_bytes()), vector);
        let nothing = Vector::of(&[0.0; 8]);
        let mut vectors = Vectors::new(8);
        vectors.upsert(id(1), std::slice::from_ref(&nothing));
        assert_eq!(vectors.cosine(&Sought::of(&nothing), id(1)), Some(0.0));
    }

    #[test]
    fn removing_gives_memory_back() {
        let mut vectors = Vectors::new(16);
        for _ in 0..50 {
            (0..100).for_each(|n| vectors.upsert(id(n), &[Vector::of(&values(n, 16))]));
        }
        assert!(vectors.scales.len() < 600, "{}", vectors.scales.len());
        assert_eq!(vectors.len(), 100);
        assert!(0 < vectors.memory_bytes());
    }
}
