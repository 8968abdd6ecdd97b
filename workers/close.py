"""The jobs of a closing: one shard each."""

from __future__ import annotations

from billing.operations.shards import work_shard
from workers.shop import Context, shop_of


async def close_shard(context: Context, closing_number: int, shard_number: int) -> bool:
    """Calculate a shard and emit its records, unless it is done or another works on it; returns whether it did."""
    shop = shop_of(context)
    async with shop.shards:  # before the lease is taken, so that it does not run out in waiting
        done = await work_shard(shop.store, closing_number, shard_number)
    if done:
        await shop.ring("relay")
    return done
