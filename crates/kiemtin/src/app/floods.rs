//! Limits on how much comes in from one network in an hour, held in memory only.
//!
//! What is counted is an HMAC of the network under a key that lives a day and is never written: no
//! address is stored, logged or could be worked out afterwards. The counters have a fixed number of
//! slots; networks that share one share its limit, which is far above what a class at one school
//! sends. A network that is not known (a proxy on this machine that names none) has no limit of its
//! own: then that is the proxy's business, and only the total of contests is bounded here.

use std::net::IpAddr;
use std::sync::Mutex;

use kiemtin_core::time::{DAY_MS, HOUR_MS, Timestamp};

use super::admission::hmac;
use super::clock::chance;

/// Counters for each kind: 32 KiB. With a thousand networks in an hour one in sixteen shares a slot.
const SLOTS: usize = 16_384;
/// Tips of one network in an hour: a provider may put some thousand homes behind one.
const TIPS_MAX: u16 = 1_000;
/// Contests of one network in an hour: four classes of thirty.
const CONTESTS_MAX: u16 = 120;
/// Contests of all networks in an hour: each adds a line to the log for ever, and somebody has to
/// read it.
const CONTESTS_TOTAL_MAX: u32 = 1_000;

/// Searches by programs of one network in an hour: several a second, as from an assistant's own
/// machines.
const LOOKUPS_MAX: u16 = 20_000;
/// Pictures that one network has the desk fetch in an hour.
const PICTURES_MAX: u16 = 60;
/// Pictures that the desk fetches for all in an hour: nobody's tool to burden another site.
const PICTURES_TOTAL_MAX: u32 = 600;

/// The part of an address that is counted: a /24 of IPv4, a /56 of IPv6, as providers give them to
/// one customer or street.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network([u8; 8]);

impl Network {
    /// The network of an address; `None` for this machine itself.
    pub fn of(address: IpAddr) -> Option<Self> {
        let mut network = [0; 8];
        match address.to_canonical() {
            it if it.is_loopback() || it.is_unspecified() => return None,
            IpAddr::V4(it) => {
                network[..4].copy_from_slice(&[4, it.octets()[0], it.octets()[1], it.octets()[2]])
            }
            IpAddr::V6(it) => {
                network[0] = 6;
                network[1..].copy_from_slice(&it.octets()[..7]);
            }
        }
        Some(Self(network))
    }

    /// As text, to be counted elsewhere under a key.
    pub(super) fn to_hex(self) -> String {
        hex::encode(self.0)
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// A tip.
    Tip,
    /// A contest.
    Contest,
    /// A search by a program.
    Lookup,
    /// A picture that is to be fetched and looked for.
    Picture,
}

/// How many kinds are counted.
const KINDS: usize = 4;

impl Counted {
    /// The most of one network, and of all together.
    fn most(self) -> (u16, u32) {
        match self {
            Self::Tip => (TIPS_MAX, u32::MAX),
            Self::Contest => (CONTESTS_MAX, CONTESTS_TOTAL_MAX),
            Self::Lookup => (LOOKUPS_MAX, u32::MAX),
            Self::Picture => (PICTURES_MAX, PICTURES_TOTAL_MAX),
        }
    }
}

/// Too much came in: come again after so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    /// When the hour is over.
    pub retry_seconds: i64,
}

/// The counters.
#[derive(Debug, Default)]
pub struct Floods(Mutex<Counters>);

#[derive(Debug)]
struct Counters {
    key: [u8; 32],
    /// When the key was made, and when counting began.
    keyed_at: Timestamp,
    began: Timestamp,
    /// By kind: of each network, and of all together.
    slots: [Vec<u16>; KINDS],
    totals: [u32; KINDS],
}

impl Default for Counters {
    fn default() -> Self {
        // Longer ago than a day: the first count makes its own key.
        let never = Timestamp::from_millis(i64::MIN / 2);
        let slots = [(); KINDS].map(|()| vec![0; SLOTS]);
        Self { key: [0; 32], keyed_at: never, began: never, slots, totals: [0; KINDS] }
    }
}

impl Floods {
    /// Counts one that comes in.
    ///
    /// # Errors
    /// Its network, or all together, sent too much in this hour.
    pub fn count(
        &self,
        what: Counted,
        network: Option<Network>,
        now: Timestamp,
    ) -> Result<(), Full> {
        let mut it = self.0.lock().expect("nobody panics while counting");
        it.begin(now);
        let full = Full {
            retry_seconds: (it.began.plus_millis(HOUR_MS).millis() - now.millis()) / 1_000 + 1,
        };
        let (kind, (max, total_max)) = (what as usize, what.most());
        if total_max <= it.totals[kind] {
            return Err(full);
        }
        if let Some(Network(network)) = network {
            let slot = slot(&it.key, &network);
            let n = &mut it.slots[kind][slot];
            if max <= *n {
                return Err(full);
            }
            *n += 1;
        }
        it.totals[kind] = it.totals[kind].saturating_add(1);
        Ok(())
    }
}

impl Counters {
    /// A new hour begins with empty counters, a new day with another key. A clock that was set back
    /// begins anew as well.
    fn begin(&mut self, now: Timestamp) {
        let is_within = |since: Timestamp, millis| since <= now && now < since.plus_millis(millis);
        if !is_within(self.began, HOUR_MS) {
            self.slots.iter_mut().for_each(|it| it.fill(0));
            self.totals = [0; KINDS];
            self.began = now;
        }
        if !is_within(self.keyed_at, DAY_MS) {
            self.key = chance();
            self.keyed_at = now;
        }
    }
}

fn slot(key: &[u8; 32], network: &[u8; 8]) -> usize {
    let hash = hmac(key, "network", &[&hex::encode(network)]);
    usize::from(u16::from_be_bytes([hash[0], hash[1]])) % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_793_491_200_000);

    fn network(text: &str) -> Option<Network> {
        Network::of(text.parse().expect("an address"))
    }

    #[test]
    fn neighbours_are_one_network_and_this_machine_is_none() {
        assert_eq!(network("203.0.113.7"), network("203.0.113.250"));
        assert_eq!(network("203.0.113.7"), network("::ffff:203.0.113.9"));
        assert_ne!(network("203.0.113.7"), network("203.0.114.7"));
        assert_eq!(network("2001:db8:1:2200::1"), network("2001:db8:1:22ff:9::2"));
        assert_ne!(network("2001:db8:1:2200::1"), network("2001:db8:1:2300::1"));
        assert_eq!(network("127.0.0.1").or(network("::1")), None);
    }

    #[test]
    fn a_network_is_sent_away_when_its_hour_is_full_and_others_are_not() {
        let floods = Floods::default();
        let (one, other) = (network("203.0.113.7"), network("198.51.100.1"));
        let count = |network, now| floods.count(Counted::Contest, network, now);
        for _ in 0..CONTESTS_MAX {
            assert_eq!(count(one, NOW), Ok(()));
        }
        assert_eq!(count(one, NOW.plus_millis(60_000)), Err(Full { retry_seconds: 3_541 }));
        assert_eq!(floods.count(Counted::Tip, one, NOW), Ok(()), "tips are counted for themselves");
        assert_eq!(count(other, NOW), Ok(()));
        assert_eq!(count(one, NOW.plus_millis(HOUR_MS)), Ok(()));
    }

    #[test]
    fn all_networks_together_are_bounded() {
        let floods = Floods::default();
        let n_taken =
            (0..2_000).filter(|_| floods.count(Counted::Contest, None, NOW).is_ok()).count();
        assert_eq!(n_taken, CONTESTS_TOTAL_MAX as usize);
        assert_eq!(floods.count(Counted::Tip, None, NOW), Ok(()));
    }

    #[test]
    fn the_key_lives_a_day() {
        let floods = Floods::default();
        let key = |now| {
            floods.count(Counted::Tip, None, now).expect("counted");
            floods.0.lock().expect("free").key
        };
        let first = key(NOW);
        assert_eq!(key(NOW.plus_millis(23 * HOUR_MS)), first);
        assert_ne!(key(NOW.plus_millis(DAY_MS)), first);
    }
}
