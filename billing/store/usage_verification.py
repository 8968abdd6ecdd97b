"""Usage derived anew: roll-ups, batches and trails compared with the events, and what is noted of late activity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from billing.period import Period
from billing.store.usage_partitions import event_partition
from billing.store.verification import Comparison, compare, compared

PERIODS = """
SELECT to_date(right(relname, 7), 'YYYY_MM') AS period
FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
WHERE inhparent = 'usage_event'::regclass ORDER BY 1
"""


async def usage_periods(connection: asyncpg.Connection) -> list[Period]:
    """The periods of which usage was ever recorded."""
    return [Period.of(row["period"]) for row in await connection.fetch(PERIODS)]


# What the cells are to be: the events of the batches that are rolled up, and by how much each correction changed what
# counted before it.
ROLLUPS = """
WITH counted AS (
    SELECT c.family_key, c.account_key, e.product_key, e.occur_time, c.record_cutoff AS cutoff,
           CASE WHEN c.voided THEN 0 ELSE 1 END AS event_count, coalesce(c.quantity_micros, 0) AS quantity_micros,
           CASE WHEN c.amount_nanos IS NULL THEN coalesce(c.quantity_micros, 0) ELSE 0 END AS unrated_micros,
           coalesce(c.amount_nanos, 0) AS rated_nanos, c.event_id, c.correction_number
    FROM usage_correction c JOIN {partition} e USING (family_key, account_key, event_id)
    WHERE c.period = $1
    UNION ALL
    SELECT e.family_key, e.account_key, e.product_key, e.occur_time, NULL, 1, e.quantity_micros,
           CASE WHEN e.rated THEN 0 ELSE e.quantity_micros END, e.amount_nanos, e.event_id, 0
    FROM (SELECT DISTINCT family_key, account_key, event_id FROM usage_correction WHERE period = $1) c
    JOIN {partition} e USING (family_key, account_key, event_id)
), changed AS (
    SELECT family_key, account_key, product_key, occur_time, cutoff, correction_number,
           event_count - lag(event_count) OVER trail AS event_count,
           quantity_micros - lag(quantity_micros) OVER trail AS quantity_micros,
           unrated_micros - lag(unrated_micros) OVER trail AS unrated_micros,
           rated_nanos - lag(rated_nanos) OVER trail AS rated_nanos
    FROM counted WINDOW trail AS (PARTITION BY family_key, account_key, event_id ORDER BY correction_number)
), derived AS (
    SELECT family_key, account_key, product_key,
           $1::date + width_bucket(occur_time, $2::timestamptz[]) - 1 AS day, cutoff,
           ARRAY[sum(event_count), sum(quantity_micros), sum(unrated_micros), sum(rated_nanos)]::numeric[] AS sums
    FROM (
        SELECT family_key, account_key, product_key, occur_time, cutoff, 1 AS event_count, quantity_micros,
               CASE WHEN rated THEN 0 ELSE quantity_micros END AS unrated_micros, amount_nanos AS rated_nanos
        FROM {partition} JOIN usage_batch USING (batch_key) WHERE rolled_up
        UNION ALL
        SELECT family_key, account_key, product_key, occur_time, cutoff, event_count, quantity_micros, unrated_micros,
               rated_nanos
        FROM changed WHERE correction_number > 0
    ) usage GROUP BY 1, 2, 3, 4, 5
), stored AS (
    SELECT family_key, account_key, product_key, day, cutoff,
           ARRAY[event_count, quantity_micros, unrated_micros, rated_nanos]::numeric[] AS sums
    FROM usage_rollup WHERE day >= $1 AND day < $3
), compared AS (
    SELECT family_key, account_key, product_key, day, cutoff, coalesce(stored.sums, '{{0,0,0,0}}') AS stored,
           coalesce(derived.sums, '{{0,0,0,0}}') AS derived
    FROM stored FULL JOIN derived USING (family_key, account_key, product_key, day, cutoff)
)
"""
ROLLUP_SUBJECT = """
format('%s, %s, %s, cut-off %s', (SELECT account_sid FROM account a WHERE a.account_key = compared.account_key
                                  AND a.family_key = compared.family_key),
       (SELECT product_id FROM product p WHERE p.product_key = compared.product_key), day, cutoff)
"""


async def compare_rollups(connection: asyncpg.Connection, period: Period, day_starts: Sequence[datetime]) -> Comparison:
    """The cells of a period with its events and corrections: records, quantity, of it unrated (10⁻⁶), rated (10⁻⁹)."""
    query = ROLLUPS.format(partition=event_partition(period)) + compared(ROLLUP_SUBJECT)
    return await compare(connection, query, period.first_day, day_starts, period.end_day)


BATCHES = """
WITH compared AS (
    SELECT batch_key, ARRAY[coalesce(b.event_count, 0)]::numeric[] AS stored,
           ARRAY[coalesce(e.event_count, 0)]::numeric[] AS derived
    FROM (SELECT batch_key, event_count FROM usage_batch WHERE period = $1) b
    FULL JOIN (SELECT batch_key, count(*) AS event_count FROM {partition} GROUP BY batch_key) e USING (batch_key)
)
"""


async def compare_batches(connection: asyncpg.Connection, period: Period) -> Comparison:
    """The batches of a period with the events that carry their keys: how many."""
    query = BATCHES.format(partition=event_partition(period)) + compared("format('batch %s', batch_key)")
    return await compare(connection, query, period.first_day)


# Numbered from 1 without gaps, of an event that is there, and nothing after a void.
TRAILS = """
WITH compared AS (
    SELECT account_key, event_id, ARRAY[correction_number, 1, 0]::numeric[] AS stored,
           ARRAY[row_number() OVER trail, CASE WHEN e.product_key IS NULL THEN 0 ELSE 1 END,
                 CASE WHEN lag(voided) OVER trail THEN 1 ELSE 0 END]::numeric[] AS derived
    FROM usage_correction LEFT JOIN {partition} e USING (family_key, account_key, event_id)
    WHERE period = $1
    WINDOW trail AS (PARTITION BY family_key, account_key, event_id ORDER BY correction_number)
)
"""
TRAIL_SUBJECT = "format('%s of account key %s', event_id, account_key)"


async def compare_trails(connection: asyncpg.Connection, period: Period) -> Comparison:
    """The corrections of a period: their numbers, whether the event is there (1), whether it was voided before (0)."""
    query = TRAILS.format(partition=event_partition(period)) + compared(TRAIL_SUBJECT)
    return await compare(connection, query, period.first_day)


LATE_ACTIVITY = f"""
WITH changed AS (
    SELECT family_key, cutoff FROM usage_rollup
    WHERE day >= $1 AND day < $2 AND cutoff >= (SELECT closing_number FROM closing WHERE period = $1)
    GROUP BY family_key, cutoff
), compared AS (
    SELECT family_key, cutoff, ARRAY[CASE WHEN noted.period IS NULL THEN 0 ELSE 1 END]::numeric[] AS stored,
           ARRAY[1]::numeric[] AS derived
    FROM changed LEFT JOIN (SELECT family_key, cutoff, period FROM late_activity WHERE period = $1) noted
         USING (family_key, cutoff)
) {compared("format('family key %s, cut-off %s', family_key, cutoff)")}
"""  # noqa: S608 - constants of this module


async def compare_late_activity(connection: asyncpg.Connection, period: Period) -> Comparison:
    """What is noted of late activity with the cells of a period that changed since its closing was started: 1 or 0."""
    return await compare(connection, LATE_ACTIVITY, period.first_day, period.end_day)
