"""The relay of the feed into the Redis stream, beside redis-py appending the same entries with one pipeline a page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from arq.connections import ArqRedis

from billing.operations.opening import open_store
from tests.bench.bench import Bench
from tests.bench.measure import Row
from tests.bench.stage import Stage
from workers.relay import relay
from workers.settings import Settings
from workers.shop import Shop
from workers.stream import STREAM, go_on_after, seen

MOST = 30_000
ENTRIES_AT_ONCE = 500
RELAYED_BEFORE = "UPDATE charge_feed SET relayed_position = last_position - $1 RETURNING relayed_position"


async def measure(bench: Bench, on: Stage, record_count: int) -> Row:
    """The last records of the feed, sent again and again; the workers are stopped."""
    count = min(record_count, MOST)
    async with a_shop(on) as shop:
        await _go_back(on, shop.redis, count)
        assert await relay({"shop": shop}) == count
        entries = [fields for _, fields in await shop.redis.xrange(STREAM)]

        async def ours(_: int) -> float:
            await _go_back(on, shop.redis, count)
            start = time.perf_counter()
            await relay({"shop": shop})
            return count / (time.perf_counter() - start)

        async def limit(_: int) -> float:
            await shop.redis.delete(STREAM)
            start = time.perf_counter()
            await append(shop.redis, entries)
            return count / (time.perf_counter() - start)

        pairs = await bench.pairs("relay", ours, limit)
        assert [fields for _, fields in await shop.redis.xrange(STREAM)] == entries
    return Row(
        "feed",
        f"relay of {count:,} records to the stream",
        "records/s",
        pairs.ours,
        "redis-py appending the same entries, pipelined",
        pairs.limit,
    )


async def append(redis: ArqRedis, entries: list[dict[Any, Any]]) -> None:
    """Add entries that are ready to the stream."""
    for start in range(0, len(entries), ENTRIES_AT_ONCE):
        async with redis.pipeline(transaction=False) as pipeline:
            for fields in entries[start : start + ENTRIES_AT_ONCE]:
                pipeline.xadd(STREAM, fields, maxlen=1_000_000, approximate=True)
            await pipeline.execute()


async def _go_back(on: Stage, redis: ArqRedis, count: int) -> None:
    """As if so many records were still to be sent, and consumers had taken out all entries before them."""
    position = await on.database.fetchval(RELAYED_BEFORE, count)
    await redis.xadd(STREAM, {"position": position})
    await redis.xtrim(STREAM, maxlen=0, approximate=False)
    assert await go_on_after(redis, await seen(redis), position)


@asynccontextmanager
async def a_shop(on: Stage) -> AsyncIterator[Shop]:
    """What a job works with, in this process."""
    settings = Settings(database_url=on.stack.database_url, redis_url=on.stack.redis_url, test_mode=True)
    redis = ArqRedis.from_url(on.stack.redis_url)
    try:
        async with open_store(on.stack.database_url, settings.wanted, 2, process_name="prorata bench") as store:
            yield Shop(store, redis, settings, asyncio.Semaphore())
    finally:
        await redis.aclose(close_connection_pool=True)
