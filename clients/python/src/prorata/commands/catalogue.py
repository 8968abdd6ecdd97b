"""`prorata catalogue`."""

import re
from datetime import date
from typing import Annotated, cast

import typer

from prorata.client import Client
from prorata.commands.context import run
from prorata.commands.options import RequestIdOption, day_parser, enum_parser
from prorata.commands.output import Output
from prorata.commands.plans import PlanArgument, guarantees_table, plan_facts
from prorata.commands.price_options import (
    DEFAULT_CURRENCY,
    CurrencyOption,
    FlatOption,
    MinimumOption,
    RateOption,
    price_of,
)
from prorata.v1.plan_pb2 import GuaranteeClock, Priority, ResponseGuarantee, SupportChannel, SupportService

app = typer.Typer(help="Versions of the plans of the catalogue.", no_args_is_help=True)

_CHANNEL, _SERVICE = enum_parser(SupportChannel.DESCRIPTOR), enum_parser(SupportService.DESCRIPTOR)
_GUARANTEE = re.compile(r"(?P<priority>[^:]+):(?P<minutes>[0-9]{1,7}):(?P<clock>[^:]+)(?P<exclusive>:exclusive)?")


@app.command()
def publish(
    context: typer.Context,
    *,
    plan: PlanArgument,
    effective_day: Annotated[
        date,
        typer.Option(
            metavar="YYYY-MM-DD", parser=day_parser, help="The day it takes effect, tomorrow at the earliest."
        ),
    ],
    rate: RateOption = None,
    minimum: MinimumOption = None,
    flat: FlatOption = None,
    currency: CurrencyOption = DEFAULT_CURRENCY,
    guarantee: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PRIORITY:MINUTES:CLOCK[:exclusive]",
            help="A guarantee, such as p1:60:around-the-clock:exclusive or p2:120:business-hours; may be repeated.",
        ),
    ] = None,
    channel: Annotated[
        list[str] | None,
        typer.Option(metavar="CHANNEL", help="api-status, email, chat or phone; may be repeated."),
    ] = None,
    service: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SERVICE",
            help="technical-account-manager, hotline or quarterly-review; may be repeated.",
        ),
    ] = None,
    request_id: RequestIdOption = None,
) -> None:
    """Publish a version of a plan; what is not given it does not have."""
    price = price_of(rate, minimum, flat, currency)
    if price is None:
        raise typer.BadParameter("give the price: --rate and --minimum, or --flat")
    guarantees = [_guarantee(text) for text in guarantee or ()]
    channels = [cast("SupportChannel.ValueType", _CHANNEL(text)) for text in channel or ()]
    services = [cast("SupportService.ValueType", _SERVICE(text)) for text in service or ()]

    async def work(client: Client, output: Output) -> None:
        published = await client.plans.publish_plan_version(
            plan,
            effective_day=effective_day,
            price=price,
            guarantees=guarantees,
            channels=channels,
            services=services,
            request_id=request_id,
        )
        output.document(published, plan_facts(published), guarantees_table(published))

    run(context, work)


def _guarantee(text: str) -> ResponseGuarantee:
    """A guarantee written as PRIORITY:MINUTES:CLOCK[:exclusive]."""
    match = _GUARANTEE.fullmatch(text)
    if match is None:
        raise typer.BadParameter(f"not PRIORITY:MINUTES:CLOCK[:exclusive]: {text!r}")
    return ResponseGuarantee(
        priority=cast("Priority.ValueType", enum_parser(Priority.DESCRIPTOR)(match["priority"])),
        response_minutes=int(match["minutes"]),
        clock=cast("GuaranteeClock.ValueType", enum_parser(GuaranteeClock.DESCRIPTOR)(match["clock"])),
        exclusive=bool(match["exclusive"]),
    )
