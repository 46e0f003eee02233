//! Feeds as RSS 2.0. It knows one time a piece: that of the version, so that a correction is news.

use atom_syndication::Link;
use rss::extension::atom::AtomExtension;
use rss::{Category, Guid, Item as RssItem};

use super::{Channel, Format, Item, media_type, point};

pub(super) fn feed(channel: &Channel) -> String {
    let own = Link {
        rel: "self".to_owned(),
        href: channel.own.clone(),
        mime_type: Some(media_type(Format::Rss).to_owned()),
        ..Link::default()
    };
    let hub = channel.hub.iter();
    let hub = hub.map(|it| Link { rel: "hub".to_owned(), href: it.clone(), ..Link::default() });
    let feed = rss::Channel {
        title: channel.title.clone(),
        link: channel.page.clone(),
        description: channel.about.clone(),
        language: Some(channel.lang.tag().to_owned()),
        last_build_date: Some(point(channel.updated).to_rfc2822()),
        items: channel.items.iter().map(item).collect(),
        atom_ext: Some(AtomExtension { links: std::iter::once(own).chain(hub).collect() }),
        ..rss::Channel::default()
    };
    feed.to_string()
}

fn item(item: &Item) -> RssItem {
    RssItem {
        // Some readers take a title for HTML, others do not: what both show is no tag.
        title: Some(item.title.replace('<', "‹").replace('>', "›")),
        link: Some(item.url.clone()),
        // A description is HTML, where a text is not meant literally.
        description: Some(escaped(&item.text)),
        guid: Some(Guid { value: item.id.clone(), permalink: false }),
        pub_date: Some(point(item.published).to_rfc2822()),
        categories: vec![Category { name: item.class_words.clone(), domain: None }],
        ..RssItem::default()
    }
}

/// A text as HTML that shows it.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace("\n\n", "<br><br>")
}
