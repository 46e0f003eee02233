//! The second factor: codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 seconds, one
//! step either way), and recovery codes for whoever lost the telephone.
//!
//! Not here: that no code works twice (`store::factors`), the delay between attempts (`people`),
//! and who needs one (`core::second_factor`).

use kiemtin_core::ids::MemberId;
use kiemtin_core::time::Timestamp;
use kiemtin_store::factors::{CodeHash, Proof};
use totp_rs::{Algorithm, Builder, Totp};
use url::form_urlencoded::byte_serialize;

use super::admission::hmac;
use super::clock::chance;
use super::{qr, seal};

/// Recovery codes that a member gets: enough for a few lost telephones, few enough to write down.
pub const RECOVERY_CODES: usize = 8;
/// Characters of one, 5 bits each: 50 bits, which nobody guesses through the delay.
const RECOVERY_CHARS: usize = 10;
/// Crockford's digits: none can be taken for another.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// As RFC 4226 advises for SHA-1, and as apps expect.
const SECRET_BYTES: usize = 20;
const CODE_DIGITS: u8 = 6;
const STEP_SECONDS: u64 = 30;
/// A telephone's clock may be this many steps off.
const SKEW_STEPS: u16 = 1;
/// What a secret is sealed for.
const SEALED_AS: &str = "second factor";

/// The secret that an authenticator app holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; SECRET_BYTES]);

/// Never printed: a log must not hold a key.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// From chance.
    pub fn new(chance: [u8; SECRET_BYTES]) -> Self {
        Self(chance)
    }

    /// Opens a secret that was sealed for this member.
    pub fn open(key: &[u8; 32], of: MemberId, sealed: &[u8]) -> Option<Self> {
        let plain = seal::open(key, SEALED_AS, of.0.as_bytes(), sealed)?;
        plain.try_into().ok().map(Self)
    }

    /// Seals it for this member.
    pub fn seal(&self, key: &[u8; 32], of: MemberId) -> Vec<u8> {
        seal::seal(key, SEALED_AS, of.0.as_bytes(), &self.0)
    }

    /// The secret as people type it into an app, in groups of four.
    pub fn text(&self) -> String {
        let text: Vec<char> = self.base32().chars().collect();
        text.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
    }

    /// What an app reads from the picture. `place` is the host of the desk.
    pub fn address(&self, place: &str, login: &str) -> String {
        let part = |it: &str| byte_serialize(it.as_bytes()).collect::<String>().replace('+', "%20");
        let (issuer, login) = (part(&format!("Kiểm Tin {place}")), part(login));
        let secret = self.base32();
        format!("otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}")
    }

    /// The step of a right code; `None` for a wrong one.
    pub fn step(&self, code: &str, now: Timestamp) -> Option<i64> {
        let seconds = u64::try_from(now.millis() / 1_000).ok()?;
        self.totp().check(code, seconds).and_then(|it| i64::try_from(it).ok())
    }

    /// The code of a moment.
    pub fn code(&self, at: Timestamp) -> String {
        let seconds = u64::try_from(at.millis() / 1_000).unwrap_or_default();
        self.totp().generate(seconds).to_string()
    }

    /// RFC 4648; twenty bytes are thirty-two digits, and nothing is left over.
    fn base32(&self) -> String {
        let bits = self.0.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
        let bits: Vec<u8> = bits.collect();
        let digit = |it: &[u8]| it.iter().fold(0, |sum, bit| sum << 1 | bit);
        let letter = |it: u8| char::from(if it < 26 { b'A' + it } else { b'2' + it - 26 });
        bits.chunks(5).map(|it| letter(digit(it))).collect()
    }

    fn totp(&self) -> Totp {
        let totp = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(CODE_DIGITS);
        let totp = totp.with_step_duration(STEP_SECONDS).with_skew(SKEW_STEPS);
        totp.with_secret(self.0).build().expect("the parameters are those of the RFC")
    }
}

/// A picture of an address, to stand in a page. It carries no style and no script.
pub fn picture(address: &str) -> String {
    qr::svg(address).expect("the address is far shorter than a code holds")
}

/// A recovery code, as it is shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

/// Never printed, as [`Secret`].
impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

impl RecoveryCode {
    /// As many as a member gets.
    pub fn some() -> Vec<Self> {
        let one = |_| {
            let chance: [u8; RECOVERY_CHARS] = chance();
            let digit = |it: u8| char::from(DIGITS[usize::from(it) % DIGITS.len()]);
            Self(chance.into_iter().map(digit).collect())
        };
        (0..RECOVERY_CODES).map(one).collect()
    }

    /// Reads what a person typed, in either case, with or without the hyphen.
    fn parse(text: &str) -> Option<Self> {
        let digit = |it: char| match it.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            it => it,
        };
        let code: String = text.chars().map(digit).collect();
        let is_code = code.len() == RECOVERY_CHARS && code.bytes().all(|it| DIGITS.contains(&it));
        is_code.then_some(Self(code))
    }

    /// The code as it is shown.
    pub fn text(&self) -> String {
        let (first, second) = self.0.split_at(RECOVERY_CHARS / 2);
        format!("{first}-{second}")
    }

    /// What the store keeps of it.
    pub fn hash(&self, key: &[u8; 32], of: MemberId) -> CodeHash {
        hmac(key, "recovery code", &[&of.to_string(), &self.0])
    }
}

/// What a typed code shows: that it is right now, or that it may be one of the recovery codes, which
/// the store knows. `None` for what is neither.
pub fn proof(
    key: &[u8; 32],
    of: MemberId,
    sealed: &[u8],
    typed: &str,
    now: Timestamp,
) -> Option<Proof> {
    let typed: String = typed.chars().filter(|it| !it.is_whitespace() && *it != '-').collect();
    if let Some(code) = RecoveryCode::parse(&typed) {
        return Some(Proof::Recovery(code.hash(key, of)));
    }
    Secret::open(key, of, sealed)?.step(&typed, now).map(Proof::Step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_000 * seconds)
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238 appendix B gives eight digits; these are the last six.
        let secret = Secret::new(*b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(secret.code(at(seconds)), code);
            assert_eq!(secret.step(code, at(seconds)), Some(seconds / 30));
        }
        assert_eq!(secret.text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }

    #[test]
    fn a_code_counts_for_one_step_either_way_and_no_longer() {
        let secret = Secret::new([3; 20]);
        let code = secret.code(at(3_000));
        for seconds in [2_970, 3_000, 3_029, 3_030, 3_059] {
            assert_eq!(secret.step(&code, at(seconds)), Some(100), "{seconds}");
        }
        for seconds in [2_969, 3_060] {
            assert_eq!(secret.step(&code, at(seconds)), None, "{seconds}");
        }
        for odd in ["", "12345", "1234567", "abcdef", "１２３４５６", "\u{0}"] {
            assert_eq!(secret.step(odd, at(3_000)), None, "{odd}");
        }
    }

    #[test]
    fn a_recovery_code_is_read_as_people_write_it_down() {
        let codes = RecoveryCode::some();
        assert_eq!(codes.len(), RECOVERY_CODES);
        let of = MemberId(uuid::Uuid::nil());
        let code = RecoveryCode("01abcdefgh".to_owned());
        let expected = Some(Proof::Recovery(code.hash(&[7; 32], of)));
        for typed in ["01abc-defgh", "OLABC DEFGH", "oiabcdefgh"] {
            assert_eq!(proof(&[7; 32], of, &[], typed, at(0)), expected, "{typed}");
        }
        assert_eq!(proof(&[7; 32], of, &[], "01abc-defg", at(0)), None);
        assert_ne!(code.hash(&[8; 32], of), code.hash(&[7; 32], of));
    }

    #[test]
    fn a_secret_is_sealed_for_one_member() {
        let (lan, minh) = (MemberId(uuid::Uuid::nil()), MemberId(uuid::Uuid::max()));
        let secret = Secret::new([9; 20]);
        let sealed = secret.seal(&[7; 32], lan);
        assert_eq!(Secret::open(&[7; 32], lan, &sealed), Some(secret.clone()));
        assert_eq!(Secret::open(&[7; 32], minh, &sealed), None);
        let address = secret.address("desk.example", "lan");
        assert!(
            address.starts_with("otpauth://totp/Ki%E1%BB%83m%20Tin%20desk.example:lan?secret=")
        );
        let svg = picture(&address);
        assert!(svg.starts_with("<svg") && !svg.contains("style"), "{svg}");
    }
}
