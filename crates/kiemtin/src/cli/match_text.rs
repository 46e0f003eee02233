//! `kiemtin match`.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use kiemtin_core::ids::ClaimId;
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::Match;
use kiemtin_core::message::MESSAGE_BYTES_MAX;
use kiemtin_core::text::{key, language};
use kiemtin_extract::limits::{HEAD_BYTES, PICTURE_BYTES_MAX};
use kiemtin_extract::picture::is_picture;
use kiemtin_extract::{Unreadable, sniff};
use serde_json::json;

use super::explain::{CANDIDATES_SHOWN, explained};
use super::say;
use super::table::table;
use crate::app::App;
use crate::app::pictures::Seen;
use crate::config::Place;
use crate::embed::built_in;
use crate::{locale, reason};

/// Claims that are shown at most.
const LIMIT_MAX: usize = 50;
/// Names that promise a picture.
const PICTURE_NAMES: [&str; 8] = ["png", "jpg", "jpeg", "webp", "gif", "heic", "bmp", "tiff"];

/// Say which claims a text makes, how sure that is, and why. Nothing is kept.
///
/// What is found is told in the language of the text, all of it.
#[derive(Debug, Args)]
pub(super) struct MatchText {
    #[command(flatten)]
    place: Place,
    /// The text; `-` reads it from standard input.
    #[arg(required_unless_present = "file")]
    text: Option<String>,
    /// Read the text from a file, which may be a picture (PNG, JPEG, WebP or GIF): then its words
    /// are read, and the same picture is looked for.
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    file: Option<PathBuf>,
    /// How many claims to show, from 1 to 50.
    #[arg(long, default_value_t = 5, value_parser = limit)]
    limit: usize,
    /// The language of the text, and so of everything that is told: vi or en. It is guessed unless
    /// given.
    #[arg(long, value_parser = lang)]
    lang: Option<Lang>,
    /// Show what the search saw, in English: the words, the candidates in each view, and what each
    /// feature adds to the probability.
    #[arg(long, conflicts_with = "json")]
    explain: bool,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

fn lang(tag: &str) -> Result<Lang, String> {
    Lang::from_tag(tag).ok_or_else(|| "the languages are vi and en".to_owned())
}

fn limit(text: &str) -> Result<usize, String> {
    let n = text.parse().ok().filter(|it| (1..=LIMIT_MAX).contains(it));
    n.ok_or_else(|| format!("it must be a whole number from 1 to {LIMIT_MAX}"))
}

/// What is looked for.
enum Asked {
    Text(String),
    Picture(Vec<u8>),
}

impl MatchText {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        if self.place.model.is_some() {
            built_in()?;
        }
        let asked = self.asked()?;
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
        let lang = self.lang.unwrap_or_else(|| language::guess(&text));
        let hash = seen.as_ref().and_then(|it| it.hash);
        let found = app.find_with_picture(&text, self.lang, hash.as_ref(), self.limit).await?;
        let mut rows = Vec::new();
        for it in &found {
            rows.push((it, sentence(&app, it.claim, lang).await?, app.answered(it.claim)));
        }
        if self.json {
            let rows: Vec<_> =
                rows.iter().map(|(it, text, number)| to_json(it, text, *number)).collect();
            say!("{}", whole(rows, seen.as_ref()));
            return Ok(());
        }
        if let Some(seen) = &seen {
            show_seen(&app, seen, lang).await?;
        }
        if self.explain {
            let key = key(&text, self.lang);
            let whole = app.explain(&key).await?;
            let mut sentences = Vec::new();
            for (candidate, _) in whole.candidates.iter().take(CANDIDATES_SHOWN) {
                sentences.push(sentence(&app, candidate.claim, lang).await?);
            }
            let found: Vec<&Match> = found.iter().collect();
            say!("{}", explained(&key, &whole, &sentences, &found));
        }
        show(&rows, lang);
        Ok(())
    }

    fn asked(&self) -> anyhow::Result<Asked> {
        if let Some(file) = &self.file {
            return of_file(file);
        }
        let text = match self.text.as_deref() {
            Some("-") => {
                let mut bytes = Vec::new();
                // One byte more than is taken, so that what is too large is seen to be.
                let limit = MESSAGE_BYTES_MAX as u64 + 1;
                std::io::stdin().take(limit).read_to_end(&mut bytes)?;
                anyhow::ensure!(
                    bytes.len() <= MESSAGE_BYTES_MAX,
                    "the text has more than {MESSAGE_BYTES_MAX} bytes: match a part of it"
                );
                kiemtin_extract::plain_text(&bytes, None).0
            }
            text => text.unwrap_or_default().to_owned(),
        };
        anyhow::ensure!(!text.trim().is_empty(), "there is no text to match");
        is_short(&text)?;
        Ok(Asked::Text(text))
    }
}

/// A picture that is taken, or else a text; nothing else is matched as if it were one.
fn of_file(file: &Path) -> anyhow::Result<Asked> {
    let name = file.display();
    let bytes = read(file)?;
    anyhow::ensure!(!bytes.is_empty(), "{name} is empty: there is nothing in it to match");
    anyhow::ensure!(
        bytes.len() <= PICTURE_BYTES_MAX,
        "{name} has more than {} MiB: of a text match a part, of a picture a screenshot",
        PICTURE_BYTES_MAX >> 20
    );
    if is_picture(&bytes) {
        return Ok(Asked::Picture(bytes));
    }
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    if let Err(Unreadable::Binary { looks_like, .. }) = sniff(head) {
        anyhow::bail!(
            "{name} looks like {looks_like}, which is not taken: give a text, or a picture as PNG, \
             JPEG, WebP or GIF; a screenshot is one"
        );
    }
    let text = kiemtin_extract::plain_text(&bytes, None).0;
    anyhow::ensure!(!text.trim().is_empty(), "there is no text to match in {name}");
    is_short(&text)?;
    let extension = file.extension().and_then(|it| it.to_str()).unwrap_or_default();
    if PICTURE_NAMES.contains(&extension.to_ascii_lowercase().as_str()) {
        eprintln!("Note: {name} holds no picture but text, which is matched.");
    }
    Ok(Asked::Text(text))
}

/// The bytes of a file, one more than is taken at most, so that what is too large is seen to be.
fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let name = file.display();
    let mut bytes = Vec::new();
    let limit = PICTURE_BYTES_MAX as u64 + 1;
    let read = File::open(file).and_then(|it| it.take(limit).read_to_end(&mut bytes));
    match read.map_err(|err| (err.kind(), err)) {
        Ok(_) => Ok(bytes),
        Err((io::ErrorKind::NotFound, _)) => {
            anyhow::bail!("cannot read {name}: there is no such file; look at how it is spelt")
        }
        Err((io::ErrorKind::IsADirectory, _)) => {
            anyhow::bail!("cannot read {name}: it is a folder; name a file in it")
        }
        Err((io::ErrorKind::PermissionDenied, _)) => {
            anyhow::bail!("cannot read {name}: you may not; ask its owner, or copy it")
        }
        Err((_, err)) => Err(err).with_context(|| format!("cannot read {name}")),
    }
}

/// What a claim says, in this language if it is worded in it.
async fn sentence(app: &App, claim: ClaimId, lang: Lang) -> anyhow::Result<String> {
    let claim = app.store.claim(claim).await?;
    Ok(claim.map(|it| it.text.text(lang).to_owned()).unwrap_or_default())
}

fn show(rows: &[(&Match, String, Option<i64>)], lang: Lang) {
    if rows.is_empty() {
        say!("{}", locale::text(lang, "match-nothing"));
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
    let heading = heading.map(|it| locale::text(lang, &format!("match-{it}")));
    let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
    say!("{}", table(&heading, &[12, 10, 8, 70, 120], &rows).trim_end());
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
async fn show_seen(app: &App, seen: &Seen, lang: Lang) -> anyhow::Result<()> {
    let t = |key: &str| locale::text(lang, key);
    match (app.reader().await, seen) {
        (Err(absent), _) => say!("Note: {absent}"),
        (_, Seen { is_read: false, .. }) => say!("{}", t("match-picture-unread")),
        (_, Seen { text, .. }) if text.is_empty() => say!("{}", t("match-picture-no-words")),
        (_, Seen { text, .. }) => say!("{}\n{text}", t("match-picture-read")),
    }
    let Some(hash) = &seen.hash else {
        say!("{}\n", t("match-picture-plain"));
        return Ok(());
    };
    let groups = app.groups_with_picture(hash).await?;
    let n_waiting = groups.iter().filter(|it| it.claim.is_none()).count();
    if 0 < n_waiting {
        let n = [("n", n_waiting.into())];
        say!("{}", locale::text_with(lang, "match-picture-waiting", &n));
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
