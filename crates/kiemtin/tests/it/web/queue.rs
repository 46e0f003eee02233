//! The queue: what the program answered, what is taken back, and what the search finds.
#![expect(clippy::unwrap_used, reason = "a set-up that fails is a failed test")]

use kiemtin_core::ids::GroupId;
use kiemtin_core::permission::Role;
use kiemtin_store::groups::Queue;
use url::form_urlencoded;

use crate::helper::people::{Browser, Desk};
use crate::helper::story::{Cast, Story};

/// A demo with a published claim, and a group that the program tied to it: both ids.
async fn answered() -> (Desk, String, GroupId) {
    let desk = Desk::demo().await;
    let cast = Cast::of(&desk.app).await;
    let published = cast.publishes(&desk.app, &Story::garlic()).await;
    desk.works().await;
    let text = "Mọi người ơi, ăn tỏi sống mỗi ngày phòng được bệnh COVID-19 đó";
    let tip = [("text", text), ("seen", "zalo")];
    Browser::english().post(&desk, "/en/tip", &tip).await.is(200).says("/en/c/1");
    desk.works().await;
    let group = desk.app.store.queue(Queue::Answered, 0, 9).await.unwrap()[0].id;
    (desk, published.claim.to_string(), group)
}

#[tokio::test]
async fn an_answer_of_the_program_shows_why_and_its_tab_is_kept() {
    let (desk, claim, group) = answered().await;
    let org = desk.org("press").await;
    let mut checker = desk.signed_in("lan", org, Role::Checker).await;
    let page = checker.get(&desk, "/desk?tab=answered").await;
    page.is(200).says("\u{a0}% likely the same claim").says("class=\"why\"").says("shared");
    let here = [("back", "queue"), ("tab", "answered"), ("page", "1"), ("claim", claim.as_str())];
    for (name, value) in &here[..3] {
        page.says(&format!("name=\"{name}\" value=\"{value}\""));
    }
    let untied = checker.post(&desk, &format!("/desk/groups/{group}/untie"), &here).await;
    let done = untied.location().to_owned();
    assert!(done.starts_with("/desk?tab=answered&page=1&done=untied"), "{done}");
    let page = checker.get(&desk, &done).await;
    page.says("Noted: not the same claim. The group waits again.").hides("Undone");
    let again = format!("/desk/groups/{group}/tie");
    page.says(&format!("action=\"{again}\"")).says("Tie it again");
    let tied = checker.post(&desk, &again, &here).await.location().to_owned();
    assert!(tied.starts_with("/desk?tab=answered&page=1&done=tied"), "{tied}");
    checker.get(&desk, &tied).await.says(&format!("/desk/groups/{group}/take-back"));
    // A page that is empty by now is the last one that is not, and no tab but ours is gone to.
    checker.get(&desk, "/desk?tab=confirmed&page=7").await.says("tỏi sống");
    let other = [("back", "queue"), ("tab", "//evil.example"), ("claim", &claim)];
    let untied = checker.post(&desk, &format!("/desk/groups/{group}/untie"), &other).await;
    assert!(untied.location().starts_with("/desk?tab=waiting&page=1&done="));
}

#[tokio::test]
async fn a_group_says_once_what_it_is_tied_to_and_in_the_members_language_where_it_came_from() {
    let (desk, claim, group) = answered().await;
    let org = desk.org("press").await;
    let mut checker = desk.signed_in("lan", org, Role::Checker).await;
    let path = format!("/desk/groups/{group}");
    let page = checker.get(&desk, &path).await;
    page.says("class=\"why\"").says("Zalo groups").hides("Same claim");
    assert_eq!(page.body.matches(&format!("href=\"/desk/claims/{claim}\"")).count(), 1);
    checker.post(&desk, "/desk/lang", &[("lang", "vi")]).await.location();
    let page = checker.get(&desk, &path).await;
    page.says("nhóm Zalo").hides("Zalo groups").says("\u{a0}% khả năng cùng một tin");
}

#[tokio::test]
async fn a_group_that_was_kept_apart_may_be_merged_into_also_once_it_is_tied() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut editor = desk.signed_in("lan", org, Role::Editor).await;
    let said = "Vỡ đập lúc nửa đêm, 350 hộ dân phải di dời vì nước lên nhanh";
    let (one, _) = desk.tip(said).await;
    let (two, _) = desk.tip(&said.replace("350", "250")).await;
    let path = format!("/desk/groups/{one}");
    let choice = format!("name=\"into\" value=\"{two}\"");
    editor.get(&desk, &path).await.says(&choice);
    let two = two.to_string();
    let claim = [("claim_vi", "Vỡ đập lúc nửa đêm."), ("lang", "vi"), ("topic", "disaster")];
    let claim = [&claim[..], &[("group", two.as_str())]].concat();
    editor.post(&desk, "/desk/claims", &claim).await.location();
    let page = editor.get(&desk, &path).await;
    page.says("kept apart").says(&choice).says("What can be done now");
    assert_eq!(page.body.matches(&choice).count(), 1);
    editor.post(&desk, &format!("{path}/merge"), &[("into", &two)]).await.location();
}

#[tokio::test]
async fn the_search_finds_all_words_in_any_order_with_and_without_diacritics() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut checker = desk.signed_in("lan", org, Role::Checker).await;
    desk.tip("Có ca dịch hạch ở khu CHỢ BÀ CHIỂU đó bà con ơi").await;
    desk.tip("Chợ Bà Chiểu mai nghỉ bán, bà con khỏi ra chợ").await;
    for (query, n) in [
        ("chợ bà chiểu dịch hạch", 1),
        ("dich hach cho ba chieu", 1),
        ("Chợ Bà Chiểu", 2),
        ("chờ bà chiểu", 0),
        ("50%", 0),
        ("_", 0),
    ] {
        let asked: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let page = checker.get(&desk, &format!("/desk/search?q={asked}")).await;
        assert_eq!(
            page.is(200).body.matches(">open group</a>").count(),
            n,
            "{query}: {}",
            page.body
        );
    }
    checker.get(&desk, "/desk").await.says("<button class=\"plain\">Search</button>");
}
