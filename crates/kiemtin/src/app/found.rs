//! What a text finds among what readers may see: the answer, answers that may fit, and what other
//! desks published. Nothing of the text is kept.
//!
//! A claim without a published answer is internal: of it only what other desks published is shown,
//! and that it is being checked where an editor released its sentence.
//! Not here: how that is said to a reader (`web`) or to a program (`api`).

use kiemtin_core::lang::Lang;
use kiemtin_core::matching::{Decision, Match, Reason};
use kiemtin_core::text::normalise;
use kiemtin_store::StoreResult;
use kiemtin_store::claims::{Claim, ForeignReview};
use kiemtin_store::reviews::Version;
use kiemtin_store::waiting_list::Released;

use super::App;

/// Claims looked at for one text.
const MATCHES_MAX: usize = 30;
/// Answers shown that may fit.
const SIMILAR_MAX: usize = 6;
/// Answers shown when none fits.
const NEAREST_MAX: usize = 3;
/// Words that a text and a claim must share at least to be called near: one is chance.
const NEAREST_WORDS_MIN: usize = 2;
/// Other desks' reviews shown.
const ELSEWHERE_MAX: usize = 5;
/// Open claims shown.
const OPEN_MAX: usize = 3;

/// What a text finds.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The answer, when it is sure enough.
    pub answer: Option<Hit>,
    /// Answers that may be about the same.
    pub similar: Vec<Hit>,
    /// The nearest answers, when none may be about the same.
    pub nearest: Vec<Hit>,
    /// Claims without an answer, whose sentences were released.
    pub open: Vec<Released>,
    /// What other desks published about the same.
    pub elsewhere: Vec<Elsewhere>,
}

/// A published answer that was found, and why.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Its newest version.
    pub version: Version,
    /// How sure it is.
    pub decision: Decision,
    /// Why it is thought to be the same, vetoes among it.
    pub reasons: Vec<Reason>,
}

/// Another desk's review.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// The claim.
    pub claim: Claim,
    /// Why it is thought to be the same.
    pub reasons: Vec<Reason>,
    /// The review.
    pub review: ForeignReview,
}

impl App {
    /// Looks what a text finds.
    ///
    /// # Errors
    /// The database failed.
    pub async fn look(&self, text: &str, lang: Option<Lang>) -> StoreResult<Found> {
        let mut found = Found::default();
        for it in self.find(text, lang, MATCHES_MAX).await? {
            match self.answered(it.claim) {
                Some(_) => found.add_answer(self, it).await?,
                None if it.decision == Decision::None => {}
                None => {
                    found.add_open(self, &it).await?;
                    found.add_elsewhere(self, it).await?;
                }
            }
        }
        if found.answer.is_some() || !found.similar.is_empty() {
            found.nearest.clear();
        }
        Ok(found)
    }
}

impl Found {
    /// Whether there is no answer of ours that may fit.
    pub fn is_nothing(&self) -> bool {
        self.answer.is_none() && self.similar.is_empty()
    }

    async fn add_answer(&mut self, app: &App, it: Match) -> StoreResult<()> {
        let is_wanted = match it.decision {
            Decision::Answer => self.answer.is_none(),
            Decision::Suggest => self.similar.len() < SIMILAR_MAX,
            Decision::None => {
                let is_near = NEAREST_WORDS_MIN <= shared(&it.reasons).len();
                is_near && self.is_nothing() && self.nearest.len() < NEAREST_MAX
            }
        };
        if !is_wanted {
            return Ok(());
        }
        let Some(version) = app.store.newest_version(it.claim).await? else { return Ok(()) };
        let hit = Hit { version, decision: it.decision, reasons: it.reasons };
        match it.decision {
            Decision::Answer => self.answer = Some(hit),
            Decision::Suggest => self.similar.push(hit),
            Decision::None => self.nearest.push(hit),
        }
        Ok(())
    }

    async fn add_open(&mut self, app: &App, it: &Match) -> StoreResult<()> {
        if self.open.len() < OPEN_MAX {
            self.open.extend(app.store.released_claim(it.claim).await?);
        }
        Ok(())
    }

    async fn add_elsewhere(&mut self, app: &App, it: Match) -> StoreResult<()> {
        if ELSEWHERE_MAX <= self.elsewhere.len() {
            return Ok(());
        }
        let Some(claim) = app.store.claim(it.claim).await? else { return Ok(()) };
        let reviews = app.store.foreign_reviews(it.claim).await?.into_iter();
        let of = |review| Elsewhere { claim: claim.clone(), reasons: it.reasons.clone(), review };
        self.elsewhere.extend(reviews.take(ELSEWHERE_MAX - self.elsewhere.len()).map(of));
        Ok(())
    }
}

/// The words in common, folded.
pub fn shared(reasons: &[Reason]) -> Vec<String> {
    let words = reasons.iter().find_map(|it| match it {
        Reason::SharesWords(words) => Some(words.iter().map(|it| normalise::fold(it)).collect()),
        _ => None,
    });
    words.unwrap_or_default()
}

/// Whether a link may be shown as one: what comes from outside may say `javascript:`.
pub fn is_web_address(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|it| matches!(it.scheme(), "http" | "https"))
}
