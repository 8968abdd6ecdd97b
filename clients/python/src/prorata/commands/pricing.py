"""How a price is formed: as it is shown, and as options give it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

import typer
from google.type.decimal_pb2 import Decimal as Number

from prorata.commands.options import checked
from prorata.exact import decimal_text, parse_decimal
from prorata.money import number_to_decimal
from prorata.product_prices import Tier
from prorata.v1.product_pb2 import ProductPrice, ProductPricing, TieredPricing


@dataclass(frozen=True)
class Tiers:
    """Tiers by their bounds."""

    steps: list[Tier]


@dataclass(frozen=True)
class Package:
    """A package's size and price."""

    size: Decimal
    price: Decimal


def parse_tiers(text: str) -> Tiers:
    """Tiers such as "1000:0.01,0.008". Raises ValueError for anything else."""
    tiers: list[Tier] = []
    for step in text.split(","):
        bound, colon, price = step.rpartition(":")
        tiers.append((parse_decimal(bound) if colon else None, parse_decimal(price)))
    return Tiers(tiers)


def parse_package(text: str) -> Package:
    """A size and a price such as "100:0.90". Raises ValueError for anything else."""
    size, colon, price = text.partition(":")
    if not colon:
        raise ValueError(f"not a size and a price as SIZE:PRICE: {text[:80]!r}")
    return Package(parse_decimal(size), parse_decimal(price))


UnitPriceArgument = Annotated[
    Decimal | None,
    typer.Argument(
        metavar="UNIT_PRICE",
        parser=checked(parse_decimal),
        help="The price of a unit, up to 12 decimal places.",
        show_default=False,
    ),
]
GraduatedOption = Annotated[
    Tiers | None,
    typer.Option(
        metavar="TIERS",
        parser=checked(parse_tiers),
        help="Each part of the quantity at its tier: bounds with prices, and a last price, as 1000:0.01,0.008.",
    ),
]
VolumeOption = Annotated[
    Tiers | None,
    typer.Option(
        metavar="TIERS",
        parser=checked(parse_tiers),
        help="The whole quantity at the tier it falls in, as 1000:0.01,0.008.",
    ),
]
PackageOption = Annotated[
    Package | None,
    typer.Option(
        metavar="SIZE:PRICE",
        parser=checked(parse_package),
        help="A price a package of so many units, as 100:0.90; begun ones count.",
    ),
]


def pricing_text(price: ProductPrice | ProductPricing) -> str:
    """How a price is formed, for people; empty when it is not set."""
    form = price.WhichOneof("pricing")
    if form == "per_unit":
        return _money(price.per_unit.unit_price)
    if form == "package":
        size = decimal_text(number_to_decimal(price.package.size))
        return f"{_money(price.package.package_price)} a package of {size}"
    if form == "graduated":
        return f"graduated: {_tiers(price.graduated)}"
    if form == "volume":
        return f"volume: {_tiers(price.volume)}"
    return ""


def _tiers(tiered: TieredPricing) -> str:
    return ", ".join(
        f"up to {decimal_text(number_to_decimal(tier.up_to))} at {_money(tier.unit_price)}"
        if tier.HasField("up_to")
        else f"beyond at {_money(tier.unit_price)}"
        for tier in tiered.tiers
    )


def _money(number: Number) -> str:
    return decimal_text(number_to_decimal(number), 2)
