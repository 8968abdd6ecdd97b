"""How the store stands: what waits, the month-end, the feed; for whoever watches over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg

from billing.operations.days import next_to_close
from billing.store import observation, state
from billing.store.observation import Backlog, Consumer, Feed, LatestClosing

MOST_CONSUMERS = 20


@dataclass(frozen=True, slots=True)
class Observation:
    """How the store stands at a moment.

    Attributes:
        moment: in business time.
        backlog: what waits to be rolled up.
        closing: the one that was started last.
        due_time: when the next closing starts by itself; None while there is no account.
        feed: how far it is, and its relay.
        consumers: those that have acknowledged last.
        consumer_count: how many there are.
        schema_version: the last migration; None where the role of the process may not know.
    """

    moment: datetime
    backlog: Backlog
    closing: LatestClosing | None
    due_time: datetime | None
    feed: Feed
    consumers: Sequence[Consumer]
    consumer_count: int
    schema_version: int | None


async def observe(connection: asyncpg.Connection, zone: ZoneInfo, grace: timedelta, *, test_mode: bool) -> Observation:
    """Look at the store, over a connection in no transaction: what moves meanwhile is seen before or after."""
    period = await next_to_close(connection)
    return Observation(
        moment=await state.test_time(connection) if test_mode else datetime.now(UTC),
        backlog=await observation.backlog(connection),
        closing=await observation.latest_closing(connection),
        due_time=None if period is None else period.end_time(zone) + grace,
        feed=await observation.feed(connection),
        consumers=await observation.consumers(connection, MOST_CONSUMERS),
        consumer_count=await observation.count_consumers(connection),
        schema_version=await observation.schema_version(connection),
    )
