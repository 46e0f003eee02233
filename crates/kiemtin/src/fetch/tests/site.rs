//! A web server in raw TCP, so that it can do everything wrong.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with a connection once it has read the request.
pub(super) enum Answer {
    /// Writes this and closes.
    Bytes(Vec<u8>),
    /// Writes this and keeps the line open until the other side goes.
    Stall(Vec<u8>),
    /// Writes the first and then the second again and again, until the other side goes.
    Drip(Vec<u8>, &'static [u8]),
}

/// A running server; it ends with the test's runtime.
pub(super) struct Site {
    pub(super) port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Site {
    /// A server that answers each request line and headers as the function says.
    pub(super) async fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (requests.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, answer) = (seen.clone(), answer.clone());
                tokio::spawn(async move { converse(stream, &seen, &*answer).await });
            }
        });
        Self { port, requests }
    }

    /// A server that always sends the same bytes.
    pub(super) async fn sending(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(move |_| Answer::Bytes(bytes.clone())).await
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The heads of all requests so far.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// Errors of the connection mean that the other side has gone, as it may.
async fn converse(
    mut stream: TcpStream,
    seen: &Mutex<Vec<String>>,
    answer: &(impl Fn(&str) -> Answer + ?Sized),
) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    seen.lock().unwrap().push(head.clone());
    match answer(&head) {
        Answer::Bytes(bytes) => {
            stream.write_all(&bytes).await.ok()?;
            stream.shutdown().await.ok()?;
            drain(stream).await
        }
        Answer::Stall(bytes) => {
            stream.write_all(&bytes).await.ok()?;
            drain(stream).await
        }
        Answer::Drip(first, rest) => {
            stream.write_all(&first).await.ok()?;
            let mut tick = tokio::time::interval(std::time::Duration::from_millis(50));
            loop {
                tick.tick().await;
                stream.write_all(rest).await.ok()?;
            }
        }
    }
}

/// Waits for the other side to close, so that nothing is lost by a reset.
async fn drain(mut stream: TcpStream) -> Option<()> {
    let mut rest = [0; 1024];
    while 0 < stream.read(&mut rest).await.ok()? {}
    Some(())
}

/// A page with these headers (each with its line end) and body, and its true length.
pub(super) fn page(headers: &str, body: &[u8]) -> Vec<u8> {
    let n_bytes = body.len();
    let head = format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: {n_bytes}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

pub(super) fn redirect(to: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n").into_bytes()
}
