"""Days and periods: messages of the contract and Python's dates, in pairs."""

import re
from datetime import date

from google.type.date_pb2 import Date

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PERIOD = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def date_to_day(message: Date) -> date | None:
    """The day; None when the message is not set. Raises ValueError when it names no day."""
    if message.year == message.month == message.day == 0:
        return None
    return date(message.year, message.month, message.day)


def day_to_date(day: date | None) -> Date | None:
    """The day as a message; None stays None, as a field that is not set."""
    return None if day is None else Date(year=day.year, month=day.month, day=day.day)


def parse_day(text: str) -> date:
    """The day written as YYYY-MM-DD. Raises ValueError for anything else."""
    if _DAY.fullmatch(text) is None:
        raise ValueError(f"not a day as YYYY-MM-DD: {text[:80]!r}")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"no such day: {text}") from error


def parse_period(text: str) -> str:
    """The period, a calendar month written as YYYY-MM, as it is. Raises ValueError for anything else."""
    if _PERIOD.fullmatch(text) is None:
        raise ValueError(f"not a period as YYYY-MM: {text[:80]!r}")
    return text
