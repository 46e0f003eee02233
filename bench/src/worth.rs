//! Check-worthiness: learning the weights of `core::worth`, and measuring them.
//!
//! `cargo xtask train-worth --data DIR` reads the `train` splits of DIR/check-worthy only and writes
//! the files that `core::worth` is built with. There is no chance in it: the same data gives the same
//! files. The threshold comes from texts that the weights had not seen (five folds).
//! `cargo xtask bench worth --data DIR` measures on the `dev` splits. The data stays where it is.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use kiemtin_core::lang::Lang;
use kiemtin_core::text::sentence::sentences;
use kiemtin_core::worth::fit::{Example, Head, Settings, fit, sigmoid};
use kiemtin_core::worth::{self, Reading, Weights, reading};

/// Chosen on the folds; around them average precision moves by a hundredth.
const ENGLISH: Settings = Settings { ridge: 6e-4, signals: 1.0, wording: 60.0, n_steps: 150 };
const SIGNALS_ALONE: Settings = Settings { ridge: 1e-3, signals: 1.0, wording: 0.0, n_steps: 300 };
const N_FOLDS: usize = 5;

/// A labelled text.
struct Labelled {
    text: String,
    reading: Reading,
    right: bool,
}

/// How good a ranking is.
struct Figures {
    average_precision: f64,
    /// The best F1 of the positive class, and the score from which on it is reached.
    f1: f64,
    threshold: f32,
}

/// Learns both languages' weights and writes their files.
///
/// # Errors
/// The data cannot be read or the files not written.
pub(crate) fn train(args: &[String]) -> anyhow::Result<()> {
    let data = folder(args, "--data").context("usage: train-worth --data DIR [--out DIR]")?;
    let out = folder(args, "--out").unwrap_or_else(|| PathBuf::from("crates/core/src/worth"));
    std::fs::create_dir_all(&out).with_context(|| format!("making {}", out.display()))?;
    let claim = load(&data, "claim.train")?;
    let worthy = load(&data, "worthy.train")?;
    for (lang, settings) in [(Lang::En, ENGLISH), (Lang::Vi, SIGNALS_ALONE)] {
        let folds = unseen(&claim, &worthy, &settings);
        let figures = figures(&folds.worthy);
        let weights = Weights {
            claim: head(claim.iter(), &settings),
            worthy: head(worthy.iter(), &settings),
            threshold: figures.threshold,
        };
        let summary = format!(
            "five folds of train: worthy F1 {:.3}, AP {:.3}; claim accuracy {:.3}",
            figures.f1,
            figures.average_precision,
            accuracy(&folds.claim),
        );
        println!("{}: {summary}", lang.tag());
        let path = out.join(format!("{}.weights", lang.tag()));
        let text = weights.signals_file(&heading(lang, &claim, &worthy, &summary));
        std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
        if 0.0 < settings.wording {
            let path = out.join(format!("{}.wording", lang.tag()));
            std::fs::write(&path, weights.wording_file())
                .with_context(|| format!("writing {}", path.display()))?;
        }
    }
    Ok(())
}

fn heading(lang: Lang, claim: &[Labelled], worthy: &[Labelled], summary: &str) -> String {
    let alone = match lang {
        Lang::En => "Beside the wording in en.wording.",
        Lang::Vi => "Signals alone, learned from English texts.",
    };
    format!(
        "# What each signal is worth in {}: read by core::worth, written by `cargo xtask train-worth`.\n\
         # First column: does it state something; second: is that worth checking. {alone}\n\
         # Learned from {} and {} labelled texts of check-worthy (CheckThat! 2022, task 1, English);\n\
         # {summary}.\n\
         # No text of that collection is in this repository.\n",
        lang.tag(),
        claim.len(),
        worthy.len(),
    )
}

fn head<'a>(texts: impl Iterator<Item = &'a Labelled>, settings: &Settings) -> Head {
    let of = |it: &'a Labelled| Example {
        reading: &it.reading,
        right: it.right,
        counts: 1.0,
        offset: 0.0,
    };
    fit(&texts.map(of).collect::<Vec<_>>(), settings, None)
}

/// A score, and whether the text is what is looked for.
type Scored = Vec<(f32, bool)>;

struct Folds {
    claim: Scored,
    worthy: Scored,
}

/// Scores of texts that the weights behind them were not learned from.
fn unseen(claim: &[Labelled], worthy: &[Labelled], settings: &Settings) -> Folds {
    let mut res = Folds { claim: Vec::new(), worthy: Vec::new() };
    for n in 0..N_FOLDS {
        let seen = |it: &&Labelled| fold(&it.text) != n;
        let unseen = |it: &&Labelled| fold(&it.text) == n;
        let weights = Weights {
            claim: head(claim.iter().filter(seen), settings),
            worthy: head(worthy.iter().filter(seen), settings),
            threshold: 0.0,
        };
        res.claim.extend(claim.iter().filter(unseen).map(|it| states(it, &weights)));
        res.worthy.extend(worthy.iter().filter(unseen).map(|it| worth(it, &weights)));
    }
    res
}

/// The same text is in the same fold of both sets.
fn fold(text: &str) -> usize {
    text.bytes().map(usize::from).sum::<usize>() % N_FOLDS
}

fn states(it: &Labelled, weights: &Weights) -> (f32, bool) {
    (sigmoid(weights.claim.sum(&it.reading)), it.right)
}

fn worth(it: &Labelled, weights: &Weights) -> (f32, bool) {
    (worth::probability(&it.reading, weights), it.right)
}

/// Measures the weights that the program is built with.
///
/// # Errors
/// The data cannot be read.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let data = folder(args, "--data").context("usage: bench worth --data DIR")?;
    let claim = load(&data, "claim.dev")?;
    let worthy = load(&data, "worthy.dev")?;
    println!("dev of check-worthy; best today: TF-IDF and logistic regression (data's README)");
    println!("{:<36}{:>9}{:>9}{:>11}{:>7}", "", "English", "signals", "best today", "bar");
    let both = [Lang::En, Lang::Vi].map(|it| {
        let weights = worth::weights(it);
        let scored: Scored = worthy.iter().map(|it| worth(it, weights)).collect();
        let states: Scored = claim.iter().map(|it| states(it, weights)).collect();
        let proposed = worthy.iter().map(|it| {
            let found = worth::judge(&it.text, Lang::En, weights);
            (found.is_proposed, it.right)
        });
        let f1 = f1(&proposed.collect::<Vec<_>>());
        [f1, figures(&scored).average_precision, accuracy(&states)]
    });
    let rows = [
        ("worthy: F1 of the positive class", ".625", ".68"),
        ("worthy: average precision", ".716", ".76"),
        ("claim: accuracy", ".720", ".78"),
    ];
    for (idx, (what, today, bar)) in rows.into_iter().enumerate() {
        println!("{what:<36}{:>9.3}{:>9.3}{today:>11}{bar:>7}", both[0][idx], both[1][idx]);
    }
    speed(&claim);
    Ok(())
}

fn speed(texts: &[Labelled]) {
    let all: Vec<&str> = texts.iter().flat_map(|it| sentences(&it.text)).collect();
    let n_bytes: usize = texts.iter().map(|it| it.text.len()).sum();
    let begin = Instant::now();
    for it in texts {
        black_box(sentences(&it.text));
    }
    let split = n_bytes as f64 / begin.elapsed().as_secs_f64() / 1e6;
    let weights = worth::weights(Lang::En);
    let begin = Instant::now();
    for it in &all {
        black_box(worth::judge(it, Lang::En, weights));
    }
    let judged = all.len() as f64 / begin.elapsed().as_secs_f64();
    println!("{} sentences: cut at {split:.0} MB/s, judged at {judged:.0} a second", all.len());
}

fn figures(scored: &[(f32, bool)]) -> Figures {
    let mut order = scored.to_vec();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let n_right = order.iter().filter(|it| it.1).count().max(1) as f64;
    let mut res = Figures { average_precision: 0.0, f1: 0.0, threshold: 1.0 };
    let mut n_found = 0.0;
    for (idx, (score, right)) in order.into_iter().enumerate() {
        let n = idx as f64 + 1.0;
        if right {
            n_found += 1.0;
            res.average_precision += n_found / n / n_right;
        }
        let f1 = 2.0 * n_found / (n + n_right);
        if res.f1 < f1 {
            (res.f1, res.threshold) = (f1, score);
        }
    }
    res
}

fn f1(proposed: &[(bool, bool)]) -> f64 {
    let n_proposed = proposed.iter().filter(|it| it.0).count();
    let n_found = proposed.iter().filter(|it| it.0 && it.1).count();
    let n_right = proposed.iter().filter(|it| it.1).count();
    2.0 * n_found as f64 / (n_proposed + n_right).max(1) as f64
}

fn accuracy(scored: &[(f32, bool)]) -> f64 {
    let n_same = scored.iter().filter(|it| (0.5 <= it.0) == it.1).count();
    n_same as f64 / scored.len().max(1) as f64
}

fn load(data: &Path, name: &str) -> anyhow::Result<Vec<Labelled>> {
    let path = data.join("check-worthy").join(format!("{name}.jsonl"));
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    text.lines().map(labelled).collect()
}

fn labelled(line: &str) -> anyhow::Result<Labelled> {
    let row: serde_json::Value = serde_json::from_str(line)?;
    let (Some(text), Some(label)) = (row["text"].as_str(), row["label"].as_i64()) else {
        bail!("a line without text and label");
    };
    // The collection kept these as the page had them.
    let text = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    let reading = reading::read(&text, Lang::En);
    Ok(Labelled { text, reading, right: label == 1 })
}

fn folder(args: &[String], name: &str) -> Option<PathBuf> {
    let at = args.iter().position(|it| it == name)?;
    args.get(at + 1).map(PathBuf::from)
}
