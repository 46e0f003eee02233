//! Members, one-time links and sessions.

use kiemtin_core::ids::MemberId;
use kiemtin_core::permission::Role;
use kiemtin_core::time::{DAY_MS, HOUR_MS};
use kiemtin_store::members::{Invitation, Member};

use crate::setting::{BEGIN, each, is_stale, refused};

#[tokio::test]
async fn the_first_link_makes_the_first_organisation_and_no_second_one() {
    each(async |fresh| {
        let first = Invitation { org: None, role: Role::Operator };
        for token in [[1; 32], [2; 32]] {
            fresh.store.invite(token, &first, fresh.now()).await.unwrap();
        }
        let org = fresh.new_org("city", None);
        let member = |login: &str, org| Member {
            id: MemberId::new(fresh.now(), fresh.chance()),
            org,
            login: login.to_owned(),
            role: Role::Operator,
        };
        let accept = async |token, org: &_, new: &_| {
            let at = fresh.now();
            fresh.store.accept_invitation(token, Some(org), new, "hash", at).await
        };
        accept([1; 32], &org, &member("op", org.id)).await.unwrap();
        is_stale(accept([1; 32], &org, &member("twice", org.id)).await);
        let other = fresh.new_org("other", None);
        refused(accept([2; 32], &other, &member("thief", other.id)).await);
        let logins: Vec<_> =
            fresh.store.members().await.unwrap().into_iter().map(|it| it.login).collect();
        assert_eq!(logins, ["op"]);
        assert_eq!(fresh.store.orgs().await.unwrap(), [org]);
    })
    .await;
}

#[tokio::test]
async fn a_link_gives_what_it_says_and_expires() {
    each(async |fresh| {
        let org = fresh.org("city").await;
        let invitation = Invitation { org: Some(org), role: Role::Checker };
        fresh.store.invite([1; 32], &invitation, BEGIN).await.unwrap();
        let member = |role| Member {
            id: MemberId::new(fresh.now(), fresh.chance()),
            org,
            login: "an".to_owned(),
            role,
        };
        let accept = async |role, at| {
            fresh.store.accept_invitation([1; 32], None, &member(role), "hash", at).await
        };
        let late = BEGIN.plus_millis(7 * DAY_MS);
        let found = fresh.store.invitation([1; 32], late.plus_millis(-1)).await.unwrap();
        assert_eq!(found, Some(invitation));
        assert_eq!(fresh.store.invitation([1; 32], late).await.unwrap(), None);
        refused(accept(Role::Operator, BEGIN).await);
        is_stale(accept(Role::Checker, late).await);
        accept(Role::Checker, BEGIN).await.unwrap();
        let (found, hash) = fresh.store.member_by_login("an").await.unwrap().unwrap();
        assert_eq!((found.role, hash.as_str()), (Role::Checker, "hash"));
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_when_idle_and_at_its_limit() {
    each(async |fresh| {
        let org = fresh.org("city").await;
        let member = fresh.member("an", org, Role::Checker).await;
        fresh.store.begin_session([1; 32], member.id, false, BEGIN).await.unwrap();
        let seen = async |millis| {
            fresh.store.session([1; 32], BEGIN.plus_millis(millis)).await.unwrap().is_some()
        };
        assert!(seen(2 * HOUR_MS - 1).await);
        assert!(!seen(4 * HOUR_MS).await, "two hours after it was seen last");
        for hour in 3..12 {
            assert!(seen(hour * HOUR_MS).await, "hour {hour}");
        }
        assert!(!seen(12 * HOUR_MS).await);
    })
    .await;
}

#[tokio::test]
async fn a_member_who_ended_or_has_a_new_password_is_signed_out() {
    each(async |fresh| {
        let org = fresh.org("city").await;
        let member = fresh.member("an", org, Role::Checker).await;
        let begin =
            async |token| fresh.store.begin_session(token, member.id, false, BEGIN).await.unwrap();
        let lives = async |token| fresh.store.session(token, BEGIN).await.unwrap().is_some();
        begin([1; 32]).await;
        fresh.store.set_password(member.id, "new").await.unwrap();
        assert!(!lives([1; 32]).await);
        begin([2; 32]).await;
        assert!(lives([2; 32]).await);
        fresh.store.end_member(member.id, None, BEGIN, fresh.chance()).await.unwrap();
        assert!(!lives([2; 32]).await);
        is_stale(fresh.store.end_member(member.id, None, BEGIN, fresh.chance()).await);
        assert_eq!(fresh.store.member_by_login("an").await.unwrap(), None);
        assert_eq!(fresh.store.members().await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_login_is_taken_once() {
    each(async |fresh| {
        let org = fresh.org("city").await;
        let member = fresh.member("an", org, Role::Checker).await;
        let twin = Member { id: MemberId::new(fresh.now(), fresh.chance()), ..member };
        let why = refused(fresh.store.add_member(&twin, "hash", fresh.now()).await);
        assert!(why.starts_with("there is one already"), "{why}");
    })
    .await;
}
