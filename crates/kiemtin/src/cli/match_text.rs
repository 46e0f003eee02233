//! `kiemtin match`.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::Match;
use kiemtin_core::message::MESSAGE_BYTES_MAX;
use kiemtin_core::text::key;
use kiemtin_extract::limits::PICTURE_BYTES_MAX;
use kiemtin_extract::picture::is_picture;
use serde_json::json;

use super::explain::explained;
use super::say;
use super::table::table;
use crate::app::App;
use crate::app::pictures::Seen;
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
    /// Read the text from a file, which may be a picture: then its words are read, and the same
    /// picture is looked for.
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    file: Option<PathBuf>,
    /// How many claims to show.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=50))]
    limit: u16,
    /// The language of the reasons, and of the text where it cannot be told: vi or en.
    #[arg(long, value_parser = lang)]
    lang: Option<Lang>,
    /// Show what the search saw: the words, the candidates in each view, and what each feature
    /// adds to the probability.
    #[arg(long, conflicts_with = "json")]
    explain: bool,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

fn lang(tag: &str) -> Result<Lang, String> {
    Lang::from_tag(tag).ok_or_else(|| "the languages are vi and en".to_owned())
}

/// What is looked for.
enum Asked {
    Text(String),
    Picture(Vec<u8>),
}

impl MatchText {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let asked = self.asked()?;
        if let Asked::Text(text) = &asked {
            anyhow::ensure!(!text.trim().is_empty(), "there is no text to match");
            is_short(text)?;
        }
        let app = App::read(&self.place).await?;
        app.model.needed()?;
        let (text, seen) = match asked {
            Asked::Text(text) => (text, None),
            Asked::Picture(bytes) => {
                let seen = app.see(bytes).await?;
                is_short(&seen.text)?;
                (seen.text.clone(), Some(seen))
            }
        };
        let hash = seen.as_ref().and_then(|it| it.hash);
        let limit = usize::from(self.limit);
        let found = app.find_with_picture(&text, self.lang, hash.as_ref(), limit).await?;
        let mut rows = Vec::new();
        for it in &found {
            let claim = app.store.claim(it.claim).await?;
            let sentence = claim.as_ref().map(|it| it.sentence().to_owned()).unwrap_or_default();
            rows.push((it, sentence, app.answered(it.claim)));
        }
        if self.json {
            let rows: Vec<_> =
                rows.iter().map(|(it, text, number)| to_json(it, text, *number)).collect();
            say!("{}", whole(rows, seen.as_ref()));
            return Ok(());
        }
        if let Some(seen) = &seen {
            show_seen(&app, seen).await?;
        }
        if self.explain {
            let key = key(&text, self.lang);
            let named: Vec<_> = rows.iter().map(|it| (it.0, it.1.clone())).collect();
            say!("{}", explained(&key, &app.explain(&key).await?, &named));
        }
        self.show(&rows);
        Ok(())
    }

    fn asked(&self) -> anyhow::Result<Asked> {
        if let Some(file) = &self.file {
            let cannot = || format!("cannot read {}", file.display());
            let mut read = Vec::new();
            // One byte more than is taken, so that what is too large is seen to be.
            let limit = PICTURE_BYTES_MAX as u64 + 1;
            let opened = std::fs::File::open(file).with_context(cannot)?;
            opened.take(limit).read_to_end(&mut read).with_context(cannot)?;
            return Ok(match is_picture(&read) {
                true => Asked::Picture(read),
                false => Asked::Text(kiemtin_extract::decode(&read, None).0),
            });
        }
        Ok(Asked::Text(match self.text.as_deref() {
            Some("-") => {
                let mut bytes = Vec::new();
                let limit = MESSAGE_BYTES_MAX as u64 + 1;
                std::io::stdin().take(limit).read_to_end(&mut bytes)?;
                kiemtin_extract::decode(&bytes, None).0
            }
            text => text.unwrap_or_default().to_owned(),
        }))
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

fn is_short(text: &str) -> anyhow::Result<()> {
    anyhow::ensure!(
        text.len() <= MESSAGE_BYTES_MAX,
        "the text has {} bytes, more than {MESSAGE_BYTES_MAX}: match a part of it",
        text.len()
    );
    Ok(())
}

/// What was read, as it would be kept, and groups with the same picture that have no claim yet.
async fn show_seen(app: &App, seen: &Seen) -> anyhow::Result<()> {
    match (app.reader().await, seen) {
        (Err(absent), _) => say!("Note: {absent}"),
        (_, Seen { is_read: false, .. }) => say!("The text in the picture could not be read."),
        (_, Seen { text, .. }) if text.is_empty() => say!("No words were found in the picture."),
        (_, Seen { text, .. }) => say!("Read in the picture:\n{text}"),
    }
    let Some(hash) = &seen.hash else {
        say!("There is too little to see in the picture to know it again.\n");
        return Ok(());
    };
    let groups = app.groups_with_picture(hash).await?;
    let n_waiting = groups.iter().filter(|it| it.claim.is_none()).count();
    if 0 < n_waiting {
        say!("Groups with the same picture and no claim yet: {n_waiting}");
    }
    say!("");
    Ok(())
}

/// Everything that was found; of a picture also what was seen in it.
fn whole(rows: Vec<serde_json::Value>, seen: Option<&Seen>) -> serde_json::Value {
    match seen {
        None => json!({ "matches": rows }),
        Some(Seen { hash, text, is_read }) => json!({
            "matches": rows,
            "picture": {
                "pdq": hash.map(|it| hex::encode(it.to_bytes())),
                "text": text,
                "is_read": is_read,
            },
        }),
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
