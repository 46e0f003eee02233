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
    total: Duration::from_millis(900),
};

fn setup(allowed: &[(&str, u16)], names: Arc<FixedNames>) -> Setup {
    let allowed = allowed.iter().map(|&(host, port)| (host.to_owned(), port)).collect();
    let own_hosts = vec!["desk.example".to_owned()];
    let guard = Guard { allowed, own_hosts, own_addresses: Vec::new() };
    let public_url = Url::parse("https://desk.example").unwrap();
    Setup { names, times: TIMES, ..Setup::new(guard, public_url) }
}

fn fetcher(allowed: &[(&str, u16)]) -> Fetcher {
    Fetcher::new(setup(allowed, Arc::default())).unwrap()
}
