//! One spelling of a path, so that two can be compared octet by octet (RFC 9309, section 2.2.2).

use std::fmt::Write;

/// Signs that mean something in a rule; in an address they are signs like others.
pub const SPECIAL: &[u8] = b"*$";

/// A path (and query) in one spelling: what need not be encoded is not, all else is, with capital
/// digits. `encode` names further octets to be encoded: those that a rule would understand.
pub fn comparable(path: &str, encode: &[u8]) -> String {
    let bytes = path.as_bytes();
    let mut res = String::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let encoded = (byte == b'%').then(|| bytes.get(at + 1..at + 3).and_then(octet)).flatten();
        at += if encoded.is_some() { 3 } else { 1 };
        let value = encoded.unwrap_or(byte);
        let is_plain = match encoded {
            Some(it) => is_unreserved(it),
            None => is_in_path(byte) && !encode.contains(&byte),
        };
        if is_plain {
            res.push(char::from(value));
        } else {
            // Writing to a string cannot fail.
            _ = write!(res, "%{value:02X}");
        }
    }
    res
}

fn octet(digits: &[u8]) -> Option<u8> {
    let digit = |it: u8| char::from(it).to_digit(16).and_then(|it| u8::try_from(it).ok());
    Some(digit(digits[0])? * 16 + digit(digits[1])?)
}

/// RFC 3986, section 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// What may stand in a path or query as it is. A lone `%` stays: whoever wrote it meant it.
fn is_in_path(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: &str) {
        assert_eq!(comparable(path, b""), expected, "{path}");
        assert_eq!(comparable(expected, b""), expected, "twice: {path}");
    }

    #[test]
    fn two_spellings_of_one_path_become_one() {
        check("/tin/ăn-tỏi", "/tin/%C4%83n-t%E1%BB%8Fi");
        check("/tin/%c4%83n-t%e1%bb%8fi", "/tin/%C4%83n-t%E1%BB%8Fi");
        check("/%74%69n%2Fa?b=%20c", "/tin%2Fa?b=%20c");
        check("/a b", "/a%20b");
        check("/100%/%4/%zz/%", "/100%/%4/%zz/%");
        check("", "");
        assert_eq!(comparable("/a*b$%2a%24", SPECIAL), "/a%2Ab%24%2A%24");
        assert_eq!(comparable("/a*b$%2a%24", b""), "/a*b$%2A%24");
    }
}
