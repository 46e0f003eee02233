-- Whether something in a proposed tie forbade an answer, however likely it was.
alter table matches add column vetoed boolean not null default false;

-- What members rejected in groups that nothing is left of: so that figures of past months stay as
-- they were. The group is gone, and so are its texts and reasons; the time is a month.
create table past_pairs (
    group_id uuid not null,
    claim_id uuid not null references claims (id),
    lang text not null check (lang in ('vi', 'en')),
    month text not null,
    probability double precision not null,
    decision text not null check (decision in ('answer', 'suggest', 'none')),
    is_first boolean not null,
    is_vetoed boolean not null,
    primary key (group_id, claim_id)
);
-- The newest decisions.
create index matches_decided on matches (decided_at) where decided_at is not null;
-- Where merged claims went.
create index claims_merged on claims (merged_into) where merged_into is not null;
