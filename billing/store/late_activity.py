"""Late activity: of which families a closed period has changed since (6.5)."""

from __future__ import annotations

import asyncpg

from billing.period import Period

CLOSING_STARTED_BEFORE = "SELECT EXISTS (SELECT FROM closing WHERE period = $1 AND closing_number <= $2)"


async def is_late(connection: asyncpg.Connection, period: Period, cutoff: int) -> bool:
    """Whether the closing of a period was started before what carries a cut-off was written."""
    late: bool = await connection.fetchval(CLOSING_STARTED_BEFORE, period.first_day, cutoff)
    return late


NOTE_FAMILY = """
INSERT INTO late_activity (family_key, period, cutoff)
SELECT $1, $2, $3 WHERE EXISTS (SELECT FROM closing WHERE period = $2 AND closing_number <= $3)
ON CONFLICT ON CONSTRAINT late_activity_key DO NOTHING
"""


async def note_family(connection: asyncpg.Connection, family_key: int, period: Period, cutoff: int) -> None:
    """Note that a family's usage or Flex activity in a period changed, if the period's closing was started before.

    In the transaction of the change; after it has added to the roll-ups, as the roll-up does, so that the two do not
    wait for each other.
    """
    await connection.execute(NOTE_FAMILY, family_key, period.first_day, cutoff)
