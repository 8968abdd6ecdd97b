"""What was derived, derived anew: what is stored is compared with what follows from the rest of the store.

A comparison is a query whose last common table expression is `compared`: rows with their keys, and with `stored` and
`derived`, arrays of numbers of one length.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import asyncpg

SHOWN = 10  # differences of a comparison that are shown one by one


class Difference(NamedTuple):
    """Something that is stored otherwise than it follows from the rest of the store."""

    subject: str
    stored: str
    derived: str


class Comparison(NamedTuple):
    """How many things were compared, how many of them differ, and some of those."""

    compared_count: int
    difference_count: int
    shown: list[Difference]


COMPARED = """
SELECT counts.compared_count, counts.difference_count, differing.subject, differing.stored, differing.derived
FROM (
    SELECT count(*) AS compared_count, count(*) FILTER (WHERE stored IS DISTINCT FROM derived) AS difference_count
    FROM compared
) counts
LEFT JOIN (
    SELECT {subject} AS subject, stored, derived FROM compared WHERE stored IS DISTINCT FROM derived LIMIT {shown}
) differing ON true
ORDER BY subject
"""


def compared(subject: str) -> str:
    """The end of a comparison: counts, and some differences named by an expression over the columns of `compared`."""
    return COMPARED.format(subject=subject, shown=SHOWN)


async def compare(connection: asyncpg.Connection, query: str, *arguments: object) -> Comparison:
    """Run a comparison."""
    rows = await connection.fetch(query, *arguments)
    shown = [
        Difference(row["subject"], _text(row["stored"]), _text(row["derived"]))
        for row in rows
        if row["subject"] is not None
    ]
    return Comparison(rows[0]["compared_count"], rows[0]["difference_count"], shown)


def _text(numbers: Sequence[Decimal]) -> str:
    return ", ".join(f"{number:,}" for number in numbers)
