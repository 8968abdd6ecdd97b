"""What closings have come to so far (6.3)."""

from __future__ import annotations

from operator import attrgetter

import asyncpg

from billing.closings import Closing, ClosingState
from billing.operations.closing import known_closing
from billing.operations.context import Reading
from billing.operations.progress import Reports, progress_of_all
from billing.operations.rollup import remaining_batches
from billing.period import Period
from billing.progress import ClosingProgress
from billing.store import closing_reports, closings
from billing.store.comparisons import Compared
from billing.store.shards import CLOSINGS


async def get_progress(read: Reading, period: Period) -> ClosingProgress:
    """A closing with what it has come to; CLOSING_NOT_FOUND when there is none. In a snapshot."""
    return await progress_of(read.connection, await known_closing(read.connection, period))


async def list_closings(read: Reading, *, before_number: int, limit: int) -> list[ClosingProgress]:
    """Closings, the latest first. In a snapshot."""
    found = await closings.list_closings(read.connection, before_number, limit)
    return await progress_of_all(read.connection, REPORTS, found)


async def progress_of(connection: asyncpg.Connection, closing: Closing) -> ClosingProgress:
    """What a closing has come to so far."""
    return (await progress_of_all(connection, REPORTS, [closing]))[0]


async def _remaining(connection: asyncpg.Connection, closing: Closing) -> int:
    """The batches that are to be rolled up before a closing's shards start; only the last closing can run."""
    if closing.state is not ClosingState.RUNNING:
        return 0
    return await remaining_batches(connection, closing.closing_number)


REPORTS = Reports[Closing](
    number_of=attrgetter("closing_number"),
    shards=CLOSINGS,
    compared=Compared.CLOSING,
    totals=closing_reports.totals,
    list_set_apart=closing_reports.list_set_apart,
    set_apart_counts=closing_reports.set_apart_counts,
    remaining=_remaining,
)
