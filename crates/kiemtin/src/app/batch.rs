//! Messages that come many at a time, from a file or a partner: masked on all cores, taken in
//! together, safe to hand in twice.

use std::collections::HashMap;
use std::sync::Arc;

use kiemtin_core::ids::MessageId;
use kiemtin_core::message::{Publishers, RawMessage, Refused};
use kiemtin_core::time::Timestamp;
use kiemtin_store::messages::{Channel, Intake};

use super::App;
use super::admission::{admit, origin};
use super::clock::chance;
use crate::cores::on_all_cores;

/// Items in one transaction: large enough that the disk is seldom waited for, small enough that a
/// reader's tip never waits long behind one.
pub const BATCH: usize = 1_000;

/// Takes the messages of one file or call in.
#[derive(Debug)]
pub struct Taker {
    key: [u8; 32],
    publishers: Arc<Publishers>,
    channel: Channel,
    /// Whether what is new is only counted.
    dry_run: bool,
    /// How often each message without an identifier stood in this file: the second of two alike is
    /// another message, and the same again when the file is handed in again.
    seen: HashMap<[u8; 32], u32>,
}

/// What came of some messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// New ones.
    pub n_new: u64,
    /// Known ones.
    pub n_known: u64,
    /// Those that did not come in: their lines, and why.
    pub refused: Vec<(u64, Refused)>,
}

impl Taker {
    /// For messages that come in by this channel.
    pub fn new(app: &App, publishers: Arc<Publishers>, channel: Channel) -> Self {
        Self { key: *app.key(), publishers, channel, dry_run: false, seen: HashMap::new() }
    }

    /// Counts and writes nothing.
    #[must_use]
    pub fn counting_only(self, dry_run: bool) -> Self {
        Self { dry_run, ..self }
    }

    /// Takes messages with the lines that they stood on.
    ///
    /// # Errors
    /// The store could not write: none of these were taken.
    pub async fn take(
        &mut self,
        app: &App,
        messages: Vec<(u64, RawMessage)>,
    ) -> anyhow::Result<Taken> {
        let mut taken = Taken::default();
        if messages.is_empty() {
            return Ok(taken);
        }
        let admitted = self.admit_all(messages, app.now()).await?;
        let mut batch = Vec::with_capacity(admitted.len());
        for (line, res) in admitted {
            match res {
                Ok(intake) => batch.push(intake),
                Err(refused) => taken.refused.push((line, refused)),
            }
        }
        let n = batch.len() as u64;
        taken.n_new = match self.dry_run {
            true => n - app.store.n_known(&batch).await?,
            false => app.store.take_in(&batch, app.now(), chance()).await?,
        };
        taken.n_known = n - taken.n_new;
        app.work.notify_one();
        Ok(taken)
    }

    async fn admit_all(
        &mut self,
        messages: Vec<(u64, RawMessage)>,
        now: Timestamp,
    ) -> anyhow::Result<Vec<(u64, Result<Intake, Refused>)>> {
        let messages: Vec<(u64, RawMessage, [u8; 32])> =
            messages.into_iter().map(|(line, raw)| self.with_origin(line, raw)).collect();
        let (key, publishers, channel) = (self.key, self.publishers.clone(), self.channel);
        let admit_one = move |(line, raw, origin): &(u64, RawMessage, [u8; 32])| {
            // An id holds its time: the hour, as everything that is kept of a message.
            let id = MessageId::new(now.to_hour(), chance());
            let intake = admit(raw.clone(), id, channel, &key, &publishers, now);
            (*line, intake.map(|it| Intake { origin_hmac: Some(*origin), ..it }))
        };
        let admit_all = move || on_all_cores(&messages, admit_one);
        Ok(tokio::task::spawn_blocking(admit_all).await?)
    }

    fn with_origin(&mut self, line: u64, raw: RawMessage) -> (u64, RawMessage, [u8; 32]) {
        let first = origin(&self.key, &raw, 0);
        if raw.external_id.is_some() {
            return (line, raw, first);
        }
        let nth = self.seen.entry(first).or_default();
        *nth += 1;
        let origin = if *nth == 1 { first } else { origin(&self.key, &raw, *nth) };
        (line, raw, origin)
    }
}
