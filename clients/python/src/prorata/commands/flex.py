"""`prorata flex`."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

import typer
from rich.table import Table

from prorata.calls.flex import flex_price
from prorata.client import Client
from prorata.commands.context import run
from prorata.commands.flex_activity import record, void
from prorata.commands.options import (
    AccountArgument,
    DayOption,
    RequestIdOption,
    checked,
    enum_parser,
    enum_text,
)
from prorata.commands.output import Output, facts, table
from prorata.days import date_to_day, parse_period
from prorata.exact import decimal_text, parse_decimal
from prorata.money import money_text
from prorata.quantity import micros_to_decimal
from prorata.v1.billing_service_pb2 import ListPricesResponse, PublishPricesResponse
from prorata.v1.flex_pb2 import FlexInstance, FlexPrice, FlexPricingModel

app = typer.Typer(help="Flex: instances, activity and prices.", no_args_is_help=True)
app.command()(record)
app.command()(void)

model_parser = enum_parser(FlexPricingModel.DESCRIPTOR)
ModelArgument = Annotated[
    int,
    typer.Argument(
        metavar="MODEL", parser=model_parser, help="The model: user-and-usage, named-user or active-user-hours."
    ),
]


@app.command()
def add(
    context: typer.Context, *, account: AccountArgument, model: ModelArgument, request_id: RequestIdOption = None
) -> None:
    """Add an instance to an account, from today on."""

    async def work(client: Client, output: Output) -> None:
        added = await client.plans.add_flex_instance(account, FlexPricingModel.ValueType(model), request_id=request_id)
        output.document(added, _instance(added))

    run(context, work)


@app.command()
def show(context: typer.Context, *, account: AccountArgument, day: DayOption = None) -> None:
    """Show the instance of an account, its pricing model on a day, and what is pending."""

    async def work(client: Client, output: Output) -> None:
        found = await client.plans.get_flex_instance(account, day=day)
        output.document(found, _instance(found))

    run(context, work)


@app.command()
def switch(
    context: typer.Context, *, account: AccountArgument, model: ModelArgument, request_id: RequestIdOption = None
) -> None:
    """Switch the pricing model on the first day of the next month."""

    async def work(client: Client, output: Output) -> None:
        wanted = FlexPricingModel.ValueType(model)
        switched = await client.plans.change_flex_pricing(account, wanted, request_id=request_id)
        output.document(switched, _instance(switched))

    run(context, work)


@app.command()
def withdraw(context: typer.Context, *, account: AccountArgument, request_id: RequestIdOption = None) -> None:
    """Withdraw the pending switch of the pricing model."""

    async def work(client: Client, output: Output) -> None:
        left = await client.plans.withdraw_flex_pricing_change(account, request_id=request_id)
        output.document(left, _instance(left))

    run(context, work)


@app.command()
def prices(context: typer.Context) -> None:
    """List the prices of the pricing models with their quotas."""

    async def work(client: Client, output: Output) -> None:
        found = await client.billing.list_flex_prices()
        output.document(ListPricesResponse(flex_prices=found), _prices(found))

    run(context, work)


def parse_quota(text: str) -> tuple[str, Decimal]:
    """A quota written as PRODUCT=QUANTITY. Raises ValueError for anything else."""
    product, _, quantity = text.partition("=")
    if not product or not quantity:
        raise ValueError(f"not a quota as PRODUCT=QUANTITY: {text[:80]!r}")
    return product, parse_decimal(quantity)


@app.command()
def publish(
    context: typer.Context,
    *,
    model: ModelArgument,
    unit_price: Annotated[
        Decimal,
        typer.Argument(
            metavar="UNIT_PRICE", parser=checked(parse_decimal), help="The price of a user or an hour, up to 9 places."
        ),
    ],
    effective_period: Annotated[
        str,
        typer.Option(
            metavar="YYYY-MM",
            parser=checked(parse_period),
            help="The first period it holds in; a closed one is settled by the next closing.",
        ),
    ],
    quota: Annotated[
        list[str] | None,
        typer.Option(metavar="PRODUCT=QUANTITY", help="How much of a product a user or an hour includes."),
    ] = None,
    currency: Annotated[str, typer.Option(metavar="CODE", help="The store's currency (ISO 4217).")] = "USD",
    request_id: RequestIdOption = None,
) -> None:
    """Publish the price of a pricing model from a period on, with all its quotas."""
    wanted = FlexPricingModel.ValueType(model)
    try:
        quotas = dict(parse_quota(text) for text in quota or [])
        price = flex_price(wanted, effective_period, unit_price, currency_code=currency, quotas=quotas)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="UNIT_PRICE or --quota") from error

    async def work(client: Client, output: Output) -> None:
        published = await client.billing.publish_flex_prices([price], request_id=request_id)
        output.document(PublishPricesResponse(flex_prices=published), _prices(published))

    run(context, work)


def _model(model: int) -> str:
    return enum_text(FlexPricingModel.DESCRIPTOR, model)


def _instance(instance: FlexInstance) -> Table:
    day = date_to_day(instance.pending_day)
    return facts(
        (
            ("account", instance.account_sid),
            ("first day", date_to_day(instance.start_day)),
            ("created with the account", "yes" if instance.created_with_account else "no"),
            ("pricing model", _model(instance.pricing_model)),
            ("pending", f"{_model(instance.pending_model)} from {day}" if day else "nothing"),
        )
    )


def _prices(found: Iterable[FlexPrice]) -> Table:
    return table(
        ("model", "from", ">a user or hour", "includes"),
        (
            (
                _model(each.pricing_model),
                each.effective_period or "the beginning",
                money_text(each.unit_price),
                ", ".join(
                    f"{decimal_text(micros_to_decimal(quota.quantity_micros))} {quota.product_id}"
                    for quota in each.quotas
                ),
            )
            for each in found
        ),
    )
