//! Masking measured on a generated set: recall by kind and by evasion, precision, time.
//!
//! The set is made by the same generator as the tests of `kiemtin-core`, only larger.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use anyhow::ensure;
use kiemtin_core::lang::Lang;
use kiemtin_core::message::{Door, Publishers, RawMessage, admit};
use kiemtin_core::text::mask::{PersonalData, mask};
use kiemtin_core::time::Timestamp;

#[path = "../../crates/core/tests/masking/generated.rs"]
pub(crate) mod generated;

/// Positives of each kind and evasion: some 15,000 in all.
const N_EACH: usize = 80;
const N_NEGATIVES: usize = 15_000;
const RECALL_MIN: f64 = 0.99;
const PRECISION_MIN: f64 = 0.95;

/// What came out of the positives.
#[derive(Default)]
struct Tally {
    n: usize,
    n_found: usize,
    n_named_right: usize,
    /// Replacements of something that was not personal.
    n_wrong: usize,
}

impl Tally {
    fn recall(&self) -> f64 {
        self.n_found as f64 / self.n as f64
    }
}

/// Prints the figures and fails if they are below the bar.
///
/// # Errors
/// Recall or precision is below the bar.
pub(crate) fn run() -> anyhow::Result<()> {
    let positives = generated::positives(2026, N_EACH);
    let negatives = generated::negatives(2027, N_NEGATIVES);
    ensure!(10_000 <= positives.len() && 10_000 <= negatives.len(), "the set is too small");
    let mut by_kind: BTreeMap<PersonalData, Tally> = BTreeMap::new();
    let mut by_evasion: BTreeMap<&str, Tally> = BTreeMap::new();
    for it in &positives {
        count(it, by_kind.entry(it.kind).or_default());
        count(it, by_evasion.entry(it.evasion).or_default());
    }
    let n_eaten: usize = negatives.iter().map(|it| mask(&it.0, it.1).found.len()).sum();
    println!("{:<28}{:>8}{:>9}{:>12}", "kind", "n", "recall", "named right");
    for (kind, tally) in &by_kind {
        let named = tally.n_named_right as f64 / tally.n as f64;
        println!("{:<28}{:>8}{:>9.4}{named:>12.4}", kind.token(Lang::En), tally.n, tally.recall());
    }
    println!("{:<28}{:>8}{:>9}", "evasion", "n", "recall");
    for (evasion, tally) in &by_evasion {
        println!("{evasion:<28}{:>8}{:>9.4}", tally.n, tally.recall());
    }
    let n_found: usize = by_kind.values().map(|it| it.n_found).sum();
    let n_wrong: usize = by_kind.values().map(|it| it.n_wrong).sum::<usize>() + n_eaten;
    let recall = n_found as f64 / positives.len() as f64;
    let precision = n_found as f64 / (n_found + n_wrong) as f64;
    println!("recall {recall:.4} of {} messages with personal data", positives.len());
    println!(
        "precision {precision:.4}: {n_wrong} replacements too many; {n_eaten} of them in {} messages without",
        negatives.len()
    );
    time(&positives);
    ensure!(RECALL_MIN <= recall, "recall {recall:.4} is below {RECALL_MIN}");
    ensure!(PRECISION_MIN <= precision, "precision {precision:.4} is below {PRECISION_MIN}");
    Ok(())
}

/// Found means: all around the secret stands as before, and of the secret nothing is left.
fn count(it: &generated::Positive, tally: &mut Tally) {
    let masked = mask(&it.text, it.lang);
    let clean = it.is_hidden_in(&masked.text);
    tally.n += 1;
    tally.n_found += usize::from(clean);
    tally.n_named_right += usize::from(clean && masked.found.contains(&it.kind));
    tally.n_wrong += masked.found.len().saturating_sub(usize::from(clean));
}

fn time(positives: &[generated::Positive]) {
    let n_chars: usize = positives.iter().map(|it| it.text.chars().count()).sum();
    let start = Instant::now();
    for it in positives {
        black_box(mask(&it.text, it.lang));
    }
    let mask_us = start.elapsed().as_secs_f64() * 1e6 / positives.len() as f64;
    let publishers = Publishers::from_hosts(["vnexpress.net", "who.int"]);
    let door = Door { key: &[7; 32], publishers: &publishers, now: Timestamp::from_millis(0) };
    let raws: Vec<RawMessage> = positives
        .iter()
        .map(|it| RawMessage {
            external_id: Some("1".to_owned()),
            text: it.text.clone(),
            url: Some("https://vnexpress.net/a?utm_source=b".to_owned()),
            source: Some("Facebook posts".to_owned()),
            ..RawMessage::default()
        })
        .collect();
    let n = raws.len() as f64;
    let start = Instant::now();
    for raw in raws {
        let _refused_or_not = black_box(admit(raw, &door));
    }
    let admit_us = start.elapsed().as_secs_f64() * 1e6 / n;
    println!(
        "{:.0} characters on average: mask {mask_us:.1} µs, admit {admit_us:.1} µs",
        n_chars as f64 / n
    );
}
