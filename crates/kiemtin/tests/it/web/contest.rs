//! The form of a contest: what it takes, what it keeps, and how much of it at once.

use axum::Extension;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use kiemtin::app::floods::Network;
use kiemtin_store::contests::Which;
use tower::ServiceExt as _;
use url::form_urlencoded;

use crate::helper::desk::TestDesk;
use crate::helper::story::Story;

const TEXT: &str = "Nghiên cứu được dẫn nói về hành tây chứ không nói về tỏi.";
const FORM: &str = "/vi/c/1/contest";

async fn desk() -> TestDesk {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    desk
}

/// A form that was opened a little while ago.
async fn opened(desk: &TestDesk) -> String {
    let page = desk.get(FORM).await.is(200);
    assert_eq!(page.header("cache-control"), "no-store", "no two people share a form");
    desk.clock.advance(4_000);
    page.between("name=\"form\" value=\"", "\"").to_owned()
}

#[tokio::test]
async fn what_is_wrong_with_a_form_is_said_and_what_was_typed_stays() {
    let desk = desk().await;
    let form = opened(&desk).await;
    let long = "a".repeat(4_001);
    let other = if form.starts_with('A') { 'B' } else { 'A' };
    let forged = format!("{other}{}", &form[1..]);
    let send = async |form: &str, kind: &str, text: &str| {
        desk.post(FORM, &[("form", form), ("kind", kind), ("text", text)]).await.is(422)
    };
    send(&form, "", TEXT).await.says("Hãy chọn sai ở đâu").says(TEXT);
    send(&form, "insult", TEXT).await.says("Hãy chọn sai ở đâu");
    send(&form, "fact", "Sai rồi").await.says("ít nhất 20 ký tự").says("Sai rồi</textarea>");
    send(&form, "fact", &long).await.says("giới hạn là 4.000");
    send(&form, "fact", "0387251946 0387251947 0387251948").await.says("chỉ có thông tin cá nhân");
    for bad in ["", "x", "AAAA", &form[1..], &forged] {
        send(bad, "fact", TEXT).await.says("không còn dùng được").says(TEXT);
    }
    desk.clock.advance(24 * 60 * 60 * 1_000);
    let late = send(&form, "fact", TEXT).await.says("không còn dùng được");
    let fresh = late.between("name=\"form\" value=\"", "\"").to_owned();
    desk.clock.advance(4_000);
    desk.post(FORM, &[("form", &fresh), ("kind", "fact"), ("text", TEXT)]).await.is(303);
    assert_eq!(desk.app.store.contests(Which::All, 0, 9).await.expect("read").len(), 1);
    desk.get("/vi/c/9/contest").await.is(404);
    desk.get("/vi/contests/9").await.is(404);
    desk.get("/vi/contests/1/outcome.json").await.is(404);
}

#[tokio::test]
async fn a_form_of_another_answer_is_not_taken() {
    let desk = desk().await;
    desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    let form = opened(&desk).await;
    let fields = [("form", form.as_str()), ("kind", "fact"), ("text", TEXT)];
    desk.post("/vi/c/2/contest", &fields).await.is(422).says("không còn dùng được");
}

#[tokio::test]
async fn a_public_source_is_kept_and_what_is_personal_is_not() {
    let desk = desk().await;
    let hosts = [("who.int".to_owned(), "WHO".to_owned())];
    desk.app.store.list_publishers(&hosts).await.expect("listed");
    desk.app.reload_publishers().await.expect("read");
    for (url, text) in [
        ("https://www.who.int/a?utm_source=x", TEXT.to_owned()),
        ("https://www.facebook.com/lan.nguyen", format!("{TEXT} Gọi 0387251946, hỏi @lannguyen.")),
    ] {
        let form = opened(&desk).await;
        let fields = [("form", form.as_str()), ("kind", "other"), ("text", &text), ("url", url)];
        desk.post(FORM, &fields).await.is(303);
    }
    let found = desk.app.store.contests(Which::All, 0, 9).await.expect("read");
    assert_eq!(found[1].url.as_deref(), Some("https://www.who.int/a"));
    assert_eq!(found[0].url, None);
    let text = found[0].text.as_deref().expect("not erased yet");
    assert!(text.contains("hành tây"), "{text}");
    assert!(!text.contains("0387251946") && !text.contains("lannguyen"), "{text}");
}

#[tokio::test]
async fn a_contest_can_say_whom_the_claim_concerns() {
    let desk = desk().await;
    let form = opened(&desk).await;
    let fields =
        [("form", form.as_str()), ("kind", "involvement"), ("text", TEXT), ("concerns", "bao-thu")];
    desk.post(FORM, &fields).await.is(303);
    desk.get("/vi/contests/1").await.says("Báo Thử").says("Đã đánh dấu là có liên quan");
    desk.get("/vi/c/1").await.says("Báo Thử: khiếu nại số 1");
}

#[tokio::test]
async fn a_contest_that_waits_too_long_is_shown_as_overdue() {
    let desk = desk().await;
    let form = opened(&desk).await;
    desk.post(FORM, &[("form", &form), ("kind", "fact"), ("text", TEXT)]).await.is(303);
    desk.get("/vi/contests/1").await.hides("quá hạn").says("hạn trả lời: 3/12/2026");
    desk.clock.advance(10 * 24 * 60 * 60 * 1_000);
    desk.get("/vi/contests/1").await.says("Đã quá hạn");
    desk.get("/vi/contests").await.says("quá hạn");
    desk.get("/vi/c/1").await.says("quá hạn");
}

/// Sends a form from a network.
async fn from(
    desk: &TestDesk,
    network: Network,
    path: &str,
    form: &[(&str, &str)],
) -> (StatusCode, String) {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request =
        Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = request.body(Body::from(body)).expect("a request");
    let router = kiemtin::site::router(desk.app.clone()).layer(Extension(network));
    let response = router.oneshot(request).await.expect("it answers");
    let retry = response.headers().get(header::RETRY_AFTER).and_then(|it| it.to_str().ok());
    (response.status(), retry.unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_class_behind_one_address_is_not_locked_out_and_a_flood_is() {
    let desk = desk().await;
    let class = Network::of("203.0.113.7".parse().expect("an address")).expect("a network");
    let other = Network::of("198.51.100.7".parse().expect("an address")).expect("a network");
    let send = async |network| {
        let form = desk.app.stamp(1);
        desk.clock.advance(4_000);
        from(&desk, network, FORM, &[("form", &form), ("kind", "fact"), ("text", TEXT)]).await
    };
    for pupil in 0..30 {
        let text = format!("Lớp tôi nghe nói điều thứ {pupil} về tỏi và muốn biết có đúng không");
        let (status, _) = from(&desk, class, "/vi/tip", &[("text", &text)]).await;
        assert_eq!(status, StatusCode::OK, "tip {pupil}");
        assert_eq!(send(class).await.0, StatusCode::SEE_OTHER, "contest {pupil}");
    }
    let (mut status, mut retry) = (StatusCode::SEE_OTHER, String::new());
    for _ in 30..=120 {
        (status, retry) = send(class).await;
    }
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(retry.parse::<i64>().is_ok_and(|it| (1..=3_600).contains(&it)), "{retry}");
    assert_eq!(send(other).await.0, StatusCode::SEE_OTHER, "another network is not touched");
    desk.clock.advance(60 * 60 * 1_000);
    assert_eq!(send(class).await.0, StatusCode::SEE_OTHER, "an hour later it is");
}
