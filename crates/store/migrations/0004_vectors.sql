-- Vectors of claims' texts, for desks with an embedding model. Derived data: made anew from the texts
-- at any time, and not among the tables of a backup.

-- Models that vectors are kept of: the one in use, and the one before it until the new one's are
-- complete.
create table models (
    -- SHA-256 of weights, tokenizer and configuration.
    hash bytea not null primary key,
    name text not null,
    n_dims bigint not null check (0 < n_dims),
    -- Every change up to here was looked at.
    cursor bigint not null,
    -- While all claims are gone through: the last one looked at. Null otherwise.
    filled_to uuid,
    -- Whether all claims were gone through once: from then on vectors take part in matching.
    complete boolean not null,
    -- Rises with each row written, and never falls.
    seq bigint not null,
    adopted_at bigint not null
);

create table claim_vectors (
    model bytea not null references models (hash),
    claim_id uuid not null references claims (id),
    seq bigint not null,
    -- For each text of the claim that has a vector: 8 bytes of its hash, then a byte a dimension.
    vectors bytea not null,
    primary key (model, claim_id)
);
create index claim_vectors_by_seq on claim_vectors (model, seq);
-- When texts are erased, the vectors of their claim go.
create index claim_vectors_of_claim on claim_vectors (claim_id);
