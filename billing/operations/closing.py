"""Starting, following and completing closings (6)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

import asyncpg

from billing.closings import Closing, ClosingState, SetApartState
from billing.errors import BillingError, Reason
from billing.operations.context import Reading, Store, Writing
from billing.operations.credit_uses import apply_credits
from billing.operations.days import next_to_close
from billing.operations.owners import owner_key
from billing.period import Period
from billing.store import accounts, closing_shards, closings, comparisons, record_digests, shards
from billing.store.comparisons import Compared
from billing.store.shards import CLOSINGS

MOST_ACCOUNTS_PER_SHARD = 2_000  # so that a worker's memory is bounded whatever the month's size
FEWEST_ACCOUNTS_PER_SHARD = 25
SHARDS_WANTED = 16  # so that workers share the work, and progress shows
OWNERS_PER_RETRY_SHARD = 500


class Started(NamedTuple):
    """The closing of a period, and whether this write started it."""

    closing: Closing
    by_this: bool


class Released(NamedTuple):
    """A closing of which owners were released, and the state it has reached by that, if another."""

    closing: Closing
    reached: ClosingState | None


async def start_closing(write: Writing, period: Period) -> Started:
    """Start the closing of a period, or answer with the one there is (6.1, 6.2).

    The write is not under the lock of the cut-off (`context.closing_write`): that is taken here, alone, when the rest
    is known, as it holds off all other writes.

    Raises:
        BillingError: PERIOD_NOT_ENDED or PERIOD_OUT_OF_ORDER.
    """
    connection = write.connection
    found = await closings.by_period(connection, period) or await _started_meanwhile(write, period)
    if found is not None:
        return Started(found, by_this=False)
    await closings.begin_closing(connection)
    found = await closings.by_period(connection, period)  # another may have waited before us
    if found is not None:
        return Started(found, by_this=False)
    await _check_may_close(write, period)
    number = await closings.count_closing(connection)
    await closings.insert_closing(connection, number, period, write.now, write.caller.name)
    return Started(await closings.by_number(connection, number), by_this=True)


async def _started_meanwhile(write: Writing, period: Period) -> Closing | None:
    """None when the period may close; else the closing that another has started since we looked, if there is one."""
    try:
        await _check_may_close(write, period)
    except BillingError:
        found = await closings.by_period(write.connection, period)
        if found is None:
            raise
        return found
    return None


async def prepare_shards(store: Store, closing_number: int) -> None:
    """Deal the owners of a closing out to shards, unless that is done or another is at it.

    Apart from the start, which holds off all writes and must be short: the cut-off alone says which owners there are.
    """
    async with store.pool.acquire() as connection, connection.transaction():
        if (await closings.by_number(connection, closing_number)).shards_made:
            return
        if not await closings.try_lock(connection, closing_number):
            return
        if (await closings.by_number(connection, closing_number)).shards_made:  # by another, meanwhile
            return
        size = await accounts_per_shard(connection, closing_number)
        await shards.make_shards(connection, CLOSINGS, closing_number, closing_number, size)
        await closings.mark_shards_made(connection, closing_number)


async def accounts_per_shard(connection: asyncpg.Connection, before_cutoff: int) -> int:
    """Of about how many accounts a shard is, by those that were recorded before a cut-off."""
    wanted = await accounts.count_accounts(connection, before_cutoff) // SHARDS_WANTED
    return min(max(wanted, FEWEST_ACCOUNTS_PER_SHARD), MOST_ACCOUNTS_PER_SHARD)


async def due_period(read: Reading, grace: timedelta) -> Period | None:
    """The period that closes by itself now: ended longer than the grace ago, and next in order (6.1)."""
    last = await closings.last_started(read.connection)
    if last is not None and last.state is not ClosingState.CLOSED:
        return None
    period = await next_to_close(read.connection)
    if period is None or read.now < period.end_time(read.store.zone) + grace:
        return None
    return period


async def retry_failures(write: Writing, period: Period) -> Closing:
    """Calculate the owners set apart again, with what is known then (6.6); CLOSING_NOT_FOUND or NOTHING_SET_APART."""
    closing = await _locked(write, period)
    if closing.state is ClosingState.RUNNING:
        return closing
    await _owners_set_apart(write, closing)
    await closing_shards.add_retry_shards(write.connection, closing.closing_number, OWNERS_PER_RETRY_SHARD)
    await closings.set_state(write.connection, closing.closing_number, ClosingState.RUNNING, None, None)
    return await closings.by_number(write.connection, closing.closing_number)


async def release_failures(write: Writing, period: Period, owner_sids: Sequence[str]) -> Released:
    """Release owners set apart, all of them when none is named; their charges come as adjustments later (6.6)."""
    closing = await _locked(write, period)
    waiting = await _owners_set_apart(write, closing)
    chosen = waiting
    if owner_sids:
        chosen = [await owner_key(write.connection, sid, "owner_sids") for sid in owner_sids]
        for sid, key in zip(owner_sids, chosen, strict=True):
            if key not in waiting:
                raise BillingError(Reason.NOTHING_SET_APART, f"{sid} is not set apart in {period}", "owner_sids")
    await closings.mark_set_apart(write.connection, closing.closing_number, chosen, SetApartState.RELEASED)
    reached = await complete(write.store, write.connection, closing.closing_number, write.now)
    return Released(await closings.by_number(write.connection, closing.closing_number), reached)


async def complete(
    store: Store, connection: asyncpg.Connection, closing_number: int, now: datetime
) -> ClosingState | None:
    """Complete a closing whose shards are all done: its digest, and whether owners are set apart (6.3, 6.6).

    Once none is, it uses credits (8.5) and is compared with the month before.

    In a transaction. Returns the state that it has reached by this; None when it still runs, or was complete before.
    """
    closing = await closings.lock(connection, closing_number)
    counts = await shards.count(connection, CLOSINGS, closing_number)
    if not closing.shards_made or not counts.all_done:
        return None
    blocked = bool(await closings.owners_set_apart(connection, closing_number))
    state = ClosingState.BLOCKED if blocked else ClosingState.CLOSED
    if closing.state is state:
        return None
    digest = await (_digest(connection, closing_number) if blocked else _finished(store, connection, closing, now))
    await closings.set_state(connection, closing_number, state, None if blocked else now, digest)
    await announce(connection)
    return state


def closing_before(closing_number: int, period: Period) -> tuple[int, Period] | None:
    """The number and period of the closing before; None for the first, as periods close in order (6.6)."""
    return (closing_number - 1, period.plus(-1)) if closing_number > 1 else None


async def _finished(store: Store, connection: asyncpg.Connection, closing: Closing, now: datetime) -> bytes:
    """Use credits, compare with the month before, and return the digest: both at once where they read the same."""
    number = closing.closing_number
    what = Compared.CLOSING, number, closing.period, closing_before(number, closing.period), store.outliers
    if await apply_credits(connection, closing, now):  # these records are seen in this transaction alone
        await comparisons.compare(connection, *what)
        return await _digest(connection, number)
    async with store.pool.acquire() as beside, asyncio.TaskGroup() as together:
        digesting = together.create_task(_digest(beside, number))
        together.create_task(comparisons.compare(connection, *what))
    return digesting.result()


async def _digest(connection: asyncpg.Connection, closing_number: int) -> bytes:
    """The digest of a closing: SHA-256 over the ids and digests of its records, in order of id (6.3)."""
    total = sha256()
    await record_digests.read_of_closing(connection, closing_number, total.update)
    return total.digest()


async def announce(connection: asyncpg.Connection) -> None:
    """Tell whoever follows closings or the feed that there is something new, when the transaction commits."""
    await connection.execute("NOTIFY prorata_closing")


async def known_closing(connection: asyncpg.Connection, period: Period) -> Closing:
    """The closing of a period; CLOSING_NOT_FOUND when there is none."""
    closing = await closings.by_period(connection, period)
    if closing is None:
        raise BillingError(
            Reason.CLOSING_NOT_FOUND, f"the closing of {period} has not started: see ListClosings", "period"
        )
    return closing


async def _check_may_close(read: Reading, period: Period) -> None:
    if read.now < period.end_time(read.store.zone):
        raise BillingError(
            Reason.PERIOD_NOT_ENDED,
            f"{period} ends on {period.end_day}, today is {read.today}: close it then",
            "period",
        )
    await check_closes_next(read.connection, period)


async def check_closes_next(connection: asyncpg.Connection, period: Period) -> None:
    """The period is the one that closes next, and the closing before is complete; PERIOD_OUT_OF_ORDER otherwise."""
    following = await next_to_close(connection)
    if following is None:
        raise BillingError(
            Reason.PERIOD_OUT_OF_ORDER,
            "there is no account yet: the first period to close is the first that has one",
            "period",
        )
    if period != following:
        raise BillingError(
            Reason.PERIOD_OUT_OF_ORDER, f"periods close in order, without gaps: {following} closes next", "period"
        )
    last = await closings.last_started(connection)
    if last is not None and last.state is not ClosingState.CLOSED:
        why = (
            "is still running" if last.state is ClosingState.RUNNING else "has owners set apart: retry or release them"
        )
        raise BillingError(Reason.PERIOD_OUT_OF_ORDER, f"the closing of {last.period} {why}", "period")


async def _locked(write: Writing, period: Period) -> Closing:
    closing = await known_closing(write.connection, period)
    return await closings.lock(write.connection, closing.closing_number)


async def _owners_set_apart(write: Writing, closing: Closing) -> list[int]:
    waiting = await closings.owners_set_apart(write.connection, closing.closing_number)
    if not waiting:
        raise BillingError(
            Reason.NOTHING_SET_APART, f"the closing of {closing.period} has no owner set apart", "period"
        )
    return waiting
