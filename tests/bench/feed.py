"""The feed of a closed month: replayed by the Python client, beside asyncpg reading the columns of the same rows."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from contextlib import aclosing

from prorata import Client
from prorata.v1.closing_pb2 import CLOSING_STATE_CLOSED
from tests.bench import feed_relay
from tests.bench.bench import PAIRS, Bench
from tests.bench.closing_load import FIRST_MONTH, Size, add_month, add_owners
from tests.bench.feed_limit import Received, read_columns
from tests.bench.measure import Curve, Point, Row, at_least, seconds_of
from tests.bench.stage import Stage

WORKERS = 2
OWNERS, QUICK_OWNERS = 40_000, 4_000
QUICK_RECORDS = 10_000
SIZES = (10_000, 20_000, 50_000, 100_000)
PER = 100_000  # records, of the curve's cost
PAGE = 1_000
PAGES, QUICK_PAGES = 5, 2
MINOR = 10**7  # nanos of a cent
TABLES = "charge_record, charge_usage_line, charge_support_line, charge_support_part"


async def measure(bench: Bench, on: Stage) -> None:
    """Measure, with the feed that is there; without one a month is closed for it."""
    count = await on.database.fetchval("SELECT last_position FROM charge_feed")
    if not count:
        count = await close_a_month(on, QUICK_OWNERS if bench.quick else OWNERS)
        on.stop_workers()  # so that the relay is not at it
    await _measure_replay(bench, on, min(count, QUICK_RECORDS) if bench.quick else count)
    if not bench.quick:
        await measure_curve(bench, on, count)


async def _measure_replay(bench: Bench, on: Stage, count: int) -> None:
    """The first records of the feed, streamed, listed and relayed."""
    await on.database.execute(f"VACUUM (ANALYZE) {TABLES}")
    bench.tell(f"{count:,} records of the feed")
    received: set[Received] = set()
    pages = QUICK_PAGES if bench.quick else PAGES

    async def ours(_: int) -> float:
        return await rate(received, replay(on.client, count))

    async def limit(_: int) -> float:
        return await rate(received, read_columns(on.stack.database_url, count))

    pairs = await bench.pairs("StreamCharges", ours, limit)
    assert len(received) == 1, "the client receives what is in the tables"
    bench.rows(
        Row(
            "feed",
            f"StreamCharges, replay of {count:,} records",
            "records/s",
            pairs.ours,
            "asyncpg reading record, line and part columns",
            pairs.limit,
            at_least(0.5),
        ),
        Row(
            "feed", f"ListCharges, pages of {PAGE:,}", "records/s", [await list_pages(on, pages) for _ in range(PAIRS)]
        ),
    )
    bench.rows(await feed_relay.measure(bench, on, count))


async def close_a_month(on: Stage, owner_count: int) -> int:
    """A month of so many owners, closed; returns how many records it has."""
    size = Size(owner_count, days_used=1)
    await add_owners(on, size)
    await add_month(on, FIRST_MONTH, size)
    closing = await on.client.billing.start_closing(str(FIRST_MONTH))
    async for seen in on.client.billing.watch_closing(str(FIRST_MONTH)):
        closing = seen
    assert closing.state == CLOSING_STATE_CLOSED
    return closing.record_count


async def rate(received: set[Received], reading: Awaitable[Received]) -> float:
    """Records a second; what was received is kept."""
    start = time.perf_counter()
    found = await reading
    seconds = time.perf_counter() - start
    received.add(found)
    return found.record_count / seconds


async def replay(client: Client, record_count: int) -> Received:
    """Receive so many records of the feed, from its beginning."""
    count = units = nanos = position = 0
    async with aclosing(client.billing.stream_charges()) as records:
        async for record in records:
            count += 1
            position = record.position
            units += record.amount.units
            nanos += record.amount.nanos
            if count == record_count:
                break
    return Received(count, units * 100 + nanos // MINOR, position)


async def list_pages(on: Stage, pages: int) -> float:
    """Records a second of some pages, one after another from the first."""
    start = time.perf_counter()
    count, token = 0, ""
    for _ in range(pages):
        page = await on.client.billing.list_charges(page_size=PAGE, page_token=token)
        count, token = count + len(page.records), page.next_page_token
    return count / (time.perf_counter() - start)


async def measure_curve(bench: Bench, on: Stage, largest: int) -> None:
    """What a record costs, by how many are replayed."""
    ours, limit = [], []
    for size in [*(size for size in SIZES if size < largest), largest]:
        ours.append(Point(size, await seconds_of(replay(on.client, size)) / size * PER))
        limit.append(Point(size, await seconds_of(read_columns(on.stack.database_url, size)) / size * PER))
    bench.curve(
        Curve("feed", "replay", "records", f"seconds per {PER:,} records", ours, limit, "asyncpg reading the columns")
    )
