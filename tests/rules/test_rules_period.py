"""Periods and days in the billing zone (0)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.period import ONE_DAY, Period, day_of, days, oldest_period, start_of
from tests.rules.properties import thorough

# midnight does not exist on some days in Santiago; Lord Howe shifts by half an hour; Apia is on the other side of UTC
ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Berlin",
        "America/Los_Angeles",
        "America/Santiago",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Casablanca",
    )
]
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "first", "end", "count"),
    [
        ("2026-01", date(2026, 1, 1), date(2026, 2, 1), 31),
        ("2026-02", date(2026, 2, 1), date(2026, 3, 1), 28),
        ("2028-02", date(2028, 2, 1), date(2028, 3, 1), 29),
        ("2000-02", date(2000, 2, 1), date(2000, 3, 1), 29),
        ("2100-02", date(2100, 2, 1), date(2100, 3, 1), 28),
        ("2026-04", date(2026, 4, 1), date(2026, 5, 1), 30),
        ("2026-06", date(2026, 6, 1), date(2026, 7, 1), 30),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1), 31),
    ],
)
def test_0_a_period_is_a_calendar_month(text: str, first: date, end: date, count: int) -> None:
    period = Period.parse(text)
    assert (period.first_day, period.end_day, period.day_count) == (first, end, count)
    assert str(period) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "2026-6", "2026-00", "2026-13", "26-06", "2026-06-01", " 2026-06", "2026-06\n", "²026-06"),
        *("1999-12", "2200-01"),
        "٢٠٢٦-06",
    ],
)
def test_0_only_a_month_within_reach_is_a_period(text: str) -> None:
    with pytest.raises(ValueError, match="is not a period"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("period", "months", "expected"),
    [
        ("2026-06", 0, "2026-06"),
        ("2026-06", 1, "2026-07"),
        ("2026-12", 1, "2027-01"),
        ("2026-01", -1, "2025-12"),
        ("2026-07", -12, "2025-07"),
        ("2026-03", 25, "2028-04"),
        ("2026-03", -27, "2023-12"),
    ],
)
def test_0_periods_follow_each_other(period: str, months: int, expected: str) -> None:
    assert Period.parse(period).plus(months) == Period.parse(expected)


def test_4_3_the_oldest_period_is_the_twelfth_before_the_current() -> None:
    assert oldest_period(Period(2026, 7)) == Period(2025, 7)
    assert oldest_period(Period(2026, 1)) == Period(2025, 1)


@pytest.mark.parametrize(
    ("zone", "period", "start", "end"),
    [
        ("UTC", "2026-06", "2026-06-01T00:00Z", "2026-07-01T00:00Z"),
        ("Europe/Berlin", "2026-06", "2026-05-31T22:00Z", "2026-06-30T22:00Z"),
        ("Europe/Berlin", "2026-03", "2026-02-28T23:00Z", "2026-03-31T22:00Z"),  # an hour short
        ("Europe/Berlin", "2026-10", "2026-09-30T22:00Z", "2026-10-31T23:00Z"),  # an hour longer
        ("America/Los_Angeles", "2026-11", "2026-11-01T07:00Z", "2026-12-01T08:00Z"),
        ("Asia/Kolkata", "2026-06", "2026-05-31T18:30Z", "2026-06-30T18:30Z"),
        ("America/Santiago", "2026-09", "2026-09-01T04:00Z", "2026-10-01T03:00Z"),
    ],
)
def test_0_a_period_begins_and_ends_at_midnight_of_the_billing_zone(
    zone: str, period: str, start: str, end: str
) -> None:
    found = Period.parse(period)
    assert found.start_time(ZoneInfo(zone)) == datetime.fromisoformat(start)
    assert found.end_time(ZoneInfo(zone)) == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("UTC", "2026-06-30T22:30Z", date(2026, 6, 30)),
        ("Europe/Berlin", "2026-06-30T22:30Z", date(2026, 7, 1)),  # E28
        ("Europe/Berlin", "2026-06-30T21:59:59.999999Z", date(2026, 6, 30)),
        ("Europe/Berlin", "2026-06-30T22:00Z", date(2026, 7, 1)),
        ("Europe/Berlin", "2026-03-29T21:59Z", date(2026, 3, 29)),  # the day of 23 hours
        ("Europe/Berlin", "2026-03-29T22:00Z", date(2026, 3, 30)),
        ("Europe/Berlin", "2026-10-25T22:59Z", date(2026, 10, 25)),  # the day of 25 hours
        ("Europe/Berlin", "2026-10-25T23:00Z", date(2026, 10, 26)),
        ("America/Los_Angeles", "2026-07-01T06:59Z", date(2026, 6, 30)),
        ("UTC", "2026-07-01T01:30+02:00", date(2026, 6, 30)),
        ("America/Santiago", "2026-09-06T03:59Z", date(2026, 9, 5)),
        ("America/Santiago", "2026-09-06T04:00Z", date(2026, 9, 6)),  # begins at one o'clock
    ],
)
def test_0_a_moment_lies_in_the_day_of_the_billing_zone(zone: str, moment: str, day: date) -> None:
    assert day_of(datetime.fromisoformat(moment), ZoneInfo(zone)) == day


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)],
)
def test_0_a_day_counts_once_however_many_hours_it_has(day: date, hours: int) -> None:
    assert start_of(day + ONE_DAY, BERLIN) - start_of(day, BERLIN) == timedelta(hours=hours)
    assert days(day, day + ONE_DAY) == 1


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (date(2026, 6, 15), date(2026, 7, 1), 16),  # 5.3: from the 15th of a month of 30 days
        (date(2026, 6, 1), date(2026, 6, 1), 0),
        (date(2026, 2, 28), date(2026, 3, 1), 1),  # E14
        (date(2028, 2, 28), date(2028, 3, 1), 2),
        (date(2026, 3, 29), date(2026, 4, 1), 3),  # E29
        (date(2025, 12, 31), date(2026, 1, 1), 1),
    ],
)
def test_0_ranges_of_days_exclude_their_end(start: date, end: date, count: int) -> None:
    assert days(start, end) == count


@thorough
@given(st.dates(date(2013, 1, 1), date(2040, 12, 31)), st.sampled_from(ZONES))
def test_0_a_day_lasts_from_its_beginning_to_that_of_the_next(day: date, zone: ZoneInfo) -> None:
    start, end = start_of(day, zone), start_of(day + ONE_DAY, zone)
    instant = timedelta(microseconds=1)
    assert timedelta(hours=22) < end - start < timedelta(hours=26)
    assert day_of(start - instant, zone) == day - ONE_DAY
    assert [day_of(moment, zone) for moment in (start, start + (end - start) / 2, end - instant)] == [day] * 3
    assert day_of(end, zone) == day + ONE_DAY


@thorough
@given(st.datetimes(datetime(2013, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC)), st.sampled_from(ZONES))  # noqa: DTZ001 - bounds without a zone are what it takes
def test_0_each_moment_lies_in_one_period(moment: datetime, zone: ZoneInfo) -> None:
    period = Period.of(day_of(moment, zone))
    assert period.start_time(zone) <= moment < period.end_time(zone)
    assert period.end_time(zone) == period.plus(1).start_time(zone)
    assert period.day_count == days(period.first_day, period.plus(1).first_day)
