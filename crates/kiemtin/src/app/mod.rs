//! What every face of the desk stands on: store, index, clock, key and the way in, put together.

pub mod admission;
pub mod clock;
pub mod folder;
pub mod intake;
pub mod people;

use std::sync::Arc;

use kiemtin_core::ids::{ClaimId, MessageId};
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::Match;
use kiemtin_core::message::{Publishers, RawMessage, Refused};
use kiemtin_core::receipt::Receipt;
use kiemtin_core::time::Timestamp;
use kiemtin_store::members::Invitation;
use kiemtin_store::messages::Channel;
use kiemtin_store::{Desk, Store, StoreResult};
use tokio::sync::{Notify, RwLock};

use crate::config::{Place, Urls};
use crate::index::Index;
use clock::{Clock, chance};
use folder::Folder;
use intake::{IntakeQueue, NotTaken};

/// A desk that is open. One a process; shared by everything in it.
#[derive(Debug)]
pub struct App {
    /// What the desk remembers.
    pub store: Store,
    /// What it finds things with.
    pub index: Index,
    /// What the desk says of itself.
    pub desk: Desk,
    /// Its folder.
    pub folder: Folder,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The address that readers see, without a slash at its end.
    pub public_url: String,
    /// The address that members come in at, without a slash at its end: see [`Urls::desk`].
    pub desk_url: String,
    /// Rung when there may be a job to do.
    pub work: Arc<Notify>,
    /// Attempts to sign in.
    pub sign_ins: people::SignIns,
    key: [u8; 32],
    intake: IntakeQueue,
    publishers: RwLock<Publishers>,
}

/// Opens what a desk remembers for reading only: nothing is made or migrated.
///
/// # Errors
/// There is no desk, or it is of another version.
pub async fn read_store(place: &Place, folder: &Folder) -> StoreResult<Store> {
    match &place.database {
        None => Store::read_sqlite(&folder.database()).await,
        Some(url) => Store::read_postgres(url).await,
    }
}

/// Why a tip was not taken.
#[derive(Debug, thiserror::Error)]
pub enum TipRefused {
    /// The sender can do something about it.
    #[error(transparent)]
    Text(#[from] Refused),
    /// We can.
    #[error(transparent)]
    Taken(#[from] NotTaken),
}

impl App {
    /// Opens the desk in a place; an absent one becomes a new desk. `demo` says what a new one is.
    ///
    /// # Errors
    /// The folder or database cannot be opened: the sentence says what to do.
    pub async fn open(
        place: &Place,
        urls: Urls,
        clock: Arc<dyn Clock>,
        demo: bool,
    ) -> anyhow::Result<Arc<Self>> {
        let folder = Folder::make(&place.data)?;
        let new = Desk { demo, created_at: clock.now() };
        let store = match &place.database {
            None => Store::open_sqlite(&folder.database(), new).await?,
            Some(url) => Store::open_postgres(url, new).await?,
        };
        store.release_jobs().await?;
        Self::with(store, folder, urls, clock).await
    }

    /// Opens a desk for a command that writes nothing, beside whatever process holds it. An absent
    /// folder becomes a new desk first.
    ///
    /// # Errors
    /// As [`App::open`].
    pub async fn read(place: &Place) -> anyhow::Result<Arc<Self>> {
        let clock = Arc::new(clock::SystemClock);
        let has_desk = place.database.is_some() || place.data.join("desk.db").is_file();
        let folder = match Folder::find(&place.data) {
            Ok(folder) if has_desk => folder,
            _ => return Self::open(place, Urls::default(), clock, false).await,
        };
        let store = read_store(place, &folder).await?;
        Self::with(store, folder, Urls::default(), clock).await
    }

    async fn with(
        store: Store,
        folder: Folder,
        urls: Urls,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Arc<Self>> {
        let index = Index::load(&store, &folder.index()).await?;
        let desk = store.desk().await?;
        let key = folder.desk_key()?;
        let work = Arc::new(Notify::new());
        let intake = IntakeQueue::start(store.clone(), clock.clone(), work.clone());
        let app = Self {
            store,
            index,
            desk,
            folder,
            clock,
            public_url: urls.public,
            desk_url: urls.desk,
            work,
            sign_ins: people::SignIns::default(),
            key,
            intake,
            publishers: RwLock::default(),
        };
        app.reload_publishers().await?;
        Ok(Arc::new(app))
    }

    /// Saves the index and closes the store: nothing is written after.
    ///
    /// # Errors
    /// The snapshot cannot be written; it is derived, and the next start builds it anew.
    pub async fn close(&self) -> anyhow::Result<()> {
        self.index.follow(&self.store).await?;
        let saved = self.index.save();
        self.store.close().await;
        saved
    }

    /// Makes a one-time link and returns the token in it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn invite(&self, invitation: &Invitation) -> StoreResult<String> {
        let token = people::Token::new(clock::chance());
        self.store.invite(token.hash(), invitation, self.now()).await?;
        Ok(token.as_str().to_owned())
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Reads the list of publishers again, after it changed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reload_publishers(&self) -> StoreResult<()> {
        let listed = self.store.publishers().await?;
        let listed = listed.iter().map(|(host, name)| (host.as_str(), name.as_str()));
        let listed = Publishers::listed(listed);
        *self.publishers.write().await = listed;
        Ok(())
    }

    /// The hosts whose addresses may be kept.
    pub async fn publishers(&self) -> Publishers {
        self.publishers.read().await.clone()
    }

    /// The desk's key for identifiers that come from outside.
    pub(crate) fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// The claims that a text may make, best first, with everything that changed until now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find(
        &self,
        text: &str,
        lang: Option<Lang>,
        limit: usize,
    ) -> StoreResult<Vec<Match>> {
        self.index.follow(&self.store).await?;
        Ok(self.index.find(text, lang, limit))
    }

    /// The public number of a claim whose answer stands.
    pub fn answered(&self, claim: ClaimId) -> Option<i64> {
        self.index.answered(claim)
    }

    /// Takes a tip in and gives its receipt. Returns after it is durable.
    ///
    /// # Errors
    /// It was not taken; nothing of it is kept.
    pub async fn take_tip(&self, raw: RawMessage) -> Result<Receipt, TipRefused> {
        let receipt = Receipt::new(chance());
        let id = MessageId::new(self.now(), chance());
        let publishers = self.publishers.read().await;
        let mut tip = admission::admit(raw, id, Channel::Tip, &self.key, &publishers, self.now())?;
        drop(publishers);
        tip.receipt = Some(receipt.hash());
        self.intake.take(tip).await?;
        Ok(receipt)
    }
}
