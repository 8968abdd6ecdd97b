"""`prorata charges`."""

from collections.abc import Iterable
from typing import Annotated, cast

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from prorata.client import Client
from prorata.commands.context import run, take
from prorata.commands.options import (
    DEFAULT_LIMIT,
    AccountArgument,
    AsOfOption,
    LimitOption,
    PeriodOption,
    RequestIdOption,
    enum_parser,
    enum_text,
)
from prorata.commands.output import Output, facts, table
from prorata.commands.pricing import pricing_text
from prorata.days import date_to_day
from prorata.money import money_text
from prorata.quantity import quantity_text
from prorata.v1.billing_service_pb2 import (
    AcknowledgeChargesResponse,
    ListChargesResponse,
    PreviewChargesResponse,
)
from prorata.v1.charge_pb2 import (
    CHARGE_KIND_UNSPECIFIED,
    ChargeExplanation,
    ChargeKind,
    ChargeLine,
    ChargeRecord,
    ChargeTotal,
)
from prorata.v1.flex_pb2 import FlexPricingModel

app = typer.Typer(help="Charge records, and the feed of them.", no_args_is_help=True)

ChargeArgument = Annotated[str, typer.Argument(metavar="CHARGE", help="The record's id: CH and 32 hex digits.")]


@app.command()
def preview(context: typer.Context, *, account: AccountArgument, period: PeriodOption = None) -> None:
    """Show what a top-level account would be charged for a period, the current one when none is given."""

    async def work(client: Client, output: Output) -> None:
        page = await client.billing.preview_charges(account, period=period or "")
        records = [*page.records]
        while page.next_page_token:
            page = await client.billing.preview_charges(account, period=period or "", page_token=page.next_page_token)
            records += page.records
        found = PreviewChargesResponse(records=records, totals=page.totals)
        output.document(found, records_table(found.records), totals_table(found.totals))

    run(context, work)


@app.command("list")
def list_(
    context: typer.Context,
    *,
    payer: Annotated[str, typer.Option(help="Only those this top-level account pays.")] = "",
    period: PeriodOption = None,
    closing_period: PeriodOption = None,
    kind: Annotated[
        int,
        typer.Option(
            metavar="KIND",
            parser=enum_parser(ChargeKind.DESCRIPTOR),
            show_default="any",
            help="Only those of a kind: usage, flex, support-plan or support-credit.",
        ),
    ] = CHARGE_KIND_UNSPECIFIED,
    as_of: AsOfOption = None,
    limit: LimitOption = DEFAULT_LIMIT,
) -> None:
    """List charge records, by position in the feed; as of a moment, those emitted up to then."""

    async def work(client: Client, output: Output) -> None:
        found = client.billing.iterate_charges(
            payer_account_sid=payer,
            period=period or "",
            closing_period=closing_period or "",
            kind=cast(ChargeKind.ValueType, kind),
            as_of_time=as_of,
        )
        records = await take(found, limit, output)
        output.document(ListChargesResponse(records=records), records_table(records))

    run(context, work)


@app.command()
def get(context: typer.Context, *, charge: ChargeArgument) -> None:
    """Show a charge record with its lines and parts."""

    async def work(client: Client, output: Output) -> None:
        record = await client.billing.get_charge(charge)
        output.document(record, records_table([record]), _lines(record), _parts(record))

    run(context, work)


@app.command()
def explain(context: typer.Context, *, charge: ChargeArgument) -> None:
    """Explain a charge record in words and numbers."""

    async def work(client: Client, output: Output) -> None:
        explanation = await client.billing.explain_charge(charge)
        output.document(explanation, *_explanation(explanation))

    run(context, work)


@app.command()
def stream(
    context: typer.Context,
    *,
    after: Annotated[int | None, typer.Option(min=0, help="Begin after this position of the feed.")] = None,
    consumer: Annotated[str, typer.Option(help="Begin after what this consumer has acknowledged.")] = "",
    follow: Annotated[bool, typer.Option("--follow", help="Stay, and follow the feed live.")] = False,
) -> None:
    """Print the feed of charge records, a record a line."""
    if after is not None and consumer:
        raise typer.BadParameter("--after and --consumer exclude one another")

    async def work(client: Client, output: Output) -> None:
        records = client.billing.stream_charges(after_position=after or 0, consumer=consumer, follow=follow)
        async for record in records:
            output.line(record, _record_line(record))

    run(context, work)


@app.command()
def acknowledge(
    context: typer.Context,
    *,
    consumer: Annotated[str, typer.Argument(metavar="CONSUMER", help="The consumer's name.")],
    position: Annotated[int, typer.Argument(metavar="POSITION", min=0, help="The last position it is done with.")],
    request_id: RequestIdOption = None,
) -> None:
    """Note how far a named consumer has come in the feed."""

    async def work(client: Client, output: Output) -> None:
        noted = await client.billing.acknowledge_charges(consumer, position, request_id=request_id)
        output.document(AcknowledgeChargesResponse(position=noted), f"{consumer} is at position {noted:,}")

    run(context, work)


def records_table(records: Iterable[ChargeRecord]) -> Table:
    """Charge records, one a line."""
    return table(
        (
            ">position",
            "charge",
            "kind",
            "payer",
            "account or owner",
            "period",
            "closing",
            "charge day",
            ">amount",
        ),
        (
            (
                each.position or "",
                each.charge_id,
                _kind(each.kind) + (" (adjustment)" if each.adjustment else ""),
                each.payer_account_sid,
                each.account_sid or each.owner_sid,
                each.period,
                each.closing_period,
                date_to_day(each.charge_day) or "",
                money_text(each.amount),
            )
            for each in records
        ),
    )


def totals_table(totals: Iterable[ChargeTotal]) -> Table:
    """Totals per kind."""
    return table(
        ("total of", ">records", ">amount"),
        ((_kind(each.kind), f"{each.record_count:,}", money_text(each.amount)) for each in totals),
    )


def _kind(kind: int) -> str:
    return enum_text(ChargeKind.DESCRIPTOR, kind)


def _record_line(record: ChargeRecord) -> str:
    return (
        f"{record.position} {record.charge_id} {_kind(record.kind)} {record.payer_account_sid} "
        f"{record.period} {record.closing_period} {money_text(record.amount)}"
    )


def _lines(record: ChargeRecord) -> Table:
    return table(
        (">line", "calculated from", ">amount"),
        ((number, _inputs(line), money_text(line.amount)) for number, line in enumerate(record.lines, 1)),
    )


def _model(model: int) -> str:
    return enum_text(FlexPricingModel.DESCRIPTOR, model)


def _inputs(line: ChargeLine) -> str:
    if line.WhichOneof("inputs") == "usage":
        usage = line.usage
        priced = quantity_text(usage.unrated_quantity_micros)
        included = usage.included_quantity_micros
        without = f" less {quantity_text(included)} included" if included else ""
        terms = usage.unit_price.value or pricing_text(usage.pricing)
        price = f" at {terms} from {usage.price_effective_period}" if terms else ""
        own = f" ({usage.price_contract_sid})" if usage.price_contract_sid else ""
        rated = money_text(usage.rated_amount) or 0
        return f"{usage.product_id}: {priced}{without} priced here{price}{own}, rated {rated}"
    if line.WhichOneof("inputs") == "flex":
        flex = line.flex
        since = f" from {flex.price_effective_period}" if flex.price_effective_period else ""
        return f"{_model(flex.pricing_model)}: {flex.counted.value} at {money_text(flex.unit_price)}{since}"
    if line.WhichOneof("inputs") == "adjustment":
        adjusted = line.adjustment
        item = adjusted.product_id or adjusted.plan_id or _model(adjusted.pricing_model)
        return f"{item}: due {money_text(adjusted.due) or 0}, carried {money_text(adjusted.carried) or 0}"
    if line.WhichOneof("inputs") == "credit":
        credit = line.credit
        return (
            f"{credit.credit_id} for {credit.plan_id} in {credit.month}: {money_text(credit.credit)}, "
            f"used before {money_text(credit.used_before)}, owed {money_text(credit.owed)}"
        )
    support = line.support
    return (
        f"{support.plan_id} version {support.plan_version_number}, spend {money_text(support.spend)}, "
        f"{support.day_count} of {support.month_day_count} days from {date_to_day(support.start_day)}"
    )


def _parts(record: ChargeRecord) -> Table:
    return table(
        (">line", "part of account", ">weight", ">amount"),
        (
            (number, part.account_sid, money_text(part.weight), money_text(part.amount))
            for number, line in enumerate(record.lines, 1)
            for part in line.parts
        ),
    )


def _explanation(explanation: ChargeExplanation) -> Iterable[RenderableType]:
    record = explanation.record
    yield records_table([record])
    yield facts((("rules", explanation.rules),))
    for number, line in enumerate(explanation.lines, 1):
        yield Text(f"{number}. {line.summary}")
        yield Text(f"   {line.formula}")
        yield from (Text(f"   {note}") for note in line.notes)
