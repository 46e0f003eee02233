//! What a desk's own triage teaches: texts that members opened a case for, and texts they put aside.
//!
//! Only the question "worth a checker's time?" is learned anew, and of it the readable weights; the
//! wording stays. The weights are pulled towards what they were, so that a few choices move them
//! little, and no choice of members can turn a mark of opinion into a reason for checking.

use super::fit::{Example, Settings, fit};
use super::reading::{Reading, read};
use super::weights::Weights;
use crate::lang::Lang;

/// Fewer of either kind are chance.
pub const OUTCOMES_MIN: usize = 50;
/// More add nothing; the caller gives the newest.
pub const OUTCOMES_MAX: usize = 20_000;

/// What became of one text.
#[derive(Clone, Copy, Debug)]
pub struct Outcome<'a> {
    /// The masked text.
    pub text: &'a str,
    /// A case was opened for it; otherwise it was put aside.
    pub opened: bool,
}

/// Why nothing was learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{n_opened} opened and {n_dismissed} put aside: at least {OUTCOMES_MIN} of each are needed"
)]
pub struct TooFew {
    /// Texts that a case was opened for.
    pub n_opened: usize,
    /// Texts that were put aside.
    pub n_dismissed: usize,
}

/// What moves the weights how far: chosen so that 100 choices of one mind move a signal by a
/// few tenths.
const SETTINGS: Settings = Settings { ridge: 0.02, signals: 1.0, wording: 0.0, n_steps: 200 };

/// The weights after a desk's triage in one language. The threshold stays: it is what the desk chose.
///
/// # Errors
/// There are too few outcomes of one kind.
pub fn refit(weights: &Weights, outcomes: &[Outcome<'_>], lang: Lang) -> Result<Weights, TooFew> {
    let outcomes = &outcomes[..outcomes.len().min(OUTCOMES_MAX)];
    let n_opened = outcomes.iter().filter(|it| it.opened).count();
    let n_dismissed = outcomes.len() - n_opened;
    if n_opened.min(n_dismissed) < OUTCOMES_MIN {
        return Err(TooFew { n_opened, n_dismissed });
    }
    let readings: Vec<Reading> = outcomes.iter().map(|it| read(it.text, lang)).collect();
    // A desk opens one in a hundred, another one in two: each kind counts half.
    let counts = |opened: bool| 1.0 / if opened { n_opened } else { n_dismissed } as f32;
    let examples: Vec<Example<'_>> = readings
        .iter()
        .zip(outcomes)
        .map(|(reading, it)| Example {
            reading,
            right: it.opened,
            counts: counts(it.opened),
            offset: weights.worthy.wording_sum(reading),
        })
        .collect();
    let mut start = weights.worthy.clone();
    let wording = std::mem::take(&mut start.wording);
    let mut worthy = fit(&examples, &SETTINGS, Some(&start));
    // What is likelier follows the desk; how many are proposed does not.
    worthy.bias = start.bias;
    worthy.wording = wording;
    Ok(Weights { worthy, ..weights.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worth::{Signal, weights};

    fn outcomes<'a>(opened: &[&'a str], dismissed: &[&'a str], n: usize) -> Vec<Outcome<'a>> {
        let of = |texts: &[&'a str], opened| {
            let texts: Vec<&str> = texts.to_vec();
            (0..n).map(move |it| Outcome { text: texts[it % texts.len()], opened })
        };
        of(opened, true).chain(of(dismissed, false)).collect()
    }

    #[test]
    fn a_desk_that_opens_what_concerns_money_sees_it_first() {
        let opened = ["Học phí tăng lên 2 triệu", "Thu phí mỗi hộ 50 nghìn đồng"];
        let dismissed = ["Cháy nhà kho ở bến cũ", "Sập cầu gỗ, xe không qua được"];
        let before = weights(Lang::Vi);
        let after = refit(before, &outcomes(&opened, &dismissed, 100), Lang::Vi).expect("enough");
        let moved =
            |it: Signal| after.worthy.signals[it as usize] - before.worthy.signals[it as usize];
        assert!(0.1 < moved(Signal::Money), "{}", moved(Signal::Money));
        assert!(moved(Signal::Event) <= 0.0);
        assert_eq!((after.threshold, &after.claim), (before.threshold, &before.claim));
    }

    #[test]
    fn no_triage_makes_opinions_worth_checking() {
        let opened = ["Theo tôi ông ấy quá tệ và bất tài", "I think they are stupid and useless"];
        let dismissed = ["Giá điện tăng 8 % từ tháng sau", "Cầu bị đóng từ hôm qua"];
        for lang in Lang::ALL {
            let all = outcomes(&opened, &dismissed, 500);
            let after = refit(weights(lang), &all, lang).expect("enough");
            for signal in Signal::ALL {
                let weight = after.worthy.signals[signal as usize];
                assert_eq!(signal.held(weight), weight, "{signal:?}");
            }
        }
    }

    #[test]
    fn a_few_choices_teach_nothing() {
        let all = outcomes(&["Cầu sập"], &["Chán quá"], OUTCOMES_MIN - 1);
        let n = OUTCOMES_MIN - 1;
        let expected = TooFew { n_opened: n, n_dismissed: n };
        assert_eq!(refit(weights(Lang::Vi), &all, Lang::Vi), Err(expected));
    }
}
