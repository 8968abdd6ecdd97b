"""The jobs of a closing: shards, one after the other."""

from __future__ import annotations

import time

from billing.operations.shards import ready_for_shards, work_shard
from workers.shop import Context, shop_of

LONGEST_SECONDS = 60.0  # well inside the time a job may take; the next ring goes on


async def close_shards(context: Context, closing_number: int) -> int:
    """Calculate shards and emit their records until none is left that nobody works on; returns how many.

    A worker that calculates as many as it may leaves the ring alone: it goes on by itself.
    """
    shop = shop_of(context)
    if shop.shards.locked():
        return 0
    count, start = 0, time.monotonic()
    async with shop.shards:  # before a lease is taken, so that it does not run out in waiting
        async with shop.store.pool.acquire() as connection:
            if not await ready_for_shards(connection, closing_number):
                return 0
        while time.monotonic() < start + LONGEST_SECONDS:
            if not await work_shard(shop.store, closing_number):
                break
            count += 1
    await shop.ring("sweep")  # what is due next: more shards, or the stream
    return count
