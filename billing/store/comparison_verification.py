"""Comparisons of closings with the month before, made anew from the records."""

from __future__ import annotations

import asyncpg

from billing.period import Period
from billing.store.comparisons import MOST_DIFFERENT, OWN, summed
from billing.store.verification import Comparison, Difference, compare, compared

# Closings that were complete before there were comparisons have none; every later one has.
STORED = """
SELECT c.comparison_key, c.outlier_factor, c.outlier_minor,
       EXISTS (SELECT FROM closing_comparison e WHERE e.closing_number < $1) AS wanted
FROM (SELECT $1::integer AS closing_number) k LEFT JOIN closing_comparison c USING (closing_number)
"""
MADE_ANEW = f"""
{summed(OWN)}, compared AS (
    SELECT format('%s, kind %s', CASE WHEN previous THEN 'the month before' ELSE 'the month' END, kind) AS what,
           ARRAY[coalesce(t.record_count, 0), coalesce(t.amount_minor, 0)]::numeric[] AS stored,
           ARRAY[coalesce(s.record_count, 0), coalesce(s.amount_minor, 0)]::numeric[] AS derived
    FROM (SELECT previous, kind, record_count, amount_minor FROM closing_comparison_total WHERE comparison_key = $7) t
    FULL JOIN (
        SELECT previous, kind, record_count, amount_minor + previous_minor AS amount_minor
        FROM summed WHERE kind IS NOT NULL
    ) s USING (previous, kind)
    UNION ALL
    SELECT format('outlier %s', (SELECT account_sid FROM account WHERE account_key = payer_key)),
           ARRAY[coalesce(t.amount_minor, 0), coalesce(t.previous_minor, 0)]::numeric[],
           ARRAY[coalesce(s.amount_minor, 0), coalesce(s.previous_minor, 0)]::numeric[]
    FROM (SELECT payer_key, amount_minor, previous_minor FROM closing_outlier WHERE comparison_key = $7) t
    FULL JOIN (SELECT payer_key, amount_minor, previous_minor {MOST_DIFFERENT}) s USING (payer_key)
    UNION ALL
    SELECT 'the month before, and how many are outliers',
           ARRAY[coalesce(to_char(previous_period, 'YYYYMM')::numeric, 0), outlier_count]::numeric[],
           ARRAY[coalesce(to_char($4::date, 'YYYYMM')::numeric, 0), (SELECT count(*) FROM outliers)]::numeric[]
    FROM closing_comparison WHERE comparison_key = $7
) {compared("what")}
"""  # noqa: S608 - constants of this module and of comparisons


async def compare_comparison(
    connection: asyncpg.Connection, closing_number: int, period: Period, previous: tuple[int, Period] | None
) -> Comparison:
    """The comparison of a complete closing with the closing before, by their records and the threshold of then.

    Of each kind and month how many records and what they come to, in the minor unit; of outliers, what they were
    charged in both months.
    """
    key, factor, outlier_minor, wanted = await connection.fetchrow(STORED, closing_number)
    if key is None:
        return Comparison(1, 1, [Difference("the comparison", "none", "one")]) if wanted else Comparison(0, 0, [])
    before = (previous[0], previous[1].first_day) if previous else (None, None)
    return await compare(connection, MADE_ANEW, closing_number, period.first_day, *before, factor, outlier_minor, key)
