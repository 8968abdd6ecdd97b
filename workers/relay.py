"""The relay: sends the feed, in order, to the Redis stream `charges`, at least once."""

from __future__ import annotations

import asyncio

import asyncpg
import structlog

from billing.charge_columns import FIRST_RECORDS, ChargeColumns
from billing.messages.basic import text_from_charge_id
from billing.messages.charge_columns import written_records
from billing.store import charge_columns, closing_shards, feed
from workers import stream
from workers.shop import Context, Shop, shop_of

RECORDS_AT_ONCE = 1_000  # so that they take no more memory than a shard does
ENTRIES_AT_ONCE = 500  # so that the store of the stream is not held up for long

log = structlog.get_logger()


async def relay(context: Context) -> int:
    """Send what is not sent yet, or is lost; returns how many records: none while shards are left or another is at it.

    The stream comes after the shards of a closing, which it would slow down; the feed has their records at once.
    """
    shop = shop_of(context)
    async with shop.store.pool.acquire() as connection:
        if await closing_shards.any_left(connection) or not await feed.try_relay_lock(connection):
            return 0
        try:
            return await _relay(shop, connection)
        finally:
            await feed.release_relay_lock(connection)


async def _relay(shop: Shop, connection: asyncpg.Connection) -> int:
    """Send until all is sent, or the stream or the mark is moved by others: then the next job finds from where on."""
    start = await _start(shop, connection)
    if start is None:
        return 0
    position = start
    found = await charge_columns.columns_after(connection, start, FIRST_RECORDS)
    while found is not None:
        async with asyncio.TaskGroup() as both:
            sending = both.create_task(_send(shop, found))
            limit = min(found.next_limit, RECORDS_AT_ONCE)
            following = both.create_task(charge_columns.columns_after(connection, found.last_position, limit))
        if not sending.result() or not await feed.move_mark(connection, position, found.last_position):
            break
        position, found = found.last_position, following.result()
    return position - start


async def _start(shop: Shop, connection: asyncpg.Connection) -> int | None:
    """The position to go on after: the mark, which goes back where the stream is behind it.

    None when the stream is lost while this looks.
    """
    mark, last_position = await feed.relayed(connection)
    seen = await stream.seen(shop.redis)
    start, there = mark, seen.position
    if there is not None and there < mark:
        kept_after = last_position - shop.settings.stream_length if there == 0 else 0  # more would only be trimmed
        start = min(mark, max(there, kept_after))
        log.warning("stream_behind", stream_position=there, relayed_position=mark, goes_on_after=start)
        if not await feed.move_mark(connection, mark, start):
            start, _ = await feed.relayed(connection)
    return start if await stream.go_on_after(shop.redis, seen, start) else None


async def _send(shop: Shop, found: ChargeColumns) -> bool:
    """Append records to the stream; False when it is not where they go on."""
    records = await asyncio.to_thread(written_records, found, shop.store.currency)
    for start in range(0, len(records), ENTRIES_AT_ONCE):
        entries = [
            stream.Entry(text_from_charge_id(found.charge_id[index].tobytes()), found.first_position + index, record)
            for index, record in enumerate(records[start : start + ENTRIES_AT_ONCE], start)
        ]
        if not await stream.append(shop.redis, entries, shop.settings.stream_length):
            return False
    return True
