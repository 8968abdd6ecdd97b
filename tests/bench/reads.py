"""Reads and small writes: unary calls at 1, 16 and 64 at once, beside an echo and beside the queries they need."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

import grpc

from deploy.local import ChildProcess
from deploy.local.readiness import listens
from deploy.local.valkey import free_port
from prorata import Client
from prorata.v1.plan_service_pb2 import GetSubscriptionRequest
from prorata.v1.plan_service_pb2_grpc import PlanServiceStub
from tests.bench.bench import Bench
from tests.bench.measure import Goal, Row, at_least, at_most
from tests.bench.reads_data import Asked, add_data, add_tail
from tests.bench.reads_limits import Plain, plain_queries, target
from tests.bench.reads_load import Call, Load, load
from tests.bench.stage import Stage

WORKERS = 0
AT_ONCE = (1, 16, 64)
FULL_SECONDS, QUICK_SECONDS = 1.0, 0.1  # of a turn
WARM_SECONDS = 0.3
PERIOD = "2026-07"
ECHO = "an empty echo through the same interceptors and the same client"
CONNECTIONS = 8  # of one client, so that the kernel spreads them over the processes
ROOT = Path(__file__).resolve().parents[2]


class Kind(NamedTuple):
    """A call that is measured."""

    name: str
    call: Call


async def measure(bench: Bench, on: Stage) -> None:
    """Measure with accounts of its own, beside those that are there."""
    async with _launched(on, "tests.bench.reads_echo") as echo_server:
        asked = await add_data(on)  # while the other imports
        echo_server.process.wait_until_ready()
        async with Client(echo_server.address) as echo:
            await _beside_echo(bench, on, echo, asked)
        async with plain_queries(on, asked) as plain:
            await _change_plan(bench, on, plain, asked)
            await _summaries(bench, on, plain, asked, "")
            await add_tail(on, asked, 5)
            await _summaries(bench, on, plain, asked, ", 5 batches not rolled up")
        if not bench.quick:
            await _by_processes(bench, on, asked)


class Launched(NamedTuple):
    """A further server process on the same store, and its address."""

    process: ChildProcess
    address: str


@asynccontextmanager
async def _launched(on: Stage, module: str, **environment: str) -> AsyncIterator[Launched]:
    """A process, which may not be ready yet."""
    address = f"127.0.0.1:{free_port()}"
    process = ChildProcess(
        module,
        [sys.executable, "-m", module],
        log=on.stack.log_folder / f"{module}.log",
        ready=lambda _: listens(address),
        environment={**on.stack.environment, "PRORATA_LISTEN_ADDRESS": address, **environment},
        folder=ROOT,
    )
    process.launch()
    try:
        yield Launched(process, address)
    finally:
        process.stop()


def _about(sids: list[str], ask: Callable[[str], Awaitable[object]]) -> Call:
    return lambda number: ask(sids[number % len(sids)])


def _seconds(bench: Bench) -> float:
    return QUICK_SECONDS if bench.quick else FULL_SECONDS


async def _beside_echo(bench: Bench, on: Stage, echo: Client, asked: Asked) -> None:
    """Both reads and the echo take their turns one after the other."""
    sids = list(asked.accounts)
    kinds = (
        Kind("GetSubscription", _about(sids, on.client.plans.get_subscription)),
        Kind("GetEntitlements", _about(sids, on.client.plans.get_entitlements)),
    )
    empty = _about(sids, echo.plans.get_subscription)
    for call in (*(kind.call for kind in kinds), empty):
        await load(call, max(AT_ONCE), WARM_SECONDS)
    for at_once in AT_ONCE:
        ours: dict[str, list[Load]] = {kind.name: [] for kind in kinds}
        limit: list[Load] = []

        async def our_turn(_: int, at_once: int = at_once, ours: dict[str, list[Load]] = ours) -> float:
            for kind in kinds:
                ours[kind.name].append(await load(kind.call, at_once, _seconds(bench)))
            return ours[kinds[0].name][-1].rate

        async def echo_turn(_: int, at_once: int = at_once, limit: list[Load] = limit) -> float:
            limit.append(await load(empty, at_once, _seconds(bench)))
            return limit[-1].rate

        await bench.pairs(f"reads, {at_once} at once", our_turn, echo_turn)
        for kind in kinds:
            bench.rows(
                *_rows(f"{kind.name}, {at_once} at once", ours[kind.name], limit, ECHO, at_least(0.6), at_most(3))
            )


def _rows(
    name: str, ours: list[Load], limit: list[Load], beside: str, rate: Goal | None, p99: Goal | None
) -> list[Row]:
    return [
        Row("reads", name, "calls/s", [each.rate for each in ours], beside, [each.rate for each in limit], rate),
        Row("reads", name, "ms p50", [each.p50 for each in ours], beside, [each.p50 for each in limit]),
        Row("reads", name, "ms p99", [each.p99 for each in ours], beside, [each.p99 for each in limit], p99),
    ]


async def _turns(bench: Bench, name: str, ours: Call, limit: Call, at_once: int) -> tuple[list[Load], list[Load]]:
    found: tuple[list[Load], list[Load]] = [], []

    async def turn(call: Call, loads: list[Load]) -> float:
        loads.append(await load(call, at_once, _seconds(bench)))
        return loads[-1].rate

    await bench.pairs(name, lambda _: turn(ours, found[0]), lambda _: turn(limit, found[1]))
    return found


async def _change_plan(bench: Bench, on: Stage, plain: Plain, asked: Asked) -> None:
    """Each call changes a family's plan from a day to come, in place of the change that was pending."""
    families, numbers, others = list(asked.families)[: len(asked.families) // 2], count(), count()

    async def change(_: int) -> None:
        sid, day = target(families, next(numbers))
        await on.client.plans.change_plan(sid, "business", start_day=day, replace_pending=True)

    for at_once in AT_ONCE[1:2] if bench.quick else AT_ONCE:
        name = f"ChangePlan, {at_once} at once"
        ours, limit = await _turns(bench, name, change, lambda _: plain.change(next(others)), at_once)
        bench.rows(*_rows(name, ours, limit, "the same rows by one hand-written statement, asyncpg", None, None))


async def _summaries(bench: Bench, on: Stage, plain: Plain, asked: Asked, tail: str) -> None:
    """The same sums by RPC and by query, and the same number of rows."""
    for name, sids in (("300 day cells", list(asked.alone)), ("1,800 day cells, 6 accounts", list(asked.parents))):
        rows = len(await plain.sum(sids[0]))

        async def ours(sid: str, rows: int = rows) -> None:
            found = await on.client.billing.get_usage_summary(
                sid, PERIOD, include_subaccounts=True, by_account=True, by_product=True, by_day=True
            )
            assert len(found) == rows

        async def limit(sid: str, rows: int = rows) -> None:
            assert len(await plain.sum(sid)) == rows

        for at_once in AT_ONCE[:1] if bench.quick else AT_ONCE[:2]:
            words = f"GetUsageSummary, {name}{tail}, {at_once} at once"
            mine, query = await _turns(bench, words, _about(sids, ours), _about(sids, limit), at_once)
            beside = "the query it needs, by asyncpg"
            times = [each.p50 for each in mine], [each.p50 for each in query]
            bench.rows(Row("reads", words, "ms p50", times[0], beside, times[1], at_most(2)))


async def _by_processes(bench: Bench, on: Stage, asked: Asked) -> None:
    """One server process and two, over several connections each."""
    async with AsyncExitStack() as parts:
        calls = []
        for processes in ("1", "2"):
            server = await parts.enter_async_context(_launched(on, "server", PRORATA_PROCESSES=processes))
            server.process.wait_until_ready()
            await asyncio.sleep(2)  # until both listen
            calls.append(await parts.enter_async_context(_spread(server.address, asked)))
        for at_once in AT_ONCE[1:]:
            name = f"GetSubscription, {at_once} at once, two server processes"
            ours, one = await _turns(bench, name, calls[1], calls[0], at_once)
            bench.rows(*_rows(name, ours, one, f"one server process; {CONNECTIONS} connections each", None, None))


@asynccontextmanager
async def _spread(address: str, asked: Asked) -> AsyncIterator[Call]:
    """A call that goes round over several connections, which the kernel deals out to the processes."""
    async with AsyncExitStack() as parts:
        stubs = []
        for _ in range(CONNECTIONS):
            options = (("grpc.use_local_subchannel_pool", 1),)
            channel = await parts.enter_async_context(grpc.aio.insecure_channel(address, options=options))
            stubs.append(PlanServiceStub(channel))
        sids = list(asked.accounts)

        async def call(number: int) -> None:
            request = GetSubscriptionRequest(account_sid=sids[number % len(sids)])
            await stubs[number % CONNECTIONS].GetSubscription(request)

        yield call
