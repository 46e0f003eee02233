//! `kiemtin mcp`.

use clap::Args;
use url::Url;

use crate::app::App;
use crate::config::Place;
use crate::mcp::Assistant;

/// Let an assistant on this machine search and read what the desk published (Model Context
/// Protocol, over standard input and output). Reads only; nothing it asks is kept.
#[derive(Debug, Args)]
pub(super) struct Mcp {
    #[command(flatten)]
    place: Place,
    /// The address that readers see: every answer comes with its link.
    #[arg(
        long,
        env = "KIEMTIN_PUBLIC_URL",
        value_name = "URL",
        default_value = "http://127.0.0.1:8080"
    )]
    public_url: Url,
}

impl Mcp {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let app = App::read_as(&self.place, self.public_url.as_str()).await?;
        Assistant::new(app).talk(tokio::io::stdin(), tokio::io::stdout()).await
    }
}
