//! Notes of a case: members' remarks, for members only, never published.

use kiemtin_core::ids::{CaseId, NoteId, OrgId};
use kiemtin_core::time::Timestamp;
use serde_json::json;

use crate::cases::{is_uninvolved, note, within};
use crate::engine::{Row, StoreResult, args};
use crate::{Act, Store};

/// Notes shown of one case.
const NOTES_MAX: i64 = 200;

/// A remark. Its text was masked before it came here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// For which organisation it was made.
    pub org: OrgId,
    /// What it says.
    pub text: String,
    /// When.
    pub made: Timestamp,
}

impl Store {
    /// Adds a note to a case.
    ///
    /// # Errors
    /// [`Rule::Involved`](crate::Rule::Involved) when the claim concerns the member's organisation.
    pub async fn add_note(
        &self,
        case: CaseId,
        id: NoteId,
        text: &str,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let claim = within(&mut tx, case).await?.claim;
        is_uninvolved(&mut tx, claim, act.by).await?;
        let sql = "insert into notes (id, case_id, org_id, text, made_at) \
            values ($1, $2, $3, $4, $5)";
        tx.run(sql, args![id.0, case, act.by.org, text, act.at]).await?;
        note(&mut tx, "note.add", claim, json!({}), act).await?;
        tx.commit().await
    }

    /// The notes of a case, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn notes(&self, case: CaseId) -> StoreResult<Vec<Note>> {
        let sql = "select id, org_id, text, made_at from notes where case_id = $1 \
            order by made_at desc, id desc limit $2";
        let read = |row: &Row| {
            Ok(Note {
                id: NoteId(row.get("id")?),
                org: OrgId(row.get("org_id")?),
                text: row.get("text")?,
                made: Timestamp::from_millis(row.get("made_at")?),
            })
        };
        self.engine.rows(sql, args![case, NOTES_MAX]).await?.iter().map(read).collect()
    }
}
