-- Keys with which programs of partner organisations come in, and what makes a call that is sent
-- twice one call.

create table api_keys (
    id uuid not null primary key,
    org_id uuid not null references organisations (id),
    -- What the organisation calls it.
    name text not null,
    intake boolean not null,
    opinions boolean not null,
    -- SHA-256 of a secret of 256 bits of chance: the table gives nobody a key.
    secret_hash bytea not null unique,
    -- The member of record: what the key says in an opinion counts as said by them.
    made_by uuid not null references members (id),
    created_at bigint not null,
    ended_at bigint,
    -- The day only: a finer time would tell when somebody works.
    used_day bigint,
    check (intake or opinions)
);
create index api_keys_of_org on api_keys (org_id, created_at);

-- A call with an `Idempotency-Key`, for a day.
create table api_calls (
    -- HMAC of that key and whose it is.
    call_hmac bytea not null primary key,
    -- HMAC of the body, under the caller's key too: whoever has the desk's key alone cannot try
    -- which text it was.
    body_hmac bytea not null,
    -- The answer, once there is one; empty where it is made again from the call itself.
    answer text,
    begun_at bigint not null
);
create index api_calls_by_time on api_calls (begun_at);
