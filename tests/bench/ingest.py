"""Ingest: events over RPC until all are durable, beside the same rows by the best SQL path."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import numpy as np

from deploy.local import EmbeddedPostgres
from prorata import UsageArrays
from prorata.v1.billing_service_pb2 import RecordUsageRequest
from tests.bench.bench import PAIRS, Bench
from tests.bench.ingest_ways import NOW, Ingest, batches_repeated, record, requests_of
from tests.bench.measure import Curve, Pairs, Point, Row, at_least, at_most, reaching
from tests.bench.plain_events import plain_table
from tests.bench.stage import POSTGRES, Stage, add_accounts
from tests.bench.usage_events import UsageEvents

WORKERS = 0
ACCOUNTS = 10_000
TURN, QUICK_TURN = 1_000_000, 100_000  # events a turn of the stream
QUICK_AGAIN = 40_000  # of which batches or all are sent again
IN_ROWS, QUICK_IN_ROWS = 300_000, 20_000
SINGLE, QUICK_SINGLE = 20_000, 1_000
BATCHES = 100  # a turn, of which one is repeated whole
CALL_ROWS, CALLS_AT_ONCE = 1_000, 128
SINGLE_AT_ONCE = 64
BESIDE, BESIDE_AT_ONCE = 2, 4  # turns of a stream, and callers beside it
SINGLES_BESIDE, QUICK_BESIDE = 5_000, 1_000  # more than they come to call
SIZES = (10_000_000, 20_000_000)  # of the period, for the curve
AT_EACH_SIZE = 3  # turns
LONG_AGO = datetime(2025, 7, 1, tzinfo=UTC)  # when the accounts began, so that they had usage in earlier periods
SHOWN = 1_000_000  # cost is shown per so many events
PLAIN = "the same rows as COPY bytes into a plain keyed table, two connections"


async def measure(bench: Bench, on: Stage) -> None:
    """Measure, on a stage without usage."""
    async with AsyncExitStack() as parts:
        # At full size each table has a Postgres of its own, so that none takes the other's memory while it grows.
        server = None if bench.quick else parts.enter_context(EmbeddedPostgres(settings=POSTGRES))
        plain = await parts.enter_async_context(plain_table(server.url if server else on.stack.database_url))
        accounts = await add_accounts(on, np.ones(ACCOUNTS, dtype=np.int64), LONG_AGO)
        await on.client.clock.advance(NOW)
        ingest = Ingest(on, plain, UsageEvents.of(accounts))
        await _measure_stream(bench, ingest)
        await _measure_repeats(bench, ingest)
        await _measure_rows(bench, ingest)
        await _measure_single(bench, ingest)
        await _measure_beside(bench, ingest)
        if not bench.quick:
            await _measure_growth(bench, ingest)


async def _measure_stream(bench: Bench, ingest: Ingest) -> None:
    count = QUICK_TURN if bench.quick else TURN
    sent = [ingest.next_arrays(count) for _ in range(PAIRS)]
    bench.tell(f"ingest: {await ingest.choose_way(sent[0])}")
    await ingest.warm_up()
    pairs = await _both(bench, "ingest", ingest, sent)
    name = f"StreamUsage, {count:,} events a turn, 1 % single repeats, 0.5 % late"
    bench.rows(
        Row("ingest", name, "events/s", pairs.ours, PLAIN, pairs.limit, at_least(0.85)),
        Row("ingest", f"{name}: in numbers", "events/s", pairs.ours, PLAIN, pairs.limit, reaching(250_000, 320_000)),
    )


async def _both(bench: Bench, name: str, ingest: Ingest, sent: Sequence[UsageArrays]) -> Pairs:
    return await bench.pairs(
        name, lambda turn: ingest.ours(sent[turn]), lambda turn: ingest.limit(sent[turn]), len(sent)
    )


async def _measure_repeats(bench: Bench, ingest: Ingest) -> None:
    count = QUICK_AGAIN if bench.quick else TURN
    rows = count // BATCHES
    sent = [batches_repeated(ingest.next_arrays(count, repeated=0), rows) for _ in range(PAIRS)]
    ingest.way = "direct"  # of a hundred transactions one meets repeats
    pairs = await bench.pairs(
        "ingest, batches again", lambda turn: ingest.ours(sent[turn], rows), lambda turn: ingest.limit(sent[turn], rows)
    )
    bench.rows(
        Row(
            "ingest",
            f"StreamUsage, one batch in 100 (of {rows:,}) sent again whole",
            "events/s",
            pairs.ours,
            PLAIN,
            pairs.limit,
        )
    )
    ingest.way = "staged"
    pairs = await _both(bench, "ingest, replay", ingest, sent)
    bench.rows(Row("ingest", "StreamUsage, full replay", "events/s", pairs.ours, PLAIN, pairs.limit))
    await ingest.check()


async def _measure_rows(bench: Bench, ingest: Ingest) -> None:
    count = QUICK_IN_ROWS if bench.quick else IN_ROWS
    sent = [ingest.next_arrays(count) for _ in range(PAIRS)]

    async def ours(turn: int) -> float:
        return (await record(ingest.on, requests_of(sent[turn], CALL_ROWS), CALLS_AT_ONCE)).rate * CALL_ROWS

    pairs = await bench.pairs("ingest, rows", ours, lambda turn: ingest.limit(sent[turn]))
    name = f"RecordUsage, {CALL_ROWS:,} a call, {CALLS_AT_ONCE} calls at once"
    bench.rows(Row("ingest", name, "events/s", pairs.ours, PLAIN, pairs.limit, at_least(0.7)))
    await ingest.check()


async def _measure_single(bench: Bench, ingest: Ingest) -> None:
    arrays = ingest.next_arrays(QUICK_SINGLE if bench.quick else SINGLE)
    await ingest.limit(arrays)  # so that both have them
    requests = requests_of(arrays, 1)
    share = len(requests) // PAIRS
    called = [
        await record(ingest.on, requests[start : start + share], SINGLE_AT_ONCE)
        for start in range(0, share * PAIRS, share)
    ]
    name = f"RecordUsage, a record a call, {SINGLE_AT_ONCE} calls at once"
    bench.rows(
        Row("ingest", name, "events/s", [each.rate for each in called]),
        Row("ingest", f"{name}: p50", "ms", [1e3 * float(np.quantile(each.seconds, 0.5)) for each in called]),
        Row("ingest", f"{name}: p99", "ms", [1e3 * float(np.quantile(each.seconds, 0.99)) for each in called]),
    )


async def _measure_beside(bench: Bench, ingest: Ingest) -> None:
    """Single records while a stream goes on, one after the other by a few callers."""
    count = QUICK_TURN if bench.quick else TURN
    sent = [ingest.next_arrays(count) for _ in range(BESIDE)]
    singles = ingest.next_arrays(QUICK_BESIDE if bench.quick else SINGLES_BESIDE)
    for arrays in (*sent, singles):
        await ingest.limit(arrays)  # so that both have them
    waiting = iter(requests_of(singles, 1))
    streaming = asyncio.create_task(_stream(ingest, sent))

    def beside() -> Iterator[RecordUsageRequest]:
        while not streaming.done() and (request := next(waiting, None)):
            yield request

    called = await record(ingest.on, beside(), BESIDE_AT_ONCE)
    await streaming
    await record(ingest.on, waiting, SINGLE_AT_ONCE)  # the rest
    await ingest.check()
    name = f"RecordUsage, a record a call, {BESIDE_AT_ONCE} at once beside a stream"
    bench.rows(
        Row("ingest", f"{name}: p50", "ms", [1e3 * float(np.quantile(called.seconds, 0.5))]),
        Row("ingest", f"{name}: p99", "ms", [1e3 * float(np.quantile(called.seconds, 0.99))]),
    )


async def _stream(ingest: Ingest, sent: Sequence[UsageArrays]) -> None:
    for arrays in sent:
        await ingest.ours(arrays)


async def _measure_growth(bench: Bench, ingest: Ingest) -> None:
    """Let the period grow, ours and the limit's in turns, and measure what the last events of each size cost.

    At the largest size in turns with events of other periods, which are as small as the first was: so what is compared
    is of the same minutes.
    """
    ours: list[Point] = []
    limit: list[Point] = []
    for size in SIZES[:-1]:
        await _grow(ingest, size - AT_EACH_SIZE * TURN)
        sent = [ingest.next_arrays(TURN) for _ in range(AT_EACH_SIZE)]
        found = await _both(bench, f"ingest, {size:,}", ingest, sent)
        ours.append(Point(size, SHOWN / statistics.median(found.ours)))
        limit.append(Point(size, SHOWN / statistics.median(found.limit)))
    await _grow(ingest, SIZES[-1] - PAIRS * TURN)
    sent = [ingest.next_arrays(TURN) for _ in range(PAIRS)]
    pairs = await bench.pairs(
        f"ingest, {SIZES[-1]:,} and {TURN:,}",
        lambda turn: ingest.ours(sent[turn]),
        lambda turn: ingest.ours_of_small(TURN, turn),
    )
    plain = await bench.pairs(
        f"plain, {SIZES[-1]:,} and {TURN:,}",
        lambda turn: ingest.limit(sent[turn]),
        lambda turn: ingest.limit_of_small(TURN, turn),
    )
    for points, found in ((ours, pairs), (limit, plain)):
        points.insert(0, Point(TURN, SHOWN / statistics.median(found.limit)))
        points.append(Point(SIZES[-1], SHOWN / statistics.median(found.ours)))
    bench.curve(
        Curve(
            "ingest",
            "the events of the period grow",
            "events in the period",
            "s per million events",
            ours,
            limit,
            "plain table",
        )
    )
    beside = f"that at {TURN:,}, in turns with it"
    bench.rows(
        Row(
            "ingest",
            f"cost of an event at {SIZES[-1]:,} in the period",
            "µs",
            [SHOWN / rate for rate in pairs.ours],
            beside,
            [SHOWN / rate for rate in pairs.limit],
            at_most(1.3),
        ),
        Row(
            "ingest",
            f"the plain table's at {SIZES[-1]:,}",
            "µs",
            [SHOWN / rate for rate in plain.ours],
            beside,
            [SHOWN / rate for rate in plain.limit],
        ),
    )
    await ingest.check()


async def _grow(ingest: Ingest, size: int) -> None:
    """Give both events until there are so many."""
    while ingest.size < size:
        arrays = ingest.next_arrays(min(TURN, size - ingest.size))
        await ingest.ours(arrays)
        await ingest.limit(arrays)
