//! How often one network or key may call the API in a minute, held in memory only, in the manner of
//! `floods`: a network is counted as an HMAC under a key that is never written and lives a day, in a
//! fixed number of slots. A network that is not known (this machine) has no limit.

use std::sync::Mutex;

use kiemtin_core::ids::ApiKeyId;
use kiemtin_core::time::{DAY_MS, Timestamp};

use super::admission::hmac;
use super::clock::chance;
use super::floods::Network;

/// Counters for each kind of call: with a thousand callers in a minute one in sixteen shares a slot.
const SLOTS: usize = 16_384;
/// The time that is counted over.
const WINDOW_MS: i64 = 60_000;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Reading what is published: milliseconds each.
    Read,
    /// Searching and matching: the costly ones.
    Search,
    /// Sending something in, or looking a receipt up.
    Write,
    /// A partner's call with a key.
    Partner,
}

impl Call {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Read, Self::Search, Self::Write, Self::Partner];

    /// The word in headers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Search => "search",
            Self::Write => "write",
            Self::Partner => "partner",
        }
    }

    /// Calls in a minute. A provider may put some thousand homes behind one network; a key is one
    /// program.
    pub const fn max(self) -> u16 {
        match self {
            Self::Read => 1_200,
            Self::Search => 240,
            Self::Write => 120,
            Self::Partner => 60,
        }
    }
}

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Anybody, from this network.
    Network(Network),
    /// A program with this key.
    Key(ApiKeyId),
}

/// What is left in this minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Calls that may still come; `None` for one too many.
    pub n_left: Option<u16>,
    /// When the minute is over.
    pub seconds: i64,
}

/// The counters.
#[derive(Debug, Default)]
pub struct Rates(Mutex<Option<Counters>>);

#[derive(Debug)]
struct Counters {
    key: [u8; 32],
    keyed_at: Timestamp,
    began: Timestamp,
    slots: [Vec<u16>; Call::ALL.len()],
}

impl Rates {
    /// Counts a call.
    pub fn count(&self, call: Call, caller: Caller, now: Timestamp) -> Room {
        let mut counters = self.0.lock().expect("nobody panics while counting");
        let counters = counters.get_or_insert_with(|| Counters::new(now));
        counters.begin(now);
        let slot = counters.slot(caller);
        let n = &mut counters.slots[call as usize][slot];
        let n_left = call.max().checked_sub(*n + 1);
        *n += u16::from(n_left.is_some());
        let ends = counters.began.plus_millis(WINDOW_MS).millis();
        Room { n_left, seconds: (ends - now.millis()) / 1_000 + 1 }
    }
}

impl Counters {
    fn new(now: Timestamp) -> Self {
        let slots = Call::ALL.map(|_| vec![0; SLOTS]);
        Self { key: chance(), keyed_at: now, began: now, slots }
    }

    /// A new minute begins with empty counters, a new day with another key. A clock that was set
    /// back begins anew as well.
    fn begin(&mut self, now: Timestamp) {
        let is_within = |since: Timestamp, millis| since <= now && now < since.plus_millis(millis);
        if !is_within(self.began, WINDOW_MS) {
            self.slots.iter_mut().for_each(|it| it.fill(0));
            self.began = now;
        }
        if !is_within(self.keyed_at, DAY_MS) {
            self.key = chance();
            self.keyed_at = now;
        }
    }

    fn slot(&self, caller: Caller) -> usize {
        let hash = match caller {
            Caller::Network(it) => hmac(&self.key, "network", &[&it.to_hex()]),
            Caller::Key(it) => hmac(&self.key, "key", &[&it.to_string()]),
        };
        usize::from(u16::from_be_bytes([hash[0], hash[1]])) % SLOTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_793_491_200_000);

    fn network(text: &str) -> Caller {
        let network = Network::of(text.parse().expect("an address"));
        Caller::Network(network.expect("not this machine"))
    }

    #[test]
    fn a_caller_is_sent_away_when_its_minute_is_full_and_others_are_not() {
        let rates = Rates::default();
        let one = network("203.0.113.7");
        for n in 1..=Call::Search.max() {
            let left = rates.count(Call::Search, one, NOW).n_left;
            assert_eq!(left, Some(Call::Search.max() - n));
        }
        let full = Room { n_left: None, seconds: 31 };
        assert_eq!(rates.count(Call::Search, one, NOW.plus_millis(30_000)), full);
        assert!(rates.count(Call::Read, one, NOW).n_left.is_some(), "counted for itself");
        assert!(rates.count(Call::Search, network("198.51.100.1"), NOW).n_left.is_some());
        assert!(rates.count(Call::Search, one, NOW.plus_millis(WINDOW_MS)).n_left.is_some());
    }

    #[test]
    fn a_key_is_counted_wherever_it_calls_from() {
        let rates = Rates::default();
        let key = Caller::Key(ApiKeyId(uuid::Uuid::from_u128(7)));
        let n_taken = (0..100).filter(|_| rates.count(Call::Partner, key, NOW).n_left.is_some());
        assert_eq!(n_taken.count(), usize::from(Call::Partner.max()));
    }
}
