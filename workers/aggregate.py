"""The aggregation job: rolls up the batches that are not, window by window."""

from __future__ import annotations

from billing.operations.rollup import roll_up
from workers.shop import Context, shop_of


async def aggregate(context: Context) -> int:
    """Roll up until nothing is left or another worker is at it; returns how many events."""
    shop = shop_of(context)
    total = 0
    while True:
        window = await roll_up(shop.store)
        if not window.event_count:
            return total
        shop.counts.rolled_up(window)
        total += window.event_count
