//! The cascade, all its views on, without an embedding model.

use std::time::Duration;

use kiemtin_core::ids::ClaimId;
use kiemtin_core::index::{ClaimDoc, ClaimIndex};
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::{self, Scratch};
use kiemtin_core::text::key;
use kiemtin_core::time::Timestamp;

use super::{Claim, Peer, processor};

pub(super) struct Ours {
    index: ClaimIndex,
    scratch: Scratch,
    /// The language of all messages; without it, each is guessed.
    lang: Option<Lang>,
}

impl Ours {
    pub(super) fn new(claims: &[Claim], lang: Option<Lang>) -> Self {
        let mut index = ClaimIndex::new();
        for (number, claim) in claims.iter().enumerate() {
            let parts = claim.parts.iter().map(|it| (it.0, it.1.as_str())).collect();
            index.upsert(&ClaimDoc { id: id(number), lang: claim.lang, parts });
        }
        Self { index, scratch: Scratch::default(), lang }
    }
}

impl Peer for Ours {
    fn name(&self) -> &'static str {
        "ours"
    }

    fn ask(&mut self, text: &str, limit: usize) -> anyhow::Result<(Vec<usize>, Duration)> {
        let begin = processor();
        let key = key(text, self.lang);
        let found = matching::find_with(&mut self.scratch, &self.index, &key, limit);
        let took = processor() - begin;
        Ok((found.iter().map(|it| number(it.claim)).collect(), took))
    }

    fn size(&self) -> anyhow::Result<String> {
        let (memory, disk) = (self.index.memory_bytes() >> 20, self.index.to_bytes().len() >> 20);
        Ok(format!("{memory} MB in memory, {disk} MB on disk"))
    }
}

/// An id begins with 48 bits of time: the claim's number stands there.
fn id(number: usize) -> ClaimId {
    ClaimId::new(Timestamp::from_millis(number as i64), [0; 10])
}

fn number(id: ClaimId) -> usize {
    (id.0.as_u128() >> 80) as usize
}
