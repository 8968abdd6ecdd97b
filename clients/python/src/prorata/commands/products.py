"""`prorata products`."""

from collections.abc import Iterable
from typing import Annotated, cast

import typer
from rich.table import Table

from prorata.client import Client
from prorata.commands.context import run, take
from prorata.commands.options import (
    DEFAULT_LIMIT,
    LimitOption,
    PeriodOption,
    RequestIdOption,
    enum_parser,
    enum_text,
)
from prorata.commands.output import Output, table
from prorata.v1.billing_service_pb2 import ListProductsResponse
from prorata.v1.product_pb2 import (
    PRODUCT_FAMILY_PLATFORM,
    PRODUCT_STAGE_GENERALLY_AVAILABLE,
    Product,
    ProductFamily,
    ProductStage,
)

app = typer.Typer(help="Products whose usage is charged.", no_args_is_help=True)


@app.command("list")
def list_(context: typer.Context, *, period: PeriodOption = None, limit: LimitOption = DEFAULT_LIMIT) -> None:
    """List the products, with their stage and family in a period, the current one when none is given."""

    async def work(client: Client, output: Output) -> None:
        products = await take(client.billing.iterate_products(period=period or ""), limit, output)
        output.document(ListProductsResponse(products=products), _products(products))

    run(context, work)


@app.command()
def put(
    context: typer.Context,
    *,
    product: Annotated[str, typer.Argument(metavar="PRODUCT", help="Its id: 1 to 64 of a-z, 0-9 and hyphen.")],
    name: Annotated[str, typer.Option(help="A name for people.")],
    unit: Annotated[str, typer.Option(help='What a quantity of 1 is, such as "message".')],
    stage: Annotated[
        int,
        typer.Option(
            metavar="STAGE",
            parser=enum_parser(ProductStage.DESCRIPTOR),
            show_default="generally-available",
            help="alpha, beta, limited-release, developer-preview, not-generally-available or generally-available.",
        ),
    ] = PRODUCT_STAGE_GENERALLY_AVAILABLE,
    family: Annotated[
        int,
        typer.Option(
            metavar="FAMILY",
            parser=enum_parser(ProductFamily.DESCRIPTOR),
            show_default="platform",
            help="platform, telecom-provider or segment.",
        ),
    ] = PRODUCT_FAMILY_PLATFORM,
    effective_period: PeriodOption = None,
    request_id: RequestIdOption = None,
) -> None:
    """Make a product, or change it, its stage and family from a period on."""

    async def work(client: Client, output: Output) -> None:
        made = await client.billing.put_product(
            product,
            display_name=name,
            unit=unit,
            stage=cast(ProductStage.ValueType, stage),
            family=cast(ProductFamily.ValueType, family),
            effective_period=effective_period or "",
            request_id=request_id,
        )
        output.document(made, _products([made]))

    run(context, work)


def _products(products: Iterable[Product]) -> Table:
    return table(
        ("product", "name", "unit", "stage", "family", "covered", "from"),
        (
            (
                each.product_id,
                each.display_name,
                each.unit,
                enum_text(ProductStage.DESCRIPTOR, each.stage),
                enum_text(ProductFamily.DESCRIPTOR, each.family),
                "yes" if each.covered else "no",
                each.effective_period,
            )
            for each in products
        ),
    )
