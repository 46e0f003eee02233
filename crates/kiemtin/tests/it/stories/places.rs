//! Where a claim is about and who is responsible there: set in the desk, read on the public site.
#![expect(clippy::unwrap_used, reason = "a story that stops is a failed test")]

use kiemtin_core::permission::Role;
use kiemtin_core::remit::TOPICS;

use super::two_orgs::{Story, signs};
use crate::helper::people::{Browser, Desk};

#[tokio::test]
async fn a_claims_place_is_found_by_an_old_name_chosen_taken_off_and_put_back() {
    let mut story = Story::begins().await;
    let (page, place) = (story.page(""), story.page("/place"));
    let editor = &mut story.press_editor;
    editor.get(&story.desk, &page).await.is(200).says("No place is chosen");
    let found = editor.get(&story.desk, &format!("{page}?place=hang+bac")).await;
    found.is(200).says("Phường Hoàn Kiếm, Thành phố Hà Nội").says("value=\"00070\"");
    found.says("formerly Phường Hàng Bạc, Quận Hoàn Kiếm").says("value=\"hang bac\"");
    let nothing = editor.get(&story.desk, &format!("{page}?place=atlantis")).await;
    nothing.is(200).says("No other place has such a name").says("value=\"atlantis\"");

    let chosen = editor.post(&story.desk, &place, &[("place", "00070")]).await;
    let added = editor.get(&story.desk, chosen.location()).await;
    added.says("Phường Hoàn Kiếm, Thành phố Hà Nội is added").says("Place added");
    let off = [("place", "00070"), ("do", "drop")];
    let dropped = editor.post(&story.desk, &place, &off).await;
    let dropped = editor.get(&story.desk, dropped.location()).await;
    dropped.says("is taken off").says("Undo").says("No place is chosen");
    editor.post(&story.desk, &place, &off).await.is(409);
    editor.post(&story.desk, &place, &[("place", dropped.hidden("place").as_str())]).await;
    editor.get(&story.desk, &page).await.says("href=\"/en/places/00070\"");

    for bad in ["", "00071", "x", "' or 1=1"] {
        let refused = editor.post(&story.desk, &place, &[("place", bad)]).await;
        refused.is(422).says("Choose a place from the list");
    }
    story.press.post(&story.desk, &place, &[("place", "01")]).await.is(403);
    story.press.get(&story.desk, &page).await.says("Phường Hoàn Kiếm").hides("Take off");
}

#[tokio::test]
async fn an_organisation_that_the_claim_concerns_does_not_set_its_places() {
    let mut story = Story::begins().await;
    let press = story.desk.app.store.orgs().await.unwrap();
    let press = press.iter().find(|it| it.name == "Org press").unwrap().id.to_string();
    let mark = [("org", press.as_str()), ("reason", "It is about it")];
    story.health.post(&story.desk, &story.page("/involved"), &mark).await.location();
    let place = story.page("/place");
    story.press_editor.post(&story.desk, &place, &[("place", "01")]).await.is(422);
    story.press_editor.get(&story.desk, &story.page("")).await.hides("Add a place");
}

#[tokio::test]
async fn an_operator_says_what_an_organisation_is_responsible_for() {
    let desk = Desk::new().await;
    let org = desk.org("health").await;
    let own = format!("/desk/organisations/{org}/remit");
    let mut operator = desk.signed_in("olga", org, Role::Operator).await;
    let page = format!("/desk/organisations/{org}");
    operator.get(&desk, "/desk/organisations").await.says(&format!("href=\"{page}\""));
    operator.get(&desk, &page).await.says(&format!("href=\"{own}\""));
    operator.get(&desk, &format!("{own}?place=thai+binh")).await.says("value=\"33\"");
    let added = operator.post(&desk, &format!("{own}/place"), &[("place", "33")]).await;
    operator.get(&desk, added.location()).await.says("Tỉnh Hưng Yên is added");

    let long = "x".repeat(301);
    for (field, value, why) in [
        ("about_en", long.as_str(), "300"),
        ("about_vi", "Gọi 0912 345 678", "0912 345 678"),
        ("site", "https://www.facebook.com/so.y.te", "social network"),
        ("site", "javascript:alert(1)", "beginning with https://"),
    ] {
        let fields = [("topic", "scam"), (field, value)];
        let refused = operator.post(&desk, &format!("{own}/about"), &fields).await;
        refused.is(422).says(why).says("value=\"scam\" checked");
    }
    let fields = [
        ("topic", "health"),
        ("topic", "no such topic"),
        ("about_vi", "Lo sức khỏe <b>người dân</b>."),
        ("site", "https://health.example/"),
    ];
    let saved = operator.post(&desk, &format!("{own}/about"), &fields).await;
    operator.get(&desk, saved.location()).await.says("is saved").says("value=\"health\" checked");
    let page = operator.get(&desk, "/en/o/health").await;
    page.is(200).says("Tỉnh Hưng Yên").says("href=\"/en/places/33\"").says("Health");
    page.says("lang=\"vi\">Lo sức khỏe").says("href=\"https://health.example/\"").hides("<b>người");
    page.hides("olga").hides("no such topic");
    operator.get(&desk, "/vi/places/33").await.says("href=\"/vi/o/health\"");
    operator.get(&desk, "/en/o/nobody").await.is(404);
    operator.get(&desk, "/desk/organisations/nobody/remit").await.is(404);

    let mut editor = desk.signed_in("lan", org, Role::Editor).await;
    editor.get(&desk, &own).await.is(200).says("Tỉnh Hưng Yên").hides("Add a place");
    editor.post(&desk, &format!("{own}/about"), &fields).await.is(403);
    editor.post(&desk, &format!("{own}/place"), &[("place", "01")]).await.is(403);
}

#[tokio::test]
async fn those_responsible_are_offered_first_with_the_reason() {
    let mut story = Story::begins().await;
    let office = story.desk.org("office").await;
    let mut operator = story.desk.signed_in("olga", office, Role::Operator).await;
    responsible(&story.desk, &mut operator, "office", &["01"], "disaster").await;
    responsible(&story.desk, &mut operator, "press", &["01"], "epidemic").await;
    story.step("place", &[("place", "00070")]).await;
    story.step("step/take", &[]).await;
    let page = story.press_editor.get(&story.desk, &story.page("/ask")).await;
    page.is(200).says("responsible for Thành phố Hà Nội, Epidemic");
    assert_eq!(page.body.matches("responsible for").count(), 1, "{}", page.body);
    let place = |name: &str| page.body.find(&format!("<span>Org {name}")).unwrap();
    assert!(place("press") < place("health") && place("press") < place("office"));
    assert_eq!(page.body.matches("name=\"org\"").count(), 3, "each stands once");
}

async fn responsible(
    desk: &Desk,
    operator: &mut Browser,
    slug: &str,
    places: &[&str],
    topic: &str,
) {
    assert!(TOPICS.contains(&topic));
    let orgs = desk.app.store.orgs().await.unwrap();
    let org = orgs.iter().find(|it| it.slug.as_str() == slug).unwrap();
    let path = format!("/desk/organisations/{}/remit", org.id);
    operator.post(desk, &format!("{path}/about"), &[("topic", topic)]).await.location();
    for place in places {
        operator.post(desk, &format!("{path}/place"), &[("place", place)]).await.location();
    }
}

#[tokio::test]
async fn readers_find_answers_by_place_and_by_who_signed() {
    let mut story = Story::in_review().await;
    story.step("place", &[("place", "00070")]).await;
    let case = story.case.clone();
    signs(&story.desk, &mut story.health, &case).await;
    signs(&story.desk, &mut story.press, &case).await;
    let mut reader = Browser::english();
    let desk = &story.desk;
    let answer = reader.get(desk, "/en/c/1").await;
    answer.is(200).says("href=\"/en/places/00070\">Phường Hoàn Kiếm, Thành phố Hà Nội");
    answer.says("href=\"/en/o/health\">Org health").says("href=\"/en/o/press\">Org press");
    for listed in ["/en/places/00070", "/vi/places/01", "/en/o/health", "/vi/o/press"] {
        reader.get(desk, listed).await.is(200).says("/c/1\"").hides("hoa").hides("phuc");
    }
    for elsewhere in ["/en/places/00004", "/en/places/79"] {
        reader.get(desk, elsewhere).await.is(200).says("no answer about this place");
    }
    let province = reader.get(desk, "/en/places/01").await;
    province.says("There are answers about:").says("href=\"/en/places/00070\"");
    for feed in ["/en/places/00070.atom", "/vi/places/01.atom"] {
        reader.get(desk, feed).await.is(200).says("<entry>").says("/c/1\"");
    }
    reader.get(desk, "/en/places/79.atom").await.is(200).hides("<entry>");
    reader.get(desk, "/en/places/99.atom").await.is(404);
    let filtered = reader.get(desk, "/en/answers?place=01").await;
    assert_eq!(filtered.location(), "/en/places/01");
    reader.get(desk, "/en/answers?place=").await.is(200).says("/en/c/1");
    for missing in
        ["/en/answers?place=99", "/en/places/99", "/en/places/0007x", "/en/places/01?page=7"]
    {
        reader.get(desk, missing).await.is(404);
    }
    let found = reader.get(desk, "/en/places?q=quan+1+tphcm").await;
    found.is(200).says("Phường Bến Thành, Thành phố Hồ Chí Minh").says("formerly Quận 1");
    reader.get(desk, "/vi/places?q=thai+binh").await.says("trước đây: Tỉnh Thái Bình");
    reader.get(desk, "/en/places?q=%3Cb%3Eatlantis").await.says("has such a name").hides("<b>atl");
}
