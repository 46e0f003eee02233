-- Messages of one text: a copy goes where the first one went, whichever node sorts it.
create index messages_by_text on messages (exact_hash) where group_id is not null;
