//! How well the matcher does, as members see it: figures from their own decisions.
#![expect(clippy::unwrap_used, reason = "a set-up that fails is a failed test")]

use kiemtin_core::decide;
use kiemtin_core::lang::Lang;
use kiemtin_core::permission::Role;
use kiemtin_core::quality::{FALL_MAX, PAIRS_MIN};
use kiemtin_core::time::HOUR_MS;

use crate::helper::people::{Browser, Desk};

const SAID: &str = "Nghe nói cầu phao bắc qua sông bị lũ cuốn trôi lúc nửa đêm hôm qua phải không";

/// A claim, and a group for which it was proposed: both ids.
async fn proposed(desk: &Desk, editor: &mut Browser) -> (String, String) {
    let claim =
        [("claim_vi", "Cầu phao bắc qua sông bị lũ cuốn trôi lúc nửa đêm."), ("lang", "vi")];
    let claim = [&claim[..], &[("topic", "disaster"), ("outlet", "zalo")]].concat();
    editor.post(desk, "/desk/claims", &claim).await.id();
    let (group, _) = desk.tip(SAID).await;
    let proposals = desk.app.store.matches_of_group(group).await.unwrap();
    (proposals[0].claim.to_string(), group.to_string())
}

#[tokio::test]
async fn the_page_counts_what_members_decide_and_nothing_that_is_undone() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut editor = desk.signed_in("lan", org, Role::Editor).await;
    let page = editor.get(&desk, "/desk/quality").await;
    page.is(200).says("Nothing has been decided yet").says("As shipped").hides("By month");
    let (claim, group) = proposed(&desk, &mut editor).await;
    let path = |deed: &str| format!("/desk/groups/{group}/{deed}");
    let about = [("claim", claim.as_str())];
    let done = editor.post(&desk, &path("reject"), &about).await.location().to_owned();
    let page = editor.get(&desk, "/desk/quality?precision=95").await;
    page.is(200).says("November 2026").says("another claim").says("<option value=\"95\" selected>");
    page.says(&format!("/desk/groups/{group}")).says(&format!("/desk/claims/{claim}"));
    page.says("cầu phao bắc qua sông").hides("lan anh");
    page.says("decision slip\">another claim")
        .says("The program said: suggest")
        .hides("decision answer");
    page.says("\u{a0}% likely the same claim").says(&format!("/desk/claims/{claim}\" lang=\"vi\""));
    editor.get(&desk, &done).await.says(&path("take-back"));
    editor.post(&desk, &path("take-back"), &about).await.location();
    editor.get(&desk, "/desk/quality").await.says("Nothing has been decided yet");
    editor.post(&desk, &path("tie"), &about).await.location();
    editor.get(&desk, "/desk/quality").await.says("100.0\u{a0}% (1 of 1)").says("Nothing, so far.");
    editor.post(&desk, "/desk/lang", &[("lang", "vi")]).await.location();
    editor
        .get(&desk, "/desk/quality?precision=1")
        .await
        .says("100,0\u{a0}% (1 trên 1)")
        .says("11/2026");
    let stranger = Browser::english().get(&desk, "/desk/quality").await;
    assert_eq!(stranger.location(), "/desk/sign-in?to=%2Fdesk%2Fquality");
}

#[tokio::test]
async fn enough_right_decisions_lower_the_threshold_within_the_hour() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let by = desk.member("lan", org, Role::Editor).await;
    let mut editor = desk.signed_in("mai", org, Role::Editor).await;
    let (claim, _) = proposed(&desk, &mut editor).await;
    let claim = kiemtin_core::ids::ClaimId::parse(&claim).unwrap();
    let mut groups = Vec::new();
    for n in 0..PAIRS_MIN {
        groups.push(desk.tip(&format!("{SAID}, xóm {n}")).await.0);
    }
    for group in groups {
        desk.app.store.tie(group, claim, desk.app.act(&by)).await.unwrap();
    }
    let shipped = decide::thresholds(Lang::Vi).answer;
    assert_eq!(desk.app.index.thresholds(Lang::Vi).answer, shipped, "not read yet");
    desk.clock.advance(HOUR_MS);
    desk.app.follow().await.unwrap();
    let own = desk.app.index.thresholds(Lang::Vi).answer;
    assert!(shipped - FALL_MAX <= own && own != shipped, "{own}");
    assert_eq!(desk.app.index.thresholds(Lang::En), decide::thresholds(Lang::En));
}
