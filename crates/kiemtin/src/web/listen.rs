//! Connections: taken one by one, bounded in number, in what their headers may take, and in how
//! long the last ones are waited for when the program ends.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Connections open at once: more wait with the operating system. Each costs some 30 KB.
const CONNECTIONS_MAX: usize = 1_024;
/// The headers of a request, and the wait for the next one: who sends a byte every ten seconds
/// only holds a place.
const HEADERS_TIMEOUT: Duration = Duration::from_secs(15);
/// Headers of one request. A search by address has 5,000 letters, each at most nine characters.
const HEADERS_BYTES_MAX: usize = 64 * 1024;
/// What is being answered when the program ends has this long to end as well.
const LAST_ANSWERS_TIMEOUT: Duration = Duration::from_secs(10);
/// After a failed accept (no file descriptors left): longer than nothing, so that others close.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until told to stop, then lets the last answers end.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let open = GracefulShutdown::new();
    while let Some(stream) = next(&listener, &stop).await {
        let Ok(stream) = stream else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let Some(place) = stop.run_until_cancelled(places.clone().acquire_owned()).await else {
            break;
        };
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(HEADERS_TIMEOUT);
        http.max_buf_size(HEADERS_BYTES_MAX);
        let service = TowerToHyperService::new(router.clone());
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            let _place = place;
            // A peer that went away or sent what is no HTTP: there is nobody to tell.
            drop(connection.await);
        });
    }
    drop(listener);
    if tokio::time::timeout(LAST_ANSWERS_TIMEOUT, open.shutdown()).await.is_err() {
        tracing::warn!("Some answers were cut off: they took too long to end");
    }
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
