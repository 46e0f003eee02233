//! What the picture is that a claim came with: chosen by the editor, signed with the rest, published
//! as schema.org's `MediaReview`. The picture itself is nowhere kept.

use serde::{Deserialize, Serialize};

use crate::lang::Localised;

/// The six values of schema.org's `mediaAuthenticityCategory`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaCategory {
    /// As it was taken, and of what the claim says.
    Original,
    /// As it was taken, of something else.
    OutOfContext,
    /// Cut or painted over so that it says something else.
    Edited,
    /// Put in scene.
    Staged,
    /// A joke that is taken for earnest.
    Satire,
    /// Made or altered by a machine so that it shows what never was.
    Transformed,
}

impl MediaCategory {
    /// Every category, in the order of the form.
    pub const ALL: [Self; 6] = [
        Self::OutOfContext,
        Self::Edited,
        Self::Transformed,
        Self::Staged,
        Self::Satire,
        Self::Original,
    ];

    /// The word in forms and documents.
    pub fn code(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::OutOfContext => "out_of_context",
            Self::Edited => "edited",
            Self::Staged => "staged",
            Self::Satire => "satire",
            Self::Transformed => "transformed",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// The word of schema.org.
    pub fn schema(self) -> &'static str {
        match self {
            Self::Original => "OriginalMediaContent",
            Self::OutOfContext => "DecontextualizedContent",
            Self::Edited => "EditedOrCroppedContent",
            Self::Staged => "StagedContent",
            Self::Satire => "SatireOrParodyContent",
            Self::Transformed => "TransformedContent",
        }
    }
}

/// What the desk says of the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureVerdict {
    /// What kind of picture it is.
    pub category: MediaCategory,
    /// What the picture really shows, or where it was first.
    pub context: Localised,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back_and_no_two_are_the_same_to_schema_org() {
        for it in MediaCategory::ALL {
            assert_eq!(MediaCategory::from_code(it.code()), Some(it));
            let same = MediaCategory::ALL.into_iter().filter(|other| other.schema() == it.schema());
            assert_eq!(same.count(), 1, "{it:?}");
        }
        assert_eq!(MediaCategory::from_code("OriginalMediaContent"), None);
    }
}
