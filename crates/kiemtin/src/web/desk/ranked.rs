//! What waits, ranked, with why each thing stands where it stands.

use kiemtin_core::lang::Lang;
use kiemtin_core::priority::{self, Risk, Why};
use kiemtin_store::organisations::Org;
use kiemtin_store::queue::{Owner, Waiting, What};

use super::actor::Actor;
use super::case::name_of;
use super::filter::Filter;
use super::halt::Answer;
use super::queue::{GroupRow, rows};
use super::words;
use crate::app::App;
use crate::locale::{number, text, text_with};

/// Something in the queue: a group, or a case with something to do in it.
pub(super) struct Item {
    /// 0 to 100; none where nothing waits.
    pub(super) points: Option<u8>,
    /// Why it stands here, in words.
    pub(super) why: Vec<String>,
    /// Who sees to it.
    pub(super) owner: Option<String>,
    pub(super) group: Option<GroupRow>,
    pub(super) case: Option<CaseItem>,
}

/// A case in the queue.
pub(super) struct CaseItem {
    pub(super) id: String,
    pub(super) sentence: String,
    pub(super) lang: Lang,
    pub(super) state: &'static str,
    pub(super) state_words: String,
}

/// Everything that waits and that the filter takes, the first first.
pub(super) async fn all(
    app: &App,
    actor: &Actor,
    filter: &Filter,
) -> Answer<Vec<(priority::Priority, Waiting)>> {
    let now = app.now();
    let mut waiting = app.store.waiting(now).await?;
    waiting.retain(|it| filter.takes(it, actor, now.millis()));
    Ok(priority::ranked(waiting, now, |it| &it.standing, |it| it.what.id()))
}

/// What a page shows of them.
pub(super) async fn items(
    app: &App,
    actor: &Actor,
    ranked: &[(priority::Priority, Waiting)],
) -> Answer<Vec<Item>> {
    let orgs = app.store.orgs().await?;
    let lang = actor.lang;
    let mut items = Vec::with_capacity(ranked.len());
    for (priority, it) in ranked {
        let (mut group, mut case) = (None, None);
        match it.what {
            What::Group(id) => {
                let found = app.store.group(id).await?;
                group = rows(app, lang, found.as_slice()).await?.pop();
            }
            What::Case(id, claim, state) => {
                let claim = app.store.claim(claim).await?;
                case = claim.map(|it| {
                    let (said_in, sentence) = it.text.best(lang).unwrap_or((lang, ""));
                    CaseItem {
                        id: id.to_string(),
                        sentence: sentence.to_owned(),
                        lang: said_in,
                        state: state.code(),
                        state_words: words::state(lang, state),
                    }
                });
            }
        }
        items.push(Item {
            points: Some(priority.points),
            why: priority.why.iter().map(|it| why(lang, *it)).collect(),
            owner: owner(lang, &orgs, actor, it.owner),
            group,
            case,
        });
    }
    Ok(items)
}

/// Groups that do not wait, as items.
pub(super) fn unranked(groups: Vec<GroupRow>) -> Vec<Item> {
    let item =
        |it| Item { points: None, why: Vec::new(), owner: None, group: Some(it), case: None };
    groups.into_iter().map(item).collect()
}

/// Who sees to something, in words: an organisation, and whether it is the reader herself. Other
/// members are not named.
pub(super) fn owner(lang: Lang, orgs: &[Org], actor: &Actor, owner: Owner) -> Option<String> {
    if owner.member == Some(actor.member.id) {
        return Some(text(lang, "d-q-me"));
    }
    let org = name_of(orgs, owner.org?);
    Some(match owner.member {
        Some(_) => text_with(lang, "d-q-a-member-of", &[("org", org.into())]),
        None => org,
    })
}

/// A reason of the priority, in words.
pub(super) fn why(lang: Lang, why: Why) -> String {
    let count = |key: &str, n: i64| {
        text_with(lang, key, &[("n", n.into()), ("shown", number(lang, n).into())])
    };
    match why {
        Why::Overdue(0) => text(lang, "d-q-why-overdue-today"),
        Why::Overdue(days) => count("d-q-why-overdue", days),
        Why::Due(0) => text(lang, "d-q-why-due-today"),
        Why::Due(days) => count("d-q-why-due", days),
        Why::Risk(risk) => text(lang, &format!("d-q-why-risk-{}", risk.code())),
        Why::RiskOfTopic => text(lang, "d-q-why-risk-topic"),
        Why::Messages(n) => count("d-q-why-messages", n),
        Why::Asking(n) => count("d-q-why-asking", n),
        Why::Grew { n, times } => {
            let values = [("shown", number(lang, n).into()), ("times", times.into())];
            text_with(lang, "d-q-why-grew", &values)
        }
        Why::AllNew(n) => count("d-q-why-all-new", n),
        Why::Waits(days) => count("d-q-why-waits", days),
    }
}

/// Risks, for lists.
pub(super) fn risks(lang: Lang) -> Vec<words::Choice> {
    let choice = |it: Risk| words::Choice {
        value: it.code().to_owned(),
        label: text(lang, &format!("d-q-risk-{}", it.code())),
    };
    Risk::ALL.map(choice).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_told_in_words() {
        let all = [
            Why::Overdue(0),
            Why::Overdue(2),
            Why::Due(0),
            Why::Due(1),
            Why::Due(3),
            Why::Risk(Risk::High),
            Why::Risk(Risk::Medium),
            Why::Risk(Risk::Low),
            Why::RiskOfTopic,
            Why::Messages(1),
            Why::Messages(1_200),
            Why::Asking(1),
            Why::Asking(40),
            Why::Grew { n: 16, times: 2 },
            Why::AllNew(5),
            Why::Waits(1),
            Why::Waits(3),
        ];
        for (lang, it) in Lang::ALL.into_iter().flat_map(|lang| all.map(|it| (lang, it))) {
            let words = why(lang, it);
            assert!(!words.contains("d-q-") && !words.contains("Unknown"), "{lang}: {words}");
        }
        assert_eq!(why(Lang::En, Why::Due(1)), "due tomorrow");
        assert_eq!(why(Lang::En, Why::Messages(1_200)), "1,200 messages");
        assert_eq!(why(Lang::Vi, Why::Asking(40)), "40 người đang hỏi");
    }
}
