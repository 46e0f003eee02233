//! `kiemtin match`: the same answer for a text, a file and standard input.

use std::io::Write as _;
use std::process::Stdio;

use crate::helper::desk::TempFolder;
use crate::helper::pictures::{CLINIC, GARLIC};
use crate::helper::program::{Ran, command, run};

const TEXT: &str = "Nghe nói ăn tỏi sống mỗi ngày là không bị cúm nữa phải không mọi người";

fn desk(folder: &TempFolder) -> std::path::PathBuf {
    let claims = folder.path("claims.jsonl");
    std::fs::create_dir_all(folder.path("")).expect("a folder");
    let lines = [
        r#"{"id":"toi","text":"Ăn tỏi sống mỗi ngày thì không bị cúm"}"#,
        r#"{"id":"cau","text":"Cầu Rồng đóng cửa sửa chữa trong ba tháng"}"#,
    ];
    std::fs::write(&claims, lines.join("\n")).expect("written");
    let data = folder.path("desk");
    let claims = claims.to_str().expect("UTF-8");
    run(&data, &["import", "--as", "claims", claims]).works().says("2 taken");
    data
}

#[test]
fn a_text_a_file_and_standard_input_are_matched_alike() {
    let folder = TempFolder::new();
    let data = desk(&folder);
    let said = run(&data, &["match", TEXT]).works();
    let said = said.says("Ăn tỏi sống mỗi ngày thì không bị cúm").says("có chung các từ");
    let first = said.out.lines().nth(2).unwrap_or_default();
    assert!(first.contains("Ăn tỏi sống"), "the best stands first: {}", said.out);
    let file = folder.path("text.txt");
    std::fs::write(&file, TEXT).expect("written");
    let of_file = run(&data, &["match", "--file", file.to_str().expect("UTF-8")]).works();
    assert_eq!(of_file.out, said.out);
    let mut child = command(&["match", "-", "--data", data.to_str().expect("UTF-8")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    child.stdin.take().expect("piped").write_all(TEXT.as_bytes()).expect("written");
    let piped = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8(piped.stdout).expect("UTF-8"), said.out);
}

#[test]
fn machines_get_json_and_a_stranger_gets_nothing() {
    let folder = TempFolder::new();
    let data = desk(&folder);
    let json = run(&data, &["match", "--json", TEXT]).works();
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    let best = &json["matches"][0];
    assert!(0.5 < best["probability"].as_f64().expect("a number"), "{json}");
    // Nothing is published: a claim without a review never answers.
    assert!(["suggest", "none"].contains(&best["decision"].as_str().expect("a word")), "{json}");
    assert_eq!(best["reasons"][0]["kind"], "shares_words", "{json}");
    let none = run(&data, &["match", "--json", "zzz qqq"]).works();
    assert_eq!(none.out.trim(), r#"{"matches":[]}"#);
    run(&data, &["match", "zzz qqq"]).works().says("No claim of this desk is like it.");
    run(&data, &["match", "bánh chưng xanh"]).works().says("Bàn này không có tin nào giống.");
}

#[test]
fn a_picture_is_read_masked_and_matched() {
    let folder = TempFolder::new();
    let data = desk(&folder);
    let file = folder.path("picture.dat");
    let file = file.to_str().expect("UTF-8");
    std::fs::write(file, GARLIC).expect("written");
    let ran = run(&data, &["match", "--file", file]).works();
    if ran.out.starts_with("Note: text in pictures is not read") {
        assert!(std::env::var("CI").is_err(), "{}", ran.out);
        eprintln!("SKIPPED: {}", ran.out);
        return;
    }
    let ran = ran.says("Đọc được trong ảnh:").says("Ăn tỏi sống mỗi ngày thì không bị cúm");
    assert!(!ran.out.contains("0912"), "{}", ran.out);
    let json = run(&data, &["match", "--json", "--file", file]).works();
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(json["picture"]["is_read"], true, "{json}");
    assert_eq!(json["picture"]["pdq"].as_str().map(str::len), Some(64), "{json}");
    assert!(!json["matches"].as_array().expect("a list").is_empty(), "{json}");
    std::fs::write(file, CLINIC).expect("written");
    run(&data, &["match", "--file", file]).works().says("phát thuốc miễn phí");
    std::fs::write(file, &GARLIC[..200]).expect("written");
    run(&data, &["match", "--file", file]).fails("the picture is damaged");
}

#[test]
fn no_text_and_too_much_text_are_refused() {
    let folder = TempFolder::new();
    let data = desk(&folder);
    run(&data, &["match", "  "]).fails("there is no text to match");
    run(&data, &["match", &"dài ".repeat(6_000)]).fails("match a part of it");
    run(&data, &["match", "--limit", "abc", TEXT]).ends(2);
    let ran = run(&data, &["match", "--limit", "51", TEXT]).ends(2);
    assert!(ran.err.contains("it must be a whole number from 1 to 50"), "{ran:?}");
}

#[test]
fn a_file_that_is_no_text_and_no_picture_is_refused_with_what_is_taken() {
    let folder = TempFolder::new();
    let data = desk(&folder);
    let of = |name: &str, bytes: &[u8]| {
        let file = folder.path(name);
        std::fs::write(&file, bytes).expect("written");
        run(&data, &["match", "--file", file.to_str().expect("UTF-8")])
    };
    let taken = "give a text, or a picture as PNG, JPEG, WebP or GIF";
    of("a.pdf", b"%PDF-1.7\n1 0 obj").fails("looks like a PDF document").err.contains(taken);
    of("a.png", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic").fails(taken);
    let noise: Vec<u8> =
        (0..4_000_u32).map(|it| (it.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    of("noise.jpg", &noise).fails(taken);
    of("empty.png", b"").fails("empty.png is empty");
    of("large.txt", &vec![b'a'; (8 << 20) + 1]).fails("large.txt has more than 8 MiB");
    let named = of("text.png", TEXT.as_bytes()).works().says("Ăn tỏi sống");
    assert!(named.err.contains("text.png holds no picture but text"), "{named:?}");
    assert!(of("text.txt", TEXT.as_bytes()).works().err.is_empty());
    run(&data, &["match", "--file", "/nowhere/at/all"])
        .fails("/nowhere/at/all: there is no such file");
    run(&data, &["match", "--file", "/"]).fails("cannot read /: it is a folder");
}

#[test]
fn all_that_is_told_is_in_the_language_of_the_text() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    run(&data, &["demo", "--no-serve"]).works();
    let vi = run(&data, &["match", "Uống nước chanh nóng mỗi sáng là khỏi ung thư"]).works();
    let vi = vi.says("xác suất").says("vì sao").says("có chung các từ");
    assert!(!vi.out.contains("shares"), "{vi:?}");
    let text = "They say everyone must drink two litres of plain water a day";
    let en = run(&data, &["match", text]).works().says("probability").says("shares");
    assert!(!en.out.contains("có chung") && en.out.contains("two litres"), "{en:?}");
    run(&data, &["match", "--lang", "vi", text]).works().says("xác suất").says("2 lít nước");
    let explained = run(&data, &["match", "--explain", text]).works();
    let id = |it: &&str| it.len() == 36 && it.matches('-').count() == 4;
    assert_eq!(explained.out.split_whitespace().find(id), None, "{explained:?}");
}

#[test]
fn a_mistyped_folder_is_no_new_desk() {
    let folder = TempFolder::new();
    let data = folder.path("typo");
    run(&data, &["match", TEXT]).fails("there is no desk in");
    assert!(!data.exists());
}

#[test]
fn completions_are_printed_for_a_shell() {
    let ran = Ran::of(&mut command(&["completions", "bash"])).works();
    ran.says("_kiemtin()").says("--no-serve");
}
