"""Usage batches: what one transaction recorded of one period. Events carry the key of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import asyncpg

from billing.period import Period
from billing.store.questions import Question, asked, first_column


class NewBatch(NamedTuple):
    """A batch to be added: its key, its period, and how many events were recorded in it."""

    batch_key: int
    period: Period
    event_count: int


RESERVE_BATCH_KEYS = """
SELECT nextval('usage_batch_batch_key_seq') AS batch_key FROM generate_series(1, $1::integer)
"""


async def reserve_keys(connection: asyncpg.Connection, count: int) -> list[int]:
    """Keys for batches that are added once it is known how many events are new in them."""
    return [row["batch_key"] for row in await connection.fetch(RESERVE_BATCH_KEYS, count)]


ADD_BATCHES = """
INSERT INTO usage_batch (batch_key, period, cutoff, event_count, record_time) OVERRIDING SYSTEM VALUE
SELECT batch_key, period, $4, event_count, $5
FROM unnest($1::bigint[], $2::date[], $3::integer[]) AS added (batch_key, period, event_count)
"""


async def add_batches(connection: asyncpg.Connection, batches: Sequence[NewBatch], cutoff: int, now: datetime) -> None:
    """Add the batches of the transaction that wrote their events."""
    await connection.execute(
        ADD_BATCHES,
        [batch.batch_key for batch in batches],
        [batch.period.first_day for batch in batches],
        [batch.event_count for batch in batches],
        cutoff,
        now,
    )


class Window(NamedTuple):
    """Batches to be rolled up together: of one period and one cut-off, by key."""

    period: Period
    cutoff: int
    batch_keys: list[int]
    event_count: int


NEXT_WINDOW = """
WITH first AS (
    SELECT period, cutoff FROM usage_batch
    WHERE NOT rolled_up AND cutoff < $1
    ORDER BY cutoff, batch_key LIMIT 1
), numbered AS (
    SELECT b.period, b.cutoff, b.batch_key, b.event_count,
           sum(b.event_count) OVER (ORDER BY b.batch_key) - b.event_count AS events_before
    FROM usage_batch b JOIN first USING (period, cutoff)
    WHERE NOT b.rolled_up
)
SELECT period, cutoff, array_agg(batch_key ORDER BY batch_key) AS batch_keys, sum(event_count)::bigint AS event_count
FROM numbered WHERE events_before = 0 OR events_before + event_count <= $2
GROUP BY period, cutoff
"""


async def next_window(connection: asyncpg.Connection, before_cutoff: int, max_events: int) -> Window | None:
    """The window to roll up next: of the lowest cut-off, the batches recorded first; at least one; None without any."""
    row = await connection.fetchrow(NEXT_WINDOW, before_cutoff, max_events)
    if row is None:
        return None
    return Window(Period.of(row["period"]), row["cutoff"], row["batch_keys"], row["event_count"])


MARK_ROLLED_UP = "UPDATE usage_batch SET rolled_up = true WHERE batch_key = ANY($1::bigint[]) AND NOT rolled_up"


async def mark_rolled_up(connection: asyncpg.Connection, batch_keys: Sequence[int]) -> int:
    """Mark batches as rolled up; returns how many were not before."""
    status: str = await connection.execute(MARK_ROLLED_UP, batch_keys)
    return int(status.rsplit(maxsplit=1)[-1])


COUNT_REMAINING = """
SELECT count(*) FROM usage_batch WHERE NOT rolled_up AND cutoff < $1
"""


async def remaining_batches(connection: asyncpg.Connection, before_cutoff: int) -> int:
    """How many batches of a lower cut-off are not rolled up yet."""
    count: int = await connection.fetchval(COUNT_REMAINING, before_cutoff)
    return count


TAIL = """
SELECT batch_key FROM usage_batch
WHERE period = $1 AND NOT rolled_up AND cutoff < $2 ORDER BY batch_key
"""


@asked
def tail(period: Period, before_cutoff: int) -> Question[list[int]]:
    """The keys of the period's batches that are not rolled up yet, ascending."""
    return Question(TAIL, (period.first_day, before_cutoff), first_column)
