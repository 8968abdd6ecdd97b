"""`prorata closing`."""

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.table import Table

from prorata.client import Client
from prorata.commands.charges import totals_table
from prorata.commands.comparison import comparison_pieces
from prorata.commands.context import run, take
from prorata.commands.options import DEFAULT_LIMIT, LimitOption, PeriodArgument, RequestIdOption, enum_text
from prorata.commands.output import Output, facts, table
from prorata.commands.steps import Steps, failed_shards, shards_done
from prorata.days import date_to_day
from prorata.moments import moment_text
from prorata.v1.billing_service_pb2 import ListClosingsResponse
from prorata.v1.closing_pb2 import CLOSING_STATE_BLOCKED, Closing, ClosingState

app = typer.Typer(help="The month-end: closings of periods.", no_args_is_help=True)

WatchOption = Annotated[bool, typer.Option("--watch", help="Follow it until it is closed or blocked.")]


@app.command()
def start(
    context: typer.Context,
    *,
    period: PeriodArgument,
    watch: WatchOption = False,
    request_id: RequestIdOption = None,
) -> None:
    """Start the closing of a period that has ended. Started again, the first one answers.

    With --watch it exits with 1 when the closing ends blocked.
    """

    async def work(client: Client, output: Output) -> bool:
        closing = await client.billing.start_closing(period, request_id=request_id)
        return await _watch(client, output, period) if watch else _print(output, closing)

    run(context, work)


@app.command("watch")
def watch_(context: typer.Context, *, period: PeriodArgument) -> None:
    """Follow a closing until it is closed or blocked; with --json, a line for every step.

    It exits with 1 when the closing ends blocked.
    """

    async def work(client: Client, output: Output) -> bool:
        return await _watch(client, output, period)

    run(context, work)


@app.command()
def get(context: typer.Context, *, period: PeriodArgument) -> None:
    """Show the closing of a period."""

    async def work(client: Client, output: Output) -> None:
        closing = await client.billing.get_closing(period)
        output.document(closing, *_closing(closing))

    run(context, work)


@app.command("list")
def list_(context: typer.Context, *, limit: LimitOption = DEFAULT_LIMIT) -> None:
    """List the closings, the latest first."""

    async def work(client: Client, output: Output) -> None:
        closings = await take(client.billing.iterate_closings(), limit, output)
        output.document(ListClosingsResponse(closings=closings), _closings(closings))

    run(context, work)


@app.command()
def retry(
    context: typer.Context,
    *,
    period: PeriodArgument,
    watch: WatchOption = False,
    request_id: RequestIdOption = None,
) -> None:
    """Calculate the owners set apart again, with what is known now."""

    async def work(client: Client, output: Output) -> bool:
        closing = await client.billing.retry_closing_failures(period, request_id=request_id)
        return await _watch(client, output, period) if watch else _print(output, closing)

    run(context, work)


@app.command()
def release(
    context: typer.Context,
    *,
    period: PeriodArgument,
    owners: Annotated[
        list[str] | None,
        typer.Argument(metavar="[OWNER]...", help="The owners; all that are set apart when none."),
    ] = None,
    request_id: RequestIdOption = None,
) -> None:
    """Release owners set apart, so that the next period may close."""

    async def work(client: Client, output: Output) -> None:
        closing = await client.billing.release_closing_failures(period, owners or (), request_id=request_id)
        output.document(closing, *_closing(closing))

    run(context, work)


async def _watch(client: Client, output: Output, period: str) -> bool:
    """Show every step of a closing; whether it ended closed."""
    closing = Closing()
    with Steps(output, "closing") as steps:
        async for closing in client.billing.watch_closing(period):
            steps.show(closing)
    if not output.as_json:
        _print(output, closing)
    return closing.state != CLOSING_STATE_BLOCKED


def _print(output: Output, closing: Closing) -> bool:
    output.document(closing, *_closing(closing))
    return True


def _state(closing: Closing) -> str:
    return enum_text(ClosingState.DESCRIPTOR, closing.state)


def _closing(closing: Closing) -> Iterable[RenderableType]:
    yield facts(
        (
            ("period", closing.period),
            ("state", _state(closing)),
            ("number", closing.closing_number),
            ("charge day", date_to_day(closing.charge_day)),
            ("started", f"{moment_text(closing.start_time)} by {closing.started_by}"),
            ("complete", moment_text(closing.complete_time)),
            ("shards done", shards_done(closing)),
            ("shards failed", failed_shards(closing)),
            ("not completed", closing.completion_error),
            ("records", f"{closing.record_count:,}"),
            (
                "digest",
                closing.digest + ("" if closing.digest_final or not closing.digest else " (not final)"),
            ),
            ("set apart", closing.set_apart_count or None),
        )
    )
    yield totals_table(closing.totals)
    if closing.set_apart:
        rows = ((each.owner_sid, each.reason, "yes" if each.released else "no") for each in closing.set_apart)
        yield table(("owner set apart", "reason", "released"), rows)
    yield from comparison_pieces(closing.period, closing.comparison)


def _closings(closings: Iterable[Closing]) -> Table:
    return table(
        ("period", "state", "charge day", ">records", ">set apart", "complete", "digest"),
        (
            (
                each.period,
                _state(each),
                date_to_day(each.charge_day) or "",
                f"{each.record_count:,}",
                each.set_apart_count,
                moment_text(each.complete_time),
                each.digest,
            )
            for each in closings
        ),
    )
