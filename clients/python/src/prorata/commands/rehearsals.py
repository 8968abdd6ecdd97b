"""`prorata rehearsals`."""

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.table import Table

from prorata.client import Client
from prorata.commands.charges import totals_table
from prorata.commands.comparison import comparison_pieces
from prorata.commands.context import run, take
from prorata.commands.options import (
    DEFAULT_LIMIT,
    LimitOption,
    PeriodArgument,
    PeriodOption,
    RequestIdOption,
    enum_text,
)
from prorata.commands.output import Output, facts, table
from prorata.commands.steps import Steps, failed_shards, shards_done
from prorata.moments import moment_text
from prorata.v1.billing_service_pb2 import ListRehearsalsResponse
from prorata.v1.rehearsal_pb2 import Rehearsal, RehearsalState

app = typer.Typer(help="Rehearsals: a month-end of which only the report is stored.", no_args_is_help=True)

NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="The rehearsal's number.")]


@app.command()
def start(
    context: typer.Context,
    *,
    period: PeriodArgument,
    watch: Annotated[bool, typer.Option("--watch", help="Follow it until it is complete.")] = False,
    request_id: RequestIdOption = None,
) -> None:
    """Start a rehearsal of the period that closes next, as if it ended with what is known now."""

    async def work(client: Client, output: Output) -> None:
        rehearsal = await client.billing.rehearse_closing(period, request_id=request_id)
        if watch:
            await _watch(client, output, rehearsal.rehearsal_number)
        else:
            output.document(rehearsal, *_rehearsal(rehearsal))

    run(context, work)


@app.command()
def get(context: typer.Context, *, number: NumberArgument) -> None:
    """Show the report of a rehearsal."""

    async def work(client: Client, output: Output) -> None:
        rehearsal = await client.billing.get_rehearsal(number)
        output.document(rehearsal, *_rehearsal(rehearsal))

    run(context, work)


@app.command()
def watch(context: typer.Context, *, number: NumberArgument) -> None:
    """Follow a rehearsal until it is complete; with --json, a line for every step."""

    async def work(client: Client, output: Output) -> None:
        await _watch(client, output, number)

    run(context, work)


@app.command("list")
def list_(context: typer.Context, *, period: PeriodOption = None, limit: LimitOption = DEFAULT_LIMIT) -> None:
    """List the rehearsals, the latest first."""

    async def work(client: Client, output: Output) -> None:
        found = await take(client.billing.iterate_rehearsals(period=period or ""), limit, output)
        output.document(ListRehearsalsResponse(rehearsals=found), _rehearsals(found))

    run(context, work)


async def _watch(client: Client, output: Output, number: int) -> None:
    """Show every step of a rehearsal, and its report."""
    rehearsal = Rehearsal()
    with Steps(output, "rehearsing") as steps:
        async for rehearsal in client.billing.watch_rehearsal(number):
            steps.show(rehearsal)
    if not output.as_json:
        output.document(rehearsal, *_rehearsal(rehearsal))


def _state(rehearsal: Rehearsal) -> str:
    return enum_text(RehearsalState.DESCRIPTOR, rehearsal.state)


def _rehearsal(rehearsal: Rehearsal) -> Iterable[RenderableType]:
    yield facts(
        (
            ("rehearsal", rehearsal.rehearsal_number),
            ("period", rehearsal.period),
            ("state", _state(rehearsal)),
            ("started", f"{moment_text(rehearsal.start_time)} by {rehearsal.started_by}"),
            ("complete", moment_text(rehearsal.complete_time)),
            ("shards done", shards_done(rehearsal)),
            ("shards failed", failed_shards(rehearsal)),
            ("not completed", rehearsal.completion_error),
            ("records", f"{rehearsal.record_count:,}"),
            ("digest", rehearsal.digest),
            ("set apart", rehearsal.set_apart_count or None),
        )
    )
    yield totals_table(rehearsal.totals)
    if rehearsal.set_apart:
        yield table(("owner set apart", "reason"), ((each.owner_sid, each.reason) for each in rehearsal.set_apart))
    yield from comparison_pieces(rehearsal.period, rehearsal.comparison)


def _rehearsals(rehearsals: Iterable[Rehearsal]) -> Table:
    return table(
        (">rehearsal", "period", "state", "started", ">records", ">set apart", "complete", "digest"),
        (
            (
                each.rehearsal_number,
                each.period,
                _state(each),
                moment_text(each.start_time),
                f"{each.record_count:,}",
                each.set_apart_count,
                moment_text(each.complete_time),
                each.digest,
            )
            for each in rehearsals
        ),
    )
