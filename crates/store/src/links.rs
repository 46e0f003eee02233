//! Which claims a web address belongs to. Addresses are kept of listed publishers and of evidence
//! only, so nobody is found by one.

use kiemtin_core::ids::ClaimId;

use crate::Store;
use crate::engine::{StoreError, StoreResult, args};

/// How a claim came to know an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// It is evidence in the claim's case.
    Evidence,
    /// A member confirmed that the claim stood there.
    Seen,
    /// Another desk published about the claim there.
    Elsewhere,
}

impl Named {
    const ALL: [Self; 3] = [Self::Evidence, Self::Seen, Self::Elsewhere];

    /// The word in the statement, and in the keys of pages.
    pub fn code(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Seen => "seen",
            Self::Elsewhere => "elsewhere",
        }
    }

    fn from_code(code: &str) -> StoreResult<Self> {
        let found = Self::ALL.into_iter().find(|it| it.code() == code);
        found.ok_or_else(|| StoreError::Damaged(format!("an address is named as {code}")))
    }
}

// A tip's address is what its sender gave, not where anybody saw the claim stand.
// Twenty are enough to choose from: a ministry's front page is evidence in many claims.
pub(crate) const NAMED_HEAD: &str = "with v (u) as (values";
pub(crate) const NAMED_TAIL: &str = ") select w.claim_id, w.how from (\
    select k.claim_id, 'evidence' as how from v join evidence e on e.url = v.u \
        join cases k on k.id = e.case_id where e.withdrawn_at is null \
    union select g.claim_id, 'seen' from v join messages m on m.url = v.u \
        join groups g on g.id = m.group_id where g.tied_by = 'member' and m.channel <> 'tip' \
    union select f.claim_id, 'elsewhere' from v join foreign_reviews f on f.url = v.u) w \
    join claims c on c.id = w.claim_id order by coalesce(c.number, 0) desc, w.claim_id, w.how \
    limit 20";

impl Store {
    /// The claims that name one of these addresses, those answered last first; one claim may be
    /// there in several ways. Whether it has an answer is for the caller to ask.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claims_naming(&self, urls: &[String]) -> StoreResult<Vec<(ClaimId, Named)>> {
        let urls = urls.iter().map(|it| args![it.as_str()]).collect();
        let rows = self.engine.many_rows(NAMED_HEAD, NAMED_TAIL, urls).await?;
        let named = rows.iter().map(|row| {
            let how: String = row.get("how")?;
            Ok((ClaimId(row.get("claim_id")?), Named::from_code(&how)?))
        });
        named.collect()
    }
}
