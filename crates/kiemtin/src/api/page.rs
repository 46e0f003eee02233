//! `/api`: the API for people, made from its description: what it is, its rules, and each call with
//! an example that can be typed.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use kiemtin_core::lang::Lang;
use serde_json::Value;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};

use super::input::{LIMIT_MAX, Reads};
use super::partner::messages::MESSAGES_BYTES_MAX;
use super::problem::{Answer, KINDS};
use crate::app::App;
use crate::app::rates::Call;
use crate::locale;

#[derive(Template)]
#[template(path = "api.html")]
struct ApiPage {
    lang: Lang,
    demo: bool,
    calls: Vec<Described>,
    kinds: Vec<Kind>,
    rates: Vec<(String, String)>,
}

/// One call.
struct Described {
    method: &'static str,
    path: String,
    summary: String,
    example: String,
}

/// One kind of failure.
struct Kind {
    status: u16,
    code: &'static str,
    title: String,
}

/// `GET /api`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    Reads(lang): Reads,
    described: Arc<OpenApi>,
) -> Answer<Response> {
    let base = app.public_url.clone();
    let calls = described.paths.paths.iter();
    let calls = calls.flat_map(|(path, item)| of_path(lang, &base, path, item)).collect();
    let kind = |(status, code, title, _): &(u16, &'static str, &'static str, _)| Kind {
        status: *status,
        code,
        title: locale::text(lang, title),
    };
    let rate = |call: Call| {
        let words = locale::text(lang, &format!("api-rate-{}", call.code()));
        (words, locale::number(lang, i64::from(call.max())))
    };
    let page = ApiPage {
        lang,
        demo: app.desk.demo,
        calls,
        kinds: KINDS.iter().map(kind).collect(),
        rates: Call::ALL.map(rate).into(),
    };
    let body = page.render().map_err(anyhow::Error::from)?;
    Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response())
}

impl ApiPage {
    fn t(&self, key: &str) -> String {
        locale::text(self.lang, key)
    }

    fn t_with(&self, key: &str, name: &'static str, value: impl Into<i64>) -> String {
        let value = locale::number(self.lang, value.into());
        locale::text_with(self.lang, key, &[(name, value.into())])
    }

    fn limit_max(&self) -> i64 {
        LIMIT_MAX
    }

    fn bulk_mib(&self) -> i64 {
        (MESSAGES_BYTES_MAX >> 20) as i64
    }
}

fn of_path(lang: Lang, base: &str, path: &str, item: &PathItem) -> Vec<Described> {
    let both = [("GET", &item.get), ("POST", &item.post)];
    let of = |(method, operation): (&'static str, &Option<Operation>)| {
        let operation = operation.as_ref()?;
        let id = path.trim_start_matches("/api/v1/").replace(['/', '{', '}'], "-");
        let key = format!("api-call-{}", id.trim_end_matches('-').replace("--", "-"));
        Some(Described {
            method,
            path: path.to_owned(),
            summary: locale::text(lang, &key),
            example: example(base, path, operation),
        })
    };
    both.into_iter().filter_map(of).collect()
}

/// The call as somebody types it: with the examples that its parameters and its body have.
fn example(base: &str, path: &str, operation: &Operation) -> String {
    // As it stands in the description: the library shows its own parts of it to nobody.
    let operation = serde_json::to_value(operation).unwrap_or_default();
    let mut path = path.to_owned();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let Some(example) = example_of(parameter) else { continue };
        match parameter["in"].as_str() {
            Some("path") => path = path.replace(&format!("{{{name}}}"), &example),
            _ => drop(query.append_pair(name, &example)),
        }
    }
    let query = query.finish();
    let query = if query.is_empty() { query } else { format!("?{query}") };
    let mut typed = format!("curl '{base}{path}{query}'");
    if operation["security"].is_array() {
        typed += " \\\n  -H 'Authorization: Bearer kt_…'";
    }
    for (kind, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
        let body = example_of(content).unwrap_or_default();
        typed += &format!(" \\\n  -H 'Content-Type: {kind}' \\\n  -d '{body}'");
    }
    typed
}

fn example_of(described: &Value) -> Option<String> {
    let all = [&described["example"], &described["schema"]["example"]];
    let example = all.into_iter().find(|it| !it.is_null())?;
    Some(example.as_str().map_or_else(|| example.to_string(), str::to_owned))
}
