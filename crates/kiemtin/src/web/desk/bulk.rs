//! `/desk/bulk`: one deed done to several groups of the queue, and the list of such deeds, each of
//! which can be undone at any later time.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{Redirect, Response};
use kiemtin_core::case::DismissReason;
use kiemtin_core::ids::{BulkId, GroupId};
use kiemtin_store::bulk::{BULK_MAX, Bulk, BulkDeed, BulkKind};
use kiemtin_store::groups::Group;

use super::actor::{Actor, Visit};
use super::assign;
use super::case::name_of;
use super::form::{Asked, Fields};
use super::frame::Frame;
use super::group::queue_address;
use super::halt::{Answer, Halt};
use super::merge;
use super::queue::{GroupRow, rows};
use crate::app::App;
use crate::app::clock::chance;
use crate::locale;
use crate::web::page::{self, Page};

/// Deeds on the page; older ones are undone group by group.
const BULKS_MAX: i64 = 50;

#[derive(Template)]
#[template(path = "desk/bulk.html")]
struct BulkPage {
    page: Page,
    desk: Frame,
    bulks: Vec<BulkRow>,
    /// Groups in which something else happened since, so that they stayed as they are.
    left: Vec<GroupRow>,
}

struct BulkRow {
    id: String,
    kind: &'static str,
    what: String,
    at: String,
    by: String,
    n_left: i64,
}

/// `GET /desk/bulk?left=`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Asked(asked): Asked,
) -> Answer<Response> {
    let lang = actor.lang;
    let orgs = app.store.orgs().await?;
    let row = |it: Bulk| BulkRow {
        id: it.id.to_string(),
        kind: it.kind.code(),
        what: locale::text(lang, &format!("d-q-bulk-{}", it.kind.code())),
        at: it.at.date_time(lang),
        by: name_of(&orgs, it.org),
        n_left: it.n_left,
    };
    let left = match BulkId::parse(asked.one("left")) {
        Ok(bulk) => groups(&app, &app.store.groups_of_bulk(bulk).await?).await?,
        Err(_) => Vec::new(),
    };
    let page = BulkPage {
        page: Page::new(&app, lang, locale::text(lang, "d-q-bulk-title"), ""),
        desk: Frame::of(&visit),
        bulks: app.store.bulks(BULKS_MAX).await?.into_iter().map(row).collect(),
        left: rows(&app, lang, &left).await?,
    };
    Ok(page::html(&page)?)
}

/// `POST /desk/bulk/{kind}`: to all of the chosen groups, or to none.
pub(super) async fn take(
    State(app): State<Arc<App>>,
    actor: Actor,
    fields: Fields,
    kind: BulkKind,
) -> Answer<Redirect> {
    let mut chosen: Vec<GroupId> =
        fields.all("group").filter_map(|it| GroupId::parse(it).ok()).collect();
    chosen.sort_unstable();
    chosen.dedup();
    if chosen.is_empty() {
        return Err(Halt::Rule("d-q-bulk-choose"));
    }
    if BULK_MAX < chosen.len() {
        return Err(Halt::RuleWith("d-q-bulk-too-many", BULK_MAX.to_string()));
    }
    let deed = deed(&app, &actor, &fields, kind, &mut chosen).await?;
    let bulk = BulkId::new(app.now(), chance());
    app.store.do_bulk(bulk, deed, &chosen, app.act(&actor.member)).await?;
    app.work.notify_one();
    let done = format!("bulk-{}&bulk={bulk}", kind.code());
    Ok(Redirect::to(&queue_address(&fields, &done)))
}

/// `POST /desk/bulk/{kind}/undo`
pub(super) async fn undo(
    State(app): State<Arc<App>>,
    actor: Actor,
    fields: Fields,
    kind: BulkKind,
) -> Answer<Redirect> {
    let bulk = BulkId::parse(fields.one("bulk"))?;
    let left = app.store.undo_bulk(bulk, kind, app.act(&actor.member)).await?;
    app.work.notify_one();
    Ok(match left.is_empty() {
        true => Redirect::to("/desk/bulk?done=bulk-undone"),
        false => Redirect::to(&format!("/desk/bulk?done=bulk-undone-partly&left={bulk}")),
    })
}

/// What is done, with what the form brought along for it.
async fn deed(
    app: &App,
    actor: &Actor,
    fields: &Fields,
    kind: BulkKind,
    chosen: &mut Vec<GroupId>,
) -> Answer<BulkDeed> {
    Ok(match kind {
        BulkKind::Dismiss => {
            let reason = DismissReason::from_code(fields.one("reason"));
            BulkDeed::Dismiss(reason.ok_or(Halt::Rule("d-choose-reason"))?)
        }
        BulkKind::Tie => BulkDeed::Tie(merge::into(app, fields.one("claim")).await?),
        BulkKind::Assign => {
            BulkDeed::Assign(assign::chosen(app, actor, fields.one("owner")).await?)
        }
        BulkKind::Merge => {
            let largest = groups(app, chosen).await?.into_iter().max_by_key(|it| it.n_messages);
            let into = largest.map(|it| it.id).filter(|_| 1 < chosen.len());
            let into = into.ok_or(Halt::Rule("d-q-bulk-merge-two"))?;
            chosen.retain(|it| *it != into);
            BulkDeed::Merge(into)
        }
    })
}

async fn groups(app: &App, ids: &[GroupId]) -> Answer<Vec<Group>> {
    let mut groups = Vec::with_capacity(ids.len());
    for id in ids {
        groups.extend(app.store.group(*id).await?);
    }
    Ok(groups)
}
