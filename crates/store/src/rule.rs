//! Rules of the desk that the store asks again, as its transaction sees them. Pages say them in the
//! member's language, by their codes; the sentences here are for logs and the command line.

use kiemtin_core::claim_review::Invalid;
use kiemtin_core::contest;
use kiemtin_core::review::Misfit;
use kiemtin_core::sign_off::Unfit;

/// A rule that refused a deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// The claim concerns the member's organisation.
    #[error(
        "the claim concerns your organisation or one above or below it: it may give evidence and decides nothing here"
    )]
    Involved,
    /// Lifting a mark of one's own.
    #[error("only an organisation that the claim does not concern may lift this mark")]
    LiftsOwnMark,
    /// Lifting a mark by an organisation that came to be after the case.
    #[error("your organisation came to be after the case began: it lifts no mark here")]
    LiftsAsNewcomer,
    /// Acting after one's access ended.
    #[error("your access has ended, or your role has changed: sign in again")]
    AccessEnded,
    /// Marking twice.
    #[error("this organisation is marked already")]
    MarkedAlready,
    /// Wording what is there.
    #[error("this claim is in the desk already")]
    ClaimKnown,
    /// A second case for a claim.
    #[error("somebody works on this claim already")]
    HasCase,
    /// An answer would vanish.
    #[error(
        "readers find an answer to this claim: it may be merged only into a claim whose own answer stands"
    )]
    MergeHidesAnswer,
    /// A second opinion.
    #[error("your organisation has given its opinion in this case already")]
    OpinionGiven,
    /// An opinion after others could be read.
    #[error(
        "opinions are taken until the draft is first submitted for signature: from then on all can be read"
    )]
    OpinionsClosed,
    /// An opinion in another's name.
    #[error("an opinion is given by a member of the organisation whose it is")]
    OpinionOfAnother,
    /// Evidence for what nobody works on.
    #[error("nobody works on this case now: begin a correction or open it again first")]
    EvidenceClosed,
    /// The same page twice.
    #[error("this page is evidence in this case already")]
    EvidenceTwice,
    /// Setting aside what is there to be read.
    #[error(
        "the page of this source is archived: only the organisation that brought it takes it back"
    )]
    EvidenceKept,
    /// Editing what is signed or out.
    #[error("this draft is not open for editing")]
    DraftClosed,
    /// Signing what is being written.
    #[error("this draft does not wait for signatures")]
    NothingToSign,
    /// Signing what lacks something.
    #[error("this draft is not complete yet")]
    NotComplete,
    /// A signature that could never become enough.
    #[error(
        "fewer than two organisations that the claim does not concern could sign: nothing can be published"
    )]
    CouldNeverSign,
    /// Asking again for nothing.
    #[error("organisations are asked while the case is being verified")]
    AskingClosed,
    /// A group into itself.
    #[error("a group cannot be merged into itself")]
    GroupIntoItself,
    /// A merge that would take a group away from its claim.
    #[error("this group is tied to a claim: undo the tie, or merge the other way round")]
    GroupTied,
    /// A split that makes what is there.
    #[error("there is a group of exactly this text already: merge into that one")]
    GroupKnown,
    /// Giving a case to whom the claim concerns.
    #[error("the claim concerns that organisation, so it cannot see to the case")]
    OwnerInvolved,
    /// A sentence that readers should not see as open.
    #[error(
        "readers see a sentence as open only while somebody may still answer it: this claim has an answer, or its case is closed"
    )]
    NotOpen,
    /// A new password for a member of an organisation that is not one's own.
    #[error(
        "an operator makes such links for the members of the own organisation and of those under it"
    )]
    LinkForAnother,
    /// An operator who would change the own role, end the own access or make a link for it.
    #[error("nobody does this to the own access: another operator does, or the command line")]
    Oneself,
    /// An identity at the provider that leads to another member.
    #[error("this identity at the provider belongs to another member of the desk")]
    IdentityTaken,
    /// Unlinking without a password.
    #[error("there is no password for this login: signing in at the provider is the only way in")]
    OnlyWayIn,
    /// A decision without the words that the public reads.
    #[error(
        "a contest is decided with a public reason and one sentence that says what it is about"
    )]
    ContestReason,
    /// A policy page without a text.
    #[error("a policy page keeps a text in every language of the site")]
    PolicyEmpty,
    /// An edit of a policy page without its reason.
    #[error("an edit of a policy page says in public what changed and why")]
    PolicyReason,
    /// The rule of who decides a contest.
    #[error(transparent)]
    Contest(#[from] contest::Unfit),
    /// More places than an organisation or a claim has.
    #[error("these are too many places: choose the province instead of its wards")]
    TooManyPlaces,
    /// More keys than an organisation has programs.
    #[error("this organisation has as many keys as it may: end one that is not used any more")]
    TooManyKeys,
    /// A source that is there already.
    #[error("this source is there already, perhaps stopped: look at the list of sources")]
    SourceTwice,
    /// More sources than a desk looks after.
    #[error("the desk has as many sources as it may")]
    TooManySources,
    /// The rule of sign-off.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The rule of versions.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// The rules of the markup on the page.
    #[error(transparent)]
    Markup(#[from] Invalid),
}

impl Rule {
    /// The key of its sentence in the locales.
    pub fn code(self) -> &'static str {
        match self {
            Self::Involved => "rule-involved",
            Self::LiftsOwnMark => "rule-lifts-own-mark",
            Self::LiftsAsNewcomer => "rule-lifts-as-newcomer",
            Self::AccessEnded => "rule-access-ended",
            Self::MarkedAlready => "rule-marked-already",
            Self::ClaimKnown => "rule-claim-known",
            Self::HasCase => "rule-has-case",
            Self::MergeHidesAnswer => "rule-merge-hides-answer",
            Self::OpinionGiven => "rule-opinion-given",
            Self::OpinionsClosed => "rule-opinions-closed",
            Self::OpinionOfAnother => "rule-opinion-of-another",
            Self::EvidenceClosed => "rule-evidence-closed",
            Self::EvidenceTwice => "rule-evidence-twice",
            Self::EvidenceKept => "rule-evidence-kept",
            Self::DraftClosed => "rule-draft-closed",
            Self::NothingToSign => "rule-nothing-to-sign",
            Self::NotComplete => "rule-not-complete",
            Self::CouldNeverSign => "rule-could-never-sign",
            Self::AskingClosed => "rule-asking-closed",
            Self::GroupIntoItself => "rule-group-into-itself",
            Self::GroupTied => "rule-group-tied",
            Self::GroupKnown => "rule-group-known",
            Self::OwnerInvolved => "rule-owner-involved",
            Self::NotOpen => "rule-not-open",
            Self::LinkForAnother => "rule-link-for-another",
            Self::Oneself => "rule-oneself",
            Self::IdentityTaken => "rule-identity-taken",
            Self::OnlyWayIn => "rule-only-way-in",
            Self::ContestReason => "rule-contest-reason",
            Self::PolicyEmpty => "rule-policy-empty",
            Self::PolicyReason => "rule-policy-reason",
            Self::Contest(it) => match it {
                contest::Unfit::Role => "rule-contest-role",
                contest::Unfit::Involved => "rule-contest-involved",
                contest::Unfit::Signed => "rule-contest-signed",
                contest::Unfit::OthersAreThere => "rule-contest-others",
            },
            Self::TooManyPlaces => "rule-too-many-places",
            Self::TooManyKeys => "rule-too-many-keys",
            Self::SourceTwice => "rule-source-twice",
            Self::TooManySources => "rule-too-many-sources",
            Self::Unfit(it) => match it {
                Unfit::OtherDraft => "rule-other-draft",
                Unfit::Involved => "rule-never-signs",
                Unfit::Newcomer => "rule-newcomer",
                Unfit::Editor => "rule-editor",
                Unfit::Twice => "rule-signed-twice",
            },
            Self::Misfit(it) => match it {
                Misfit::First => "rule-class-first",
                Misfit::TooSlight => "rule-class-too-slight",
                Misfit::Verdict => "rule-class-verdict",
            },
            Self::Markup(it) => it.code(),
        }
    }
}
