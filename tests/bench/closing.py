"""Closing: from StartClosing to the last record in the feed, beside SQL for the amounts and COPY of the same rows."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from statistics import fmean
from typing import NamedTuple

from billing.period import Period
from prorata.v1.charge_pb2 import CHARGE_KIND_SUPPORT_PLAN, CHARGE_KIND_USAGE
from prorata.v1.closing_pb2 import CLOSING_STATE_CLOSED, Closing
from tests.bench.bench import Bench
from tests.bench.closing_limit import Amounts, PlainClosing, plain_closing
from tests.bench.closing_load import FIRST_MONTH, Size, add_month, add_owners
from tests.bench.closing_preview import measure_preview
from tests.bench.measure import Curve, Point, Row, at_most
from tests.bench.processes import Peak, watched_memory
from tests.bench.stage import Stage, stage

FULL, QUICK = Size(40_000, 4), Size(1_500, 4)
COMPARED = Size(40_000, 1)  # with the largest
CURVE = (Size(10_000, 1), COMPARED, Size(200_000, 1), Size(1_000_000, 1))
WORKERS = 2
MEGABYTE = 1 << 20
PLAIN = "SQL for just the amounts, then COPY of as many rows into plain keyed tables, two connections"
CALM_SECONDS = 0.1


async def measure(bench: Bench, on: Stage) -> None:
    """Measure, on a stage without accounts; the growth on further ones."""
    size = QUICK if bench.quick else FULL
    memory = await _measure_pairs(bench, on, size)
    if not bench.quick:
        on.stop_workers()
        await _measure_growth(bench, memory, size)


class Months:
    """Successive months of the same owners, closed one after the other."""

    def __init__(self, on: Stage, plain: PlainClosing, size: Size) -> None:
        self._on = on
        self._plain = plain
        self._size = size
        self._closings: dict[int, Closing] = {}
        self._laid_in = -1
        self.peaks: list[int] = []

    async def prepare(self) -> None:
        """The owners, and a month closed before those that are measured, whose rows the limit takes over."""
        await add_owners(self._on, self._size)
        await self.ours(0)
        await self._plain.prepare(1)

    async def lay_in(self, number: int) -> Period:
        """A month's usage and changes, unless they are there."""
        period = FIRST_MONTH.plus(number)
        if number > self._laid_in:
            self._laid_in = number
            await add_month(self._on, period, self._size)
        return period

    async def ours(self, number: int) -> float:
        """Close a month; returns the seconds until WatchClosing says done."""
        period = await self.lay_in(number)
        async with AsyncExitStack() as watches:
            peaks: list[Peak] = [
                await watches.enter_async_context(watched_memory(worker.pid)) for worker in self._on.stack.workers
            ]
            start = time.perf_counter()
            await self._on.client.billing.start_closing(str(period))
            async for closing in self._on.client.billing.watch_closing(str(period)):
                self._closings[number] = closing
            seconds = time.perf_counter() - start
        assert closing.state == CLOSING_STATE_CLOSED
        assert closing.record_count
        self.peaks.append(max(peak.resident for peak in peaks))
        await self._calm()
        return seconds

    async def limit(self, number: int) -> float:
        """The limit of the same month; the amounts it yields are compared with ours once both are known."""
        return await self._plain.close(await self.lay_in(number))

    async def check(self, number: int) -> None:
        """Both came to the same."""
        totals = {total.kind: total.amount for total in self._closings[number].totals}
        found = Amounts(*(_minor(totals[kind]) for kind in (CHARGE_KIND_USAGE, CHARGE_KIND_SUPPORT_PLAN)))
        assert found == await self._plain.amounts(FIRST_MONTH.plus(number))
        written = await self._on.database.fetchval(
            "SELECT (SELECT count(*) FROM charge_record) + (SELECT count(*) FROM charge_usage_line) "
            "+ (SELECT count(*) FROM charge_support_line) + (SELECT count(*) FROM charge_support_part)"
        )
        expected = self._plain.row_count * len(self._closings)
        assert abs(written - expected) <= expected // 50, f"{written} rows written, {expected} of the limit"

    async def _calm(self) -> None:
        """Wait until the stream has all records, so that the limit's turn has the machine to itself."""
        while not await self._on.database.fetchval("SELECT relayed_position = last_position FROM charge_feed"):  # noqa: ASYNC110
            await asyncio.sleep(CALM_SECONDS)


def _minor(amount: object) -> int:
    return int(getattr(amount, "units")) * 100 + int(getattr(amount, "nanos")) // 10_000_000  # noqa: B009 - a message


async def _measure_pairs(bench: Bench, on: Stage, size: Size) -> float:
    """Turns; returns the most memory a worker had, in MB."""
    async with plain_closing(on.stack.database_url) as plain:
        await on.database.execute("ALTER SYSTEM SET autovacuum = off")  # its work is done between the turns
        await on.database.execute("SELECT pg_reload_conf()")
        months = Months(on, plain, size)
        await months.prepare()
        bench.tell(f"closing: {size.owner_count:,} owners laid in, and a first month closed")
        pairs = await bench.pairs(
            "closing", lambda number: months.ours(number + 1), lambda number: months.limit(number + 1)
        )
        await months.check(1)
        accounts = int(size.owner_count * 2.5)
        name = f"{accounts:,} accounts, {size.owner_count:,} owners, {size.cell_count:,.0f} cells, {WORKERS} workers"
        peak = max(months.peaks) / MEGABYTE
        bench.rows(
            Row("closing", name, "s", pairs.ours, PLAIN, pairs.limit, at_most(2)),
            Row("closing", f"most memory of a worker, {size.owner_count:,} owners", "MB", [peak]),
        )
        await measure_preview(bench, on, await months.lay_in(len(pairs.ours) + 1))
        return peak


class _Closed(NamedTuple):
    """One closing of a size: µs an owner, the limit's, and the most memory a worker had, in MB."""

    cost: float
    limit: float
    memory: float


async def _measure_growth(bench: Bench, memory: float, size: Size) -> None:
    """The curve: a stack and one closing a size, with as many cells an owner.

    The size that the largest is compared with is measured before and after it, as the machine is not always as fast.
    """
    closed = {each.owner_count: await _close(bench, each) for each in CURVE}
    largest, compared = CURVE[-1].owner_count, COMPARED.owner_count
    both = closed[compared], await _close(bench, COMPARED)
    cells = f"{CURVE[0].cell_count / CURVE[0].owner_count:.3g} cells an owner"
    bench.curve(
        Curve(
            "closing",
            f"time, {cells}",
            "owners",
            "µs/owner",
            [Point(count, each.cost) for count, each in closed.items()],
            [Point(count, each.limit) for count, each in closed.items()],
            PLAIN,
        )
    )
    peaks = [Point(count, each.memory) for count, each in closed.items()]
    bench.curve(Curve("closing", "most memory of a worker", "owners", "MB", peaks))
    note = f"{memory:,.0f} MB at {size.owner_count:,} owners with {size.cell_count / size.owner_count:,.3g} cells each"
    bench.rows(
        Row("closing", f"most memory of a worker, {largest:,} owners", "MB", [closed[largest].memory], note=note)
    )
    beside = f"that at {compared:,}, before and after it"
    for whose, cost, costs, goal in (
        ("an owner", closed[largest].cost, [each.cost for each in both], at_most(1.3)),
        ("the limit's", closed[largest].limit, [each.limit for each in both], None),
    ):
        name = f"cost of {whose} at {largest:,} owners"
        bench.rows(Row("closing", name, "µs", [cost], beside, [fmean(costs)], goal))


async def _close(bench: Bench, size: Size) -> _Closed:
    """Close a month of so many owners on a stack of its own."""
    async with stage(worker_count=WORKERS) as on, plain_closing(on.stack.database_url) as plain:
        months = Months(on, plain, size)
        await add_owners(on, size)
        seconds = await months.ours(0)
        await plain.prepare(1)
        limit = await months.limit(0)
        await months.check(0)
    bench.tell(f"closing: {size.owner_count:,} owners in {seconds:.1f} s, the limit {limit:.1f} s")
    micros = 1e6 / size.owner_count
    return _Closed(seconds * micros, limit * micros, months.peaks[0] / MEGABYTE)
