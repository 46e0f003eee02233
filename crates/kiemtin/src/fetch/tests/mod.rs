//! The way out against real local servers that misbehave, and every address of a hostile list.
//!
//! The servers are reached as an operator would let the desk reach them: through an exception
//! for 127.0.0.1 and their port. Nothing outside this machine is asked.

mod site;
mod tls;
mod transport;
mod urls;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use super::*;

const LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Short enough for a test, and long enough for a busy machine to answer from memory.
const SHORT_TIMES: Times = Times {
    connect: Duration::from_millis(5000),
    read: Duration::from_millis(300),
    total: Duration::from_millis(700),
};

fn setup(allowed: &[(&str, u16)], names: Arc<FixedNames>) -> Setup {
    let allowed = allowed.iter().map(|&(host, port)| (host.to_owned(), port)).collect();
    let own_hosts = vec!["desk.example".to_owned()];
    let guard = Guard { allowed, own_hosts, own_addresses: Vec::new() };
    let public_url = Url::parse("https://desk.example").unwrap();
    // No authority is trusted unless a test names one: nothing depends on the machine.
    Setup { names, authorities: Some(Vec::new()), ..Setup::new(guard, public_url) }
}

fn fetcher(allowed: &[(&str, u16)]) -> Fetcher {
    Fetcher::new(setup(allowed, Arc::default())).unwrap()
}

#[test]
fn the_way_out_of_a_running_desk_can_be_made() {
    let public_url = Url::parse("https://desk.example/").unwrap();
    let guard = Guard::new(&public_url, &["127.0.0.1:8000".to_owned()]).unwrap();
    assert_eq!(guard.own_hosts, ["desk.example"]);
    let fetcher = Fetcher::new(Setup::new(guard, public_url)).unwrap();
    assert_eq!(fetcher.times, TIMES);
}

#[test]
fn every_sentence_is_one_line_and_ends() {
    let why = Why::LocalName("localhost".to_owned());
    for failure in [
        NotFetched::Refused(why.clone()),
        NotFetched::SentOn(why),
        NotFetched::TooManyRedirects,
        NotFetched::NoSuchName,
        NotFetched::TimedOut,
        NotFetched::Tls("x".to_owned()),
        NotFetched::Status(404),
        NotFetched::MediaType("image/png".to_owned()),
        NotFetched::Packing("br".to_owned()),
        NotFetched::NotGzip,
        NotFetched::TooLarge { max_bytes: 1 },
        NotFetched::Bomb,
        NotFetched::HeadTooLarge,
        NotFetched::Network("broke off".to_owned()),
    ] {
        let text = failure.to_string();
        assert!(
            text.ends_with('.') && !text.contains(['\n', '\\']) && !text.contains("  "),
            "{text}"
        );
    }
}
