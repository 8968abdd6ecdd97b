"""Prices to publish, made of exact decimals (4.5): in the store's currency, from the first day of a period on.

The period is written as YYYY-MM. With a contract's SID it is the contract's own price, else one of the price book.
"""

from collections.abc import Iterable
from decimal import Decimal

from prorata.money import decimal_to_number
from prorata.v1.product_pb2 import PackagePricing, PerUnitPricing, PriceTier, ProductPrice, TieredPricing

Tier = tuple[Decimal | None, Decimal]
"""The largest quantity of the tier, None for the last; and the price of a unit."""


def per_unit_price(
    product_id: str, effective_period: str, unit_price: Decimal, *, contract_sid: str = ""
) -> ProductPrice:
    """A fixed price a unit."""
    return ProductPrice(
        product_id=product_id,
        effective_period=effective_period,
        contract_sid=contract_sid,
        per_unit=PerUnitPricing(unit_price=decimal_to_number(unit_price)),
    )


def graduated_price(
    product_id: str, effective_period: str, tiers: Iterable[Tier], *, contract_sid: str = ""
) -> ProductPrice:
    """Each part of the quantity at the price of the tier it falls in; bounds are inclusive."""
    return ProductPrice(
        product_id=product_id,
        effective_period=effective_period,
        contract_sid=contract_sid,
        graduated=_tiered(tiers),
    )


def volume_price(
    product_id: str, effective_period: str, tiers: Iterable[Tier], *, contract_sid: str = ""
) -> ProductPrice:
    """The whole quantity at the price of the tier it falls in; bounds are inclusive."""
    return ProductPrice(
        product_id=product_id,
        effective_period=effective_period,
        contract_sid=contract_sid,
        volume=_tiered(tiers),
    )


def package_price(
    product_id: str,
    effective_period: str,
    size: Decimal,
    price: Decimal,
    *,
    contract_sid: str = "",
) -> ProductPrice:
    """A price a package of so many units; begun ones count."""
    return ProductPrice(
        product_id=product_id,
        effective_period=effective_period,
        contract_sid=contract_sid,
        package=PackagePricing(size=decimal_to_number(size), package_price=decimal_to_number(price)),
    )


def _tiered(tiers: Iterable[Tier]) -> TieredPricing:
    return TieredPricing(
        tiers=[
            PriceTier(up_to=None if bound is None else decimal_to_number(bound), unit_price=decimal_to_number(price))
            for bound, price in tiers
        ]
    )
