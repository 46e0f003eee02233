//! From a raw message to a row: masked, then fingerprinted. Pure; the caller brings id and time.

use hmac::{Hmac, KeyInit as _, Mac as _};
use kiemtin_core::fingerprint;
use kiemtin_core::ids::MessageId;
use kiemtin_core::message::{self, Door, Publishers, RawMessage, Refused};
use kiemtin_core::time::Timestamp;
use kiemtin_store::messages::{Channel, Intake};
use sha2::Sha256;

/// Masks a message and makes the row of it, without origin, picture and receipt.
///
/// # Errors
/// The text is none, or too long: the sentence says what to do.
pub fn admit(
    raw: RawMessage,
    id: MessageId,
    channel: Channel,
    key: &[u8; 32],
    publishers: &Publishers,
    now: Timestamp,
) -> Result<Intake, Refused> {
    let message = message::admit(raw, &Door { key, publishers, now })?;
    let fingerprint = fingerprint::of(&message.text);
    Ok(Intake {
        id,
        channel,
        message,
        origin_hmac: None,
        exact_hash: fingerprint.exact,
        sketch: fingerprint.sketch.to_bytes().to_vec(),
        picture: None,
        receipt: None,
    })
}

/// What makes a message from a file this message, so that a file can be imported twice: its own
/// identifier, or else its text and the rest, and which of several such it is. Kept as an HMAC.
pub fn origin(key: &[u8; 32], raw: &RawMessage, nth: u32) -> [u8; 32] {
    let nth = nth.to_string();
    let published = raw.published.map(|it| it.millis().to_string()).unwrap_or_default();
    let source = raw.source.as_deref().unwrap_or_default();
    match &raw.external_id {
        Some(id) => hmac(key, "message by id", &[source, id]),
        None => {
            let url = raw.url.as_deref().unwrap_or_default();
            hmac(key, "message by text", &[&raw.text, source, url, &published, &nth])
        }
    }
}

/// HMAC-SHA256 under the desk's key; the parts are kept apart by their lengths.
pub fn hmac(key: &[u8; 32], what: &str, parts: &[&str]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in std::iter::once(&what).chain(parts) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().into()
}
