"""When a payer's month is an outlier beside the one before."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.comparison import Threshold
from billing.money import Currency

USD, YEN = Currency("USD", 2), Currency("JPY", 0)


@pytest.mark.parametrize(
    ("amount", "previous", "outlier"),
    [
        (0, 0, False),
        (1_000_00, 0, False),  # from nothing: more than the amount
        (1_000_01, 0, True),
        (0, 1_000_00, False),  # to nothing likewise
        (0, 1_000_01, True),
        (6_000_00, 2_000_00, False),  # exactly the factor
        (6_000_01, 2_000_00, True),
        (2_000_00, 6_000_00, False),
        (2_000_00, 6_000_01, True),
        (1_499_99, 499_99, False),  # more than the factor, exactly the amount
        (1_499_99, 499_98, True),
        (1_00, 1, False),  # a hundred times, and next to nothing
        (9_000_000_00, 8_000_000_00, False),  # a large amount, and a small factor
        (10**30, 10**29, True),
    ],
)
def test_an_outlier_differs_by_more_than_the_factor_and_the_amount(
    amount: int, previous: int, *, outlier: bool
) -> None:
    threshold = Threshold.of(Decimal(3), Decimal(1000), USD)
    assert threshold.exceeded(amount, previous) is outlier


def test_a_factor_is_compared_exactly() -> None:
    threshold = Threshold(Decimal("1.1"), 0)
    assert not threshold.exceeded(110, 100)  # 1.1 as a binary float is more than that
    assert threshold.exceeded(111, 100)


def test_the_amount_is_of_the_currency() -> None:
    assert Threshold.of(Decimal(3), Decimal(1000), USD).amount_minor == 100_000
    assert Threshold.of(Decimal(3), Decimal(1000), YEN).amount_minor == 1_000


@pytest.mark.parametrize(
    ("factor", "amount"), [("0.99", "1"), ("3", "-0.01"), ("3", "0.001"), ("NaN", "1"), ("3", "NaN"), ("Infinity", "1")]
)
def test_what_is_no_threshold_is_refused(factor: str, amount: str) -> None:
    with pytest.raises(ValueError, match=r"outliers|decimal places"):
        Threshold.of(Decimal(factor), Decimal(amount), USD)
