//! The markup of an answer page, and where the claim appeared, which the page says as well.

use kiemtin_core::claim_review::{self, Markup};
use kiemtin_core::lang::Lang;
use kiemtin_core::review::Document;
use kiemtin_store::claims::Claim;
use kiemtin_store::reviews::Version;

use crate::app::App;
use crate::locale;
use crate::web::codes;
use crate::web::page::{DESK_NAME, Page};

/// The `ClaimReview` of the newest version, if it keeps the rules; a page without it is better than
/// one with a wrong one. The newest version stands first.
pub(super) fn of(app: &App, page: &Page, claim: &Claim, versions: &[Version]) -> Option<String> {
    let url = format!("{}/{}{}", page.public_url, page.lang, page.path);
    if !claim_review::may_carry(&url) {
        return None; // Inside a network, without https: its addresses are nobody's reference.
    }
    let documents = versions.iter().map(|it| &it.document);
    let notices: Vec<&Document> = documents.filter(|it| it.content.class.is_notice()).collect();
    let document = &versions.first()?.document;
    let outlet = claim.outlet.as_deref().map(|it| codes::outlet(page.lang, it));
    let text = claim_review::json_ld(&Markup {
        document,
        notices: &notices,
        lang: page.lang,
        url: &url,
        desk: DESK_NAME,
        desk_url: &format!("{}/", page.public_url),
        outlet: outlet.as_deref(),
        first_seen: claim.first_seen.as_deref(),
    })?;
    let verdict = document.content.rating.words(page.lang);
    match claim_review::validate(&text, &url, verdict, &app.now().iso_date()) {
        Ok(()) => Some(text),
        Err(err) => {
            let number = document.number;
            tracing::error!(claim.number = number, error = %err, "Claim {number} has no markup: {err}");
            None
        }
    }
}

/// The same of the claim's origin for readers: where it goes round, and the month it was first seen.
pub(super) fn origin(lang: Lang, claim: &Claim, document: &Document) -> Option<String> {
    let outlet = claim.outlet.as_deref().map(|it| {
        locale::text_with(lang, "origin-outlet", &[("outlet", codes::outlet(lang, it).into())])
    });
    let since = claim
        .first_seen
        .as_deref()
        .and_then(|it| claim_review::seen_before(it, document))
        .map(|it| locale::text_with(lang, "origin-since", &[("month", it.words(lang).into())]));
    let words: Vec<String> = outlet.into_iter().chain(since).collect();
    (!words.is_empty()).then(|| words.join(" "))
}
