//! The way in for contests: the stamp of the form, and the one door that masks the text.
//!
//! A form carries a number of its own, the time it was made and an HMAC over both under the desk's
//! key: so a form that is sent twice is one contest, what a program sends at once is held up, and any
//! node takes the form of another. Nothing is remembered about forms that are only shown.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kiemtin_core::contest::Kind;
use kiemtin_core::ids::{ClaimId, OrgId};
use kiemtin_core::message::{self, Door, RawMessage, Refused};
use kiemtin_core::review::Salt;
use kiemtin_core::time::{DAY_MS, Timestamp};
use kiemtin_store::StoreError;
use kiemtin_store::contests::NewContest;

use super::App;
use super::admission::hmac;
use super::clock::chance;

/// A person needs longer to choose, write and send; a program does not.
const FORM_AGE_MIN_MS: i64 = 3_000;
/// A form is not a supply of contests for later.
const FORM_AGE_MAX_MS: i64 = DAY_MS;
const NUMBER_BYTES: usize = 16;
const STAMP_BYTES: usize = NUMBER_BYTES + 8 + 32;

/// Why a form is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadStamp {
    /// Sent faster than a person writes: the same form is taken a little later.
    TooYoung,
    /// Older than a day, or no stamp of this desk: the form is shown anew.
    TooOld,
}

/// What somebody sent about an answer, before anything was done to it. Never stored, never logged.
#[derive(Clone, Debug)]
pub struct SentContest {
    /// The claim, and the version that was read.
    pub claim: (ClaimId, i64),
    /// What is said to be wrong.
    pub kind: Kind,
    /// The text.
    pub text: String,
    /// A public source.
    pub url: Option<String>,
    /// The organisation that the claim is said to concern.
    pub concerns: Option<OrgId>,
    /// The number of the form.
    pub form: [u8; NUMBER_BYTES],
}

/// A contest that was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenContest {
    /// Its number.
    pub number: i64,
    /// Whether the address that came along is of nobody listed, and was dropped.
    pub dropped_url: bool,
}

/// Why a contest was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ContestRefused {
    /// The sender can do something about it.
    #[error(transparent)]
    Text(#[from] Refused),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// A stamp for a form about the answer with this number.
    pub fn stamp(&self, number: i64) -> String {
        let (form, at) = (chance::<NUMBER_BYTES>(), self.now());
        let mac = self.mac(number, form, at);
        URL_SAFE_NO_PAD.encode([&form[..], &at.millis().to_be_bytes(), &mac].concat())
    }

    /// The number of the form, if the stamp is one of this desk for this answer and neither too
    /// young nor too old.
    ///
    /// # Errors
    /// Why not.
    pub fn read_stamp(&self, number: i64, stamp: &str) -> Result<[u8; NUMBER_BYTES], BadStamp> {
        let bytes = URL_SAFE_NO_PAD.decode(stamp).map_err(|_| BadStamp::TooOld)?;
        let bytes: [u8; STAMP_BYTES] = bytes.try_into().map_err(|_| BadStamp::TooOld)?;
        let (form, rest) = bytes.split_first_chunk::<NUMBER_BYTES>().expect("longer than that");
        let (at, mac) = rest.split_first_chunk::<8>().expect("longer than that");
        let at = Timestamp::from_millis(i64::from_be_bytes(*at));
        if self.mac(number, *form, at) != mac {
            return Err(BadStamp::TooOld);
        }
        match self.now().millis() - at.millis() {
            ..FORM_AGE_MIN_MS => Err(BadStamp::TooYoung),
            FORM_AGE_MIN_MS..FORM_AGE_MAX_MS => Ok(*form),
            _ => Err(BadStamp::TooOld),
        }
    }

    fn mac(&self, number: i64, form: [u8; NUMBER_BYTES], at: Timestamp) -> [u8; 32] {
        let (number, at) = (number.to_string(), at.millis().to_string());
        hmac(&self.key, "contest form", &[&number, &hex::encode(form), &at])
    }

    /// Takes a contest in, masked. Returns after it is durable.
    ///
    /// # Errors
    /// It was not taken; nothing of it is kept.
    pub async fn take_contest(&self, sent: SentContest) -> Result<TakenContest, ContestRefused> {
        let SentContest { claim: (claim, version), kind, text, url, concerns, form } = sent;
        let publishers = self.publishers().await?;
        let had_url = url.is_some();
        let raw = RawMessage { text, url, ..RawMessage::default() };
        let door = Door { key: &self.key, publishers: &publishers, now: self.now() };
        let message = message::admit(raw, &door)?;
        let dropped_url = had_url && message.url.is_none();
        let new = NewContest { claim, version, kind, message, concerns, form };
        let number = self.store.take_contest(&new, self.now(), chance(), Salt(chance())).await?;
        Ok(TakenContest { number, dropped_url })
    }
}
