"""How a price is formed, between the contract's messages and ours."""

from __future__ import annotations

from typing import Any

from billing.errors import invalid
from billing.messages.basic import decimal_from_text, text_from_decimal
from billing.pricing import Graduated, Package, PerUnit, Pricing, Tier, Volume
from prorata.v1.product_pb2 import PackagePricing, PerUnitPricing, PriceTier, ProductPrice, TieredPricing


def pricing_from_message(price: ProductPrice, path: str) -> Pricing:
    """How a price is formed; INVALID_FIELD when that is missing, or a number is none."""
    form = price.WhichOneof("pricing")
    if form is None:
        raise invalid(f"{path}.pricing", "the pricing is missing: give per_unit, graduated, volume or package")
    path = f"{path}.{form}"
    if form == "per_unit":
        return PerUnit(decimal_from_text(price.per_unit.unit_price, f"{path}.unit_price"))
    if form == "package":
        return Package(
            decimal_from_text(price.package.size, f"{path}.size"),
            decimal_from_text(price.package.package_price, f"{path}.package_price"),
        )
    if form == "graduated":
        return Graduated(_tiers(price.graduated, path))
    return Volume(_tiers(price.volume, path))


def message_fields_from_pricing(pricing: Pricing) -> dict[str, Any]:
    """The field of the `pricing` of a message, with its value."""
    match pricing:
        case PerUnit():
            return {"per_unit": PerUnitPricing(unit_price=text_from_decimal(pricing.unit_price))}
        case Package():
            size, price = text_from_decimal(pricing.size), text_from_decimal(pricing.package_price)
            return {"package": PackagePricing(size=size, package_price=price)}
        case Graduated():
            return {"graduated": _tiered(pricing.tiers)}
        case Volume():
            return {"volume": _tiered(pricing.tiers)}


def _tiers(tiered: TieredPricing, path: str) -> tuple[Tier, ...]:
    return tuple(
        Tier(
            decimal_from_text(tier.up_to, f"{path}.tiers[{index}].up_to") if tier.HasField("up_to") else None,
            decimal_from_text(tier.unit_price, f"{path}.tiers[{index}].unit_price"),
        )
        for index, tier in enumerate(tiered.tiers)
    )


def _tiered(tiers: tuple[Tier, ...]) -> TieredPricing:
    return TieredPricing(
        tiers=[
            PriceTier(
                up_to=text_from_decimal(tier.up_to) if tier.up_to is not None else None,
                unit_price=text_from_decimal(tier.unit_price),
            )
            for tier in tiers
        ]
    )
