//! Second factors, and identities at the provider.

use kiemtin_core::permission::Role;
use kiemtin_store::Rule;
use kiemtin_store::factors::{NewFactor, Proof};
use kiemtin_store::members::{Invitation, Member, Reset};

use crate::setting::{BEGIN, Fresh, breaks, each, is_stale};

async fn set(fresh: &Fresh, member: &Member, step: i64, old: Option<Proof>, token: u8) {
    fresh.store.begin_session([token; 32], member.id, false, BEGIN).await.unwrap();
    let codes = [[1; 32], [2; 32]];
    let new = NewFactor { sealed: b"sealed", step, codes: &codes, old };
    let tokens = ([token; 32], [token + 1; 32]);
    fresh.store.set_factor(member, &new, tokens, BEGIN, fresh.chance()).await.unwrap();
}

#[tokio::test]
async fn a_code_and_a_recovery_code_are_used_up_once() {
    each(async |fresh| {
        let org = fresh.org("city").await;
        let (an, binh) = (
            fresh.member("an", org, Role::Editor).await,
            fresh.member("binh", org, Role::Editor).await,
        );
        set(fresh, &an, 100, None, 10).await;
        let factor = fresh.store.factor(an.id).await.unwrap().unwrap();
        assert_eq!((factor.sealed.as_slice(), factor.n_codes), (&b"sealed"[..], 2));
        assert_eq!(fresh.store.factor(binh.id).await.unwrap(), None);
        fresh.store.begin_session([50; 32], an.id, false, BEGIN).await.unwrap();
        let mut token = 50;
        let pass = async |of: &Member, proof, from: u8, to: u8| {
            fresh.store.pass_factor(of.id, proof, ([from; 32], [to; 32])).await
        };
        for (proof, is_new) in [
            (Proof::Step(100), false),
            (Proof::Step(99), false),
            (Proof::Step(101), true),
            (Proof::Step(101), false),
            (Proof::Recovery([3; 32]), false),
            (Proof::Recovery([1; 32]), true),
            (Proof::Recovery([1; 32]), false),
        ] {
            let passed = pass(&an, proof, token, token + 1).await;
            match is_new {
                true => passed.unwrap(),
                false => is_stale(passed),
            }
            token += u8::from(is_new);
        }
        let session = fresh.store.session([token; 32], BEGIN).await.unwrap().unwrap();
        assert!(session.passed_factor && session.has_factor);
        assert_eq!(fresh.store.session([50; 32], BEGIN).await.unwrap(), None, "the old token");
        // Another's code and another's session are nobody's.
        is_stale(pass(&binh, Proof::Recovery([2; 32]), token, 99).await);
        fresh.store.begin_session([70; 32], binh.id, false, BEGIN).await.unwrap();
        is_stale(pass(&an, Proof::Step(200), 70, 99).await);
        pass(&an, Proof::Step(200), token, 71).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_factor_is_replaced_only_by_who_shows_it_and_goes_with_the_access() {
    each(async |fresh| {
        let org = fresh.org("city").await;
        let an = fresh.member("an", org, Role::Editor).await;
        set(fresh, &an, 100, None, 10).await;
        fresh.store.begin_session([20; 32], an.id, false, BEGIN).await.unwrap();
        for old in [None, Some(Proof::Step(100)), Some(Proof::Recovery([9; 32]))] {
            let new = NewFactor { sealed: b"other", step: 5, codes: &[], old };
            let tokens = ([20; 32], [21; 32]);
            is_stale(fresh.store.set_factor(&an, &new, tokens, BEGIN, fresh.chance()).await);
        }
        assert_eq!(fresh.store.factor(an.id).await.unwrap().unwrap().n_codes, 2);
        set(fresh, &an, 7, Some(Proof::Recovery([2; 32])), 30).await;
        fresh.store.new_codes(an.id, Proof::Step(8), &[[5; 32]]).await.unwrap();
        is_stale(fresh.store.new_codes(an.id, Proof::Recovery([1; 32]), &[]).await);
        assert_eq!(fresh.store.factor(an.id).await.unwrap().unwrap().n_codes, 1);
        let invite_back = async |resets| {
            let whom = (an.id, resets);
            fresh.store.invite_back([40; 32], whom, None, BEGIN, fresh.chance()).await.unwrap();
            fresh.store.accept_back([40; 32], an.id, "hash", BEGIN).await.unwrap();
            fresh.store.factor(an.id).await.unwrap().is_some()
        };
        assert!(invite_back(Reset::Password).await);
        assert!(!invite_back(Reset::PasswordAndFactor).await);
        set(fresh, &an, 9, None, 60).await;
        assert_eq!(fresh.store.members_with_factor().await.unwrap(), [an.id]);
        fresh.store.end_member(an.id, None, BEGIN, fresh.chance()).await.unwrap();
        assert_eq!(fresh.store.factor(an.id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn an_identity_leads_to_one_member_while_the_access_lasts() {
    each(async |fresh| {
        let org = fresh.org("city").await;
        let an = fresh.member("an", org, Role::Checker).await;
        let binh = fresh.member("binh", org, Role::Checker).await;
        let who = async |identity| {
            let found = fresh.store.member_by_identity(identity).await.unwrap();
            found.map(|it| it.login)
        };
        fresh.store.link(an.id, [1; 32], BEGIN).await.unwrap();
        assert_eq!(who([1; 32]).await.as_deref(), Some("an"));
        breaks(fresh.store.link(binh.id, [1; 32], BEGIN).await, Rule::IdentityTaken);
        fresh.store.link(an.id, [2; 32], BEGIN).await.unwrap();
        assert_eq!(who([1; 32]).await, None, "one identity a member");
        // Without a password there is no other way in.
        breaks(fresh.store.unlink(an.id).await, Rule::OnlyWayIn);
        fresh.store.set_password(an.id, "$argon2id$…").await.unwrap();
        fresh.store.unlink(an.id).await.unwrap();
        assert!(!fresh.store.is_linked(an.id).await.unwrap());
        fresh.store.link(an.id, [1; 32], BEGIN).await.unwrap();
        fresh.store.end_member(an.id, None, BEGIN, fresh.chance()).await.unwrap();
        assert_eq!(who([1; 32]).await, None);
        // A link used with an identity that is taken stays good.
        fresh.store.link(binh.id, [1; 32], BEGIN).await.unwrap();
        let link = Invitation { org: Some(org), role: Role::Checker };
        fresh.store.invite([9; 32], &link, BEGIN).await.unwrap();
        let new = Member { login: "chi".to_owned(), ..fresh_member(fresh, &binh) };
        let join =
            async |identity| fresh.store.accept_with_identity([9; 32], &new, identity, BEGIN).await;
        breaks(join([1; 32]).await, Rule::IdentityTaken);
        join([3; 32]).await.unwrap();
        assert_eq!(who([3; 32]).await.as_deref(), Some("chi"));
        is_stale(join([4; 32]).await);
    })
    .await;
}

fn fresh_member(fresh: &Fresh, like: &Member) -> Member {
    let id = kiemtin_core::ids::MemberId::new(fresh.now(), fresh.chance());
    Member { id, ..like.clone() }
}

#[tokio::test]
async fn an_operator_acts_on_others_while_being_one() {
    each(async |fresh| {
        let org = fresh.org("city").await;
        let op = fresh.member("op", org, Role::Operator).await;
        let other = fresh.member("other", org, Role::Operator).await;
        let end = async |whom: &Member, by: Option<&Member>| {
            fresh.store.end_member(whom.id, by, BEGIN, fresh.chance()).await
        };
        let role = async |whom: &Member, role, by: Option<&Member>| {
            fresh.store.change_role(whom.id, role, by, BEGIN, fresh.chance()).await
        };
        breaks(end(&op, Some(&op)).await, Rule::Oneself);
        breaks(role(&op, Role::Editor, Some(&op)).await, Rule::Oneself);
        // Both end the other at once: the second is no operator any more.
        end(&other, Some(&op)).await.unwrap();
        is_stale(end(&op, Some(&other)).await);
        is_stale(role(&op, Role::Editor, Some(&other)).await);
        let events = fresh.store.events_of_members(10).await.unwrap();
        let kinds: Vec<_> = events.iter().map(|(_, it)| it.kind.as_str()).collect();
        assert_eq!(kinds, ["member.end"]);
        // The machine's owner can do what pages cannot.
        role(&op, Role::Checker, None).await.unwrap();
        is_stale(role(&op, Role::Checker, None).await);
        end(&op, None).await.unwrap();
    })
    .await;
}
