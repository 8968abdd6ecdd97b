"""For the tests of the server: one without a worker, one with other settings, and a way behind its back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import grpc
import pytest

from server.app import running_server
from server.settings import Settings
from tests.conftest import MakeService
from tests.service import Service

MakeServer = Callable[..., Awaitable[Service]]


@pytest.fixture
async def quiet(make_service: MakeService) -> Service:
    """A server without a worker: nothing happens but what the test asks for."""
    return await make_service(worker=False)


@pytest.fixture
async def behind(quiet: Service) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the store of the quiet server."""
    opened = await asyncpg.connect(quiet.database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def make_server(stores: tuple[str, str]) -> AsyncIterator[MakeServer]:
    """Starts servers with settings of their own on a given store, without a worker."""
    async with AsyncExitStack() as parts:

        async def make(database_url: str, **changes: Any) -> Service:
            settings = settings_for(database_url, stores[1], **changes)
            running = await parts.enter_async_context(running_server(settings))
            service = Service(running.address, database_url, stores[1], settings.billing_zone)
            return await parts.enter_async_context(service)

        yield make


@pytest.fixture
async def channel(quiet: Service) -> AsyncIterator[grpc.aio.Channel]:
    """A channel of its own to the quiet server."""
    async with grpc.aio.insecure_channel(quiet.address) as opened:
        yield opened


def settings_for(database_url: str, redis_url: str, **changes: Any) -> Settings:
    """The settings of a small server on a free port, in test mode, with some of them changed."""
    given: dict[str, Any] = {
        "database_url": database_url,
        "redis_url": redis_url,
        "listen_address": "127.0.0.1:0",
        "test_mode": True,
        "pool_size": 4,
        "drain_seconds": 0,
        **changes,
    }
    return Settings(**given)
