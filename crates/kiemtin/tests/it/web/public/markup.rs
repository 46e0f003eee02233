//! The markup of a published answer, as its page carries it, and what other people's programs read.

use std::fs;
use std::path::Path;

use kiemtin_core::claim_review;
use kiemtin_core::lang::Localised;
use kiemtin_core::rating::Rating;
use kiemtin_core::review::{Content, MediaCategory, PictureVerdict, VersionClass};
use serde_json::Value;

use crate::helper::desk::{PUBLIC_URL, TempFolder, TestDesk};
use crate::helper::node::node_folder;
use crate::helper::reply::Reply;
use crate::helper::story::{Story, content};
use crate::helper::tools::{says_yes, tool};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// A source of the test's story that is for the claim: it carries it.
const PAPER: &str = "https://paper.example/garlic";

/// An answer with everything that markup can say: corrected twice, with the claim's page and a
/// picture.
async fn whole_answer() -> TestDesk {
    let desk = TestDesk::new().await;
    let published = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    desk.clock.advance(DAY_MS);
    let corrected = Content {
        class: VersionClass::Correction,
        reason: Localised::new("Thêm nguồn </script> & ảnh.", "A source & a picture more."),
        appears_on: vec![PAPER.to_owned()],
        picture: Some(PictureVerdict {
            category: MediaCategory::OutOfContext,
            context: Localised::new("Ảnh chụp chợ tỏi năm 2015.", "A garlic market in 2015."),
        }),
        ..content(&Story::garlic())
    };
    desk.cast.corrects(&desk.app, published, &corrected).await;
    desk.clock.advance(DAY_MS);
    let changed = Content {
        class: VersionClass::VerdictChange,
        rating: Rating::MostlyFalse,
        reason: Localised::new("Có nghiên cứu mới.", "A new study."),
        ..corrected
    };
    desk.cast.corrects(&desk.app, published, &changed).await;
    desk
}

fn markup(page: &Reply) -> &str {
    page.between("<script type=\"application/ld+json\">", "</script>")
}

fn read(page: &Reply) -> Value {
    serde_json::from_str(markup(page)).expect("JSON")
}

#[tokio::test]
async fn the_markup_says_what_the_page_says_of_origin_picture_and_corrections() {
    let desk = whole_answer().await;
    let page = desk.get("/vi/c/1").await.is(200);
    let it = read(&page);
    let url = format!("{PUBLIC_URL}/vi/c/1");
    let valid = claim_review::validate(markup(&page), &url, "Phần lớn sai", "2026-11-26");
    assert_eq!(valid, Ok(()));
    assert_eq!(it["datePublished"], "2026-11-24");
    assert_eq!(it["dateModified"], "2026-11-26");
    let claim = &it["itemReviewed"];
    assert_eq!(claim["datePublished"], "2020-02-01");
    assert_eq!(claim["firstAppearance"]["url"], PAPER);
    assert_eq!(claim["author"]["@type"], "Organization");
    let texts: Vec<_> = it["correction"].as_array().expect("a list").iter().collect();
    assert_eq!(texts.len(), 2, "all notices: {texts:?}");
    assert_eq!(texts[0]["text"], "Có nghiên cứu mới.");
    assert_eq!(texts[1]["datePublished"], "2026-11-25");
    let media = &it["associatedMediaReview"];
    assert_eq!(media["mediaAuthenticityCategory"], "DecontextualizedContent");

    let page = page.says("Nơi lan truyền: bài đăng Facebook.").says("Xuất hiện trên:");
    let page = page.says(PAPER).says("(1/2/2020)").says("Ảnh thật nhưng chụp chuyện khác.");
    page.says("Ảnh chụp chợ tỏi năm 2015.");
    desk.get("/vi/c/1/v/2/changes").await.is(200).says("Ảnh thật nhưng chụp chuyện khác.");
    desk.get("/vi/c/1/v/1").await.is(200).hides("Ảnh thật nhưng");
}

#[tokio::test]
async fn no_page_without_an_agreed_rating_has_markup() {
    let desk = TestDesk::new().await;
    let published = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    for (class, rating) in [
        (VersionClass::VerdictChange, Rating::Unproven),
        (VersionClass::Retraction, Rating::Unproven),
    ] {
        let reason = Localised::new("Nguồn không còn.", "The source is gone.");
        let next = Content { class, rating, reason, ..content(&Story::garlic()) };
        desk.cast.corrects(&desk.app, published, &next).await;
        for path in ["/vi/c/1", "/en/c/1", "/vi/c/1/v/1"] {
            desk.get(path).await.is(200).hides("ld+json").hides("ClaimReview");
        }
    }
    // An answer that is only there in Vietnamese is no review in English.
    desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    desk.get("/vi/c/2").await.says("ld+json");
    desk.get("/en/c/2").await.hides("ld+json");
}

#[tokio::test]
async fn other_peoples_programs_read_the_same_from_the_page() {
    let (node, extruct) = (node_folder(), tool("extruct"));
    let (Some(node), Some(extruct)) = (node, extruct) else { return };
    let desk = whole_answer().await;
    let page = desk.get("/vi/c/1").await.is(200);
    let folder = TempFolder::new();
    fs::create_dir_all(folder.path("")).expect("made");
    fs::write(folder.path("page.html"), &page.body).expect("written");
    reads_back(&extruct.with_file_name("python"), &folder.path(""), &read(&page));
    google_takes(&node, &folder.path(""));
    typescript_takes(&node, &folder.path(""), markup(&page));
}

/// `extruct`: the JSON-LD of the page is what we wrote.
fn reads_back(python: &Path, folder: &Path, expected: &Value) {
    let script = "import extruct, json\n\
        page = open('page.html', encoding='utf-8').read()\n\
        found = extruct.extract(page, syntaxes=['json-ld'])\n\
        print(json.dumps(found['json-ld']))";
    let (is_fine, words) = says_yes(python, &["-c", script], folder);
    assert!(is_fine, "{words}");
    let found: Value = serde_json::from_str(words.trim()).expect("JSON");
    assert_eq!(found, Value::Array(vec![expected.clone()]));
}

/// `structured-data-testing-tool`, with what Google and Facebook look for.
fn google_takes(node: &Path, folder: &Path) {
    let sdtt = node.join("node_modules/.bin/sdtt");
    let presets = "Google,Facebook";
    let args = ["--file", "page.html", "--presets", presets, "--schemas", "jsonld:ClaimReview"];
    let (is_fine, words) = says_yes(&sdtt, &args, folder);
    assert!(is_fine && words.contains("Failed: 0"), "{words}");
    assert!(words.contains("Schema.org schemas: ClaimReview"), "{words}");
}

/// `schema-dts`: the markup is a `ClaimReview` to the strictest compiler, which knows every property.
fn typescript_takes(node: &Path, folder: &Path, markup: &str) {
    let types = node.join("node_modules/schema-dts");
    let config = serde_json::json!({
        "compilerOptions": {
            "strict": true, "noEmit": true, "skipLibCheck": true, "types": [],
            "module": "esnext", "moduleResolution": "bundler", "target": "es2022",
            "paths": { "schema-dts": [types] },
        },
        "files": ["markup.ts"],
    });
    fs::write(folder.join("tsconfig.json"), config.to_string()).expect("written");
    let tsc = node.join("node_modules/.bin/tsc");
    let compiles = |markup: &str| {
        let text = format!(
            "import type {{ ClaimReview, WithContext }} from \"schema-dts\";\n\
             export const it: WithContext<ClaimReview> = {markup};\n"
        );
        fs::write(folder.join("markup.ts"), text).expect("written");
        says_yes(&tsc, &["-p", "."], folder)
    };
    let (is_fine, words) = compiles(markup);
    assert!(is_fine, "{words}");
    let (is_fine, words) = compiles(&markup.replace("claimReviewed", "claimReviewd"));
    assert!(!is_fine && words.contains("claimReviewd"), "the check can fail: {words}");
}
