"""`prorata clock`."""

from datetime import datetime
from typing import Annotated

import typer

from prorata.client import Client
from prorata.commands.context import run
from prorata.commands.options import moment_parser
from prorata.commands.output import Output
from prorata.moments import moment_text, moment_to_timestamp
from prorata.v1.test_clock_service_pb2 import GetTestClockResponse

app = typer.Typer(help="The clock of a server in test mode.", no_args_is_help=True)


@app.command()
def get(context: typer.Context) -> None:
    """Show the clock."""

    async def work(client: Client, output: Output) -> None:
        _print(output, await client.clock.get())

    run(context, work)


@app.command()
def advance(
    context: typer.Context,
    *,
    target: Annotated[
        datetime,
        typer.Argument(
            metavar="MOMENT",
            parser=moment_parser,
            help="What it is to show (RFC 3339), such as 2026-07-01T06:00:00Z.",
        ),
    ],
) -> None:
    """Set the clock: freely while the store is empty, then only forward."""

    async def work(client: Client, output: Output) -> None:
        _print(output, await client.clock.advance(target))

    run(context, work)


def _print(output: Output, moment: datetime) -> None:
    shown = GetTestClockResponse(current_time=moment_to_timestamp(moment))
    output.document(shown, moment_text(shown.current_time))
