"""A server that stops: what follows is let go at once, what is under way may end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2
from grpc_health.v1.health_pb2_grpc import HealthStub

from deploy.local.valkey import free_port
from prorata import Client, RetryPolicy
from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.closing_pb2 import CLOSING_STATE_RUNNING
from prorata.v1.plan_service_pb2_grpc import PlanServiceStub
from server.app import RunningServer, running_server
from tests.conftest import START
from tests.server.calls import refuses, sid, start_closing
from tests.server.conftest import settings_for
from tests.service import STAFF, Service
from tests.usage.test_usage_rpc import june_columns, prepare

JULY = datetime(2026, 7, 1, tzinfo=UTC)
AUGUST = datetime(2026, 8, 1, tzinfo=UTC)
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


class Stoppable:
    """A server that a test stops, with stubs for it."""

    def __init__(self, database_url: str, redis_url: str, **changes: Any) -> None:
        self._urls = database_url, redis_url
        self._settings = settings_for(database_url, redis_url, **changes)
        self._stop = asyncio.Event()

    async def start(self) -> tuple[Service, asyncio.Task[None]]:
        """The service, and the task that ends when the server has stopped."""
        started: asyncio.Future[RunningServer] = asyncio.get_running_loop().create_future()

        async def serve() -> None:
            async with running_server(self._settings) as running:
                started.set_result(running)
                await self._stop.wait()

        serving = asyncio.create_task(serve())
        await asyncio.wait({serving, started}, return_when=asyncio.FIRST_COMPLETED)
        return Service((await started).address, *self._urls, self._settings.billing_zone), serving

    def stop(self) -> None:
        """Let it stop."""
        self._stop.set()


@pytest.fixture
async def urls(database: str, stores: tuple[str, str]) -> tuple[str, str]:
    """Where a store of the test's own is, and a queue."""
    return database, stores[1]


async def test_a_server_that_stops_lets_followers_go_and_calls_end(urls: tuple[str, str]) -> None:
    stoppable = Stoppable(*urls, drain_seconds=600)
    async with asyncio.timeout(60), AsyncExitStack() as parts:
        service, stopped = await stoppable.start()
        await parts.enter_async_context(service)
        await service.advance(START)
        await prepare(service)
        await service.change_plan(sid(1), "production")
        await service.advance(JULY)
        async with service.worker():
            await service.close("2026-06")
        await service.advance(AUGUST)
        await start_closing(service, "2026-07")

        channel = await parts.enter_async_context(grpc.aio.insecure_channel(service.address))
        health = HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert (await health.read()).status == SERVING
        feed = service.billing.StreamCharges(b.StreamChargesRequest(follow=True), metadata=STAFF)
        assert (await feed.read()).last_position > 0
        watch = service.billing.WatchClosing(b.WatchClosingRequest(period="2026-07"), metadata=STAFF)
        assert (await watch.read()).closing.state == CLOSING_STATE_RUNNING
        batches: asyncio.Queue[b.StreamUsageRequest] = asyncio.Queue()

        async def sent() -> AsyncIterator[b.StreamUsageRequest]:
            for _ in range(2):
                yield await batches.get()

        usage = service.billing.StreamUsage(sent(), metadata=STAFF)
        batches.put_nowait(b.StreamUsageRequest(batch_number=1, columns=june_columns(10, 0)))
        assert (await usage.read()).new_count == 10

        stoppable.stop()
        assert (await health.read()).status == NOT_SERVING
        assert await health.read() is grpc.aio.EOF
        for following in (feed, watch):
            found = await refuses(following, grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE")
            assert found.retry_seconds == 1
            assert "follow again" in found.message
        assert not stopped.done()
        batches.put_nowait(b.StreamUsageRequest(batch_number=2, columns=june_columns(10, 10)))
        assert (await usage.read()).new_count == 10
        assert await usage.read() is grpc.aio.EOF
        await stopped


async def test_who_follows_goes_on_at_the_next_server(urls: tuple[str, str]) -> None:
    address = f"127.0.0.1:{free_port()}"
    away = asyncio.Event()

    def note_that_it_is_away(error: Any, _: float) -> None:
        if not error.reason:  # nothing answers any more
            away.set()

    retry = RetryPolicy(max_attempts=1, first_delay_seconds=0.01, on_follow_again=note_that_it_is_away)
    async with asyncio.timeout(60), Client(address, retry=retry) as client:
        first = Stoppable(*urls, listen_address=address)
        service, stopped = await first.start()
        async with service:
            await service.advance(START)
            await service.account(sid(1))
            await service.advance(JULY)
            await start_closing(service, "2026-06")
            steps = client.billing.watch_closing("2026-06")
            assert (await anext(steps)).state == CLOSING_STATE_RUNNING
            following = asyncio.ensure_future(anext(steps))
            first.stop()
            await stopped
        await away.wait()
        second = Stoppable(*urls, listen_address=address)
        service, stopped = await second.start()
        assert (await following).state == CLOSING_STATE_RUNNING
        await steps.aclose()
        second.stop()
        await stopped


async def test_health_is_answered_at_an_address_of_its_own_until_the_last_call_has_ended(urls: tuple[str, str]) -> None:
    """As a probe sees it: in plaintext, nothing else there, NOT_SERVING while calls under way end."""
    address = f"127.0.0.1:{free_port()}"
    stoppable = Stoppable(*urls, drain_seconds=600, health_address=address)
    async with asyncio.timeout(60), AsyncExitStack() as parts:
        service, stopped = await stoppable.start()
        await parts.enter_async_context(service)
        await service.advance(START)
        await prepare(service)
        channel = await parts.enter_async_context(grpc.aio.insecure_channel(address))
        check = HealthStub(channel).Check
        assert (await check(health_pb2.HealthCheckRequest())).status == SERVING
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await PlanServiceStub(channel).ListPlans(p.ListPlansRequest(), metadata=STAFF)
        assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED

        ends = asyncio.Event()

        async def sent() -> AsyncIterator[b.StreamUsageRequest]:
            yield b.StreamUsageRequest(batch_number=1, columns=june_columns(3, 1))
            await ends.wait()

        under_way = service.billing.StreamUsage(sent(), metadata=STAFF)
        assert (await under_way.read()).new_count == 3
        stoppable.stop()
        while (await check(health_pb2.HealthCheckRequest())).status == SERVING:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert not stopped.done()
        ends.set()
        await stopped
        with pytest.raises(grpc.aio.AioRpcError):
            await check(health_pb2.HealthCheckRequest())
