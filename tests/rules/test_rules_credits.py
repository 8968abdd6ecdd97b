"""Support credits (8.3 to 8.5): until when they are claimed, their ids, and how payers use them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.charges import ChargeKind, charge_id
from billing.credits import (
    OpenCredit,
    credit_id,
    credit_record,
    credit_view,
    last_claim_day,
    plan_amounts,
    use_credits,
)
from billing.explanation import explain
from billing.money import MINOR_LIMIT, Currency
from billing.period import Period
from tests.rules.properties import thorough

PAYER, OTHER = 1, 2
JUNE = Period(2026, 6)


def credit(
    amount: int, used: int = 0, *, month: int = 6, rank: int = 2, owner: str = "AC1", payer: int = PAYER, key: int = 1
) -> OpenCredit:
    """What a payer is credited, and has used of it."""
    return OpenCredit(key, payer, f"AC{payer}", 9, owner, f"plan-{rank}", rank, Period(2026, month), amount, used)


def used(available: Sequence[OpenCredit], owed: dict[int, int]) -> list[tuple[int, int]]:
    """Which credits are used, by key, and how much of each."""
    return [(use.credit.credit_key, use.use_minor) for use in use_credits(available, owed)]


@pytest.mark.parametrize(
    ("month", "last"),
    [
        (Period(2026, 6), date(2026, 7, 30)),
        (Period(2026, 7), date(2026, 8, 30)),
        (Period(2026, 1), date(2026, 3, 2)),
        (Period(2024, 1), date(2024, 3, 1)),
        (Period(2026, 12), date(2027, 1, 30)),
        (Period(2026, 2), date(2026, 3, 30)),
    ],
)
def test_8_3_a_claim_is_received_within_30_days_after_the_last_day_of_the_month(month: Period, last: date) -> None:
    assert last_claim_day(month) == last


@pytest.mark.parametrize(
    ("available", "owed", "expected"),
    [
        pytest.param([credit(40_000)], 15_000, [(1, 15_000)], id="E21, the first closing"),
        pytest.param([credit(40_000, 15_000)], 90_000, [(1, 25_000)], id="E21, the second"),
        ([credit(40_000)], 40_000, [(1, 40_000)]),
        ([credit(40_000)], 0, []),
        ([credit(40_000)], -500, []),
        ([credit(40_000, 40_000)], 100, []),
        ([], 100, []),
        ([credit(30, month=7, key=1), credit(40, month=6, key=2)], 50, [(2, 40), (1, 10)]),
        ([credit(30, rank=3, key=1), credit(40, rank=2, key=2)], 50, [(2, 40), (1, 10)]),
        ([credit(30, owner="CT1", key=1), credit(40, owner="AC1", key=2)], 50, [(2, 40), (1, 10)]),
        ([credit(30, month=6, rank=3, key=1), credit(40, month=7, rank=2, key=2)], 50, [(1, 30), (2, 20)]),
        ([credit(30, key=1), credit(40, month=7, key=2)], 30, [(1, 30)]),
        ([credit(2 * MINOR_LIMIT)], 3 * MINOR_LIMIT, [(1, MINOR_LIMIT)]),  # a record carries no more; the rest waits
    ],
)
def test_8_5_credits_are_used_up_to_what_is_owed_the_oldest_month_first(
    available: list[OpenCredit], owed: int, expected: list[tuple[int, int]]
) -> None:
    assert used(available, {PAYER: owed}) == expected


def test_8_5_each_payer_uses_its_own() -> None:
    available = [credit(100, payer=OTHER, key=3), credit(100, key=2), credit(100, payer=7, key=4)]
    assert used(available, {PAYER: 30, OTHER: 70}) == [(2, 30), (3, 70)]


def test_8_5_a_use_says_what_was_owed_before_credits() -> None:
    uses = use_credits([credit(30), credit(40, month=7)], {PAYER: 50})
    assert [use.owed_minor for use in uses] == [50, 50]


CREDITS = st.builds(
    lambda amount, share, month, rank, payer: credit(
        amount, amount * share // 100, month=month, rank=rank, payer=payer
    ),
    st.integers(1, 10_000),
    st.integers(0, 100),
    st.integers(1, 12),
    st.integers(1, 4),
    st.integers(1, 3),
)


@given(st.lists(CREDITS, max_size=10), st.dictionaries(st.integers(1, 3), st.integers(-20_000, 20_000)))
@thorough
def test_8_5_a_payer_uses_all_it_can_and_no_more(available: list[OpenCredit], owed: dict[int, int]) -> None:
    uses = use_credits(available, owed)
    assert all(0 < use.use_minor <= use.credit.credit_minor - use.credit.used_minor for use in uses)
    for payer in (1, 2, 3):
        open_minor = sum(each.credit_minor - each.used_minor for each in available if each.payer_key == payer)
        total = sum(use.use_minor for use in uses if use.credit.payer_key == payer)
        assert total == min(open_minor, max(owed.get(payer, 0), 0))


def test_8_4_the_id_of_a_credit_depends_on_owner_plan_and_month_alone() -> None:
    ids = {
        credit_id(owner, plan_id, month)
        for owner in ("AC1", "CT1")
        for plan_id in ("production", "business")
        for month in (JUNE, Period(2026, 7))
    }
    assert len(ids) == 8
    assert {len(each) for each in ids} == {16}
    assert credit_id("AC1", "production", JUNE).hex() == "9ae00e7ae27cb817175894aee06f17ff"  # stays what it is


def test_6_2_the_id_of_a_record_depends_on_the_plan_of_its_credit() -> None:
    uses = use_credits([credit(100), credit(100, rank=3)], {PAYER: 200})
    ids = {credit_record(use, Period(2026, 7)).charge_id for use in uses}
    ids |= {credit_record(use, Period(2026, 8)).charge_id for use in uses}
    assert len(ids) == 4
    plain = charge_id(ChargeKind.SUPPORT_CREDIT, "AC1", "AC1", JUNE, Period(2026, 7))
    assert plain not in ids
    assert charge_id(ChargeKind.SUPPORT_CREDIT, "AC1", "AC1", JUNE, Period(2026, 7), "") == plain


def test_6_3_the_digest_of_a_record_depends_on_what_is_used() -> None:
    digests = {
        credit_record(use, JUNE).record_digest for owed in (50, 60) for use in use_credits([credit(99)], {PAYER: owed})
    }
    assert len(digests) == 2


def test_6_8_a_credit_is_a_record_of_one_negative_line() -> None:
    [use] = use_credits([credit(40_000, 15_000)], {PAYER: 90_000})
    record = credit_record(use, Period(2026, 8))
    [line] = record.credit_lines
    assert (record.kind, record.period, record.payer_key, record.party_key) == (
        ChargeKind.SUPPORT_CREDIT,
        JUNE,
        PAYER,
        9,
    )
    assert record.amount_minor == line.amount_minor == -25_000
    assert (line.credit_minor, line.used_before_minor, line.owed_minor) == (40_000, 15_000, 90_000)
    view = credit_view(use, Period(2026, 8))
    assert (view.charge_id, view.amount_minor, view.adjustment) == (record.charge_id, -25_000, True)


@pytest.mark.parametrize(
    ("owed", "formula", "left"),
    [
        (15_000, "−min(400.00 − 0.00, 150.00 still owed) = -150.00", "250.00"),
        (40_000, "−(400.00 − 0.00) = -400.00", None),
    ],
)
def test_6_7_a_credit_explains_itself(owed: int, formula: str, left: str | None) -> None:
    [use] = use_credits([credit(40_000)], {PAYER: owed})
    explanation = explain(credit_view(use, Period(2026, 7)), Currency("USD", 2))
    [words] = explanation.lines
    assert (explanation.rules, words.formula) == ("8.3 to 8.5", formula)
    assert any("was left for later closings" in note and str(left) in note for note in words.notes) is (
        left is not None
    )


def test_8_4_only_support_plans_are_credited() -> None:
    [use] = use_credits([credit(100)], {PAYER: 100})
    assert plan_amounts(credit_record(use, JUNE)) == []
