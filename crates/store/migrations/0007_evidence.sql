-- The passage that counts, and how near the source is to what it tells of. What was brought before
-- has neither.
alter table evidence add column quote_vi text;
alter table evidence add column quote_en text;
alter table evidence add column kind text check (kind in ('primary', 'secondary'));
-- A file that an organisation handed in, which was never fetched from the address.
alter table evidence add column handed_in boolean not null default false;
-- SHA-256 of the page, where the blob is an archive around it; null: the blob is the page.
alter table evidence add column page_sha256 text;

-- Whether the pages of archived sources are still there: one row for each that is looked at again.
create table source_looks (
    evidence_id uuid not null primary key references evidence (id),
    -- Where the page was when it was archived, redirects followed.
    url text not null,
    -- Its registered domain: one site is not asked too often.
    host text not null,
    -- SHA-256 of the page's main text as it was archived; null where it is no text.
    text_sha256 text,
    -- What the site called that version: `ETag` or `Last-Modified`.
    validator text,
    state text not null check (state in ('alive', 'gone', 'moved', 'changed')),
    -- Since when it is so, as far as it was seen.
    since bigint not null,
    -- When it was last seen to be so, and when its site was last asked, answer or not.
    looked_at bigint not null,
    asked_at bigint not null,
    due_at bigint not null
);
create index source_looks_due on source_looks (due_at);
create index source_looks_of_host on source_looks (host, asked_at);

-- What a timestamp authority (RFC 3161) said of a blob: the question and the answer as they were.
create table stamps (
    sha256 text not null primary key references blobs (sha256),
    query bytea not null,
    reply bytea not null,
    stamped_at bigint not null
);
