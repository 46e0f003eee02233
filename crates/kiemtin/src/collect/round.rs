//! One round to one source: ask, read what is new, take it in, say when to come again.
//!
//! What breaks off is done again: texts are known by their own identifiers, and what was read is
//! written down together with the next time, at the end.

use std::collections::HashSet;
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

use super::kinds::is_of_same_publisher;
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
/// Pages of one source that may fail before the rest is left for the next round.
const FAILURES_MAX: usize = 3;

/// Does a round and writes down what came of it.
///
/// # Errors
/// The store failed: the lease runs out, and the source is asked again.
pub(super) async fn go(collector: &Collector, source: Source) -> anyhow::Result<Round> {
    let app = &collector.app;
    let publishers = publishers(collector, &source.new).await?;
    let mut visit = Visiting {
        collector,
        source: &source.new,
        added: source.added,
        is_first: source.health.good.is_none(),
        known: &source.validators,
        messages: batch::Taker::new(app, publishers.clone(), Channel::Source),
        claims: claims::Taker::new(app, publishers),
        began: Instant::now(),
        found: Found::default(),
        n_failures: 0,
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
    app.store.end_round(source.new.id, &round, app.now()).await?;
    if let Some(push) = push {
        hub::subscribe(collector, &source, &push).await?;
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
    pub(super) found: Found,
    n_failures: usize,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    validators: Option<Validators>,
    pub(super) read: Vec<[u8; 32]>,
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
    /// Whether something is left for the next round.
    pub(super) is_cut: bool,
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
        let news = if 0 < self.n_new || self.is_cut { Outcome::New } else { Outcome::Same };
        let closed = self.closed_until.map(|it| it.millis() - now.millis());
        let closed = closed.and_then(|it| u64::try_from(it).ok()).map(Duration::from_millis);
        let answer = schedule::Answer {
            at: now,
            outcome: self.outcome.unwrap_or(news),
            asked: self.wait.max(self.fresh).max(closed),
            chance: u32::from_be_bytes(chance()),
        };
        let (next, pace) = schedule::next(&answer, &source.pace);
        let (next, is_over) = match next {
            schedule::Next::At(next) => (next, false),
            schedule::Next::Rests | schedule::Next::Stopped => (now, true),
        };
        // Where something is left, the next answer must be whole again.
        let is_whole = !self.is_cut && !self.is_index;
        Round {
            next,
            pace,
            validators: if is_whole { self.validators } else { Some(Validators::default()) },
            trouble: self.trouble,
            read: self.read,
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
        let brought = match self.collector.manners.ask(url, accept, known).await {
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
        match self.collector.manners.ask(url, accept, Known::default()).await {
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
        &self,
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
        let read = self.collector.app.store.read_of_source(self.source.id, &hmacs).await?;
        items.retain(|it| !read.contains(it.hmac.as_slice()));
        Ok(items)
    }

    /// Reads pages, as many as a round reads. Where the page of an entry has no text or cannot be
    /// had, the entry is taken as the feed has it.
    pub(super) async fn pages(&mut self, links: Vec<Unread<Option<Entry>>>) -> anyhow::Result<()> {
        for (idx, Unread { hmac, id, item: entry }) in links.into_iter().enumerate() {
            let is_long = PAGES_MAX <= idx || ROUND_MAX < self.began.elapsed();
            if is_long || FAILURES_MAX <= self.n_failures {
                self.found.is_cut = true;
                return Ok(());
            }
            let url = entry.as_ref().and_then(|it| it.link.clone()).unwrap_or_else(|| id.clone());
            if entry.is_some() && !self.is_own(&url) {
                // Somebody else's page was not added as a source: the entry stands in for it.
                self.one_page(&id, None, entry).await?;
                self.found.read.push(hmac);
                continue;
            }
            let brought = self.collector.manners.ask(&url, Accept::Page, Known::default()).await;
            let page = match brought.map(|it| it.visit.answer) {
                Ok(Answer::Page(page)) => Some(page),
                Ok(_) => None,
                Err(why) => {
                    self.found.trouble = Some(why.code());
                    if why.is_about_host() {
                        self.n_failures += 1;
                        self.found.is_cut = true;
                        continue;
                    }
                    None
                }
            };
            self.one_page(&id, page, entry).await?;
            self.found.read.push(hmac);
        }
        Ok(())
    }

    /// Whether an address is the source's own publisher's.
    fn is_own(&self, url: &str) -> bool {
        let own = Url::parse(&self.source.location);
        matches!((Url::parse(url), own), (Ok(url), Ok(own)) if is_of_same_publisher(&url, &own))
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
            (Some(page), Some(url), _) if !page.text.is_empty() => {
                self.take_page(id, &url, page).await
            }
            (_, _, Some(entry)) => {
                self.take(vec![articles::of_entry(self.source, id, entry)]).await
            }
            _ => {
                self.found.n_refused += 1;
                Ok(())
            }
        }
    }

    /// What another desk reviewed comes in as its reviews, any other page as a text.
    pub(super) async fn take_page(
        &mut self,
        id: &str,
        url: &str,
        mut page: Document,
    ) -> anyhow::Result<()> {
        let reviews = std::mem::take(&mut page.claim_reviews);
        if reviews.is_empty() {
            return self.take(articles::of_page(self.source, id, url, page)).await;
        }
        self.take_reviews(reviews.into_iter().map(claims::Raw::Review).collect()).await
    }

    pub(super) async fn take(&mut self, messages: Vec<RawMessage>) -> anyhow::Result<()> {
        let messages = messages.into_iter().map(|it| (0, it)).collect();
        let taken = self.messages.take(&self.collector.app, messages).await?;
        self.found.n_new += taken.n_new;
        self.found.n_known += taken.n_known;
        self.found.n_refused += taken.refused.len() as u64;
        Ok(())
    }

    pub(super) async fn take_reviews(&mut self, reviews: Vec<claims::Raw>) -> anyhow::Result<()> {
        let reviews = reviews.into_iter().map(|it| (0, it)).collect();
        let taken = self.claims.take(&self.collector.app, reviews, false).await?;
        self.found.n_new += taken.n_new;
        self.found.n_known += taken.n_known;
        self.found.n_refused += taken.n_not_listed + taken.refused.len() as u64;
        Ok(())
    }
}
