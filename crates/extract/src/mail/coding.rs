//! How mails carry what is no ASCII: quoted-printable and base64 (RFC 2045, section 6), and words of
//! the head (RFC 2047).

use std::borrow::Cow;

use crate::charset;
use crate::limits::MAIL_VALUE_BYTES_MAX;

/// The bytes behind a transfer encoding; one that is not known is taken for none.
pub(super) fn unpacked<'a>(bytes: &'a [u8], encoding: &str) -> Cow<'a, [u8]> {
    match encoding {
        "quoted-printable" => Cow::Owned(quoted_printable(bytes)),
        "base64" => Cow::Owned(base64(bytes)),
        _ => Cow::Borrowed(bytes),
    }
}

fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut res = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|&it| it == b'\n') {
        let said = line.trim_ascii_end();
        let ending = if line.ends_with(b"\n") { "\n" } else { "" };
        // A line that ends with `=` goes on in the next.
        let (said, ending) = match said.strip_suffix(b"=") {
            Some(said) => (said, ""),
            None => (said, ending),
        };
        let mut at = 0;
        while at < said.len() {
            let code = match said[at..] {
                [b'=', high, low, ..] => hex(high).zip(hex(low)),
                _ => None,
            };
            match code {
                Some((high, low)) => {
                    res.push(high << 4 | low);
                    at += 3;
                }
                None => {
                    res.push(said[at]);
                    at += 1;
                }
            }
        }
        res.extend_from_slice(ending.as_bytes());
    }
    res
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|it| u8::try_from(it).ok())
}

/// Base64 with anything between its letters; what follows its end is no part of it.
fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut res = Vec::with_capacity(bytes.len() / 4 * 3);
    let (mut bits, mut n_bits) = (0_u32, 0);
    for &it in bytes {
        let six = match it {
            b'A'..=b'Z' => it - b'A',
            b'a'..=b'z' => it - b'a' + 26,
            b'0'..=b'9' => it - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                (bits, n_bits) = (0, 0); // Some programs put two pieces one after another.
                continue;
            }
            _ => continue,
        };
        (bits, n_bits) = (bits << 6 | u32::from(six), n_bits + 6);
        if n_bits >= 8 {
            n_bits -= 8;
            res.push((bits >> n_bits) as u8);
            bits &= (1 << n_bits) - 1;
        }
    }
    res
}

/// A value of the head as text, with its encoded words read.
///
/// Words of one charset that follow each other are read together: programs cut letters in half at
/// the end of a word, which the standard forbids.
pub(super) fn words(value: &[u8]) -> String {
    let value = &value[..value.len().min(MAIL_VALUE_BYTES_MAX)];
    if !value.is_ascii() {
        // Bytes beyond ASCII stand here by themselves, in UTF-8 or an encoding of long ago.
        return charset::decode(value, None).0;
    }
    let value = String::from_utf8_lossy(value);
    let (mut res, mut rest) = (String::new(), &*value);
    let (mut label, mut bytes) = (String::new(), Vec::new());
    let flush = |res: &mut String, label: &str, bytes: &mut Vec<u8>| {
        if !bytes.is_empty() {
            // A text that ends in the middle of a letter could be UTF-8 that was cut off; this is not.
            bytes.push(b' ');
            let text = charset::decode(bytes, Some(label)).0;
            res.push_str(text.strip_suffix(' ').unwrap_or(&text));
            bytes.clear();
        }
    };
    while let Some(start) = rest.find("=?") {
        let between = &rest[..start];
        let Some((word_label, word, after)) = word(&rest[start..]) else {
            flush(&mut res, &label, &mut bytes);
            res.push_str(&rest[..start + 2]);
            rest = &rest[start + 2..];
            continue;
        };
        if bytes.is_empty() || !between.trim().is_empty() || !label.eq_ignore_ascii_case(word_label)
        {
            let is_joined = !bytes.is_empty() && between.trim().is_empty();
            flush(&mut res, &label, &mut bytes);
            res.push_str(if is_joined { "" } else { between });
        }
        label = word_label.to_owned();
        bytes.extend(word);
        rest = after;
    }
    flush(&mut res, &label, &mut bytes);
    res.push_str(rest);
    res
}

/// The encoded word that a value begins with: its charset, its bytes, and what follows it.
fn word(value: &str) -> Option<(&str, Vec<u8>, &str)> {
    let mut parts = value.strip_prefix("=?")?.splitn(3, '?');
    let (label, way, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let (said, after) = rest.split_once("?=")?;
    // A language may stand behind the charset (RFC 2231, section 5).
    let label = label.split('*').next().unwrap_or_default();
    let is_label = label.len() <= 40 && !label.contains(char::is_whitespace);
    let bytes = match way {
        "B" | "b" => base64(said.as_bytes()),
        "Q" | "q" => quoted_printable(said.replace('_', "=20").as_bytes()),
        _ => return None,
    };
    is_label.then_some((label, bytes, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: &str) {
        assert_eq!(words(value.as_bytes()), expected, "{value}");
    }

    #[test]
    fn words_of_the_head_are_read_in_their_charset() {
        check("Plain", "Plain");
        check("=?utf-8?B?Tsaw4bubYyBtw6F5?=", "Nước máy");
        check("=?UTF-8?Q?N=C6=B0=E1=BB=9Bc_m=C3=A1y?= x", "Nước máy x");
        check("Tin: =?utf-8*vi?Q?n=C6=B0=E1=BB=9Bc?=", "Tin: nước");
        // A letter cut in half between two words.
        check("=?utf-8?Q?N=C6=B0=E1=BB?=\r\n =?utf-8?Q?=9Bc?=", "Nước");
        check("=?iso-8859-1?Q?caf=E9?= =?utf-8?Q?n=C6=B0?=", "cafénư");
        check("=?x?", "=?x?");
        check("=?=?utf-8?Q?a?=", "=?a");
        check("1 =? 2", "1 =? 2");
    }

    #[test]
    fn damage_is_no_reason_to_lose_the_rest() {
        assert_eq!(quoted_printable(b"a=3Db=\r\nc =ZZ=4\r\nd  \r\n"), b"a=bc =ZZ=4\nd\n");
        assert_eq!(base64(b"TsaW\r\n!4bub"), base64(b"TsaW4bub"));
        assert_eq!(base64(b"YQ==YQ=="), b"aa");
        assert_eq!(base64(b"Y"), b"");
    }
}
