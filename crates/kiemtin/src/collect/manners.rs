//! Manners: how other people's servers are asked. Every request of a collector passes here.
//!
//! One request at a time and a pause after each, host by host; what `robots.txt` asks is done
//! (RFC 9309); a server that says how long to wait is left alone for so long. Whoever waits for one
//! host holds nobody else up. Not here: which addresses may be fetched at all (`fetch`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kiemtin_core::host;
use kiemtin_core::source::asked::retry_after;
use kiemtin_core::source::whose::{BadSource, source_url};
use kiemtin_core::time::Timestamp;
use kiemtin_extract::Robots;
use tokio::sync::{Mutex as Turns, Semaphore};
use tokio::time::Instant;
use url::{Position, Url};

use crate::app::clock::Clock;
use crate::fetch::{Accept, Answer, Fetcher, Known, NotFetched, REDIRECTS_MAX, Visit};

/// The name by which `robots.txt` knows us; the user agent begins with it.
pub const PRODUCT: &str = "KiemTin";
/// Requests on their way at the same time, to all hosts together: each may hold a whole page.
const AT_ONCE_MAX: usize = 48;
/// Those among them that go to hosts that were too slow the last time: they wait for one another, and
/// nobody else waits for them.
const SLOW_AT_ONCE_MAX: usize = 8;
/// Hosts that are remembered. Of those that nobody waits for the rest is forgotten.
const HOSTS_MAX: usize = 5_000;
/// `robots.txt` files of one host: http, https and a port or two.
const RULES_MAX: usize = 8;
/// The longest that a server may ask to be left alone: more is a mistake in its settings.
const CLOSED_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a host is left alone that is too busy and does not say how long.
const BUSY: Duration = Duration::from_secs(60);

/// How patient the collector is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The pause after each request to a host that names none.
    pub between: Duration,
    /// How long the rules of a host are kept (RFC 9309 section 2.4: at most 24 hours).
    pub rules: Duration,
    /// How long a host is left alone whose rules could not be read.
    pub no_rules: Duration,
}

/// As the desk runs: a page a second is what a reader takes.
pub const PATIENCE: Patience = Patience {
    between: Duration::from_secs(1),
    rules: Duration::from_secs(12 * 60 * 60),
    no_rules: Duration::from_secs(60 * 60),
};

/// Why a polite visitor brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAsked {
    /// An address that can be no source: also one that a page sends on to.
    #[error(transparent)]
    Place(#[from] BadSource),
    /// The site asks programs not to read it.
    #[error("The site's robots.txt asks programs not to read this address.")]
    Robots,
    /// The rules of the site cannot be read, so nothing is (RFC 9309 section 2.3.1.4).
    #[error("The site's robots.txt cannot be read now, so nothing else is read there either.")]
    NoRules,
    /// The site wants to be left alone for a while.
    #[error("The site asked to be left alone for a while.")]
    Busy {
        /// Until then.
        until: Timestamp,
    },
    /// It leads to another publisher's page, which nobody added as a source.
    #[error("The address leads to another publisher's page, which is no part of this source.")]
    Elsewhere,
    /// The request itself failed.
    #[error(transparent)]
    Failed(#[from] NotFetched),
}

impl NotAsked {
    /// The reason as a code with what belongs to it: pages say it in the member's language.
    pub fn code(&self) -> String {
        match self {
            Self::Place(bad) => place_code(*bad).to_owned(),
            Self::Robots => "robots".to_owned(),
            Self::NoRules => "rules".to_owned(),
            Self::Busy { .. } => "busy".to_owned(),
            Self::Elsewhere => "elsewhere".to_owned(),
            Self::Failed(it) => it.code(),
        }
    }

    /// Whether the whole host is concerned, so that its other pages need not be tried now.
    pub fn is_about_host(&self) -> bool {
        match self {
            Self::NoRules | Self::Busy { .. } => true,
            Self::Failed(it) => matches!(
                it,
                NotFetched::TimedOut
                    | NotFetched::NoSuchName
                    | NotFetched::Tls(_)
                    | NotFetched::Network(_)
                    | NotFetched::Status(429 | 500..=599)
            ),
            Self::Place(_) | Self::Robots | Self::Elsewhere => false,
        }
    }
}

/// Whether two addresses are under one registered domain.
pub(super) fn is_of_same_publisher(one: &Url, other: &Url) -> bool {
    let of = |it: &Url| it.host_str().map(host::publisher);
    of(one).is_some() && of(one) == of(other)
}

/// Why an address can be no source, as a code.
pub(super) fn place_code(bad: BadSource) -> &'static str {
    match bad {
        BadSource::Profile
        | BadSource::Post
        | BadSource::Group
        | BadSource::Forum
        | BadSource::Platform
        | BadSource::Wrapped => "profile",
        BadSource::Author => "author",
        BadSource::ShortLink => "short",
        BadSource::Credentials | BadSource::PersonalData => "personal",
        BadSource::TooLong | BadSource::NotAnAddress | BadSource::NotWeb | BadSource::NotPublic => {
            "refused"
        }
    }
}

/// What a polite visit brought, and where it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    /// The answer: a page, or that nothing is new.
    pub visit: Visit,
    /// How long the server wants to be left alone.
    pub wait: Option<Duration>,
}

/// How servers are asked. One a process; cheap to share.
#[derive(Clone, Debug)]
pub struct Manners {
    fetcher: Fetcher,
    clock: Arc<dyn Clock>,
    patience: Patience,
    hosts: Arc<Mutex<HashMap<String, Arc<Turns<Host>>>>>,
    at_once: Arc<Semaphore>,
    slow_at_once: Arc<Semaphore>,
}

/// What is remembered of a host. Whoever holds it has the turn.
#[derive(Debug)]
struct Host {
    /// Not asked before.
    free_at: Instant,
    /// Whether the last answer did not come in time.
    is_slow: bool,
    /// Left alone until then, as it said.
    closed_until: Option<Timestamp>,
    /// By scheme, host and port: its rules, or why they could not be read; until when.
    rules: HashMap<String, (Result<Arc<Robots>, NotAsked>, Instant)>,
}

impl Manners {
    /// Manners of a process.
    pub fn new(fetcher: Fetcher, clock: Arc<dyn Clock>, patience: Patience) -> Self {
        let [at_once, slow_at_once] = [AT_ONCE_MAX - SLOW_AT_ONCE_MAX, SLOW_AT_ONCE_MAX]
            .map(|it| Arc::new(Semaphore::new(it)));
        Self { fetcher, clock, patience, hosts: Arc::default(), at_once, slow_at_once }
    }

    /// Asks for what is at `url` when it is its host's turn, redirects followed, each in its turn.
    /// With an address `within`, only what is of the same publisher.
    ///
    /// # Errors
    /// Why there is nothing; a status other than success is one.
    pub async fn ask(
        &self,
        url: &str,
        accept: Accept,
        known: Known<'_>,
        within: Option<&Url>,
    ) -> Result<Brought, NotAsked> {
        let mut url = source_url(url)?;
        for _ in 0..=REDIRECTS_MAX {
            if within.is_some_and(|it| !is_of_same_publisher(it, &url)) {
                return Err(NotAsked::Elsewhere);
            }
            let visit = self.ask_once(&url, accept, known).await?;
            match visit.answer {
                Answer::Onward(onward) => url = source_url(onward.as_str())?,
                Answer::Status(status) => return Err(NotFetched::Status(status).into()),
                Answer::Page(_) | Answer::Unchanged => {
                    let wait = self.wait(&visit);
                    return Ok(Brought { visit, wait });
                }
            }
        }
        Err(NotFetched::TooManyRedirects.into())
    }

    async fn ask_once(
        &self,
        url: &Url,
        accept: Accept,
        known: Known<'_>,
    ) -> Result<Visit, NotAsked> {
        let host = self.host(url);
        let mut host = host.lock().await;
        self.is_open(&mut host)?;
        let rules = self.rules(&mut host, url).await?;
        if !rules.allows(url) {
            return Err(NotAsked::Robots);
        }
        let between = rules.delay().unwrap_or_default().max(self.patience.between);
        let visit = self.in_turn(&mut host, url, accept, known, between).await?;
        if let Answer::Status(429 | 503) = visit.answer {
            let wait = self.wait(&visit).unwrap_or(BUSY);
            let until = self.clock.now().plus_millis(millis(wait));
            host.closed_until = Some(until);
            return Err(NotAsked::Busy { until });
        }
        Ok(visit)
    }

    /// Whether the host may be asked again.
    fn is_open(&self, host: &mut Host) -> Result<(), NotAsked> {
        match host.closed_until {
            Some(until) if self.clock.now() < until => Err(NotAsked::Busy { until }),
            _ => {
                host.closed_until = None;
                Ok(())
            }
        }
    }

    /// One request, after the pause that the last one left, among those that may be on their way.
    async fn in_turn(
        &self,
        host: &mut Host,
        url: &Url,
        accept: Accept,
        known: Known<'_>,
        between: Duration,
    ) -> Result<Visit, NotFetched> {
        tokio::time::sleep_until(host.free_at).await;
        let slots = if host.is_slow { &self.slow_at_once } else { &self.at_once };
        let slot = slots.acquire().await.expect("the semaphore is never closed");
        let visit = self.fetcher.visit(url.as_str(), accept, known).await;
        drop(slot);
        host.is_slow = matches!(visit, Err(NotFetched::TimedOut));
        host.free_at = Instant::now() + between;
        visit
    }

    /// The rules of the place, fetched if they are not known or old.
    async fn rules(&self, host: &mut Host, url: &Url) -> Result<Arc<Robots>, NotAsked> {
        let place = url[..Position::BeforePath].to_owned();
        if let Some((rules, until)) = host.rules.get(&place)
            && Instant::now() < *until
        {
            return rules.clone();
        }
        let rules = self.fetch_rules(host, url).await;
        let kept = if rules.is_ok() { self.patience.rules } else { self.patience.no_rules };
        if RULES_MAX <= host.rules.len() {
            host.rules.clear();
        }
        host.rules.insert(place, (rules.clone(), Instant::now() + kept));
        rules
    }

    /// RFC 9309 section 2.3.1: what is not there forbids nothing; what cannot be read forbids all.
    async fn fetch_rules(&self, host: &mut Host, url: &Url) -> Result<Arc<Robots>, NotAsked> {
        let mut place = url.join("/robots.txt").map_err(|_| NotAsked::NoRules)?;
        for _ in 0..=REDIRECTS_MAX {
            let between = self.patience.between;
            let known = Known::default();
            let visit = self.in_turn(host, &place, Accept::Text, known, between).await;
            let rules = match visit?.answer {
                Answer::Onward(onward) => {
                    place = source_url(onward.as_str())?;
                    continue;
                }
                Answer::Page(page) => Robots::answered(page.status, &page.body, PRODUCT),
                Answer::Status(status) => Robots::answered(status, b"", PRODUCT),
                Answer::Unchanged => None,
            };
            return rules.map(Arc::new).ok_or(NotAsked::NoRules);
        }
        // More redirects than five may be taken as "not there".
        Ok(Arc::new(Robots::all_allowed()))
    }

    fn wait(&self, visit: &Visit) -> Option<Duration> {
        Some(retry_after(visit.retry_after.as_deref()?, self.clock.now())?.min(CLOSED_MAX))
    }

    /// The way out itself, for what is no page of a site.
    pub(super) fn fetcher(&self) -> &Fetcher {
        &self.fetcher
    }

    fn host(&self, url: &Url) -> Arc<Turns<Host>> {
        let name = url.host_str().unwrap_or_default().to_owned();
        let mut hosts = self.hosts.lock().expect("nobody panics while holding it");
        if HOSTS_MAX <= hosts.len() && !hosts.contains_key(&name) {
            hosts.retain(|_, it| 1 < Arc::strong_count(it));
        }
        let new = || {
            let (free_at, closed_until, rules) = (Instant::now(), None, HashMap::new());
            Arc::new(Turns::new(Host { free_at, is_slow: false, closed_until, rules }))
        };
        hosts.entry(name).or_insert_with(new).clone()
    }
}

fn millis(it: Duration) -> i64 {
    i64::try_from(it.as_millis()).unwrap_or(i64::MAX)
}
