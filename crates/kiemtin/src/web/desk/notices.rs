//! `/desk/notices`: what a member says of themselves. The languages they read, which is what their
//! signature stands for, and whether they want mail about what waits for them.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::lang::Lang;
use kiemtin_store::notices::MemberSettings;

use super::actor::{Actor, Visit};
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::Answer;
use crate::app::App;
use crate::app::mail::is_address;
use crate::locale;
use crate::web::page::{self, Page};

/// The longest mail address there is (RFC 5321).
const ADDRESS_CHARS_MAX: usize = 254;

#[derive(Template)]
#[template(path = "desk/notices.html")]
struct NoticesPage {
    page: Page,
    desk: Frame,
    form: Form,
    /// Whether this desk sends mail at all.
    has_mail: bool,
}

/// `GET /desk/notices`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
) -> Answer<Response> {
    let MemberSettings { reads, notice_address } = settings(&app, &actor).await?;
    let mut values: Vec<_> = reads.iter().map(|it| ("reads", it.tag().to_owned())).collect();
    values.push(("address", notice_address.unwrap_or_default()));
    let form = Form::new(visit.lang, Fields::of(values));
    show(&app, &visit, StatusCode::OK, form)
}

/// `POST /desk/notices`
pub(super) async fn save(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    fields: Fields,
) -> Answer<Response> {
    let mut form = Form::new(visit.lang, fields);
    let reads: BTreeSet<Lang> =
        Lang::ALL.into_iter().filter(|it| form.has("reads", it.tag())).collect();
    if reads.is_empty() {
        form.complain("reads", "notices-reads-one");
    }
    let address = form.at_most("address", ADDRESS_CHARS_MAX);
    if !address.is_empty() && !is_address(&address) {
        form.complain("address", "notices-bad-address");
    }
    if !form.is_fine() {
        return show(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, form);
    }
    let notice_address = Some(address).filter(|it| !it.is_empty());
    let new = MemberSettings { reads, notice_address };
    app.store.set_member_settings(actor.member.id, &new).await?;
    Ok(Redirect::to("/desk/notices?done=notices").into_response())
}

/// What a member said; as long as they said nothing, that they read the language in which they use
/// the desk.
pub(super) async fn settings(app: &App, actor: &Actor) -> Answer<MemberSettings> {
    let said = app.store.member_settings(actor.member.id).await?;
    let unsaid = MemberSettings { reads: BTreeSet::from([actor.lang]), notice_address: None };
    Ok(said.unwrap_or(unsaid))
}

fn show(app: &App, visit: &Visit, status: StatusCode, form: Form) -> Answer<Response> {
    let lang = visit.lang;
    let page = NoticesPage {
        page: Page::new(app, lang, locale::text(lang, "notices-title"), ""),
        desk: Frame::of(visit),
        form,
        has_mail: app.mail.get().is_some(),
    };
    Ok(page::status(status, &page)?)
}
