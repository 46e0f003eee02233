//! One entry of the log: canonical, salted, without names or free text (STANDARDS section 4.3).
//!
//! **For ever**: the bytes are leaves of a Merkle tree. A change of form is a new `v`.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::ids::ClaimId;
use crate::time::Timestamp;

/// What kind of publication an entry records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A first answer.
    Publish,
    /// A later version.
    Correct,
    /// A withdrawal.
    Retract,
    /// Somebody asked for a review to be corrected.
    Contest,
    /// What became of that.
    ContestOutcome,
    /// A version of one of the desk's own policy pages.
    Policy,
}

impl EntryKind {
    /// The word in the entry.
    pub fn code(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Correct => "correct",
            Self::Retract => "retract",
            Self::Contest => "contest",
            Self::ContestOutcome => "contest-outcome",
            Self::Policy => "policy",
        }
    }
}

/// The fields of an entry that readers are shown, as it has them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct EntryFields {
    /// What it is about.
    pub id: String,
    /// The code of its [`EntryKind`].
    pub kind: String,
    /// The organisations that stand behind it.
    pub orgs: Vec<String>,
    /// Which version of what it is about.
    pub rev: i64,
    /// When, as RFC 3339.
    pub t: String,
    /// The code of the rating, if it is about an answer.
    pub verdict: Option<String>,
}

impl EntryFields {
    /// Reads the text of an entry.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(entry: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(entry)
    }
}

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A claim.
    Claim(ClaimId),
    /// A policy page, by its fixed name in addresses: `a-z` and `-` alone.
    Policy(&'static str),
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Claim(id) => write!(f, "{id}"),
            Self::Policy(name) => f.write_str(name),
        }
    }
}

/// What an entry holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// What was published.
    pub kind: EntryKind,
    /// About what.
    pub subject: Subject,
    /// The version, from 1; of a contest and its outcome, the contest's number.
    pub rev: i64,
    /// The code of a review's rating or of a contest's outcome; a contest and a policy have none.
    pub verdict: Option<&'static str>,
    /// SHA-256 over a salt of 32 bytes and what was published: of a review
    /// `review::Document::salted_hash`.
    pub page_sha256: [u8; 32],
    /// `review::Content::evidence_root`; only a review has one.
    pub evidence_root: Option<[u8; 32]>,
    /// Short names of the organisations that signed or decided, sorted.
    pub orgs: Vec<crate::organisation::OrgSlug>,
    /// Index of the entry before: of a version the version before, of a contest the version that is
    /// contested, of an outcome its contest, of a policy its version before.
    pub prev: Option<i64>,
    /// When.
    pub at: Timestamp,
}

impl LogEntry {
    /// The bytes of the leaf: RFC 8785. Each value is from an alphabet that JSON needs not escape,
    /// so the sorted keys can be written out and read here at a glance.
    pub fn canonical(&self) -> String {
        let orgs: Vec<String> = self.orgs.iter().map(|it| format!("\"{}\"", it.as_str())).collect();
        let or_null = |it: Option<String>| it.unwrap_or_else(|| "null".to_owned());
        format!(
            concat!(
                r#"{{"evidence_root":{},"id":"{}","kind":"{}","orgs":[{}],"#,
                r#""page_sha256":"{}","prev":{},"rev":{},"t":"{}","v":1,"verdict":{}}}"#
            ),
            or_null(self.evidence_root.map(|it| format!("\"{}\"", hex::encode(it)))),
            self.subject,
            self.kind.code(),
            orgs.join(","),
            hex::encode(self.page_sha256),
            or_null(self.prev.map(|it| it.to_string())),
            self.rev,
            self.at.rfc3339(),
            or_null(self.verdict.map(|it| format!("\"{it}\""))),
        )
    }
}

/// `page_sha256` of what was published: whoever does not have the salt cannot guess from it.
pub fn salted_hash(salt: &[u8; 32], published: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(salt).chain_update(published).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::OrgSlug;

    #[test]
    fn an_entry_is_json_in_its_canonical_form() {
        let slug = |it| OrgSlug::parse(it).expect("valid");
        let entry = LogEntry {
            kind: EntryKind::Correct,
            subject: Subject::Claim(ClaimId(uuid::Uuid::from_bytes([1; 16]))),
            rev: 2,
            verdict: Some("mostly_false"),
            page_sha256: [0xab; 32],
            evidence_root: Some([0xcd; 32]),
            orgs: vec![slug("bao-a"), slug("so-b")],
            prev: Some(0),
            at: Timestamp::from_millis(0),
        };
        let text = entry.canonical();
        let value: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(value.to_string(), text, "sorted and without spaces");
        assert_eq!(value["prev"], 0);
        assert_eq!(value["t"], "1970-01-01T00:00:00Z");
    }

    #[test]
    fn what_an_entry_does_not_have_is_null() {
        let entry = LogEntry {
            kind: EntryKind::Policy,
            subject: Subject::Policy("methodology"),
            rev: 1,
            verdict: None,
            page_sha256: [0xab; 32],
            evidence_root: None,
            orgs: Vec::new(),
            prev: None,
            at: Timestamp::from_millis(0),
        };
        let text = entry.canonical();
        let value: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(value.to_string(), text, "sorted and without spaces");
        assert_eq!(value["id"], "methodology");
        let absent = ["evidence_root", "prev", "verdict"];
        assert!(absent.iter().all(|it| value[it].is_null()), "{text}");
    }
}
