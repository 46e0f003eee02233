-- Where texts come from by themselves: pages, feeds and files of publishers and institutions that
-- somebody added, with the right to it and the purpose.

create table sources (
    id uuid not null primary key,
    kind text not null check (kind in ('feed', 'sitemap', 'page', 'listing', 'reviews', 'search',
        'file', 'folder')),
    name text not null,
    -- A web address, or a path on this machine.
    location text not null unique,
    -- The registered domain that is asked; null for what lies on this machine.
    host text,
    -- Which links of a listing or sitemap are read.
    pattern text,
    -- Whether the entries of a feed are read on their own pages.
    follows boolean not null,
    licence text not null,
    purpose text not null,
    added_at bigint not null,
    -- Not asked while this is set; texts that came stay.
    ended_at bigint,
    -- When it is asked next, how far apart that is, how often it failed in a row, and since when it
    -- is not there.
    next_at bigint not null,
    interval_ms bigint not null,
    n_failures bigint not null,
    missing_since bigint,
    -- Who asks it now, until when.
    lease_until bigint,
    -- What the server calls what it sent last.
    etag text,
    last_modified text,
    -- How it goes.
    asked_at bigint,
    good_at bigint,
    -- What was wrong the last time, as a code; null when nothing was.
    trouble text,
    n_new bigint not null,
    n_known bigint not null,
    n_refused bigint not null,
    -- A hub that tells when it changed (WebSub), the name of the feed there, the secret that its
    -- words are signed with, until when it tells, and when it was last asked to.
    hub text,
    hub_topic text,
    hub_secret bytea,
    hub_until bigint,
    hub_asked_at bigint,
    check ((kind in ('file', 'folder')) = (host is null))
);
create index sources_by_time on sources (next_at);
create index sources_by_host on sources (host, lease_until);

-- What was read of a source already: HMAC of its identifier or link.
create table source_items (
    source_id uuid not null references sources (id),
    item_hmac bytea not null,
    at bigint not null,
    primary key (source_id, item_hmac)
);
create index source_items_by_time on source_items (at);
