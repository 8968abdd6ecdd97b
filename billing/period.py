"""Periods and days in the billing zone (domain.md 0)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Days the service works with; wide enough for any account, narrow enough that no arithmetic on days can overflow.
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2199, 12, 31)

_FORM = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A calendar month in the billing zone."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """From `YYYY-MM`; ValueError when it is not, or lies outside 2000 to 2199."""
        match = _FORM.fullmatch(text)
        if match is None or not FIRST_DAY.year <= int(match[1]) <= LAST_DAY.year:
            raise ValueError(f"{text[:40]!r} is not a period: write YYYY-MM, from 2000-01 to 2199-12")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Period:
        """The period of a day."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def end_day(self) -> date:
        """The day after its last: also the day its charges bear (6.1)."""
        return self.plus(1).first_day

    @property
    def day_count(self) -> int:
        """How many days it has."""
        return (self.end_day - self.first_day).days

    def plus(self, months: int) -> Period:
        """The period so many months later (earlier when negative)."""
        index = self.year * 12 + self.month - 1 + months
        return Period(index // 12, index % 12 + 1)

    def start_time(self, zone: ZoneInfo) -> datetime:
        """The moment it begins, in UTC."""
        return start_of(self.first_day, zone)

    def end_time(self, zone: ZoneInfo) -> datetime:
        """The moment it ends, in UTC."""
        return start_of(self.end_day, zone)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment a day begins in the zone, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The day of a moment in the zone."""
    return moment.astimezone(zone).date()


def oldest_period(current: Period) -> Period:
    """The earliest period in which usage and corrections are still accepted: the 12th before the current (4.3)."""
    return current.plus(-12)


def days(start: date, end: date) -> int:
    """The days from `start` up to, not including, `end`."""
    return (end - start).days


def earliest(*days: date | None) -> date | None:
    """The earliest of some days, where None stands for no day; None when there is none."""
    return min((day for day in days if day is not None), default=None)


ONE_DAY = timedelta(days=1)
