-- The queue: what harm a claim may do, who sees to it, what was done to several groups at once, and
-- which sentences readers see before there is an answer.

-- People who sent it in and wait for an answer: what a merge or a split moves is counted anew.
alter table groups add column n_asking bigint not null default 0 check (0 <= n_asking);
update groups set n_asking = (select count(*) from messages m
    where m.group_id = groups.id and m.channel = 'tip');
-- By what is claimed, never by who says it.
alter table groups add column risk text check (risk in ('low', 'medium', 'high'));
alter table claims add column risk text check (risk in ('low', 'medium', 'high'));
-- Which organisation sees to it, and which of its members.
alter table groups add column owner_org uuid references organisations (id);
alter table groups add column owner_member uuid references members (id);
alter table cases add column owner_member uuid references members (id);

-- How many came within the last day is counted for each look at the queue.
create index messages_by_arrival on messages (received_at, group_id);

-- One deed done to several groups in one transaction.
create table bulks (
    id uuid not null primary key,
    at bigint not null,
    deed text not null check (deed in ('dismiss', 'tie', 'assign', 'merge')),
    org_id uuid not null references organisations (id)
);
create index bulks_by_time on bulks (at);

-- What can still be undone of it: an item goes when it is undone, or with its group.
create table bulk_items (
    bulk_id uuid not null references bulks (id),
    group_id uuid not null references groups (id),
    -- How many events the group had when the deed was done: more, and something else happened since.
    n_events bigint not null,
    -- The claim that it was tied to.
    claim_id uuid references claims (id),
    -- Who saw to it before.
    before_org uuid references organisations (id),
    before_member uuid references members (id),
    primary key (bulk_id, group_id)
);
create index bulk_items_of_group on bulk_items (group_id);

-- Sentences that an editor worded and released: readers see that the claim is being checked.
create table releases (
    claim_id uuid not null primary key references claims (id),
    org_id uuid not null references organisations (id),
    released_at bigint not null
);

create table tasks (
    id uuid not null primary key,
    case_id uuid not null references cases (id),
    text text not null,
    -- Who does it: an organisation, and perhaps one of its members.
    org_id uuid not null references organisations (id),
    member_id uuid references members (id),
    due_at bigint,
    made_at bigint not null,
    done_at bigint
);
create index tasks_of_case on tasks (case_id, made_at);
create index tasks_due on tasks (due_at) where done_at is null;

-- Members' remarks, masked. Never published.
create table notes (
    id uuid not null primary key,
    case_id uuid not null references cases (id),
    org_id uuid not null references organisations (id),
    text text not null,
    made_at bigint not null
);
create index notes_of_case on notes (case_id, made_at);
