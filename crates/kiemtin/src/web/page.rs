//! What every page has: its language, its words, the name of the desk, and the frame around it.
//!
//! A page is a struct with a `page: Page` and an askama template that extends `layout.html` (public)
//! or `desk/layout.html` (desk). Templates ask `page.t("key")` for words.

use std::borrow::Borrow;
use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use fluent_templates::fluent_bundle::FluentValue;
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::rating::Rating;
use kiemtin_core::text::language;
use kiemtin_core::time::{Month, Timestamp};

use super::failure::{Answer, Failure};
use crate::app::App;
use crate::locale;

pub(super) use crate::app::DESK_NAME;

/// What the frame of a page needs.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// The reader's language.
    pub(super) lang: Lang,
    /// What stands in the title bar, before the desk's name.
    pub(super) title: String,
    /// The path of this page without its language, `/c/1`: for the link to the other language.
    pub(super) path: String,
    /// Whether `demo` made this desk: a banner says so, and the page asks not to be indexed.
    pub(super) demo: bool,
    /// The address that readers see, without a slash at its end.
    pub(super) public_url: String,
}

impl Page {
    /// A page of the public site.
    pub(super) fn new(
        app: &App,
        lang: Lang,
        title: impl Into<String>,
        path: impl Into<String>,
    ) -> Self {
        Self {
            lang,
            title: title.into(),
            path: path.into(),
            demo: app.desk.demo,
            public_url: app.public_url.clone(),
        }
    }

    /// The same page as one of a list's pages: its address says which.
    pub(super) fn at(mut self, n: i64) -> Self {
        if 1 < n {
            self.path = format!("{}?page={n}", self.path);
        }
        self
    }

    /// The whole address of this page in a language.
    pub(super) fn address(&self, lang: &Lang) -> String {
        format!("{}/{lang}{}", self.public_url, self.path)
    }

    /// Where this page is for whoever reads neither language: the front page asks the browser, every
    /// other page is there in Vietnamese first.
    pub(super) fn address_by_default(&self) -> String {
        match self.path.is_empty() {
            true => format!("{}/", self.public_url),
            false => self.address(&Lang::Vi),
        }
    }

    /// The words under a key.
    pub(super) fn t(&self, key: impl AsRef<str>) -> String {
        locale::text(self.lang, key.as_ref())
    }

    /// The words under a key, with one value in them.
    pub(super) fn t1(
        &self,
        key: &str,
        name: &'static str,
        value: impl Into<FluentValue<'static>>,
    ) -> String {
        locale::text_with(self.lang, key, &[(name, value.into())])
    }

    /// The words for a count; the number in them is written as the reader writes it, under `shown`.
    pub(super) fn count(&self, key: &str, n: &i64) -> String {
        let shown = FluentValue::from(self.number(n));
        locale::text_with(self.lang, key, &[("n", FluentValue::from(*n)), ("shown", shown)])
    }

    /// A number as the reader writes it.
    pub(super) fn number(&self, n: impl Borrow<i64>) -> String {
        locale::number(self.lang, *n.borrow())
    }

    /// A verdict in the reader's words.
    pub(super) fn verdict(&self, rating: &Rating) -> &'static str {
        rating.words(self.lang)
    }

    /// A day as the reader writes it.
    pub(super) fn date(&self, at: &Timestamp) -> String {
        at.date(self.lang)
    }

    /// Day and minute as the reader writes them.
    pub(super) fn date_time(&self, at: &Timestamp) -> String {
        at.date_time(self.lang)
    }

    /// A day (RFC 3339) or a month (`2023-12`) from a document, as the reader writes it.
    pub(super) fn day_of(&self, written: &str) -> String {
        if let Some(month) = Month::parse(written) {
            return self.t1("month-of", "month", month.words(self.lang));
        }
        Timestamp::parse(written).map_or_else(|| written.to_owned(), |at| at.date(self.lang))
    }

    /// Day and minute from a published document (RFC 3339), as the reader writes them.
    pub(super) fn minute_of(&self, rfc3339: &str) -> String {
        Timestamp::parse(rfc3339).map_or_else(|| rfc3339.to_owned(), |at| at.date_time(self.lang))
    }

    /// What stands at a field with too long a text in it.
    pub(super) fn too_long(&self, n_chars: usize, n_chars_max: usize) -> String {
        let shown = |n: usize| self.number(i64::try_from(n).unwrap_or(i64::MAX)).into();
        let values = [("n", shown(n_chars)), ("max", shown(n_chars_max))];
        locale::text_with(self.lang, "form-too-long", &values)
    }

    /// The other languages of the site.
    pub(super) fn other_langs(&self) -> Vec<Lang> {
        Lang::ALL.into_iter().filter(|it| *it != self.lang).collect()
    }

    /// A text in the reader's language, or else in the other, marked as such.
    pub(super) fn said<'a>(&self, text: &'a Localised) -> Said<'a> {
        let (lang, text) = text.best(self.lang).unwrap_or((self.lang, ""));
        Said { lang, text }
    }
}

/// A text with the language it is in, for `lang=` where that is not the page's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Said<'a> {
    /// The language.
    pub(super) lang: Lang,
    /// The text; empty when there is none.
    pub(super) text: &'a str,
}

impl<'a> Said<'a> {
    /// A text that came without its language, such as the title of a source.
    pub(super) fn guessed(text: &'a str) -> Self {
        Self { lang: language::guess(text), text }
    }

    /// Its paragraphs.
    pub(super) fn paragraphs(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.text.split("\n\n").map(str::trim).filter(|it| !it.is_empty())
    }
}

/// A rendered page.
pub(super) fn html(template: &impl Template) -> Answer<Response> {
    status(StatusCode::OK, template)
}

/// A rendered page with another status: an error page, a form with its mistakes named.
pub(super) fn status(status: StatusCode, template: &impl Template) -> Result<Response, Failure> {
    let body = template.render().map_err(|err| Failure::Broken(err.into()))?;
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    Ok((status, kind, body).into_response())
}

/// The language in the address (`/vi/…`, `/en/…`); any other first part is no page of ours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader(pub(super) Lang);

impl FromRequestParts<Arc<App>> for Reader {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<App>) -> Answer<Self> {
        let path = RawPathParams::from_request_parts(parts, state).await;
        let path = path.map_err(|_| Failure::Missing(Lang::Vi))?;
        let tag = path.iter().find(|(name, _)| *name == "lang").map(|(_, tag)| tag);
        let lang = Lang::ALL.into_iter().find(|it| Some(it.tag()) == tag);
        lang.map(Self).ok_or(Failure::Missing(preferred(parts)))
    }
}

/// The language that the browser asks for first, of those we speak; Vietnamese otherwise.
pub(super) fn preferred(parts: &Parts) -> Lang {
    let asked = parts.headers.get(header::ACCEPT_LANGUAGE);
    locale::preferred(asked.and_then(|it| it.to_str().ok()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_are_written_as_readers_write_them() {
        let of = |lang, written: &str| {
            let (title, path, public_url) = (String::new(), String::new(), String::new());
            Page { lang, title, path, demo: false, public_url }.day_of(written)
        };
        for (written, vi, en) in [
            ("2024-03-23", "23/3/2024", "23 March 2024"),
            ("2023-12", "tháng 12/2023", "December 2023"),
            ("2026-11-01T09:00:00+07:00", "1/11/2026", "1 November 2026"),
            ("2019", "2019", "2019"),
        ] {
            assert_eq!((of(Lang::Vi, written), of(Lang::En, written)), (vi.into(), en.into()));
        }
    }
}
