//! The published answer: what a draft holds, what must be true before it goes out, and its form.
//!
//! [`Content`] is what organisations sign; [`Document`] is one published version, for ever.
//! Not here: who must sign (`sign_off`), the schema.org form (`claim_review`), the log (`log_entry`).

mod check;
mod document;
mod picture;
mod source;

pub use check::{CLAIM_CHARS_MAX, Misfit, Missing, fits, ready};
pub(crate) use document::canonical;
pub use document::{Content, Document, EvidenceLine, MeetingLine, OpinionLine, OrgLine, Salt};
pub use picture::{MediaCategory, PictureVerdict};
pub use source::{BadQuote, BadSource, QUOTE_CHARS_MAX, QUOTE_CHARS_MIN, fits_quote, source_url};

use serde::{Deserialize, Serialize};

/// What kind of change a version is (STANDARDS section 2.3, R4), from slight to grave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionClass {
    /// The first answer.
    First,
    /// A slip of the pen: touches neither claim, rating, answer nor evidence.
    Typo,
    /// Better explained: touches none of the four either.
    Clarification,
    /// Something was wrong.
    Correction,
    /// The rating changed.
    VerdictChange,
    /// The answer is withdrawn; page and versions stay.
    Retraction,
}

impl VersionClass {
    /// Every class.
    pub const ALL: [Self; 6] = [
        Self::First,
        Self::Typo,
        Self::Clarification,
        Self::Correction,
        Self::VerdictChange,
        Self::Retraction,
    ];

    /// The word in forms, the store and feeds.
    pub fn code(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Typo => "typo",
            Self::Clarification => "clarification",
            Self::Correction => "correction",
            Self::VerdictChange => "verdict_change",
            Self::Retraction => "retraction",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Whether the page shows a notice at its top.
    pub fn is_notice(self) -> bool {
        Self::Correction <= self
    }
}
