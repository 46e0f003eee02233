//! Which blocks of a page a reference text is made of.

use std::collections::{HashMap, HashSet};

use kiemtin_extract::Row;

use crate::score::words;

/// Words that have to stand in the same order to count as the same place.
const RUN_WORDS: usize = 4;
/// A shorter block is believed only beside a longer one of the text.
const SHORT_WORDS: usize = 8;
/// How far it may stand from one.
const BESIDE_BLOCKS: usize = 4;

/// Is each block in the reference?
pub(crate) fn labels(rows: &[Row], truth: &str) -> Vec<bool> {
    let truth_lower = truth.to_lowercase();
    let truth_words = words(&truth_lower);
    let runs: HashSet<&[&str]> = truth_words.windows(RUN_WORDS).collect();
    let joined = format!(" {} ", truth_words.join(" "));
    let lines: HashSet<String> = truth_lower.lines().map(|it| words(it).join(" ")).collect();
    let lower: Vec<String> = rows.iter().map(|it| it.text.to_lowercase()).collect();
    let blocks: Vec<Vec<&str>> = lower.iter().map(|it| words(it)).collect();
    let mut res: Vec<bool> = blocks.iter().map(|it| is_in(it, &runs, &joined, &lines)).collect();
    // Long blocks first, so that short ones can lean on them.
    let long: Vec<bool> =
        (0..rows.len()).map(|it| res[it] && blocks[it].len() >= SHORT_WORDS).collect();
    for at in 0..rows.len() {
        if res[at] && blocks[at].len() < SHORT_WORDS {
            let near = at.saturating_sub(BESIDE_BLOCKS)..(at + BESIDE_BLOCKS + 1).min(rows.len());
            res[at] = long[near].iter().any(|it| *it);
        }
    }
    without_copies(&blocks, &joined, &mut res);
    res
}

fn is_in(block: &[&str], runs: &HashSet<&[&str]>, joined: &str, lines: &HashSet<String>) -> bool {
    if block.is_empty() {
        return false;
    }
    if block.len() < RUN_WORDS {
        let text = block.join(" ");
        return lines.contains(&text) || joined.contains(&format!(" {text} "));
    }
    let mut covered = vec![false; block.len()];
    for (at, run) in block.windows(RUN_WORDS).enumerate() {
        if runs.contains(run) {
            covered[at..at + RUN_WORDS].fill(true);
        }
    }
    let n_covered = covered.iter().filter(|it| **it).count();
    n_covered * 2 > block.len()
}

/// A text that stands on the page more often than in the reference is meant where others of the
/// reference stand beside it.
fn without_copies(blocks: &[Vec<&str>], joined: &str, res: &mut [bool]) {
    let mut copies: HashMap<&[&str], Vec<usize>> = HashMap::new();
    for (at, block) in blocks.iter().enumerate() {
        if res[at] {
            copies.entry(block).or_default().push(at);
        }
    }
    let before = res.to_vec();
    for (block, mut all) in copies.into_iter().filter(|it| it.1.len() > 1) {
        let n_wanted = joined.matches(&format!(" {} ", block.join(" "))).count().max(1);
        let beside = |at: usize| {
            let near = at.saturating_sub(6)..(at + 7).min(before.len());
            near.filter(|it| before[*it] && blocks[*it] != *block)
                .map(|it| blocks[it].len())
                .sum::<usize>()
        };
        all.sort_by_key(|it| std::cmp::Reverse(beside(*it)));
        all.iter().skip(n_wanted).for_each(|it| res[*it] = false);
    }
}
