-- The desk from the beginning. One file for both engines: ids are uuid (16 bytes on SQLite), times
-- are bigint (milliseconds since 1970), texts that hold a structure are JSON. References of a table
-- to itself are deferrable, so that a restore may bring the rows in any order.
--
-- What is absent is the point: no column holds who said something, from where, or on what device.
-- `members` are the desk's own people, who act under their organisation's name.

create table desk (
    one bigint not null primary key check (one = 1),
    -- Another for each database and each restore: an index saved beside another one is not this
    -- desk's.
    id uuid not null,
    demo boolean not null,
    created_at bigint not null,
    -- HMAC of nothing under the desk's key: every node must have the same key.
    key_hash bytea
);

create table organisations (
    id uuid not null primary key,
    slug text not null unique,
    name text not null,
    kind text not null check (kind in ('authority', 'newsroom', 'institute', 'civil')),
    parent_id uuid references organisations (id) deferrable,
    created_at bigint not null,
    check (parent_id <> id)
);

create table members (
    id uuid not null primary key,
    org_id uuid not null references organisations (id),
    login text not null unique,
    role text not null check (role in ('contributor', 'checker', 'editor', 'operator')),
    password_hash text not null,
    created_at bigint not null,
    ended_at bigint
);

-- One-time links. Without an organisation: the link that makes the first one with its operator. With
-- a member: the link to a new password for the login that is there.
create table invitations (
    token_hash bytea not null primary key,
    org_id uuid references organisations (id),
    member_id uuid references members (id),
    role text not null check (role in ('contributor', 'checker', 'editor', 'operator')),
    expires_at bigint not null
);

create table sessions (
    token_hash bytea not null primary key,
    member_id uuid not null references members (id),
    created_at bigint not null,
    seen_at bigint not null
);
create index sessions_of_member on sessions (member_id);

-- Hosts of publishers and institutions: only their addresses and exact times are kept.
create table publishers (
    host text not null primary key,
    name text not null
);

create table claims (
    id uuid not null primary key,
    -- The public number, given when its first answer goes out.
    number bigint unique,
    lang text not null check (lang in ('vi', 'en')),
    text_vi text,
    text_en text,
    title text,
    body text,
    topic text,
    -- The class of channel where it goes round, never a person.
    outlet text,
    first_seen text,
    origin text not null check (origin in ('desk', 'import', 'review')),
    origin_hmac bytea unique,
    merged_into uuid references claims (id) deferrable,
    created_at bigint not null,
    check (text_vi is not null or text_en is not null),
    check (merged_into <> id)
);

create table claim_variants (
    claim_id uuid not null references claims (id),
    lang text not null check (lang in ('vi', 'en')),
    text text not null,
    primary key (claim_id, text)
);

-- What other desks published about a claim: shown with their name, never as our answer.
create table foreign_reviews (
    url text not null,
    claim_id uuid not null references claims (id),
    publisher text not null,
    verdict text,
    title text,
    published_at bigint,
    -- A page may review several claims.
    primary key (url, claim_id)
);
create index foreign_reviews_of_claim on foreign_reviews (claim_id);

-- Messages that say the same thing. One claim at most, by construction.
create table groups (
    id uuid not null primary key,
    exact_hash bigint not null unique,
    sketch bytea not null,
    -- Numbers and dates as hashes, negations as a count: what must not differ inside a group. Kept
    -- here, because texts go.
    facts bytea not null,
    lang text not null check (lang in ('vi', 'en')),
    n_messages bigint not null check (0 <= n_messages),
    first_at bigint not null,
    last_at bigint not null,
    claim_id uuid references claims (id),
    tied_by text check (tied_by in ('machine', 'member')),
    dismissed text check (dismissed in ('opinion', 'prediction', 'satire', 'private_matter',
        'cannot_be_known', 'not_in_public_interest')),
    -- After a merge: where its messages went. The row stays, so that the merge can be undone.
    merged_into uuid references groups (id) deferrable,
    check (merged_into <> id),
    check ((claim_id is null) = (tied_by is null))
);
create index groups_of_claim on groups (claim_id);
create index groups_by_demand on groups (n_messages, last_at);
create index groups_merged on groups (merged_into) where merged_into is not null;

-- Masked texts. One group at most, by construction.
create table messages (
    id uuid not null primary key,
    channel text not null check (channel in ('tip', 'import', 'source')),
    text text not null,
    lang text not null check (lang in ('vi', 'en')),
    source text,
    url text,
    published_at bigint,
    received_at bigint not null,
    -- HMAC of the sender's identifier, or of what else makes the message this one.
    origin_hmac bytea unique,
    exact_hash bigint not null,
    sketch bytea not null,
    group_id uuid references groups (id),
    -- When the text is erased; null while it is the confirmed sighting of a living claim.
    expires_at bigint
);
create index messages_of_group on messages (group_id, id);
create index messages_by_expiry on messages (expires_at);

-- A proposed tie between a group and a claim.
create table matches (
    group_id uuid not null references groups (id),
    claim_id uuid not null references claims (id),
    probability double precision not null,
    decision text not null check (decision in ('answer', 'suggest', 'none')),
    reasons text not null,
    state text not null check (state in ('proposed', 'accepted', 'rejected')),
    decided_at bigint,
    primary key (group_id, claim_id)
);
create index matches_of_claim on matches (claim_id);

create table receipts (
    hash bytea not null primary key,
    message_id uuid references messages (id),
    outcome text not null check (outcome in ('received', 'answered', 'dismissed', 'expired')),
    claim_id uuid references claims (id),
    reason text,
    -- To the hour.
    received_at bigint not null
);
create index receipts_of_message on receipts (message_id);

create table cases (
    id uuid not null primary key,
    claim_id uuid not null unique references claims (id),
    state text not null check (state in ('inbox', 'open', 'verifying', 'draft', 'review',
        'published', 'correcting', 'retracted', 'dismissed', 'merged')),
    before_merge text,
    owner_org uuid references organisations (id),
    dismiss_reason text check (dismiss_reason in ('opinion', 'prediction', 'satire',
        'private_matter', 'cannot_be_known', 'not_in_public_interest')),
    question text,
    due_at bigint,
    -- When a draft was first submitted: from then on opinions can be read, so none is taken.
    submitted_at bigint,
    -- Rises with each change: an update names the version it expects.
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    check ((state = 'merged') = (before_merge is not null)),
    check ((state = 'dismissed') = (dismiss_reason is not null))
);
create index cases_by_state on cases (state, updated_at);

-- Which organisations a claim concerns. A lifted mark stays, with its public reason.
create table involvements (
    claim_id uuid not null references claims (id),
    org_id uuid not null references organisations (id),
    reason text not null,
    marked_by uuid not null references organisations (id),
    marked_at bigint not null,
    lifted_by uuid references organisations (id),
    lifted_reason text,
    lifted_at bigint,
    primary key (claim_id, org_id, marked_at),
    check (lifted_by <> org_id),
    check ((lifted_by is null) = (lifted_reason is null))
);
-- One mark at a time.
create unique index involvements_standing on involvements (claim_id, org_id)
    where lifted_at is null;

create table asked (
    case_id uuid not null references cases (id),
    org_id uuid not null references organisations (id),
    asked_at bigint not null,
    primary key (case_id, org_id)
);

create table opinions (
    id uuid not null primary key,
    case_id uuid not null references cases (id),
    org_id uuid not null references organisations (id),
    member_id uuid not null references members (id),
    rating text not null,
    text text not null,
    interest text not null,
    given_at bigint not null,
    unique (case_id, org_id)
);

create table blobs (
    sha256 text not null primary key,
    n_bytes bigint not null,
    media_type text not null,
    created_at bigint not null
);

-- On PostgreSQL, where each node has a folder of its own, the pages themselves, so that any node
-- can die. Not among the tables of a backup, which has them as files.
create table blob_bytes (
    sha256 text not null primary key references blobs (sha256),
    bytes bytea not null
);

create table evidence (
    id uuid not null primary key,
    case_id uuid not null references cases (id),
    org_id uuid not null references organisations (id),
    stance text not null check (stance in ('for', 'against')),
    publisher text not null,
    title text not null,
    url text not null,
    published text,
    note_vi text,
    note_en text,
    interest_vi text,
    interest_en text,
    capture_state text not null
        check (capture_state in ('pending', 'archived', 'failed', 'none (demo)')),
    capture_sha256 text references blobs (sha256),
    capture_why text,
    added_at bigint not null,
    withdrawn_at bigint,
    check ((capture_state = 'archived') = (capture_sha256 is not null))
);
create index evidence_of_case on evidence (case_id);

-- The text that becomes the next version. One a case.
create table drafts (
    case_id uuid not null primary key references cases (id),
    content text not null,
    hash bytea not null,
    updated_at bigint not null
);

create table draft_editors (
    case_id uuid not null references cases (id),
    member_id uuid not null references members (id),
    primary key (case_id, member_id)
);

create table signatures (
    case_id uuid not null references cases (id),
    member_id uuid not null references members (id),
    org_id uuid not null references organisations (id),
    hash bytea not null,
    signed_at bigint not null,
    primary key (case_id, member_id)
);

-- Leaves of the log, in order. Never updated, never deleted.
create table log_entries (
    idx bigint not null primary key,
    kind text not null check (kind in ('publish', 'correct', 'retract', 'contest',
        'contest-outcome', 'policy')),
    -- The claim, or the name of the policy page.
    subject text not null,
    -- The version, or the number of the contest.
    rev bigint not null,
    entry text not null,
    unique (kind, subject, rev)
);

-- Published versions. No version without its log entry. Never updated, never deleted.
create table review_versions (
    claim_id uuid not null references claims (id),
    version bigint not null check (0 < version),
    class text not null,
    rating text not null,
    document text not null,
    salt bytea not null,
    published_at bigint not null,
    log_idx bigint not null unique references log_entries (idx),
    primary key (claim_id, version)
);
create index review_versions_by_time on review_versions (published_at);

create table events (
    id uuid not null primary key,
    at bigint not null,
    kind text not null,
    claim_id uuid references claims (id),
    group_id uuid references groups (id),
    org_id uuid references organisations (id),
    member_id uuid references members (id),
    body text not null
);
create index events_of_claim on events (claim_id, at);
create index events_of_group on events (group_id, at);
-- What happened to members.
create index events_of_members on events (at) where claim_id is null and group_id is null;

-- What every node's index must look at again, in order.
create table changes (
    seq bigint not null primary key,
    noun text not null check (noun in ('claim', 'group')),
    id uuid not null
);

-- How far the cursor was at which hour: what is a week older is not kept.
create table change_marks (
    at bigint not null primary key,
    seq bigint not null
);

create table jobs (
    id uuid not null primary key,
    name text not null,
    payload text not null,
    run_at bigint not null,
    attempts bigint not null,
    lease_until bigint,
    last_error text,
    -- Two jobs with the same key are one.
    unique_key text unique
);
create index jobs_by_time on jobs (run_at);
