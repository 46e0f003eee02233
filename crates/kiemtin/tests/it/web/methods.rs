//! Requests that look: HEAD and OPTIONS change nothing, on any route of the desk that changes things.
#![expect(clippy::unwrap_used, reason = "a set-up that fails is a failed test")]

use axum::http::Method;
use kiemtin_core::permission::Role;

use crate::helper::people::Desk;

/// The table of routes, as it stands in the source: `(path, whether it is read by GET as well)`.
fn changing_routes() -> Vec<(String, bool)> {
    let table = include_str!("../../../src/web/desk/mod.rs");
    let routes = table.split(".route(").skip(1).filter_map(|it| {
        let (_, rest) = it.split_once('"')?;
        let (path, rest) = rest.split_once('"')?;
        let own = rest.split("// ").next()?;
        let own = own.split_once("\n}").map_or(own, |(own, _)| own);
        own.contains("post(").then(|| (path.to_owned(), own.contains("get(")))
    });
    routes.collect()
}

#[tokio::test]
async fn looking_at_a_route_that_changes_things_changes_nothing() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let lan = desk.member("lan", org, Role::Checker).await;
    let mut operator = desk.signed_in("minh", org, Role::Operator).await;
    let mut editor = desk.signed_in("mai", org, Role::Editor).await;
    let routes = changing_routes();
    assert!(40 < routes.len(), "the table is read: {routes:?}");
    let members = desk.app.store.members().await.unwrap();
    for (path, is_page) in routes {
        let path = path.replace("{id}", &lan.id.to_string()).replace("{token}", "x");
        for browser in [&mut operator, &mut editor] {
            for method in [Method::HEAD, Method::OPTIONS] {
                let is_head = method == Method::HEAD;
                let answer = browser.send(&desk, method, &path, &[("role", "operator")]).await;
                // A page may be looked at; whoever may not do the deed hears so first.
                let fine: &[u16] =
                    if is_head && is_page { &[200, 303, 403, 404, 422] } else { &[403, 404, 405] };
                assert!(fine.contains(&answer.status.as_u16()), "{path}: {}", answer.status);
            }
        }
    }
    assert_eq!(desk.app.store.members().await.unwrap(), members);
    assert!(
        desk.app
            .store
            .events_of_members(50)
            .await
            .unwrap()
            .iter()
            .all(|(_, it)| { it.kind == "member.factor" })
    );
    operator.get(&desk, "/desk").await.is(200);
}
