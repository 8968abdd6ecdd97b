"""`prorata prices`."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

import typer
from rich.table import Table

from prorata.client import Client
from prorata.commands.context import run, take
from prorata.commands.options import DEFAULT_LIMIT, LimitOption, RequestIdOption, checked
from prorata.commands.output import Output, table
from prorata.commands.pricing import (
    GraduatedOption,
    Package,
    PackageOption,
    Tiers,
    UnitPriceArgument,
    VolumeOption,
    pricing_text,
)
from prorata.days import parse_period
from prorata.moments import moment_text
from prorata.product_prices import graduated_price, package_price, per_unit_price, volume_price
from prorata.v1.billing_service_pb2 import ListPricesResponse, PublishPricesResponse
from prorata.v1.product_pb2 import ProductPrice

app = typer.Typer(help="The price book.", no_args_is_help=True)


@app.command("list")
def list_(
    context: typer.Context,
    *,
    product: Annotated[str, typer.Option(help="Only of this product.")] = "",
    contract: Annotated[str, typer.Option(help="This contract's own prices, in place of the price book.")] = "",
    limit: LimitOption = DEFAULT_LIMIT,
) -> None:
    """List the price book, or a contract's own prices, by product and period."""

    async def work(client: Client, output: Output) -> None:
        listed = client.billing.iterate_prices(product_id=product, contract_sid=contract)
        prices = await take(listed, limit, output)
        output.document(ListPricesResponse(prices=prices), _prices(prices))

    run(context, work)


@app.command()
def publish(
    context: typer.Context,
    *,
    product: Annotated[str, typer.Argument(metavar="PRODUCT", help="The product's id.")],
    unit_price: UnitPriceArgument = None,
    effective_period: Annotated[
        str,
        typer.Option(
            metavar="YYYY-MM",
            parser=checked(parse_period),
            help="The first period it holds in; a closed one is settled by the next closing.",
        ),
    ],
    graduated: GraduatedOption = None,
    volume: VolumeOption = None,
    package: PackageOption = None,
    contract: Annotated[str, typer.Option(help="The contract whose own price it is.")] = "",
    request_id: RequestIdOption = None,
) -> None:
    """Publish the price of a product from a period on: a unit, by tiers or a package."""
    price = _price(product, effective_period, contract, unit_price, graduated, volume, package)

    async def work(client: Client, output: Output) -> None:
        published = await client.billing.publish_prices([price], request_id=request_id)
        output.document(PublishPricesResponse(prices=published), _prices(published))

    run(context, work)


def _price(
    product: str,
    period: str,
    contract: str,
    unit_price: Decimal | None,
    graduated: Tiers | None,
    volume: Tiers | None,
    package: Package | None,
) -> ProductPrice:
    """The one price that is given; a usage error when there is none, or a second."""
    prices: list[ProductPrice] = []
    if unit_price is not None:
        prices.append(per_unit_price(product, period, unit_price, contract_sid=contract))
    if graduated is not None:
        prices.append(graduated_price(product, period, graduated.steps, contract_sid=contract))
    if volume is not None:
        prices.append(volume_price(product, period, volume.steps, contract_sid=contract))
    if package is not None:
        prices.append(package_price(product, period, package.size, package.price, contract_sid=contract))
    if len(prices) != 1:
        raise typer.BadParameter("give UNIT_PRICE, --graduated, --volume or --package, and only one of them")
    return prices[0]


def _prices(prices: Iterable[ProductPrice]) -> Table:
    return table(
        ("product", "from", "price", "own of", "published"),
        (
            (
                each.product_id,
                each.effective_period,
                pricing_text(each),
                each.contract_sid,
                moment_text(each.publish_time),
            )
            for each in prices
        ),
    )
