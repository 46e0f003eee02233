//! Whole pages: what is their text, and what is not.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own file has failed")]

use kiemtin_extract::{Document, Picture, page};

fn read(name: &str) -> Document {
    let file = format!("{}/testdata/{name}", env!("CARGO_MANIFEST_DIR"));
    page(&std::fs::read(file).unwrap(), None, None)
}

#[track_caller]
fn check(found: &Document, has: &[&str], lacks: &[&str]) {
    for it in has {
        assert!(found.text.contains(it), "{it:?} is not in: {}", found.text);
    }
    for it in lacks {
        assert!(!found.text.contains(it), "{it:?} is in: {}", found.text);
    }
}

#[test]
fn a_vietnamese_page_is_its_text_and_nothing_around_it() {
    let found = read("article-vi.html");
    assert_eq!(found.title.as_deref(), Some("Cầu Mẫu mở lại sau ba ngày sửa chữa"));
    check(
        &found,
        &["sớm hơn một ngày", "đường ven sông.", "độ võng nằm trong giới hạn", "báo hư hỏng"],
        &[
            "Canary",
            "Thời sự",
            "GMT+7",
            "Chia sẻ",
            "Xem thêm",
            "sắp được kiểm tra trong năm nay",
            "Công nhân thay",
            "Từ khóa",
            "Ý kiến bạn đọc",
            "Đọc nhiều",
            "Giấy phép",
            "Báo Mẫu",
        ],
    );
    let picture = |url: &str, caption: Option<&str>| Picture {
        url: url.to_owned(),
        caption: caption.map(str::to_owned),
    };
    assert_eq!(
        found.pictures,
        [
            picture("https://anh.baomau.example/cau-mau-lon.jpg", None),
            picture(
                "https://baomau.example/anh/cau-mau.jpg",
                Some("Công nhân thay khe co giãn trên cầu Mẫu, tối 1/11.")
            ),
        ]
    );
    assert_eq!(found.links, ["https://soxaydung.example/bien-ban.pdf"]);
    assert!(!format!("{found:?}").contains("Canary"));
}

#[test]
fn an_english_page_is_its_text_and_nothing_around_it() {
    let found = read("article-en.html");
    assert_eq!(found.title.as_deref(), Some("River ferry returns to its winter timetable"));
    check(
        &found,
        &[
            "nine in the evening",
            "stay in service",
            "In February",
            "What changes for schools",
            "Pupils",
        ],
        &[
            "Canary",
            "cookies",
            "Weather",
            "Share on",
            "What the new bridge",
            "newsletter",
            "inbox",
            "You may also",
            "old pier",
            "comments",
            "good news",
            "Copyright",
        ],
    );
    assert_eq!(found.links, ["https://port.example/timetable"]);
    assert!(!format!("{found:?}").contains("Canary"));
}
