//! Random walks: members of several organisations do random things to random cases, also things that
//! they may not, and after each step the database is held against a model that knows nothing of the
//! code it judges. `KIEMTIN_WALKS=10000` walks as often; each walk is told by its number alone.

use std::collections::{BTreeMap, BTreeSet};

use kiemtin_core::case::DismissReason;
use kiemtin_core::ids::{MemberId, OrgId};
use kiemtin_core::permission::Role;
use kiemtin_core::rating::Rating;
use kiemtin_core::review::{Content, VersionClass};
use kiemtin_core::workflow::{self, Action, State};
use kiemtin_store::cases::{Case, With};
use kiemtin_store::members::Member;
use kiemtin_store::reviews::Signed;

use crate::setting::{Fresh, content, each};

/// Walks of a usual run on each engine: enough to meet every step often.
const WALKS: u64 = 150;
const STEPS: usize = 24;

#[tokio::test]
async fn no_walk_ends_in_a_forbidden_state() {
    let walks = walks();
    each(async |fresh| {
        let cast = Cast::new(fresh).await;
        let mut met = BTreeMap::new();
        for walk in walks.clone() {
            Walk::begin(fresh, &cast, walk).await.go(&mut met).await;
        }
        // A walk that never got anywhere would prove nothing.
        for what in ["published", "corrected", "retracted", "merged", "refused: involved", "ended"]
        {
            assert!(met.contains_key(what), "the walks {walks:?} never met {what}: {met:?}");
        }
    })
    .await;
}

/// `KIEMTIN_WALKS=10000`, or a part of them, `5000..10000`, so that several processes share them.
fn walks() -> std::ops::Range<u64> {
    let asked = std::env::var("KIEMTIN_WALKS").unwrap_or_default();
    let (from, to) = asked.split_once("..").unwrap_or(("0", &asked));
    match (from.parse(), to.parse()) {
        (Ok(from), Ok(to)) => from..to,
        _ => 0..WALKS,
    }
}

/// A city with two departments, and two bodies apart from it: an editor and two checkers each.
struct Cast {
    parents: Vec<(OrgId, Option<OrgId>)>,
    members: Vec<Member>,
}

impl Cast {
    async fn new(fresh: &Fresh) -> Self {
        let city = fresh.org("city").await;
        let health = fresh.org_under("health", Some(city)).await;
        let roads = fresh.org_under("roads", Some(city)).await;
        let (press, clinic) = (fresh.org("press").await, fresh.org("clinic").await);
        let mut members = Vec::new();
        for (slug, org) in [("h", health), ("r", roads), ("p", press), ("c", clinic)] {
            for (n, role) in [Role::Editor, Role::Checker, Role::Checker].into_iter().enumerate() {
                members.push(fresh.member(&format!("{slug}{n}"), org, role).await);
            }
        }
        members.push(fresh.member("contributor", press, Role::Contributor).await);
        members.push(fresh.member("operator", city, Role::Operator).await);
        let parents = vec![
            (city, None),
            (health, Some(city)),
            (roads, Some(city)),
            (press, None),
            (clinic, None),
        ];
        Self { parents, members }
    }

    fn parent(&self, org: OrgId) -> Option<OrgId> {
        self.parents.iter().find(|it| it.0 == org).and_then(|it| it.1)
    }

    fn top(&self, org: OrgId) -> OrgId {
        self.parent(org).unwrap_or(org)
    }

    /// Whether one is the other, or stands directly over or under it: this tree has two levels.
    fn is_involved(&self, org: OrgId, marks: &BTreeSet<OrgId>) -> bool {
        marks
            .iter()
            .any(|&it| it == org || self.parent(org) == Some(it) || self.parent(it) == Some(org))
    }
}

/// What should be true of a case.
struct Model {
    state: State,
    before_merge: Option<State>,
    marks: BTreeSet<OrgId>,
    /// Whom the other claim concerns: a merge carries marks along, and they stay.
    carried: BTreeSet<OrgId>,
    editors: BTreeSet<MemberId>,
    /// Who signed the draft as it stands.
    signed: BTreeMap<MemberId, OrgId>,
    n_versions: usize,
}

struct Walk<'a> {
    fresh: &'a Fresh,
    cast: &'a Cast,
    number: u64,
    chance: u64,
    case: Case,
    /// The claim that merges go into.
    other: Case,
    model: Model,
    told: Vec<String>,
}

impl<'a> Walk<'a> {
    async fn begin(fresh: &'a Fresh, cast: &'a Cast, number: u64) -> Self {
        let editor = &cast.members[0];
        let case = fresh.open_case(&format!("Uống nước số {number} khỏi bệnh."), editor).await;
        let other = fresh.open_case(&format!("Uống thuốc số {number} khỏi bệnh."), editor).await;
        let model = Model {
            state: State::Inbox,
            before_merge: None,
            marks: BTreeSet::new(),
            carried: BTreeSet::new(),
            editors: BTreeSet::new(),
            signed: BTreeMap::new(),
            n_versions: 0,
        };
        let chance = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        Self { fresh, cast, number, chance, case, other, model, told: Vec::new() }
    }

    async fn go(mut self, met: &mut BTreeMap<&'static str, u32>) {
        let mut ended = None;
        for _ in 0..STEPS {
            let by = self.anybody();
            match self.below(20) {
                0 => self.mark(&by).await,
                1 => self.lift(&by).await,
                2 => self.save(&by, met).await,
                3 if self.number.is_multiple_of(10) && ended.is_none() => {
                    // A member of one walk alone, who leaves in its midst.
                    let login = format!("guest{}", self.number);
                    let guest = self.fresh.member(&login, by.org, Role::Checker).await;
                    self.sign(&guest, met).await;
                    let (now, chance) = (self.fresh.now(), self.fresh.chance());
                    self.fresh.store.end_member(guest.id, None, now, chance).await.unwrap();
                    ended = Some(guest);
                    *met.entry("ended").or_default() += 1;
                }
                4 | 5 => self.act(&by, met).await,
                _ => self.forward(&by, met).await,
            }
            self.judge().await;
        }
    }

    /// Xorshift: the same number gives the same walk.
    fn below(&mut self, n: usize) -> usize {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        (self.chance % n as u64) as usize
    }

    fn anybody(&mut self) -> Member {
        let n = self.below(self.cast.members.len());
        self.cast.members[n].clone()
    }

    fn tell(&mut self, by: &Member, what: &str, went: bool) {
        self.told.push(format!("{} {what}: {went}", by.login));
    }

    fn is_involved(&self, by: &Member) -> bool {
        self.cast.is_involved(by.org, &self.model.marks)
    }

    /// The step that leads on; mostly by an editor, where it needs one.
    async fn forward(&mut self, by: &Member, met: &mut BTreeMap<&'static str, u32>) {
        let signs = matches!(self.model.state, State::Review | State::Correcting);
        let editor = self.cast.members[3 * self.below(4)].clone();
        let by = if signs && !self.model.editors.is_empty() { by } else { &editor };
        match self.model.state {
            State::Inbox => self.step(Action::Take, by, met).await,
            State::Open => self.step(Action::Ask, by, met).await,
            State::Verifying => {
                for host in ["www.who.int", "moh.gov.vn"] {
                    let url = format!("https://{host}/{}", self.told.len());
                    self.fresh.evidence(self.case.id, &url, by).await;
                }
                if !self.is_involved(by) {
                    self.fresh.no_reply(self.case.id, by).await;
                    self.judge().await;
                }
                self.step(Action::Draft, by, met).await;
            }
            State::Draft if self.model.editors.is_empty() => self.save(by, met).await,
            State::Draft => self.step(Action::Submit, by, met).await,
            State::Review => self.sign(by, met).await,
            State::Correcting if self.model.editors.is_empty() => self.save(by, met).await,
            State::Correcting => self.sign(by, met).await,
            State::Published => self.step(Action::Correct, by, met).await,
            State::Dismissed => self.step(Action::Reopen, by, met).await,
            State::Merged => self.step(Action::Unmerge, by, met).await,
            State::Retracted => {}
        }
    }

    async fn act(&mut self, by: &Member, met: &mut BTreeMap<&'static str, u32>) {
        let n = self.below(Action::ALL.len() + 1);
        match Action::ALL.get(n) {
            Some(Action::LastSignature | Action::LastRetractionSignature) | None => {
                self.sign(by, met).await;
            }
            Some(action) => self.step(*action, by, met).await,
        }
    }

    async fn step(&mut self, action: Action, by: &Member, met: &mut BTreeMap<&'static str, u32>) {
        let store = &self.fresh.store;
        let from = self.model.state;
        let decided = workflow::decide(self.case.state, action, by.role, self.case.before_merge);
        let to = lawful(from, action, self.model.before_merge);
        let may = is_of_the_trade(by.role) && (by.role == Role::Editor || !needs_editor(action));
        assert_eq!(decided.ok(), to.filter(|_| may), "{action:?} from {from:?} by {:?}", by.role);
        let Ok(decided) = decided else { return };
        let case = &self.case;
        let res = match action {
            Action::Merge => {
                store.merge_claim(case, self.other.claim, decided, self.fresh.act(by)).await
            }
            Action::Unmerge => store.unmerge_claim(case, decided, self.fresh.act(by)).await,
            _ => {
                let dismiss = (action == Action::Dismiss).then_some(DismissReason::Opinion);
                let with = With { dismiss, ..With::default() };
                store.act(case, (action, decided), &with, self.fresh.act(by)).await
            }
        };
        // The other claim has no answer: a public one may not hide behind it.
        let hides = action == Action::Merge && from.is_public();
        let is_merge = matches!(action, Action::Merge | Action::Unmerge);
        let of_other = is_merge && self.cast.is_involved(by.org, &self.model.carried);
        let went = !self.is_involved(by) && !of_other && !hides;
        assert_eq!(res.is_ok(), went, "{action:?} by {}: {res:?}; {:?}", by.login, self.told);
        self.tell(by, action.code(), went);
        if !went {
            *met.entry("refused: involved").or_default() += 1;
            return;
        }
        self.model.before_merge = (action == Action::Merge).then_some(from);
        self.model.state = decided;
        if action == Action::Merge {
            self.model.carried.extend(&self.model.marks);
            *met.entry("merged").or_default() += 1;
        }
        if matches!(action, Action::SendBack | Action::AbandonCorrection | Action::Correct) {
            self.model.signed.clear();
        }
        if action == Action::Correct {
            self.model.editors.clear();
        }
    }

    async fn mark(&mut self, by: &Member) {
        let store = &self.fresh.store;
        let n = self.below(self.cast.parents.len());
        let org = self.cast.parents[n].0;
        let res = store.mark_involved(self.case.claim, org, "liên quan", self.fresh.act(by)).await;
        let is_new = self.model.marks.insert(org);
        assert_eq!(res.is_ok(), is_new, "{res:?}");
        if is_new {
            self.model.signed.clear();
        }
        self.tell(by, "mark", is_new);
    }

    async fn lift(&mut self, by: &Member) {
        let Some(&org) = self.model.marks.first() else { return };
        let store = &self.fresh.store;
        let res = store.lift_involved(self.case.claim, org, "nhầm", self.fresh.act(by)).await;
        let went = !self.is_involved(by);
        assert_eq!(res.is_ok(), went, "{res:?}; {:?}", self.told);
        if went {
            self.model.marks.remove(&org);
            self.model.signed.clear();
        }
        self.tell(by, "lift", went);
    }

    async fn save(&mut self, by: &Member, met: &mut BTreeMap<&'static str, u32>) {
        let class = match (self.model.n_versions, self.below(3)) {
            (0, _) => VersionClass::First,
            (_, 0) => VersionClass::Retraction,
            _ => VersionClass::VerdictChange,
        };
        let n = self.below(Rating::ALL.len());
        let content = Content { rating: Rating::ALL[n], ..content(class) };
        let res = self.fresh.save(self.case.id, &content, by).await;
        let open = matches!(self.model.state, State::Draft | State::Correcting);
        let went = open && !self.is_involved(by);
        assert_eq!(res.is_ok(), went, "{res:?}; {:?}", self.told);
        if went {
            self.model.editors.insert(by.id);
            self.model.signed.clear();
            *met.entry("drafted").or_default() += 1;
        }
        self.tell(by, "save", went);
    }

    async fn sign(&mut self, by: &Member, met: &mut BTreeMap<&'static str, u32>) {
        if self.fresh.store.draft(self.case.id).await.unwrap().is_none() {
            return;
        }
        let from = self.model.state;
        let res = self.fresh.sign(self.case.id, by).await;
        self.tell(by, "sign", res.is_ok());
        let Ok(signed) = res else { return };
        let told = format!("{signed:?} by {} in walk {}: {:?}", by.login, self.number, self.told);
        assert!(matches!(from, State::Review | State::Correcting), "{told}");
        assert!(is_of_the_trade(by.role) && by.role != Role::Contributor, "{told}");
        assert!(!self.is_involved(by), "an involved organisation signed: {told}");
        assert!(!self.model.editors.contains(&by.id), "an editor signed: {told}");
        assert_eq!(self.model.signed.insert(by.id, by.org), None, "signed twice: {told}");
        let Signed::Published { .. } = signed else { return };
        let voices: BTreeSet<OrgId> =
            self.model.signed.values().map(|&it| self.voice(it)).collect();
        assert!(2 <= voices.len(), "one voice published: {told}");
        let versions = self.fresh.store.versions(self.case.claim).await.unwrap();
        let class = versions[0].document.content.class;
        self.model.n_versions += 1;
        self.model.state = State::Published;
        *met.entry("published").or_default() += 1;
        if 1 < self.model.n_versions {
            *met.entry("corrected").or_default() += 1;
        }
        if class == VersionClass::Retraction {
            self.model.state = State::Retracted;
            *met.entry("retracted").or_default() += 1;
        }
    }

    /// Bodies under one top parent are one voice when the claim concerns that tree.
    fn voice(&self, org: OrgId) -> OrgId {
        let top = self.cast.top(org);
        let concerned = self.model.marks.iter().any(|&it| self.cast.top(it) == top);
        if concerned { top } else { org }
    }

    /// Holds the database against the model.
    async fn judge(&mut self) {
        let store = &self.fresh.store;
        let case = store.case(self.case.id).await.unwrap().unwrap();
        let told = format!("walk {}: {:?}", self.number, self.told);
        assert_eq!(case.state, self.model.state, "{told}");
        assert_eq!(case.before_merge, self.model.before_merge, "{told}");
        assert_eq!(case.dismissed.is_some(), case.state == State::Dismissed, "{told}");
        let versions = store.versions(case.claim).await.unwrap();
        assert_eq!(versions.len(), self.model.n_versions, "{told}");
        for it in &versions {
            let entry = store.log_entries(it.log_idx, 1).await.unwrap().remove(0);
            let hash = hex::encode(it.document.salted_hash(it.salt));
            assert!(entry.idx == it.log_idx && entry.entry.contains(&hash), "{told}");
            assert!(2 <= it.document.signed_by.len(), "{told}");
        }
        if let Some(draft) = store.draft(case.id).await.unwrap() {
            // A version that went out leaves its signatures behind, and they count for nothing.
            if matches!(case.state, State::Review | State::Correcting) {
                let fit = draft.signatures.iter().all(|it| it.hash == draft.hash);
                assert!(fit, "a signature under another draft; {told}");
            }
        }
        self.case = case;
    }
}

fn is_of_the_trade(role: Role) -> bool {
    matches!(role, Role::Checker | Role::Editor)
}

fn needs_editor(action: Action) -> bool {
    matches!(
        action,
        Action::Draft
            | Action::Submit
            | Action::SendBack
            | Action::Correct
            | Action::AbandonCorrection
    )
}

/// The way of a case, as DESIGN.md section 4 draws it.
fn lawful(from: State, action: Action, before_merge: Option<State>) -> Option<State> {
    use {Action as A, State as S};
    Some(match (from, action) {
        (S::Inbox, A::Take) | (S::Dismissed, A::Reopen) => S::Open,
        (S::Open, A::Ask) => S::Verifying,
        (S::Verifying, A::Draft) | (S::Review, A::SendBack) => S::Draft,
        (S::Draft, A::Submit) => S::Review,
        (S::Inbox | S::Open | S::Verifying, A::Dismiss) => S::Dismissed,
        (S::Published, A::Correct) => S::Correcting,
        (S::Correcting, A::AbandonCorrection) => S::Published,
        (S::Merged, A::Unmerge) => return before_merge,
        (S::Review | S::Correcting | S::Merged, A::Merge) => return None,
        (_, A::Merge) => S::Merged,
        _ => return None,
    })
}
