"""Roll-up: events to cells while ingest goes on, beside one statement over the same events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import psutil

from billing.operations.context import Store
from billing.operations.opening import StoreWanted, open_store
from billing.operations.rollup import State, roll_up
from prorata import UsageArrays
from tests.bench.bench import PAIRS, Bench
from tests.bench.ingest_ways import BATCH_ROWS, NOW, WINDOW
from tests.bench.measure import Row, at_most, reaching, seconds_of
from tests.bench.stage import Stage, add_accounts
from tests.bench.usage_events import REPEATED, UsageEvents

WORKERS = 0
ACCOUNTS = 10_000
TURN, QUICK_TURN = 1_500_000, 120_000
WINDOWS = ((500_000, 1.5), (100_000, 2.5))  # events, and how many times the limit's CPU time each may cost
FEW_IN_FLIGHT = 6  # batches of the stream, so that no transaction is larger than the smaller window
POLL_SECONDS = 0.02
PROCESS_NAME = "prorata roll-up"

FORGET_USAGE = "TRUNCATE usage_event, usage_batch, usage_rollup"

# The same cells of the same events, at once, into a table that is empty and has the same key.
MAKE_PLAIN = """
CREATE TABLE plain_rollup (LIKE usage_rollup);
ALTER TABLE plain_rollup ADD PRIMARY KEY (family_key, account_key, product_key, day, cutoff);
"""
PLAIN = """
INSERT INTO plain_rollup (family_key, account_key, product_key, day, cutoff, event_count, quantity_micros,
                          unrated_micros, rated_nanos)
SELECT family_key, account_key, product_key, (occur_time AT TIME ZONE 'UTC')::date, 0, count(*), sum(quantity_micros),
       coalesce(sum(quantity_micros) FILTER (WHERE NOT rated), 0), sum(amount_nanos)
FROM usage_event_2026_07 WHERE batch_key > $1 AND batch_key <= $2
GROUP BY 1, 2, 3, 4
"""
PENDING = "SELECT coalesce(sum(event_count), 0)::bigint FROM usage_batch WHERE NOT rolled_up"
LAST_BATCH = "SELECT coalesce(max(batch_key), 0) FROM usage_batch"
COUNT_PLAIN = "SELECT coalesce(sum(event_count), 0)::bigint FROM plain_rollup"
COUNT_CELLS = """
SELECT (SELECT sum(event_count) FROM usage_rollup) = (SELECT sum(event_count) FROM usage_batch WHERE rolled_up)
"""


async def measure(bench: Bench, on: Stage) -> None:
    """Measure, without the usage that was there."""
    await on.database.execute(FORGET_USAGE)
    async with _store(on) as store:
        feed = Feed(on, UsageEvents.of(await add_accounts(on, np.ones(ACCOUNTS, dtype=np.int64))))
        await on.client.clock.advance(NOW)
        await _measure_windows(bench, feed, store)
        await _measure_keeping_up(bench, feed)


async def _measure_windows(bench: Bench, feed: Feed, store: Store) -> None:
    count = QUICK_TURN if bench.quick else TURN
    await feed.on.database.execute(MAKE_PLAIN)
    for window, bound in WINDOWS[1:] if bench.quick else WINDOWS:
        works = Works(feed, store, window)
        sent = [feed.next_arrays(count) for _ in range(PAIRS)]
        pairs = await bench.pairs(
            f"roll-up, windows of {window:,}",
            lambda turn, works=works, sent=sent: works.ours(sent[turn]),
            works.limit,
        )
        bench.rows(
            Row(
                "roll-up",
                f"CPU in windows of {window:,} events, while ingest goes on",
                "µs CPU an event",
                pairs.ours,
                "one INSERT … SELECT of the same events into an empty keyed table",
                pairs.limit,
                at_most(bound),
            )
        )


class Feed:
    """Sends the events that come next."""

    def __init__(self, on: Stage, events: UsageEvents) -> None:
        self.on = on
        self._events = events
        self._sent = 0

    def next_arrays(self, count: int) -> UsageArrays:
        """Events that come next."""
        arrays = self._events.arrays(self._events.stretch(self._sent, count, REPEATED))
        self._sent += count
        return arrays

    async def send(self, arrays: UsageArrays, window: int = WINDOW) -> None:
        """Stream them until all are acknowledged; so many batches in flight."""
        async with self.on.client.billing.usage_stream(batch_rows=BATCH_ROWS, window=window) as stream:
            await stream.send_arrays(arrays)
        assert stream.report.refused_count == 0, stream.report.refused[:3]


class Works:
    """Rolling up in windows, and in one statement."""

    def __init__(self, feed: Feed, store: Store, window: int) -> None:
        self._feed = feed
        self._store = store
        self._window = window
        self._batches = (0, 0)  # after the first, up to the second: of the last turn

    async def ours(self, arrays: UsageArrays) -> float:
        """Roll up what is being sent meanwhile, window by window; returns µs of CPU an event of the backend."""
        database = self._feed.on.database
        before = await database.fetchval(LAST_BATCH)
        backend = psutil.Process(await self._backend())
        start, count = _cpu(backend), 0
        sending = asyncio.create_task(self._feed.send(arrays, FEW_IN_FLIGHT))
        while not sending.done() or await database.fetchval(PENDING):
            if not sending.done() and await database.fetchval(PENDING) < self._window:
                await asyncio.sleep(POLL_SECONDS)
                continue
            rolled = await roll_up(self._store, max_events=self._window)
            assert rolled.state is not State.ANOTHER_AT_IT
            count += rolled.event_count
        await sending
        assert await self._feed.on.database.fetchval(COUNT_CELLS)
        self._batches = (before, await database.fetchval(LAST_BATCH))
        return 1e6 * (_cpu(backend) - start) / count

    async def limit(self, _: int) -> float:
        """One statement over the events of the last turn; returns µs of CPU an event."""
        database = self._feed.on.database
        await database.execute("TRUNCATE plain_rollup")
        await database.execute("SET work_mem = '128MB'")
        backend = psutil.Process(database.get_server_pid())
        start = _cpu(backend)
        await database.execute(PLAIN, *self._batches)
        return 1e6 * (_cpu(backend) - start) / await database.fetchval(COUNT_PLAIN)

    async def _backend(self) -> int:
        async with self._store.pool.acquire() as connection:
            return connection.get_server_pid()


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


@asynccontextmanager
async def _store(on: Stage) -> AsyncIterator[Store]:
    wanted = StoreWanted("USD", "UTC", test_mode=True)
    async with open_store(on.stack.database_url, wanted, 1, process_name=PROCESS_NAME) as store:
        yield store


async def _measure_keeping_up(bench: Bench, feed: Feed) -> None:
    """Send, and let a worker roll up meanwhile."""
    count = QUICK_TURN if bench.quick else 2 * TURN
    feed.on.stack.start_worker()
    rates = []
    for turn in range(PAIRS):
        arrays = feed.next_arrays(count)
        rates.append(count / await seconds_of(_send_and_wait(feed, arrays)))
        bench.tell(f"roll-up, a worker keeps up: {turn + 1} of {PAIRS}")
    name = f"StreamUsage of {count:,} events, until all are acknowledged and rolled up by a worker"
    bench.rows(Row("roll-up", name, "events/s", rates, goal=reaching(150_000)))


async def _send_and_wait(feed: Feed, arrays: UsageArrays) -> None:
    await feed.send(arrays)
    while await feed.on.database.fetchval(PENDING):  # noqa: ASYNC110 - the store does not tell
        await asyncio.sleep(POLL_SECONDS)
