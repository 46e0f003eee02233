//! Contests: each with its entry in the log, decided by people who did not sign.

use kiemtin_core::contest::{Action, Kind, State, Unfit};
use kiemtin_core::ids::OrgId;
use kiemtin_core::lang::Localised;
use kiemtin_core::permission::Role;
use kiemtin_core::review::Salt;
use kiemtin_core::time::HOUR_MS;
use kiemtin_core::workflow;
use kiemtin_store::cases::Case;
use kiemtin_store::contests::{Decision, NewContest, TEXT_KEPT_MS, Which};
use kiemtin_store::members::Member;
use kiemtin_store::{Rule, StoreResult};

use crate::setting::{Fresh, breaks, each, is_stale, new_message};

const SALT: Salt = Salt([5; 32]);
const TEXT: &str = "Nghiên cứu được dẫn không nói như vậy.";

fn new(case: &Case, form: u8, concerns: Option<OrgId>) -> NewContest {
    NewContest {
        claim: case.claim,
        version: 1,
        kind: Kind::Fact,
        message: new_message(TEXT),
        concerns,
        form: [form; 16],
    }
}

async fn sent(fresh: &Fresh, new: &NewContest) -> StoreResult<i64> {
    fresh.store.take_contest(new, fresh.now(), fresh.chance(), SALT).await
}

fn decision(action: Action) -> Decision {
    let summary = Localised::new("Người gửi cho rằng nguồn không nói như vậy.", "");
    Decision { action, summary, reason: Localised::new("Nguồn nói khác.", "") }
}

async fn begins(fresh: &Fresh, number: i64, by: &Member) -> StoreResult<()> {
    let seen = fresh.store.contest(number).await?.unwrap().row_version;
    fresh.store.begin_contest(number, seen, fresh.act(by)).await
}

async fn decides(fresh: &Fresh, number: i64, it: &Decision, by: &Member) -> StoreResult<()> {
    let seen = fresh.store.contest(number).await?.unwrap().row_version;
    fresh.store.decide_contest(number, seen, it, fresh.act(by)).await
}

async fn entries(fresh: &Fresh) -> Vec<serde_json::Value> {
    let log = fresh.store.log_entries(0, 99).await.unwrap();
    log.iter().map(|it| serde_json::from_str(&it.entry).unwrap()).collect()
}

#[tokio::test]
async fn a_contest_and_its_outcome_each_have_their_entry() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let lab = fresh.org("lab").await;
        let outside = fresh.member("outside", lab, Role::Checker).await;
        let case = fresh.published(&people).await;
        let number = sent(fresh, &new(&case, 1, None)).await.unwrap();
        assert_eq!(number, 1);
        assert_eq!(sent(fresh, &new(&case, 1, None)).await.unwrap(), 1, "the same form");
        assert_eq!(fresh.store.contest_of_form([1; 16]).await.unwrap(), Some(1));
        let contest = fresh.store.contest(1).await.unwrap().unwrap();
        assert_eq!((contest.state, contest.text.as_deref()), (State::Received, Some(TEXT)));
        let entry = entries(fresh).await.pop().unwrap();
        assert_eq!(entry["kind"], "contest");
        assert_eq!((&entry["rev"], &entry["prev"]), (&1.into(), &0.into()));
        assert_eq!(entry["page_sha256"], hex::encode(contest.received.salted_hash(SALT)));
        assert_eq!((&entry["orgs"], &entry["verdict"]), (&serde_json::json!([]), &().into()));
        let hour = contest.received.received.clone();
        assert!(hour.ends_with(":00:00Z") && entry["t"] == hour, "{hour}");

        begins(fresh, 1, &outside).await.unwrap();
        let nothing = Decision { reason: Localised::default(), ..decision(Action::Uphold) };
        breaks(decides(fresh, 1, &nothing, &outside).await, Rule::ContestReason);
        decides(fresh, 1, &decision(Action::UpholdPartly), &outside).await.unwrap();
        let entry = entries(fresh).await.pop().unwrap();
        assert_eq!(
            (&entry["kind"], &entry["verdict"]),
            (&"contest-outcome".into(), &"partly_upheld".into())
        );
        assert_eq!((&entry["orgs"], &entry["prev"]), (&serde_json::json!(["lab"]), &1.into()));
        let contest = fresh.store.contest(1).await.unwrap().unwrap();
        let decided = contest.decided.clone().unwrap();
        assert_eq!(entry["page_sha256"], hex::encode(decided.salted_hash(SALT)));
        assert!(!decided.nobody_else);
        is_stale(decides(fresh, 1, &decision(Action::Reject), &outside).await);
        assert_eq!(fresh.store.contests(Which::Open, 0, 9).await.unwrap(), []);
        assert_eq!(fresh.store.contests(Which::All, 0, 9).await.unwrap(), [contest]);
        assert_eq!(entries(fresh).await.len(), 3, "nothing else was written");
    })
    .await;
}

#[tokio::test]
async fn who_signed_does_not_decide_and_who_is_inside_only_when_nobody_else_is_there() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let press_editor = fresh.member("press-editor", people.press.org, Role::Editor).await;
        let contributor = fresh.member("contributor", people.press.org, Role::Contributor).await;
        let case = fresh.published(&people).await;
        let number = sent(fresh, &new(&case, 1, None)).await.unwrap();
        let unfit = |it| Rule::Contest(it);
        breaks(begins(fresh, number, &people.health).await, unfit(Unfit::Signed));
        breaks(begins(fresh, number, &contributor).await, unfit(Unfit::Role));
        let lab = fresh.org("lab").await;
        let outside = fresh.member("outside", lab, Role::Checker).await;
        breaks(begins(fresh, number, &press_editor).await, unfit(Unfit::OthersAreThere));
        breaks(begins(fresh, number, &people.editor).await, unfit(Unfit::OthersAreThere));
        fresh.store.end_member(outside.id, None, fresh.now(), fresh.chance()).await.unwrap();
        begins(fresh, number, &press_editor).await.unwrap();
        decides(fresh, number, &decision(Action::Reject), &press_editor).await.unwrap();
        let contest = fresh.store.contest(number).await.unwrap().unwrap();
        assert!(contest.decided.unwrap().nobody_else, "the page says so");
    })
    .await;
}

#[tokio::test]
async fn a_contest_marks_an_organisation_unless_nobody_could_lift_the_mark() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.published(&people).await;
        let (health, press) = (people.health.org, people.press.org);
        sent(fresh, &new(&case, 1, Some(health))).await.unwrap();
        sent(fresh, &new(&case, 2, Some(press))).await.unwrap();
        sent(fresh, &new(&case, 3, Some(health))).await.unwrap();
        let marks = fresh.store.involvements(case.claim).await.unwrap();
        assert_eq!(marks.iter().map(|it| it.org).collect::<Vec<_>>(), [health]);
        let marked = fresh.store.contests(Which::All, 0, 9).await.unwrap();
        let marked: Vec<_> = marked.iter().map(|it| it.marked).collect();
        assert_eq!(marked, [false, false, true], "the newest first");
        let unfit = Rule::Contest(Unfit::Involved);
        breaks(begins(fresh, 1, &people.editor).await, unfit);
        let lifted = fresh.store.lift_involved(case.claim, health, "no", fresh.act(&people.press));
        lifted.await.unwrap();
        sent(fresh, &new(&case, 4, Some(health))).await.unwrap();
        let again = fresh.store.contest(4).await.unwrap().unwrap();
        assert!(!again.marked, "what was lifted with a reason is renewed by a member only");
    })
    .await;
}

#[tokio::test]
async fn a_merge_carries_the_mark_of_a_contest_along() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let lab = fresh.org("lab").await;
        let clinic = fresh.org("clinic").await;
        let other = fresh.published(&people).await;
        let case = fresh.published(&people).await;
        let guard = fresh.member("guard", clinic, Role::Editor).await;
        sent(fresh, &new(&case, 1, Some(lab))).await.unwrap();
        let (store, to) = (&fresh.store, workflow::State::Merged);
        store.merge_claim(&case, other.claim, to, fresh.act(&guard)).await.unwrap();
        let marks = store.involvements(other.claim).await.unwrap();
        assert_eq!(marks.iter().map(|it| it.org).collect::<Vec<_>>(), [lab]);
    })
    .await;
}

#[tokio::test]
async fn an_answer_without_this_version_is_not_contested() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.published(&people).await;
        let of_no_version = NewContest { version: 2, ..new(&case, 1, None) };
        is_stale(sent(fresh, &of_no_version).await);
        let open = fresh.case_in_review(&people).await;
        is_stale(sent(fresh, &new(&open, 1, None)).await);
        assert_eq!(fresh.store.contests(Which::All, 0, 9).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn the_text_goes_some_time_after_the_decision_and_what_was_published_stays() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let outside = fresh.member("outside", fresh.org("lab").await, Role::Checker).await;
        let case = fresh.published(&people).await;
        for form in [1, 2] {
            sent(fresh, &new(&case, form, None)).await.unwrap();
        }
        begins(fresh, 1, &outside).await.unwrap();
        decides(fresh, 1, &decision(Action::Reject), &outside).await.unwrap();
        let text = async |number| fresh.store.contest(number).await.unwrap().unwrap().text;
        fresh.wait(TEXT_KEPT_MS - HOUR_MS);
        fresh.store.erase_expired(fresh.now()).await.unwrap();
        assert!(text(1).await.is_some());
        fresh.wait(2 * HOUR_MS);
        fresh.store.erase_expired(fresh.now()).await.unwrap();
        assert_eq!((text(1).await, text(2).await), (None, Some(TEXT.to_owned())));
        assert!(fresh.store.contest(1).await.unwrap().unwrap().decided.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_contest_is_taken_whole_or_not_at_all() {
    let fresh = Fresh::new("SQLite", false).await;
    let people = fresh.two_orgs().await;
    let case = fresh.published(&people).await;
    let contest = new(&case, 1, Some(people.health.org));
    let mut n_failed = 0;
    for n in 1..100 {
        fresh.store.fail_at(n);
        let res = sent(&fresh, &contest).await;
        fresh.store.fail_at(i64::MAX);
        let marks = fresh.store.involvements(case.claim).await.unwrap().len();
        let written = (entries(&fresh).await.len(), marks);
        if res.is_ok() {
            assert_eq!(written, (2, 1));
            break;
        }
        assert_eq!(written, (1, 0), "statement {n}");
        n_failed += 1;
    }
    assert!(5 <= n_failed, "only {n_failed} statements");
}
