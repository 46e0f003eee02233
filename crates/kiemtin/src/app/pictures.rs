//! Pictures that people send: looked at in memory, one after the other, and never kept.
//!
//! What stays of one is its hash and the masked text in it. Decoding and reading are bounded in how
//! many there are at once, so that however many pictures come, tips without one are taken as ever.

use std::sync::Arc;
use std::time::Duration;

use kiemtin_core::ids::{ClaimId, GroupId};
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::Match;
use kiemtin_core::picture::{
    PictureHash, telling_hash, typed_beside, with_same_picture, with_typed,
};
use kiemtin_core::text::{language, mask};
use kiemtin_extract::picture::{self, Clean, NotAPicture, picture};
use kiemtin_store::StoreResult;
use kiemtin_store::groups::Group;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::App;
use crate::tesseract::{self, Absent, Tesseract};

/// Pictures held in memory as they came, while they are sent or wait to be read: each up to 8 MiB.
const SENT_AT_ONCE: usize = 12;
/// Pictures decoded or read at once: one takes up to 200 MB and, niced, a processor.
const READ_AT_ONCE: usize = 1;
/// How long a picture waits for its turn before its sender is asked to come again.
const TURN_TIMEOUT: Duration = Duration::from_secs(20);
/// Groups with the same picture that are looked at.
const SAME_PICTURE_MAX: usize = 20;

/// Whose turn it is, and the program that reads.
#[derive(Debug)]
pub struct Pictures {
    sent: Arc<Semaphore>,
    read: Semaphore,
    reader: OnceCell<Result<Tesseract, Absent>>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self {
            sent: Arc::new(Semaphore::new(SENT_AT_ONCE)),
            read: Semaphore::new(READ_AT_ONCE),
            reader: OnceCell::new(),
        }
    }
}

/// The right to hold a picture in memory; given back when dropped.
#[derive(Debug)]
pub struct Place(#[expect(dead_code, reason = "it is held, not looked at")] OwnedSemaphorePermit);

/// What was seen in a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its hash; none of a picture with too little to see.
    pub hash: Option<PictureHash>,
    /// The text in it, masked; empty when there is none, or when it was not read.
    pub text: String,
    /// Whether text was looked for: the program that reads may be absent, or have failed.
    pub is_read: bool,
}

/// Why a picture was not looked at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSeen {
    /// The sender can do something about it.
    #[error(transparent)]
    File(#[from] NotAPicture),
    /// Too many at once.
    #[error("too many pictures at once: try again in a minute, or send the words alone")]
    Busy,
}

impl App {
    /// Whether text in pictures is read here, looked for once a process.
    pub async fn reader(&self) -> &Result<Tesseract, Absent> {
        self.pictures.reader.get_or_init(|| Tesseract::find(tesseract::PATH)).await
    }

    /// Lets this desk read no text in pictures, as where the program is missing. For tests.
    #[doc(hidden)]
    pub fn forget_reader(&self) {
        // A reader that was found already stays: tests ask before anything is read.
        drop(self.pictures.reader.set(Err(Absent::Program)));
    }

    /// Waits for the right to hold a picture.
    ///
    /// # Errors
    /// Too many hold one.
    pub async fn place_for_picture(&self) -> Result<Place, NotSeen> {
        let place = timeout(TURN_TIMEOUT, self.pictures.sent.clone().acquire_owned()).await;
        place.ok().and_then(Result::ok).map(Place).ok_or(NotSeen::Busy)
    }

    /// Looks at a picture: its hash, and its text, masked.
    ///
    /// # Errors
    /// It is none, too large, or too many wait.
    pub async fn see(&self, bytes: Vec<u8>) -> Result<Seen, NotSeen> {
        let turn = timeout(TURN_TIMEOUT, self.pictures.read.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(NotSeen::Busy) };
        let decoded = tokio::task::spawn_blocking(move || {
            let luma = picture(&bytes)?;
            drop(bytes);
            Ok((telling_hash(&luma), luma))
        });
        // A decoder that panics met a file that nobody can read.
        let decoded: Result<_, NotAPicture> = decoded.await.unwrap_or(Err(NotAPicture::Damaged));
        let (hash, luma) = decoded?;
        let Ok(reader) = self.reader().await else {
            return Ok(Seen { hash, text: String::new(), is_read: false });
        };
        match reader.read(&luma).await {
            Ok(text) => Ok(Seen { hash, text: masked(&text), is_read: true }),
            Err(err) => {
                tracing::warn!(error = %err, "The text of a picture could not be read: {err}");
                Ok(Seen { hash, text: String::new(), is_read: false })
            }
        }
    }

    /// The hash by which a picture is known; none of one with too little to see. Its words are not
    /// read.
    ///
    /// # Errors
    /// It is none, too large, or too many wait.
    pub async fn picture_hash(&self, bytes: Vec<u8>) -> Result<Option<PictureHash>, NotSeen> {
        let turn = timeout(TURN_TIMEOUT, self.pictures.read.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(NotSeen::Busy) };
        let hashed = tokio::task::spawn_blocking(move || Ok(telling_hash(&picture(&bytes)?))).await;
        // A decoder that panics met a file that nobody can read.
        Ok(hashed.unwrap_or(Err(NotAPicture::Damaged))?)
    }

    /// Makes a picture anew from its dots, so that nothing else of it is kept.
    ///
    /// # Errors
    /// It is none, too large, or too many wait.
    pub async fn clean(&self, bytes: Vec<u8>) -> Result<Clean, NotSeen> {
        let turn = timeout(TURN_TIMEOUT, self.pictures.read.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(NotSeen::Busy) };
        let cleaned = tokio::task::spawn_blocking(move || picture::clean(&bytes)).await;
        Ok(cleaned.unwrap_or(Err(NotAPicture::Damaged))?)
    }

    /// Groups with a message that came with the same picture, the nearest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn groups_with_picture(&self, hash: &PictureHash) -> StoreResult<Vec<Group>> {
        self.index.follow(&self.store).await?;
        let mut groups = Vec::new();
        for id in self.index.groups_with_picture(hash, SAME_PICTURE_MAX) {
            groups.extend(self.store.group(id).await?);
        }
        Ok(groups)
    }

    /// Groups that share a picture with one of these, which are left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn groups_sharing_pictures(&self, own: &[GroupId]) -> StoreResult<Vec<Group>> {
        let mut groups: Vec<Group> = Vec::new();
        for id in own {
            for hash in self.store.pictures_of_group(*id).await? {
                for group in self.groups_with_picture(&hash).await? {
                    let is_known =
                        own.contains(&group.id) || groups.iter().any(|it| it.id == group.id);
                    if !is_known && groups.len() < SAME_PICTURE_MAX {
                        groups.push(group);
                    }
                }
            }
        }
        Ok(groups)
    }

    /// Claims with a sighting that came with the same picture, the nearest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claims_with_picture(&self, hash: &PictureHash) -> StoreResult<Vec<ClaimId>> {
        let mut claims: Vec<ClaimId> = Vec::new();
        for group in self.groups_with_picture(hash).await? {
            claims.extend(group.claim.filter(|it| !claims.contains(it)));
        }
        Ok(claims)
    }

    /// The claims that a text with a picture may make, best first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_with_picture(
        &self,
        text: &str,
        lang: Option<Lang>,
        hash: Option<&PictureHash>,
        limit: usize,
    ) -> StoreResult<Vec<Match>> {
        let mut found = self.find(text, lang, limit).await?;
        if let Some(hash) = hash {
            let claims = self.claims_with_picture(hash).await?;
            with_same_picture(&mut found, &claims, lang.unwrap_or_else(|| language::guess(text)));
            if let Some(typed) = typed_beside(text) {
                with_typed(&mut found, &self.index.find(typed, lang, 1));
            }
        }
        found.truncate(limit);
        Ok(found)
    }
}

fn masked(text: &str) -> String {
    mask::mask(text, language::guess(text)).text
}
