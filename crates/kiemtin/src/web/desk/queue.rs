//! `/desk`: what waits, the most pressing first, with what it may be about; and what was decided.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kiemtin_core::lang::Lang;
use kiemtin_core::workflow;
use kiemtin_store::bulk::BULK_MAX;
use kiemtin_store::groups::{Group, Queue};

use super::actor::{Actor, Visit};
use super::assign;
use super::filter::{Filter, Select};
use super::form::{Asked, Fields};
use super::frame::Frame;
use super::halt::Answer;
use super::near::{self, Near};
use super::ranked::{self, Item};
use super::words::{self, Choice};
use crate::app::App;
use crate::locale;
use crate::web::page::{self, Page};

/// Groups on a page: what fits two screens, and is ranked live in well under a tenth of a second.
const GROUPS_PER_PAGE: i64 = 20;
/// Characters of a text in the queue; the group's page has it whole.
const TEXT_CHARS_MAX: usize = 320;

const TABS: [(&str, Queue); 4] = [
    ("waiting", Queue::Waiting),
    ("answered", Queue::Answered),
    ("confirmed", Queue::Confirmed),
    ("aside", Queue::Dismissed),
];

#[derive(Template)]
#[template(path = "desk/queue.html")]
struct QueuePage {
    page: Page,
    desk: Frame,
    tabs: Vec<Tab>,
    tab: &'static str,
    /// The number of this page.
    number: i64,
    items: Vec<Item>,
    /// What is chosen, for the end of an address.
    kept: String,
    is_filtered: bool,
    selects: Vec<Select>,
    owners: Vec<Choice>,
    n_max: i64,
    states: Vec<StateRow>,
    reasons: Vec<Choice>,
    /// The pages before and after this one.
    previous: Option<i64>,
    next: Option<i64>,
    empty: String,
}

struct Tab {
    code: &'static str,
    label: String,
    n: i64,
}

/// How many cases stand in a state.
pub(super) struct StateRow {
    pub(super) code: &'static str,
    pub(super) label: String,
    pub(super) n: i64,
}

/// A group in a list.
pub(super) struct GroupRow {
    pub(super) id: String,
    pub(super) lang: Lang,
    pub(super) text: String,
    pub(super) n: i64,
    pub(super) first: String,
    pub(super) last: String,
    /// The likeliest claim that nobody rejected.
    pub(super) best: Option<Near>,
    /// The claim it is tied to: id and statement.
    pub(super) claim: Option<(String, String)>,
    /// The same, as the program proposed it, as long as no member confirmed it.
    pub(super) tied: Option<Near>,
    /// Why it was put aside.
    pub(super) dismissed: Option<String>,
}

/// `GET /desk?tab=&page=`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Asked(asked): Asked,
) -> Answer<Response> {
    let lang = actor.lang;
    let (tab, queue) = tab(&asked);
    let filter = Filter::of(&asked);
    let counts = app.store.queue_counts().await?;
    let ranked = match queue {
        Queue::Waiting => Some(ranked::all(&app, &actor, &filter).await?),
        _ => None,
    };
    let n = TABS.iter().zip(counts).find(|it| it.0.0 == tab).map_or(0, |it| it.1);
    let n = ranked.as_ref().map_or(n, |it| i64::try_from(it.len()).unwrap_or(i64::MAX));
    // What was decided last may have been the last one on its page.
    let number = asked.page().min((n - 1).max(0) / GROUPS_PER_PAGE + 1);
    let offset = (number - 1) * GROUPS_PER_PAGE;
    let items = match &ranked {
        Some(ranked) => {
            let shown = ranked.iter().skip(offset as usize).take(GROUPS_PER_PAGE as usize);
            ranked::items(&app, &actor, &Vec::from_iter(shown.cloned())).await?
        }
        None => {
            let found = app.store.queue(queue, offset, GROUPS_PER_PAGE).await?;
            ranked::unranked(rows(&app, lang, &found).await?)
        }
    };
    let tab_row = |((code, _), n): (&(&'static str, Queue), i64)| Tab {
        code,
        label: locale::text(lang, &format!("d-tab-{code}")),
        n,
    };
    let queue = QueuePage {
        page: Page::new(&app, lang, locale::text(lang, "d-queue-title"), ""),
        desk: Frame::of(&visit),
        tabs: TABS.iter().zip(counts).map(tab_row).collect(),
        tab,
        number,
        items,
        kept: if queue == Queue::Waiting { filter.query() } else { String::new() },
        is_filtered: filter.is_some(),
        selects: filter.selects(lang),
        owners: assign::choices(lang, &app.store.orgs().await?),
        n_max: i64::try_from(BULK_MAX).unwrap_or(i64::MAX),
        states: states(&app, lang).await?,
        reasons: words::reasons(lang),
        previous: (1 < number).then_some(number - 1),
        next: (number * GROUPS_PER_PAGE < n).then_some(number + 1),
        empty: match ranked.is_some() && filter.is_some() {
            true => locale::text(lang, "d-q-filter-empty"),
            false => locale::text(lang, &format!("d-empty-{tab}")),
        },
    };
    Ok(page::html(&queue)?)
}

/// The tab that an address or a form names; the first one otherwise.
pub(super) fn tab(asked: &Fields) -> (&'static str, Queue) {
    let wanted = asked.one("tab");
    TABS.into_iter().find(|it| it.0 == wanted).unwrap_or(TABS[0])
}

/// Groups as a list shows them.
pub(super) async fn rows(app: &App, lang: Lang, groups: &[Group]) -> Answer<Vec<GroupRow>> {
    let mut rows = Vec::with_capacity(groups.len());
    for group in groups {
        let is_waiting = group.claim.is_none() && group.dismissed.is_none();
        let near = if is_waiting { near::of_group(app, lang, group).await? } else { Vec::new() };
        let worth = |it: &Near| !it.is_rejected && it.decision != "none";
        let claim = match group.claim {
            Some(id) => app.store.claim(id).await?,
            None => None,
        };
        rows.push(GroupRow {
            id: group.id.to_string(),
            lang: group.lang,
            text: shortened(&group.text),
            n: group.n_messages,
            first: group.first.date(lang),
            last: group.last.date(lang),
            best: near.into_iter().find(worth),
            tied: near::of_tie(app, lang, group).await?,
            claim: claim.map(|it| (it.id.to_string(), it.text.text(lang).to_owned())),
            dismissed: group.dismissed.map(|it| words::dismissed(lang, it)),
        });
    }
    Ok(rows)
}

/// How many cases stand in each state, in the order of the way.
pub(super) async fn states(app: &App, lang: Lang) -> Answer<Vec<StateRow>> {
    let counts = app.store.case_counts().await?;
    let row = |state: workflow::State| {
        let n = counts.iter().find(|(it, _)| *it == state).map_or(0, |(_, n)| *n);
        StateRow { code: state.code(), label: words::state(lang, state), n }
    };
    Ok(workflow::State::ALL.map(row).into())
}

/// A text as lists show it.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(TEXT_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
