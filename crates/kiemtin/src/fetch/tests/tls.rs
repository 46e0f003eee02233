//! Sites that prove who they are, and those that do not.
//!
//! `testdata/fetch` holds an authority of our own and two certificates for site.example by it,
//! one valid from 2020 to 2120, one for January 2020 only, both for the same throw-away key.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::site::page;
use super::*;

const AUTHORITY: &[u8] = include_bytes!("../../../testdata/fetch/authority.der");
const VALID: &[u8] = include_bytes!("../../../testdata/fetch/site.der");
const EXPIRED: &[u8] = include_bytes!("../../../testdata/fetch/expired.der");
const KEY: &[u8] = include_bytes!("../../../testdata/fetch/site.key.der");

/// A server that shows this certificate to one visitor and sends it a page.
fn serve_one(certificate: &'static [u8]) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let key = PrivateKeyDer::try_from(KEY).unwrap();
    let chain = vec![CertificateDer::from(certificate)];
    let config = config.unwrap().with_no_client_auth().with_single_cert(chain, key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let session = ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = StreamOwned::new(session, stream);
        let mut head = Vec::new();
        // An error is the visitor's refusal, which the test sees at its own end.
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            match stream.read(&mut byte) {
                Ok(1..) => head.push(byte[0]),
                Ok(0) | Err(_) => return,
            }
        }
        let answer = page("Content-Type: text/html\r\n", b"proven");
        stream.write_all(&answer).and_then(|()| stream.flush()).unwrap();
        stream.conn.send_close_notify();
        stream.flush().unwrap();
    });
    port
}

/// A server that answers a hello in TLS as web servers without TLS do.
fn serve_plain() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        // Until the visitor goes, so that the answer is not lost by a reset.
        let _ = stream.read_to_end(&mut Vec::new());
    });
    port
}

async fn get(port: u16, host: &str, authorities: &[&[u8]]) -> Result<Fetched, NotFetched> {
    let names = Arc::new(FixedNames::default().with(host, &[LOCAL]));
    let authorities = authorities.iter().map(|it| Certificate::from_der(it).unwrap()).collect();
    let setup = Setup { authorities: Some(authorities), ..setup(&[(host, port)], names) };
    let url = format!("https://{host}:{port}/");
    Fetcher::new(setup).unwrap().get(&url, Accept::Page).await
}

#[track_caller]
fn check(res: Result<Fetched, NotFetched>, expected: &str) {
    let err = res.unwrap_err();
    assert!(matches!(err, NotFetched::Tls(_)), "{err:?}");
    assert!(err.to_string().contains(expected), "{err}");
}

#[tokio::test]
async fn a_site_that_proves_its_name_is_fetched() {
    let res = get(serve_one(VALID), "site.example", &[AUTHORITY]).await;
    assert_eq!(res.unwrap().body, b"proven");
}

#[tokio::test]
async fn a_site_without_proof_is_refused_with_the_reason() {
    check(get(serve_one(EXPIRED), "site.example", &[AUTHORITY]).await, "has expired");
    check(get(serve_one(VALID), "other.example", &[AUTHORITY]).await, "for another name");
    check(get(serve_one(VALID), "site.example", &[]).await, "from no authority");
    check(get(serve_plain(), "site.example", &[AUTHORITY]).await, "does not speak TLS");
}
