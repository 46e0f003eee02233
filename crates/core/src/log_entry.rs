//! One entry of the log: canonical, salted, without names or free text (STANDARDS section 4.3).
//!
//! **For ever**: the bytes are leaves of a Merkle tree. A change of form is a new `v`.

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
}

impl EntryKind {
    /// The word in the entry.
    pub fn code(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Correct => "correct",
            Self::Retract => "retract",
        }
    }
}

/// What an entry holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// What was published.
    pub kind: EntryKind,
    /// About which claim.
    pub claim: ClaimId,
    /// The version, from 1.
    pub rev: i64,
    /// `Rating::code`.
    pub verdict: &'static str,
    /// `review::Document::salted_hash`.
    pub page_sha256: [u8; 32],
    /// `review::Content::evidence_root`.
    pub evidence_root: [u8; 32],
    /// Short names of the organisations that signed, sorted.
    pub orgs: Vec<crate::organisation::OrgSlug>,
    /// Index of this claim's entry before.
    pub prev: Option<i64>,
    /// When.
    pub at: Timestamp,
}

impl LogEntry {
    /// The bytes of the leaf: RFC 8785. Each value is from an alphabet that JSON needs not escape,
    /// so the sorted keys can be written out and read here at a glance.
    pub fn canonical(&self) -> String {
        let orgs: Vec<String> = self.orgs.iter().map(|it| format!("\"{}\"", it.as_str())).collect();
        let prev = self.prev.map_or("null".to_owned(), |it| it.to_string());
        format!(
            concat!(
                r#"{{"evidence_root":"{}","id":"{}","kind":"{}","orgs":[{}],"#,
                r#""page_sha256":"{}","prev":{},"rev":{},"t":"{}","v":1,"verdict":"{}"}}"#
            ),
            hex::encode(self.evidence_root),
            self.claim,
            self.kind.code(),
            orgs.join(","),
            hex::encode(self.page_sha256),
            prev,
            self.rev,
            self.at.rfc3339(),
            self.verdict,
        )
    }
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
            claim: ClaimId(uuid::Uuid::from_bytes([1; 16])),
            rev: 2,
            verdict: "mostly_false",
            page_sha256: [0xab; 32],
            evidence_root: [0xcd; 32],
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
}
