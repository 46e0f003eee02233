//! Drafts: the text that becomes the next version, who edited it, and what it amounts to together
//! with the case's evidence and opinions.

use std::collections::{BTreeMap, BTreeSet};

use kiemtin_core::case::Capture;
use kiemtin_core::ids::{CaseId, ClaimId, MemberId, OrgId};
use kiemtin_core::review::{Content, EvidenceLine, MeetingLine, OpinionLine, OrgLine};
use kiemtin_core::sign_off::{DraftHash, Signature};
use kiemtin_core::workflow::{self, Action, State};
use serde_json::json;

use crate::apply::{Change, apply};
use crate::cases::{Case, is_uninvolved, note, within};
use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::{Act, Rule, Store, evidence, meetings, opinions, organisations, replies};

/// A draft as it stands now, with who edited and who signed it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The whole content: what the editor wrote, with the case's evidence and opinions.
    pub content: Content,
    /// Its hash: what a signature is for.
    pub hash: DraftHash,
    /// Everybody who edited it in this round.
    pub editors: BTreeSet<MemberId>,
    /// The signatures on it.
    pub signatures: Vec<Signature>,
}

impl Store {
    /// The draft of a case, put together with its evidence and opinions as they are now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn draft(&self, case: CaseId) -> StoreResult<Option<Draft>> {
        let mut tx = self.engine.snapshot().await?;
        draft(&mut tx, case).await
    }

    /// Saves what an editor wrote. Evidence, opinions, reply and meetings in `content` are not looked
    /// at: they come from the case.
    ///
    /// Saving voids the signatures. `seen` is the wording that the editor began from
    /// ([`Content::written`]), `None` where there was none.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody saved another wording meanwhile; [`Rule::DraftClosed`]
    /// when the case is not being drafted or corrected; [`Rule::Involved`] when the claim concerns
    /// the member's organisation.
    pub async fn save_draft(
        &self,
        case: CaseId,
        content: &Content,
        seen: Option<DraftHash>,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let found = within(&mut tx, case).await?;
        if !matches!(found.state, State::Draft | State::Correcting) {
            return Err(Rule::DraftClosed.into());
        }
        is_uninvolved(&mut tx, found.claim, act.by).await?;
        if written_hash(&mut tx, case).await? != seen {
            return Err(StoreError::Stale);
        }
        write(&mut tx, &found, content, act).await?;
        tx.commit().await
    }

    /// Begins the next version of a published answer with these words. Whoever begins it is its
    /// editor and does not sign it. `case` is the one that the member saw.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody was faster; [`Rule::Involved`] when the claim concerns the
    /// member's organisation.
    pub async fn begin_correction(
        &self,
        case: &Case,
        to: State,
        content: &Content,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        is_uninvolved(&mut tx, case.claim, act.by).await?;
        if workflow::next(case.state, Action::Correct) != Some(to) {
            return Err(StoreError::Stale);
        }
        let change = Change { case, action: Action::Correct, to, dismiss: None, act };
        apply(&mut tx, &change, json!({})).await?;
        begin_round(&mut tx, case.id).await?;
        write(&mut tx, case, content, act).await?;
        tx.commit().await
    }
}

async fn written_hash(tx: &mut Tx, case: CaseId) -> StoreResult<Option<DraftHash>> {
    let row = tx.row("select hash from drafts where case_id = $1", args![case]).await?;
    let hash = |row: Row| hash(&row);
    row.map(hash).transpose()
}

async fn write(tx: &mut Tx, case: &Case, content: &Content, act: Act<'_>) -> StoreResult<()> {
    let written = content.written();
    let sql = "insert into drafts (case_id, content, hash, updated_at) \
        values ($1, $2, $3, $4) on conflict (case_id) do update \
        set content = $2, hash = $3, updated_at = $4";
    tx.run(sql, args![case.id, written.canonical(), written.hash(), act.at]).await?;
    let sql = "insert into draft_editors (case_id, member_id) values ($1, $2) \
        on conflict (case_id, member_id) do nothing";
    tx.run(sql, args![case.id, act.by.id]).await?;
    void(tx, case.id).await?;
    note(tx, "draft.edit", case.claim, json!({}), act).await
}

/// Voids the signatures of a case. They are deleted, not only outdated: a change that is undone
/// would bring them back to life.
pub(crate) async fn void(tx: &mut Tx, case: CaseId) -> StoreResult<()> {
    tx.run("delete from signatures where case_id = $1", args![case]).await.map(drop)
}

/// Begins the next round: editors and signatures of the last version do not count in it.
pub(crate) async fn begin_round(tx: &mut Tx, case: CaseId) -> StoreResult<()> {
    tx.run("delete from draft_editors where case_id = $1", args![case]).await?;
    void(tx, case).await
}

/// The draft as the transaction sees it.
pub(crate) async fn draft(tx: &mut Tx, case: CaseId) -> StoreResult<Option<Draft>> {
    let sql = "select content from drafts where case_id = $1";
    let Some(row) = tx.row(sql, args![case]).await? else { return Ok(None) };
    let damaged = |err| StoreError::Damaged(format!("draft: {err}"));
    let mut content = Content::parse(&row.get::<String>("content")?).map_err(damaged)?;
    let claim = within(tx, case).await?.claim;
    let names = names(tx).await?;
    let sources = evidence::of_case(tx, case).await?;
    content.opinions = opinion_lines(tx, case, claim, &names, &sources).await?;
    content.evidence = evidence_lines(sources, &names)?;
    content.reply = replies::of_case(tx, case).await?;
    content.meetings = meeting_lines(tx, case, &names).await?;
    let rows = tx.rows("select member_id from draft_editors where case_id = $1", args![case]);
    let id = |row: &Row| Ok(MemberId(row.get("member_id")?));
    let editors = rows.await?.iter().map(id).collect::<StoreResult<_>>()?;
    let signatures = signatures(tx, case).await?;
    Ok(Some(Draft { hash: content.hash(), content, editors, signatures }))
}

/// Short and full names of all organisations.
pub(crate) async fn names(tx: &mut Tx) -> StoreResult<BTreeMap<OrgId, OrgLine>> {
    let rows = tx.rows("select id, slug, name from organisations", args![]).await?;
    let line = |row: &Row| {
        let line = OrgLine { slug: row.get("slug")?, name: row.get("name")? };
        Ok((OrgId(row.get("id")?), line))
    };
    rows.iter().map(line).collect()
}

type Names = BTreeMap<OrgId, OrgLine>;

fn evidence_lines(
    sources: Vec<evidence::Evidence>,
    names: &Names,
) -> StoreResult<Vec<EvidenceLine>> {
    let line = |it: evidence::Evidence| {
        let capture = match it.capture {
            // Why a fetch failed is for the checker, not for what is signed.
            Capture::Failed { .. } => Capture::Failed { why: String::new() },
            capture => capture,
        };
        Ok(EvidenceLine {
            stance: it.stance,
            publisher: it.publisher,
            title: it.title,
            url: it.url,
            published: it.published,
            note: it.note,
            quote: it.quote,
            kind: it.kind,
            interest: it.interest,
            capture,
            handed_in: it.handed_in,
            brought_by: name(names, it.org)?,
        })
    };
    sources.into_iter().map(line).collect()
}

async fn opinion_lines(
    tx: &mut Tx,
    case: CaseId,
    claim: ClaimId,
    names: &Names,
    sources: &[evidence::Evidence],
) -> StoreResult<Vec<OpinionLine>> {
    let marked = organisations::marked(tx, claim).await?;
    let involved = organisations::tree(tx).await?.involved(&marked);
    let line = |it: opinions::Opinion| {
        Ok(OpinionLine {
            org: name(names, it.org)?,
            rating: it.rating,
            text: it.text,
            interest: it.interest,
            involved: involved.contains(&it.org),
            relies_on: sources
                .iter()
                .filter(|source| it.relies_on.contains(&source.id))
                .map(|source| source.url.clone())
                .collect(),
        })
    };
    opinions::of_case(tx, case).await?.into_iter().map(line).collect()
}

async fn meeting_lines(tx: &mut Tx, case: CaseId, names: &Names) -> StoreResult<Vec<MeetingLine>> {
    let line = |it: meetings::Meeting| {
        let orgs = it.orgs.iter().map(|org| name(names, *org));
        let mut orgs = orgs.collect::<StoreResult<Vec<OrgLine>>>()?;
        orgs.sort_unstable();
        // Minutes are for members: they are no part of what is signed and published.
        Ok(MeetingLine { held: it.held, orgs, agreed: it.agreed })
    };
    let all = meetings::of_case(tx, case).await?.into_iter();
    all.filter(|it| it.is_public).map(line).collect()
}

async fn signatures(tx: &mut Tx, case: CaseId) -> StoreResult<Vec<Signature>> {
    let sql = "select member_id, org_id, hash from signatures where case_id = $1 \
        order by signed_at, member_id";
    let signature = |row: &Row| {
        Ok(Signature {
            member: MemberId(row.get("member_id")?),
            org: OrgId(row.get("org_id")?),
            hash: hash(row)?,
        })
    };
    tx.rows(sql, args![case]).await?.iter().map(signature).collect()
}

fn hash(row: &Row) -> StoreResult<DraftHash> {
    let hash: Vec<u8> = row.get("hash")?;
    hash.try_into().map_err(|_| StoreError::Damaged("the hash of a draft".to_owned()))
}

fn name(names: &Names, org: OrgId) -> StoreResult<OrgLine> {
    let line = names.get(&org).cloned();
    line.ok_or_else(|| StoreError::Damaged("an organisation vanished".to_owned()))
}
