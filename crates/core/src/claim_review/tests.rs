//! Our own markup, what a draft is told of it, and every bad case by its name.

use serde_json::{Value, json};

use super::check::is_this_machine;
use super::*;
use crate::case::{Capture, Stance};
use crate::lang::Localised;
use crate::review::{MediaCategory, OrgLine};

const PAGE: &str = "https://desk.example/vi/c/1";
const TODAY: &str = "2026-11-03";

fn org() -> OrgLine {
    OrgLine { slug: "so-y-te".to_owned(), name: "Sở Y tế".to_owned() }
}

fn source(url: &str, published: Option<&str>) -> EvidenceLine {
    EvidenceLine {
        stance: Stance::For,
        publisher: "Báo Thử".to_owned(),
        title: "Tỏi".to_owned(),
        url: url.to_owned(),
        published: published.map(str::to_owned),
        note: Localised::new("Nơi tin xuất hiện.", ""),
        quote: Localised::default(),
        kind: None,
        interest: Localised::default(),
        capture: Capture::Archived { sha256: "00".repeat(32) },
        handed_in: false,
        brought_by: org(),
    }
}

fn document() -> Document {
    let (paper, archive) = ("https://paper.example/a", "https://web.archive.org/web/20261030/");
    let archived = format!("{archive}https://site.example/b?c=d");
    let content = Content {
        claim: Localised::new("Ăn tỏi </script><b>phòng</b> được COVID-19.", ""),
        rating: Rating::False,
        answer: Localised::new("Không.", ""),
        body: Localised::new("Không.", ""),
        why: Localised::new("Lan rộng.", ""),
        single_source: Localised::default(),
        none_against: true,
        evidence: vec![
            source(paper, Some("2026-10-31")),
            source(&archived, Some("2026-10-30")),
            source("https://other.example/c", Some("2026-01-01")),
        ],
        appears_on: vec![paper.to_owned(), archived],
        picture: Some(PictureVerdict {
            category: MediaCategory::OutOfContext,
            context: Localised::new("Ảnh chụp năm 2019.", ""),
        }),
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
        signed_by: vec![org()],
        single_org: false,
        unread: Vec::new(),
        content,
    }
}

fn markup_in(document: &Document, lang: Lang) -> Option<String> {
    json_ld(&Markup {
        document,
        notices: &[document],
        lang,
        url: PAGE,
        desk: "Kiểm Tin",
        desk_url: "https://desk.example/",
        outlet: Some("Facebook posts"),
        first_seen: None,
    })
}

fn markup(document: &Document) -> Option<String> {
    markup_in(document, Lang::Vi)
}

fn value(document: &Document) -> Value {
    serde_json::from_str(&markup(document).expect("rated")).expect("JSON")
}

#[test]
fn our_own_markup_passes_our_rules_and_cannot_end_its_element() {
    let text = markup(&document()).expect("rated");
    assert!(!text.contains('<'), "{text}");
    assert_eq!(validate(&text, PAGE, "Sai", TODAY), Ok(()));
    let value = value(&document());
    assert_eq!(value["claimReviewed"], document().content.claim.text(Lang::Vi));
    assert_eq!(value["correction"][0]["text"], "Sửa số liệu.");
}

#[test]
fn the_claim_says_where_it_stood_first() {
    let claim = &value(&document())["itemReviewed"];
    assert_eq!(claim["datePublished"], "2026-10-30");
    assert_eq!(claim["appearance"].as_array().map(Vec::len), Some(2));
    let first = json!({
        "@type": "CreativeWork",
        "url": "https://site.example/b?c=d",
        "archivedAt": "https://web.archive.org/web/20261030/https://site.example/b?c=d",
        "datePublished": "2026-10-30",
        "publisher": { "@type": "Organization", "name": "Báo Thử" },
    });
    assert_eq!(claim["firstAppearance"], first);
    assert_eq!(claim["appearance"][0]["archivedAt"], Value::Null);

    let mut document = document();
    document.content.evidence.clear();
    let claim = &value(&document)["itemReviewed"];
    assert_eq!((&claim["appearance"], &claim["datePublished"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_month_is_the_claims_date_only_when_it_is_no_later_than_the_answer() {
    let mut document = document();
    document.content.appears_on.clear();
    for (seen, expected) in [
        ("2026-10", json!("2026-10")),
        ("2026-11", json!("2026-11")),
        ("2026-12", json!(null)),
        ("2020", json!(null)),
    ] {
        let text = json_ld(&Markup {
            document: &document,
            notices: &[],
            lang: Lang::Vi,
            url: PAGE,
            desk: "Kiểm Tin",
            desk_url: "https://desk.example/",
            outlet: None,
            first_seen: Some(seen),
        });
        let text = text.expect("rated");
        assert_eq!(validate(&text, PAGE, "Sai", TODAY), Ok(()), "{seen}");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["itemReviewed"]["datePublished"], expected, "{seen}");
    }
}

#[test]
fn the_reviews_of_claim_and_picture_point_to_each_other() {
    let value = value(&document());
    let media = &value["associatedMediaReview"];
    assert_eq!(media["mediaAuthenticityCategory"], "DecontextualizedContent");
    assert_eq!(media["originalMediaContextDescription"], "Ảnh chụp năm 2019.");
    assert_eq!(media["associatedClaimReview"]["@id"], value["@id"]);
}

#[test]
fn without_an_agreed_rating_or_in_another_language_there_is_no_markup() {
    let mut document = document();
    assert_eq!(markup_in(&document, Lang::En), None);
    document.content.rating = Rating::Unproven;
    assert_eq!(markup(&document), None);
    document.content.rating = Rating::True;
    document.content.class = VersionClass::Retraction;
    assert_eq!(markup(&document), None);
}

#[test]
fn a_draft_is_told_what_its_markup_would_break() {
    let check = |change: &dyn Fn(&mut Content), expected: Result<(), Invalid>| {
        let mut content = document().content;
        change(&mut content);
        assert_eq!(rehearse(&content, "2026-11-01", TODAY), expected);
    };
    check(&|_| {}, Ok(()));
    check(
        &|it| it.claim = Localised::new("\u{200b}\u{2060}", ""),
        Err(Invalid::Lacks("claimReviewed")),
    );
    check(
        &|it| it.answer = Localised::new("\u{200b}", ""),
        Err(Invalid::Lacks("ratingExplanation")),
    );
    let late = |it: &mut Content| {
        it.evidence.iter_mut().for_each(|line| line.published = Some("2026-11-02".to_owned()));
    };
    check(&late, Err(Invalid::Date("itemReviewed")));
    let no_context = |it: &mut Content| {
        it.picture.as_mut().expect("there").context = Localised::new("", "A photo of 2019.");
    };
    check(&no_context, Err(Invalid::Lacks("originalMediaContextDescription")));
    check(
        &|it| {
            it.rating = Rating::Unproven;
            it.claim = Localised::new("\u{200b}", "");
        },
        Ok(()),
    );
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

/// A bad case of STANDARDS section 1.5: its name, where it is put, what is put there.
type Bad = (&'static str, &'static str, Value, Invalid);

fn bad_reviews() -> Vec<Bad> {
    use Invalid as I;
    vec![
        ("empty claimReviewed", "/claimReviewed", json!("  "), I::Lacks("claimReviewed")),
        ("unseen claimReviewed", "/claimReviewed", json!("\u{200b}"), I::Lacks("claimReviewed")),
        ("no claimReviewed", "/claimReviewed", json!(null), I::Lacks("claimReviewed")),
        ("no url", "/url", json!(null), I::Lacks("url")),
        ("no reviewRating", "/reviewRating", json!(null), I::Lacks("reviewRating")),
        ("no alternateName", "/reviewRating/alternateName", json!(""), I::Lacks("alternateName")),
        ("other verdict", "/reviewRating/alternateName", json!("Đúng"), I::OtherVerdict),
        ("NaN as text", "/reviewRating/ratingValue", json!("NaN"), I::Scale),
        ("no number", "/reviewRating/ratingValue", json!(null), I::Scale),
        ("non-ASCII digits", "/reviewRating/ratingValue", json!("１"), I::Scale),
        ("decimal comma", "/reviewRating/ratingValue", json!("1,5"), I::Scale),
        ("no whole number", "/reviewRating/ratingValue", json!(1.5), I::Scale),
        ("under worst", "/reviewRating/ratingValue", json!(0), I::Scale),
        ("over best", "/reviewRating/ratingValue", json!(6), I::Scale),
        ("best = worst", "/reviewRating/bestRating", json!(1), I::Scale),
        ("best < worst", "/reviewRating/bestRating", json!(0), I::Scale),
        ("other url host", "/url", json!("https://other.example/vi/c/1"), I::Url),
        ("not https", "/url", json!("http://desk.example/vi/c/1"), I::Url),
        ("no ISO date", "/datePublished", json!("3/11/2026"), I::Date("datePublished")),
        ("no such day", "/datePublished", json!("2026-02-30"), I::Date("datePublished")),
        ("future date", "/datePublished", json!("2026-11-04"), I::Date("datePublished")),
        ("changed before", "/dateModified", json!("2026-10-31"), I::Date("dateModified")),
        ("misspelt @type", "/@type", json!("ClaimReveiw"), I::WrongType("ClaimReview")),
        ("second context", "/@context", json!(["https://schema.org", "x"]), I::Context),
        ("other context", "/@context", json!("http://x.example"), I::Context),
    ]
}

fn bad_parts() -> Vec<Bad> {
    use Invalid as I;
    let legacy = json!({ "@type": "CreativeWork", "url": "https://x.example/" });
    let author = "/itemReviewed/author";
    vec![
        (
            "young claim",
            "/itemReviewed/datePublished",
            json!("2026-11-02"),
            I::Date("itemReviewed"),
        ),
        (
            "claim without day",
            "/itemReviewed/datePublished",
            json!("2026"),
            I::Date("itemReviewed"),
        ),
        ("legacy string", "/itemReviewed", json!("https://x.example/"), I::Lacks("itemReviewed")),
        ("legacy CreativeWork", "/itemReviewed", legacy, I::WrongType("itemReviewed")),
        (
            "author.Name",
            "/author",
            json!({ "@type": "Organization", "Name": "D" }),
            I::Lacks("name"),
        ),
        ("Person author", author, json!({ "@type": "Person", "name": "A" }), I::Person),
        ("nameless Person", author, json!("Nguyễn Văn A"), I::Person),
        ("correction in words", "/correction/0", json!("Sửa."), I::WrongType("correction")),
        (
            "future correction",
            "/correction/0/datePublished",
            json!("2026-12-01"),
            I::Date("datePublished"),
        ),
        (
            "picture without context",
            "/associatedMediaReview/originalMediaContextDescription",
            json!(" "),
            I::Lacks("originalMediaContextDescription"),
        ),
        (
            "second ClaimReview, one url",
            "/associatedMediaReview/associatedClaimReview",
            json!({ "@type": "ClaimReview", "url": PAGE }),
            I::Several,
        ),
    ]
}

#[test]
fn each_bad_value_is_refused() {
    for (name, path, bad, expected) in bad_reviews().into_iter().chain(bad_parts()) {
        let mut value = value(&document());
        *value.pointer_mut(path).unwrap_or_else(|| panic!("{name}: no {path}")) = bad;
        let got = validate(&value.to_string(), PAGE, "Sai", TODAY);
        assert_eq!(got, Err(expected), "{name}");
    }
}

#[test]
fn each_bad_text_is_refused() {
    let good = value(&document()).to_string();
    let texts = [
        ("duplicate keys", good.replacen('{', "{\"url\":\"https://x.example/\",", 1)),
        (
            "duplicate keys inside",
            good.replacen("\"bestRating\":5", "\"bestRating\":9,\"bestRating\":5", 1),
        ),
        ("BOM", format!("\u{feff}{good}")),
        ("trailing comma", format!("{},}}", good.trim_end_matches('}'))),
        ("NaN", good.replacen("\"ratingValue\":1", "\"ratingValue\":NaN", 1)),
        ("bare decimal comma", good.replacen("\"ratingValue\":1", "\"ratingValue\":1,5", 1)),
        ("two in a list", format!("[{good},{good}]")),
        ("two after one another", format!("{good}{good}")),
        ("nothing", String::new()),
    ];
    for (name, text) in texts {
        assert_ne!(text, good, "{name}");
        assert_eq!(validate(&text, PAGE, "Sai", TODAY), Err(Invalid::NotAnObject), "{name}");
    }
    let graph = format!("{{\"@context\":\"https://schema.org\",\"@graph\":[{good},{good}]}}");
    assert_eq!(validate(&graph, PAGE, "Sai", TODAY), Err(Invalid::Several));
}
