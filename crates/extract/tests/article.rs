//! Whole pages: what is their text, and what is not.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own file has failed")]

use std::time::Instant;

use kiemtin_extract::{Document, Picture, page};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/testdata/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn read(name: &str) -> Document {
    page(&file(name), None, None)
}

fn picture(url: &str, caption: Option<&str>) -> Picture {
    Picture { url: url.to_owned(), caption: caption.map(str::to_owned) }
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
    assert_eq!(
        found.pictures,
        [picture("https://paper.example/pictures/ferry.jpg", Some("The last boat of the day."))]
    );
    assert_eq!(found.links, ["https://port.example/timetable"]);
    assert!(!format!("{found:?}").contains("Canary"));
}

#[test]
fn nobody_who_wrote_or_took_it_is_named_whatever_the_line() {
    let vi = "<p>Sáng 3/11, Sở Xây dựng cho biết cầu Mẫu đã mở lại cho tất cả các loại xe, sớm hơn một \
        ngày so với kế hoạch, sau khi thay xong khe co giãn ở ba nhịp giữa.</p>";
    let en = "<p>The ferry across the sample river goes back to its winter timetable on Monday, the \
        port authority said, and tickets keep their price until the end of the year.</p>";
    for line in [
        "<p>By Mary Canary</p>",
        "<p>Mary Canary, health correspondent</p>",
        "<p>Reporting by Mary Canary; editing by John Canary</p>",
        "<p>Mary Canary is a freelance writer who lives by the river.</p>",
        "<p>Photo: Mary Canary</p>",
        "<p>Bài và ảnh: Hoàng Canary</p>",
        "<p><strong>Hoàng Canary</strong></p>",
        "<p>Hoàng Canary</p><p>(Theo Báo Mẫu)</p>",
        "<p>Hoàng Canary là phóng viên mảng giao thông.</p>",
        "<div class='author-name'>Canary</div>",
        "<p>Tác giả: Hoàng Canary</p>",
    ] {
        for paragraph in [vi, en] {
            let page_of = format!("<article>{paragraph}{line}</article>");
            let found = page(page_of.as_bytes(), None, None);
            assert!(found.text.len() > 100, "{line}: {}", found.text);
            assert!(!format!("{found:?}").contains("Canary"), "{line}: {}", found.text);
        }
    }
}

#[test]
fn a_page_cut_anywhere_is_read_to_the_cut() {
    for name in ["article-vi.html", "article-en.html"] {
        let whole = file(name);
        for n_bytes in (0..whole.len()).step_by(512).chain(0..64) {
            let found = page(&whole[..n_bytes], None, None);
            assert!(found.text.len() <= n_bytes, "{name} cut at {n_bytes}");
        }
    }
}

/// Far above what a slow machine takes, far below what a quadratic walk would.
const SECONDS_MAX: u64 = 120;

#[test]
fn pages_that_are_nothing_but_nests_end_in_time() {
    let cells = "<table><tr><td>ô".repeat(30_000);
    let bold = "<b>".repeat(10 * 1024 * 1024 / 3);
    let authors = "<span class=author>".repeat(100_000);
    let links = "<a href=https://out.example/>x</a>".repeat(20_000);
    let figures = "<figure><img src=a.jpg><figcaption>x</figcaption></figure>".repeat(5_000);
    let words = format!("<p>{}</p>", "xem thêm tác giả ".repeat(20_000));
    let nest = "<div>".repeat(100_000);
    for (name, bomb) in [
        ("cells", cells),
        ("bold", bold),
        ("authors", authors),
        ("links", links),
        ("figures", figures),
        ("words", words),
        ("nest", nest),
    ] {
        let began = Instant::now();
        let found = page(bomb.as_bytes(), None, Some("https://own.example/"));
        let took = began.elapsed();
        assert!(took.as_secs() < SECONDS_MAX, "{name} took {took:?}");
        assert!(found.links.len() <= 100 && found.pictures.len() <= 20, "{name}");
    }
}
