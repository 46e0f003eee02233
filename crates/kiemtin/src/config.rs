//! Everything an operator can set, read once and passed down.

use std::net::SocketAddr;
use std::path::PathBuf;

use url::Url;

/// Where the desk lies.
#[derive(Clone, Debug, clap::Args)]
pub struct Place {
    /// The folder that holds the desk; an absent one becomes a new desk. With --database it holds
    /// only this node's index, blobs and keys.
    #[arg(long, env = "KIEMTIN_DATA", default_value = "./data", value_name = "DIR", global = true)]
    pub data: PathBuf,
    /// A PostgreSQL database (postgres://…) instead of the SQLite file in the folder.
    #[arg(
        long,
        env = "KIEMTIN_DATABASE",
        value_name = "URL",
        global = true,
        hide_env_values = true
    )]
    pub database: Option<String>,
}

/// How the site is served.
#[derive(Clone, Debug, clap::Args)]
pub struct Serving {
    /// The address to listen on. Keep it on this machine and put a proxy with TLS in front.
    #[arg(long, env = "KIEMTIN_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub listen: SocketAddr,
    /// The address that readers see, in links, feeds and markup. Default: the one it listens on.
    #[arg(long, env = "KIEMTIN_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<Url>,
    /// A host:port that the desk may fetch from although it is not public. None by default.
    #[arg(long, env = "KIEMTIN_ALLOW_FETCH", value_name = "HOST:PORT", value_delimiter = ',')]
    pub allow_fetch: Vec<String>,
}

impl Serving {
    /// The address that readers see, without a slash at its end.
    pub fn public_url(&self) -> String {
        let own = || format!("http://{}", self.listen);
        let url = self.public_url.as_ref().map_or_else(own, Url::to_string);
        url.trim_end_matches('/').to_owned()
    }
}
