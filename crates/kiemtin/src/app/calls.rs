//! Calls that name themselves (`Idempotency-Key`): the same one sent twice is one, and gets the same
//! answer. A receipt is made from the call's name and body, so that it can be given again without
//! being kept.

use kiemtin_core::message::RawMessage;
use kiemtin_core::receipt::{RECEIPT_BYTES, Receipt};
use kiemtin_store::api_calls::CallName;
use sha2::{Digest as _, Sha256};

use super::admission::hmac;
use super::clock::chance;
use super::{App, TipRefused};

/// A call that named itself. What is kept of it are HMACs.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// What the store keeps.
    pub name: CallName,
    /// From which a receipt is made: needs the caller's key, the body and the desk's key.
    secret: [u8; 32],
}

impl Named {
    /// From the key that the caller gave, and the body. `whose` parts callers from one another.
    pub fn new(app: &App, whose: &str, key: &str, body: &[u8]) -> Self {
        let body = hex::encode(Sha256::digest(body));
        let parts = [whose, key, &body];
        let name = CallName {
            call: hmac(app.key(), "call", &parts[..2]),
            body: hmac(app.key(), "body of a call", &parts),
        };
        Self { name, secret: hmac(app.key(), "secret of a call", &parts) }
    }

    fn receipt(&self) -> Receipt {
        let (bytes, _) = self.secret.split_first_chunk::<RECEIPT_BYTES>().expect("32 bytes");
        Receipt::new(*bytes)
    }
}

impl App {
    /// Takes a tip in. With a name the same call gives the same receipt, and one tip. Returns after
    /// it is durable.
    ///
    /// # Errors
    /// It was not taken; nothing of it is kept.
    pub async fn take_tip_once(
        &self,
        raw: RawMessage,
        named: Option<&Named>,
    ) -> Result<Receipt, TipRefused> {
        let receipt = self.receipt_of(named);
        self.take_tip_as(raw, None, receipt, named.map(|it| it.name.body)).await
    }

    /// The receipt of a tip that was sent by this call.
    pub fn receipt_of(&self, named: Option<&Named>) -> Receipt {
        named.map_or_else(|| Receipt::new(chance()), Named::receipt)
    }
}
