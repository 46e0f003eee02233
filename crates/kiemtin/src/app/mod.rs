//! What every face of the desk stands on: store, index, clock, key and the way in, put together.

pub mod admission;
pub mod answers;
pub mod batch;
pub mod cache;
pub mod calls;
pub mod claims;
pub mod clock;
pub mod contests;
pub mod drawings;
pub mod feeds;
pub mod floods;
pub mod folder;
pub mod found;
pub mod intake;
pub mod keys;
pub mod log;
pub mod mail;
pub mod model;
pub mod opinions;
pub mod pages;
pub mod people;
pub mod pictures;
pub mod provider;
pub mod qr;
pub mod quality;
pub mod rates;
pub mod seal;
pub mod second_factor;
pub mod worth;

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use kiemtin_core::ids::{ClaimId, MessageId};
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::{Explained, Match};
use kiemtin_core::message::{Publishers, RawMessage, Refused};
use kiemtin_core::picture::PictureHash;
use kiemtin_core::receipt::Receipt;
use kiemtin_core::text::{self, TextKey};
use kiemtin_core::time::Timestamp;
use kiemtin_core::vectors::Vector;
use kiemtin_store::members::{Invitation, Member};
use kiemtin_store::messages::Channel;
use kiemtin_store::{Act, Desk, Store, StoreResult};
use tokio::sync::{Notify, RwLock};
use url::Url;

use crate::config::Place;
use crate::fetch::Fetcher;
use crate::index::Index;
use clock::{Clock, chance};
use folder::{Folder, NoDesk};
use intake::{IntakeQueue, NotTaken};
use model::GivenModel;

/// The name of the program and, until an operator gives another, of the desk.
pub const DESK_NAME: &str = "Kiểm Tin";

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
    /// The embedding model, if the operator gave one.
    pub model: GivenModel,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The address that readers see and members come in at, without a slash at its end; empty
    /// where nothing is served.
    pub public_url: String,
    /// Rung when there may be a job to do.
    pub work: Arc<Notify>,
    /// Attempts to sign in.
    pub sign_ins: people::SignIns,
    /// Where members may sign in instead, if the operator configured a provider.
    pub provider: OnceLock<provider::Provider>,
    /// The way to members' mail boxes: set once by a command that serves or works, where SMTP is
    /// configured.
    pub mail: OnceLock<mail::Mailer>,
    /// The hub that is told when a feed changed (WebSub): set once by a command that serves or
    /// works, where the operator named one.
    pub hub: OnceLock<Url>,
    /// The guarded way out without exceptions, for what a stranger asks: set once by a command that
    /// serves.
    pub fetcher: OnceLock<Fetcher>,
    /// What comes in from which network in an hour.
    pub floods: floods::Floods,
    /// How often the API is called from which network or with which key in a minute.
    pub rates: rates::Rates,
    /// How many entries of the log are known to be signed.
    n_signed: AtomicU64,
    key: [u8; 32],
    intake: IntakeQueue,
    publishers: RwLock<Listed>,
    pictures: pictures::Pictures,
    drawings: drawings::Drawings,
    thresholds_read_at: quality::ReadAt,
    worths: worth::Worths,
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

/// The list of publishers, and when it was read.
#[derive(Debug, Default)]
struct Listed {
    hosts: Arc<Publishers>,
    read_at: Option<Timestamp>,
}

/// The longest text that a reader may search for or send in, in characters: a long forwarded
/// message, not a book.
pub const TEXT_CHARS_MAX: usize = 5_000;
/// A character has at most four bytes, so what is let through the desk takes.
const _: () = assert!(TEXT_CHARS_MAX * 4 <= kiemtin_core::message::MESSAGE_BYTES_MAX);
/// Texts that go through a model between two looks at the clock.
const TEXTS_AT_ONCE: usize = 32;
/// How long a batch waits for its vectors: the job that sorts it is leased for a minute.
const VECTORS_TIME: Duration = Duration::from_secs(15);
/// How old the list of publishers may be: another node may have changed it.
const PUBLISHERS_AGE_MAX_MS: i64 = 5_000;

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
        public_url: &str,
        clock: Arc<dyn Clock>,
        demo: bool,
    ) -> anyhow::Result<Arc<Self>> {
        let folder = Folder::make(&place.data)?;
        let id = uuid::Builder::from_random_bytes(chance()).into_uuid();
        let new = Desk { id, demo, created_at: clock.now() };
        let store = match &place.database {
            None => Store::open_sqlite(&folder.database(), new).await?,
            Some(url) => Store::open_postgres(url, new).await?,
        };
        let model = GivenModel::load(place.model.as_deref()).await?;
        model.adopt(&store, clock.now()).await?;
        Self::with(store, folder, model, public_url, clock).await
    }

    /// Opens a desk for a command that writes nothing, beside whatever process holds it. Makes none:
    /// a mistyped folder would answer every question with "nothing is known".
    ///
    /// # Errors
    /// There is no desk; or as [`App::open`].
    pub async fn read(place: &Place) -> anyhow::Result<Arc<Self>> {
        Self::read_as(place, "").await
    }

    /// The same for a command that tells others where answers are.
    ///
    /// # Errors
    /// As [`App::read`].
    pub async fn read_as(place: &Place, public_url: &str) -> anyhow::Result<Arc<Self>> {
        let clock = Arc::new(clock::SystemClock);
        let folder = Folder::find(&place.data)?;
        if place.database.is_none() && !folder.database().is_file() {
            return Err(NoDesk(place.data.display().to_string()).into());
        }
        let store = read_store(place, &folder).await?;
        let model = GivenModel::load(place.model.as_deref()).await?;
        Self::with(store, folder, model, public_url, clock).await
    }

    async fn with(
        store: Store,
        folder: Folder,
        model: GivenModel,
        public_url: &str,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Arc<Self>> {
        let desk = store.desk().await?;
        let key = key(&store, &folder).await?;
        let index = Index::load(&store, desk.id, &folder.index(), model.key()).await?;
        let work = Arc::new(Notify::new());
        let intake = IntakeQueue::start(store.clone(), clock.clone(), work.clone());
        let app = Self {
            store,
            index,
            desk,
            folder,
            model,
            clock,
            public_url: public_url.trim_end_matches('/').to_owned(),
            work,
            sign_ins: people::SignIns::default(),
            provider: OnceLock::new(),
            mail: OnceLock::new(),
            hub: OnceLock::new(),
            fetcher: OnceLock::new(),
            floods: floods::Floods::default(),
            n_signed: AtomicU64::default(),
            rates: rates::Rates::default(),
            key,
            intake,
            publishers: RwLock::default(),
            pictures: pictures::Pictures::default(),
            drawings: drawings::Drawings::default(),
            thresholds_read_at: quality::ReadAt::default(),
            worths: worth::Worths::default(),
        };
        app.reload_publishers().await?;
        app.follow().await?;
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

    /// Takes in what changed and saves the index, so that nothing erased lives on in it or on disk.
    ///
    /// # Errors
    /// The database failed, or the old snapshot can be neither replaced nor deleted.
    pub async fn tidy_index(self: &Arc<Self>) -> anyhow::Result<()> {
        self.index.follow(&self.store).await?;
        let app = self.clone();
        tokio::task::spawn_blocking(move || app.index.save_or_forget()).await?
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

    /// What a member does now.
    pub fn act<'a>(&self, by: &'a Member) -> Act<'a> {
        Act { by, at: self.now(), chance: chance() }
    }

    /// Reads the list of publishers again, after it changed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reload_publishers(&self) -> StoreResult<()> {
        let mut listed = self.publishers.write().await;
        self.read_publishers(&mut listed).await
    }

    async fn read_publishers(&self, listed: &mut Listed) -> StoreResult<()> {
        let hosts = self.store.publishers().await?;
        let hosts =
            Publishers::listed(hosts.iter().map(|(host, name)| (host.as_str(), name.as_str())));
        *listed = Listed { hosts: Arc::new(hosts), read_at: Some(self.now()) };
        Ok(())
    }

    /// The hosts whose addresses may be kept; read again every few seconds, since another node may
    /// have listed one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn publishers(&self) -> StoreResult<Arc<Publishers>> {
        let is_new = |listed: &Listed| {
            listed.read_at.is_some_and(|it| self.now() < it.plus_millis(PUBLISHERS_AGE_MAX_MS))
        };
        let listed = self.publishers.read().await;
        if is_new(&listed) {
            return Ok(listed.hosts.clone());
        }
        drop(listed);
        let mut listed = self.publishers.write().await;
        if !is_new(&listed) {
            self.read_publishers(&mut listed).await?;
        }
        Ok(listed.hosts.clone())
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
        self.follow().await?;
        let vectors = self.vectors(vec![text.to_owned()]).await;
        let key = text::key(text, lang);
        Ok(self.index.find_key(&key, vectors.first(), limit))
    }

    /// What the model makes of some texts, in their order; nothing where vectors take no part. A
    /// model that fails, or is too slow for so many, costs the rest this view and nothing else.
    pub(crate) async fn vectors(&self, texts: Vec<String>) -> Vec<Vector> {
        let mut res = Vec::new();
        if !self.index.has_vectors() {
            return res;
        }
        let begin = Instant::now();
        for some in texts.chunks(TEXTS_AT_ONCE) {
            if VECTORS_TIME < begin.elapsed() {
                break;
            }
            match self.model.vectors(some.to_vec()).await {
                Ok(vectors) => res.extend(vectors),
                Err(err) => {
                    tracing::warn!(error = %err, "Texts are matched by their words alone: {err:#}");
                    break;
                }
            }
        }
        res
    }

    /// What a search for a key sees, for a person who wants to know why.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn explain(&self, key: &TextKey) -> StoreResult<Explained> {
        self.follow().await?;
        Ok(self.index.explain(key))
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
        self.take_tip_with(raw, None).await
    }

    /// The same for a tip that came with a picture, of which this is the hash.
    ///
    /// # Errors
    /// As [`App::take_tip`].
    pub async fn take_tip_with(
        &self,
        raw: RawMessage,
        picture: Option<PictureHash>,
    ) -> Result<Receipt, TipRefused> {
        self.take_tip_as(raw, picture, Receipt::new(chance()), None).await
    }

    /// The same with a receipt that was made already, and what makes the tip this one: a known one
    /// is not taken twice.
    pub(crate) async fn take_tip_as(
        &self,
        raw: RawMessage,
        picture: Option<PictureHash>,
        receipt: Receipt,
        origin_hmac: Option<[u8; 32]>,
    ) -> Result<Receipt, TipRefused> {
        // An id holds its time: the hour, as everything that is kept of a tip.
        let id = MessageId::new(self.now().to_hour(), chance());
        let publishers = self.publishers().await.map_err(NotTaken::from)?;
        let mut tip = admission::admit(raw, id, Channel::Tip, &self.key, &publishers, self.now())?;
        tip.receipt = Some(receipt.hash());
        tip.picture = picture;
        tip.origin_hmac = origin_hmac;
        self.intake.take(tip).await?;
        Ok(receipt)
    }
}

/// The desk's key, which must be the same on every node: with another one an import that is
/// repeated would be taken twice.
async fn key(store: &Store, folder: &Folder) -> anyhow::Result<[u8; 32]> {
    let (mut key, mut known) = (folder.desk_key()?, store.key_hash().await?);
    if known.is_none() {
        let new = match key {
            Some(key) => key,
            None => folder.make_desk_key()?,
        };
        store.adopt_key(key_hash(&new)).await?;
        // Another node may have been faster.
        (key, known) = (Some(new), store.key_hash().await?);
    }
    let file = folder.key_file();
    let what_to_do = "copy keys/desk.key from the folder of the first node, or from a backup";
    let key = key.with_context(|| {
        format!("this desk has a key, and {} is not there: {what_to_do}", file.display())
    })?;
    anyhow::ensure!(
        known.as_deref() == Some(&key_hash(&key)),
        "{} is the key of another desk: {what_to_do}",
        file.display()
    );
    Ok(key)
}

/// What the database keeps of the key, to tell it from others.
fn key_hash(key: &[u8; 32]) -> [u8; 32] {
    admission::hmac(key, "desk key", &[])
}
