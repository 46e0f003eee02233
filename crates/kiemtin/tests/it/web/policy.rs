//! The desk's pages about itself: there from the beginning, changed in versions, never emptied.

use kiemtin_core::permission::Role;
use kiemtin_core::policy::Policy;

use crate::helper::desk::TestDesk;
use crate::helper::people::{Browser, Desk};
use crate::helper::story::Story;

const REASON: (&str, &str) = ("reason_en", "Said more clearly.");

fn long(word: &str) -> String {
    format!("{word} ").repeat(100)
}

#[tokio::test]
async fn every_page_is_there_in_each_language_and_is_reached_from_every_answer() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    for lang in ["vi", "en"] {
        let index = desk.get(&format!("/{lang}/policy")).await.is(200);
        for policy in Policy::PAGES {
            let path = format!("/{lang}/policy/{}", policy.name());
            assert!(index.links().contains(&path), "{path}");
            let page = desk.get(&path).await.is(200);
            assert!(page.tags("p").len() + page.tags("li").len() > 8, "{path} says something");
            desk.get(&format!("{path}/v/0")).await.is(200);
            desk.get(&format!("{path}/v/1")).await.is(404);
        }
        let answer = desk.get(&format!("/{lang}/c/1")).await.links();
        for name in ["", "/privacy", "/accessibility", "/corrections", "/complaints"] {
            assert!(answer.contains(&format!("/{lang}/policy{name}")), "{name}");
        }
        desk.get(&format!("/{lang}/policy/complaints"))
            .await
            .says("ifcncodeofprinciples.poynter.org");
        // The figures are those that the program keeps to.
        desk.get(&format!("/{lang}/policy/privacy")).await.says("30").says("24");
    }
    desk.get("/vi/policy/terms").await.is(404);
}

/// A desk with an editor and a checker of one organisation.
async fn people() -> (Desk, Browser, Browser) {
    let desk = Desk::new().await;
    let press = desk.org("press").await;
    let editor = desk.signed_in("phong", press, Role::Editor).await;
    let checker = desk.signed_in("phuc", press, Role::Checker).await;
    (desk, editor, checker)
}

#[tokio::test]
async fn an_edit_is_a_version_with_its_reason_and_undoing_it_is_another() {
    let (desk, mut editor, _) = people().await;
    let path = "/desk/policy/privacy";
    editor.get(&desk, "/desk/policy").await.is(200).says(path);
    let page = editor.get(&desk, path).await;
    assert_eq!(page.is(200).hidden("version"), "0");
    let (one, two) = (long("first"), long("second"));
    let edit = |version, text| [("version", version), ("text_vi", text), ("text_en", text), REASON];
    editor.post(&desk, path, &edit("0", one.as_str())).await.location();
    let stale = editor.post(&desk, path, &edit("0", two.as_str())).await;
    stale.is(409).says("Somebody published another version").says("second second");
    editor.post(&desk, path, &edit("1", two.as_str())).await.location();
    editor.post(&desk, path, &edit("2", one.as_str())).await.location();
    let mut reader = Browser::english();
    let page = reader.get(&desk, "/en/policy/privacy").await;
    page.is(200).says("first first").hides("second").says("Said more clearly.").says("Org press");
    page.says("after 30 days");
    reader
        .get(&desk, "/en/policy/privacy/v/2")
        .await
        .is(200)
        .says("second second")
        .says("old version");
    reader.get(&desk, "/en/policy/privacy/v/0").await.is(200).says("nothing about them is kept");
    let served = reader.get(&desk, "/en/policy/privacy/v/3.json").await;
    served.is(200).says("\"version\":3");
    let log = reader.get(&desk, "/en/log").await;
    log.is(200).says("Policy page").says("/en/policy/privacy/v/3");
}

#[tokio::test]
async fn a_page_is_never_emptied_and_only_an_editor_changes_one() {
    let (desk, mut editor, mut checker) = people().await;
    let text = long("words");
    let path = "/desk/policy/methodology";
    let all = [("version", "0"), ("text_vi", text.as_str()), ("text_en", text.as_str()), REASON];
    for (field, value, why) in [
        (1, ("text_vi", ""), "cannot be emptied"),
        (2, ("text_en", "Gone."), "cannot be emptied"),
        (3, ("reason_en", ""), "Say why the page changes"),
    ] {
        let mut fields = all;
        fields[field] = value;
        editor.post(&desk, path, &fields).await.is(422).says(why).says("words words");
    }
    checker.get(&desk, path).await.is(403);
    checker.post(&desk, path, &all).await.is(403);
    editor.get(&desk, "/desk/policy/terms").await.is(404);
    assert_eq!(desk.app.store.n_log_entries().await.expect("read"), 0);
    editor.post(&desk, path, &all).await.location();
}

#[tokio::test]
async fn hostile_text_is_text() {
    let (desk, mut editor, _) = people().await;
    let text = format!(
        "<script>alert(1)</script> [x](javascript:alert(1)) [log](/en/log)\n\n## <b>T</b>\n- <i>i</i>\n{}",
        long("w")
    );
    let fields = [("version", "0"), ("text_vi", text.as_str()), ("text_en", text.as_str()), REASON];
    editor.post(&desk, "/desk/policy/selection", &fields).await.location();
    let page = Browser::english().get(&desk, "/en/policy/selection").await;
    page.is(200).hides("<script>").hides("<b>T").hides("<i>i").hides("href=\"javascript");
    page.says("<a href=\"/en/log\">log</a>").says("[x](javascript:alert(1))");
}

#[tokio::test]
async fn the_facts_of_the_desk_stand_on_its_pages() {
    let (desk, mut editor, _) = people().await;
    let mut reader = Browser::english();
    reader.get(&desk, "/en/policy/funding").await.says("has not said this yet");
    let fields = [
        ("version", "0"),
        ("funding_en", "The city: 60 %.\nReaders: 40 %."),
        ("contact_en", "The desk's office, 1 Example Square"),
        ("ifcn", "yes"),
        REASON,
    ];
    editor.post(&desk, "/desk/policy/facts", &fields).await.location();
    reader.get(&desk, "/en/policy/funding").await.says("The city: 60 %.");
    reader
        .get(&desk, "/en/policy/complaints")
        .await
        .says("1 Example Square")
        .says("is a signatory");
    reader.get(&desk, "/en/policy/who-we-are").await.says("Org press").says("1 Example Square");
    reader.get(&desk, "/en/policy/facts").await.is(200).says("Said more clearly.");
    editor.get(&desk, "/desk/policy/facts").await.is(200).says("The city: 60 %.");
}
