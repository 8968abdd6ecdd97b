"""Correcting which plans an owner held (3.9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.errors import BillingError, Reason
from billing.history import check_correction_days, correct, first_day_not_held, stretch_end
from billing.holding import Change, Held, Origin, change_plan, held_on, pending
from billing.period import ONE_DAY
from billing.support import FlatPrice
from tests.rules.months import nth
from tests.rules.properties import thorough

TODAY = 15  # of June; all days here are numbers of it
DEVELOPER, PRODUCTION, BUSINESS = "developer", "production", "business"
ASSIGNED, CHANGED, CORRECTED = Origin.ASSIGNED, Origin.CHANGED, Origin.CORRECTED
FLAT = FlatPrice(Decimal(2000))

# plan, first day, day after the last, how it came about
Shown = tuple[str, int, int | None, Origin]


def stored(*runs: Shown, by_staff: bool = False) -> list[Held]:
    """Runs as they are stored, with keys from 1."""
    return [
        Held(plan, nth(start), None if end is None else nth(end), origin, by_staff, key)
        for key, (plan, start, end, origin) in enumerate(runs, 1)
    ]


def number_of(day: date | None) -> int | None:
    """The number of a day."""
    return None if day is None else (day - nth(1)).days + 1


def shown(runs: Sequence[Held]) -> list[tuple[str, int | None, int | None, Origin]]:
    """Runs as the tables write them."""
    return [(run.plan_id, number_of(run.start), number_of(run.end), run.origin) for run in runs]


def corrected(held: Sequence[Held], plan: str, start: int, end: int | None = None) -> Change:
    """The correction of the days from one up to another."""
    return correct(
        held,
        plan_id=plan,
        own_price=None,
        start_day=nth(start),
        end_day=None if end is None else nth(end),
    )


FREE = stored((DEVELOPER, 1, None, ASSIGNED))
PAID = stored((DEVELOPER, 1, 5, ASSIGNED), (PRODUCTION, 5, None, CHANGED))
WAITING = stored((DEVELOPER, 1, 20, ASSIGNED), (PRODUCTION, 20, None, CHANGED))
CLOSED = stored((DEVELOPER, 1, 5, ASSIGNED), (PRODUCTION, 5, 12, CHANGED))
MEMBER = stored((DEVELOPER, 1, 5, ASSIGNED), (PRODUCTION, 5, 8, CHANGED), (DEVELOPER, 13, None, ASSIGNED))


@dataclass(frozen=True)
class Case:
    """A correction with what is held after it, and the keys it supersedes."""

    held: list[Held]
    plan: str
    start: int
    end: int | None
    after: list[Shown]
    superseded: list[int]


CASES = {
    "days within a run": Case(
        PAID, BUSINESS, 7, 9,
        [(DEVELOPER, 1, 5, ASSIGNED), (PRODUCTION, 5, 7, CHANGED), (BUSINESS, 7, 9, CORRECTED),
         (PRODUCTION, 9, None, CORRECTED)],
        [2],
    ),
    "exactly a run": Case(
        CLOSED, BUSINESS, 5, 12, [(DEVELOPER, 1, 5, ASSIGNED), (BUSINESS, 5, 12, CORRECTED)], [2],
    ),
    "parts of two runs": Case(
        PAID, BUSINESS, 3, 9,
        [(DEVELOPER, 1, 3, ASSIGNED), (BUSINESS, 3, 9, CORRECTED), (PRODUCTION, 9, None, CORRECTED)],
        [1, 2],
    ),
    "open": Case(
        PAID, BUSINESS, 7, None,
        [(DEVELOPER, 1, 5, ASSIGNED), (PRODUCTION, 5, 7, CHANGED), (BUSINESS, 7, None, CORRECTED)],
        [2],
    ),
    "open, from the first day": Case(PAID, BUSINESS, 1, None, [(BUSINESS, 1, None, CORRECTED)], [1, 2]),
    "open, over a pending change": Case(
        WAITING, BUSINESS, 10, None, [(DEVELOPER, 1, 10, ASSIGNED), (BUSINESS, 10, None, CORRECTED)], [1, 2],
    ),
    "open, of a closed account": Case(
        CLOSED, BUSINESS, 7, None,
        [(DEVELOPER, 1, 5, ASSIGNED), (PRODUCTION, 5, 7, CHANGED), (BUSINESS, 7, 12, CORRECTED)],
        [2],
    ),
    "open, up to the next membership": Case(
        MEMBER, BUSINESS, 3, None,
        [(DEVELOPER, 1, 3, ASSIGNED), (BUSINESS, 3, 8, CORRECTED), (DEVELOPER, 13, None, ASSIGNED)],
        [1, 2],
    ),
    "after a membership": Case(
        MEMBER, BUSINESS, 13, None,
        [(DEVELOPER, 1, 5, ASSIGNED), (PRODUCTION, 5, 8, CHANGED), (BUSINESS, 13, None, CORRECTED)],
        [3],
    ),
    "today alone": Case(
        PAID, BUSINESS, 15, 16,
        [(DEVELOPER, 1, 5, ASSIGNED), (PRODUCTION, 5, 15, CHANGED), (BUSINESS, 15, 16, CORRECTED),
         (PRODUCTION, 16, None, CORRECTED)],
        [2],
    ),
    "up to a pending change": Case(
        WAITING, BUSINESS, 10, 20,
        [(DEVELOPER, 1, 10, ASSIGNED), (BUSINESS, 10, 20, CORRECTED), (PRODUCTION, 20, None, CHANGED)],
        [1],
    ),
    "into a pending change": Case(
        WAITING, BUSINESS, 10, 25,
        [(DEVELOPER, 1, 10, ASSIGNED), (BUSINESS, 10, 25, CORRECTED), (PRODUCTION, 25, None, CORRECTED)],
        [1, 2],
    ),
    "the plan held anyway": Case(
        FREE, DEVELOPER, 3, 9,
        [(DEVELOPER, 1, 3, ASSIGNED), (DEVELOPER, 3, 9, CORRECTED), (DEVELOPER, 9, None, ASSIGNED)],
        [1],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_3_9_on_the_days_named_the_plan_named_was_held(case: Case) -> None:
    change = corrected(case.held, case.plan, case.start, case.end)
    assert shown(change.held) == case.after
    assert change.superseded == case.superseded
    assert change.recorded == [run for run in change.held if run.key is None]


def test_3_9_a_contract_may_have_held_it_at_its_own_price() -> None:
    change = correct(
        stored((PRODUCTION, 1, None, CHANGED)),
        plan_id=PRODUCTION,
        own_price=FLAT,
        start_day=nth(3),
        end_day=nth(9),
    )
    assert [(number_of(run.start), run.own_price) for run in change.held] == [(1, None), (3, FLAT), (9, None)]


def test_3_9_a_correction_of_a_plan_at_an_own_price_leaves_that_price_to_other_days() -> None:
    [run] = stored((PRODUCTION, 1, None, CHANGED))
    held = [Held(run.plan_id, run.start, run.end, run.origin, run.by_staff, run.key, own_price=FLAT)]
    change = corrected(held, BUSINESS, 3, 9)
    assert [run.own_price for run in change.held] == [FLAT, None, FLAT]


@pytest.mark.parametrize(("held", "end"), [(PAID, 20), (WAITING, 25)])
def test_3_9_what_is_resumed_after_the_corrected_days_is_no_pending_change(held: list[Held], end: int) -> None:
    """3.5: the change that was made stood for another day, and nobody may withdraw the correction's."""
    runs = corrected(held, BUSINESS, 10, end).held
    assert shown(runs)[-1] == (PRODUCTION, end, None, CORRECTED)
    assert pending(runs, nth(TODAY)) is None


def test_3_9_a_change_pending_from_the_day_after_the_corrected_ones_stays_pending() -> None:
    waiting = pending(corrected(WAITING, BUSINESS, 10, 20).held, nth(TODAY))
    assert waiting == WAITING[1]


def test_3_4_the_free_plan_resumed_does_not_count_as_started() -> None:
    """3.4: it was assigned, so a plan can be chosen on the day it is resumed."""
    change = change_plan(
        corrected(FREE, BUSINESS, 10, TODAY).held,
        plan_id=PRODUCTION,
        start_day=nth(TODAY),
        today=nth(TODAY),
        staff=False,
        replace_pending=False,
        self_service_plans=frozenset({DEVELOPER, PRODUCTION, BUSINESS}),
    )
    assert shown(change.held)[-1] == (PRODUCTION, TODAY, None, CHANGED)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (nth(TODAY), None),
        (nth(TODAY), nth(TODAY + 1)),
        (nth(1), nth(2)),
        (nth(1), nth(60)),
        (date(2025, 6, 1), None),
        (date(2025, 6, 1), date(2025, 6, 2)),
    ],
)
def test_3_9_a_correction_starts_within_its_reach(start: date, end: date | None) -> None:
    """3.9 with the reach of 4.3: in June 2026 from 1 June 2025 on."""
    check_correction_days(start, end, nth(TODAY))


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (nth(TODAY + 1), None, "start_day"),
        (date(2025, 5, 31), None, "start_day"),
        (date(2025, 5, 31), nth(1), "start_day"),
        (nth(3), nth(3), "end_day"),
        (nth(3), nth(2), "end_day"),
    ],
)
def test_3_9_days_out_of_reach_are_refused(start: date, end: date | None, field: str) -> None:
    with pytest.raises(BillingError) as refused:
        check_correction_days(start, end, nth(TODAY))
    assert (refused.value.reason, refused.value.field) == (Reason.DAY_OUT_OF_RANGE, field)


@pytest.mark.parametrize(
    ("start", "end", "first"),
    [
        (1, None, None),
        (1, 8, None),
        (7, None, None),
        (1, 9, 8),
        (5, 14, 8),
        (8, None, 8),
        (8, 10, 8),
        (12, 14, 12),
        (13, None, None),
        (13, 400, None),
        (-3, 2, -3),
    ],
)
def test_3_9_days_under_a_contract_are_found(start: int, end: int | None, first: int | None) -> None:
    """3.9, 3.10: an account under a contract holds no plan of its own."""
    found = first_day_not_held(MEMBER, nth(start), None if end is None else nth(end))
    assert number_of(found) == first


@pytest.mark.parametrize(("day", "end"), [(1, 8), (7, 8), (8, 8), (12, 12), (13, None), (100, None)])
def test_3_9_an_open_correction_goes_as_far_as_a_plan_is_held(day: int, end: int | None) -> None:
    assert number_of(stretch_end(MEMBER, nth(day))) == end


PLANS = st.sampled_from([DEVELOPER, PRODUCTION, BUSINESS])
SPAN = 40


@st.composite
def histories(draw: st.DrawFn) -> list[Held]:
    """Runs with or without days between them, the last one open or not."""
    edges = sorted(draw(st.sets(st.integers(1, SPAN), min_size=2, max_size=9)))
    runs: list[Shown] = []
    for start, end in zip(edges, [*edges[1:-1], None], strict=False):
        if runs and draw(st.integers(0, 4)) == 0:
            continue  # days under a contract
        runs.append((draw(PLANS), start, end, draw(st.sampled_from([ASSIGNED, CHANGED, CORRECTED]))))
    last = runs[-1]
    if draw(st.booleans()):
        runs[-1] = (last[0], last[1], draw(st.integers(last[1] + 1, SPAN + 1)), last[3])
    return stored(*runs)


@thorough
@given(histories(), PLANS, st.integers(1, TODAY), st.none() | st.integers(1, SPAN + 5))
def test_3_9_day_by_day_corrected_days_have_the_plan_and_others_stay(
    held: list[Held], plan: str, start: int, length: int | None
) -> None:
    end = None if length is None else start + length
    if first_day_not_held(held, nth(start), None if end is None else nth(end)) is not None:
        return
    change = corrected(held, plan, start, end)
    stretch = stretch_end(held, nth(start))
    until = nth(end) if end is not None else stretch
    for number in range(-1, SPAN + 10):
        day = nth(number)
        before, after = held_on(held, day), held_on(change.held, day)
        assert sum(run.on(day) for run in change.held) <= 1
        assert (before is None) == (after is None)  # no day is gained or lost
        if before is None or after is None:
            continue
        is_corrected = nth(start) <= day and (until is None or day < until)
        assert after.plan_id == (plan if is_corrected else before.plan_id)
        assert not is_corrected or after.origin is CORRECTED
    kept = {run.key for run in change.held} - {None}
    assert kept | set(change.superseded) == {run.key for run in held}
    assert kept.isdisjoint(change.superseded)
    assert [run for run in held if run.key in kept] == [run for run in change.held if run.key is not None]
    assert all(run.start + ONE_DAY <= (run.end or date.max) for run in change.recorded)


@thorough
@given(histories(), PLANS, st.integers(1, TODAY))
def test_3_9_correcting_twice_is_correcting_once(held: list[Held], plan: str, start: int) -> None:
    end = stretch_end(held, nth(start))
    if end == nth(start):
        return
    once = corrected(held, plan, start)
    again = corrected(once.held, plan, start)
    assert shown(again.held) == shown(once.held)
