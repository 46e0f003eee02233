//! What stands at an address that the operator typed, through the guarded way out. Typing it is the
//! exception that lets it lead into a network of one's own; where it sends on to is judged as ever.

use anyhow::Context as _;
use url::Url;

use crate::app::App;
use crate::fetch::{Accept, Fetcher, Guard, Setup};

/// What sites are told where nothing is served.
const UNSERVED: &str = "http://127.0.0.1/";

pub(super) async fn fetch(app: &App, typed: &str) -> anyhow::Result<Vec<u8>> {
    // Without a serving process there is no public address.
    let own = Url::parse(&app.public_url).or_else(|_| Url::parse(UNSERVED))?;
    let mut guard = Guard::new(&own, &[])?;
    guard.allow_typed(typed);
    let fetcher = Fetcher::new(Setup::new(guard, own))?;
    let fetched = fetcher.get(typed, Accept::Any).await;
    Ok(fetched.with_context(|| format!("cannot fetch {typed}"))?.body)
}
