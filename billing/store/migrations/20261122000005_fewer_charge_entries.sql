-- migrate:up

-- Only records of plans and credits are looked up by whose they are: the others, by far the most, need no entry.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX charge_record_by_owner ON charge_record (party_key, period) WHERE kind >= 3;
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX charge_record_by_party;

-- migrate:down

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX charge_record_by_party ON charge_record (party_key, period);
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX charge_record_by_owner;
