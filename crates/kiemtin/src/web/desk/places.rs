//! Places of a claim or of an organisation: looked for by any name, chosen from what is found, taken
//! off again. Without a script: the search is a form of its own that leads back to the same page.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use kiemtin_core::gazetteer::{self, UnitCode};
use kiemtin_store::cases::Case;
use kiemtin_store::claims::Claim;

use super::actor::{Actor, Visit};
use super::case;
use super::form::Fields;
use super::halt::{Answer, Halt};
use crate::app::App;

/// Places that a search shows: who does not see theirs adds a word.
const HITS_MAX: usize = 12;

/// The places that something has, and the search for more. `desk/places.html` shows it.
pub(super) struct Places {
    /// The page it stands on: where the search leads, and below it what adds and takes off.
    pub(super) at: String,
    pub(super) chosen: Vec<Unit>,
    /// What is looked for.
    pub(super) query: String,
    pub(super) hits: Vec<Unit>,
    /// What was just added.
    pub(super) added: Option<Unit>,
    /// What was just taken off, and can be put back.
    pub(super) dropped: Option<Unit>,
}

/// A place in a list.
pub(super) struct Unit {
    pub(super) code: &'static str,
    pub(super) name: String,
    /// The old name by which it was found.
    pub(super) formerly: Option<&'static str>,
}

/// What a form about a place asks for.
pub(super) enum Deed {
    /// Put it on the list.
    Add,
    /// Take it off.
    Drop,
}

impl Unit {
    fn of(code: UnitCode) -> Self {
        Self { code: code.as_str(), name: code.unit().full_name(), formerly: None }
    }
}

impl Places {
    /// The places chosen so far, with what the address of the page asks about others.
    pub(super) fn new(at: String, chosen: &[UnitCode], visit: &Visit) -> Self {
        let asked = Fields::parse(visit.query.as_bytes());
        let query = asked.one("place").to_owned();
        let hit = |it: gazetteer::Hit| Unit { formerly: it.formerly, ..Unit::of(it.unit.code) };
        let found = gazetteer::find(&query, HITS_MAX).into_iter();
        let hits = found.filter(|it| !chosen.contains(&it.unit.code)).map(hit).collect();
        let changed = UnitCode::parse(asked.one("changed")).ok();
        let (added, dropped) = match changed.is_some_and(|it| chosen.contains(&it)) {
            true => (changed, None),
            false => (None, changed),
        };
        let chosen = chosen.iter().copied().map(Unit::of).collect();
        let (added, dropped) = (added.map(Unit::of), dropped.map(Unit::of));
        Self { at, chosen, query, hits, added, dropped }
    }
}

/// `POST /desk/cases/{id}/place`
pub(super) async fn of_claim(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, claim) = case::found(&app, &id).await?;
    let (place, deed) = read(&fields)?;
    let (store, act) = (&app.store, app.act(&actor.member));
    match deed {
        Deed::Add => store.add_claim_place(claim.id, place, act).await?,
        Deed::Drop => store.drop_claim_place(claim.id, place, act).await?,
    }
    Ok(back(&format!("/desk/cases/{}", case.id), place))
}

/// The places of a claim, for the page of its case.
pub(super) async fn on_case(
    app: &App,
    visit: &Visit,
    case: &Case,
    claim: &Claim,
) -> Answer<Places> {
    let chosen = app.store.claim_places(claim.id).await?;
    Ok(Places::new(format!("/desk/cases/{}", case.id), &chosen, visit))
}

/// The place that a form names, and what it asks for.
pub(super) fn read(fields: &Fields) -> Answer<(UnitCode, Deed)> {
    let place = UnitCode::parse(fields.one("place")).map_err(|_| Halt::Rule("d-place-unknown"))?;
    let deed = if fields.one("do") == "drop" { Deed::Drop } else { Deed::Add };
    Ok((place, deed))
}

/// Back to the page, which says what was done.
pub(super) fn back(at: &str, place: UnitCode) -> Redirect {
    Redirect::to(&format!("{at}?changed={}#places", place.as_str()))
}
