//! Claims of a file, and other desks' reviews, from a file or a source: masked like any text that
//! comes from outside.

use std::sync::Arc;

use kiemtin_core::ids::ClaimId;
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::message::{Publishers, RawClaim, RawReview};
use kiemtin_core::text::language::guess;
use kiemtin_core::text::mask::mask;
use kiemtin_store::claims::{ForeignReview, NewClaim, Origin};
use url::Url;

use super::App;
use super::admission::hmac;
use super::clock::chance;

/// A claim or a review, as it was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw {
    /// From a file of claims.
    Claim(RawClaim),
    /// From another desk's markup.
    Review(RawReview),
}

/// The longest statement taken as a claim, in characters: twice what a desk may publish.
const CLAIM_CHARS_MAX: usize = 1_000;

/// Takes claims and reviews in.
#[derive(Debug)]
pub struct Taker {
    key: [u8; 32],
    publishers: Arc<Publishers>,
}

/// What came of some claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// New ones.
    pub n_new: u64,
    /// Known ones.
    pub n_known: u64,
    /// Reviews whose publisher is not listed.
    pub n_not_listed: u64,
    /// Those that did not come in: their lines, and why.
    pub refused: Vec<(u64, String)>,
}

impl Taker {
    /// For reviews of these publishers, and for any claims.
    pub fn new(app: &App, publishers: Arc<Publishers>) -> Self {
        Self { key: *app.key(), publishers }
    }

    /// Takes claims and reviews with the lines that they stood on; `dry_run` only counts.
    ///
    /// # Errors
    /// The store could not write: none of these were taken.
    pub async fn take(
        &self,
        app: &App,
        items: Vec<(u64, Raw)>,
        dry_run: bool,
    ) -> anyhow::Result<Taken> {
        let mut taken = Taken::default();
        let mut batch = Vec::with_capacity(items.len());
        for (line, raw) in items {
            let id = ClaimId::new(app.now(), chance());
            let new = match raw {
                Raw::Claim(it) => self.claim(id, it),
                Raw::Review(it) if !self.is_listed(&it) => {
                    taken.n_not_listed += 1;
                    continue;
                }
                Raw::Review(it) => self.review(id, it),
            };
            match new {
                Ok(new) => batch.push(new),
                Err(why) => taken.refused.push((line, why)),
            }
        }
        if batch.is_empty() {
            return Ok(taken);
        }
        let n = batch.len() as u64;
        taken.n_new = match dry_run {
            true => n - app.store.n_known_claims(&batch).await?,
            false => app.store.add_claims(&batch, app.now()).await?,
        };
        taken.n_known = n - taken.n_new;
        Ok(taken)
    }

    fn claim(&self, id: ClaimId, raw: RawClaim) -> Result<NewClaim, String> {
        let RawClaim { external_id, text, title, body, lang } = raw;
        let lang = lang.unwrap_or_else(|| guess(&text));
        let origin = match &external_id {
            Some(id) => hmac(&self.key, "claim by id", &[id]),
            None => hmac(&self.key, "claim by text", &[&text]),
        };
        Ok(NewClaim {
            title: title.map(|it| masked(&it, lang)),
            body: body.map(|it| masked(&it, lang)),
            ..new_claim(id, &text, lang, Origin::Import, origin)?
        })
    }

    /// Reviews are hostile input: only those of listed publishers, on their own pages.
    fn is_listed(&self, raw: &RawReview) -> bool {
        let listed = |it: &str| {
            Url::parse(it)
                .ok()
                .is_some_and(|it| it.host_str().is_some_and(|it| self.publishers.lists(it)))
        };
        listed(&raw.url) && raw.publisher_url.as_deref().is_none_or(listed)
    }

    fn review(&self, id: ClaimId, raw: RawReview) -> Result<NewClaim, String> {
        let RawReview { url, claim, verdict, publisher, title, lang, published, .. } = raw;
        let lang = lang.unwrap_or_else(|| guess(&claim));
        let host = Url::parse(&url).ok().and_then(|it| it.host_str().map(str::to_owned));
        let origin = hmac(&self.key, "review by url and claim", &[&url, &claim]);
        let foreign = ForeignReview {
            publisher: publisher.or(host).unwrap_or_default(),
            verdict: verdict.map(|it| masked(&it, lang)),
            title: title.map(|it| masked(&it, lang)),
            published,
            url,
        };
        Ok(NewClaim {
            foreign: Some(foreign),
            ..new_claim(id, &claim, lang, Origin::Review, origin)?
        })
    }
}

fn new_claim(
    id: ClaimId,
    text: &str,
    lang: Lang,
    origin: Origin,
    origin_hmac: [u8; 32],
) -> Result<NewClaim, String> {
    let text = masked(text.trim(), lang);
    match text.chars().count() {
        0 => return Err("a claim needs a text".to_owned()),
        1..=CLAIM_CHARS_MAX => {}
        n => return Err(format!("{n} characters are no claim: say it in one sentence")),
    }
    let text = match lang {
        Lang::Vi => Localised { vi: Some(text), en: None },
        Lang::En => Localised { vi: None, en: Some(text) },
    };
    Ok(NewClaim {
        id,
        lang,
        text,
        title: None,
        body: None,
        topic: None,
        outlet: None,
        first_seen: None,
        origin,
        origin_hmac: Some(origin_hmac),
        variants: Vec::new(),
        foreign: None,
    })
}

fn masked(text: &str, lang: Lang) -> String {
    mask(text, lang).text
}
