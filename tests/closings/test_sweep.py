"""The sweep takes each of its steps, whatever the others come to (6.1)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, MutableMapping, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import redis.asyncio
import structlog

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.closing_pb2 import CLOSING_STATE_CLOSED, CLOSING_STATE_RUNNING, Closing
from prorata.v1.rehearsal_pb2 import REHEARSAL_STATE_COMPLETE, REHEARSAL_STATE_RUNNING
from tests.closings.months import month_of_june
from tests.closings.shop import a_shop
from tests.conftest import MakeService
from tests.rehearsals.calls import connected, follow, get, start
from tests.service import STAFF, Service
from workers.shop import Shop
from workers.sweep import STEPS, sweep

WAIT_SECONDS = 30
UNFINISHED = 'CheckViolationError: new row for relation "{}" violates check constraint "unfinished"'


async def test_a_closing_that_can_not_be_completed_keeps_neither_the_stream_nor_rehearsals_waiting(
    make_service: MakeService,
) -> None:
    service = await make_service(worker=False)
    await month_of_june(service)
    rehearsal = await start(service, "2026-06")
    await service.advance(date(2026, 7, 1))
    await service.billing.StartClosing(b.StartClosingRequest(request_id=str(uuid4()), period="2026-06"), metadata=STAFF)
    async with connected(service) as store:
        await store.execute("ALTER TABLE closing ADD CONSTRAINT unfinished CHECK (state = 1)")
        async with service.worker():
            assert (await follow(service, rehearsal.rehearsal_number))[-1].state == REHEARSAL_STATE_COMPLETE
            await _relayed(service, len(await service.feed()))
            assert (await _closing(service)).state == CLOSING_STATE_RUNNING
            await store.execute("ALTER TABLE closing DROP CONSTRAINT unfinished")
            assert (await service.watch("2026-06")).state == CLOSING_STATE_CLOSED


async def test_a_closing_that_can_not_be_completed_says_why_until_it_is(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    await service.billing.StartClosing(b.StartClosingRequest(request_id=str(uuid4()), period="2026-06"), metadata=STAFF)
    watching = service.billing.WatchClosing(b.WatchClosingRequest(period="2026-06"), metadata=STAFF)
    async with connected(service) as store, asyncio.timeout(WAIT_SECONDS), service.worker():
        await store.execute("ALTER TABLE closing ADD CONSTRAINT unfinished CHECK (state = 1)")
        steps = [step.closing async for step in _until_not_completed(watching, "closing")]
        assert all(step.completion_error == "" for step in steps[:-1])
        assert (steps[-1].completion_error, steps[-1].state) == (UNFINISHED.format("closing"), CLOSING_STATE_RUNNING)
        assert (steps[-1].done_shard_count, steps[-1].failed_shard_count) == (steps[-1].shard_count, 0)
        await store.execute("ALTER TABLE closing DROP CONSTRAINT unfinished")
        last = await service.watch("2026-06")
    assert (last.state, last.completion_error) == (CLOSING_STATE_CLOSED, "")


async def test_a_rehearsal_that_can_not_be_completed_says_why_until_it_is(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await month_of_june(service)
    number = (await start(service, "2026-06")).rehearsal_number
    watching = service.billing.WatchRehearsal(b.WatchRehearsalRequest(rehearsal_number=number), metadata=STAFF)
    async with connected(service) as store, asyncio.timeout(WAIT_SECONDS), service.worker():
        await store.execute("ALTER TABLE rehearsal ADD CONSTRAINT unfinished CHECK (state = 1)")
        steps = [step.rehearsal async for step in _until_not_completed(watching, "rehearsal")]
        assert (steps[-1].completion_error, steps[-1].state) == (
            UNFINISHED.format("rehearsal"),
            REHEARSAL_STATE_RUNNING,
        )
        await store.execute("ALTER TABLE rehearsal DROP CONSTRAINT unfinished")
        last = (await follow(service, number))[-1]
    assert (last.state, last.completion_error) == (REHEARSAL_STATE_COMPLETE, "")


async def test_a_closing_that_another_completes_keeps_no_sweep_waiting(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    await service.billing.StartClosing(b.StartClosingRequest(request_id=str(uuid4()), period="2026-06"), metadata=STAFF)
    watching = service.billing.WatchClosing(b.WatchClosingRequest(period="2026-06"), metadata=STAFF)
    async with connected(service) as store, a_shop(service) as shop, asyncio.timeout(WAIT_SECONDS):
        await store.execute("ALTER TABLE closing ADD CONSTRAINT unfinished CHECK (state = 1)")
        async with service.worker():
            assert [step async for step in _until_not_completed(watching, "closing")]
        await store.execute("ALTER TABLE closing DROP CONSTRAINT unfinished")
        async with store.transaction():
            await store.execute("SELECT FROM closing FOR UPDATE")
            await sweep({"shop": shop})
        assert (await _closing(service)).state == CLOSING_STATE_RUNNING
        await sweep({"shop": shop})
        assert (await _closing(service)).state == CLOSING_STATE_CLOSED


async def test_owners_that_another_deals_out_keep_no_sweep_waiting(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await month_of_june(service)
    await start(service, "2026-06")
    await service.advance(date(2026, 7, 1))
    async with a_shop(service) as shop:
        await _dealt_out(service, shop, "rehearsal")
        request = b.StartClosingRequest(request_id=str(uuid4()), period="2026-06")
        await service.billing.StartClosing(request, metadata=STAFF)
        await _dealt_out(service, shop, "closing")


async def _dealt_out(service: Service, shop: Shop, table: str) -> None:
    """A step of the sweep deals owners out to shards, but not while another is at it."""
    async with connected(service) as store, asyncio.timeout(WAIT_SECONDS):
        async with store.transaction():
            await store.execute(f"SELECT FROM {table} FOR UPDATE")
            await STEPS[f"{table}s"](shop)
        assert not await store.fetchval(f"SELECT shards_made FROM {table}")
        await STEPS[f"{table}s"](shop)
        assert await store.fetchval(f"SELECT shards_made FROM {table}")


async def test_a_rehearsal_that_another_completes_keeps_no_sweep_waiting(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await month_of_june(service)
    number = (await start(service, "2026-06")).rehearsal_number
    watching = service.billing.WatchRehearsal(b.WatchRehearsalRequest(rehearsal_number=number), metadata=STAFF)
    async with connected(service) as store, a_shop(service) as shop, asyncio.timeout(WAIT_SECONDS):
        await store.execute("ALTER TABLE rehearsal ADD CONSTRAINT unfinished CHECK (state = 1)")
        async with service.worker():
            assert [step async for step in _until_not_completed(watching, "rehearsal")]
        await store.execute("ALTER TABLE rehearsal DROP CONSTRAINT unfinished")
        async with store.transaction():
            await store.execute("SELECT FROM rehearsal FOR UPDATE")
            await sweep({"shop": shop})
        assert (await get(service, number)).state == REHEARSAL_STATE_RUNNING
        await sweep({"shop": shop})
        assert (await get(service, number)).state == REHEARSAL_STATE_COMPLETE


async def _until_not_completed(watching: Any, what: str) -> AsyncIterator[Any]:
    """The steps of a closing or a rehearsal up to the first that says why it is not completed."""
    async for step in watching:
        yield step
        if getattr(step, what).completion_error:
            watching.cancel()
            return


async def test_every_step_is_taken_and_every_error_told(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    async with a_shop(service) as shop, connected(service) as store:
        await store.execute("ALTER TABLE usage_batch RENAME TO usage_batch_gone")
        await store.execute("ALTER TABLE rehearsal RENAME TO rehearsal_gone")
        with structlog.testing.capture_logs() as logs, pytest.raises(ExceptionGroup) as raised:
            await sweep({"shop": shop})
        assert _failed(logs) == ["usage", "rehearsals"]
        assert raised.group_contains(asyncpg.UndefinedTableError)
        assert len(raised.value.exceptions) == 2
        await store.execute("ALTER TABLE charge_feed RENAME TO charge_feed_gone")
        await store.execute("ALTER TABLE closing RENAME TO closing_gone")
        with structlog.testing.capture_logs() as logs, pytest.raises(ExceptionGroup):
            await sweep({"shop": shop})
        assert _failed(logs) == [*STEPS]


def _failed(logs: Sequence[MutableMapping[str, Any]]) -> list[str]:
    """The steps that failed, in order; the server beside them logs too."""
    return [each["step"] for each in logs if each["event"] == "sweep_step_failed"]


async def _relayed(service: Service, count: int) -> None:
    assert count
    async with redis.asyncio.from_url(service.redis_url) as queue, asyncio.timeout(WAIT_SECONDS):
        while await queue.xlen("charges") < count:  # noqa: ASYNC110 - the stream tells of single entries alone
            await asyncio.sleep(0.02)


async def _closing(service: Service) -> Closing:
    request = b.GetClosingRequest(period="2026-06")
    return (await service.billing.GetClosing(request, metadata=STAFF)).closing
