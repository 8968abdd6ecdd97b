"""The feed of charge records: positions without gaps, the relay's mark, and how far consumers have come."""

from __future__ import annotations

from datetime import datetime

import asyncpg

TAKE_POSITIONS = """
UPDATE charge_feed SET last_position = last_position + $1 RETURNING last_position - $1
"""
NEXT_SLICE_KEY = "SELECT nextval(pg_get_serial_sequence('charge_slice', 'slice_key'))::integer"


async def next_slice_key(connection: asyncpg.Connection) -> int:
    """A key for a slice, before it has its positions."""
    key: int = await connection.fetchval(NEXT_SLICE_KEY)
    return key


PLACE_SLICE = """
INSERT INTO charge_slice (slice_key, closing_number, base_position, record_count, emit_time) OVERRIDING SYSTEM VALUE
VALUES ($1, $2, $3, $4, $5)
"""
INSERT_TOTALS = """
INSERT INTO charge_slice_total (slice_key, kind, record_count, amount_minor)
SELECT $1, kind, count, amount FROM unnest($2::smallint[], $3::integer[], $4::numeric[]) AS t (kind, count, amount)
"""


async def place_slice(
    connection: asyncpg.Connection,
    slice_key: int,
    closing_number: int,
    emit_time: datetime,
    totals: list[tuple[int, int, int]],
) -> None:
    """Give a slice its positions, under the lock of the one feed row: the last thing before the commit.

    The totals are kind, number of records, and their sum in the minor unit; the time is of business.
    """
    record_count = sum(count for _, count, _ in totals)
    base: int = await connection.fetchval(TAKE_POSITIONS, record_count)
    await connection.execute(PLACE_SLICE, slice_key, closing_number, base, record_count, emit_time)
    kinds, counts, amounts = zip(*totals, strict=True)
    await connection.execute(INSERT_TOTALS, slice_key, kinds, counts, amounts)


LAST_POSITION = "SELECT last_position FROM charge_feed"


async def last_position(connection: asyncpg.Connection) -> int:
    """The position of the last record in the feed; 0 while it is empty."""
    position: int = await connection.fetchval(LAST_POSITION)
    return position


RELAYED = "SELECT relayed_position, last_position FROM charge_feed"
MOVE_MARK = "UPDATE charge_feed SET relayed_position = $2 WHERE relayed_position = $1 RETURNING true"
TRY_RELAY_LOCK = "SELECT pg_try_advisory_lock(7070004)"
RELEASE_RELAY_LOCK = "SELECT pg_advisory_unlock(7070004)"


async def try_relay_lock(connection: asyncpg.Connection) -> bool:
    """Become the one relay; False while another is at it. Held by the connection until released."""
    taken: bool = await connection.fetchval(TRY_RELAY_LOCK)
    return taken


async def release_relay_lock(connection: asyncpg.Connection) -> None:
    """Let another relay in."""
    await connection.execute(RELEASE_RELAY_LOCK)


async def relayed(connection: asyncpg.Connection) -> tuple[int, int]:
    """How far the relay has come, and the last position of the feed."""
    row = await connection.fetchrow(RELAYED)
    return row["relayed_position"], row["last_position"]


async def move_mark(connection: asyncpg.Connection, known: int, position: int) -> bool:
    """Note how far the relay has come, or from where it is to send again; False when the mark is not where it was."""
    return await connection.fetchval(MOVE_MARK, known, position) is not None


CONSUMER_POSITION = "SELECT feed_position FROM charge_consumer WHERE consumer = $1"


async def consumer_position(connection: asyncpg.Connection, consumer: str) -> int | None:
    """How far a consumer has come; None when it is not known."""
    position: int | None = await connection.fetchval(CONSUMER_POSITION, consumer)
    return position


ACKNOWLEDGE = """
INSERT INTO charge_consumer (consumer, feed_position, record_time) VALUES ($1, $2, $3)
ON CONFLICT ON CONSTRAINT charge_consumer_key DO UPDATE SET feed_position = excluded.feed_position,
    record_time = excluded.record_time
WHERE charge_consumer.feed_position <= excluded.feed_position
RETURNING feed_position
"""


async def acknowledge(connection: asyncpg.Connection, consumer: str, position: int, record_time: datetime) -> bool:
    """Note how far a consumer has come; False when it has come further already."""
    return await connection.fetchval(ACKNOWLEDGE, consumer, position, record_time) is not None
