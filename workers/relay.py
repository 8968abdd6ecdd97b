"""The relay: sends the feed, in order, to the Redis stream `charges`, at least once."""

from __future__ import annotations

from billing.charges import RecordView
from billing.messages.basic import text_from_charge_id
from billing.messages.charges import charge_message
from billing.store import charges, feed
from workers.shop import Context, Shop, shop_of

STREAM = "charges"
PAGE = 500


async def relay(context: Context) -> int:
    """Send what is not sent yet, unless another worker is at it; returns how many records."""
    shop = shop_of(context)
    async with shop.store.pool.acquire() as connection:
        if not await feed.try_relay_lock(connection):
            return 0
        try:
            sent = 0
            position, last = await feed.relayed(connection)
            while position < last:
                entries = await charges.records_after(connection, position, PAGE)
                await _send(shop, entries)
                position += len(entries)
                await feed.mark_relayed(connection, position)
                sent += len(entries)
            return sent
        finally:
            await feed.release_relay_lock(connection)


async def _send(shop: Shop, records: list[RecordView]) -> None:
    """Append records to the stream in one round trip: id, position, and the record as the contract has it."""
    async with shop.redis.pipeline(transaction=False) as pipeline:
        for record in records:
            entry = {
                "id": text_from_charge_id(record.charge_id),
                "position": record.position,
                "record": charge_message(record, shop.store.currency).SerializeToString(),
            }
            pipeline.xadd(STREAM, entry, maxlen=shop.settings.stream_length, approximate=True)  # type: ignore[arg-type]
        await pipeline.execute()
