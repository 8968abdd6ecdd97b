"""Plans held by owners (3): dated rows, nothing overwritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import asyncpg

from billing.holding import Change, Held, Origin
from billing.store.questions import Question, asked
from billing.store.state import EVER
from billing.support import FlatPrice, PlanPrice, UsageBasedPrice

NAMES = (
    *("owner_key", "plan_held_key", "plan_id", "start_day", "end_day", "origin", "by_staff"),
    *("own_rate", "own_minimum", "own_flat_amount", "record_time", "supersede_time"),
)
COLUMNS = ", ".join(NAMES)

CURRENT_HELD = f"""
SELECT {COLUMNS} FROM plan_held WHERE owner_key = $1 AND supersede_cutoff IS NULL ORDER BY start_day
"""  # noqa: S608 - constants of this module


@asked
def current_held(owner_key: int) -> Question[list[Held]]:
    """The plans an owner holds, held and will hold, as known now, by day."""
    return Question(CURRENT_HELD, (owner_key,), lambda rows: [_held(*row) for row in rows])


HELD_OF_OWNERS = f"""
SELECT {COLUMNS} FROM plan_held
WHERE owner_key = ANY ($1) AND record_time <= $2 AND (supersede_time IS NULL OR supersede_time > $2)
ORDER BY start_day
"""  # noqa: S608 - constants of this module


async def held_of_owners(
    connection: asyncpg.Connection, owner_keys: Sequence[int], moment: datetime = EVER
) -> defaultdict[int, list[Held]]:
    """The same of several owners, by key, as recorded up to a moment (3.9); without one as known now."""
    held = defaultdict[int, list[Held]](list)
    for row in await connection.fetch(HELD_OF_OWNERS, list(owner_keys), moment):
        held[row["owner_key"]].append(held_from_row(row))
    return held


SUPERSEDE = """
UPDATE plan_held SET supersede_time = $3, supersede_cutoff = $4
WHERE owner_key = ANY ($1) AND plan_held_key = ANY ($2) AND supersede_cutoff IS NULL
"""
INSERT_HELD = """
INSERT INTO plan_held (owner_key, plan_id, start_day, end_day, origin, by_staff, own_rate, own_minimum, own_flat_amount,
                       record_time, record_cutoff)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""


async def save_change(
    connection: asyncpg.Connection, owner_key: int, change: Change, record_time: datetime, cutoff: int
) -> None:
    """Supersede and record the runs of a change."""
    await save_changes(connection, {owner_key: change}, record_time, cutoff)


async def save_changes(
    connection: asyncpg.Connection, changes: Mapping[int, Change], record_time: datetime, cutoff: int
) -> None:
    """The same for several owners, by key."""
    superseded = [key for change in changes.values() for key in change.superseded]
    if superseded:
        await connection.execute(SUPERSEDE, list(changes), superseded, record_time, cutoff)
    recorded = [
        (
            owner,
            run.plan_id,
            run.start,
            run.end,
            int(run.origin),
            run.by_staff,
            *_own(run.own_price),
            record_time,
            cutoff,
        )
        for owner, change in changes.items()
        for run in change.recorded
    ]
    await connection.executemany(INSERT_HELD, recorded)


def held_from_row(row: asyncpg.Record) -> Held:
    """A run, from a row that has the columns of `COLUMNS` and maybe others."""
    return _held(*(row[name] for name in NAMES))


def _held(
    _owner_key: int,
    key: int,
    plan_id: str,
    start: date,
    end: date | None,
    origin: int,
    by_staff: bool,
    own_rate: Decimal | None,
    own_minimum: Decimal | None,
    own_flat_amount: Decimal | None,
    record_time: datetime,
    supersede_time: datetime | None,
) -> Held:
    """A run, from the columns in the order of `COLUMNS`."""
    return Held(
        plan_id=plan_id,
        start=start,
        end=end,
        origin=Origin(origin),
        by_staff=by_staff,
        key=key,
        record_time=record_time,
        supersede_time=supersede_time,
        own_price=own_price(own_rate, own_minimum, own_flat_amount),
    )


def own_price(rate: Decimal | None, minimum: Decimal | None, flat_amount: Decimal | None) -> PlanPrice | None:
    """A contract's own price, from its columns; None without one."""
    if flat_amount is not None:
        return FlatPrice(flat_amount)
    return UsageBasedPrice(rate, minimum) if rate is not None and minimum is not None else None


def _own(price: PlanPrice | None) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """The columns of a contract's own price: rate, minimum and flat amount."""
    if isinstance(price, FlatPrice):
        return None, None, price.amount
    return (price.rate, price.minimum, None) if price else (None, None, None)
