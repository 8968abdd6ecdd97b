"""Calculating a shard of a closing and writing what it comes to: one transaction."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg
import structlog

from billing.calculation import calculate, charged_owner, record_order
from billing.charges import Charges
from billing.closings import SetApartState, Shard
from billing.operations.closing import announce, complete
from billing.operations.context import Store, snapshot
from billing.operations.month import Asked, load_owners, load_range
from billing.operations.rollup import remaining_batches
from billing.operations.settlement import Affected, affected_periods, settle_periods
from billing.period import Period
from billing.store import charge_writer, closing_shards, closings, feed
from billing.store.settlement import Since, Whose
from billing.store.state import EVERYTHING
from billing.views import totals

LEASE_SECONDS = 6.0  # real time; a lost worker's shard is free after that
RENEW_SECONDS = 2.0

log = structlog.get_logger()


async def ready_for_shards(connection: asyncpg.Connection, closing_number: int) -> bool:
    """Whether all usage up to the cut-off of a closing is rolled up, so that its shards may start."""
    return await remaining_batches(connection, closing_number) == 0


async def work_shard(store: Store, closing_number: int, shard_number: int) -> bool:
    """Calculate a shard and emit its records, unless it is done or another works on it; returns whether it did.

    Safe to interrupt at any point: all it writes is one transaction, which only the holder of the lease can commit,
    and only once.
    """
    holder = uuid4()
    async with store.pool.acquire() as connection:
        if not await ready_for_shards(connection, closing_number):
            return False
        shard = await closing_shards.lease(connection, closing_number, shard_number, holder, LEASE_SECONDS)
    if shard is None:
        return False
    try:
        async with _renewed(store, shard, holder):
            done = await _calculate_and_emit(store, shard, holder)
    except BaseException:
        async with store.pool.acquire() as connection:
            await closing_shards.give_back(connection, shard, holder)
        raise
    if done:
        await _complete_if_last(store, closing_number)
    return done


async def _calculate_and_emit(store: Store, shard: Shard, holder: UUID) -> bool:
    """The calculation runs in a thread, which leaves the loop free to renew the lease."""
    found, settle_from = await _calculate(store, shard)
    _log_failures(shard, found)
    async with store.pool.acquire() as connection, connection.transaction():
        if not await closing_shards.mark_done(connection, shard, holder):
            log.warning("shard_lost", closing=shard.closing_number, shard=shard.shard_number)
            return False
        await _record_failures(connection, shard, found, settle_from)
        await emit(connection, shard.closing_number, found, await store.now(connection))
        await announce(connection)
    return True


async def _calculate(store: Store, shard: Shard) -> tuple[Charges, dict[int, Period]]:
    """What the shard comes to, adjustments included; and the first period settled for each owner."""
    async with snapshot(store) as read:
        connection = read.connection
        closing = await closings.by_number(connection, shard.closing_number)
        number, period = closing.closing_number, closing.period
        cutoff = EVERYTHING if shard.retry else number
        asked = Asked(period, period, cutoff)
        if shard.retry:
            waiting = await closings.owners_set_apart(connection, number)
            keys = [key for key in waiting if shard.owner_from <= key < shard.owner_to]
            whose = Whose(0, 0, keys)
            loaded = await load_owners(connection, store, asked, keys)
        else:
            whose = Whose(shard.owner_from, shard.owner_to)
            loaded = await load_range(connection, store, asked, whose[:2])
        found = await asyncio.to_thread(calculate, loaded)
        since = Since(number - 1, cutoff)
        affected = await affected_periods(connection, whose, since, number - 1, period, with_tail=shard.retry)
        periods = settle_periods(connection, store, affected, asked, number, with_tail=shard.retry)
        async for _, settled in periods:
            found = _together(found, settled)
    return found, first_settled(affected, period)


def _together(found: Charges, settled: Charges) -> Charges:
    """The records of a period and the adjustments of another; an owner that fails in one has no records at all."""
    failures = settled.failures | found.failures
    records = [record for record in (*found.records, *settled.records) if charged_owner(record) not in failures]
    records.sort(key=record_order)
    return replace(found, records=records, failures=failures, unexpected=found.unexpected | settled.unexpected)


def first_settled(affected: Affected, closing: Period) -> dict[int, Period]:
    """The first period that is settled for each owner; the closing one for those not named."""
    first: dict[int, Period] = {}
    for period in sorted(affected):
        for owner_key in affected[period]:
            first.setdefault(owner_key, period)
    return {key: min(period, closing) for key, period in first.items()}


def _log_failures(shard: Shard, found: Charges) -> None:
    for error_id, error in found.unexpected.items():
        log.error("unexpected_error", closing=shard.closing_number, error_id=error_id, exc_info=error)
    if found.failures:
        log.error("owners_set_apart", closing=shard.closing_number, owners=len(found.failures))


async def emit(connection: asyncpg.Connection, closing_number: int, found: Charges, now: datetime) -> None:
    """Write records and give them their positions in the feed, the positions last (6.2)."""
    if not found.records:
        return
    slice_key = await feed.next_slice_key(connection)
    await charge_writer.write_charges(connection, closing_number, slice_key, found)
    sums = [(int(total.kind), total.record_count, total.amount_minor) for total in totals(found.records)]
    await feed.place_slice(connection, slice_key, closing_number, now, sums)


async def _record_failures(
    connection: asyncpg.Connection, shard: Shard, found: Charges, settle_from: dict[int, Period]
) -> None:
    number = shard.closing_number
    if found.failures:
        reasons = {key: (reason, settle_from.get(key, found.closing_period)) for key, reason in found.failures.items()}
        await closings.set_apart(connection, number, reasons)
    if shard.retry:
        waiting = await closings.owners_set_apart(connection, number)
        calculated = [key for key in waiting if shard.owner_from <= key < shard.owner_to and key not in found.failures]
        await closings.mark_set_apart(connection, number, calculated, SetApartState.CALCULATED)


async def _complete_if_last(store: Store, closing_number: int) -> None:
    async with store.pool.acquire() as connection:
        shards = await closing_shards.count(connection, closing_number)
    if shards.done_count == shards.shard_count:
        await finish(store, closing_number)


async def finish(store: Store, closing_number: int) -> bool:
    """Complete a closing if all its shards are done; returns whether it no longer runs."""
    async with store.pool.acquire() as connection, connection.transaction():
        return await complete(connection, closing_number, await store.now(connection))


@asynccontextmanager
async def _renewed(store: Store, shard: Shard, holder: UUID) -> AsyncIterator[None]:
    """The lease is renewed while the body runs."""
    renewal = asyncio.create_task(_renew(store, shard, holder))
    try:
        yield
    finally:
        renewal.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await renewal


async def _renew(store: Store, shard: Shard, holder: UUID) -> None:
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        async with store.pool.acquire() as connection:
            if not await closing_shards.renew(connection, shard, holder, LEASE_SECONDS):
                log.warning("lease_lost", closing=shard.closing_number, shard=shard.shard_number)
                return
