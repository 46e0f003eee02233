//! Answers in the shape of Google's Fact Check Tools (`claims:search`) to reviews. Who said a claim
//! (`claimant`) is dropped here.
//! <https://developers.google.com/fact-check/tools/api/reference/rest/v1alpha1/claims/search>

use kiemtin_core::lang::Lang;
use kiemtin_core::message::RawReview;
use serde::Deserialize;

use crate::clean;
use crate::limits::REVIEWS_MAX;
use crate::problem::Problem;

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    claims: Vec<Claim>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claim {
    text: Option<String>,
    #[serde(default)]
    claim_review: Vec<Review>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Review {
    publisher: Option<Publisher>,
    url: Option<String>,
    title: Option<String>,
    review_date: Option<String>,
    textual_rating: Option<String>,
    language_code: Option<String>,
}

#[derive(Deserialize)]
struct Publisher {
    name: Option<String>,
    site: Option<String>,
}

/// Reads an answer. A claim that several desks reviewed becomes several reviews.
pub fn claims_search(bytes: &[u8]) -> (Vec<RawReview>, Vec<Problem>) {
    let answer: Answer = match serde_json::from_slice(bytes) {
        Ok(answer) => answer,
        Err(err) => {
            let (column, why) = (err.column(), err.to_string());
            return (Vec::new(), vec![Problem::NotJson { column, why }]);
        }
    };
    let (mut reviews, mut problems) = (Vec::new(), Vec::new());
    for claim in answer.claims {
        let Some(text) = claim.text.as_deref().map(clean::text).filter(|it| !it.is_empty()) else {
            problems.push(Problem::MissingField("text"));
            continue;
        };
        for review in claim.claim_review {
            if REVIEWS_MAX <= reviews.len() {
                problems.push(Problem::TooMany { max: REVIEWS_MAX });
                return (reviews, problems);
            }
            match read(&text, review, &mut problems) {
                Some(review) => reviews.push(review),
                None => problems.push(Problem::LinkDropped),
            }
        }
    }
    (reviews, problems)
}

fn read(claim: &str, review: Review, problems: &mut Vec<Problem>) -> Option<RawReview> {
    let Review { publisher, url, title, review_date, textual_rating, language_code } = review;
    let url = clean::web_url(url.as_deref()?, None)?;
    let (name, site) = publisher.map_or((None, None), |it| (it.name, it.site));
    let published = review_date.as_deref().and_then(clean::time);
    if review_date.is_some() && published.is_none() {
        problems.push(Problem::BadDate);
    }
    let line = |text: Option<String>| text.as_deref().and_then(clean::line);
    let site = site.filter(|it| !it.is_empty()).map(|it| format!("https://{it}/"));
    Some(RawReview {
        url: url.into(),
        claim: claim.to_owned(),
        verdict: line(textual_rating),
        scale: None,
        publisher: line(name),
        publisher_url: site.and_then(|it| clean::web_url(&it, None)).map(String::from),
        title: line(title),
        lang: language_code.as_deref().and_then(Lang::from_tag),
        published,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = r#"{"claims": [{"text": "Ăn tỏi khỏi cúm", "claimant": "a person",
        "claimReview": [{"publisher": {"name": "Báo A", "site": "a.example"},
        "url": "https://a.example/1", "title": "Tỏi không chữa cúm",
        "reviewDate": "2026-10-01T00:00:00Z", "textualRating": "Sai", "languageCode": "vi"},
        {"url": "javascript:alert(1)"}]}, {"claimReview": []}], "nextPageToken": "x"}"#;

    #[test]
    fn each_review_of_a_claim_is_one_and_nobody_is_named() {
        let (reviews, problems) = claims_search(ANSWER.as_bytes());
        assert_eq!(reviews.len(), 1);
        let review = &reviews[0];
        assert_eq!(review.claim, "Ăn tỏi khỏi cúm");
        assert_eq!(review.verdict.as_deref(), Some("Sai"));
        assert_eq!(review.publisher_url.as_deref(), Some("https://a.example/"));
        assert_eq!(review.lang, Some(Lang::Vi));
        assert!(review.published.is_some());
        assert!(!format!("{reviews:?}").contains("a person"));
        assert_eq!(problems, [Problem::LinkDropped, Problem::MissingField("text")]);
    }

    #[test]
    fn what_is_no_answer_is_none() {
        assert_eq!(claims_search(b"{}"), (Vec::new(), Vec::new()));
        for bytes in [&b""[..], b"[1", b"{\"claims\": 3}", &ANSWER.as_bytes()[..99]] {
            let (reviews, problems) = claims_search(bytes);
            assert!(reviews.is_empty() && problems.len() == 1, "{problems:?}");
        }
    }
}
