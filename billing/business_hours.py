"""Business hours (2.5): the days and hours on which support's clock runs, and how much of them lies between moments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import numpy.typing as npt

from billing.period import ONE_DAY

Micros = npt.NDArray[np.int64]  # moments since 1970 (UTC), or spans of time, in microseconds

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SATURDAY = 5
LOS_ANGELES = ZoneInfo("America/Los_Angeles")


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When support's business hours are: Monday to Friday, except public holidays as observed. By default as in 2.5.

    Attributes:
        zone: the zone of the hours.
        opening_hour: from this hour on, 0 to 23.
        closing_hour: up to this hour, 1 to 24.
        holiday_country: whose holidays are kept (ISO 3166): in the United States the federal ones; none when empty.
    """

    zone: ZoneInfo = LOS_ANGELES
    opening_hour: int = 6
    closing_hour: int = 18
    holiday_country: str = "US"

    def __post_init__(self) -> None:
        if not 0 <= self.opening_hour < self.closing_hour <= 24:
            raise ValueError(f"business hours from {self.opening_hour} to {self.closing_hour}: give hours of one day")
        if self.holiday_country and self.holiday_country not in holidays.list_supported_countries():
            raise ValueError(f"holidays of {self.holiday_country!r} are not known: give an ISO 3166 code such as US")

    def elapsed(self, starts: Micros, ends: Micros) -> Micros:
        """How much business time lies between moments, pair by pair; exact. No end lies before its start."""
        if not len(starts):
            return np.zeros(0, dtype=np.int64)
        first, last = moment_of(int(starts.min())), moment_of(int(ends.max()))
        return _calendar(self, first.year - 1, last.year + 1).elapsed(starts, ends)


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The business days of some years, in order.

    Attributes:
        opens: the moments at which they begin.
        lengths: how long each is open: longer or shorter than usual where clocks change within it.
        before: the business time before each, since the first.
    """

    opens: Micros
    lengths: Micros
    before: Micros

    def elapsed(self, starts: Micros, ends: Micros) -> Micros:
        """The business time between moments that lie in the calendar's years."""
        return self._until(ends) - self._until(starts)

    def _until(self, moments: Micros) -> Micros:
        """The business time up to each moment, since the first day."""
        day = np.searchsorted(self.opens, moments, side="right") - 1
        within = np.minimum(moments - self.opens[day], self.lengths[day])
        return np.where(day < 0, 0, self.before[day] + within)


@lru_cache(maxsize=32)
def _calendar(hours: BusinessHours, first_year: int, last_year: int) -> _Calendar:
    spans = [_open_on(hours, day) for day in _business_days(hours, first_year, last_year)]
    opens, closes = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    lengths = closes - opens
    return _Calendar(opens, lengths, np.cumsum(lengths) - lengths)


def _business_days(hours: BusinessHours, first_year: int, last_year: int) -> Iterable[date]:
    free: set[date] = set()
    if hours.holiday_country:
        free.update(holidays.country_holidays(hours.holiday_country, years=range(first_year, last_year + 1)))
    day, end = date(first_year, 1, 1), date(last_year + 1, 1, 1)
    while day < end:
        if day.weekday() < SATURDAY and day not in free:
            yield day
        day += ONE_DAY


def _open_on(hours: BusinessHours, day: date) -> tuple[int, int]:
    """When a day's business hours begin and end."""
    return _at(day, hours.opening_hour, hours.zone), _at(day, hours.closing_hour, hours.zone)


def _at(day: date, hour: int, zone: ZoneInfo) -> int:
    days, hour = divmod(hour, 24)  # 24 is the next midnight
    return micros_of(datetime.combine(day + timedelta(days=days), time(hour), zone))


def micros_of(moment: datetime) -> int:
    """A moment in microseconds since 1970 (UTC)."""
    return (moment.astimezone(UTC) - EPOCH) // MICROSECOND


def moment_of(micros: int) -> datetime:
    """The moment so many microseconds after 1970 (UTC)."""
    return EPOCH + micros * MICROSECOND
