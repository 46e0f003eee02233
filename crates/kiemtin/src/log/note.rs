//! Keys, and texts with signatures under them (C2SP signed-note).
//!
//! Two kinds of key: one that signs a log's checkpoints (type 1, plain Ed25519), and one with which a
//! witness says that it saw a checkpoint at a time (type 4, cosignature/v1).

use std::fmt;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use kiemtin_core::time::Timestamp;
use kiemtin_core::tree::{Head, head};
use signed_note::{Note, Signature, Verifier, VerifierList, key_id};

const LOG: u8 = 1;
const WITNESS: u8 = 4;
/// A witness's signature begins with its time, in seconds, as eight bytes.
const TIME_BYTES: usize = 8;

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Checkpoints of its own log.
    Log,
    /// Checkpoints of others, with the time.
    Witness,
}

impl Kind {
    fn byte(self) -> u8 {
        match self {
            Self::Log => LOG,
            Self::Witness => WITNESS,
        }
    }
}

/// A private key with the name that it signs under. Never shown, not even in a debug line.
pub struct PrivateKey {
    name: String,
    kind: Kind,
    key: SigningKey,
}

/// The public half, as others pin it: `name+id+key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    kind: Kind,
    key: VerifyingKey,
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.name)
    }
}

impl PrivateKey {
    /// A new key from 32 bytes of chance.
    ///
    /// # Errors
    /// The name cannot stand in a note: it is empty or has a space or a plus in it.
    pub fn new(name: &str, kind: Kind, seed: [u8; 32]) -> anyhow::Result<Self> {
        anyhow::ensure!(
            signed_note::is_key_name_valid(name),
            "“{name}” cannot be the name of a key: use no spaces and no +"
        );
        Ok(Self { name: name.to_owned(), kind, key: SigningKey::from_bytes(&seed) })
    }

    /// Reads [`Self::to_file`].
    ///
    /// # Errors
    /// It is no key.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        const DAMAGED: &str = "the key is damaged: restore it from a backup";
        let rest = text.trim().strip_prefix("PRIVATE+KEY+").context(DAMAGED)?;
        let mut parts = rest.splitn(3, '+');
        let mut part = || parts.next().context(DAMAGED);
        let (name, id, key) = (part()?, part()?, part()?);
        let bytes = STANDARD.decode(key).context(DAMAGED)?;
        let (&kind, seed) = bytes.split_first().context(DAMAGED)?;
        let kind = if kind == WITNESS { Kind::Witness } else { Kind::Log };
        let read = Self::new(name, kind, seed.try_into().context(DAMAGED)?)?;
        anyhow::ensure!(format!("{:08x}", read.public().id()) == id, DAMAGED);
        Ok(read)
    }

    /// The line of a key file.
    pub fn to_file(&self) -> String {
        let bytes = [&[self.kind.byte()], self.key.to_bytes().as_slice()].concat();
        format!("PRIVATE+KEY+{}+{:08x}+{}\n", self.name, self.public().id(), STANDARD.encode(bytes))
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey { name: self.name.clone(), kind: self.kind, key: self.key.verifying_key() }
    }

    /// The line that signs a text now; only a witness says when.
    pub fn sign(&self, text: &[u8], now: Timestamp) -> String {
        let sig = match self.kind {
            Kind::Log => self.key.sign(text).to_bytes().to_vec(),
            Kind::Witness => {
                let seconds = u64::try_from(now.millis() / 1_000).unwrap_or(0);
                let sig = self.key.sign(&witnessed(seconds, text));
                [seconds.to_be_bytes().as_slice(), &sig.to_bytes()].concat()
            }
        };
        let signature = Signature::new(self.name.clone(), self.public().id(), sig);
        let line = signature.expect("the name was checked").to_bytes();
        String::from_utf8(line).expect("a signature line is text")
    }
}

/// A text that ends with a line, and signature lines under it.
pub fn signed(text: &[u8], lines: &str) -> String {
    format!("{}\n{lines}", String::from_utf8_lossy(text))
}

impl PublicKey {
    /// Reads `name+id+key`.
    ///
    /// # Errors
    /// It is none, or of a type that is not known here.
    pub fn parse(vkey: &str) -> anyhow::Result<Self> {
        let no_key = || format!("“{vkey}” is no public key of a log or witness (name+id+key)");
        let mut parts = vkey.splitn(3, '+');
        let mut part = || parts.next().with_context(no_key);
        let (name, id, key) = (part()?, part()?, part()?);
        let bytes = STANDARD.decode(key).with_context(no_key)?;
        let (&kind, key) = bytes.split_first().with_context(no_key)?;
        let kind = match kind {
            LOG => Kind::Log,
            WITNESS => Kind::Witness,
            other => anyhow::bail!("the key {name} is of type {other}, which is not known here"),
        };
        let key = VerifyingKey::try_from(key).with_context(no_key)?;
        let read = Self { name: name.to_owned(), kind, key };
        let fits = signed_note::is_key_name_valid(name) && format!("{:08x}", read.id()) == id;
        anyhow::ensure!(fits, no_key());
        Ok(read)
    }

    /// The name that it signs under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    fn bytes(&self) -> Vec<u8> {
        [&[self.kind.byte()], self.key.as_bytes().as_slice()].concat()
    }

    fn id(&self) -> u32 {
        key_id(&self.name, &self.bytes())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{:08x}+{}", self.name, self.id(), STANDARD.encode(self.bytes()))
    }
}

impl Verifier for PublicKey {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id()
    }

    fn verify(&self, text: &[u8], sig: &[u8]) -> bool {
        let verify = |text: &[u8], sig: &[u8]| {
            let sig = ed25519_dalek::Signature::from_slice(sig);
            sig.is_ok_and(|it| self.key.verify_strict(text, &it).is_ok())
        };
        match (self.kind, sig.split_first_chunk::<TIME_BYTES>()) {
            (Kind::Log, _) => verify(text, sig),
            (Kind::Witness, None) => false,
            (Kind::Witness, Some((time, sig))) => {
                verify(&witnessed(u64::from_be_bytes(*time), text), sig)
            }
        }
    }
}

/// What a witness signs: the time and the checkpoint (C2SP tlog-cosignature).
fn witnessed(seconds: u64, text: &[u8]) -> Vec<u8> {
    [format!("cosignature/v1\ntime {seconds}\n").as_bytes(), text].concat()
}

/// A checkpoint whose signatures were looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// What it says.
    pub head: Head,
    /// The text that is signed.
    pub text: Vec<u8>,
    /// The names of the known keys that signed it.
    pub signed_by: Vec<String>,
}

/// Reads a checkpoint that must be signed by a log's key, under the log's own name. Signatures of
/// `witnesses` that are there must hold; those of unknown keys are passed over.
///
/// # Errors
/// It is none, or a signature is missing or wrong.
pub fn open(note: &[u8], log: &PublicKey, witnesses: &[PublicKey]) -> anyhow::Result<Checkpoint> {
    let read = Note::from_bytes(note).context("the checkpoint is no signed note")?;
    let boxed = |it: &PublicKey| -> Box<dyn Verifier> { Box::new(it.clone()) };
    let known = VerifierList::new(std::iter::once(log).chain(witnesses).map(boxed).collect());
    let (good, _) = read.verify(&known).context("the checkpoint's signature does not hold")?;
    let is_ours = |it: &Signature| it.name() == log.name && it.id() == log.id();
    anyhow::ensure!(good.iter().any(is_ours), "the log's own key did not sign the checkpoint");
    let head = head(read.text()).context("what is signed is no checkpoint")?;
    anyhow::ensure!(
        head.origin == log.name,
        "the checkpoint is of the log {}, and the key of {}",
        head.origin,
        log.name
    );
    let signed_by = good.iter().map(|it| it.name().to_owned()).collect();
    Ok(Checkpoint { head, text: read.text().to_vec(), signed_by })
}

/// Whether lines of signatures have one of this key under this text.
pub fn has_signed(text: &[u8], lines: &str, key: &PublicKey) -> bool {
    let Ok(note) = Note::from_bytes(signed(text, lines).as_bytes()) else { return false };
    note.verify(&VerifierList::new(vec![Box::new(key.clone())])).is_ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    /// The vector of golang.org/x/mod/sumdb/note (STANDARDS section 4.1).
    #[test]
    fn a_note_that_another_program_signed_is_accepted() {
        let vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
        let key = PublicKey::parse(vkey).unwrap();
        assert_eq!(key.to_string(), vkey);
        let line = "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ER\
            YNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
        assert!(has_signed(b"This is an example message.\n", line, &key));
        assert!(!has_signed(b"This is another message.\n", line, &key));
    }

    #[test]
    fn a_key_reads_back_from_its_file_and_signs_alike() {
        for kind in [Kind::Log, Kind::Witness] {
            let key = PrivateKey::new("desk.example/log", kind, [7; 32]).unwrap();
            let again = PrivateKey::parse(&key.to_file()).unwrap();
            assert_eq!(again.public(), key.public());
            let line = again.sign(b"text\n", NOW);
            assert!(has_signed(b"text\n", &line, &key.public()), "{kind:?}");
            let vkey = key.public().to_string();
            assert_eq!(PublicKey::parse(&vkey).unwrap(), key.public());
        }
        let file = PrivateKey::new("a", Kind::Log, [7; 32]).unwrap().to_file();
        let spoilt = file.replace("KEY+a+", "KEY+b+");
        assert!(PrivateKey::parse(&spoilt).is_err(), "the id is of another name");
        assert!(PrivateKey::new("two words", Kind::Log, [7; 32]).is_err());
    }

    #[test]
    fn a_checkpoint_needs_the_signature_of_its_own_log() {
        let log = PrivateKey::new("desk.example/log", Kind::Log, [1; 32]).unwrap();
        let other = PrivateKey::new("other.example/log", Kind::Log, [2; 32]).unwrap();
        let witness = PrivateKey::new("witness.example", Kind::Witness, [3; 32]).unwrap();
        let text = kiemtin_core::tree::checkpoint("desk.example/log", 0, [0; 32]);
        let lines = log.sign(&text, NOW) + &witness.sign(&text, NOW);
        let found = open(signed(&text, &lines).as_bytes(), &log.public(), &[witness.public()]);
        assert_eq!(found.unwrap().signed_by, ["desk.example/log", "witness.example"]);
        let by_other = signed(&text, &other.sign(&text, NOW));
        assert!(open(by_other.as_bytes(), &log.public(), &[]).is_err());
        assert!(open(by_other.as_bytes(), &other.public(), &[]).is_err(), "another log's text");
        let false_witness = PrivateKey::new("witness.example", Kind::Witness, [9; 32]).unwrap();
        let wrong = witness.sign(b"another text\n", NOW);
        assert!(!has_signed(&text, &wrong, &witness.public()));
        assert!(!has_signed(&text, &false_witness.sign(&text, NOW), &witness.public()));
    }
}
