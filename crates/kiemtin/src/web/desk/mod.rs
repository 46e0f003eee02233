//! The desk: for members, behind a session. Server-rendered; the one script helps the keyboard, and
//! nothing needs it.
//!
//! One table of routes; each names the deed that a member must be allowed to do, and `needs` asks
//! `permission::may` for all of them. Every page is read by `GET`; every change is a `POST` that
//! ends in a redirect. Not here: what a deed does (`core::workflow`, the store).

// What a request brings and what it gets.
mod actor;
mod expired;
mod form;
mod frame;
mod halt;
mod words;

// Coming and going.
mod code;
mod join;
mod password;
mod provider;
mod second_factor;
mod sessions;
mod sign_in;

// What comes in.
mod assign;
mod bulk;
mod claim;
mod filter;
mod group;
mod queue;
mod ranked;
mod search;
mod sources;
mod tip;
mod worth;

// What is worked on.
mod ask;
mod case;
mod case_parts;
mod cases;
mod draft;
mod evidence;
mod evidence_file;
mod growth;
mod involvement;
mod kept;
mod markup;
mod meeting;
mod merge;
mod near;
mod opinion;
mod places;
mod release;
mod reply;
mod said;
mod sign;
mod step;
mod task;

// Who works.
mod api_keys;
mod members;
mod notices;
mod organisation;
mod organisations;
mod remit;
mod waiting;

// What the public says of it, and what it says of itself.
mod contests;
mod policy;

// How well it goes.
mod quality;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get, post};
use kiemtin_core::permission::{Deed, may};
use kiemtin_store::bulk::BulkKind;

use self::actor::Visit;
use self::halt::Halt;
use crate::app::App;
use crate::app::provider::BACK;

/// Routes under `/desk`.
pub(super) fn routes(app: Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .merge(doors())
        .merge(incoming())
        .merge(work())
        .merge(people())
        .merge(in_public())
        .layer(middleware::from_fn_with_state(app, actor::visit))
}

/// What may bring a file along, and so has limits of its own.
pub(super) fn routes_with_file(app: Arc<App>) -> Router<Arc<App>> {
    let hand_in = get(evidence_file::page).post(evidence_file::add);
    Router::new()
        .route("/desk/cases/{id}/evidence/file", needs(Deed::AddEvidence, hand_in))
        .layer(middleware::from_fn_with_state(app, actor::visit))
        .layer(DefaultBodyLimit::max(evidence_file::SENT_BYTES_MAX))
}

/// The ways in and out, open to all; the second factor asks for a session itself, since one that
/// lacks it must come in here.
fn doors() -> Router<Arc<App>> {
    Router::new()
        .route("/desk/sign-in", get(sign_in::page).post(sign_in::enter))
        .route("/desk/sign-out", post(sign_in::leave))
        .route("/desk/lang", post(sign_in::speak))
        .route("/desk/join/{token}", get(join::page).post(join::accept))
        .route("/desk/join/{token}/provider", post(provider::join))
        .route("/desk/sign-in/code", get(code::page).post(code::enter))
        .route("/desk/sign-in/provider", post(provider::sign_in))
        // A look at the head of an answer must not sign anybody in.
        .route(BACK, get(provider::back).head(async || StatusCode::METHOD_NOT_ALLOWED))
        .route("/desk/second-factor", get(second_factor::page).post(second_factor::confirm))
        .route("/desk/second-factor/codes", post(second_factor::new_codes))
        .route("/desk/second-factor/off", post(second_factor::turn_off))
}

fn incoming() -> Router<Arc<App>> {
    use Deed as D;
    Router::new()
        .route("/desk", needs(D::ReadDesk, get(queue::page)))
        .route("/desk/search", needs(D::ReadDesk, get(search::page)))
        .route("/desk/quality", needs(D::ReadDesk, get(quality::page)))
        .route("/desk/tips/new", needs(D::EnterTip, get(tip::page).post(tip::take)))
        .route("/desk/groups/{id}", needs(D::ReadDesk, get(group::page)))
        .route("/desk/groups/{id}/tie", needs(D::TieGroup, post(group::tie)))
        .route("/desk/groups/{id}/untie", needs(D::TieGroup, post(group::untie)))
        .route("/desk/groups/{id}/take-back", needs(D::TieGroup, post(group::take_back)))
        .route("/desk/groups/{id}/reject", needs(D::TieGroup, post(group::reject)))
        .route("/desk/groups/{id}/dismiss", needs(D::DismissCase, post(group::dismiss)))
        .route("/desk/groups/{id}/restore", needs(D::DismissCase, post(group::restore)))
        .route("/desk/groups/{id}/merge", needs(D::MergeAndSplit, post(group::merge)))
        .route("/desk/groups/{id}/unmerge", needs(D::MergeAndSplit, post(group::unmerge)))
        .route("/desk/groups/{id}/split", needs(D::MergeAndSplit, post(group::split)))
        .route("/desk/groups/{id}/assign", needs(D::SortQueue, post(assign::group)))
        .route("/desk/groups/{id}/risk", needs(D::SortQueue, post(assign::group_risk)))
        .route("/desk/sources", needs(D::ReadDesk, get(sources::page)))
        .route("/desk/sources/new", needs(D::ManageSources, post(sources::add)))
        .route("/desk/sources/look", needs(D::ManageSources, post(sources::look)))
        .route("/desk/sources/{id}/ask", needs(D::ManageSources, post(sources::ask)))
        .route("/desk/sources/{id}/stop", needs(D::ManageSources, post(sources::stop)))
        .route("/desk/sources/{id}/resume", needs(D::ManageSources, post(sources::resume)))
        .merge(bulk_routes())
        .route("/desk/claims/new", needs(D::EditDraft, get(claim::page)))
        .route("/desk/claims", needs(D::EditDraft, post(claim::word)))
        .route("/desk/claims/{id}", needs(D::ReadDesk, get(claim::show)))
        .route("/desk/claims/{id}/open", needs(D::TakeCase, post(claim::open)))
}

/// What is done to several groups at once, each with the deed that it is for one.
fn bulk_routes() -> Router<Arc<App>> {
    let list = Router::new().route("/desk/bulk", needs(Deed::ReadDesk, get(bulk::page)));
    BulkKind::ALL.into_iter().fold(list, |routes, kind| {
        let take = post(move |app, actor, fields| bulk::take(app, actor, fields, kind));
        let undo = post(move |app, actor, fields| bulk::undo(app, actor, fields, kind));
        let path = format!("/desk/bulk/{}", kind.code());
        let routes = routes.route(&format!("{path}/undo"), needs(kind.deed(), undo));
        routes.route(&path, needs(kind.deed(), take))
    })
}

fn work() -> Router<Arc<App>> {
    use Deed as D;
    let case = Router::new()
        .route("/desk/cases", needs(D::ReadDesk, get(cases::page)))
        .route("/desk/cases/{id}", needs(D::ReadDesk, get(case::page)))
        .route("/desk/cases/{id}/ask", needs(D::AskOpinions, get(ask::page).post(ask::ask)))
        .route(
            "/desk/cases/{id}/opinion",
            needs(D::GiveOpinion, get(opinion::page).post(opinion::give)),
        )
        .route(
            "/desk/cases/{id}/evidence",
            needs(D::AddEvidence, get(evidence::page).post(evidence::add)),
        )
        .route("/desk/cases/{id}/evidence.wacz", needs(D::ReadDesk, get(kept::wacz)))
        .route("/desk/cases/{id}/evidence/{evidence}/kept", needs(D::ReadDesk, get(kept::page)))
        .route("/desk/cases/{id}/evidence/{evidence}/file", needs(D::ReadDesk, get(kept::file)))
        .route("/desk/cases/{id}/evidence/{evidence}/stamp", needs(D::ReadDesk, get(kept::stamp)))
        .route("/desk/cases/{id}/evidence/retry", needs(D::AddEvidence, post(evidence::retry)))
        .route(
            "/desk/cases/{id}/evidence/withdraw",
            needs(D::AddEvidence, post(evidence::withdraw)),
        )
        .route("/desk/cases/{id}/evidence/aside", needs(D::EditDraft, post(evidence::set_aside)))
        .route(
            "/desk/cases/{id}/reply",
            needs(D::AskOpinions, get(reply::page).post(reply::record)),
        )
        .route(
            "/desk/cases/{id}/meeting",
            needs(D::AskOpinions, get(meeting::page).post(meeting::record)),
        )
        .route(
            "/desk/cases/{id}/meeting/{meeting}/public",
            needs(D::EditDraft, post(meeting::publish)),
        )
        .route("/desk/cases/{id}/variant", needs(D::EditDraft, post(claim::add_variant)))
        .route("/desk/cases/{id}/assign", needs(D::SortQueue, post(assign::case)))
        .route("/desk/cases/{id}/risk", needs(D::SortQueue, post(assign::case_risk)))
        .route("/desk/cases/{id}/tasks", needs(D::KeepTasks, post(task::add)))
        .route("/desk/cases/{id}/tasks/end", needs(D::KeepTasks, post(task::end)))
        .route("/desk/cases/{id}/notes", needs(D::KeepTasks, post(task::note)))
        .route("/desk/cases/{id}/release", needs(D::ReleaseSentence, post(release::release)))
        .route("/desk/cases/{id}/withdraw", needs(D::ReleaseSentence, post(release::withdraw)))
        .route("/desk/cases/{id}/place", needs(D::EditDraft, post(places::of_claim)))
        .route("/desk/cases/{id}/involved", needs(D::MarkInvolved, post(involvement::mark)))
        .route("/desk/cases/{id}/uninvolved", needs(D::MarkInvolved, post(involvement::lift)))
        .route(
            "/desk/cases/{id}/merge",
            needs(D::MergeAndSplit, get(merge::page).post(merge::merge)),
        )
        .route("/desk/cases/{id}/unmerge", needs(D::MergeAndSplit, post(merge::unmerge)))
        .route("/desk/cases/{id}/draft", needs(D::EditDraft, get(draft::page).post(draft::save)))
        .route("/desk/cases/{id}/correct", needs(D::EditDraft, post(draft::correct)))
        .route("/desk/cases/{id}/sign", needs(D::ReadDesk, get(sign::page)))
        .route("/desk/cases/{id}/signature", needs(D::SignDraft, post(sign::sign)));
    // The steps of the workflow that bring nothing but a reason along, each with its own deed.
    step::STEPS.into_iter().fold(case, |case, action| {
        let step = post(move |app, actor, id, fields| step::take(app, actor, id, fields, action));
        case.route(
            &format!("/desk/cases/{{id}}/step/{}", action.code()),
            needs(action.deed(), step),
        )
    })
}

fn people() -> Router<Arc<App>> {
    use Deed as D;
    Router::new()
        .route("/desk/organisations", needs(D::ReadDesk, get(organisations::page)))
        .route("/desk/organisations/new", needs(D::ManageOrganisations, post(organisations::add)))
        .route("/desk/organisations/{id}", needs(D::ReadDesk, get(organisation::page)))
        .route("/desk/organisations/{id}/remit", needs(D::ReadDesk, get(remit::page)))
        .route(
            "/desk/organisations/{id}/remit/about",
            needs(D::ManageOrganisations, post(remit::describe)),
        )
        .route(
            "/desk/organisations/{id}/remit/place",
            needs(D::ManageOrganisations, post(remit::place)),
        )
        .route(
            "/desk/organisation/keys",
            needs(D::ManageKeys, get(api_keys::page).post(api_keys::make)),
        )
        .route("/desk/organisation/keys/{id}/end", needs(D::ManageKeys, post(api_keys::end)))
        .route("/desk/members", needs(D::ReadDesk, get(members::page)))
        .route("/desk/members/invite", needs(D::ManageMembers, post(members::invite)))
        .route("/desk/members/{id}/end", needs(D::ManageMembers, post(members::end)))
        .route("/desk/members/{id}/reset", needs(D::ManageMembers, post(members::reset)))
        .route("/desk/members/{id}/role", needs(D::ManageMembers, post(members::change_role)))
        .route("/desk/sessions", needs(D::ReadDesk, get(sessions::page)))
        .route("/desk/sessions/others/end", needs(D::ReadDesk, post(sessions::end_others)))
        .route("/desk/sessions/{id}/end", needs(D::ReadDesk, post(sessions::end)))
        .route("/desk/provider/link", needs(D::ReadDesk, post(provider::link)))
        .route("/desk/provider/unlink", needs(D::ReadDesk, post(provider::unlink)))
        .route("/desk/waiting-for-me", needs(D::ReadDesk, get(waiting::page)))
        .route("/desk/notices", needs(D::ReadDesk, get(notices::page).post(notices::save)))
        .route("/desk/password", needs(D::ReadDesk, get(password::page).post(password::change)))
}

fn in_public() -> Router<Arc<App>> {
    use Deed as D;
    Router::new()
        .route("/desk/contests", needs(D::ReadDesk, get(contests::list)))
        .route("/desk/contests/{number}", needs(D::ReadDesk, get(contests::page)))
        .route("/desk/contests/{number}/take", needs(D::DecideContest, post(contests::take)))
        .route("/desk/contests/{number}/decide", needs(D::DecideContest, post(contests::decide)))
        .route("/desk/policy", needs(D::EditPolicy, get(policy::list)))
        .route("/desk/policy/{name}", needs(D::EditPolicy, get(policy::page).post(policy::edit)))
}

/// A route for members who may do this deed.
fn needs(deed: Deed, route: MethodRouter<Arc<App>>) -> MethodRouter<Arc<App>> {
    route.route_layer(middleware::from_fn_with_state(deed, guard))
}

/// The one place where the desk asks `permission::may`.
async fn guard(State(deed): State<Deed>, request: Request, next: Next) -> Response {
    let visit = request.extensions().get::<Visit>();
    match visit.and_then(|it| it.actor.as_ref()) {
        None => Halt::SignIn(request.uri().to_string()).into_response(),
        Some(actor) if !may(actor.member.role, deed) => Halt::NotAllowed.into_response(),
        Some(_) => next.run(request).await,
    }
}
