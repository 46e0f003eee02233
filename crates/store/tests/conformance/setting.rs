//! A fresh desk on each engine, and people, messages and cases to try things with.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use kiemtin_core::case::{Capture, SourceKind, Stance};
use kiemtin_core::ids::{
    CaseId, ClaimId, EvidenceId, GroupId, MemberId, MessageId, OpinionId, OrgId,
};
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::message::{self, Door, NewMessage, Publishers, RawMessage};
use kiemtin_core::organisation::{OrgKind, OrgSlug};
use kiemtin_core::permission::Role;
use kiemtin_core::rating::Rating;
use kiemtin_core::receipt::ReceiptHash;
use kiemtin_core::reply::{NotAsked, Reply};
use kiemtin_core::review::{Content, Salt, VersionClass};
use kiemtin_core::sign_off::DraftHash;
use kiemtin_core::time::Timestamp;
use kiemtin_core::workflow::{self, Action};
use kiemtin_store::cases::{Case, With};
use kiemtin_store::claims::{NewClaim, Origin};
use kiemtin_store::evidence::{Blob, Evidence, Kept};
use kiemtin_store::groups::{Into, NewGroup, Sorted};
use kiemtin_store::jobs::Leased;
use kiemtin_store::members::Member;
use kiemtin_store::messages::{Channel, Intake};
use kiemtin_store::opinions::Opinion;
use kiemtin_store::organisations::Org;
use kiemtin_store::reviews::Signed;
use kiemtin_store::{Act, Chance, Desk, Rule, Store, StoreError, StoreResult};

/// 1 November 2026, 00:00 UTC: when every desk of the tests begins.
pub const BEGIN: Timestamp = Timestamp::from_millis(1_793_491_200_000);

/// The server that facts may use too.
pub fn postgres_admin() -> Option<String> {
    std::env::var("KIEMTIN_TEST_POSTGRES").ok().filter(|it| !it.is_empty())
}

/// Tries a fact on a fresh desk of each engine.
pub async fn each(fact: impl AsyncFn(&Fresh)) {
    for engine in engines() {
        let fresh = Fresh::new(engine, false).await;
        fact(&fresh).await;
        fresh.store.close().await;
    }
}

/// Which engines this run covers.
pub fn engines() -> Vec<&'static str> {
    let mut engines = vec!["SQLite"];
    engines.extend(postgres_admin().map(|_| "PostgreSQL"));
    engines
}

/// Where a desk lies; gone when dropped.
pub enum Place {
    Folder(PathBuf),
    Database { admin: String, name: String },
}

impl Place {
    pub async fn new(engine: &str) -> Self {
        static N: AtomicU64 = AtomicU64::new(0);
        let n = N.fetch_add(1, Ordering::Relaxed);
        let name = format!("kiemtin_test_{}_{n}", std::process::id());
        if engine == "SQLite" {
            let folder = std::env::temp_dir().join(name);
            std::fs::create_dir(&folder).unwrap();
            return Self::Folder(folder);
        }
        let admin = postgres_admin().unwrap();
        on_server(&admin, format!("create database {name} template template0")).await;
        Self::Database { admin, name }
    }

    pub fn folder(&self) -> &Path {
        match self {
            Self::Folder(folder) => folder,
            Self::Database { .. } => panic!("this fact is about SQLite"),
        }
    }

    pub fn file(&self) -> PathBuf {
        self.folder().join("desk.db")
    }

    pub fn url(&self) -> String {
        match self {
            Self::Folder(_) => panic!("this fact is about PostgreSQL"),
            Self::Database { admin, name } => {
                let (server, _) = admin.rsplit_once('/').unwrap();
                format!("{server}/{name}")
            }
        }
    }

    pub async fn open(&self, demo: bool) -> StoreResult<Store> {
        static N: AtomicU64 = AtomicU64::new(1);
        let id = uuid::Uuid::from_u128(N.fetch_add(1, Ordering::Relaxed).into());
        let new = Desk { id, demo, created_at: BEGIN };
        match self {
            Self::Folder(_) => Store::open_sqlite(&self.file(), new).await,
            Self::Database { .. } => Store::open_postgres(&self.url(), new).await,
        }
    }

    /// Runs a statement past the store.
    pub async fn tamper(&self, sql: &'static str) -> Result<(), sqlx::Error> {
        match self {
            Self::Folder(_) => {
                let url = format!("sqlite://{}", self.file().display());
                let pool = sqlx::SqlitePool::connect(&url).await?;
                let res = sqlx::raw_sql(sql).execute(&pool).await.map(drop);
                pool.close().await;
                res
            }
            Self::Database { .. } => {
                let pool = sqlx::PgPool::connect(&self.url()).await?;
                let res = sqlx::raw_sql(sql).execute(&pool).await.map(drop);
                pool.close().await;
                res
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        match self {
            Self::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            Self::Database { admin, name } => {
                let (admin, sql) = (admin.clone(), format!("drop database {name} with (force)"));
                let work = move || {
                    let mut runtime = tokio::runtime::Builder::new_current_thread();
                    let runtime = runtime.enable_all().build().unwrap();
                    runtime.block_on(on_server(&admin, sql));
                };
                drop(std::thread::spawn(work).join());
            }
        }
    }
}

async fn on_server(admin: &str, sql: String) {
    let pool = sqlx::PgPool::connect(admin).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    pool.close().await;
}

/// What a job that kept a page found.
pub fn kept(blob: Blob, stamp: bool) -> Kept {
    Kept {
        blob,
        url: "https://site.example/page".to_owned(),
        host: "site.example".to_owned(),
        validator: Some("\"1\"".to_owned()),
        text_sha256: Some("ab".repeat(32)),
        stamp,
    }
}

/// A desk that nobody has used yet.
pub struct Fresh {
    pub store: Store,
    pub place: Place,
    clock: AtomicI64,
    n_chances: AtomicU64,
}

impl Fresh {
    pub async fn new(engine: &str, demo: bool) -> Self {
        let place = Place::new(engine).await;
        let store = place.open(demo).await.unwrap();
        assert_eq!(store.engine_name(), engine);
        Self { store, place, clock: AtomicI64::new(0), n_chances: AtomicU64::new(1) }
    }

    /// A second later than the last time.
    pub fn now(&self) -> Timestamp {
        BEGIN.plus_millis(1_000 * self.clock.fetch_add(1, Ordering::Relaxed))
    }

    /// Lets time pass.
    pub fn wait(&self, millis: i64) {
        self.clock.fetch_add(millis / 1_000, Ordering::Relaxed);
    }

    /// Ten bytes that no other call gives.
    pub fn chance(&self) -> Chance {
        let n = self.n_chances.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        std::array::from_fn(|it| if it < 2 { 0 } else { n[it - 2] })
    }

    /// What a member does a second later than the last time.
    pub fn act<'a>(&self, by: &'a Member) -> Act<'a> {
        Act { by, at: self.now(), chance: self.chance() }
    }

    pub async fn org(&self, slug: &str) -> OrgId {
        self.org_under(slug, None).await
    }

    pub async fn org_under(&self, slug: &str, parent: Option<OrgId>) -> OrgId {
        let org = self.new_org(slug, parent);
        self.store.add_org(&org, self.now()).await.unwrap();
        org.id
    }

    pub fn new_org(&self, slug: &str, parent: Option<OrgId>) -> Org {
        Org {
            id: OrgId::new(self.now(), self.chance()),
            slug: OrgSlug::parse(slug).unwrap(),
            name: slug.to_uppercase(),
            kind: OrgKind::Institute,
            parent,
        }
    }

    pub async fn member(&self, login: &str, org: OrgId, role: Role) -> Member {
        let id = MemberId::new(self.now(), self.chance());
        let member = Member { id, org, login: login.to_owned(), role };
        self.store.add_member(&member, "hash", self.now()).await.unwrap();
        member
    }

    /// A message from a file, about `text`, known by its text.
    pub fn intake(&self, text: &str) -> Intake {
        Intake {
            id: MessageId::new(self.now(), self.chance()),
            channel: Channel::Import,
            message: new_message(text),
            origin_hmac: None,
            exact_hash: exact_hash(text),
            sketch: text.as_bytes().to_vec(),
            picture: None,
            receipt: None,
        }
    }

    pub fn tip(&self, text: &str) -> (Intake, ReceiptHash) {
        let intake = self.intake(text);
        let mut hash = [0; 32];
        hash[..16].copy_from_slice(intake.id.0.as_bytes());
        let receipt = ReceiptHash(hash);
        (Intake { channel: Channel::Tip, receipt: Some(receipt), ..intake }, receipt)
    }

    pub async fn take_in(&self, batch: &[Intake]) -> u64 {
        self.store.take_in(batch, self.now(), self.chance()).await.unwrap()
    }

    pub async fn job(&self, name: &'static str) -> Leased {
        let job = self.store.lease_job_named(name, self.now()).await.unwrap();
        job.expect("a job is due")
    }

    pub fn new_group(&self, text: &str) -> NewGroup {
        NewGroup {
            id: GroupId::new(self.now(), self.chance()),
            exact_hash: exact_hash(text),
            sketch: text.as_bytes().to_vec(),
            facts: vec![1, 0, 0, 0, 0],
            lang: Lang::Vi,
            matches: Vec::new(),
            tie: None,
        }
    }

    /// Takes a message in and sorts it into a group of its own.
    pub async fn group(&self, text: &str) -> (GroupId, MessageId) {
        let intake = self.intake(text);
        let group = self.new_group(text);
        (self.sorted(intake.clone(), group).await, intake.id)
    }

    /// Takes a message in and sorts it into a group that begins with it.
    pub async fn sorted(&self, intake: Intake, group: NewGroup) -> GroupId {
        let (id, message) = (group.id, intake.id);
        self.take_in(&[intake]).await;
        let job = self.job("sort_messages").await;
        let sorted = Sorted {
            groups: vec![group],
            messages: vec![(message, Into::New(0))],
            ..Sorted::default()
        };
        self.store
            .sort(std::slice::from_ref(&job), &sorted, self.now(), self.chance())
            .await
            .unwrap();
        id
    }

    /// Takes messages in and sorts them into a group that is there.
    pub async fn joined(&self, group: GroupId, intakes: &[Intake]) {
        self.take_in(intakes).await;
        let job = self.job("sort_messages").await;
        let messages = intakes.iter().map(|it| (it.id, Into::Known(group))).collect();
        let sorted = Sorted { groups: Vec::new(), messages, ..Sorted::default() };
        self.store
            .sort(std::slice::from_ref(&job), &sorted, self.now(), self.chance())
            .await
            .unwrap();
    }

    pub fn new_claim(&self, text: &str) -> NewClaim {
        NewClaim {
            id: ClaimId::new(self.now(), self.chance()),
            lang: Lang::Vi,
            text: Localised::new(text, ""),
            title: None,
            body: None,
            topic: Some("health".to_owned()),
            outlet: Some("Facebook posts".to_owned()),
            first_seen: None,
            origin: Origin::Desk,
            origin_hmac: None,
            variants: Vec::new(),
            foreign: None,
        }
    }

    pub async fn claim(&self, text: &str) -> ClaimId {
        let claim = self.new_claim(text);
        assert_eq!(
            self.store.add_claims(std::slice::from_ref(&claim), self.now()).await.unwrap(),
            1
        );
        claim.id
    }

    pub async fn open_case(&self, text: &str, by: &Member) -> Case {
        let id = CaseId::new(self.now(), self.chance());
        let claim = self.new_claim(text);
        self.store.open_case(id, &claim, self.act(by)).await.unwrap();
        self.store.case(id).await.unwrap().unwrap()
    }

    pub async fn try_step(
        &self,
        case: &Case,
        action: Action,
        with: &With,
        by: &Member,
    ) -> StoreResult<Case> {
        let to = workflow::decide(case.state, action, by.role, case.before_merge)
            .unwrap_or_else(|err| panic!("{action:?} from {:?}: {err}", case.state));
        self.store.act(case, (action, to), with, self.act(by)).await?;
        Ok(self.store.case(case.id).await?.unwrap())
    }

    pub async fn step(&self, case: &Case, action: Action, by: &Member) -> Case {
        self.try_step(case, action, &With::default(), by).await.unwrap()
    }

    pub fn new_evidence(&self, url: &str, org: OrgId, capture: Capture) -> Evidence {
        Evidence {
            id: EvidenceId::new(self.now(), self.chance()),
            org,
            stance: Stance::Against,
            publisher: "WHO".to_owned(),
            title: "Mythbusters".to_owned(),
            url: url.to_owned(),
            published: None,
            note: Localised::new("Không có bằng chứng.", ""),
            quote: Localised::new("", "There is no evidence that it helps."),
            kind: Some(SourceKind::Secondary),
            interest: Localised::default(),
            capture,
            blob: None,
            handed_in: false,
        }
    }

    /// Adds evidence and lets its capture succeed.
    pub async fn evidence(&self, case: CaseId, url: &str, by: &Member) -> EvidenceId {
        let new = self.new_evidence(url, by.org, Capture::Pending);
        self.store.add_evidence(case, &new, self.act(by)).await.unwrap();
        let job = self.job("capture_evidence").await;
        let sha256 = format!("{:064x}", self.n_chances.load(Ordering::Relaxed));
        let (bytes, media_type) = (b"the page.".to_vec(), "text/html".to_owned());
        let blob = Blob { sha256: sha256.clone(), bytes, media_type };
        self.ends_capture(&job, new.id, &kept(blob, false), &sha256).await;
        new.id
    }

    /// Ends a capture of a page with this hash.
    pub async fn ends_capture(&self, job: &Leased, id: EvidenceId, kept: &Kept, page: &str) {
        let capture = Capture::Archived { sha256: page.to_owned() };
        let (now, chance) = (self.now(), self.chance());
        self.store.end_capture(job, id, &capture, Some(kept), now, chance).await.unwrap();
    }

    /// Says that nobody is there to be asked for a reply.
    pub async fn no_reply(&self, case: CaseId, by: &Member) {
        let reply = Reply::NotAsked { why: NotAsked::NoSource, note: String::new() };
        self.store.record_reply(case, &reply, self.act(by)).await.unwrap();
    }

    pub fn new_opinion(&self, by: &Member) -> Opinion {
        Opinion {
            id: OpinionId::new(self.now(), self.chance()),
            org: by.org,
            rating: Rating::False,
            text: format!("what {} thinks", by.login),
            interest: String::new(),
            given: self.now(),
            relies_on: Vec::new(),
        }
    }

    pub async fn opinion(&self, case: CaseId, by: &Member) -> StoreResult<()> {
        let opinion = self.new_opinion(by);
        self.store.org(by.org).give_opinion(case, &opinion, by, self.chance()).await
    }

    pub async fn save(&self, case: CaseId, content: &Content, by: &Member) -> StoreResult<()> {
        let seen = self.store.draft(case).await?.map(|it| it.content.written().hash());
        self.store.save_draft(case, content, seen, self.act(by)).await
    }

    pub async fn hash(&self, case: CaseId) -> DraftHash {
        self.store.draft(case).await.unwrap().unwrap().hash
    }

    /// Signs the draft as it stands.
    pub async fn sign(&self, case: CaseId, by: &Member) -> StoreResult<Signed> {
        let hash = self.hash(case).await;
        let salt = Salt([9; 32]);
        self.store.sign(case, hash, self.act(by), salt).await
    }

    /// Two organisations with an editor and a checker each.
    pub async fn two_orgs(&self) -> People {
        let (health, press) = (self.org("health").await, self.org("press").await);
        People {
            editor: self.member("editor", health, Role::Editor).await,
            health: self.member("health", health, Role::Checker).await,
            press: self.member("press", press, Role::Checker).await,
        }
    }

    /// A case whose complete draft waits for signatures.
    pub async fn case_in_review(&self, people: &People) -> Case {
        let case = self.open_case("Uống nước chanh chữa được cúm.", &people.editor).await;
        let case = self.step(&case, Action::Take, &people.editor).await;
        let case = self.step(&case, Action::Ask, &people.editor).await;
        self.opinion(case.id, &people.health).await.unwrap();
        self.opinion(case.id, &people.press).await.unwrap();
        self.evidence(case.id, "https://www.who.int/a", &people.health).await;
        self.evidence(case.id, "https://moh.gov.vn/b", &people.press).await;
        self.no_reply(case.id, &people.press).await;
        let case = self.step(&case, Action::Draft, &people.editor).await;
        self.save(case.id, &content(VersionClass::First), &people.editor).await.unwrap();
        self.step(&case, Action::Submit, &people.editor).await
    }

    /// A case whose answer is out.
    pub async fn published(&self, people: &People) -> Case {
        let case = self.case_in_review(people).await;
        self.sign(case.id, &people.health).await.unwrap();
        let signed = self.sign(case.id, &people.press).await.unwrap();
        assert!(matches!(signed, Signed::Published { version: 1, .. }), "{signed:?}");
        self.store.case(case.id).await.unwrap().unwrap()
    }
}

/// Who acts in most facts.
pub struct People {
    /// Of the organisation `health`.
    pub editor: Member,
    /// A checker of `health`.
    pub health: Member,
    /// A checker of `press`.
    pub press: Member,
}

pub fn content(class: VersionClass) -> Content {
    let is_later = class != VersionClass::First;
    Content {
        claim: Localised::new("Uống nước chanh chữa được cúm.", ""),
        rating: Rating::False,
        answer: Localised::new("Không.", ""),
        body: Localised::new("Nước chanh tốt, nhưng không chữa được cúm.", ""),
        why: Localised::new("Lan truyền rộng.", ""),
        single_source: Localised::default(),
        none_against: false,
        evidence: Vec::new(),
        appears_on: Vec::new(),
        picture: None,
        opinions: Vec::new(),
        reply: None,
        meetings: Vec::new(),
        class,
        reason: Localised::new(if is_later { "Viết rõ hơn." } else { "" }, ""),
    }
}

/// What the door makes of a text that holds nothing to mask: the only way to a `NewMessage`.
pub fn new_message(text: &str) -> NewMessage {
    let raw = RawMessage {
        text: text.to_owned(),
        lang: Some(Lang::Vi),
        source: Some("Facebook posts".to_owned()),
        ..RawMessage::default()
    };
    let (publishers, now) = (Publishers::default(), Timestamp::from_millis(0));
    let door = Door { key: &[7; 32], publishers: &publishers, now };
    message::admit(raw, &door).expect("a plain text is let in")
}

/// Any hash will do, if equal texts have equal ones; this one uses all 64 bits.
pub fn exact_hash(text: &str) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    text.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[track_caller]
pub fn is_stale<T: std::fmt::Debug>(res: StoreResult<T>) {
    assert!(matches!(res, Err(StoreError::Stale)), "{res:?}");
}

#[track_caller]
pub fn breaks<T: std::fmt::Debug>(res: StoreResult<T>, rule: Rule) {
    assert!(matches!(&res, Err(StoreError::Rule(it)) if *it == rule), "{rule:?}: {res:?}");
}

/// The sentence of a refusal.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(res: StoreResult<T>) -> String {
    match res {
        Err(StoreError::Refused(why)) => why,
        Err(StoreError::Rule(rule)) => rule.to_string(),
        other => panic!("expected a refusal: {other:?}"),
    }
}
