//! The desk's own people: logins, passwords, tokens, and the delay that makes guessing slow.
//!
//! Promised: a password is kept only as argon2id, a token only as SHA-256, and both are compared
//! by hash. The delay grows with each wrong password and never locks an owner out: it ends by
//! itself, an attempt that comes too early does not prolong it, and a browser that signed in
//! before waits only for its own mistakes. Not here: sessions and links (`store::members`).

use std::collections::HashMap;
use std::sync::Mutex;

use anyhow::Context as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kiemtin_core::time::Timestamp;
use kiemtin_store::members::TokenHash;
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use super::clock::chance;

/// Characters of a password at least; there is no other rule of what must be in it.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// A longer one only costs time to hash.
pub const PASSWORD_BYTES_MAX: usize = 1_024;
/// Argon2id as OWASP advises: 19 MiB, two passes, one lane.
const ARGON2: (u32, u32, u32) = (19_456, 2, 1);
/// Passwords hashed at once: each takes 19 MiB and a core.
const HASHING_MAX: usize = 4;
/// Words that people take for passwords; also tried with what is commonly put around them.
const COMMON: &str = include_str!("common_passwords.txt");

/// What a member signs in with. Invariant: 2 to 40 of `a-z0-9.-`, a letter or digit first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login(String);

impl Login {
    /// Reads a login; `None` for another length or another character.
    pub fn parse(input: &str) -> Option<Self> {
        let allowed = |it: char| matches!(it, 'a'..='z' | '0'..='9' | '.' | '-');
        let fits = (2..=40).contains(&input.len()) && input.chars().all(allowed);
        (fits && !input.starts_with(['.', '-'])).then(|| Self(input.to_owned()))
    }

    /// The login.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeakPassword {
    /// Fewer than [`PASSWORD_CHARS_MIN`] characters.
    TooShort,
    /// More than [`PASSWORD_BYTES_MAX`] bytes.
    TooLong,
    /// One that everybody tries first, or the login itself.
    Common,
}

/// Whether a password may be taken.
///
/// # Errors
/// Why not.
pub fn check_password(password: &str, login: &str) -> Result<(), WeakPassword> {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(WeakPassword::TooShort);
    }
    if PASSWORD_BYTES_MAX < password.len() {
        return Err(WeakPassword::TooLong);
    }
    let low = password.to_lowercase();
    let word = |it: &str| it.trim_matches(|ch: char| !ch.is_alphabetic()).to_owned();
    let mut common = COMMON.lines().filter(|it| !it.is_empty());
    let is_common = common.any(|it| it == low || it == word(&low) || is_repeated(&low, it));
    let is_login = !login.is_empty() && (low == login || is_repeated(&low, login));
    if is_common || is_login || is_repeated(&low, &first_char(&low)) {
        return Err(WeakPassword::Common);
    }
    Ok(())
}

/// `abcabcabc` is `abc` repeated; a rest that begins it again counts as well.
fn is_repeated(text: &str, part: &str) -> bool {
    !part.is_empty()
        && text.chars().zip(part.chars().cycle()).all(|(a, b)| a == b)
        && part.chars().count() < text.chars().count()
}

fn first_char(text: &str) -> String {
    text.chars().take(1).collect()
}

/// 256 bits of chance, as they stand in a link or a cookie.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// Never printed: a log must not hold a key.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// From 32 bytes of chance.
    pub fn new(chance: [u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(chance))
    }

    /// Reads a token; `None` for what cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// The token as it stands in a link or cookie.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the store keeps of it.
    pub fn hash(&self) -> TokenHash {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

/// The first free attempts at a login.
const FREE_ATTEMPTS: u32 = 3;
/// Logins whose attempts are remembered at once; the oldest is forgotten first.
const LOGINS_MAX: usize = 10_000;

/// What is guessed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    /// A password.
    Password,
    /// A code of the second factor, or a recovery code.
    Code,
}

impl Door {
    /// The longest wait between two attempts. Whoever guesses codes knows the password already, and
    /// three of a million codes are right at any time: a quarter of an hour leaves a guesser one
    /// chance in 3,500 a day.
    fn wait_seconds_max(self) -> i64 {
        match self {
            Self::Password => 60,
            Self::Code => 15 * 60,
        }
    }
}

/// One attempt: at which door, for which login, and whether from a browser that signed in before.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attempt {
    /// What is guessed at.
    pub door: Door,
    /// Whose it is.
    pub login: String,
    /// Whether the browser is known to be the owner's.
    pub known: bool,
}

/// Attempts to sign in: counted in memory, by door and login.
#[derive(Debug)]
pub struct SignIns {
    attempts: Mutex<HashMap<Attempt, Attempts>>,
    hashing: Semaphore,
}

#[derive(Clone, Copy, Debug)]
struct Attempts {
    n: u32,
    last: Timestamp,
}

impl Attempts {
    fn wait_seconds(self, door: Door, now: Timestamp) -> i64 {
        let over = self.n.saturating_sub(FREE_ATTEMPTS);
        let delay = if over == 0 { 0 } else { 1_i64 << over.min(16) }.min(door.wait_seconds_max());
        let end = self.last.plus_millis(1_000 * delay);
        (end.millis() - now.millis() + 999).div_euclid(1_000)
    }
}

impl Default for SignIns {
    fn default() -> Self {
        Self { attempts: Mutex::default(), hashing: Semaphore::new(HASHING_MAX) }
    }
}

impl SignIns {
    /// Begins an attempt: it counts as wrong until [`Self::succeeded`] says otherwise, so that many
    /// at once are no more than one after the other.
    ///
    /// # Errors
    /// So many seconds are to be waited; such an attempt counts for nothing.
    pub fn begin(&self, attempt: &Attempt, now: Timestamp) -> Result<(), i64> {
        let mut attempts = self.attempts.lock().expect("nobody panics while holding it");
        let before = attempts.get(attempt).copied().unwrap_or(Attempts { n: 0, last: now });
        let wait = before.wait_seconds(attempt.door, now);
        if 0 < before.n && 0 < wait {
            return Err(wait);
        }
        if LOGINS_MAX <= attempts.len() {
            let oldest = attempts.iter().min_by_key(|(_, it)| it.last).map(|(key, _)| key.clone());
            oldest.and_then(|it| attempts.remove(&it));
        }
        attempts.insert(attempt.clone(), Attempts { n: before.n.saturating_add(1), last: now });
        Ok(())
    }

    /// Ends an attempt with the right password or code.
    pub fn succeeded(&self, attempt: &Attempt) {
        let mut attempts = self.attempts.lock().expect("nobody panics while holding it");
        attempts.remove(attempt);
    }

    /// Hashes a password for keeping.
    ///
    /// # Errors
    /// The machine has no memory for it.
    pub async fn hash(&self, password: String) -> anyhow::Result<String> {
        let _one_of_few = self.hashing.acquire().await?;
        let hash = move || {
            let salt: [u8; 16] = chance();
            let hash = argon2().hash_password_with_salt(password.as_bytes(), &salt);
            hash.map(|it| it.to_string()).map_err(|err| anyhow::anyhow!("argon2: {err}"))
        };
        tokio::task::spawn_blocking(hash).await.context("hashing a password")?
    }

    /// Whether this is the password behind a hash. Without one that can be read (no such login, or
    /// one that nobody is to sign in with) it takes as long and says no.
    ///
    /// # Errors
    /// The machine has no memory for it.
    pub async fn verify(&self, password: String, hash: Option<String>) -> anyhow::Result<bool> {
        let Some(hash) = hash.filter(|it| PasswordHash::new(it).is_ok()) else {
            self.hash(password).await?;
            return Ok(false);
        };
        let _one_of_few = self.hashing.acquire().await?;
        let verify = move || {
            let hash = PasswordHash::new(&hash).map_err(|err| anyhow::anyhow!("hash: {err}"))?;
            Ok(argon2().verify_password(password.as_bytes(), &hash).is_ok())
        };
        tokio::task::spawn_blocking(verify).await.context("verifying a password")?
    }
}

fn argon2() -> Argon2<'static> {
    let (memory, passes, lanes) = ARGON2;
    let params = Params::new(memory, passes, lanes, None).expect("constants within the limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_judged_by_length_and_by_what_everybody_tries_first() {
        let check = |it: &str| check_password(it, "lan.anh");
        assert_eq!(check("ngắn quá"), Err(WeakPassword::TooShort));
        assert_eq!(check(&"ấ".repeat(600)), Err(WeakPassword::TooLong));
        for common in
            ["password1234", "123456789012", "aaaaaaaaaaaa", "qwertyuiop[]", "lan.anhlan.anh"]
        {
            assert_eq!(check(common), Err(WeakPassword::Common), "{common}");
        }
        for fine in ["con ngựa đi qua cầu", "correct horse battery staple", "tôi thích phở bò lắm"]
        {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
    }

    #[test]
    fn the_wait_grows_and_ends_and_spares_a_known_browser() {
        let signs = SignIns::default();
        let at = |seconds: i64| Timestamp::from_millis(1_000 * seconds);
        let attempt = |door, login: &str, known| Attempt { door, login: login.to_owned(), known };
        let lan = attempt(Door::Password, "lan", false);
        for _ in 0..4 {
            assert_eq!(signs.begin(&lan, at(0)), Ok(()));
        }
        assert_eq!(signs.begin(&lan, at(0)), Err(2));
        assert_eq!(signs.begin(&lan, at(1)), Err(1), "an early attempt prolongs nothing");
        for other in [
            attempt(Door::Password, "lan", true),
            attempt(Door::Code, "lan", false),
            attempt(Door::Password, "minh", false),
        ] {
            assert_eq!(signs.begin(&other, at(0)), Ok(()), "{other:?}");
        }
        assert_eq!(signs.begin(&lan, at(2)), Ok(()));
        assert_eq!(signs.begin(&lan, at(3)), Err(3));
        for n in 0..50 {
            assert_eq!(signs.begin(&lan, at(100 + 60 * n)), Ok(()), "never more than 60 s");
        }
        signs.succeeded(&lan);
        assert_eq!(signs.begin(&lan, at(3_100)), Ok(()));
        let code = attempt(Door::Code, "lan", false);
        let tries = (0..86_400).filter(|it| signs.begin(&code, at(4_000 + it)).is_ok()).count();
        assert!((90..=110).contains(&tries), "{tries} codes can be tried in a day");
    }

    #[test]
    fn as_many_logins_as_anybody_likes_take_no_more_memory() {
        let signs = SignIns::default();
        for n in 0..LOGINS_MAX + 100 {
            let (door, login) = (Door::Password, n.to_string());
            let at = Timestamp::from_millis(i64::try_from(n).unwrap_or_default());
            assert_eq!(signs.begin(&Attempt { door, login, known: false }, at), Ok(()));
        }
        assert_eq!(signs.attempts.lock().expect("nobody panicked").len(), LOGINS_MAX);
    }

    #[tokio::test]
    async fn a_password_verifies_against_its_hash_and_no_other() {
        let signs = SignIns::default();
        let hash = signs.hash("con ngựa đi qua cầu".to_owned()).await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let verify = async |password: &str, hash: Option<&String>| {
            signs.verify(password.to_owned(), hash.cloned()).await.expect("verifies")
        };
        assert!(verify("con ngựa đi qua cầu", Some(&hash)).await);
        assert!(!verify("con ngua di qua cau", Some(&hash)).await);
        assert!(!verify("con ngựa đi qua cầu", None).await);
        assert!(!verify("none (demo)", Some(&"none (demo)".to_owned())).await);
    }

    #[test]
    fn a_login_and_a_token_are_checked_at_the_door() {
        assert!(Login::parse("lan.anh-2").is_some());
        for bad in ["", "a", "Lan", "lan anh", ".lan", "lan@desk", &"a".repeat(41)] {
            assert!(Login::parse(bad).is_none(), "{bad}");
        }
        let token = Token::new([7; 32]);
        assert_eq!(Token::parse(token.as_str()), Some(token.clone()));
        assert_eq!(Token::parse("short"), None);
        assert_eq!(format!("{token:?}"), "Token(…)");
    }
}
