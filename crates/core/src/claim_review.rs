//! schema.org `ClaimReview` for a published version, and the rules it must pass before it goes out
//! (STANDARDS sections 1.2 to 1.5).
//!
//! Made and checked as text: what is checked is what a crawler reads. Not here: reading other
//! desks' markup, which is hostile input (`kiemtin-extract`).

use serde_json::{Map, Value, json};

use crate::lang::Lang;
use crate::rating::Rating;
use crate::review::{Document, VersionClass};

/// What the markup says besides the document.
#[derive(Clone, Copy, Debug)]
pub struct Markup<'a> {
    /// The published version.
    pub document: &'a Document,
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
}

/// The JSON-LD of an answer page, ready to stand in a `<script>` element; `None` where there is no
/// agreed rating, or nothing is claimed any more.
pub fn json_ld(it: &Markup<'_>) -> Option<String> {
    let content = &it.document.content;
    let value = content.rating.value().filter(|_| content.class != VersionClass::Retraction)?;
    let mut claim = json!({ "@type": "Claim" });
    if let Some(outlet) = it.outlet {
        claim["author"] = json!({ "@type": "Organization", "name": outlet });
    }
    let mut review = json!({
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": it.url,
        "claimReviewed": content.claim.text(it.lang),
        "datePublished": day(&it.document.first_published),
        "dateModified": day(&it.document.published),
        "inLanguage": it.lang.tag(),
        "author": { "@type": "Organization", "name": it.desk, "url": it.desk_url },
        "itemReviewed": claim,
        "reviewRating": rating(content.rating, value, content.answer.text(it.lang), it.lang),
        "sdLicense": "https://creativecommons.org/licenses/by/4.0/",
    });
    if content.class.is_notice() {
        review["correction"] = json!([{
            "@type": "CorrectionComment",
            "text": content.reason.text(it.lang),
            "datePublished": day(&it.document.published),
        }]);
    }
    Some(script_safe(&review.to_string()))
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

fn day(rfc3339: &str) -> &str {
    rfc3339.split('T').next().unwrap_or(rfc3339)
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

/// Why markup is not published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Not JSON, or not an object.
    #[error("the markup is not one JSON object")]
    NotAnObject,
    /// A value that must be there is not, or is empty.
    #[error("the markup lacks {0}")]
    Lacks(&'static str),
    /// `@type` is another.
    #[error("the markup's {0} has the wrong @type")]
    WrongType(&'static str),
    /// A number outside its scale, or no whole number.
    #[error(
        "the rating's numbers do not fit: worst < best and worst ≤ value ≤ best, in whole numbers"
    )]
    Scale,
    /// `url` is not the page's, or neither https nor on this very machine.
    #[error("the markup's url is not the https address of its page")]
    Url,
    /// A date that is none, or lies after the time of publishing, or a claim younger than its review.
    #[error("the markup's {0} is not a past date")]
    Date(&'static str),
    /// The words of the verdict differ from those on the page.
    #[error("the markup's verdict is not the one that readers see")]
    OtherVerdict,
    /// A person where only an organisation may stand.
    #[error("the markup names a person as author of a claim")]
    Person,
}

/// May a page at this address carry markup? Over https, and on this very machine.
pub fn may_carry(page: &str) -> bool {
    page.starts_with("https://") || is_this_machine(page)
}

/// Is the page on the machine of whoever looks at it, as in a demo? No search engine reads it there.
fn is_this_machine(page: &str) -> bool {
    ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        .iter()
        .filter_map(|it| page.strip_prefix(it))
        .any(|rest| rest.starts_with([':', '/']))
}

/// Checks markup against the rules of STANDARDS section 1.5.
///
/// `page` is the address of the page that carries it, `verdict` what its readers see, `today` the
/// day of publishing (`2026-11-01`).
///
/// # Errors
/// The first rule that is broken.
pub fn validate(markup: &str, page: &str, verdict: &str, today: &str) -> Result<(), Invalid> {
    let value: Value = serde_json::from_str(markup).map_err(|_| Invalid::NotAnObject)?;
    let review = value.as_object().ok_or(Invalid::NotAnObject)?;
    of_type(review, "ClaimReview", "ClaimReview")?;
    text(review, "claimReviewed")?;
    if text(review, "url")? != page || !may_carry(page) {
        return Err(Invalid::Url);
    }
    let published = date(review, "datePublished", today)?;
    let item = object(review, "itemReviewed")?;
    of_type(item, "Claim", "itemReviewed")?;
    if item.contains_key("datePublished") {
        date(item, "datePublished", &published)?;
    }
    if let Some(author) = item.get("author") {
        let is_person = author.get("@type").is_none_or(|it| it != "Organization");
        if is_person {
            return Err(Invalid::Person);
        }
    }
    let author = object(review, "author")?;
    of_type(author, "Organization", "author")?;
    text(author, "name")?;
    let rating = object(review, "reviewRating")?;
    of_type(rating, "Rating", "reviewRating")?;
    scale(rating)?;
    if text(rating, "alternateName")? != verdict {
        return Err(Invalid::OtherVerdict);
    }
    Ok(())
}

type Object = Map<String, Value>;

fn of_type(it: &Object, wanted: &str, what: &'static str) -> Result<(), Invalid> {
    if it.get("@type").is_some_and(|it| it == wanted) {
        Ok(())
    } else {
        Err(Invalid::WrongType(what))
    }
}

fn object<'a>(it: &'a Object, key: &'static str) -> Result<&'a Object, Invalid> {
    it.get(key).and_then(Value::as_object).ok_or(Invalid::Lacks(key))
}

fn text<'a>(it: &'a Object, key: &'static str) -> Result<&'a str, Invalid> {
    let text = it.get(key).and_then(Value::as_str).map(str::trim).unwrap_or_default();
    if text.is_empty() { Err(Invalid::Lacks(key)) } else { Ok(text) }
}

fn date(it: &Object, key: &'static str, not_after: &str) -> Result<String, Invalid> {
    let text = text(it, key)?;
    let is_date = text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10;
    if is_date && text <= not_after { Ok(text.to_owned()) } else { Err(Invalid::Date(key)) }
}

fn scale(rating: &Object) -> Result<(), Invalid> {
    let number = |key| rating.get(key).and_then(Value::as_i64).ok_or(Invalid::Scale);
    let (worst, value, best) =
        (number("worstRating")?, number("ratingValue")?, number("bestRating")?);
    if worst < best && (worst..=best).contains(&value) { Ok(()) } else { Err(Invalid::Scale) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Localised;
    use crate::review::OrgLine;

    const PAGE: &str = "https://desk.example/vi/c/1";
    const TODAY: &str = "2026-11-03";

    fn document() -> Document {
        let content = crate::review::Content {
            claim: Localised::new("Ăn tỏi </script><b>phòng</b> được COVID-19.", ""),
            rating: Rating::False,
            answer: Localised::new("Không.", ""),
            body: Localised::new("Không.", ""),
            why: Localised::new("Lan rộng.", ""),
            single_source: Localised::default(),
            none_against: true,
            evidence: Vec::new(),
            opinions: Vec::new(),
            reply: None,
            meetings: Vec::new(),
            class: VersionClass::Correction,
            reason: Localised::new("Sửa số liệu.", ""),
        };
        Document {
            v: 1,
            number: 1,
            version: 2,
            published: "2026-11-03T01:00:00Z".to_owned(),
            first_published: "2026-11-01T01:00:00Z".to_owned(),
            signed_by: vec![OrgLine { slug: "so-y-te".to_owned(), name: "Sở Y tế".to_owned() }],
            single_org: false,
            unread: Vec::new(),
            content,
        }
    }

    fn markup(document: &Document) -> Option<String> {
        json_ld(&Markup {
            document,
            lang: Lang::Vi,
            url: PAGE,
            desk: "Kiểm Tin",
            desk_url: "https://desk.example/",
            outlet: Some("Facebook posts"),
        })
    }

    #[test]
    fn our_own_markup_passes_our_rules_and_cannot_end_its_element() {
        let text = markup(&document()).expect("rated");
        assert!(!text.contains('<'), "{text}");
        assert_eq!(validate(&text, PAGE, "Sai", TODAY), Ok(()));
        let value: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["claimReviewed"], document().content.claim.text(Lang::Vi));
        assert_eq!(value["correction"][0]["text"], "Sửa số liệu.");
    }

    #[test]
    fn without_an_agreed_rating_there_is_no_markup() {
        let mut document = document();
        document.content.rating = Rating::Unproven;
        assert_eq!(markup(&document), None);
        document.content.rating = Rating::True;
        document.content.class = VersionClass::Retraction;
        assert_eq!(markup(&document), None);
    }

    #[track_caller]
    fn refuses(path: &str, bad: Value, expected: &Invalid) {
        let text = markup(&document()).expect("rated");
        let mut value: Value = serde_json::from_str(&text).expect("JSON");
        *value.pointer_mut(path).expect("the path exists") = bad;
        let got = validate(&value.to_string(), PAGE, "Sai", TODAY);
        assert_eq!(got.as_ref(), Err(expected), "{path}");
    }

    #[test]
    fn a_page_on_this_machine_needs_no_https() {
        for (page, is_so) in [
            ("http://127.0.0.1:8080/vi/c/1", true),
            ("http://localhost/vi/c/1", true),
            ("http://[::1]:8080/vi/c/1", true),
            ("http://127.0.0.1.desk.example/vi/c/1", false),
            ("http://desk.example/vi/c/1", false),
        ] {
            assert_eq!(is_this_machine(page), is_so, "{page}");
        }
    }

    #[test]
    fn each_bad_case_is_refused() {
        refuses("/claimReviewed", json!("  "), &Invalid::Lacks("claimReviewed"));
        refuses("/reviewRating/alternateName", json!(""), &Invalid::Lacks("alternateName"));
        refuses("/reviewRating/alternateName", json!("Đúng"), &Invalid::OtherVerdict);
        refuses("/reviewRating", json!(null), &Invalid::Lacks("reviewRating"));
        for value in [json!(0), json!(6), json!(1.5), json!("1,5"), json!("１"), json!(null)] {
            refuses("/reviewRating/ratingValue", value, &Invalid::Scale);
        }
        refuses("/reviewRating/bestRating", json!(1), &Invalid::Scale);
        refuses("/url", json!("http://desk.example/vi/c/1"), &Invalid::Url);
        refuses("/url", json!("https://other.example/vi/c/1"), &Invalid::Url);
        refuses("/datePublished", json!("2026-11-04"), &Invalid::Date("datePublished"));
        refuses("/datePublished", json!("3/11/2026"), &Invalid::Date("datePublished"));
        refuses("/itemReviewed", json!("https://x.example/"), &Invalid::Lacks("itemReviewed"));
        refuses("/itemReviewed/@type", json!("CreativeWork"), &Invalid::WrongType("itemReviewed"));
        refuses("/itemReviewed/author/@type", json!("Person"), &Invalid::Person);
        refuses("/@type", json!("ClaimReveiw"), &Invalid::WrongType("ClaimReview"));
        assert_eq!(validate("[]", PAGE, "Sai", TODAY), Err(Invalid::NotAnObject));
        assert_eq!(validate("{\"a\":1,}", PAGE, "Sai", TODAY), Err(Invalid::NotAnObject));
    }
}
