//! A message: one text from a source. Raw at the door, masked inside.
//!
//! [`RawMessage`] lives in memory only. [`admit`] is the one way from it to a [`NewMessage`], which
//! is what the store takes: so nothing can be stored that was not masked (DESIGN section 2.1).

use crate::lang::Lang;
use crate::time::Timestamp;

/// The longest text taken as one message, in bytes. A longer one is refused, never cut: half a
/// statement may say the opposite.
pub const MESSAGE_BYTES_MAX: usize = 20_000;

/// What came in, before anything was done to it. Never stored, never logged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawMessage {
    /// The sender's own identifier of the text, if it has one.
    pub external_id: Option<String>,
    /// The text as it came.
    pub text: String,
    /// The language that came with it.
    pub lang: Option<Lang>,
    /// Where it stood.
    pub url: Option<String>,
    /// When it appeared there.
    pub published: Option<Timestamp>,
    /// The outlet or class of channel.
    pub source: Option<String>,
}

/// A claim from a file, before it is taken over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawClaim {
    /// The file's own identifier.
    pub external_id: Option<String>,
    /// The checkable statement.
    pub text: String,
    /// A headline for it.
    pub title: Option<String>,
    /// What was written about it.
    pub body: Option<String>,
    /// Its language.
    pub lang: Option<Lang>,
}

/// Another desk's published review, read from its ClaimReview markup.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawReview {
    /// The page of the review.
    pub url: String,
    /// `claimReviewed`.
    pub claim: String,
    /// The verdict in the publisher's words (`alternateName`).
    pub verdict: Option<String>,
    /// `ratingValue` with its scale: value, worst, best.
    pub scale: Option<(f64, f64, f64)>,
    /// The reviewing organisation's name.
    pub publisher: Option<String>,
    /// The reviewing organisation's address.
    pub publisher_url: Option<String>,
    /// The headline or explanation of the review.
    pub title: Option<String>,
    /// The language of the page.
    pub lang: Option<Lang>,
    /// `datePublished`.
    pub published: Option<Timestamp>,
}

/// What is kept of a message: masked, in one form, with no trace of who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// The masked text.
    pub text: String,
    /// Its language.
    pub lang: Lang,
    /// HMAC of source and external identifier.
    pub external_hmac: Option<[u8; 32]>,
    /// Where it stood, if its host is listed.
    pub url: Option<String>,
    /// When it appeared, to the hour unless a listed publisher's.
    pub published: Option<Timestamp>,
    /// The outlet or class of channel.
    pub source: Option<String>,
    /// What was masked in it.
    pub masked: Vec<()>,
}
