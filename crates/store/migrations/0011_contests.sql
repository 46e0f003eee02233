-- Public requests to correct an answer, and what became of them.

create table contests (
    number bigint not null primary key,
    claim_id uuid not null references claims (id),
    -- The version that is contested.
    version bigint not null check (0 < version),
    kind text not null
        check (kind in ('fact', 'rating', 'evidence', 'wording', 'involvement', 'other')),
    -- Masked, for the members who decide; never public. Erased some time after the decision.
    text text,
    lang text not null check (lang in ('vi', 'en')),
    -- A page of a listed publisher or institution.
    url text,
    -- The organisation that the claim is said to concern, and whether a mark came of it.
    concerns_org uuid references organisations (id),
    marked boolean not null,
    -- The number of the form that was sent: one that is sent twice is one contest.
    form bytea not null unique,
    salt bytea not null,
    -- To the hour.
    received_at bigint not null,
    due_at bigint not null,
    state text not null
        check (state in ('received', 'in_review', 'upheld', 'partly_upheld', 'rejected')),
    taken_by uuid references organisations (id),
    decided_by uuid references organisations (id),
    decided_at bigint,
    -- What the public reads: on the day it came, and at the end.
    document text not null,
    outcome text,
    log_idx bigint not null unique references log_entries (idx),
    outcome_idx bigint unique references log_entries (idx),
    -- Rises with each change: a form names the one that it showed.
    row_version bigint not null,
    check ((decided_at is null) = (outcome is null)),
    check ((decided_at is null) = (outcome_idx is null)),
    check ((decided_at is null) = (decided_by is null)),
    check ((state in ('received', 'in_review')) = (decided_at is null))
);
create index contests_of_claim on contests (claim_id, number);
create index contests_by_due on contests (state, due_at);

-- A mark that a contest made has no organisation that made it. Neither engine's way to drop a
-- `not null` is known to the other, so the table is made anew.
create table involvements_new (
    claim_id uuid not null references claims (id),
    org_id uuid not null references organisations (id),
    reason text not null,
    marked_by uuid references organisations (id),
    contest bigint references contests (number),
    marked_at bigint not null,
    lifted_by uuid references organisations (id),
    lifted_reason text,
    lifted_at bigint,
    primary key (claim_id, org_id, marked_at),
    check ((marked_by is null) <> (contest is null)),
    check (lifted_by <> org_id),
    check ((lifted_by is null) = (lifted_reason is null))
);
insert into involvements_new (claim_id, org_id, reason, marked_by, marked_at, lifted_by,
    lifted_reason, lifted_at)
    select claim_id, org_id, reason, marked_by, marked_at, lifted_by, lifted_reason, lifted_at
    from involvements;
drop table involvements;
alter table involvements_new rename to involvements;
-- One mark at a time.
create unique index involvements_standing on involvements (claim_id, org_id)
    where lifted_at is null;
