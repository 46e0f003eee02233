//! Parts of a case's page about how the work is shared out: who has it, what harm it may do, tasks,
//! notes, how it grew, and what readers see of it.

use kiemtin_core::lang::Lang;
use kiemtin_core::priority::Risk;
use kiemtin_core::waiting::Progress;
use kiemtin_store::cases::Case;
use kiemtin_store::claims::Claim;
use kiemtin_store::organisations::Org;
use kiemtin_store::tasks::Task;
use kiemtin_store::waiting_list::{OPEN, Release};

use super::actor::Actor;
use super::assign;
use super::case::name_of;
use super::growth::{self, Growth};
use super::halt::Answer;
use super::ranked::{owner, risks};
use super::words::Choice;
use crate::app::App;

/// The parts.
pub(super) struct Parts {
    pub(super) owner: Option<String>,
    pub(super) owners: Vec<Choice>,
    pub(super) risk: &'static str,
    pub(super) risks: Vec<Choice>,
    pub(super) tasks: Vec<TaskRow>,
    pub(super) notes: Vec<NoteRow>,
    pub(super) growth: Option<Growth>,
    /// By whom and when the sentence was released.
    pub(super) released: Option<(String, String)>,
    /// Whether readers may see it as open now.
    pub(super) can_release: bool,
    /// How far readers see that it is.
    pub(super) progress: &'static str,
}

pub(super) struct TaskRow {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) owner: String,
    pub(super) due: Option<String>,
    pub(super) is_late: bool,
    pub(super) done: Option<String>,
}

pub(super) struct NoteRow {
    pub(super) text: String,
    pub(super) by: String,
    pub(super) at: String,
}

/// The parts of a case.
pub(super) async fn of_case(
    app: &App,
    actor: &Actor,
    (case, claim): (&Case, &Claim),
    orgs: &[Org],
) -> Answer<Parts> {
    let lang = actor.lang;
    let release = app.store.release_of(claim.id).await?;
    let is_open = OPEN.contains(&case.state) && claim.merged_into.is_none();
    let released = |it: Release| (name_of(orgs, it.org), it.at.date_time(lang));
    Ok(Parts {
        owner: owner(lang, orgs, actor, app.store.owner_of_case(case.id).await?),
        owners: assign::choices(lang, orgs),
        risk: app.store.risk_of_claim(claim.id).await?.map_or("", Risk::code),
        risks: risks(lang),
        tasks: tasks(app, actor, case, orgs).await?,
        notes: notes(app, lang, case, orgs).await?,
        growth: growth::of_claim(app, lang, claim.id).await?,
        can_release: is_open && release.is_none(),
        released: release.map(released),
        progress: if is_open { progress(app, case) } else { "closed" },
    })
}

fn progress(app: &App, case: &Case) -> &'static str {
    let is_asked = case.state == kiemtin_core::workflow::State::Verifying;
    Progress::of(case.state, case.due.filter(|_| is_asked), app.now()).code()
}

async fn tasks(app: &App, actor: &Actor, case: &Case, orgs: &[Org]) -> Answer<Vec<TaskRow>> {
    let (lang, now) = (actor.lang, app.now());
    let row = |it: Task| TaskRow {
        id: it.id.to_string(),
        owner: {
            let of = kiemtin_store::queue::Owner { org: Some(it.org), member: it.member };
            owner(lang, orgs, actor, of).unwrap_or_default()
        },
        due: it.due.map(|it| it.date(lang)),
        is_late: it.done.is_none() && it.due.is_some_and(|it| it < now),
        done: it.done.map(|it| it.date(lang)),
        text: it.text,
    };
    Ok(app.store.tasks(case.id).await?.into_iter().map(row).collect())
}

async fn notes(app: &App, lang: Lang, case: &Case, orgs: &[Org]) -> Answer<Vec<NoteRow>> {
    let row = |it: kiemtin_store::notes::Note| NoteRow {
        text: it.text,
        by: name_of(orgs, it.org),
        at: it.made.date_time(lang),
    };
    Ok(app.store.notes(case.id).await?.into_iter().map(row).collect())
}
