//! Connections: taken one by one, bounded in number, in what their headers may take, in how long
//! they live, and in how long the last ones are waited for when the program ends.
//!
//! Here alone is a client's address read. Only its network goes on, for `app::floods`.

use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, HeaderName, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::app::floods::Network;

/// Connections open at once: more wait with the operating system. Each costs some 30 KB.
const CONNECTIONS_MAX: u32 = 1_024;
/// The headers of a request, and the wait for the next one: who sends a byte every ten seconds
/// only holds a place.
const HEADERS_TIMEOUT: Duration = Duration::from_secs(15);
/// Headers of one request. A search by address has 5,000 letters, each at most nine characters.
const HEADERS_BYTES_MAX: usize = 64 * 1024;
/// A connection ends after the answer that it is at by then: who asks and never reads the answers
/// must not hold a place for ever.
const CONNECTION_LIFE: Duration = Duration::from_secs(120);
/// What is being answered when a connection ends has this long to be read.
const LAST_ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// After a failed accept (no file descriptors left): longer than nothing, so that others close.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until told to stop, then lets the last answers end. `header` is the one in which a proxy
/// in front names the client.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    header: Option<HeaderName>,
    stop: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX as usize));
    while let Some(stream) = next(&listener, &stop).await {
        let Ok((stream, peer)) = stream else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let Some(place) = stop.run_until_cancelled(places.clone().acquire_owned()).await else {
            break;
        };
        let (router, header, stop) = (router.clone(), header.clone(), stop.clone());
        tokio::spawn(async move {
            let _place = place;
            answer(stream, router, (peer, header), stop).await;
        });
    }
    drop(listener);
    // Every connection ends within its last answer's time, and gives its place back.
    let all = places.acquire_many(CONNECTIONS_MAX).await;
    drop(all);
}

/// The next connection, or `None` when told to stop.
async fn next(
    listener: &TcpListener,
    stop: &CancellationToken,
) -> Option<io::Result<(TcpStream, IpAddr)>> {
    let (stream, peer) = match stop.run_until_cancelled(listener.accept()).await? {
        Ok(it) => it,
        Err(err) => {
            tracing::warn!(error = %err, "A connection could not be taken: {err}");
            return Some(Err(err));
        }
    };
    // Answers are small: waiting to fill a packet only makes them late. A failure costs just that.
    drop(stream.set_nodelay(true));
    Some(Ok((stream, peer.ip())))
}

/// The network that a request comes from: of the last address that the proxy wrote, else the peer's.
fn network(peer: IpAddr, header: Option<&HeaderName>, headers: &HeaderMap) -> Option<Network> {
    let last = header.and_then(|it| headers.get_all(it).iter().next_back());
    let last = last.and_then(|it| it.to_str().ok()).and_then(|it| it.rsplit(',').next());
    let named = last.and_then(|it| it.trim().parse::<IpAddr>().ok());
    Network::of(named.unwrap_or(peer))
}

async fn answer(
    stream: TcpStream,
    router: Router,
    (peer, header): (IpAddr, Option<HeaderName>),
    stop: CancellationToken,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADERS_TIMEOUT);
    http.max_buf_size(HEADERS_BYTES_MAX);
    let named = move |mut request: Request<Incoming>| {
        if let Some(network) = network(peer, header.as_ref(), request.headers()) {
            request.extensions_mut().insert(network);
        }
        request
    };
    let service = TowerToHyperService::new(router.map_request(named));
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        // A peer that went away or sent what is no HTTP: there is nobody to tell.
        _ = connection.as_mut() => return,
        () = stop.cancelled() => {}
        () = tokio::time::sleep(CONNECTION_LIFE) => {}
    }
    connection.as_mut().graceful_shutdown();
    // Whoever does not read the last answer in time does not get it.
    drop(tokio::time::timeout(LAST_ANSWER_TIMEOUT, connection).await);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_address_that_a_proxy_wrote_counts_and_only_in_the_header_that_is_named() {
        let peer: IpAddr = "198.51.100.4".parse().expect("an address");
        let name = HeaderName::from_static("x-forwarded-for");
        let of = |it: &str| Network::of(it.parse().expect("an address"));
        let check = |value: &'static str, expected: &str| {
            let headers = HeaderMap::from_iter([(name.clone(), value.parse().expect("a value"))]);
            assert_eq!(network(peer, Some(&name), &headers), of(expected), "{value}");
            assert_eq!(network(peer, None, &headers), of("198.51.100.4"), "{value}");
        };
        check("203.0.113.9", "203.0.113.9");
        check("10.0.0.1, 2001:db8::7", "2001:db8::7");
        check("nonsense", "198.51.100.4");
        assert_eq!(network(peer, Some(&name), &HeaderMap::new()), of("198.51.100.4"));
    }
}
