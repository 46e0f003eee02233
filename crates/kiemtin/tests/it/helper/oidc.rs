//! A certified OpenID Connect provider (npm `oidc-provider`), run by Node on this machine, and
//! somebody who goes there. `cargo xtask test` installs it; without it tests say that they skip.

use std::io::{BufRead as _, BufReader, Lines, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use kiemtin::app::provider::{BACK, Provider};
use kiemtin::config::OpenId;
use url::Url;

use super::people::Answer;

/// Where the desk of a test is, for the provider.
const DESK: &str = "http://127.0.0.1:8080";
/// Redirects at the provider: to the two questions that it answers itself, and back.
const REDIRECTS_MAX: usize = 8;
const PATIENCE: Duration = Duration::from_secs(30);

/// A provider that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct OidcProvider {
    child: Child,
    issuer: Url,
    /// Kept open: a program that prints into a closed pipe ends.
    _lines: Lines<BufReader<ChildStdout>>,
}

impl OidcProvider {
    /// Starts one, if it is installed; on the CI machine it must be.
    pub(crate) fn start() -> Option<Self> {
        let Some(folder) = std::env::var_os("KIEMTIN_TEST_NODE").map(PathBuf::from) else {
            let is_ci = std::env::var("CI").is_ok_and(|it| it == "true" || it == "1");
            assert!(!is_ci, "KIEMTIN_TEST_NODE names no provider");
            eprintln!("SKIPPED: no OpenID Connect provider: `cargo xtask test` installs one");
            return None;
        };
        let mut node = Command::new("node");
        node.arg("provider.mjs").arg(format!("{DESK}{BACK}")).current_dir(folder);
        node.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = node.spawn().expect("node runs");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let issuer = lines.find_map(|it| Url::parse(&it.expect("it prints UTF-8")).ok());
        Some(Self { child, issuer: issuer.expect("it prints its issuer"), _lines: lines })
    }

    /// Where it is, without a slash at its end.
    pub(crate) fn issuer(&self) -> &str {
        self.issuer.as_str().trim_end_matches('/')
    }

    /// The provider as the desk knows it.
    pub(crate) fn provider(&self) -> Provider {
        let file = std::env::temp_dir().join(format!("kiemtin-oidc-{}", self.child.id()));
        std::fs::write(&file, "known to tests alone\n").expect("written");
        let config = OpenId {
            oidc_issuer: Some(self.issuer.clone()),
            oidc_client_id: Some("desk".to_owned()),
            oidc_client_secret_file: Some(file.clone()),
        };
        let provider = Provider::new(&config, DESK).expect("a good configuration");
        std::fs::remove_file(file).expect("it was there");
        provider.expect("it is configured")
    }
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        // It may have ended by itself; a test that fails must not leave a server behind.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The address that the desk sends a browser to.
pub(crate) fn leads_to(page: &Answer) -> Url {
    let href = page.is(200).body.split("class=\"button\" href=\"").nth(1);
    let href = href.and_then(|it| it.split('"').next()).expect("a link to the provider");
    Url::parse(&href.replace("&#38;", "&").replace("&amp;", "&")).expect("an address")
}

/// Goes to the provider as somebody, and returns the path at which they come back to the desk.
pub(crate) fn goes(address: &Url, somebody: &str) -> String {
    let mut url = address.clone();
    url.query_pairs_mut().append_pair("login_hint", somebody);
    let mut cookies: Vec<(String, String)> = Vec::new();
    for _ in 0..REDIRECTS_MAX {
        let head = head(&url, &cookies);
        for line in head.lines().filter(|it| it.to_lowercase().starts_with("set-cookie:")) {
            let pair = line.split_once(':').map_or("", |(_, it)| it).split(';').next();
            let (name, value) = pair.and_then(|it| it.split_once('=')).expect("a cookie");
            cookies.retain(|(it, _)| it != name.trim());
            cookies.push((name.trim().to_owned(), value.to_owned()));
        }
        let to = head.lines().find(|it| it.to_lowercase().starts_with("location:"));
        let to = to.unwrap_or_else(|| panic!("{url} leads nowhere: {head}"));
        let to = to.split_once(':').map_or("", |(_, it)| it).trim();
        if let Some(path) = to.strip_prefix(DESK) {
            return path.to_owned();
        }
        url = url.join(to).expect("an address");
    }
    panic!("the provider goes round in circles")
}

fn head(url: &Url, cookies: &[(String, String)]) -> String {
    let address = url.socket_addrs(|| None).expect("an address of this machine")[0];
    let mut stream = TcpStream::connect(address).expect("the provider listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time");
    let cookies: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let (path, query) = (url.path(), url.query().map(|it| format!("?{it}")).unwrap_or_default());
    let request = format!(
        "GET {path}{query} HTTP/1.1\r\nHost: {address}\r\nCookie: {}\r\nConnection: close\r\n\r\n",
        cookies.join("; ")
    );
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers in UTF-8");
    answer.split("\r\n\r\n").next().unwrap_or_default().to_owned()
}
