//! How good the matcher is on the desk's own decisions: pure figures, from what it proposed and what
//! members then said, and the threshold that those decisions would give.
//!
//! A group counts for coverage and recall once its right claim is known and was at the desk when the
//! group came. A claim that was worded from the group itself could not have been proposed: the
//! proposals beside it were wrong, and nothing was missed. Not here: test collections (`eval`), where
//! pairs are kept (the store).

use std::collections::{BTreeMap, BTreeSet};

use crate::decide::{self, Decision, Thresholds};
use crate::ids::{ClaimId, GroupId};
use crate::lang::Lang;
use crate::time::Month;

/// The share of answers that should be right: what the shipped thresholds were fixed for.
pub const ANSWER_PRECISION: f64 = 0.98;
/// Judged first proposals of a language before they move its threshold. From 81 on a run without a
/// mistake shows .98; a hundred leaves room for chance in who judged what.
pub const PAIRS_MIN: usize = 100;
/// How far under the shipped threshold the desk's own may fall: members see what was proposed, and
/// agree more easily than they would have searched.
pub const FALL_MAX: f32 = 0.1;
/// How sure the lower bound of a precision is: nine in ten, one-sided.
const Z: f64 = 1.281_551_6;
/// Bands of probability for calibration.
pub const N_BANDS: usize = 10;

/// What a proposed tie was, by the desk's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// The claim that the group makes.
    Right,
    /// Another claim.
    Wrong,
    /// The claim that the group makes, which was at the desk and not proposed.
    Missed,
}

/// A group and a claim with what the program said and what members decided. No person and no text.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The group; it may be gone.
    pub group: GroupId,
    /// The claim, after merges.
    pub claim: ClaimId,
    /// The language of the group.
    pub lang: Lang,
    /// When the group was last judged.
    pub month: Month,
    /// What the program said when the group came, 0 to 1; 0 for what it missed.
    pub probability: f64,
    /// What it did about it.
    pub decision: Decision,
    /// Whether it was the likeliest of its group.
    pub is_first: bool,
    /// Whether something in it forbade an answer, however likely.
    pub is_vetoed: bool,
    /// What it was.
    pub label: Label,
}

/// Claims of one band of probability: what was said of them, and how many were right.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Band {
    /// Pairs in it.
    pub n: usize,
    /// Their mean probability.
    pub said: f64,
    /// The share that was right.
    pub was: f64,
}

/// Figures over some pairs. A share of nothing is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Pairs.
    pub n_pairs: usize,
    /// Answers that were judged.
    pub n_answers: usize,
    /// Of them, the right ones.
    pub n_right_answers: usize,
    /// Groups whose right claim was at the desk.
    pub n_answerable: usize,
    /// Of them, those that were answered, rightly or not.
    pub n_answered: usize,
    /// Of them, those whose right claim was proposed.
    pub n_proposed: usize,
    /// Of them, those whose right claim was proposed first.
    pub n_first: usize,
    /// Bands of equal width, from 0 to 1.
    pub bands: [Band; N_BANDS],
    /// Mean gap between what was said and what was; weighted by band.
    pub calibration_error: Option<f64>,
}

impl Figures {
    /// Share of the answers that was right.
    pub fn precision(&self) -> Option<f64> {
        share(self.n_right_answers, self.n_answers)
    }

    /// Share of the answerable groups that was answered.
    pub fn coverage(&self) -> Option<f64> {
        share(self.n_answered, self.n_answerable)
    }

    /// Share of the answerable groups whose right claim was proposed.
    pub fn recall(&self) -> Option<f64> {
        share(self.n_proposed, self.n_answerable)
    }

    /// Share of the answerable groups whose right claim was proposed first.
    pub fn recall_first(&self) -> Option<f64> {
        share(self.n_first, self.n_answerable)
    }
}

/// The figures of these pairs.
pub fn figures<'a>(pairs: impl IntoIterator<Item = &'a Pair>) -> Figures {
    let pairs: Vec<&Pair> = pairs.into_iter().collect();
    let answers: Vec<_> = pairs.iter().filter(|it| it.decision == Decision::Answer).collect();
    let (bands, calibration_error) = calibration(&pairs);
    let answerable = answerable(pairs.iter().copied());
    let answered: BTreeSet<GroupId> = answers.iter().map(|it| it.group).collect();
    let right = |only_first: bool| {
        let right = pairs.iter().filter(|it| it.label == Label::Right);
        let right = right.filter(|it| it.is_first || !only_first);
        right.map(|it| it.group).collect::<BTreeSet<_>>().len()
    };
    Figures {
        n_pairs: pairs.len(),
        n_answers: answers.len(),
        n_right_answers: answers.iter().filter(|it| it.label == Label::Right).count(),
        n_answerable: answerable.len(),
        n_answered: answered.intersection(&answerable).count(),
        n_proposed: right(false),
        n_first: right(true),
        bands,
        calibration_error,
    }
}

/// The figures of each month and language, the newest month first.
pub fn by_month(pairs: &[Pair]) -> Vec<(Month, Lang, Figures)> {
    let mut parts: BTreeMap<(std::cmp::Reverse<Month>, Lang), Vec<&Pair>> = BTreeMap::new();
    for it in pairs {
        parts.entry((std::cmp::Reverse(it.month), it.lang)).or_default().push(it);
    }
    parts.into_iter().map(|((month, lang), it)| (month.0, lang, figures(it))).collect()
}

/// The pairs of one language.
pub fn of_lang(pairs: &[Pair], lang: Lang) -> impl Iterator<Item = &Pair> + Clone {
    pairs.iter().filter(move |it| it.lang == lang)
}

/// Groups whose right claim was at the desk.
fn answerable<'a>(pairs: impl Iterator<Item = &'a Pair>) -> BTreeSet<GroupId> {
    pairs.filter(|it| it.label != Label::Wrong).map(|it| it.group).collect()
}

fn calibration(pairs: &[&Pair]) -> ([Band; N_BANDS], Option<f64>) {
    let mut bands = [Band::default(); N_BANDS];
    for it in pairs.iter().filter(|it| it.label != Label::Missed) {
        let band = &mut bands[((it.probability * N_BANDS as f64) as usize).min(N_BANDS - 1)];
        band.n += 1;
        band.said += it.probability;
        band.was += f64::from(u8::from(it.label == Label::Right));
    }
    let n: usize = bands.iter().map(|it| it.n).sum();
    let gaps: f64 = bands.iter().map(|it| (it.said - it.was).abs()).sum();
    for band in bands.iter_mut().filter(|it| 0 < it.n) {
        band.said /= band.n as f64;
        band.was /= band.n as f64;
    }
    (bands, (0 < n).then(|| gaps / n as f64))
}

/// The answer threshold that pairs give for a wanted precision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Given {
    /// The lowest that is precise enough.
    From(Choice),
    /// No threshold is known to be: so many more right ones would show it.
    Missing(usize),
}

/// A threshold, and what it would have done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// From this probability on the best proposal is answered.
    pub probability: f64,
    /// Groups that would have been answered.
    pub n_answers: usize,
    /// The share of them that was right.
    pub precision: f64,
    /// What that share is at least, nine times in ten.
    pub precision_min: f64,
    /// The share of the answerable groups among them, if every claim had an answer.
    pub coverage: Option<f64>,
}

/// The lowest threshold at which the precision of answers is at least `wish`, estimated so low that
/// chance makes it seem better only one time in ten. Only what nothing forbids can be answered, and
/// only the best proposal of a group.
pub fn threshold<'a>(pairs: impl Iterator<Item = &'a Pair> + Clone, wish: f64) -> Given {
    let answerable = answerable(pairs.clone());
    let mut firsts: Vec<&Pair> = pairs.filter(|it| could_answer(it)).collect();
    firsts.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let (mut n_right, mut n_covered) = (0, 0);
    let mut res = None;
    let mut n_missing = needed(0, wish);
    for (idx, it) in firsts.iter().enumerate() {
        let n = idx + 1;
        n_right += usize::from(it.label == Label::Right);
        n_covered += usize::from(answerable.contains(&it.group));
        // Those of one probability are answered together.
        if firsts.get(n).is_some_and(|next| next.probability == it.probability) {
            continue;
        }
        n_missing = n_missing.min(needed(n - n_right, wish).saturating_sub(n));
        let precision_min = wilson_lower(n_right, n);
        if wish <= precision_min {
            res = Some(Choice {
                probability: it.probability,
                n_answers: n,
                precision: n_right as f64 / n as f64,
                precision_min,
                coverage: share(n_covered, answerable.len()),
            });
        }
    }
    res.map_or(Given::Missing(n_missing), Given::From)
}

fn could_answer(it: &Pair) -> bool {
    it.is_first && !it.is_vetoed && it.label != Label::Missed
}

/// The thresholds that a desk with these pairs uses: the shipped ones, until there are
/// [`PAIRS_MIN`] of the language that could have been answered; then what these give for
/// [`ANSWER_PRECISION`], at most [`FALL_MAX`] under the shipped one. Where they show no threshold to
/// be good enough, the shipped one stays.
pub fn thresholds_in_use(pairs: &[Pair], lang: Lang) -> Thresholds {
    let shipped = decide::thresholds(lang);
    let own = of_lang(pairs, lang);
    if own.clone().filter(|it| could_answer(it)).count() < PAIRS_MIN {
        return shipped;
    }
    match threshold(own, ANSWER_PRECISION) {
        Given::From(choice) => {
            let answer = (choice.probability as f32).max(shipped.answer - FALL_MAX);
            Thresholds { answer, ..shipped }
        }
        Given::Missing(_) => shipped,
    }
}

/// What the program got wrong, worst first: claims that it put first and that were another, answers
/// before the rest, by falling probability; then right claims that it missed or did not put first,
/// by rising probability.
pub fn worst(pairs: &[Pair], limit: usize) -> Vec<&Pair> {
    let is_slip = |it: &&Pair| match it.label {
        Label::Wrong => it.is_first,
        Label::Right => !it.is_first,
        Label::Missed => true,
    };
    let mut res: Vec<&Pair> = pairs.iter().filter(is_slip).collect();
    let place = |it: &Pair| match (it.label, it.decision) {
        (Label::Wrong, Decision::Answer) => (0, -it.probability),
        (Label::Wrong, _) => (1, -it.probability),
        (Label::Right | Label::Missed, _) => (2, it.probability),
    };
    res.sort_by(|a, b| {
        let (a_kind, a_worth) = place(a);
        let (b_kind, b_worth) = place(b);
        let by_age = b.month.cmp(&a.month).then(a.group.cmp(&b.group));
        a_kind.cmp(&b_kind).then(a_worth.total_cmp(&b_worth)).then(by_age)
    });
    res.truncate(limit);
    res
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (0 < whole).then(|| part as f64 / whole as f64)
}

/// The lower end of Wilson's score interval: what a share is at least, nine times in ten.
fn wilson_lower(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    let (n, p) = (whole as f64, part as f64 / whole as f64);
    let middle = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    (middle - spread) / (1.0 + Z * Z / n)
}

/// How many must be judged so that, with so many wrong ones among them, `wish` is shown. Found by
/// halving: more right ones never lower the bound.
fn needed(n_wrong: usize, wish: f64) -> usize {
    let is_enough = |n: usize| wish <= wilson_lower(n - n_wrong, n);
    let mut above = (n_wrong + 1).next_power_of_two();
    while !is_enough(above) {
        if NEEDED_MAX < above {
            return NEEDED_MAX;
        }
        above *= 2;
    }
    let mut below = n_wrong;
    while 1 < above - below {
        let middle = usize::midpoint(below, above);
        if is_enough(middle) { above = middle } else { below = middle }
    }
    above
}

/// No desk judges more: a wish for certainty, which no number shows, ends here.
const NEEDED_MAX: usize = 1 << 30;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    const AT: Timestamp = Timestamp::from_millis(1_793_491_200_000);

    /// One line a pair: group, claim, probability, decision, whether it was first, label.
    type Line = (u8, u8, f64, Decision, bool, Label);

    fn pair((group, claim, probability, decision, is_first, label): Line) -> Pair {
        Pair {
            group: GroupId::new(AT, [group; 10]),
            claim: ClaimId::new(AT, [claim; 10]),
            lang: Lang::Vi,
            month: AT.month(),
            probability,
            decision,
            is_first,
            is_vetoed: false,
            label,
        }
    }

    fn lines() -> Vec<Pair> {
        use Decision as D;
        use Label as L;
        [
            (1, 1, 0.95, D::Answer, true, L::Right),
            (1, 2, 0.25, D::Suggest, false, L::Wrong),
            (2, 1, 0.93, D::Answer, true, L::Wrong),
            (2, 3, 0.35, D::Suggest, false, L::Right),
            (3, 4, 0.0, D::None, false, L::Missed),
            (3, 1, 0.55, D::Suggest, true, L::Wrong),
            // Worded from the group: nothing was missed.
            (4, 1, 0.97, D::Answer, true, L::Wrong),
            (5, 5, 0.85, D::Suggest, true, L::Right),
        ]
        .map(pair)
        .into()
    }

    /// So many first proposals at a probability, so many of them wrong.
    fn firsts(n: usize, n_wrong: usize, probability: f64) -> Vec<Pair> {
        let label = |idx: usize| if idx < n_wrong { Label::Wrong } else { Label::Right };
        let one = |idx: usize| {
            let new = pair((0, 0, probability, Decision::Answer, true, label(idx)));
            let group = u128::from((probability * 1e6) as u64) << 64 | idx as u128;
            Pair { group: GroupId(uuid::Uuid::from_u128(group)), ..new }
        };
        (0..n).map(one).collect()
    }

    #[test]
    fn the_figures_are_those_worked_out_by_hand() {
        let it = figures(&lines());
        assert_eq!((it.n_pairs, it.n_answers, it.n_right_answers), (8, 3, 1));
        assert_eq!((it.n_answerable, it.n_answered), (4, 2));
        assert_eq!((it.n_proposed, it.n_first), (3, 2));
        assert_eq!(
            (it.coverage(), it.recall(), it.recall_first()),
            (Some(0.5), Some(0.75), Some(0.5))
        );
        let high = it.bands[9];
        assert_eq!((high.n, high.was), (3, 1.0 / 3.0));
        assert!((high.said - 0.95).abs() < 1e-9);
        // |.25 − 0| + |.35 − 1| + |.55 − 0| + |.85 − 1| + |2.85 − 1|, of seven that were proposed.
        let error = it.calibration_error.expect("there are pairs");
        assert!((error - (0.25 + 0.65 + 0.55 + 0.15 + 1.85) / 7.0).abs() < 1e-9, "{error}");
    }

    #[test]
    fn a_share_of_nothing_is_no_share() {
        let it = figures(&[]);
        assert_eq!((it.precision(), it.coverage(), it.calibration_error), (None, None, None));
        assert_eq!(worst(&[], 9), Vec::<&Pair>::new());
    }

    #[test]
    fn months_stand_apart_and_the_newest_first() {
        let mut pairs = lines();
        pairs[0].month = Month::parse("2026-12").expect("a month");
        pairs[4].lang = Lang::En;
        let months = by_month(&pairs);
        let heads: Vec<_> =
            months.iter().map(|it| (it.0.to_string(), it.1, it.2.n_pairs)).collect();
        let head = |month: &str, lang, n| (month.to_owned(), lang, n);
        assert_eq!(
            heads,
            [
                head("2026-12", Lang::Vi, 1),
                head("2026-11", Lang::Vi, 6),
                head("2026-11", Lang::En, 1)
            ]
        );
    }

    #[track_caller]
    fn gives(pairs: &[Pair], wish: f64, expected: Option<(f64, usize)>, n_missing: usize) {
        match threshold(pairs.iter(), wish) {
            Given::From(it) => assert_eq!(Some((it.probability, it.n_answers)), expected),
            Given::Missing(n) => assert_eq!((None, n), (expected, n_missing)),
        }
    }

    #[test]
    fn a_threshold_is_given_once_enough_are_right() {
        gives(&[], 0.98, None, 81);
        gives(&firsts(80, 0, 0.9), 0.98, None, 1);
        gives(&firsts(81, 0, 0.9), 0.98, Some((0.9, 81)), 0);
        gives(&[firsts(81, 0, 0.9), firsts(81, 0, 0.7)].concat(), 0.98, Some((0.7, 162)), 0);
        gives(&[firsts(81, 0, 0.9), firsts(9, 9, 0.7)].concat(), 0.98, Some((0.9, 81)), 0);
        // The wrong ones above the many right ones count as well.
        gives(&[firsts(3, 3, 0.95), firsts(81, 0, 0.9)].concat(), 0.98, None, 81);
        gives(&firsts(81, 0, 0.9), 1.0, None, NEEDED_MAX - 81);
        gives(&firsts(20, 0, 0.9), 0.9, Some((0.9, 20)), 0);
    }

    #[test]
    fn what_could_not_be_answered_gives_no_threshold() {
        let mut pairs = firsts(200, 0, 0.9);
        pairs.iter_mut().for_each(|it| it.is_vetoed = true);
        gives(&pairs, 0.98, None, 81);
        pairs.iter_mut().for_each(|it| (it.is_vetoed, it.is_first) = (false, false));
        gives(&pairs, 0.98, None, 81);
    }

    #[test]
    fn a_desk_moves_its_threshold_when_it_has_enough_pairs_and_not_too_far() {
        let shipped = decide::thresholds(Lang::Vi);
        let answer = |pairs: &[Pair]| thresholds_in_use(pairs, Lang::Vi).answer;
        assert_eq!(answer(&firsts(99, 0, 0.9)), shipped.answer, "too few");
        assert_eq!(answer(&firsts(100, 0, 0.9)), 0.9);
        assert_eq!(answer(&firsts(100, 0, 0.97)), 0.97, "it rises as well");
        assert_eq!(answer(&firsts(100, 0, 0.3)), shipped.answer - FALL_MAX, "the floor");
        assert_eq!(answer(&firsts(100, 50, 0.9)), shipped.answer, "nothing is good enough");
        let other = thresholds_in_use(&firsts(100, 0, 0.9), Lang::En);
        assert_eq!(other, decide::thresholds(Lang::En), "each language has its own");
    }

    #[test]
    fn the_worst_stand_first() {
        let pairs = lines();
        let order: Vec<(f64, Label)> =
            worst(&pairs, 9).iter().map(|it| (it.probability, it.label)).collect();
        use Label::{Missed, Right, Wrong};
        assert_eq!(
            order,
            [(0.97, Wrong), (0.93, Wrong), (0.55, Wrong), (0.0, Missed), (0.35, Right)]
        );
        assert_eq!(worst(&pairs, 1).len(), 1);
    }

    #[test]
    fn the_lower_bound_is_wilsons() {
        assert_eq!(wilson_lower(0, 0), 0.0);
        assert!((wilson_lower(8, 10) - 0.6016).abs() < 1e-4);
        assert!(wilson_lower(98, 100) < 0.98);
        for n_wrong in [0, 1, 5, 40] {
            let n = needed(n_wrong, 0.95);
            assert!(0.95 <= wilson_lower(n - n_wrong, n), "{n_wrong}");
            assert!(wilson_lower(n - 1 - n_wrong, n - 1) < 0.95, "{n_wrong}");
        }
    }
}
