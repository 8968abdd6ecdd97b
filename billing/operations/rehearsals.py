"""Rehearsals of the month-end: started, followed, calculated in shards as a closing is, and completed."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import asyncpg

from billing.credits import credit_record, use_credits
from billing.operations.closing import accounts_per_shard, announce, check_closes_next, closing_before
from billing.operations.completion import completing
from billing.operations.context import Store, Writing, snapshot
from billing.operations.leases import Lease, leased
from billing.operations.shard_charges import Work, calculate_shard
from billing.operations.spans import Note, span
from billing.period import Period
from billing.rehearsals import Rehearsal, RehearsalState
from billing.store import (
    comparisons,
    record_digests,
    rehearsal_credits,
    rehearsal_reports,
    rehearsals,
    shards,
    support_credits,
)
from billing.store.comparisons import Compared
from billing.store.settlement import Whose
from billing.store.shards import REHEARSALS
from billing.views import totals, totals_of

CREDITS = 0  # the shard that the totals of credits are recorded under


async def start_rehearsal(write: Writing, period: Period) -> int:
    """Start a rehearsal of the period that closes next; returns its number. It need not have ended.

    It counts no closing and holds off no write.

    Raises:
        BillingError: PERIOD_OUT_OF_ORDER.
    """
    await check_closes_next(write.connection, period)
    return await rehearsals.insert_rehearsal(write.connection, period, write.cutoff + 1, write.now, write.caller.name)


async def prepare_rehearsal(store: Store, rehearsal: Rehearsal) -> None:
    """Deal the owners of a rehearsal out to shards, unless that is done or another is at it."""
    if rehearsal.shards_made:
        return
    number, cutoff = rehearsal.rehearsal_number, rehearsal.closing_number
    async with store.pool.acquire() as connection, connection.transaction():
        if not await rehearsals.try_lock(connection, number):
            return
        if (await rehearsals.lock(connection, number)).shards_made:  # by another, meanwhile
            return
        size = await accounts_per_shard(connection, cutoff)
        await shards.make_shards(connection, REHEARSALS, number, cutoff, size)
        await rehearsals.mark_shards_made(connection, number)


async def ready_to_rehearse(connection: asyncpg.Connection, rehearsal_number: int) -> bool:
    """Whether all usage recorded before a rehearsal started is rolled up, so that its shards may start."""
    return await rehearsals.remaining_batches(connection, rehearsal_number) == 0


async def work_rehearsal_shard(store: Store, rehearsal_number: int, shard_number: int) -> bool:
    """Calculate a shard, unless it is done or another works on it; returns whether it did.

    Safe to interrupt at any point, as `shards.work_shard` is.
    """
    async with store.pool.acquire() as connection:
        if not await ready_to_rehearse(connection, rehearsal_number):
            return False
    async with leased(store, REHEARSALS, rehearsal_number, shard_number) as lease:
        done = lease is not None and await _calculate_traced(store, lease)
    if done:
        await finish_rehearsal(store, rehearsal_number)
    return done


async def _calculate_traced(store: Store, lease: Lease) -> bool:
    with span("rehearsal shard") as note:
        note(rehearsal_number=lease.shard.number, shard_number=lease.shard.shard_number)
        return await _calculate(store, lease, note)


async def _calculate(store: Store, lease: Lease, note: Note) -> bool:
    """Calculate a shard as the closing would, and keep what the report needs."""
    shard = lease.shard
    async with snapshot(store) as read:
        rehearsal = await rehearsals.by_number(read.connection, shard.number)
        assert rehearsal is not None, "its shard is leased"
        note(period=str(rehearsal.period))
        whose = Whose(shard.owner_from, shard.owner_to)
        found, _ = await calculate_shard(read, Work(rehearsal.closing_number, rehearsal.period, whose))
    async with store.pool.acquire() as connection, connection.transaction():
        if not await lease.mark_done(connection):
            return False
        await rehearsals.write_records(connection, shard.number, found.records)
        await rehearsals.insert_totals(connection, shard.number, shard.shard_number, totals_of(found))
        await rehearsals.insert_set_apart(connection, shard.number, found.failures)
        await announce(connection)
    return True


async def finish_rehearsal(store: Store, rehearsal_number: int, *, wait: bool = True) -> None:
    """Complete a rehearsal if all its shards are done; unless others are at it, when it is not to wait."""
    async with store.pool.acquire() as connection:
        if not (await shards.count(connection, REHEARSALS, rehearsal_number)).all_done:
            return
        async with completing(store, rehearsals.note_error, rehearsal_number), connection.transaction():
            if not wait and not await rehearsals.try_lock(connection, rehearsal_number):
                return
            rehearsal = await rehearsals.lock(connection, rehearsal_number)
            # Anew: there were none, so none to be done, while they were being dealt out.
            counts = await shards.count(connection, REHEARSALS, rehearsal_number)
            if rehearsal.shards_made and counts.all_done and rehearsal.state is RehearsalState.RUNNING:
                await _complete(store, connection, rehearsal, await store.now(connection))


async def _complete(store: Store, connection: asyncpg.Connection, rehearsal: Rehearsal, now: datetime) -> None:
    """Make the rest of the report, and drop the records it is made of."""
    number, closing_number, period = rehearsal.rehearsal_number, rehearsal.closing_number, rehearsal.period
    if not await rehearsal_reports.set_apart_counts(connection, [number]):  # whom it would wait for before
        await _use_credits(connection, rehearsal)
    total = sha256()
    await record_digests.read_of_rehearsal(connection, number, total.update)
    what, previous = (Compared.REHEARSAL, number, period), closing_before(closing_number, period)
    await comparisons.compare(connection, *what, previous, store.outliers)
    await rehearsals.drop_records(connection, number)
    await rehearsals.mark_complete(connection, number, now, total.digest())
    await announce(connection)


async def _use_credits(connection: asyncpg.Connection, rehearsal: Rehearsal) -> None:
    """Add the credits that the closing would use, as `credit_uses.apply_credits` does (8.5)."""
    number, period = rehearsal.rehearsal_number, rehearsal.period
    available = await rehearsal_credits.open_credits(connection, rehearsal)
    payer_keys = sorted({credit.payer_key for credit in available})
    gone = await support_credits.payers_gone(connection, payer_keys, period, rehearsal.closing_number)
    owed = await rehearsal_credits.owed(connection, number, payer_keys)
    uses = use_credits((credit for credit in available if credit.payer_key not in gone), owed)
    records = [credit_record(use, period) for use in uses]
    await rehearsals.write_records(connection, number, records)
    await rehearsals.insert_totals(connection, number, CREDITS, totals(records))
