//! What a reader's text finds: the answer, answers that may fit, and what other desks published.
//!
//! Nothing of the text is kept. A claim without a published answer is internal: of it only what
//! other desks published is shown.

use kiemtin_core::lang::Lang;
use kiemtin_core::matching::{Decision, Match, Reason};
use kiemtin_store::StoreResult;
use kiemtin_store::claims::ForeignReview;

use super::card::{Card, Run, marked};
use crate::app::App;
use crate::reason;
use crate::web::page::Page;

/// Claims looked at for one text.
const MATCHES_MAX: usize = 30;
/// Answers shown that may fit.
const SIMILAR_MAX: usize = 6;
/// Answers shown when none fits.
const NEAREST_MAX: usize = 3;
/// Other desks' reviews shown.
const ELSEWHERE_MAX: usize = 5;

/// What a text finds.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The answer, when it is sure enough.
    pub answer: Option<Hit>,
    /// Answers that may be about the same.
    pub similar: Vec<Hit>,
    /// The nearest answers, when none may be about the same.
    pub nearest: Vec<Hit>,
    /// What other desks published about the same.
    pub elsewhere: Vec<Elsewhere>,
}

/// A published answer that was found, and why.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    /// The answer.
    pub card: Card,
    /// Why it is thought to be the same, in words.
    pub reasons: Vec<String>,
    /// What stands against that, in words.
    pub vetoes: Vec<String>,
}

/// Another desk's review.
#[derive(Clone, Debug)]
pub(super) struct Elsewhere {
    /// The language of the claim.
    pub claim_lang: Lang,
    /// What was claimed, cut where marks begin and end.
    pub claim: Vec<Run>,
    /// The other desk.
    pub publisher: String,
    /// Its verdict, in its own words.
    pub verdict: Option<String>,
    /// The page; `None` if its address is no web address.
    pub url: Option<String>,
    /// When it was published.
    pub day: Option<String>,
}

impl Found {
    /// Looks.
    pub(super) async fn look(app: &App, page: &Page, text: &str) -> StoreResult<Self> {
        let mut found = Self::default();
        for it in app.find(text, None, MATCHES_MAX).await? {
            match app.answered(it.claim) {
                Some(_) => found.add_answer(app, page, &it).await?,
                None if it.decision == Decision::None => {}
                None => found.add_elsewhere(app, page, &it).await?,
            }
        }
        if found.answer.is_some() || !found.similar.is_empty() {
            found.nearest.clear();
        }
        Ok(found)
    }

    /// Whether there is no answer of ours that may fit.
    pub(super) fn is_nothing(&self) -> bool {
        self.answer.is_none() && self.similar.is_empty()
    }

    async fn add_answer(&mut self, app: &App, page: &Page, it: &Match) -> StoreResult<()> {
        let is_full = match it.decision {
            Decision::Answer => self.answer.is_some(),
            Decision::Suggest => SIMILAR_MAX <= self.similar.len(),
            Decision::None => NEAREST_MAX <= self.nearest.len() || !self.is_nothing(),
        };
        if is_full {
            return Ok(());
        }
        let Some(version) = app.store.newest_version(it.claim).await? else { return Ok(()) };
        let words = |it: &&Reason| !it.is_veto();
        let say = |it: &Reason| reason::words(it, page.lang);
        let hit = Hit {
            card: Card::new(page, &version, &shared(&it.reasons)),
            reasons: it.reasons.iter().filter(words).map(say).collect(),
            vetoes: it.reasons.iter().filter(|it| it.is_veto()).map(say).collect(),
        };
        match it.decision {
            Decision::Answer => self.answer = Some(hit),
            Decision::Suggest => self.similar.push(hit),
            Decision::None => self.nearest.push(hit),
        }
        Ok(())
    }

    async fn add_elsewhere(&mut self, app: &App, page: &Page, it: &Match) -> StoreResult<()> {
        if ELSEWHERE_MAX <= self.elsewhere.len() {
            return Ok(());
        }
        let Some(claim) = app.store.claim(it.claim).await? else { return Ok(()) };
        let said = page.said(&claim.text);
        for review in app.store.foreign_reviews(it.claim).await? {
            let ForeignReview { url, publisher, verdict, title: _, published } = review;
            self.elsewhere.push(Elsewhere {
                claim_lang: said.lang,
                claim: marked(said.text, &shared(&it.reasons)),
                publisher,
                verdict,
                url: Some(url).filter(|it| is_web_address(it)),
                day: published.map(|at| page.date(&at)),
            });
        }
        self.elsewhere.truncate(ELSEWHERE_MAX);
        Ok(())
    }
}

/// The words in common, folded.
fn shared(reasons: &[Reason]) -> Vec<String> {
    let words = reasons.iter().find_map(|it| match it {
        Reason::SharesWords(words) => Some(words.clone()),
        _ => None,
    });
    words.unwrap_or_default()
}

/// What comes from outside may say `javascript:`.
pub(super) fn is_web_address(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|it| matches!(it.scheme(), "http" | "https"))
}
