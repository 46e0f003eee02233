//! Logistic regression over readings, small and repeatable: there is no chance in it.
//!
//! Descent along the whole gradient with Nesterov's momentum (Nesterov 1983), which converges in some
//! hundred steps at the ridge used here. After each step a signal whose weight turned against its
//! direction is put back (a projected gradient): see `Signal::held`.

use super::reading::{N_BUCKETS, Reading};
use super::signal::{N_SIGNALS, Signal};

/// A piece of wording that fewer texts have teaches only those texts.
const TEXTS_MIN: f32 = 2.0;

/// What one example teaches.
pub struct Example<'a> {
    /// The text as read.
    pub reading: &'a Reading,
    /// Is it what is looked for?
    pub right: bool,
    /// How much it counts.
    pub counts: f32,
    /// Log odds that are known and not learned.
    pub offset: f32,
}

/// What is chosen, not learned.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How dear large weights are.
    pub ridge: f32,
    /// How loud the signals speak beside the wording, which has a length of one.
    pub signals: f32,
    /// 1 with the wording, 0 without.
    pub wording: f32,
    /// Steps of the descent.
    pub n_steps: usize,
}

/// What was learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// How likely a text is that says nothing.
    pub bias: f32,
    /// One a signal.
    pub signals: [f32; N_SIGNALS],
    /// One a bucket of the wording; empty without.
    pub wording: Vec<f32>,
}

impl Head {
    /// The log odds of a text.
    pub fn sum(&self, reading: &Reading) -> f32 {
        let signals = self.signals.iter().zip(&reading.signals).map(|(a, b)| a * b).sum::<f32>();
        self.bias + signals + self.wording_sum(reading)
    }

    /// What the wording adds.
    pub fn wording_sum(&self, reading: &Reading) -> f32 {
        if self.wording.is_empty() {
            return 0.0;
        }
        let sum = reading.wording.iter().map(|it| self.wording[*it as usize]).sum::<f32>();
        sum * length(reading)
    }
}

/// What the wording's pieces are multiplied by, so that long texts do not speak louder.
fn length(reading: &Reading) -> f32 {
    1.0 / (reading.wording.len().max(1) as f32).sqrt()
}

/// Fits the weights. `start` is where the ridge pulls them to: zero, or what was known before.
pub fn fit(examples: &[Example<'_>], settings: &Settings, start: Option<&Head>) -> Head {
    let n_buckets = if 0.0 < settings.wording { N_BUCKETS } else { 0 };
    let n = examples.iter().map(|it| it.counts).sum::<f32>().max(f32::MIN_POSITIVE);
    let zero = Head { bias: 0.0, signals: [0.0; N_SIGNALS], wording: vec![0.0; n_buckets] };
    let start = start.unwrap_or(&zero);
    let idf = idf(examples, n_buckets);
    let speed = speed(examples, settings, &idf);
    let mut at = start.clone();
    let mut before = at.clone();
    for step in 0..settings.n_steps {
        let momentum = step as f32 / (step as f32 + 3.0);
        let ahead = blend(&at, &before, momentum);
        let gradient = gradient(examples, &ahead, start, settings, &idf, n);
        before = at;
        at = moved(&ahead, &gradient, speed, settings, &idf);
    }
    at
}

/// How far a step may go: the curvature of the logistic loss is at most a quarter of the squared
/// length of the longest row.
fn speed(examples: &[Example<'_>], settings: &Settings, idf: &[f32]) -> f32 {
    let longest = examples
        .iter()
        .map(|it| {
            let signals = it.reading.signals.iter().map(|it| it * it).sum::<f32>();
            let pieces = it.reading.wording.iter().filter(|_| !idf.is_empty());
            let scale = length(it.reading);
            let wording = pieces.map(|it| idf[*it as usize]).sum::<f32>() * scale * scale;
            1.0 + signals * settings.signals * settings.signals + wording * settings.wording
        })
        .fold(1.0, f32::max);
    1.0 / (0.25 * longest + settings.ridge)
}

/// Rare pieces are let off more of the ridge: the usual inverse document frequency, squared.
fn idf(examples: &[Example<'_>], n_buckets: usize) -> Vec<f32> {
    let mut n_in = vec![0.0_f32; n_buckets];
    for bucket in examples.iter().flat_map(|it| &it.reading.wording).filter(|_| 0 < n_buckets) {
        n_in[*bucket as usize] += 1.0;
    }
    let n = examples.len() as f32;
    let top = (n + 1.0).ln();
    let of =
        |it: f32| if it < TEXTS_MIN { 0.0 } else { (((n + 1.0) / (it + 1.0)).ln() / top).powi(2) };
    n_in.into_iter().map(of).collect()
}

/// A point ahead of where the last two were.
fn blend(at: &Head, before: &Head, momentum: f32) -> Head {
    let ahead = |a: f32, b: f32| a + momentum * (a - b);
    Head {
        bias: ahead(at.bias, before.bias),
        signals: std::array::from_fn(|it| ahead(at.signals[it], before.signals[it])),
        wording: at.wording.iter().zip(&before.wording).map(|(a, b)| ahead(*a, *b)).collect(),
    }
}

fn gradient(
    examples: &[Example<'_>],
    at: &Head,
    start: &Head,
    settings: &Settings,
    idf: &[f32],
    n: f32,
) -> Head {
    let mut res =
        Head { bias: 0.0, signals: [0.0; N_SIGNALS], wording: vec![0.0; at.wording.len()] };
    for it in examples {
        let wanted = f32::from(u8::from(it.right));
        let error = it.counts / n * (sigmoid(it.offset + at.sum(it.reading)) - wanted);
        res.bias += error;
        for (slot, signal) in res.signals.iter_mut().zip(&it.reading.signals) {
            *slot += error * signal;
        }
        let step = error * length(it.reading);
        if !res.wording.is_empty() {
            for bucket in &it.reading.wording {
                res.wording[*bucket as usize] += step;
            }
        }
    }
    // In scaled weights the ridge is the same for all; the scale is undone in `moved`.
    let loud = settings.signals * settings.signals;
    for (idx, slot) in res.signals.iter_mut().enumerate() {
        *slot += settings.ridge / loud * (at.signals[idx] - start.signals[idx]);
    }
    for (idx, slot) in res.wording.iter_mut().enumerate() {
        if 0.0 < idf[idx] {
            let scale = idf[idx] * settings.wording;
            *slot += settings.ridge / scale * (at.wording[idx] - start.wording[idx]);
        }
    }
    res
}

fn moved(from: &Head, gradient: &Head, speed: f32, settings: &Settings, idf: &[f32]) -> Head {
    let loud = settings.signals * settings.signals;
    let signals = std::array::from_fn(|it| {
        let weight = from.signals[it] - speed * loud * gradient.signals[it];
        Signal::ALL[it].held(weight)
    });
    let wording = from.wording.iter().zip(&gradient.wording).zip(idf);
    Head {
        bias: from.bias - speed * gradient.bias,
        signals,
        wording: wording
            .map(|((at, slope), idf)| at - speed * idf * settings.wording * slope)
            .collect(),
    }
}

/// The probability of log odds.
pub fn sigmoid(sum: f32) -> f32 {
    1.0 / (1.0 + (-sum).exp())
}
