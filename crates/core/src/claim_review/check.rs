//! The rules that markup must keep (STANDARDS section 1.5), asked of its text.

use serde_json::{Map, Value};

use super::strict;

/// Why markup is not published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Not JSON, a key that stands twice, or not an object.
    #[error("the markup is not one JSON object in which each key stands once")]
    NotAnObject,
    /// A second vocabulary beside schema.org's, or none.
    #[error("the markup's @context is not schema.org alone")]
    Context,
    /// A value that must be there is not, or nothing of it can be seen.
    #[error("the markup lacks {0}")]
    Lacks(&'static str),
    /// `@type` is another.
    #[error("the markup's {0} has the wrong @type")]
    WrongType(&'static str),
    /// More than one `ClaimReview`: then no reader takes any of them.
    #[error("the markup holds more than one ClaimReview")]
    Several,
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

impl Invalid {
    /// The key of its sentence in the locales: what an editor can mend has one of its own.
    pub fn code(self) -> &'static str {
        match self {
            Self::Lacks("claimReviewed") => "markup-no-claim",
            Self::Lacks("ratingExplanation") => "markup-no-answer",
            Self::Lacks("originalMediaContextDescription") => "markup-no-context",
            Self::Date("itemReviewed") => "markup-claim-too-young",
            _ => "markup-broken",
        }
    }
}

/// May a page at this address carry markup? Over https, and on this very machine.
pub fn may_carry(page: &str) -> bool {
    page.starts_with("https://") || is_this_machine(page)
}

/// Is the page on the machine of whoever looks at it, as in a demo? No search engine reads it there.
pub(super) fn is_this_machine(page: &str) -> bool {
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
    let value = strict::parse(markup).ok_or(Invalid::NotAnObject)?;
    let review = value.as_object().ok_or(Invalid::NotAnObject)?;
    if 1 < n_claim_reviews(&value) {
        return Err(Invalid::Several);
    }
    if review.get("@context").is_none_or(|it| it != "https://schema.org") {
        return Err(Invalid::Context);
    }
    of_type(review, "ClaimReview", "ClaimReview")?;
    text(review, "claimReviewed")?;
    if text(review, "url")? != page || !may_carry(page) {
        return Err(Invalid::Url);
    }
    let published = date(review, "datePublished", today)?;
    if review.contains_key("dateModified") && date(review, "dateModified", today)? < published {
        return Err(Invalid::Date("dateModified"));
    }
    author(object(review, "author")?)?;
    claim(object(review, "itemReviewed")?, published)?;
    rating(object(review, "reviewRating")?, verdict)?;
    for it in review.get("correction").and_then(Value::as_array).into_iter().flatten() {
        correction(it.as_object().ok_or(Invalid::WrongType("correction"))?, today)?;
    }
    match review.get("associatedMediaReview") {
        Some(it) => media(it.as_object().ok_or(Invalid::WrongType("associatedMediaReview"))?),
        None => Ok(()),
    }
}

type Object = Map<String, Value>;

fn n_claim_reviews(value: &Value) -> usize {
    match value {
        Value::Object(it) => {
            let own = it.get("@type").is_some_and(|it| it == "ClaimReview");
            usize::from(own) + it.values().map(n_claim_reviews).sum::<usize>()
        }
        Value::Array(it) => it.iter().map(n_claim_reviews).sum(),
        _ => 0,
    }
}

fn author(it: &Object) -> Result<(), Invalid> {
    of_type(it, "Organization", "author")?;
    text(it, "name").map(drop)
}

/// The claim: an object of its own, older than its review, whose author is no person.
fn claim(it: &Object, published: &str) -> Result<(), Invalid> {
    of_type(it, "Claim", "itemReviewed")?;
    if it.contains_key("datePublished") {
        let text = text(it, "datePublished")?;
        if !(is_day(text) || is_month(text)) || published < text {
            return Err(Invalid::Date("itemReviewed"));
        }
    }
    let Some(author) = it.get("author") else { return Ok(()) };
    let author = author.as_object().ok_or(Invalid::Person)?;
    of_type(author, "Organization", "author").map_err(|_| Invalid::Person)?;
    text(author, "name").map(drop)
}

fn rating(it: &Object, verdict: &str) -> Result<(), Invalid> {
    of_type(it, "Rating", "reviewRating")?;
    scale(it)?;
    text(it, "ratingExplanation")?;
    if text(it, "alternateName")? == verdict { Ok(()) } else { Err(Invalid::OtherVerdict) }
}

fn scale(rating: &Object) -> Result<(), Invalid> {
    let number = |key| rating.get(key).and_then(Value::as_i64).ok_or(Invalid::Scale);
    let (worst, value, best) =
        (number("worstRating")?, number("ratingValue")?, number("bestRating")?);
    if worst < best && (worst..=best).contains(&value) { Ok(()) } else { Err(Invalid::Scale) }
}

fn correction(it: &Object, today: &str) -> Result<(), Invalid> {
    of_type(it, "CorrectionComment", "correction")?;
    text(it, "text")?;
    date(it, "datePublished", today).map(drop)
}

fn media(it: &Object) -> Result<(), Invalid> {
    of_type(it, "MediaReview", "associatedMediaReview")?;
    text(it, "mediaAuthenticityCategory")?;
    text(it, "originalMediaContextDescription").map(drop)
}

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

/// A text of which something can be seen: marks without width are nothing to a reader.
fn text<'a>(it: &'a Object, key: &'static str) -> Result<&'a str, Invalid> {
    let text = it.get(key).and_then(Value::as_str).unwrap_or_default();
    if text.chars().any(char::is_alphanumeric) { Ok(text) } else { Err(Invalid::Lacks(key)) }
}

fn date<'a>(it: &'a Object, key: &'static str, not_after: &str) -> Result<&'a str, Invalid> {
    let text = text(it, key)?;
    if is_day(text) && text <= not_after { Ok(text) } else { Err(Invalid::Date(key)) }
}

fn is_day(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10
}

fn is_month(text: &str) -> bool {
    text.len() == 7 && is_day(&format!("{text}-01"))
}
