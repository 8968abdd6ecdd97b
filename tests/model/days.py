"""Periods and days, naively: a period is a text `YYYY-MM`, a range of days excludes its end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


def period_of(day: date) -> str:
    """The period of a day."""
    return f"{day.year:04}-{day.month:02}"


def first_day(period: str) -> date:
    """The first day of a period."""
    return date.fromisoformat(f"{period}-01")


def later(period: str, months: int = 1) -> str:
    """The period so many months later, or earlier."""
    year, month = period.split("-")
    count = int(year) * 12 + int(month) - 1 + months
    return f"{count // 12:04}-{count % 12 + 1:02}"


def days_of(period: str) -> list[date]:
    """The days of a period."""
    return days_from(first_day(period), first_day(later(period)))


def days_from(start: date, end: date) -> list[date]:
    """The days from one on, up to and not including another."""
    return [start + timedelta(days=number) for number in range((end - start).days)]


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in a zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
