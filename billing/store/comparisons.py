"""Comparisons of closings and rehearsals with the closing of the month before."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import asyncpg

from billing.charges import ChargeKind
from billing.closings import Total
from billing.comparison import SHOWN, Comparison, PayerOutlier, Threshold
from billing.period import Period


class Compared(StrEnum):
    """What is compared; the value is the column that has its number."""

    CLOSING = "closing_number"
    REHEARSAL = "rehearsal_number"


# The records of a month's own period from its own closing, credits left out. Their slices are a stretch of keys, so
# that nothing of other months is read, whatever is known of how the table has grown.
OF_CLOSING = """
    SELECT payer_key, kind, {previous} AS previous, amount_minor FROM charge_record
    WHERE closing_number = {number} AND period = {period} AND kind <> 4
      AND slice_key >= (SELECT min(slice_key) FROM charge_slice WHERE closing_number = {number})
      AND slice_key <= (SELECT max(slice_key) FROM charge_slice WHERE closing_number = {number})
"""
OWN = OF_CLOSING.format(previous="false", number="$1::integer", period="$2::date")
OF_REHEARSAL = """
    SELECT payer_key, kind, false AS previous, amount_minor FROM rehearsal_record
    WHERE rehearsal_number = $1 AND period = $2 AND kind <> 4
"""

# `Threshold.exceeded` in SQL.
OUTLIER = """abs(amount_minor - previous_minor) > $6::numeric
      AND greatest(amount_minor, previous_minor) > $5::numeric * least(amount_minor, previous_minor)"""


def summed(of: str) -> str:
    """The beginning of a statement: sums by payer and by kind (`summed`), and who are `outliers`.

    Its arguments are number and period of what is compared, those of the closing before, and the threshold.
    """
    before = OF_CLOSING.format(previous="true", number="$3::integer", period="$4::date")
    return f"""
WITH summed AS MATERIALIZED (
    SELECT payer_key, kind, previous, count(*) AS record_count,
           coalesce(sum(amount_minor) FILTER (WHERE NOT previous), 0) AS amount_minor,
           coalesce(sum(amount_minor) FILTER (WHERE previous), 0) AS previous_minor
    FROM ({of} UNION ALL {before}) records GROUP BY GROUPING SETS ((payer_key), (kind, previous))
), outliers AS MATERIALIZED (
    SELECT payer_key, amount_minor, previous_minor FROM summed
    WHERE payer_key IS NOT NULL AND $4 IS NOT NULL AND {OUTLIER}
)
"""  # noqa: S608 - constants of this module


# The outliers that are shown.
MOST_DIFFERENT = f"""
    FROM outliers JOIN account ON family_key = payer_key AND account_key = payer_key
    ORDER BY abs(amount_minor - previous_minor) DESC, account_sid LIMIT {SHOWN}
"""


def _comparison(of: str, number: str) -> str:
    return f"""
{summed(of)}, made AS (
    INSERT INTO closing_comparison ({number}, previous_period, outlier_factor, outlier_minor, outlier_count)
    SELECT $1, $4, $5, $6, (SELECT count(*) FROM outliers)
    RETURNING comparison_key
), shown AS (
    INSERT INTO closing_outlier (comparison_key, payer_key, amount_minor, previous_minor)
    SELECT comparison_key, payer_key, amount_minor, previous_minor
    FROM made CROSS JOIN (SELECT payer_key, amount_minor, previous_minor {MOST_DIFFERENT}) most
)
INSERT INTO closing_comparison_total (comparison_key, previous, kind, record_count, amount_minor)
SELECT comparison_key, previous, kind, record_count, amount_minor + previous_minor
FROM made CROSS JOIN summed WHERE kind IS NOT NULL
"""  # noqa: S608 - constants of this module


COMPARE_CLOSING = _comparison(OWN, Compared.CLOSING)
COMPARE_REHEARSAL = _comparison(OF_REHEARSAL, Compared.REHEARSAL)
COMPARE = {Compared.CLOSING: COMPARE_CLOSING, Compared.REHEARSAL: COMPARE_REHEARSAL}
WITH_ROOM = "SELECT set_config('work_mem', '64MB', true)"  # for a sum a payer, until the transaction ends


async def compare(
    connection: asyncpg.Connection,
    what: Compared,
    number: int,
    period: Period,
    previous: tuple[int, Period] | None,
    threshold: Threshold,
) -> None:
    """Compare a closing or a rehearsal, by its number, with the closing of the month before; stores what it comes to.

    In the transaction that completes it, once.
    """
    before = (previous[0], previous[1].first_day) if previous else (None, None)
    outlier = threshold.factor, threshold.amount_minor
    await connection.execute(WITH_ROOM)
    await connection.execute(COMPARE[what], number, period.first_day, *before, *outlier)


COMPARISONS_OF_CLOSINGS = """
SELECT comparison_key, closing_number AS number, previous_period, outlier_factor, outlier_minor, outlier_count
FROM closing_comparison WHERE closing_number = ANY ($1)
"""
COMPARISONS_OF_REHEARSALS = """
SELECT comparison_key, rehearsal_number AS number, previous_period, outlier_factor, outlier_minor, outlier_count
FROM closing_comparison WHERE rehearsal_number = ANY ($1)
"""
COMPARISONS = {Compared.CLOSING: COMPARISONS_OF_CLOSINGS, Compared.REHEARSAL: COMPARISONS_OF_REHEARSALS}
COMPARISON_TOTALS = """
SELECT comparison_key, previous, kind, record_count, amount_minor FROM closing_comparison_total
WHERE comparison_key = ANY ($1) ORDER BY kind
"""
OUTLIERS = """
SELECT comparison_key, account_sid, amount_minor, previous_minor
FROM closing_outlier JOIN account ON family_key = payer_key AND account_key = payer_key
WHERE comparison_key = ANY ($1) ORDER BY abs(amount_minor - previous_minor) DESC, account_sid
"""


async def comparisons(connection: asyncpg.Connection, what: Compared, numbers: Sequence[int]) -> dict[int, Comparison]:
    """The comparisons of those of some closings or rehearsals that have one, by number."""
    rows = await connection.fetch(COMPARISONS[what], numbers)
    keys = [row["comparison_key"] for row in rows]
    totals: dict[tuple[int, bool], list[Total]] = {}
    for key, previous, kind, count, amount in await connection.fetch(COMPARISON_TOTALS, keys) if keys else []:
        totals.setdefault((key, previous), []).append(Total(ChargeKind(kind), count, int(amount)))
    outliers: dict[int, list[PayerOutlier]] = {}
    for key, sid, amount, before in await connection.fetch(OUTLIERS, keys) if keys else []:
        outliers.setdefault(key, []).append(PayerOutlier(sid, int(amount), int(before)))
    return {row["number"]: _comparison_of(row, totals, outliers.get(row["comparison_key"], [])) for row in rows}


def _comparison_of(
    row: asyncpg.Record, totals: dict[tuple[int, bool], list[Total]], outliers: list[PayerOutlier]
) -> Comparison:
    key, threshold = row["comparison_key"], Threshold(row["outlier_factor"], int(row["outlier_minor"]))
    assert all(threshold.exceeded(each.amount_minor, each.previous_minor) for each in outliers)
    return Comparison(
        Period.of(row["previous_period"]) if row["previous_period"] else None,
        totals.get((key, False), []),
        totals.get((key, True), []),
        threshold,
        row["outlier_count"],
        outliers,
    )
