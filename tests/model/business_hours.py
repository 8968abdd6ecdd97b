"""The guarantee's clocks (2.5, 8.1): elapsed time, and business hours counted day by day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.model.catalogue import AROUND_THE_CLOCK
from tests.model.days import ONE_DAY, days_from

ZONE = ZoneInfo("America/Los_Angeles")
UTC = ZoneInfo("UTC")
OPENS, SHUTS = time(6), time(18)

# US federal holidays as observed, written down from the calendar.
CALENDAR = """
    2025-01-01 2025-01-20 2025-02-17 2025-05-26 2025-06-19 2025-07-04 2025-09-01 2025-10-13 2025-11-11 2025-11-27
    2025-12-25
    2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03 2026-09-07 2026-10-12 2026-11-11 2026-11-26
    2026-12-25
    2027-01-01 2027-01-18 2027-02-15 2027-05-31 2027-06-18 2027-07-05 2027-09-06 2027-10-11 2027-11-11 2027-11-25
    2027-12-24 2027-12-31
    2028-01-17 2028-02-21 2028-05-29 2028-06-19 2028-07-04 2028-09-04 2028-10-09 2028-11-10 2028-11-23 2028-12-25
"""
HOLIDAYS = {date.fromisoformat(day) for day in CALENDAR.split()}


def response_time(opened: datetime, answered: datetime, clock: str) -> timedelta:
    """How long an answer took on a clock."""
    return answered - opened if clock == AROUND_THE_CLOCK else business_time(opened, answered)


def business_time(opened: datetime, answered: datetime) -> timedelta:
    """The business hours between two moments."""
    spent = timedelta()
    first, last = opened.astimezone(ZONE).date(), answered.astimezone(ZONE).date()
    for day in days_from(first, last + ONE_DAY):
        if day.weekday() < 5 and day not in HOLIDAYS:
            start = max(_at(day, OPENS), opened)
            end = min(_at(day, SHUTS), answered)
            spent += max(end - start, timedelta())
    return spent


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, ZONE).astimezone(UTC)
