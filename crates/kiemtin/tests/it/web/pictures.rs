//! Pictures: their words become the tip's, the same picture is found again, and none is kept.
#![expect(clippy::unwrap_used, reason = "a set-up that fails is a failed test")]

use std::io::Cursor;
use std::path::Path;

use image::ImageFormat;
use kiemtin_core::permission::Role;
use kiemtin_store::groups::Queue;

use crate::helper::people::{Answer, Browser, Desk};
use crate::helper::pictures::{CLINIC, GARLIC, reads_pictures};
use crate::helper::story::{Cast, Story};

/// So small that no word in it can be read.
fn thumbnail(picture: &[u8]) -> Vec<u8> {
    let small = image::load_from_memory(picture).unwrap().thumbnail(120, 120);
    let mut bytes = Cursor::new(Vec::new());
    small.to_rgb8().write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

async fn sends(desk: &Desk, text: &str, picture: &[u8]) -> Answer {
    Browser::english().send_file(desk, "/en/tip", &[("text", text)], picture).await
}

#[tokio::test]
async fn the_words_in_a_picture_are_matched_and_the_same_picture_is_found_with_other_words() {
    let desk = Desk::demo().await;
    if !reads_pictures(&desk.app).await {
        return;
    }
    let cast = Cast::of(&desk.app).await;
    let published = cast.publishes(&desk.app, &Story::garlic()).await;
    desk.works().await;

    let page = sends(&desk, "", GARLIC).await;
    page.is(200).says("Your receipt").says("/en/c/1").says("Read in your picture");
    page.says("tỏi sống").hides("0912").hides("came in before");
    desk.works().await;
    let [first] = &desk.app.store.groups_of_claim(published.claim, 9).await.unwrap()[..] else {
        panic!("the words tie it to the claim");
    };
    assert!(first.text.contains("tỏi sống") && !first.text.contains("0912"), "{}", first.text);

    let page = sends(&desk, "", CLINIC).await;
    page.is(200).says("The same picture came in before, with other words").says("/en/c/1");
    page.hides("There is an answer to this");
    desk.works().await;
    let waiting = desk.app.store.queue(Queue::Waiting, 0, 9).await.unwrap();
    assert_eq!(waiting.len(), 1, "other words are another group, and are not answered");
    let org = desk.org("press").await;
    let mut checker = desk.signed_in("lan", org, Role::Checker).await;
    let group = checker.get(&desk, &format!("/desk/groups/{}", waiting[0].id)).await;
    group.is(200).says("the same picture, other words").says("The same picture, other words");
    group.says(&format!("/desk/groups/{}", first.id));
    group.says(&format!("/desk/claims/{}", published.claim));
    checker.get(&desk, "/desk").await.is(200).says("the same picture, other words");
    let case = checker.get(&desk, &format!("/desk/cases/{}", published.case)).await;
    case.is(200).says("id=\"same-picture\"").says(&format!("/desk/groups/{}", waiting[0].id));

    let page = sends(&desk, "", &thumbnail(CLINIC)).await;
    page.is(422).says("No words could be read in the picture").says("/en/c/1");
    page.says("please choose it again");
    let page = sends(&desk, "Ở trạm xá hôm nay có gì vậy mọi người", &thumbnail(GARLIC)).await;
    page.is(200).says("The same picture came in before").says("No words were found");
    no_file_holds_a_picture(desk.app.folder.path());
}

fn no_file_holds_a_picture(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            no_file_holds_a_picture(&path);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for mark in [&b"\x89PNG"[..], b"JFIF", b"IDAT"] {
            assert!(memchr::memmem::find(&bytes, mark).is_none(), "{}", path.display());
        }
    }
}

#[tokio::test]
async fn without_the_program_that_reads_a_tip_is_taken_and_its_sender_is_told() {
    let desk = Desk::new().await;
    desk.app.forget_reader();
    let form = Browser::english().get(&desk, "/en/tip").await;
    form.is(200).says("Text in pictures is not read here").says("type=\"file\"");
    let page = sends(&desk, "Trạm xá phát thuốc miễn phí từ thứ hai", CLINIC).await;
    page.is(200).says("Your receipt").says("The text in your picture was not read");
    desk.works().await;
    let group = &desk.app.store.queue(Queue::Waiting, 0, 9).await.unwrap()[0];
    assert_eq!(desk.app.store.pictures_of_group(group.id).await.unwrap().len(), 1);
    sends(&desk, " ", CLINIC).await.is(422).says("could not be read here");
}

#[tokio::test]
async fn what_is_no_picture_is_refused_at_its_field_and_what_was_typed_stays() {
    let desk = Desk::new().await;
    desk.app.forget_reader();
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let mut bomb = GARLIC.to_vec();
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    for (picture, says) in [
        (&svg[..], "no PNG, JPEG, WebP or GIF"),
        (&GARLIC[..200], "damaged"),
        (&bomb, "id=\"picture-error\""),
        (&[GARLIC, &vec![0; 8 << 20]].concat(), "too large"),
    ] {
        let page = sends(&desk, "Nghe nói cầu sập", picture).await;
        page.is(422).says(says).says("href=\"#picture\"").says("Nghe nói cầu sập");
        page.says("please choose it again");
    }
    assert_eq!(desk.app.store.n_messages().await.unwrap(), 0);
    let empty = sends(&desk, "Nghe nói cầu sập", b"").await;
    empty.is(422).says("This file is empty").says("href=\"#picture\"").says("Nghe nói cầu sập");
    // A browser that was given no file sends one without a name.
    let (fields, none) = ([("text", "Nghe nói cầu sập")], ("", &b""[..]));
    let page = Browser::english().send_named_file(&desk, "/en/tip", &fields, none).await;
    page.is(200).hides("your picture");
    sends(&desk, &"x".repeat(200_000), b"").await.is(413);
    sends(&desk, "Nghe nói", &vec![0; 25 << 20]).await.is(413);
    // A form without files is taken as before.
    let plain = [("text", "Nghe nói cầu sập rồi")];
    Browser::english().post(&desk, "/en/tip", &plain).await.is(200);
}
