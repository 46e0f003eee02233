//! Small secrets that leave the program's memory: sealed under a key made from the desk's, with
//! ChaCha20-Poly1305. What is opened was sealed here, for this purpose and this context.
//!
//! The keys lie beside the database, so this protects a database or backup that gets lost without
//! `keys/`, and what a browser keeps for us. It does not protect against whoever has the folder.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::admission::hmac;
use super::clock::chance;

/// Seals bytes. `what` parts purposes from one another, `context` the owners within one.
pub fn seal(key: &[u8; 32], what: &str, context: &[u8], plain: &[u8]) -> Vec<u8> {
    // By chance: a desk seals some thousands in its life, far from where 96 bits repeat.
    let nonce: [u8; NONCE_LEN] = chance();
    let mut sealed = plain.to_vec();
    let done = subkey(key, what).seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(context),
        &mut sealed,
    );
    done.expect("what is sealed is far smaller than the cipher's limit");
    [&nonce[..], &sealed].concat()
}

/// Opens what [`seal`] made with the same key, purpose and context; `None` for anything else.
pub fn open(key: &[u8; 32], what: &str, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut bytes = rest.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let plain = subkey(key, what).open_in_place(nonce, Aad::from(context), &mut bytes).ok()?;
    Some(plain.to_vec())
}

fn subkey(key: &[u8; 32], what: &str) -> LessSafeKey {
    let key = hmac(key, "sealing key", &[what]);
    let key = UnboundKey::new(&CHACHA20_POLY1305, &key);
    LessSafeKey::new(key.expect("the cipher takes keys of 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_purpose_and_context_open_it_and_a_changed_byte_does_not() {
        let (key, other) = ([7; 32], [8; 32]);
        let sealed = seal(&key, "factor", b"lan", b"secret");
        assert_eq!(open(&key, "factor", b"lan", &sealed).as_deref(), Some(&b"secret"[..]));
        assert_eq!(open(&other, "factor", b"lan", &sealed), None);
        assert_eq!(open(&key, "dance", b"lan", &sealed), None);
        assert_eq!(open(&key, "factor", b"minh", &sealed), None);
        for idx in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[idx] ^= 1;
            assert_eq!(open(&key, "factor", b"lan", &changed), None, "byte {idx}");
            assert_eq!(open(&key, "factor", b"lan", &sealed[..idx]), None, "cut at {idx}");
        }
        assert_ne!(seal(&key, "factor", b"lan", b"secret"), sealed, "twice is not the same");
    }
}
