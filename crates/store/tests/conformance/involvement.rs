//! Nothing about an organisation goes out through the organisation itself: not by its parent or
//! child, nor by one that was made for it, by a mark that its own people lifted, or by a mark that
//! came late. Random desks, random deeds by random members; what went out is judged by replaying
//! the events with rules of their own, written without the rule of sign-off.

use std::collections::{BTreeMap, BTreeSet};

use kiemtin_core::case::Capture;
use kiemtin_core::ids::{CaseId, MemberId, OrgId};
use kiemtin_core::lang::Localised;
use kiemtin_core::permission::Role;
use kiemtin_core::review::{Content, Salt, VersionClass};
use kiemtin_core::sign_off::Unfit;
use kiemtin_core::time::Timestamp;
use kiemtin_core::workflow::{self, Action, State};
use kiemtin_store::cases::With;
use kiemtin_store::events::Event;
use kiemtin_store::members::Member;
use kiemtin_store::reviews::Signed;
use kiemtin_store::{Rule, StoreError, StoreResult};

use crate::setting::{Fresh, breaks, content, each, engines};

/// Desks, cases a desk and rounds a case: 2,000 sequences. The server takes a twentieth: each
/// statement is a way there and back, and the rules are the same.
const DESKS: u64 = 40;
const CASES: u64 = 10;
const ROUNDS: u64 = 5;
/// Deeds in a round.
const DEEDS: u64 = 8;
/// Organisations that a desk grows to.
const ORGS_MAX: usize = 9;

#[tokio::test]
async fn no_review_goes_out_through_those_whom_its_claim_concerns() {
    for engine in engines() {
        let n_desks = if engine == "SQLite" { DESKS } else { DESKS / 20 };
        let mut tally = Tally::default();
        for seed in 1..=n_desks {
            tries(engine, seed, &mut tally).await;
        }
        println!("{engine}: {tally:?}");
        // It can fail only where something could have gone wrong.
        let n_rounds = n_desks * CASES * ROUNDS;
        assert_eq!(tally.n_rounds, n_rounds);
        for (what, n) in [
            ("went out", tally.n_out),
            ("went out beside a standing mark", tally.n_out_marked),
            ("were refused as involved", tally.n_involved),
            ("were refused as newcomers", tally.n_newcomer),
            ("were lifted", tally.n_lifted),
            ("were voided by a late mark", tally.n_late),
        ] {
            assert!(n_rounds / 100 < n, "{engine}: only {n} {what}: {tally:?}");
        }
    }
}

#[derive(Debug, Default)]
struct Tally {
    n_rounds: u64,
    n_out: u64,
    n_out_marked: u64,
    n_involved: u64,
    n_newcomer: u64,
    n_lifted: u64,
    n_late: u64,
}

/// One desk with its people and the chance that drives them.
struct Desk {
    fresh: Fresh,
    seed: u64,
    state: u64,
    /// Each organisation with its parent and when it came to be.
    orgs: Vec<(OrgId, Option<OrgId>, Timestamp)>,
    /// Each member, and when their access ended.
    members: Vec<(Member, Option<Timestamp>)>,
}

async fn tries(engine: &str, seed: u64, tally: &mut Tally) {
    let fresh = Fresh::new(engine, true).await;
    let state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut desk = Desk { fresh, seed, state, orgs: Vec::new(), members: Vec::new() };
    for _ in 0..1 + desk.below(5) {
        desk.grows().await;
    }
    for _ in 0..CASES {
        let Some(case) = desk.begins().await else { continue };
        for _ in 0..ROUNDS {
            tally.n_rounds += 1;
            for _ in 0..DEEDS {
                desk.does(case, tally).await;
            }
            desk.writes(case).await;
        }
        desk.judges(case, tally).await;
    }
    desk.fresh.store.close().await;
}

impl Desk {
    /// A number under `n`, from the seed alone (xorshift).
    fn below(&mut self, n: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 33).unwrap() % n
    }

    /// Another organisation, alone or under one that is there, with an editor and two checkers.
    async fn grows(&mut self) {
        let n = self.orgs.len();
        let parent = match self.below(3) {
            0 => None,
            _ if n == 0 => None,
            _ => Some(self.some_org()),
        };
        let org = self.fresh.new_org(&format!("org-{n}"), parent);
        let at = self.fresh.now();
        self.fresh.store.add_org(&org, at).await.unwrap();
        self.orgs.push((org.id, parent, at));
        for (idx, role) in [Role::Editor, Role::Checker, Role::Checker].into_iter().enumerate() {
            let member = self.fresh.member(&format!("member-{n}-{idx}"), org.id, role).await;
            self.members.push((member, None));
        }
    }

    fn someone(&mut self) -> Member {
        let idx = self.below(self.members.len());
        self.members[idx].0.clone()
    }

    fn some_org(&mut self) -> OrgId {
        let idx = self.below(self.orgs.len());
        self.orgs[idx].0
    }

    fn editor(&mut self) -> Option<Member> {
        let is_one =
            |it: &&(Member, Option<Timestamp>)| it.0.role == Role::Editor && it.1.is_none();
        let mut editors: Vec<Member> =
            self.members.iter().filter(is_one).map(|it| it.0.clone()).collect();
        (!editors.is_empty()).then(|| editors.swap_remove(self.below(editors.len())))
    }

    /// A case whose draft waits for signatures.
    async fn begins(&mut self) -> Option<CaseId> {
        let by = self.editor()?;
        let fresh = &self.fresh;
        let text = format!("claim {}", fresh.now().millis());
        let case = fresh.open_case(&text, &by).await;
        let case = fresh.step(&case, Action::Take, &by).await;
        let case = fresh.step(&case, Action::Ask, &by).await;
        for url in ["https://www.who.int/a", "https://moh.gov.vn/b"] {
            let new = fresh.new_evidence(url, by.org, Capture::NoneDemo);
            fresh.store.add_evidence(case.id, &new, fresh.act(&by)).await.unwrap();
        }
        fresh.no_reply(case.id, &by).await;
        let case = fresh.step(&case, Action::Draft, &by).await;
        fresh.save(case.id, &content(VersionClass::First), &by).await.unwrap();
        fresh.step(&case, Action::Submit, &by).await;
        Some(case.id)
    }

    /// One deed of somebody's; most are refused, and that is the point.
    async fn does(&mut self, case: CaseId, tally: &mut Tally) {
        let found = self.fresh.store.case(case).await.unwrap().unwrap();
        let (by, org) = (self.someone(), self.some_org());
        match self.below(16) {
            0..=8 => self.signs(case, &by, tally).await,
            9 | 10 => {
                let had = self.fresh.store.draft(case).await.unwrap().unwrap().signatures.len();
                let store = &self.fresh.store;
                let marked = store.mark_involved(found.claim, org, "x", self.fresh.act(&by)).await;
                tally.n_late += u64::from(kept(marked).is_some() && 0 < had);
            }
            11..=13 => {
                let store = &self.fresh.store;
                let lifted = store.lift_involved(found.claim, org, "x", self.fresh.act(&by)).await;
                tally.n_lifted += u64::from(kept(lifted).is_some());
            }
            14 if self.orgs.len() < ORGS_MAX => self.grows().await,
            15 if self.below(4) == 0 => self.ends(&by).await,
            _ => self.writes(case).await,
        }
    }

    async fn signs(&mut self, case: CaseId, by: &Member, tally: &mut Tally) {
        let fresh = &self.fresh;
        let hash = fresh.hash(case).await;
        match fresh.store.sign(case, hash, fresh.act(by), Salt([9; 32])).await {
            Ok(Signed::Published { .. }) => tally.n_out += 1,
            Err(StoreError::Rule(Rule::Unfit(Unfit::Involved))) => {
                tally.n_involved += 1;
            }
            Err(StoreError::Rule(Rule::Unfit(Unfit::Newcomer))) => {
                tally.n_newcomer += 1;
            }
            other => drop(kept(other)),
        }
    }

    /// Ends a member's access, unless they are the last of their kind.
    async fn ends(&mut self, who: &Member) {
        let n_left = self.members.iter().filter(|it| it.1.is_none()).count();
        let at = self.fresh.now();
        if n_left <= 4
            || kept(self.fresh.store.end_member(who.id, None, at, self.fresh.chance()).await)
                .is_none()
        {
            return;
        }
        let ended = self.members.iter_mut().filter(|it| it.0.id == who.id);
        ended.for_each(|it| it.1 = Some(at));
    }

    /// Somebody writes the draft anew, wherever the case stands, and it waits for signatures again.
    async fn writes(&mut self, case: CaseId) {
        let Some(by) = self.editor() else { return };
        let fresh = &self.fresh;
        let mut found = fresh.store.case(case).await.unwrap().unwrap();
        let begin = match found.state {
            State::Review => Action::SendBack,
            State::Published => Action::Correct,
            _ => Action::Submit,
        };
        if begin != Action::Submit {
            let with = With { note: Some("x".to_owned()), ..With::default() };
            let Some(moved) = kept(fresh.try_step(&found, begin, &with, &by).await) else { return };
            found = moved;
        }
        let class = match found.state {
            State::Correcting => VersionClass::Correction,
            _ => VersionClass::First,
        };
        let body = Localised::new(&format!("Bản {}.", fresh.now().millis()), "");
        let content = Content { body, ..content(class) };
        let saved = kept(fresh.save(case, &content, &by).await);
        if found.state == State::Draft && saved.is_some() {
            drop(kept(fresh.try_step(&found, Action::Submit, &With::default(), &by).await));
        }
    }

    /// Replays what happened to a claim, and looks at each answer that went out.
    async fn judges(&self, case: CaseId, tally: &mut Tally) {
        let case = self.fresh.store.case(case).await.unwrap().unwrap();
        let mut events = self.fresh.store.events_of_claim(case.claim).await.unwrap();
        // A signature and the publication that it leads to have one time.
        events.sort_by_key(|(_, it)| (it.at, it.kind == "case.publish"));
        let mut replay = Replay { begun: case.created, ..Replay::new(self) };
        let mut n_out = 0;
        for (_, event) in &events {
            replay.follow(event);
            if event.kind == "case.publish" {
                n_out += 1;
                tally.n_out_marked += u64::from(!replay.marks.is_empty());
            }
        }
        let versions = self.fresh.store.versions(case.claim).await.unwrap();
        assert_eq!(versions.len(), n_out, "seed {}: each version has its event", self.seed);
    }
}

/// What the events say so far.
struct Replay<'a> {
    desk: &'a Desk,
    begun: Timestamp,
    marks: BTreeSet<OrgId>,
    editors: BTreeSet<MemberId>,
    signed: BTreeMap<MemberId, OrgId>,
}

impl<'a> Replay<'a> {
    fn new(desk: &'a Desk) -> Self {
        let begun = Timestamp::from_millis(0);
        let (marks, editors, signed) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        Self { desk, begun, marks, editors, signed }
    }

    fn follow(&mut self, event: &Event) {
        let seed = self.desk.seed;
        let (at, by) = (event.at, event.member.unwrap());
        let org = event.org.unwrap();
        let about = || OrgId::parse(event.body["org"].as_str().unwrap()).unwrap();
        match event.kind.as_str() {
            "case.involved" => drop(self.marks.insert(about())),
            "case.uninvolved" => {
                assert!(!self.is_concerned(org), "seed {seed}, {at:?}: lifted by one concerned");
                assert!(self.age(org) <= self.begun, "seed {seed}, {at:?}: lifted by a newcomer");
                self.marks.remove(&about());
            }
            "draft.edit" => drop(self.editors.insert(by)),
            "case.correct" => self.editors.clear(),
            "draft.sign" => {
                let ended = self.desk.members.iter().find(|it| it.0.id == by).unwrap().1;
                assert!(
                    ended.is_none_or(|it| at < it),
                    "seed {seed}, {at:?}: signed after the end"
                );
                self.signed.insert(by, org);
                return;
            }
            "case.publish" => {
                self.judge(at);
            }
            _ => return,
        }
        self.signed.clear();
    }

    /// Two who are free to say it: of different organisations, or of the desk's only one; of
    /// different trees where the claim concerns somebody in theirs.
    fn judge(&self, at: Timestamp) {
        let is_free = |(member, org): &(&MemberId, &OrgId)| {
            let is_young = !self.marks.is_empty() && self.begun < self.age(**org);
            !self.is_concerned(**org) && !self.editors.contains(member) && !is_young
        };
        let free: Vec<(&MemberId, &OrgId)> = self.signed.iter().filter(is_free).collect();
        let n_orgs = self.desk.orgs.iter().filter(|it| it.2 <= at).count();
        let differ = |a: &OrgId, b: &OrgId| {
            let is_tree_of_marked = self.marks.iter().any(|it| self.root(*it) == self.root(*a));
            a != b && (self.root(*a) != self.root(*b) || !is_tree_of_marked)
        };
        let is_enough = match n_orgs {
            1 => 2 <= free.len(),
            _ => free.iter().any(|a| free.iter().any(|b| differ(a.1, b.1))),
        };
        let Self { marks, signed, .. } = self;
        let seed = self.desk.seed;
        assert!(is_enough, "seed {seed}, {at:?}: {signed:?} let it out beside {marks:?}");
        assert_eq!(free.len(), signed.len(), "seed {seed}, {at:?}: {signed:?} beside {marks:?}");
    }

    /// Whether an organisation is one of the marked, above one or below one.
    fn is_concerned(&self, org: OrgId) -> bool {
        let above = self.above(org);
        self.marks.iter().any(|it| above.contains(it) || self.above(*it).contains(&org))
    }

    /// The organisation and all above it.
    fn above(&self, org: OrgId) -> Vec<OrgId> {
        let parent = |org: &OrgId| self.desk.orgs.iter().find(|it| it.0 == *org).unwrap().1;
        std::iter::successors(Some(org), parent).collect()
    }

    fn root(&self, org: OrgId) -> OrgId {
        *self.above(org).last().unwrap()
    }

    fn age(&self, org: OrgId) -> Timestamp {
        self.desk.orgs.iter().find(|it| it.0 == org).unwrap().2
    }
}

/// What was done; nothing, where a rule or somebody faster stood in the way.
#[track_caller]
fn kept<T: std::fmt::Debug>(res: StoreResult<T>) -> Option<T> {
    match res {
        Ok(it) => Some(it),
        Err(StoreError::Rule(_) | StoreError::Stale | StoreError::Refused(_)) => None,
        Err(err) => panic!("{err:?}"),
    }
}

#[tokio::test]
async fn one_made_for_it_after_the_case_began_neither_signs_nor_lifts() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let city = fresh.org("city").await;
        let case = fresh.case_in_review(&people).await;
        let friend = fresh.org("friend").await;
        let friend = fresh.member("friend", friend, Role::Checker).await;
        let under = fresh.org_under("under", Some(city)).await;
        let under = fresh.member("under", under, Role::Checker).await;
        let store = &fresh.store;
        store.mark_involved(case.claim, city, "x", fresh.act(&people.press)).await.unwrap();
        breaks(fresh.sign(case.id, &friend).await, Rule::Unfit(Unfit::Newcomer));
        breaks(fresh.sign(case.id, &under).await, Rule::Unfit(Unfit::Involved));
        for (by, rule) in [(&friend, Rule::LiftsAsNewcomer), (&under, Rule::LiftsOwnMark)] {
            breaks(store.lift_involved(case.claim, city, "x", fresh.act(by)).await, rule);
        }
        store.lift_involved(case.claim, city, "x", fresh.act(&people.press)).await.unwrap();
        fresh.sign(case.id, &friend).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_merge_frees_nobody() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let (city, third) = (fresh.org("city").await, fresh.org("third").await);
        let third = fresh.member("third", third, Role::Checker).await;
        let marked = fresh.open_case("b", &people.editor).await;
        let case = fresh.case_in_review(&people).await;
        let store = &fresh.store;
        store.mark_involved(marked.claim, city, "x", fresh.act(&third)).await.unwrap();
        fresh.sign(case.id, &people.press).await.unwrap();
        let to = workflow::decide(marked.state, Action::Merge, Role::Editor, None).unwrap();
        store.merge_claim(&marked, case.claim, to, fresh.act(&people.editor)).await.unwrap();
        let marks = store.involvements(case.claim).await.unwrap();
        assert_eq!(marks.iter().map(|it| it.org).collect::<Vec<_>>(), [city]);
        let draft = store.draft(case.id).await.unwrap().unwrap();
        assert_eq!(draft.signatures, [], "they were given for a claim that concerned nobody");
    })
    .await;
}
