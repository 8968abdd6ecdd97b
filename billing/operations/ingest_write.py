"""Writing the events of many calls in one transaction: the first of a key is recorded, others repeat or conflict (4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg
import numpy as np
import numpy.typing as npt

from billing.event_keys import KeyOrder, hash_keys, order_keys
from billing.operations.context import Store
from billing.operations.recent_events import RecentEvents
from billing.period import Period
from billing.store import state, usage_batches, usage_events
from billing.store.usage_batches import NewBatch
from billing.store.usage_events import Events

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What became of events, row by row.

    Attributes:
        repeated: recorded before, with the same content.
        conflict: recorded before, with other content.
    """

    repeated: Mask
    conflict: Mask


class PeriodEvents:
    """The events of one period in a transaction: sorted by key, each key once.

    Attributes:
        period: of all of them.
        leads: the first of each key, in the order of the keys.
        hashes: of their keys.
    """

    def __init__(self, period: Period, events: Events) -> None:
        self.period = period
        self._events = events
        self._order: KeyOrder = order_keys(events.family_key, events.account_key, events.event_id)
        self._lead_rows = self._order.rows[self._order.leads]
        self.leads = events.take(self._lead_rows)
        self.hashes = hash_keys(self.leads.account_key, self.leads.event_id)

    def judge(self, new: Mask, recorded: Events) -> Verdict:
        """What became of all events, given which leads are new and what is recorded under their keys."""
        lead_of = np.empty(len(self._events), dtype=np.int64)
        lead_of[self._order.rows] = np.cumsum(self._order.leads) - 1
        same = self._events.same_content(recorded.take(lead_of))
        is_new = np.zeros(len(self._events), dtype=np.bool_)
        is_new[self._lead_rows[new]] = True
        return Verdict(repeated=same & ~is_new, conflict=~same)


class UnsuspectedRepeat(Exception):
    """An event written straight is recorded already: the transaction is void and must go the careful way."""


async def write_events(
    connection: asyncpg.Connection,
    store: Store,
    groups: Sequence[PeriodEvents],
    *,
    recent: RecentEvents,
    straight: bool,
) -> list[Verdict]:
    """Record events in one transaction.

    Args:
        connection: in no transaction.
        store: whose events.
        groups: by ascending period, each period once.
        recent: the events recorded lately, to suspect repeats by.
        straight: write what is not suspected to be a repeat straight into its partition, which is fastest; else all
            goes through the staging table.

    Returns:
        What became of the events of each group.

    Raises:
        UnsuspectedRepeat: an event that was not suspected is recorded already; nothing was written.
    """
    try:
        async with connection.transaction():
            cutoff, test_time = await state.begin_write(connection)
            now = test_time if store.test_mode else datetime.now(UTC)
            keys = await usage_batches.reserve_keys(connection, len(groups))
            verdicts, batches = [], []
            for group, key in zip(groups, keys, strict=True):
                careful = recent.may_have(group.hashes) if straight else np.ones(len(group.leads), dtype=np.bool_)
                new, recorded = await _write_group(connection, group, key, careful)
                verdicts.append(group.judge(new, recorded))
                batches.append(NewBatch(key, group.period, int(new.sum())))
            await usage_batches.add_batches(connection, [batch for batch in batches if batch.event_count], cutoff, now)
    except asyncpg.UniqueViolationError as error:
        if not straight:
            raise
        raise UnsuspectedRepeat from error
    return verdicts


async def _write_group(
    connection: asyncpg.Connection, group: PeriodEvents, batch_key: int, careful: Mask
) -> tuple[Mask, Events]:
    """Write one group; returns which leads are new, and what is recorded under the key of each."""
    leads, period = group.leads, group.period
    await usage_events.copy_events(connection, period, leads.take(~careful), batch_key)
    inserted = await usage_events.insert_events(connection, period, leads.take(careful), batch_key)
    new = np.ones(len(leads), dtype=np.bool_)
    new[careful] = inserted.new
    return new, leads if new.all() else leads.replaced(careful, inserted.recorded)
