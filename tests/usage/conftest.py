"""A store of a test's own in test mode, its clock at noon of 15 July 2026, and ingestors on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from billing.money import Currency
from billing.operations import ingest_lane
from billing.operations.context import Store
from billing.operations.ingest import Ingestor
from billing.store import state
from tests.usage.world import NOW, add_account, add_product

CLOSE_SECONDS = 10

MakeStore = Callable[[str], Awaitable[Store]]


@pytest.fixture
async def make_store(database: str) -> AsyncIterator[MakeStore]:
    """Opens the test's store in a zone, with account 1, its subaccount 2, and the products sms and voice."""
    async with AsyncExitStack() as parts:

        async def make(zone: str) -> Store:
            pool = await parts.enter_async_context(_pool(database))
            async with pool.acquire() as connection:
                await state.make_store(connection, state.StoreSettings("USD", 2, zone, True))
                await state.set_test_time(connection, NOW)
            store = Store(pool, pool, Currency("USD", 2), ZoneInfo(zone), test_mode=True)
            await add_account(store, 1)
            await add_account(store, 2, family=1)
            await add_product(store, "sms")
            await add_product(store, "voice")
            return store

        yield make


@asynccontextmanager
async def _pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    """Connections that are cut where a test that failed left an ingestor behind, which would keep its own for ever."""
    pool = await asyncpg.create_pool(database, min_size=1, max_size=20)
    yield pool
    async with asyncio.timeout(CLOSE_SECONDS):
        await pool.close()


@pytest.fixture
def few_events(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Says how many events are few, which are recorded in one statement; more than so many go by COPY."""

    def set_most(count: int) -> None:
        monkeypatch.setattr(ingest_lane, "FEW_EVENTS", count)

    return set_most


@pytest.fixture(params=[0, 10_000], ids=["copied", "few"])
def either_way(request: pytest.FixtureRequest, few_events: Callable[[int], None]) -> None:
    """By COPY, and in one statement."""
    few_events(request.param)


@pytest.fixture
async def store(make_store: MakeStore) -> Store:
    """A store in UTC."""
    return await make_store("UTC")


@pytest.fixture
async def ingestor(store: Store) -> AsyncIterator[Ingestor]:
    """An ingestor on the store."""
    started = Ingestor(store)
    await started.start()
    yield started
    await started.close()
