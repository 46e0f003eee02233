//! The desk's own pages about itself: which there are, what a version of one holds, and the facts of
//! the desk that they show.
//!
//! Every page has a text from the beginning and can be neither emptied nor taken away: an edit is a
//! new version with a public reason and an entry in the log. **Stable**, like every document.

use serde::{Deserialize, Serialize};

use crate::lang::{Lang, Localised};
use crate::review::{OrgLine, Salt, canonical};

/// The longest text of a page in one language, in characters: some four printed pages.
pub const TEXT_CHARS_MAX: usize = 12_000;
/// The shortest: a page that says nothing is a page that was taken away.
pub const TEXT_CHARS_MIN: usize = 200;
/// The longest of each of the desk's facts, in characters.
pub const FACT_CHARS_MAX: usize = 3_000;
/// The longest reason for an edit, in characters.
pub const REASON_CHARS_MAX: usize = 500;

/// A page of the desk about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Policy {
    /// How claims are checked.
    Methodology,
    /// How claims are chosen.
    Selection,
    /// What is not checked.
    NotChecked,
    /// Who the organisations are.
    WhoWeAre,
    /// Where the money comes from.
    Funding,
    /// How mistakes are mended.
    Corrections,
    /// How to contest an answer, and where to complain.
    Complaints,
    /// What is kept of whoever visits or sends something.
    Privacy,
    /// How far the site can be used by all.
    Accessibility,
    /// What the desk says of itself: facts that the other pages show.
    Facts,
}

impl Policy {
    /// Every page with a text, in the order of the index.
    pub const PAGES: [Self; 9] = [
        Self::Methodology,
        Self::Selection,
        Self::NotChecked,
        Self::WhoWeAre,
        Self::Funding,
        Self::Corrections,
        Self::Complaints,
        Self::Privacy,
        Self::Accessibility,
    ];

    /// The name in addresses, in the store and in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Methodology => "methodology",
            Self::Selection => "selection",
            Self::NotChecked => "not-checked",
            Self::WhoWeAre => "who-we-are",
            Self::Funding => "funding",
            Self::Corrections => "corrections",
            Self::Complaints => "complaints",
            Self::Privacy => "privacy",
            Self::Accessibility => "accessibility",
            Self::Facts => "facts",
        }
    }

    /// Reads [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::PAGES.into_iter().chain([Self::Facts]).find(|it| it.name() == name)
    }
}

/// What the desk says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// What the desk is called.
    #[serde(default, skip_serializing_if = "Localised::is_empty")]
    pub name: Localised,
    /// Who runs it, under what legal form, and who decides what is published.
    #[serde(default, skip_serializing_if = "Localised::is_empty")]
    pub structure: Localised,
    /// Each source of its money, with its share.
    #[serde(default, skip_serializing_if = "Localised::is_empty")]
    pub funding: Localised,
    /// How an office of the desk is reached: no person's own address.
    #[serde(default, skip_serializing_if = "Localised::is_empty")]
    pub contact: Localised,
    /// Whether the desk is a signatory of the IFCN code of principles.
    #[serde(default)]
    pub ifcn: bool,
}

/// What an edit brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Another text of a page.
    Text(Policy, Localised),
    /// Other facts.
    Facts(Facts),
}

impl Edit {
    /// The page that it is about.
    pub fn policy(&self) -> Policy {
        match self {
            Self::Text(policy, _) => *policy,
            Self::Facts(_) => Policy::Facts,
        }
    }

    /// Whether it leaves the page standing: a text in every language of the site, none cut away.
    pub fn is_whole(&self) -> bool {
        let is_long = |text: &str| TEXT_CHARS_MIN <= text.chars().count();
        match self {
            Self::Text(policy, text) => {
                *policy != Policy::Facts
                    && Lang::ALL.iter().all(|it| text.exact(*it).is_some_and(is_long))
            }
            Self::Facts(_) => true,
        }
    }
}

/// One version of a page, as it is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyDocument {
    /// The form of this document: 1.
    pub v: u8,
    /// The name of the page.
    pub name: String,
    /// The version, from 1.
    pub version: i64,
    /// When it went out (RFC 3339).
    pub published: String,
    /// The organisation whose editor changed it.
    pub edited_by: OrgLine,
    /// The text; absent on the page of facts.
    #[serde(default, skip_serializing_if = "Localised::is_empty")]
    pub text: Localised,
    /// The facts; only on the page of facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Facts>,
    /// What changed and why.
    pub reason: Localised,
}

impl PolicyDocument {
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

    /// `page_sha256` of the log entry.
    pub fn salted_hash(&self, salt: Salt) -> [u8; 32] {
        salt.hash(&self.canonical())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_its_page_and_can_stand_in_a_log_entry() {
        for policy in Policy::PAGES.into_iter().chain([Policy::Facts]) {
            assert_eq!(Policy::from_name(policy.name()), Some(policy));
            assert!(policy.name().bytes().all(|it| matches!(it, b'a'..=b'z' | b'-')));
        }
        assert_eq!(Policy::from_name("terms"), None);
    }

    #[test]
    fn no_edit_empties_a_page_in_any_language() {
        let long = "Một câu dài hơn một chút. ".repeat(10);
        let text = |vi: &str, en: &str| Edit::Text(Policy::Privacy, Localised::new(vi, en));
        assert!(text(&long, &long).is_whole());
        assert!(!text(&long, "").is_whole() && !text("", &long).is_whole());
        assert!(!text(&long, "Short.").is_whole());
    }
}
