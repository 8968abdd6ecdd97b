-- migrate:up

-- What the last failure of a shard says, and when it was, in real time; it stays once the shard is done.
ALTER TABLE closing_shard ADD COLUMN error text, ADD COLUMN error_time timestamptz;
ALTER TABLE rehearsal_shard ADD COLUMN error text, ADD COLUMN error_time timestamptz;

-- migrate:down

ALTER TABLE rehearsal_shard DROP COLUMN error, DROP COLUMN error_time;
ALTER TABLE closing_shard DROP COLUMN error, DROP COLUMN error_time;
