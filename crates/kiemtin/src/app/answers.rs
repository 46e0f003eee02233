//! Published answers that a text or a picture finds, for programs. Nothing of either is kept.

use std::collections::HashSet;

use kiemtin_core::lang::Lang;
use kiemtin_core::matching::{Decision, Match, Reason};
use kiemtin_core::picture::PictureHash;
use kiemtin_store::StoreResult;
use kiemtin_store::reviews::Version;

use super::App;

/// Claims looked at for one text: as many as the matcher ranks.
const MATCHES_MAX: usize = 50;
/// Words that a text and a claim must share to be called near: one is chance, unless there is but
/// one.
const NEAR_WORDS_MIN: usize = 2;

impl App {
    /// The answers that stand and that a text finds, best first: those that may be about the same,
    /// and those that share words with it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn answers_to(
        &self,
        text: &str,
        lang: Option<Lang>,
    ) -> StoreResult<Vec<(Match, Version)>> {
        let n_words = text.split_whitespace().collect::<HashSet<_>>().len();
        let mut found = self.find(text, lang, MATCHES_MAX).await?;
        found.retain(|it| self.answered(it.claim).is_some() && is_near(it, n_words));
        let claims: Vec<_> = found.iter().map(|it| it.claim).collect();
        let mut versions = self.store.newest_versions(&claims).await?;
        let with_version = |it: Match| {
            let place = versions.iter().position(|version| version.claim == it.claim)?;
            Some((it, versions.swap_remove(place)))
        };
        Ok(found.into_iter().filter_map(with_version).collect())
    }

    /// The answers that stand about claims that were sent in with this picture, the nearest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn answers_with_picture(&self, hash: &PictureHash) -> StoreResult<Vec<Version>> {
        self.follow().await?;
        let mut answers = Vec::new();
        for claim in self.claims_with_picture(hash).await? {
            if self.answered(claim).is_some() {
                answers.extend(self.store.newest_version(claim).await?);
            }
        }
        Ok(answers)
    }
}

fn is_near(it: &Match, n_words: usize) -> bool {
    let n_shared = it.reasons.iter().map(|it| match it {
        Reason::SharesWords(words) => words.len(),
        _ => 0,
    });
    it.decision != Decision::None || NEAR_WORDS_MIN.min(n_words.max(1)) <= n_shared.sum()
}
