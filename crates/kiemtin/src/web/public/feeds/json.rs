//! Feeds as JSON Feed 1.1.

use serde_json::{Value, json};

use super::{Channel, Item};
use crate::web::page::DESK_NAME;

pub(super) fn feed(channel: &Channel) -> String {
    let mut feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.about,
        "home_page_url": channel.page,
        "feed_url": channel.own,
        "language": channel.lang.tag(),
        "authors": [{ "name": DESK_NAME, "url": channel.desk }],
        "items": channel.items.iter().map(item).collect::<Vec<_>>(),
    });
    if let Some(hub) = &channel.hub {
        feed["hubs"] = json!([{ "type": "WebSub", "url": hub }]);
    }
    feed.to_string()
}

fn item(item: &Item) -> Value {
    json!({
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_text": item.text,
        "language": item.lang.tag(),
        "date_published": item.first_published.rfc3339(),
        "date_modified": item.published.rfc3339(),
        "tags": [item.class_words],
    })
}
