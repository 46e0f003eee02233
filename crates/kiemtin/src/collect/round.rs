//! One round to one source: ask, read what is new, take it in, say when to come again.
//!
//! What breaks off is done again: texts are known by their own identifiers, and what was read is
//! written down together with the next time, at the end.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use kiemtin_core::message::{Publishers, RawMessage};
use kiemtin_core::source::Kind;
use kiemtin_core::source::schedule::{self, Outcome};
use kiemtin_core::time::Timestamp;
use kiemtin_extract::{Document, Entry, WebSub};
use kiemtin_store::messages::Channel;
use kiemtin_store::sources::{NewSource, Round, Source, Validators};
use tokio::time::Instant;
use url::Url;

use super::manners::NotAsked;
use super::{Collector, articles, hub, local};
use crate::app::admission::hmac;
use crate::app::clock::chance;
use crate::app::{batch, claims};
use crate::fetch::{Accept, Answer, Fetched, Known, NotFetched};

/// Pages read in one round: a source that lists thousands is read over many, newest first.
pub(super) const PAGES_MAX: usize = 40;
/// How long a round goes on reading pages; the rest is for the next. Shorter than the lease.
const ROUND_MAX: Duration = Duration::from_secs(5 * 60);
/// Pages of one host that may fail for a reason of the host before its others are left for the next
/// round.
const FAILURES_MAX: usize = 2;
/// How often a lease is renewed: long before it ends.
const HELD_FOR: Duration = Duration::from_secs(60);

/// Does a round and writes down what came of it.
///
/// # Errors
/// The store failed: the lease runs out, and the source is asked again.
pub(super) async fn go(collector: &Collector, source: Source) -> anyhow::Result<Round> {
    let app = &collector.app;
    let publishers = publishers(collector, &source.new).await?;
    let leased = source.health.asked.unwrap_or(app.now());
    let mut visit = Visiting {
        collector,
        source: &source.new,
        home: Url::parse(&source.new.location).ok(),
        leased,
        held: Instant::now(),
        added: source.added,
        is_first: source.health.good.is_none(),
        known: &source.validators,
        messages: batch::Taker::new(app, publishers.clone(), Channel::Source),
        claims: claims::Taker::new(app, publishers),
        began: Instant::now(),
        found: Found::default(),
        failures: HashMap::new(),
    };
    match source.new.kind {
        Kind::Feed => visit.feed().await?,
        Kind::Sitemap => visit.sitemap().await?,
        Kind::Listing => visit.listing().await?,
        Kind::Page => visit.page().await?,
        Kind::Reviews => visit.reviews().await?,
        Kind::Search => visit.search().await?,
        Kind::File | Kind::Folder => local::read(&mut visit).await?,
    }
    let push = visit.found.push.take();
    let round = visit.found.round(&source, app.now());
    app.store.end_round(source.new.id, leased, &round, app.now()).await?;
    if collector.subscribes && round.is_good {
        hub::subscribe(collector, &source, push).await?;
    }
    Ok(round)
}

/// A host that no site has (RFC 2606): what lies on this machine stands in the list under it.
const NO_HOST: &str = "sources.invalid";

/// The publishers of the desk, and this source by the name that it was added with: its host may have
/// been listed before under another one.
async fn publishers(collector: &Collector, source: &NewSource) -> anyhow::Result<Arc<Publishers>> {
    let listed = collector.app.store.publishers().await?;
    let listed = listed.iter().map(|(host, name)| (host.as_str(), name.as_str()));
    let own = (source.host.as_deref().unwrap_or(NO_HOST), source.stated.name.as_str());
    Ok(Arc::new(Publishers::listed(listed.chain([own]))))
}

/// A round under way.
pub(super) struct Visiting<'a> {
    pub(super) collector: &'a Collector,
    pub(super) source: &'a NewSource,
    pub(super) added: Timestamp,
    /// Whether it never answered before.
    pub(super) is_first: bool,
    known: &'a Validators,
    messages: batch::Taker,
    claims: claims::Taker,
    began: Instant,
    /// Its address, where it has one.
    home: Option<Url>,
    /// What names the lease, and when it was last renewed.
    leased: Timestamp,
    held: Instant,
    pub(super) found: Found,
    /// Pages that failed for a reason of their host, by host.
    failures: HashMap<String, usize>,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    validators: Option<Validators>,
    pub(super) read: Vec<[u8; 32]>,
    /// What was read long ago and is still listed.
    listed: Vec<Vec<u8>>,
    n_new: u64,
    n_known: u64,
    pub(super) n_refused: u64,
    pub(super) trouble: Option<String>,
    /// What is more than news or none.
    outcome: Option<Outcome>,
    /// The server wants to be left alone until then.
    closed_until: Option<Timestamp>,
    /// How long it wants to be left alone.
    wait: Option<Duration>,
    /// How long what it sent stays as it is, by its own word.
    fresh: Option<Duration>,
    /// Whether something could not be read that the next round tries again.
    pub(super) is_cut: bool,
    /// Whether more is new than one round reads.
    pub(super) has_more: bool,
    /// Whether it only says where to look, and is read whole each time.
    pub(super) is_index: bool,
    /// Where the feed says that changes are told.
    pub(super) push: Option<WebSub>,
    /// `Link` headers of the source itself.
    pub(super) links: Vec<String>,
}

/// An item that was not read before.
pub(super) struct Unread<T> {
    /// What it is known by in the store.
    pub(super) hmac: [u8; 32],
    /// What it is known by outside.
    pub(super) id: String,
    /// The item.
    pub(super) item: T,
}

impl<T> Unread<T> {
    pub(super) fn map<U>(self, f: impl FnOnce(T) -> U) -> Unread<U> {
        Unread { hmac: self.hmac, id: self.id, item: f(self.item) }
    }
}

impl Found {
    /// The source itself could not be read.
    pub(super) fn fail(&mut self, why: &NotAsked) {
        self.trouble = Some(why.code());
        self.outcome = match why {
            NotAsked::Failed(NotFetched::Status(410)) => Some(Outcome::Gone),
            NotAsked::Failed(NotFetched::Status(404)) => Some(Outcome::Missing),
            _ => Some(Outcome::Failed),
        };
        if let NotAsked::Busy { until } = why {
            self.closed_until = Some(*until);
        }
    }

    /// The same where nobody was asked.
    pub(super) fn fail_here(&mut self, code: &str) {
        self.outcome = Some(Outcome::Failed);
        self.trouble = Some(code.to_owned());
    }

    /// How often the source says that it changes.
    pub(super) fn asks_for(&mut self, every: Option<Duration>) {
        self.fresh = self.fresh.max(every);
    }

    /// What is written down, and when to come again.
    fn round(self, source: &Source, now: Timestamp) -> Round {
        let news = if 0 < self.n_new || self.has_more { Outcome::New } else { Outcome::Same };
        let closed = self.closed_until.map(|it| it.millis() - now.millis());
        let closed = closed.and_then(|it| u64::try_from(it).ok()).map(Duration::from_millis);
        let answer = schedule::Answer {
            at: now,
            outcome: self.outcome.unwrap_or(news),
            // How long something stays fresh is a hint; how long to stay away is a wish.
            asked: self.wait.max(closed).max(self.fresh.map(|it| it.min(schedule::CEILING))),
            chance: u32::from_be_bytes(chance()),
        };
        let (next, pace) = schedule::next(&answer, &source.pace);
        let (next, is_over) = match next {
            schedule::Next::At(next) => (next, false),
            schedule::Next::Rests | schedule::Next::Stopped => (now, true),
        };
        // Where something is left, the next answer must be whole again.
        let is_whole = !self.is_cut && !self.has_more && !self.is_index;
        Round {
            next,
            pace,
            validators: if is_whole { self.validators } else { Some(Validators::default()) },
            is_good: self.outcome.is_none(),
            trouble: self.trouble,
            read: self.read,
            listed: self.listed,
            n_new: self.n_new,
            n_known: self.n_known,
            n_refused: self.n_refused,
            is_over,
        }
    }
}

impl Visiting<'_> {
    /// Asks for the source itself. `None`: nothing new, or it failed; which of them is noted.
    pub(super) async fn first(&mut self, url: &str, accept: Accept) -> Option<Fetched> {
        let Validators { etag, last_modified } = self.known;
        let known = Known { etag: etag.as_deref(), last_modified: last_modified.as_deref() };
        let brought = match self.collector.manners.ask(url, accept, known, None).await {
            Ok(brought) => brought,
            Err(why) => {
                self.found.fail(&why);
                return None;
            }
        };
        self.found.wait = brought.wait;
        self.found.fresh = brought.visit.max_age;
        let Answer::Page(page) = brought.visit.answer else { return None };
        let (etag, last_modified) = (page.etag.clone(), page.last_modified.clone());
        self.found.validators = Some(Validators { etag, last_modified });
        self.found.links = brought.visit.links;
        Some(*page)
    }

    /// Asks for something that the source names. `None`: it could not be had, which is noted.
    pub(super) async fn another(&mut self, url: &str, accept: Accept) -> Option<Fetched> {
        if ROUND_MAX < self.began.elapsed() {
            self.found.is_cut = true;
            return None;
        }
        let (known, home) = (Known::default(), self.home.as_ref());
        match self.collector.manners.ask(url, accept, known, home).await {
            Ok(brought) => match brought.visit.answer {
                Answer::Page(page) => Some(*page),
                _ => None,
            },
            Err(why) => {
                self.found.trouble = Some(why.code());
                self.found.is_cut = true;
                None
            }
        }
    }

    /// The items that were not read before, each with what it is known by.
    pub(super) async fn unread<T>(
        &mut self,
        items: Vec<(String, T)>,
    ) -> anyhow::Result<Vec<Unread<T>>> {
        let key = self.collector.app.key();
        let unread = |(id, item): (String, T)| {
            let hmac = hmac(key, "item of a source", &[&id]);
            Unread { hmac, id, item }
        };
        let mut items: Vec<Unread<T>> = items.into_iter().map(unread).collect();
        let mut seen = HashSet::new();
        items.retain(|it| seen.insert(it.hmac));
        let hmacs: Vec<[u8; 32]> = items.iter().map(|it| it.hmac).collect();
        let app = &self.collector.app;
        let (read, old) = app.store.read_of_source(self.source.id, &hmacs, app.now()).await?;
        self.found.listed.extend(old);
        items.retain(|it| !read.contains(it.hmac.as_slice()));
        Ok(items)
    }

    /// Reads pages, as many as a round reads. Where the page of an entry has no text, cannot be had or
    /// is somebody else's, the entry is taken as the feed has it.
    pub(super) async fn pages(&mut self, links: Vec<Unread<Option<Entry>>>) -> anyhow::Result<()> {
        for (idx, Unread { hmac, id, item: entry }) in links.into_iter().enumerate() {
            if PAGES_MAX <= idx || ROUND_MAX < self.began.elapsed() {
                self.found.has_more = true;
                return Ok(());
            }
            self.hold().await?;
            let url = entry.as_ref().and_then(|it| it.link.clone()).unwrap_or_else(|| id.clone());
            let page = match self.own_page(&url).await {
                Ok(page) => page,
                // Later, but not for ever: what is behind it is not kept waiting.
                Err(()) if !self.collector.is_given_up(hmac) => {
                    self.found.is_cut = true;
                    continue;
                }
                Err(()) => None,
            };
            self.one_page(&id, page, entry).await?;
            self.found.read.push(hmac);
        }
        Ok(())
    }

    /// A page of the source's publisher. `Ok(None)`: there is none to be had; `Err`: its host does not
    /// answer as it should, which may pass.
    async fn own_page(&mut self, url: &str) -> Result<Option<Box<Fetched>>, ()> {
        let host = Url::parse(url).ok().and_then(|it| it.host_str().map(str::to_owned));
        let host = host.unwrap_or_default();
        if self.failures.get(&host).is_some_and(|it| FAILURES_MAX <= *it) {
            return Err(());
        }
        let (known, home) = (Known::default(), self.home.as_ref());
        match self.collector.manners.ask(url, Accept::Page, known, home).await {
            Ok(brought) => match brought.visit.answer {
                Answer::Page(page) => Ok(Some(page)),
                _ => Ok(None),
            },
            Err(NotAsked::Elsewhere) => Ok(None),
            Err(why) => {
                self.found.trouble = Some(why.code());
                if let NotAsked::Busy { until } = why {
                    self.found.closed_until = self.found.closed_until.max(Some(until));
                    self.failures.insert(host, FAILURES_MAX);
                    return Err(());
                }
                if !why.is_about_host() {
                    return Ok(None);
                }
                *self.failures.entry(host).or_default() += 1;
                Err(())
            }
        }
    }

    /// Renews the lease from time to time: a site may ask for long pauses, and a file may be long.
    pub(super) async fn hold(&mut self) -> anyhow::Result<()> {
        if HELD_FOR < self.held.elapsed() {
            let app = &self.collector.app;
            app.store.hold_source(self.source.id, self.leased, app.now()).await?;
            self.held = Instant::now();
        }
        Ok(())
    }

    async fn one_page(
        &mut self,
        id: &str,
        page: Option<Box<Fetched>>,
        entry: Option<Entry>,
    ) -> anyhow::Result<()> {
        let url = page.as_ref().map(|it| it.url.to_string());
        let page = match page {
            Some(page) => self.collector.document(*page).await,
            None => None,
        };
        match (page, url, entry) {
            (Some(page), Some(url), entry) if !page.text.is_empty() => {
                // Of an entry the page is known by its address, as the entry would be.
                let link = entry.and_then(|it| it.link);
                self.take_page(link.as_deref().unwrap_or(id), &url, page).await
            }
            (_, _, Some(entry)) => self.take(articles::of_entry(self.source, id, entry)).await,
            _ => {
                self.found.n_refused += 1;
                Ok(())
            }
        }
    }

    /// What another desk reviewed comes in as its reviews, any other page as a text; so does one whose
    /// reviews are of nobody who is listed.
    pub(super) async fn take_page(
        &mut self,
        id: &str,
        url: &str,
        mut page: Document,
    ) -> anyhow::Result<()> {
        let reviews = std::mem::take(&mut page.claim_reviews);
        let reviews: Vec<claims::Raw> = reviews.into_iter().map(claims::Raw::Review).collect();
        if !reviews.is_empty() && 0 < self.take_reviews(reviews).await? {
            return Ok(());
        }
        self.take(articles::of_page(self.source, id, url, page)).await
    }

    pub(super) async fn take(&mut self, messages: Vec<RawMessage>) -> anyhow::Result<()> {
        let messages = messages.into_iter().map(|it| (0, it)).collect();
        let taken = self.messages.take(&self.collector.app, messages).await?;
        self.found.n_new += taken.n_new;
        self.found.n_known += taken.n_known;
        self.found.n_refused += taken.refused.len() as u64;
        Ok(())
    }

    /// Takes reviews in; how many are in the desk now.
    pub(super) async fn take_reviews(&mut self, reviews: Vec<claims::Raw>) -> anyhow::Result<u64> {
        let reviews = reviews.into_iter().map(|it| (0, it)).collect();
        let taken = self.claims.take(&self.collector.app, reviews, false).await?;
        self.found.n_new += taken.n_new;
        self.found.n_known += taken.n_known;
        self.found.n_refused += taken.n_not_listed + taken.refused.len() as u64;
        Ok(taken.n_new + taken.n_known)
    }
}
