-- migrate:up

-- Room on each page of cells, so that adding to a cell writes its new version beside the old one, and no index.
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
        EXECUTE format('CREATE TABLE usage_rollup_%s (LIKE usage_rollup INCLUDING DEFAULTS INCLUDING CONSTRAINTS) '
                       'WITH (fillfactor = 70)', suffix);
        EXECUTE format('ALTER TABLE usage_rollup ATTACH PARTITION usage_rollup_%s FOR VALUES FROM (%L) TO (%L)', suffix,
                       period, next_period);
    END IF;
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
