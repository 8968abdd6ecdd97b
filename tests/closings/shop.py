"""What a job of a worker works with, in the process of a test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from arq.connections import ArqRedis
from pydantic import SecretStr

from billing.operations.opening import open_store
from tests.service import Service
from workers.settings import Settings
from workers.shop import Shop


@asynccontextmanager
async def a_shop(service: Service, stream_length: int = 1_000) -> AsyncIterator[Shop]:
    """A shop on the store and the queue of a service."""
    urls = SecretStr(service.database_url), SecretStr(service.redis_url)
    settings = Settings(database_url=urls[0], redis_url=urls[1], test_mode=True)
    settings.stream_length = stream_length  # less than a setting may be, so that a small month is more
    queue = ArqRedis.from_url(service.redis_url)
    async with queue, open_store(service.database_url, settings.wanted, 2, process_name="prorata test") as store:
        yield Shop(store, queue, settings, asyncio.Semaphore())
