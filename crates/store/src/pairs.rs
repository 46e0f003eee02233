//! Labelled pairs: what the program proposed, beside what members decided.
//!
//! A pair is read from the proposals as they stand, so that undoing a decision takes its label back,
//! and a merge of claims moves it. Once a group is tied by a member, each proposal of another claim
//! was wrong, and the claim itself was right, or missed where it was at the desk and not proposed.
//! Only what was rejected in groups that are gone is kept apart: without text, reasons, or a time
//! more exact than the month. Nothing here names a member. Not here: figures (`core::quality`).

use std::collections::HashMap;

use kiemtin_core::decide::Decision;
use kiemtin_core::ids::{ClaimId, GroupId};
use kiemtin_core::lang::Lang;
use kiemtin_core::quality::{Label, Pair};
use kiemtin_core::time::{HOUR_MS, Month, Timestamp};
use uuid::Uuid;

use crate::Store;
use crate::engine::{Row, StoreError, StoreResult, Tx, Value, args};
use crate::messages::lang;

/// A pair with what it is about, as long as that is there.
#[derive(Clone, Debug, PartialEq)]
pub struct PairText {
    /// The pair.
    pub pair: Pair,
    /// What the claim says, in its own language if it is worded in it.
    pub claim: String,
    /// The masked text with which the group began, or else its newest; empty once they expired.
    pub message: String,
}

/// Decisions that are read at most, the newest first: a year of a busy desk, read in under a second.
pub const DECISIONS_MAX: i64 = 20_000;

/// Proposals of groups that were judged, group by group, the likeliest first. What a member tied
/// without a proposal has the probability 0, which no proposal has.
const JUDGED: &str = "with judged as ( \
    select distinct group_id from (select group_id from matches where decided_at is not null \
        order by decided_at desc limit $1) newest) \
    select m.group_id, m.claim_id, m.probability, m.decision, m.vetoed, m.state, m.decided_at, \
        g.lang, g.first_at, c.created_at, \
        case when g.tied_by = 'member' then g.claim_id end as tied \
    from judged j join matches m on m.group_id = j.group_id join groups g on g.id = m.group_id \
    join claims c on c.id = m.claim_id \
    order by m.group_id, m.probability desc, m.claim_id";
const MERGED: &str = "select id, merged_into from claims where merged_into is not null";
const PAST: &str = "select group_id, claim_id, lang, month, probability, decision, is_first, is_vetoed \
    from past_pairs order by month desc, group_id, claim_id limit $1";
const TEXTS: &str = ") select v.g, v.c, coalesce( \
    (select m.text from messages m join groups g on g.exact_hash = m.exact_hash \
        where g.id = v.g and m.group_id is not null order by m.id limit 1), \
    (select m.text from messages m where m.group_id = v.g order by m.id desc limit 1), '') as message, \
    case c.lang when 'vi' then coalesce(c.text_vi, c.text_en) else coalesce(c.text_en, c.text_vi) end \
        as claim \
    from v join claims c on c.id = v.c";

impl Store {
    /// The labelled pairs of the desk: those of the newest decisions, at most [`DECISIONS_MAX`], and
    /// as many of groups that are gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn labelled_pairs(&self) -> StoreResult<Vec<Pair>> {
        let mut merged: HashMap<Uuid, Uuid> = HashMap::new();
        for row in self.engine.rows(MERGED, args![]).await? {
            merged.insert(row.get("id")?, row.get("merged_into")?);
        }
        let rows = self.engine.rows(JUDGED, args![DECISIONS_MAX]).await?;
        let rows = rows.iter().map(proposal).collect::<StoreResult<Vec<_>>>()?;
        let of_groups = rows.chunk_by(|a, b| a.group == b.group);
        let mut pairs: Vec<Pair> = of_groups.flat_map(|it| of_group(it, &merged)).collect();
        let rows = self.engine.rows(PAST, args![DECISIONS_MAX]).await?;
        for row in &rows {
            pairs.push(past(row)?);
        }
        Ok(pairs)
    }

    /// The same pairs with what they are about.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pair_texts(&self, pairs: &[Pair]) -> StoreResult<Vec<PairText>> {
        let rows = pairs.iter().map(|it| args![it.group, it.claim]).collect();
        let mut texts: HashMap<(Uuid, Uuid), (String, String)> = HashMap::new();
        for row in self.engine.many_rows("with v (g, c) as (values", TEXTS, rows).await? {
            let of = (row.get("g")?, row.get("c")?);
            texts.insert(of, (row.get("claim")?, row.get("message")?));
        }
        let with_text = |pair: &Pair| {
            let (claim, message) =
                texts.get(&(pair.group.0, pair.claim.0)).cloned().unwrap_or_default();
            PairText { pair: pair.clone(), claim, message }
        };
        Ok(pairs.iter().map(with_text).collect())
    }
}

/// A proposal with what was decided about it and its group.
struct Proposal {
    group: GroupId,
    claim: ClaimId,
    lang: Lang,
    probability: f64,
    decision: Decision,
    is_vetoed: bool,
    is_rejected: bool,
    decided: Option<i64>,
    /// The claim that a member tied the group to.
    tied: Option<Uuid>,
    /// Whether the claim was at the desk when the group began, which is known to the hour.
    was_there: bool,
}

fn proposal(row: &Row) -> StoreResult<Proposal> {
    let (made, began): (i64, i64) = (row.get("created_at")?, row.get("first_at")?);
    let decided: Option<i64> = row.get("decided_at")?;
    Ok(Proposal {
        group: GroupId(row.get("group_id")?),
        claim: ClaimId(row.get("claim_id")?),
        lang: lang(row, "lang")?,
        probability: row.get("probability")?,
        decision: decision(row)?,
        is_vetoed: row.get("vetoed")?,
        is_rejected: row.get::<String>("state")? == "rejected",
        decided,
        tied: row.get("tied")?,
        // One that was worded from the group is as old as its tie.
        was_there: made < began + HOUR_MS && Some(made) != decided,
    })
}

/// The labelled pairs of one group. A claim that was merged stands for the one it went into.
fn of_group(proposals: &[Proposal], merged: &HashMap<Uuid, Uuid>) -> Vec<Pair> {
    let living = |claim: ClaimId| {
        let next = |it: &Uuid| merged.get(it).copied();
        ClaimId(std::iter::successors(Some(claim.0), next).last().unwrap_or(claim.0))
    };
    let is_right = |it: &Proposal| it.tied == Some(living(it.claim).0);
    let was_proposed = |it: &Proposal| 0.0 < it.probability;
    let is_found = proposals.iter().any(|it| is_right(it) && was_proposed(it));
    let label = |it: &Proposal| match (is_right(it), was_proposed(it)) {
        (true, true) => Some(Label::Right),
        // Of two claims that became one, one was proposed: nothing was missed.
        (true, false) => (it.was_there && !is_found).then_some(Label::Missed),
        (false, true) => (it.tied.is_some() || it.is_rejected).then_some(Label::Wrong),
        (false, false) => None,
    };
    let judged = proposals.iter().filter_map(|it| it.decided).max().unwrap_or_default();
    let pair = |(idx, it): (usize, &Proposal)| {
        Some(Pair {
            group: it.group,
            claim: living(it.claim),
            lang: it.lang,
            month: Timestamp::from_millis(judged).month(),
            probability: it.probability,
            decision: it.decision,
            is_first: idx == 0 && was_proposed(it),
            is_vetoed: it.is_vetoed,
            label: label(it)?,
        })
    };
    proposals.iter().enumerate().filter_map(pair).collect()
}

fn past(row: &Row) -> StoreResult<Pair> {
    let month: String = row.get("month")?;
    Ok(Pair {
        group: GroupId(row.get("group_id")?),
        claim: ClaimId(row.get("claim_id")?),
        lang: lang(row, "lang")?,
        month: Month::parse(&month).ok_or_else(|| StoreError::Damaged("a month".to_owned()))?,
        probability: row.get("probability")?,
        decision: decision(row)?,
        is_first: row.get("is_first")?,
        is_vetoed: row.get("is_vetoed")?,
        label: Label::Wrong,
    })
}

fn decision(row: &Row) -> StoreResult<Decision> {
    let code: String = row.get("decision")?;
    Decision::from_code(&code).ok_or_else(|| StoreError::Damaged(format!("a decision {code:?}")))
}

const REJECTED: &str = ") select * from (select m.group_id, m.claim_id, m.probability, m.decision, \
        m.vetoed, m.state, g.lang, max(m.decided_at) over (partition by m.group_id) as judged_at, \
        row_number() over (partition by m.group_id order by m.probability desc, m.claim_id) as nth \
    from v join matches m on m.group_id = v.i join groups g on g.id = m.group_id) p \
    where p.state = 'rejected' and 0 < p.probability";

/// Keeps what was rejected in groups that are about to go.
pub(crate) async fn keep(tx: &mut Tx, groups: Vec<Vec<Value>>) -> StoreResult<()> {
    let mut rows = Vec::new();
    for row in tx.many_rows("with v (i) as (values", REJECTED, groups).await? {
        let judged: i64 = row.get("judged_at")?;
        let month = Timestamp::from_millis(judged).month().to_string();
        let (group, claim): (Uuid, Uuid) = (row.get("group_id")?, row.get("claim_id")?);
        let lang: Lang = lang(&row, "lang")?;
        let (probability, decision): (f64, String) =
            (row.get("probability")?, row.get("decision")?);
        let (first, vetoed) = (row.get::<i64>("nth")? == 1, row.get::<bool>("vetoed")?);
        rows.push(args![group, claim, lang.tag(), month, probability, decision, first, vetoed]);
    }
    let head = "insert into past_pairs (group_id, claim_id, lang, month, probability, decision, \
        is_first, is_vetoed) values";
    tx.many(head, "", rows).await.map(drop)
}
