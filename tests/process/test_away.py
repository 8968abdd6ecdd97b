"""A worker without its store or its queue says which of them is away, and tries again."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from structlog.testing import capture_logs

from deploy.local.valkey import EmbeddedValkey, free_port
from tests.conftest import database_url
from tests.process.gate import gate_before
from workers import outage
from workers.__main__ import work_on
from workers.settings import Settings

WAIT_SECONDS = 60
NOBODY = f"redis://127.0.0.1:{free_port()}/0"
HELD = """
SELECT count(*) FROM pg_stat_activity WHERE application_name = 'prorata worker' AND datname = current_database()
"""


async def test_a_worker_waits_for_its_store_and_names_it(stores: tuple[str, str], template: str) -> None:
    name = f"test_{uuid4().hex}"
    url = database_url(stores[0], name)
    connection = await asyncpg.connect(stores[0])
    async with working(Settings(database_url=url, redis_url=stores[1], test_mode=True)) as events:
        away = await first(events, "store_away")
        assert "redis_away" not in names(events)
        assert away["error"].startswith(f'the store can not be reached (database "{name}" does not exist): ')
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        await first(events, "worker_started")
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


async def test_a_worker_without_its_queue_names_that(database: str) -> None:
    async with working(Settings(database_url=database, redis_url=NOBODY, test_mode=True)) as events:
        await first(events, "redis_away")
        assert "store_away" not in names(events)


async def test_a_worker_whose_queue_goes_away_keeps_no_connection_to_the_store(
    database: str, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(gc.enable)
    with EmbeddedValkey() as queue:
        settings = Settings(database_url=database, redis_url=queue.url, test_mode=True)
        async with working(settings) as events, connected(database) as store, asyncio.timeout(WAIT_SECONDS):
            await first(events, "worker_started")
            assert await store.fetchval(HELD) > 0
            queue.stop()
            gc.disable()  # which would close them sooner or later
            await first(events, "redis_away")
            while await store.fetchval(HELD) > 0:  # noqa: ASYNC110 - Postgres gives no signal of it
                await asyncio.sleep(0.02)


async def test_a_store_that_goes_away_is_told_once_and_each_minute_and_when_it_is_back(
    database: str, stores: tuple[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outage, "TELL_SECONDS", 2.5)
    async with gate_before(database) as gate, asyncio.timeout(WAIT_SECONDS):
        settings = Settings(database_url=gate.url, redis_url=stores[1], test_mode=True)
        async with working(settings) as events:
            await first(events, "worker_started")
            gate.shut()
            still = await first(events, "store_still_away")
            assert still["away_seconds"] >= 2
            await gate.open()
            await first(events, "store_back")
    told = names(events)
    assert told.count("store_away") == told.count("store_back") == 1
    assert told.count("store_still_away") <= 1 + events[told.index("store_back")]["away_seconds"] / 2.5
    assert set(told) <= {"worker_started", "store_away", "store_still_away", "store_back"}
    assert [record for record in caplog.records if record.exc_info] == []


async def test_another_error_of_a_job_has_its_traceback(
    database: str, stores: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(database_url=database, redis_url=stores[1], test_mode=True)
    async with working(settings) as events, connected(database) as store:
        await first(events, "worker_started")
        await store.execute("ALTER TABLE usage_batch RENAME TO usage_batch_gone")
        await first(events, "sweep_step_failed")
        async with asyncio.timeout(WAIT_SECONDS):
            while not any(record.exc_info for record in caplog.records):  # noqa: ASYNC110 - likewise
                await asyncio.sleep(0.02)
        assert "store_away" not in names(events)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a store while the body runs."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[list[MutableMapping[str, Any]]]:
    """A worker as the command runs it; what it logs."""
    with capture_logs() as events:
        task = asyncio.create_task(work_on(settings))
        try:
            yield events
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def names(events: list[MutableMapping[str, Any]]) -> list[str]:
    """What was logged, in order."""
    return [event["event"] for event in events]


async def first(events: list[MutableMapping[str, Any]], name: str) -> MutableMapping[str, Any]:
    """The first event of a name, once it is logged."""
    async with asyncio.timeout(WAIT_SECONDS):
        while name not in names(events):  # noqa: ASYNC110 - what is logged tells nobody
            await asyncio.sleep(0.02)
    return events[names(events).index(name)]
