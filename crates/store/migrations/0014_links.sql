-- A reader may paste the address of a page instead of its words: which answers name it is looked up.

create index evidence_by_url on evidence (url);
create index messages_by_url on messages (url) where url is not null;
