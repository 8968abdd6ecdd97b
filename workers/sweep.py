"""The sweep: compares what is due or overdue with business time, and rings. It decides nothing."""

from __future__ import annotations

import structlog

from billing.errors import BillingError
from billing.operations.closing import due_period, prepare_shards, start_closing
from billing.operations.context import SYSTEM, closing_write, reading
from billing.operations.once import KEPT_DAYS, record_event
from billing.operations.rehearsals import finish_rehearsal, prepare_rehearsal, ready_to_rehearse
from billing.operations.rollup import remaining_batches
from billing.operations.shards import finish, ready_for_shards
from billing.store import closing_shards, closings, feed, rehearsals, requests, shards
from billing.store.shards import CLOSINGS, REHEARSALS
from billing.store.state import EVERYTHING
from workers.shop import Context, Shop, shop_of

log = structlog.get_logger()

RING_AGAIN_SECONDS = 5.0
RINGS_AT_ONCE = 32  # so that other jobs have their turn in between
DROPPED_AT_ONCE = 10_000


async def sweep(context: Context) -> None:
    """Start the closing that is due, and ring for batches, shards and records that wait; rehearsals come last.

    A step that fails keeps none of the others from being taken, unless the store is away.

    Raises:
        ExceptionGroup: what the steps raised; the log says which.
    """
    shop = shop_of(context)
    errors = []
    for name, step in STEPS.items():
        try:
            with shop.counts.step(name):
                await step(shop)
        except Exception as error:
            if shop.outage.tells(error):
                break
            log.warning("sweep_step_failed", step=name, error=repr(error))
            errors.append(error)
    else:
        shop.outage.over()
    if errors:
        raise ExceptionGroup("steps of the sweep failed", errors)


async def housekeeping(context: Context) -> None:
    """Drop requests that were kept long enough, some at a time."""
    async with shop_of(context).store.pool.acquire() as connection:
        while await requests.drop_old(connection, KEPT_DAYS, DROPPED_AT_ONCE) == DROPPED_AT_ONCE:
            pass


async def _start_due_closing(shop: Shop) -> None:
    async with reading(shop.store) as read:
        period = await due_period(read, shop.settings.grace)
    if period is None:
        return
    try:
        async with closing_write(shop.store, SYSTEM) as write:
            started = await start_closing(write, period)
            if started.by_this:  # else another worker, or a person, was faster
                await record_event(write, "StartClosing", str(period))
    except BillingError as error:
        log.info("closing_not_started", period=str(period), reason=str(error))
        return
    if started.by_this:
        log.info("closing_started", period=str(period))


async def _ring_for_usage(shop: Shop) -> None:
    async with shop.store.pool.acquire() as connection:
        waiting = await remaining_batches(connection, EVERYTHING)
    if waiting:
        await shop.ring("aggregate")


async def _ring_for_closings(shop: Shop) -> None:
    async with shop.store.pool.acquire() as connection:
        running = await closings.running(connection)
    for closing in running:
        number = closing.closing_number
        await prepare_shards(shop.store, number)
        async with shop.store.pool.acquire() as connection:
            if not await ready_for_shards(connection, number):
                continue
            rings = await shards.take_rings(connection, CLOSINGS, number, RING_AGAIN_SECONDS, RINGS_AT_ONCE)
            counts = await shards.count(connection, CLOSINGS, number)
        for _ in rings:
            await shop.ring("close_shards", number)
        if counts.all_done:
            await finish(shop.store, number, wait=False)  # the next sweep comes soon


async def _ring_for_relay(shop: Shop) -> None:
    """The stream comes after the shards of closings, which it would slow down; the feed has their records at once."""
    async with shop.store.pool.acquire() as connection:
        relayed, last = await feed.relayed(connection)
        waits = relayed < last and not await closing_shards.any_left(connection)
    if waits:
        await shop.ring("relay")


async def _ring_for_rehearsals(shop: Shop) -> None:
    """The shards of rehearsals come after those of closings."""
    async with shop.store.pool.acquire() as connection:
        running = [] if await closing_shards.any_left(connection) else await rehearsals.running(connection)
    for rehearsal in running:
        number = rehearsal.rehearsal_number
        await prepare_rehearsal(shop.store, rehearsal)
        async with shop.store.pool.acquire() as connection:
            if not await ready_to_rehearse(connection, number):
                continue
            rings = await shards.take_rings(connection, REHEARSALS, number, RING_AGAIN_SECONDS, RINGS_AT_ONCE)
        for shard_number in rings:
            await shop.ring("rehearse_shard", number, shard_number)
        # Where a worker was lost between its last shard and this.
        await finish_rehearsal(shop.store, number, wait=False)


STEPS = {
    "start": _start_due_closing,
    "usage": _ring_for_usage,
    "closings": _ring_for_closings,
    "relay": _ring_for_relay,
    "rehearsals": _ring_for_rehearsals,
}
