//! Contests: what the public says is wrong with an answer, and what was decided.
//!
//! A contest, its mark of involvement, its event and its entry in the log are one transaction; so are
//! a decision and its entry. The text comes in through `message::admit` alone, which masks it; it is
//! shown to members only, and erased [`TEXT_KEPT_MS`] after the decision.

use kiemtin_core::contest::{self, Action, Candidate, Decided, Kind, Received, Standing, State};
use kiemtin_core::ids::{ClaimId, OrgId};
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::log_entry::{EntryKind, LogEntry, Subject};
use kiemtin_core::message::NewMessage;
use kiemtin_core::organisation::OrgSlug;
use kiemtin_core::permission::{Deed, may};
use kiemtin_core::review::{OrgLine, Salt};
use kiemtin_core::time::{DAY_MS, Timestamp};
use serde_json::json;

use crate::cases::{note, void_of};
use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::events::{self, Event};
use crate::members::Member;
use crate::{Act, Chance, Rule, Store, contest_panel, drafts, log, organisations};

/// How long after the decision the text of a contest is kept: as long as any text that nobody works
/// on, so that whoever decided can still be asked what it rested on.
pub const TEXT_KEPT_MS: i64 = 30 * DAY_MS;

/// A contest as it comes in.
#[derive(Clone, Debug)]
pub struct NewContest {
    /// The claim whose answer is contested.
    pub claim: ClaimId,
    /// The version that the sender read.
    pub version: i64,
    /// What is said to be wrong.
    pub kind: Kind,
    /// The text, and its source if it may be kept.
    pub message: NewMessage,
    /// The organisation that the claim is said to concern.
    pub concerns: Option<OrgId>,
    /// The number of the form.
    pub form: [u8; 16],
}

/// A contest as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contest {
    /// Its number.
    pub number: i64,
    /// The claim.
    pub claim: ClaimId,
    /// What was said, masked: for members; `None` once erased.
    pub text: Option<String>,
    /// The language that it is in.
    pub lang: Lang,
    /// Its public source.
    pub url: Option<String>,
    /// Whether the organisation that it names was marked as involved by it.
    pub marked: bool,
    /// Where it stands.
    pub state: State,
    /// When it is due.
    pub due: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// Makes its hashes in the log checkable.
    pub salt: Salt,
    /// What the public reads of it.
    pub received: Received,
    /// What the public reads of its outcome.
    pub decided: Option<Decided>,
    /// Where its entries stand in the log.
    pub log_idx: i64,
    /// The same of its outcome.
    pub outcome_idx: Option<i64>,
    /// Rises with each change; a form sends back the one it showed.
    pub row_version: i64,
}

/// What a member decides.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What of it is right.
    pub action: Action,
    /// What the contest says, in one sentence.
    pub summary: Localised,
    /// The public reason.
    pub reason: Localised,
}

/// Which contests a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that wait, the first due first.
    Open,
    /// All, the newest first.
    All,
}

macro_rules! contest_columns {
    ($tail:literal) => {
        concat!(
            "select number, claim_id, text, lang, url, marked, state, due_at, decided_at, salt, ",
            "document, outcome, log_idx, outcome_idx, row_version from contests ",
            $tail
        )
    };
}

impl Store {
    /// Takes a contest in and returns its number. The same form again gives the same number.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the answer has no such version.
    pub async fn take_contest(
        &self,
        new: &NewContest,
        at: Timestamp,
        chance: Chance,
        salt: Salt,
    ) -> StoreResult<i64> {
        let mut tx = self.begin().await?;
        let known = "select number from contests where form = $1";
        if let Some(row) = tx.row(known, args![new.form.to_vec()]).await? {
            return row.get("number");
        }
        let (claim_number, prev) = contested(&mut tx, new).await?;
        let sql = "select coalesce(max(number), 0) + 1 as number from contests";
        let number: i64 = tx.row(sql, args![]).await?.ok_or(StoreError::Stale)?.get("number")?;
        let names = drafts::names(&mut tx).await?;
        // To the hour, as everything that is kept of whoever sends something in.
        let hour = at.to_hour();
        let document = Received {
            v: 1,
            number,
            claim: claim_number,
            version: new.version,
            kind: new.kind,
            received: hour.rfc3339(),
            due: contest::due(hour).rfc3339(),
            concerns: new.concerns.and_then(|it| names.get(&it).cloned()),
        };
        let entry = LogEntry {
            kind: EntryKind::Contest,
            subject: Subject::Claim(new.claim),
            rev: number,
            verdict: None,
            page_sha256: document.salted_hash(salt),
            evidence_root: None,
            orgs: Vec::new(),
            prev: Some(prev),
            at: hour,
        };
        let log_idx = log::append(&mut tx, &entry, chance).await?;
        let marks = marks(&mut tx, new).await?;
        insert(&mut tx, new, &document, marks.is_some(), salt, hour, log_idx).await?;
        if let Some(org) = marks {
            mark(&mut tx, new.claim, org, number, at).await?;
        }
        note_received(&mut tx, new.claim, number, hour, chance).await?;
        tx.commit().await?;
        Ok(number)
    }

    /// The number of the contest that this form made, if it was sent before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn contest_of_form(&self, form: [u8; 16]) -> StoreResult<Option<i64>> {
        let sql = "select number from contests where form = $1";
        self.engine
            .rows(sql, args![form.to_vec()])
            .await?
            .first()
            .map(|it| it.get("number"))
            .transpose()
    }

    /// One contest.
    ///
    /// # Errors
    /// The database failed.
    pub async fn contest(&self, number: i64) -> StoreResult<Option<Contest>> {
        let sql = contest_columns!("where number = $1");
        self.engine.rows(sql, args![number]).await?.first().map(contest).transpose()
    }

    /// A page of contests.
    ///
    /// # Errors
    /// The database failed.
    pub async fn contests(
        &self,
        which: Which,
        offset: i64,
        limit: i64,
    ) -> StoreResult<Vec<Contest>> {
        let sql = match which {
            Which::Open => contest_columns!(
                "where state in ('received', 'in_review') order by due_at, number \
                limit $2 offset $1"
            ),
            Which::All => contest_columns!("order by number desc limit $2 offset $1"),
        };
        self.engine.rows(sql, args![offset, limit]).await?.iter().map(contest).collect()
    }

    /// The contests about a claim, the newest first, at most so many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn contests_of(&self, claim: ClaimId, limit: i64) -> StoreResult<Vec<Contest>> {
        let sql = contest_columns!("where claim_id = $1 order by number desc limit $2");
        self.engine.rows(sql, args![claim, limit]).await?.iter().map(contest).collect()
    }

    /// Who could decide a contest about a claim, and what part each had in its answer.
    ///
    /// # Errors
    /// The database failed.
    pub async fn contest_panel(&self, claim: ClaimId) -> StoreResult<Vec<Candidate>> {
        let mut tx = self.engine.snapshot().await?;
        contest_panel::of(&mut tx, claim).await
    }

    /// Begins to look at a contest.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody was faster; a [`Rule`] when the member may not decide it.
    pub async fn begin_contest(&self, number: i64, seen: i64, act: Act<'_>) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let found = within(&mut tx, number).await?;
        let to = step(&found, Action::Take)?;
        admit(&mut tx, found.claim, act.by).await?;
        let sql = "update contests set state = $3, taken_by = $4, row_version = row_version + 1 \
            where number = $1 and row_version = $2";
        tx.run_one(sql, args![number, seen, to.code(), act.by.org]).await?;
        note(&mut tx, "contest.take", found.claim, json!({ "contest": number }), act).await?;
        tx.commit().await
    }

    /// Decides a contest, with its public reason and its entry in the log.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody was faster; a [`Rule`] when the member may not decide it,
    /// or a reason or summary is missing.
    pub async fn decide_contest(
        &self,
        number: i64,
        seen: i64,
        decision: &Decision,
        act: Act<'_>,
    ) -> StoreResult<()> {
        if decision.summary.is_empty() || decision.reason.is_empty() {
            return Err(Rule::ContestReason.into());
        }
        let mut tx = self.begin().await?;
        let found = within(&mut tx, number).await?;
        let to = step(&found, decision.action)?;
        let standing = admit(&mut tx, found.claim, act.by).await?;
        let names = drafts::names(&mut tx).await?;
        let own: OrgLine = names.get(&act.by.org).cloned().ok_or(StoreError::Stale)?;
        let slug = OrgSlug::parse(&own.slug).map_err(|it| StoreError::Damaged(it.to_string()))?;
        let document = Decided {
            v: 1,
            number,
            claim: found.received.claim,
            outcome: to,
            decided: act.at.rfc3339(),
            decided_by: vec![own],
            nobody_else: standing == Standing::NobodyElse,
            summary: decision.summary.clone(),
            reason: decision.reason.clone(),
        };
        let entry = LogEntry {
            kind: EntryKind::ContestOutcome,
            subject: Subject::Claim(found.claim),
            rev: number,
            verdict: Some(to.code()),
            page_sha256: document.salted_hash(found.salt),
            evidence_root: None,
            orgs: vec![slug],
            prev: Some(found.log_idx),
            at: act.at,
        };
        let idx = log::append(&mut tx, &entry, act.chance).await?;
        let sql = "update contests set state = $3, decided_by = $4, decided_at = $5, outcome = $6, \
            outcome_idx = $7, row_version = row_version + 1 \
            where number = $1 and row_version = $2";
        let values = args![number, seen, to.code(), act.by.org, act.at, document.canonical(), idx];
        tx.run_one(sql, values).await?;
        note(&mut tx, "contest.decide", found.claim, json!({ "contest": number }), act).await?;
        tx.commit().await
    }

    /// Erases the texts of contests that were decided long enough ago; what was published of them
    /// stays.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn erase_contest_texts(&self, now: Timestamp) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "update contests set text = null, url = null \
            where text is not null and decided_at + $2 <= $1";
        tx.run(sql, args![now, TEXT_KEPT_MS]).await?;
        tx.commit().await
    }
}

/// The public number of the claim, and the place of the contested version's entry.
async fn contested(tx: &mut Tx, new: &NewContest) -> StoreResult<(i64, i64)> {
    let sql = "select c.number, v.log_idx from claims c \
        join review_versions v on v.claim_id = c.id where c.id = $1 and v.version = $2";
    let row = tx.row(sql, args![new.claim, new.version]).await?.ok_or(StoreError::Stale)?;
    Ok((row.get("number")?, row.get("log_idx")?))
}

async fn insert(
    tx: &mut Tx,
    new: &NewContest,
    document: &Received,
    marked: bool,
    salt: Salt,
    hour: Timestamp,
    log_idx: i64,
) -> StoreResult<()> {
    let NewContest { claim, version, kind, message, concerns, form } = new;
    let sql = "insert into contests (number, claim_id, version, kind, text, lang, url, \
        concerns_org, marked, form, salt, received_at, due_at, state, document, log_idx, \
        row_version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'received', \
        $14, $15, 1)";
    let (text, lang, url) = (message.text.as_str(), message.lang.tag(), message.url.as_deref());
    let due = contest::due(hour);
    let concerns = concerns.map(|it| it.0);
    #[rustfmt::skip]
    let values = args![
        document.number, *claim, *version, kind.code(), text, lang, url, concerns, marked,
        form.to_vec(), salt.0, hour, due, document.canonical(), log_idx,
    ];
    tx.run(sql, values).await.map(drop)
}

/// The organisation that a contest marks as involved. None where it was marked before (a mark that
/// was lifted with a public reason is renewed by a member only), or where nobody would be left who
/// could lift the mark: then whoever sends contests could silence a desk. The contest says it all the
/// same, and its page shows it to the members.
async fn marks(tx: &mut Tx, new: &NewContest) -> StoreResult<Option<OrgId>> {
    let Some(org) = new.concerns else { return Ok(None) };
    let sql = "select 1 as one from involvements where claim_id = $1 and org_id = $2";
    if tx.row(sql, args![new.claim, org]).await?.is_some() {
        return Ok(None);
    }
    let mut marked = organisations::marked(tx, new.claim).await?;
    marked.insert(org);
    let tree = organisations::tree(tx).await?;
    let involved = tree.involved(&marked);
    Ok(tree.orgs().any(|it| !involved.contains(&it)).then_some(org))
}

async fn mark(
    tx: &mut Tx,
    claim: ClaimId,
    org: OrgId,
    number: i64,
    at: Timestamp,
) -> StoreResult<()> {
    // Read in either language: the sender's own words are not public.
    let reason = format!("khiếu nại số {number} / contest no. {number}");
    let sql = "insert into involvements (claim_id, org_id, reason, contest, marked_at) \
        values ($1, $2, $3, $4, $5)";
    tx.run(sql, args![claim, org, reason, number, at]).await?;
    void_of(tx, claim).await
}

/// The contest as the transaction sees it.
async fn within(tx: &mut Tx, number: i64) -> StoreResult<Contest> {
    let row = tx.row(contest_columns!("where number = $1"), args![number]).await?;
    contest(&row.ok_or(StoreError::Stale)?)
}

fn step(found: &Contest, action: Action) -> StoreResult<State> {
    // Whoever sends a step that the table does not have looked at an older page.
    contest::next(found.state, action).ok_or(StoreError::Stale)
}

/// Whether a member may decide a contest about a claim, and as whom.
pub(crate) async fn admit(tx: &mut Tx, claim: ClaimId, by: &Member) -> StoreResult<Standing> {
    if !may(by.role, Deed::DecideContest) {
        return Err(Rule::from(contest::Unfit::Role).into());
    }
    let panel = contest_panel::of(tx, claim).await?;
    contest::standing(&panel, by.id).map_err(|it| Rule::from(it).into())
}

async fn note_received(
    tx: &mut Tx,
    claim: ClaimId,
    number: i64,
    at: Timestamp,
    chance: Chance,
) -> StoreResult<()> {
    let event = Event {
        at,
        kind: "contest.receive".to_owned(),
        claim: Some(claim),
        group: None,
        org: None,
        member: None,
        body: json!({ "contest": number }),
    };
    events::add(tx, &event, chance).await
}

fn contest(row: &Row) -> StoreResult<Contest> {
    let damaged = |what: &str| StoreError::Damaged(format!("a contest: {what}"));
    let salt: Vec<u8> = row.get("salt")?;
    let outcome: Option<String> = row.get("outcome")?;
    let decided: Option<i64> = row.get("decided_at")?;
    let read = |it: serde_json::Error| damaged(&it.to_string());
    Ok(Contest {
        number: row.get("number")?,
        claim: ClaimId(row.get("claim_id")?),
        text: row.get("text")?,
        lang: Lang::from_tag(&row.get::<String>("lang")?).ok_or_else(|| damaged("lang"))?,
        url: row.get("url")?,
        marked: row.get("marked")?,
        state: State::from_code(&row.get::<String>("state")?).ok_or_else(|| damaged("state"))?,
        due: Timestamp::from_millis(row.get("due_at")?),
        decided_at: decided.map(Timestamp::from_millis),
        salt: Salt(salt.try_into().map_err(|_| damaged("salt"))?),
        received: serde_json::from_str(&row.get::<String>("document")?).map_err(read)?,
        decided: outcome.as_deref().map(serde_json::from_str).transpose().map_err(read)?,
        log_idx: row.get("log_idx")?,
        outcome_idx: row.get("outcome_idx")?,
        row_version: row.get("row_version")?,
    })
}
