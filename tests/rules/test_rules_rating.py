"""Rating usage: rated amounts and priced quantities come to one line (4.5, 4.6)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import MINOR_LIMIT, Currency
from billing.rating import ProductTerms, UsageLines, UsageSums, rate
from tests.rules.months import USD
from tests.rules.properties import thorough

FAMILY, OTHER = 1, 7
SMS, VOICE, FAX = 1, 2, 3


class Row(NamedTuple):
    """The usage of an account and product, in 10⁻⁹ of the currency and 10⁻⁶ of the unit."""

    family: int
    account: int
    product: int
    rated_nanos: int
    unrated_micros: int


def sums(rows: Sequence[Row], exact: npt.DTypeLike = object) -> UsageSums:
    """Rows as the columns that are rated; numbers of 64 bits, or Python's own."""
    keys = [np.array([row[place] for row in rows], dtype=np.int64) for place in range(3)]
    return UsageSums(*keys, *(np.array([row[place] for row in rows], dtype=exact) for place in (3, 4)))


def priced(price: str | None, *, covered: bool = True, key: int = 9) -> ProductTerms:
    """The terms of a product."""
    if price is None:
        return ProductTerms("sms", covered)
    return ProductTerms("sms", covered, key, Decimal(price), "2026-01")


def shown(lines: UsageLines) -> list[tuple[int, int, int, int]]:
    """Of each line, its family, account, product and amount."""
    found = zip(lines.sums.family_key, lines.sums.account_key, lines.sums.product_key, lines.amount_minor, strict=True)
    return [(int(family), int(account), int(product), int(amount)) for family, account, product, amount in found]


NANOS, MICROS = 10**9, 10**6


@pytest.mark.parametrize(
    ("price", "rated_nanos", "unrated_micros", "minor"),
    [
        (None, 10_000 * NANOS, 0, 1_000_000),
        (None, 5_000_000, 0, 1),  # half a cent, away from zero
        (None, 4_999_999, 0, 0),
        (None, 1_005 * NANOS // 1000, 0, 101),
        ("0.0085", 0, 2000 * MICROS, 1700),
        ("0.01", 0, 1000 * MICROS, 1000),
        ("0.01", 0, 500_000, 1),
        ("0.01", 0, 499_999, 0),
        ("1000", 0, MICROS, 100_000),
        ("1E+3", 0, MICROS, 100_000),  # as a decimal may be written
        ("0.010000000", 0, 1000 * MICROS, 1000),
        ("0", 0, 10**15, 0),  # a price of zero is a price
        ("0", 7 * NANOS, 10**15, 700),
        ("0.0085", 1_250_000_000, 2000 * MICROS, 1825),
        ("0.000000000001", 0, 5 * 10**9 * MICROS, 1),  # half a cent
        ("0.000000000001", 0, 5 * 10**9 * MICROS - 1, 0),
        ("0.000000000001", 4_999_999, MICROS, 0),
        ("0.000000000001", 4_999_999, 1000 * MICROS, 1),  # neither would be a cent alone
        ("0.333333333333", 0, 3 * MICROS, 100),
        ("999999999.999999999999", 0, MICROS, 100_000_000_000),
        ("999999999.999999999999", 0, 1, 100_000),
        ("999999999.999999999999", 70_000_000, 0, 7),  # a price that nothing is multiplied by
    ],
)
@pytest.mark.parametrize("exact", [np.int64, object])
def test_4_6_a_line_is_rated_amounts_plus_price_times_quantities_rounded_once(
    price: str | None, rated_nanos: int, unrated_micros: int, minor: int, exact: npt.DTypeLike
) -> None:
    rows = sums([Row(FAMILY, FAMILY, SMS, rated_nanos, unrated_micros)], exact)
    lines, failures = rate(rows, {SMS: priced(price)}, USD)
    assert failures == {}
    assert lines.amount_minor.tolist() == ([minor] if minor else [])
    assert lines.amount_minor.dtype == np.int64


@pytest.mark.parametrize(
    ("price", "rated_nanos", "unrated_micros"),
    [
        (None, 2**62, 0),
        (None, 2**63 - 1, 0),  # the largest of 64 bits
        (None, 2**63, 0),
        (None, 10**25 + 5_000_000, 0),
        (None, MINOR_LIMIT * 10**7, 0),  # the largest line
        ("0.000000000001", 2**63 - 1, 2**63 - 1),
        ("0.000000000001", 10**24, 10**26),
        ("999999999.999999999999", 0, 10**12),
        ("123456.789012345678", 987654321987654321, 123456789123456789),
        ("0.07", 1, 10**23),
        (
            "1",
            0,
            461_168_601_842_738_790 * 10,
        ),  # around where 64 bits end: the last on one side, the first on the other
        ("1", 0, 461_168_601_842_738_791 * 10),
        ("0.001", 2**62 - 1, 2**62 - 1),
    ],
)
def test_4_6_a_line_beyond_64_bits_is_exact(price: str | None, rated_nanos: int, unrated_micros: int) -> None:
    rows = sums([Row(FAMILY, FAMILY, SMS, rated_nanos, unrated_micros)])
    lines, failures = rate(rows, {SMS: priced(price)}, USD)
    assert failures == {}
    assert lines.amount_minor.tolist() == [exact_minor(price, rated_nanos, unrated_micros, 2)]


@pytest.mark.parametrize(("digits", "minor"), [(0, 12), (2, 1235), (3, 12346), (4, 123457)])
def test_1_2_a_line_is_rounded_to_the_minor_unit_of_the_currency(digits: int, minor: int) -> None:
    rows = sums([Row(FAMILY, FAMILY, SMS, 12_345_650_000, 0)])
    lines, _ = rate(rows, {SMS: priced(None)}, Currency("XXX", digits))
    assert lines.amount_minor.tolist() == [minor]


def test_4_6_there_is_one_line_an_account_and_product() -> None:
    rows = sums(
        [
            Row(FAMILY, FAMILY, SMS, NANOS, 0),
            Row(FAMILY, FAMILY, VOICE, 0, 10 * MICROS),
            Row(FAMILY, 2, SMS, NANOS, 3 * MICROS),
            Row(OTHER, OTHER, VOICE, 5 * NANOS, 0),
        ],
        np.int64,
    )
    terms = {SMS: priced("0.5", key=11), VOICE: priced("2", key=12, covered=False)}
    lines, failures = rate(rows, terms, USD)
    assert failures == {}
    assert shown(lines) == [
        (FAMILY, FAMILY, SMS, 100),
        (FAMILY, FAMILY, VOICE, 2000),
        (FAMILY, 2, SMS, 250),
        (OTHER, OTHER, VOICE, 500),
    ]
    assert lines.covered.tolist() == [True, False, True, False]
    assert lines.price_key.tolist() == [0, 12, 11, 0]  # only what was priced here names a price


def test_5_6_lines_of_zero_are_left_out() -> None:
    rows = sums(
        [
            Row(FAMILY, FAMILY, SMS, 0, 0),
            Row(FAMILY, FAMILY, VOICE, 4_999_999, 0),
            Row(FAMILY, FAMILY, FAX, 0, MICROS),
            Row(OTHER, OTHER, SMS, NANOS, 0),
        ]
    )
    lines, failures = rate(rows, {SMS: priced(None), VOICE: priced(None), FAX: priced("0")}, USD)
    assert failures == {}
    assert shown(lines) == [(OTHER, OTHER, SMS, 100)]
    assert len(lines) == 1
    assert lines.sums.rated_nanos.tolist() == [NANOS]


def test_4_6_no_usage_comes_to_no_lines() -> None:
    for exact in (np.int64, object):
        lines, failures = rate(sums([], exact), {SMS: priced("1")}, USD)
        assert (len(lines), failures) == (0, {})


def test_6_6_a_missing_price_fails_its_family_only() -> None:
    rows = sums(
        [
            Row(FAMILY, FAMILY, SMS, NANOS, 0),
            Row(FAMILY, 2, VOICE, NANOS, 1),
            Row(OTHER, OTHER, SMS, NANOS, 0),
            Row(OTHER, OTHER, VOICE, NANOS, 0),  # needs no price: all of it was rated upstream
        ]
    )
    lines, failures = rate(rows, {SMS: priced(None), VOICE: ProductTerms("voice", covered=True)}, USD)
    assert failures == {FAMILY: "product voice has no price in the period"}
    assert shown(lines) == [(OTHER, OTHER, SMS, 100), (OTHER, OTHER, VOICE, 100)]


@pytest.mark.parametrize(
    ("price", "rated_nanos", "unrated_micros"),
    [
        (None, MINOR_LIMIT * 10**7 + 5_000_000, 0),  # rounds to the first amount that is too large
        (None, 10**30, 0),
        ("1000", 0, 10**23),
        ("0.01", MINOR_LIMIT * 10**7, MICROS),
    ],
)
def test_6_6_a_line_too_large_to_carry_fails_its_family_only(
    price: str | None, rated_nanos: int, unrated_micros: int
) -> None:
    rows = sums(
        [
            Row(FAMILY, FAMILY, SMS, rated_nanos, unrated_micros),
            Row(FAMILY, FAMILY, VOICE, NANOS, 0),
            Row(OTHER, OTHER, VOICE, NANOS, 0),
        ]
    )
    lines, failures = rate(rows, {SMS: priced(price), VOICE: priced(None)}, USD)
    assert list(failures) == [FAMILY]
    assert "largest amount" in failures[FAMILY]
    assert shown(lines) == [(OTHER, OTHER, VOICE, 100)]


def exact_minor(price: str | None, rated_nanos: int, unrated_micros: int, digits: int) -> int:
    """The line in fractions, rounded half away from zero."""
    exact = Fraction(rated_nanos, NANOS) + Fraction(unrated_micros, MICROS) * Fraction(price or "0")
    scaled: Fraction = exact * 10**digits
    whole = scaled.numerator // scaled.denominator
    return whole + 1 if scaled - whole >= Fraction(1, 2) else whole


@pytest.mark.parametrize("unrated_micros", [2**63, 10 * (10**18 - 1), 10**26])
def test_4_6_a_quantity_beyond_64_bits_at_a_price_of_zero_costs_nothing(unrated_micros: int) -> None:
    rows = sums([Row(FAMILY, FAMILY, SMS, NANOS, unrated_micros), Row(OTHER, OTHER, VOICE, NANOS, 0)])
    lines, failures = rate(rows, {SMS: priced("0"), VOICE: priced(None)}, USD)
    assert failures == {}
    assert shown(lines) == [(FAMILY, FAMILY, SMS, 100), (OTHER, OTHER, VOICE, 100)]


def test_6_6_a_quantity_beyond_64_bits_without_a_price_fails_its_family_only() -> None:
    rows = sums([Row(FAMILY, FAMILY, SMS, NANOS, 2**63), Row(OTHER, OTHER, VOICE, NANOS, 0)])
    lines, failures = rate(rows, {SMS: priced(None), VOICE: priced(None)}, USD)
    assert list(failures) == [FAMILY]
    assert shown(lines) == [(OTHER, OTHER, VOICE, 100)]


SIZES: st.SearchStrategy[int] = st.one_of(
    st.integers(0, 10**6), st.integers(0, 10**12), st.integers(0, 2**63 - 1), st.integers(0, 10**26)
)
UNIT_PRICES = st.none() | st.decimals(0, Decimal("999999999.999999999999"), places=12).map(str)
LAST_PLACES = st.none() | st.decimals(0, Decimal("0.01"), places=12).map(str) | st.integers(0, 1000).map(str)


@thorough
@given(
    st.lists(st.tuples(SIZES, SIZES, st.sampled_from([SMS, VOICE, FAX])), min_size=1, max_size=8),
    st.tuples(*[UNIT_PRICES | LAST_PLACES] * 3),
    st.sampled_from([0, 2, 3]),
)
def test_4_6_rating_equals_arithmetic_in_fractions(
    usage: list[tuple[int, int, int]], prices: tuple[str | None, ...], digits: int
) -> None:
    rows = [Row(key, key, product, rated, unrated) for key, (rated, unrated, product) in enumerate(usage, 1)]
    terms = {product: priced(price) for product, price in zip((SMS, VOICE, FAX), prices, strict=True)}
    lines, failures = rate(sums(rows), terms, Currency("XXX", digits))
    expected: dict[int, int] = {}
    for row in rows:
        price = prices[row.product - 1]
        minor = exact_minor(price, row.rated_nanos, row.unrated_micros, digits)
        if (row.unrated_micros and price is None) or minor > MINOR_LIMIT:
            assert row.family in failures
        elif minor:
            expected[row.family] = minor
    assert dict(zip(lines.sums.family_key.tolist(), lines.amount_minor.tolist(), strict=True)) == expected
    assert len(failures) + len(lines) <= len(rows)


@thorough
@given(st.lists(st.tuples(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1)), min_size=1, max_size=8), LAST_PLACES)
def test_4_6_columns_of_64_bits_and_of_python_numbers_are_rated_alike(
    usage: list[tuple[int, int]], price: str | None
) -> None:
    rows = [Row(key, key, SMS, rated, unrated) for key, (rated, unrated) in enumerate(usage, 1)]
    found: list[Any] = []
    for exact in (np.int64, object):
        lines, failures = rate(sums(rows, exact), {SMS: priced(price)}, USD)
        found.append((shown(lines), failures))
    assert found[0] == found[1]
