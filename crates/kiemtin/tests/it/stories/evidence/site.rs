//! A web site on this machine whose pages a test can change, and which remembers what it was asked.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Answers by method and path, or else by path: `HEAD /a`, `/a`.
type Pages = Arc<Mutex<HashMap<String, Vec<u8>>>>;
/// Answers a question that came in a body.
type Answer = Box<dyn Fn(&[u8]) -> Vec<u8> + Send>;

/// A running site. Its thread ends with the process.
pub(super) struct Site {
    pub(super) port: u16,
    pages: Pages,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Site {
    pub(super) fn start() -> Self {
        Self::answering(Box::new(|_| status("404 Not Found", "", "")))
    }

    /// A site that answers what is posted to it.
    pub(super) fn answering(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let (pages, heads) = (Pages::default(), Arc::<Mutex<Vec<String>>>::default());
        let (known, asked) = (pages.clone(), heads.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Whoever asks may go before the answer is there.
                let _gone = converse(stream, &known, &asked, &answer);
            }
        });
        Self { port, pages, heads }
    }

    /// From now on this is the answer.
    pub(super) fn says(&self, path: &str, answer: Vec<u8>) {
        self.pages.lock().expect("no test panics here").insert(path.to_owned(), answer);
    }

    /// The address of a path under one of the names of the tests.
    pub(super) fn url(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port)
    }

    /// The head of one request.
    pub(super) fn asked_nth(&self, nth: usize) -> String {
        self.heads.lock().expect("no test panics here")[nth].clone()
    }

    /// The heads of all requests so far; they are forgotten.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.heads.lock().expect("no test panics here"))
    }
}

fn converse(
    stream: TcpStream,
    pages: &Pages,
    heads: &Mutex<Vec<String>>,
    answer: &Answer,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let length = head.lines().find_map(|it| it.strip_prefix("content-length: "));
    let mut body = vec![0; length.and_then(|it| it.parse().ok()).unwrap_or_default()];
    stream.read_exact(&mut body)?;
    let line = head.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
    heads.lock().expect("no test panics here").push(head);
    let path = line.split(' ').nth(1).unwrap_or_default();
    let known = pages.lock().expect("no test panics here");
    let page = known.get(&line).or_else(|| known.get(path)).cloned();
    drop(known);
    let mut page = page.unwrap_or_else(|| answer(&body));
    if line.starts_with("HEAD ") {
        let end = page.windows(4).position(|it| it == b"\r\n\r\n").map_or(page.len(), |it| it + 4);
        page.truncate(end);
    }
    stream.get_mut().write_all(&page)
}

/// A page of news with this sentence in it.
pub(super) fn article(sentence: &str) -> Vec<u8> {
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><title>Garlic</title></head><body><article>\
        <h1>Garlic</h1><p>{sentence}. It is a healthy food that may have some antimicrobial \
        properties, and there is no evidence that eating it has protected people from the new \
        virus.</p><p>The office answers questions of the public on every working day.</p>\
        </article></body></html>"
    );
    let head = "Content-Type: text/html; charset=utf-8\r\nETag: \"one\"\r\n\
        Set-Cookie: visitor=zqvisitor; Path=/\r\n";
    status("200 OK", head, &body)
}

pub(super) fn sent_on(to: &str) -> Vec<u8> {
    let head = format!("Location: {to}\r\nSet-Cookie: visitor=zqvisitor\r\n");
    status("302 Found", &head, "<p>It stands elsewhere.</p>")
}

pub(super) fn status(status: &str, head: &str, body: &str) -> Vec<u8> {
    bytes(status, head, body.as_bytes())
}

pub(super) fn bytes(status: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let n_bytes = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\n{head}Content-Length: {n_bytes}\r\nConnection: close\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}
