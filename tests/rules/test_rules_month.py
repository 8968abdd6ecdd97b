"""What must hold of any month: nothing is lost between usage, lines, parts and records (1.2, 1.3, 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from billing.charges import ChargeKind, RecordView, SupportLineView
from billing.period import Period
from billing.segments import Run
from billing.support import FlatPrice, PlanPrice
from tests.rules.months import (
    CATALOGUE,
    CONTRACT,
    SUB1,
    SUB2,
    USD,
    A,
    B,
    Bill,
    Month,
    Used,
    account_sid,
    bill,
    during,
    throughout,
)
from tests.rules.properties import thorough

ACCOUNTS = [A, B, SUB1, SUB2]
PERIODS = st.sampled_from([Period(2026, 2), Period(2028, 2), Period(2026, 6), Period(2026, 7)])
PLANS = st.sampled_from(list(CATALOGUE))
PAID = st.sampled_from(["production", "business", "personalized", "flat"])
SPENDS = st.tuples(*[st.integers(0, 10**4) | st.integers(0, 10**9)] * len(ACCOUNTS))  # in cents
DAYS = st.lists(st.integers(2, 28), max_size=5, unique=True).map(sorted)


def used(spends: Sequence[int]) -> list[Used]:
    """The spend of each account, in cents."""
    return [Used(sid, f"{spend}E-2") for sid, spend in zip(ACCOUNTS, spends, strict=True)]


def pieces(edges: Sequence[int], values: Sequence[str], period: Period) -> list[Run[str]]:
    """Runs over the period and beyond, cut on days of it."""
    return [
        during(start, end, value, period)
        for (start, end), value in zip(pairwise([-30, *edges, 60]), values, strict=False)
    ]


def monthly(price: PlanPrice, spend_minor: int) -> Fraction:
    """What a whole month costs by 5.2, exactly, in cents."""
    if isinstance(price, FlatPrice):
        return Fraction(price.amount) * 100
    return max(Fraction(price.rate) * spend_minor, Fraction(price.minimum) * 100)


def exact(line: SupportLineView, period: Period) -> Fraction:
    """What a line comes to by 5.3, before it is rounded."""
    return monthly(line.price, line.spend_minor) * (line.end - line.start).days / period.day_count


def support_records(found: Bill) -> list[RecordView]:
    """The support records of a month."""
    return [record for record in found.records if record.kind is ChargeKind.SUPPORT_PLAN]


@st.composite
def months(draw: st.DrawFn) -> Month:
    """A month of two families, on plans of their own and on a contract's, whose payer changes."""
    period = draw(PERIODS)
    edges = draw(DAYS)
    groups = {
        sid: pieces(draw(DAYS), draw(st.lists(st.sampled_from([sid, CONTRACT]), min_size=6, max_size=6)), period)
        for sid in (A, B)
    }
    own = {
        sid: [Run(run.start, run.end, plan) for run in runs if run.value == sid for plan in [draw(PLANS)]]
        for sid, runs in groups.items()
    }
    plans = draw(st.lists(PLANS, min_size=6, max_size=6))
    payers = draw(st.lists(st.sampled_from([A, B]), min_size=6, max_size=6))
    lives = {}
    for sid in (SUB1, SUB2):
        first, length = draw(st.integers(-20, 25)), draw(st.integers(5, 60))
        lives[sid] = during(first, first + length, None, period)
    spends = draw(SPENDS)
    alive = {A, B} | {sid for sid, life in lives.items() if life.end > period.first_day and life.start < period.end_day}
    return Month(
        held={CONTRACT: pieces(edges, plans, period), **own},
        used=[row for row in used(spends) if row.account in alive],
        period=period,
        subaccounts={A: [SUB1], B: [SUB2]},
        members={CONTRACT: [A, B]},
        payers={CONTRACT: pieces(draw(DAYS), payers, period)},
        groups=groups,
        lives=lives,
    )


@thorough
@given(months())
def test_1_3_records_lines_and_parts_sum_exactly(month: Month) -> None:
    found = bill(month)
    assert found.failures == {}
    for record in support_records(found):
        assert record.amount_minor == sum(line.amount_minor for line in record.support_lines)
        for line in record.support_lines:
            assert line.amount_minor == sum(amount for _, amount, _ in line.parts)
            assert all(amount for _, amount, _ in line.parts)
            assert len({sid for sid, _, _ in line.parts}) == len(line.parts)


@thorough
@given(months())
def test_5_3_each_line_is_its_exact_amount_rounded_once(month: Month) -> None:
    for record in support_records(bill(month)):
        for line in record.support_lines:
            assert abs(line.amount_minor - exact(line, month.period)) <= Fraction(1, 2)


@thorough
@given(months())
def test_5_5_parts_are_proportional_to_spend_within_a_minor_unit(month: Month) -> None:
    spend = {row.account: USD.to_minor(Decimal(row.rated)) for row in month.used}
    for record in support_records(bill(month)):
        for line in record.support_lines:
            if not line.spend_minor:
                assert line.parts == [(record.payer_sid, line.amount_minor, 0)]
                continue
            for sid, amount, weight in line.parts:
                assert weight == spend[sid]
                assert abs(amount - Fraction(line.amount_minor * weight, line.spend_minor)) < 1


@thorough
@given(months())
def test_5_4_days_charged_are_the_days_a_paid_plan_was_held(month: Month) -> None:
    charged: dict[str, int] = {}
    for record in support_records(bill(month)):
        days = sum((line.end - line.start).days for line in record.support_lines)
        charged[record.party_sid] = charged.get(record.party_sid, 0) + days
    first, end = month.period.first_day, month.period.end_day
    held = {
        owner: sum(max((min(run.end, end) - max(run.start, first)).days, 0) for run in runs if run.value != "developer")
        for owner, runs in month.held.items()
    }
    assert charged == {owner: days for owner, days in held.items() if days}


@thorough
@given(months())
def test_5_4_on_each_day_an_account_counts_in_one_set_at_most(month: Month) -> None:
    by_day: dict[int, list[str]] = {}
    for record in support_records(bill(month)):
        for line in record.support_lines:
            for offset in range((line.end - line.start).days):
                number = (line.start - month.period.first_day).days + offset
                by_day.setdefault(number, []).extend(sid for sid, _, weight in line.parts if weight)
    assert all(len(sids) == len(set(sids)) for sids in by_day.values())


@thorough
@given(PERIODS, PAID, SPENDS, DAYS)
def test_5_4_rows_that_change_nothing_change_no_charge(
    period: Period, plan: str, spends: tuple[int, ...], edges: list[int]
) -> None:
    whole = Month({A: throughout(plan)}, used(spends), period=period, subaccounts={A: [B, SUB1, SUB2]})
    cut = replace(whole, held={A: pieces(edges, [plan] * 6, period)})
    assert bill(cut).records == bill(whole).records


@thorough
@given(PERIODS, PAID, SPENDS, DAYS)
def test_5_3_segments_of_a_month_without_changes_sum_exactly_before_rounding(
    period: Period, plan: str, spends: tuple[int, ...], edges: list[int]
) -> None:
    """Only the payer changes, so that the terms of each segment are those of the month."""
    whole = Month(
        {CONTRACT: throughout(plan)},
        used(spends),
        period=period,
        members={CONTRACT: ACCOUNTS},
        payers={CONTRACT: throughout(A)},
    )
    cut = replace(whole, payers={CONTRACT: pieces(edges, [A, B] * 3, period)})
    [record] = support_records(bill(whole))
    [line] = record.support_lines
    segments = [line for record in support_records(bill(cut)) for line in record.support_lines]
    assert len(segments) == len(edges) + 1
    total = monthly(CATALOGUE[plan], sum(spends))
    assert sum(exact(segment, period) for segment in segments) == exact(line, period) == total
    assert abs(sum(segment.amount_minor for segment in segments) - total) <= Fraction(len(segments), 2)


@thorough
@given(PERIODS, st.integers(1, 10**7), DAYS)
def test_5_3_segments_that_need_no_rounding_sum_to_the_month(period: Period, per_day: int, edges: list[int]) -> None:
    """The month's charge is a whole number of cents a day: rounding can not hide a lost day."""
    spend = per_day * period.day_count * 25 + 625_000 * period.day_count  # 4 % of it are as many cents a day
    whole = Month(
        {CONTRACT: throughout("production")},
        [Used(A, f"{spend}E-2")],
        period=period,
        members={CONTRACT: [A, B]},
        payers={CONTRACT: throughout(A)},
    )
    cut = replace(whole, payers={CONTRACT: pieces(edges, [A, B] * 3, period)})
    assert sum(record.amount_minor for record in support_records(bill(cut))) * 25 == spend
    assert sum(record.amount_minor for record in support_records(bill(whole))) * 25 == spend


@thorough
@given(months(), st.data())
def test_6_4_an_owner_is_charged_alike_alone_and_among_others(month: Month, data: st.DataObject) -> None:
    """A preview loads one family, a closing many: what falls to an account is the same."""
    other = account_sid("e")
    together = replace(
        month,
        held={**month.held, other: throughout(data.draw(PLANS))},
        used=[*month.used, Used(other, data.draw(st.integers(0, 10**6)))],
    )
    alone = bill(month).records
    assert [record for record in bill(together).records if other not in (record.payer_sid, record.party_sid)] == alone
