//! What a reader's text finds: the answer, answers that may fit, and what other desks published.
//!
//! Nothing of the text is kept, and no page that it names is opened: an address is looked up among
//! those that answers name, and the words in it are compared like any others. A claim without a published answer is internal: of it only what
//! other desks published is shown, and that it is being checked where an editor released its sentence.

use kiemtin_core::ids::ClaimId;
use kiemtin_core::lang::Lang;
use kiemtin_core::link::Pasted;
use kiemtin_core::matching::{Decision, Match, Reason};
use kiemtin_core::text::normalise;
use kiemtin_store::StoreResult;
use kiemtin_store::claims::ForeignReview;
use kiemtin_store::links::Named;

use super::card::{Card, Run, marked};
use super::waiting::Open;
use crate::app::App;
use crate::reason;
use crate::web::page::Page;

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
/// Answers shown that name an address.
const NAMING_MAX: usize = 5;

/// What a text finds.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The addresses in the text, and what stands beside them.
    pub pasted: Pasted,
    /// Answers that name an address in the text, and how.
    pub naming: Vec<Naming>,
    /// The answer, when it is sure enough.
    pub answer: Option<Hit>,
    /// Answers that may be about the same.
    pub similar: Vec<Hit>,
    /// The nearest answers, when none may be about the same.
    pub nearest: Vec<Hit>,
    /// Claims without an answer, whose sentences were released.
    pub open: Vec<Open>,
    /// What other desks published about the same.
    pub elsewhere: Vec<Elsewhere>,
}

/// An answer that names an address in the text.
#[derive(Clone, Debug)]
pub(super) struct Naming {
    /// The answer.
    pub card: Card,
    /// The code of [`Named`].
    pub how: &'static str,
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
        let mut found = Self { pasted: Pasted::read(text), ..Self::default() };
        let words = if found.is_bare() { found.pasted.words() } else { text.to_owned() };
        // This also tells the index what is new, which the address is looked up in.
        let matches = app.find(&words, None, MATCHES_MAX).await?;
        found.look_up(app, page).await?;
        for mut it in matches {
            if found.is_bare() && it.decision == Decision::Answer {
                it.decision = Decision::Suggest; // The words of an address are no statement.
            }
            match app.answered(it.claim) {
                Some(_) => found.add_answer(app, page, &it).await?,
                None if it.decision == Decision::None => {}
                None => {
                    found.add_open(app, page, &it).await?;
                    found.add_elsewhere(app, page, it.claim, &shared(&it.reasons)).await?;
                }
            }
        }
        if found.answer.is_some() || !found.similar.is_empty() {
            found.nearest.clear();
        }
        Ok(found)
    }

    /// Looks an address up: among the sources of answers, where claims were seen, and the pages of
    /// other desks.
    async fn look_up(&mut self, app: &App, page: &Page) -> StoreResult<()> {
        let urls = self.pasted.spellings();
        let mut shown: Vec<ClaimId> = Vec::new();
        for (claim, named) in app.store.claims_naming(&urls).await? {
            if app.answered(claim).is_none() {
                // Without an answer a claim is internal, but not what others published.
                if named == Named::Elsewhere {
                    self.add_elsewhere(app, page, claim, &[]).await?;
                }
                continue;
            }
            if shown.contains(&claim) || NAMING_MAX <= shown.len() {
                continue;
            }
            let Some(version) = app.store.newest_version(claim).await? else { continue };
            let evidence = &version.document.content.evidence;
            if named == Named::Evidence && !evidence.iter().any(|it| urls.contains(&it.url)) {
                continue; // It was brought after the answer went out.
            }
            shown.push(claim);
            self.naming.push(Naming { card: Card::new(page, &version, &[]), how: named.code() });
        }
        Ok(())
    }

    /// Whether the text is an address and no words: then only those in the address were compared.
    pub(super) fn is_bare(&self) -> bool {
        self.pasted.is_bare()
    }

    /// Whether there is no answer of ours that may fit.
    pub(super) fn is_nothing(&self) -> bool {
        self.answer.is_none() && self.similar.is_empty() && self.naming.is_empty()
    }

    async fn add_answer(&mut self, app: &App, page: &Page, it: &Match) -> StoreResult<()> {
        let words = shared(&it.reasons);
        let is_wanted = match it.decision {
            Decision::Answer => self.answer.is_none(),
            Decision::Suggest => self.similar.len() < SIMILAR_MAX,
            Decision::None => {
                let is_near = NEAREST_WORDS_MIN <= words.len();
                let is_best = self.answer.is_none() && self.similar.is_empty();
                is_near && is_best && self.nearest.len() < NEAREST_MAX
            }
        };
        if !is_wanted {
            return Ok(());
        }
        let Some(version) = app.store.newest_version(it.claim).await? else { return Ok(()) };
        let card = Card::new(page, &version, &words);
        let (vetoes, reasons): (Vec<_>, Vec<_>) = it.reasons.iter().partition(|it| it.is_veto());
        let hit = Hit {
            reasons: reasons.into_iter().map(|it| say(page, it, &card)).collect(),
            vetoes: vetoes.into_iter().map(|it| say(page, it, &card)).collect(),
            card,
        };
        match it.decision {
            Decision::Answer => self.answer = Some(hit),
            Decision::Suggest => self.similar.push(hit),
            Decision::None => self.nearest.push(hit),
        }
        Ok(())
    }

    async fn add_open(&mut self, app: &App, page: &Page, it: &Match) -> StoreResult<()> {
        if OPEN_MAX <= self.open.len() {
            return Ok(());
        }
        let Some(released) = app.store.released_claim(it.claim).await? else { return Ok(()) };
        let orgs = app.store.orgs().await?;
        self.open.push(Open::new(app, page, &orgs, &released));
        Ok(())
    }

    async fn add_elsewhere(
        &mut self,
        app: &App,
        page: &Page,
        claim: ClaimId,
        words: &[String],
    ) -> StoreResult<()> {
        if ELSEWHERE_MAX <= self.elsewhere.len() {
            return Ok(());
        }
        let Some(claim) = app.store.claim(claim).await? else { return Ok(()) };
        let said = page.said(&claim.text);
        for review in app.store.foreign_reviews(claim.id).await? {
            let ForeignReview { url, publisher, verdict, title: _, published } = review;
            if self.elsewhere.iter().any(|it| it.url.as_ref() == Some(&url)) {
                continue; // The reader pasted its address.
            }
            self.elsewhere.push(Elsewhere {
                claim_lang: said.lang,
                claim: marked(said.text, words),
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

/// A reason in words. Shared words are named as the claim writes them, with their diacritics.
fn say(page: &Page, reason: &Reason, card: &Card) -> String {
    let marked = card.claim.iter().filter(|it| it.is_marked).map(|it| it.text.clone());
    let written: Vec<String> = marked.collect();
    match reason {
        Reason::SharesWords(_) if !written.is_empty() => {
            reason::words(&Reason::SharesWords(written), page.lang)
        }
        _ => reason::words(reason, page.lang),
    }
}

/// The words in common, folded.
fn shared(reasons: &[Reason]) -> Vec<String> {
    let words = reasons.iter().find_map(|it| match it {
        Reason::SharesWords(words) => Some(words.iter().map(|it| normalise::fold(it)).collect()),
        _ => None,
    });
    words.unwrap_or_default()
}

/// What comes from outside may say `javascript:`.
pub(super) fn is_web_address(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|it| matches!(it.scheme(), "http" | "https"))
}
