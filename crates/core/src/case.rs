//! The work on one claim: why it may be closed, and what is brought to it.

use serde::{Deserialize, Serialize};

/// The public reasons for closing a case without an answer (DESIGN section 2.3). There is no reason
/// for criticism: an opinion about an authority is an opinion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DismissReason {
    /// Not a statement of fact.
    Opinion,
    /// About what has not happened yet.
    Prediction,
    /// Meant and marked as a joke.
    Satire,
    /// About somebody's private life.
    PrivateMatter,
    /// Nobody can know it.
    CannotBeKnown,
    /// True or false, it matters to nobody but a few.
    NotInPublicInterest,
}

impl DismissReason {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::Opinion,
        Self::Prediction,
        Self::Satire,
        Self::PrivateMatter,
        Self::CannotBeKnown,
        Self::NotInPublicInterest,
    ];

    /// The word in forms and the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::Opinion => "opinion",
            Self::Prediction => "prediction",
            Self::Satire => "satire",
            Self::PrivateMatter => "private_matter",
            Self::CannotBeKnown => "cannot_be_known",
            Self::NotInPublicInterest => "not_in_public_interest",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// What a source says about the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stance {
    /// It supports the claim.
    For,
    /// It contradicts the claim.
    Against,
}

impl Stance {
    /// Both, in the order of the page.
    pub const ALL: [Self; 2] = [Self::For, Self::Against];

    /// The word in forms and the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::For => "for",
            Self::Against => "against",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// How near a source is to what it tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// It is what the claim is about, or measured it: a decree, a study, a table of figures.
    Primary,
    /// It reports what others decided, measured or saw.
    Secondary,
}

impl SourceKind {
    /// Both, in the order of the form.
    pub const ALL: [Self; 2] = [Self::Primary, Self::Secondary];

    /// The word in forms and the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// What became of an archived page since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageState {
    /// It is there and says what it said.
    Alive,
    /// The site says that it is not there any more.
    Gone,
    /// The site leads from its address to another one.
    Moved,
    /// It is there and says something else.
    Changed,
}

impl PageState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Alive, Self::Gone, Self::Moved, Self::Changed];

    /// The word in the store and in keys.
    pub fn code(self) -> &'static str {
        match self {
            Self::Alive => "alive",
            Self::Gone => "gone",
            Self::Moved => "moved",
            Self::Changed => "changed",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// Whether the page behind a piece of evidence is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum Capture {
    /// The fetch is still waiting.
    Pending,
    /// The page as it was, in the store of blobs.
    Archived {
        /// SHA-256 of the page's bytes, in hex: of the page itself, not of the file around it.
        sha256: String,
    },
    /// It could not be fetched.
    Failed {
        /// Why, in words for the checker.
        why: String,
    },
    /// The bundled sample, which has no network. Nothing outside `demo` can create it: the store
    /// takes it only in a desk that `demo` made.
    #[serde(rename = "none (demo)")]
    NoneDemo,
}

impl Capture {
    /// The word in the store and on pages.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Archived { .. } => "archived",
            Self::Failed { .. } => "failed",
            Self::NoneDemo => "none (demo)",
        }
    }

    /// Whether a review may rest on it.
    pub fn is_enough(&self) -> bool {
        matches!(self, Self::Archived { .. } | Self::NoneDemo)
    }
}
