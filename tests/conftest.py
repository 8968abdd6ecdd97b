"""Real Postgres and real Valkey for every test; a server and a worker on a store of their own where a test asks."""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest
import redis.asyncio

from deploy.local import Stores
from deploy.local.stores import DATABASE_URL, REDIS_URL
from server.app import running_server
from server.settings import Settings
from tests.service import Service

# A queue of its own for every store, as workers take any job they hear of: eight for each of two processes of tests.
PROCESS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
QUEUES = itertools.cycle(range(8 * PROCESS, 8 * PROCESS + 8))
START = datetime(2026, 6, 1, tzinfo=UTC)

MakeService = Callable[..., Awaitable[Service]]


@pytest.fixture(scope="session")
def stores() -> Iterator[tuple[str, str]]:
    """The URLs of Postgres and Valkey: those of the environment, else embedded ones."""
    given = os.environ.get("PRORATA_DATABASE_URL"), os.environ.get("PRORATA_REDIS_URL")
    if given[0] and given[1]:
        yield given[0], given[1]
        return
    with Stores(in_memory=True) as started:
        yield started.database_url, started.redis_url


@pytest.fixture(scope="session")
def template(stores: tuple[str, str]) -> str:
    """A database with all migrations applied, to be cloned."""
    name = f"template_{uuid4().hex}"
    asyncio.run(_execute(stores[0], f"CREATE DATABASE {name}"))
    environment = {**os.environ, "PRORATA_DATABASE_URL": database_url(stores[0], name), "PRORATA_REDIS_URL": stores[1]}
    migrated = subprocess.run(
        [sys.executable, "-m", "server", "migrate"], env=environment, check=False, capture_output=True, text=True
    )
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    return name


@pytest.fixture
def nothing_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may themselves run beside stores that the environment names; a stack of their own is to have others."""
    for name in (DATABASE_URL, REDIS_URL, "PRORATA_LISTEN_ADDRESS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def database(stores: tuple[str, str], template: str) -> AsyncIterator[str]:
    """The URL of a database of the test's own, with the schema and nothing in it."""
    async with cloned(stores[0], template) as url:
        yield url


@pytest.fixture
async def connection(database: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the test's own database."""
    opened = await asyncpg.connect(database)
    yield opened
    await opened.close()


@pytest.fixture
async def queue(stores: tuple[str, str]) -> str:
    """The URL of an empty queue of the test's own."""
    return await own_queue(stores[1])


@pytest.fixture
async def make_service(stores: tuple[str, str], template: str) -> AsyncIterator[MakeService]:
    """Starts servers, each with a worker, on a store of its own in test mode."""
    async with AsyncExitStack() as parts:

        async def make(*, zone: str = "UTC", start: datetime = START, worker: bool = True) -> Service:
            url = await parts.enter_async_context(cloned(stores[0], template))
            return await parts.enter_async_context(running_service(url, stores[1], zone, start, worker=worker))

        yield make


@pytest.fixture
async def service(make_service: MakeService) -> Service:
    """A server with a worker on an empty store in UTC, its clock at 2026-06-01."""
    return await make_service()


@asynccontextmanager
async def running_service(
    url: str, redis_url: str, zone: str, start: datetime, *, worker: bool
) -> AsyncIterator[Service]:
    """A server in this process, and a worker if asked for."""
    redis_url = await own_queue(redis_url)
    settings = Settings(
        database_url=url,
        redis_url=redis_url,
        listen_address="127.0.0.1:0",
        test_mode=True,
        billing_zone=zone,
        pool_size=6,
        drain_seconds=0,
    )
    async with running_server(settings) as running, Service(running.address, url, redis_url, zone) as service:
        await service.advance(start)
        async with service.workers(1 if worker else 0):
            yield service


async def own_queue(redis_url: str) -> str:
    """The URL of a queue that no other test uses at the time, and which is empty."""
    url = urlunsplit(urlsplit(redis_url)._replace(path=f"/{next(QUEUES)}"))
    await _empty(url)
    return url


@asynccontextmanager
async def cloned(url: str, template: str) -> AsyncIterator[str]:
    """The URL of a clone of the template, dropped at the end."""
    name = f"test_{uuid4().hex}"
    await _execute(url, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield database_url(url, name)
    await _execute(url, f"DROP DATABASE {name} WITH (FORCE)")


def database_url(url: str, name: str) -> str:
    """The URL of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def _empty(redis_url: str) -> None:
    async with redis.asyncio.from_url(redis_url) as client:
        await client.flushdb()


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()
