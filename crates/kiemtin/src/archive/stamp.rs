//! Times that an authority vouches for (RFC 3161): the question for one, and what an answer must hold.
//!
//! Whether the authority's signature is right is for whoever relies on it, with a tool of their own
//! (`openssl ts -verify`) and their own list of authorities; here is checked that the answer is one to
//! our question.

use cms::cert::x509::spki::AlgorithmIdentifier;
use cms::signed_data::SignedData;
use der::asn1::{Int, ObjectIdentifier, OctetString};
use der::{Decode as _, Encode as _};
use kiemtin_core::time::Timestamp;
use x509_tsp::{MessageImprint, TimeStampReq, TimeStampResp, TspVersion, TstInfo};

/// What is sent, and what comes back.
pub const QUERY_TYPE: &str = "application/timestamp-query";
/// The most that an answer may weigh: with a chain of certificates it has 5 to 10 KB.
pub const REPLY_BYTES_MAX: usize = 64 * 1024;

const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
/// Granted, and granted with changes.
const GRANTED: [u32; 2] = [0, 1];

/// Why an answer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadReply {
    /// Not in the form of the standard.
    #[error("the timestamp authority's answer cannot be read")]
    Unreadable,
    /// It says no.
    #[error("the timestamp authority refused (status {0})")]
    Refused(u32),
    /// A time for other bytes.
    #[error("the timestamp authority's answer is about something else")]
    OtherImprint,
    /// An answer to another question, perhaps an old one.
    #[error("the timestamp authority's answer is to another question")]
    OtherNonce,
}

/// The question for the time of a file with this SHA-256.
pub fn query(sha256: [u8; 32], nonce: [u8; 8]) -> Vec<u8> {
    let query = TimeStampReq {
        version: TspVersion::V1,
        message_imprint: MessageImprint {
            hash_algorithm: AlgorithmIdentifier { oid: SHA_256, parameters: None },
            hashed_message: OctetString::new(sha256).expect("32 bytes are not too many"),
        },
        req_policy: None,
        nonce: Some(number(nonce)),
        // The answer then brings the authority's certificates: it can be checked in ten years.
        cert_req: true,
        extensions: None,
    };
    query.to_der().expect("every part has a form in DER")
}

/// The time in an answer to the question with this imprint and nonce.
///
/// # Errors
/// Why it is not taken.
pub fn time(reply: &[u8], sha256: [u8; 32], nonce: [u8; 8]) -> Result<Timestamp, BadReply> {
    let unreadable = |_: der::Error| BadReply::Unreadable;
    let reply = TimeStampResp::from_der(reply).map_err(unreadable)?;
    let status = reply.status.status as u32;
    if !GRANTED.contains(&status) {
        return Err(BadReply::Refused(status));
    }
    let token = reply.time_stamp_token.ok_or(BadReply::Unreadable)?;
    if token.content_type != SIGNED_DATA {
        return Err(BadReply::Unreadable);
    }
    let signed: SignedData = token.content.decode_as().map_err(unreadable)?;
    let content = signed.encap_content_info;
    if content.econtent_type != TST_INFO {
        return Err(BadReply::Unreadable);
    }
    let content = content.econtent.ok_or(BadReply::Unreadable)?;
    let content: OctetString = content.decode_as().map_err(unreadable)?;
    let info = TstInfo::from_der(content.as_bytes()).map_err(unreadable)?;
    let imprint = &info.message_imprint;
    if imprint.hash_algorithm.oid != SHA_256 || imprint.hashed_message.as_bytes() != sha256 {
        return Err(BadReply::OtherImprint);
    }
    if info.nonce != Some(number(nonce)) {
        return Err(BadReply::OtherNonce);
    }
    let seconds = info.gen_time.to_unix_duration().as_secs();
    let millis = i64::try_from(seconds).ok().and_then(|it| it.checked_mul(1_000));
    millis.map(Timestamp::from_millis).ok_or(BadReply::Unreadable)
}

/// A positive number of exactly eight bytes: DER knows no sign bit and no zeros in front.
fn number([first, rest @ ..]: [u8; 8]) -> Int {
    let [a, b, c, d, e, f, g] = rest;
    Int::new(&[first & 0x3f | 0x40, a, b, c, d, e, f, g]).expect("eight bytes are not too many")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_asks_for_certificates_and_carries_imprint_and_nonce() {
        for nonce in [[0; 8], [0xff; 8], [1, 2, 3, 4, 5, 6, 7, 8]] {
            let bytes = query([0xab; 32], nonce);
            let read = TimeStampReq::from_der(&bytes).expect("DER");
            assert!(read.cert_req);
            assert_eq!(read.nonce, Some(number(nonce)));
            assert_eq!(read.message_imprint.hashed_message.as_bytes(), [0xab; 32]);
        }
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for bytes in [&b""[..], b"<html>", &[0x30, 0x80], &query([0; 32], [0; 8])] {
            assert_eq!(time(bytes, [0; 32], [0; 8]), Err(BadReply::Unreadable));
        }
        // SEQUENCE { SEQUENCE { INTEGER 2 } }: a refusal without a token.
        let refused = [0x30, 5, 0x30, 3, 2, 1, 2];
        assert_eq!(time(&refused, [0; 32], [0; 8]), Err(BadReply::Refused(2)));
    }
}
