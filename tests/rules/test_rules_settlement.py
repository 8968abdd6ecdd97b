"""Settling closed periods (6.5): differences of parts, and which days have changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.calculation import Loaded, calculate
from billing.charges import ChargeKind
from billing.money import MINOR_LIMIT
from billing.period import Period
from billing.segments import Run
from billing.settlement import PartKey, changed_stretches, parts_due, settle
from tests.rules.months import JUNE, Month, Used, account_sid, during, nth, throughout

A, B = account_sid("a"), account_sid("b")


def usage_part(payer: int, account: int, product: int) -> PartKey:
    return PartKey(ChargeKind.USAGE, payer, account, product, account)


def held(*runs: tuple[int, int, str]) -> list[Run[str]]:
    return [during(first, end, value) for first, end, value in runs]


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ([], [], []),
        (held((1, 31, "x")), held((1, 31, "x")), []),
        (held((1, 31, "x")), held((1, 10, "x"), (10, 31, "x")), []),
        (held((1, 31, "x")), held((1, 10, "x"), (10, 31, "y")), [(10, 31)]),
        (held((1, 31, "x")), held((1, 10, "x"), (20, 31, "x")), [(10, 20)]),
        (held((5, 9, "x")), held((1, 5, "x"), (9, 12, "x")), [(1, 5), (5, 9), (9, 12)]),
        ([], held((3, 4, "y")), [(3, 4)]),
    ],
)
def test_the_days_on_which_something_else_holds(
    old: list[Run[str]], new: list[Run[str]], changed: list[tuple[int, int]]
) -> None:
    """6.5: only days that hold something else than they did can change a closed period."""
    assert changed_stretches(old, new) == [(nth(first), nth(end)) for first, end in changed]


@given(
    st.lists(st.sampled_from(["", "x", "y"]), min_size=30, max_size=30),
    st.lists(st.sampled_from(["", "x", "y"]), min_size=30, max_size=30),
)
def test_changed_days_day_by_day(old: list[str], new: list[str]) -> None:
    """6.5: the same, against the comparison of every day."""
    stretches = changed_stretches(_runs(old), _runs(new))
    found = {day for start, end in stretches for day in range(start.day, (end - date(2026, 6, 1)).days + 1)}
    assert found == {number + 1 for number in range(30) if old[number] != new[number]}


def _runs(values: list[str]) -> list[Run[str]]:
    return [during(number, number + 1, value) for number, value in enumerate(values, 1) if value]


def month(spend: str) -> Month:
    return Month(held={A: throughout("production")}, used=[Used(A, spend)])


def loaded_july(spend: str) -> Loaded:
    loaded = month(spend).loaded()
    ranks = {"developer": 1, "production": 2, "business": 3, "personalized": 4}
    return replace(loaded, closing_period=Period(2026, 7), plan_ranks=ranks)


def test_the_difference_of_every_part_is_a_record_per_payer_kind_and_party() -> None:
    """6.5, 6.8: what a period comes to now, less what records carried; E12's numbers."""
    before = loaded_july("10000.00")
    now = loaded_july("11000.00")
    carried = parts_due(before, calculate(before))
    records, failures = settle(now, parts_due(now, calculate(now)), carried)
    assert failures == {}
    assert [(record.kind, record.period, record.amount_minor) for record in sorted(records, key=lambda r: r.kind)] == [
        (ChargeKind.USAGE, JUNE, 100_000),
        (ChargeKind.SUPPORT_PLAN, JUNE, 4_000),
    ]


def test_nothing_changed_is_no_record() -> None:
    """5.6: parts of zero are left out, and so are lines and records without any."""
    loaded = loaded_july("10000.00")
    parts = parts_due(loaded, calculate(loaded))
    assert settle(loaded, parts, parts) == ([], {})


def test_what_is_owed_no_longer_is_given_back() -> None:
    """6.5: parts that were carried and come to nothing now are emitted with their negative."""
    loaded = loaded_july("10000.00")
    carried = parts_due(loaded, calculate(loaded))
    records, _ = settle(loaded, {}, carried)
    assert sorted(record.amount_minor for record in records) == [-1_000_000, -40_000]


def test_a_record_that_cancels_out_is_emitted_with_total_zero() -> None:
    """5.6: its line and record come to zero, its parts do not."""
    loaded = replace(loaded_july("1.00"), sids={1: A, 2: B})
    key = PartKey(ChargeKind.SUPPORT_PLAN, 1, 1, 2, 1)
    other = key._replace(account_key=2)
    [record], _ = settle(loaded, {key: 5, other: 10}, {key: 10, other: 5})
    assert record.amount_minor == 0
    assert [part.amount_minor for part in record.adjustment_lines[0].parts] == [-5, 5]


def test_an_amount_that_no_record_can_carry_sets_its_owner_apart() -> None:
    """6.6: the others are settled."""
    loaded = replace(loaded_july("1.00"), sids={1: A, 2: B})
    product = next(iter(loaded.products))
    due: Mapping[PartKey, int] = {usage_part(1, 1, product): MINOR_LIMIT, usage_part(2, 2, product): 7}
    records, failures = settle(loaded, due, {usage_part(1, 1, product): -1})
    assert [record.amount_minor for record in records] == [7]
    assert failures == {1: f"2026-06: adjustment of {A}: a record exceeds the largest amount it can carry"}


def test_the_id_of_an_adjustment_depends_on_both_periods() -> None:
    """6.2: the same period settled by another closing is another record."""
    loaded = loaded_july("1.00")
    product = next(iter(loaded.products))
    due = {usage_part(1, 1, product): 7}
    [july], _ = settle(loaded, due, {})
    [august], _ = settle(replace(loaded, closing_period=Period(2026, 8)), due, {})
    assert july.charge_id != august.charge_id
    assert july.record_digest != august.record_digest
