//! What waits for a member, and how near the day is on which an opinion is due.

use crate::time::{DAY_MS, Timestamp};

/// What kind of thing waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// The member's organisation was asked for its opinion.
    Opinion,
    /// A draft that the member may sign.
    Signature,
    /// A draft of the member's that was sent back.
    SentBack,
    /// A contest that the member may decide.
    Contest,
}

impl Thing {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Opinion, Self::Signature, Self::SentBack, Self::Contest];

    /// The word in the store and in keys.
    pub fn code(self) -> &'static str {
        match self {
            Self::Opinion => "opinion",
            Self::Signature => "signature",
            Self::SentBack => "sent_back",
            Self::Contest => "contest",
        }
    }
}

/// How near a due date is. Each is a reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// From two days before.
    Soon,
    /// On the day.
    Today,
    /// After it: the case says so, and so does the public list of what waits.
    Overdue,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 3] = [Self::Soon, Self::Today, Self::Overdue];

    /// The word in the store and in keys.
    pub fn code(self) -> &'static str {
        match self {
            Self::Soon => "soon",
            Self::Today => "today",
            Self::Overdue => "overdue",
        }
    }

    /// The stage at a time. `due` is the last moment of a day.
    pub fn at(due: Timestamp, now: Timestamp) -> Option<Self> {
        let left_ms = due.millis() - now.millis();
        match left_ms {
            ..0 => Some(Self::Overdue),
            it if it < DAY_MS => Some(Self::Today),
            it if it < SOON_MS => Some(Self::Soon),
            _ => None,
        }
    }
}

/// The first reminder comes when the day two days before the due date begins.
pub const SOON_MS: i64 = 3 * DAY_MS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_come_two_days_before_on_the_day_and_after() {
        let due = Timestamp::parse("2026-11-28T23:59:59.999+07:00").expect("valid");
        let stage = |now: &str| Stage::at(due, Timestamp::parse(now).expect("valid"));
        assert_eq!(stage("2026-11-25T23:59:59+07:00"), None);
        assert_eq!(stage("2026-11-26T00:00:00+07:00"), Some(Stage::Soon));
        assert_eq!(stage("2026-11-27T23:59:59+07:00"), Some(Stage::Soon));
        assert_eq!(stage("2026-11-28T00:00:00+07:00"), Some(Stage::Today));
        assert_eq!(stage("2026-11-29T00:00:00+07:00"), Some(Stage::Overdue));
    }
}
