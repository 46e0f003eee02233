//! `kiemtin import URL`: what the operator types is allowed, and nothing else is.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

use crate::helper::desk::TempFolder;
use crate::helper::program::{Served, run};

const FEED: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>B</title>\
    <item><title>Bão vào đất liền đêm nay</title><guid>1</guid></item>\
    <item><title>Ngày mai cúp nước toàn huyện</title><guid>2</guid></item></channel></rss>";

/// A site on this machine: a feed, and an address that sends on to another place in the network.
fn site() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a request");
            let mut line = String::new();
            BufReader::new(&stream).read_line(&mut line).expect("a line");
            let head = match line.split(' ').nth(1) {
                Some("/feed") => "200 OK\r\nContent-Type: application/rss+xml".to_owned(),
                Some("/away") => "302 Found\r\nLocation: http://127.0.0.1:1/inside".to_owned(),
                _ => "404 Not Found\r\nContent-Type: text/plain".to_owned(),
            };
            let head = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{FEED}", FEED.len());
            stream.write_all(head.as_bytes()).expect("sent");
        }
    });
    format!("http://{address}")
}

#[test]
fn a_feed_that_the_operator_names_is_taken_like_a_file() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    let feed = format!("{}/feed", site());
    run(&data, &["import", &feed]).works().says("2 taken, 0 already known, 0 refused");
    let desk = Served::ready(&data);
    run(&data, &["import", &feed]).works().says("0 taken, 2 already known, 0 refused");
    desk.end();
}

#[test]
fn where_it_sends_on_to_is_not_what_was_typed() {
    let folder = TempFolder::new();
    let (data, site) = (folder.path("desk"), site());
    run(&data, &["import", &format!("{site}/away")]).fails("cannot fetch http://127.0.0.1:");
    run(&data, &["import", &format!("{site}/nothing")]).fails("404");
}
