//! The right of reply: whether the outlet or office behind a claim was asked for its word before
//! the answer went out, and what it said. It is asked as a body, never as a person.
//!
//! **Stable**: a part of the published document (`review::document`).

use serde::{Deserialize, Serialize};

use crate::text::mask::name_candidates;

/// What was done about the right of reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Reply {
    /// An outlet or office was asked.
    Asked {
        /// Which: see [`is_body`].
        whom: String,
        /// The day, `2026-11-01`.
        asked: String,
        /// How.
        by: Means,
        /// What it answered; empty as long as it has not.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        answer: String,
        /// The day of the answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answered: Option<String>,
    },
    /// Nobody was asked.
    NotAsked {
        /// Why.
        why: NotAsked,
        /// More about it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
}

/// By what kind of channel a body was asked; never an address or a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// A letter.
    Letter,
    /// Its public mail address.
    Mail,
    /// The form on its page.
    Form,
    /// Its public telephone line.
    Telephone,
    /// A visit or a meeting.
    Meeting,
}

/// Why nobody was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotAsked {
    /// Asking would put somebody in danger.
    Safety,
    /// Whoever published it cannot be found.
    CannotBeFound,
    /// It goes round online and no outlet or office is behind it.
    NoSource,
}

impl Means {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Letter, Self::Mail, Self::Form, Self::Telephone, Self::Meeting];

    /// The word in forms, documents and the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::Mail => "mail",
            Self::Form => "form",
            Self::Telephone => "telephone",
            Self::Meeting => "meeting",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

impl NotAsked {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::Safety, Self::CannotBeFound, Self::NoSource];

    /// The word in forms, documents and the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::Safety => "safety",
            Self::CannotBeFound => "cannot_be_found",
            Self::NoSource => "no_source",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// Words that stand before the name of a person, in small letters; also where one name follows,
/// which `name_candidates` lets pass.
const BEFORE_A_PERSON: [&str; 16] = [
    "ông", "bà", "anh", "chị", "cô", "chú", "bác", "em", "mr", "mrs", "ms", "miss", "dr", "ths",
    "ts", "bs",
];

/// Whether this can be the name of an outlet or office. A name that begins as a person is addressed,
/// or that is a handle, is none; whoever types it is told so.
pub fn is_body(name: &str) -> bool {
    let first = name.split([' ', '.']).next().unwrap_or_default().to_lowercase();
    let is_addressed = BEFORE_A_PERSON.contains(&first.as_str()) || 0 < name_candidates(name);
    !name.trim().is_empty() && !name.contains('@') && !is_addressed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_asked_and_never_a_person() {
        for body in ["Báo Tuổi Trẻ", "Sở Y tế Hà Nội", "Anheuser Foods", "Hội Phụ nữ Cầu Giấy"]
        {
            assert!(is_body(body), "{body}");
        }
        for person in [
            "",
            " ",
            "Ông Nguyễn Văn A",
            "bà Lan",
            "Chị Hoa",
            "Dr. House",
            "@garlic",
            "Báo A, ông Nguyễn Văn B",
        ] {
            assert!(!is_body(person), "{person}");
        }
    }

    #[test]
    fn words_and_published_forms_are_the_same() {
        for it in Means::ALL {
            assert_eq!(serde_json::to_value(it).expect("a word"), it.code());
            assert_eq!(Means::from_code(it.code()), Some(it));
        }
        for it in NotAsked::ALL {
            assert_eq!(serde_json::to_value(it).expect("a word"), it.code());
            assert_eq!(NotAsked::from_code(it.code()), Some(it));
        }
    }
}
