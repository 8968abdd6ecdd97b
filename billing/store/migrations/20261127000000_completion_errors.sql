-- migrate:up

-- What the latest attempt to complete a closing or a rehearsal failed with; null once it is complete.
ALTER TABLE closing ADD COLUMN completion_error text;
ALTER TABLE rehearsal ADD COLUMN completion_error text;

-- migrate:down

ALTER TABLE rehearsal DROP COLUMN completion_error;
ALTER TABLE closing DROP COLUMN completion_error;
