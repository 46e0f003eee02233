//! A look at an address before it becomes a source: what is there, what it would bring, what else a
//! page names. Nothing is kept.

use std::io::Cursor;

use kiemtin_core::host;
use kiemtin_core::message::RawReview;
use kiemtin_core::source::pattern::Pattern;
use kiemtin_core::source::whose::{BadSource, source_url};
use kiemtin_core::source::{Kind, NAME_CHARS_MAX};
use kiemtin_core::time::Timestamp;
use kiemtin_extract::{
    Discovery, Entry, Item, Link, Listed, Located, What, claims_search, discover, feed, links,
    page, places, sitemap,
};
use url::Url;

use super::manners::{Manners, NotAsked, is_of_same_publisher, place_code};
use super::search;
use crate::fetch::{Accept, Answer, Fetched, Known};

/// Items that are shown of what it would bring.
const SAMPLES_MAX: usize = 5;
/// Places that are tried where a page names no feed.
const PLACES_MAX: usize = 4;
/// Feeds and sitemaps shown beside the one that is proposed.
const OTHERS_MAX: usize = 8;
/// Entries that say less than this on average, in characters, are summaries: their pages are read.
const WHOLE_TEXT_CHARS: usize = 900;

/// What an address would be as a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// How it would be read.
    pub kind: Kind,
    /// The address that would be kept: that of the feed, where a page names one.
    pub location: String,
    /// Its registered domain; `None` for what lies on this machine.
    pub host: Option<String>,
    /// What it calls itself.
    pub name: Option<String>,
    /// Which links would be read, where that can be told.
    pub pattern: Option<String>,
    /// Whether its entries would be read on their own pages.
    pub follows: bool,
    /// What it would bring, the first few.
    pub samples: Vec<Sample>,
    /// What else is there.
    pub others: Vec<(Kind, String)>,
}

/// One item that it would bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its headline, or its address where there is none.
    pub title: String,
    /// When it appeared.
    pub published: Option<Timestamp>,
}

/// Why an address is no source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSeen {
    /// By its address alone.
    #[error(transparent)]
    Place(#[from] BadSource),
    /// It could not be had.
    #[error(transparent)]
    NotAsked(#[from] NotAsked),
    /// Nothing of a kind that is read, or not what was wanted.
    #[error(
        "nothing was found there to take: give the address of a feed, a sitemap, a page with a \
         text, or a section page with --pattern"
    )]
    Nothing,
    /// Nobody here reaches outside.
    #[error("this process cannot reach outside addresses yet; try again once it has started")]
    NoWayOut,
}

impl NotSeen {
    /// The reason as a code: pages say it in the member's language.
    pub fn code(&self) -> String {
        match self {
            Self::Place(bad) => place_code(*bad).to_owned(),
            Self::NotAsked(why) => why.code(),
            Self::Nothing => "nothing".to_owned(),
            Self::NoWayOut => "unseen".to_owned(),
        }
    }
}

/// Looks at an address; `wanted` says how it is to be read, where somebody knows better than what is
/// there does. A page that names a feed becomes that feed.
///
/// # Errors
/// It can be no source, or could not be had.
pub async fn look(
    manners: &Manners,
    typed: &str,
    wanted: Option<Kind>,
    pattern: Option<&Pattern>,
) -> Result<Seen, NotSeen> {
    let typed = source_url(typed)?;
    if search::is_search(&typed) && wanted.is_none_or(|it| it == Kind::Search) {
        return of_search(manners, &typed).await;
    }
    let there = ask(manners, &typed).await?;
    let found = discover(&there.body, there.charset.as_deref(), &there.url);
    // What was asked for in so many words is taken; an article's own page is not its feed.
    let is_free = wanted.is_none() && pattern.is_none();
    let feed = match (&found.what, found.feeds.first()) {
        (What::Listing(_) | What::Other, Some(feed)) if is_free => {
            Some(ask(manners, &feed.url).await?)
        }
        (What::Listing(_) | What::Other, None) if is_free => {
            unnamed_feed(manners, &there.url).await
        }
        _ => None,
    };
    let kind = wanted.or_else(|| kind(&found, pattern));
    let kind = kind.or(feed.as_ref().map(|_| Kind::Listing)).ok_or(NotSeen::Nothing)?;
    let mut others = others(&found, &there.url, kind);
    let seen = match feed {
        Some(feed) => {
            let head = discover(&feed.body, feed.charset.as_deref(), &feed.url);
            others.insert(0, (kind, there.url.to_string()));
            seen(Kind::Feed, &feed, &head, None)
        }
        None => seen(kind, &there, &found, pattern),
    };
    others.retain(|(_, url)| *url != seen.location);
    others.truncate(OTHERS_MAX);
    Ok(Seen { others, ..seen })
}

async fn ask(manners: &Manners, url: &Url) -> Result<Fetched, NotSeen> {
    match manners.ask(url.as_str(), Accept::Any, Known::default(), None).await?.visit.answer {
        Answer::Page(page) => Ok(*page),
        _ => Err(NotSeen::Nothing),
    }
}

async fn of_search(manners: &Manners, url: &Url) -> Result<Seen, NotSeen> {
    let key = url.query_pairs().find(|(name, _)| name == "key").map(|(_, it)| it.into_owned());
    let kept = search::without_key(url);
    let asked = search::with_key(kept.as_str(), key.as_deref());
    // Without a key Google is not asked; the operator's is known to the process that collects.
    let reviews = match asked {
        Some(asked) => claims_search(&ask(manners, &source_url(&asked)?).await?.body).0,
        None => Vec::new(),
    };
    let sample = |it: RawReview| Sample { title: it.claim, published: it.published };
    Ok(Seen {
        kind: Kind::Search,
        host: kept.host_str().map(host::publisher),
        location: kept.into(),
        name: None,
        pattern: None,
        follows: false,
        samples: reviews.into_iter().take(SAMPLES_MAX).map(sample).collect(),
        others: Vec::new(),
    })
}

/// A feed where sites keep one, for a page that names none.
async fn unnamed_feed(manners: &Manners, page: &Url) -> Option<Fetched> {
    for place in
        places(page).into_iter().filter(|it| !it.path().contains("sitemap")).take(PLACES_MAX)
    {
        if let Ok(there) = ask(manners, &place).await
            && discover(&there.body, there.charset.as_deref(), &there.url).what == What::Feed
        {
            return Some(there);
        }
    }
    None
}

fn kind(found: &Discovery, pattern: Option<&Pattern>) -> Option<Kind> {
    match &found.what {
        What::Feed => Some(Kind::Feed),
        What::Sitemap => Some(Kind::Sitemap),
        What::DataFeed | What::Reviews(_) => Some(Kind::Reviews),
        _ if pattern.is_some() => Some(Kind::Listing),
        What::Listing(_) => Some(Kind::Listing),
        What::Article => Some(Kind::Page),
        What::Other => None,
    }
}

fn others(found: &Discovery, own: &Url, kind: Kind) -> Vec<(Kind, String)> {
    let feeds = found.feeds.iter().map(|it| (Kind::Feed, it.url.to_string()));
    let sitemaps = found.sitemaps.iter().map(|it| (Kind::Sitemap, it.to_string()));
    let all = feeds.chain(sitemaps).filter(|(_, url)| url != own.as_str() || kind == Kind::Feed);
    all.filter(|(_, url)| source_url(url).is_ok()).collect()
}

fn seen(kind: Kind, there: &Fetched, found: &Discovery, pattern: Option<&Pattern>) -> Seen {
    let guessed = match &found.what {
        What::Listing(guessed) => Some(guessed.clone()),
        _ => None,
    };
    let takes_links = matches!(kind, Kind::Listing | Kind::Sitemap);
    let pattern = pattern.cloned().or(guessed).filter(|_| takes_links);
    let (samples, follows) = samples(kind, there, pattern.as_ref());
    Seen {
        kind,
        location: there.url.to_string(),
        host: there.url.host_str().map(host::publisher),
        name: found.title.as_deref().map(named),
        pattern: pattern.map(|it| it.to_string()),
        follows,
        samples,
        others: Vec::new(),
    }
}

/// A title as a name: without what sites add behind it, and short enough to stand beside messages.
fn named(title: &str) -> String {
    let name = title.split(['|', '»']).next().unwrap_or_default().trim();
    name.chars().take(NAME_CHARS_MAX).collect::<String>().trim().to_owned()
}

fn samples(kind: Kind, there: &Fetched, pattern: Option<&Pattern>) -> (Vec<Sample>, bool) {
    let (body, charset) = (&there.body, there.charset.as_deref());
    let takes = |url: &Url| pattern.is_none_or(|it| it.takes(url, &there.url));
    let mut follows = false;
    let samples: Vec<Sample> = match kind {
        Kind::Feed => {
            let (entries, _) = feed(body);
            let n_chars: usize = entries.iter().map(|it| it.text.chars().count()).sum();
            let link = |it: &Entry| it.link.as_deref().and_then(|it| Url::parse(it).ok());
            let n_own = entries.iter().filter_map(link);
            let n_own = n_own.filter(|it| is_of_same_publisher(it, &there.url)).count();
            // Somebody else's pages are not read; whole texts need not be.
            follows = n_chars < WHOLE_TEXT_CHARS * entries.len() && entries.len() < 2 * n_own;
            let titled =
                |it: Entry| Some(Sample { title: it.title.or(it.link)?, published: it.published });
            entries.into_iter().filter_map(titled).take(SAMPLES_MAX).collect()
        }
        Kind::Sitemap => {
            let listed = sitemap(body).0.pages.into_iter().filter(|it| takes(&it.url));
            let sample = |it: Listed| {
                let news = it.news.unwrap_or_default();
                let title = news.title.unwrap_or_else(|| it.url.to_string());
                Sample { title, published: news.published.or(it.modified) }
            };
            listed.take(SAMPLES_MAX).map(sample).collect()
        }
        Kind::Listing => {
            let found = links(body, charset, &there.url).into_iter().filter(|it| takes(&it.url));
            let title = |it: Link| match it.text.is_empty() {
                true => it.url.to_string(),
                false => it.text,
            };
            found.take(SAMPLES_MAX).map(|it| Sample { title: title(it), published: None }).collect()
        }
        Kind::Reviews => {
            let items =
                kiemtin_extract::read(Cursor::new(body), Some(kiemtin_extract::Kind::Reviews));
            let sample = |it: Result<Located<Item>, _>| match it.ok()?.value {
                Item::Review(it) => Some(Sample { title: it.claim, published: it.published }),
                Item::Message(_) | Item::Claim(_) => None,
            };
            items.filter_map(sample).take(SAMPLES_MAX).collect()
        }
        Kind::Page => {
            let page = page(body, charset, Some(there.url.as_str()));
            let title = page.title.or_else(|| page.text.lines().next().map(str::to_owned));
            title.map(|title| Sample { title, published: page.published }).into_iter().collect()
        }
        Kind::Search | Kind::File | Kind::Folder => Vec::new(),
    };
    (samples, follows)
}
