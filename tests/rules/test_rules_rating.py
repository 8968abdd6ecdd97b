"""Rating usage: rated amounts and priced quantities come to one line (4.5, 4.6, 7.3)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.failures import Failure
from billing.money import MINOR_LIMIT, Currency
from billing.pricing import Graduated, Package, PerUnit, Pricing, Tier, Volume
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
    return ProductTerms("sms", covered, key, PerUnit(Decimal(price)), "2026-01")


def terms_of(pricing: Pricing | None, key: int = 9) -> ProductTerms:
    """The terms of a product with any form of pricing."""
    return ProductTerms("sms", True, key if pricing else 0, pricing, "2026-01" if pricing else "")


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
    assert failures == {FAMILY: Failure(2, "product voice has no price in the period")}
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
    assert failures == {
        FAMILY: Failure(FAMILY, "the usage line of product sms exceeds the largest amount a record can carry")
    }
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


TIERS = (Tier(Decimal(1000), Decimal("0.01")), Tier(None, Decimal("0.008")))
THREE = (Tier(Decimal(10), Decimal("0.30")), Tier(Decimal(25), Decimal("0.2")), Tier(None, Decimal("0.07")))
FAR = (Tier(Decimal(10) ** 14, Decimal("0.01")), Tier(Decimal(10) ** 15, Decimal("0.008")), Tier(None, Decimal(0)))
HUNDREDS = Package(Decimal(100), Decimal("0.90"))


@pytest.mark.parametrize(
    ("pricing", "rated_nanos", "unrated_micros", "minor"),
    [
        (Graduated(TIERS), 0, 1500 * MICROS, 1400),  # E23
        (Volume(TIERS), 0, 1500 * MICROS, 1200),
        (HUNDREDS, 0, 1501 * MICROS, 1440),
        (Graduated(TIERS), 0, 1000 * MICROS, 1000),  # bounds are inclusive
        (Volume(TIERS), 0, 1000 * MICROS, 1000),
        (Volume(TIERS), 0, 1000 * MICROS + 1, 800),
        (HUNDREDS, 0, 100 * MICROS, 90),
        (HUNDREDS, 0, 100 * MICROS + 1, 180),
        (HUNDREDS, 5 * NANOS, 0, 500),  # nothing begins no package
        (Graduated(TIERS), 5 * NANOS, 0, 500),
        (Graduated(TIERS), 1_500_000, 1000 * MICROS + 437_500, 1001),  # 10 + 0.0035 + 0.0015 is half a cent
        (Graduated(TIERS), 1_500_000, 1000 * MICROS + 437_499, 1000),
        (Package(Decimal(3), Decimal("0.004")), 1_000_000, 3 * MICROS, 1),
        (Package(Decimal(3), Decimal("0.004")), 999_999, 3 * MICROS, 0),
        (Package(Decimal("0.000001"), Decimal("0.000000000001")), 0, 5 * 10**9, 1),
        (Graduated((Tier(None, Decimal("0.01")),)), 0, 3 * MICROS, 3),
        (Graduated(THREE), 0, 30 * MICROS, 10 * 30 + 15 * 20 + 5 * 7),
        (Volume(THREE), 0, 25 * MICROS, 25 * 20),
        (Graduated(FAR), 0, 9 * 10**18, 9 * 10**12),  # bounds beyond 64 bits
        (Volume(FAR), 0, 9 * 10**18, 9 * 10**12),
        (Package(Decimal(10) ** 17, Decimal("0.90")), 0, 9 * 10**18, 90),
    ],
)
@pytest.mark.parametrize("exact", [np.int64, object])
def test_4_5_tiers_and_packages_are_priced_and_rounded_once_with_what_was_rated(
    pricing: Pricing, rated_nanos: int, unrated_micros: int, minor: int, exact: npt.DTypeLike
) -> None:
    """4.6, 1.2: the rated amount and the price of the quantity are rounded together."""
    rows = sums([Row(FAMILY, FAMILY, SMS, rated_nanos, unrated_micros)], exact)
    lines, failures = rate(rows, {SMS: terms_of(pricing)}, USD)
    assert failures == {}
    assert lines.amount_minor.tolist() == ([minor] if minor else [])
    assert lines.amount_minor.dtype == np.int64
    assert lines.price_key.tolist() == ([9 if unrated_micros else 0] if minor else [])


def test_4_6_rated_quantities_count_towards_no_tier_and_every_account_begins_at_the_first() -> None:
    rows = sums(
        [Row(FAMILY, FAMILY, SMS, NANOS, 1500 * MICROS), Row(FAMILY, 2, SMS, 9 * NANOS, 600 * MICROS)], np.int64
    )
    lines, _ = rate(rows, {SMS: terms_of(Graduated(TIERS))}, USD)
    assert shown(lines) == [(FAMILY, FAMILY, SMS, 1500), (FAMILY, 2, SMS, 1500)]


def test_4_5_many_products_of_all_forms_are_rated_side_by_side() -> None:
    rows = [
        Row(family, family, product, 0, 1501 * MICROS) for family in (FAMILY, OTHER) for product in (SMS, VOICE, FAX, 4)
    ]
    terms = {
        SMS: terms_of(HUNDREDS, 11),
        VOICE: terms_of(PerUnit(Decimal("0.5")), 12),
        FAX: terms_of(Volume(TIERS), 13),
        4: terms_of(Graduated(TIERS), 14),
    }
    for exact in (np.int64, object):
        lines, _ = rate(sums(rows, exact), terms, USD)
        assert lines.amount_minor.tolist() == [1440, 75050, 1201, 1401] * 2
        assert lines.price_key.tolist() == [11, 12, 13, 14] * 2
        assert {key: each.pricing for key, each in lines.terms.items()} == {
            each.price_key: each.pricing for each in terms.values()
        }


OWN = {SMS: ProductTerms("sms", True, 21, PerUnit(Decimal("0.005")), "2026-03", 77, "CT")}


def test_4_5_a_contracts_own_price_takes_the_place_of_the_books_for_its_families() -> None:
    rows = [
        Row(family, account, product, 0, 1000 * MICROS)
        for family, account in ((FAMILY, FAMILY), (FAMILY, 2), (OTHER, OTHER), (8, 8))
        for product in (SMS, VOICE)
    ]
    other = {SMS: ProductTerms("sms", True, 22, HUNDREDS, "2026-03", 78), FAX: ProductTerms("fax", True, 23, HUNDREDS)}
    book = {SMS: terms_of(PerUnit(Decimal("0.01")), 11), VOICE: terms_of(PerUnit(Decimal(1)), 12)}
    lines, failures = rate(sums(rows, np.int64), book, USD, own_products={8: other, FAMILY: OWN})
    assert failures == {}
    assert shown(lines) == [
        (FAMILY, FAMILY, SMS, 500), (FAMILY, FAMILY, VOICE, 100_000),
        (FAMILY, 2, SMS, 500), (FAMILY, 2, VOICE, 100_000),
        (OTHER, OTHER, SMS, 1000), (OTHER, OTHER, VOICE, 100_000), (8, 8, SMS, 900), (8, 8, VOICE, 100_000),
    ]  # fmt: skip
    assert lines.price_key.tolist() == [21, 12, 21, 12, 11, 12, 22, 12]
    assert lines.terms[21].contract_sid == "CT"


def test_4_5_a_product_without_a_price_in_the_book_is_priced_by_a_contracts_own() -> None:
    rows = [Row(family, family, SMS, 0, 1000 * MICROS) for family in (FAMILY, 3, OTHER)]
    lines, failures = rate(
        sums(rows), {SMS: terms_of(None)}, USD, own_products={FAMILY: OWN, OTHER: OWN, 5: OWN, 9: {}}
    )
    assert shown(lines) == [(FAMILY, FAMILY, SMS, 500), (OTHER, OTHER, SMS, 500)]
    assert list(failures) == [3]


def test_4_5_own_prices_without_usage_change_nothing() -> None:
    lines, failures = rate(sums([]), {}, USD, own_products={FAMILY: OWN}, included={(FAMILY, SMS): Fraction(1)})
    assert (len(lines), failures) == (0, {})


@pytest.mark.parametrize(
    ("pricing", "rated_nanos", "unrated", "quota", "minor", "included", "priced_here"),
    [
        (PerUnit(Decimal("0.0085")), 0, "15000", "13000", 1700, "13000", True),  # E25
        (PerUnit(Decimal("0.0085")), NANOS, "13000", "13000", 100, "13000", False),
        (PerUnit(Decimal("0.0085")), NANOS, "12999", "13000", 100, "12999", False),  # not below 0
        (PerUnit(Decimal("0.0085")), NANOS, "0", "13000", 100, "0", False),
        (None, NANOS, "12999", "13000", 100, "12999", False),  # needs no price
        (Graduated(TIERS), 0, "1500", "1000", 500, "1000", True),  # what exceeds it starts at the first tier
        (Graduated(TIERS), 0, "1500", "500", 1000, "500", True),
        (Volume(TIERS), 0, "1500", "500", 1000, "500", True),
        (Volume(TIERS), 0, "1500", "499.9999995", 800, "499.999999", True),  # just above the bound
        (Volume(TIERS), 0, "1500", "500.0000005", 1000, "500", True),
        (HUNDREDS, 0, "1501", "1401", 90, "1401", True),
        (HUNDREDS, 0, "1501", "1400.9999999", 180, "1400.999999", True),
        (HUNDREDS, NANOS, "1501", "1501.0000001", 100, "1501", False),
        (PerUnit(Decimal(15000)), 0, "2", Fraction(5, 3), 500_000, "1.666666", True),  # exactly a third is priced
        (PerUnit(Decimal(15000)), 5_000_000, "2", Fraction(5, 3), 500_001, "1.666666", True),
        (PerUnit(Decimal(15000)), 4_999_999, "2", Fraction(5, 3), 500_000, "1.666666", True),
        (PerUnit(Decimal("0.01")), 0, "1" + "0" * 20, "99" + "0" * 18, 10**18, "99" + "0" * 18, True),  # beyond 64 bits
    ],
)
@pytest.mark.parametrize("exact", [np.int64, object])
def test_7_3_what_a_quota_includes_lowers_the_unrated_quantity_before_pricing(
    pricing: Pricing | None,
    rated_nanos: int,
    unrated: str,
    quota: str | Fraction,
    minor: int,
    included: str,
    priced_here: bool,
    exact: npt.DTypeLike,
) -> None:
    """E25's quota, and its edges with tiers, packages and fractions of hours."""
    micros = int(Decimal(unrated).scaleb(6))
    rows = sums([Row(FAMILY, FAMILY, SMS, rated_nanos, micros)], object if micros >= 2**63 else exact)
    quotas = {(FAMILY, SMS): Fraction(quota) * MICROS, (FAMILY, VOICE): Fraction(1), (2, SMS): Fraction(10**30)}
    lines, failures = rate(rows, {SMS: terms_of(pricing)}, USD, included=quotas)
    assert failures == {}
    assert lines.amount_minor.tolist() == [minor]
    assert lines.included_micros.tolist() == [int(Decimal(included).scaleb(6))]
    assert lines.sums.unrated_micros.tolist() == [micros]
    assert lines.price_key.tolist() == [9 if priced_here else 0]


def test_7_3_a_quota_is_of_one_account_and_product() -> None:
    rows = [Row(FAMILY, account, product, 0, 10 * MICROS) for account in (FAMILY, 2, 3) for product in (SMS, VOICE)]
    quotas = {(FAMILY, VOICE): Fraction(4 * MICROS), (3, SMS): Fraction(10 * MICROS)}
    lines, _ = rate(sums(rows, np.int64), {SMS: priced("1"), VOICE: priced("1")}, USD, included=quotas)
    assert shown(lines) == [
        (FAMILY, FAMILY, SMS, 1000), (FAMILY, FAMILY, VOICE, 600), (FAMILY, 2, SMS, 1000), (FAMILY, 2, VOICE, 1000),
        (FAMILY, 3, VOICE, 1000),
    ]  # fmt: skip
    assert lines.included_micros.tolist() == [0, 4 * MICROS, 0, 0, 0]


def test_6_6_what_exceeds_a_quota_needs_a_price() -> None:
    rows = sums([Row(FAMILY, FAMILY, SMS, 0, 2 * MICROS), Row(OTHER, OTHER, SMS, 0, MICROS)])
    quotas = {(FAMILY, SMS): Fraction(MICROS), (OTHER, SMS): Fraction(2 * MICROS, 3)}
    lines, failures = rate(rows, {SMS: terms_of(None)}, USD, included=quotas)
    assert set(failures) == {FAMILY, OTHER}
    assert len(lines) == 0


PRICES = st.one_of(
    st.integers(0, 300).map(lambda cents: Decimal(cents).scaleb(-2)),
    st.sampled_from([Decimal("0.008"), Decimal("1000"), Decimal("0.000000000001")]),
    st.decimals(0, Decimal("999999999.999999999999"), places=12),
)
BOUNDS = st.one_of(
    st.integers(1, 20).map(Decimal),
    st.decimals(Decimal("0.000001"), 10**6, places=6),
    st.decimals(Decimal("0.000001"), Decimal("999999999999999999.999999"), places=6),
)


@st.composite
def tiers(draw: st.DrawFn) -> tuple[Tier, ...]:
    """One to five tiers."""
    bounds = sorted(draw(st.sets(BOUNDS, max_size=4)))
    return tuple(Tier(bound, draw(PRICES)) for bound in [*bounds, None])


PRICINGS: st.SearchStrategy[Pricing | None] = st.one_of(
    st.none(),
    PRICES.map(PerUnit),
    tiers().map(Graduated),
    tiers().map(Volume),
    st.builds(Package, BOUNDS, PRICES),
)


@st.composite
def quantities(draw: st.DrawFn, pricing: Pricing | None) -> int:
    """A quantity in 10⁻⁶, often at an edge of the pricing or a little beyond."""
    edges = {0}
    if isinstance(pricing, Graduated | Volume):
        edges |= {int(tier.up_to * MICROS) for tier in pricing.tiers if tier.up_to is not None}
    if isinstance(pricing, Package):
        edges |= {int(pricing.size * MICROS) * times for times in (1, 2, 7)}
    at_edge = st.tuples(st.sampled_from(sorted(edges)), st.integers(-1, 1) | st.integers(0, 10**8))
    return draw(at_edge.map(lambda pair: max(0, sum(pair))) | SIZES)


def naive_cost(pricing: Pricing, quantity: Fraction) -> Fraction:
    """What a quantity costs, straight from 4.5."""
    if isinstance(pricing, PerUnit):
        return quantity * Fraction(pricing.unit_price)
    if isinstance(pricing, Package):
        return math.ceil(quantity / Fraction(pricing.size)) * Fraction(pricing.package_price)
    total, low = Fraction(0), Fraction(0)
    for tier in pricing.tiers:
        high = Fraction(10**40) if tier.up_to is None else Fraction(tier.up_to)
        if isinstance(pricing, Graduated):
            total += max(Fraction(0), min(quantity, high) - low) * Fraction(tier.unit_price)
        elif low < quantity <= high:
            total = quantity * Fraction(tier.unit_price)
        low = high
    return total


@thorough
@given(st.data(), st.sampled_from([0, 2, 3]))
def test_4_5_rating_any_form_of_pricing_equals_arithmetic_in_fractions(data: st.DataObject, digits: int) -> None:
    """4.5, 4.6, 7.3, 1.2: three products, a contract's own price of one, quotas in fractions."""
    book = {key: data.draw(PRICINGS) for key in (SMS, VOICE, FAX)}
    own = data.draw(PRICINGS.filter(bool))
    rows, quotas, expected, failing = [], {}, {}, set()
    for family in range(1, data.draw(st.integers(1, 6)) + 1):
        product = data.draw(st.sampled_from([SMS, VOICE, FAX]))
        pricing = own if family % 2 and product == SMS else book[product]
        row = Row(family, family, product, data.draw(SIZES), data.draw(quantities(pricing)))
        rows.append(row)
        quota = data.draw(st.just(Fraction(0)) | st.fractions(0, 10**12) | st.just(Fraction(row.unrated_micros)))
        if quota:
            quotas[family, product] = quota
        rest = max(Fraction(0), row.unrated_micros - quota) / MICROS
        cost = naive_cost(pricing, rest) if pricing else Fraction(0)
        minor = rounded((Fraction(row.rated_nanos, NANOS) + cost) * 10**digits)
        if (rest and pricing is None) or minor > MINOR_LIMIT:
            failing.add(family)
        elif minor:
            expected[family] = minor
    own_products = {family: {SMS: terms_of(own, 20)} for family in (1, 3, 5)}
    terms = {key: terms_of(pricing, key) for key, pricing in book.items()}
    for few in ([row for row in rows if max(row) < 2**63], rows):
        columns = sums(few, object if few is rows else np.int64)
        lines, failures = rate(columns, terms, Currency("XXX", digits), own_products, quotas)
        families = {row.family for row in few}
        assert set(failures) == failing & families
        assert dict(zip(lines.sums.family_key.tolist(), lines.amount_minor.tolist(), strict=True)) == {
            family: minor for family, minor in expected.items() if family in families
        }


def rounded(number: Fraction) -> int:
    """Half away from zero, of what is not negative."""
    return math.floor(number + Fraction(1, 2))
