//! Asks the operator's timestamp authority when a blob was there (RFC 3161). Safe to run twice: the
//! first answer stays. Evidence stands without: while the authority is down the job is tried again.

use anyhow::Context as _;
use kiemtin_store::jobs::Leased;
use kiemtin_store::stamps::Stamp;

use crate::app::App;
use crate::app::clock::chance;
use crate::archive::stamp;
use crate::fetch::Fetcher;

pub(super) async fn run(app: &App, fetcher: &Fetcher, job: &Leased) -> anyhow::Result<()> {
    let sha256: String = serde_json::from_str(&job.payload)?;
    let bytes = hex::decode(&sha256).ok().and_then(|it| it.try_into().ok());
    let imprint: [u8; 32] = bytes.context("what is to be stamped is no SHA-256")?;
    let nonce = chance();
    let query = stamp::query(imprint, nonce);
    let stamp = match fetcher.stamp(query.clone()).await? {
        // The operator named no authority, or took it back.
        None => None,
        Some(reply) => {
            let at = stamp::time(&reply, imprint, nonce)?;
            Some(Stamp { sha256, query, reply, at })
        }
    };
    Ok(app.store.end_stamp(job, stamp.as_ref()).await?)
}
