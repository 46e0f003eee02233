//! `kiemtin verify-log`: the check of a log, for anyone, against a site or a copy.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::bar::steps;
use super::say;
use crate::log::note::PublicKey;
use crate::log::verify::{Report, Source, verify};

/// Check a desk's public log: signature, entries, tiles, versions and what was published.
///
/// Trusts nothing but the key that you give. Says which entry is wrong, and ends with 1 then. Run it
/// against the site of a desk that you read, or against a copy that you keep (`kiemtin log copy`).
#[derive(Debug, Args)]
pub(super) struct VerifyLog {
    /// The desk's address or its /log (https://desk.example), or a folder with a copy.
    place: String,
    /// The log's public key, as you got it from somewhere else than this site.
    #[arg(long, value_name = "KEY")]
    vkey: Option<String>,
    /// A witness's public key, whose signature must be under the checkpoint. May be repeated.
    #[arg(long, value_name = "KEY")]
    witness: Vec<String>,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

impl VerifyLog {
    pub(super) async fn run(&self) -> anyhow::Result<ExitCode> {
        let pinned = self.vkey.as_deref().map(PublicKey::parse).transpose()?;
        let witnesses = self.witness.iter().map(|it| PublicKey::parse(it));
        let witnesses = witnesses.collect::<anyhow::Result<Vec<_>>>()?;
        let source = Source::parse(&self.place)?;
        let bar = steps(0, "checking");
        let res = verify(&source, pinned.as_ref(), &witnesses, |done, of| {
            bar.set_length(of);
            bar.set_position(done);
        });
        let res = res.await;
        bar.finish_and_clear();
        let report = res?;
        let absent = witnesses.iter().map(PublicKey::name);
        let absent: Vec<&str> =
            absent.filter(|it| !report.signed_by.iter().any(|by| by == it)).collect();
        match self.json {
            true => say!("{}", self.to_json(&report, &absent)),
            false => self.print(&report, &absent),
        }
        let is_good = report.wrong.is_empty() && absent.is_empty();
        Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn print(&self, report: &Report, absent: &[&str]) {
        let Report { origin, size, signed_by, n_documents, wrong } = report;
        for it in wrong {
            match it.entry {
                Some(idx) => say!("WRONG  entry {idx} {}", it.what),
                None => say!("WRONG  {}", it.what),
            }
        }
        for name in absent {
            say!("WRONG  the witness {name} did not sign");
        }
        if !wrong.is_empty() || !absent.is_empty() {
            return;
        }
        let signed = signed_by.join(", ");
        say!("{origin}: {size} entries, signed by {signed}");
        say!("{n_documents} of them with what was published, which fits");
        match &self.vkey {
            Some(_) => say!("consistent, with the key that you gave"),
            None => say!("consistent, key not pinned: give --vkey with the key you know"),
        }
    }

    fn to_json(&self, report: &Report, absent: &[&str]) -> serde_json::Value {
        let Report { origin, size, signed_by, n_documents, wrong } = report;
        let wrong: Vec<_> =
            wrong.iter().map(|it| json!({ "entry": it.entry, "what": it.what })).collect();
        json!({
            "origin": origin,
            "size": size,
            "signed_by": signed_by,
            "witnesses_absent": absent,
            "documents": n_documents,
            "pinned": self.vkey.is_some(),
            "wrong": wrong,
        })
    }
}
