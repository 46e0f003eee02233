//! One request over a connection of its own, and all that came back.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use flate2::read::GzDecoder;

/// Longer than any page takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer, with its body as a reader gets it.
#[derive(Clone, Debug)]
pub(super) struct Got {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// Bytes of the body as they were sent.
    pub(super) n_sent: usize,
    head: String,
}

impl Got {
    /// A header; empty when it is absent.
    pub(super) fn header(&self, name: &str) -> &str {
        let of = |line: &'_ str| line.split_once(':').is_some_and(|it| it.0 == name);
        let line = self.head.lines().find(|it| of(&it.to_lowercase()));
        line.and_then(|it| it.split_once(':')).map_or("", |(_, value)| value.trim())
    }

    pub(super) fn is_html(&self) -> bool {
        self.header("content-type").starts_with("text/html")
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Asks for a page as a browser does, with these headers beside its own.
pub(super) fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Got {
    let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    ask(address, &format!("GET {path} HTTP/1.1\r\n{more}"), "")
}

/// Sends a form.
pub(super) fn post(address: SocketAddr, path: &str, form: &[(&str, &str)]) -> Got {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let kind = "Content-Type: application/x-www-form-urlencoded";
    let length = body.len();
    ask(address, &format!("POST {path} HTTP/1.1\r\n{kind}\r\nContent-Length: {length}\r\n"), &body)
}

fn ask(address: SocketAddr, head: &str, body: &str) -> Got {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let own = format!("Host: {address}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n");
    stream.write_all(format!("{head}{own}{body}").as_bytes()).expect("sent");
    let mut all = Vec::new();
    stream.read_to_end(&mut all).expect("answered");
    let end = all.windows(4).position(|it| it == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8(all[..end].to_vec()).expect("headers are ASCII");
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).expect("a status");
    let mut got = Got { status, body: Vec::new(), n_sent: 0, head };
    let sent = match got.header("transfer-encoding") {
        "chunked" => joined(&all[end + 4..]),
        _ => all[end + 4..].to_vec(),
    };
    got.n_sent = sent.len();
    got.body = match got.header("content-encoding") {
        "gzip" => {
            let mut body = Vec::new();
            GzDecoder::new(&*sent).read_to_end(&mut body).expect("it is gzip");
            body
        }
        _ => sent,
    };
    got
}

/// The chunks of a body together.
fn joined(mut rest: &[u8]) -> Vec<u8> {
    let mut res = Vec::new();
    while let Some(end) = rest.windows(2).position(|it| it == b"\r\n") {
        let n = std::str::from_utf8(&rest[..end]).ok();
        let n = n.and_then(|it| usize::from_str_radix(it, 16).ok()).expect("a chunk's length");
        if n == 0 {
            break;
        }
        res.extend(&rest[end + 2..end + 2 + n]);
        rest = &rest[end + 4 + n..];
    }
    res
}
