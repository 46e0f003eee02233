//! What the desk finds things with: claims to match against, groups to join. Derived data, in
//! memory; it follows the store's change cursor, and its snapshot may be deleted at any time.
//!
//! Every look first takes in what changed since the last: a claim published a moment ago is found
//! by the very next query, on every node.

mod snapshot;
pub(crate) mod vectors;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};

use kiemtin_core::decide::{self, Thresholds};
use kiemtin_core::facts::Facts;
use kiemtin_core::fingerprint::{Fingerprint, Sketch};
use kiemtin_core::group::{Groups, Neighbour, Probe, Similarity};
use kiemtin_core::ids::{ClaimId, GroupId};
use kiemtin_core::index::{ClaimDoc, ClaimIndex, Part};
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::{self, Decision, Explained, Match, Meaning, Scratch};
use kiemtin_core::picture::{PictureHash, Pictures};
use kiemtin_core::text::{self, TextKey};
use kiemtin_core::vectors::{Sought, Vector};
use kiemtin_store::changes::Changed;
use kiemtin_store::claims::Claim;
use kiemtin_store::groups::GroupKey;
use kiemtin_store::reviews::Version;
use kiemtin_store::{Store, StoreResult};
use uuid::Uuid;

use vectors::Known;
pub use vectors::ModelKey;

/// How many rows are read at a time while filling an index.
const PAGE: i64 = 1_000;
/// Confirmed sightings of a claim that help to find it: the newest say it as people say it now.
const SIGHTINGS_MAX: i64 = 20;

/// What the desk finds things with.
#[derive(Debug)]
pub struct Index {
    state: RwLock<State>,
    scratch: Mutex<Vec<Scratch>>,
    /// From which probability on a match is answered, by the place of the language in [`Lang::ALL`].
    thresholds: RwLock<[Thresholds; Lang::ALL.len()]>,
    /// Groups that began here and that the change cursor has not told of yet.
    began: Mutex<HashSet<GroupId>>,
    /// One look at the changes at a time; readers go on meanwhile. Holds which look was the last that
    /// succeeded.
    following: tokio::sync::Mutex<u64>,
    /// How many looks began.
    looks: AtomicU64,
    /// The cursor of the snapshot that this process wrote last. Held while one is written.
    saved: Mutex<Option<i64>>,
    dir: PathBuf,
    /// Whose index it is: a snapshot of another desk is left aside.
    desk: Uuid,
}

#[derive(Debug)]
struct State {
    claims: ClaimIndex,
    /// Claims whose answer stands, with their public numbers.
    answered: HashMap<ClaimId, i64>,
    groups: Groups,
    /// Where the messages of a merged group go.
    merged: HashMap<GroupId, GroupId>,
    /// The pictures that messages of groups came with.
    pictures: Pictures<GroupId>,
    /// Vectors of the model in use, if there is one.
    vectors: Option<Known>,
    cursor: i64,
}

impl State {
    fn new(cursor: i64) -> Self {
        Self {
            vectors: None,
            claims: ClaimIndex::new(),
            answered: HashMap::new(),
            groups: Groups::new(),
            merged: HashMap::new(),
            pictures: Pictures::default(),
            cursor,
        }
    }
}

impl Index {
    /// Loads the snapshot, if there is a good one, and fills in the rest from the store. With a model
    /// the vectors that it made are read too.
    ///
    /// # Errors
    /// The database failed. A damaged snapshot is no error: it is left aside.
    pub async fn load(
        store: &Store,
        desk: Uuid,
        dir: &Path,
        model: Option<ModelKey>,
    ) -> StoreResult<Self> {
        let cursor = store.change_cursor().await?;
        let snapshot = snapshot::read(dir, desk).filter(|it| it.cursor <= cursor);
        let mut state = match snapshot {
            Some(snapshot::Snapshot { claims, answered, cursor }) => {
                let mut state = State { claims, answered, ..State::new(cursor) };
                fill_groups(store, &mut state).await?;
                fill_pictures(store, &mut state).await?;
                state
            }
            None => filled(store).await?,
        };
        state.vectors = model.map(Known::new);
        let index = Self {
            state: RwLock::new(state),
            scratch: Mutex::default(),
            thresholds: RwLock::new(Lang::ALL.map(decide::thresholds)),
            began: Mutex::default(),
            following: tokio::sync::Mutex::default(),
            looks: AtomicU64::default(),
            saved: Mutex::default(),
            dir: dir.to_owned(),
            desk,
        };
        index.follow(store).await?;
        Ok(index)
    }

    /// Deletes the snapshot: the next load reads everything from the store.
    ///
    /// # Errors
    /// The file cannot be deleted.
    pub fn forget(dir: &Path) -> anyhow::Result<()> {
        snapshot::delete(dir)
    }

    /// Writes the snapshot, without anything of texts that were removed. Losing it costs the next
    /// start some time and nothing else.
    ///
    /// # Errors
    /// The disk is full or broken.
    pub fn save(&self) -> anyhow::Result<()> {
        let mut saved = self.saved.lock().expect("nobody panics while holding it");
        if *saved == Some(self.read().cursor) {
            return Ok(());
        }
        {
            let mut state = self.write();
            state.claims.compact();
            if let Some(known) = &mut state.vectors {
                known.vectors.compact();
            }
        }
        let (bytes, cursor) = {
            let State { claims, answered, cursor, .. } = &*self.read();
            (snapshot::bytes(self.desk, claims, answered, *cursor), *cursor)
        };
        // Nobody waits for the disk: finding goes on meanwhile.
        *saved = None;
        snapshot::write(&self.dir, bytes)?;
        *saved = Some(cursor);
        Ok(())
    }

    /// Writes the snapshot, or deletes the one before, which may hold what was erased since.
    ///
    /// # Errors
    /// The old snapshot can be neither replaced nor deleted.
    pub fn save_or_forget(&self) -> anyhow::Result<()> {
        let Err(err) = self.save() else { return Ok(()) };
        tracing::warn!(error = %err, "The index could not be saved: {err:#}");
        snapshot::delete(&self.dir)
    }

    /// Takes in what changed since the last look. Of many who ask at once, one looks for all.
    ///
    /// # Errors
    /// The database failed.
    pub async fn follow(&self, store: &Store) -> StoreResult<()> {
        let before = self.looks.load(Ordering::SeqCst);
        let mut last = self.following.lock().await;
        if before < *last {
            return Ok(()); // One that began after this was asked for has ended meanwhile.
        }
        let look = self.looks.fetch_add(1, Ordering::SeqCst) + 1;
        self.look(store).await?;
        *last = look;
        Ok(())
    }

    async fn look(&self, store: &Store) -> StoreResult<()> {
        loop {
            let cursor = self.read().cursor;
            let Some((changed, last)) = store.changes_after(cursor).await? else {
                // Away for longer than changes are kept.
                let mut filled = filled(store).await?;
                self.began().clear();
                let mut state = self.write();
                filled.vectors = state.vectors.as_ref().map(|it| Known::new(it.model));
                *state = filled;
                continue;
            };
            if changed.is_empty() {
                return self.follow_vectors(store).await;
            }
            let mut n_changes: HashMap<Changed, usize> = HashMap::new();
            changed.iter().for_each(|it| *n_changes.entry(*it).or_default() += 1);
            for (it, n) in n_changes {
                match it {
                    Changed::Claim(id) => self.look_at_claim(store, id).await?,
                    // That a group began is no news to whoever began it.
                    Changed::Group(id) if self.began().remove(&id) && n == 1 => {}
                    Changed::Group(id) => self.look_at_group(store, id).await?,
                }
            }
            self.write().cursor = last;
        }
    }

    /// Takes in the vectors that were written since the last look.
    async fn follow_vectors(&self, store: &Store) -> StoreResult<()> {
        loop {
            let known = self.read().vectors.as_ref().map(|it| (it.model.hash, it.seq()));
            let Some((model, seq)) = known else { return Ok(()) };
            let news = vectors::news(store, model, seq).await?;
            let is_full = news.is_full();
            if let Some(known) = &mut self.write().vectors {
                known.take(news);
            }
            if !is_full {
                return Ok(());
            }
        }
    }

    /// Whether vectors take part: there is a model, and every claim was looked at once.
    pub fn has_vectors(&self) -> bool {
        self.read().vectors.as_ref().is_some_and(|it| it.complete)
    }

    /// The claims that a text may make, best first. Only a claim whose answer stands *answers*.
    pub fn find(&self, text: &str, lang: Option<Lang>, limit: usize) -> Vec<Match> {
        self.find_key(&text::key(text, lang), None, limit)
    }

    /// The same for a search key, and for what the model makes of the text.
    pub fn find_key(&self, key: &TextKey, meaning: Option<&Vector>, limit: usize) -> Vec<Match> {
        let mut scratch = self.scratch().pop().unwrap_or_default();
        let state = self.read();
        let known = state.vectors.as_ref().filter(|it| it.complete);
        let meaning = known
            .zip(meaning)
            .map(|(known, vector)| Meaning { vectors: &known.vectors, sought: Sought::of(vector) });
        let (meaning, thresholds) = (meaning.as_ref(), self.thresholds(key.lang));
        let mut found =
            matching::find_near(&mut scratch, &state.claims, key, meaning, thresholds, limit);
        for it in &mut found {
            if it.decision == Decision::Answer && !state.answered.contains_key(&it.claim) {
                it.decision = Decision::Suggest;
            }
        }
        drop(state);
        self.scratch().push(scratch);
        found
    }

    /// The thresholds in use.
    pub fn thresholds(&self, lang: Lang) -> Thresholds {
        self.thresholds.read().expect("nobody panics while holding it")[place(lang)]
    }

    /// Decides by other thresholds from now on.
    pub fn set_thresholds(&self, lang: Lang, thresholds: Thresholds) {
        let mut all = self.thresholds.write().expect("nobody panics while holding it");
        all[place(lang)] = thresholds;
    }

    /// What a search for a key sees.
    pub fn explain(&self, key: &TextKey) -> Explained {
        matching::explain(&self.read().claims, key)
    }

    /// The group that a text belongs to, after merges.
    pub fn group(&self, probe: &Probe) -> Option<GroupId> {
        let state = self.read();
        let (found, _) = state.groups.find(probe)?;
        Some(state.merged.get(&found).copied().unwrap_or(found))
    }

    /// Groups with a message that came with the same picture, the nearest first.
    pub fn groups_with_picture(&self, hash: &PictureHash, limit: usize) -> Vec<GroupId> {
        self.read().pictures.same(hash, limit)
    }

    /// The group that a text joins, after merges. The one that it is like learns its numbers and
    /// dates; if there were new ones, they are to be written down.
    pub fn join_group(&self, probe: &Probe) -> Option<(GroupId, Option<(GroupId, Facts)>)> {
        let mut state = self.write();
        let (found, similarity) = state.groups.find(probe)?;
        let grown = match similarity {
            Similarity::Exact => None,
            Similarity::Near(_) => state.groups.learn(found, &probe.facts),
        };
        let joined = state.merged.get(&found).copied().unwrap_or(found);
        Some((joined, grown.map(|facts| (found, facts))))
    }

    /// Groups of nearly the same words as a text that something keeps apart from it; the nearest
    /// first, each once, after merges.
    pub fn kept_apart(&self, probe: &Probe) -> Vec<Neighbour> {
        let state = self.read();
        let mut res: Vec<Neighbour> = Vec::new();
        for mut it in state.groups.neighbours(probe) {
            it.id = state.merged.get(&it.id).copied().unwrap_or(it.id);
            if !it.differences.is_empty() && res.iter().all(|known| known.id != it.id) {
                res.push(it);
            }
        }
        res
    }

    /// Lets a group be joined by the next message, before the store tells of it.
    pub fn expect_group(&self, id: GroupId, probe: &Probe) {
        self.began().insert(id);
        self.write().groups.insert(id, &probe.fingerprint, Some(&probe.facts));
    }

    /// Takes back a group that did not come to be.
    pub fn forget_group(&self, id: GroupId) {
        self.began().remove(&id);
        let mut state = self.write();
        state.groups.remove(id);
        state.merged.remove(&id);
        state.pictures.put(id, []);
    }

    /// Looks whether groups came to be, when the store could not say: the connection may have been
    /// lost after the commit. One that cannot be looked at is taken back.
    pub async fn look_for_groups(&self, store: &Store, ids: &[GroupId]) {
        for id in ids {
            self.began().remove(id);
            if let Err(err) = self.look_at_group(store, *id).await {
                tracing::warn!(error = %err, "A group could not be looked at: {err}");
                self.forget_group(*id);
            }
        }
    }

    /// The public number of a claim whose answer stands.
    pub fn answered(&self, claim: ClaimId) -> Option<i64> {
        self.read().answered.get(&claim).copied()
    }

    /// How many claims, how many groups, and about how many bytes of memory.
    pub fn size(&self) -> (usize, usize, usize) {
        let state = self.read();
        let vectors = state.vectors.as_ref().map_or(0, |it| it.vectors.memory_bytes());
        let groups = state.groups.memory_bytes() + state.pictures.memory_bytes();
        let bytes = state.claims.memory_bytes() + groups + vectors;
        (state.claims.len(), state.groups.len(), bytes)
    }

    async fn look_at_claim(&self, store: &Store, id: ClaimId) -> StoreResult<()> {
        let Some(claim) = store.claim(id).await? else { return Ok(()) };
        let variants = store.variants(id).await?.into_iter().map(|(_, text)| text);
        let sightings = sightings(store, id).await?;
        let texts: Vec<String> = variants.chain(sightings).collect();
        let answer = store.newest_version(id).await?.filter(|it| !it.is_retraction());
        put(&mut self.write(), &claim, &texts, answer.as_ref());
        self.look_at_vectors(store, id).await
    }

    /// Vectors go with the texts that they were made from; those of new texts come a little later.
    async fn look_at_vectors(&self, store: &Store, id: ClaimId) -> StoreResult<()> {
        let model = self.read().vectors.as_ref().map(|it| it.model.hash);
        let Some(model) = model else { return Ok(()) };
        let row = store.vectors_of(model, id).await?;
        if let Some(known) = &mut self.write().vectors {
            known.put(id, row.as_deref().unwrap_or_default());
        }
        Ok(())
    }

    async fn look_at_group(&self, store: &Store, id: GroupId) -> StoreResult<()> {
        match store.group_key(id).await? {
            Some(key) => {
                let pictures = store.pictures_of_group(id).await?;
                let mut state = self.write();
                put_group(&mut state, &key);
                state.pictures.put(id, pictures);
            }
            None => self.forget_group(id),
        }
        Ok(())
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, State> {
        self.state.read().expect("nobody panics while holding it")
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, State> {
        self.state.write().expect("nobody panics while holding it")
    }

    fn began(&self) -> std::sync::MutexGuard<'_, HashSet<GroupId>> {
        self.began.lock().expect("nobody panics while holding it")
    }

    fn scratch(&self) -> std::sync::MutexGuard<'_, Vec<Scratch>> {
        self.scratch.lock().expect("nobody panics while holding it")
    }
}

fn place(lang: Lang) -> usize {
    Lang::ALL.iter().position(|it| *it == lang).expect("it has all of them")
}

/// Everything that the store has, as it stands now.
async fn filled(store: &Store) -> StoreResult<State> {
    // What changes while it is read is read again.
    let mut state = State::new(store.change_cursor().await?);
    fill_claims(store, &mut state).await?;
    fill_groups(store, &mut state).await?;
    fill_pictures(store, &mut state).await?;
    Ok(state)
}

async fn fill_claims(store: &Store, state: &mut State) -> StoreResult<()> {
    let mut after = None;
    loop {
        let claims = store.claims_after(after, PAGE).await?;
        let (Some(first), Some(last)) = (claims.first(), claims.last()) else {
            return Ok(());
        };
        let (first, last) = (first.id, last.id);
        let variants = store.variants_between(first, last).await?;
        let variants = variants.into_iter().map(|(id, _, text)| (id, text));
        let sightings = store.sighting_texts_between(first, last, SIGHTINGS_MAX).await?;
        let mut texts: HashMap<ClaimId, Vec<String>> = HashMap::new();
        for (id, text) in variants.chain(sightings) {
            texts.entry(id).or_default().push(text);
        }
        let answers = store.answered_between(first, last).await?;
        let answers: HashMap<_, _> = answers.into_iter().map(|it| (it.claim, it)).collect();
        for claim in &claims {
            let more = texts.remove(&claim.id).unwrap_or_default();
            put(state, claim, &more, answers.get(&claim.id));
        }
        after = Some(last);
    }
}

/// Puts a claim as it stands into the index. One that was merged is found by the other's texts.
fn put(state: &mut State, claim: &Claim, more: &[String], answer: Option<&Version>) {
    if claim.merged_into.is_some() {
        state.claims.remove(claim.id);
        state.answered.remove(&claim.id);
        return;
    }
    match answer {
        Some(it) => state.answered.insert(claim.id, it.document.number),
        None => state.answered.remove(&claim.id),
    };
    state.claims.upsert(&doc(claim, more, answer));
}

async fn fill_groups(store: &Store, state: &mut State) -> StoreResult<()> {
    let mut after = None;
    loop {
        let keys = store.group_keys(after, PAGE).await?;
        let Some(last) = keys.last() else { return Ok(()) };
        after = Some(last.id);
        keys.iter().for_each(|it| put_group(state, it));
    }
}

async fn fill_pictures(store: &Store, state: &mut State) -> StoreResult<()> {
    let mut after = None;
    loop {
        let page = store.pictures(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.message);
        for it in page {
            if let (Some(group), Some(picture)) = (it.group, it.picture) {
                state.pictures.add(group, [picture]);
            }
        }
    }
}

/// Puts a group as it stands into the index, in the place of how it looked before.
fn put_group(state: &mut State, key: &GroupKey) {
    state.groups.remove(key.id);
    match key.merged_into {
        Some(into) => state.merged.insert(key.id, into),
        None => state.merged.remove(&key.id),
    };
    // A sketch of a newer program cannot be compared: such a group is joined by no one here.
    let Ok(sketch) = Sketch::from_bytes(&key.sketch) else { return };
    let fingerprint = Fingerprint { exact: key.exact_hash, sketch };
    state.groups.insert(key.id, &fingerprint, Facts::from_bytes(&key.facts).as_ref());
}

async fn sightings(store: &Store, id: ClaimId) -> StoreResult<Vec<String>> {
    let found = store.sighting_texts(id, SIGHTINGS_MAX).await?;
    Ok(found.into_iter().map(|it| it.text).collect())
}

/// The texts by which a claim is found. The claim in its own language stands first.
fn doc<'a>(claim: &'a Claim, more: &'a [String], answer: Option<&'a Version>) -> ClaimDoc<'a> {
    let mut parts = Vec::new();
    let other = claim.lang.other();
    parts.extend(claim.text.exact(claim.lang).map(|it| (Part::Claim, it)));
    parts.extend(claim.text.exact(other).map(|it| (Part::Variant, it)));
    parts.extend(claim.title.as_deref().map(|it| (Part::Title, it)));
    parts.extend(more.iter().map(|it| (Part::Variant, it.as_str())));
    parts.extend(claim.body.as_deref().map(|it| (Part::Review, it)));
    if let Some(it) = answer {
        let content = &it.document.content;
        let texts = [&content.answer, &content.body];
        let texts = texts.into_iter().flat_map(|it| Lang::ALL.map(|lang| it.exact(lang)));
        parts.extend(texts.flatten().map(|it| (Part::Review, it)));
    }
    ClaimDoc { id: claim.id, lang: claim.lang, parts }
}
