//! What waits and why it stands there, who sees to it, several groups at once, and the keys.
#![expect(clippy::unwrap_used, reason = "a set-up that fails is a failed test")]

use kiemtin_core::ids::GroupId;
use kiemtin_core::message::RawMessage;
use kiemtin_core::permission::Role;

use crate::helper::people::{Answer, Browser, Desk};

const STORM: &str = "Bão số 9 sẽ vào Đà Nẵng tối nay với gió giật cấp 17, bà con chú ý";
const WATER: &str = "Nhà máy nước sẽ ngừng cấp nước toàn thành phố trong ba ngày tới đây";
const BANK: &str = "Someone says that all banks of the city close for two weeks from Monday";

async fn three() -> (Desk, Browser, [String; 3]) {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let editor = desk.signed_in("lan", org, Role::Editor).await;
    let mut groups = Vec::new();
    for text in [STORM, WATER, BANK] {
        groups.push(desk.tip(text).await.0.to_string());
    }
    let groups = groups.try_into().unwrap();
    (desk, editor, groups)
}

/// The places of texts on a page, in order.
fn order(page: &Answer, texts: &[&str]) -> Vec<usize> {
    let mut places: Vec<(usize, usize)> =
        texts.iter().enumerate().filter_map(|(n, it)| Some((page.body.find(it)?, n))).collect();
    places.sort_unstable();
    places.into_iter().map(|it| it.1).collect()
}

#[tokio::test]
async fn the_queue_says_why_a_thing_stands_where_it_stands() {
    let (desk, mut editor, [_, water, _]) = three().await;
    let page = editor.get(&desk, "/desk").await;
    page.is(200).says("1 message · asked by one person");
    let risk = [("risk", "high"), ("back", "queue")];
    let done = editor.post(&desk, &format!("/desk/groups/{water}/risk"), &risk).await;
    assert_eq!(done.location(), "/desk?tab=waiting&page=1&done=risk");
    let page = editor.get(&desk, "/desk").await;
    page.says("high risk of harm · 1 message");
    assert_eq!(order(&page, &["ngừng cấp nước", "Bão số 9"]), [0, 1]);
    // A case that nobody took stands among them.
    let claim = [("claim_en", "All banks close for two weeks."), ("lang", "en"), ("topic", "scam")];
    let case = editor.post(&desk, "/desk/claims", &claim).await.id();
    let page = editor.get(&desk, "/desk").await;
    page.says(&format!("href=\"/desk/cases/{case}\"")).says("a topic that often harms (a guess)");
}

#[tokio::test]
async fn the_filter_is_kept_in_every_link_and_form() {
    let (desk, mut editor, [storm, ..]) = three().await;
    let page = editor.get(&desk, "/desk?lang=en&risk=unsaid").await;
    page.is(200).says("all banks").hides("Bão số 9");
    page.says("name=\"filter\" value=\"&#38;lang=en&#38;risk=unsaid\"");
    editor.get(&desk, "/desk?lang=en&whose=mine").await.says("Nothing fits this filter.");
    let mine = [("owner", "me"), ("back", "queue"), ("filter", "&lang=vi&whose=//evil")];
    let path = format!("/desk/groups/{storm}/assign");
    let done = editor.post(&desk, &path, &mine).await;
    assert_eq!(done.location(), "/desk?tab=waiting&page=1&lang=vi&done=assigned");
    let page = editor.get(&desk, "/desk?whose=mine").await;
    page.says("Bão số 9").hides("ngừng cấp nước").says("<b>Me</b>");
    editor.get(&desk, "/desk?whose=nobody").await.hides("Bão số 9").says("ngừng cấp nước");
    // Another member of the desk reads which organisation has it, and no name.
    let org = desk.org("health").await;
    let mut other = desk.signed_in("binh", org, Role::Checker).await;
    other.get(&desk, "/desk").await.says("a member of Org press").hides("lan<");
    let nobody = [("owner", "x")];
    editor.post(&desk, &path, &nobody).await.is(422).says("Choose an organisation, or yourself.");
}

#[tokio::test]
async fn several_groups_are_put_aside_at_once_and_undone_at_any_later_time() {
    let (desk, mut editor, [storm, water, bank]) = three().await;
    let page = editor.get(&desk, "/desk").await;
    page.says("form=\"bulk\"").says("formaction=\"/desk/bulk/dismiss\"");
    let chosen = [("group", storm.as_str()), ("group", &water), ("reason", "prediction")];
    let done = editor.post(&desk, "/desk/bulk/dismiss", &chosen).await;
    let done = done.location().to_owned();
    assert!(done.starts_with("/desk?tab=waiting&page=1&done=bulk-dismiss&bulk="), "{done}");
    let page = editor.get(&desk, &done).await;
    page.says("The chosen groups are put aside.").hides("Bão số 9").says("all banks");
    page.says("action=\"/desk/bulk/dismiss/undo\"");
    let bulk = page.hidden("bulk");
    // Something else happens to one of them, then all is undone from the list.
    editor.post(&desk, &format!("/desk/groups/{water}/restore"), &[]).await.location();
    editor.get(&desk, "/desk/bulk").await.is(200).says("2 groups");
    let undone = editor.post(&desk, "/desk/bulk/dismiss/undo", &[("bulk", &bulk)]).await;
    let page = editor.get(&desk, undone.location()).await;
    page.says("Undone in the groups").says("stay as they are").says("ngừng cấp nước");
    editor.get(&desk, "/desk").await.says("Bão số 9").says("ngừng cấp nước");

    let both = [("group", storm.as_str()), ("group", bank.as_str())];
    let merged = editor.post(&desk, "/desk/bulk/merge", &both).await.location().to_owned();
    let page = editor.get(&desk, &merged).await;
    page.says("The chosen groups are merged.");
    let bulk = [("bulk", page.hidden("bulk"))];
    let bulk = [("bulk", bulk[0].1.as_str())];
    editor.post(&desk, "/desk/bulk/merge/undo", &bulk).await.location();
    let group = desk.app.store.group(GroupId::parse(&bank).unwrap()).await.unwrap().unwrap();
    assert_eq!((group.n_messages, group.merged_into), (1, None));
}

#[tokio::test]
async fn a_bulk_that_cannot_be_says_why_and_who_may_not_is_refused() {
    let (desk, mut editor, [storm, ..]) = three().await;
    let one = ("group", storm.as_str());
    let too_many: Vec<_> = (0..101).map(uuid_of).collect();
    let too_many: Vec<_> = too_many.iter().map(|it| ("group", it.as_str())).collect();
    for (kind, fields, why) in [
        ("dismiss", vec![("reason", "satire")], "No group is chosen"),
        ("dismiss", vec![one], "reason"),
        ("tie", vec![one, ("claim", "x")], "claim"),
        ("assign", vec![one, ("owner", "x")], "Choose an organisation"),
        ("merge", vec![one], "at least two groups"),
        ("dismiss", too_many, "At most 100 groups"),
    ] {
        editor.post(&desk, &format!("/desk/bulk/{kind}"), &fields).await.is(422).says(why);
    }
    editor.post(&desk, "/desk/bulk/dismiss/undo", &[("bulk", "x")]).await.is(404);
    let org = desk.org("town").await;
    let mut clerk = desk.signed_in("hoa", org, Role::Contributor).await;
    clerk.post(&desk, "/desk/bulk/dismiss", &[one, ("reason", "satire")]).await.is(403);
    clerk.get(&desk, "/desk").await.hides("/desk/bulk/dismiss").hides("data-key=\"d\"");
}

fn uuid_of(n: u32) -> String {
    format!("00000000-0000-7000-8000-{n:012}")
}

#[tokio::test]
async fn a_split_is_undone_after_the_group_was_merged_on() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut editor = desk.signed_in("lan", org, Role::Editor).await;
    let (into, _) = desk.tip(WATER).await;
    let (from, _) = desk.tip(STORM).await;
    let again = RawMessage { text: format!("{STORM} nhé"), ..RawMessage::default() };
    desk.app.take_tip(again).await.unwrap();
    desk.works().await;
    let n = async |id| desk.app.store.group(id).await.unwrap().unwrap().n_messages;
    assert_eq!(n(from).await, 2);
    let messages = desk.app.store.messages_of_group(from, 9).await.unwrap();
    let message = messages.iter().find(|it| it.text.ends_with("nhé")).unwrap().id.to_string();
    let path = format!("/desk/groups/{from}");
    let split = editor.post(&desk, &format!("{path}/split"), &[("message", &message)]).await;
    let new = split.id();
    let page = editor.get(&desk, split.location()).await;
    page.says("Split off: this is the new group.");
    let undo = format!("action=\"/desk/groups/{new}/merge\"");
    let field = |group: GroupId| format!("name=\"into\" value=\"{group}\"");
    page.says(&undo).says(&field(from));
    let to = into.to_string();
    editor.post(&desk, &format!("{path}/merge"), &[("into", &to)]).await.location();
    // The group is elsewhere now, and so what was split off goes there.
    let page = editor.get(&desk, &path).await;
    page.says("Messages split off").says(&undo).says(&field(into));
    editor.post(&desk, &format!("/desk/groups/{new}/merge"), &[("into", &to)]).await.location();
    assert_eq!((n(into).await, n(from).await), (3, 1));
    editor.get(&desk, &path).await.hides(&undo);
    // The merge from before is undone after all that, and takes its own message back.
    editor.post(&desk, &format!("{path}/unmerge"), &[]).await.location();
    assert_eq!((n(into).await, n(from).await), (2, 1));
}

#[tokio::test]
async fn the_commonest_work_takes_three_keys_that_each_have_a_target() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut editor = desk.signed_in("lan", org, Role::Editor).await;
    let claim = [("claim_vi", "Bão số 9 sẽ vào Đà Nẵng tối nay với gió giật cấp 17.")];
    let claim = [&claim[..], &[("lang", "vi"), ("topic", "disaster")]].concat();
    editor.post(&desk, "/desk/claims", &claim).await.location();
    let (group, _) = desk.tip(STORM).await;
    // j: the next item, with the near claim in it. a: the same claim. u: undo.
    let page = editor.get(&desk, "/desk").await;
    let item = page.body.split("data-item").find(|it| it.contains("bà con chú ý")).unwrap();
    let accept = format!("action=\"/desk/groups/{group}/tie\"");
    for target in ["class=\"near\"", "data-key=\"o\"", &accept, "data-key=\"a\"", "data-key=\"d\""]
    {
        assert!(item.contains(target), "no {target} in {item}");
    }
    page.says("id=\"keys\" hidden").says("id=\"keys-on\"").says("type=\"search\"");
    let path = format!("/desk/groups/{group}");
    editor.get(&desk, &path).await.says("data-key=\"a\"").says("data-key=\"d\"");
    let claim = page.hidden("claim");
    let fields = [("claim", claim.as_str()), ("back", "queue")];
    let tied = editor.post(&desk, &format!("{path}/tie"), &fields).await;
    let tied = tied.location().to_owned();
    editor.get(&desk, &tied).await.says("data-key=\"u\"");
    let script = Browser::english().get(&desk, "/static/desk.js").await;
    script.is(200).says("localStorage").says("isComposing");
    for key in ["j:", "k:", "o:", "a:", "x:", "d:", "u:", "'/':", "'?':"] {
        script.says(key);
    }
    assert_eq!(script.headers["content-type"], "text/javascript; charset=utf-8");
}

#[tokio::test]
async fn the_desk_runs_its_own_script_and_the_site_none() {
    let desk = Desk::new().await;
    let mut reader = Browser::english();
    let door = reader.get(&desk, "/desk/sign-in").await;
    let policy = door.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(door.body.matches("<script").count(), 1);
    door.says("<script src=\"/static/desk.js\" defer></script>");
    for path in ["/en", "/en/waiting", "/desk-of-another", "/static/desk.js"] {
        let page = reader.get(&desk, path).await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(!policy.contains("script-src"), "{path}: {policy}");
        page.hides("<script");
    }
}
