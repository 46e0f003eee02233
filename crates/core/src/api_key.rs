//! Keys with which a partner's program acts for its organisation: what one may open, and who may
//! make one. Opinions that come with a key are its maker's, and stop when their access ends; a key for
//! messages is the organisation's, and hands them in until somebody ends it.

use crate::permission::{Deed, Role, may};

/// What a key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Hand in messages in bulk.
    Intake,
    /// Read the questions asked of the organisation, and give its opinion.
    Opinions,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 2] = [Self::Intake, Self::Opinions];

    /// The word in forms, the store and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Opinions => "opinions",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// Whether a member in this role makes or ends a key for an organisation: editors for their own,
/// operators for any. What a key writes in an opinion, its maker must be allowed to write: so an
/// operator, who has no say in content, makes no key that gives opinions, and nobody makes one for
/// an organisation that is not their own.
pub fn may_make(role: Role, is_own_org: bool, scopes: &[Scope]) -> bool {
    let gives_opinions = scopes.contains(&Scope::Opinions);
    let may_opine = is_own_org && may(role, Deed::GiveOpinion);
    !scopes.is_empty() && may_manage(role, is_own_org) && (!gives_opinions || may_opine)
}

/// Whether a member in this role sees and ends the keys of an organisation.
pub fn may_manage(role: Role, is_own_org: bool) -> bool {
    may(role, Deed::ManageKeys) && (is_own_org || may(role, Deed::ManageOrganisations))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editors_make_keys_for_their_own_and_operators_only_for_intake() {
        let made = |role, is_own| {
            let sets: [&[Scope]; 4] =
                [&[], &[Scope::Intake], &[Scope::Opinions], &[Scope::Intake, Scope::Opinions]];
            sets.map(|it| may_make(role, is_own, it))
        };
        assert_eq!(made(Role::Editor, true), [false, true, true, true]);
        assert_eq!(made(Role::Editor, false), [false; 4]);
        assert_eq!(made(Role::Operator, true), [false, true, false, false]);
        assert_eq!(made(Role::Operator, false), [false, true, false, false]);
        assert_eq!(made(Role::Checker, true), [false; 4]);
        assert!(may_manage(Role::Operator, false) && !may_manage(Role::Editor, false));
    }

    #[test]
    fn codes_read_back() {
        assert!(Scope::ALL.iter().all(|it| Scope::from_code(it.code()) == Some(*it)));
        assert_eq!(Scope::from_code("all"), None);
    }
}
