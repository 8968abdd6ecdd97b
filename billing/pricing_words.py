"""How a quantity was priced, in words (6.7)."""

from __future__ import annotations

from fractions import Fraction

from billing.money import Currency
from billing.number_words import micros_text, money_text, plain_text
from billing.pricing import (
    Graduated,
    Package,
    PerUnit,
    Pricing,
    Tier,
    Volume,
    graduated_parts,
    package_count,
    volume_tier,
)

MICROS = 10**6


def priced_terms(pricing: Pricing, quantity_micros: int, currency: Currency) -> list[str]:
    """What a quantity in 10⁻⁶ of the unit comes to, as the terms of a sum: "1,000 × 0.01", "500 × 0.008"."""
    quantity = Fraction(quantity_micros, MICROS)
    match pricing:
        case PerUnit():
            return [f"{micros_text(quantity_micros)} × {plain_text(pricing.unit_price)}"]
        case Package():
            count = package_count(pricing, quantity)
            packages = f"{count:,} package{'' if count == 1 else 's'} of {plain_text(pricing.size)}"
            return [f"{packages} × {money_text(pricing.package_price, currency)}"]
        case Graduated():
            parts = graduated_parts(pricing, quantity)
            return [f"{micros_text(int(part * MICROS))} × {plain_text(tier.unit_price)}" for tier, part in parts]
        case Volume():
            return [f"{micros_text(quantity_micros)} × {plain_text(volume_tier(pricing, quantity).unit_price)}"]


def price_note(pricing: Pricing, start: str, currency: Currency) -> str:
    """What the price is, and since when, in a sentence."""
    match pricing:
        case PerUnit():
            return f"The price of a unit, {plain_text(pricing.unit_price)} {currency.code}, holds from {start} on."
        case Package():
            price = f"{money_text(pricing.package_price, currency)} {currency.code}"
            return f"A package of {plain_text(pricing.size)} costs {price} from {start} on; begun ones count."
        case Graduated():
            what = "Each part of the quantity is priced at its tier"
        case Volume():
            what = "The whole quantity is priced at the tier it falls in"
    return f"{what}; from {start} on: {_tiers(pricing.tiers, currency)}."


def _tiers(tiers: tuple[Tier, ...], currency: Currency) -> str:
    """Such as "up to 1,000 at 0.01, beyond at 0.008 USD a unit"."""
    *bounded, last = tiers
    told = [f"up to {plain_text(tier.up_to)} at {plain_text(tier.unit_price)}" for tier in bounded if tier.up_to]
    told.append(f"{'beyond' if bounded else 'all'} at {plain_text(last.unit_price)} {currency.code} a unit")
    return ", ".join(told)
