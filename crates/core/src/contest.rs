//! A contest: a public request to correct an answer, and what becomes of it.
//!
//! One table decides `(state, action) → state`; [`standing`] says who may decide: people who did not
//! sign the answer, and, as long as the desk has such, neither wrote it nor act for an organisation
//! that signed it. [`Received`] and [`Decided`] are what the public reads and the log records: the
//! text that somebody sent is in neither. **Stable**: a field may be added, none may change.

use serde::{Deserialize, Serialize};

use crate::ids::{MemberId, OrgId};
use crate::lang::Localised;
use crate::review::{OrgLine, Salt, canonical};
use crate::time::Timestamp;

/// The shortest text that says what is wrong, in characters: a word helps nobody.
pub const TEXT_CHARS_MIN: usize = 20;
/// The longest, in characters: two pages, enough for reasons and their source.
pub const TEXT_CHARS_MAX: usize = 4_000;
/// Working days until a contest is due: what the European code of standards gives its members.
pub const DUE_WORKING_DAYS: u32 = 7;

/// When a contest is due: at the end of the seventh working day after the day it came.
pub fn due(received: Timestamp) -> Timestamp {
    received.end_of_working_day(DUE_WORKING_DAYS)
}

/// What a contest says is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something in the text is not so.
    Fact,
    /// The verdict.
    Rating,
    /// A source, or one that is missing.
    Evidence,
    /// How it is said.
    Wording,
    /// An organisation took part that the claim concerns.
    Involvement,
    /// Anything else.
    Other,
}

impl Kind {
    /// Every kind, in the order of the form.
    pub const ALL: [Self; 6] =
        [Self::Fact, Self::Rating, Self::Evidence, Self::Wording, Self::Involvement, Self::Other];

    /// The word in forms and the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::Rating => "rating",
            Self::Evidence => "evidence",
            Self::Wording => "wording",
            Self::Involvement => "involvement",
            Self::Other => "other",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// Where a contest stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It came in.
    Received,
    /// Somebody looks at it.
    InReview,
    /// It is right: a correction follows.
    Upheld,
    /// It is right in part: a correction follows.
    PartlyUpheld,
    /// It is not right, with a public reason.
    Rejected,
}

impl State {
    /// Every state, in the order of the way.
    pub const ALL: [Self; 5] =
        [Self::Received, Self::InReview, Self::Upheld, Self::PartlyUpheld, Self::Rejected];

    /// The word in the store, in documents and in the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::InReview => "in_review",
            Self::Upheld => "upheld",
            Self::PartlyUpheld => "partly_upheld",
            Self::Rejected => "rejected",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Whether the desk still owes an answer.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Received | Self::InReview)
    }

    /// Whether a correction has to follow.
    pub fn asks_for_correction(self) -> bool {
        matches!(self, Self::Upheld | Self::PartlyUpheld)
    }
}

/// What a member does with a contest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Begin to look at it.
    Take,
    /// Say that it is right.
    Uphold,
    /// Say that it is right in part.
    UpholdPartly,
    /// Say that it is not right.
    Reject,
}

impl Action {
    /// Every action, in the order of the buttons.
    pub const ALL: [Self; 4] = [Self::Take, Self::Uphold, Self::UpholdPartly, Self::Reject];

    /// The word in forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Uphold => "uphold",
            Self::UpholdPartly => "uphold_partly",
            Self::Reject => "reject",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// The table. A decision is final: whoever disagrees with it sends another contest.
pub fn next(state: State, action: Action) -> Option<State> {
    use {Action as A, State as S};
    Some(match (state, action) {
        (S::Received, A::Take) => S::InReview,
        (S::InReview, A::Uphold) => S::Upheld,
        (S::InReview, A::UpholdPartly) => S::PartlyUpheld,
        (S::InReview, A::Reject) => S::Rejected,
        _ => return None,
    })
}

/// A member whose role lets them decide contests, seen beside the answer that is contested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub member: MemberId,
    /// For whom they act.
    pub org: OrgId,
    /// The claim concerns their organisation, one above or one below it.
    pub is_involved: bool,
    /// They signed a draft of the answer.
    pub has_signed: bool,
    /// They wrote at a draft of it.
    pub has_written: bool,
    /// Their organisation signed a version of it.
    pub org_signed: bool,
}

/// In what standing somebody decides a contest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They had no part in the answer, and their organisation did not sign it.
    Independent,
    /// They did not sign it, and the desk has nobody who is independent: the page says so.
    NobodyElse,
}

/// Why somebody may not decide a contest. The text is shown to the member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The role does not allow it.
    #[error("a member with this role decides no contests")]
    Role,
    /// The claim concerns their organisation.
    #[error(
        "the claim concerns your organisation or one above or below it: another one decides this contest"
    )]
    Involved,
    /// They signed what is contested.
    #[error("you signed this answer: somebody who did not decides whether it is right")]
    Signed,
    /// The desk has somebody who had no part in it.
    #[error(
        "you wrote this answer or your organisation signed it: the desk has somebody who had no part in it"
    )]
    OthersAreThere,
}

/// Whether a member decides a contest, and in what standing; `all` are those whose role lets them.
///
/// # Errors
/// Why not.
pub fn standing(all: &[Candidate], member: MemberId) -> Result<Standing, Unfit> {
    let own = all.iter().find(|it| it.member == member).ok_or(Unfit::Role)?;
    if own.is_involved {
        return Err(Unfit::Involved);
    }
    if own.has_signed {
        return Err(Unfit::Signed);
    }
    if own.is_independent() {
        return Ok(Standing::Independent);
    }
    match all.iter().any(Candidate::is_independent) {
        true => Err(Unfit::OthersAreThere),
        false => Ok(Standing::NobodyElse),
    }
}

impl Candidate {
    fn is_independent(&self) -> bool {
        !(self.is_involved || self.has_signed || self.has_written || self.org_signed)
    }
}

/// What the public reads of a contest from the day it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// The form of this document: 1.
    pub v: u8,
    /// The contest's number.
    pub number: i64,
    /// The public number of the claim.
    pub claim: i64,
    /// The version of the answer that is contested.
    pub version: i64,
    /// What is said to be wrong.
    pub kind: Kind,
    /// When it came, to the hour (RFC 3339).
    pub received: String,
    /// The last moment of the last day for the desk's answer (RFC 3339).
    pub due: String,
    /// The organisation that the claim is said to concern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concerns: Option<OrgLine>,
}

/// What the public reads of its outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The form of this document: 1.
    pub v: u8,
    /// The contest's number.
    pub number: i64,
    /// The public number of the claim.
    pub claim: i64,
    /// Upheld, partly upheld or rejected.
    pub outcome: State,
    /// When it was decided (RFC 3339).
    pub decided: String,
    /// The organisations that decided.
    pub decided_by: Vec<OrgLine>,
    /// Nobody at this desk was independent of the answer.
    pub nobody_else: bool,
    /// What the contest says, in one sentence of whoever decided.
    pub summary: Localised,
    /// The public reason.
    pub reason: Localised,
}

impl Received {
    /// The canonical form: what is stored, hashed and served.
    pub fn canonical(&self) -> String {
        canonical(self)
    }

    /// `page_sha256` of the log entry.
    pub fn salted_hash(&self, salt: Salt) -> [u8; 32] {
        salt.hash(&self.canonical())
    }
}

impl Decided {
    /// The canonical form: what is stored, hashed and served.
    pub fn canonical(&self) -> String {
        canonical(self)
    }

    /// `page_sha256` of the log entry.
    pub fn salted_hash(&self, salt: Salt) -> [u8; 32] {
        salt.hash(&self.canonical())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::tests::org;

    #[test]
    fn the_whole_table() {
        let mut table = String::new();
        for state in State::ALL {
            let cells = Action::ALL.map(|it| next(state, it).map_or("-", State::code));
            table += format!("{:13} {}", state.code(), cells.join(" ")).trim_end();
            table.push('\n');
        }
        println!("{table}");
        // Columns: take, uphold, uphold partly, reject.
        let expected = "\
received      in_review - - -
in_review     - upheld partly_upheld rejected
upheld        - - - -
partly_upheld - - - -
rejected      - - - -
";
        assert_eq!(table, expected);
    }

    fn person(n: u8) -> MemberId {
        MemberId(uuid::Uuid::from_bytes([n; 16]))
    }

    /// Somebody with no part in the answer, for the organisation of the same number.
    fn nobody(n: u8) -> Candidate {
        Candidate {
            member: person(n),
            org: org(n),
            is_involved: false,
            has_signed: false,
            has_written: false,
            org_signed: false,
        }
    }

    #[test]
    fn people_who_did_not_sign_decide_and_organisations_that_did_only_when_nobody_else_is_there() {
        let signer = Candidate { has_signed: true, org_signed: true, ..nobody(1) };
        let colleague = Candidate { org_signed: true, ..nobody(2) };
        let writer = Candidate { has_written: true, ..nobody(3) };
        let involved = Candidate { is_involved: true, ..nobody(4) };
        let inside = [signer, colleague, writer, involved];
        let all = [&inside[..], &[nobody(5)]].concat();
        assert_eq!(standing(&all, person(5)), Ok(Standing::Independent));
        assert_eq!(standing(&all, person(2)), Err(Unfit::OthersAreThere));
        assert_eq!(standing(&all, person(3)), Err(Unfit::OthersAreThere));
        assert_eq!(standing(&inside, person(2)), Ok(Standing::NobodyElse));
        assert_eq!(standing(&inside, person(3)), Ok(Standing::NobodyElse));
        for all in [&all[..], &inside] {
            assert_eq!(standing(all, person(1)), Err(Unfit::Signed), "never one's own");
            assert_eq!(standing(all, person(4)), Err(Unfit::Involved));
            assert_eq!(standing(all, person(9)), Err(Unfit::Role));
        }
    }

    #[test]
    fn a_contest_is_due_at_the_end_of_the_seventh_working_day() {
        let due_of = |it: &str| due(Timestamp::parse(it).expect("valid")).rfc3339();
        // Tuesday 24 November 2026 to Thursday 3 December, 23:59:59 in Vietnam.
        assert_eq!(due_of("2026-11-24T09:30:00+07:00"), "2026-12-03T16:59:59Z");
        assert_eq!(due_of("2026-11-24T23:59:00+07:00"), "2026-12-03T16:59:59Z");
        // What comes on a Friday, Saturday or Sunday has the same last day.
        for day in ["2026-11-27T00:00:00+07:00", "2026-11-28", "2026-11-29T23:00:00+07:00"] {
            assert_eq!(due_of(day), "2026-12-08T16:59:59Z", "{day}");
        }
    }

    #[test]
    fn the_documents_are_canonical_and_hold_no_text_of_the_sender() {
        let received = Received {
            v: 1,
            number: 3,
            claim: 1,
            version: 2,
            kind: Kind::Rating,
            received: "2026-11-24T02:00:00Z".to_owned(),
            due: "2026-12-03T16:59:59Z".to_owned(),
            concerns: None,
        };
        let expected = r#"{"claim":1,"due":"2026-12-03T16:59:59Z","kind":"rating","number":3,"received":"2026-11-24T02:00:00Z","v":1,"version":2}"#;
        assert_eq!(received.canonical(), expected);
        assert_ne!(received.salted_hash(Salt([1; 32])), received.salted_hash(Salt([2; 32])));
    }
}
