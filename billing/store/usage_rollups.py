"""Usage roll-ups: events summed per family, account, product, day in the billing zone, and cut-off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from billing.corrections import Change
from billing.store.usage_batches import Window
from billing.store.usage_corrections import AccountPeriod
from billing.store.usage_partitions import event_partition

# Another key than those of begin_write() and make_usage_partitions().
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(7070003)"


async def try_lock(connection: asyncpg.Connection) -> bool:
    """Keep other roll-ups out until the transaction ends; false when one is under way."""
    locked: bool = await connection.fetchval(TRY_LOCK)
    return locked


# So that the groups of a window are hashed in memory and not sorted on disk; and so that its events are found by the
# index whatever Postgres believes about a partition that it has not analyzed yet.
PREPARE_WINDOW = "SET LOCAL work_mem = '128MB'; SET LOCAL enable_seqscan = off"

ADD_TO_CELLS = """
ON CONFLICT (family_key, account_key, product_key, day, cutoff) DO UPDATE SET
    event_count = kept.event_count + excluded.event_count,
    quantity_micros = kept.quantity_micros + excluded.quantity_micros,
    unrated_micros = kept.unrated_micros + excluded.unrated_micros,
    rated_nanos = kept.rated_nanos + excluded.rated_nanos
"""

# What is noted of a window of late usage: each family once, after all cells are added (`late_activity.note_family`).
NOTE_LATE = """
    RETURNING family_key
), late AS (
    INSERT INTO late_activity (family_key, period, cutoff)
    SELECT DISTINCT family_key, $5::date, $6::integer FROM added ORDER BY family_key
    ON CONFLICT ON CONSTRAINT late_activity_key DO NOTHING
"""

# The batches are read by the range of their keys; those in between that are of another cut-off, or were rolled up
# before, are left out one by one. A day is found by the moments at which days begin, so that there is one definition of
# a day. Rows are written in the order of the key.
ADD_WINDOW = """
WITH cells AS MATERIALIZED (
    SELECT family_key, account_key, product_key, width_bucket(occur_time, $4::timestamptz[]) AS day_number,
           count(*) AS event_count, sum(quantity_micros) AS quantity_micros,
           coalesce(sum(quantity_micros) FILTER (WHERE NOT rated), 0) AS unrated_micros,
           sum(amount_nanos) AS rated_nanos
    FROM {partition}
    WHERE batch_key >= $1 AND batch_key <= $2 AND batch_key = ANY ($3::bigint[])
    GROUP BY family_key, account_key, product_key, day_number
), added AS (
    INSERT INTO usage_rollup AS kept (family_key, account_key, product_key, day, cutoff, event_count, quantity_micros,
                                      unrated_micros, rated_nanos)
    SELECT family_key, account_key, product_key, $5::date + day_number - 1, $6, event_count, quantity_micros,
           unrated_micros, rated_nanos
    FROM cells ORDER BY family_key, account_key, product_key, day_number
    {add_to_cells}{note_late}
)
SELECT coalesce(sum(event_count), 0)::bigint FROM cells
"""


async def add_window(
    connection: asyncpg.Connection, window: Window, day_starts: Sequence[datetime], *, late: bool
) -> int:
    """Add the events of a window's batches to the roll-ups; returns how many they are.

    Args:
        connection: in a transaction, under the lock, that also marks the batches.
        window: of one period and one cut-off.
        day_starts: the moments at which the days of the period begin in the billing zone.
        late: whether the closing of the period was started before: then the families are noted (6.5).
    """
    query = ADD_WINDOW.format(
        partition=event_partition(window.period), add_to_cells=ADD_TO_CELLS, note_late=NOTE_LATE if late else ""
    )
    await connection.execute(PREPARE_WINDOW)
    count: int = await connection.fetchval(
        query,
        window.batch_keys[0],
        window.batch_keys[-1],
        window.batch_keys,
        day_starts,
        window.period.first_day,
        window.cutoff,
    )
    return count


ADD_DIFFERENCES = f"""
INSERT INTO usage_rollup AS kept (family_key, account_key, product_key, day, cutoff, event_count, quantity_micros,
                                  unrated_micros, rated_nanos)
SELECT $1, $2, product_key, day, $3, event_count, quantity_micros, unrated_micros, rated_nanos
FROM (
    SELECT product_key, $4::date + width_bucket(occur_time, $5::timestamptz[]) - 1 AS day,
           sum(event_count) AS event_count, sum(quantity_micros) AS quantity_micros,
           sum(unrated_micros) AS unrated_micros, sum(rated_nanos) AS rated_nanos
    FROM unnest($6::integer[], $7::timestamptz[], $8::integer[], $9::bigint[], $10::bigint[], $11::bigint[])
         AS d (product_key, occur_time, event_count, quantity_micros, unrated_micros, rated_nanos)
    GROUP BY 1, 2
) cells
WHERE event_count <> 0 OR quantity_micros <> 0 OR unrated_micros <> 0 OR rated_nanos <> 0
ORDER BY product_key, day
{ADD_TO_CELLS}
"""  # noqa: S608 - constants of this module


async def add_differences(
    connection: asyncpg.Connection,
    whose: AccountPeriod,
    changes: Sequence[Change],
    cutoff: int,
    day_starts: Sequence[datetime],
) -> int:
    """Add what voids and corrections change to the days of their events; returns how many cells that were.

    It does not matter whether the events themselves are rolled up yet: sums over roll-ups and tail are right in either
    case, as the cells may be negative.
    """
    differences = [change.difference for change in changes]
    status: str = await connection.execute(
        ADD_DIFFERENCES,
        whose.family_key,
        whose.account_key,
        cutoff,
        whose.period.first_day,
        day_starts,
        [change.event.product_key for change in changes],
        [change.event.occur_time for change in changes],
        [difference.event_count for difference in differences],
        [difference.quantity_micros for difference in differences],
        [difference.unrated_micros for difference in differences],
        [difference.rated_nanos for difference in differences],
    )
    return int(status.rpartition(" ")[2])
