"""The lines in the log that a closing is complete, or held up by owners set apart (6.6)."""

from __future__ import annotations

import structlog

from billing.closings import ClosingState
from billing.operations.context import Store
from billing.store import accounts, closing_reports, closings

log = structlog.get_logger()


async def log_reached(store: Store, closing_number: int, reached: ClosingState) -> None:
    """Log once, after the transaction in which a closing reached a state, what it has come to so far."""
    async with store.pool.acquire() as connection:
        closing = await closings.by_number(connection, closing_number)
        owner_count = await accounts.count_owners(connection, closing_number)
        totals = await closing_reports.totals(connection, [closing_number])
        set_apart_counts = await closing_reports.set_apart_counts(connection, [closing_number])
    counts = {
        "owner_count": owner_count,
        "record_count": sum(total.record_count for total in totals.get(closing_number, [])),
    }
    about = {"closing_number": closing_number, "period": str(closing.period), **counts}
    if reached is ClosingState.BLOCKED:
        log.warning("closing_blocked", **about, set_apart_count=set_apart_counts.get(closing_number, 0))
    else:
        log.info("closing_closed", **about)
