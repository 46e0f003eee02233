//! Evidence: public sources for or against, and whether their pages are kept.

use kiemtin_core::case::{Capture, SourceKind, Stance};
use kiemtin_core::ids::{CaseId, EvidenceId, OrgId};
use kiemtin_core::lang::Localised;
use kiemtin_core::time::Timestamp;
use serde_json::json;

use crate::cases::{Case, is_uninvolved, note, within};
use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::jobs::{self, Leased, NewJob};
use crate::{Act, Chance, Rule, Store, drafts, looks, stamps};

/// A public source for or against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Its id.
    pub id: EvidenceId,
    /// The organisation that brought it.
    pub org: OrgId,
    /// For or against.
    pub stance: Stance,
    /// Who published it.
    pub publisher: String,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// When it was published, `2026-11-01`.
    pub published: Option<String>,
    /// What it says, in the desk's words.
    pub note: Localised,
    /// The passage that counts, word for word.
    pub quote: Localised,
    /// How near it is to what it tells of; what was brought before this was asked has none.
    pub kind: Option<SourceKind>,
    /// What its publisher has to gain.
    pub interest: Localised,
    /// Whether its page is kept.
    pub capture: Capture,
    /// The blob that holds the page: a WARC around it, or the page itself.
    pub blob: Option<String>,
    /// A file that the organisation handed in: nobody fetched it from the address.
    pub handed_in: bool,
}

/// What the job that kept a page found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What is kept.
    pub blob: Blob,
    /// Where the page was in the end.
    pub url: String,
    /// The registered domain of that.
    pub host: String,
    /// What the site calls this version of the page, if it does: `ETag` or `Last-Modified`.
    pub validator: Option<String>,
    /// SHA-256 of the page's main text, in hex, if it has one.
    pub text_sha256: Option<String>,
    /// Whether an authority is to be asked for a timestamp.
    pub stamp: bool,
}

/// The job that fetches and keeps a source's page.
pub const CAPTURE_EVIDENCE: &str = "capture_evidence";

impl Store {
    /// Adds evidence to a case, and the job that captures its page.
    ///
    /// # Errors
    /// [`Rule::EvidenceTwice`] when the page is there already; [`Rule::EvidenceClosed`] when nobody
    /// works on the case; [`StoreError::Refused`] for the capture state `none (demo)` in a desk that
    /// `demo` did not make.
    pub async fn add_evidence(
        &self,
        case: CaseId,
        new: &Evidence,
        act: Act<'_>,
    ) -> StoreResult<()> {
        match new.capture {
            Capture::Pending | Capture::NoneDemo => {}
            Capture::Archived { .. } | Capture::Failed { .. } => {
                let why = "evidence comes in without its capture, which a job makes";
                return Err(StoreError::Refused(why.to_owned()));
            }
        }
        let mut tx = self.begin().await?;
        if new.capture == Capture::NoneDemo {
            only_in_demo(&mut tx).await?;
        }
        insert(&mut tx, case, new, act).await?;
        if new.capture == Capture::Pending {
            add_capture_job(&mut tx, new.id, act.at, act.chance).await?;
        }
        tx.commit().await
    }

    /// Adds a file that an organisation handed in. The blob was written before.
    ///
    /// # Errors
    /// As [`Store::add_evidence`].
    pub async fn add_evidence_file(
        &self,
        case: CaseId,
        new: &Evidence,
        blob: &Blob,
        act: Act<'_>,
    ) -> StoreResult<()> {
        assert_eq!(new.capture, Capture::Archived { sha256: blob.sha256.clone() });
        let mut tx = self.begin().await?;
        self.keep(&mut tx, blob, act.at).await?;
        insert(&mut tx, case, new, act).await?;
        stamps::ask(&mut tx, &blob.sha256, act.at, act.chance).await?;
        tx.commit().await
    }

    /// Tries again to capture a page that could not be fetched.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it has not failed.
    pub async fn retry_capture(
        &self,
        id: EvidenceId,
        at: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "update evidence set capture_state = 'pending', capture_why = null \
            where id = $1 and capture_state = 'failed'";
        tx.run_one(sql, args![id]).await?;
        add_capture_job(&mut tx, id, at, chance).await?;
        tx.commit().await
    }

    /// Takes evidence back while the case is worked on: it stays in the record, not in the draft.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it is not there or was taken back; [`Rule::EvidenceClosed`] when the
    /// case is published or closed.
    pub async fn withdraw_evidence(
        &self,
        case: CaseId,
        id: EvidenceId,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let found = change_sources(&mut tx, case).await?;
        let sql = "update evidence set withdrawn_at = $3 \
            where id = $1 and case_id = $2 and withdrawn_at is null";
        tx.run_one(sql, args![id, case, act.at]).await?;
        let body = json!({ "id": id.to_string() });
        note(&mut tx, "evidence.withdraw", found.claim, body, act).await?;
        tx.commit().await
    }

    /// Sets evidence aside whose page is not archived, with a reason that the record keeps: it leaves
    /// the draft. Nothing is published while a page is missing, and without this whoever brought a
    /// dead address would decide that, an involved organisation too.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it is not there or was taken back; [`Rule::EvidenceKept`] when its
    /// page is archived; [`Rule::EvidenceClosed`] when the case is published or closed;
    /// [`Rule::Involved`] when the claim concerns the member's organisation.
    pub async fn set_evidence_aside(
        &self,
        case: CaseId,
        id: EvidenceId,
        reason: &str,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let found = change_sources(&mut tx, case).await?;
        is_uninvolved(&mut tx, found.claim, act.by).await?;
        let source = of_case(&mut tx, case).await?.into_iter().find(|it| it.id == id);
        let source = source.ok_or(StoreError::Stale)?;
        if source.capture.is_enough() {
            return Err(Rule::EvidenceKept.into());
        }
        let sql = "update evidence set withdrawn_at = $2 \
            where id = $1 and withdrawn_at is null and capture_state in ('pending', 'failed')";
        tx.run_one(sql, args![id, act.at]).await?;
        let body = json!({ "id": id.to_string(), "url": source.url, "reason": reason });
        note(&mut tx, "evidence.set_aside", found.claim, body, act).await?;
        tx.commit().await
    }

    /// The evidence of a case, in the order it was brought.
    ///
    /// # Errors
    /// The database failed.
    pub async fn evidence(&self, case: CaseId) -> StoreResult<Vec<Evidence>> {
        self.engine.rows(OF_CASE, args![case]).await?.iter().map(evidence).collect()
    }

    /// The hashes of all kept pages.
    ///
    /// # Errors
    /// The database failed.
    pub async fn blob_hashes(&self) -> StoreResult<Vec<String>> {
        let rows = self.engine.rows("select sha256 from blobs order by sha256", args![]).await?;
        rows.iter().map(|row| row.get("sha256")).collect()
    }

    /// What a kept page is, as the server said, and when it was first kept.
    ///
    /// # Errors
    /// The database failed.
    pub async fn kept_page(&self, sha256: &str) -> StoreResult<Option<(String, Timestamp)>> {
        let sql = "select media_type, created_at from blobs where sha256 = $1";
        let page = |row: &Row| {
            let at = Timestamp::from_millis(row.get("created_at")?);
            Ok((row.get("media_type")?, at))
        };
        self.engine.rows(sql, args![sha256]).await?.first().map(page).transpose()
    }

    /// The bytes of a kept page, if the database has them: on PostgreSQL, for nodes in whose folder
    /// they are not.
    ///
    /// # Errors
    /// The database failed.
    pub async fn blob_bytes(&self, sha256: &str) -> StoreResult<Option<Vec<u8>>> {
        let sql = "select bytes from blob_bytes where sha256 = $1";
        let rows = self.engine.rows(sql, args![sha256]).await?;
        rows.first().map(|row| row.get("bytes")).transpose()
    }

    /// The address of a piece of evidence whose capture waits.
    ///
    /// # Errors
    /// The database failed.
    pub async fn capture_url(&self, id: EvidenceId) -> StoreResult<Option<String>> {
        let sql = "select url from evidence where id = $1 and capture_state = 'pending'";
        let rows = self.engine.rows(sql, args![id]).await?;
        rows.first().map(|row| row.get("url")).transpose()
    }

    /// Writes down how a capture ended, and ends its job. The blob was written before. From now on
    /// its page is looked at again from time to time.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when another worker did it.
    pub async fn end_capture(
        &self,
        job: &Leased,
        id: EvidenceId,
        capture: &Capture,
        kept: Option<&Kept>,
        at: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        jobs::finish(&mut tx, job).await?;
        let (page, why) = match capture {
            Capture::Archived { sha256 } => (Some(sha256.as_str()), None),
            Capture::Failed { why } => (None, Some(why.as_str())),
            Capture::Pending | Capture::NoneDemo => (None, None),
        };
        if let Some(kept) = kept {
            self.keep(&mut tx, &kept.blob, at).await?;
        }
        let blob = kept.map(|it| it.blob.sha256.as_str()).or(page);
        let sql = "update evidence set capture_state = $2, capture_sha256 = $3, \
            page_sha256 = $4, capture_why = $5 where id = $1 and capture_state = 'pending'";
        let n_changed = tx.run(sql, args![id, capture.code(), blob, page, why]).await?;
        if let (Some(kept), 1) = (kept, n_changed) {
            looks::begin(&mut tx, id, kept, at).await?;
            if kept.stamp {
                stamps::ask(&mut tx, &kept.blob.sha256, at, chance).await?;
            }
        }
        tx.commit().await
    }

    async fn keep(&self, tx: &mut Tx, blob: &Blob, at: Timestamp) -> StoreResult<()> {
        let Blob { sha256, bytes, media_type } = blob;
        let n_bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let sql = "insert into blobs (sha256, n_bytes, media_type, created_at) \
            values ($1, $2, $3, $4) on conflict (sha256) do nothing";
        tx.run(sql, args![sha256.as_str(), n_bytes, media_type.as_str(), at]).await?;
        if self.engine.is_shared() { keep_bytes(tx, sha256, bytes).await } else { Ok(()) }
    }
}

/// What is kept of a page: its bytes lie in the folder of blobs under their hash, and on PostgreSQL, where
/// each node has a folder of its own, in the database too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// SHA-256 of the bytes, in hex.
    pub sha256: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What they are, as the server said.
    pub media_type: String,
}

/// Keeps the bytes of a page in the database.
pub(crate) async fn keep_bytes(tx: &mut Tx, sha256: &str, bytes: &[u8]) -> StoreResult<()> {
    let sql = "insert into blob_bytes (sha256, bytes) values ($1, $2) \
        on conflict (sha256) do nothing";
    tx.run(sql, args![sha256, bytes]).await.map(drop)
}

const OF_CASE: &str = "select id, org_id, stance, publisher, title, url, published, note_vi, \
    note_en, quote_vi, quote_en, kind, interest_vi, interest_en, capture_state, capture_sha256, \
    page_sha256, capture_why, handed_in from evidence \
    where case_id = $1 and withdrawn_at is null order by added_at, id";

/// The evidence of a case, as the transaction sees it.
pub(crate) async fn of_case(tx: &mut Tx, case: CaseId) -> StoreResult<Vec<Evidence>> {
    tx.rows(OF_CASE, args![case]).await?.iter().map(evidence).collect()
}

/// Writes the row of a piece of evidence, and what the record says of it.
async fn insert(tx: &mut Tx, case: CaseId, new: &Evidence, act: Act<'_>) -> StoreResult<()> {
    let found = change_sources(tx, case).await?;
    let sql = "select 1 as one from evidence where case_id = $1 and url = $2 \
        and withdrawn_at is null";
    if tx.row(sql, args![case, new.url.as_str()]).await?.is_some() {
        return Err(Rule::EvidenceTwice.into());
    }
    // Taken apart without `..`: a new field must be kept or left out on purpose.
    let Evidence {
        id,
        org,
        stance,
        publisher,
        title,
        url,
        published,
        note,
        quote,
        kind,
        interest,
        capture,
        blob,
        handed_in,
    } = new;
    let sql = "insert into evidence (id, case_id, org_id, stance, publisher, title, url, \
        published, note_vi, note_en, quote_vi, quote_en, kind, interest_vi, interest_en, \
        capture_state, capture_sha256, handed_in, added_at) values ($1, $2, $3, $4, $5, $6, $7, \
        $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    let values = args![
        *id,
        case,
        *org,
        stance.code(),
        publisher.as_str(),
        title.as_str(),
        url.as_str(),
        published.as_deref(),
        note.vi.as_deref(),
        note.en.as_deref(),
        quote.vi.as_deref(),
        quote.en.as_deref(),
        kind.map(SourceKind::code),
        interest.vi.as_deref(),
        interest.en.as_deref(),
        capture.code(),
        blob.as_deref(),
        *handed_in,
        act.at,
    ];
    tx.run(sql, values).await?;
    crate::cases::note(tx, "evidence.add", found.claim, json!({ "url": url }), act).await
}

/// The case whose sources change: it must be worked on, and signatures under it are void.
pub(crate) async fn change_sources(tx: &mut Tx, case: CaseId) -> StoreResult<Case> {
    let found = within(tx, case).await?;
    if !found.takes_evidence() {
        return Err(Rule::EvidenceClosed.into());
    }
    drafts::void(tx, case).await?;
    Ok(found)
}

async fn only_in_demo(tx: &mut Tx) -> StoreResult<()> {
    match tx.row("select 1 as one from desk where demo", args![]).await? {
        Some(_) => Ok(()),
        None => Err(StoreError::Refused("evidence needs a capture of its page".to_owned())),
    }
}

async fn add_capture_job(
    tx: &mut Tx,
    id: EvidenceId,
    at: Timestamp,
    chance: Chance,
) -> StoreResult<()> {
    let payload = serde_json::to_string(&id).expect("an id is a text");
    let unique_key = Some(format!("{CAPTURE_EVIDENCE}:{id}"));
    let job = NewJob { name: CAPTURE_EVIDENCE, payload, run_at: at, unique_key };
    jobs::add(tx, &job, chance).await
}

fn evidence(row: &Row) -> StoreResult<Evidence> {
    let stance: String = row.get("stance")?;
    let state: String = row.get("capture_state")?;
    let sha256: Option<String> = row.get("capture_sha256")?;
    let why: Option<String> = row.get("capture_why")?;
    let page: Option<String> = row.get("page_sha256")?;
    let kind: Option<String> = row.get("kind")?;
    let source_kind = |it: String| SourceKind::from_code(&it).ok_or(StoreError::Damaged(it));
    let capture = match (state.as_str(), &sha256) {
        ("archived", Some(blob)) => Capture::Archived { sha256: page.unwrap_or(blob.clone()) },
        ("failed", _) => Capture::Failed { why: why.unwrap_or_default() },
        ("pending", _) => Capture::Pending,
        ("none (demo)", _) => Capture::NoneDemo,
        _ => return Err(StoreError::Damaged(state)),
    };
    Ok(Evidence {
        id: EvidenceId(row.get("id")?),
        org: OrgId(row.get("org_id")?),
        stance: Stance::from_code(&stance).ok_or(StoreError::Damaged(stance))?,
        publisher: row.get("publisher")?,
        title: row.get("title")?,
        url: row.get("url")?,
        published: row.get("published")?,
        note: Localised { vi: row.get("note_vi")?, en: row.get("note_en")? },
        quote: Localised { vi: row.get("quote_vi")?, en: row.get("quote_en")? },
        kind: kind.map(source_kind).transpose()?,
        interest: Localised { vi: row.get("interest_vi")?, en: row.get("interest_en")? },
        capture,
        blob: sha256,
        handed_in: row.get("handed_in")?,
    })
}
