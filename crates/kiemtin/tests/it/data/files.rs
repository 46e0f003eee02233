//! What the files hold, that they are what their hashes say, and how they are served.

use std::fs;
use std::path::Path;

use axum::http::Method;
use kiemtin::jobs::export_data;
use kiemtin::open_data::{Format, TABLES};

use super::{FORMULA, exported, full_desk, rows};
use crate::helper::desk::TempFolder;
use crate::helper::program::run;
use crate::helper::tools::{says_yes, tool};

#[tokio::test]
async fn the_files_tell_what_readers_may_see_and_are_what_their_hashes_say() {
    let desk = full_desk().await;
    let (folder, package) = exported(&desk, &Format::ALL).await;
    let n_rows = |table: &str| rows(&folder, table).len();
    assert_eq!((n_rows("reviews"), n_rows("versions"), n_rows("evidence")), (3, 5, 15));
    assert_eq!((n_rows("claims"), n_rows("waiting"), n_rows("contests")), (4, 1, 1));
    assert_eq!(package.resources.len(), TABLES.len() * Format::ALL.len());
    for file in &package.resources {
        assert_eq!(file.rows as usize, n_rows(&file.table), "{}", file.path);
    }
    let log = rows(&folder, "log");
    let versions = rows(&folder, "versions");
    for it in &versions {
        let entry = &log[it["log_idx"].as_u64().expect("a place") as usize];
        let hash = it["page_sha256"].as_str().expect("a hash");
        assert!(entry["entry"].as_str().expect("bytes").contains(hash), "{it}");
    }
    let sightings = rows(&folder, "sightings");
    assert_eq!(sightings.len(), 1, "7 and 2 are told as at least 5: {sightings:?}");
    assert_eq!((&sightings[0]["n"], &sightings[0]["day"]), (&5.into(), &serde_json::Value::Null));
    let csv = fs::read_to_string(folder.join("reviews.csv")).expect("read");
    assert!(csv.starts_with("\u{feff}\"number\",\"claim\","), "{csv}");
    assert!(csv.contains(&format!("\"'{}\"", FORMULA.replace('"', "\"\""))), "{csv}");
    let reviews = rows(&folder, "reviews");
    assert!(reviews.iter().any(|it| it["claim_vi"] == FORMULA), "JSON is without loss");
    check_sums(&folder);
    let readme = fs::read_to_string(folder.join("README.txt")).expect("read");
    assert!(readme.contains("2026-11-27") && readme.contains("sightings"), "{readme}");
}

fn check_sums(folder: &Path) {
    let Some(sha256sum) = tool("sha256sum") else { return };
    let (says, words) = says_yes(&sha256sum, &["-c", "--strict", "SHA256SUMS"], folder);
    assert!(says && words.matches(": OK").count() == 9 * 3 + 5, "{words}");
    let path = folder.join("log.jsonl");
    let before = fs::read(&path).expect("read");
    fs::write(&path, [&before[..], b"{}\n"].concat()).expect("written");
    let (says, words) = says_yes(&sha256sum, &["-c", "SHA256SUMS"], folder);
    assert!(!says && words.contains("log.jsonl: FAILED"), "{words}");
    fs::write(&path, before).expect("written");
}

#[tokio::test]
async fn the_same_desk_gives_the_same_bytes_and_a_folder_that_is_there_is_left_alone() {
    let desk = full_desk().await;
    let (folder, first) = exported(&desk, &Format::ALL).await;
    let again = desk.app.folder.path().join("again");
    let now = desk.app.now();
    let write = async || {
        kiemtin::open_data::write(&desk.app.store, &again, &Format::ALL, "2026-11-27", now, |_| {})
            .await
    };
    let second = write().await.expect("written");
    let hashes = |it: &kiemtin::open_data::Package| {
        it.resources.iter().map(|it| it.sha256().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(hashes(&first), hashes(&second));
    let err = write().await.expect_err("it is there");
    assert!(err.to_string().contains("is there already: choose another folder"), "{err}");
    let names = |it: &Path| fs::read_dir(it).expect("a folder").count();
    assert_eq!((names(&folder), names(&again)), (9 * 3 + 6, 9 * 3 + 6));
}

#[tokio::test]
async fn files_are_served_with_what_programs_and_other_sites_need() {
    let desk = full_desk().await;
    desk.get("/vi/data").await.is(200).says("Chưa có bản dữ liệu nào");
    assert!(export_data::step(&desk.app).await.expect("written"));
    let page = desk.get("/vi/data").await.is(200);
    let page = page.says("/data/latest/reviews.csv").says("27/11/2026").says("CC BY 4.0");
    assert!(page.body.len() < 50 * 1024, "{} bytes", page.body.len());
    desk.get("/en/data").await.is(200).says("27 November 2026").says("3 rows.");
    assert_eq!(desk.get("/data").await.is(307).header("location"), "/vi/data");

    let file = desk.get("/data/latest/reviews.jsonl").await.is(200);
    assert_eq!(file.header("content-type"), "application/jsonl; charset=utf-8");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"reviews.jsonl\"");
    assert_eq!(file.header("access-control-allow-origin"), "*");
    assert_eq!(file.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(file.header("cache-control"), "public, no-cache");
    assert_eq!(file.header("content-length"), file.body.len().to_string());
    let tag = [("if-none-match", file.header("etag"))];
    let known = desk.get_with("/data/2026-11-27/reviews.jsonl", &tag).await.is(304);
    assert_eq!((known.body.as_str(), known.header("etag")), ("", file.header("etag")));
    assert_eq!(
        known.header("cache-control"),
        "public, no-cache",
        "a node may have written it anew"
    );

    let part = desk.get_with("/data/latest/reviews.jsonl", &[("range", "bytes=2-9")]).await.is(206);
    assert_eq!(part.body, file.body[2..10]);
    let of = format!("bytes 2-9/{}", file.body.len());
    assert_eq!(part.header("content-range"), of);
    desk.get_with("/data/latest/reviews.jsonl", &[("range", "bytes=99999999-")]).await.is(416);
    let head = desk.send(
        Method::HEAD,
        "/data/latest/log.parquet",
        &[("accept-encoding", "gzip")],
        String::new(),
    );
    let head = head.await.is(200);
    assert_eq!(head.header("content-type"), "application/vnd.apache.parquet");
    assert_eq!(head.header("content-encoding"), "", "it is compressed inside");
    let sums = desk.get("/data/latest/SHA256SUMS").await.is(200);
    assert_eq!(sums.body.lines().count(), 9 * 3 + 5);
    for path in ["/data/latest/none.csv", "/data/2026-11-01/reviews.csv", "/data/x/reviews.csv"] {
        desk.get(path).await.is(404);
    }
    for path in
        ["/data/latest/..%2F..%2Fdesk.db", "/data/..%2F/desk.db", "/data/latest/%2Fetc%2Fpasswd"]
    {
        desk.get(path).await.is(404);
    }
}

#[test]
fn the_document_lists_the_columns_of_each_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formats/open-data.md");
    let document = fs::read_to_string(path).expect("a document");
    for table in &TABLES {
        let columns: Vec<_> = table.columns.iter().map(|it| it.name).collect();
        let line = format!("- `{}`: {}\n", table.name.code(), columns.join(", "));
        assert!(document.contains(&line), "docs/formats/open-data.md lacks: {line}");
    }
}

#[test]
fn the_command_writes_a_folder_and_says_what_is_in_it() {
    let folder = TempFolder::new();
    let (data, to) = (folder.path("desk"), folder.path("open"));
    let to = to.to_str().expect("UTF-8");
    run(&data, &["export", "--to", to]).fails("there is no desk in");
    run(&data, &["demo", "--no-serve"]).works();
    let told = run(&data, &["export", "--to", to, "--json"]).works();
    let told: serde_json::Value = serde_json::from_str(&told.out).expect("JSON");
    assert_eq!(told["files"].as_array().expect("files").len(), 27);
    run(&data, &["export", "--to", to]).fails("is there already: choose another folder");
    let csv = folder.path("csv");
    let csv = csv.to_str().expect("UTF-8");
    run(&data, &["export", "--to", csv, "--format", "csv"]).works().says("reviews.csv");
    assert!(folder.path("csv/log.csv").is_file() && !folder.path("csv/log.parquet").exists());
    check_sums_of_some(&folder.path("csv"));
}

fn check_sums_of_some(folder: &Path) {
    let Some(sha256sum) = tool("sha256sum") else { return };
    let (says, words) = says_yes(&sha256sum, &["-c", "--strict", "SHA256SUMS"], folder);
    assert!(says && words.matches(": OK").count() == 9 + 5, "{words}");
}
