//! What readers may know of a claim that has no answer yet: how far it is, and roughly how many ask.

use crate::time::Timestamp;
use crate::workflow::State;

/// A smaller count could point to whoever asked: it shows as "under 5".
pub const COUNT_SHOWN_MIN: i64 = 5;

/// How far a claim is, in public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nobody took it yet.
    Waiting,
    /// Somebody works on it.
    Checking,
    /// Opinions that were asked for are past their due date.
    Overdue,
}

impl Progress {
    /// How far a claim is whose case stands in this state; `due` is when opinions are due.
    pub fn of(state: State, due: Option<Timestamp>, now: Timestamp) -> Self {
        match state {
            State::Inbox => Self::Waiting,
            _ if due.is_some_and(|it| it < now) => Self::Overdue,
            _ => Self::Checking,
        }
    }

    /// The word in keys.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Checking => "checking",
            Self::Overdue => "overdue",
        }
    }
}

/// A count as the public sees it; `None` is "under 5".
pub fn shown(n: i64) -> Option<i64> {
    (COUNT_SHOWN_MIN <= n).then_some(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_readers_see() {
        let at = Timestamp::from_millis;
        let of = |state, due: Option<i64>| Progress::of(state, due.map(at), at(10));
        assert_eq!(of(State::Inbox, None), Progress::Waiting);
        assert_eq!(of(State::Open, None), Progress::Checking);
        assert_eq!(of(State::Verifying, Some(10)), Progress::Checking);
        assert_eq!(of(State::Verifying, Some(9)), Progress::Overdue);
        assert_eq!([0, 4, 5].map(shown), [None, None, Some(5)]);
    }
}
