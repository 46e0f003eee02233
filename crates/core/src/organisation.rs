//! Organisations, their parents, and who is *involved* in a claim (DESIGN section 2.3).

use std::collections::BTreeSet;

use crate::ids::OrgId;

/// The organisation's part of an address. Invariant: 2 to 40 of `a-z0-9-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrgSlug(String);

/// A text that cannot be an organisation's part of an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” cannot be an organisation's short name: use 2 to 40 of a-z, 0-9 and -")]
pub struct BadSlug(pub String);

impl OrgSlug {
    /// Reads a short name.
    ///
    /// # Errors
    /// Another length, or another character.
    pub fn parse(input: &str) -> Result<Self, BadSlug> {
        let allowed = |it: char| matches!(it, 'a'..='z' | '0'..='9' | '-');
        let is_slug = (2..=40).contains(&input.len()) && input.chars().all(allowed);
        if is_slug { Ok(Self(input.to_owned())) } else { Err(BadSlug(input.to_owned())) }
    }

    /// The short name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What kind of body an organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrgKind {
    /// A department or office of an authority.
    Authority,
    /// A newspaper, broadcaster or news site.
    Newsroom,
    /// A hospital, university or institute.
    Institute,
    /// A body that is none of these.
    Civil,
}

impl OrgKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Authority, Self::Newsroom, Self::Institute, Self::Civil];

    /// The word in forms and the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Newsroom => "newsroom",
            Self::Institute => "institute",
            Self::Civil => "civil",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// Who is whose parent. Small: a desk has tens of organisations.
#[derive(Clone, Debug, Default)]
pub struct OrgTree {
    parents: Vec<(OrgId, Option<OrgId>)>,
}

impl OrgTree {
    /// From rows of organisation and parent.
    pub fn new(parents: Vec<(OrgId, Option<OrgId>)>) -> Self {
        Self { parents }
    }

    /// How many organisations the desk has.
    pub fn len(&self) -> usize {
        self.parents.len()
    }

    /// Whether the desk has none yet.
    pub fn is_empty(&self) -> bool {
        self.parents.is_empty()
    }

    /// All organisations of the desk.
    pub fn orgs(&self) -> impl Iterator<Item = OrgId> {
        self.parents.iter().map(|&(org, _)| org)
    }

    /// The organisation and its parents up to the top. A loop in the data ends at its first repeat.
    pub fn line(&self, org: OrgId) -> Vec<OrgId> {
        let mut line = vec![org];
        let mut at = org;
        while let Some(parent) = self.parent(at).filter(|it| !line.contains(it)) {
            line.push(parent);
            at = parent;
        }
        line
    }

    /// The parent above all others; itself, if it has none.
    pub fn top(&self, org: OrgId) -> OrgId {
        self.line(org).last().copied().unwrap_or(org)
    }

    /// The marked organisations with all their ancestors and descendants.
    pub fn involved(&self, marked: &BTreeSet<OrgId>) -> BTreeSet<OrgId> {
        let ancestors = marked.iter().flat_map(|&it| self.line(it));
        let descends = |&it: &OrgId| self.line(it).iter().any(|up| marked.contains(up));
        let descendants = self.parents.iter().map(|&(org, _)| org).filter(descends);
        ancestors.chain(descendants).collect()
    }

    /// Whether an organisation is this one, or stands somewhere under it.
    pub fn is_within(&self, org: OrgId, of: OrgId) -> bool {
        self.line(org).contains(&of)
    }

    /// Whether making `parent` the parent of `org` would close a loop.
    pub fn would_loop(&self, org: OrgId, parent: OrgId) -> bool {
        self.line(parent).contains(&org)
    }

    fn parent(&self, org: OrgId) -> Option<OrgId> {
        self.parents.iter().find(|(it, _)| *it == org).and_then(|(_, parent)| *parent)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn org(n: u8) -> OrgId {
        OrgId(uuid::Uuid::from_bytes([n; 16]))
    }

    /// City 1 over health 2 and transport 3; hospital 4 under health; newspaper 5 alone.
    pub(crate) fn city() -> OrgTree {
        OrgTree::new(vec![
            (org(1), None),
            (org(2), Some(org(1))),
            (org(3), Some(org(1))),
            (org(4), Some(org(2))),
            (org(5), None),
        ])
    }

    #[test]
    fn ancestors_and_descendants_are_involved_and_siblings_are_not() {
        let involved = city().involved(&BTreeSet::from([org(2)]));
        assert_eq!(involved, BTreeSet::from([org(1), org(2), org(4)]));
        assert_eq!(city().top(org(4)), org(1));
    }

    #[test]
    fn an_organisation_and_those_under_it_are_within_it() {
        let within = |of| [1, 2, 3, 4, 5].map(|it| city().is_within(org(it), org(of)));
        assert_eq!(within(2), [false, true, false, true, false]);
        assert_eq!(within(5), [false, false, false, false, true]);
    }

    #[test]
    fn a_loop_of_parents_ends() {
        let looped = OrgTree::new(vec![(org(1), Some(org(2))), (org(2), Some(org(1)))]);
        assert_eq!(looped.line(org(1)), [org(1), org(2)]);
        assert!(city().would_loop(org(1), org(4)));
        assert!(!city().would_loop(org(5), org(4)));
    }

    #[test]
    fn a_short_name_is_checked_at_the_door() {
        assert!(OrgSlug::parse("so-y-te").is_ok());
        for bad in ["", "a", "Sở", "a b", &"a".repeat(41)] {
            assert!(OrgSlug::parse(bad).is_err(), "{bad}");
        }
    }
}
