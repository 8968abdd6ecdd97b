"""Writing the events of many calls in one transaction: the first of a key is recorded, others repeat or conflict."""

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
from billing.store.few_usage_events import insert_few
from billing.store.usage_batches import NewBatch
from billing.store.usage_events import Events, Inserted, Int64

Mask = npt.NDArray[np.bool_]

MOST_LOOKED_UP = 5_000  # suspects of a transaction and period: for more a staging table is quicker


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What became of events, row by row.

    Attributes:
        repeated: recorded before, with the same content.
        conflict: recorded before, with other content.
    """

    repeated: Mask
    conflict: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """What became of a transaction.

    Attributes:
        verdicts: on the events of each group.
        unsuspected: whether there was a repeat that was not suspected.
    """

    verdicts: Sequence[Verdict]
    unsuspected: bool


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
        self.leads = events.take(self._order.rows[self._order.leads])
        self.hashes = hash_keys(self.leads.account_key, self.leads.event_id, period)

    def judge(self, inserted: Inserted) -> Verdict:
        """What became of all events, given what became of the leads."""
        repeated = np.zeros(len(self._events), dtype=np.bool_)
        conflict = np.zeros(len(self._events), dtype=np.bool_)
        if inserted.new.all() and self._order.leads.all():
            return Verdict(repeated, conflict)
        lead = np.cumsum(self._order.leads) - 1
        judged = np.flatnonzero(~(self._order.leads & inserted.new[lead]))  # the others are new
        rows = self._order.rows[judged]
        same = self._events.take(rows).same_content(inserted.recorded.take(lead[judged]))
        repeated[rows] = same
        conflict[rows] = ~same
        return Verdict(repeated, conflict)


class UnsuspectedRepeat(Exception):  # noqa: N818 - not an error: the transaction is tried again, carefully
    """An event written straight is recorded already. Nothing was written."""


async def write_events(
    connection: asyncpg.Connection,
    store: Store,
    groups: Sequence[PeriodEvents],
    *,
    recent: RecentEvents,
    straight: bool,
) -> Written:
    """Record events in one transaction.

    Args:
        connection: in no transaction.
        store: whose events.
        groups: by ascending period, each period once.
        recent: the events recorded lately, to suspect repeats by.
        straight: write what is not recorded yet, as far as is known, straight into its partition, which is fastest;
            else all goes through the staging table.

    Raises:
        UnsuspectedRepeat: an event that was written straight is recorded already; nothing was written.
    """
    suspected = [recent.may_have(group.hashes) for group in groups]
    write = _write_straight if straight else _write_carefully
    try:
        async with connection.transaction():
            cutoff, test_time = await state.begin_write(connection)
            batch_keys = await usage_batches.reserve_keys(connection, len(groups))
            inserted = [await write(connection, *work) for work in zip(groups, batch_keys, suspected, strict=True)]
            batches = [
                NewBatch(batch_key, group.period, int(result.new.sum()))
                for batch_key, group, result in zip(batch_keys, groups, inserted, strict=True)
                if result.new.any()
            ]
            now = test_time if store.test_mode else datetime.now(UTC)
            await usage_batches.add_batches(connection, batches, cutoff, now)
    except asyncpg.UniqueViolationError as error:
        if not straight:
            raise
        raise UnsuspectedRepeat from error
    unsuspected = any((~result.new & ~suspects).any() for result, suspects in zip(inserted, suspected, strict=True))
    return Written([group.judge(result) for group, result in zip(groups, inserted, strict=True)], unsuspected)


async def write_few(connection: asyncpg.Connection, store: Store, groups: Sequence[PeriodEvents]) -> list[Verdict]:
    """Record a few events in one transaction, which is a statement a period; the verdicts on the events of each group.

    What was there before is looked up afterwards: it stays as it was first recorded. The moment noted is that at which
    this began, whatever it waits for.

    Args:
        connection: in no transaction.
        store: whose events.
        groups: by ascending period, each period once.
    """
    now = None if store.test_mode else datetime.now(UTC)
    async with connection.transaction():
        before = [await insert_few(connection, group.period, group.leads, now) for group in groups]
    inserted = [await _with_recorded(connection, *found) for found in zip(groups, before, strict=True)]
    return [group.judge(result) for group, result in zip(groups, inserted, strict=True)]


async def _with_recorded(connection: asyncpg.Connection, group: PeriodEvents, before: Int64) -> Inserted:
    """What became of the leads, given which of them were recorded before."""
    new = np.ones(len(group.leads), dtype=np.bool_)
    if not len(before):
        return Inserted(new, group.leads)
    found = await usage_events.find_recorded(connection, group.period, group.leads.take(before))
    assert not found.new.any(), "what could not be inserted is there"
    new[before] = False
    return Inserted(new, group.leads.replaced(before, found.recorded))


async def _write_straight(
    connection: asyncpg.Connection, group: PeriodEvents, batch_key: int, suspects: Mask
) -> Inserted:
    """Few suspects are looked up, and whatever is not recorded goes straight in; many go through the staging table."""
    leads, period = group.leads, group.period
    rows = np.flatnonzero(suspects)
    new = np.ones(len(leads), dtype=np.bool_)
    if len(rows) <= MOST_LOOKED_UP:
        found = await usage_events.find_recorded(connection, period, leads.take(rows))
        new[rows] = found.new
        await usage_events.copy_events(connection, period, leads.where(new), batch_key)
    else:
        await usage_events.copy_events(connection, period, leads.where(~suspects), batch_key)
        found = await usage_events.insert_events(connection, period, leads.take(rows), batch_key)
        new[rows] = found.new
    return Inserted(new, leads if new.all() else leads.replaced(rows, found.recorded))


async def _write_carefully(connection: asyncpg.Connection, group: PeriodEvents, batch_key: int, _: Mask) -> Inserted:
    """All of them go through the staging table."""
    return await usage_events.insert_events(connection, group.period, group.leads, batch_key)
