//! The vectors of claims in memory, for desks with an embedding model, and which texts of a claim
//! have one. They follow the store: rows by their numbers, claims by the change cursor.
//!
//! Form of a row in the store: for each text 8 bytes of its hash, then a byte a dimension.

use std::collections::HashMap;

use kiemtin_core::ids::ClaimId;
use kiemtin_core::text::segment::without_addresses;
use kiemtin_core::vectors::{Vector, Vectors};
use kiemtin_store::claims::Claim;
use kiemtin_store::vectors::ModelHash;
use kiemtin_store::{Store, StoreResult};
use sha2::{Digest as _, Sha256};

use super::SIGHTINGS_MAX;

/// Rows read at a time.
const PAGE: i64 = 1_000;
/// Bytes of a text's hash.
const HASH_BYTES: usize = 8;

/// A model as the index knows it: which rows are its own, and how long a vector is.
#[derive(Clone, Copy, Debug)]
pub struct ModelKey {
    /// Which model.
    pub hash: ModelHash,
    /// Numbers of a vector.
    pub n_dims: usize,
}

/// Everything that the store has of one model.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) model: ModelKey,
    pub(super) vectors: Vectors,
    /// Whether every claim was looked at once: before that vectors would prefer those that were.
    pub(super) complete: bool,
    seq: i64,
}

impl Known {
    pub(super) fn new(model: ModelKey) -> Self {
        Self { model, vectors: Vectors::new(model.n_dims), complete: false, seq: 0 }
    }

    /// From which number on rows are new.
    pub(super) fn seq(&self) -> i64 {
        self.seq
    }

    pub(super) fn put(&mut self, id: ClaimId, row: &[u8]) {
        let vectors: Vec<Vector> = vectors_of(row, self.model.n_dims).into_values().collect();
        self.vectors.upsert(id, &vectors);
    }

    pub(super) fn take(&mut self, news: News) {
        for (id, seq, row) in &news.rows {
            self.put(*id, row);
            self.seq = *seq;
        }
        self.complete = news.complete;
    }
}

/// What was written since the last look.
pub(super) struct News {
    rows: Vec<(ClaimId, i64, Vec<u8>)>,
    complete: bool,
}

impl News {
    /// Whether there may be more.
    pub(super) fn is_full(&self) -> bool {
        self.rows.len() as i64 == PAGE
    }
}

/// What was written after `seq`.
pub(super) async fn news(store: &Store, model: ModelHash, seq: i64) -> StoreResult<News> {
    // Asked before the rows are: what becomes complete in between is seen by the next look.
    let progress = store.vectors_progress(model).await?;
    let rows = store.vectors_after(model, seq, PAGE).await?;
    Ok(News { rows, complete: progress.is_some_and(|it| it.complete) })
}

/// The texts of a claim that get a vector, by their hash: the statement in each language, its title,
/// other wordings, confirmed sightings. What was written about it is left out: it says more than the
/// claim does.
pub(crate) async fn texts(
    store: &Store,
    claim: &Claim,
) -> StoreResult<HashMap<[u8; HASH_BYTES], String>> {
    if claim.merged_into.is_some() {
        return Ok(HashMap::new());
    }
    let mut texts: Vec<String> = Vec::new();
    let own = [claim.text.vi.as_ref(), claim.text.en.as_ref(), claim.title.as_ref()];
    texts.extend(own.into_iter().flatten().cloned());
    texts.extend(store.variants(claim.id).await?.into_iter().map(|(_, text)| text));
    let sightings = store.sighting_texts(claim.id, SIGHTINGS_MAX).await?;
    texts.extend(sightings.into_iter().map(|it| it.text));
    let texts = texts.iter().map(|it| without_addresses(it)).filter(|it| !it.is_empty());
    Ok(texts.map(|it| (hash(&it), it)).collect())
}

fn hash(text: &str) -> [u8; HASH_BYTES] {
    let sum = Sha256::digest(text);
    std::array::from_fn(|it| sum[it])
}

/// The vectors of a row by the hash of their text; of a damaged row those that are whole.
pub(crate) fn vectors_of(row: &[u8], n_dims: usize) -> HashMap<[u8; HASH_BYTES], Vector> {
    let one = |it: &[u8]| {
        let (hash, steps) = it.split_first_chunk::<HASH_BYTES>()?;
        Some((*hash, Vector::from_bytes(steps)))
    };
    row.chunks_exact(HASH_BYTES + n_dims).filter_map(one).collect()
}

/// A row of vectors, in the order of their hashes.
pub(crate) fn row(vectors: &HashMap<[u8; HASH_BYTES], Vector>) -> Vec<u8> {
    let mut all: Vec<_> = vectors.iter().collect();
    all.sort_by_key(|it| it.0);
    all.into_iter().flat_map(|(hash, it)| hash.iter().copied().chain(it.to_bytes())).collect()
}
