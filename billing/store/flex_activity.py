"""Flex activity: one row per event, of which the first recorded stays (7.7, 4.1, 4.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from billing.flex_activity import GoodActivity
from billing.period import Period
from billing.store.questions import Question, asked

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# The events of a batch as rows: the same parameters in every statement that takes one.
SENT = """sent AS (
    SELECT number, family_key, account_key, period, event_id, kind, occur_time, user_id, session_id
    FROM unnest($1::integer[], $2::integer[], $3::integer[], $4::date[], $5::uuid[], $6::smallint[], $7::timestamptz[],
                $8::text[], $9::text[])
         AS n (number, family_key, account_key, period, event_id, kind, occur_time, user_id, session_id)
)"""

# The end of a session changes the months since its start, too. It is looked up by family, as in flex_use.
RECORD = f"""
WITH {SENT}, firsts AS (
    SELECT DISTINCT ON (family_key, account_key, period, event_id)
           number, family_key, account_key, period, event_id, kind, occur_time, user_id, session_id
    FROM sent ORDER BY family_key, account_key, period, event_id, number
), new AS (
    INSERT INTO flex_activity (family_key, account_key, period, event_id, kind, occur_time, user_id, session_id,
                               record_time, record_cutoff, changes_from)
    SELECT family_key, account_key, period, event_id, kind, occur_time, user_id, session_id, $10, $11,
           CASE WHEN earliest < $12::date THEN earliest END
    FROM firsts f CROSS JOIN LATERAL (
        SELECT least(f.period, CASE WHEN f.kind = 3 THEN (
            SELECT min(s.period) FILTER (WHERE s.account_key = f.account_key AND s.kind = 2) FROM flex_activity s
            WHERE s.family_key = f.family_key AND s.session_id = f.session_id AND s.user_id = f.user_id
              AND s.kind IN (2, 3)
        ) END) AS earliest
    ) e
    ORDER BY family_key, account_key, period, event_id
    ON CONFLICT ON CONSTRAINT flex_activity_key DO NOTHING
    RETURNING family_key, account_key, period, event_id
)
SELECT number FROM firsts JOIN new USING (family_key, account_key, period, event_id)
"""  # noqa: S608 - constants of this module


async def record(
    connection: asyncpg.Connection,
    events: Sequence[GoodActivity],
    record_time: datetime,
    cutoff: int,
    first_open: Period | None,
) -> set[int]:
    """Record those of the events whose id is new; the first of an id wins.

    Args:
        connection: in a transaction that reads what is committed.
        events: in the order of their numbers.
        record_time: now.
        cutoff: of this write.
        first_open: the first period whose closing has not started; None while none has.

    Returns:
        The numbers of the events recorded now.
    """
    closed_until = first_open.first_day if first_open else None
    rows = await connection.fetch(RECORD, *_columns(events), record_time, cutoff, closed_until)
    return {row["number"] for row in rows}


CONFLICTS = f"""
WITH {SENT}
SELECT s.number FROM sent s JOIN flex_activity a USING (family_key, account_key, period, event_id)
WHERE (s.kind, s.occur_time, s.user_id, s.session_id) <> (a.kind, a.occur_time, a.user_id, a.session_id)
"""  # noqa: S608 - constants of this module


async def conflicts(connection: asyncpg.Connection, events: Sequence[GoodActivity]) -> set[int]:
    """The numbers of those events whose content is not what was first recorded, voided since or not (4.1)."""
    return {row["number"] for row in await connection.fetch(CONFLICTS, *_columns(events))}


LOCK_EVENTS = """
SELECT event_id, void_cutoff IS NOT NULL AS voided FROM flex_activity
WHERE family_key = $1 AND account_key = $2 AND period = $3 AND event_id = ANY ($4)
ORDER BY event_id FOR UPDATE
"""


async def lock_events(
    connection: asyncpg.Connection, family_key: int, account_key: int, period: Period, event_ids: Sequence[UUID]
) -> dict[UUID, bool]:
    """Those of the events that are recorded, locked until the transaction ends, and whether each is voided."""
    rows = await connection.fetch(LOCK_EVENTS, family_key, account_key, period.first_day, list(event_ids))
    return {UUID(bytes=row["event_id"].bytes): row["voided"] for row in rows}


VOID = """
UPDATE flex_activity a SET void_time = $5, void_cutoff = $6, void_changes_from = e.changed
FROM (
    SELECT v.event_id, CASE WHEN earliest < $7::date THEN earliest END AS changed
    FROM flex_activity v CROSS JOIN LATERAL (
        SELECT least(v.period, CASE WHEN v.kind = 3 THEN (
            SELECT min(s.period) FILTER (WHERE s.account_key = v.account_key AND s.kind = 2) FROM flex_activity s
            WHERE s.family_key = v.family_key AND s.session_id = v.session_id AND s.user_id = v.user_id
              AND s.kind IN (2, 3)
        ) END) AS earliest
    ) f
    WHERE v.family_key = $1 AND v.account_key = $2 AND v.period = $3 AND v.event_id = ANY ($4)
) e
WHERE a.family_key = $1 AND a.account_key = $2 AND a.period = $3 AND a.event_id = e.event_id AND a.void_cutoff IS NULL
"""


async def void(
    connection: asyncpg.Connection,
    family_key: int,
    account_key: int,
    period: Period,
    event_ids: Sequence[UUID],
    void_time: datetime,
    cutoff: int,
    first_open: Period | None,
) -> None:
    """Void events that are locked."""
    closed_until = first_open.first_day if first_open else None
    keys = family_key, account_key, period.first_day, list(event_ids)
    await connection.execute(VOID, *keys, void_time, cutoff, closed_until)


CHANGED_ACTIVITY = """
SELECT family_key, min(first_day) AS first_day FROM (
    SELECT family_key, changes_from AS first_day FROM flex_activity
    WHERE changes_from IS NOT NULL AND record_cutoff = $3 AND family_key >= $1 AND family_key < $2
    UNION ALL
    SELECT family_key, void_changes_from FROM flex_activity
    WHERE void_changes_from IS NOT NULL AND void_cutoff = $3 AND family_key >= $1 AND family_key < $2
) c GROUP BY family_key ORDER BY family_key
"""


@asked
def changed_activity(families: tuple[int, int], cutoff: int) -> Question[list[tuple[int, date]]]:
    """The families of a range of keys of whose activity something was recorded or voided with a cut-off that makes a
    difference to periods closed by then.

    Returns:
        Family key and the first day of the earliest such period; ascending.
    """
    return Question(CHANGED_ACTIVITY, (*families, cutoff), list)


def _columns(events: Sequence[GoodActivity]) -> list[list[Any]]:
    return [
        [event.number for event in events],
        [event.family_key for event in events],
        [event.account_key for event in events],
        [event.period.first_day for event in events],
        [event.event_id for event in events],
        [int(event.kind) for event in events],
        [_EPOCH + timedelta(microseconds=event.occur_micros) for event in events],
        [event.user_id for event in events],
        [event.session_id for event in events],
    ]
