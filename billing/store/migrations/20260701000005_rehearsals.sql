-- migrate:up

-- Rehearsals of the month-end: a closing that emits nothing. What stays is the report: totals, owners that would be set
-- apart, digest and comparison.

-- closing_number is the number that the closing would have: what carries less is read. last_batch_key is that of the last
-- batch of usage that was recorded when the rehearsal started; the shards wait until those up to it are rolled up.
CREATE TABLE rehearsal (
    rehearsal_number    integer GENERATED ALWAYS AS IDENTITY CONSTRAINT rehearsal_key PRIMARY KEY,
    period              date NOT NULL,
    closing_number      integer NOT NULL,
    last_batch_key      bigint NOT NULL,
    state               smallint NOT NULL CONSTRAINT rehearsal_state CHECK (state BETWEEN 1 AND 2),
    start_time          timestamptz NOT NULL,
    complete_time       timestamptz,
    started_by          text NOT NULL,
    digest              bytea,
    shards_made         boolean NOT NULL DEFAULT false,
    CONSTRAINT rehearsal_complete CHECK ((state = 2) = (complete_time IS NOT NULL AND digest IS NOT NULL))
);
CREATE INDEX rehearsal_running ON rehearsal (rehearsal_number) WHERE state = 1;

-- As closing_shard.
CREATE TABLE rehearsal_shard (
    rehearsal_number    integer NOT NULL CONSTRAINT rehearsal_shard_rehearsal REFERENCES rehearsal,
    shard_number        integer NOT NULL,
    owner_from          integer NOT NULL,
    owner_to            integer NOT NULL,
    done                boolean NOT NULL DEFAULT false,
    lease_holder        uuid,
    lease_until         timestamptz,
    ring_time           timestamptz,
    attempt_count       integer NOT NULL DEFAULT 0,
    CONSTRAINT rehearsal_shard_key PRIMARY KEY (rehearsal_number, shard_number)
);
ALTER TABLE closing_shard ALTER COLUMN retry SET DEFAULT false;

-- What the records of a shard come to; of shard 0, the credits.
CREATE TABLE rehearsal_total (
    rehearsal_number    integer NOT NULL CONSTRAINT rehearsal_total_rehearsal REFERENCES rehearsal,
    shard_number        integer NOT NULL,
    kind                smallint NOT NULL,
    record_count        integer NOT NULL,
    amount_minor        numeric NOT NULL,
    CONSTRAINT rehearsal_total_key PRIMARY KEY (rehearsal_number, shard_number, kind)
);

CREATE TABLE rehearsal_set_apart (
    rehearsal_number    integer NOT NULL CONSTRAINT rehearsal_set_apart_rehearsal REFERENCES rehearsal,
    owner_key           integer NOT NULL,
    reason              text NOT NULL,
    CONSTRAINT rehearsal_set_apart_key PRIMARY KEY (rehearsal_number, owner_key)
);

-- The records that the closing would emit, without their lines, until the rehearsal is complete: then its digest,
-- credits and comparison are made of them and they are deleted. Of a SUPPORT_PLAN record, what falls to which plan.
CREATE TABLE rehearsal_record (
    amount_minor        bigint NOT NULL,
    rehearsal_number    integer NOT NULL,
    payer_key           integer NOT NULL,
    party_key           integer NOT NULL,
    period              date NOT NULL,
    kind                smallint NOT NULL,
    charge_id           uuid NOT NULL,
    record_digest       bytea NOT NULL,
    plan_ids            text[] COLLATE "C" NOT NULL,
    plan_amounts_minor  bigint[] NOT NULL,
    CONSTRAINT rehearsal_record_key PRIMARY KEY (rehearsal_number, charge_id, payer_key)
);

-- The comparison of a closing, or of a rehearsal, with the closing of the month before: of each month, the records of its
-- own period from its own closing, credits left out.
CREATE TABLE closing_comparison (
    comparison_key      integer GENERATED ALWAYS AS IDENTITY CONSTRAINT closing_comparison_key PRIMARY KEY,
    closing_number      integer CONSTRAINT closing_comparison_closing REFERENCES closing
                                CONSTRAINT closing_comparison_once UNIQUE,
    rehearsal_number    integer CONSTRAINT closing_comparison_rehearsal REFERENCES rehearsal
                                CONSTRAINT closing_comparison_rehearsed UNIQUE,
    previous_period     date,
    outlier_factor      numeric NOT NULL,
    outlier_minor       numeric NOT NULL,
    outlier_count       bigint NOT NULL,
    CONSTRAINT closing_comparison_of CHECK (num_nonnulls(closing_number, rehearsal_number) = 1)
);

CREATE TABLE closing_comparison_total (
    comparison_key      integer NOT NULL CONSTRAINT closing_comparison_total_of REFERENCES closing_comparison,
    previous            boolean NOT NULL,
    kind                smallint NOT NULL,
    record_count        bigint NOT NULL,
    amount_minor        numeric NOT NULL,
    CONSTRAINT closing_comparison_total_key PRIMARY KEY (comparison_key, previous, kind)
);

-- The outliers that are shown: those that differ most.
CREATE TABLE closing_outlier (
    comparison_key      integer NOT NULL CONSTRAINT closing_outlier_of REFERENCES closing_comparison,
    payer_key           integer NOT NULL,
    amount_minor        numeric NOT NULL,
    previous_minor      numeric NOT NULL,
    CONSTRAINT closing_outlier_key PRIMARY KEY (comparison_key, payer_key)
);

-- migrate:down

-- The default of closing_shard.retry stays: it does no harm.
DROP TABLE closing_outlier, closing_comparison_total, closing_comparison, rehearsal_record, rehearsal_set_apart,
    rehearsal_total, rehearsal_shard, rehearsal;
