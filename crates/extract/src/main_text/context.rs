//! A second look at each block, knowing what the first look said of the others.

use std::collections::HashMap;

use super::Row;
use super::features::Features;

/// Blocks to each side whose first probability is told by itself.
const STEPS: [isize; 8] = [-4, -3, -2, -1, 1, 2, 3, 4];

/// The features of the second look, the first ones behind them.
pub fn with_context(rows: &[Row], first: &[f32]) -> Vec<Features> {
    let styles = means(rows.iter().map(|it| it.style), rows, first);
    let places = means(rows.iter().map(|it| it.place as u64), rows, first);
    let sums = running(rows, first);
    let max_before = running_max(rows.iter().zip(first));
    let mut max_after = running_max(rows.iter().zip(first).rev());
    max_after.reverse();
    let n_wanted = sums.last().copied().unwrap_or(0.0).max(1.0);
    let res = (0..rows.len()).map(|at| {
        let row = &rows[at];
        let mut res: Features = Vec::with_capacity(24 + row.features.len());
        res.push(first[at]);
        res.extend(STEPS.map(|it| {
            let other = at.checked_add_signed(it).and_then(|it| first.get(it));
            other.copied().unwrap_or(-1.0)
        }));
        res.extend([styles[at], places[at], max_before[at], max_after[at]]);
        // Wanted characters before, after, and close by.
        let close = sums[(at + 6).min(rows.len())] - sums[at.saturating_sub(5)];
        res.extend([sums[at] / n_wanted, n_wanted.ln(), (close + 1.0).ln()]);
        let later = sums[rows.len()] - sums[at + 1];
        res.push((later + 1.0).ln());
        res.push((sums[at] + 1.0).ln());
        res.extend(&row.features);
        res
    });
    res.collect()
}

/// The mean of those that share a key, by their characters, and without the block itself.
fn means(keys: impl Iterator<Item = u64>, rows: &[Row], first: &[f32]) -> Vec<f32> {
    let keys: Vec<u64> = keys.collect();
    let weight = |it: usize| (rows[it].n_chars as f32).min(1_000.0);
    let mut sums: HashMap<u64, (f32, f32)> = HashMap::new();
    for (at, key) in keys.iter().enumerate() {
        let sum = sums.entry(*key).or_default();
        *sum = (sum.0 + first[at] * weight(at), sum.1 + weight(at));
    }
    let without = |(at, key): (usize, &u64)| {
        let (sum, n) = sums.get(key).copied().unwrap_or_default();
        let n = n - weight(at);
        if n < 1.0 { -1.0 } else { (sum - first[at] * weight(at)) / n }
    };
    keys.iter().enumerate().map(without).collect()
}

/// Wanted characters before each block, and before the end.
fn running(rows: &[Row], first: &[f32]) -> Vec<f32> {
    let mut sum = 0.0;
    let mut res = vec![0.0];
    for (row, p) in rows.iter().zip(first) {
        sum += if *p > 0.5 { row.n_chars as f32 } else { 0.0 };
        res.push(sum);
    }
    res
}

/// The best of those passed so far that are longer than a heading.
fn running_max<'a>(of: impl Iterator<Item = (&'a Row, &'a f32)>) -> Vec<f32> {
    let mut max = 0.0_f32;
    let mut res = Vec::new();
    for (row, p) in of {
        res.push(max);
        // What is far behind counts less and less.
        max *= 0.97;
        if row.n_chars >= 80 {
            max = max.max(*p);
        }
    }
    res
}
