//! The form in which a draft is signed and a version is published. **Stable**: a published
//! document is read for ever, so a field may be added (with a default) and none may change.
//!
//! These are the wire types themselves: what is signed, hashed and shown must be one thing.
//! Canonical form: RFC 8785 (keys sorted, no spaces). It is reached by going through
//! `serde_json::Value`, whose maps are sorted, and by using only texts, whole numbers and lists.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{PictureVerdict, VersionClass};
use crate::case::{Capture, SourceKind, Stance};
use crate::lang::{Lang, Localised};
use crate::log_entry::salted_hash;
use crate::rating::Rating;
use crate::reply::Reply;
use crate::sign_off::DraftHash;

/// What a draft holds and organisations sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The checkable statement, in one sentence.
    pub claim: Localised,
    /// The verdict.
    pub rating: Rating,
    /// The answer in one sentence, which readers see first.
    pub answer: Localised,
    /// The answer at length: paragraphs separated by an empty line.
    pub body: Localised,
    /// Why the desk chose this claim.
    pub why: Localised,
    /// Why one source is enough, where there is only one.
    #[serde(default, skip_serializing_if = "Localised::is_empty")]
    pub single_source: Localised,
    /// Somebody looked for evidence against the claim and found none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub none_against: bool,
    /// The public sources.
    pub evidence: Vec<EvidenceLine>,
    /// The addresses of those sources on which the claim itself stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appears_on: Vec<String>,
    /// What the picture is that the claim came with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureVerdict>,
    /// The written opinions, those that disagree included.
    pub opinions: Vec<OpinionLine>,
    /// What the outlet or office behind the claim was asked, or why none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    /// Meetings of organisations whose agreed points an editor made public.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub meetings: Vec<MeetingLine>,
    /// What kind of version it is.
    pub class: VersionClass,
    /// What changed and why; for every version after the first.
    #[serde(default, skip_serializing_if = "Localised::is_empty")]
    pub reason: Localised,
}

/// One public source, as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceLine {
    /// For or against.
    pub stance: Stance,
    /// Who published it.
    pub publisher: String,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// When it was published, `2026-11-01`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// What it says, in the desk's words.
    pub note: Localised,
    /// The passage that counts, word for word, in the languages that it is in.
    #[serde(default, skip_serializing_if = "Localised::is_empty")]
    pub quote: Localised,
    /// How near it is to what it tells of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<SourceKind>,
    /// What its publisher has to gain, as far as known.
    #[serde(default, skip_serializing_if = "Localised::is_empty")]
    pub interest: Localised,
    /// Whether the page is kept.
    pub capture: Capture,
    /// A file that the organisation handed in: the desk did not fetch it from the address itself.
    #[serde(default, skip_serializing_if = "is_false")]
    pub handed_in: bool,
    /// The organisation that brought it.
    pub brought_by: OrgLine,
}

/// One organisation's view, as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpinionLine {
    /// Whose.
    pub org: OrgLine,
    /// Its own verdict.
    pub rating: Rating,
    /// Its text, in the language it was written in.
    pub text: String,
    /// Its declared interest; empty when it declared that it has none.
    pub interest: String,
    /// Whether the claim concerns it, so that it gave evidence and did not sign.
    pub involved: bool,
    /// The addresses of the sources that it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relies_on: Vec<String>,
}

/// What organisations agreed when they met about the claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingLine {
    /// The day, `2026-11-01`.
    pub held: String,
    /// Those that took part; never who came for them.
    pub orgs: Vec<OrgLine>,
    /// What they agreed.
    pub agreed: Localised,
}

/// An organisation's short and full name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OrgLine {
    /// The part of its address.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// One published version of a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The form of this document: 1.
    pub v: u8,
    /// The public number of the claim.
    pub number: i64,
    /// The version, from 1.
    pub version: i64,
    /// When this version went out (RFC 3339).
    pub published: String,
    /// When the first one did.
    pub first_published: String,
    /// The organisations that signed.
    pub signed_by: Vec<OrgLine>,
    /// Two members of the desk's only organisation signed.
    pub single_org: bool,
    /// Languages of this version that none of those who signed it reads: its page says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Lang>,
    /// What they signed.
    pub content: Content,
}

/// 32 bytes of chance, published with the version: without them its hash in the log tells nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

impl Content {
    /// What an editor writes of it: without what the case brings to it.
    #[must_use]
    pub fn written(&self) -> Self {
        Self {
            evidence: Vec::new(),
            opinions: Vec::new(),
            reply: None,
            meetings: Vec::new(),
            ..self.clone()
        }
    }

    /// The sources on which the claim itself stands, in the order of the page.
    pub fn appearances(&self) -> Vec<&EvidenceLine> {
        // One that was taken back since an editor named it is no source any more.
        self.evidence.iter().filter(|it| self.appears_on.contains(&it.url)).collect()
    }

    /// The languages in which it has an answer.
    pub fn langs(&self) -> impl Iterator<Item = Lang> {
        Lang::ALL.into_iter().filter(|it| self.answer.exact(*it).is_some())
    }

    /// What is signed: SHA-256 of the canonical form, behind a prefix of its own.
    pub fn hash(&self) -> DraftHash {
        let mut sha = Sha256::new();
        sha.update(b"kiemtin draft v1\0");
        sha.update(canonical(self));
        sha.finalize().into()
    }

    /// The canonical form.
    pub fn canonical(&self) -> String {
        canonical(self)
    }

    /// Reads the canonical form, or any other JSON with the same fields.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// Merkle root (RFC 6962) over the salted evidence lines: which sources a version rests on can
    /// be shown one by one, and the log alone tells nothing of them.
    pub fn evidence_root(&self, salt: Salt) -> [u8; 32] {
        let leaf = |it: &EvidenceLine| {
            let mut sha = Sha256::new();
            sha.update([0]);
            sha.update(salt.0);
            sha.update(canonical(it));
            sha.finalize().into()
        };
        merkle_root(&self.evidence.iter().map(leaf).collect::<Vec<_>>())
    }
}

impl Document {
    /// The canonical form: what is stored, hashed and served.
    pub fn canonical(&self) -> String {
        canonical(self)
    }

    /// Reads the canonical form.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// `page_sha256` of the log entry: SHA-256 of salt and canonical form (STANDARDS section 4.3).
    pub fn salted_hash(&self, salt: Salt) -> [u8; 32] {
        salt.hash(&self.canonical())
    }
}

impl Salt {
    /// SHA-256 of salt and document.
    pub fn hash(self, document: &str) -> [u8; 32] {
        salted_hash(&self.0, document.as_bytes())
    }
}

fn is_false(it: &bool) -> bool {
    !it
}

/// RFC 8785, for values of texts, whole numbers and lists.
pub(crate) fn canonical(value: &impl Serialize) -> String {
    let sorted = serde_json::to_value(value).expect("keys are texts and no number is infinite");
    sorted.to_string()
}

/// The Merkle tree hash of RFC 6962 section 2.1 over leaf hashes.
fn merkle_root(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => *leaf,
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(split);
            let mut sha = Sha256::new();
            sha.update([1]);
            sha.update(merkle_root(left));
            sha.update(merkle_root(right));
            sha.finalize().into()
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::MediaCategory;
    use super::*;
    use crate::reply::NotAsked;

    pub(crate) fn sample() -> Content {
        let org = OrgLine { slug: "so-y-te".to_owned(), name: "Sở Y tế".to_owned() };
        let line = |stance, url: &str| EvidenceLine {
            stance,
            publisher: "WHO".to_owned(),
            title: "Mythbusters".to_owned(),
            url: url.to_owned(),
            published: None,
            note: Localised::new("Không có bằng chứng.", "No evidence."),
            quote: Localised::default(),
            kind: None,
            handed_in: false,
            interest: Localised::default(),
            capture: Capture::Archived { sha256: "00".repeat(32) },
            brought_by: org.clone(),
        };
        Content {
            claim: Localised::new("Ăn tỏi phòng được COVID-19.", "Garlic prevents COVID-19."),
            rating: Rating::False,
            answer: Localised::new("Không.", "No."),
            body: Localised::new("Tỏi tốt, nhưng không phòng được.", "Healthy, but no."),
            why: Localised::new("Lan truyền rộng.", "Widely shared."),
            single_source: Localised::default(),
            none_against: false,
            evidence: vec![
                line(Stance::Against, "https://www.who.int/a"),
                line(Stance::Against, "https://www.cdc.gov/b"),
            ],
            appears_on: Vec::new(),
            picture: None,
            opinions: Vec::new(),
            reply: Some(Reply::NotAsked { why: NotAsked::NoSource, note: String::new() }),
            meetings: Vec::new(),
            class: VersionClass::First,
            reason: Localised::default(),
        }
    }

    #[test]
    fn the_canonical_form_is_sorted_and_reads_back() {
        let content = sample();
        let json = content.canonical();
        assert!(json.starts_with(r#"{"answer":{"en":"No.","vi":"Không."},"body""#), "{json}");
        assert_eq!(Content::parse(&json).expect("reads back"), content);
        assert_eq!(Content::parse(&json).expect("reads back").canonical(), json);
    }

    #[test]
    fn what_older_documents_do_not_have_changes_no_byte_of_them() {
        let mut line = sample().evidence.remove(0);
        let json = canonical(&line);
        assert!(!["quote", "kind", "handed_in"].iter().any(|it| json.contains(it)), "{json}");
        line.quote = Localised::new("", "There is no evidence");
        (line.kind, line.handed_in) = (Some(SourceKind::Primary), true);
        let json = canonical(&line);
        assert!(json.contains(r#""handed_in":true"#), "{json}");
        assert!(json.contains(r#""kind":"primary""#), "{json}");
        assert_eq!(serde_json::from_str::<EvidenceLine>(&json).expect("reads back"), line);

        let mut content = sample();
        let json = content.canonical();
        assert!(!["appears_on", "picture"].iter().any(|it| json.contains(it)), "{json}");
        let hash = content.hash();
        content.appears_on = vec!["https://www.who.int/a".to_owned()];
        let context = Localised::new("Ảnh năm 2019.", "");
        content.picture = Some(PictureVerdict { category: MediaCategory::Edited, context });
        assert_ne!(content.hash(), hash, "what is said of them is signed");
        assert_eq!(Content::parse(&content.canonical()).expect("reads back"), content);
        assert_eq!(content.appearances().len(), 1);
    }

    #[test]
    fn any_edit_changes_the_hash() {
        let before = sample();
        let mut after = sample();
        after.evidence[1].note = Localised::new("Khác.", "");
        assert_ne!(before.hash(), after.hash());
        assert_ne!(before.evidence_root(Salt([1; 32])), after.evidence_root(Salt([1; 32])));
        assert_ne!(before.evidence_root(Salt([1; 32])), before.evidence_root(Salt([2; 32])));
    }

    /// Roots of the first leaves of RFC 6962's classic tree (STANDARDS section 4.2).
    #[test]
    fn merkle_roots_are_those_of_rfc_6962() {
        let inputs: [&[u8]; 4] = [b"", &[0x00], &[0x10], &[0x20, 0x21]];
        let leaf = |it: &&[u8]| {
            let mut sha = Sha256::new();
            sha.update([0]);
            sha.update(it);
            sha.finalize().into()
        };
        let leaves: Vec<[u8; 32]> = inputs.iter().map(leaf).collect();
        let expected = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ];
        for (n, root) in expected.iter().enumerate() {
            assert_eq!(hex::encode(merkle_root(&leaves[..n])), *root, "{n} leaves");
        }
    }
}
