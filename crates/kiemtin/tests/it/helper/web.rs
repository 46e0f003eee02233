//! Other people's web servers: one real server on this machine that is every host at once, answers
//! as a test says, misbehaves as a test says, and remembers who asked what and when.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kiemtin::fetch::{Fetcher, FixedNames, Guard, Setup, Times};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// What a server does once it has read a request.
pub(crate) enum Answer {
    /// Sends this and closes.
    Bytes(Vec<u8>),
    /// Sends this and then nothing, keeping the line open.
    Stall(Vec<u8>),
    /// Sends the first, and then the second again and again.
    Drip(Vec<u8>, &'static [u8]),
}

/// One request, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) head: String,
    pub(crate) at: Instant,
}

impl Asked {
    /// The address of the host that was asked, with its port.
    pub(crate) fn base(&self) -> String {
        format!("http://{}", header(&self.head, "host").unwrap_or_default())
    }
}

/// The running server; it ends with the test's runtime.
pub(crate) struct Web {
    pub(crate) port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Web {
    /// A server that answers by host and path.
    pub(crate) async fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = TcpListener::bind(address).await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (asked.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, answer) = (seen.clone(), answer.clone());
                tokio::spawn(async move { converse(stream, &seen, &*answer).await });
            }
        });
        Self { port, asked }
    }

    /// An address of a host that this server is.
    pub(crate) fn url(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port)
    }

    /// Everything that was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("nobody panics holding it").clone()
    }

    /// The paths that were asked of a host, in order, `robots.txt` aside.
    pub(crate) fn paths(&self, host: &str) -> Vec<String> {
        let of_host = |it: &Asked| it.host == host && it.path != "/robots.txt";
        self.asked().into_iter().filter(of_host).map(|it| it.path).collect()
    }

    /// A way out to which these hosts, and no others, are this server.
    pub(crate) fn fetcher(&self, hosts: &[&str], total: Duration) -> Fetcher {
        let local = [IpAddr::V4(Ipv4Addr::LOCALHOST)];
        let names = hosts.iter().fold(FixedNames::default(), |names, it| names.with(it, &local));
        let allowed = hosts.iter().map(|it| ((*it).to_owned(), self.port)).collect();
        let guard = Guard { allowed, own_hosts: Vec::new(), own_addresses: Vec::new() };
        let public_url = Url::parse(super::desk::PUBLIC_URL).expect("valid");
        let times = Times { connect: total, read: total, total };
        let setup = Setup { names: Arc::new(names), times, ..Setup::new(guard, public_url) };
        Fetcher::new(setup).expect("a way out")
    }
}

/// Errors of the connection mean that the other side has gone, as it may.
async fn converse(
    mut stream: TcpStream,
    seen: &Mutex<Vec<Asked>>,
    answer: &(impl Fn(&Asked) -> Answer + ?Sized),
) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let path = head.split(' ').nth(1)?.to_owned();
    let host = header(&head, "host")?.rsplit_once(':')?.0.to_owned();
    let asked = Asked { host, path, head, at: Instant::now() };
    seen.lock().expect("nobody panics holding it").push(asked.clone());
    match answer(&asked) {
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
            let mut tick = tokio::time::interval(Duration::from_millis(20));
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

/// A line of the head of a request.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (it, value) = line.split_once(':')?;
        it.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// A whole answer with its true length; `headers` each with its line end.
pub(crate) fn page(kind: &str, headers: &str, body: &[u8]) -> Answer {
    let n = body.len();
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\n{headers}content-length: {n}\r\n\r\n");
    Answer::Bytes([head.as_bytes(), body].concat())
}

/// An answer of another status, without a body.
pub(crate) fn status(status: u16, headers: &str) -> Answer {
    Answer::Bytes(format!("HTTP/1.1 {status} X\r\n{headers}content-length: 0\r\n\r\n").into_bytes())
}
