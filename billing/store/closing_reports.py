"""What closings have come to so far: totals per kind, and the owners set apart; of many closings at once."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from billing.charges import ChargeKind
from billing.closings import SetApart, SetApartState, Total

TOTALS = """
SELECT closing_number, kind, sum(t.record_count) AS record_count, sum(amount_minor) AS amount_minor
FROM charge_slice JOIN charge_slice_total t USING (slice_key)
WHERE closing_number = ANY ($1) GROUP BY closing_number, kind ORDER BY closing_number, kind
"""


async def totals(connection: asyncpg.Connection, closing_numbers: Sequence[int]) -> dict[int, list[Total]]:
    """The totals per kind of what some closings have emitted."""
    found: dict[int, list[Total]] = {}
    for number, kind, count, amount in await connection.fetch(TOTALS, closing_numbers):
        found.setdefault(number, []).append(Total(ChargeKind(kind), int(count), int(amount)))
    return found


SET_APART_COUNTS = """
SELECT closing_number, count(*) FROM closing_set_apart
WHERE closing_number = ANY ($1) AND state = 1 GROUP BY closing_number
"""


async def set_apart_counts(connection: asyncpg.Connection, closing_numbers: Sequence[int]) -> dict[int, int]:
    """How many owners are set apart and neither calculated since nor released; closings without any are left out."""
    return dict(await connection.fetch(SET_APART_COUNTS, closing_numbers))


LIST_SET_APART = """
SELECT closing_number, owner_sid, reason, state
FROM (
    SELECT s.closing_number, coalesce(a.account_sid, c.contract_sid) AS owner_sid, s.reason, s.state,
           row_number() OVER (PARTITION BY s.closing_number
                              ORDER BY s.state, coalesce(a.account_sid, c.contract_sid)) AS place
    FROM closing_set_apart s
    LEFT JOIN account a ON a.family_key = s.owner_key AND a.account_key = s.owner_key
    LEFT JOIN contract c ON c.contract_key = s.owner_key
    WHERE s.closing_number = ANY ($1) AND s.state <> 2
) placed WHERE place <= $2 ORDER BY closing_number, place
"""


async def list_set_apart(
    connection: asyncpg.Connection, closing_numbers: Sequence[int], limit: int
) -> dict[int, list[SetApart]]:
    """Owners set apart and not calculated since, so many of each closing, those not released first."""
    found: dict[int, list[SetApart]] = {}
    for number, sid, reason, state in await connection.fetch(LIST_SET_APART, closing_numbers, limit):
        found.setdefault(number, []).append(SetApart(sid, reason, state == SetApartState.RELEASED))
    return found
