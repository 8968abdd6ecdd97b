"""`make demo`: start everything, load a month, close it and the next, print and check the charges, stop."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import datetime

import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.demo import report
from deploy.demo.check import closing_findings, counted, month_findings, rehearsed, settled_findings
from deploy.demo.load import end_june, live_july, load
from deploy.demo.month import END, GRACE, NEXT_END, NEXT_PERIOD, PERIOD, Month, make_month
from deploy.local import LocalError, Stack
from prorata import Client
from prorata.v1.closing_pb2 import Closing
from prorata.v1.rehearsal_pb2 import Rehearsal

CLOSING_SECONDS = 120


def main() -> int:
    """The command; returns the exit code: 1 when a check fails."""
    console = Console()
    begun = time.monotonic()
    try:
        with console.status("Starting Postgres, Valkey, the server and a worker"), Stack(test_mode=True) as stack:
            console.print(f"Started in {time.monotonic() - begun:.1f} s; the server answers at {stack.address}\n")
            good = uvloop.run(show(console, stack.address))
    except LocalError as error:
        console.print(f"[red]{error}")
        return 1
    console.print(f"Everything is stopped. It took {time.monotonic() - begun:.0f} s.")
    return 0 if good else 1


async def show(console: Console, address: str) -> bool:
    """Play June, then July; returns whether all checks hold."""
    month = make_month()
    async with Client(address, caller="demo") as client:
        june = await show_june(console, client, month)
        july = await show_july(console, client, month)
    return report.checked(console, [*june, *july])


async def show_june(console: Console, client: Client, month: Month) -> list[tuple[str, bool]]:
    """Load June, rehearse its closing, close it, and print its charges; returns what was checked."""
    with _progress(console) as progress:
        await load(client, month, progress)
        usage = await end_june(client, month, progress)
        rehearsal = await rehearse(client, progress)
        closing = await close(client, PERIOD, END + GRACE, progress)
    records = [record async for record in client.billing.stream_charges()]
    report.loaded(console, month, usage)
    report.rehearsed(console, rehearsed(rehearsal, closing))
    report.closed(console, closing)
    await report.examples(console, client, records, PERIOD)
    await report.explained(console, client, records)
    return [
        ("exactly the bad records were refused, exactly the repeats counted once", counted(month.june, usage)),
        ("the rehearsal agrees with the closing: records, totals, digest", rehearsed(rehearsal, closing)),
        *closing_findings(closing, records),
        *month_findings(month, records),
    ]


async def show_july(console: Console, client: Client, month: Month) -> list[tuple[str, bool]]:
    """Live July, close it, and print what it settled of June; returns what was checked."""
    with _progress(console) as progress:
        usage = await live_july(client, month, NEXT_END, progress)
        closing = await close(client, NEXT_PERIOD, NEXT_END + GRACE, progress)
    records = [record async for record in client.billing.stream_charges()]
    report.lived(console, month, usage)
    report.closed(console, closing)
    report.settled(console, records)
    await report.examples(console, client, records, NEXT_PERIOD)
    return [
        ("July: exactly the bad records were refused, the repeats counted once", counted(month.july, usage)),
        *closing_findings(closing, records),
        *settled_findings(month, records),
    ]


async def rehearse(client: Client, progress: Progress) -> Rehearsal:
    """Rehearse the closing of June before the month has ended."""
    task = progress.add_task("Rehearsing 2026-06: shards", total=None)
    rehearsal = Rehearsal()
    async with asyncio.timeout(CLOSING_SECONDS):
        number = (await client.billing.rehearse_closing(PERIOD)).rehearsal_number
        async for rehearsal in client.billing.watch_rehearsal(number):
            progress.update(task, completed=rehearsal.done_shard_count, total=rehearsal.shard_count)
    return rehearsal


async def close(client: Client, period: str, at: datetime, progress: Progress) -> Closing:
    """Move the clock past the grace time, and watch the month close by itself."""
    await client.clock.advance(at)
    task = progress.add_task(f"Closing {period}: shards", total=None)
    closing = Closing()
    async with asyncio.timeout(CLOSING_SECONDS):
        await _appears(client, period)
        async for closing in client.billing.watch_closing(period):
            progress.update(task, completed=closing.done_shard_count, total=closing.shard_count)
    return closing


async def _appears(client: Client, period: str) -> None:
    """Wait until the closing that starts by itself is there."""
    while all(each.period != period for each in (await client.billing.list_closings()).closings):  # noqa: ASYNC110
        await asyncio.sleep(0.05)  # its beginning gives no signal


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:34}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )


if __name__ == "__main__":
    sys.exit(main())
