//! PDF documents by `pdftotext`: what is read, what is never read, and what is said of the others.

use kiemtin::pdftotext::{NotRead, Pdftotext};
use kiemtin_core::time::Timestamp;
use kiemtin_extract::Document;
use kiemtin_extract::limits::PROGRAM_BYTES_MAX;

/// The reader, if it is on this machine; on the CI machine it must be.
async fn reader() -> Option<Pdftotext> {
    match Pdftotext::find().await {
        Ok(it) => Some(it),
        Err(absent) => {
            assert!(!std::env::var("CI").is_ok_and(|it| it == "true" || it == "1"), "{absent}");
            eprintln!("SKIPPED: {absent}");
            None
        }
    }
}

/// A PDF with these drawings as pages, and words in its trailer (ISO 32000-2, 7.5).
fn pdf(pages: &[&str], trailer: &str) -> Vec<u8> {
    let info = "<</Title(The bridge is open)/Author(NGUYEN-VAN-VIET)/Creator(MAY-CUA-VIET)\
        /CreationDate(D:20261101090000+07'00')>>";
    let kids: Vec<String> = (0..pages.len()).map(|it| format!("{} 0 R", 5 + 2 * it)).collect();
    let (n_pages, kids) = (pages.len(), kids.join(" "));
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Count {n_pages}/Kids[{kids}]>>"),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
        info.to_owned(),
    ];
    for (index, drawing) in pages.iter().enumerate() {
        let (content, n_bytes) = (6 + 2 * index, drawing.len());
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {content} 0 R\
             /Resources<</Font<</F1 3 0 R>>>>>>"
        ));
        objects.push(format!("<</Length {n_bytes}>>stream\n{drawing}\nendstream"));
    }
    let (mut file, mut places) = ("%PDF-1.4\n".to_owned(), Vec::new());
    for (number, object) in (1..).zip(&objects) {
        places.push(format!("{:010} 00000 n \n", file.len()));
        file += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let (start, size, places) = (file.len(), objects.len() + 1, places.concat());
    file += &format!(
        "xref\n0 {size}\n0000000000 65535 f \n{places}trailer\n<</Size {size}/Root 1 0 R\
         /Info 4 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n"
    );
    file.into_bytes()
}

const PAGE: &str = "BT /F1 12 Tf 50 800 Td (The bridge is open today and will be open) Tj 0 -14 Td \
    (tomorrow as well.) Tj ET";

#[tokio::test]
async fn a_pdf_is_its_pages_its_title_and_its_day() {
    let Some(reader) = reader().await else { return };
    let second = "BT /F1 12 Tf 50 800 Td (Page two) Tj ET";
    let read = reader.read(&pdf(&[PAGE, "", second], "")).await.expect("it is read");
    let first = "The bridge is open today and will be open tomorrow as well.";
    assert_eq!(read.pages, [first, "", "Page two"]);
    assert!(!read.is_cut);
    let said = format!("{read:?}");
    assert!(!said.contains("NGUYEN") && !said.contains("MAY-CUA"), "{said}");
    let document = Document::from(read);
    assert_eq!(document.text, format!("{first}\n\nPage two"));
    assert_eq!(document.title.as_deref(), Some("The bridge is open"));
    assert_eq!(document.published, Timestamp::parse("2026-11-01T09:00:00+07:00"));
    assert_eq!(document.problems, []);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_what_to_do() {
    let Some(reader) = reader().await else { return };
    let (owner, user) = ("a".repeat(32), "b".repeat(32));
    let locked = format!(
        "/ID[(a)(a)]/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O({owner})/U({user})>>"
    );
    let large = vec![b'%'; PROGRAM_BYTES_MAX + 1];
    for (file, expected) in [
        (pdf(&[PAGE], &locked), "save it without one"),
        (pdf(&["0 0 100 100 re f"], ""), "pictures of pages and no text"),
        (b"%PDF-1.7\nnothing".to_vec(), "is damaged"),
        (Vec::new(), "is damaged"),
        (large, "split it"),
    ] {
        let told = reader.read(&file).await.expect_err("it is not read").to_string();
        assert!(told.contains(expected), "{told}");
    }
}

#[tokio::test]
async fn a_pdf_cut_anywhere_is_read_or_told() {
    let Some(reader) = reader().await else { return };
    let whole = pdf(&[PAGE], "");
    for at in (0..whole.len()).step_by(97) {
        match reader.read(&whole[..at]).await {
            Ok(read) => assert!(read.pages[0].starts_with("The bridge"), "{at}"),
            Err(NotRead::Damaged | NotRead::OnlyPictures) => {}
            Err(err) => panic!("{at}: {err}"),
        }
    }
}

#[tokio::test]
async fn only_so_many_pages_are_read() {
    let Some(reader) = reader().await else { return };
    let read = reader.read(&pdf(&[PAGE; 510], "")).await.expect("it is read");
    assert_eq!((read.pages.len(), read.is_cut), (500, true));
}
