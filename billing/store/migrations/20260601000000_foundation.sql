-- migrate:up

-- What every table has in common
--
-- Dated rows say on which days something holds (start_day, end_day; the end excluded, null while open), when that was
-- recorded, and when it was superseded by what was recorded later. Nothing is overwritten (3.9).
--
-- The cut-off of a write is the number of closings started before it; closing n reads what carries less than n. It is
-- read by begin_write() under a shared lock that starting a closing takes exclusively for an instant.
--
-- Tables that grow with customers carry the top-level account (family_key, owner_key or payer_key) in every key, so that
-- they can be distributed by it and stay co-located.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- The store: fixed when it is made (1.1) ---------------------------------------------------------------------------

CREATE TABLE store (
    singleton       boolean PRIMARY KEY DEFAULT true CONSTRAINT store_singleton CHECK (singleton),
    currency        text NOT NULL CONSTRAINT store_currency CHECK (currency ~ '^[A-Z]{3}$'),
    minor_digits    smallint NOT NULL CONSTRAINT store_minor_digits CHECK (minor_digits BETWEEN 0 AND 9),
    billing_zone    text NOT NULL,
    test_mode       boolean NOT NULL,
    make_time       timestamptz NOT NULL
);

-- What changes with time and is read by every write: how many closings were started, how often accounts and the
-- catalogue changed (so that caches know), and what the test clock shows.
CREATE TABLE store_state (
    singleton           boolean PRIMARY KEY DEFAULT true CONSTRAINT store_state_singleton CHECK (singleton),
    closings_started    integer NOT NULL DEFAULT 0,
    account_generation  bigint NOT NULL DEFAULT 0,
    product_generation  bigint NOT NULL DEFAULT 0,
    test_time           timestamptz
);
INSERT INTO store_state DEFAULT VALUES;

-- Take the shared lock of the cut-off and return it, with what the test clock shows. Two statements, so that the second
-- sees what was committed while the first waited.
CREATE FUNCTION begin_write(OUT cutoff integer, OUT test_time timestamptz) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7070001);
    SELECT s.closings_started, s.test_time INTO STRICT cutoff, test_time FROM store_state s;
END $$;

-- Requests, kept so that a repeat answers the same (30 days, real time), and the audit trail ------------------------

CREATE TABLE request (
    caller          text NOT NULL,
    rpc             text NOT NULL,
    request_id      uuid NOT NULL,
    content_hash    bytea NOT NULL,
    response        bytea,
    keep_time       timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT request_key PRIMARY KEY (caller, rpc, request_id)
);
CREATE INDEX request_by_keep_time ON request (keep_time);

CREATE TABLE audit_event (
    event_number    bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_event_key PRIMARY KEY,
    event_time      timestamptz NOT NULL,
    cutoff          integer NOT NULL,
    caller          text NOT NULL,
    role            text NOT NULL,
    rpc             text NOT NULL,
    subject         text NOT NULL COLLATE "C",
    request_id      uuid,
    request_json    text NOT NULL
);
CREATE INDEX audit_event_by_subject ON audit_event (subject, event_number);

-- Accounts ---------------------------------------------------------------------------------------------------------

-- Accounts and contracts share the numbers, so that an owner is one number.
CREATE SEQUENCE party_key_seq AS integer;

-- From a SID to the keys; never changes, so it can be cached for ever.
CREATE TABLE account_sid (
    account_sid     text COLLATE "C" CONSTRAINT account_sid_key PRIMARY KEY,
    family_key      integer NOT NULL,
    account_key     integer NOT NULL,
    CONSTRAINT account_sid_form CHECK (account_sid ~ '^AC[0-9a-f]{32}$')
);

CREATE TABLE account (
    family_key      integer NOT NULL,
    account_key     integer NOT NULL,
    account_sid     text COLLATE "C" NOT NULL,
    display_name    text NOT NULL,
    record_time     timestamptz NOT NULL,
    record_cutoff   integer NOT NULL,
    CONSTRAINT account_key PRIMARY KEY (family_key, account_key)
);
CREATE INDEX account_by_key ON account (account_key);

-- The days on which an account exists (3.1).
CREATE TABLE account_life (
    family_key          integer NOT NULL,
    account_key         integer NOT NULL,
    start_day           date NOT NULL,
    end_day             date,
    generation          bigint NOT NULL,
    record_time         timestamptz NOT NULL,
    record_cutoff       integer NOT NULL,
    supersede_time      timestamptz,
    supersede_cutoff    integer,
    CONSTRAINT account_life_days CHECK (start_day < end_day)
);
CREATE UNIQUE INDEX account_life_current ON account_life (family_key, account_key) WHERE supersede_cutoff IS NULL;
CREATE INDEX account_life_by_start ON account_life (start_day);
CREATE INDEX account_life_by_account ON account_life (family_key, account_key);
CREATE INDEX account_life_by_generation ON account_life (generation) WHERE generation > 0;

-- The catalogue (2) ------------------------------------------------------------------------------------------------

CREATE TABLE plan (
    plan_id         text COLLATE "C" CONSTRAINT plan_key PRIMARY KEY,
    rank            smallint NOT NULL,
    self_service    boolean NOT NULL
);

CREATE TABLE plan_text (
    plan_id         text COLLATE "C" NOT NULL CONSTRAINT plan_text_plan REFERENCES plan,
    language_code   text COLLATE "C" NOT NULL,
    display_name    text NOT NULL,
    description     text NOT NULL,
    CONSTRAINT plan_text_key PRIMARY KEY (plan_id, language_code)
);

-- One version per plan and day; never edited (2.3).
CREATE TABLE plan_version (
    plan_version_key    integer GENERATED ALWAYS AS IDENTITY CONSTRAINT plan_version_key PRIMARY KEY,
    plan_id             text COLLATE "C" NOT NULL CONSTRAINT plan_version_plan REFERENCES plan,
    version_number      integer NOT NULL,
    effective_day       date NOT NULL,
    rate                numeric(12, 9),
    minimum             numeric(28, 9),
    flat_amount         numeric(28, 9),
    guarantees          jsonb NOT NULL,
    channels            smallint[] NOT NULL,
    services            smallint[] NOT NULL,
    record_time         timestamptz NOT NULL,
    record_cutoff       integer NOT NULL,
    CONSTRAINT plan_version_number UNIQUE (plan_id, version_number),
    CONSTRAINT plan_version_day UNIQUE (plan_id, effective_day),
    CONSTRAINT plan_version_price CHECK (
        (flat_amount IS NULL AND rate >= 0 AND rate <= 1 AND minimum >= 0)
        OR (flat_amount >= 0 AND rate IS NULL AND minimum IS NULL))
);

-- Plans held, by owner (3) -----------------------------------------------------------------------------------------

CREATE TABLE plan_held (
    owner_key           integer NOT NULL,
    plan_held_key       bigint GENERATED ALWAYS AS IDENTITY,
    plan_id             text COLLATE "C" NOT NULL,
    start_day           date NOT NULL,
    end_day             date,
    origin              smallint NOT NULL CONSTRAINT plan_held_origin CHECK (origin BETWEEN 1 AND 3),
    by_staff            boolean NOT NULL,
    record_time         timestamptz NOT NULL,
    record_cutoff       integer NOT NULL,
    supersede_time      timestamptz,
    supersede_cutoff    integer,
    CONSTRAINT plan_held_key PRIMARY KEY (owner_key, plan_held_key),
    CONSTRAINT plan_held_days CHECK (start_day < end_day),
    CONSTRAINT plan_held_no_overlap EXCLUDE USING gist (owner_key WITH =, daterange(start_day, end_day) WITH &&)
        WHERE (supersede_cutoff IS NULL)
);
CREATE INDEX plan_held_by_owner ON plan_held (owner_key, start_day);

-- Products and prices (4.5, 4.7) -----------------------------------------------------------------------------------

CREATE TABLE product (
    product_key     integer GENERATED ALWAYS AS IDENTITY CONSTRAINT product_key PRIMARY KEY,
    product_id      text COLLATE "C" NOT NULL CONSTRAINT product_id UNIQUE,
    display_name    text NOT NULL,
    unit            text NOT NULL,
    record_time     timestamptz NOT NULL,
    record_cutoff   integer NOT NULL,
    CONSTRAINT product_id_form CHECK (product_id ~ '^[a-z0-9-]{1,64}$')
);

-- Stage and family from a month on, until the next row of the product (4.7).
CREATE TABLE product_terms (
    product_key         integer NOT NULL CONSTRAINT product_terms_product REFERENCES product,
    start_month         date NOT NULL CONSTRAINT product_terms_month CHECK (extract(day FROM start_month) = 1),
    stage               smallint NOT NULL,
    family              smallint NOT NULL,
    covered             boolean NOT NULL,
    record_time         timestamptz NOT NULL,
    record_cutoff       integer NOT NULL,
    supersede_time      timestamptz,
    supersede_cutoff    integer
);
CREATE UNIQUE INDEX product_terms_current ON product_terms (product_key, start_month) WHERE supersede_cutoff IS NULL;

-- A price from a month on, until the next row of the product (4.5).
CREATE TABLE price (
    price_key           integer GENERATED ALWAYS AS IDENTITY CONSTRAINT price_key PRIMARY KEY,
    product_key         integer NOT NULL CONSTRAINT price_product REFERENCES product,
    start_month         date NOT NULL CONSTRAINT price_month CHECK (extract(day FROM start_month) = 1),
    unit_price          numeric(21, 12) NOT NULL CONSTRAINT price_unit_price CHECK (unit_price >= 0),
    record_time         timestamptz NOT NULL,
    record_cutoff       integer NOT NULL,
    supersede_time      timestamptz,
    supersede_cutoff    integer
);
CREATE UNIQUE INDEX price_current ON price (product_key, start_month) WHERE supersede_cutoff IS NULL;

-- Usage (4.1): one row per event, partitioned by period ------------------------------------------------------------

-- A batch is what one transaction recorded of one period; its events carry its key.
CREATE TABLE usage_batch (
    batch_key       bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT usage_batch_key PRIMARY KEY,
    period          date NOT NULL,
    cutoff          integer NOT NULL,
    event_count     integer NOT NULL,
    record_time     timestamptz NOT NULL,
    rolled_up       boolean NOT NULL DEFAULT false
);
CREATE INDEX usage_batch_tail ON usage_batch (period, cutoff, batch_key) WHERE NOT rolled_up;

-- Columns of 8 bytes first, so that a row wastes nothing. Quantities in 10⁻⁶ of the unit, amounts in 10⁻⁹ of the currency.
CREATE TABLE usage_event (
    occur_time      timestamptz NOT NULL,
    quantity_micros bigint NOT NULL,
    amount_nanos    bigint NOT NULL,
    batch_key       bigint NOT NULL,
    family_key      integer NOT NULL,
    account_key     integer NOT NULL,
    product_key     integer NOT NULL,
    event_id        uuid NOT NULL,
    rated           boolean NOT NULL
) PARTITION BY RANGE (occur_time);


CREATE TABLE usage_rollup (
    family_key              integer NOT NULL,
    account_key             integer NOT NULL,
    product_key             integer NOT NULL,
    day                     date NOT NULL,
    cutoff                  integer NOT NULL,
    event_count             bigint NOT NULL,
    quantity_micros         numeric NOT NULL,
    unrated_micros          numeric NOT NULL,
    rated_nanos             numeric NOT NULL,
    CONSTRAINT usage_rollup_key PRIMARY KEY (family_key, account_key, product_key, day, cutoff)
) PARTITION BY RANGE (day);

-- Make the partitions of a period, if they are not there. Made apart and then attached, so that readers are not held up.
-- The unique key stands on each partition: the period is part of it without being a column (4.1). When the period begins
-- and ends is said by the caller: where clocks go back at midnight, Postgres takes the second midnight for the day's start.
CREATE FUNCTION make_usage_partitions(period date, start_time timestamptz, end_time timestamptz) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    suffix text := to_char(period, 'YYYY_MM');
    next_period date := (period + interval '1 month')::date;
BEGIN
    PERFORM pg_advisory_xact_lock(7070002);
    IF to_regclass('usage_event_' || suffix) IS NULL THEN
        EXECUTE format('CREATE TABLE usage_event_%s (LIKE usage_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', suffix);
        EXECUTE format('ALTER TABLE usage_event_%s SET (autovacuum_vacuum_insert_scale_factor = 0.5)', suffix);
        EXECUTE format('CREATE UNIQUE INDEX usage_event_%s_key ON usage_event_%s (family_key, account_key, event_id)',
                       suffix, suffix);
        EXECUTE format('CREATE INDEX usage_event_%s_batch ON usage_event_%s USING brin (batch_key) '
                       'WITH (pages_per_range = 32)', suffix, suffix);
        EXECUTE format('ALTER TABLE usage_event ATTACH PARTITION usage_event_%s FOR VALUES FROM (%L) TO (%L)', suffix,
                       start_time, end_time);
    END IF;
    IF to_regclass('usage_rollup_' || suffix) IS NULL THEN
        EXECUTE format('CREATE TABLE usage_rollup_%s (LIKE usage_rollup INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', suffix);
        EXECUTE format('ALTER TABLE usage_rollup ATTACH PARTITION usage_rollup_%s FOR VALUES FROM (%L) TO (%L)', suffix,
                       period, next_period);
    END IF;
END $$;

-- Closings (6) -----------------------------------------------------------------------------------------------------

CREATE TABLE closing (
    closing_number  integer CONSTRAINT closing_key PRIMARY KEY,
    period          date NOT NULL CONSTRAINT closing_period UNIQUE,
    state           smallint NOT NULL CONSTRAINT closing_state CHECK (state BETWEEN 1 AND 3),
    start_time      timestamptz NOT NULL,
    complete_time   timestamptz,
    started_by      text NOT NULL,
    digest          bytea,
    shards_made     boolean NOT NULL DEFAULT false
);

-- A shard is a range of owners. The lease is in real time; whoever holds it may write the shard's records, once.
CREATE TABLE closing_shard (
    closing_number  integer NOT NULL CONSTRAINT closing_shard_closing REFERENCES closing,
    shard_number    integer NOT NULL,
    owner_from      integer NOT NULL,
    owner_to        integer NOT NULL,
    retry           boolean NOT NULL,
    done            boolean NOT NULL DEFAULT false,
    lease_holder    uuid,
    lease_until     timestamptz,
    ring_time       timestamptz,
    attempt_count   integer NOT NULL DEFAULT 0,
    CONSTRAINT closing_shard_key PRIMARY KEY (closing_number, shard_number)
);
CREATE INDEX closing_shard_open ON closing_shard (closing_number, shard_number) WHERE NOT done;

-- Owners whose calculation failed (6.6): set apart (1), calculated since (2), released (3).
CREATE TABLE closing_set_apart (
    closing_number  integer NOT NULL CONSTRAINT closing_set_apart_closing REFERENCES closing,
    owner_key       integer NOT NULL,
    reason          text NOT NULL,
    state           smallint NOT NULL CONSTRAINT closing_set_apart_state CHECK (state BETWEEN 1 AND 3),
    CONSTRAINT closing_set_apart_key PRIMARY KEY (closing_number, owner_key)
);

-- Charge records and the feed (6.8) --------------------------------------------------------------------------------

-- The one row that gives out feed positions, and notes how far the relay has come.
CREATE TABLE charge_feed (
    singleton           boolean PRIMARY KEY DEFAULT true CONSTRAINT charge_feed_singleton CHECK (singleton),
    last_position       bigint NOT NULL DEFAULT 0,
    relayed_position    bigint NOT NULL DEFAULT 0
);
INSERT INTO charge_feed DEFAULT VALUES;

-- What one transaction put into the feed: the records (slice_key, 1 … record_count) at base_position + ordinal.
CREATE TABLE charge_slice (
    slice_key       integer GENERATED ALWAYS AS IDENTITY CONSTRAINT charge_slice_key PRIMARY KEY,
    closing_number  integer NOT NULL,
    base_position   bigint NOT NULL CONSTRAINT charge_slice_position UNIQUE,
    record_count    integer NOT NULL
);
CREATE INDEX charge_slice_by_closing ON charge_slice (closing_number);

CREATE TABLE charge_slice_total (
    slice_key       integer NOT NULL CONSTRAINT charge_slice_total_slice REFERENCES charge_slice,
    kind            smallint NOT NULL,
    record_count    integer NOT NULL,
    amount_minor    numeric NOT NULL,
    CONSTRAINT charge_slice_total_key PRIMARY KEY (slice_key, kind)
);

-- Amounts in the currency's minor unit. party_key is the account of a USAGE or FLEX record and the owner of a
-- SUPPORT_PLAN or SUPPORT_CREDIT record. The digest is the SHA-256 of what the record charges (6.3).
CREATE TABLE charge_record (
    amount_minor    bigint NOT NULL,
    payer_key       integer NOT NULL,
    slice_key       integer NOT NULL,
    ordinal         integer NOT NULL,
    party_key       integer NOT NULL,
    closing_number  integer NOT NULL,
    period          date NOT NULL,
    kind            smallint NOT NULL CONSTRAINT charge_record_kind CHECK (kind BETWEEN 1 AND 4),
    charge_id       uuid NOT NULL,
    record_digest   bytea NOT NULL,
    CONSTRAINT charge_record_id UNIQUE (charge_id, payer_key)
);
CREATE UNIQUE INDEX charge_record_position ON charge_record (slice_key, ordinal, payer_key);
CREATE INDEX charge_record_by_payer ON charge_record (payer_key, period, closing_number);
CREATE INDEX charge_record_by_party ON charge_record (party_key, period);

-- A line of a USAGE record is its own and only part (4.6).
CREATE TABLE charge_usage_line (
    amount_minor    bigint NOT NULL,
    payer_key       integer NOT NULL,
    slice_key       integer NOT NULL,
    ordinal         integer NOT NULL,
    line_number     integer NOT NULL,
    account_key     integer NOT NULL,
    product_key     integer NOT NULL,
    price_key       integer NOT NULL,
    covered         boolean NOT NULL,
    rated_nanos     numeric NOT NULL,
    unrated_micros  numeric NOT NULL,
    CONSTRAINT charge_usage_line_key PRIMARY KEY (slice_key, ordinal, line_number, payer_key)
);
COMMENT ON COLUMN charge_usage_line.price_key IS '0 when nothing was priced here';

-- A line of a SUPPORT_PLAN record is a segment, with the inputs of its calculation (5.4, 6.7).
CREATE TABLE charge_support_line (
    amount_minor        bigint NOT NULL,
    spend_minor         bigint NOT NULL,
    payer_key           integer NOT NULL,
    slice_key           integer NOT NULL,
    ordinal             integer NOT NULL,
    line_number         integer NOT NULL,
    plan_version_key    integer NOT NULL,
    start_day           date NOT NULL,
    end_day             date NOT NULL,
    rate                numeric(12, 9),
    minimum             numeric(28, 9),
    flat_amount         numeric(28, 9),
    CONSTRAINT charge_support_line_key PRIMARY KEY (slice_key, ordinal, line_number, payer_key)
);

CREATE TABLE charge_support_part (
    amount_minor    bigint NOT NULL,
    weight_minor    bigint NOT NULL,
    payer_key       integer NOT NULL,
    slice_key       integer NOT NULL,
    ordinal         integer NOT NULL,
    line_number     integer NOT NULL,
    account_key     integer NOT NULL,
    CONSTRAINT charge_support_part_key PRIMARY KEY (slice_key, ordinal, line_number, account_key, payer_key)
);

CREATE TABLE charge_consumer (
    consumer        text COLLATE "C" CONSTRAINT charge_consumer_key PRIMARY KEY,
    feed_position   bigint NOT NULL,
    record_time     timestamptz NOT NULL
);

-- migrate:down

DROP TABLE charge_consumer, charge_support_part, charge_support_line, charge_usage_line, charge_record,
    charge_slice_total, charge_slice, charge_feed, closing_set_apart, closing_shard, closing, usage_rollup, usage_event,
    usage_batch, price, product_terms, product, plan_held, plan_version, plan_text, plan, account_life, account,
    account_sid, audit_event, request, store_state, store;
DROP FUNCTION begin_write, make_usage_partitions;
DROP SEQUENCE party_key_seq;
