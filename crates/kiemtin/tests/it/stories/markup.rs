//! What an editor says for the markup of an answer, and what a draft is told of it.

use super::two_orgs::{DRAFT, Story, signs};

const PICTURE: &[(&str, &str)] = &[
    ("appears_on", "https://www.who.int/a"),
    ("appears_on", "https://evil.example/not-a-source"),
    ("picture", "edited"),
    ("picture_vi", "Chữ trên biển hiệu bị sửa."),
    ("picture_en", "The words on the sign were changed."),
];

async fn saves(story: &mut Story, more: &[(&str, &str)]) -> crate::helper::people::Answer {
    let draft = story.page("/draft");
    let hash = story.press_editor.get(&story.desk, &draft).await.hidden("hash");
    let fields = [&DRAFT[..], more, &[("hash", hash.as_str())]].concat();
    story.press_editor.post(&story.desk, &draft, &fields).await
}

#[tokio::test]
async fn where_the_claim_stands_and_what_its_picture_is_are_signed_and_published() {
    let mut story = Story::with_opinions_and_evidence().await;
    story.step("step/draft", &[]).await;
    let draft = story.page("/draft");
    let page = story.press_editor.get(&story.desk, &draft).await;
    page.says("On which pages does the claim appear?").hides("What kind of picture is it?");
    let half = saves(&mut story, &[("picture_vi", "Chữ bị sửa.")]).await;
    half.is(422).says("What kind of picture is it?").says("Chữ bị sửa.");
    saves(&mut story, PICTURE).await.location();
    let page = story.press_editor.get(&story.desk, &draft).await;
    page.says("value=\"https://www.who.int/a\" checked").hides("evil.example");
    page.says("<option value=\"edited\" selected>").says("The words on the sign were changed.");
    story.step("step/submit", &[]).await;
    let sign = story.press.get(&story.desk, &story.page("/sign")).await;
    sign.says("the claim appears on this page").says("A picture that was cut or edited.");
    let case = story.case.clone();
    signs(&story.desk, &mut story.health, &case).await;
    signs(&story.desk, &mut story.press, &case).await;
    let page = story.press.get(&story.desk, "/en/c/1").await;
    page.says("Appeared on:").says("The words on the sign were changed.");
    page.says("EditedOrCroppedContent").hides("evil.example");
}

#[tokio::test]
async fn a_long_claim_is_a_warning_and_broken_markup_an_obstacle() {
    let mut story = Story::with_opinions_and_evidence().await;
    story.step("step/draft", &[]).await;
    let long =
        "Eating raw garlic every single morning before breakfast prevents COVID-19 for good.";
    saves(&mut story, &[]).await.location();
    let draft = story.page("/draft");
    story.press_editor.get(&story.desk, &draft).await.hides("characters. Under 75");
    let mut fields: Vec<_> = PICTURE[2..4].to_vec();
    fields.push(("picture_en", ""));
    saves(&mut story, &fields).await.location();
    let page = story.press_editor.get(&story.desk, &draft).await;
    page.says("Say what the picture really shows, in each language");
    let version = story.desk.version(&story.case).await;
    let path = story.page("/step/submit");
    let refused = story.press_editor.post(&story.desk, &path, &[("version", &*version)]).await;
    refused.is(422).says("Say what the picture really shows, in each language");
    let hash = page.hidden("hash");
    let others = DRAFT.iter().filter(|(name, _)| *name != "claim_en").copied();
    let mut fields: Vec<(&str, &str)> = others.collect();
    fields.extend([("claim_en", long), ("hash", &hash)]);
    story.press_editor.post(&story.desk, &draft, &fields).await.location();
    let page = story.press_editor.get(&story.desk, &draft).await;
    page.says("characters. Under 75 it is shown whole");
    story.step("step/submit", &[]).await;
}
