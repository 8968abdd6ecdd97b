"""The relay: sends the feed, in order, to the Redis stream `charges`, at least once."""

from __future__ import annotations

import asyncio

import asyncpg

from billing.charge_columns import FIRST_RECORDS, ChargeColumns
from billing.messages.basic import text_from_charge_id
from billing.messages.charge_columns import written_records
from billing.store import charge_columns, feed
from workers.shop import Context, Shop, shop_of

STREAM = "charges"
ENTRIES_AT_ONCE = 500  # so that the store of the stream is not held up for long

# One call for many entries: sending each as a command of its own costs the worker five times as much.
APPEND = """
for place = 2, #ARGV, 3 do
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*',
               'id', ARGV[place], 'position', ARGV[place + 1], 'record', ARGV[place + 2])
end
"""


async def relay(context: Context) -> int:
    """Send what is not sent yet, unless another worker is at it; returns how many records."""
    shop = shop_of(context)
    async with shop.store.pool.acquire() as connection:
        if not await feed.try_relay_lock(connection):
            return 0
        try:
            return await _relay(shop, connection)
        finally:
            await feed.release_relay_lock(connection)


async def _relay(shop: Shop, connection: asyncpg.Connection) -> int:
    start, _ = await feed.relayed(connection)
    position = start
    found = await charge_columns.columns_after(connection, start, FIRST_RECORDS)
    while found is not None:
        position = found.last_position
        async with asyncio.TaskGroup() as both:
            both.create_task(_send(shop, found))
            following = both.create_task(charge_columns.columns_after(connection, position, found.next_limit))
        await feed.mark_relayed(connection, position)
        found = following.result()
    return position - start


async def _send(shop: Shop, found: ChargeColumns) -> None:
    """Append records to the stream: id, position, and the record as the contract has it."""
    records = await asyncio.to_thread(written_records, found, shop.store.currency)
    append = shop.redis.register_script(APPEND)
    for start in range(0, len(records), ENTRIES_AT_ONCE):
        arguments: list[int | str | bytes] = [shop.settings.stream_length]
        for index, record in enumerate(records[start : start + ENTRIES_AT_ONCE], start):
            identity = text_from_charge_id(found.charge_id[index].tobytes())
            arguments += (identity, found.first_position + index, record)
        await append(keys=[STREAM], args=arguments)
