//! What was wrong with the input, in sentences that say what to do.

use crate::read::Kind;
use crate::sniff::Format;

/// Something that stands in a file, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Located<T> {
    /// The line it begins on, from 1.
    pub line: u64,
    /// How many bytes of the input (packed, if it is packed) were read when it was found.
    pub byte: u64,
    /// The thing itself.
    pub value: T,
}

/// Why a file cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Known by its first bytes to be no text.
    #[error("this looks like {looks_like}, which cannot be imported; {what_to_do}")]
    Binary {
        /// What it seems to be, with its article.
        looks_like: &'static str,
        /// What its owner can do instead.
        what_to_do: &'static str,
    },
    /// Text, but of a form that is not taken.
    #[error("this looks like {looks_like}, which cannot be imported; {what_to_do}")]
    Other {
        /// What it seems to be, with its article.
        looks_like: &'static str,
        /// What its owner can do instead.
        what_to_do: &'static str,
    },
}

/// One thing that was wrong. [`Problem::is_note`] tells whether its item was taken all the same.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    /// The file as a whole; nothing follows.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The input broke off or could not be unpacked; nothing follows.
    #[error("reading stopped here: {0}; what came before was read")]
    Broken(String),
    /// The format and the wish do not go together; nothing follows.
    #[error("{format} holds no {kind}; {what_to_do}")]
    WrongKind {
        /// What the file is.
        format: Format,
        /// What was asked of it.
        kind: Kind,
        /// What to ask instead.
        what_to_do: &'static str,
    },
    /// The page or feed is read whole, and it is larger than that allows.
    #[error("the file is larger than {max} bytes, the most for a page or feed; split it")]
    FileTooLarge {
        /// The limit.
        max: usize,
    },
    /// A line over the limit.
    #[error("this line has {bytes} bytes, more than {max}; it was skipped, split it")]
    LineTooLong {
        /// Its length.
        bytes: u64,
        /// The limit.
        max: usize,
    },
    /// One element of a JSON file over the limit.
    #[error("this element has {bytes} bytes, more than {max}; it was skipped, shorten it")]
    ItemTooLarge {
        /// Its length.
        bytes: u64,
        /// The limit.
        max: usize,
    },
    /// Broken JSON.
    #[error("this is not valid JSON at column {column}: {why}")]
    NotJson {
        /// Counted in bytes from 1, within the line or element.
        column: usize,
        /// What the parser says.
        why: String,
    },
    /// Not a JSON object where one was expected.
    #[error("expected an object like {{\"text\": \"…\"}} and found something else")]
    NotAnObject,
    /// The same name twice in one object: which one counts cannot be known.
    #[error("the field \"{field}\" stands here twice; keep one")]
    DuplicateField {
        /// Its name.
        field: String,
    },
    /// Two entries with one identifier.
    #[error("the identifier of this entry was used before in the same feed; both were kept")]
    DuplicateId,
    /// A needed field is absent or empty.
    #[error("the field \"{0}\" is missing or empty")]
    MissingField(&'static str),
    /// A field holds another type of value.
    #[error("the field \"{field}\" must be text")]
    WrongType {
        /// Its name.
        field: &'static str,
    },
    /// A page, entry or line in which no text was found.
    #[error("no text was found here")]
    NoText,
    /// A review stands where a message or claim was asked for.
    #[error("this is a ClaimReview; import the file with --as reviews")]
    IsReview,
    /// A quotation mark in CSV that nothing closes.
    #[error("the quotation mark on this line is not closed; close it or double it")]
    OpenQuote,
    /// A CSV record without the column of the text.
    #[error("this row has {found} columns, and the text is in column {wanted}; complete it")]
    FewColumns {
        /// Columns in the row.
        found: usize,
        /// The column of the text, from 1.
        wanted: usize,
    },
    /// A feed that could not be read to its end.
    #[error("the feed is damaged: {why}; entries before the damage were taken")]
    BadFeed {
        /// What the parser says.
        why: String,
    },
    /// A sitemap that could not be read to its end.
    #[error("the sitemap is damaged: {why}; addresses before the damage were taken")]
    BadSitemap {
        /// What the parser says.
        why: String,
    },
    /// Something else where a sitemap was expected.
    #[error("this is no sitemap; look whether its address shows the site's page of errors")]
    NotASitemap,
    /// More entries or reviews than are taken from one place.
    #[error("only the first {max} were taken; split the file")]
    TooMany {
        /// The limit.
        max: usize,
    },
    /// Bytes that are no text in the file's encoding.
    #[error("{n_replaced} bytes are no valid text and were replaced; save the file as UTF-8")]
    NotUtf8 {
        /// How many replacement characters were put in.
        n_replaced: usize,
    },
    /// Vietnamese older than Unicode.
    #[error("the text was written in {name}, which is older than Unicode; it was converted")]
    LegacyEncoding {
        /// The encoding.
        name: &'static str,
    },
    /// UTF-8 that a program once took for something else.
    #[error("the text was UTF-8 that a program had read as another encoding; it was repaired")]
    Utf8ReadWrong,
    /// A source that names a person; the text is taken, its source is not.
    #[error(
        "the source is a person's profile, handle or number; sources of that kind are not kept"
    )]
    PersonAsSource,
    /// A review whose publisher is a person or is not named as an organisation.
    #[error("the review names no organisation as its publisher; a person's name is not kept")]
    PersonAsPublisher,
    /// An address that is not http or https, or is none.
    #[error("the address is not a web address (http or https); it was left out")]
    LinkDropped,
    /// A time that cannot be read or cannot be true.
    #[error("the date is not a date between 1970 and 2199, like 2026-11-01; it was left out")]
    BadDate,
    /// A rating outside its own scale, or not a number.
    #[error("the rating is no number on its scale; only its words were kept")]
    BadScale,
    /// The page is nested too deep or has too many tags; it was read without the excess.
    #[error(
        "the page is nested too deeply or has too many tags; the excess was left out, look at the text"
    )]
    TangledPage,
}

impl Problem {
    /// Whether the item it speaks of was taken all the same.
    pub fn is_note(&self) -> bool {
        matches!(
            self,
            Self::DuplicateId
                | Self::BadFeed { .. }
                | Self::BadSitemap { .. }
                | Self::TooMany { .. }
                | Self::NotUtf8 { .. }
                | Self::LegacyEncoding { .. }
                | Self::Utf8ReadWrong
                | Self::PersonAsSource
                | Self::PersonAsPublisher
                | Self::LinkDropped
                | Self::BadDate
                | Self::BadScale
                | Self::TangledPage
        )
    }
}
