-- migrate:up

-- How many versions plans have, counted on the way with each, so that readers need not count them.
ALTER TABLE store_state ADD COLUMN version_count integer NOT NULL DEFAULT 0;
UPDATE store_state SET version_count = (SELECT count(*) FROM plan_version);

-- migrate:down

ALTER TABLE store_state DROP COLUMN version_count;
