"""What closings have come to so far (6.3)."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from billing.closings import Closing, ClosingState
from billing.operations.closing import known_closing
from billing.operations.context import Reading
from billing.operations.rollup import remaining_batches
from billing.period import Period
from billing.progress import ClosingProgress
from billing.store import closing_reports, closings, comparisons, shards
from billing.store.comparisons import Compared
from billing.store.shards import CLOSINGS

SET_APART_SHOWN = 100


async def get_progress(read: Reading, period: Period) -> ClosingProgress:
    """A closing with what it has come to; CLOSING_NOT_FOUND when there is none. In a snapshot."""
    return await progress_of(read.connection, await known_closing(read.connection, period))


async def list_closings(read: Reading, *, before_number: int, limit: int) -> list[ClosingProgress]:
    """Closings, the latest first. In a snapshot."""
    found = await closings.list_closings(read.connection, before_number, limit)
    return await progress_of_all(read.connection, found)


async def progress_of(connection: asyncpg.Connection, closing: Closing) -> ClosingProgress:
    """What a closing has come to so far."""
    return (await progress_of_all(connection, [closing]))[0]


async def progress_of_all(connection: asyncpg.Connection, found: Sequence[Closing]) -> list[ClosingProgress]:
    """What some closings have come to so far, in as many statements as of one."""
    numbers = [closing.closing_number for closing in found]
    counts = await shards.counts(connection, CLOSINGS, numbers)
    totals = await closing_reports.totals(connection, numbers)
    set_apart = await closing_reports.list_set_apart(connection, numbers, SET_APART_SHOWN)
    set_apart_counts = await closing_reports.set_apart_counts(connection, numbers)
    compared = await comparisons.comparisons(connection, Compared.CLOSING, numbers)
    return [
        ClosingProgress(
            closing=closing,
            shard_count=counts[number].shard_count,
            done_shard_count=counts[number].done_count,
            failed_shard_count=counts[number].failed_count,
            shard_error=counts[number].error,
            totals=totals.get(number, []),
            set_apart=set_apart.get(number, []),
            set_apart_count=set_apart_counts.get(number, 0),
            remaining_batch_count=await _remaining(connection, closing),
            comparison=compared.get(number),
        )
        for number, closing in zip(numbers, found, strict=True)
    ]


async def _remaining(connection: asyncpg.Connection, closing: Closing) -> int:
    """The batches that are to be rolled up before a closing's shards start; only the last closing can run."""
    if closing.state is not ClosingState.RUNNING:
        return 0
    return await remaining_batches(connection, closing.closing_number)
