//! What the model knows: a text file of readable weights, and for English one of the wording.
//!
//! The wording's file is one letter a bucket, so that 65,536 of them for two questions take 131 KB.
//! It holds no words: a bucket is a hash that many pieces share.

use std::fmt::Write as _;

use super::fit::Head;
use super::reading::N_BUCKETS;
use super::signal::{N_SIGNALS, Signal};

/// The weights of one language.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// Does the text state something that can be looked up?
    pub claim: Head,
    /// If it does: is it worth a checker's time?
    pub worthy: Head,
    /// From this probability on a text is proposed.
    pub threshold: f32,
}

/// A letter stands for a step from -32 to 31.
const LETTER_ZERO: i32 = 32;
const LETTER_FIRST: u8 = b'0';
const LINE_LETTERS: usize = 128;

impl Weights {
    /// Reads the two files; `wording` is empty where there is none.
    pub fn read(signals: &str, wording: &str) -> Option<Self> {
        let lines = || signals.lines().filter(|it| !it.starts_with('#'));
        let value = |name: &str, column: usize| -> Option<f32> {
            let line = lines().find(|it| it.split_whitespace().next() == Some(name))?;
            line.split_whitespace().nth(column)?.parse().ok()
        };
        let head = |column: usize| {
            let mut signals = [0.0; N_SIGNALS];
            for (slot, signal) in signals.iter_mut().zip(Signal::ALL) {
                *slot = value(signal.code(), column)?;
            }
            let wording = if wording.is_empty() {
                Vec::new()
            } else {
                from_letters(wording, column - 1, value("step", column)?)?
            };
            Some(Head { bias: value("bias", column)?, signals, wording })
        };
        Some(Self { claim: head(1)?, worthy: head(2)?, threshold: value("threshold", 2)? })
    }

    /// The readable file, behind `heading`.
    pub fn signals_file(&self, heading: &str) -> String {
        let mut text = heading.to_owned();
        let mut line = |name: &str, claim: f32, worthy: f32| {
            writeln!(text, "{name:<16} {claim:>9.4} {worthy:>9.4}")
                .expect("writing to a string cannot fail");
        };
        line("threshold", 0.0, self.threshold);
        line("bias", self.claim.bias, self.worthy.bias);
        line("step", step(&self.claim.wording), step(&self.worthy.wording));
        for signal in Signal::ALL {
            let idx = signal as usize;
            line(signal.code(), self.claim.signals[idx], self.worthy.signals[idx]);
        }
        text
    }

    /// The file of the wording.
    pub fn wording_file(&self) -> String {
        let mut text = String::with_capacity(2 * N_BUCKETS + 2 * N_BUCKETS / LINE_LETTERS);
        for wording in [&self.claim.wording, &self.worthy.wording] {
            let step = step(wording);
            for (idx, weight) in wording.iter().enumerate() {
                let level = (weight / step).round().clamp(-32.0, 31.0) as i32 + LETTER_ZERO;
                text.push(char::from(LETTER_FIRST + level as u8));
                if idx % LINE_LETTERS == LINE_LETTERS - 1 {
                    text.push('\n');
                }
            }
        }
        text
    }
}

/// The largest weight is 31 steps, to the four digits that the readable file has.
fn step(wording: &[f32]) -> f32 {
    let largest = wording.iter().fold(0.0_f32, |most, it| most.max(it.abs()));
    (largest / 31.0 * 1e4).ceil().max(1.0) / 1e4
}

/// The weights of one question; `None` when the file is damaged.
fn from_letters(text: &str, question: usize, step: f32) -> Option<Vec<f32>> {
    let letters = text.bytes().filter(|it| *it != b'\n').skip(question * N_BUCKETS).take(N_BUCKETS);
    let weight = |it: u8| {
        let level = i32::from(it.checked_sub(LETTER_FIRST)?) - LETTER_ZERO;
        (level < LETTER_ZERO).then_some(level as f32 * step)
    };
    let res = letters.map(weight).collect::<Option<Vec<f32>>>()?;
    (res.len() == N_BUCKETS).then_some(res)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_read_back() {
        let wording = (0..N_BUCKETS).map(|it| (it % 63) as f32 * 0.1 - 3.1).collect();
        let mut signals = [0.25; N_SIGNALS];
        signals[3] = -1.5;
        let claim = Head { bias: -0.5, signals, wording };
        let worthy = Head { bias: 0.5, ..claim.clone() };
        let weights = Weights { claim, worthy, threshold: 0.3 };
        let (text, letters) = (weights.signals_file("# A heading.\n"), weights.wording_file());
        assert!(text.len() + letters.len() < 200_000);
        let found = Weights::read(&text, &letters).expect("it was just written");
        assert_eq!(found.claim.signals, weights.claim.signals);
        assert_eq!((found.threshold, found.worthy.bias), (0.3, 0.5));
        let close = |(a, b): (&f32, &f32)| (a - b).abs() < 0.051;
        assert!(found.worthy.wording.iter().zip(&weights.worthy.wording).all(close));
        assert_eq!(Weights::read(&text, &letters[1..]), None, "cut");
        assert_eq!(Weights::read("bias 1 2", ""), None);
    }
}
