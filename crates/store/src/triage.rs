//! What the desk's own triage says of texts: a member opened a case for it, or put it aside.

use kiemtin_core::lang::Lang;

use crate::Store;
use crate::engine::{StoreResult, args};

/// What became of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorted {
    /// The first text of the group, masked.
    pub text: String,
    /// A member tied it to a claim; otherwise it was put aside.
    pub opened: bool,
}

impl Store {
    /// The newest groups in a language that members decided about and that still have a text, as many
    /// of each kind as asked for.
    ///
    /// # Errors
    /// The database failed.
    pub async fn triaged(&self, lang: Lang, n_each: i64) -> StoreResult<Vec<Sorted>> {
        let mut sorted = Vec::new();
        for (sql, opened) in [(OPENED, true), (DISMISSED, false)] {
            for row in self.engine.rows(sql, args![lang.tag(), n_each]).await? {
                sorted.push(Sorted { text: row.get("text")?, opened });
            }
        }
        Ok(sorted)
    }
}

macro_rules! first_texts {
    ($which:literal) => {
        concat!(
            "select m.text as text from groups g join messages m on m.id = (select i.id ",
            "from messages i where i.group_id = g.id order by i.id limit 1) ",
            "where g.lang = $1 and g.merged_into is null and ",
            $which,
            " order by g.last_at desc, g.id limit $2"
        )
    };
}
const OPENED: &str = first_texts!("g.tied_by = 'member'");
const DISMISSED: &str = first_texts!("g.dismissed is not null");
