//! schema.org `ClaimReview` for a published version, with the `MediaReview` of its picture inside it,
//! and the rules that both must pass before they go out (STANDARDS sections 1.1 to 1.5).
//!
//! Made and checked as text: what is checked is what a crawler reads. One page carries one
//! `ClaimReview`. Not here: reading other desks' markup, which is hostile input (`kiemtin-extract`).

mod check;
mod strict;
#[cfg(test)]
mod tests;

pub use check::{Invalid, may_carry, validate};

use serde_json::{Value, json};

use crate::lang::Lang;
use crate::rating::Rating;
use crate::review::{Content, Document, EvidenceLine, PictureVerdict, VersionClass};
use crate::time::{Month, Timestamp};

/// Readers, and those who show the markup, take in a claim of this many characters at a glance. A
/// longer one goes out; its editor is told.
pub const CLAIM_CHARS_GOOD: usize = 75;

/// What the markup says besides the document.
#[derive(Clone, Copy, Debug)]
pub struct Markup<'a> {
    /// The published version.
    pub document: &'a Document,
    /// Every version that has a notice, this one included, the newest first.
    pub notices: &'a [&'a Document],
    /// The language of the page.
    pub lang: Lang,
    /// The address of the page, `https://…/vi/c/1`.
    pub url: &'a str,
    /// The name of the desk.
    pub desk: &'a str,
    /// The address of the desk.
    pub desk_url: &'a str,
    /// The class of channel where the claim went round ("Facebook posts"), never a person.
    pub outlet: Option<&'a str>,
    /// The month it was first seen, for where no page with it has a day.
    pub first_seen: Option<&'a str>,
}

/// The JSON-LD of an answer page, ready to stand in a `<script>` element; `None` where there is no
/// agreed rating, nothing is claimed any more, or the page is not in its own language.
pub fn json_ld(it: &Markup<'_>) -> Option<String> {
    let content = &it.document.content;
    let value = content.rating.value().filter(|_| content.class != VersionClass::Retraction)?;
    let (claim, answer) = (content.claim.exact(it.lang)?, content.answer.exact(it.lang)?);
    let mut review = json!({
        "@context": "https://schema.org",
        "@id": id(it),
        "@type": "ClaimReview",
        "url": it.url,
        "claimReviewed": claim,
        "datePublished": day(&it.document.first_published),
        "dateModified": day(&it.document.published),
        "inLanguage": it.lang.tag(),
        "author": desk(it),
        "itemReviewed": claimed(it),
        "reviewRating": rating(content.rating, value, answer, it.lang),
        "sdLicense": "https://creativecommons.org/licenses/by/4.0/",
    });
    let corrections: Vec<Value> = it.notices.iter().map(|of| correction(of, it.lang)).collect();
    if !corrections.is_empty() {
        review["correction"] = corrections.into();
    }
    if let Some(picture) = &content.picture {
        review["associatedMediaReview"] = media_review(it, picture);
    }
    Some(script_safe(&review.to_string()))
}

/// Asks the rules of a draft as if it went out today, on a page of each language that it is in.
///
/// `first_published` is the day of the first version, or today.
///
/// # Errors
/// The first rule that its markup would break.
pub fn rehearse(content: &Content, first_published: &str, today: &str) -> Result<(), Invalid> {
    let document = Document {
        v: 1,
        number: 1,
        version: 1,
        published: today.to_owned(),
        first_published: first_published.to_owned(),
        signed_by: Vec::new(),
        single_org: false,
        unread: Vec::new(),
        content: content.clone(),
    };
    let own = [&document];
    let notices = if content.class.is_notice() { &own[..] } else { &[] };
    for lang in Lang::ALL {
        let url = format!("https://desk.example/{lang}/c/1");
        let markup = Markup {
            document: &document,
            notices,
            lang,
            url: &url,
            desk: "desk",
            desk_url: "https://desk.example/",
            outlet: None,
            first_seen: None,
        };
        if let Some(text) = json_ld(&markup) {
            validate(&text, &url, content.rating.words(lang), today)?;
        }
    }
    Ok(())
}

/// The month that a claim was first seen, as its page and its markup say it. A file may say anything
/// of the past: only a month that began before the first answer counts.
pub fn seen_before(first_seen: &str, document: &Document) -> Option<Month> {
    Month::parse(first_seen).filter(|_| first_seen <= &*day(&document.first_published))
}

/// The name of the review among things on the web, so that its picture's review can point back.
fn id(it: &Markup<'_>) -> String {
    format!("{}#review", it.url)
}

fn desk(it: &Markup<'_>) -> Value {
    json!({ "@type": "Organization", "name": it.desk, "url": it.desk_url })
}

fn claimed(it: &Markup<'_>) -> Value {
    let mut claim = json!({ "@type": "Claim" });
    if let Some(outlet) = it.outlet {
        claim["author"] = json!({ "@type": "Organization", "name": outlet });
    }
    let pages = it.document.content.appearances();
    let mut dated: Vec<&EvidenceLine> =
        pages.iter().copied().filter(|page| page.published.is_some()).collect();
    dated.sort_by_key(|page| page.published.as_deref());
    let first = dated.first().copied();
    let seen = it.first_seen.filter(|it_was| seen_before(it_was, it.document).is_some());
    if let Some(date) = first.and_then(|page| page.published.as_deref()).or(seen) {
        claim["datePublished"] = date.into();
    }
    if let Some(page) = first {
        claim["firstAppearance"] = appearance(page);
    }
    let all: Vec<Value> = pages.into_iter().map(appearance).collect();
    if !all.is_empty() {
        claim["appearance"] = all.into();
    }
    claim
}

/// A page on which the claim stands. Captures are for members; where a public archive has the page,
/// that is the address of what was seen.
fn appearance(page: &EvidenceLine) -> Value {
    let (url, archive) = unwrap_archive(&page.url);
    let publisher = json!({ "@type": "Organization", "name": page.publisher });
    let mut res = json!({ "@type": "CreativeWork", "url": url, "publisher": publisher });
    if let Some(published) = &page.published {
        res["datePublished"] = published.as_str().into();
    }
    if let Some(archive) = archive {
        res["archivedAt"] = archive.into();
    }
    res
}

/// The address inside that of an archive, `https://web.archive.org/web/2026…/https://…`, and that of
/// the archive's page.
fn unwrap_archive(url: &str) -> (&str, Option<&str>) {
    let inner = url.strip_prefix("https://web.archive.org/web/").and_then(|it| it.split_once('/'));
    match inner {
        Some((_, inside)) if inside.starts_with("https://") || inside.starts_with("http://") => {
            (inside, Some(url))
        }
        _ => (url, None),
    }
}

fn rating(rating: Rating, value: u8, explanation: &str, lang: Lang) -> Value {
    json!({
        "@type": "Rating",
        "ratingValue": value,
        "bestRating": Rating::BEST,
        "worstRating": Rating::WORST,
        "alternateName": rating.words(lang),
        "ratingExplanation": explanation,
    })
}

fn correction(of: &Document, lang: Lang) -> Value {
    json!({
        "@type": "CorrectionComment",
        "text": of.content.reason.text(lang),
        "datePublished": day(&of.published),
    })
}

/// What the picture is that the claim came with. The desk keeps no picture, so it names none.
fn media_review(it: &Markup<'_>, picture: &PictureVerdict) -> Value {
    let mut media = json!({
        "@type": "MediaReview",
        "url": it.url,
        "datePublished": day(&it.document.first_published),
        "dateModified": day(&it.document.published),
        "inLanguage": it.lang.tag(),
        "author": desk(it),
        "mediaAuthenticityCategory": picture.category.schema(),
        "itemReviewed": { "@type": "MediaReviewItem" },
        "associatedClaimReview": { "@id": id(it) },
    });
    if let Some(context) = picture.context.exact(it.lang) {
        media["originalMediaContextDescription"] = context.into();
    }
    media
}

/// The day in Vietnam, as the page shows it.
fn day(rfc3339: &str) -> String {
    Timestamp::parse(rfc3339).map_or_else(|| rfc3339.to_owned(), Timestamp::iso_date)
}

/// Inside `<script>` an escaped `<` cannot end the element, and the JSON stays the same.
fn script_safe(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for it in json.chars() {
        match it {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                safe += &format!("\\u{:04x}", u32::from(it));
            }
            _ => safe.push(it),
        }
    }
    safe
}
