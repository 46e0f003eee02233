//! `kiemtin import` of every form, twice, dry, and with bad lines.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::helper::desk::TempFolder;
use crate::helper::dump::Dump;
use crate::helper::program::{Ran, Served, run};

/// Each form with how many items are in it, as messages or, for the last two, as reviews.
const FORMS: [(&str, &str, u32); 8] = [
    (
        "messages.jsonl",
        "{\"id\":\"j1\",\"text\":\"Mai cúp nước cả huyện\"}\n{\"text\":\"Giá xăng sẽ tăng gấp đôi tuần sau\"}\n",
        2,
    ),
    (
        "messages.csv",
        "id,text,lang\n1,\"Nghe nói trường học đóng cửa, thật không\",vi\n2,Schools will close on Monday,en\n",
        2,
    ),
    (
        "messages.txt",
        "Uống nước lá ổi là hết sốt xuất huyết\n\nCầu sắp sập rồi mọi người tránh xa\n",
        2,
    ),
    (
        "feed.rss",
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>B</title><item><title>Bão vào đất liền đêm nay</title><description>Mọi người trú ẩn ngay</description><guid>r1</guid></item></channel></rss>",
        1,
    ),
    (
        "feed.atom",
        "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>B</title><id>f</id><updated>2026-11-01T00:00:00Z</updated><entry><id>a1</id><title>Dịch sởi bùng phát ở quận nhất</title><updated>2026-11-01T00:00:00Z</updated><summary>Các trường tạm nghỉ</summary></entry></feed>",
        1,
    ),
    (
        "feed.json",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"B\",\"items\":[{\"id\":\"f1\",\"content_text\":\"Điện lực báo cúp điện ba ngày liền\"}]}",
        1,
    ),
    ("page.html", PAGE, 1),
    ("datafeed.json", DATAFEED, 2),
];

const PAGE: &str = "<!doctype html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>Tin đồn cúp nước</title>\
    <script type=\"application/ld+json\">{\"@context\":\"https://schema.org\",\"@type\":\"ClaimReview\",\
    \"url\":\"https://fact.example.org/1\",\"claimReviewed\":\"Nước máy thành phố có chất độc\",\
    \"author\":{\"@type\":\"Organization\",\"name\":\"Fact\",\"url\":\"https://fact.example.org/\"},\
    \"reviewRating\":{\"@type\":\"Rating\",\"ratingValue\":1,\"bestRating\":5,\"worstRating\":1,\"alternateName\":\"Sai\"}}</script>\
    </head><body><article><p>Hôm qua nhiều người chuyền tin rằng nước máy của thành phố có chất độc.</p></article></body></html>";

const DATAFEED: &str = "{\"@context\":\"https://schema.org\",\"@type\":\"DataFeed\",\"dataFeedElement\":[\
    {\"@type\":\"DataFeedItem\",\"item\":[\
    {\"@type\":\"ClaimReview\",\"url\":\"https://fact.example.org/2\",\"claimReviewed\":\"Ăn tỏi chữa được cúm\",\
    \"author\":{\"@type\":\"Organization\",\"name\":\"Fact\",\"url\":\"https://fact.example.org/\"},\"reviewRating\":{\"@type\":\"Rating\",\"alternateName\":\"Sai\"}},\
    {\"@type\":\"ClaimReview\",\"url\":\"https://fact.example.org/2\",\"claimReviewed\":\"Ăn gừng chữa được cúm\",\
    \"author\":{\"@type\":\"Organization\",\"name\":\"Fact\",\"url\":\"https://fact.example.org/\"},\"reviewRating\":{\"@type\":\"Rating\",\"alternateName\":\"Sai\"}}]},\
    {\"@type\":\"DataFeedItem\",\"item\":[\
    {\"@type\":\"ClaimReview\",\"url\":\"https://other.example.com/1\",\"claimReviewed\":\"Trăng rơi xuống biển\",\
    \"author\":{\"@type\":\"Organization\",\"name\":\"Other\",\"url\":\"https://other.example.com/\"},\"reviewRating\":{\"@type\":\"Rating\",\"alternateName\":\"Sai\"}}]}]}";

/// The files, plain and packed, in a folder of their own.
struct Files {
    folder: TempFolder,
}

impl Files {
    fn new() -> Self {
        let folder = TempFolder::new();
        fs::create_dir_all(folder.path("in")).expect("a folder");
        Self { folder }
    }

    fn desk(&self, name: &str) -> PathBuf {
        self.folder.path(name)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path("in").join(name);
        fs::write(&path, bytes).expect("written");
        path.to_str().expect("UTF-8").to_owned()
    }

    fn packed(&self, name: &str, text: &str) -> String {
        let mut gz = GzEncoder::new(Vec::new(), Compression::default());
        gz.write_all(text.as_bytes()).expect("packed");
        self.file(&format!("{name}.gz"), &gz.finish().expect("packed"))
    }
}

/// The datafeed and the markup of a page are taken only with their publisher listed.
const PUBLISHER: [&str; 2] = ["--publisher", "https://www.fact.example.org/about"];

fn import(files: &Files, desk: &str, args: &[&str]) -> Ran {
    run(&files.desk(desk), &[&["import"], args].concat())
}

#[test]
fn every_form_is_told_by_its_content_and_known_the_second_time() {
    let files = Files::new();
    for (name, text, n) in FORMS {
        // A misleading name, so that only the content can tell.
        let file = files.file(&format!("{name}.bin"), text.as_bytes());
        let packed = files.packed(name, text);
        let taken = import(&files, "desk", &[&[&*file], &PUBLISHER[..]].concat()).works();
        taken.says(&format!("{n} taken, 0 already known, 0 refused"));
        for again in [&file, &packed] {
            let ran = import(&files, "desk", &[again]).works();
            ran.says(&format!("0 taken, {n} already known, 0 refused"));
        }
    }
}

#[tokio::test]
async fn reviews_of_a_page_come_from_its_markup_and_only_from_listed_publishers() {
    let files = Files::new();
    let page = files.file("page.html", PAGE.as_bytes());
    let feed = files.file("feed.json", DATAFEED.as_bytes());
    let ran = import(&files, "desk", &[&page, "--as", "reviews"]).ends(1);
    ran.says("0 taken").says("1 left out: their publisher is not listed (--publisher HOST lists");
    let all = [&["--as", "reviews", &page, &feed], &PUBLISHER[..]].concat();
    import(&files, "desk", &all).works().says("3 taken").says("1 left out");
    let dump = Dump::of(&files.desk("desk")).await;
    // Two reviews of one page each keep their own.
    assert_eq!(dump.rows("foreign_reviews").len(), 3);
    assert_eq!(dump.column("publishers", "host"), ["fact.example.org"]);
    import(&files, "desk", &["--publisher", "reuters", &page]).ends(2);
}

#[tokio::test]
async fn a_dry_run_says_the_same_and_writes_nothing() {
    let files = Files::new();
    let feed = files.file("feed.json", DATAFEED.as_bytes());
    let (name, text, _) = FORMS[0];
    let messages = files.file(name, text.as_bytes());
    let dry = [&["--dry-run", &feed, &messages], &PUBLISHER[..]].concat();
    import(&files, "absent", &dry).works().says("4 would be taken, 0 already known, 0 refused");
    assert!(!files.desk("absent").exists(), "a dry run makes no desk");
    import(&files, "desk", &[&messages]).works().says("2 taken");
    let before = fs::read(files.desk("desk").join("desk.db")).expect("a desk");
    import(&files, "desk", &dry).works().says("2 would be taken, 2 already known, 0 refused");
    assert_eq!(fs::read(files.desk("desk").join("desk.db")).expect("a desk"), before);
    let dump = Dump::of(&files.desk("desk")).await;
    assert!(dump.rows("publishers").is_empty() && dump.rows("claims").is_empty());
    let desk = Served::ready(&files.desk("desk"));
    import(&files, "desk", &dry).works().says("2 would be taken, 2 already known, 0 refused");
    desk.end();
}

#[test]
fn bad_lines_are_listed_with_their_numbers_and_are_no_failure() {
    let files = Files::new();
    let mut text = b"{\"text\":\"Mai cup nuoc ca huyen\"}\n{\"text\":\"\"}\nno json\n".to_vec();
    text.extend(format!("{{\"text\":\"{}\"}}\n", "dài ".repeat(600_000)).bytes());
    text.extend(b"{\"text\":\"broken \xff\xfe bytes in a rumour about water\"}\n");
    text.extend(b"[1]\n{\"text\":\"0912345678\"}\n");
    let file = files.file("bad.jsonl", &text);
    let ran = import(&files, "desk", &[&file]).works();
    let ran = ran.says("2 taken, 0 already known, 5 refused");
    for line in [
        "bad.jsonl:2: refused: the field \"text\" is missing or empty",
        "bad.jsonl:3: refused: this is not valid JSON",
        "bad.jsonl:4: refused: this line has",
        "bad.jsonl:5: note: 2 bytes are no valid text and were replaced",
        "bad.jsonl:6: refused: expected an object",
        "bad.jsonl:7: refused: The message holds only personal data",
    ] {
        assert!(ran.out.contains(line), "{line}: {}", ran.out);
    }
    let json = import(&files, "desk", &[&file, "--json"]).works();
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(
        (&json["taken"], &json["known"], &json["refused"]),
        (&0.into(), &2.into(), &5.into())
    );
}

#[test]
fn a_file_of_which_nothing_can_be_taken_is_a_failure() {
    let files = Files::new();
    let file =
        files.file("all-bad.jsonl", b"{\"txt\":\"Mai cup nuoc\"}\n{\"txt\":\"Mai cup dien\"}\n");
    let ran = import(&files, "desk", &[&file]).ends(1);
    ran.says("0 taken, 0 already known, 2 refused");
}

#[test]
fn short_commands_print_nothing_but_what_they_are_for() {
    let files = Files::new();
    let (name, text, _) = FORMS[0];
    let ran = import(&files, "desk", &[&files.file(name, text.as_bytes())]).works();
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("2 taken, 0 already known, 0 refused\n", ""));
}
