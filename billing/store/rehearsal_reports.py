"""What rehearsals have come to so far: totals per kind, and the owners that would be set apart; of many at once."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from billing.charges import ChargeKind
from billing.closings import SetApart, Total

TOTALS = """
SELECT rehearsal_number, kind, sum(record_count) AS record_count, sum(amount_minor) AS amount_minor
FROM rehearsal_total WHERE rehearsal_number = ANY ($1) GROUP BY rehearsal_number, kind ORDER BY rehearsal_number, kind
"""


async def totals(connection: asyncpg.Connection, rehearsal_numbers: Sequence[int]) -> dict[int, list[Total]]:
    """The totals per kind of the shards of some rehearsals that are done, and of their credits."""
    found: dict[int, list[Total]] = {}
    for number, kind, count, amount in await connection.fetch(TOTALS, rehearsal_numbers):
        found.setdefault(number, []).append(Total(ChargeKind(kind), count, int(amount)))
    return found


SET_APART_COUNTS = """
SELECT rehearsal_number, count(*) FROM rehearsal_set_apart WHERE rehearsal_number = ANY ($1) GROUP BY rehearsal_number
"""


async def set_apart_counts(connection: asyncpg.Connection, rehearsal_numbers: Sequence[int]) -> dict[int, int]:
    """How many owners the closings would set apart; rehearsals without any are left out."""
    return dict(await connection.fetch(SET_APART_COUNTS, rehearsal_numbers))


LIST_SET_APART = """
SELECT rehearsal_number, owner_sid, reason
FROM (
    SELECT s.rehearsal_number, coalesce(a.account_sid, c.contract_sid) AS owner_sid, s.reason,
           row_number() OVER (PARTITION BY s.rehearsal_number
                              ORDER BY coalesce(a.account_sid, c.contract_sid)) AS place
    FROM rehearsal_set_apart s
    LEFT JOIN account a ON a.family_key = s.owner_key AND a.account_key = s.owner_key
    LEFT JOIN contract c ON c.contract_key = s.owner_key
    WHERE s.rehearsal_number = ANY ($1)
) placed WHERE place <= $2 ORDER BY rehearsal_number, place
"""


async def list_set_apart(
    connection: asyncpg.Connection, rehearsal_numbers: Sequence[int], limit: int
) -> dict[int, list[SetApart]]:
    """Some of the owners that the closings would set apart, so many of each rehearsal."""
    found: dict[int, list[SetApart]] = {}
    for number, sid, reason in await connection.fetch(LIST_SET_APART, rehearsal_numbers, limit):
        found.setdefault(number, []).append(SetApart(sid, reason, released=False))
    return found
