//! Signing and publishing. The signature that completes the sign-off writes, in its own
//! transaction, the version, the entry of the log, the state of the case and the jobs that follow:
//! there is no version without its entry, and no entry without its version.

use kiemtin_core::claim_review;
use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::ids::{CaseId, ClaimId, OrgId};
use kiemtin_core::log_entry::{EntryKind, LogEntry, Subject};
use kiemtin_core::organisation::OrgSlug;
use kiemtin_core::permission::{Deed, may};
use kiemtin_core::rating::Rating;
use kiemtin_core::review::{self, Content, Document, Salt, VersionClass};
use kiemtin_core::sign_off::{DraftHash, SignOff, Signature, Verdict};
use kiemtin_core::time::Timestamp;
use kiemtin_core::workflow::{self, Action, State};
use serde_json::json;

use crate::apply::{Change, apply};
use crate::cases::{Case, note, within};
use crate::drafts::{self, Draft};
use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::groups::follow_ties;
use crate::jobs::{self, NewJob};
use crate::members;
use crate::{Act, Chance, Rule, Store, log, notices, organisations};

/// The job that tells a hub which feeds a publication changed.
pub const PING_HUB: &str = "ping_hub";

/// What a signature led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// It is written down; more are needed.
    Recorded {
        /// How many more.
        n_more: usize,
    },
    /// It was the last: the version is out.
    Published {
        /// The public number of the claim.
        number: i64,
        /// The version, from 1.
        version: i64,
    },
}

/// One published version, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The claim.
    pub claim: ClaimId,
    /// What was published.
    pub document: Document,
    /// The same in its canonical form: what is hashed and served.
    pub canonical: String,
    /// What makes its hash in the log checkable.
    pub salt: Salt,
    /// Where its entry stands in the log.
    pub log_idx: i64,
    /// What the claim is about now; no part of what was published, and in no hash.
    pub topic: Option<String>,
}

impl Version {
    /// The hash in the log.
    pub fn salted_hash(&self) -> [u8; 32] {
        self.salt.hash(&self.canonical)
    }

    /// Whether this version withdraws the answer.
    pub fn is_retraction(&self) -> bool {
        self.document.content.class == VersionClass::Retraction
    }
}

/// Which published answers a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// The newest version of every answer.
    Newest,
    /// Every version with a notice: corrections, changed verdicts, retractions.
    Corrections,
    /// The newest version of the answers about a place; a province has those about its wards.
    About(UnitCode),
    /// The answers that stand under an organisation's signature: it signed the newest version.
    SignedBy(OrgId),
    /// The newest version of the answers on one of `core::remit::TOPICS`.
    On(&'static str),
}

macro_rules! version_columns {
    ($tail:literal) => {
        concat!(
            "select v.claim_id, v.document, v.salt, v.log_idx, (select c.topic from claims c ",
            "where c.id = v.claim_id) as topic from review_versions v ",
            $tail
        )
    };
}

/// A page of versions whose places in the log another statement finds, the newest first.
macro_rules! listed {
    ($places:literal) => {
        concat!(
            "select v.claim_id, v.document, v.salt, v.log_idx, c.topic from (",
            $places,
            " limit $2 offset $1) l join review_versions v on v.log_idx = l.idx \
            join claims c on c.id = v.claim_id order by v.log_idx desc"
        )
    };
}

/// Retractions that were followed by no new answer. The list of classes is the index's.
macro_rules! withdrawn {
    ($which:literal) => {
        concat!(
            "select v.claim_id, v.document, v.salt, v.log_idx, c.topic from review_versions v \
            join claims c on c.id = v.claim_id \
            where v.class in ('correction', 'verdict_change', 'retraction') \
            and v.class = 'retraction' and c.answer_idx is null ",
            $which,
            " order by v.log_idx desc limit $1"
        )
    };
}

const NEWEST_HEAD: &str = "with i (id) as (values";
const NEWEST_TAIL: &str = ") select v.claim_id, v.document, v.salt, v.log_idx, c.topic from i \
    join claims c on c.id = i.id join review_versions v on v.claim_id = c.id \
    and v.version = (select max(w.version) from review_versions w where w.claim_id = c.id)";

impl Store {
    /// Signs the draft whose hash the member saw; the last signature publishes.
    ///
    /// # Errors
    /// The [`Rule`] that is not met; then nothing is written, the signature neither.
    pub async fn sign(
        &self,
        case: CaseId,
        seen: DraftHash,
        act: Act<'_>,
        salt: Salt,
    ) -> StoreResult<Signed> {
        if !may(act.by.role, Deed::SignDraft) {
            return Err(StoreError::Refused("a member with this role may not sign".to_owned()));
        }
        let mut tx = self.begin().await?;
        // A member may be taken off between reading the page and signing.
        if members::role_now(&mut tx, act.by).await? != Some(act.by.role) {
            return Err(Rule::AccessEnded.into());
        }
        let found = within(&mut tx, case).await?;
        if !matches!(found.state, State::Review | State::Correcting) {
            return Err(Rule::NothingToSign.into());
        }
        let mut draft = drafts::draft(&mut tx, case).await?.ok_or(StoreError::Stale)?;
        if !review::ready(&draft.content).is_empty() {
            return Err(Rule::NotComplete.into());
        }
        fits_before(&mut tx, found.claim, &draft.content).await?;
        markup_fits(&mut tx, found.claim, &draft.content, act.at).await?;
        let signature = Signature { member: act.by.id, org: act.by.org, hash: seen };
        let verdict = admit(&mut tx, found.claim, &mut draft, signature).await?;
        let sql = "insert into signatures (case_id, member_id, org_id, hash, signed_at) \
            values ($1, $2, $3, $4, $5) on conflict (case_id, member_id) do update \
            set hash = $4, signed_at = $5";
        tx.run(sql, args![case, act.by.id, act.by.org, seen, act.at]).await?;
        let body = json!({ "hash": hex::encode(seen) });
        note(&mut tx, "draft.sign", found.claim, body, act).await?;
        let signed = match verdict {
            Verdict::Complete { orgs, single_org } => {
                let signers = Signers { orgs, single_org };
                publish(&mut tx, &found, draft.content, signers, act, salt).await?
            }
            Verdict::Missing { n_more } => Signed::Recorded { n_more },
            Verdict::Impossible => return Err(Rule::CouldNeverSign.into()),
        };
        tx.commit().await?;
        Ok(signed)
    }

    /// The newest version about a claim.
    ///
    /// # Errors
    /// The database failed.
    pub async fn newest_version(&self, claim: ClaimId) -> StoreResult<Option<Version>> {
        let sql = version_columns!("where v.claim_id = $1 order by v.version desc limit 1");
        self.engine.rows(sql, args![claim]).await?.first().map(version).transpose()
    }

    /// The newest versions about several claims, in no order; a claim without one is absent.
    ///
    /// # Errors
    /// The database failed.
    pub async fn newest_versions(&self, claims: &[ClaimId]) -> StoreResult<Vec<Version>> {
        let claims = claims.iter().map(|it| args![*it]).collect();
        self.engine.many_rows(NEWEST_HEAD, NEWEST_TAIL, claims).await?.iter().map(version).collect()
    }

    /// All versions about a claim, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn versions(&self, claim: ClaimId) -> StoreResult<Vec<Version>> {
        let sql = version_columns!("where v.claim_id = $1 order by v.version desc");
        self.engine.rows(sql, args![claim]).await?.iter().map(version).collect()
    }

    /// A page of published answers, the newest first. What it costs does not grow with the desk.
    ///
    /// # Errors
    /// The database failed.
    pub async fn published(
        &self,
        listing: Listing,
        offset: i64,
        limit: i64,
    ) -> StoreResult<Vec<Version>> {
        let mut values = args![offset, limit];
        match listing {
            Listing::Newest | Listing::Corrections => {}
            Listing::About(place) => values.push(place.as_str().into()),
            Listing::SignedBy(org) => values.push(org.into()),
            Listing::On(topic) => values.push(topic.into()),
        }
        self.engine.rows(listing.sql(), values).await?.iter().map(version).collect()
    }

    /// The retractions of answers that such a list showed, the newest first: whoever follows the list
    /// by a feed learns in this way that they are gone. Corrections are a list of these already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn withdrawn(&self, listing: Listing, limit: i64) -> StoreResult<Vec<Version>> {
        let mut values = args![limit];
        let sql = match listing {
            Listing::Corrections => return Ok(Vec::new()),
            Listing::Newest => withdrawn!(""),
            Listing::About(place) => {
                values.push(place.as_str().into());
                withdrawn!(
                    "and exists (select 1 from claim_places p where p.claim_id = v.claim_id \
                    and (p.place = $2 or p.province = $2))"
                )
            }
            Listing::SignedBy(org) => {
                values.push(org.into());
                withdrawn!(
                    "and exists (select 1 from version_signers s \
                    where s.claim_id = v.claim_id and s.org_id = $2)"
                )
            }
            Listing::On(topic) => {
                values.push(topic.into());
                withdrawn!("and c.topic = $2")
            }
        };
        self.engine.rows(sql, values).await?.iter().map(version).collect()
    }

    /// The claims that have an answer that stands, from `first` to `last` by id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn answered_between(
        &self,
        first: ClaimId,
        last: ClaimId,
    ) -> StoreResult<Vec<Version>> {
        let sql = version_columns!(
            "join claims c on c.answer_idx = v.log_idx where $1 <= c.id and c.id <= $2"
        );
        self.engine.rows(sql, args![first, last]).await?.iter().map(version).collect()
    }

    /// The public numbers from `first` to `last`, retracted answers included, and when each page
    /// changed last.
    ///
    /// # Errors
    /// The database failed.
    pub async fn numbers_between(
        &self,
        first: i64,
        last: i64,
    ) -> StoreResult<Vec<(i64, Timestamp)>> {
        let sql = "select c.number, max(v.published_at) as changed_at from claims c \
            join review_versions v on v.claim_id = c.id where $1 <= c.number and c.number <= $2 \
            group by c.number order by c.number";
        let rows = self.engine.rows(sql, args![first, last]).await?;
        let line =
            |row: &Row| Ok((row.get("number")?, Timestamp::from_millis(row.get("changed_at")?)));
        rows.iter().map(line).collect()
    }

    /// The last public number that was given; 0 before the first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn last_number(&self) -> StoreResult<i64> {
        let sql = "select coalesce(max(number), 0) as n from claims";
        self.engine.rows(sql, args![]).await?.first().map_or(Ok(0), |row| row.get("n"))
    }

    /// How many answers stand.
    ///
    /// # Errors
    /// The database failed.
    pub async fn n_published(&self) -> StoreResult<i64> {
        let sql = "select count(*) as n from claims where answer_idx is not null";
        self.engine.rows(sql, args![]).await?.first().map_or(Ok(0), |row| row.get("n"))
    }
}

impl Listing {
    fn sql(self) -> &'static str {
        match self {
            Self::Newest => listed!(
                "select answer_idx as idx from claims where answer_idx is not null \
                order by answer_idx desc"
            ),
            Self::Corrections => listed!(
                "select log_idx as idx from review_versions \
                where class in ('correction', 'verdict_change', 'retraction') \
                order by log_idx desc"
            ),
            // A claim may be about several places of a province.
            Self::About(place) if place == place.province() => listed!(
                "select distinct answer_idx as idx from claim_places \
                where province = $3 and answer_idx is not null order by answer_idx desc"
            ),
            Self::About(_) => listed!(
                "select answer_idx as idx from claim_places \
                where place = $3 and answer_idx is not null order by answer_idx desc"
            ),
            Self::SignedBy(_) => listed!(
                "select s.log_idx as idx from version_signers s \
                join claims c on c.answer_idx = s.log_idx \
                where s.org_id = $3 order by s.log_idx desc"
            ),
            Self::On(_) => listed!(
                "select answer_idx as idx from claims \
                where topic = $3 and answer_idx is not null order by answer_idx desc"
            ),
        }
    }
}

/// Whether readers find an answer to this claim that stands.
pub(crate) async fn is_answered(tx: &mut Tx, claim: ClaimId) -> StoreResult<bool> {
    let sql = "select 1 as one from claims where id = $1 and answer_idx is not null";
    Ok(tx.row(sql, args![claim]).await?.is_some())
}

/// Whose signatures completed the sign-off, and whose was the last.
struct Signers {
    orgs: Vec<OrgId>,
    single_org: bool,
}

/// Asks the rule of sign-off, with everything it looks at as the transaction sees it.
async fn admit(
    tx: &mut Tx,
    claim: ClaimId,
    draft: &mut Draft,
    new: Signature,
) -> StoreResult<Verdict> {
    let tree = organisations::tree(tx).await?;
    let marked = organisations::marked(tx, claim).await?;
    let newcomers = organisations::newcomers(tx, claim).await?;
    let (hash, editors) = (draft.hash, &draft.editors);
    let rule = SignOff { hash, tree: &tree, marked: &marked, newcomers: &newcomers, editors };
    rule.admits(&new, &draft.signatures).map_err(Rule::from)?;
    draft.signatures.push(new);
    Ok(rule.verdict(&draft.signatures))
}

async fn publish(
    tx: &mut Tx,
    case: &Case,
    content: Content,
    signers: Signers,
    act: Act<'_>,
    salt: Salt,
) -> StoreResult<Signed> {
    let Signers { orgs, single_org } = signers;
    let Act { by, at, chance } = act;
    let sql = "select coalesce(max(version), 0) as version, max(log_idx) as prev, \
        min(published_at) as first_at from review_versions where claim_id = $1";
    let row = tx.row(sql, args![case.claim]).await?.ok_or(StoreError::Stale)?;
    let version = row.get::<i64>("version")? + 1;
    let prev: Option<i64> = row.get("prev")?;
    let first_at = row.get::<Option<i64>>("first_at")?.map_or(at, Timestamp::from_millis);
    let (kind, action) = kind_and_action(content.class);
    let number = number(tx, case.claim).await?;
    let names = drafts::names(tx).await?;
    let read = notices::read_by_signers(tx, case.id).await?;
    let document = Document {
        v: 1,
        number,
        version,
        published: at.rfc3339(),
        first_published: first_at.rfc3339(),
        signed_by: orgs.iter().filter_map(|it| names.get(it).cloned()).collect(),
        single_org,
        unread: content.langs().filter(|it| !read.contains(it)).collect(),
        content,
    };
    let entry = entry(kind, case.claim, &document, prev, salt, at)?;
    let idx = insert_version(tx, case.claim, &document, salt, &entry, chance).await?;
    let signers = orgs.iter().map(|it| args![case.claim, version, *it, idx]).collect();
    let head = "insert into version_signers (claim_id, version, org_id, log_idx) values";
    tx.many(head, "", signers).await?;
    let to = workflow::decide(case.state, action, by.role, None);
    let to = to.map_err(|err| StoreError::Refused(err.to_string()))?;
    let change = Change { case, action, to, dismiss: None, act };
    apply(tx, &change, json!({ "version": version, "number": number })).await?;
    let sql = "update claims set number = $2, text_vi = $3, text_en = $4 where id = $1";
    let claim = &document.content.claim;
    tx.run_one(sql, args![case.claim, number, claim.vi.as_deref(), claim.en.as_deref()]).await?;
    stands(tx, case.claim, Some(idx).filter(|_| kind != EntryKind::Retract)).await?;
    follow_ties(tx, &[case.claim], at, chance).await?;
    jobs::add(tx, &ping(case.claim, at), chance).await?;
    Ok(Signed::Published { number, version })
}

/// Whether there is a hub is the operator's setting, which the job looks at.
fn ping(claim: ClaimId, at: Timestamp) -> NewJob {
    NewJob {
        name: PING_HUB,
        payload: serde_json::to_string(&claim).expect("an id is a text"),
        run_at: at,
        // One for each publication: the hub must not miss the second of two.
        unique_key: Some(format!("{PING_HUB}:{claim}:{}", at.millis())),
    }
}

/// A first version says *first*, a later one what changed, and no less than it changed.
pub(crate) async fn fits_before(tx: &mut Tx, claim: ClaimId, content: &Content) -> StoreResult<()> {
    let sql = version_columns!("where v.claim_id = $1 order by v.version desc limit 1");
    let before = tx.row(sql, args![claim]).await?.as_ref().map(version).transpose()?;
    let before = before.as_ref().map(|it| &it.document.content);
    Ok(review::fits(before, content).map_err(Rule::from)?)
}

/// The page that would go out now carries markup that keeps its rules. Asked before anybody is asked
/// to sign, and again of each signature: a page without its markup is found by fewer.
pub(crate) async fn markup_fits(
    tx: &mut Tx,
    claim: ClaimId,
    content: &Content,
    at: Timestamp,
) -> StoreResult<()> {
    let sql = "select min(published_at) as first_at from review_versions where claim_id = $1";
    let row = tx.row(sql, args![claim]).await?.ok_or(StoreError::Stale)?;
    let first_at = row.get::<Option<i64>>("first_at")?.map_or(at, Timestamp::from_millis);
    let rehearsed = claim_review::rehearse(content, &first_at.iso_date(), &at.iso_date());
    Ok(rehearsed.map_err(Rule::from)?)
}

fn kind_and_action(class: VersionClass) -> (EntryKind, Action) {
    match class {
        VersionClass::First => (EntryKind::Publish, Action::LastSignature),
        VersionClass::Retraction => (EntryKind::Retract, Action::LastRetractionSignature),
        _ => (EntryKind::Correct, Action::LastSignature),
    }
}

async fn number(tx: &mut Tx, claim: ClaimId) -> StoreResult<i64> {
    let sql = "select coalesce(number, (select coalesce(max(number), 0) + 1 from claims)) as number \
        from claims where id = $1";
    tx.row(sql, args![claim]).await?.ok_or(StoreError::Stale)?.get("number")
}

fn entry(
    kind: EntryKind,
    claim: ClaimId,
    document: &Document,
    prev: Option<i64>,
    salt: Salt,
    at: Timestamp,
) -> StoreResult<LogEntry> {
    let slug = |it: &str| OrgSlug::parse(it).map_err(|err| StoreError::Damaged(err.to_string()));
    let mut orgs: Vec<OrgSlug> =
        document.signed_by.iter().map(|it| slug(&it.slug)).collect::<StoreResult<_>>()?;
    orgs.sort_unstable();
    Ok(LogEntry {
        kind,
        subject: Subject::Claim(claim),
        rev: document.version,
        verdict: Some(document.content.rating.code()),
        page_sha256: document.salted_hash(salt),
        evidence_root: Some(document.content.evidence_root(salt)),
        orgs,
        prev,
        at,
    })
}

async fn insert_version(
    tx: &mut Tx,
    claim: ClaimId,
    document: &Document,
    salt: Salt,
    entry: &LogEntry,
    chance: Chance,
) -> StoreResult<i64> {
    let idx = log::append(tx, entry, chance).await?;
    let sql = "insert into review_versions (claim_id, version, class, rating, document, salt, \
        published_at, log_idx) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (class, rating): (_, Rating) = (document.content.class.code(), document.content.rating);
    let text = document.canonical();
    let values = args![claim, document.version, class, rating.code(), text, salt.0, entry.at, idx];
    tx.run(sql, values).await?;
    Ok(idx)
}

/// Says where the log has the answer that stands; nowhere after a retraction.
async fn stands(tx: &mut Tx, claim: ClaimId, idx: Option<i64>) -> StoreResult<()> {
    tx.run_one("update claims set answer_idx = $2 where id = $1", args![claim, idx]).await?;
    let sql = "update claim_places set answer_idx = $2 where claim_id = $1";
    tx.run(sql, args![claim, idx]).await.map(drop)
}

pub(crate) fn version(row: &Row) -> StoreResult<Version> {
    let document: String = row.get("document")?;
    let salt: Vec<u8> = row.get("salt")?;
    let damaged = |what: &str| StoreError::Damaged(format!("a published version: {what}"));
    Ok(Version {
        claim: ClaimId(row.get("claim_id")?),
        document: Document::parse(&document).map_err(|err| damaged(&err.to_string()))?,
        canonical: document,
        salt: Salt(salt.try_into().map_err(|_| damaged("salt"))?),
        log_idx: row.get("log_idx")?,
        topic: row.get("topic")?,
    })
}
