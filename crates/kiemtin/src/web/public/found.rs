//! What a reader's text finds, as its page says it. What is found is `app::found`.

use kiemtin_core::lang::Lang;
use kiemtin_core::link::Pasted;
use kiemtin_core::matching::Reason;
use kiemtin_store::StoreResult;
use kiemtin_store::claims::ForeignReview;

use super::card::{Card, Run, marked};
use super::waiting::Open;
use crate::app::found::shared;
use crate::app::{App, found};
use crate::reason;
use crate::web::page::Page;

pub(super) use crate::app::found::is_web_address;

/// What a text finds.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Whether there is no answer of ours that may fit.
    pub is_nothing: bool,
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
        let found = app.look(text, None).await?;
        let orgs = if found.open.is_empty() { Vec::new() } else { app.store.orgs().await? };
        let hits = |them: &[found::Hit]| them.iter().map(|it| Hit::new(page, it)).collect();
        Ok(Self {
            is_nothing: found.is_nothing(),
            pasted: found.pasted,
            naming: found.naming.iter().map(|it| Naming::new(page, it)).collect(),
            answer: found.answer.as_ref().map(|it| Hit::new(page, it)),
            similar: hits(&found.similar),
            nearest: hits(&found.nearest),
            open: found.open.iter().map(|it| Open::new(app, page, &orgs, it)).collect(),
            elsewhere: found.elsewhere.into_iter().map(|it| Elsewhere::new(page, it)).collect(),
        })
    }

    /// Whether the text is an address and no words: then only those in the address were compared.
    pub(super) fn is_bare(&self) -> bool {
        self.pasted.is_bare()
    }
}

impl Naming {
    fn new(page: &Page, it: &found::Naming) -> Self {
        Self { card: Card::new(page, &it.version, &[]), how: it.how.code() }
    }
}

impl Hit {
    fn new(page: &Page, hit: &found::Hit) -> Self {
        let card = Card::new(page, &hit.version, &shared(&hit.reasons));
        let (vetoes, reasons): (Vec<_>, Vec<_>) = hit.reasons.iter().partition(|it| it.is_veto());
        Self {
            reasons: reasons.into_iter().map(|it| say(page, it, &card)).collect(),
            vetoes: vetoes.into_iter().map(|it| say(page, it, &card)).collect(),
            card,
        }
    }
}

impl Elsewhere {
    fn new(page: &Page, found::Elsewhere { claim, reasons, review }: found::Elsewhere) -> Self {
        let said = page.said(&claim.text);
        let ForeignReview { url, publisher, verdict, title: _, published } = review;
        Self {
            claim_lang: said.lang,
            claim: marked(said.text, &shared(&reasons)),
            publisher,
            verdict,
            url: Some(url).filter(|it| is_web_address(it)),
            day: published.map(|at| page.date(&at)),
        }
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
