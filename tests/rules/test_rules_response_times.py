"""Response times (8.1, 8.2): on which clock they run, how they are averaged, and what is missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.business_hours import BusinessHours, micros_of
from billing.catalogue import Catalogue, Guarantee, Plan, PlanVersion
from billing.response_times import CountedCase, ResponseTime, response_times
from billing.support import FlatPrice
from tests.rules.properties import thorough

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
HOURS = BusinessHours()
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
MONDAY = datetime(2026, 6, 8, 6, tzinfo=LOS_ANGELES)  # as the business day begins
MINUTE = timedelta(minutes=1)
BUSINESS_HOURS, AROUND_THE_CLOCK = 1, 2


def version(plan_id: str, number: int, effective: date, guarantees: Sequence[Guarantee]) -> PlanVersion:
    """A version of a plan."""
    return PlanVersion(plan_id, number, number, effective, FlatPrice(Decimal(1)), tuple(guarantees), (), ())


PRODUCTION = [
    version(
        "production",
        1,
        date.min,
        [Guarantee(1, 180, BUSINESS_HOURS, exclusive=False), Guarantee(2, 360, BUSINESS_HOURS, exclusive=False)],
    ),
    version("production", 2, date(2026, 6, 15), [Guarantee(2, 60, BUSINESS_HOURS, exclusive=False)]),
]
BUSINESS = [version("business", 1, date.min, [Guarantee(1, 60, AROUND_THE_CLOCK, exclusive=True)])]
PERSONALIZED = [version("personalized", 1, date.min, [Guarantee(1, 60, AROUND_THE_CLOCK, exclusive=False)])]
CATALOGUE = Catalogue(
    {
        versions[0].plan_id: Plan(versions[0].plan_id, True, {}, tuple(versions))
        for versions in ([version("developer", 1, date.min, [])], PRODUCTION, BUSINESS, PERSONALIZED)
    }
)


def case(
    plan_id: str,
    waited: timedelta | None,
    *,
    priority: int = 1,
    opened: datetime = MONDAY,
    owner: int = 1,
) -> CountedCase:
    """A case that was answered after so long, or not at all."""
    answer = None if waited is None else micros_of(opened.astimezone(UTC) + waited)
    return CountedCase(owner, plan_id, opened.date(), priority, micros_of(opened), answer)


def only(cases: Sequence[CountedCase], now: datetime = NOW) -> ResponseTime:
    """The one entry that some cases come to."""
    [found] = response_times(cases, CATALOGUE, HOURS, now)
    return found


@pytest.mark.parametrize(
    ("plan_id", "waited", "missed"),
    [
        pytest.param("business", 60 * MINUTE, True, id="E27, business: reached"),
        pytest.param("personalized", 60 * MINUTE, False, id="E27, personalized: not exceeded"),
        ("business", 60 * MINUTE - timedelta(microseconds=1), False),
        ("personalized", 60 * MINUTE + timedelta(microseconds=1), True),
        ("production", 180 * MINUTE, False),
        ("production", 180 * MINUTE + timedelta(microseconds=1), True),
        ("developer", timedelta(days=5), False),  # no guarantee
    ],
)
def test_8_2_a_guarantee_is_missed_when_it_is_exceeded_or_reached_where_that_misses_it(
    plan_id: str, waited: timedelta, missed: bool
) -> None:
    assert only([case(plan_id, waited)]).missed is missed


def test_8_2_averages_are_compared_exactly() -> None:
    waits = [180 * MINUTE, 180 * MINUTE, 180 * MINUTE + timedelta(microseconds=1)]
    found = only([case("production", waited) for waited in waits])
    assert found.average_seconds == Decimal("10800.000000")  # rounded
    assert found.missed  # not rounded


def test_8_2_a_long_wait_is_made_up_for_by_short_ones() -> None:
    found = only([case("business", waited) for waited in (119 * MINUTE, MINUTE / 2, timedelta(0))])
    assert (found.case_count, found.average_seconds, found.missed) == (3, Decimal("2390.000000"), False)


def test_8_1_e26_a_case_of_friday_evening_waits_four_business_hours() -> None:
    friday = datetime(2026, 6, 5, 17, tzinfo=LOS_ANGELES)
    answered = datetime(2026, 6, 8, 9, tzinfo=LOS_ANGELES)
    wait = answered - friday  # 64 hours by the clock
    assert only([case("production", wait, priority=2, opened=friday)]).average_seconds == 4 * 3600
    assert only([case("business", wait, opened=friday)]).average_seconds == 64 * 3600


def test_8_1_an_unanswered_case_counts_up_to_the_moment_of_asking() -> None:
    cases = [case("business", None), case("business", 10 * MINUTE)]
    for asked, missed in ((MONDAY + 109 * MINUTE, False), (MONDAY + 110 * MINUTE, True)):
        found = only(cases, asked)
        assert (found.case_count, found.unanswered_count, found.missed) == (2, 1, missed)


def test_8_1_a_case_opened_ahead_of_our_clock_has_not_waited() -> None:
    for plan_id in ("business", "production"):
        assert only([case(plan_id, None)], MONDAY - 5 * MINUTE).total_micros == 0


def test_8_1_the_guarantee_is_that_of_the_version_in_force_on_the_day_it_was_opened() -> None:
    last_of_one, first_of_two = (datetime(2026, 6, day, 6, tzinfo=LOS_ANGELES) for day in (12, 15))
    cases = [case("production", 61 * MINUTE, priority=2, opened=opened) for opened in (last_of_one, first_of_two)]
    found = response_times(cases, CATALOGUE, HOURS, NOW)
    assert [(time.version.number, time.missed) for time in found] == [(1, False), (2, True)]
    [dropped] = response_times([replace(cases[1], priority=1)], CATALOGUE, HOURS, NOW)
    assert (dropped.guarantee, dropped.average_seconds, dropped.missed) == (None, None, False)


def test_8_2_cases_are_counted_per_owner_plan_version_and_priority() -> None:
    cases = [
        case("business", MINUTE, owner=2),
        case("production", MINUTE, owner=2),
        case("production", MINUTE, priority=2),
        case("production", MINUTE),
        case("production", 3 * MINUTE),
        case("developer", MINUTE),
    ]
    found = response_times(cases, CATALOGUE, HOURS, NOW)
    assert [(time.owner_key, time.version.plan_id, time.priority, time.case_count) for time in found] == [
        (1, "developer", 1, 1),
        (1, "production", 1, 2),
        (1, "production", 2, 1),
        (2, "production", 1, 1),
        (2, "business", 1, 1),
    ]


@given(st.lists(st.integers(0, 10**13), min_size=1, max_size=50))
@thorough
def test_8_2_the_total_is_exact_however_large(waits: list[int]) -> None:
    now = MONDAY + timedelta(days=4_000)
    found = only([case("business", timedelta(microseconds=wait)) for wait in waits], now)
    assert found.total_micros == sum(waits)
    assert found.missed is (sum(waits) >= 3_600_000_000 * len(waits))
