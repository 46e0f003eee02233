"""Reads feeds with feedparser (Atom, RSS) and with the rules of JSON Feed 1.1, and prints what each
says: one line of JSON for each file, the same keys for all forms."""

import json
import sys
from datetime import datetime
from urllib.parse import urlsplit

import feedparser


def at(text):
    """A time of RFC 3339, in seconds."""
    return datetime.fromisoformat(text).timestamp()


def absolute(address):
    assert urlsplit(address).scheme in ("http", "https") and urlsplit(address).netloc, address
    return address


def xml(text):
    feed = feedparser.parse(text)
    assert not feed.bozo, feed.get("bozo_exception")
    about = feed.feed
    links = {it.rel: absolute(it.href) for it in about.links}
    entries = []
    for it in feed.entries:
        assert it.title_detail.type == "text/plain", it.title_detail
        time = it.get("updated_parsed") or it.published_parsed
        entry = {"id": it.id, "url": absolute(it.link), "title": it.title}
        entries.append(entry | {"updated": list(time[:6]), "text": bool(it.summary)})
    return {
        "form": feed.version,
        "title": about.title,
        "page": absolute(about.link),
        "self": links["self"],
        "hub": links.get("hub"),
        "language": about.get("language") or feed.feed.title_detail.language,
        "entries": entries,
    }


def of_json(text):
    feed = json.loads(text)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    entries = []
    for it in feed["items"]:
        assert isinstance(it["id"], str) and at(it["date_published"]) <= at(it["date_modified"])
        time = datetime.utcfromtimestamp(at(it["date_modified"])).timetuple()
        entry = {"id": it["id"], "url": absolute(it["url"]), "title": it["title"]}
        entries.append(entry | {"updated": list(time[:6]), "text": bool(it["content_text"])})
    return {
        "form": "json11",
        "title": feed["title"],
        "page": absolute(feed["home_page_url"]),
        "self": absolute(feed["feed_url"]),
        "hub": next((it["url"] for it in feed.get("hubs", [])), None),
        "language": feed["language"],
        "entries": entries,
    }


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        text = file.read()
    text.decode("utf-8")
    print(json.dumps(of_json(text) if path.endswith(".json") else xml(text), sort_keys=True))
