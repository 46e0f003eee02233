//! Feeds as Atom (RFC 4287).

use atom_syndication::{Category, Entry, Feed, Link, Person, Text};

use super::{Channel, Format, Item, media_type, point};
use crate::web::page::DESK_NAME;

pub(super) fn feed(channel: &Channel) -> String {
    let link = |rel: &str, href: &str, kind: &str| Link {
        rel: rel.to_owned(),
        href: href.to_owned(),
        mime_type: Some(kind.to_owned()).filter(|it| !it.is_empty()),
        ..Link::default()
    };
    let mut links = vec![
        link("self", &channel.own, media_type(Format::Atom)),
        link("alternate", &channel.page, "text/html"),
    ];
    links.extend(channel.hub.iter().map(|it| link("hub", it, "")));
    let feed = Feed {
        title: Text::plain(&*channel.title),
        subtitle: Some(Text::plain(&*channel.about)),
        id: channel.own.clone(),
        updated: point(channel.updated),
        authors: vec![Person {
            name: DESK_NAME.to_owned(),
            uri: Some(channel.desk.clone()),
            ..Person::default()
        }],
        links,
        lang: Some(channel.lang.tag().to_owned()),
        entries: channel.items.iter().map(entry).collect(),
        ..Feed::default()
    };
    feed.to_string()
}

fn entry(item: &Item) -> Entry {
    let text = |it: &str| Text { lang: Some(item.lang.tag().to_owned()), ..Text::plain(it) };
    Entry {
        id: item.id.clone(),
        title: text(&item.title),
        updated: point(item.published),
        published: Some(point(item.first_published)),
        summary: Some(text(&item.text)),
        links: vec![Link {
            rel: "alternate".to_owned(),
            href: item.url.clone(),
            mime_type: Some("text/html".to_owned()),
            ..Link::default()
        }],
        categories: vec![Category {
            term: item.class.to_owned(),
            label: Some(item.class_words.clone()),
            ..Category::default()
        }],
        ..Entry::default()
    }
}
