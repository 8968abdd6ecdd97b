"""Money: exact, rounded once, shared out without loss (1)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import Currency, round_half_away, share_out
from tests.rules.properties import thorough

USD, JPY, KWD = Currency("USD", 2), Currency("JPY", 0), Currency("KWD", 3)


@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [
        (USD, "0", 0),
        (USD, "213.33", 21333),
        (USD, "-41.67", -4167),
        (USD, "5000", 500000),
        (USD, "1.50000", 150),
        (USD, "92233720368547758.07", 2**63 - 1),
        (JPY, "5000", 5000),
        (KWD, "0.001", 1),
    ],
)
def test_1_1_amounts_and_minor_units_convert_exactly(currency: Currency, amount: str, minor: int) -> None:
    assert currency.to_minor(Decimal(amount)) == minor
    assert currency.to_decimal(minor) == Decimal(amount)


@pytest.mark.parametrize(("currency", "amount"), [(USD, "0.001"), (USD, "-0.005"), (JPY, "0.5"), (KWD, "0.0001")])
def test_1_1_an_amount_finer_than_the_minor_unit_is_refused(currency: Currency, amount: str) -> None:
    with pytest.raises(ValueError, match="decimal places"):
        currency.to_minor(Decimal(amount))


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [
        (0, 7, 0),
        (1, 2, 1),
        (-1, 2, -1),
        (3, 2, 2),
        (-3, 2, -2),
        (5, 2, 3),  # half to even would give 2
        (-5, 2, -3),
        (49, 100, 0),
        (-49, 100, 0),
        (50, 100, 1),
        (-50, 100, -1),
        (51, 100, 1),
        (1, 3, 0),
        (2, 3, 1),
        (-2, 3, -1),
        (7, 1, 7),
        (-7, 1, -7),
        (2 * 10**40 + 1, 2, 10**40 + 1),  # beyond any machine number
        (-(2 * 10**40 + 1), 2, -(10**40 + 1)),
    ],
)
def test_1_2_rounding_is_half_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert round_half_away(numerator, denominator) == rounded


@thorough
@given(st.integers(), st.integers(min_value=1))
def test_1_2_rounding_is_the_nearest_integer_and_the_outer_one_of_two(numerator: int, denominator: int) -> None:
    exact, rounded = Fraction(numerator, denominator), round_half_away(numerator, denominator)
    assert abs(rounded - exact) <= Fraction(1, 2)
    if abs(rounded - exact) == Fraction(1, 2):
        assert abs(rounded) > abs(exact)


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (40000, [6000, 3000, 1000], [24000, 12000, 4000]),  # E6
        (600000, [40000, 60000], [240000, 360000]),  # E7
        (0, [1, 2], [0, 0]),
        (100, [7], [100]),
        (100, [1, 1, 1], [34, 33, 33]),  # a tie: the unit goes to the lower SID
        (200, [1, 1, 1], [67, 67, 66]),
        (1, [1, 1], [1, 0]),
        (1, [1, 2], [0, 1]),  # the larger remainder, though of the higher SID
        (10, [1, 1, 4], [2, 2, 6]),  # 1.67, 1.67, 6.67: all tie, two units for the first two
        (10, [0, 1, 0, 1], [0, 5, 0, 5]),
        (11, [0, 1, 0, 1], [0, 6, 0, 5]),  # a weight of zero gets nothing, whatever its SID
        (3, [1, 0, 1], [2, 0, 1]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (-1, [1, 2], [0, -1]),
        (-4167, [1, 0], [-4167, 0]),
        (2**63 - 1, [2**62, 2**62], [2**62, 2**62 - 1]),
    ],
)
def test_1_3_a_line_is_shared_out_by_largest_remainder(amount: int, weights: list[int], parts: list[int]) -> None:
    assert share_out(amount, weights) == parts


def test_1_3_to_share_out_by_weights_of_zero_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError):
        share_out(100, [0, 0])


WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**19) | st.integers(0, 5), min_size=1, max_size=12).filter(any)
AMOUNTS = st.integers(min_value=-(2**63), max_value=2**63) | st.integers(-20, 20)


@thorough
@given(AMOUNTS, WEIGHTS)
def test_1_3_parts_sum_to_the_line_and_are_proportional_within_a_minor_unit(amount: int, weights: list[int]) -> None:
    parts = share_out(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1


@thorough
@given(AMOUNTS, WEIGHTS)
def test_1_3_a_larger_weight_never_gets_less_and_of_equal_ones_the_first_gets_most(
    amount: int, weights: list[int]
) -> None:
    parts = [abs(part) for part in share_out(amount, weights)]
    ranked = sorted(range(len(weights)), key=lambda index: (-weights[index], index))
    assert [parts[index] for index in ranked] == sorted(parts, reverse=True)


@thorough
@given(AMOUNTS, WEIGHTS)
def test_1_3_only_accounts_with_spend_get_a_part_and_signs_do_not_mix(amount: int, weights: list[int]) -> None:
    for part, weight in zip(share_out(amount, weights), weights, strict=True):
        assert part * amount >= 0
        assert weight or not part


@thorough
@given(AMOUNTS, WEIGHTS)
def test_1_3_a_negative_line_is_shared_out_like_its_opposite(amount: int, weights: list[int]) -> None:
    assert share_out(-amount, weights) == [-part for part in share_out(amount, weights)]
