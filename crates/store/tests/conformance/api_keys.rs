//! Keys of partners' programs, and calls that name themselves.

use kiemtin_core::api_key::Scope;
use kiemtin_core::ids::{ApiKeyId, OrgId};
use kiemtin_core::permission::Role;
use kiemtin_core::time::DAY_MS;
use kiemtin_core::workflow::Action;
use kiemtin_store::Rule;
use kiemtin_store::StoreResult;
use kiemtin_store::api_calls::{CallName, Known};
use kiemtin_store::api_keys::{ApiKey, KEYS_MAX};
use kiemtin_store::cases::With;
use kiemtin_store::members::Member;

use crate::setting::{Fresh, breaks, each, is_stale, refused};

fn key(fresh: &Fresh, org: OrgId, scopes: &[Scope]) -> ApiKey {
    let created = fresh.now();
    ApiKey {
        id: ApiKeyId::new(created, fresh.chance()),
        org,
        name: "newsroom system".to_owned(),
        scopes: scopes.to_vec(),
        created,
        ended: None,
        used: None,
    }
}

async fn make(fresh: &Fresh, key: &ApiKey, secret: u8, by: &Member) -> StoreResult<()> {
    fresh.store.make_key(key, [secret; 32], by, key.created, fresh.chance()).await
}

#[tokio::test]
async fn a_key_is_found_by_its_secret_until_it_is_ended() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let (store, by) = (&fresh.store, &people.editor);
        let new = key(fresh, by.org, &Scope::ALL);
        make(fresh, &new, 7, by).await.unwrap();
        assert_eq!(store.use_key([8; 32], fresh.now()).await.unwrap(), None);
        let holder = store.use_key([7; 32], fresh.now()).await.unwrap().unwrap();
        assert_eq!((&holder.key, holder.maker.as_ref()), (&new, Some(by)));
        let used = store.keys_for(by).await.unwrap().remove(0).used.unwrap();
        assert_eq!(used.day(), fresh.now().day(), "the day, and no more");
        store.end_member(by.id, None, fresh.now(), fresh.chance()).await.unwrap();
        let holder = store.use_key([7; 32], fresh.now()).await.unwrap().unwrap();
        assert_eq!(holder.maker, None, "the key lives, and nobody answers for opinions");
        let operator = fresh.member("o", people.press.org, Role::Operator).await;
        let end = async |by: &Member| {
            let (now, chance) = (fresh.now(), fresh.chance());
            store.end_key(new.id, by, now, chance).await
        };
        is_stale(end(&fresh.member("e", people.press.org, Role::Editor).await).await);
        breaks(end(by).await, Rule::AccessEnded);
        end(&operator).await.unwrap();
        is_stale(end(&operator).await);
        assert_eq!(store.use_key([7; 32], fresh.now()).await.unwrap(), None);
        assert!(store.keys_for(&operator).await.unwrap()[0].ended.is_some());
        let events = store.events_of_org(new.org, 9).await.unwrap();
        let kinds: Vec<_> = events.iter().rev().map(|(_, it)| it.kind.as_str()).collect();
        assert_eq!(kinds, ["org.key", "org.unkey"]);
    })
    .await;
}

#[tokio::test]
async fn nobody_makes_a_key_that_gives_more_than_they_have() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let operator = fresh.member("o", people.press.org, Role::Operator).await;
        let (editor, health, press) = (&people.editor, people.editor.org, people.press.org);
        let all: &[Scope] = &[Scope::Opinions];
        refused(make(fresh, &key(fresh, press, all), 1, editor).await);
        refused(make(fresh, &key(fresh, press, all), 1, &operator).await);
        refused(make(fresh, &key(fresh, health, all), 1, &people.health).await);
        refused(make(fresh, &key(fresh, health, &[]), 1, editor).await);
        make(fresh, &key(fresh, health, &[Scope::Intake]), 1, &operator).await.unwrap();
        refused(make(fresh, &key(fresh, health, all), 1, editor).await); // The secret is taken.
        for n in 2..=KEYS_MAX {
            let secret = u8::try_from(n).unwrap();
            make(fresh, &key(fresh, health, all), secret, editor).await.unwrap();
        }
        breaks(make(fresh, &key(fresh, health, all), 99, editor).await, Rule::TooManyKeys);
        assert_eq!(fresh.store.keys_for(editor).await.unwrap().len(), KEYS_MAX as usize);
        let other = fresh.member("e", press, Role::Editor).await;
        assert_eq!(fresh.store.keys_for(&other).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_call_that_names_itself_is_one_for_a_day() {
    each(async |fresh| {
        let store = &fresh.store;
        let name = CallName { call: [1; 32], body: [2; 32] };
        let other = CallName { body: [3; 32], ..name };
        let begin = async |name| store.begin_call(name, fresh.now()).await.unwrap();
        assert_eq!(begin(name).await, Known::New);
        assert_eq!(begin(name).await, Known::Open);
        assert_eq!(begin(other).await, Known::OtherBody);
        store.drop_call(name).await.unwrap();
        assert_eq!(begin(other).await, Known::New, "what came to nothing may be corrected");
        store.end_call(other, "taken").await.unwrap();
        store.drop_call(other).await.unwrap();
        assert_eq!(begin(other).await, Known::Answered("taken".to_owned()));
        assert_eq!(begin(name).await, Known::OtherBody);
        fresh.wait(DAY_MS);
        assert_eq!(begin(name).await, Known::New);
        fresh.wait(120_000);
        assert_eq!(begin(other).await, Known::OtherBody);
        assert_eq!(begin(name).await, Known::New, "a call that a crash cut off is taken over");
        fresh.wait(DAY_MS);
        store.erase_expired(fresh.now()).await.unwrap();
        assert_eq!(begin(other).await, Known::New);
    })
    .await;
}

#[tokio::test]
async fn an_organisation_reads_the_questions_that_still_wait_for_it() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let press = fresh.store.org(people.press.org);
        let case = fresh.open_case("a", &people.editor).await;
        let case = fresh.step(&case, Action::Take, &people.editor).await;
        let with = With { ask: vec![people.press.org], ..With::default() };
        let case = fresh.try_step(&case, Action::Ask, &with, &people.editor).await.unwrap();
        assert_eq!(press.questions(9).await.unwrap(), [case.id]);
        assert_eq!(fresh.store.org(people.health.org).questions(9).await.unwrap(), []);
        fresh.opinion(case.id, &people.press).await.unwrap();
        assert_eq!(press.questions(9).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn whose_access_ended_gives_no_opinion() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.open_case("a", &people.editor).await;
        let case = fresh.step(&case, Action::Take, &people.editor).await;
        let case = fresh.step(&case, Action::Ask, &people.editor).await;
        let (id, now) = (people.press.id, fresh.now());
        fresh.store.end_member(id, None, now, fresh.chance()).await.unwrap();
        breaks(fresh.opinion(case.id, &people.press).await, Rule::AccessEnded);
    })
    .await;
}
