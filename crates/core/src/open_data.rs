//! What the open data may tell: no count under five, not by subtraction either, and no id that holds
//! a time.
//!
//! Readers know how many messages say a claim as soon as there are five. So what is missing from the
//! counts by day and class must be five at least as well, or nothing; and as files come out every
//! night, counts go in steps of five, so that one more message does not show by itself.

use sha2::{Digest as _, Sha256};

use crate::channel;
use crate::ids::ClaimId;
use crate::waiting::{COUNT_SHOWN_MIN, shown};

/// The class of a source that is a listed outlet, and of one that nobody named.
const OUTLET: &str = "outlet";
const NOT_SAID: &str = "not said";
/// Bytes of a claim's key: enough that two claims of one desk never meet.
const KEY_BYTES: usize = 12;

/// The name of a claim in files, the same from the day its sentence is shown: the id in the log
/// leads to it, and it leads to no id and no time.
pub fn claim_key(claim: ClaimId) -> String {
    let hash = Sha256::new()
        .chain_update("kiemtin open data claim v1\0")
        .chain_update(claim.0.as_bytes())
        .finalize();
    hex::encode(&hash[..KEY_BYTES])
}

/// A count rounded down to a multiple of five; `None` is "under 5".
pub fn at_least(n: i64) -> Option<i64> {
    shown(n).map(|it| it - it % COUNT_SHOWN_MIN)
}

/// Where a message was seen: the class of channel, or that it was an outlet.
pub fn source_class(source: Option<&str>) -> String {
    match source {
        None => NOT_SAID.to_owned(),
        Some(source) => channel::class(source).unwrap_or_else(|| OUTLET.to_owned()),
    }
}

/// How many messages of one claim were seen on one day in one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The number of the day in Vietnam.
    pub day: i64,
    /// [`source_class`].
    pub class: String,
    /// How many.
    pub n: i64,
}

/// One line about a claim's sightings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Day and class; `None` for all that is told without them.
    pub seen: Option<(i64, String)>,
    /// At least so many; `None` is "under 5".
    pub n: Option<i64>,
}

/// What is told of a claim's sightings. `total` is how many messages say it, those included whose
/// text, day and source are erased.
///
/// A count of five or more has its line; everything else is one line without day and class. If that
/// line would be under five, the smallest count joins it: nothing is left that a subtraction from the
/// public total could show.
pub fn sightings(total: i64, cells: Vec<Cell>) -> Vec<Sighting> {
    let total = total.max(cells.iter().map(|it| it.n).sum());
    let mut told: Vec<Cell> = cells.into_iter().filter(|it| COUNT_SHOWN_MIN <= it.n).collect();
    told.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| (a.day, &a.class).cmp(&(b.day, &b.class))));
    let mut rest = total - told.iter().map(|it| it.n).sum::<i64>();
    if (1..COUNT_SHOWN_MIN).contains(&rest) {
        rest += told.pop().map_or(0, |it| it.n);
    }
    told.sort_by(|a, b| (a.day, &a.class).cmp(&(b.day, &b.class)));
    let told = told.into_iter().map(|Cell { day, class, n }| (Some((day, class)), n));
    let rest = (0 < rest).then_some((None, rest));
    told.chain(rest).map(|(seen, n)| Sighting { seen, n: at_least(n) }).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn cells(counts: &[i64]) -> Vec<Cell> {
        let cell = |(day, n): (usize, &i64)| Cell {
            day: i64::try_from(day).expect("small"),
            class: "Zalo groups".to_owned(),
            n: *n,
        };
        counts.iter().enumerate().map(cell).filter(|it| 0 < it.n).collect()
    }

    fn told(total: i64, counts: &[i64]) -> Vec<(Option<i64>, Option<i64>)> {
        let lines = sightings(total, cells(counts));
        lines.into_iter().map(|it| (it.seen.map(|(day, _)| day), it.n)).collect()
    }

    #[test]
    fn counts_go_in_steps_of_five_and_small_ones_are_told_together() {
        assert_eq!(
            [0, 4, 5, 9, 10, 23].map(at_least),
            [None, None, Some(5), Some(5), Some(10), Some(20)]
        );
        assert_eq!(told(0, &[]), []);
        assert_eq!(told(3, &[3]), [(None, None)], "only that there are some");
        assert_eq!(told(12, &[12]), [(Some(0), Some(10))]);
        assert_eq!(told(18, &[12, 3, 3]), [(Some(0), Some(10)), (None, Some(5))]);
        assert_eq!(told(13, &[7, 5, 1]), [(Some(0), Some(5)), (None, Some(5))], "5 + 1");
        assert_eq!(told(8, &[7, 1]), [(None, Some(5))]);
        assert_eq!(told(30, &[7]), [(Some(0), Some(5)), (None, Some(20))], "texts are erased");
    }

    /// Everything that could lie behind what the public sees, the exact total included, is put side
    /// by side: a small count that is the same in all of it would be told.
    #[test]
    fn no_small_count_follows_from_what_is_told() {
        const CELL_MAX: i64 = 8;
        const TOTAL_MAX: i64 = 40;
        type Seen = (Option<i64>, Vec<(Option<i64>, Option<i64>)>);
        let mut behind: BTreeMap<Seen, Vec<[i64; 4]>> = BTreeMap::new();
        for n in 0..(CELL_MAX + 1).pow(3) {
            let [a, b, c] = [0, 1, 2].map(|it| n / (CELL_MAX + 1).pow(it) % (CELL_MAX + 1));
            // The last one is what is erased: part of the total and of no cell.
            for total in a + b + c..=TOTAL_MAX {
                let seen = (shown(total), told(total, &[a, b, c]));
                behind.entry(seen).or_default().push([a, b, c, total - a - b - c]);
            }
        }
        for (seen, all) in behind {
            for cell in 0..4 {
                let first = all[0][cell];
                let is_told =
                    (1..COUNT_SHOWN_MIN).contains(&first) && all.iter().all(|it| it[cell] == first);
                assert!(!is_told, "{seen:?} tells {first} of {all:?}");
            }
        }
    }

    #[test]
    fn a_source_is_told_by_its_class_and_a_claim_by_a_key_without_a_time() {
        assert_eq!(source_class(Some("zalo groups")), "Zalo groups");
        assert_eq!(source_class(Some("VnExpress")), "outlet");
        assert_eq!(source_class(None), "not said");
        let of = |n| claim_key(ClaimId(uuid::Uuid::from_u128(n)));
        assert_eq!(of(1).len(), 2 * KEY_BYTES);
        assert_ne!(of(1), of(2));
    }
}
