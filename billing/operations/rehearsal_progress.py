"""What rehearsals have come to so far (6.4)."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from billing.errors import BillingError, Reason
from billing.operations.context import Reading
from billing.period import Period
from billing.progress import RehearsalProgress
from billing.rehearsals import Rehearsal, RehearsalState
from billing.store import comparisons, rehearsal_reports, rehearsals, shards
from billing.store.comparisons import Compared
from billing.store.shards import REHEARSALS

SET_APART_SHOWN = 100


async def get_rehearsal(connection: asyncpg.Connection, rehearsal_number: int) -> RehearsalProgress:
    """A rehearsal with what it has come to so far; REHEARSAL_NOT_FOUND when there is none. In one snapshot."""
    rehearsal = await rehearsals.by_number(connection, rehearsal_number)
    if rehearsal is None:
        raise BillingError(Reason.REHEARSAL_NOT_FOUND, f"there is no rehearsal {rehearsal_number}", "rehearsal_number")
    [found] = await _progress_of_all(connection, [rehearsal])
    return found


async def list_rehearsals(
    read: Reading, *, period: Period | None, before_number: int, limit: int
) -> list[RehearsalProgress]:
    """Rehearsals, the latest first: of a period, or all. In a snapshot."""
    found = await rehearsals.list_rehearsals(read.connection, period, before_number, limit)
    return await _progress_of_all(read.connection, found)


async def _progress_of_all(connection: asyncpg.Connection, found: Sequence[Rehearsal]) -> list[RehearsalProgress]:
    """What some rehearsals have come to so far, in as many statements as of one."""
    numbers = [rehearsal.rehearsal_number for rehearsal in found]
    counts = await shards.counts(connection, REHEARSALS, numbers)
    totals = await rehearsal_reports.totals(connection, numbers)
    set_apart = await rehearsal_reports.list_set_apart(connection, numbers, SET_APART_SHOWN)
    set_apart_counts = await rehearsal_reports.set_apart_counts(connection, numbers)
    compared = await comparisons.comparisons(connection, Compared.REHEARSAL, numbers)
    return [
        RehearsalProgress(
            rehearsal=rehearsal,
            shard_count=counts[number].shard_count,
            done_shard_count=counts[number].done_count,
            failed_shard_count=counts[number].failed_count,
            shard_error=counts[number].error,
            totals=totals.get(number, []),
            set_apart=set_apart.get(number, []),
            set_apart_count=set_apart_counts.get(number, 0),
            remaining_batch_count=await _remaining(connection, rehearsal),
            comparison=compared.get(number),
        )
        for number, rehearsal in zip(numbers, found, strict=True)
    ]


async def _remaining(connection: asyncpg.Connection, rehearsal: Rehearsal) -> int:
    """The batches that are to be rolled up before a rehearsal's shards start; few rehearsals run at a time."""
    if rehearsal.state is not RehearsalState.RUNNING:
        return 0
    return await rehearsals.remaining_batches(connection, rehearsal.rehearsal_number)
