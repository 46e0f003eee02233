//! Pictures that the site draws: one after the other, and the newest kept in memory, so that a link
//! that goes round is drawn once.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::App;
use crate::drawing::BadDrawing;

/// Pictures kept: of some 40 KB each, those of the answers that go round now.
const KEPT_MAX: usize = 128;
/// Pictures drawn at once: each takes a processor for some 20 ms.
const DRAWN_AT_ONCE: usize = 1;
/// How long a picture waits for its turn before whoever asked is asked to come again.
const TURN_TIMEOUT: Duration = Duration::from_secs(5);

type Kept = VecDeque<(String, Arc<[u8]>)>;

/// Whose turn it is, and what was drawn lately, the newest first.
#[derive(Debug)]
pub struct Drawings {
    turn: Arc<Semaphore>,
    kept: Arc<Mutex<Kept>>,
}

impl Default for Drawings {
    fn default() -> Self {
        Self { turn: Arc::new(Semaphore::new(DRAWN_AT_ONCE)), kept: Arc::default() }
    }
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum NotDrawn {
    /// Too many at once.
    #[error("too many pictures are drawn: ask again in some seconds")]
    Busy,
    /// Us.
    #[error(transparent)]
    Broken(anyhow::Error),
}

impl App {
    /// The picture under this key, drawn unless it was lately. The key says all that it depends on.
    ///
    /// # Errors
    /// Too many wait, or it cannot be drawn.
    pub async fn drawn(
        &self,
        key: &str,
        draw: impl FnOnce() -> Result<Vec<u8>, BadDrawing> + Send + 'static,
    ) -> Result<Arc<[u8]>, NotDrawn> {
        if let Some(found) = self.drawings.find(key) {
            return Ok(found);
        }
        let turn = timeout(TURN_TIMEOUT, self.drawings.turn.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(NotDrawn::Busy) };
        // Whoever had the turn before may have drawn the same.
        if let Some(found) = self.drawings.find(key) {
            return Ok(found);
        }
        // The turn goes along: whoever asked may be gone before the picture is there.
        let (key, kept) = (key.to_owned(), self.drawings.kept.clone());
        let drawn = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let drawn: Arc<[u8]> = draw()?.into();
            keep(&kept, key, drawn.clone());
            Ok(drawn)
        });
        let drawn = drawn.await.map_err(|err| NotDrawn::Broken(err.into()))?;
        drawn.map_err(|err: BadDrawing| NotDrawn::Broken(err.into()))
    }
}

impl Drawings {
    fn find(&self, key: &str) -> Option<Arc<[u8]>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(it, _)| it == key).map(|(_, bytes)| bytes.clone())
    }
}

fn keep(kept: &Mutex<Kept>, key: String, bytes: Arc<[u8]>) {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.push_front((key, bytes));
    kept.truncate(KEPT_MAX);
}
