"""Checks of days and periods against what is closed."""

from __future__ import annotations

from datetime import date

import asyncpg

from billing.closings import Closing
from billing.errors import BillingError, Reason, invalid
from billing.operations.asking import Asking, answered
from billing.period import FIRST_DAY, LAST_DAY, Period
from billing.store import accounts, closings
from billing.store.state import EVERYTHING


def checked_day(day: date | None, field: str) -> date | None:
    """The day, which is one the service works with: from 2000-01-01 to 2199-12-31."""
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise invalid(field, f"{day} is out of range: give a day from {FIRST_DAY} to {LAST_DAY}")
    return day


async def check_period_open(connection: asyncpg.Connection, period: Period, field: str) -> None:
    """The closing of the period has not started, nor could it have: PERIOD_CLOSED otherwise."""
    check_open(period, await first_open_period(connection), field)


def check_open(period: Period, first_open: Period | None, field: str) -> None:
    """The period is one of the open ones: PERIOD_CLOSED otherwise."""
    if first_open is not None and period < first_open:
        raise BillingError(Reason.PERIOD_CLOSED, f"{period} is closed: the first open period is {first_open}", field)


async def first_open_period(connection: asyncpg.Connection) -> Period | None:
    """The period after the last whose closing was started; None while there is none."""
    last = await closings.last_started(connection)
    return last.period.plus(1) if last else None


async def next_to_close(connection: asyncpg.Connection) -> Period | None:
    """The period that closes next: after the last, or the first that has an account (6.6); None without accounts."""
    return await answered(connection, next_after(await closings.last_started(connection)))


def next_after(last: Closing | None) -> Asking[Period | None]:
    """The same, given the closing that was started last."""
    if last is not None:
        return last.period.plus(1)
    [day] = yield [accounts.first_creation_day.question(EVERYTHING)]
    return Period.of(day) if day else None
