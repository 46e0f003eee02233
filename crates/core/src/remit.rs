//! What an organisation is responsible for, and which claims that makes it the one to ask.
//!
//! Being responsible decides nothing: it says whom to ask first. Who may sign is `sign_off`.

use std::collections::BTreeSet;

use crate::gazetteer::{UnitCode, is_within};

/// Topics that the desk offers; a claim may have another word (an import brings its own). Each is a
/// subject of daily life: none is a name for criticism of an authority, a party or a person.
pub const TOPICS: [&str; 13] = [
    "epidemic",
    "health",
    "food",
    "disaster",
    "environment",
    "traffic",
    "city",
    "services",
    "education",
    "money",
    "scam",
    "technology",
    "other",
];

/// One of [`TOPICS`], from an address or a form.
pub fn topic(text: &str) -> Option<&'static str> {
    TOPICS.into_iter().find(|it| *it == text)
}

/// What an organisation is responsible for. Without places: everywhere; without topics: everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remit {
    /// Provinces with all in them, or single wards.
    pub places: BTreeSet<UnitCode>,
    /// Some of [`TOPICS`].
    pub topics: BTreeSet<String>,
}

/// Why an organisation is responsible for a claim: what of its remit the claim is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Its places that the claim is in.
    pub places: Vec<UnitCode>,
    /// Its topic that the claim has.
    pub topic: Option<String>,
}

impl Reason {
    /// How much of the claim it is responsible for, for an order: place and topic come before one.
    pub fn weight(&self) -> usize {
        usize::from(!self.places.is_empty()) + usize::from(self.topic.is_some())
    }
}

impl Remit {
    /// Whether the organisation is responsible for a claim in these places with this topic, and why.
    /// A province's body is for everything in it, a ward's only for the ward. A place or topic that
    /// both name must agree; one that either leaves open excludes nothing and is no reason.
    pub fn reason(&self, places: &[UnitCode], topic: Option<&str>) -> Option<Reason> {
        let own = self.places.iter().copied();
        let own: Vec<UnitCode> =
            own.filter(|of| places.iter().any(|it| is_within(*it, *of))).collect();
        let is_elsewhere = own.is_empty() && !self.places.is_empty() && !places.is_empty();
        let same = topic.filter(|it| self.topics.contains(*it)).map(str::to_owned);
        let is_other = same.is_none() && !self.topics.is_empty() && topic.is_some();
        let reason = Reason { places: own, topic: same };
        (!is_elsewhere && !is_other && 0 < reason.weight()).then_some(reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HA_NOI: &str = "01";
    const HOAN_KIEM: &str = "00070";
    const HO_CHI_MINH: &str = "79";

    fn codes(list: &[&str]) -> Vec<UnitCode> {
        list.iter().map(|it| UnitCode::parse(it).expect("a known code")).collect()
    }

    /// The weight of the reason, nought for none.
    #[track_caller]
    fn check(remit: (&[&str], &[&str]), claim: (&[&str], Option<&str>), expected: usize) {
        let topics = remit.1.iter().map(|&it| it.to_owned()).collect();
        let own = Remit { places: codes(remit.0).into_iter().collect(), topics };
        let reason = own.reason(&codes(claim.0), claim.1);
        assert_eq!(reason.map_or(0, |it| it.weight()), expected, "{remit:?} {claim:?}");
    }

    #[test]
    fn a_province_is_for_everything_in_it_and_a_ward_for_itself() {
        check((&[HA_NOI], &[]), (&[HOAN_KIEM], None), 1);
        check((&[HA_NOI], &[]), (&[HA_NOI], None), 1);
        check((&[HOAN_KIEM], &[]), (&[HOAN_KIEM], None), 1);
        check((&[HOAN_KIEM], &[]), (&[HA_NOI], None), 0);
        check((&[HO_CHI_MINH], &[]), (&[HOAN_KIEM], None), 0);
    }

    #[test]
    fn place_and_topic_agree_where_both_are_named() {
        check((&[HA_NOI], &["health"]), (&[HOAN_KIEM], Some("health")), 2);
        check((&[HA_NOI], &["health"]), (&[HOAN_KIEM], Some("scam")), 0);
        check((&[HA_NOI], &["health"]), (&[HO_CHI_MINH], Some("health")), 0);
        check((&[HA_NOI], &["health"]), (&[], Some("health")), 1);
        check((&[], &["health"]), (&[HO_CHI_MINH], Some("health")), 1);
        check((&[HA_NOI], &[]), (&[HA_NOI], Some("scam")), 1);
    }

    #[test]
    fn nothing_named_is_no_reason() {
        check((&[], &[]), (&[HA_NOI], Some("health")), 0);
        check((&[HA_NOI], &["health"]), (&[], None), 0);
    }
}
