//! A desk that is served on a port of this machine, with everything that a reader can meet: answers in
//! one language and in two, one that was corrected, one that was withdrawn, one without a rating on
//! the scale, one that was contested, places, a claim that waits, and a signed log.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use kiemtin::app::App;
use kiemtin::app::clock::Clock;
use kiemtin::config::Place;
use kiemtin::fetch::{Fetcher, Guard, Setup};
use kiemtin::jobs::{self, Reach};
use kiemtin::{site, web};
use kiemtin_core::lang::Localised;
use kiemtin_core::rating::Rating;
use kiemtin_core::review::{Content, VersionClass};
use kiemtin_core::time::Timestamp;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::http;
use crate::helper::desk::{BEGINS, PUBLIC_URL, TempFolder};
use crate::helper::story::{Cast, Story, content};

/// What people ask for at the site.
pub(super) const ASKED: &str = "an toi song phong benh covid-19";

/// A clock that moves on whenever somebody looks: nobody fills in a form in no time.
#[derive(Debug)]
struct Striding(AtomicI64);

/// Longer than a form takes that is filled in by nobody, and far shorter than one is good for.
const STRIDE_MS: i64 = 5_000;

impl Clock for Striding {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.fetch_add(STRIDE_MS, Ordering::Relaxed))
    }
}

/// The served desk. Dropping it ends it.
pub(super) struct Site {
    pub(super) address: SocketAddr,
    stop: CancellationToken,
    _folder: TempFolder,
}

impl Site {
    pub(super) async fn open() -> Self {
        let folder = TempFolder::new();
        let begins = Timestamp::parse(BEGINS).expect("valid").millis();
        let place = Place { data: folder.path(""), database: None, model: None };
        let clock = Arc::new(Striding(AtomicI64::new(begins)));
        let app = App::open(&place, PUBLIC_URL, clock, true).await.expect("a new desk opens");
        fill(&app).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let stop = CancellationToken::new();
        let router = site::router(app);
        tokio::spawn(web::listen::serve(listener, router, None, stop.clone()));
        Self { address, stop, _folder: folder }
    }

    pub(super) fn get(&self, path: &str) -> http::Got {
        http::get(self.address, path, &[])
    }

    /// Contests the first answer, as a reader does.
    pub(super) fn is_contested(&self) {
        let page = self.get("/vi/c/1/contest").text();
        let form = page.split_once("name=\"form\" value=\"").and_then(|it| it.1.split_once('"'));
        let text = "Nghiên cứu được dẫn nói về hành tây chứ không nói về tỏi.";
        let fields = [("form", form.expect("a form").0), ("kind", "fact"), ("text", text)];
        let sent = http::post(self.address, "/vi/c/1/contest", &fields);
        assert_eq!(sent.status, 303, "{}", sent.text());
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn fill(app: &Arc<App>) {
    let cast = Cast::of(app).await;
    let garlic = cast.publishes(app, &Story::garlic()).await;
    let lockdown = cast.publishes(app, &Story::lockdown()).await;
    cast.places(app, lockdown.claim, &["01", "00070"]).await;
    let corrected = Content {
        class: VersionClass::VerdictChange,
        rating: Rating::MostlyFalse,
        reason: Localised::new("Có nghiên cứu <mới> & khác.", "A <new> study & more."),
        ..content(&Story::garlic())
    };
    cast.corrects(app, garlic, &corrected).await;
    let withdrawn = cast.publishes(app, &lemon()).await;
    let retraction = Content {
        class: VersionClass::Retraction,
        reason: Localised::new("Nguồn đã rút bài.", "The source withdrew its article."),
        ..content(&lemon())
    };
    cast.corrects(app, withdrawn, &retraction).await;
    cast.publishes(app, &salt()).await;
    let storm = cast.begins(app, &storm()).await;
    cast.releases(app, storm).await;
    let url = Url::parse(PUBLIC_URL).expect("an address");
    let guard = Guard::new(&url, &[]).expect("a guard");
    let fetcher = Fetcher::new(Setup::new(guard, url)).expect("TLS is there");
    let reach = Reach::pages(fetcher).expect("no witnesses");
    while 0 < jobs::drain(app, &reach).await.expect("done") {}
}

fn lemon() -> Story {
    Story {
        claim: Localised::new(
            "Uống nước chanh nóng chữa khỏi bệnh cúm.",
            "Drinking hot lemon water cures the flu.",
        ),
        answer: Localised::new("Nước chanh không chữa cúm.", "Lemon water does not cure flu."),
        body: Localised::new("Chưa có nghiên cứu nào.", "There is no study."),
        rating: Rating::False,
    }
}

fn salt() -> Story {
    Story {
        claim: Localised::new(
            "Súc miệng nước muối mỗi giờ diệt hết vi rút trong cổ họng.",
            "Gargling salt water every hour kills all viruses in the throat.",
        ),
        answer: Localised::new("Chưa đủ căn cứ để kết luận.", "There is not enough evidence."),
        body: Localised::new("Các nghiên cứu còn ít và nhỏ.", "Studies are few and small."),
        rating: Rating::Unproven,
    }
}

fn storm() -> Story {
    Story {
        claim: Localised::new("Bão số 9 vào Đà Nẵng tối nay.", "Storm 9 reaches Da Nang tonight."),
        ..salt()
    }
}
