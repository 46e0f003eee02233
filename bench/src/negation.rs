//! A message and its denial: are they told apart, and how many true paraphrases does that cost?
//!
//! Denials are written by rules from the claims of the bundled sample, in both languages, and from
//! the claims of `claims-2a`. Paraphrases are the messages and claims that people tied together in
//! the train splits of `claims-2a` and `claims-vi`.

use std::collections::HashSet;
use std::path::Path;

use kiemtin::sample;
use kiemtin_core::ids::ClaimId;
use kiemtin_core::index::{ClaimDoc, ClaimIndex, Part};
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::{self, Reason};
use kiemtin_core::time::Timestamp;

use crate::ranking::{load, queries};

/// Pairs of a message and its denial.
const PAIRS: usize = 500;

/// Measures on a folder of collections.
pub fn run(dir: &Path) -> anyhow::Result<()> {
    let claims = claims(dir)?;
    let (mut n_apart, mut n_missed) = (0, Vec::new());
    for (n, (lang, claim)) in claims.iter().enumerate() {
        let mut index = ClaimIndex::new();
        let id = ClaimId::new(Timestamp::from_millis(0), [0; 10]);
        index.upsert(&ClaimDoc { id, lang: *lang, parts: vec![(Part::Claim, claim)] });
        let denial = denied(claim, *lang, n);
        match is_vetoed(&index, &denial, *lang) {
            true => n_apart += 1,
            false => n_missed.push(denial),
        }
    }
    let share = |n: usize, of: usize| 100.0 * n as f64 / of.max(1) as f64;
    println!("told apart: {n_apart} of {} ({:.1} %)", claims.len(), share(n_apart, claims.len()));
    n_missed.iter().take(10).for_each(|it| println!("    missed: {it}"));
    for (folder, typed) in [("claims-2a", ""), ("claims-vi", ".clean")] {
        let path = dir.join(folder);
        let collection = load(&path, &HashSet::new())?;
        let (queries, qrels) = queries(&path, "train", typed)?;
        let (mut n_found, mut n_vetoed) = (0, 0);
        for query in &queries {
            let key = kiemtin_core::text::key(&query.text, Some(collection.lang));
            let found = matching::find_with(&mut Default::default(), &collection.index, &key, 5);
            let relevant = qrels.relevant(&query.name);
            let is_right =
                |it: ClaimId| relevant.is_some_and(|all| all.contains(&collection.names[&it]));
            let Some(right) = found.iter().find(|it| is_right(it.claim)) else { continue };
            n_found += 1;
            let vetoed = right.reasons.iter().any(|it| matches!(it, Reason::Negated(_)));
            n_vetoed += usize::from(vetoed);
        }
        let share = share(n_vetoed, n_found);
        println!("{folder}: {n_vetoed} of {n_found} paraphrases vetoed ({share:.1} %)");
    }
    Ok(())
}

fn is_vetoed(index: &ClaimIndex, text: &str, lang: Lang) -> bool {
    let found = matching::find(index, text, Some(lang), 1);
    found.iter().any(|it| it.reasons.iter().any(|it| matches!(it, Reason::Negated(_))))
}

/// The sample's claims and variants in both languages, then claims of `claims-2a`.
fn claims(dir: &Path) -> anyhow::Result<Vec<(Lang, String)>> {
    let mut res = Vec::new();
    for it in sample::claims()? {
        for lang in Lang::ALL {
            res.extend(it.claim.exact(lang).map(|text| (lang, text.to_owned())));
        }
        res.extend(it.variants.vi.iter().map(|text| (Lang::Vi, text.clone())));
        res.extend(it.variants.en.iter().map(|text| (Lang::En, text.clone())));
    }
    let text = std::fs::read_to_string(dir.join("claims-2a/claims.jsonl"))?;
    for line in text.lines().step_by(31) {
        let row: serde_json::Value = serde_json::from_str(line)?;
        let text = row["text"].as_str().unwrap_or_default();
        res.push((Lang::En, text.to_owned()));
    }
    res.truncate(PAIRS);
    Ok(res)
}

/// The opposite of a claim, in one of several ways of saying it.
fn denied(claim: &str, lang: Lang, n: usize) -> String {
    let inside = negated_inside(claim, lang);
    let sentence = claim.trim_end_matches('.');
    match (lang, n % 5, inside) {
        (_, 0..=2, Some(text)) => text,
        (Lang::En, 0, None) => format!("It is not true that {sentence}."),
        (Lang::En, 1, None) => format!("No, {sentence}: this is a hoax."),
        (Lang::En, 2, None) => format!("Officials deny that {sentence}."),
        (Lang::En, 3, _) => format!("Fake: {sentence}."),
        (Lang::En, ..) => format!("There is no evidence that {sentence}."),
        (Lang::Vi, 0, None) => format!("Không có chuyện {sentence}."),
        (Lang::Vi, 1, None) => format!("Thông tin {sentence} là sai sự thật."),
        (Lang::Vi, 2, None) => format!("Cơ quan chức năng bác bỏ tin {sentence}."),
        (Lang::Vi, 3, _) => format!("Tin giả: {sentence}."),
        (Lang::Vi, ..) => format!("Làm gì có chuyện {sentence}."),
    }
}

/// Puts a "not" behind the first auxiliary, or before the first Vietnamese verb that takes one.
fn negated_inside(claim: &str, lang: Lang) -> Option<String> {
    const AUXILIARIES: [&str; 16] = [
        "is", "are", "was", "were", "will", "can", "has", "have", "had", "should", "would",
        "could", "may", "must", "does", "did",
    ];
    const VERBS: [(&str, &str); 9] = [
        ("có", "không có"),
        ("được", "không được"),
        ("bị", "không bị"),
        ("là", "không phải là"),
        ("sẽ", "sẽ không"),
        ("đã", "chưa"),
        ("chữa", "không chữa"),
        ("gây", "không gây"),
        ("làm", "không làm"),
    ];
    let words: Vec<&str> = claim.split(' ').collect();
    let replaced = |at: usize, by: &str| {
        let mut words = words.clone();
        words[at] = by;
        words.join(" ")
    };
    words.iter().enumerate().find_map(|(at, word)| match lang {
        Lang::En => AUXILIARIES.contains(word).then(|| replaced(at, &format!("{word} not"))),
        Lang::Vi => VERBS.iter().find(|it| it.0 == *word).map(|(_, denied)| replaced(at, denied)),
    })
}
