//! A message: one text from a source. Raw at the door, masked inside.
//!
//! [`RawMessage`] lives in memory only. [`admit`] is the one way from it to a [`NewMessage`], which
//! is what the store takes: so nothing can be stored that was not masked (DESIGN section 2.1).

use std::collections::{HashMap, HashSet};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization;
use url::Url;

use crate::channel;
use crate::lang::Lang;
use crate::text::language;
use crate::text::mask::{self, PersonalData};
use crate::time::{DAY_MS, Timestamp};

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

/// Addresses longer than this are not kept: no publisher has them, trackers do.
pub const URL_BYTES_MAX: usize = 2_000;
/// The longest name of an outlet or class of channel, in characters.
pub const SOURCE_CHARS_MAX: usize = 60;
/// Of a text, more than one character in so many that is no text makes it a damaged file.
const NOT_TEXT_SHARE: usize = 4;

/// What the door knows: the desk's key, whose addresses may be kept, and what time it is.
#[derive(Clone, Copy, Debug)]
pub struct Door<'a> {
    /// The desk's key for identifiers that come from outside.
    pub key: &'a [u8; 32],
    /// Hosts whose addresses may be kept.
    pub publishers: &'a Publishers,
    /// Now.
    pub now: Timestamp,
}

/// The publishers and institutions that the desk lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publishers {
    /// Invariant: lower case, IDNA form.
    hosts: HashSet<String>,
    /// Their names, by the same in lower case.
    names: HashMap<String, String>,
}

impl Publishers {
    /// From host names; what is no host name is left out.
    pub fn from_hosts<'a>(hosts: impl IntoIterator<Item = &'a str>) -> Self {
        Self::listed(hosts.into_iter().map(|it| (it, "")))
    }

    /// From host names, each with the name of its publisher.
    pub fn listed<'a>(all: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut res = Self::default();
        for (host, name) in all {
            let Some(host) = ascii_host(host) else { continue };
            res.hosts.insert(host);
            if !name.is_empty() {
                res.names.insert(name.to_lowercase(), name.to_owned());
            }
        }
        res
    }

    /// The listed publisher that a text names, as its name or host is written in the list.
    fn named(&self, text: &str) -> Option<String> {
        if let Some(name) = self.names.get(&text.to_lowercase()) {
            return Some(name.clone());
        }
        let host = Url::parse(text).ok().and_then(|it| it.host_str().map(str::to_owned));
        let host = ascii_host(host.as_deref().unwrap_or(text))?;
        self.lists(&host).then_some(host)
    }

    /// Whether a host, or a domain that it lies in, is listed.
    pub fn lists(&self, host: &str) -> bool {
        let Some(host) = ascii_host(host) else { return false };
        let mut domain = host.as_str();
        loop {
            if self.hosts.contains(domain) {
                return true;
            }
            match domain.split_once('.') {
                Some((_, parent)) => domain = parent,
                None => return false,
            }
        }
    }
}

/// A message as it may be stored. Only [`admit`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewMessage {
    /// The text: masked, NFC, without control characters except line breaks.
    pub text: String,
    /// Its language: given, or guessed.
    pub lang: Lang,
    /// HMAC-SHA256 under the desk's key of the sender's identifier and its source.
    pub external_hmac: Option<[u8; 32]>,
    /// Where it stood, only if the host is listed.
    pub url: Option<String>,
    /// When it appeared; to the hour unless the host is listed.
    pub published: Option<Timestamp>,
    /// A listed outlet or a class of channel.
    pub source: Option<String>,
    /// What was masked in the text, in order.
    pub masked: Vec<PersonalData>,
}

/// Why a message does not come in. The sentence says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No letter and no digit.
    #[error("The message has no words; send the sentence that you want checked.")]
    Empty,
    /// Longer than [`MESSAGE_BYTES_MAX`].
    #[error(
        "The message is {bytes} bytes long and the limit is {MESSAGE_BYTES_MAX}; \
         send only the part that you want checked."
    )]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Mostly control or replacement characters.
    #[error("The message is not readable text; save it as UTF-8 text and send it again.")]
    NotText,
    /// Nothing was left after masking.
    #[error(
        "The message holds only personal data, which is not kept; \
         send the statement that you want checked."
    )]
    OnlyPersonalData,
}

/// The one door: takes a raw message apart and lets in what may be kept (DESIGN section 2.1).
///
/// # Errors
/// There is no text in it, or too much.
pub fn admit(raw: RawMessage, door: &Door<'_>) -> Result<NewMessage, Refused> {
    let RawMessage { external_id, text, lang, url, published, source } = raw;
    let text = clean(&text)?;
    let lang = lang.unwrap_or_else(|| language::guess(&text));
    let masked = mask::mask(&text, lang);
    let has_words = |it: &str| it.chars().any(char::is_alphanumeric);
    if !masked.found.is_empty() && !has_words(&without_tokens(&masked.text, &masked.found, lang)) {
        return Err(Refused::OnlyPersonalData);
    }
    let url = url.and_then(|it| public_url(&it, door.publishers));
    let published = published
        .filter(|it| *it <= door.now.plus_millis(DAY_MS))
        .map(|it| if url.is_some() { it } else { it.to_hour() });
    let external_hmac =
        external_id.map(|id| external_hmac(door.key, source.as_deref().unwrap_or_default(), &id));
    Ok(NewMessage {
        text: without_invisible_turns(masked.text),
        lang,
        external_hmac,
        url,
        published,
        source: source.and_then(|it| public_source(&it, door.publishers)),
        masked: masked.found,
    })
}

/// NFC, line breaks as `\n`, no other control character, no runs of spaces or empty lines.
fn clean(text: &str) -> Result<String, Refused> {
    let too_long = |bytes| Err(Refused::TooLong { bytes });
    if MESSAGE_BYTES_MAX < text.len() {
        return too_long(text.len());
    }
    let white = |it: char| it.is_whitespace() || it == '\u{FEFF}';
    let damaged =
        |it: &char| (it.is_control() && !white(*it)) || *it == char::REPLACEMENT_CHARACTER;
    let n_damaged = text.chars().filter(damaged).count();
    let n_chars = text.chars().count();
    if n_chars < n_damaged * NOT_TEXT_SHARE {
        return Err(Refused::NotText);
    }
    let mut res = String::with_capacity(text.len());
    let (mut n_breaks, mut gap, mut last) = (0, false, '\0');
    for ch in text.nfc() {
        match ch {
            '\n' if last == '\r' => {}
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => n_breaks += 1,
            _ if white(ch) => gap = true,
            _ if ch.is_control() => {}
            _ => {
                if !res.is_empty() {
                    match n_breaks {
                        0 if gap => res.push(' '),
                        0 => {}
                        1 => res.push('\n'),
                        _ => res.push_str("\n\n"),
                    }
                }
                (n_breaks, gap) = (0, false);
                res.push(ch);
            }
        }
        last = ch;
    }
    if MESSAGE_BYTES_MAX < res.len() {
        return too_long(res.len());
    }
    if res.chars().any(char::is_alphanumeric) { Ok(res) } else { Err(Refused::Empty) }
}

fn without_tokens(text: &str, found: &[PersonalData], lang: Lang) -> String {
    let mut text = text.to_owned();
    for kind in PersonalData::ALL.iter().filter(|it| found.contains(it)) {
        text = text.replace(kind.token(lang), "");
    }
    text
}

/// Marks that turn the direction of a text or hide in it; masking has looked through them.
fn without_invisible_turns(text: String) -> String {
    let hidden = |it: char| {
        matches!(it, '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}'
            | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(hidden) { text.replace(hidden, "") } else { text }
}

/// The address without what could point to a person, if its host is listed.
fn public_url(url: &str, publishers: &Publishers) -> Option<String> {
    let mut url = Url::parse(url.trim()).ok().filter(|it| it.as_str().len() <= URL_BYTES_MAX)?;
    if !matches!(url.scheme(), "http" | "https") || !publishers.lists(url.host_str()?) {
        return None;
    }
    url.set_fragment(None);
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, value)| !is_tracking(name) && !is_personal(name) && !is_personal(value))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    (!is_personal(url.as_str())).then(|| url.into())
}

/// Whether a value in an address says where the reader came from, not which page it is.
pub(crate) fn is_tracking(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("utm_")
        || name.starts_with("mc_")
        || name.starts_with("_ga")
        || matches!(
            name.as_str(),
            "fbclid"
                | "gclid"
                | "dclid"
                | "msclkid"
                | "yclid"
                | "igshid"
                | "igsh"
                | "zarsrc"
                | "zclid"
                | "spm"
                | "ref"
                | "ref_src"
                | "si"
                | "share"
                | "shared"
                | "sid"
                | "session"
                | "token"
                | "email"
                | "user"
                | "uid"
        )
}

fn is_personal(text: &str) -> bool {
    !mask::mask(text, Lang::En).found.is_empty()
}

/// A listed outlet, or a class of channel of the fixed list. Anything else could be a person's name
/// and is dropped.
fn public_source(source: &str, publishers: &Publishers) -> Option<String> {
    let source = without_invisible_turns(clean(source).ok()?.replace('\n', " "));
    if SOURCE_CHARS_MAX < source.chars().count() {
        return None;
    }
    channel::class(&source).or_else(|| publishers.named(&source))
}

fn external_hmac(key: &[u8; 32], source: &str, id: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in ["message-id\0", source, "\0", id] {
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

/// A host name in lower case and IDNA form; `None` if it is none.
fn ascii_host(host: &str) -> Option<String> {
    match url::Host::parse(host.trim().trim_end_matches('.')).ok()? {
        url::Host::Domain(domain) => Some(domain),
        url::Host::Ipv4(_) | url::Host::Ipv6(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(raw: RawMessage) -> Result<NewMessage, Refused> {
        let publishers = Publishers::from_hosts(["VnExpress.net", "báo.vn", "not a host"]);
        let now = Timestamp::parse("2026-11-03T10:00:00Z").expect("valid");
        admit(raw, &Door { key: &[7; 32], publishers: &publishers, now })
    }

    fn text(text: &str) -> RawMessage {
        RawMessage { text: text.to_owned(), ..RawMessage::default() }
    }

    #[test]
    fn a_text_comes_in_masked_and_tidy() {
        let raw = text("  Cầu  đóng\r\n\r\n\r\n\u{1}gọi\t0912\u{200b}345678 \u{202e}nhé ");
        let message = admitted(raw).expect("admitted");
        assert_eq!(message.text, "Cầu đóng\n\ngọi [số điện thoại] nhé");
        assert_eq!(message.masked, [PersonalData::Phone]);
        assert_eq!(message.lang, Lang::Vi);
    }

    #[test]
    fn what_is_no_message_is_refused_with_a_reason() {
        let long = "a ".repeat(MESSAGE_BYTES_MAX);
        assert_eq!(admitted(text(" \n🙂 ")), Err(Refused::Empty));
        assert_eq!(admitted(text(&long)), Err(Refused::TooLong { bytes: long.len() }));
        assert_eq!(admitted(text("a\u{fffd}\u{1}\u{2}")), Err(Refused::NotText));
        assert_eq!(admitted(text("0912345678!")), Err(Refused::OnlyPersonalData));
    }

    #[test]
    fn an_address_is_kept_only_of_a_listed_host_and_without_traces() {
        let url = |url: &str| {
            let raw = RawMessage { url: Some(url.to_owned()), ..text("Cầu đóng") };
            admitted(raw).expect("admitted").url
        };
        let kept = Some("https://video.vnexpress.net/a?p=2".to_owned());
        assert_eq!(url("https://u:p@Video.VnExpress.net/a?p=2&utm_source=x&fbclid=y#me"), kept);
        assert_eq!(
            url("https://vnexpress.net/a?mail=a@b.vn"),
            Some("https://vnexpress.net/a".into())
        );
        assert_eq!(url("https://BÁO.vn/1"), Some("https://xn--bo-mia.vn/1".into()));
        for refused in
            ["https://facebook.com/a", "https://evilvnexpress.net/", "ftp://vnexpress.net/", "x"]
        {
            assert_eq!(url(refused), None, "{refused}");
        }
    }

    #[test]
    fn a_time_is_exact_only_for_a_listed_host() {
        let at = Timestamp::parse("2026-11-01T09:05:30Z").expect("valid");
        let published = |at, url: Option<&str>| {
            let url = url.map(str::to_owned);
            let raw = RawMessage { published: Some(at), url, ..text("Cầu đóng") };
            admitted(raw).expect("admitted").published
        };
        assert_eq!(published(at, Some("https://vnexpress.net/a")), Some(at));
        assert_eq!(published(at, Some("https://other.net/a")), Some(at.to_hour()));
        assert_eq!(published(at, None), Some(at.to_hour()));
        assert_eq!(published(at.plus_millis(4 * DAY_MS), None), None);
    }

    #[test]
    fn a_source_is_a_listed_outlet_or_a_class_of_channel_and_never_a_person() {
        let publishers = Publishers::listed([
            ("vnexpress.net", "VnExpress"),
            ("angiang.tv", "Đài PTTH An Giang"),
        ]);
        let source = |source: &str| public_source(source, &publishers);
        for (given, kept) in [
            (" Facebook  posts ", "Facebook posts"),
            ("VNEXPRESS", "VnExpress"),
            ("đài PTTH an giang", "Đài PTTH An Giang"),
            ("video.vnexpress.net", "video.vnexpress.net"),
            ("https://vnexpress.net/a", "vnexpress.net"),
        ] {
            assert_eq!(source(given).as_deref(), Some(kept), "{given}");
        }
        let refused = ["@nguyenvana", "facebook.com/nguyenvana", "group 1234567", "0912345678"];
        let names =
            ["anh Nguyễn Văn An", "Lan", "Tran Thi B", "Facebook Lan", "Hội mẹ bỉm của Hoa"];
        for refused in refused.into_iter().chain(names).chain([&*"a".repeat(61), ""]) {
            assert_eq!(source(refused), None, "{refused}");
        }
    }

    #[test]
    fn an_outside_identifier_depends_on_key_and_source() {
        let hmac = |source: &str, id: &str| external_hmac(&[7; 32], source, id);
        assert_eq!(hmac("a", "1"), hmac("a", "1"));
        assert_ne!(hmac("a", "1"), hmac("b", "1"));
        assert_ne!(hmac("a", "1"), external_hmac(&[8; 32], "a", "1"));
    }
}
