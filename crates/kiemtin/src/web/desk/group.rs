//! `/desk/groups/{id}`: messages that say the same, and what is done with them.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Redirect, Response};
use kiemtin_core::case::DismissReason;
use kiemtin_core::facts::{Difference, Facts};
use kiemtin_core::fingerprint::{self, Fingerprint, Sketch};
use kiemtin_core::group::Probe;
use kiemtin_core::ids::{ClaimId, GroupId, MessageId};
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::Reason;
use kiemtin_core::priority::Risk;
use kiemtin_core::text;
use kiemtin_core::text::normalise::normalise;
use kiemtin_store::events::Event;
use kiemtin_store::groups::{Group, NewGroup, Queue};
use kiemtin_store::messages::Message;

use super::actor::{Actor, Visit};
use super::assign;
use super::case::name_of;
use super::filter::Filter;
use super::form::Fields;
use super::frame::{Frame, Undo};
use super::halt::{Answer, Halt};
use super::near::{self, Near};
use super::queue::{self, GroupRow, rows};
use super::ranked;
use super::words::{self, Choice};
use super::worth::{self, Sentence};
use crate::app::App;
use crate::app::clock::chance;
use crate::locale;
use crate::web::page::{self, Page};

/// Messages shown of one group; more say no more.
const MESSAGES_MAX: i64 = 200;
/// Groups looked at for ones that are near.
const NEIGHBOURS_LOOKED_AT: i64 = 200;
/// Near groups offered for merging.
const NEIGHBOURS_MAX: usize = 5;
/// Sketches that share less are about something else.
const NEIGHBOUR_SIMILARITY_MIN: f32 = 0.12;
/// Groups shown that differ in no more than a number or the like.
const KEPT_APART_MAX: usize = 5;

#[derive(Template)]
#[template(path = "desk/group.html")]
struct GroupPage {
    page: Page,
    desk: Frame,
    group: GroupRow,
    confirmed: bool,
    merged_into: Option<String>,
    is_waiting: bool,
    messages: Vec<MessageRow>,
    /// What of it is worth checking.
    sentences: Vec<Sentence>,
    /// Claims near it, without the one that it is tied to.
    near: Vec<Near>,
    /// Groups that it may go into: those kept apart, too, since a member may know better.
    merge_into: Vec<GroupRow>,
    /// Groups that came with the same picture: other groups, so other words.
    same_picture: Vec<GroupRow>,
    kept_apart: Vec<KeptApart>,
    events: Vec<EventRow>,
    reasons: Vec<Choice>,
    /// Who sees to it, and who could.
    owner: Option<String>,
    owners: Vec<Choice>,
    risk: &'static str,
    risks: Vec<Choice>,
}

/// A group of nearly the same words, and in what it differs.
struct KeptApart {
    id: String,
    lang: Lang,
    text: String,
    n: i64,
    differs: Vec<String>,
}

impl KeptApart {
    fn of(lang: Lang, group: &Group, (other, differences): &(Group, Vec<Difference>)) -> Self {
        let differs = differences.iter().map(|it| differs(lang, *it, group, other)).collect();
        let text = other.text.clone();
        Self { id: other.id.to_string(), lang: other.lang, text, n: other.n_messages, differs }
    }
}

struct MessageRow {
    id: String,
    lang: Lang,
    text: String,
    source: Option<String>,
    url: Option<String>,
    at: String,
}

/// Something that happened, in words.
pub(super) struct EventRow {
    pub(super) at: String,
    pub(super) what: String,
    pub(super) by: String,
    pub(super) note: Option<String>,
    pub(super) undo: Option<Undo>,
}

/// `GET /desk/groups/{id}`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
) -> Answer<Response> {
    let lang = actor.lang;
    let group = found(&app, &id).await?;
    let messages = app.store.messages_of_group(group.id, MESSAGES_MAX).await?;
    let kept_apart = kept_apart(&app, &group).await?;
    let merge_into = merge_into(&app, &group, &kept_apart).await?;
    let mut near = near::of_group(&app, lang, &group).await?;
    near.retain(|it| group.claim.is_none_or(|tied| it.claim != tied.to_string()));
    let same_picture = app.groups_sharing_pictures(&[group.id]).await?;
    let row = rows(&app, lang, std::slice::from_ref(&group)).await?.pop().ok_or(Halt::Missing)?;
    let orgs = app.store.orgs().await?;
    let title = locale::text(lang, "d-group-title");
    let page = GroupPage {
        page: Page::new(&app, lang, title, ""),
        desk: Frame::of(&visit),
        confirmed: group.confirmed,
        merged_into: group.merged_into.map(|it| it.to_string()),
        is_waiting: is_waiting(&group),
        sentences: worth::of_group(&app, lang, &group, &messages).await?,
        messages: messages.into_iter().map(|it| message(lang, it)).collect(),
        near,
        merge_into: rows(&app, lang, &merge_into).await?,
        same_picture: rows(&app, lang, &same_picture).await?,
        kept_apart: kept_apart.iter().map(|it| KeptApart::of(lang, &group, it)).collect(),
        events: events(&app, lang, &group).await?,
        reasons: words::reasons(lang),
        owner: ranked::owner(lang, &orgs, &actor, app.store.owner_of_group(group.id).await?),
        owners: assign::choices(lang, &orgs),
        risk: app.store.risk_of_group(group.id).await?.map_or("", Risk::code),
        risks: ranked::risks(lang),
        // The whole text stands with the messages; this one is for the heading.
        group: row,
    };
    Ok(page::html(&page)?)
}

/// `POST /desk/groups/{id}/tie`: this group makes that claim.
pub(super) async fn tie(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let group = found(&app, &id).await?;
    let claim = claim(&app, fields.one("claim")).await?;
    app.store.tie(group.id, claim, app.act(&actor.member)).await?;
    app.work.notify_one();
    Ok(back(&fields, group.id, &format!("tied&group={id}&claim={claim}")))
}

/// `POST /desk/groups/{id}/untie`
pub(super) async fn untie(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let group = found(&app, &id).await?;
    let claim = ClaimId::parse(fields.one("claim"))?;
    app.store.untie(group.id, claim, app.act(&actor.member)).await?;
    Ok(back(&fields, group.id, &format!("untied&group={id}&claim={claim}")))
}

/// `POST /desk/groups/{id}/take-back`: what was decided about a claim is undone, as if nobody had
/// said anything; to untie says that the claim is another one.
pub(super) async fn take_back(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let group = found(&app, &id).await?;
    let claim = ClaimId::parse(fields.one("claim"))?;
    app.store.take_back(group.id, claim, app.act(&actor.member)).await?;
    Ok(back(&fields, group.id, "taken-back"))
}

/// `POST /desk/groups/{id}/reject`: the proposed claim is another one.
pub(super) async fn reject(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let group = found(&app, &id).await?;
    let claim = ClaimId::parse(fields.one("claim"))?;
    app.store.reject_match(group.id, claim, app.act(&actor.member)).await?;
    Ok(back(&fields, group.id, &format!("rejected&group={id}&claim={claim}")))
}

/// `POST /desk/groups/{id}/dismiss`: put aside, with a reason that senders read.
pub(super) async fn dismiss(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let group = found(&app, &id).await?;
    let reason = DismissReason::from_code(fields.one("reason"));
    let reason = reason.ok_or(Halt::Rule("d-choose-reason"))?;
    app.store.dismiss_group(group.id, reason, app.act(&actor.member)).await?;
    Ok(back(&fields, group.id, &format!("put-aside&group={id}")))
}

/// `POST /desk/groups/{id}/restore`
pub(super) async fn restore(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let group = found(&app, &id).await?;
    app.store.restore_group(group.id, app.act(&actor.member)).await?;
    Ok(back(&fields, group.id, "restored"))
}

/// `POST /desk/groups/{id}/merge`: its messages go into another group.
pub(super) async fn merge(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let group = found(&app, &id).await?;
    // An address of a group is taken as well as its id: that is what people copy.
    let into = fields.one("into").rsplit('/').next().unwrap_or_default();
    let into = GroupId::parse(into).map_err(|_| Halt::Rule("d-merge-which-group"))?;
    app.store.merge_groups(group.id, into, app.act(&actor.member)).await?;
    Ok(back(&fields, into, &format!("merged&group={id}")))
}

/// `POST /desk/groups/{id}/unmerge`
pub(super) async fn unmerge(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let group = found(&app, &id).await?;
    app.store.unmerge_group(group.id, app.act(&actor.member)).await?;
    Ok(back(&fields, group.id, "unmerged"))
}

/// `POST /desk/groups/{id}/split`: the chosen messages become a group of their own.
pub(super) async fn split(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let group = found(&app, &id).await?;
    let chosen: Vec<MessageId> =
        fields.all("message").filter_map(|it| MessageId::parse(it).ok()).collect();
    let all = app.store.messages_of_group(group.id, MESSAGES_MAX).await?;
    let first = all.iter().find(|it| chosen.contains(&it.id));
    let first = first.ok_or(Halt::Rule("d-split-choose"))?;
    if all.iter().all(|it| chosen.contains(&it.id)) {
        return Err(Halt::Rule("d-split-not-all"));
    }
    let new = new_group(&app, first).await?;
    let into = new.id;
    app.store.split_group(group.id, &chosen, &new, app.act(&actor.member)).await?;
    let done = format!("split&group={into}&into={}", group.id);
    Ok(back(&Fields::default(), into, &done))
}

/// The group that begins with a message, and the claims it may be about.
async fn new_group(app: &App, first: &Message) -> Answer<NewGroup> {
    let print = fingerprint::of(&first.text);
    let matches = app.find(&first.text, Some(first.lang), near::NEAR_MAX).await?;
    let new_match = |it: &kiemtin_core::matching::Match| kiemtin_store::groups::NewMatch {
        claim: it.claim,
        probability: f64::from(it.probability),
        decision: crate::reason::decision_code(it.decision),
        reasons: crate::reason::to_json(&it.reasons),
        vetoed: it.reasons.iter().any(Reason::is_veto),
    };
    Ok(NewGroup {
        id: GroupId::new(app.now(), chance()),
        exact_hash: print.exact,
        sketch: print.sketch.to_bytes().to_vec(),
        facts: Facts::of(&normalise(&first.text), first.lang).to_bytes(),
        lang: first.lang,
        matches: matches.iter().map(new_match).collect(),
        // A member split it off to look at it: the program does not answer it over their head.
        tie: None,
    })
}

/// The group of an address.
async fn found(app: &App, id: &str) -> Answer<Group> {
    app.store.group(GroupId::parse(id)?).await?.ok_or(Halt::Missing)
}

/// A claim that can be tied to: there, and not merged into another.
async fn claim(app: &App, id: &str) -> Answer<ClaimId> {
    let claim = app.store.claim(ClaimId::parse(id)?).await?.ok_or(Halt::Missing)?;
    match claim.merged_into {
        None => Ok(claim.id),
        Some(into) => Ok(into),
    }
}

/// Back to where the form stood: the tab and page of the queue, or the group's page.
pub(super) fn back(fields: &Fields, group: GroupId, done: &str) -> Redirect {
    match fields.one("back") {
        "queue" => Redirect::to(&queue_address(fields, done)),
        _ => Redirect::to(&format!("/desk/groups/{group}?done={done}")),
    }
}

/// The tab, page and filter of the queue where the form stood.
pub(super) fn queue_address(fields: &Fields, done: &str) -> String {
    let (tab, page) = (queue::tab(fields).0, fields.page());
    let kept = Filter::parse(fields.one("filter")).query();
    format!("/desk?tab={tab}&page={page}{kept}&done={done}")
}

fn is_waiting(group: &Group) -> bool {
    group.claim.is_none() && group.dismissed.is_none() && group.merged_into.is_none()
}

/// The groups that a waiting one may go into: what was kept apart from it, then its neighbours.
async fn merge_into(
    app: &App,
    group: &Group,
    kept_apart: &[(Group, Vec<Difference>)],
) -> Answer<Vec<Group>> {
    if !is_waiting(group) {
        return Ok(Vec::new());
    }
    let is_open = |it: &&Group| it.dismissed.is_none() && it.merged_into.is_none();
    let mut res: Vec<Group> = kept_apart.iter().map(|it| &it.0).filter(is_open).cloned().collect();
    for it in neighbours(app, group).await? {
        if res.iter().all(|known| known.id != it.id) {
            res.push(it);
        }
    }
    Ok(res)
}

/// Waiting groups whose letters are like this one's, the nearest first; the one that its text would
/// join stands among them.
async fn neighbours(app: &App, group: &Group) -> Answer<Vec<Group>> {
    if group.text.is_empty() {
        return Ok(Vec::new());
    }
    let own = fingerprint::of(&group.text);
    let facts = Facts::of(&normalise(&group.text), group.lang);
    let joined = app.index.group(&Probe { fingerprint: own, facts });
    let waiting = app.store.queue(Queue::Waiting, 0, NEIGHBOURS_LOOKED_AT).await?;
    let near = |it: Group| {
        let similarity = fingerprint::of(&it.text).sketch.similarity(&own.sketch);
        let similarity = if Some(it.id) == joined { 1.0 } else { similarity };
        (NEIGHBOUR_SIMILARITY_MIN <= similarity && it.id != group.id).then_some((similarity, it))
    };
    let mut near: Vec<(f32, Group)> = waiting.into_iter().filter_map(near).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok(near.into_iter().take(NEIGHBOURS_MAX).map(|(_, it)| it).collect())
}

/// Groups that say nearly the same but for a number, a date or a "not": asked of the kept sketches,
/// so that they are told after the texts have gone too.
async fn kept_apart(app: &App, group: &Group) -> Answer<Vec<(Group, Vec<Difference>)>> {
    app.index.follow(&app.store).await?;
    let Some(key) = app.store.group_key(group.id).await? else { return Ok(Vec::new()) };
    let sketch = Sketch::from_bytes(&key.sketch).ok();
    let facts = Facts::from_bytes(&key.facts);
    let (Some(sketch), Some(facts)) = (sketch, facts) else { return Ok(Vec::new()) };
    let fingerprint = Fingerprint { exact: key.exact_hash, sketch };
    let near = app.index.kept_apart(&Probe { fingerprint, facts });
    let mut res = Vec::new();
    for it in near.into_iter().filter(|it| it.id != group.id).take(KEPT_APART_MAX) {
        let Some(other) = app.store.group(it.id).await? else { continue };
        res.push((other, it.differences));
    }
    Ok(res)
}

/// In what two groups differ; with the values, as long as both texts are there.
fn differs(lang: Lang, difference: Difference, ours: &Group, theirs: &Group) -> String {
    let (label, values) = match difference {
        Difference::Number => ("d-differs-number", numbers_apart(ours, theirs)),
        Difference::Date => ("d-differs-date", dates_apart(ours, theirs)),
        Difference::Negation => ("d-differs-negation", None),
        Difference::Denial => ("d-differs-denial", None),
    };
    let label = locale::text(lang, label);
    match values {
        Some((ours, theirs)) => format!("{label} ({ours} ≠ {theirs})"),
        None => label,
    }
}

fn numbers_apart(ours: &Group, theirs: &Group) -> Option<(String, String)> {
    let [a, b] = [ours, theirs].map(|it| text::key(&it.text, Some(it.lang)).numbers);
    let ours = a.iter().find(|it| !b.iter().any(|other| it.same_value(other)))?;
    let theirs = b.iter().find(|it| !a.iter().any(|other| it.same_value(other)))?;
    Some((ours.text.clone(), theirs.text.clone()))
}

fn dates_apart(ours: &Group, theirs: &Group) -> Option<(String, String)> {
    let [a, b] = [ours, theirs].map(|it| text::key(&it.text, Some(it.lang)).dates);
    let ours = a.iter().find(|it| b.iter().all(|other| it.contradicts(other)))?;
    let theirs = b.iter().find(|it| a.iter().all(|other| it.contradicts(other)))?;
    Some((ours.text.clone(), theirs.text.clone()))
}

fn message(lang: Lang, it: Message) -> MessageRow {
    MessageRow {
        id: it.id.to_string(),
        lang: it.lang,
        text: it.text,
        source: it.source.map(|it| words::source(lang, &it)),
        url: it.url,
        at: it.published.unwrap_or(it.received).date_time(lang),
    }
}

async fn events(app: &App, lang: Lang, group: &Group) -> Answer<Vec<EventRow>> {
    let events = app.store.events_of_group(group.id).await?;
    let orgs = app.store.orgs().await?;
    let (mut seen, mut rows) = (Vec::new(), Vec::with_capacity(events.len()));
    for (_, event) in &events {
        // Only the newest of a kind can still be undone; each split is one for itself.
        let is_newest = !seen.contains(&event.kind);
        seen.push(event.kind.clone());
        let undo = match event.kind.as_str() {
            "group.split" => unsplit(app, lang, group, event).await?,
            _ => undo(lang, group, event).filter(|_| is_newest),
        };
        rows.push(EventRow {
            at: event.at.date_time(lang),
            what: words::event(lang, event),
            by: event.org.map(|it| name_of(&orgs, it)).unwrap_or_default(),
            note: words::event_note(lang, event).or_else(|| words::event_org(&orgs, event)),
            undo,
        });
    }
    Ok(rows)
}

/// What was split off goes back by being merged into where the group is now, as long as it is a
/// group of its own that no claim has.
async fn unsplit(app: &App, lang: Lang, group: &Group, event: &Event) -> Answer<Option<Undo>> {
    let new = event.body["into"].as_str().and_then(|it| GroupId::parse(it).ok());
    let Some(new) = new else { return Ok(None) };
    let new = app.store.group(new).await?;
    let new = new.filter(|it| it.merged_into.is_none() && it.claim.is_none());
    let into = group.merged_into.unwrap_or(group.id);
    Ok(new.map(|new| Undo {
        path: format!("/desk/groups/{}/merge", new.id),
        field: Some(("into", into.to_string())),
        label: locale::text(lang, "d-undo"),
    }))
}

fn undo(lang: Lang, group: &Group, event: &Event) -> Option<Undo> {
    let path = |deed: &str| format!("/desk/groups/{}/{deed}", group.id);
    let (path, field) = match event.kind.as_str() {
        "group.tie" if group.claim.is_some() && group.claim == event.claim => {
            (path("take-back"), group.claim.map(|it| ("claim", it.to_string())))
        }
        "group.dismiss" if group.dismissed.is_some() => (path("restore"), None),
        "group.merge" if group.merged_into.is_some() => (path("unmerge"), None),
        _ => return None,
    };
    Some(Undo { path, field, label: locale::text(lang, "d-undo") })
}
