//! Files and folders of this machine: each is read once, and again when it changed.

use std::fs;
use std::path::Path;

use kiemtin_core::source::Kind;

use super::pages::{article, story};
use super::{Collecting, new};
use crate::helper::desk::TempFolder;
use crate::helper::web::{Web, status};

const MAILS: &str = "From nguoigui@bao.example Tue Nov 24 09:00:00 2026\n\
    From: Người Gửi <nguoigui@bao.example>\nTo: toasoan@bao.example\nSubject: Cầu Rồng\n\
    Content-Type: text/plain; charset=utf-8\n\nCầu Rồng đóng cửa tuần sau?\n\n\
    From khac@bao.example Tue Nov 24 09:05:00 2026\nFrom: Người Khác <khac@bao.example>\n\
    Subject: Mưa lớn\nContent-Type: text/plain; charset=utf-8\n\nNghe nói mưa lớn cả tuần.\n";

fn write(folder: &Path, name: &str, text: &str) {
    fs::create_dir_all(folder).expect("made");
    fs::write(folder.join(name), text).expect("written");
}

/// A web archive of one page.
fn warc(text: &str) -> String {
    let body = article("Thông báo", &story(text));
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{body}");
    format!(
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://bao.example/thong-bao\r\n\
         WARC-Date: 2026-11-24T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n\
         Content-Type: application/http;msgtype=response\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n",
        http.len()
    )
}

#[tokio::test]
async fn each_file_of_a_folder_is_read_once_and_again_when_it_changed() {
    let web = Web::start(|_| status(404, "")).await;
    let all = Collecting::new(&web, &[]).await;
    let folder = TempFolder::new();
    let path = folder.path("in");
    write(&path, "a.txt", "Trường học cho nghỉ từ thứ hai.");
    write(&path, "thu.mbox", MAILS);
    write(&path, "trang.warc", &warc("lịch tiêm"));
    write(&path, "rong.txt", "");
    let id = all.add(Kind::Folder, path.to_str().expect("text")).await;
    let (_, n_new) = all.round().await;
    assert_eq!(n_new, 4, "a text, two mails, an archived page");
    assert_eq!(all.next_day().await, (None, 0));
    write(&path, "a.txt", "Trường học cho nghỉ từ thứ ba, không phải thứ hai.");
    write(&path, "trang.warc", &warc("lịch tiêm bổ sung"));
    fs::remove_file(path.join("thu.mbox")).expect("removed");
    assert_eq!(all.next_day().await, (None, 2), "what changed, the archived page as well");
    assert_eq!(all.source(id).await.health.trouble, None);
    let kept = all.everything().await;
    for person in ["Người Gửi", "nguoigui", "Người Khác", "toasoan", "Người Viết Bài"]
    {
        assert!(!kept.contains(person), "{person}");
    }
    assert!(kept.contains("Báo Ví Dụ"), "the source is named");
}

#[tokio::test]
async fn a_folder_that_went_away_is_said_to_be_missing_and_is_read_when_it_is_back() {
    let web = Web::start(|_| status(404, "")).await;
    let all = Collecting::new(&web, &[]).await;
    let folder = TempFolder::new();
    let path = folder.path("in");
    all.add_as(new(Kind::Folder, path.to_str().expect("text"))).await;
    assert_eq!(all.round().await, (Some("file".to_owned()), 0));
    write(&path, "a.txt", "Trường học cho nghỉ từ thứ hai.");
    assert_eq!(all.next_day().await, (None, 1));
}
