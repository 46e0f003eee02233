//! What a round does, kind by kind: which of a source's items are new, and which are read.

use std::io::Cursor;

use kiemtin_core::source::pattern::Pattern;
use kiemtin_core::time::{DAY_MS, Timestamp};
use kiemtin_extract::{
    Entry, Item, Kind as What, Listed, Nested, feed, feed_head, sitemap, websub,
};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::manners::is_of_same_publisher;
use super::round::{PAGES_MAX, Unread, Visiting};
use super::{articles, search};
use crate::app::claims::Raw;
use crate::fetch::{Accept, Fetched};

/// Pages of a sitemap that were changed longer before the source was added are not read: what is
/// wanted are news, not the archive.
const OLD_MS: i64 = 7 * DAY_MS;
/// Sitemaps of an index that are looked at in one round, the newest first.
const SITEMAPS_MAX: usize = 5;
/// Reviews that are taken from one answer.
const REVIEWS_MAX: usize = 1_000;

impl Visiting<'_> {
    pub(super) async fn feed(&mut self) -> anyhow::Result<()> {
        let Some(page) = self.first(&self.source.location, Accept::Feed).await else {
            return Ok(());
        };
        let url = page.url.clone();
        let read = move || (feed(&page.body).0, feed_head(&page.body, Some(&page.url)));
        let (entries, head) = self.collector.reading(read).await.unwrap_or_default();
        if entries.is_empty() && head.title.is_none() {
            self.found.fail_here("kind");
            return Ok(());
        }
        let headers: Vec<&str> = self.found.links.iter().map(String::as_str).collect();
        self.found.push = websub(&headers, &head, &url);
        self.found.asks_for(head.every);
        let known_by = |it: Entry| {
            (it.id.clone().or_else(|| it.link.clone()).unwrap_or_else(|| by_text(&it)), it)
        };
        let unread = self.unread(entries.into_iter().map(known_by).collect()).await?;
        if self.source.follows {
            let links = unread.into_iter().map(|it| it.map(Some)).collect();
            return self.pages(links).await;
        }
        let mut messages = Vec::with_capacity(unread.len());
        for Unread { hmac, id, item } in unread {
            messages.extend(articles::of_entry(self.source, &id, item));
            self.found.read.push(hmac);
        }
        self.take(messages).await
    }

    pub(super) async fn sitemap(&mut self) -> anyhow::Result<()> {
        let Some(page) = self.first(&self.source.location, Accept::Any).await else {
            return Ok(());
        };
        let Some(map) = self.collector.reading(move || sitemap(&page.body).0).await else {
            self.found.fail_here("kind");
            return Ok(());
        };
        if map.pages.is_empty() && map.sitemaps.is_empty() {
            self.found.fail_here("kind");
            return Ok(());
        }
        let mut listed = map.pages;
        // An index stays as it is while its sitemaps change: it is read whole each time.
        self.found.is_index = !map.sitemaps.is_empty();
        for it in newest(map.sitemaps) {
            let Some(page) = self.another(it.url.as_str(), Accept::Any).await else { break };
            let read = self.collector.reading(move || sitemap(&page.body).0.pages).await;
            listed.extend(read.unwrap_or_default());
        }
        self.listed(listed).await
    }

    async fn listed(&mut self, mut listed: Vec<Listed>) -> anyhow::Result<()> {
        let taken = self.pattern();
        let since = self.added.plus_millis(-OLD_MS);
        listed.retain(|it| taken(&it.url) && when(it).is_none_or(|it| since < it));
        listed.sort_by_key(|it| std::cmp::Reverse(when(it)));
        let items = listed.into_iter().map(|it| (it.url.to_string(), it)).collect();
        let unread = self.unread(items).await?;
        let (dated, mut undated): (Vec<_>, Vec<_>) =
            unread.into_iter().partition(|it| when(&it.item).is_some());
        // Without a time nobody knows which of thousands are news: those that come later.
        if self.is_first && PAGES_MAX < undated.len() {
            self.found.read.extend(undated.drain(..).map(|it| it.hmac));
        }
        self.pages(dated.into_iter().chain(undated).map(|it| it.map(|_| None)).collect()).await
    }

    pub(super) async fn listing(&mut self) -> anyhow::Result<()> {
        let Some(page) = self.first(&self.source.location, Accept::Page).await else {
            return Ok(());
        };
        let read = move || kiemtin_extract::links(&page.body, page.charset.as_deref(), &page.url);
        let links = self.collector.reading(read).await.unwrap_or_default();
        let taken = self.pattern();
        let items: Vec<(String, Option<Entry>)> =
            links.into_iter().filter(|it| taken(&it.url)).map(|it| (it.url.into(), None)).collect();
        if items.is_empty() {
            self.found.fail_here("nothing");
            return Ok(());
        }
        let unread = self.unread(items).await?;
        self.pages(unread).await
    }

    pub(super) async fn page(&mut self) -> anyhow::Result<()> {
        let Some(page) = self.first(&self.source.location, Accept::Page).await else {
            return Ok(());
        };
        let url = page.url.to_string();
        let document = self.collector.document(page).await.filter(|it| !it.text.is_empty());
        let Some(document) = document else {
            self.found.fail_here("text");
            return Ok(());
        };
        // Each change of the text is a message of its own.
        let words: Vec<&str> = document.text.split_whitespace().collect();
        let id = format!("{url}#text={}", hex::encode(Sha256::digest(words.join(" "))));
        self.take_page(&id, &url, document).await
    }

    pub(super) async fn reviews(&mut self) -> anyhow::Result<()> {
        let Some(page) = self.first(&self.source.location, Accept::Any).await else {
            return Ok(());
        };
        let reviews = self.collector.reading(move || reviews_of(&page)).await;
        self.reviewed(reviews.unwrap_or_default()).await
    }

    pub(super) async fn search(&mut self) -> anyhow::Result<()> {
        let key = self.collector.search_key.as_deref();
        let Some(asked) = search::with_key(&self.source.location, key) else {
            self.found.fail_here("key");
            return Ok(());
        };
        let Some(page) = self.first(&asked, Accept::Any).await else { return Ok(()) };
        let read = move || kiemtin_extract::claims_search(&page.body).0;
        let reviews = self.collector.reading(read).await.unwrap_or_default();
        self.reviewed(reviews.into_iter().take(REVIEWS_MAX).map(Raw::Review).collect()).await
    }

    async fn reviewed(&mut self, reviews: Vec<Raw>) -> anyhow::Result<()> {
        if reviews.is_empty() {
            self.found.fail_here("nothing");
        }
        self.take_reviews(reviews).await.map(drop)
    }

    /// What of its links a source takes: without a pattern those that its publisher has.
    fn pattern(&self) -> impl Fn(&Url) -> bool + use<> {
        let page = Url::parse(&self.source.location).ok();
        let pattern = self.source.pattern.as_deref().and_then(|it| Pattern::parse(it).ok());
        move |link| {
            let Some(page) = &page else { return false };
            match &pattern {
                Some(pattern) => pattern.takes(link, page),
                None => is_of_same_publisher(link, page),
            }
        }
    }
}

/// What an entry without identifier and link is known by.
fn by_text(entry: &Entry) -> String {
    let title = entry.title.as_deref().unwrap_or_default();
    hex::encode(Sha256::digest(format!("{title}\0{}", entry.text)))
}

/// The sitemaps of an index that are looked at: those that were changed last; without times the first
/// and the last ones, since some sites begin with the newest and some end with it.
fn newest(mut maps: Vec<Nested>) -> Vec<Nested> {
    if maps.iter().any(|it| it.modified.is_some()) {
        maps.sort_by_key(|it| std::cmp::Reverse(it.modified));
    } else if SITEMAPS_MAX < maps.len() {
        let last = maps.split_off(maps.len() - SITEMAPS_MAX / 2);
        maps.truncate(SITEMAPS_MAX - last.len());
        maps.extend(last);
    }
    maps.truncate(SITEMAPS_MAX);
    maps
}

fn when(listed: &Listed) -> Option<Timestamp> {
    listed.news.as_ref().and_then(|it| it.published).or(listed.modified)
}

fn reviews_of(page: &Fetched) -> Vec<Raw> {
    let items = kiemtin_extract::read(Cursor::new(&page.body), Some(What::Reviews));
    let reviews = items.filter_map(|it| match it.ok()?.value {
        Item::Review(it) => Some(Raw::Review(it)),
        Item::Message(_) | Item::Claim(_) => None,
    });
    reviews.take(REVIEWS_MAX).collect()
}
