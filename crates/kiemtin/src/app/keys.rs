//! Secrets of keys for partners' programs. One is shown once, when it is made; kept is its hash.

use kiemtin_store::members::TokenHash;

use super::people::Token;

/// What stands before a secret, so that a program that looks for lost secrets knows one of ours.
const PREFIX: &str = "kt_";

/// The secret of a key.
#[derive(Clone, Debug)]
pub struct Secret(Token);

impl Secret {
    /// From 32 bytes of chance.
    pub fn new(chance: [u8; 32]) -> Self {
        Self(Token::new(chance))
    }

    /// Reads a secret; `None` for what cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        Token::parse(text.strip_prefix(PREFIX)?).map(Self)
    }

    /// The secret as its holder writes it.
    pub fn words(&self) -> String {
        format!("{PREFIX}{}", self.0.as_str())
    }

    /// What the store keeps of it.
    pub fn hash(&self) -> TokenHash {
        self.0.hash()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_reads_back_and_is_never_printed() {
        let secret = Secret::new([7; 32]);
        let same = Secret::parse(&secret.words()).expect("it reads back");
        assert_eq!(same.hash(), secret.hash());
        assert!(!format!("{secret:?}").contains(secret.words().trim_start_matches(PREFIX)));
        for bad in [
            "",
            "kt_",
            "kt_abc",
            &secret.words()[3..],
            "Kt_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc",
        ] {
            assert!(Secret::parse(bad).is_none(), "{bad}");
        }
    }
}
