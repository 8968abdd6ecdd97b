"""Cutting a period into segments (5.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.period import Period, days
from billing.segments import Run, Segment, clip, cut, shared_with, terms_in_force
from billing.support import FlatPrice, Terms
from tests.rules.months import BUSINESS, JUNE, PRODUCTION, during, nth
from tests.rules.properties import thorough

ONE, TWO, OWN, OTHER = 1, 2, 10, 20  # accounts, and owners
WHOLE = Run(date.min, date.max, None)
PRODUCTION_1 = Terms("production", 1, 1, PRODUCTION)
PRODUCTION_2 = Terms("production", 2, 2, PRODUCTION)
OWN_PRICE = replace(PRODUCTION_1, price=FlatPrice(Decimal(2000)))
BUSINESS_1 = Terms("business", 3, 1, BUSINESS)

Lives = dict[int, Sequence[Run[None]]]


def spans(runs: Sequence[Run[int]]) -> list[tuple[int, int, int]]:
    """Runs by the numbers of their days in June."""
    return [((run.start - nth(1)).days + 1, (run.end - nth(1)).days + 1, run.value) for run in runs]


def pieces(segments: Sequence[Segment]) -> list[tuple[int, int, Terms, int, tuple[int, ...]]]:
    """Segments by the numbers of their days in June."""
    return [
        (
            (segment.start - nth(1)).days + 1,
            (segment.end - nth(1)).days + 1,
            segment.terms,
            segment.payer_key,
            segment.account_keys,
        )
        for segment in segments
    ]


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([WHOLE], [(1, 31)]),
        ([during(-10, 40, None)], [(1, 31)]),
        ([during(15, 16, None)], [(15, 16)]),
        ([during(-10, 1, None), during(31, 40, None)], []),  # the days around the period
        ([during(30, 31, None), during(0, 2, None)], [(1, 2), (30, 31)]),  # by day
        ([during(1, 10, None), during(10, 31, None)], [(1, 31)]),  # one value, adjacent: one run
        ([during(1, 10, None), during(11, 31, None)], [(1, 10), (11, 31)]),
        ([during(5, 5, None)], []),
        ([], []),
    ],
)
def test_5_4_runs_are_clipped_to_the_period(runs: list[Run[None]], expected: list[tuple[int, int]]) -> None:
    clipped = clip(runs, JUNE)
    assert [(run.start, run.end) for run in clipped] == [(nth(start), nth(end)) for start, end in expected]


def test_5_4_adjacent_runs_of_two_values_stay_two() -> None:
    assert spans(clip([during(10, 20, TWO), during(1, 10, ONE)], JUNE)) == [(1, 10, ONE), (10, 20, TWO)]


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([during(1, 31, "production")], [(1, 10, PRODUCTION_1), (10, 31, PRODUCTION_2)]),
        ([during(1, 10, "production")], [(1, 10, PRODUCTION_1)]),
        ([during(10, 31, "production")], [(10, 31, PRODUCTION_2)]),  # starts with the new version
        ([during(9, 11, "production")], [(9, 10, PRODUCTION_1), (10, 11, PRODUCTION_2)]),
        ([during(1, 31, "business")], [(1, 31, BUSINESS_1)]),  # another plan's version cuts nothing
        (
            [during(1, 15, "production"), during(15, 31, "business")],
            [(1, 10, PRODUCTION_1), (10, 15, PRODUCTION_2), (15, 31, BUSINESS_1)],
        ),
        ([], []),
    ],
)
def test_2_3_a_plan_held_is_cut_where_a_version_takes_effect(
    held: list[Run[str]], expected: list[tuple[int, int, Terms]]
) -> None:
    versions = {
        "production": [Run(date.min, nth(10), PRODUCTION_1), Run(nth(10), date.max, PRODUCTION_2)],
        "business": [Run(date.min, date.max, BUSINESS_1)],
    }
    in_force = terms_in_force(held, versions)
    assert [(run.start, run.end, run.value) for run in in_force] == [
        (nth(start), nth(end), terms) for start, end, terms in expected
    ]


MOVES = [during(-99, 11, OWN), during(11, 99, OTHER)]
RETURNS = [during(-99, 11, OWN), during(11, 21, OTHER), during(21, 99, OWN)]


@pytest.mark.parametrize(
    ("life", "groups", "expected"),
    [
        pytest.param(WHOLE, [during(-99, 99, OWN)], [(1, 31, OWN)], id="always there"),
        pytest.param(during(20, 99, None), [during(-99, 99, OWN)], [(1, 31, OWN)], id="created within"),
        pytest.param(during(-99, 16, None), [during(-99, 99, OWN)], [(1, 31, OWN)], id="closed within"),
        pytest.param(during(20, 21, None), [during(-99, 99, OWN)], [(1, 31, OWN)], id="a single day"),
        pytest.param(WHOLE, MOVES, [(1, 11, OWN), (11, 31, OTHER)], id="moves"),
        pytest.param(WHOLE, RETURNS, [(1, 11, OWN), (11, 21, OTHER), (21, 31, OWN)], id="moves and returns"),
        pytest.param(during(5, 99, None), MOVES, [(1, 11, OWN), (11, 31, OTHER)], id="created before the move"),
        pytest.param(during(11, 99, None), MOVES, [(1, 31, OTHER)], id="created on the day of the move"),
        pytest.param(during(20, 99, None), MOVES, [(1, 31, OTHER)], id="created after the move"),
        pytest.param(during(-99, 5, None), MOVES, [(1, 31, OWN)], id="closed before the move"),
        pytest.param(during(-99, 11, None), MOVES, [(1, 31, OWN)], id="closed on the day of the move"),
        pytest.param(during(-99, 12, None), MOVES, [(1, 11, OWN), (11, 31, OTHER)], id="closed the day after"),
        pytest.param(during(5, 8, None), MOVES, [(1, 31, OWN)], id="created and closed before the move"),
        pytest.param(during(15, 18, None), RETURNS, [(1, 31, OTHER)], id="created and closed between two moves"),
        pytest.param(during(15, 99, None), RETURNS, [(1, 21, OTHER), (21, 31, OWN)], id="created between two moves"),
        pytest.param(during(-99, 15, None), RETURNS, [(1, 11, OWN), (11, 31, OTHER)], id="closed between two moves"),
        pytest.param(during(-99, 1, None), MOVES, [], id="closed before the period"),
        pytest.param(during(31, 99, None), MOVES, [], id="created after the period"),
    ],
)
def test_5_4_an_account_counts_with_the_group_it_entered_first_or_left_last(
    life: Run[None], groups: list[Run[int]], expected: list[tuple[int, int, int]]
) -> None:
    assert spans(shared_with(JUNE, life, groups)) == expected


@pytest.mark.parametrize(
    ("terms", "payers", "accounts", "expected"),
    [
        pytest.param(
            [during(-99, 99, PRODUCTION_1)], [during(-99, 99, ONE)], {ONE: [WHOLE]},
            [(1, 31, PRODUCTION_1, ONE, (ONE,))],
            id="nothing changes",
        ),
        pytest.param(
            [during(-99, 15, PRODUCTION_1), during(15, 99, BUSINESS_1)], [during(-99, 99, ONE)], {ONE: [WHOLE]},
            [(1, 15, PRODUCTION_1, ONE, (ONE,)), (15, 31, BUSINESS_1, ONE, (ONE,))],
            id="the plan",
        ),
        pytest.param(
            [during(-99, 15, PRODUCTION_1), during(15, 99, PRODUCTION_2)], [during(-99, 99, ONE)], {ONE: [WHOLE]},
            [(1, 15, PRODUCTION_1, ONE, (ONE,)), (15, 31, PRODUCTION_2, ONE, (ONE,))],
            id="the version, at the same price",
        ),
        pytest.param(
            [during(-99, 15, PRODUCTION_1), during(15, 99, OWN_PRICE)], [during(-99, 99, ONE)], {ONE: [WHOLE]},
            [(1, 15, PRODUCTION_1, ONE, (ONE,)), (15, 31, OWN_PRICE, ONE, (ONE,))],
            id="the price, of the same version",
        ),
        pytest.param(
            [during(-99, 99, PRODUCTION_1)], [during(-99, 15, ONE), during(15, 99, TWO)], {ONE: [WHOLE], TWO: [WHOLE]},
            [(1, 15, PRODUCTION_1, ONE, (ONE, TWO)), (15, 31, PRODUCTION_1, TWO, (ONE, TWO))],
            id="the payer",
        ),
        pytest.param(
            [during(-99, 99, PRODUCTION_1)], [during(-99, 99, ONE)], {TWO: [during(15, 99, None)], ONE: [WHOLE]},
            [(1, 15, PRODUCTION_1, ONE, (ONE,)), (15, 31, PRODUCTION_1, ONE, (ONE, TWO))],
            id="the set of accounts grows",
        ),
        pytest.param(
            [during(-99, 99, PRODUCTION_1)], [during(-99, 99, ONE)],
            {ONE: [WHOLE], TWO: [during(-99, 10, None), during(20, 99, None)]},
            [
                (1, 10, PRODUCTION_1, ONE, (ONE, TWO)),
                (10, 20, PRODUCTION_1, ONE, (ONE,)),
                (20, 31, PRODUCTION_1, ONE, (ONE, TWO)),
            ],
            id="an account leaves and returns",
        ),
        pytest.param(
            [during(-99, 99, PRODUCTION_1)], [during(-99, 99, ONE)],
            {ONE: [during(-99, 15, None)], TWO: [during(15, 99, None)]},
            [(1, 15, PRODUCTION_1, ONE, (ONE,)), (15, 31, PRODUCTION_1, ONE, (TWO,))],
            id="one account takes another's place",
        ),
        pytest.param(
            [during(20, 99, PRODUCTION_1)], [during(-99, 99, ONE)], {ONE: [WHOLE]},
            [(20, 31, PRODUCTION_1, ONE, (ONE,))],
            id="only days on which the owner exists: created",
        ),
        pytest.param(
            [during(-99, 16, PRODUCTION_1)], [during(-99, 16, ONE)], {ONE: [WHOLE]},
            [(1, 16, PRODUCTION_1, ONE, (ONE,))],
            id="only days on which the owner exists: closed",
        ),
        pytest.param(
            [during(10, 20, PRODUCTION_1)], [during(-99, 99, ONE)],
            {ONE: [WHOLE], TWO: [during(-99, 5, None), during(25, 99, None)]},
            [(10, 20, PRODUCTION_1, ONE, (ONE,))],
            id="changes on other days do not cut",
        ),
        pytest.param(
            [during(-99, 10, PRODUCTION_1), during(20, 99, PRODUCTION_1)], [during(-99, 99, ONE)], {ONE: [WHOLE]},
            [(1, 10, PRODUCTION_1, ONE, (ONE,)), (20, 31, PRODUCTION_1, ONE, (ONE,))],
            id="two runs of one plan",
        ),
        pytest.param(
            [during(-99, 10, PRODUCTION_1), during(10, 99, PRODUCTION_1)],
            [during(-99, 20, ONE), during(20, 99, ONE)],
            {ONE: [during(-99, 25, None), during(25, 99, None)]},
            [(1, 31, PRODUCTION_1, ONE, (ONE,))],
            id="rows that change nothing do not cut",
        ),
        pytest.param(
            [during(-99, 15, PRODUCTION_1), during(15, 99, BUSINESS_1)],
            [during(-99, 15, ONE), during(15, 99, TWO)],
            {ONE: [WHOLE], TWO: [during(15, 99, None)]},
            [(1, 15, PRODUCTION_1, ONE, (ONE,)), (15, 31, BUSINESS_1, TWO, (ONE, TWO))],
            id="all change on one day",
        ),
        pytest.param(
            [during(30, 99, PRODUCTION_1)], [during(-99, 99, ONE)], {ONE: [WHOLE]},
            [(30, 31, PRODUCTION_1, ONE, (ONE,))],
            id="the last day alone",
        ),
        pytest.param([during(31, 99, PRODUCTION_1)], [during(-99, 99, ONE)], {ONE: [WHOLE]}, [], id="after the period"),
        pytest.param([], [during(-99, 99, ONE)], {ONE: [WHOLE]}, [], id="no plan"),
    ],
)  # fmt: skip
def test_5_4_a_period_is_cut_by_version_price_payer_and_set_of_accounts(
    terms: list[Run[Terms]],
    payers: list[Run[int]],
    accounts: Lives,
    expected: list[tuple[int, int, Terms, int, tuple[int, ...]]],
) -> None:
    found = cut(JUNE, terms, payers, accounts)
    assert pieces(found) == expected
    assert [segment.day_count for segment in found] == [end - start for start, end, *_ in expected]


def test_3_10_a_day_with_a_plan_and_no_payer_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError, match="no payer"):
        cut(JUNE, [during(1, 31, PRODUCTION_1)], [during(1, 30, ONE)], {ONE: [WHOLE]})
    with pytest.raises(AssertionError, match="no payer"):
        cut(JUNE, [during(1, 31, PRODUCTION_1)], [during(2, 31, ONE)], {ONE: [WHOLE], TWO: [during(1, 9, None)]})


# Random months: each day of a stretch longer than the period has a value, or none; equal neighbours are cut at random.
PERIODS = st.sampled_from([Period(2026, 2), Period(2028, 2), Period(2026, 6), Period(2026, 7)])
BEFORE, AFTER = 5, 36  # the numbers of the days around the longest period


def histories(values: Sequence[int | None]) -> st.SearchStrategy[list[int | None]]:
    """A value by day, changing now and then."""
    edges = st.lists(st.tuples(st.integers(1 - BEFORE, AFTER), st.sampled_from(values)), max_size=5)
    return edges.map(lambda changes: [_at(changes, values[0], number) for number in range(1 - BEFORE, AFTER)])


def _at(changes: Sequence[tuple[int, int | None]], first: int | None, number: int) -> int | None:
    made = [change for change in sorted(changes, key=lambda change: change[0]) if change[0] <= number]
    return made[-1][1] if made else first


def runs_of(history: Sequence[int | None], cuts: Sequence[int], period: Period) -> list[Run[int]]:
    """A history as runs, cut where the value changes and at some other days."""
    runs: list[Run[int]] = []
    for index, value in enumerate(history):
        if value is None:
            continue
        number = index + 1 - BEFORE
        start, end = nth(number, period), nth(number + 1, period)
        if runs and runs[-1].end == start and runs[-1].value == value and number not in cuts:
            runs[-1] = Run(runs[-1].start, end, value)
        else:
            runs.append(Run(start, end, value))
    return runs


TERMS = {1: PRODUCTION_1, 2: PRODUCTION_2, 3: BUSINESS_1}
CUTS = st.lists(st.integers(1, 31), max_size=4)


@st.composite
def months(
    draw: st.DrawFn,
) -> tuple[Period, dict[str, list[int | None]], list[Run[Terms]], list[Run[int]], Lives]:
    """A period, what holds on each day, and the same as runs."""
    period = draw(PERIODS)
    by_day = {
        "terms": draw(histories([1, 2, 3, None])),
        "payer": draw(histories([ONE, TWO])),
        **{str(key): draw(histories([0, None])) for key in (ONE, TWO, 3)},
    }
    terms = [Run(run.start, run.end, TERMS[run.value]) for run in runs_of(by_day["terms"], draw(CUTS), period)]
    payers = runs_of(by_day["payer"], draw(CUTS), period)
    accounts: Lives = {
        key: [Run(run.start, run.end, None) for run in runs_of(by_day[str(key)], draw(CUTS), period)]
        for key in (ONE, TWO, 3)
    }
    return period, by_day, terms, payers, accounts


@thorough
@given(months())
def test_5_4_segments_say_of_each_day_what_held_on_it(
    month: tuple[Period, dict[str, list[int | None]], list[Run[Terms]], list[Run[int]], Lives],
) -> None:
    period, by_day, terms, payers, accounts = month
    found = cut(period, terms, payers, accounts)
    for number in range(1, period.day_count + 1):
        index, day = number - 1 + BEFORE, nth(number, period)
        on_day = [segment for segment in found if segment.start <= day < segment.end]
        held = by_day["terms"][index]
        if held is None:
            assert on_day == []
            continue
        [segment] = on_day
        assert segment.terms == TERMS[held]
        assert segment.payer_key == by_day["payer"][index]
        assert segment.account_keys == tuple(key for key in (ONE, TWO, 3) if by_day[str(key)][index] is not None)


@thorough
@given(months())
def test_5_4_days_of_segments_add_up_to_the_days_the_plan_was_held(
    month: tuple[Period, dict[str, list[int | None]], list[Run[Terms]], list[Run[int]], Lives],
) -> None:
    period, by_day, terms, payers, accounts = month
    found = cut(period, terms, payers, accounts)
    days_held = sum(value is not None for value in by_day["terms"][BEFORE : BEFORE + period.day_count])
    assert sum(segment.day_count for segment in found) == days_held
    assert all(segment.day_count == days(segment.start, segment.end) > 0 for segment in found)


@thorough
@given(months())
def test_5_4_segments_are_the_longest_runs(
    month: tuple[Period, dict[str, list[int | None]], list[Run[Terms]], list[Run[int]], Lives],
) -> None:
    period, _, terms, payers, accounts = month
    found = cut(period, terms, payers, accounts)
    assert found == sorted(found, key=lambda segment: segment.start)
    for segment, following in pairwise(found):
        assert segment.end <= following.start
        if segment.end == following.start:
            assert replace(segment, start=following.start, end=following.end) != following


@thorough
@given(PERIODS, histories([OWN, OTHER]), CUTS, st.integers(1 - BEFORE, AFTER - 1), st.integers(1, 40))
def test_5_4_an_account_of_the_period_counts_with_one_group_on_each_day(
    period: Period, history: list[int | None], cuts: list[int], first: int, length: int
) -> None:
    life = Run(nth(first, period), nth(first + length, period), None)
    counted = shared_with(period, life, runs_of(history, cuts, period))
    own_days = [number for number in range(1, period.day_count + 1) if first <= number < first + length]
    if not own_days:
        assert counted == []
        return
    for number in range(1, period.day_count + 1):
        nearest = min(max(number, own_days[0]), own_days[-1])
        [value] = [run.value for run in counted if run.start <= nth(number, period) < run.end]
        assert value == history[nearest - 1 + BEFORE]
