"""Usage as it is kept: events with when they were recorded, by account and event id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from billing.corrections import Correction


class RecordedEvent(NamedTuple):
    """An event as it was first recorded, and its trail.

    Attributes:
        event_id: which.
        product_id: of what.
        quantity_micros: in 10⁻⁶ of the product's unit.
        occur_time: when.
        amount_nanos: in 10⁻⁹ of the currency; None when it was not rated upstream.
        record_time: when it was recorded.
        trail: what was corrected and voided of it since, the first first; the statements here leave it empty.
    """

    event_id: UUID
    product_id: str
    quantity_micros: int
    occur_time: datetime
    amount_nanos: int | None
    record_time: datetime
    trail: Sequence[Correction] = ()


EVENTS_OF_ACCOUNT = """
SELECT e.event_id, p.product_id, e.quantity_micros, e.occur_time,
       CASE WHEN e.rated THEN e.amount_nanos END AS amount_nanos, b.record_time
FROM usage_event e JOIN usage_batch b USING (batch_key) JOIN product p USING (product_key)
WHERE e.family_key = $1 AND e.account_key = $2 AND e.occur_time >= $3 AND e.occur_time < $4
"""
LIST_EVENTS = f"""{EVENTS_OF_ACCOUNT}
  AND ($5::uuid IS NULL OR e.event_id > $5) AND ($6::text IS NULL OR p.product_id = $6)
ORDER BY e.event_id LIMIT $7
"""


async def list_events(
    connection: asyncpg.Connection,
    *,
    family_key: int,
    account_key: int,
    start_time: datetime,
    end_time: datetime,
    after: UUID | None,
    product_id: str | None,
    limit: int,
) -> list[RecordedEvent]:
    """The events of an account between two moments (of one period), by event id, from after one on."""
    rows = await connection.fetch(LIST_EVENTS, family_key, account_key, start_time, end_time, after, product_id, limit)
    return [RecordedEvent(*row) for row in rows]


EVENTS_BY_ID = f"{EVENTS_OF_ACCOUNT} AND e.event_id = ANY ($5::uuid[])"


async def events_by_id(
    connection: asyncpg.Connection,
    *,
    family_key: int,
    account_key: int,
    start_time: datetime,
    end_time: datetime,
    event_ids: Sequence[UUID],
) -> dict[UUID, RecordedEvent]:
    """Those of the events of an account between two moments (of one period) that were recorded, by event id."""
    rows = await connection.fetch(EVENTS_BY_ID, family_key, account_key, start_time, end_time, event_ids)
    return {row["event_id"]: RecordedEvent(*row) for row in rows}
