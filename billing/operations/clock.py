"""The test clock, which business time follows in test mode."""

from __future__ import annotations

from datetime import datetime

from billing.errors import BillingError, Reason, invalid
from billing.operations.context import Reading, Writing
from billing.period import FIRST_DAY, LAST_DAY, start_of
from billing.store import state


async def get_test_clock(read: Reading) -> datetime:
    """What the clock shows."""
    return await state.test_time(read.connection)


async def advance_test_clock(write: Writing, target: datetime) -> datetime:
    """Set the clock: freely while the store is empty, then only forward; CLOCK_BACKWARD otherwise."""
    zone = write.store.zone
    if not start_of(FIRST_DAY, zone) <= target <= start_of(LAST_DAY, zone):
        raise invalid("target_time", f"give a moment from {FIRST_DAY} to {LAST_DAY}")
    shown = await state.lock_test_time(write.connection)
    if target < shown and not await state.is_empty(write.connection):
        raise BillingError(
            Reason.CLOCK_BACKWARD, f"the clock shows {shown.isoformat()} and goes forward only", "target_time"
        )
    await state.set_test_time(write.connection, target)
    return target
