"""What Flex instances come to in a period, counted for many families at once (7.2, 7.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from billing.flex import FlexModel, FlexUse
from billing.period import Period, start_of
from billing.store.questions import Question, Rows, asked
from billing.store.usage_sums import FamilyRange

Families = Sequence[int] | FamilyRange

# Activity is looked up by family, and the account compared after that: Postgres takes the two for independent, expects
# one row of an account everywhere, and would read all of its activity as gladly as the few rows of an index. A family
# has at most one instance that is counted in this way, as its subaccounts have User + Usage (7.6).
#
# Everything below is as recorded before a cut-off, $5. When days begin is said by the caller ($6, $7): where clocks go
# back at midnight, Postgres takes the second midnight for the day's start. The constants are parts of one statement.

ACTIVITY = """activity AS NOT MATERIALIZED (
    SELECT family_key, account_key, period, kind, occur_time, user_id, session_id FROM flex_activity
    WHERE record_cutoff < $5 AND (void_cutoff IS NULL OR void_cutoff >= $5)
)"""

# The instances with the model of the period ($1 to $2, the moments $3 to $4), and the moments between which they are
# there: from their first day on, until the account closes. Switches lie on firsts, so that a period has one model.
HELD = """held AS (
    SELECT family_key, account_key, start_day, model FROM flex_model
    WHERE start_day < $2 AND record_cutoff < $5 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $5)
"""
INSTANCES = """instance AS (
    SELECT m.family_key, m.account_key, m.model, coalesce(f.start_time, $3::timestamptz) AS from_time,
           coalesce(t.start_time, $4::timestamptz) AS to_time
    FROM (
        SELECT DISTINCT ON (family_key, account_key) family_key, account_key, model FROM held
        ORDER BY family_key, account_key, start_day DESC
    ) m
    JOIN flex_instance i ON i.family_key = m.family_key AND i.account_key = m.account_key
    JOIN account_life l ON l.family_key = m.family_key AND l.account_key = m.account_key AND l.record_cutoff < $5
        AND (l.supersede_cutoff IS NULL OR l.supersede_cutoff >= $5)
    LEFT JOIN unnest($6::date[], $7::timestamptz[]) AS f (day, start_time) ON f.day = i.start_day
    LEFT JOIN unnest($6::date[], $7::timestamptz[]) AS t (day, start_time) ON t.day = l.end_day
    WHERE l.end_day IS NULL OR l.end_day > $1
)"""

# User + Usage: who logged in at least once.
USERS = """users AS (
    SELECT family_key, account_key, model, count(DISTINCT a.user_id)::numeric AS counted
    FROM instance i JOIN activity a USING (family_key, account_key)
    WHERE i.model = 1 AND a.kind = 1 AND a.period = $1 AND a.occur_time >= i.from_time AND a.occur_time < i.to_time
    GROUP BY family_key, account_key, model
)"""

# Named User: a step is +1 where a user becomes provisioned, -1 where one no longer is, 0 where nothing changes. What
# was before the first moment counts at it. Removals come before additions of the same instant, so that the most users
# at one time are those after all steps of an instant.
STEPS = """step AS (
    SELECT i.family_key, i.account_key, i.model, greatest(a.occur_time, i.from_time) AS moment,
           (a.kind = 4)::integer - coalesce(lag((a.kind = 4)::integer) OVER (
               PARTITION BY i.family_key, i.account_key, a.user_id ORDER BY a.occur_time, a.kind DESC), 0) AS step
    FROM instance i CROSS JOIN LATERAL (
        SELECT account_key, user_id, occur_time, kind FROM activity a
        WHERE a.family_key = i.family_key AND a.kind IN (4, 5) AND a.occur_time < i.to_time OFFSET 0
    ) a
    WHERE i.model = 2 AND a.account_key = i.account_key
)"""
PEAKS = """peak AS (
    SELECT family_key, account_key, model, max(users)::numeric AS counted
    FROM (
        SELECT family_key, account_key, model,
               sum(sum(step)) OVER (PARTITION BY family_key, account_key ORDER BY moment) AS users
        FROM step GROUP BY family_key, account_key, model, moment
    ) r
    GROUP BY family_key, account_key, model
)"""

# Active User Hours: the sessions that may reach into the period, each from its first start to the first end since then,
# or 24 hours on; of a user's sessions the time since the latest end of those before counts.
SESSION_KEYS = """session_key AS (
    SELECT DISTINCT i.family_key, i.account_key, i.from_time, i.to_time, a.user_id, a.session_id
    FROM instance i CROSS JOIN LATERAL (
        SELECT account_key, user_id, session_id FROM activity a
        WHERE a.family_key = i.family_key AND a.occur_time >= $3::timestamptz - interval '24 hours'
          AND ((a.kind = 2 AND a.occur_time < $4::timestamptz) OR (a.kind = 3 AND a.occur_time >= $3::timestamptz))
        OFFSET 0
    ) a
    WHERE i.model = 3 AND a.account_key = i.account_key
)"""
SESSIONS = """session AS (
    SELECT k.family_key, k.account_key, k.from_time, k.to_time, k.user_id, k.session_id,
           min(a.occur_time) FILTER (WHERE a.kind = 2) AS start_time,
           array_agg(a.occur_time) FILTER (WHERE a.kind = 3) AS end_times
    FROM session_key k CROSS JOIN LATERAL (
        SELECT account_key, kind, occur_time FROM activity a
        WHERE a.family_key = k.family_key AND a.session_id = k.session_id AND a.user_id = k.user_id
          AND a.kind IN (2, 3)
        OFFSET 0
    ) a
    WHERE a.account_key = k.account_key
    GROUP BY k.family_key, k.account_key, k.from_time, k.to_time, k.user_id, k.session_id
)"""
ENDS = """session_end AS MATERIALIZED (
    SELECT family_key, account_key, user_id, from_time, to_time, start_time, coalesce(
        (SELECT min(end_time) FROM unnest(end_times) AS e (end_time) WHERE end_time >= start_time),
        start_time + interval '24 hours') AS end_time
    FROM session WHERE start_time < to_time
)"""
HOURS = """hours AS (
    SELECT family_key, account_key, 3::smallint AS model,
           sum(extract(epoch FROM greatest(end_time, reached) - greatest(start_time, reached)) * 1000000) AS counted
    FROM (
        SELECT family_key, account_key, start_time, end_time, max(end_time) OVER (
            PARTITION BY family_key, account_key, user_id ORDER BY start_time, end_time
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
        FROM (
            SELECT family_key, account_key, user_id, greatest(start_time, from_time) AS start_time,
                   least(end_time, to_time) AS end_time
            FROM session_end WHERE end_time > from_time
        ) clipped
    ) s
    GROUP BY family_key, account_key
)"""
COUNTED = f"""), {INSTANCES}, {ACTIVITY}, {USERS}, {STEPS}, {PEAKS}, {SESSION_KEYS}, {SESSIONS}, {ENDS}, {HOURS}
SELECT family_key, account_key, model, counted FROM (
    SELECT family_key, account_key, model, counted FROM users
    UNION ALL SELECT family_key, account_key, model, counted FROM peak
    UNION ALL SELECT family_key, account_key, model, counted FROM hours
) u
WHERE counted > 0 ORDER BY family_key, account_key
"""  # noqa: S608 - constants of this module
USE_OF_FAMILIES = f"WITH {HELD} AND family_key = ANY ($8::integer[]) {COUNTED}"
USE_IN_RANGE = f"WITH {HELD} AND family_key >= $8::integer AND family_key < $9::integer {COUNTED}"


# Most owners have no instance, and are spared the planning of the rest.
ANY_OF_FAMILIES = "SELECT EXISTS (SELECT FROM flex_model WHERE family_key = ANY ($1::integer[]))"
ANY_IN_RANGE = "SELECT EXISTS (SELECT FROM flex_model WHERE family_key >= $1 AND family_key < $2)"


async def load_flex_use(
    connection: asyncpg.Connection, families: Families, period: Period, zone: ZoneInfo, before_cutoff: int
) -> list[FlexUse]:
    """What the instances of many families come to in a period of the zone.

    Args:
        connection: any.
        families: which, by their keys or as a range of keys.
        period: the period.
        zone: the billing zone.
        before_cutoff: only what was recorded with a lower cut-off.

    Returns:
        Those of which something is charged, by family and account.
    """
    if not await any_flex(connection, families):
        return []
    return await flex_use(connection, families, period, zone, before_cutoff)


@asked
def any_flex(families: Families) -> Question[bool]:
    """Whether any of the families has, had or will have a Flex instance."""
    statement, keys = _of(families, ANY_OF_FAMILIES, ANY_IN_RANGE)
    return Question(statement, keys, lambda rows: rows[0][0])


@asked
def flex_use(families: Families, period: Period, zone: ZoneInfo, before_cutoff: int) -> Question[list[FlexUse]]:
    """As `load_flex_use`, where there are instances."""
    days = [period.first_day + timedelta(days=place) for place in range(period.day_count)]
    arguments = (
        period.first_day,
        period.end_day,
        period.start_time(zone),
        period.end_time(zone),
        before_cutoff,
        days,
        _starts(days, zone),
    )
    statement, keys = _of(families, USE_OF_FAMILIES, USE_IN_RANGE)
    return Question(statement, (*arguments, *keys), _flex_uses)


def _of(families: Families, by_key: str, in_range: str) -> tuple[str, tuple[Any, ...]]:
    """The statement for families named one by one or as a range, and the arguments that say which."""
    return (in_range, families) if isinstance(families, FamilyRange) else (by_key, (list(families),))


def _flex_uses(rows: Rows) -> list[FlexUse]:
    return [
        FlexUse(family_key, account_key, FlexModel(model), FlexModel(model).counted(int(counted)))
        for family_key, account_key, model, counted in rows
    ]


def _starts(days: Sequence[date], zone: ZoneInfo) -> list[datetime]:
    return [start_of(day, zone) for day in days]
