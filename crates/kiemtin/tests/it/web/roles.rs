//! Every route of the desk, asked by every role of two organisations: it answers as the table of
//! permissions says. The routes are read from the one table in the source, so none is forgotten.

use axum::http::Method;
use kiemtin_core::permission::{Deed, Role, may};
use kiemtin_core::workflow::Action;

use crate::helper::people::{Browser, Desk};

const TABLE: &str = include_str!("../../../src/web/desk/mod.rs");
const STEPS: &str = include_str!("../../../src/web/desk/step.rs");
/// An id that nothing has.
const NOBODY: &str = "0193a000-0000-7000-8000-000000000000";

struct Route {
    path: String,
    deed: Deed,
    methods: Vec<Method>,
}

/// Each `.route("…", needs(D::…, get(…).post(…)))` of the table, and the steps of the workflow.
fn routes() -> Vec<Route> {
    let mut routes: Vec<Route> = TABLE.split(".route(").skip(1).filter_map(route).collect();
    let steps = STEPS.split_once("const STEPS").expect("the list of steps").1;
    let steps = steps.split_once("];").expect("it ends").0;
    let is_step = |it: &Action| steps.contains(&format!("{it:?},"));
    for action in Action::ALL.into_iter().filter(is_step) {
        let path = format!("/desk/cases/{NOBODY}/step/{}", action.code());
        routes.push(Route { path, deed: action.deed(), methods: vec![Method::POST] });
    }
    routes
}

fn route(text: &str) -> Option<Route> {
    let (_, rest) = text.split_once('"')?;
    let (path, rest) = rest.split_once('"')?;
    // Up to the next route; doors and the steps have no fixed deed here.
    let (_, rest) = rest.split_once("needs(D::")?;
    let (deed, rest) = rest.split_once(',')?;
    let deed = Deed::ALL.into_iter().find(|it| format!("{it:?}") == deed)?;
    let has = |method: &str| [" ", "."].iter().any(|it| rest.contains(&format!("{it}{method}(")));
    let methods = [("get", Method::GET), ("post", Method::POST)];
    let methods = methods.into_iter().filter(|(name, _)| has(name)).map(|it| it.1).collect();
    let parts = path.split('/').map(|it| if it.starts_with('{') { NOBODY } else { it });
    Some(Route { path: parts.collect::<Vec<_>>().join("/"), deed, methods })
}

#[tokio::test]
async fn every_route_answers_each_role_of_each_organisation_as_the_table_says() {
    let routes = routes();
    let n_pairs: usize = routes.iter().map(|it| it.methods.len()).sum();
    assert!(50 < n_pairs, "only {n_pairs} found: does the table still look as this test reads it?");
    let desk = Desk::demo().await;
    for slug in ["health", "press"] {
        let org = desk.org(slug).await;
        for role in Role::ALL {
            let login = format!("{slug}-{}", role.code());
            let browser = desk.signed_in(&login, org, role).await;
            for route in &routes {
                for method in &route.methods {
                    is_as_the_table_says(&desk, &browser, role, route, method).await;
                }
            }
        }
    }
}

async fn is_as_the_table_says(
    desk: &Desk,
    browser: &Browser,
    role: Role,
    Route { path, deed, .. }: &Route,
    method: &Method,
) {
    // A copy: what one request does to a session is not the next one's affair.
    let answer = browser.clone().send(desk, method.clone(), path, &[]).await;
    let what = format!("{method} {path} by {role:?}");
    assert!(!answer.status.is_server_error(), "{what}: {}", answer.status);
    let refused =
        answer.status.as_u16() == 403 && answer.body.contains("Your role does not have this right");
    assert_eq!(refused, !may(role, *deed), "{what}: {} {}", answer.status, answer.body);
}

#[tokio::test]
async fn a_stranger_gets_no_further_than_the_door() {
    let desk = Desk::demo().await;
    let org = desk.org("health").await;
    desk.member("somebody", org, Role::Operator).await;
    for route in routes() {
        for method in &route.methods {
            let answer = Browser::english().send(&desk, method.clone(), &route.path, &[]).await;
            let what = format!("{method} {}: {}", route.path, answer.status);
            match *method {
                Method::GET => assert!(answer.location().starts_with("/desk/sign-in"), "{what}"),
                _ => assert!(matches!(answer.status.as_u16(), 401 | 403), "{what}"),
            }
        }
    }
}

#[tokio::test]
async fn no_other_method_does_anything() {
    let desk = Desk::demo().await;
    let org = desk.org("health").await;
    let editor = desk.signed_in("editor", org, Role::Editor).await;
    for route in routes() {
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = editor.clone().send(&desk, method.clone(), &route.path, &[]).await;
            let status = answer.status.as_u16();
            assert!(matches!(status, 403..=405), "{method} {}: {status}", route.path);
        }
    }
}
