"""The support charge of a segment: the plan's month, pro-rated by the days it was active (5.2, 5.3)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import Currency
from billing.period import days
from billing.support import FlatPrice, PlanPrice, UsageBasedPrice, charge
from tests.rules.months import BUSINESS, FREE, JUNE, PERSONALIZED, PRODUCTION, USD, cents, nth
from tests.rules.properties import thorough

FLAT = FlatPrice(Decimal(2000))


@pytest.mark.parametrize(
    ("price", "spend", "monthly"),
    [
        (PRODUCTION, "10000.00", "400.00"),  # E1
        (PRODUCTION, "5000.00", "250.00"),  # E2
        (PRODUCTION, "0.00", "250.00"),
        (PRODUCTION, "6250.00", "250.00"),  # rate and minimum agree
        (PRODUCTION, "6249.99", "250.00"),
        (PRODUCTION, "6250.12", "250.00"),  # 250.0048
        (PRODUCTION, "6250.13", "250.01"),  # 250.0052
        (BUSINESS, "25000.00", "1500.00"),
        (BUSINESS, "100000.00", "6000.00"),  # E7
        (PERSONALIZED, "62500.00", "5000.00"),
        (PERSONALIZED, "100000.00", "8000.00"),
        (FREE, "1000000.00", "0.00"),
        (FLAT, "0.00", "2000.00"),
        (FLAT, "1000000.00", "2000.00"),
        (UsageBasedPrice(Decimal("0.000000001"), Decimal(0)), "5000000.00", "0.01"),  # 0.005: half away from zero
        (UsageBasedPrice(Decimal("0.05"), Decimal("0.005")), "0.00", "0.01"),
    ],
)
def test_5_2_a_month_costs_the_larger_of_rate_times_spend_and_minimum(
    price: PlanPrice, spend: str, monthly: str
) -> None:
    assert charge(price, cents(spend), 30, 30, USD) == cents(monthly)


@pytest.mark.parametrize(
    ("price", "spend", "active", "month", "amount"),
    [
        (PRODUCTION, "10000.00", 16, 30, "213.33"),  # E3
        (PRODUCTION, "30000.00", 14, 30, "560.00"),  # E4
        (BUSINESS, "30000.00", 16, 30, "960.00"),
        (PRODUCTION, "1000.00", 14, 30, "116.67"),  # E5
        (BUSINESS, "1000.00", 16, 30, "800.00"),
        (PRODUCTION, "31000.00", 10, 31, "400.00"),  # E8
        (BUSINESS, "62000.00", 10, 31, "1200.00"),
        (BUSINESS, "93000.00", 21, 31, "3780.00"),
        (PRODUCTION, "0.00", 1, 28, "8.93"),  # E14
        (PRODUCTION, "10000.00", 11, 30, "146.67"),  # E15
        (PRODUCTION, "10000.00", 15, 30, "200.00"),  # E16
        (BUSINESS, "2000.00", 19, 30, "950.00"),  # E17
        (FLAT, "0.00", 16, 30, "1066.67"),  # E22
        (FLAT, "77777.77", 16, 30, "1066.67"),
        (PRODUCTION, "0.00", 3, 31, "24.19"),  # E29
        (PRODUCTION, "0.00", 29, 29, "250.00"),
        (FREE, "10000.00", 15, 30, "0.00"),
    ],
)
def test_5_3_pro_rates_by_days_active(price: PlanPrice, spend: str, active: int, month: int, amount: str) -> None:
    assert charge(price, cents(spend), active, month, USD) == cents(amount)


def test_5_3_a_plan_from_the_15th_of_a_month_of_30_days_is_active_16_days() -> None:
    assert days(nth(15), JUNE.end_day) == 16


@pytest.mark.parametrize(
    ("price", "spend", "active", "month", "amount"),
    [
        (PRODUCTION, "10000.10", 15, 30, "200.00"),  # 200.002
        (PRODUCTION, "10000.25", 15, 30, "200.01"),  # 200.005 exactly
        (UsageBasedPrice(Decimal("0.01"), Decimal(0)), "1.00", 15, 30, "0.01"),  # half a cent
        (UsageBasedPrice(Decimal("0.01"), Decimal(0)), "1.00", 14, 30, "0.00"),
        (UsageBasedPrice(Decimal("0.01"), Decimal(0)), "0.50", 30, 30, "0.01"),
        (FlatPrice(Decimal("0.01")), "0.00", 10, 31, "0.00"),
        (FlatPrice(Decimal("0.01")), "0.00", 16, 31, "0.01"),
        (UsageBasedPrice(Decimal("0.000000001"), Decimal(0)), "92233720368547758.07", 31, 31, "92233720.37"),
    ],
)
def test_1_2_a_line_is_rounded_once_half_away_from_zero(
    price: PlanPrice, spend: str, active: int, month: int, amount: str
) -> None:
    assert charge(price, cents(spend), active, month, USD) == cents(amount)


@pytest.mark.parametrize(("code", "digits", "minor"), [("JPY", 0, 133), ("USD", 2, 13333), ("KWD", 3, 133333)])
def test_1_2_a_line_is_rounded_to_the_minor_unit_of_the_currency(code: str, digits: int, minor: int) -> None:
    assert charge(PRODUCTION, 0, 16, 30, Currency(code, digits)) == minor


PRICES = st.builds(UsageBasedPrice, st.decimals(0, 10, places=9), st.decimals(0, 10**9, places=9)) | st.builds(
    FlatPrice, st.decimals(0, 10**9, places=9)
)
SPENDS = st.integers(0, 2**63)


@thorough
@given(PRICES, SPENDS, st.integers(28, 31).flatmap(lambda month: st.tuples(st.integers(0, month), st.just(month))))
def test_5_3_the_charge_is_the_exact_fraction_rounded_once(
    price: PlanPrice, spend: int, active_of_month: tuple[int, int]
) -> None:
    active, month = active_of_month
    if isinstance(price, FlatPrice):
        monthly = Fraction(price.amount) * 100
    else:
        monthly = max(Fraction(price.rate) * spend, Fraction(price.minimum) * 100)
    exact = monthly * active / month
    found = charge(price, spend, active, month, USD)
    assert abs(found - exact) <= Fraction(1, 2)
    assert found >= exact or exact - found < Fraction(1, 2)  # a half is rounded up


@thorough
@given(PRICES, SPENDS, st.integers(28, 31))
def test_5_3_a_whole_month_costs_what_5_2_says_and_no_day_costs_nothing(
    price: PlanPrice, spend: int, month: int
) -> None:
    assert charge(price, spend, month, month, USD) == charge(price, spend, 1, 1, USD)
    assert charge(price, spend, 0, month, USD) == 0
