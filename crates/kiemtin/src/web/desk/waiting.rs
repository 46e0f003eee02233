//! `/desk/waiting-for-me`: what this member could do now, what is due first.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kiemtin_core::due::{Stage, Thing};
use kiemtin_core::lang::Lang;
use kiemtin_store::waiting::Waiting;

use super::actor::{Actor, Visit};
use super::frame::Frame;
use super::halt::Answer;
use crate::app::App;
use crate::locale;
use crate::web::page::{self, Page};

#[derive(Template)]
#[template(path = "desk/waiting.html")]
struct WaitingPage {
    page: Page,
    desk: Frame,
    things: Vec<ThingRow>,
}

struct ThingRow {
    what: String,
    claim: String,
    path: String,
    due: Option<String>,
    /// The reminder, and whether the day is past.
    stage: Option<String>,
    is_late: bool,
}

/// `GET /desk/waiting-for-me`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
) -> Answer<Response> {
    let lang = actor.lang;
    let mut things = Vec::new();
    for it in app.store.waiting_for(&actor.member).await? {
        things.push(row(&app, lang, &it).await?);
    }
    let page = WaitingPage {
        page: Page::new(&app, lang, locale::text(lang, "wait-title"), ""),
        desk: Frame::of(&visit),
        things,
    };
    Ok(page::html(&page)?)
}

async fn row(app: &App, lang: Lang, it: &Waiting) -> Answer<ThingRow> {
    let claim = app.store.claim(it.claim).await?;
    let stage = it.stage(app.now());
    let case = |at: &str| format!("/desk/cases/{}/{at}", it.case);
    let path = match (it.thing, it.contest) {
        (Thing::Opinion, _) => case("opinion"),
        (Thing::Signature, _) => case("sign"),
        (Thing::SentBack, _) => case("draft"),
        (Thing::Contest, number) => {
            format!("/desk/contests/{}", number.map(|it| it.to_string()).unwrap_or_default())
        }
    };
    Ok(ThingRow {
        what: locale::text(lang, &format!("wait-{}", it.thing.code())),
        claim: claim.map(|it| it.text.text(lang).to_owned()).unwrap_or_default(),
        path,
        due: it.due.map(|it| it.date(lang)),
        stage: stage.map(|it| locale::text(lang, &format!("wait-stage-{}", it.code()))),
        is_late: stage == Some(Stage::Overdue),
    })
}
