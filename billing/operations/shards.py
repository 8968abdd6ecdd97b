"""The shards of a closing: calculated, and what they come to written, in one transaction each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import asyncpg

from billing.charges import Charges
from billing.closings import SetApartState, Shard
from billing.operations.closing import announce, complete
from billing.operations.closing_log import log_reached
from billing.operations.completion import completing
from billing.operations.context import Store, snapshot
from billing.operations.leases import Lease, leased
from billing.operations.rollup import remaining_batches
from billing.operations.shard_charges import Calculated, Work, calculate_shard, of_owners
from billing.operations.spans import Note, span
from billing.store import charge_writer, closings, feed, shards
from billing.store.settlement import Whose
from billing.store.shards import CLOSINGS
from billing.views import totals_of


async def ready_for_shards(connection: asyncpg.Connection, closing_number: int) -> bool:
    """Whether all usage up to the cut-off of a closing is rolled up, so that its shards may start."""
    return await remaining_batches(connection, closing_number) == 0


async def work_shard(store: Store, closing_number: int) -> bool:
    """Calculate the next shard that nobody works on and emit its records; returns whether there was one.

    Safe to interrupt at any point: all it writes is one transaction, which only the holder of the lease can commit,
    and only once.
    """
    async with leased(store, CLOSINGS, closing_number) as lease:
        done = lease is not None and await _calculate_traced(store, lease)
    if done:
        await _complete_if_last(store, closing_number)
    return lease is not None


async def _calculate_traced(store: Store, lease: Lease) -> bool:
    with span("closing shard") as note:
        note(closing_number=lease.shard.number, shard_number=lease.shard.shard_number)
        return await _calculate_and_emit(store, lease, note)


async def _calculate_and_emit(store: Store, lease: Lease, note: Note) -> bool:
    async with snapshot(store) as read:
        work = await _work(read.connection, lease.shard)
        note(period=str(work.period))
        calculated = await calculate_shard(read, work)
    async with store.pool.acquire() as connection, connection.transaction():
        if not await lease.mark_done(connection):
            return False
        found = await _settle_set_apart(connection, work, calculated)
        await emit(connection, work.closing_number, found, await store.now(connection))
        await announce(connection)
    return True


async def _work(connection: asyncpg.Connection, shard: Shard) -> Work:
    """What the shard calculates; of a retry, the owners set apart that are in its range."""
    closing = await closings.by_number(connection, shard.number)
    if not shard.retry:
        return Work(shard.number, closing.period, Whose(shard.owner_from, shard.owner_to))
    waiting = await closings.owners_set_apart(connection, shard.number)
    keys = [key for key in waiting if shard.owner_from <= key < shard.owner_to]
    return Work(shard.number, closing.period, Whose(0, 0, keys), retry=True)


async def _settle_set_apart(connection: asyncpg.Connection, work: Work, calculated: Calculated) -> Charges:
    """Set the owners apart that fail, and those of a retry that do not no longer; returns what is to be emitted.

    Owners that were released while a retry calculated them are left to the next closing (6.6).
    """
    found, number = calculated.found, work.closing_number
    if not work.retry:
        await _set_apart(connection, number, calculated, found.failures)
        return found
    await closings.lock(connection, number)  # a release holds it
    waiting = {*work.whose.others}.intersection(await closings.owners_set_apart(connection, number))
    failed = waiting & found.failures.keys()
    await _set_apart(connection, number, calculated, failed)
    await closings.mark_set_apart(connection, number, sorted(waiting - failed), SetApartState.CALCULATED)
    return of_owners(found, waiting)


async def _set_apart(
    connection: asyncpg.Connection, closing_number: int, calculated: Calculated, owner_keys: Iterable[int]
) -> None:
    reasons = {key: (calculated.found.failures[key], calculated.settled_from(key)) for key in owner_keys}
    if reasons:
        await closings.set_apart(connection, closing_number, reasons)


async def emit(connection: asyncpg.Connection, closing_number: int, found: Charges, now: datetime) -> None:
    """Write records and give them their positions in the feed, the positions last (6.2)."""
    if not found:
        return
    slice_key = await feed.next_slice_key(connection)
    await charge_writer.write_charges(connection, closing_number, slice_key, found)
    sums = [(int(total.kind), total.record_count, total.amount_minor) for total in totals_of(found)]
    await feed.place_slice(connection, slice_key, closing_number, now, sums)


async def _complete_if_last(store: Store, closing_number: int) -> None:
    async with store.pool.acquire() as connection:
        found = await shards.count(connection, CLOSINGS, closing_number)
    if found.all_done:
        await finish(store, closing_number)


async def finish(store: Store, closing_number: int, *, wait: bool = True) -> None:
    """Complete a closing if all its shards are done, and log it; unless others are at it, when it is not to wait."""
    async with (
        completing(store, closings.note_error, closing_number),
        store.pool.acquire() as connection,
        connection.transaction(),
    ):
        if not wait and not await closings.try_lock(connection, closing_number):
            return
        reached = await complete(store, connection, closing_number, await store.now(connection))
    if reached is not None:
        await log_reached(store, closing_number, reached)
