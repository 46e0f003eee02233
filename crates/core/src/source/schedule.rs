//! When a source is asked again: the more often it has something new the sooner, and never sooner
//! than it wishes. Reads no clock; chance is a number that the caller gives.

use std::time::Duration;

use crate::source::asked::ASKED_MAX;
use crate::time::{DAY_MS, Timestamp};

/// The shortest time between two questions. The busiest newspapers add an article every few
/// minutes, and five of them never matter to a desk.
pub const FLOOR: Duration = Duration::from_secs(5 * 60);
/// The longest: what an institution says is known to the desk on the next day.
pub const CEILING: Duration = Duration::from_secs(24 * 60 * 60);
/// Where a source begins that nobody knows yet.
pub const BEGIN: Duration = Duration::from_secs(30 * 60);
/// How long nothing but "not found" is taken for a site that is being rebuilt.
pub const MISSING_DAYS_MAX: i64 = 7;
/// Something new: the time is halved, so a burst of news is followed within three questions.
const FASTER: u32 = 2;
/// Nothing new: half as long again. Slower than it falls, for one quiet hour says little.
const SLOWER: (u32, u32) = (3, 2);
/// Part of the time that chance adds, so that sources added together are not asked together.
const JITTER: u32 = 10;

const _: () = assert!(FLOOR.as_secs() < BEGIN.as_secs() && BEGIN.as_secs() < CEILING.as_secs());
const _: () = assert!(CEILING.as_secs() <= ASKED_MAX.as_secs());

/// How a source is going: all that must be kept between two questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The time between two questions, as what came so far taught it.
    pub interval: Duration,
    /// Failures in a row.
    pub n_failed: u32,
    /// Since when it is "not found" and nothing else.
    pub missing_since: Option<Timestamp>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { interval: BEGIN, n_failed: 0, missing_since: None }
    }
}

/// What a question brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// At least one item that was not there before.
    New,
    /// It answered, and nothing was new (`304 Not Modified` too).
    Same,
    /// No answer, one that is a failure, or one that could not be read.
    Failed,
    /// `404 Not Found`.
    Missing,
    /// `410 Gone`: the site says that it will not come back.
    Gone,
}

/// One question and its answer.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// When it was asked.
    pub at: Timestamp,
    /// What it brought.
    pub outcome: Outcome,
    /// The longest of what the server and its feed ask for (`asked`).
    pub asked: Option<Duration>,
    /// Any number; the same one gives the same time.
    pub chance: u32,
}

/// When the next question is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Then.
    At(Timestamp),
    /// Not before somebody has looked: it was "not found" for [`MISSING_DAYS_MAX`] days.
    Rests,
    /// Never: the site says that it is gone.
    Stopped,
}

/// Decides when a source is asked again, and what is remembered of it.
pub fn next(answer: &Answer, pace: &Pace) -> (Next, Pace) {
    let pace = pace_after(answer, pace);
    if answer.outcome == Outcome::Gone {
        return (Next::Stopped, pace);
    }
    let missing_ms =
        pace.missing_since.map_or(0, |it| answer.at.millis().saturating_sub(it.millis()));
    if MISSING_DAYS_MAX * DAY_MS <= missing_ms {
        return (Next::Rests, pace);
    }
    // Doubled eight times the floor is already over the ceiling.
    let backed_off = pace.interval.saturating_mul(1 << pace.n_failed.min(8));
    let asked = answer.asked.unwrap_or_default().min(ASKED_MAX);
    let longest = CEILING.max(asked);
    let wait = backed_off.clamp(FLOOR, CEILING).max(asked);
    let jitter = wait / JITTER * (answer.chance % 1_024) / 1_024;
    let wait = wait.saturating_add(jitter).min(longest);
    // At most a week, so it fits.
    let wait_ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
    (Next::At(answer.at.plus_millis(wait_ms)), pace)
}

fn pace_after(answer: &Answer, pace: &Pace) -> Pace {
    let kept = pace.interval.clamp(FLOOR, CEILING);
    let (n_failed, missing_since) = match answer.outcome {
        Outcome::New | Outcome::Same => (0, None),
        Outcome::Failed | Outcome::Gone => (pace.n_failed.saturating_add(1), None),
        Outcome::Missing => {
            (pace.n_failed.saturating_add(1), Some(pace.missing_since.unwrap_or(answer.at)))
        }
    };
    let interval = match answer.outcome {
        Outcome::New => kept / FASTER,
        Outcome::Same => kept * SLOWER.0 / SLOWER.1,
        // A failure says nothing about how often there is news, so the old pace comes back.
        Outcome::Failed | Outcome::Missing | Outcome::Gone => kept,
    };
    Pace { interval: interval.clamp(FLOOR, CEILING), n_failed, missing_since }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_793_491_200_000);

    fn answer(outcome: Outcome) -> Answer {
        Answer { at: START, outcome, asked: None, chance: 0 }
    }

    fn minutes(answer: &Answer, pace: &Pace) -> i64 {
        match next(answer, pace).0 {
            Next::At(at) => (at.millis() - answer.at.millis()) / 60_000,
            it => panic!("{it:?}"),
        }
    }

    /// A question after each answer, at the time that was decided.
    fn after(outcomes: &[Outcome]) -> Vec<Next> {
        let (mut pace, mut at, mut all) = (Pace::default(), START, Vec::new());
        for &outcome in outcomes {
            let (due, then) = next(&Answer { at, ..answer(outcome) }, &pace);
            all.push(due);
            let Next::At(it) = due else { break };
            (pace, at) = (then, it);
        }
        all
    }

    #[test]
    fn a_busy_source_is_asked_more_often_and_a_quiet_one_less() {
        let mut pace = Pace::default();
        let mut waits = Vec::new();
        for outcome in [Outcome::New, Outcome::New, Outcome::New, Outcome::Same, Outcome::Same] {
            waits.push(minutes(&answer(outcome), &pace));
            pace = next(&answer(outcome), &pace).1;
        }
        assert_eq!(waits, [15, 7, 5, 7, 11]);
        for _ in 0..20 {
            pace = next(&answer(Outcome::Same), &pace).1;
        }
        assert_eq!(pace.interval, CEILING);
    }

    #[test]
    fn a_wish_to_be_left_alone_is_kept() {
        let hours = |it: u64| Some(Duration::from_secs(it * 60 * 60));
        let asking = |asked| Answer { asked, ..answer(Outcome::New) };
        assert_eq!(minutes(&asking(hours(1)), &Pace::default()), 60);
        assert_eq!(minutes(&asking(hours(48)), &Pace::default()), 48 * 60);
        assert_eq!(minutes(&asking(hours(9_999)), &Pace::default()), 7 * 24 * 60);
        assert_eq!(minutes(&asking(Some(Duration::ZERO)), &Pace::default()), 15);
        let failing = Answer { asked: hours(3), ..answer(Outcome::Failed) };
        assert_eq!(minutes(&failing, &Pace::default()), 180);
    }

    #[test]
    fn failures_double_the_time_and_are_forgotten_after_an_answer() {
        let mut pace = Pace::default();
        let mut waits = Vec::new();
        for _ in 0..9 {
            waits.push(minutes(&answer(Outcome::Failed), &pace));
            pace = next(&answer(Outcome::Failed), &pace).1;
        }
        assert_eq!(waits, [60, 120, 240, 480, 960, 1_440, 1_440, 1_440, 1_440]);
        assert_eq!(minutes(&answer(Outcome::New), &pace), 15);
    }

    #[test]
    fn what_is_gone_is_not_asked_again_and_what_is_missing_rests_after_a_week() {
        assert_eq!(after(&[Outcome::Gone]), [Next::Stopped]);
        let all = after(&[Outcome::Missing; 40]);
        assert_eq!(all.last(), Some(&Next::Rests));
        assert!((10..=14).contains(&all.len()), "{all:?}");
        let mut mixed = [Outcome::Missing; 40];
        (0..40).step_by(5).for_each(|it| mixed[it] = Outcome::Same);
        assert_eq!(after(&mixed).len(), 40, "now and then it was there");
    }

    #[test]
    fn whatever_happens_it_stays_between_floor_and_ceiling_and_recovers() {
        // A row of numbers that looks like chance and is the same each time.
        let mut seed = 0x2545_F491_4F6C_DD1D_u64;
        let mut draw = |n: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % n
        };
        let mut pace = Pace::default();
        let mut at = START;
        for _ in 0..20_000 {
            let outcome = [Outcome::New, Outcome::Same, Outcome::Failed, Outcome::Missing]
                [usize::try_from(draw(4)).expect("small")];
            let asked = (draw(3) == 0).then(|| Duration::from_secs(draw(2_000_000)));
            let chance = u32::try_from(draw(1 << 31)).expect("31 bits");
            let answer = Answer { at, outcome, asked, chance };
            let (due, then) = next(&answer, &pace);
            let Next::At(due) = due else {
                assert_eq!((due, outcome), (Next::Rests, Outcome::Missing), "{answer:?}");
                pace = Pace::default();
                continue;
            };
            let waited = u64::try_from(due.millis() - at.millis()).expect("later");
            let waited = Duration::from_millis(waited);
            let asked = asked.unwrap_or_default().min(ASKED_MAX);
            assert!(FLOOR.max(asked) <= waited && waited <= CEILING.max(asked), "{answer:?}");
            assert!((FLOOR..=CEILING).contains(&then.interval), "{then:?}");
            assert!(outcome != Outcome::New || then.n_failed == 0, "{then:?}");
            (pace, at) = (then, due);
        }
        let odd = Pace { interval: Duration::MAX, n_failed: u32::MAX, missing_since: None };
        assert_eq!(minutes(&answer(Outcome::Failed), &odd), 24 * 60);
        assert_eq!(minutes(&answer(Outcome::Same), &Pace { interval: Duration::ZERO, ..odd }), 7);
    }

    #[test]
    fn chance_spreads_and_never_hastens() {
        let waits = |chance| minutes(&Answer { chance, ..answer(Outcome::Same) }, &Pace::default());
        assert_eq!((waits(0), waits(512), waits(1_023), waits(u32::MAX)), (45, 47, 49, 49));
    }
}
