//! What a log and its witnesses say to each other (C2SP tlog-witness): a checkpoint with the proof
//! that it only adds to the last one, and the signature that answers it. Both halves are here, so that
//! they cannot drift apart; `app::log` asks, `cli::witness` answers.

use std::time::Duration;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kiemtin_core::tree::Hash;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode, redirect};
use url::Url;

use super::note::{Kind, PublicKey};
use crate::tls;

/// Hashes of a proof: more than any tree of 64 levels needs.
pub const PROOF_HASHES_MAX: usize = 63;
/// A checkpoint is some hundred bytes, a proof at most 63 lines.
pub const REQUEST_BYTES_MAX: usize = 64 * 1024;
/// The type of an answer that says how far the witness has followed.
pub const SIZE_TYPE: &str = "text/x.tlog.size";
/// A witness looks up one number and signs.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A witness that an operator named: its public key and where it is asked.
#[derive(Clone, Debug)]
pub struct Witness {
    /// Its public key.
    pub key: PublicKey,
    url: Url,
}

impl Witness {
    /// Reads `VKEY=URL`.
    ///
    /// # Errors
    /// It is not of this form, or the key is not a witness's.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        // The key ends in base64, which may end in `=`: the address begins at the last `=http`.
        let at = text.rfind("=http").context("a witness is given as KEY=https://…")?;
        let key = PublicKey::parse(&text[..at])?;
        anyhow::ensure!(key.kind() == Kind::Witness, "{} is the key of a log", key.name());
        let url = text[at + 1..].trim_end_matches('/');
        let url = format!("{url}/add-checkpoint").parse().context("a witness's address")?;
        Ok(Self { key, url })
    }
}

/// What a witness said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Lines of signatures.
    Signed(String),
    /// It has followed to this size, which is not the one named.
    At(u64),
}

/// Asks witnesses. They are named by the operator, so they may be on this network.
#[derive(Clone, Debug)]
pub struct Witnesses {
    /// Whom to ask.
    pub all: Vec<Witness>,
    client: Client,
}

impl Witnesses {
    /// Those that the operator named.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(all: Vec<Witness>) -> anyhow::Result<Self> {
        tls::set_up();
        let builder = Client::builder().timeout(TIMEOUT).redirect(redirect::Policy::none());
        Ok(Self { all, client: builder.no_proxy().build().context("setting up TLS")? })
    }

    /// Asks one witness to sign.
    ///
    /// # Errors
    /// It does not answer, or refuses.
    pub async fn ask(&self, witness: &Witness, request: &Request) -> anyhow::Result<Said> {
        let name = witness.key.name();
        let posted = self.client.post(witness.url.clone()).body(request.to_text()).send().await;
        let mut answer = posted.with_context(|| format!("the witness {name} does not answer"))?;
        let status = answer.status();
        let is_size = answer.headers().get(CONTENT_TYPE).is_some_and(|it| it == SIZE_TYPE);
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            body.extend(chunk);
            anyhow::ensure!(body.len() <= REQUEST_BYTES_MAX, "the witness {name} says too much");
        }
        let text = String::from_utf8(body).with_context(|| format!("what {name} says"))?;
        match status {
            StatusCode::OK => Ok(Said::Signed(text)),
            StatusCode::CONFLICT if is_size => {
                Ok(Said::At(text.trim().parse().with_context(|| format!("what {name} says"))?))
            }
            other => anyhow::bail!("the witness {name} refuses ({other}): {}", text.trim()),
        }
    }
}

/// A request to add a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The size that the witness is thought to have followed to.
    pub old: u64,
    /// That the new tree begins with the old one.
    pub proof: Vec<Hash>,
    /// The checkpoint with its signatures.
    pub note: String,
}

impl Request {
    /// The body of the request.
    pub fn to_text(&self) -> String {
        let proof: String = self.proof.iter().map(|it| STANDARD.encode(it) + "\n").collect();
        format!("old {}\n{proof}\n{}", self.old, self.note)
    }

    /// Reads [`Self::to_text`]; `None` if it is of another form.
    pub fn parse(text: &str) -> Option<Self> {
        let (head, note) = text.split_once("\n\n")?;
        let mut lines = head.lines();
        let digits = lines.next()?.strip_prefix("old ")?;
        let old = digits.parse::<u64>().ok().filter(|it| it.to_string() == digits)?;
        let hash = |line: &str| STANDARD.decode(line).ok()?.try_into().ok();
        let proof: Vec<Hash> = lines.map(hash).collect::<Option<_>>()?;
        (proof.len() <= PROOF_HASHES_MAX).then(|| Self { old, proof, note: note.to_owned() })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_request_reads_back() {
        for proof in [vec![], vec![[1; 32]], vec![[1; 32], [2; 32]]] {
            let request = Request { old: 7, proof, note: "a\n1\nx\n\n— a b\n".to_owned() };
            assert_eq!(Request::parse(&request.to_text()).as_ref(), Some(&request));
        }
        let long = Request { old: 1, proof: vec![[0; 32]; 64], note: String::new() };
        for bad in ["", "old 07\n\nx", "old 1\nx\n\nnote", "new 1\n\nnote", &long.to_text()] {
            assert_eq!(Request::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_witness_is_a_key_and_an_address() {
        let key = super::super::note::PrivateKey::new("w.example", Kind::Witness, [5; 32]).unwrap();
        let witness = Witness::parse(&format!("{}=https://w.example/", key.public())).unwrap();
        assert_eq!(witness.url.as_str(), "https://w.example/add-checkpoint");
        let log = super::super::note::PrivateKey::new("l.example", Kind::Log, [5; 32]).unwrap();
        assert!(Witness::parse(&format!("{}=https://w.example", log.public())).is_err());
        assert!(Witness::parse("w.example").is_err());
    }
}
