//! The description of the API (OpenAPI 3.1), made from the handlers, with what they have in common:
//! where it is, how keys are sent, and every way in which a call may fail.

use utoipa::PartialSchema as _;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, Info, LicenseBuilder, OpenApi, Ref, ResponseBuilder, Server};

use super::problem::{KINDS, PROBLEM_JSON, Problem};

/// The licence of what is published.
const LICENCE: &str = "CC-BY-4.0";
const ABOUT: &str = "Published answers of a rumour-response desk, and the ways to send in what is \
    going round. Texts are in Vietnamese, English or both. Everything that is read here may be \
    used under CC BY 4.0; a verdict is shown with the address of its answer.";

/// The description with what all calls have in common.
pub(super) fn finished(mut described: OpenApi, public_url: &str) -> OpenApi {
    let mut info = Info::new("Kiểm Tin", "1");
    info.description = Some(ABOUT.to_owned());
    info.license = Some(LicenseBuilder::new().name("CC BY 4.0").identifier(Some(LICENCE)).build());
    described.info = info;
    described.servers = Some(vec![Server::new(public_url)]);
    let components = described.components.get_or_insert_default();
    let problem = ("Problem".to_owned(), Problem::schema());
    components.schemas.extend([problem]);
    let key = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.security_schemes.insert("key".to_owned(), key.into());
    for (path, item) in &mut described.paths.paths {
        for operation in operations(item) {
            add_failures(path, operation);
        }
    }
    described
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, post, .. } = item;
    get.iter_mut().chain(post.iter_mut())
}

/// The failures that a call may have, by what it takes: only those that can be.
fn add_failures(path: &str, operation: &mut Operation) {
    let takes_body = operation.request_body.is_some();
    let needs_key = operation.security.is_some();
    let is_named = path.ends_with("/tips") || (needs_key && takes_body);
    for (status, _, title, _) in KINDS {
        let can_be = match status {
            401 | 403 => needs_key,
            409 => is_named,
            413 | 415 | 422 => takes_body,
            _ => true,
        };
        if can_be {
            let words = crate::locale::text(kiemtin_core::lang::Lang::En, title);
            let content = Content::new(Some(Ref::from_schema_name("Problem")));
            let response = ResponseBuilder::new().description(words).content(PROBLEM_JSON, content);
            operation.responses.responses.insert(status.to_string(), response.build().into());
        }
    }
    let is_kept = !takes_body && !needs_key && !path.ends_with("/search");
    if is_kept {
        let response = ResponseBuilder::new().description("Not modified").build();
        operation.responses.responses.insert("304".to_owned(), response.into());
    }
}
