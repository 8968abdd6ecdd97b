"""How a product's quantity is priced (4.5): per unit, by graduated or volume tiers, or in packages. Exact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from billing.errors import invalid

PRICE_LIMIT = Decimal(10**9)
PRICE_PLACES = 12
QUANTITY_LIMIT = Decimal(10**18)
QUANTITY_PLACES = 6


@dataclass(frozen=True, slots=True)
class PerUnit:
    """A fixed price a unit."""

    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Tier:
    """A stretch of quantities, up to and including `up_to` (None without bound), with the price of a unit."""

    up_to: Decimal | None
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Graduated:
    """Each part of the quantity at the price of the tier it falls in; tiers ascending, the last without bound."""

    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Volume:
    """The whole quantity at the price of the tier it falls in; tiers ascending, the last without bound."""

    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Package:
    """A price a package of so many units; begun ones count."""

    size: Decimal
    package_price: Decimal


Pricing = PerUnit | Graduated | Volume | Package


def cost(pricing: Pricing, quantity: Fraction) -> Fraction:
    """What a quantity costs, exactly, before the line is rounded (1.2); nothing costs nothing."""
    if isinstance(pricing, PerUnit):
        return quantity * Fraction(pricing.unit_price)
    if isinstance(pricing, Package):
        return package_count(pricing, quantity) * Fraction(pricing.package_price)
    if isinstance(pricing, Volume):
        return quantity * Fraction(volume_tier(pricing, quantity).unit_price)
    return sum((part * Fraction(tier.unit_price) for tier, part in graduated_parts(pricing, quantity)), Fraction(0))


def package_count(pricing: Package, quantity: Fraction) -> int:
    """How many packages a quantity takes; begun ones count."""
    return -(-quantity // Fraction(pricing.size))


def volume_tier(pricing: Volume, quantity: Fraction) -> Tier:
    """The tier that a quantity falls in; bounds are inclusive."""
    return next(tier for tier in pricing.tiers if tier.up_to is None or quantity <= Fraction(tier.up_to))


def graduated_parts(pricing: Graduated, quantity: Fraction) -> Iterator[tuple[Tier, Fraction]]:
    """The parts of a quantity, each with its tier, as far as the quantity reaches."""
    below = Fraction(0)
    for tier in pricing.tiers:
        if quantity <= below:
            return
        end = quantity if tier.up_to is None else min(quantity, Fraction(tier.up_to))
        yield tier, end - below
        below = end


def check_pricing(pricing: Pricing, path: str) -> None:
    """Prices, bounds and sizes are in range and bounds ascend; INVALID_FIELD names the field of the price at `path`."""
    match pricing:
        case PerUnit():
            _check_price(pricing.unit_price, f"{path}.per_unit.unit_price")
        case Graduated():
            _check_tiers(pricing.tiers, f"{path}.graduated.tiers")
        case Volume():
            _check_tiers(pricing.tiers, f"{path}.volume.tiers")
        case Package():
            _check_quantity(pricing.size, f"{path}.package.size", "a package's size")
            _check_price(pricing.package_price, f"{path}.package.package_price")


def _check_tiers(tiers: tuple[Tier, ...], path: str) -> None:
    if not tiers:
        raise invalid(path, "there is no tier: give at least one")
    below: Decimal | None = None
    for index, tier in enumerate(tiers):
        field = f"{path}[{index}].up_to"
        last = index == len(tiers) - 1
        if tier.up_to is None and not last:
            raise invalid(field, "the bound is missing: only the last tier has none")
        if tier.up_to is not None:
            if last:
                raise invalid(field, "the last tier has no bound: leave it out, or add a tier for what exceeds it")
            _check_quantity(tier.up_to, field, "a tier's bound")
            if below is not None and tier.up_to <= below:
                raise invalid(field, f"bounds ascend: this one must be more than {below:f}")
            below = tier.up_to
        _check_price(tier.unit_price, f"{path}[{index}].unit_price")


def _check_price(price: Decimal, field: str) -> None:
    if not 0 <= price < PRICE_LIMIT:
        raise invalid(field, "a price is not negative and below 10⁹")
    if _has_more_places(price, PRICE_PLACES):
        raise invalid(field, f"a price has at most {PRICE_PLACES} decimal places")


def _check_quantity(quantity: Decimal, field: str, name: str) -> None:
    if not 0 < quantity < QUANTITY_LIMIT:
        raise invalid(field, f"{name} is more than 0 and below 10¹⁸")
    if _has_more_places(quantity, QUANTITY_PLACES):
        raise invalid(field, f"{name} has at most {QUANTITY_PLACES} decimal places")


def _has_more_places(number: Decimal, places: int) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and -exponent > places and number != round(number, places)
