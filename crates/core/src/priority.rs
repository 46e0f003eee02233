//! What stands first in the queue, and why: a number from 0 to 100 that can be explained.
//!
//! | what | points | how |
//! |---|---|---|
//! | demand | 0 to 30 | 4 for each doubling of messages and people asking: 4 × log2(1 + both) |
//! | growth | 0 to 15 | 5 for each doubling of the last 24 hours against a day before; 10 when all is new |
//! | risk of harm | 0 to 25 | high 25, medium 12, low 0; guessed from the topic 6 |
//! | age | 0 to 10 | 1 for each full day that it waits |
//! | due date | 0 to 20 | overdue 20, within a day 16, three days 10, a week 5 |
//!
//! Ties are broken by demand, then by age, then by id: the order of equal things never changes. The
//! risk is that of what is claimed (health, money, safety, panic), never of who says it. Not here:
//! reading what is ranked (store), the words of a reason (pages).

use std::cmp::Reverse;

use crate::time::{DAY_MS, Timestamp};

/// What harm a claim may do if people act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// Nobody is harmed by believing it.
    Low,
    /// Money, time or calm of many.
    Medium,
    /// Health, life or public safety.
    High,
}

impl Risk {
    /// Every risk, the highest first: the order in which pages offer them.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The word in forms and the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// Topics in which a false claim often harms: a guess, until a member says what the risk is.
const RISKY_TOPICS: [&str; 4] = ["epidemic", "health", "disaster", "scam"];

/// What is known of something that waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Messages that say it.
    pub n_messages: i64,
    /// Those among them that somebody sent in, who waits for an answer.
    pub n_asking: i64,
    /// Messages of the last 24 hours.
    pub n_last_day: i64,
    /// When the first came.
    pub first: Option<Timestamp>,
    /// When something about it is due.
    pub due: Option<Timestamp>,
    /// What a member said.
    pub risk: Option<Risk>,
    /// What it is about, where that is known.
    pub topic: Option<String>,
}

/// Why something stands where it stands. The most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The due date is past, by so many full days.
    Overdue(i64),
    /// Due in so many full days; 0 is within a day.
    Due(i64),
    /// A member said so.
    Risk(Risk),
    /// The topic says so.
    RiskOfTopic,
    /// So many messages say it.
    Messages(i64),
    /// So many people asked.
    Asking(i64),
    /// The last 24 hours brought so many, and so many times a day before.
    Grew {
        /// Messages of the last 24 hours.
        n: i64,
        /// How many times the average of the days before.
        times: i64,
    },
    /// All of them came within the last 24 hours.
    AllNew(i64),
    /// It waits for so many full days.
    Waits(i64),
}

/// A place in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priority {
    /// 0 to 100.
    pub points: u8,
    /// Why, the most important first.
    pub why: Vec<Why>,
}

const DEMAND_MAX: i64 = 30;
const DEMAND_PER_DOUBLING: f64 = 4.0;
const GROWTH_MAX: i64 = 15;
const GROWTH_PER_DOUBLING: f64 = 5.0;
/// Fewer messages in a day are chance.
const GROWTH_MESSAGES_MIN: i64 = 3;
const ALL_NEW: i64 = 10;
const AGE_DAYS_MAX: i64 = 10;
const DUE_MAX: i64 = 20;
const RISK_HIGH: i64 = 25;
const RISK_MEDIUM: i64 = 12;
const RISK_OF_TOPIC: i64 = 6;
/// From here on a due date is near enough to be worth a word.
const DUE_DAYS_NEAR: i64 = 7;

const _: () = assert!(DEMAND_MAX + GROWTH_MAX + RISK_HIGH + AGE_DAYS_MAX + DUE_MAX == 100);

/// Ranks one thing.
pub fn of(it: &Standing, now: Timestamp) -> Priority {
    let parts = [due(it, now), risk(it), demand(it), growth(it, now), age(it, now)];
    let points: i64 = parts.iter().map(|it| it.0).sum();
    let why = parts.into_iter().flat_map(|it| it.1).collect();
    Priority { points: u8::try_from(points.clamp(0, 100)).unwrap_or(100), why }
}

/// Ranks all, the first in the queue first.
pub fn ranked<T>(
    all: Vec<T>,
    now: Timestamp,
    standing: impl Fn(&T) -> &Standing,
    id: impl Fn(&T) -> uuid::Uuid,
) -> Vec<(Priority, T)> {
    let mut ranked: Vec<(Priority, T)> =
        all.into_iter().map(|it| (of(standing(&it), now), it)).collect();
    ranked.sort_by_cached_key(|(priority, it)| {
        let standing = standing(it);
        let demand = standing.n_messages.saturating_add(standing.n_asking);
        let first = standing.first.map_or(i64::MAX, Timestamp::millis);
        (Reverse(priority.points), Reverse(demand), first, id(it))
    });
    ranked
}

type Part = (i64, Vec<Why>);

fn demand(it: &Standing) -> Part {
    let both = it.n_messages.max(0).saturating_add(it.n_asking.max(0));
    let points = doublings(1.0 + both as f64, DEMAND_PER_DOUBLING).min(DEMAND_MAX);
    let mut why = Vec::new();
    if 0 < it.n_messages {
        why.push(Why::Messages(it.n_messages));
    }
    if 0 < it.n_asking {
        why.push(Why::Asking(it.n_asking));
    }
    (points, why)
}

fn growth(it: &Standing, now: Timestamp) -> Part {
    let before = it.n_messages.saturating_sub(it.n_last_day);
    if it.n_last_day < GROWTH_MESSAGES_MIN {
        return (0, Vec::new());
    }
    if before <= 0 {
        return (ALL_NEW, vec![Why::AllNew(it.n_last_day)]);
    }
    let a_day_ago = now.plus_millis(-DAY_MS);
    let days_before = it.first.map_or(1, |first| full_days(first, a_day_ago) + 1).max(1);
    let a_day_before = (before as f64 / days_before as f64).max(1.0);
    let times = it.n_last_day as f64 / a_day_before;
    if times < 2.0 {
        return (0, Vec::new());
    }
    let points = doublings(times, GROWTH_PER_DOUBLING).min(GROWTH_MAX);
    (points, vec![Why::Grew { n: it.n_last_day, times: times as i64 }])
}

fn risk(it: &Standing) -> Part {
    match it.risk {
        Some(Risk::High) => (RISK_HIGH, vec![Why::Risk(Risk::High)]),
        Some(Risk::Medium) => (RISK_MEDIUM, vec![Why::Risk(Risk::Medium)]),
        Some(Risk::Low) => (0, vec![Why::Risk(Risk::Low)]),
        None if it.topic.as_deref().is_some_and(|it| RISKY_TOPICS.contains(&it)) => {
            (RISK_OF_TOPIC, vec![Why::RiskOfTopic])
        }
        None => (0, Vec::new()),
    }
}

fn age(it: &Standing, now: Timestamp) -> Part {
    let days = it.first.map_or(0, |first| full_days(first, now)).max(0);
    let why = if 0 < days { vec![Why::Waits(days)] } else { Vec::new() };
    (days.min(AGE_DAYS_MAX), why)
}

fn due(it: &Standing, now: Timestamp) -> Part {
    let Some(due) = it.due else { return (0, Vec::new()) };
    if due <= now {
        return (DUE_MAX, vec![Why::Overdue(full_days(due, now))]);
    }
    let days = full_days(now, due);
    let points = match days {
        0 => 16,
        1..=2 => 10,
        3..=6 => 5,
        _ => 0,
    };
    (points, if days < DUE_DAYS_NEAR { vec![Why::Due(days)] } else { Vec::new() })
}

fn doublings(n: f64, points: f64) -> i64 {
    (points * n.log2()) as i64
}

/// Full days from one point to a later one.
fn full_days(from: Timestamp, to: Timestamp) -> i64 {
    (to.millis() - from.millis()).div_euclid(DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000 * DAY_MS);

    fn days(n: i64) -> Option<Timestamp> {
        Some(NOW.plus_millis(n * DAY_MS))
    }

    #[track_caller]
    fn check(it: &Standing, points: u8, why: &[Why]) {
        let found = of(it, NOW);
        assert_eq!((found.points, found.why.as_slice()), (points, why), "{it:?}");
    }

    #[test]
    fn each_part_of_the_table() {
        let nothing = Standing::default();
        let with = |n_messages, n_asking| Standing { n_messages, n_asking, ..nothing.clone() };
        check(&nothing, 0, &[]);
        check(&with(1, 0), 4, &[Why::Messages(1)]);
        check(&with(1, 1), 6, &[Why::Messages(1), Why::Asking(1)]);
        check(&with(7, 0), 12, &[Why::Messages(7)]);
        check(&with(1_000_000, 5), 30, &[Why::Messages(1_000_000), Why::Asking(5)]);
        for (risk, points) in [(Risk::High, 25), (Risk::Medium, 12), (Risk::Low, 0)] {
            let it = Standing { risk: Some(risk), topic: Some("scam".into()), ..nothing.clone() };
            check(&it, points, &[Why::Risk(risk)]);
        }
        let it = Standing { topic: Some("scam".into()), ..nothing.clone() };
        check(&it, 6, &[Why::RiskOfTopic]);
        check(&Standing { topic: Some("city".into()), ..nothing.clone() }, 0, &[]);
        for (due, points, why) in [
            (-2, 20, Some(Why::Overdue(2))),
            (0, 20, Some(Why::Overdue(0))),
            (1, 10, Some(Why::Due(1))),
            (3, 5, Some(Why::Due(3))),
            (9, 0, None),
        ] {
            let it = Standing { due: days(due), ..nothing.clone() };
            check(&it, points, why.as_slice());
        }
        let soon = Standing { due: Some(NOW.plus_millis(1)), ..nothing.clone() };
        check(&soon, 16, &[Why::Due(0)]);
        check(&Standing { first: days(-3), ..nothing.clone() }, 3, &[Why::Waits(3)]);
        check(&Standing { first: days(-300), ..nothing }, 10, &[Why::Waits(300)]);
    }

    #[test]
    fn growth_is_told_against_the_days_before() {
        let grown = |n_messages, n_last_day| Standing {
            n_messages,
            n_last_day,
            first: days(-4),
            ..Standing::default()
        };
        let points = |it: &Standing| growth(it, NOW);
        // 4 days before with 8 messages in all: 2 a day.
        assert_eq!(points(&grown(12, 4)), (5, vec![Why::Grew { n: 4, times: 2 }]));
        assert_eq!(points(&grown(24, 16)), (15, vec![Why::Grew { n: 16, times: 8 }]));
        assert_eq!(points(&grown(11, 3)), (0, Vec::new()), "a half more is no growth");
        assert_eq!(points(&grown(3, 2)), (0, Vec::new()), "two are chance");
        assert_eq!(points(&grown(5, 5)), (10, vec![Why::AllNew(5)]));
    }

    #[test]
    fn what_is_damaged_ranks_and_panics_not() {
        let it = Standing {
            n_messages: i64::MAX,
            n_asking: i64::MAX,
            n_last_day: -5,
            first: days(5),
            due: Some(Timestamp::from_millis(0)),
            risk: None,
            topic: None,
        };
        assert!(of(&it, NOW).points <= 100);
    }

    #[test]
    fn equal_things_keep_their_order() {
        let it = |n: u128, n_messages, first| {
            let first = days(first);
            (uuid::Uuid::from_u128(n), Standing { n_messages, first, ..Standing::default() })
        };
        // The same points from other parts: more demand first, then the older, then the id.
        let all = vec![it(4, 1, 0), it(3, 1, 0), it(2, 2, 0), it(1, 7, 0)];
        let order = |all: Vec<(uuid::Uuid, Standing)>| {
            let ranked = ranked(all, NOW, |it| &it.1, |it| it.0);
            ranked.iter().map(|it| it.1.0.as_u128()).collect::<Vec<_>>()
        };
        assert_eq!(order(all.clone()), [1, 2, 3, 4]);
        assert_eq!(order(all.into_iter().rev().collect()), [1, 2, 3, 4]);
    }

    #[test]
    fn words_read_back() {
        assert!(Risk::ALL.iter().all(|&it| Risk::from_code(it.code()) == Some(it)));
        assert_eq!(Risk::from_code("huge"), None);
    }
}
