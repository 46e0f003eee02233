//! `/desk/tips/new`: a tip that somebody brings by telephone or over the counter. It comes in as every
//! tip does, masked and without a name; its receipt is shown once, to be handed over.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kiemtin_core::message::{MESSAGE_BYTES_MAX, RawMessage, Refused};

use super::actor::Visit;
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::Answer;
use super::words::{self, Choice};
use crate::app::intake::NotTaken;
use crate::app::{App, TipRefused};
use crate::locale;
use crate::web::codes;
use crate::web::failure::later;
use crate::web::page::{self, Page};

/// As many as readers may send; a character has at most four bytes.
const TEXT_CHARS_MAX: usize = MESSAGE_BYTES_MAX / 4;

#[derive(Template)]
#[template(path = "desk/tip_new.html")]
struct TipPage {
    page: Page,
    desk: Frame,
    form: Form,
    channels: Vec<Choice>,
    /// The receipt of the tip that was just taken in.
    receipt: Option<String>,
}

/// `GET /desk/tips/new`
pub(super) async fn page(State(app): State<Arc<App>>, visit: Visit) -> Answer<Response> {
    let form = Form::new(visit.lang, Fields::default());
    show(&app, &visit, StatusCode::OK, form, None)
}

/// `POST /desk/tips/new`: the receipt stands in the answer itself; only its hash is kept.
pub(super) async fn take(
    State(app): State<Arc<App>>,
    visit: Visit,
    fields: Fields,
) -> Answer<Response> {
    let mut form = Form::new(visit.lang, fields);
    let text = form.need("text", TEXT_CHARS_MAX);
    if !form.is_fine() {
        return show(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, form, None);
    }
    let source = codes::channel(form.value("seen")).map(str::to_owned);
    let refused = match app.take_tip(RawMessage { text, source, ..RawMessage::default() }).await {
        Ok(receipt) => {
            let empty = Form::new(visit.lang, Fields::default());
            return show(&app, &visit, StatusCode::OK, empty, Some(receipt.words()));
        }
        Err(refused) => refused,
    };
    let (key, status) = problem(refused)?;
    form.complain("text", key);
    let again = show(&app, &visit, status, form, None)?;
    Ok(if status == StatusCode::SERVICE_UNAVAILABLE { later(again) } else { again })
}

/// What is said at the text, which stays in the form: what passes is tried again with it.
fn problem(refused: TipRefused) -> Answer<(&'static str, StatusCode)> {
    let unfit = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(match refused {
        TipRefused::Text(Refused::Empty) => ("tip-empty", unfit),
        TipRefused::Text(Refused::TooLong { .. }) => ("tip-too-long", unfit),
        TipRefused::Text(Refused::NotText) => ("tip-not-text", unfit),
        TipRefused::Text(Refused::OnlyPersonalData) => ("tip-only-personal", unfit),
        TipRefused::Taken(NotTaken::Busy) => ("tip-busy", StatusCode::SERVICE_UNAVAILABLE),
        TipRefused::Taken(NotTaken::Store(err)) if err.passes() => {
            ("tip-busy", StatusCode::SERVICE_UNAVAILABLE)
        }
        TipRefused::Taken(NotTaken::Store(err)) => return Err(err.into()),
    })
}

fn show(
    app: &App,
    visit: &Visit,
    status: StatusCode,
    form: Form,
    receipt: Option<String>,
) -> Answer<Response> {
    let lang = visit.lang;
    let page = TipPage {
        page: Page::new(app, lang, locale::text(lang, "d-tip-title"), ""),
        desk: Frame::of(visit),
        form,
        channels: words::channels(lang),
        receipt,
    };
    Ok(page::status(status, &page)?)
}

#[cfg(test)]
mod tests {
    use kiemtin_store::StoreError;

    use super::super::halt::Halt;
    use super::*;

    #[test]
    fn what_passes_leaves_the_text_in_the_form_and_asks_to_come_again() {
        let passes = [
            NotTaken::Busy,
            NotTaken::Store(StoreError::DiskFull),
            NotTaken::Store(StoreError::Locked),
        ];
        for it in passes {
            let said = problem(TipRefused::Taken(it)).expect("the form again");
            assert_eq!(said, ("tip-busy", StatusCode::SERVICE_UNAVAILABLE));
        }
        let broken = NotTaken::Store(StoreError::Damaged("a row".to_owned()));
        assert!(matches!(problem(TipRefused::Taken(broken)), Err(Halt::Broken(_))));
        let empty = problem(TipRefused::Text(Refused::Empty)).expect("the form again");
        assert_eq!(empty, ("tip-empty", StatusCode::UNPROCESSABLE_ENTITY));
    }
}
