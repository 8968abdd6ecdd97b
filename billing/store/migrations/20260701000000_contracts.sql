-- migrate:up

-- Contracts (3.10): owners over several top-level accounts. Their first day and their end are those of the plans they
-- hold (plan_held). A contract is gathered over its members when the store is distributed.

CREATE TABLE contract (
    contract_key    integer CONSTRAINT contract_key PRIMARY KEY,
    contract_sid    text COLLATE "C" NOT NULL CONSTRAINT contract_sid UNIQUE,
    display_name    text NOT NULL,
    record_time     timestamptz NOT NULL,
    record_cutoff   integer NOT NULL,
    CONSTRAINT contract_sid_form CHECK (contract_sid ~ '^CT[0-9a-f]{32}$')
);

-- On which days a top-level account is a member.
CREATE TABLE contract_membership (
    family_key          integer NOT NULL,
    membership_key      bigint GENERATED ALWAYS AS IDENTITY,
    contract_key        integer NOT NULL CONSTRAINT contract_membership_contract REFERENCES contract,
    start_day           date NOT NULL,
    end_day             date,
    record_time         timestamptz NOT NULL,
    record_cutoff       integer NOT NULL,
    supersede_time      timestamptz,
    supersede_cutoff    integer,
    CONSTRAINT contract_membership_key PRIMARY KEY (family_key, membership_key),
    CONSTRAINT contract_membership_days CHECK (start_day < end_day),
    CONSTRAINT contract_membership_no_overlap
        EXCLUDE USING gist (family_key WITH =, daterange(start_day, end_day) WITH &&) WHERE (supersede_cutoff IS NULL)
);
CREATE INDEX contract_membership_by_contract ON contract_membership (contract_key, start_day);

-- Which member pays on which days.
CREATE TABLE contract_payer (
    contract_key        integer NOT NULL CONSTRAINT contract_payer_contract REFERENCES contract,
    contract_payer_key  bigint GENERATED ALWAYS AS IDENTITY,
    payer_key           integer NOT NULL,
    start_day           date NOT NULL,
    end_day             date,
    record_time         timestamptz NOT NULL,
    record_cutoff       integer NOT NULL,
    supersede_time      timestamptz,
    supersede_cutoff    integer,
    CONSTRAINT contract_payer_key PRIMARY KEY (contract_key, contract_payer_key),
    CONSTRAINT contract_payer_days CHECK (start_day < end_day),
    CONSTRAINT contract_payer_no_overlap
        EXCLUDE USING gist (contract_key WITH =, daterange(start_day, end_day) WITH &&) WHERE (supersede_cutoff IS NULL)
);
CREATE INDEX contract_payer_by_payer ON contract_payer (payer_key);

-- A contract's own price for the plan it holds (2.4); all null where the price of the plan's version holds.
ALTER TABLE plan_held
    ADD COLUMN own_rate numeric(12, 9),
    ADD COLUMN own_minimum numeric(28, 9),
    ADD COLUMN own_flat_amount numeric(28, 9);
ALTER TABLE plan_held ADD CONSTRAINT plan_held_own_price CHECK (
    (own_rate IS NULL AND own_minimum IS NULL)
    OR (own_rate >= 0 AND own_rate <= 1 AND own_minimum >= 0 AND own_flat_amount IS NULL)) NOT VALID;

-- Adjustments (6.5) ------------------------------------------------------------------------------------------------

-- Of which families a closed period's usage or Flex activity has changed since: written by the roll-up, and by whatever
-- voids or corrects.
CREATE TABLE late_activity (
    family_key      integer NOT NULL,
    period          date NOT NULL,
    cutoff          integer NOT NULL,
    CONSTRAINT late_activity_key PRIMARY KEY (cutoff, family_key, period)
);

-- A line of an adjustment: what the parts of a product, a plan or a Flex pricing model come to now, less what the records
-- before carried. item_key is a product_key, the rank of a plan, or a pricing model.
CREATE TABLE charge_adjustment_line (
    amount_minor    bigint NOT NULL,
    payer_key       integer NOT NULL,
    slice_key       integer NOT NULL,
    ordinal         integer NOT NULL,
    line_number     integer NOT NULL,
    item_key        integer NOT NULL,
    CONSTRAINT charge_adjustment_line_key PRIMARY KEY (slice_key, ordinal, line_number, payer_key)
);

CREATE TABLE charge_adjustment_part (
    amount_minor    bigint NOT NULL,
    due_minor       bigint NOT NULL,
    carried_minor   bigint NOT NULL,
    payer_key       integer NOT NULL,
    slice_key       integer NOT NULL,
    ordinal         integer NOT NULL,
    line_number     integer NOT NULL,
    account_key     integer NOT NULL,
    CONSTRAINT charge_adjustment_part_key PRIMARY KEY (slice_key, ordinal, line_number, account_key, payer_key),
    CONSTRAINT charge_adjustment_part_amount CHECK (amount_minor = due_minor - carried_minor)
);

-- From which period on an owner that was set apart is still to be settled, once it is released.
ALTER TABLE closing_set_apart ADD COLUMN settle_from date;

-- When the records of a slice came into the feed, in business time (3.9).
ALTER TABLE charge_slice ADD COLUMN emit_time timestamptz;

-- migrate:down

ALTER TABLE charge_slice DROP COLUMN emit_time;
ALTER TABLE closing_set_apart DROP COLUMN settle_from;
DROP TABLE charge_adjustment_part, charge_adjustment_line, late_activity;
ALTER TABLE plan_held DROP COLUMN own_rate, DROP COLUMN own_minimum, DROP COLUMN own_flat_amount;
DROP TABLE contract_payer, contract_membership, contract;
