//! How figures are printed: what was measured, the figure, the bar it is held against.

use std::time::Duration;

pub(crate) fn bar(what: &str, figure: &str, bar: &str) {
    println!("{what:<62}{figure:>16}   bar: {bar}");
}

pub(crate) fn ms(it: Duration) -> String {
    format!("{:.2} ms", it.as_secs_f64() * 1_000.0)
}

/// The value below which so great a share lies. Sorts.
pub(crate) fn at(share: f64, all: &mut [Duration]) -> Duration {
    all.sort_unstable();
    all[(share * (all.len() - 1) as f64).round() as usize]
}

pub(crate) fn median(all: &mut [Duration]) -> Duration {
    at(0.5, all)
}
