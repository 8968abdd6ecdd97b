"""What quantities cost: per unit, by tiers, in packages (4.5)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from billing.errors import BillingError, Reason
from billing.pricing import Graduated, Package, PerUnit, Pricing, Tier, Volume, check_pricing, cost

D = Decimal


def tiers(*steps: tuple[str | None, str]) -> tuple[Tier, ...]:
    """Tiers of a bound and a price each; the last has no bound."""
    return tuple(Tier(None if bound is None else D(bound), D(price)) for bound, price in steps)


TWO = tiers(("1000", "0.01"), (None, "0.008"))
THREE = tiers(("10", "1"), ("10.5", "0"), (None, "2"))
HUNDREDS = Package(D(100), D("0.90"))


@pytest.mark.parametrize(
    ("pricing", "quantity", "expected"),
    [
        (Graduated(TWO), "1500", "14.00"),  # E23
        (Volume(TWO), "1500", "12.00"),
        (HUNDREDS, "1501", "14.40"),
        (PerUnit(D("0.0085")), "2000", "17"),
        (PerUnit(D("0.0085")), "0", "0"),
        (Graduated(TWO), "0", "0"),
        (Graduated(TWO), "0.000001", "0.00000001"),
        (Graduated(TWO), "1000", "10"),  # bounds are inclusive
        (Graduated(TWO), "1000.000001", "10.000000008"),
        (Volume(TWO), "0", "0"),
        (Volume(TWO), "1000", "10"),
        (Volume(TWO), "1000.000001", "8.000000008"),
        (Graduated(THREE), "10", "10"),
        (Graduated(THREE), "10.25", "10"),
        (Graduated(THREE), "10.5", "10"),
        (Graduated(THREE), "12.5", "14"),
        (Volume(THREE), "10", "10"),
        (Volume(THREE), "10.000001", "0"),
        (Volume(THREE), "10.5", "0"),
        (Volume(THREE), "10.500001", "21.000002"),
        (Graduated(tiers((None, "3"))), "7", "21"),  # one tier is a price a unit
        (Volume(tiers((None, "3"))), "7", "21"),
        (HUNDREDS, "0", "0"),  # nothing begins no package
        (HUNDREDS, "0.000001", "0.90"),
        (HUNDREDS, "100", "0.90"),
        (HUNDREDS, "100.000001", "1.80"),
        (Package(D("0.3"), D(1)), "0.9", "3"),
        (Package(D("0.3"), D(1)), "0.900001", "4"),
        (Graduated(TWO), "1" + "0" * 30, "8" + "0" * 26 + "2"),  # 10²⁷ × 8 − 8 + 10
    ],
)
def test_4_5_a_quantity_costs_what_its_form_of_pricing_says(pricing: Pricing, quantity: str, expected: str) -> None:
    """E23 and the edges of tiers and packages."""
    assert cost(pricing, Fraction(quantity)) == Fraction(expected)


@pytest.mark.parametrize(
    "pricing",
    [
        PerUnit(D(0)),
        PerUnit(D("999999999.999999999999")),
        PerUnit(D("1.0000000000000000000000")),
        PerUnit(D("-0")),
        Graduated(tiers((None, "0"))),
        Volume(tiers(("0.000001", "1"), ("999999999999999999.999999", "2"), (None, "3"))),
        Graduated(tiers(("1.0000000", "1"), (None, "1"))),
        Package(D("0.000001"), D("0.000000000001")),
        Package(D("999999999999999999.999999"), D(0)),
    ],
)
def test_4_5_numbers_up_to_their_limits_make_a_price(pricing: Pricing) -> None:
    check_pricing(pricing, "price")


@pytest.mark.parametrize(
    ("pricing", "field"),
    [
        (PerUnit(D("-0.01")), "per_unit.unit_price"),
        (PerUnit(D(10**9)), "per_unit.unit_price"),
        (PerUnit(D("0.0000000000001")), "per_unit.unit_price"),
        (Graduated(()), "graduated.tiers"),
        (Volume(()), "volume.tiers"),
        (Graduated(tiers(("10", "1"))), "graduated.tiers[0].up_to"),  # nothing holds beyond
        (Graduated(tiers(("10", "1"), ("20", "1"))), "graduated.tiers[1].up_to"),
        (Graduated(tiers((None, "1"), (None, "1"))), "graduated.tiers[0].up_to"),
        (Volume(tiers(("10", "1"), (None, "1"), (None, "1"))), "volume.tiers[1].up_to"),
        (Volume(tiers(("10", "1"), ("10", "2"), (None, "1"))), "volume.tiers[1].up_to"),
        (Volume(tiers(("10", "1"), ("9.999999", "2"), (None, "1"))), "volume.tiers[1].up_to"),
        (Volume(tiers(("0", "1"), (None, "1"))), "volume.tiers[0].up_to"),
        (Volume(tiers(("-1", "1"), (None, "1"))), "volume.tiers[0].up_to"),
        (Volume(tiers(("0.0000001", "1"), (None, "1"))), "volume.tiers[0].up_to"),
        (Volume(tiers(("1e18", "1"), (None, "1"))), "volume.tiers[0].up_to"),
        (Graduated(tiers(("10", "1"), (None, "-1"))), "graduated.tiers[1].unit_price"),
        (Volume(tiers(("10", "1000000000"), (None, "1"))), "volume.tiers[0].unit_price"),
        (Volume(tiers(("10", "1"), (None, "0.1234567890123"))), "volume.tiers[1].unit_price"),
        (Package(D(0), D(1)), "package.size"),
        (Package(D(-1), D(1)), "package.size"),
        (Package(D("0.0000001"), D(1)), "package.size"),
        (Package(D(10**18), D(1)), "package.size"),
        (Package(D(1), D(-1)), "package.package_price"),
        (Package(D(1), D(10**9)), "package.package_price"),
        (Package(D(1), D("1e-13")), "package.package_price"),
    ],
)
def test_4_5_what_makes_no_price_is_named(pricing: Pricing, field: str) -> None:
    with pytest.raises(BillingError) as raised:
        check_pricing(pricing, "prices[7]")
    assert (raised.value.reason, raised.value.field) == (Reason.INVALID_FIELD, f"prices[7].{field}")
