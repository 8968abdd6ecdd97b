"""The partitions of usage: one of events and one of roll-ups a period, made when the period is first met."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import asyncpg

from billing.period import Period

MAKE_PARTITIONS = "SELECT make_usage_partitions($1::date, $2::timestamptz, $3::timestamptz)"


async def make_partitions(connection: asyncpg.Connection, period: Period, zone: ZoneInfo) -> None:
    """Make the partitions of a period of the billing zone unless they are there; in a transaction of its own."""
    await connection.execute(MAKE_PARTITIONS, period.first_day, period.start_time(zone), period.end_time(zone))


def event_partition(period: Period) -> str:
    """The table that holds the events of a period."""
    return f"usage_event_{period.year:04d}_{period.month:02d}"


HAS_EVENT_PARTITION = "SELECT to_regclass($1) IS NOT NULL"


async def has_event_partition(connection: asyncpg.Connection, period: Period) -> bool:
    """Whether events of a period were ever recorded."""
    found: bool = await connection.fetchval(HAS_EVENT_PARTITION, event_partition(period))
    return found
