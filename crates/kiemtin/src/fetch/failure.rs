//! Why nothing was fetched, in sentences for the person who wanted the page.

use std::error::Error;
use std::io;

use rustls::CertificateError as Bad;

use super::body::{BadBody, EXPANDED_BYTES_MAX};
use super::guard::Why;
use super::{BODY_BYTES_MAX, EXPANSION_RATIO_MAX, HEAD_BYTES_MAX, HEADERS_MAX, REDIRECTS_MAX};

/// Why nothing was fetched. Each sentence says what the person who asked can do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFetched {
    /// The address itself.
    #[error(transparent)]
    Refused(Why),
    /// An address that the page sends on to.
    #[error("The page sends on to another address, which is refused. {0}")]
    SentOn(Why),
    /// More redirects than [`REDIRECTS_MAX`]; also a loop.
    #[error(
        "The page sends on more than {REDIRECTS_MAX} times. Open it in a browser and give the \
         address where it ends."
    )]
    TooManyRedirects,
    /// No such name.
    #[error("No site has this name. Check the spelling; if it is right, try again later.")]
    NoSuchName,
    /// Too slow in connecting, answering or as a whole.
    #[error(
        "The site is too slow to answer. Try again later, or save the page and import the file."
    )]
    TimedOut,
    /// No proof that it is the site.
    #[error(
        "The connection to the site is not safe: {0}. Check the address; the site's owner has to \
         repair the rest."
    )]
    Tls(String),
    /// Another status than success.
    #[error(
        "The site answered with status {0}. Open the address in a browser to see whether the page \
         exists for everyone."
    )]
    Status(u16),
    /// A kind of file that was not asked for.
    #[error(
        "This is a file of the kind \"{0}\", which is not read here. Give the address of a page, \
         feed or data file."
    )]
    MediaType(String),
    /// Packed as nobody asked for.
    #[error(
        "The site packs the page as \"{0}\" although only gzip was asked for. Save the page and \
         import the file."
    )]
    Packing(String),
    /// Says gzip and is not, is cut short or goes on after its end.
    #[error(
        "The site says that the page is packed with gzip, and it cannot be unpacked. Try again \
         later, or save the page and import the file."
    )]
    NotGzip,
    /// Too large, on the wire or unpacked.
    #[error(
        "The page is larger than {max_bytes} bytes. Save the part that matters and import the file."
    )]
    TooLarge {
        /// The limit that it is over.
        max_bytes: usize,
    },
    /// Unpacks to many times its size.
    #[error(
        "The page unpacks to more than {EXPANSION_RATIO_MAX} times its size, as only a trap does. \
         Do not use this address."
    )]
    Bomb,
    /// The lines before the page.
    #[error(
        "The site sends more than {HEAD_BYTES_MAX} bytes or {HEADERS_MAX} lines of headers before \
         the page. Save the page and import the file."
    )]
    HeadTooLarge,
    /// Anything else between here and there.
    #[error("The site cannot be reached or broke off ({0}). Try again later.")]
    Network(String),
}

impl NotFetched {
    /// The reason as a code with what belongs to it: pages say it in the member's language.
    pub fn code(&self) -> String {
        match self {
            Self::Refused(_) | Self::SentOn(_) => "refused".to_owned(),
            Self::TooManyRedirects => "redirects".to_owned(),
            Self::NoSuchName => "name".to_owned(),
            Self::TimedOut => "slow".to_owned(),
            Self::Tls(_) => "tls".to_owned(),
            Self::Status(status) => format!("status {status}"),
            Self::MediaType(kind) => format!("kind {kind}"),
            Self::Packing(_) | Self::NotGzip => "packing".to_owned(),
            Self::TooLarge { .. } | Self::Bomb | Self::HeadTooLarge => "size".to_owned(),
            Self::Network(_) => "network".to_owned(),
        }
    }

    /// The same, told as what it is when the address is not the one that was given.
    pub(super) fn after(self, n_redirects: usize) -> Self {
        match self {
            Self::Refused(why) if 0 < n_redirects => Self::SentOn(why),
            other => other,
        }
    }
}

impl From<BadBody> for NotFetched {
    fn from(bad: BadBody) -> Self {
        match bad {
            BadBody::TooLong => Self::TooLarge { max_bytes: BODY_BYTES_MAX },
            BadBody::TooLongUnpacked => Self::TooLarge { max_bytes: EXPANDED_BYTES_MAX },
            BadBody::Bomb => Self::Bomb,
            BadBody::NotGzip => Self::NotGzip,
        }
    }
}

impl From<reqwest::Error> for NotFetched {
    fn from(err: reqwest::Error) -> Self {
        if let Some(why) = find::<Why>(&err) {
            return Self::Refused(why.clone());
        }
        if let Some(err) = find::<rustls::Error>(&err) {
            return Self::Tls(tls_sentence(err));
        }
        if err.is_timeout() {
            return Self::TimedOut;
        }
        if err.is_dns() {
            return Self::NoSuchName;
        }
        if let Some(err) = find::<hyper::Error>(&err)
            && err.is_parse_too_large()
        {
            return Self::HeadTooLarge;
        }
        Self::Network(innermost(&err))
    }
}

/// What is wrong with the site's proof.
fn tls_sentence(err: &rustls::Error) -> String {
    let rustls::Error::InvalidCertificate(bad) = err else {
        return match err {
            rustls::Error::InvalidMessage(_) => "it does not speak TLS there".to_owned(),
            other => format!("TLS failed ({})", shortened(&other.to_string())),
        };
    };
    let sentence = match bad {
        Bad::Expired | Bad::ExpiredContext { .. } => "its certificate has expired",
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
            "its certificate is not valid yet, or this machine's clock is wrong"
        }
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
            "its certificate is for another name"
        }
        Bad::UnknownIssuer => {
            "its certificate is from no authority that this machine knows \
             (if that holds for every site, install the package ca-certificates)"
        }
        Bad::Revoked => "its certificate has been withdrawn",
        other => return format!("its certificate is refused ({})", shortened(&other.to_string())),
    };
    sentence.to_owned()
}

/// The text of the first cause, which is the one that tells most.
pub(super) fn innermost(err: &(dyn Error + 'static)) -> String {
    let last = chain(err).last().map(|it| it.to_string());
    shortened(&last.unwrap_or_else(|| err.to_string()))
}

fn shortened(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).take(160).collect()
}

fn find<'a, E: Error + 'static>(err: &'a (dyn Error + 'static)) -> Option<&'a E> {
    chain(err).find_map(|it| it.downcast_ref::<E>())
}

/// An error and its causes, outermost first. An `io::Error` hides what it wraps from `source`.
fn chain<'a>(err: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(err);
    std::iter::from_fn(move || {
        let it = next?;
        next = match it.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => it.source(),
        };
        Some(it)
    })
}
