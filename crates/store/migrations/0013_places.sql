-- What organisations are responsible for, what they say about themselves, and where claims are
-- about. A place is the code of a province or ward (core::gazetteer).

alter table organisations add column about_vi text;
alter table organisations add column about_en text;
alter table organisations add column site text;

create table org_places (
    org_id uuid not null references organisations (id),
    place text not null,
    primary key (org_id, place)
);

create table org_topics (
    org_id uuid not null references organisations (id),
    topic text not null,
    primary key (org_id, topic)
);

create table claim_places (
    claim_id uuid not null references claims (id),
    place text not null,
    -- The province that it is in, or is: what is asked for a province has all of it.
    province text not null,
    primary key (claim_id, place)
);
create index claim_places_by_province on claim_places (province, place);

-- Which organisations' signatures a published version bears. Never updated, never deleted.
create table version_signers (
    claim_id uuid not null,
    version bigint not null,
    org_id uuid not null references organisations (id),
    primary key (claim_id, version, org_id),
    foreign key (claim_id, version) references review_versions (claim_id, version)
);
create index version_signers_of_org on version_signers (org_id);
-- What happened to organisations themselves.
create index events_of_orgs on events (org_id, at) where claim_id is null and group_id is null;
