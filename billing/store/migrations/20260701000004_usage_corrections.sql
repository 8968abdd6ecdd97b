-- migrate:up

-- What was voided or corrected of usage (4.4): numbered from 1 for each event, the last one counts, and a void is the last
-- for ever. The event itself stays as it was first recorded. What changes is added to usage_rollup, in the same transaction,
-- on the event's day and with the cut-off of the write; it may be negative there.
CREATE TABLE usage_correction (
    record_time         timestamptz NOT NULL,
    quantity_micros     bigint,
    amount_nanos        bigint,
    family_key          integer NOT NULL,
    account_key         integer NOT NULL,
    period              date NOT NULL,
    event_id            uuid NOT NULL,
    correction_number   integer NOT NULL CONSTRAINT usage_correction_number CHECK (correction_number > 0),
    record_cutoff       integer NOT NULL,
    voided              boolean NOT NULL,
    CONSTRAINT usage_correction_key PRIMARY KEY (family_key, account_key, period, event_id, correction_number),
    CONSTRAINT usage_correction_content CHECK (
        voided = (quantity_micros IS NULL) AND (amount_nanos IS NULL OR NOT voided)
        AND quantity_micros >= 0 AND amount_nanos >= 0)
);
COMMENT ON COLUMN usage_correction.amount_nanos IS 'null when the quantity is priced here, and when voided';

-- migrate:down

DROP TABLE usage_correction;
