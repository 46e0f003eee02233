-- The hash of the picture that a message came with (PDQ, 32 bytes): all that is kept of it. It goes
-- with the text of its message.

alter table messages add column picture bytea;
create index messages_with_picture on messages (id) where picture is not null;
