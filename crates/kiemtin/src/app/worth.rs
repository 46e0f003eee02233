//! Which sentences of a text are worth checking, by weights that follow the desk's own triage.

use std::sync::Arc;

use kiemtin_core::lang::Lang;
use kiemtin_core::text::sentence::sentences;
use kiemtin_core::time::{HOUR_MS, Timestamp};
use kiemtin_core::worth::triage::{Outcome, refit};
use kiemtin_core::worth::{Reason, Weights, judge, weights};
use kiemtin_store::StoreResult;
use kiemtin_store::triage::Sorted;
use tokio::sync::Mutex;

use super::App;

/// How old the weights may be: an hour of decisions moves them little.
const AGE_MAX_MS: i64 = HOUR_MS;
/// Decisions of each kind that are learned from: the newest.
const TRIAGED_MAX: i64 = 1_000;
/// Sentences of one text that are judged: a book is no message.
const SENTENCES_MAX: usize = 2_000;

/// The weights in use, by language, and when the triage was last read.
#[derive(Debug, Default)]
pub(super) struct Worths(Mutex<Read>);

#[derive(Debug, Default)]
struct Read {
    at: Option<Timestamp>,
    learned: Vec<(Lang, Arc<Weights>)>,
}

/// A sentence that is worth checking, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposed {
    /// The sentence.
    pub text: String,
    /// 0 to 1: what they are ranked by.
    pub probability: f32,
    /// For and against, the weightiest first.
    pub reasons: Vec<Reason>,
}

impl App {
    /// The sentences of some texts that are worth checking, the likeliest first, at most so many.
    /// They are proposed; people decide.
    ///
    /// # Errors
    /// The database failed.
    pub async fn worth_checking(
        &self,
        texts: &[&str],
        lang: Lang,
        n_max: usize,
    ) -> StoreResult<Vec<Proposed>> {
        let weights = self.worth_weights(lang).await?;
        let mut proposed: Vec<Proposed> = Vec::new();
        for sentence in texts.iter().flat_map(|it| sentences(it)).take(SENTENCES_MAX) {
            let worth = judge(sentence, lang, &weights);
            if worth.is_proposed && proposed.iter().all(|it| it.text != sentence) {
                let (text, probability) = (sentence.to_owned(), worth.probability);
                proposed.push(Proposed { text, probability, reasons: worth.reasons });
            }
        }
        proposed.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        proposed.truncate(n_max);
        Ok(proposed)
    }

    /// The weights of a language: those that the program comes with, moved by the desk's triage once
    /// there is enough of it.
    async fn worth_weights(&self, lang: Lang) -> StoreResult<Arc<Weights>> {
        let now = self.now();
        let is_old = {
            let mut read = self.worths.0.lock().await;
            let is_old = read.at.is_none_or(|it| it.plus_millis(AGE_MAX_MS) <= now);
            // Whoever comes while they are learned goes on with those before.
            read.at = Some(if is_old { now } else { read.at.unwrap_or(now) });
            is_old
        };
        if is_old {
            let mut learned = Vec::with_capacity(Lang::ALL.len());
            for lang in Lang::ALL {
                let sorted = self.store.triaged(lang, TRIAGED_MAX).await?;
                let work = tokio::task::spawn_blocking(move || learn(lang, &sorted));
                learned.extend(work.await.ok().map(|it| (lang, Arc::new(it))));
            }
            self.worths.0.lock().await.learned = learned;
        }
        let read = self.worths.0.lock().await;
        let found = read.learned.iter().find(|(it, _)| *it == lang).map(|(_, it)| it.clone());
        Ok(found.unwrap_or_else(|| Arc::new(weights(lang).clone())))
    }
}

fn learn(lang: Lang, sorted: &[Sorted]) -> Weights {
    let outcomes: Vec<Outcome<'_>> =
        sorted.iter().map(|it| Outcome { text: &it.text, opened: it.opened }).collect();
    match refit(weights(lang), &outcomes, lang) {
        Ok(learned) => learned,
        // A young desk: what the program comes with.
        Err(_) => weights(lang).clone(),
    }
}
