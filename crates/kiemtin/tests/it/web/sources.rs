//! The desk's page of sources: looked at first, added with right and purpose, stopped and taken up,
//! by those who may; and what of a group is worth checking.

use std::time::Duration;

use kiemtin_core::permission::Role;

use crate::collect::pages::rss;
use crate::helper::people::{Browser, Desk};
use crate::helper::web::{Asked, Web, page, status};

const HOST: &str = "bao.example";

/// A desk that can reach one site, with an editor and a checker.
async fn people() -> (Desk, Web, Browser, Browser) {
    let web = Web::start(|it: &Asked| match it.path.as_str() {
        "/" => {
            let html = "<html lang=vi><head><title>Báo Ví Dụ | Tin</title><link rel=alternate \
                type=application/rss+xml href=/rss></head><body><p>Trang nhất</p></body></html>";
            page("text/html", "", html.as_bytes())
        }
        "/rss" => {
            let entries = [("a.html", "Cầu Rồng đóng", "Tóm tắt."), ("b.html", "Mưa", "Mưa to.")];
            page("application/rss+xml", "", rss(&it.base(), &entries).as_bytes())
        }
        _ => status(404, ""),
    })
    .await;
    let desk = Desk::new().await;
    let fetcher = web.fetcher(&[HOST], Duration::from_secs(5));
    desk.app.fetcher.set(fetcher).expect("the first one");
    let press = desk.org("press").await;
    let editor = desk.signed_in("phong", press, Role::Editor).await;
    let checker = desk.signed_in("phuc", press, Role::Checker).await;
    (desk, web, editor, checker)
}

#[tokio::test]
async fn a_source_is_looked_at_added_stopped_and_taken_up_again() {
    let (desk, web, mut editor, mut checker) = people().await;
    editor.get(&desk, "/desk/sources").await.is(200).says("No source yet");
    let url = web.url(HOST, "/");
    let seen = editor.post(&desk, "/desk/sources/look", &[("url", &url)]).await;
    let feed = web.url(HOST, "/rss");
    seen.is(200).says(&feed).says("Cầu Rồng đóng").says("Báo Ví Dụ").says("Section page");
    let stated =
        [("url", feed.as_str()), ("kind", "feed"), ("name", "Báo Ví Dụ"), ("follows", "yes")];
    let unsaid = editor.post(&desk, "/desk/sources/new", &stated).await;
    unsaid.is(422).says("under which licence or right").says("Báo Ví Dụ");
    let said =
        [&stated[..], &[("licence", "quotation, with a link"), ("purpose", "rumours")]].concat();
    let added = editor.post(&desk, "/desk/sources/new", &said).await;
    assert_eq!(added.location(), "/desk/sources?done=source-added");
    let twice = editor.post(&desk, "/desk/sources/new", &said).await;
    twice.says("there already");
    let source = &desk.app.store.sources().await.expect("sources")[0];
    assert_eq!(source.new.host.as_deref(), Some(HOST));
    assert!(source.new.follows);
    let id = source.new.id;
    let listed = editor.get(&desk, "/desk/sources").await;
    listed.is(200).says("quotation, with a link").says("0 new · 0 known").says("Never read yet");
    let stopped = editor.post(&desk, &format!("/desk/sources/{id}/stop"), &[]).await;
    let page = editor.get(&desk, stopped.location()).await;
    page.says("The source is stopped").says(&format!("/desk/sources/{id}/resume")).says("Undo");
    editor.post(&desk, &format!("/desk/sources/{id}/resume"), &[]).await;
    editor.post(&desk, &format!("/desk/sources/{id}/ask"), &[]).await;
    assert_eq!(desk.app.store.sources().await.expect("sources")[0].ended, None);
    // A checker sees how it goes and changes nothing.
    let seen = checker.get(&desk, "/desk/sources").await;
    seen.is(200).says("Báo Ví Dụ").hides("/stop").hides("Add a source");
}

#[tokio::test]
async fn what_can_be_no_source_is_refused_with_the_reason_and_what_was_typed() {
    let (desk, web, mut editor, _) = people().await;
    for (url, why) in [
        ("https://www.facebook.com/somebody".to_owned(), "Personal profiles, posts and groups"),
        ("https://bit.ly/x".to_owned(), "short link"),
        (web.url(HOST, "/nothing"), "status 404"),
        ("not an address".to_owned(), "The address is refused"),
        ("/etc/passwd".to_owned(), "The address is refused"),
    ] {
        let answer = editor.post(&desk, "/desk/sources/look", &[("url", &url)]).await;
        answer.is(422).says(why).says(&url);
    }
    for kind in ["folder", "file", "nonsense"] {
        let fields =
            [("url", "/etc"), ("kind", kind), ("name", "a"), ("licence", "b"), ("purpose", "c")];
        editor.post(&desk, "/desk/sources/new", &fields).await.is(422);
    }
    assert!(desk.app.store.sources().await.expect("sources").is_empty());
}

#[tokio::test]
async fn a_group_shows_what_is_worth_checking_and_why_and_a_claim_begins_with_it() {
    let (desk, _, mut editor, _) = people().await;
    let text = "Chính quyền làm việc quá tệ. Uống nước chanh nóng chữa khỏi cúm trong 3 ngày.";
    let (group, _) = desk.tip(text).await;
    let page = editor.get(&desk, &format!("/desk/groups/{group}")).await;
    page.is(200).says("Sentences worth checking").says("because of");
    let proposed = page.body.split("id=\"worth\"").nth(1).expect("the list of sentences");
    let proposed = proposed.split("</ol>").next().expect("it ends");
    assert!(proposed.contains("Uống nước chanh"), "{proposed}");
    assert!(!proposed.contains("quá tệ"), "criticism is not ranked: {proposed}");
    let link = proposed.split("href=\"").nth(1).and_then(|it| it.split('"').next());
    let link = link.expect("a link to word it").replace("&amp;", "&").replace("&#38;", "&");
    editor.get(&desk, &link).await.is(200).says("Uống nước chanh nóng chữa khỏi cúm trong 3 ngày.");
}
