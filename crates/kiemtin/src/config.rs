//! Everything an operator can set, read once and passed down.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use axum::http::HeaderName;
use url::Url;

/// Where the desk lies.
#[derive(Clone, Debug, clap::Args)]
pub struct Place {
    /// The folder that holds the desk. Commands that write make an absent one; those that only read
    /// refuse it. With --database it holds only this node's index, blobs and keys.
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
    /// A folder with an embedding model of sentence-transformers: matching then looks at meaning,
    /// too. Needs a program built with the feature `embed`.
    #[arg(long, env = "KIEMTIN_MODEL", value_name = "FOLDER", global = true)]
    pub model: Option<PathBuf>,
}

/// How the site is served.
#[derive(Clone, Debug, clap::Args)]
pub struct Serving {
    /// The address to listen on; port 0 takes a free one. Keep it on this machine and put a proxy
    /// with TLS in front.
    #[arg(long, env = "KIEMTIN_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub listen: SocketAddr,
    /// The header in which the proxy in front writes the client's address, such as X-Forwarded-For;
    /// its last address counts. Only for limits on what one network sends, in memory, never kept.
    /// Without it the peer's own address counts, and a proxy on this machine sets its own limits.
    #[arg(long, env = "KIEMTIN_CLIENT_HEADER", value_name = "HEADER")]
    pub client_header: Option<HeaderName>,
    /// What the desk is and may reach outside.
    #[command(flatten)]
    pub outside: Outside,
    /// Where members may sign in instead.
    #[command(flatten)]
    pub openid: OpenId,
}

/// An OpenID Connect provider at which members may sign in. Its redirect address is the public
/// address with `/desk/sign-in/back`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct OpenId {
    /// The issuer of an OpenID Connect provider (https://…) at which members may sign in, too.
    #[arg(long, env = "KIEMTIN_OIDC_ISSUER", value_name = "URL", requires = "oidc_client_id")]
    pub oidc_issuer: Option<Url>,
    /// What the desk is called there.
    #[arg(long, env = "KIEMTIN_OIDC_CLIENT_ID", value_name = "ID")]
    pub oidc_client_id: Option<String>,
    /// A file that holds the desk's secret there; none for a public client.
    #[arg(long, env = "KIEMTIN_OIDC_CLIENT_SECRET_FILE", value_name = "FILE")]
    pub oidc_client_secret_file: Option<PathBuf>,
}

/// What a process that does jobs is and may reach outside.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Outside {
    /// The address that readers see, in links, feeds and markup. Default: the one it listens on.
    #[arg(long, env = "KIEMTIN_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<Url>,
    /// A host:port that the desk may fetch from although it is not public. None by default.
    #[arg(long, env = "KIEMTIN_ALLOW_FETCH", value_name = "HOST:PORT", value_delimiter = ',')]
    pub allow_fetch: Vec<String>,
    /// A witness that signs the log's checkpoints too, as KEY=URL: what `kiemtin witness` prints at
    /// its partner's. May be given several times.
    #[arg(long, env = "KIEMTIN_WITNESS", value_name = "KEY=URL", value_delimiter = ',')]
    pub witness: Vec<String>,
    /// A timestamp authority (RFC 3161) that is asked when evidence was archived. None by default.
    #[arg(long, env = "KIEMTIN_TIMESTAMP_URL", value_name = "URL")]
    pub timestamp_url: Option<Url>,
    /// A hub that is told when a feed changed, so that subscribers have it at once (WebSub).
    #[arg(long, env = "KIEMTIN_WEBSUB_HUB", value_name = "URL", requires = "public_url")]
    pub websub_hub: Option<Url>,
    /// The key for searches in Google's Fact Check Tools, where one is a source. It goes to Google
    /// alone and is kept nowhere.
    #[arg(long, env = "KIEMTIN_SEARCH_KEY", value_name = "KEY", hide_env_values = true)]
    pub search_key: Option<String>,
    /// The server that mails members who want it what waits for them: smtp://host:25, or
    /// smtps://user:password@host:465. Without it no mail is sent.
    #[arg(long, env = "KIEMTIN_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// The sender of these mails.
    #[arg(long, env = "KIEMTIN_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
}

impl Serving {
    /// The address that readers and members of a desk that is served so come in at.
    pub fn public_url(&self) -> String {
        self.outside.public_url.as_ref().map_or_else(|| self.here(), Url::to_string)
    }

    /// Where a browser on this machine finds it.
    pub fn here(&self) -> String {
        let mut address = self.listen;
        match address.ip() {
            IpAddr::V4(it) if it.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(it) if it.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        format!("http://{address}")
    }
}
