"""`prorata prices`."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

import typer
from rich.table import Table

from prorata.calls.prices import per_unit_price
from prorata.client import Client
from prorata.commands.context import run, take
from prorata.commands.options import DEFAULT_LIMIT, LimitOption, RequestIdOption, checked
from prorata.commands.output import Output, table
from prorata.days import parse_period
from prorata.exact import decimal_text, parse_decimal
from prorata.moments import moment_text
from prorata.money import number_to_decimal
from prorata.v1.billing_service_pb2 import ListPricesResponse, PublishPricesResponse
from prorata.v1.product_pb2 import ProductPrice

app = typer.Typer(help="The price book.", no_args_is_help=True)


@app.command("list")
def list_(
    context: typer.Context,
    *,
    product: Annotated[str, typer.Option(help="Only of this product.")] = "",
    limit: LimitOption = DEFAULT_LIMIT,
) -> None:
    """List the prices, by product and period."""

    async def work(client: Client, output: Output) -> None:
        prices = await take(client.billing.iterate_prices(product_id=product), limit, output)
        output.document(ListPricesResponse(prices=prices), _prices(prices))

    run(context, work)


@app.command()
def publish(
    context: typer.Context,
    *,
    product: Annotated[str, typer.Argument(metavar="PRODUCT", help="The product's id.")],
    unit_price: Annotated[
        Decimal,
        typer.Argument(
            metavar="UNIT_PRICE",
            parser=checked(parse_decimal),
            help="The price of a unit, up to 12 decimal places.",
        ),
    ],
    effective_period: Annotated[
        str,
        typer.Option(
            metavar="YYYY-MM",
            parser=checked(parse_period),
            help="The first period it holds in; none that is closed.",
        ),
    ],
    request_id: RequestIdOption = None,
) -> None:
    """Publish the price of a product from a period on."""

    async def work(client: Client, output: Output) -> None:
        price = per_unit_price(product, effective_period, unit_price)
        published = await client.billing.publish_prices([price], request_id=request_id)
        output.document(PublishPricesResponse(prices=published), _prices(published))

    run(context, work)


def _prices(prices: Iterable[ProductPrice]) -> Table:
    return table(
        ("product", "from", ">a unit", "published"),
        (
            (
                each.product_id,
                each.effective_period,
                decimal_text(number_to_decimal(each.per_unit.unit_price), 2),
                moment_text(each.publish_time),
            )
            for each in prices
        ),
    )
