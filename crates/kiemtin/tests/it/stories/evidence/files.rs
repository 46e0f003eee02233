//! Files that members hand in: what is taken, what is left of it, and what nobody finds afterwards.
#![expect(clippy::unwrap_used, reason = "a story that stops is a failed test")]

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage};
use kiemtin_core::case::Capture;
use kiemtin_core::time::HOUR_MS;
use sha2::{Digest as _, Sha256};

use super::site::{Site, article};
use super::{QUOTE, form, published, sources, with_source};
use crate::faults::canary::{Hay, collect, unpacked};
use crate::helper::people::Answer;
use crate::stories::two_orgs::Story;

/// What a camera wrote into a picture.
const PLACE: &str = "zqcanary 21.028511N 105.804817E";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj\n%%EOF";
const FROM: &str = "https://moh.gov.vn/cong-van/12";

fn picture(form: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let dots = RgbImage::from_fn(40, 30, |x, y| image::Rgb([x as u8 * 6, y as u8 * 8, 90]));
    DynamicImage::ImageRgb8(dots).write_to(&mut file, form).unwrap();
    file.into_inner()
}

/// A JPEG with the place in an EXIF part.
fn jpeg_with_place() -> Vec<u8> {
    let mut bytes = picture(ImageFormat::Jpeg);
    let part = [b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0", PLACE.as_bytes()].concat();
    let length = u16::try_from(part.len() + 2).unwrap().to_be_bytes();
    bytes.splice(2..2, [&b"\xff\xe1"[..], &length, &part].concat());
    bytes
}

/// A PNG with the place in a comment.
fn png_with_place() -> Vec<u8> {
    const END_OF_HEADER: usize = 8 + 25;
    let mut bytes = picture(ImageFormat::Png);
    let named = [b"tEXtComment\0", PLACE.as_bytes()].concat();
    let mut crc = flate2::Crc::new();
    crc.update(&named);
    let length = u32::try_from(named.len() - 4).unwrap().to_be_bytes();
    let part = [&length[..], &named, &crc.sum().to_be_bytes()].concat();
    bytes.splice(END_OF_HEADER..END_OF_HEADER, part);
    bytes
}

async fn hands_in(story: &mut Story, from: &str, file: (&str, &[u8])) -> Answer {
    let path = story.page("/evidence/file");
    story.health.send_file_as(&story.desk, &path, &form(from), "file", file).await
}

/// Whether any byte of the desk's folder holds this, however it is packed.
fn is_kept(story: &Story, secret: &str) -> bool {
    let mut files = Vec::new();
    collect(story.desk.app.folder.path(), &mut files);
    files.iter().any(|it| Hay::new(unpacked(it)).holds(secret))
}

#[tokio::test]
async fn of_a_picture_its_dots_are_kept_and_no_byte_of_what_the_camera_wrote() {
    for (file, kind) in [(jpeg_with_place(), "image/jpeg"), (png_with_place(), "image/png")] {
        assert!(Hay::new(file.clone()).holds(PLACE), "the test would find it");
        let mut story = Story::begins().await;
        story.asks().await;
        hands_in(&mut story, FROM, ("zqcanary-name.jpg", &file)).await.location();
        assert!(!is_kept(&story, PLACE) && !is_kept(&story, "zqcanary-name"), "{kind}");
        assert!(is_kept(&story, FROM), "the look would find what is there");
        let source = sources(&story).await.remove(0);
        let sha256 = source.blob.unwrap();
        assert_eq!(source.capture, Capture::Archived { sha256: sha256.clone() });
        let kept = story.desk.app.folder.blob(&sha256).unwrap();
        let (before, after) =
            (image::load_from_memory(&file).unwrap(), image::load_from_memory(&kept).unwrap());
        assert_eq!((before.width(), before.height()), (after.width(), after.height()));
        assert_eq!(story.desk.app.store.kept_page(&sha256).await.unwrap().unwrap().0, kind);
    }
}

#[tokio::test]
async fn a_cookie_of_a_captured_site_is_nowhere() {
    let site = Site::start();
    site.says("/a", article(QUOTE));
    let story = with_source(&site, &site.url("office.example", "/a")).await;
    assert!(is_kept(&story, "antimicrobial"), "the look unpacks archives");
    assert!(!is_kept(&story, "zqvisitor"));
}

#[tokio::test]
async fn a_pdf_is_kept_as_it_is_saved_and_never_shown() {
    let mut story = Story::begins().await;
    story.asks().await;
    hands_in(&mut story, FROM, ("a.pdf", PDF)).await.location();
    let page = story.press.get(&story.desk, &story.page("")).await;
    page.says("file handed in").says(QUOTE);
    let path = story.page(&format!("/evidence/{}/kept", sources(&story).await[0].id));
    let (head, bytes) = story.press.download(&story.desk, &path).await;
    assert_eq!(bytes, PDF);
    assert_eq!(head["content-type"], "application/octet-stream");
    assert!(head["content-disposition"].to_str().unwrap().starts_with("attachment; filename="));
    assert_eq!(head["content-security-policy"], "sandbox; default-src 'none'");
    assert_eq!(head["x-content-type-options"], "nosniff");
    let (_, wacz) = story.press.download(&story.desk, &story.page("/evidence.wacz")).await;
    assert!(memchr::memmem::find(&wacz, FROM.as_bytes()).is_some());
}

#[tokio::test]
async fn what_else_is_handed_in_is_refused_with_the_reason_and_nothing_typed_is_lost() {
    let mut story = Story::begins().await;
    story.asks().await;
    let large = [PDF, &vec![b' '; 16 * 1024 * 1024]].concat();
    let cut = &picture(ImageFormat::Png)[..60];
    for (file, complaint) in [
        (&b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>"[..], "Only PNG, JPEG"),
        (b"PK\x03\x04 a document", "Only PNG, JPEG"),
        (b"<html>%PDF-1.7", "Only PNG, JPEG"),
        (cut, "is damaged"),
        (&large, "more than 16 MB"),
        (b"", "Choose the file"),
    ] {
        let answer = hands_in(&mut story, FROM, ("a.png", file)).await;
        answer.is(422).says(complaint).says(QUOTE).says("Nơi này nói không.").says(FROM);
    }
    let post = "https://www.facebook.com/somebody/posts/1";
    let answer = hands_in(&mut story, post, ("a.pdf", PDF)).await;
    answer.is(422).says("A personal profile or post cannot be evidence").says("choose it again");
    assert!(sources(&story).await.is_empty());
    assert!(story.desk.app.store.blob_hashes().await.unwrap().is_empty());
    hands_in(&mut story, FROM, ("a.pdf", PDF)).await.location();
    hands_in(&mut story, FROM, ("a.pdf", PDF)).await.is(422).says("evidence in this case already");
}

#[tokio::test]
async fn a_file_after_the_session_ended_is_not_taken_and_what_was_typed_is_shown() {
    let mut story = Story::begins().await;
    story.asks().await;
    story.desk.clock.advance(3 * HOUR_MS);
    let answer = hands_in(&mut story, FROM, ("a.pdf", PDF)).await;
    answer.is(401).says("Your session has ended").says(QUOTE).says("Nơi này nói không.");
    answer.hides("JavaScript").says("evidence%2Ffile");
    assert!(story.desk.app.store.blob_hashes().await.unwrap().is_empty());
}

#[tokio::test]
async fn readers_are_told_that_a_file_was_handed_in() {
    let site = Site::start();
    site.says("/a", article(QUOTE));
    let mut story = with_source(&site, &site.url("office.example", "/a")).await;
    hands_in(&mut story, FROM, ("a.pdf", PDF)).await.location();
    published(&mut story).await;
    let page = crate::helper::people::Browser::english().get(&story.desk, "/en/c/1").await;
    page.is(200).says("The file was handed in by the organisation below").says(FROM);
    page.says(&hex::encode(Sha256::digest(PDF)));
    let pdf = page.body.matches("The file was handed in").count();
    assert_eq!(pdf, 1, "and of the other source nothing of the kind");
}
