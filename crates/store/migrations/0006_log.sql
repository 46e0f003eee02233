-- The tree over the log, and what was signed of it.

-- Hashes by place (core::tree), each written with the entry that completes it.
create table log_hashes (
    place bigint not null primary key,
    hash bytea not null
);

-- Public keys that signed, from which size on.
create table log_keys (
    vkey text not null primary key,
    since_size bigint not null,
    begun_at bigint not null
);

-- The newest checkpoint, with all its signatures.
create table log_state (
    one bigint not null primary key check (one = 1),
    vkey text not null references log_keys (vkey),
    size bigint not null,
    root bytea not null,
    note text not null,
    signed_at bigint not null,
    -- Why nothing more is signed until an operator settles it.
    held text check (held in ('restored', 'behind', 'changed'))
);

-- How far each witness has followed.
create table log_witnesses (
    vkey text not null primary key,
    size bigint not null,
    cosigned_at bigint not null
);
