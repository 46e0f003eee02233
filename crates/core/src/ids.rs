//! Identifiers: one type a noun, so that a claim's id cannot be handed where a case's is wanted.
//!
//! All are UUIDs of version 7 (RFC 9562), so rows sort by age. The time and the chance in them are
//! given by the caller. Not here: public numbers of claims (`review`), receipts (`receipt`).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::time::Timestamp;

/// Makes a version 7 UUID from a time and ten bytes of chance.
pub fn uuid_v7(at: Timestamp, chance: [u8; 10]) -> Uuid {
    let millis = u64::try_from(at.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &chance).into_uuid()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id: see [`uuid_v7`].
            pub fn new(at: Timestamp, chance: [u8; 10]) -> Self {
                Self(uuid_v7(at, chance))
            }

            /// Reads an id as it stands in addresses and files.
            ///
            /// # Errors
            /// The text is not a UUID.
            pub fn parse(text: &str) -> Result<Self, BadId> {
                Uuid::parse_str(text).map(Self).map_err(|_| BadId)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

/// An address or a file named something that is no identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is not an identifier: expected 36 characters like 0190b0a0-0000-7000-8000-000000000000"
)]
pub struct BadId;

id! {
    /// One masked text that came from a source.
    MessageId
}
id! {
    /// Messages that say the same thing in nearly the same words.
    GroupId
}
id! {
    /// The checkable statement.
    ClaimId
}
id! {
    /// The work on one claim.
    CaseId
}
id! {
    /// A body that takes part.
    OrgId
}
id! {
    /// A person with an account who acts for an organisation.
    MemberId
}
id! {
    /// An organisation's written view in a case.
    OpinionId
}
id! {
    /// A meeting of organisations about a case.
    MeetingId
}
id! {
    /// A public source for or against.
    EvidenceId
}
id! {
    /// The text that becomes the next version of a review.
    DraftId
}
id! {
    /// The published answer, over all its versions.
    ReviewId
}
id! {
    /// Something that happened to a case, a claim or a group.
    EventId
}
id! {
    /// A deed waiting to be done.
    JobId
}
id! {
    /// Something that a member is to do in a case.
    TaskId
}
id! {
    /// A member's remark in a case, for members only.
    NoteId
}
id! {
    /// One deed done to several groups at once.
    BulkId
}
id! {
    /// Where texts come from by themselves.
    SourceId
}
id! {
    /// A key with which a partner's program comes in.
    ApiKeyId
}
