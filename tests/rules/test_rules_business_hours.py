"""Business hours (2.5): over nights, weekends, holidays as observed, and days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.business_hours import BusinessHours, micros_of, moment_of
from tests.rules.properties import thorough

LOS_ANGELES, BERLIN, JERUSALEM = (ZoneInfo(name) for name in ("America/Los_Angeles", "Europe/Berlin", "Asia/Jerusalem"))
STANDARD = BusinessHours()
ALL_DAY_IN_JERUSALEM = BusinessHours(JERUSALEM, 0, 24, "")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)
FREE_2026 = {  # the federal holidays of 2026 as the government observes them
    date(2026, month, day)
    for month, day in (
        (1, 1),
        (1, 19),
        (2, 16),
        (5, 25),
        (6, 19),
        (7, 3),
        (9, 7),
        (10, 12),
        (11, 11),
        (11, 26),
        (12, 25),
    )
}


def elapsed(start: datetime, end: datetime, hours: BusinessHours = STANDARD) -> timedelta:
    """The business time between two moments."""
    [micros] = hours.elapsed(np.array([micros_of(start)]), np.array([micros_of(end)])).tolist()
    return micros * MICROSECOND


def local(text: str, zone: ZoneInfo = LOS_ANGELES) -> datetime:
    """A moment by the local clock: month-day and time of 2026, or with the year."""
    return datetime.fromisoformat(text if text[4] == "-" else f"2026-{text}").replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param("06-05 17:00", "06-08 09:00", 4 * HOUR, id="E26, over a weekend"),
        ("06-08 06:00", "06-08 18:00", 12 * HOUR),
        ("06-08 00:00", "06-08 06:00", 0 * HOUR),
        ("06-08 18:00", "06-09 06:00", 0 * HOUR),
        ("06-08 05:59", "06-08 06:01", MINUTE),
        ("06-08 17:59:59.999999", "06-08 18:00", MICROSECOND),
        ("06-08 17:59:59.999999", "06-09 06:00:00.000001", 2 * MICROSECOND),
        ("06-08 12:00", "06-08 12:00", 0 * HOUR),
        ("06-06 00:00", "06-08 00:00", 0 * HOUR),  # Saturday and Sunday
        ("06-06 12:00", "06-13 12:00", 60 * HOUR),  # a week
        ("06-18 17:00", "06-22 07:00", 2 * HOUR),  # Juneteenth is a Friday
        ("07-02 17:00", "07-06 07:00", 2 * HOUR),  # Independence Day is a Saturday, observed on Friday the 3rd
        ("07-03 06:00", "07-03 18:00", 0 * HOUR),
        ("2027-07-02 17:00", "2027-07-06 07:00", 2 * HOUR),  # a Sunday, observed on Monday the 5th
        ("2027-12-30 17:00", "2028-01-03 07:00", 2 * HOUR),  # New Year's Day 2028, observed in 2027
        ("2027-12-31 00:00", "2028-01-01 00:00", 0 * HOUR),
        ("2025-12-31 17:00", "2026-01-02 07:00", 2 * HOUR),  # over the turn of the year
        ("03-06 17:00", "03-09 07:00", 2 * HOUR),  # the clocks go forward on Sunday the 8th
        ("10-30 17:00", "11-02 07:00", 2 * HOUR),  # and back on Sunday 1 November
    ],
)
def test_2_5_business_time(start: str, end: str, expected: timedelta) -> None:
    assert elapsed(local(start), local(end)) == expected


@pytest.mark.parametrize("day", sorted(FREE_2026))
def test_2_5_federal_holidays_are_free_as_observed(day: date) -> None:
    begin = datetime(day.year, day.month, day.day, tzinfo=LOS_ANGELES)
    assert elapsed(begin, begin + 24 * HOUR) == timedelta()


def test_2_5_no_other_day_of_the_year_is_free() -> None:
    working = sum(
        (date(2026, 1, 1) + timedelta(days=day)).weekday() < 5
        and date(2026, 1, 1) + timedelta(days=day) not in FREE_2026
        for day in range(365)
    )
    assert elapsed(local("2026-01-01 00:00"), local("2027-01-01 00:00")) == working * 12 * HOUR


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("03-27 00:00", "03-28 00:00", 23),  # the clocks go forward on Friday, at two in the morning
        ("03-27 01:00", "03-27 03:00", 1),
        ("03-26 00:00", "03-28 00:00", 47),
        ("10-23 00:00", "10-24 00:00", 24),
    ],
)
def test_2_5_a_day_on_which_clocks_change_is_longer_or_shorter(start: str, end: str, hours: int) -> None:
    assert elapsed(local(start, JERUSALEM), local(end, JERUSALEM), ALL_DAY_IN_JERUSALEM) == hours * HOUR


def test_2_5_the_hours_and_the_holidays_are_a_setting() -> None:
    german = BusinessHours(BERLIN, 9, 17, "DE")
    assert elapsed(local("05-13 16:00", BERLIN), local("05-15 10:00", BERLIN), german) == 2 * HOUR  # Ascension Day
    assert elapsed(local("07-03 09:00", BERLIN), local("07-03 17:00", BERLIN), german) == 8 * HOUR
    none = BusinessHours(LOS_ANGELES, 6, 18, "")
    assert elapsed(local("12-25 00:00"), local("12-26 00:00"), none) == 12 * HOUR


@pytest.mark.parametrize(
    ("opening", "closing", "country"), [(18, 6, "US"), (6, 6, "US"), (-1, 6, "US"), (6, 25, "US"), (6, 18, "XX")]
)
def test_2_5_hours_that_are_none_are_refused(opening: int, closing: int, country: str) -> None:
    with pytest.raises(ValueError, match="give"):
        BusinessHours(LOS_ANGELES, opening, closing, country)


def test_2_5_nothing_is_asked_of_no_cases() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert STANDARD.elapsed(none, none).tolist() == []


def minute_by_minute(start: datetime, end: datetime) -> timedelta:
    """The business time between two moments of 2026, by looking at the clock in Los Angeles every minute."""
    total = timedelta()
    minute = start.replace(second=0, microsecond=0)
    while minute < end:
        shown = minute.astimezone(LOS_ANGELES)
        if shown.weekday() < 5 and 6 <= shown.hour < 18 and shown.date() not in FREE_2026:
            total += min(end, minute + MINUTE) - max(start, minute)
        minute += MINUTE
    return total


# Around the changes of the clocks and a holiday, where it is easiest to be wrong.
STARTS = [datetime(2026, 3, 6, tzinfo=UTC), datetime(2026, 10, 30, tzinfo=UTC), datetime(2026, 7, 2, tzinfo=UTC)]
MOMENTS = st.builds(
    lambda start, micros: start + micros * MICROSECOND,
    st.sampled_from(STARTS),
    st.integers(0, 4 * 86_400 * 10**6),
)


@given(MOMENTS, st.integers(0, 3 * 86_400 * 10**6))
@settings(thorough, max_examples=100)
def test_2_5_it_is_what_a_look_at_the_clock_every_minute_gives(start: datetime, micros: int) -> None:
    end = start + micros * MICROSECOND
    assert elapsed(start, end) == minute_by_minute(start, end)


@given(st.lists(st.tuples(MOMENTS, st.integers(0, 400 * 86_400 * 10**6)), min_size=1, max_size=20))
@settings(thorough, max_examples=100)
def test_2_5_many_cases_come_to_what_each_comes_to_alone(cases: list[tuple[datetime, int]]) -> None:
    starts = np.array([micros_of(start) for start, _ in cases])
    ends = starts + np.array([micros for _, micros in cases])
    together = STANDARD.elapsed(starts, ends).tolist()
    alone = [elapsed(start, start + micros * MICROSECOND) // MICROSECOND for start, micros in cases]
    assert together == alone


@given(st.integers(0, 2**62))
def test_moments_and_microseconds_are_a_pair(micros: int) -> None:
    micros %= micros_of(datetime(9999, 1, 1, tzinfo=UTC))
    assert micros_of(moment_of(micros)) == micros
