"""What rehearsals have come to so far (6.4)."""

from __future__ import annotations

from operator import attrgetter

import asyncpg

from billing.errors import BillingError, Reason
from billing.operations.context import Reading
from billing.operations.progress import Reports, progress_of_all
from billing.period import Period
from billing.progress import RehearsalProgress
from billing.rehearsals import Rehearsal, RehearsalState
from billing.store import rehearsal_reports, rehearsals
from billing.store.comparisons import Compared
from billing.store.shards import REHEARSALS


async def get_rehearsal(connection: asyncpg.Connection, rehearsal_number: int) -> RehearsalProgress:
    """A rehearsal with what it has come to so far; REHEARSAL_NOT_FOUND when there is none. In one snapshot."""
    rehearsal = await rehearsals.by_number(connection, rehearsal_number)
    if rehearsal is None:
        raise BillingError(Reason.REHEARSAL_NOT_FOUND, f"there is no rehearsal {rehearsal_number}", "rehearsal_number")
    [found] = await progress_of_all(connection, REPORTS, [rehearsal])
    return found


async def list_rehearsals(
    read: Reading, *, period: Period | None, before_number: int, limit: int
) -> list[RehearsalProgress]:
    """Rehearsals, the latest first: of a period, or all. In a snapshot."""
    found = await rehearsals.list_rehearsals(read.connection, period, before_number, limit)
    return await progress_of_all(read.connection, REPORTS, found)


async def _remaining(connection: asyncpg.Connection, rehearsal: Rehearsal) -> int:
    """The batches that are to be rolled up before a rehearsal's shards start; few rehearsals run at a time."""
    if rehearsal.state is not RehearsalState.RUNNING:
        return 0
    return await rehearsals.remaining_batches(connection, rehearsal.rehearsal_number)


REPORTS = Reports[Rehearsal](
    number_of=attrgetter("rehearsal_number"),
    shards=REHEARSALS,
    compared=Compared.REHEARSAL,
    totals=rehearsal_reports.totals,
    list_set_apart=rehearsal_reports.list_set_apart,
    set_apart_counts=rehearsal_reports.set_apart_counts,
    remaining=_remaining,
)
