-- Where the log has the newest version of each answer that stands: null before the first one and
-- after a retraction. Lists of answers walk these in order, however many answers and versions there
-- are. Derived, and kept by the statement that publishes; `doctor` compares.

alter table claims add column answer_idx bigint;
update claims set answer_idx = (select v.log_idx from review_versions v
    where v.claim_id = claims.id and v.class <> 'retraction' and not exists (select 1
    from review_versions w where w.claim_id = v.claim_id and v.version < w.version));
create unique index claims_by_answer on claims (answer_idx) where answer_idx is not null;
create index claims_by_topic on claims (topic, answer_idx) where answer_idx is not null;

-- The same beside each place, so that the answers about one are in order, too.
alter table claim_places add column answer_idx bigint;
update claim_places set answer_idx = (select c.answer_idx from claims c
    where c.id = claim_places.claim_id);
drop index claim_places_by_province;
create index claim_places_by_province on claim_places (province, answer_idx);
create index claim_places_by_place on claim_places (place, answer_idx);
create index claim_places_answered on claim_places (province, place) where answer_idx is not null;

-- Which versions an organisation signed, in order.
alter table version_signers add column log_idx bigint;
update version_signers set log_idx = (select v.log_idx from review_versions v
    where v.claim_id = version_signers.claim_id and v.version = version_signers.version);
drop index version_signers_of_org;
create index version_signers_of_org on version_signers (org_id, log_idx);

create index review_versions_with_notice on review_versions (log_idx)
    where class in ('correction', 'verdict_change', 'retraction');
