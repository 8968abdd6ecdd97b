"""4.4: what a void or a correction changes, what is refused, and how far back it reaches (4.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.corrections import (
    Change,
    Content,
    Counted,
    Difference,
    check_each_once,
    check_found,
    check_reach,
    corrections,
    voids,
)
from billing.errors import BillingError, Reason
from billing.period import Period

JUNE, JULY = Period(2026, 6), Period(2026, 7)
ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))
PATH = "event_ids[{}]".format
AMOUNTS = st.none() | st.integers(0, 10**18 - 1)
CONTENTS = st.none() | st.builds(Content, st.integers(0, 10**18 - 1), AMOUNTS)


def counted(content: Content | None, event_id: UUID = ONE, count: int = 0) -> Counted:
    """An event that counts for a content now; None when it was voided."""
    return Counted(event_id, 7, datetime(2026, 6, 3, tzinfo=UTC), content, count)


UNRATED, RATED, DEARER = Content(10, None), Content(10, 500), Content(4, 900)
DIFFERENCES = [
    (UNRATED, None, Difference(-1, -10, -10, 0)),
    (RATED, None, Difference(-1, -10, 0, -500)),
    (UNRATED, Content(12, None), Difference(0, 2, 2, 0)),
    (RATED, DEARER, Difference(0, -6, 0, 400)),
    (UNRATED, DEARER, Difference(0, -6, -10, 900)),
    (DEARER, UNRATED, Difference(0, 6, 10, -900)),
    (RATED, RATED, Difference(0, 0, 0, 0)),
    (Content(10, 0), Content(10, None), Difference(0, 0, 10, 0)),
]


@pytest.mark.parametrize(("before", "after", "difference"), DIFFERENCES)
def test_4_4_a_change_differs_by_what_counts_then_less_what_counted_before(
    before: Content, after: Content | None, difference: Difference
) -> None:
    """4.4, 4.6: a rated quantity is no unrated one, and an amount of zero is an amount."""
    assert Change(counted(before), after).difference == difference


@given(st.lists(CONTENTS, min_size=2, max_size=8))
def test_4_4_the_differences_of_a_trail_sum_to_what_counts_in_the_end(trail: list[Content | None]) -> None:
    """4.4: whatever came in between."""
    steps = [Change(counted(before), after).difference for before, after in pairwise(trail)]
    whole = Change(counted(trail[0]), trail[-1]).difference
    assert Difference(*(sum(column) for column in zip(*steps, strict=True))) == whole


def test_4_4_voiding_what_is_voided_is_no_change_and_corrections_are_numbered_on() -> None:
    events = [counted(UNRATED, ONE, 2), counted(None, TWO, 1)]
    changes = voids(events)
    assert [(change.event.event_id, change.content, change.correction_number) for change in changes] == [(ONE, None, 3)]


def test_4_4_a_voided_record_can_not_be_corrected() -> None:
    events = [counted(UNRATED, ONE), counted(None, TWO), counted(None, THREE)]
    with pytest.raises(BillingError) as raised:
        corrections(events, [RATED] * 3, PATH)
    assert (raised.value.reason, raised.value.field) == (Reason.EVENT_VOIDED, "event_ids[1]")
    assert [change.content for change in corrections(events[:1], [RATED], PATH)] == [RATED]


def test_4_4_the_first_event_that_was_not_recorded_is_named() -> None:
    with pytest.raises(BillingError) as raised:
        check_found([ONE, TWO, THREE], [counted(None), None, None], PATH, JUNE)
    assert (raised.value.reason, raised.value.field) == (Reason.EVENT_NOT_FOUND, "event_ids[1]")


def test_an_event_is_named_once() -> None:
    """The contract: each id once."""
    check_each_once([ONE, TWO, THREE], PATH)
    with pytest.raises(BillingError) as raised:
        check_each_once([ONE, TWO, THREE, TWO, ONE], PATH)
    assert (raised.value.reason, raised.value.field) == (Reason.INVALID_FIELD, "event_ids[3]")


@pytest.mark.parametrize(
    ("period", "current", "reached"),
    [
        (Period(2025, 7), JULY, True),
        (Period(2025, 6), JULY, False),
        (Period(2025, 6), JUNE, True),
        (JULY, JUNE, True),
        (Period(2024, 12), Period(2026, 1), False),
    ],
)
def test_4_3_corrections_reach_back_to_the_12th_period_before_the_current_one(
    period: Period, current: Period, reached: bool
) -> None:
    if reached:
        check_reach(period, current)
        return
    with pytest.raises(BillingError) as raised:
        check_reach(period, current)
    assert (raised.value.reason, raised.value.field) == (Reason.MOMENT_TOO_OLD, "period")
