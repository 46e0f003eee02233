//! Sources: what is taken from each kind, how their servers are asked, and what happens when these
//! misbehave. The servers are real ones on this machine; the clock of the desk is moved by hand.

mod hostile;
mod hubs;
mod kinds;
mod local;
mod manners;
mod many;
pub(crate) mod pages;

use std::sync::Arc;
use std::time::Duration;

use kiemtin::app::clock::chance;
use kiemtin::collect::manners::Patience;
use kiemtin::collect::{Collector, Habits};
use kiemtin_core::ids::SourceId;
use kiemtin_core::source::{Kind, Stated};
use kiemtin_core::time::DAY_MS;
use kiemtin_store::sources::{NewSource, Round, Source};
use tokio::sync::mpsc;

use crate::helper::desk::TestDesk;
use crate::helper::web::Web;

/// Long enough for a busy machine, short enough for a test that waits for it.
const TIMEOUT: Duration = Duration::from_secs(3);
/// The pause between two requests to one host.
const PAUSE: Duration = Duration::from_millis(60);
const PATIENCE: Patience = Patience {
    between: PAUSE,
    rules: Duration::from_secs(3600),
    no_rules: Duration::from_secs(3600),
};

/// A desk with a collector to which some hosts are a server of the test's.
struct Collecting {
    desk: TestDesk,
    collector: Arc<Collector>,
}

impl Collecting {
    async fn new(web: &Web, hosts: &[&str]) -> Self {
        Self::patient(web, hosts, TIMEOUT).await
    }

    async fn patient(web: &Web, hosts: &[&str], timeout: Duration) -> Self {
        let desk = TestDesk::new().await;
        let fetcher = web.fetcher(hosts, timeout);
        let search_key = Some("the-key".to_owned());
        let habits = Habits { patience: PATIENCE, search_key, subscribes: true };
        let collector = Arc::new(Collector::new(desk.app.clone(), fetcher, habits));
        Self { desk, collector }
    }

    async fn add(&self, kind: Kind, location: &str) -> SourceId {
        self.add_as(new(kind, location)).await
    }

    async fn add_as(&self, new: NewSource) -> SourceId {
        let app = &self.desk.app;
        app.store.add_source(&new, None, app.now(), chance()).await.expect("added");
        app.reload_publishers().await.expect("listed");
        new.id
    }

    /// A round to each source that is due.
    async fn once(&self) -> Vec<(Source, Round)> {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        self.collector.once(sender).await.expect("the store works");
        let mut rounds = Vec::new();
        while let Some(round) = receiver.recv().await {
            rounds.push(round);
        }
        rounds
    }

    /// The one round that is due, with what was wrong and how many texts were new.
    async fn round(&self) -> (Option<String>, u64) {
        let rounds = self.once().await;
        assert_eq!(rounds.len(), 1, "one source is due");
        (rounds[0].1.trouble.clone(), rounds[0].1.n_new)
    }

    /// A day later.
    async fn next_day(&self) -> (Option<String>, u64) {
        self.desk.clock.advance(DAY_MS + DAY_MS / 8);
        self.round().await
    }

    /// All texts of the desk, with where each stood, in the order in which they came.
    async fn texts(&self) -> Vec<(String, Option<String>, Option<String>)> {
        let groups = self.desk.sorts().await;
        let mut all = Vec::new();
        for group in groups {
            let found = self.desk.app.store.messages_of_group(group, 50).await.expect("messages");
            all.extend(found.into_iter().map(|it| (it.text, it.url, it.source)));
        }
        all.sort();
        all
    }

    /// Every row of the desk, as a backup would hold it.
    async fn everything(&self) -> String {
        let mut all = String::new();
        let dump = self.desk.app.store.dump(|chunk| {
            all += &chunk.lines;
            Ok(())
        });
        dump.await.expect("a dump");
        all
    }

    async fn source(&self, id: SourceId) -> Source {
        self.desk.app.store.source(id).await.expect("the store works").expect("it is there")
    }
}

fn new(kind: Kind, location: &str) -> NewSource {
    let host = url::Url::parse(location).ok().and_then(|it| it.host_str().map(str::to_owned));
    NewSource {
        id: SourceId::new(kiemtin_core::time::Timestamp::from_millis(0), chance()),
        kind,
        stated: Stated::parse("Báo Ví Dụ", "trích dẫn, có liên kết", "tin đồn").expect("valid"),
        location: location.to_owned(),
        host: host.filter(|_| !kind.is_local()),
        pattern: None,
        follows: false,
    }
}
