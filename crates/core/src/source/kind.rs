//! What a source is: where texts come from by themselves, as somebody added it.
//!
//! Not here: who may be one (`whose`), and when it is asked (`schedule`).

/// What kind of source it is: how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// RSS, Atom or JSON Feed.
    Feed,
    /// A sitemap, a news sitemap, or an index of such.
    Sitemap,
    /// One page whose text is a message each time it changes.
    Page,
    /// A page whose links match a pattern; each of them is read once.
    Listing,
    /// ClaimReviews of another desk: a page, or a `DataFeed`.
    Reviews,
    /// A search in the shape of Google's Fact Check Tools.
    Search,
    /// A file of this machine: an archive of pages, a mailbox, a document.
    File,
    /// A folder of this machine, watched for new files.
    Folder,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Feed,
        Self::Sitemap,
        Self::Page,
        Self::Listing,
        Self::Reviews,
        Self::Search,
        Self::File,
        Self::Folder,
    ];

    /// The word in forms and the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Sitemap => "sitemap",
            Self::Page => "page",
            Self::Listing => "listing",
            Self::Reviews => "reviews",
            Self::Search => "search",
            Self::File => "file",
            Self::Folder => "folder",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Whether it lies on this machine. Only the operator at the machine adds such a source.
    pub fn is_local(self) -> bool {
        matches!(self, Self::File | Self::Folder)
    }
}

/// The longest name of a source: it stands beside each of its messages.
pub const NAME_CHARS_MAX: usize = crate::message::SOURCE_CHARS_MAX;
/// The longest licence or purpose: a sentence or two, and an address.
pub const REASON_CHARS_MAX: usize = 500;

/// What somebody says of a source when adding it, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The publisher or institution, as readers know it.
    pub name: String,
    /// Under which licence or right its texts are taken.
    pub licence: String,
    /// What for.
    pub purpose: String,
}

/// What is missing in it. The sentence says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadStated {
    /// No name, or a long one.
    #[error("Name the publisher or institution, in at most {NAME_CHARS_MAX} characters.")]
    Name,
    /// No licence.
    #[error(
        "Say under which licence or right its texts are taken, in at most {REASON_CHARS_MAX} \
         characters: \"quotation, with a link\" is one."
    )]
    Licence,
    /// No purpose.
    #[error("Say what it is collected for, in at most {REASON_CHARS_MAX} characters.")]
    Purpose,
}

impl BadStated {
    /// The word by which pages find the sentence in the member's language.
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Licence => "licence",
            Self::Purpose => "purpose",
        }
    }
}

impl Stated {
    /// From what was typed.
    ///
    /// # Errors
    /// Something is missing or too long.
    pub fn parse(name: &str, licence: &str, purpose: &str) -> Result<Self, BadStated> {
        let tidy = |text: &str, n_max: usize| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            Some(text).filter(|it| (1..=n_max).contains(&it.chars().count()))
        };
        Ok(Self {
            name: tidy(name, NAME_CHARS_MAX).ok_or(BadStated::Name)?,
            licence: tidy(licence, REASON_CHARS_MAX).ok_or(BadStated::Licence)?,
            purpose: tidy(purpose, REASON_CHARS_MAX).ok_or(BadStated::Purpose)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(Kind::from_code("profile"), None);
    }

    #[test]
    fn what_is_missing_is_named() {
        let parse = |name: &str, licence: &str, purpose: &str| {
            Stated::parse(name, licence, purpose).map_err(BadStated::code)
        };
        assert_eq!(parse(" ", "a", "b"), Err("name"));
        assert_eq!(parse(&"a".repeat(NAME_CHARS_MAX + 1), "a", "b"), Err("name"));
        assert_eq!(parse("Báo", "\n", "b"), Err("licence"));
        assert_eq!(parse("Báo", "a", ""), Err("purpose"));
        assert_eq!(parse(" Báo  A ", "a", "b").map(|it| it.name), Ok("Báo A".to_owned()));
    }
}
