//! What may be fetched at all: decided from the address and the operator's list, before anything
//! is resolved or sent. Every address and every redirect passes here.
//!
//! Not here: what a name leads to (`names`), and how the answer is bounded (`body`, `mod`).

use std::net::IpAddr;

use url::{Host, Url};

use super::address::{is_public, own_addresses};

/// The longest address that is fetched. Web servers take about 8 KiB in their first line, and
/// the longest Vietnamese titles, percent-encoded, stay below half of that.
pub const URL_BYTES_MAX: usize = 4 * 1024;

/// The longest name that the domain name system knows.
const HOST_BYTES_MAX: usize = 253;

/// Names that mean a place in one's own network, with all below them: RFC 6761 and 6762, the
/// private-use zone of ICANN, RFC 8375; and onion (RFC 7686), which no resolver may be asked for.
const LOCAL_ZONES: &[&str] = &["localhost", "local", "internal", "home.arpa", "onion"];

/// What the operator decided about the way out. It comes from the command line and is never
/// changed by anything that was fetched, imported or sent in.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    /// Hosts and ports that may be fetched although they are not public. Empty by default.
    pub allowed: Vec<(String, u16)>,
    /// The desk's own public names: it does not fetch itself.
    pub own_hosts: Vec<String>,
    /// The machine's own public addresses, for the same reason.
    pub own_addresses: Vec<IpAddr>,
}

/// Why an address is not fetched, for the person who gave it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// Longer than any address of a page.
    #[error(
        "The address has {n_bytes} bytes, more than the {URL_BYTES_MAX} that are fetched. Give \
         the page's own, short address."
    )]
    TooLong {
        /// How long it is.
        n_bytes: usize,
    },
    /// Not an address.
    #[error("This is not a web address. Copy it whole from the browser; it starts with https://.")]
    Unreadable,
    /// Neither http nor https.
    #[error(
        "Addresses that start with \"{0}:\" are not fetched. Give one that starts with https:// \
         or http://."
    )]
    Scheme(String),
    /// A user name or password in front of the host.
    #[error(
        "The address carries a user name or a password. Give it without the part before the @."
    )]
    Credentials,
    /// A port that no public page uses.
    #[error(
        "Port {0} is not fetched from, only 80 and 443. If this is meant, the operator can name \
         HOST:PORT in --allow-fetch."
    )]
    Port(u16),
    /// A name of somebody's own network.
    #[error(
        "\"{0}\" is a name of a local network. Give a public address; the operator can make an \
         exception with --allow-fetch HOST:PORT."
    )]
    LocalName(String),
    /// An address of somebody's own network.
    #[error(
        "{0} is not an address of the public internet. Give a public one; the operator can make \
         an exception with --allow-fetch HOST:PORT."
    )]
    NotPublic(IpAddr),
    /// A public-looking name that leads into a network. Where to is not said: whoever asks is to
    /// learn nothing about the network that the desk stands in.
    #[error(
        "\"{0}\" does not lead to the public internet. Check the name; the operator can make an \
         exception with --allow-fetch HOST:PORT."
    )]
    LeadsInside(String),
    /// The desk itself.
    #[error("This address is the desk's own. It does not fetch itself: open the page directly.")]
    OwnSite,
}

/// Why an exception that the operator named cannot be taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not HOST:PORT. Write for example --allow-fetch 127.0.0.1:8000 or feeds.lan:80."
)]
pub struct BadException(String);

impl Guard {
    /// The guard of a desk that readers see at `public_url`, with the operator's exceptions.
    pub fn new(public_url: &Url, exceptions: &[String]) -> Result<Self, BadException> {
        let allowed = exceptions.iter().map(|it| parse_exception(it)).collect::<Result<_, _>>()?;
        let own_hosts = public_url.host_str().map(without_dot).into_iter().collect();
        Ok(Self { allowed, own_hosts, own_addresses: own_addresses() })
    }

    /// Takes an address that the operator typed on the command line as an exception, too. What is
    /// no address at all changes nothing: [`check_url`] will say so.
    pub fn allow_typed(&mut self, url: &str) {
        let Ok(url) = Url::parse(url) else {
            return;
        };
        if let Some(host_and_port) = host_and_port(&url) {
            self.allowed.push(host_and_port);
        }
    }

    /// Whether the operator made an exception for the host and port of `url`.
    pub fn is_allowed(&self, url: &Url) -> bool {
        host_and_port(url).is_some_and(|it| self.allowed.contains(&it))
    }

    /// Judges one address that the name `host` leads to.
    pub fn check_address(&self, host: &str, ip: IpAddr) -> Result<(), Why> {
        if self.own_addresses.contains(&ip.to_canonical()) {
            return Err(Why::OwnSite);
        }
        if is_public(ip) { Ok(()) } else { Err(Why::LeadsInside(host.to_owned())) }
    }
}

/// Reads an address as a browser would and says whether it may be fetched. The answer is in its
/// normal form: 0x7f.1 is 127.0.0.1, no dot after the name, no fragment.
pub fn check_url(input: &str, guard: &Guard) -> Result<Url, Why> {
    if URL_BYTES_MAX < input.len() {
        return Err(Why::TooLong { n_bytes: input.len() });
    }
    let mut url = Url::parse(input).map_err(|_| Why::Unreadable)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Why::Scheme(url.scheme().chars().take(20).collect()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Why::Credentials);
    }
    url.set_fragment(None);
    if let Some(Host::Domain(name)) = url.host() {
        let name = without_dot(name);
        url.set_host(Some(&name)).map_err(|_| Why::Unreadable)?;
    }
    // Letters become three bytes each when they are percent-encoded.
    if URL_BYTES_MAX < url.as_str().len() {
        return Err(Why::TooLong { n_bytes: url.as_str().len() });
    }
    if !guard.is_allowed(&url) {
        check_place(&url, guard)?;
    }
    Ok(url)
}

/// Judges host and port of an address for which there is no exception.
fn check_place(url: &Url, guard: &Guard) -> Result<(), Why> {
    if url.host_str().is_some_and(|host| guard.own_hosts.iter().any(|it| it == host)) {
        return Err(Why::OwnSite);
    }
    match url.port_or_known_default() {
        Some(80 | 443) => {}
        port => return Err(Why::Port(port.unwrap_or(0))),
    }
    match url.host().ok_or(Why::Unreadable)? {
        Host::Domain(name) => check_name(name),
        Host::Ipv4(ip) => check_literal(IpAddr::V4(ip), guard),
        Host::Ipv6(ip) => check_literal(IpAddr::V6(ip), guard),
    }
}

fn check_name(name: &str) -> Result<(), Why> {
    if HOST_BYTES_MAX < name.len() || name.split('.').any(|it| it.is_empty() || 63 < it.len()) {
        return Err(Why::Unreadable);
    }
    let within =
        |zone: &&str| name.strip_suffix(*zone).is_some_and(|it| it.is_empty() || it.ends_with('.'));
    // A name without a dot is completed from the machine's own search list.
    if !name.contains('.') || LOCAL_ZONES.iter().any(within) {
        return Err(Why::LocalName(name.to_owned()));
    }
    Ok(())
}

fn check_literal(ip: IpAddr, guard: &Guard) -> Result<(), Why> {
    match guard.check_address("", ip) {
        Err(Why::LeadsInside(_)) => Err(Why::NotPublic(ip)),
        res => res,
    }
}

/// An exception as the operator writes it, in the form that addresses have after parsing.
fn parse_exception(input: &str) -> Result<(String, u16), BadException> {
    let bad = || BadException(input.to_owned());
    let (host, port) = input.trim().rsplit_once(':').ok_or_else(bad)?;
    let port: u16 = port.parse().map_err(|_| bad())?;
    let is_v6 = host.starts_with('[') && host.ends_with(']');
    if host.is_empty() || host.contains(['/', '@', '?', '#', '\\']) || host.contains(':') != is_v6 {
        return Err(bad());
    }
    let mut url = Url::parse(&format!("http://{host}/")).map_err(|_| bad())?;
    url.set_port(Some(port)).map_err(|()| bad())?;
    host_and_port(&url).filter(|_| port != 0).ok_or_else(bad)
}

fn host_and_port(url: &Url) -> Option<(String, u16)> {
    Some((without_dot(url.host_str()?), url.port_or_known_default()?))
}

/// "public.example." and "public.example" are the same place.
fn without_dot(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_owned()
}
