-- What organisations bring to a case beside evidence, and what members are told.

-- What an opinion rests on: sources of the same case.
create table opinion_sources (
    opinion_id uuid not null references opinions (id),
    evidence_id uuid not null references evidence (id),
    primary key (opinion_id, evidence_id)
);

-- Meetings of organisations. Who came for them is not kept; minutes are for members.
create table meetings (
    id uuid not null primary key,
    case_id uuid not null references cases (id),
    -- 2026-11-01
    held text not null,
    agreed_vi text,
    agreed_en text,
    minutes text not null,
    -- Whether what was agreed goes out with the answer.
    is_public boolean not null,
    recorded_by uuid not null references organisations (id),
    recorded_at bigint not null,
    check (agreed_vi is not null or agreed_en is not null)
);
create index meetings_of_case on meetings (case_id);

create table meeting_orgs (
    meeting_id uuid not null references meetings (id),
    org_id uuid not null references organisations (id),
    primary key (meeting_id, org_id)
);

-- The right of reply, as it is published. One a case.
create table replies (
    case_id uuid not null primary key references cases (id),
    reply text not null,
    recorded_at bigint not null
);

-- That an organisation was reminded of an opinion it was asked for: once a stage.
create table reminders (
    case_id uuid not null references cases (id),
    org_id uuid not null references organisations (id),
    stage text not null check (stage in ('soon', 'today', 'overdue')),
    at bigint not null,
    primary key (case_id, org_id, stage)
);

-- What members say of themselves: the languages they read and, if they want mail, where to.
-- The one address that the desk keeps, of its own people only.
create table member_settings (
    member_id uuid not null primary key references members (id),
    -- 'vi', 'en' or 'vi,en'.
    reads text not null,
    notice_address text,
    last_mailed_at bigint
);

-- What a member was mailed about, so that nobody is mailed twice.
create table mailed (
    member_id uuid not null references members (id),
    thing text not null,
    at bigint not null,
    primary key (member_id, thing)
);
