"""What the reads and small writes need at least, by hand: the query of a summary, and the transaction of a change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from uuid import uuid4

import asyncpg

from tests.bench.ingest_ways import NOW
from tests.bench.reads_data import Asked
from tests.bench.stage import Stage

POOL_SIZE = 10
TOMORROW = NOW.date() + timedelta(days=1)
DAYS_AHEAD = 300

SUM = """
WITH family AS (SELECT family_key FROM account_sid WHERE account_sid = $1),
used AS (
    SELECT account_key, product_key, day, event_count, quantity_micros, unrated_micros, rated_nanos
    FROM usage_rollup_2026_07 WHERE family_key = (SELECT family_key FROM family)
    UNION ALL
    SELECT account_key, product_key, (occur_time AT TIME ZONE 'UTC')::date, 1, quantity_micros,
           CASE WHEN rated THEN 0 ELSE quantity_micros END, amount_nanos
    FROM usage_event_2026_07
    WHERE family_key = (SELECT family_key FROM family)
      AND batch_key IN (SELECT batch_key FROM usage_batch WHERE period = '2026-07-01' AND NOT rolled_up)
)
SELECT account_sid, product_id, day, sum(event_count)::bigint, sum(quantity_micros), sum(unrated_micros),
       sum(rated_nanos)
FROM used JOIN account USING (account_key) JOIN product USING (product_key)
GROUP BY account_sid, product_id, day ORDER BY account_sid, product_id, day
"""
CHANGE = """
WITH locked AS MATERIALIZED (
    SELECT a.family_key, w.test_time FROM begin_write() w, account_sid s JOIN account a USING (family_key, account_key)
    WHERE s.account_sid = $1 FOR UPDATE OF a
), old AS (
    UPDATE plan_held h SET supersede_time = l.test_time, supersede_cutoff = 0 FROM locked l
    WHERE h.owner_key = l.family_key AND h.supersede_cutoff IS NULL AND (h.end_day IS NULL OR h.end_day > $3)
    RETURNING h.owner_key, h.plan_id, h.start_day, h.origin, l.test_time
), first AS (SELECT * FROM old ORDER BY start_day LIMIT 1), new AS (
    INSERT INTO plan_held (owner_key, plan_id, start_day, end_day, origin, by_staff, record_time, record_cutoff)
    SELECT owner_key, plan_id, start_day, $4::date, origin, true, test_time, 0 FROM first
    UNION ALL SELECT owner_key, 'business', $4, NULL, 2, true, test_time, 0 FROM first
), kept AS (
    INSERT INTO request (caller, rpc, request_id, content_hash, response) VALUES ('limit', 'ChangePlan', $2, $5, $5)
)
INSERT INTO audit_event (event_time, cutoff, caller, role, rpc, subject, request_id, request_json)
SELECT test_time, 0, 'limit', 'staff', 'ChangePlan', $1, $2, '{"account_sid": "AC", "plan_id": "business"}' FROM first
RETURNING 1
"""


class Plain:
    """The store without the service, over as many connections as the service has."""

    def __init__(self, pool: asyncpg.Pool, families: list[str]) -> None:
        self._pool = pool
        self._families = families

    async def sum(self, account_sid: str) -> list[asyncpg.Record]:
        """A family's usage of July, by account, product and day."""
        rows: list[asyncpg.Record] = await self._pool.fetch(SUM, account_sid)
        return rows

    async def change(self, number: int) -> None:
        """Change the plan of a family from a day to come, and forget the change that was pending."""
        sid, day = target(self._families, number)
        changed = await self._pool.fetchval(CHANGE, sid, uuid4(), NOW.date(), day, bytes(32))
        assert changed == 1


def target(families: list[str], number: int) -> tuple[str, date]:
    """The family that a change is about, and its day, another each time the families come round."""
    turn, place = divmod(number, len(families))
    return families[place], TOMORROW + timedelta(days=turn % DAYS_AHEAD)


@asynccontextmanager
async def plain_queries(on: Stage, asked: Asked) -> AsyncIterator[Plain]:
    """Connections for the limits. They change other families than the service does."""
    async with asyncpg.create_pool(
        on.stack.database_url, min_size=POOL_SIZE, max_size=POOL_SIZE, reset=_no_reset
    ) as pool:
        yield Plain(pool, list(asked.families)[len(asked.families) // 2 :])


async def _no_reset(_: asyncpg.Connection) -> None:
    """As in the product."""
