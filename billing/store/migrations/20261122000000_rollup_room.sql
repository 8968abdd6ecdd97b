-- migrate:up

-- Partitions made from now on have room on each page of cells, so that adding to a cell writes its new version beside the
-- old one, and no index. And their events are found by batch through an ordinary index: one on blocks (BRIN), summarized
-- while COPY goes on, may miss rows when its map of ranges grows meanwhile (seen on 18.6; the roll-up noticed).
CREATE OR REPLACE FUNCTION make_usage_partitions(period date, start_time timestamptz, end_time timestamptz) RETURNS void
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
        EXECUTE format('CREATE INDEX usage_event_%s_batch ON usage_event_%s (batch_key)', suffix, suffix);
        EXECUTE format('ALTER TABLE usage_event ATTACH PARTITION usage_event_%s FOR VALUES FROM (%L) TO (%L)', suffix,
                       start_time, end_time);
    END IF;
    IF to_regclass('usage_rollup_' || suffix) IS NULL THEN
        EXECUTE format('CREATE TABLE usage_rollup_%s (LIKE usage_rollup INCLUDING DEFAULTS INCLUDING CONSTRAINTS) '
                       'WITH (fillfactor = 70)', suffix);
        EXECUTE format('ALTER TABLE usage_rollup ATTACH PARTITION usage_rollup_%s FOR VALUES FROM (%L) TO (%L)', suffix,
                       period, next_period);
    END IF;
END $$;

-- Those that are there get the same index; writing to them waits meanwhile.
DO $$
DECLARE
    partition text;
BEGIN
    FOR partition IN SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'usage_event'::regclass LOOP
        EXECUTE format('DROP INDEX %I', partition || '_batch');
        EXECUTE format('CREATE INDEX %I ON %I (batch_key)', partition || '_batch', partition);
    END LOOP;
END $$;

-- migrate:down

CREATE OR REPLACE FUNCTION make_usage_partitions(period date, start_time timestamptz, end_time timestamptz) RETURNS void
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

DO $$
DECLARE
    partition text;
BEGIN
    FOR partition IN SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'usage_event'::regclass LOOP
        EXECUTE format('DROP INDEX %I', partition || '_batch');
        EXECUTE format('CREATE INDEX %I ON %I USING brin (batch_key) WITH (pages_per_range = 32)', partition || '_batch',
                       partition);
    END LOOP;
END $$;
