"""Days and periods of what carries a moment, derived anew: support cases and Flex activity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from billing.period import Period
from billing.store.verification import Comparison, compare, compared

MONTHS = """
SELECT date_trunc('month', open_day)::date AS month FROM support_case
UNION SELECT period FROM flex_activity ORDER BY month
"""


async def months(connection: asyncpg.Connection) -> list[Period]:
    """The months of which there are support cases or Flex activity."""
    return [Period.of(row["month"]) for row in await connection.fetch(MONTHS)]


CASE_SUBJECT = """
format('case %s of %s', case_id, (SELECT account_sid FROM account a WHERE a.account_key = compared.account_key))
"""
CASES = f"""
WITH compared AS (
    SELECT account_key, case_id, ARRAY[open_day - $1::date + 1]::numeric[] AS stored,
           ARRAY[width_bucket(open_time, $2::timestamptz[])]::numeric[] AS derived
    FROM support_case WHERE open_day >= $1 AND open_day < $3
) {compared(CASE_SUBJECT)}
"""  # noqa: S608 - constants of this module


async def compare_cases(connection: asyncpg.Connection, month: Period, day_starts: Sequence[datetime]) -> Comparison:
    """The days on which the cases of a month were opened, with the moments; the end of the month is the last start."""
    return await compare(connection, CASES, month.first_day, day_starts, month.end_day)


ACTIVITY = f"""
WITH compared AS (
    SELECT account_key, event_id, ARRAY[1]::numeric[] AS stored,
           ARRAY[(occur_time >= $2 AND occur_time < $3)::integer]::numeric[] AS derived
    FROM flex_activity WHERE period = $1
) {compared("format('%s of account key %s', event_id, account_key)")}
"""  # noqa: S608 - constants of this module


async def compare_activity(
    connection: asyncpg.Connection, period: Period, start_time: datetime, end_time: datetime
) -> Comparison:
    """The Flex activity of a period with its moments: whether they lie within (1)."""
    return await compare(connection, ACTIVITY, period.first_day, start_time, end_time)
