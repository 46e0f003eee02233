-- How members prove who they are: a second factor, and an identity at the organisation's provider.

-- A second factor that was confirmed with a first code (RFC 6238).
create table second_factors (
    member_id uuid not null primary key references members (id),
    -- The secret, sealed under a key that is made from the desk's: the database alone does not
    -- give it away.
    sealed bytea not null,
    -- The step of the last code that was taken: no code works twice.
    last_step bigint not null,
    created_at bigint not null
);

-- Codes for a lost telephone, each good once: HMACs under the desk's key.
create table recovery_codes (
    member_id uuid not null references members (id),
    code_hmac bytea not null,
    primary key (member_id, code_hmac)
);

-- A member's identity at the OpenID Connect provider: an HMAC of issuer and `sub`, nothing that can
-- be read. No e-mail and no name is kept.
create table provider_links (
    identity_hmac bytea not null primary key,
    member_id uuid not null unique references members (id),
    created_at bigint not null
);

-- Whether the second factor was shown in this session.
alter table sessions add column passed_factor boolean not null default false;

-- Whether the link to a new password also takes the second factor away.
alter table invitations add column resets_factor boolean not null default false;
