//! Connections: taken one by one, bounded in number, in what their headers may take, in how long
//! they live, and in how long the last ones are waited for when the program ends.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

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

/// Serves until told to stop, then lets the last answers end.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX as usize));
    while let Some(stream) = next(&listener, &stop).await {
        let Ok(stream) = stream else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let Some(place) = stop.run_until_cancelled(places.clone().acquire_owned()).await else {
            break;
        };
        let (router, stop) = (router.clone(), stop.clone());
        tokio::spawn(async move {
            let _place = place;
            answer(stream, router, stop).await;
        });
    }
    drop(listener);
    // Every connection ends within its last answer's time, and gives its place back.
    let all = places.acquire_many(CONNECTIONS_MAX).await;
    drop(all);
}

/// The next connection, or `None` when told to stop.
async fn next(listener: &TcpListener, stop: &CancellationToken) -> Option<io::Result<TcpStream>> {
    let (stream, _) = match stop.run_until_cancelled(listener.accept()).await? {
        Ok(it) => it,
        Err(err) => {
            tracing::warn!(error = %err, "A connection could not be taken: {err}");
            return Some(Err(err));
        }
    };
    // Answers are small: waiting to fill a packet only makes them late. A failure costs just that.
    drop(stream.set_nodelay(true));
    Some(Ok(stream))
}

async fn answer(stream: TcpStream, router: Router, stop: CancellationToken) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADERS_TIMEOUT);
    http.max_buf_size(HEADERS_BYTES_MAX);
    let service = TowerToHyperService::new(router);
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
