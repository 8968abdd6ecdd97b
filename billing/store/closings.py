"""Closings and the owners they set apart (6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg

from billing.closings import Closing, ClosingState, SetApartState
from billing.period import Period
from billing.store.questions import Question, Rows, asked, first_column

COLUMNS = "closing_number, period, state, start_time, complete_time, started_by, digest, shards_made, completion_error"

LAST_STARTED = f"SELECT {COLUMNS} FROM closing ORDER BY closing_number DESC LIMIT 1"  # noqa: S608 - constants


@asked
def last_started() -> Question[Closing | None]:
    """The closing that was started last."""
    return Question(LAST_STARTED, (), lambda rows: _closing(rows[0]) if rows else None)


BY_PERIOD = f"SELECT {COLUMNS} FROM closing WHERE period = $1"  # noqa: S608 - constants of this module


async def by_period(connection: asyncpg.Connection, period: Period) -> Closing | None:
    """The closing of a period."""
    row = await connection.fetchrow(BY_PERIOD, period.first_day)
    return _closing(row) if row else None


BY_NUMBER = f"SELECT {COLUMNS} FROM closing WHERE closing_number = $1"  # noqa: S608 - constants of this module
LOCK_CLOSING = BY_NUMBER + " FOR UPDATE"
TRY_LOCK = "SELECT true FROM closing WHERE closing_number = $1 FOR UPDATE SKIP LOCKED"


async def by_number(connection: asyncpg.Connection, closing_number: int) -> Closing:
    """The closing of a number."""
    return _closing(await connection.fetchrow(BY_NUMBER, closing_number))


async def lock(connection: asyncpg.Connection, closing_number: int) -> Closing:
    """The closing, locked until the transaction ends."""
    return _closing(await connection.fetchrow(LOCK_CLOSING, closing_number))


async def try_lock(connection: asyncpg.Connection, closing_number: int) -> bool:
    """Lock a closing until the transaction ends, without waiting; False while another holds it."""
    return await connection.fetchval(TRY_LOCK, closing_number) is not None


LIST_CLOSINGS = f"""
SELECT {COLUMNS} FROM closing WHERE closing_number < $1::bigint ORDER BY closing_number DESC LIMIT $2
"""  # noqa: S608 - constants of this module


async def list_closings(connection: asyncpg.Connection, before_number: int, limit: int) -> list[Closing]:
    """Closings, the latest first, before one."""
    return [_closing(row) for row in await connection.fetch(LIST_CLOSINGS, before_number, limit)]


RUNNING = f"SELECT {COLUMNS} FROM closing WHERE state = 1 ORDER BY closing_number"  # noqa: S608 - constants


async def running(connection: asyncpg.Connection) -> list[Closing]:
    """The closings that run, the earliest first."""
    return [_closing(row) for row in await connection.fetch(RUNNING)]


CLOSED_PERIODS = "SELECT period FROM closing ORDER BY period"


@asked
def closed_periods() -> Question[list[Period]]:
    """The periods whose closing was started, in order."""
    return Question(CLOSED_PERIODS, (), _periods)


def _periods(rows: Rows) -> list[Period]:
    return [Period.of(day) for (day,) in rows]


CLOSINGS_STARTED = "SELECT closings_started FROM store_state"


async def closings_started(connection: asyncpg.Connection) -> int:
    """How many closings were started."""
    count: int = await connection.fetchval(CLOSINGS_STARTED)
    return count


BEGIN_CLOSING = "SELECT pg_advisory_xact_lock(7070001)"
COUNT_CLOSING = "UPDATE store_state SET closings_started = closings_started + 1 RETURNING closings_started"


async def begin_closing(connection: asyncpg.Connection) -> None:
    """Take the lock of the cut-off alone: every write before is committed, every write after waits (6.1)."""
    await connection.execute(BEGIN_CLOSING)


async def count_closing(connection: asyncpg.Connection) -> int:
    """Count a closing; returns its number. What was written before carries less."""
    number: int = await connection.fetchval(COUNT_CLOSING)
    return number


INSERT_CLOSING = """
INSERT INTO closing (closing_number, period, state, start_time, started_by) VALUES ($1, $2, 1, $3, $4)
"""


async def insert_closing(
    connection: asyncpg.Connection, closing_number: int, period: Period, start_time: datetime, started_by: str
) -> None:
    """Record a closing as running."""
    await connection.execute(INSERT_CLOSING, closing_number, period.first_day, start_time, started_by)


SET_STATE = """
UPDATE closing SET state = $2, complete_time = $3, digest = $4, completion_error = NULL WHERE closing_number = $1
"""
NOTE_ERROR = """
UPDATE closing SET completion_error = $2
WHERE closing_number = $1 AND state = 1 AND completion_error IS DISTINCT FROM $2 RETURNING true
"""


async def set_state(
    connection: asyncpg.Connection,
    closing_number: int,
    closing_state: ClosingState,
    complete_time: datetime | None,
    digest: bytes | None,
) -> None:
    """Record how far a closing is."""
    await connection.execute(SET_STATE, closing_number, int(closing_state), complete_time, digest)


async def note_error(connection: asyncpg.Connection, closing_number: int, error: str) -> bool:
    """Note what completing a closing that runs failed with; False when it says so already."""
    return await connection.fetchval(NOTE_ERROR, closing_number, error) is not None


MARK_SHARDS_MADE = "UPDATE closing SET shards_made = true WHERE closing_number = $1"


async def mark_shards_made(connection: asyncpg.Connection, closing_number: int) -> None:
    """Record that the owners of a closing are dealt out."""
    await connection.execute(MARK_SHARDS_MADE, closing_number)


SET_APART = """
INSERT INTO closing_set_apart (closing_number, owner_key, reason, state, settle_from)
SELECT $1, owner_key, reason, 1, settle_from
FROM unnest($2::integer[], $3::text[], $4::date[]) AS f (owner_key, reason, settle_from)
ON CONFLICT ON CONSTRAINT closing_set_apart_key DO UPDATE
    SET reason = excluded.reason, settle_from = least(closing_set_apart.settle_from, excluded.settle_from)
"""


async def set_apart(
    connection: asyncpg.Connection, closing_number: int, failures: dict[int, tuple[str, Period]]
) -> None:
    """Set owners apart with the reason their calculation failed, and the first period to settle for them (6.6)."""
    reasons = [reason for reason, _ in failures.values()]
    days = [settle_from.first_day for _, settle_from in failures.values()]
    await connection.execute(SET_APART, closing_number, list(failures), reasons, days)


OWNERS_SET_APART = """
SELECT owner_key FROM closing_set_apart WHERE closing_number = $1 AND state = 1 ORDER BY owner_key
"""


@asked
def owners_set_apart(closing_number: int) -> Question[list[int]]:
    """The owners set apart that were neither calculated since nor released."""
    return Question(OWNERS_SET_APART, (closing_number,), first_column)


EVER_SET_APART = "SELECT owner_key FROM closing_set_apart WHERE closing_number = $1"


async def ever_set_apart(connection: asyncpg.Connection, closing_number: int) -> list[int]:
    """The owners a closing has set apart, whatever became of them."""
    return [row["owner_key"] for row in await connection.fetch(EVER_SET_APART, closing_number)]


MARK_SET_APART = """
UPDATE closing_set_apart SET state = $3 WHERE closing_number = $1 AND owner_key = ANY ($2) AND state <> 2
"""


async def mark_set_apart(
    connection: asyncpg.Connection, closing_number: int, owner_keys: Sequence[int], state: SetApartState
) -> None:
    """Record that owners set apart were calculated, or released."""
    await connection.execute(MARK_SET_APART, closing_number, list(owner_keys), int(state))


def _closing(row: Sequence[Any]) -> Closing:
    closing_number, period, state, *rest = row
    return Closing(closing_number, Period.of(period), ClosingState(state), *rest)
