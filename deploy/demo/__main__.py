"""`make demo`: start everything, load a month, close it, print the charges, check them, stop everything."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.demo import report
from deploy.demo.check import findings
from deploy.demo.month import CLOSES, END, MIDDLE, PERIOD, PRODUCTS, START, Family, Month, make_month
from deploy.local import LocalError, Stack
from prorata import Client, UsageReport, per_unit_price
from prorata.v1.closing_pb2 import CLOSING_STATE_CLOSED, Closing
from prorata.v1.product_pb2 import ProductFamily, ProductStage

CALLS_AT_ONCE = 32
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
    """Play the month; returns whether all checks hold."""
    month = make_month()
    progress = Progress(
        TextColumn("{task.description:34}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )
    async with Client(address, caller="demo") as client:
        with progress:
            await load(client, month, progress)
            usage = await send_usage(client, month, progress)
            closing = await close(client, progress)
        records = [record async for record in client.billing.stream_charges()]
        report.loaded(console, month, usage)
        report.closed(console, closing)
        report.charges(console, records)
        await report.explained(console, client, records)
    return report.checked(
        console,
        [
            ("exactly the bad records were refused, exactly the repeats counted once", counted(month, usage)),
            ("the month closed with a final digest", closing.state == CLOSING_STATE_CLOSED and closing.digest_final),
            *findings(month, closing, records),
        ],
    )


async def load(client: Client, month: Month, progress: Progress) -> None:
    """Products, accounts, and plans from 1 June; the changes of 15 June are asked for on 10 June."""
    await client.clock.advance(START)
    for product_id, name, unit, price, special in PRODUCTS:
        stage = "BETA" if special == "beta" else "GENERALLY_AVAILABLE"
        family = "SEGMENT" if special == "segment" else "PLATFORM"
        await client.billing.put_product(
            product_id,
            display_name=name,
            unit=unit,
            stage=ProductStage.Value(f"PRODUCT_STAGE_{stage}"),
            family=ProductFamily.Value(f"PRODUCT_FAMILY_{family}"),
        )
        if price is not None:
            await client.billing.publish_prices([per_unit_price(product_id, PERIOD, Decimal(price))])
    await _each(progress, "Accounts", month.families, lambda family: _create(client, family))
    paying = [family for family in month.families if family.plan != "developer"]
    await _each(progress, "Plans from 1 June", paying, lambda family: _change(client, family, family.plan, START))
    await client.clock.advance(START + timedelta(days=9))
    changing = [family for family in month.families if family.later_plan]
    middle = datetime.combine(MIDDLE, START.timetz())
    await _each(
        progress,
        "Plan changes for 15 June",
        changing,
        lambda family: _change(client, family, family.later_plan or "", middle),
    )


async def send_usage(client: Client, month: Month, progress: Progress) -> UsageReport:
    """Send all usage in columns, as a product team would during the last minute of the month."""
    await client.clock.advance(END - timedelta(seconds=1))
    task = progress.add_task("Usage records, durable", total=len(month.usage))

    def moved(so_far: UsageReport) -> None:
        progress.update(task, completed=so_far.acknowledged_count)

    async with client.billing.usage_stream(progress=moved) as stream:
        await stream.send_arrays(month.usage)
    return stream.report


async def close(client: Client, progress: Progress) -> Closing:
    """Move the clock past the grace time, and watch the month close by itself."""
    await client.clock.advance(CLOSES)
    task = progress.add_task("Closing June: shards", total=None)
    closing = Closing()
    async with asyncio.timeout(CLOSING_SECONDS):
        await _appears(client)
        async for closing in client.billing.watch_closing(PERIOD):
            progress.update(task, completed=closing.done_shard_count, total=closing.shard_count)
    return closing


def counted(month: Month, usage: UsageReport) -> bool:
    """Whether the answers name exactly the records that had to be refused, and count each good one once."""
    refused = {record.source_index for record in usage.refused}
    return refused == set(month.refused.nonzero()[0].tolist()) and usage.new_count == int(month.good.sum())


async def _create(client: Client, family: Family) -> None:
    await client.plans.create_account(account_sid=family.sid, display_name=family.name)
    for sid in family.subaccounts:
        await client.plans.create_account(account_sid=sid, parent_account_sid=family.sid)


async def _change(client: Client, family: Family, plan_id: str, day: datetime) -> None:
    await client.plans.change_plan(family.sid, plan_id, start_day=day.date())


async def _appears(client: Client) -> None:
    """Wait until the closing that starts by itself is there."""
    while not (await client.billing.list_closings()).closings:  # noqa: ASYNC110 - its beginning gives no signal
        await asyncio.sleep(0.05)


async def _each(
    progress: Progress, description: str, families: Sequence[Family], call: Callable[[Family], Awaitable[None]]
) -> None:
    task = progress.add_task(description, total=len(families))
    gate = asyncio.Semaphore(CALLS_AT_ONCE)

    async def one(family: Family) -> None:
        async with gate:
            await call(family)
            progress.advance(task)

    async with asyncio.TaskGroup() as group:
        for family in families:
            group.create_task(one(family))


if __name__ == "__main__":
    sys.exit(main())
