"""Plans held by owners (3): dated rows, nothing overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import asyncpg

from billing.holding import Change, Held, Origin
from billing.segments import Run

COLUMNS = "plan_held_key, plan_id, start_day, end_day, origin, by_staff, record_time, supersede_time"

CURRENT_HELD = f"""
SELECT {COLUMNS} FROM plan_held WHERE owner_key = $1 AND supersede_cutoff IS NULL ORDER BY start_day
"""  # noqa: S608 - constants of this module


async def current_held(connection: asyncpg.Connection, owner_key: int) -> list[Held]:
    """The plans an owner holds, held and will hold, as known now, by day."""
    return [_held(row) for row in await connection.fetch(CURRENT_HELD, owner_key)]


HELD_AS_OF = f"""
SELECT {COLUMNS} FROM plan_held
WHERE owner_key = $1 AND record_time <= $2 AND (supersede_time IS NULL OR supersede_time > $2)
ORDER BY start_day
"""  # noqa: S608 - constants of this module


async def held_as_of(connection: asyncpg.Connection, owner_key: int, moment: datetime) -> list[Held]:
    """The same, as recorded up to a moment (3.9)."""
    return [_held(row) for row in await connection.fetch(HELD_AS_OF, owner_key, moment)]


LIST_HELD = """
SELECT plan_held_key, plan_id, start_day, end_day, origin, by_staff, record_time,
       CASE WHEN supersede_time <= $2 THEN supersede_time END AS supersede_time
FROM plan_held
WHERE owner_key = $1 AND record_time <= $2 AND ($3 OR supersede_time IS NULL OR supersede_time > $2)
  AND (start_day, plan_held_key) > ($4, $5)
ORDER BY start_day, plan_held_key LIMIT $6
"""


async def list_held(
    connection: asyncpg.Connection,
    owner_key: int,
    moment: datetime,
    include_superseded: bool,
    after: tuple[date, int],
    limit: int,
) -> list[Held]:
    """A page of the plans of an owner, by start day, as recorded up to a moment."""
    rows = await connection.fetch(LIST_HELD, owner_key, moment, include_superseded, *after, limit)
    return [_held(row) for row in rows]


SUPERSEDE = """
UPDATE plan_held SET supersede_time = $3, supersede_cutoff = $4
WHERE owner_key = $1 AND plan_held_key = ANY ($2) AND supersede_cutoff IS NULL
"""
INSERT_HELD = """
INSERT INTO plan_held (owner_key, plan_id, start_day, end_day, origin, by_staff, record_time, record_cutoff)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def save_change(
    connection: asyncpg.Connection, owner_key: int, change: Change, record_time: datetime, cutoff: int
) -> None:
    """Supersede and record the runs of a change."""
    await connection.execute(SUPERSEDE, owner_key, change.superseded, record_time, cutoff)
    await connection.executemany(
        INSERT_HELD,
        [
            (owner_key, run.plan_id, run.start, run.end, int(run.origin), run.by_staff, record_time, cutoff)
            for run in change.recorded
        ],
    )


HELD_IN_RANGE = """
SELECT owner_key, plan_id, start_day, end_day FROM plan_held
WHERE owner_key >= $1 AND owner_key < $2 AND start_day < $4 AND (end_day IS NULL OR end_day > $3)
  AND record_cutoff < $5 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $5)
ORDER BY owner_key, start_day
"""
HELD_BY_OWNERS = """
SELECT owner_key, plan_id, start_day, end_day FROM plan_held
WHERE owner_key = ANY ($1) AND start_day < $3 AND (end_day IS NULL OR end_day > $2)
  AND record_cutoff < $4 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $4)
ORDER BY owner_key, start_day
"""


async def held_in_range(
    connection: asyncpg.Connection, owners: tuple[int, int], days: tuple[date, date], before_cutoff: int
) -> dict[int, list[Run[str]]]:
    """The plans held within some days by the owners from a key up to another, as recorded before a cut-off."""
    return _by_owner(await connection.fetch(HELD_IN_RANGE, *owners, *days, before_cutoff))


async def held_by_owners(
    connection: asyncpg.Connection, owner_keys: Sequence[int], days: tuple[date, date], before_cutoff: int
) -> dict[int, list[Run[str]]]:
    """The plans held within some days by some owners, as recorded before a cut-off."""
    return _by_owner(await connection.fetch(HELD_BY_OWNERS, list(owner_keys), *days, before_cutoff))


def _by_owner(rows: list[asyncpg.Record]) -> dict[int, list[Run[str]]]:
    held: dict[int, list[Run[str]]] = {}
    for owner_key, plan_id, start_day, end_day in rows:
        held.setdefault(owner_key, []).append(Run(start_day, end_day or date.max, plan_id))
    return held


def _held(row: asyncpg.Record) -> Held:
    return Held(
        plan_id=row["plan_id"],
        start=row["start_day"],
        end=row["end_day"],
        origin=Origin(row["origin"]),
        by_staff=row["by_staff"],
        key=row["plan_held_key"],
        record_time=row["record_time"],
        supersede_time=row["supersede_time"],
    )
