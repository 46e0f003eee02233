//! Other desks' ClaimReviews: JSON-LD values to [`RawReview`].
//!
//! Who made the claim is never read. A publisher is an organisation or is left out. All texts are
//! kept as text: a name that is an attack on a page is a strange name and nothing more.

use kiemtin_core::lang::Lang;
use kiemtin_core::message::RawReview;
use serde_json::{Map, Value};
use url::Url;

use crate::clean;
use crate::html;
use crate::limits::{JSON_LD_DEPTH_MAX, REVIEWS_MAX};
use crate::object::not_json;
use crate::problem::Problem;

type Object = Map<String, Value>;

/// The ClaimReviews in a page's JSON-LD: alone, in arrays, in `@graph` or inside other things.
/// The page's address stands in where a review names none. Nothing is fetched, `@context` least.
pub fn claim_reviews(html: &str, page_url: Option<&str>) -> (Vec<RawReview>, Vec<Problem>) {
    from_scripts(&html::json_ld(html), page_url)
}

pub(crate) fn from_scripts(
    scripts: &[String],
    page_url: Option<&str>,
) -> (Vec<RawReview>, Vec<Problem>) {
    let (mut reviews, mut problems) = (Vec::new(), Vec::new());
    for script in scripts {
        match parse_script(script) {
            Ok(value) => from_value(&value, page_url, &mut reviews, &mut problems),
            // A broken block that has nothing to do with reviews is not ours to report.
            Err(problem) if script.contains("ClaimReview") => problems.push(problem),
            Err(_) => {}
        }
    }
    (reviews, problems)
}

/// JSON as pages have it: in CDATA or comment marks, and with bare line ends in strings.
fn parse_script(script: &str) -> Result<Value, Problem> {
    let bare = |it: char| it.is_whitespace() || it == ';' || it == '\u{FEFF}';
    let text = script.trim_matches(bare);
    let text = text.strip_prefix("<!--").unwrap_or(text);
    let text = text.strip_suffix("-->").unwrap_or(text);
    let text = text.trim_start_matches("//").trim_start_matches("<![CDATA[");
    let text = text.trim_end_matches("]]>").trim_end_matches("//").trim_matches(bare);
    serde_json::from_str(text).or_else(|first| {
        let spaced: String =
            text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
        serde_json::from_str(&spaced).map_err(|_| not_json(&first))
    })
}

/// All reviews in a value, however deep.
pub(crate) fn from_value(
    value: &Value,
    page_url: Option<&str>,
    reviews: &mut Vec<RawReview>,
    problems: &mut Vec<Problem>,
) {
    let mut found = Vec::new();
    find(value, 0, &mut found);
    for object in found {
        if reviews.len() == REVIEWS_MAX {
            problems.push(Problem::TooMany { max: REVIEWS_MAX });
            return;
        }
        match review(object, page_url, problems) {
            Ok(it) => reviews.push(it),
            Err(problem) => problems.push(problem),
        }
    }
}

fn find<'a>(value: &'a Value, depth: usize, found: &mut Vec<&'a Object>) {
    if depth > JSON_LD_DEPTH_MAX || found.len() > REVIEWS_MAX {
        return;
    }
    match value {
        Value::Object(object) if is_review(object) => found.push(object),
        Value::Object(object) => object.values().for_each(|it| find(it, depth + 1, found)),
        Value::Array(values) => values.iter().for_each(|it| find(it, depth + 1, found)),
        _ => {}
    }
}

/// By its type; a review file of one kind may leave the type out.
fn is_review(object: &Object) -> bool {
    let has_any_type = object.contains_key("@type") || object.contains_key("type");
    has_type(object, "ClaimReview") || (!has_any_type && object.contains_key("claimReviewed"))
}

fn has_type(object: &Object, wanted: &str) -> bool {
    let is_it = |value: &Value| {
        let name = value.as_str().and_then(|it| it.rsplit(['/', ':', '#']).next());
        name.is_some_and(|it| it.eq_ignore_ascii_case(wanted))
    };
    match object.get("@type").or_else(|| object.get("type")) {
        Some(Value::Array(types)) => types.iter().any(is_it),
        Some(value) => is_it(value),
        None => false,
    }
}

/// One ClaimReview. What was left out of it is added to `problems`.
fn review(
    object: &Object,
    page_url: Option<&str>,
    problems: &mut Vec<Problem>,
) -> Result<RawReview, Problem> {
    let claim = claim_text(object).ok_or(Problem::MissingField("claimReviewed"))?;
    let url = address(object, page_url).ok_or(Problem::MissingField("url"))?;
    let rating = object.get("reviewRating").map(first).filter(|it| !it.is_null());
    let rating = rating.ok_or(Problem::MissingField("reviewRating"))?;
    let (verdict, scale) = read_rating(rating, problems);
    if verdict.is_none() && scale.is_none() {
        return Err(Problem::MissingField("alternateName"));
    }
    let (publisher, publisher_url) = publisher(object, &url).unzip();
    if publisher.is_none() {
        problems.push(Problem::PersonAsPublisher);
    }
    let published = text_at(object, "datePublished").and_then(|it| {
        let time = clean::time(&it);
        problems.extend(time.is_none().then_some(Problem::BadDate));
        time
    });
    Ok(RawReview {
        url: url.into(),
        claim,
        verdict,
        scale,
        publisher,
        publisher_url: publisher_url.flatten(),
        title: title(object, rating),
        lang: text_at(object, "inLanguage").as_deref().and_then(Lang::from_tag),
        published,
    })
}

/// `claimReviewed`, or what older markup has in the claim under review.
fn claim_text(object: &Object) -> Option<String> {
    let stated = text_at(object, "claimReviewed");
    let found = stated.or_else(|| {
        let item = first(object.get("itemReviewed")?).as_object()?;
        if has_type(item, "Person") || has_type(item, "Organization") {
            return None;
        }
        text_at(item, "text")
            .or_else(|| text_at(item, "headline"))
            .or_else(|| text_at(item, "name").filter(|_| has_type(item, "Claim")))
    })?;
    Some(clean::text(&html::plain(&found))).filter(|it| !it.is_empty())
}

fn address(object: &Object, page_url: Option<&str>) -> Option<Url> {
    let base = page_url.and_then(|it| clean::web_url(it, None));
    let at = |name: &str| {
        let value = first(object.get(name)?);
        let inner = value.as_object().and_then(|it| it.get("@id").or_else(|| it.get("url")));
        clean::web_url(inner.unwrap_or(value).as_str()?, base.as_ref())
    };
    at("url").or_else(|| at("mainEntityOfPage")).or_else(|| at("@id")).or_else(|| base.clone())
}

/// The words and the number of a verdict.
fn read_rating(
    rating: &Value,
    problems: &mut Vec<Problem>,
) -> (Option<String>, Option<(f64, f64, f64)>) {
    let Some(rating) = rating.as_object() else {
        return (rating.as_str().and_then(clean::line), None);
    };
    let verdict = text_at(rating, "alternateName").or_else(|| text_at(rating, "name"));
    let verdict = verdict.as_deref().and_then(clean::line);
    let Some(value) = rating.get("ratingValue") else {
        return (verdict, None);
    };
    let read = |name: &str, otherwise| rating.get(name).map_or(Some(otherwise), number);
    let scale = (|| {
        let (value, worst, best) =
            (number(value)?, read("worstRating", 1.0)?, read("bestRating", 5.0)?);
        (worst < best && (worst..=best).contains(&value)).then_some((value, worst, best))
    })();
    // Many publishers write a rating without a number as 0, -1 or an empty text.
    if scale.is_none() && value.as_str() != Some("") {
        problems.push(Problem::BadScale);
    }
    // A verdict in the wrong field is still the publisher's word.
    let misplaced = || value.as_str().filter(|_| number(value).is_none()).and_then(clean::line);
    (verdict.or_else(misplaced), scale)
}

/// ASCII digits and a point, as schema.org has it.
fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(it) => it.as_f64()?,
        Value::String(text) => {
            let text = text.trim();
            let is_plain = |it: char| it.is_ascii_digit() || matches!(it, '.' | '-');
            text.parse().ok().filter(|_| text.len() < 20 && text.chars().all(is_plain))?
        }
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// The reviewing organisation: `author` or `publisher`, never a person. One without a type is
/// believed when its address is on the host of the review.
fn publisher(object: &Object, review_url: &Url) -> Option<(String, Option<String>)> {
    let candidates = ["author", "publisher", "sourceOrganization"];
    candidates.into_iter().filter_map(|it| object.get(it)).flat_map(each).find_map(|it| {
        let it = it.as_object()?;
        let url = ["url", "sameAs", "@id"]
            .into_iter()
            .find_map(|name| clean::web_url(first(it.get(name)?).as_str()?, Some(review_url)));
        let same_host =
            || url.as_ref().is_some_and(|url| host(url) == host(review_url) && url.path() == "/");
        let has_any_type = it.contains_key("@type") || it.contains_key("type");
        let is_organisation = match has_any_type {
            true => [
                "Organization",
                "NewsMediaOrganization",
                "NGO",
                "Corporation",
                "WebSite",
                "GovernmentOrganization",
                "EducationalOrganization",
            ]
            .iter()
            .any(|kind| has_type(it, kind)),
            false => same_host(),
        };
        let name = text_at(it, "name").or_else(|| text_at(it, "Name"))?;
        // Many pages call their reporter an organisation; a profile address gives it away.
        if !is_organisation || clean::source(&name).is_err() {
            return None;
        }
        Some((clean::line(&name)?, url.map(String::from)))
    })
}

fn host(url: &Url) -> Option<&str> {
    url.host_str().map(|it| it.strip_prefix("www.").unwrap_or(it))
}

fn title(object: &Object, rating: &Value) -> Option<String> {
    let explanation = || text_at(rating.as_object()?, "ratingExplanation");
    let found = ["headline", "name"].into_iter().find_map(|it| text_at(object, it));
    found.or_else(explanation).as_deref().and_then(|it| clean::line(&html::plain(it)))
}

fn text_at(object: &Object, name: &str) -> Option<String> {
    let value = first(object.get(name)?);
    let value = value.as_object().and_then(|it| it.get("@value")).unwrap_or(value);
    value.as_str().filter(|it| !it.trim().is_empty()).map(str::to_owned)
}

fn each(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        value => std::slice::from_ref(value),
    }
}

fn first(value: &Value) -> &Value {
    each(value).first().unwrap_or(&Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> (Vec<RawReview>, Vec<Problem>) {
        let (mut reviews, mut problems) = (Vec::new(), Vec::new());
        let value = serde_json::from_str(json).expect("the test's own JSON");
        from_value(&value, Some("https://desk.example/vi/c/1"), &mut reviews, &mut problems);
        (reviews, problems)
    }

    #[test]
    fn the_person_who_made_the_claim_is_never_read() {
        let (reviews, problems) = read(
            r#"{"@type":["NewsArticle","ClaimReview"],"claimReviewed":"Nước có độc",
            "itemReviewed":{"@type":"Claim","author":{"@type":"Person","name":"Canary Nguyen"}},
            "author":[{"@type":"Person","name":"Canary Tran"},
                      {"@type":"Organization","Name":"{{[[a'x]]}}<img src=x onerror=print(1)>"}],
            "reviewRating":{"ratingValue":"1","bestRating":5,"alternateName":"Sai\u202e"}}"#,
        );
        assert!(!format!("{reviews:?}{problems:?}").contains("Canary"));
        assert_eq!(
            reviews[0].publisher.as_deref(),
            Some("{{[[a'x]]}}<img src=x onerror=print(1)>")
        );
        assert_eq!(
            (reviews[0].verdict.as_deref(), reviews[0].scale),
            (Some("Sai"), Some((1.0, 1.0, 5.0)))
        );
        assert_eq!(reviews[0].url, "https://desk.example/vi/c/1");
        assert_eq!(problems, []);
    }

    #[test]
    fn a_review_without_its_parts_is_dropped_and_counted() {
        let (reviews, problems) = read(
            r#"{"@graph":[{"@type":"ClaimReview","reviewRating":{"alternateName":"Sai"}},
            {"@type":"ClaimReview","claimReviewed":"a"},
            {"@type":"ClaimReview","claimReviewed":"a","reviewRating":{}},
            {"@type":"http://schema.org/ClaimReview","itemReviewed":{"@type":"CreativeWork","text":"cũ"},
             "url":"javascript:alert(1)","reviewRating":{"alternateName":"Sai","ratingValue":"4,5"}}]}"#,
        );
        assert_eq!(reviews.len(), 1);
        assert_eq!(reviews[0].claim, "cũ");
        assert_eq!(reviews[0].scale, None);
        assert_eq!(
            problems,
            [
                Problem::MissingField("claimReviewed"),
                Problem::MissingField("reviewRating"),
                Problem::MissingField("alternateName"),
                Problem::BadScale,
                Problem::PersonAsPublisher,
            ]
        );
    }

    #[test]
    fn json_as_pages_have_it_is_read() {
        for script in
            ["<!-- {\"a\":\n\"b\"} -->", "//<![CDATA[\n{\"a\":\"b\"}\n//]]>", "{\"a\":\"b\nc\"};"]
        {
            assert!(parse_script(script).is_ok(), "{script}");
        }
        assert!(matches!(parse_script("{\"a\":1,}"), Err(Problem::NotJson { .. })));
        assert!(matches!(parse_script(&"[".repeat(100_000)), Err(Problem::NotJson { .. })));
    }
}
