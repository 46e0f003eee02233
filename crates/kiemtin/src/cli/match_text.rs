//! `kiemtin match`.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::Match;
use kiemtin_core::message::MESSAGE_BYTES_MAX;
use serde_json::json;

use super::say;
use super::table::table;
use crate::app::App;
use crate::config::Place;
use crate::{locale, reason};

/// Say which claims a text makes, how sure that is, and why. Nothing is kept.
#[derive(Debug, Args)]
pub(super) struct MatchText {
    #[command(flatten)]
    place: Place,
    /// The text; `-` reads it from standard input.
    #[arg(required_unless_present = "file")]
    text: Option<String>,
    /// Read the text from a file.
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    file: Option<PathBuf>,
    /// How many claims to show.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=50))]
    limit: u16,
    /// The language of the reasons, and of the text where it cannot be told: vi or en.
    #[arg(long, value_parser = lang)]
    lang: Option<Lang>,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

fn lang(tag: &str) -> Result<Lang, String> {
    Lang::from_tag(tag).ok_or_else(|| "the languages are vi and en".to_owned())
}

impl MatchText {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let text = self.text()?;
        anyhow::ensure!(!text.trim().is_empty(), "there is no text to match");
        anyhow::ensure!(
            text.len() <= MESSAGE_BYTES_MAX,
            "the text has {} bytes, more than {MESSAGE_BYTES_MAX}: match a part of it",
            text.len()
        );
        let app = App::read(&self.place).await?;
        app.model.needed()?;
        let found = app.find(&text, self.lang, usize::from(self.limit)).await?;
        let mut rows = Vec::new();
        for it in &found {
            let claim = app.store.claim(it.claim).await?;
            let sentence = claim.as_ref().map(|it| it.sentence().to_owned()).unwrap_or_default();
            rows.push((it, sentence, app.answered(it.claim)));
        }
        if self.json {
            let rows: Vec<_> =
                rows.iter().map(|(it, text, number)| to_json(it, text, *number)).collect();
            say!("{}", json!({ "matches": rows }));
        } else {
            self.show(&rows);
        }
        Ok(())
    }

    fn text(&self) -> anyhow::Result<String> {
        if let Some(file) = &self.file {
            let read =
                std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            return Ok(kiemtin_extract::decode(&read, None).0);
        }
        match self.text.as_deref() {
            Some("-") => {
                let mut bytes = Vec::new();
                let limit = MESSAGE_BYTES_MAX as u64 + 1;
                std::io::stdin().take(limit).read_to_end(&mut bytes)?;
                Ok(kiemtin_extract::decode(&bytes, None).0)
            }
            text => Ok(text.unwrap_or_default().to_owned()),
        }
    }

    fn show(&self, rows: &[(&Match, String, Option<i64>)]) {
        let lang = self.lang.unwrap_or(Lang::Vi);
        if rows.is_empty() {
            say!("No claim of this desk is like it.");
            return;
        }
        let row = |(it, text, number): &(&Match, String, Option<i64>)| {
            let decision = reason::decision_code(it.decision);
            let why: Vec<String> = it.reasons.iter().map(|it| reason::words(it, lang)).collect();
            vec![
                locale::percent(f64::from(it.probability)),
                locale::text(lang, &format!("decision-{decision}")),
                number.map(|it| format!("c/{it}")).unwrap_or_default(),
                text.clone(),
                why.join("; "),
            ]
        };
        let rows: Vec<Vec<String>> = rows.iter().map(row).collect();
        let heading = ["probability", "decision", "answer", "claim", "why"];
        say!("{}", table(&heading, &[11, 10, 8, 70, 120], &rows).trim_end());
    }
}

fn to_json(it: &Match, text: &str, number: Option<i64>) -> serde_json::Value {
    json!({
        "claim": it.claim.to_string(),
        "text": text,
        "answer": number,
        "probability": it.probability,
        "decision": reason::decision_code(it.decision),
        "reasons": it.reasons.iter().map(reason::value).collect::<Vec<_>>(),
        "words": it.reasons.iter().map(|it| reason::words(it, Lang::En)).collect::<Vec<_>>(),
    })
}
