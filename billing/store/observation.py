"""How the store stands, in few numbers for whoever watches over it. Each statement reads what waits, or one closing.

None grows with accounts or usage events: the backlog with the batches that wait, by their partial index; a closing with
its shards, some hundreds for a million accounts; the feed is one row, and each age a look-up in an index.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

import asyncpg

BACKLOG = """
SELECT count(*), coalesce(sum(event_count), 0)::bigint, min(record_time) FROM usage_batch WHERE NOT rolled_up
"""


class Backlog(NamedTuple):
    """What waits to be rolled up, and since when the oldest of it does, in business time."""

    batch_count: int
    event_count: int
    oldest_time: datetime | None


async def backlog(connection: asyncpg.Connection) -> Backlog:
    """The batches that are not rolled up yet."""
    return Backlog(*await connection.fetchrow(BACKLOG))


# The slice that has the record after a position is the last that begins at or before it: positions have no gaps.
FEED = """
SELECT last_position, relayed_position, (
    SELECT emit_time FROM charge_slice
    WHERE base_position <= relayed_position AND relayed_position < last_position
    ORDER BY base_position DESC LIMIT 1)
FROM charge_feed
"""


class Feed(NamedTuple):
    """The last position, up to which records are relayed, and when the first of the others was emitted."""

    last_position: int
    relayed_position: int
    oldest_time: datetime | None


async def feed(connection: asyncpg.Connection) -> Feed:
    """How far the feed is, and its relay."""
    return Feed(*await connection.fetchrow(FEED))


CONSUMERS = """
SELECT consumer, feed_position, record_time, (
    SELECT emit_time FROM charge_slice
    WHERE base_position <= feed_position AND feed_position < last_position
    ORDER BY base_position DESC LIMIT 1)
FROM (SELECT consumer, feed_position, record_time FROM charge_consumer ORDER BY record_time DESC LIMIT $1) c,
     charge_feed
ORDER BY record_time DESC
"""
COUNT_CONSUMERS = "SELECT count(*) FROM charge_consumer"


class Consumer(NamedTuple):
    """A consumer, up to which position it has acknowledged and when, and when the first of the others was emitted."""

    consumer: str
    feed_position: int
    record_time: datetime
    oldest_time: datetime | None


async def consumers(connection: asyncpg.Connection, limit: int) -> list[Consumer]:
    """The consumers that have acknowledged last."""
    return [Consumer(*row) for row in await connection.fetch(CONSUMERS, limit)]


async def count_consumers(connection: asyncpg.Connection) -> int:
    """How many consumers there are."""
    count: int = await connection.fetchval(COUNT_CONSUMERS)
    return count


LATEST_CLOSING = """
SELECT c.period, c.state, c.start_time, c.complete_time, s.shard_count, s.done_count, s.failing_count,
       (SELECT count(*) FROM closing_set_apart a WHERE a.closing_number = c.closing_number AND a.state = 1),
       (SELECT coalesce(sum(record_count), 0)::bigint FROM charge_slice e WHERE e.closing_number = c.closing_number)
FROM (SELECT closing_number, period, state, start_time, complete_time
      FROM closing ORDER BY closing_number DESC LIMIT 1) c,
LATERAL (
    SELECT count(*) AS shard_count, count(*) FILTER (WHERE done) AS done_count,
           count(error) FILTER (WHERE NOT done) AS failing_count
    FROM closing_shard WHERE closing_number = c.closing_number) s
"""


class LatestClosing(NamedTuple):
    """The closing that was started last, numbered states and business time as in the store."""

    first_day: date
    state: int
    start_time: datetime
    complete_time: datetime | None
    shard_count: int
    done_count: int
    failing_count: int
    set_apart_count: int
    record_count: int


async def latest_closing(connection: asyncpg.Connection) -> LatestClosing | None:
    """The closing that was started last; None while there is none."""
    row = await connection.fetchrow(LATEST_CLOSING)
    return LatestClosing(*row) if row else None


SCHEMA_VERSION = "SELECT max(version) FROM schema_migrations"


async def schema_version(connection: asyncpg.Connection) -> int | None:
    """The last migration that was applied; None where this role may not know."""
    try:
        return int(await connection.fetchval(SCHEMA_VERSION))
    except asyncpg.InsufficientPrivilegeError:
        return None
