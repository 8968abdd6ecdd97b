"""The jobs of a rehearsal: one shard each."""

from __future__ import annotations

from billing.operations.rehearsals import work_rehearsal_shard
from workers.shop import Context, shop_of


async def rehearse_shard(context: Context, rehearsal_number: int, shard_number: int) -> bool:
    """Calculate a shard, unless it is done or another works on it; returns whether it did."""
    shop = shop_of(context)
    async with shop.shards:  # before the lease is taken, so that it does not run out in waiting
        return await work_rehearsal_shard(shop.store, rehearsal_number, shard_number)
