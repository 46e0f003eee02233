//! The thresholds that the desk's own decisions give, read from time to time.

use kiemtin_core::lang::Lang;
use kiemtin_core::quality::thresholds_in_use;
use kiemtin_core::time::{HOUR_MS, Timestamp};
use kiemtin_store::StoreResult;
use tokio::sync::Mutex;

use super::App;

/// How old the thresholds may be. Reading all decisions of a big desk takes a second, and a few more
/// of them move little.
const AGE_MAX_MS: i64 = HOUR_MS;

/// When the decisions were last read.
pub type ReadAt = Mutex<Option<Timestamp>>;

impl App {
    /// Takes in what changed: claims and groups each time, thresholds every hour.
    ///
    /// # Errors
    /// The database failed.
    pub async fn follow(&self) -> StoreResult<()> {
        self.index.follow(&self.store).await?;
        // Whoever comes while they are read goes on with those before.
        let Ok(mut read_at) = self.thresholds_read_at.try_lock() else { return Ok(()) };
        let now = self.now();
        if read_at.is_some_and(|it| now < it.plus_millis(AGE_MAX_MS)) {
            return Ok(());
        }
        let pairs = self.store.labelled_pairs().await?;
        for lang in Lang::ALL {
            self.index.set_thresholds(lang, thresholds_in_use(&pairs, lang));
        }
        *read_at = Some(now);
        Ok(())
    }
}
