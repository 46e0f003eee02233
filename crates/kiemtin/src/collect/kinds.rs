//! What a round does, kind by kind: which of a source's items are new, and which are read.

use std::io::Cursor;

use kiemtin_core::host;
use kiemtin_core::source::pattern::Pattern;
use kiemtin_core::time::{DAY_MS, Timestamp};
use kiemtin_extract::{Entry, Item, Kind as What, Listed, feed, feed_head, sitemap, websub};
use sha2::{Digest as _, Sha256};
use url::Url;

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
        let (entries, _) = feed(&page.body);
        let head = feed_head(&page.body, Some(&page.url));
        if entries.is_empty() && head.title.is_none() {
            self.found.fail_here("kind");
            return Ok(());
        }
        let headers: Vec<&str> = self.found.links.iter().map(String::as_str).collect();
        self.found.push = websub(&headers, &head, &page.url);
        self.found.asks_for(head.every);
        let known_by = |it: Entry| Some((it.id.clone().or_else(|| it.link.clone())?, it));
        let unread = self.unread(entries.into_iter().filter_map(known_by).collect()).await?;
        if self.source.follows {
            let links = unread.into_iter().map(|it| it.map(Some)).collect();
            return self.pages(links).await;
        }
        let mut messages = Vec::with_capacity(unread.len());
        for Unread { hmac, id, item } in unread {
            messages.push(articles::of_entry(self.source, &id, item));
            self.found.read.push(hmac);
        }
        self.take(messages).await
    }

    pub(super) async fn sitemap(&mut self) -> anyhow::Result<()> {
        let Some(page) = self.first(&self.source.location, Accept::Any).await else {
            return Ok(());
        };
        let (map, _) = sitemap(&page.body);
        if map.pages.is_empty() && map.sitemaps.is_empty() {
            self.found.fail_here("kind");
            return Ok(());
        }
        let mut listed = map.pages;
        let mut maps = map.sitemaps;
        maps.sort_by_key(|it| std::cmp::Reverse(it.modified));
        // An index stays as it is while its sitemaps change: it is read whole each time.
        self.found.is_index = !maps.is_empty();
        for it in maps.into_iter().take(SITEMAPS_MAX) {
            match self.another(it.url.as_str(), Accept::Any).await {
                Some(page) => {
                    listed.extend(sitemap(&page.body).0.pages);
                }
                None => break,
            }
        }
        self.listed(listed).await
    }

    async fn listed(&mut self, mut listed: Vec<Listed>) -> anyhow::Result<()> {
        let taken = self.pattern();
        let since = self.added.plus_millis(-OLD_MS);
        listed.retain(|it| taken(&it.url) && when(it).is_none_or(|it| since < it));
        listed.sort_by_key(|it| std::cmp::Reverse(when(it)));
        let has_times = listed.iter().any(|it| when(it).is_some());
        let items = listed.into_iter().map(|it| (it.url.into(), None)).collect();
        let unread = self.unread(items).await?;
        // Without times nobody knows which of thousands are news: those that come later.
        if !has_times && self.is_first && PAGES_MAX < unread.len() {
            self.found.read.extend(unread.iter().map(|it| it.hmac));
            return Ok(());
        }
        self.pages(unread).await
    }

    pub(super) async fn listing(&mut self) -> anyhow::Result<()> {
        let Some(page) = self.first(&self.source.location, Accept::Page).await else {
            return Ok(());
        };
        let links = kiemtin_extract::links(&page.body, page.charset.as_deref(), &page.url);
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
        let reviews = tokio::task::spawn_blocking(move || reviews_of(&page)).await?;
        self.reviewed(reviews).await
    }

    pub(super) async fn search(&mut self) -> anyhow::Result<()> {
        let key = self.collector.search_key.as_deref();
        let Some(asked) = search::with_key(&self.source.location, key) else {
            self.found.fail_here("key");
            return Ok(());
        };
        let Some(page) = self.first(&asked, Accept::Any).await else { return Ok(()) };
        let (reviews, _) = kiemtin_extract::claims_search(&page.body);
        self.reviewed(reviews.into_iter().take(REVIEWS_MAX).map(Raw::Review).collect()).await
    }

    async fn reviewed(&mut self, reviews: Vec<Raw>) -> anyhow::Result<()> {
        if reviews.is_empty() {
            self.found.fail_here("nothing");
        }
        self.take_reviews(reviews).await
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

/// Whether two addresses are under one registered domain.
pub(super) fn is_of_same_publisher(one: &Url, other: &Url) -> bool {
    let of = |it: &Url| it.host_str().map(host::publisher);
    of(one).is_some() && of(one) == of(other)
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
