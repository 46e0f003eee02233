-- Versions of the desk's pages about itself, and of the facts that they show. Never updated, never
-- deleted: what a page said stays readable, and no version is without its entry in the log.

create table policy_versions (
    name text not null check (name in ('methodology', 'selection', 'not-checked', 'who-we-are',
        'funding', 'corrections', 'complaints', 'privacy', 'accessibility', 'facts')),
    version bigint not null check (0 < version),
    document text not null,
    salt bytea not null,
    published_at bigint not null,
    log_idx bigint not null unique references log_entries (idx),
    primary key (name, version)
);
