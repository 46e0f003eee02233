//! The way of a case: one table decides `(state, action) → state`.
//!
//! Who may act stands in `permission`; whether a draft has the signatures it needs, in `sign_off`.
//! The store applies what is decided here and writes state nowhere else.

use crate::permission::{Deed, Role, may};

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// A claim was worded; nobody has taken it.
    Inbox,
    /// Somebody works on it.
    Open,
    /// Organisations are asked for opinions.
    Verifying,
    /// An answer is being written.
    Draft,
    /// The draft waits for signatures.
    Review,
    /// The answer is out.
    Published,
    /// The answer is out, and its next version is being written and signed.
    Correcting,
    /// The answer was withdrawn; its page and versions stay.
    Retracted,
    /// Closed with a public reason.
    Dismissed,
    /// The claim is another one in other words.
    Merged,
}

impl State {
    /// Every state, in the order of the way.
    pub const ALL: [Self; 10] = [
        Self::Inbox,
        Self::Open,
        Self::Verifying,
        Self::Draft,
        Self::Review,
        Self::Published,
        Self::Correcting,
        Self::Retracted,
        Self::Dismissed,
        Self::Merged,
    ];

    /// The word in the store, forms and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Open => "open",
            Self::Verifying => "verifying",
            Self::Draft => "draft",
            Self::Review => "review",
            Self::Published => "published",
            Self::Correcting => "correcting",
            Self::Retracted => "retracted",
            Self::Dismissed => "dismissed",
            Self::Merged => "merged",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Whether a published answer stands behind this state.
    pub fn is_public(self) -> bool {
        matches!(self, Self::Published | Self::Correcting | Self::Retracted)
    }
}

/// What can be done to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Take it from the inbox.
    Take,
    /// Ask organisations for opinions.
    Ask,
    /// Begin a draft.
    Draft,
    /// Hand the draft to those who sign.
    Submit,
    /// Back to the drafter, with a reason.
    SendBack,
    /// The signature that completes the sign-off: the answer, or its next version, goes out.
    LastSignature,
    /// The signature that completes the sign-off of a retraction.
    LastRetractionSignature,
    /// Close it with a public reason.
    Dismiss,
    /// Open a dismissed one again.
    Reopen,
    /// Begin the next version of a published answer.
    Correct,
    /// Give up the next version; the published one stands.
    AbandonCorrection,
    /// The claim is another one in other words.
    Merge,
    /// Undo a merge: the state from before it returns.
    Unmerge,
}

impl Action {
    /// Every action, in the order of the table.
    pub const ALL: [Self; 13] = [
        Self::Take,
        Self::Ask,
        Self::Draft,
        Self::Submit,
        Self::SendBack,
        Self::LastSignature,
        Self::LastRetractionSignature,
        Self::Dismiss,
        Self::Reopen,
        Self::Correct,
        Self::AbandonCorrection,
        Self::Merge,
        Self::Unmerge,
    ];

    /// The word in forms, events and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Ask => "ask",
            Self::Draft => "draft",
            Self::Submit => "submit",
            Self::SendBack => "send_back",
            Self::LastSignature => "publish",
            Self::LastRetractionSignature => "retract",
            Self::Dismiss => "dismiss",
            Self::Reopen => "reopen",
            Self::Correct => "correct",
            Self::AbandonCorrection => "abandon_correction",
            Self::Merge => "merge",
            Self::Unmerge => "unmerge",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// The deed that a member must be allowed to do for it.
    pub fn deed(self) -> Deed {
        match self {
            Self::Take | Self::Reopen => Deed::TakeCase,
            Self::Ask => Deed::AskOpinions,
            Self::Draft
            | Self::Submit
            | Self::SendBack
            | Self::Correct
            | Self::AbandonCorrection => Deed::EditDraft,
            Self::LastSignature | Self::LastRetractionSignature => Deed::SignDraft,
            Self::Dismiss => Deed::DismissCase,
            Self::Merge | Self::Unmerge => Deed::MergeAndSplit,
        }
    }
}

/// Why something was refused. The text is shown to whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The role has no such right.
    #[error("a member with the role {} may not do this; ask an editor or an operator", role.code())]
    NotAllowed {
        /// The member's role.
        role: Role,
        /// What was asked.
        action: Action,
    },
    /// The case stands elsewhere, perhaps because somebody was faster.
    #[error("the case is now in the state {}; load the page again to see what can be done", from.code())]
    WrongState {
        /// Where the case stands.
        from: State,
        /// What was asked.
        action: Action,
    },
}

/// Decides what `action` does to a case in `from`. `before_merge` is the state that an unmerge
/// brings back, and is asked for by nothing else.
///
/// # Errors
/// The role may not, or the table has no such step.
pub fn decide(
    from: State,
    action: Action,
    role: Role,
    before_merge: Option<State>,
) -> Result<State, Refused> {
    if !may(role, action.deed()) {
        return Err(Refused::NotAllowed { role, action });
    }
    let to = match action {
        Action::Unmerge => before_merge.filter(|_| from == State::Merged),
        _ => next(from, action),
    };
    to.ok_or(Refused::WrongState { from, action })
}

/// The table. A step that is not here does not exist.
pub fn next(from: State, action: Action) -> Option<State> {
    use {Action as A, State as S};
    Some(match (from, action) {
        (S::Inbox, A::Take) => S::Open,
        (S::Open, A::Ask) => S::Verifying,
        (S::Verifying, A::Draft) => S::Draft,
        (S::Draft, A::Submit) => S::Review,
        (S::Review, A::SendBack) => S::Draft,
        (S::Review, A::LastSignature) => S::Published,
        (S::Inbox | S::Open | S::Verifying, A::Dismiss) => S::Dismissed,
        (S::Dismissed, A::Reopen) => S::Open,
        (S::Published, A::Correct) => S::Correcting,
        (S::Correcting, A::AbandonCorrection | A::LastSignature) => S::Published,
        (S::Correcting, A::LastRetractionSignature) => S::Retracted,
        // A case under signature is finished or sent back first: signatures never move along.
        (S::Review | S::Correcting | S::Merged, A::Merge) => return None,
        (_, A::Merge) => S::Merged,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table() {
        let mut table = String::new();
        for from in State::ALL {
            for action in Action::ALL {
                if let Some(to) = next(from, action) {
                    table += &format!("{} --{}--> {}\n", from.code(), action.code(), to.code());
                }
            }
        }
        println!("{table}");
        let expected = "\
inbox --take--> open
inbox --dismiss--> dismissed
inbox --merge--> merged
open --ask--> verifying
open --dismiss--> dismissed
open --merge--> merged
verifying --draft--> draft
verifying --dismiss--> dismissed
verifying --merge--> merged
draft --submit--> review
draft --merge--> merged
review --send_back--> draft
review --publish--> published
published --correct--> correcting
published --merge--> merged
correcting --publish--> published
correcting --retract--> retracted
correcting --abandon_correction--> published
retracted --merge--> merged
dismissed --reopen--> open
dismissed --merge--> merged
";
        assert_eq!(table, expected);
    }

    #[test]
    fn only_an_unmerge_asks_for_the_state_before() {
        let decide = |from, before| decide(from, Action::Unmerge, Role::Checker, before);
        assert_eq!(decide(State::Merged, Some(State::Published)), Ok(State::Published));
        assert!(decide(State::Open, Some(State::Published)).is_err());
        assert!(decide(State::Merged, None).is_err());
    }

    #[test]
    fn a_role_without_the_right_is_refused_before_the_state_is_looked_at() {
        let refused = decide(State::Published, Action::Take, Role::Operator, None);
        assert!(matches!(refused, Err(Refused::NotAllowed { .. })));
    }

    #[test]
    fn words_read_back() {
        assert!(State::ALL.iter().all(|&it| State::from_code(it.code()) == Some(it)));
        assert!(Action::ALL.iter().all(|&it| Action::from_code(it.code()) == Some(it)));
    }
}
