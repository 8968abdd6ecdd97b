"""Rolling up usage: windows of recorded batches, each batch exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import asyncpg

from billing.operations.context import Store
from billing.operations.spans import span
from billing.period import ONE_DAY, Period, start_of
from billing.store import late_activity, usage_batches, usage_rollups
from billing.store.state import EVERYTHING
from billing.store.usage_batches import Window, remaining_batches

__all__ = ["RollUp", "State", "day_starts", "remaining_batches", "roll_up"]

MAX_EVENTS = 500_000


class State(Enum):
    """How a roll-up ended."""

    ROLLED_UP = auto()
    NOTHING_LEFT = auto()
    ANOTHER_AT_IT = auto()


class RollUp(NamedTuple):
    """What a roll-up did, and whether it was with events that came after the closing of their period began."""

    state: State
    event_count: int
    batch_count: int
    late: bool = False


async def roll_up(store: Store, before_cutoff: int = EVERYTHING, max_events: int = MAX_EVENTS) -> RollUp:
    """Roll up one window: batches of one period and one cut-off, those of the lowest cut-off and the oldest first.

    Where the closing of the period was started before they were recorded, their families are noted (6.5).
    The batches are marked in the transaction that adds them, under a lock, so each counts once however often this is
    interrupted, repeated or called from several workers.

    Args:
        store: the store.
        before_cutoff: only batches of a lower cut-off.
        max_events: the most events of the window; one batch is taken in any case.
    """
    async with store.pool.acquire() as connection, connection.transaction():
        if not await usage_rollups.try_lock(connection):
            return RollUp(State.ANOTHER_AT_IT, 0, 0)
        window = await usage_batches.next_window(connection, before_cutoff, max_events)
        if window is None:
            return RollUp(State.NOTHING_LEFT, 0, 0)
        return await _add(store, connection, window)


async def _add(store: Store, connection: asyncpg.Connection, window: Window) -> RollUp:
    with span("roll-up") as note:
        note(period=str(window.period), event_count=window.event_count, batch_count=len(window.batch_keys))
        late = await late_activity.is_late(connection, window.period, window.cutoff)
        starts = day_starts(window.period, store.zone)
        event_count = await usage_rollups.add_window(connection, window, starts, late=late)
        assert event_count == window.event_count
        marked = await usage_batches.mark_rolled_up(connection, window.batch_keys)
        assert marked == len(window.batch_keys)
        return RollUp(State.ROLLED_UP, event_count, marked, late)


@lru_cache
def day_starts(period: Period, zone: ZoneInfo) -> Sequence[datetime]:
    """The moments at which the days of a period begin, one for each."""
    return tuple(start_of(period.first_day + number * ONE_DAY, zone) for number in range(period.day_count))
