//! The shape of answers: a claim with the reviews of it, one in each language that was asked for.

use kiemtin_core::lang::Lang;
use kiemtin_store::StoreResult;
use kiemtin_store::reviews::Version;
use serde::Serialize;
use url::Url;

use super::asked::{Asked, Wanted};
use crate::app::{App, DESK_NAME};
use crate::outlet::outlet;

/// Answer to `claims:search`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Claims {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) claims: Vec<Claim>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_page_token: Option<String>,
}

/// Answer to `claims:imageSearch`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Results {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) results: Vec<Found>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_page_token: Option<String>,
}

/// A claim that a picture found.
#[derive(Serialize)]
pub(super) struct Found {
    pub(super) claim: Claim,
}

/// A claim.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Claim {
    text: String,
    /// The class of channel where it went round; never a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_date: Option<String>,
    claim_review: Vec<ClaimReview>,
}

/// A review of a claim.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClaimReview {
    publisher: Publisher,
    url: String,
    title: String,
    review_date: String,
    textual_rating: &'static str,
    language_code: &'static str,
}

/// Who published it: this desk.
#[derive(Clone, Serialize)]
struct Publisher {
    name: &'static str,
    site: String,
}

/// What shapes answers to one call.
pub(super) struct Shaped<'a> {
    app: &'a App,
    lang: Wanted,
    publisher: Publisher,
}

impl<'a> Shaped<'a> {
    pub(super) fn new(app: &'a App, asked: &Asked) -> Self {
        let host = Url::parse(&app.public_url).ok();
        let host = host.as_ref().and_then(Url::host_str).unwrap_or_default();
        let site = host.strip_prefix("www.").unwrap_or(host).to_owned();
        Self { app, lang: asked.lang, publisher: Publisher { name: DESK_NAME, site } }
    }

    /// Whether answers of this site are wanted.
    pub(super) fn is_ours(&self, site: Option<&str>) -> bool {
        site.is_none_or(|it| it == self.publisher.site)
    }

    /// A published answer; `None` when it is in no language that was asked for.
    pub(super) async fn claim(&self, version: &Version) -> StoreResult<Option<Claim>> {
        let langs: Vec<Lang> = version
            .document
            .content
            .langs()
            .filter(|it| self.lang == Wanted::Any || self.lang == Wanted::One(*it))
            .collect();
        let Some(first) = langs.first().copied() else { return Ok(None) };
        let claim = self.app.store.claim(version.claim).await?;
        let (kept, month) = claim.map(|it| (it.outlet, it.first_seen)).unwrap_or_default();
        Ok(Some(Claim {
            text: version.document.content.claim.text(first).to_owned(),
            claimant: kept.map(|it| outlet(first, &it)),
            claim_date: month.map(|it| format!("{it}-01T00:00:00Z")),
            claim_review: langs.into_iter().map(|it| self.review(version, it)).collect(),
        }))
    }

    fn review(&self, version: &Version, lang: Lang) -> ClaimReview {
        let document = &version.document;
        let rating = document.content.rating.words(lang);
        ClaimReview {
            publisher: self.publisher.clone(),
            url: format!("{}/{lang}/c/{}", self.app.public_url, document.number),
            title: format!("{rating}: {}", document.content.claim.text(lang)),
            review_date: document.published.clone(),
            textual_rating: rating,
            language_code: lang.tag(),
        }
    }
}
