//! Sending in, and asking what became of it.

use axum::http::Method;
use kiemtin_core::case::DismissReason;
use serde_json::{Value, json};

use super::{post, problem, value};
use crate::helper::desk::TestDesk;
use crate::helper::reply::Reply;
use crate::helper::story::Story;

const TEXT: &str = "Nghe nói ăn tỏi sống mỗi ngày là phòng được bệnh COVID-19";
const NAME: &str = "0d9c1f1e-5a4c-4a55-9a52-5b3d6c1f0a77";

async fn send(desk: &TestDesk, body: &Value, name: &str) -> Reply {
    post(desk, "/api/v1/tips", body, &[("idempotency-key", name)]).await
}

async fn state(desk: &TestDesk, receipt: &Value) -> Value {
    let words = json!({ "receipt": receipt });
    value(&post(desk, "/api/v1/receipts/lookup", &words, &[]).await.is(200))
}

#[tokio::test]
async fn a_tip_is_taken_and_its_receipt_tells_what_became_of_it() {
    let desk = TestDesk::new().await;
    let garlic = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let body = json!({ "text": format!("{TEXT}, gọi 0912345678"), "seen": "zalo" });
    let taken = post(&desk, "/api/v1/tips", &body, &[]).await.is(201);
    assert_eq!(taken.header("cache-control"), "no-store");
    let receipt = value(&taken)["receipt"].clone();
    assert_eq!(receipt.as_str().map(|it| it.split(' ').count()), Some(8));
    assert_eq!(state(&desk, &receipt).await["state"], "waiting");
    let group = desk.sorts().await[0];
    let messages = desk.app.store.messages_of_group(group, 9).await.expect("messages");
    assert_eq!(messages.len(), 1);
    assert!(messages[0].text.ends_with("gọi [số điện thoại]"), "{}", messages[0].text);
    assert_eq!(messages[0].source.as_deref(), Some("Zalo groups"));
    desk.cast.ties(&desk.app, group, garlic.claim).await;
    let answered = state(&desk, &receipt).await;
    assert_eq!(
        (&answered["state"], &answered["review"]["number"]),
        (&json!("answered"), &json!(1))
    );
    let other = post(&desk, "/api/v1/tips", &json!({ "text": "Chuyện nhà ai đó" }), &[]).await;
    let other = value(&other.is(201))["receipt"].clone();
    let group = *desk.sorts().await.last().expect("a group");
    desk.cast.dismisses(&desk.app, group, DismissReason::PrivateMatter).await;
    let dismissed = state(&desk, &other).await;
    assert_eq!(dismissed["state"], "dismissed");
    assert_eq!(dismissed["reason"], "private_matter");
}

#[tokio::test]
async fn a_call_that_names_itself_is_one_tip_with_one_receipt() {
    let desk = TestDesk::new().await;
    let body = json!({ "text": TEXT });
    let first = send(&desk, &body, NAME).await.is(201).body;
    assert_eq!(send(&desk, &body, NAME).await.is(201).body, first, "the same answer");
    let other = send(&desk, &json!({ "text": "Chuyện khác hẳn" }), NAME).await;
    assert!(problem(&other, 422).contains("Idempotency-Key"));
    let own = send(&desk, &body, "another-name-by-chance").await.is(201).body;
    assert_ne!(own, first, "a name of one's own gives a receipt of one's own");
    for bad in ["short", "with spaces in this name", "ký-tự-không-thuộc-ascii"] {
        problem(&send(&desk, &body, bad).await, 400);
    }
    // What was refused may be corrected under the same name.
    let name = "another-name-to-correct";
    problem(&send(&desk, &json!({ "text": "0912345678" }), name).await, 422);
    send(&desk, &json!({ "text": "Cầu sắp đóng, gọi 0912345678" }), name).await.is(201);
    let mut n_messages = 0;
    for group in desk.sorts().await {
        n_messages += desk.app.store.messages_of_group(group, 9).await.expect("read").len();
    }
    assert_eq!(n_messages, 3, "each once");
}

#[tokio::test]
async fn of_two_calls_of_one_name_at_once_one_wins() {
    let desk = TestDesk::new().await;
    let body = json!({ "text": TEXT });
    let all = (0..8).map(|_| send(&desk, &body, NAME));
    let mut receipts = Vec::new();
    for reply in join_all(all.collect()).await {
        match reply.status.as_u16() {
            201 => receipts.push(value(&reply)["receipt"].clone()),
            _ => drop(problem(&reply, 409)),
        }
    }
    receipts.dedup();
    assert_eq!(receipts.len(), 1, "at least one is taken, and all of those are the same");
    let groups = desk.sorts().await;
    assert_eq!(groups.len(), 1);
    let messages = desk.app.store.messages_of_group(groups[0], 9).await.expect("messages");
    assert_eq!(messages.len(), 1);
}

/// All at once, each polled in turn.
async fn join_all<F: Future>(all: Vec<F>) -> Vec<F::Output> {
    let mut all: Vec<_> = all.into_iter().map(|it| (Box::pin(it), None)).collect();
    std::future::poll_fn(move |context| {
        for (future, output) in all.iter_mut().filter(|(_, it)| it.is_none()) {
            if let std::task::Poll::Ready(it) = future.as_mut().poll(context) {
                *output = Some(it);
            }
        }
        match all.iter().all(|(_, it)| it.is_some()) {
            true => std::task::Poll::Ready(all.drain(..).filter_map(|(_, it)| it).collect()),
            false => std::task::Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn what_is_no_tip_and_no_receipt_is_refused_with_a_sentence() {
    let desk = TestDesk::new().await;
    for bad in [
        json!({ "text": "🙂" }),
        json!({ "text": "a ".repeat(2_501) }),
        json!({ "text": "x", "url": "u".repeat(2_001) }),
        json!({ "text": "x", "seen": "at home" }),
        json!({ "text": "x", "name": "Nguyễn Văn An" }),
        json!({}),
    ] {
        problem(&post(&desk, "/api/v1/tips", &bad, &[]).await, 422);
    }
    let look_up = "/api/v1/receipts/lookup";
    problem(&post(&desk, look_up, &json!({ "receipt": "one two" }), &[]).await, 422);
    let unknown = json!({ "receipt": "baba baba baba baba baba baba baba baba" });
    problem(&post(&desk, look_up, &unknown, &[]).await, 404);
    // A receipt is never in an address.
    let get = desk.send(Method::GET, "/api/v1/receipts/lookup", &[], String::new()).await;
    problem(&get, 405);
    assert_eq!(desk.sorts().await, []);
}
