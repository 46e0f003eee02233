//! Messages of a file: masked on all cores, taken in together.

use std::collections::HashMap;
use std::sync::Arc;

use kiemtin_core::ids::MessageId;
use kiemtin_core::message::{Publishers, RawMessage, Refused};
use kiemtin_core::time::Timestamp;
use kiemtin_store::messages::{Channel, Intake};

use super::Summary;
use crate::app::App;
use crate::app::admission::{admit, origin};
use crate::app::clock::chance;
use crate::cores::on_all_cores;

/// Takes the messages of one file in.
pub(super) struct Taker {
    key: [u8; 32],
    publishers: Arc<Publishers>,
    channel: Channel,
    /// How often each message without an identifier stood in this file: the second of two alike is
    /// another message, and the same again when the file is imported again.
    seen: HashMap<[u8; 32], u32>,
}

impl Taker {
    pub(super) fn new(app: &App, publishers: Arc<Publishers>, channel: Channel) -> Self {
        Self { key: *app.key(), publishers, channel, seen: HashMap::new() }
    }

    pub(super) async fn take(
        &mut self,
        app: &App,
        file: &str,
        messages: Vec<(u64, RawMessage)>,
        dry_run: bool,
        summary: &mut Summary,
    ) -> anyhow::Result<()> {
        if messages.is_empty() {
            return Ok(());
        }
        let admitted = self.admit_all(messages, app.now()).await?;
        let mut batch = Vec::with_capacity(admitted.len());
        for (line, res) in admitted {
            match res {
                Ok(intake) => batch.push(intake),
                Err(refused) => summary.problem(file, line, refused.to_string(), false),
            }
        }
        let n = batch.len() as u64;
        let n_new = match dry_run {
            true => n - app.store.n_known(&batch).await?,
            false => app.store.take_in(&batch, app.now(), chance()).await?,
        };
        app.work.notify_one();
        summary.taken += n_new;
        summary.known += n - n_new;
        Ok(())
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
