-- The figures of the statistics page as queries over the open data. Each gives lines of key, value
-- and, where the value is a part of something, out_of. They run in DuckDB, in the folder of the files:
--
--     duckdb < statistics.sql
--
-- The other formats give the same figures: instead of 'reviews.parquet' write 'reviews.jsonl', or
-- read_csv('reviews.csv', all_varchar = true).

create view reviews as select * from 'reviews.parquet';
create view versions as select * from 'versions.parquet';
create view contests as select * from 'contests.parquet';
create view waiting as select * from 'waiting.parquet';

-- name: answers_standing
select 'all' as key, count(*) as value, null as out_of
from reviews where not is_retracted::boolean;

-- name: answers_by_month
select strftime(first_published::date, '%Y-%m') as key, count(*) as value, null as out_of
from reviews group by all order by key;

-- name: answers_by_rating
select rating as key, count(*) as value, null as out_of
from reviews where not is_retracted::boolean group by all order by key;

-- name: answers_by_topic
select coalesce(topic, 'none') as key, count(*) as value, null as out_of
from reviews where not is_retracted::boolean group by all order by key;

-- name: answers_by_place
select key, count(*) as value, null as out_of
from (select unnest(string_split(provinces, ' ')) as key from reviews where not is_retracted::boolean)
group by all order by key;

-- name: days_to_answer
select 'all' as key, quantile_disc(first_published::date - first_seen::date, 0.5) as value,
  count(*) as out_of
from reviews where first_seen::date <= first_published::date;

-- name: answers_corrected
select 'all' as key,
  count(distinct number) filter (class in ('correction', 'verdict_change', 'retraction')) as value,
  count(distinct number) as out_of
from versions;

-- name: versions_by_class
select class as key, count(*) as value, null as out_of
from versions group by all order by key;

-- name: contests_by_state
select state as key, count(*) as value, null as out_of
from contests group by all order by key;

-- name: versions_by_organisation
select key, count(*) as value, null as out_of
from (select unnest(string_split(signed_by, ' ')) as key from versions)
group by all order by key;

-- name: waiting_by_progress
select progress as key, count(*) as value, null as out_of
from waiting group by all order by key;
