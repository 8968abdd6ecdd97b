"""Charge records in words (6.7)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.charges import ChargeKind, RecordView, SupportLineView, UsageLineView
from billing.explanation import LineInWords, explain
from billing.money import Currency, round_half_away
from billing.period import Period
from billing.pricing import Graduated, Package, PerUnit, Pricing, Tier, Volume
from billing.support import FlatPrice, PlanPrice, UsageBasedPrice, charge
from tests.rules.months import BUSINESS, CONTRACT, JUNE, PRODUCTION, SUB1, USD, A, Month, Used, bill, cents, during, nth
from tests.rules.properties import thorough


def support_record(*lines: SupportLineView, period: Period = JUNE, owner: str = A) -> RecordView:
    """A support record of some lines."""
    amount = sum(line.amount_minor for line in lines)
    return RecordView(b"\x01" * 16, 7, ChargeKind.SUPPORT_PLAN, A, owner, period, period, amount, [], list(lines))


def usage_record(line: UsageLineView) -> RecordView:
    """A usage record of one line."""
    return RecordView(b"\x02" * 16, 8, ChargeKind.USAGE, A, SUB1, JUNE, JUNE, line.amount_minor, [line], [])


def segment(
    price: PlanPrice, spend: str, days: tuple[int, int], amount: str, *, plan: str = "production", version: int = 1
) -> SupportLineView:
    """A support line of June with one part."""
    parts = [(A, cents(amount), cents(spend))]
    return SupportLineView(plan, version, price, cents(spend), nth(days[0]), nth(days[1]), cents(amount), parts)


def only(record: RecordView, currency: Currency = USD) -> LineInWords:
    """The words of the record's one line."""
    explanation = explain(record, currency)
    assert explanation.record is record
    [line] = explanation.lines
    return line


@pytest.mark.parametrize(
    ("line", "formula"),
    [
        (segment(PRODUCTION, "10000.00", (1, 31), "400.00"), "max(4 % × 10,000.00, 250.00) × 30 / 30 = 400.00"),  # E1
        (segment(PRODUCTION, "10000.00", (15, 31), "213.33"), "max(4 % × 10,000.00, 250.00) × 16 / 30 = 213.33"),  # E3
        (segment(BUSINESS, "1000.00", (15, 31), "800.00"), "max(6 % × 1,000.00, 1,500.00) × 16 / 30 = 800.00"),  # E5
        (segment(PRODUCTION, "0.00", (30, 31), "8.33"), "max(4 % × 0.00, 250.00) × 1 / 30 = 8.33"),
        (segment(FlatPrice(Decimal(2000)), "77.00", (15, 31), "1066.67"), "2,000.00 × 16 / 30 = 1,066.67"),  # E22
        (
            segment(UsageBasedPrice(Decimal("0.040000000"), Decimal("250.000000000")), "1.00", (1, 31), "250.00"),
            "max(4 % × 1.00, 250.00) × 30 / 30 = 250.00",  # as the store keeps them
        ),
        (
            segment(UsageBasedPrice(Decimal("0.0375"), Decimal("0.005")), "1234567.89", (1, 31), "46296.30"),
            "max(3.75 % × 1,234,567.89, 0.005) × 30 / 30 = 46,296.30",  # a minimum finer than a cent is not rounded
        ),
        (
            segment(UsageBasedPrice(Decimal("0.5"), Decimal(0)), "10.00", (1, 31), "5.00"),
            "max(50 % × 10.00, 0.00) × 30 / 30 = 5.00",
        ),
    ],
)
def test_6_7_a_support_line_shows_its_formula_with_its_numbers(line: SupportLineView, formula: str) -> None:
    assert only(support_record(line)).formula == formula


def test_6_7_a_support_line_tells_plan_version_rate_minimum_spend_days_and_parts() -> None:
    line = SupportLineView(
        "production", 3, PRODUCTION, cents("10000.00"), nth(15), nth(31), cents("213.33"),
        [(A, 12800, 600000), (SUB1, 8533, 400000)],
    )  # fmt: skip
    explanation = explain(support_record(line, owner=CONTRACT), USD)
    assert explanation.rules == "5.1 to 5.5, 1.2, 1.3"
    [words] = explanation.lines
    assert words.summary == f"production support (version 3) of {CONTRACT} in 2026-06"
    assert words.notes == [
        "The plan costs 4 % of the spend of 10,000.00 USD, at least 250.00 a month.",
        "It was active on 16 of the month's 30 days: 2026-06-15 up to, not including, 2026-07-01.",
        "The amount is shared out over 2 accounts in proportion to their spend.",
    ]


def test_6_7_a_flat_price_is_told_as_such_and_one_part_is_not_shared() -> None:
    words = only(support_record(segment(FlatPrice(Decimal(2000)), "0.00", (1, 31), "2000.00", plan="business")))
    assert words.notes == [
        "The plan costs a flat 2,000.00 USD a month.",
        "It was active on 30 of the month's 30 days: 2026-06-01 up to, not including, 2026-07-01.",
        "No account had spend in the period, so the amount goes to the payer (1.3).",
    ]


@pytest.mark.parametrize(
    ("rated_nanos", "unrated_micros", "unit_price", "amount", "formula"),
    [
        (10_000_000_000_000, 0, None, "10000.00", "10,000 = 10,000.00"),
        (12_500_000_000, 0, None, "12.50", "12.5 = 12.50"),
        (5_000_000, 0, None, "0.01", "0.005 = 0.01"),
        (1, 0, Decimal("0.0085"), "0.00", "0.000000001 + 0 × 0.0085 = 0.00"),
        (0, 2_000_000_000, Decimal("0.0085"), "17.00", "2,000 × 0.0085 = 17.00"),
        (0, 1_500_000, Decimal("0.010000000000"), "0.02", "1.5 × 0.01 = 0.02"),
        (0, 1, Decimal("1E+3"), "0.00", "0.000001 × 1,000 = 0.00"),
        (12_500_000_000, 1_000_000_000, Decimal("0.0085"), "21.00", "12.5 + 1,000 × 0.0085 = 21.00"),
        (10**25, 10**26, Decimal("0.000000000001"), "10000000100000000.00",
         "10,000,000,000,000,000 + 100,000,000,000,000,000,000 × 0.000000000001 = 10,000,000,100,000,000.00"),
    ],
)  # fmt: skip
def test_6_7_a_usage_line_shows_its_formula_with_its_numbers(
    rated_nanos: int, unrated_micros: int, unit_price: Decimal | None, amount: str, formula: str
) -> None:
    pricing, start = (None, "") if unit_price is None else (PerUnit(unit_price), "2026-01")
    line = UsageLineView("sms", cents(amount), rated_nanos, unrated_micros, pricing, start, covered=True)
    assert only(usage_record(line)).formula == formula


def test_6_7_a_usage_line_tells_price_what_was_rated_upstream_and_what_is_not_covered() -> None:
    line = UsageLineView(
        "sms", 2100, 12_500_000_000, 1_000_000_000, PerUnit(Decimal("0.0085")), "2026-03", covered=False
    )
    explanation = explain(usage_record(line), USD)
    assert explanation.rules == "4.5, 4.6, 1.2"
    [words] = explanation.lines
    assert words.summary == f"sms used by {SUB1} in 2026-06"
    assert words.notes == [
        "The price of a unit, 0.0085 USD, holds from 2026-03 on.",
        "12.5 USD was rated upstream.",
        "Support does not cover this product: the line is not part of the spend (4.7, 5.1).",
    ]


def test_6_7_a_covered_usage_line_says_no_more_than_it_needs() -> None:
    line = UsageLineView("sms", 1700, 0, 2_000_000_000, PerUnit(Decimal("0.0085")), "2026-03", covered=True)
    assert only(usage_record(line)).notes == ["The price of a unit, 0.0085 USD, holds from 2026-03 on."]


TIERS = (Tier(Decimal("1000.000000"), Decimal("0.010000000000")), Tier(None, Decimal("0.008")))


@pytest.mark.parametrize(
    ("pricing", "unrated", "included", "amount", "formula", "note"),
    [
        (Graduated(TIERS), "1500", "0", "14.00", "1,000 × 0.01 + 500 × 0.008 = 14.00",
         "Each part of the quantity is priced at its tier; from 2026-01 on: "
         "up to 1,000 at 0.01, beyond at 0.008 USD a unit."),
        (Graduated(TIERS), "1000", "0", "10.00", "1,000 × 0.01 = 10.00", None),
        (Graduated(TIERS), "1000.5", "0", "10.00", "1,000 × 0.01 + 0.5 × 0.008 = 10.00", None),
        (Graduated(TIERS), "1500", "1000", "5.00", "500 × 0.01 = 5.00", None),
        (Graduated((Tier(None, Decimal(3)),)), "2", "0", "6.00", "2 × 3 = 6.00",
         "Each part of the quantity is priced at its tier; from 2026-01 on: all at 3 USD a unit."),
        (Volume(TIERS), "1500", "0", "12.00", "1,500 × 0.008 = 12.00",
         "The whole quantity is priced at the tier it falls in; from 2026-01 on: "
         "up to 1,000 at 0.01, beyond at 0.008 USD a unit."),
        (Volume(TIERS), "1000", "0", "10.00", "1,000 × 0.01 = 10.00", None),
        (Package(Decimal("100.000000"), Decimal("0.900000000000")), "1501", "0", "14.40",
         "16 packages of 100 × 0.90 = 14.40", "A package of 100 costs 0.90 USD from 2026-01 on; begun ones count."),
        (Package(Decimal("0.5"), Decimal("0.0125")), "0.1", "0", "0.01", "1 package of 0.5 × 0.0125 = 0.01", None),
        (PerUnit(Decimal("0.0085")), "15000", "13000", "17.00", "2,000 × 0.0085 = 17.00", None),
    ],
)  # fmt: skip
def test_6_7_tiers_packages_and_quotas_are_told_with_their_numbers(
    pricing: Pricing, unrated: str, included: str, amount: str, formula: str, note: str | None
) -> None:
    """E23 and E25: 4.5, 7.3."""
    quantity, free = (int(Decimal(text).scaleb(6)) for text in (unrated, included))
    line = UsageLineView("sms", cents(amount), 0, quantity, pricing, "2026-01", covered=True, included_micros=free)
    explanation = explain(usage_record(line), USD)
    [words] = explanation.lines
    assert words.formula == formula
    assert note is None or words.notes == [note]
    assert explanation.rules == ("4.5, 4.6, 1.2, 7.3" if free else "4.5, 4.6, 1.2")


def test_6_7_a_quota_and_a_contracts_own_price_are_told() -> None:
    """7.3, 4.5."""
    price = PerUnit(Decimal("0.0085"))
    line = UsageLineView(
        "sms", 1700, 0, 15_000_000_000, price, "2026-03", covered=True, included_micros=13_000_000_000,
        contract_sid=CONTRACT,
    )  # fmt: skip
    assert only(usage_record(line)).notes == [
        "The price of a unit, 0.0085 USD, holds from 2026-03 on.",
        f"The price is {CONTRACT}'s own, for its members on the first day of the period (4.5).",
        "A quota of Flex includes 13,000 of the quantity of 15,000, which is not priced (7.3).",
    ]
    all_of_it = UsageLineView("sms", 100, 10**9, 10**6, None, "", covered=True, included_micros=10**6)
    assert only(usage_record(all_of_it)).formula == "1 = 1.00"


@pytest.mark.parametrize(
    ("currency", "formula"),
    [
        (Currency("JPY", 0), "max(4 % × 1,000,000, 250) × 30 / 30 = 40,000"),
        (Currency("KWD", 3), "max(4 % × 1,000.000, 250.000) × 30 / 30 = 40.000"),
    ],
)
def test_1_1_amounts_are_told_in_the_places_of_the_currency(currency: Currency, formula: str) -> None:
    line = SupportLineView("production", 1, PRODUCTION, 1_000_000, nth(1), nth(31), 40_000, [(A, 40_000, 1_000_000)])
    assert only(support_record(line), currency).formula == formula
    assert currency.code in only(support_record(line), currency).notes[0]


def test_6_7_every_line_of_a_record_is_told_by_day() -> None:
    found = bill(Month({A: [during(-99, 15, "production"), during(15, 99, "business")]}, [Used(A, 30_000)]))
    words = explain(found.support(A), USD).lines
    assert [line.formula for line in words] == [
        "max(4 % × 30,000.00, 250.00) × 14 / 30 = 560.00",
        "max(6 % × 30,000.00, 1,500.00) × 16 / 30 = 960.00",
    ]  # E4
    [usage] = explain(found.usage(A), USD).lines
    assert usage.formula == "30,000 = 30,000.00"


NUMBER = r"([\d,]+(?:\.\d+)?)"
USAGE_BASED = re.compile(rf"max\({NUMBER} % × {NUMBER}, {NUMBER}\) × (\d+) / (\d+) = {NUMBER}")


@thorough
@given(
    st.decimals(0, 2, places=9),
    st.decimals(0, 10**7, places=9),
    st.integers(0, 10**12),
    st.integers(1, 31),
    st.sampled_from([USD, Currency("JPY", 0), Currency("KWD", 3)]),
)
def test_6_7_the_formula_works_out(rate: Decimal, minimum: Decimal, spend: int, days: int, currency: Currency) -> None:
    price, period = UsageBasedPrice(rate, minimum), Period(2026, 7)
    amount = charge(price, spend, days, period.day_count, currency)
    line = SupportLineView("business", 1, price, spend, date(2026, 7, 1), nth(days + 1, period), amount, [])
    told = USAGE_BASED.fullmatch(only(support_record(line, period=period), currency).formula)
    assert told is not None
    percent, shown_spend, least, active, month, result = (Fraction(number.replace(",", "")) for number in told.groups())
    exact = max(percent / 100 * shown_spend, least) * active / month * 10**currency.minor_digits
    assert result * 10**currency.minor_digits == round_half_away(exact.numerator, exact.denominator) == amount
