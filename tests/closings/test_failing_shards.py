"""Shards that fail again and again: a closing and a rehearsal say so, and go on once they can (6.2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from uuid import uuid4

import asyncpg
import pytest

from billing.operations.leases import ERROR_LENGTH, error_text
from prorata.v1 import billing_service_pb2 as b
from prorata.v1.closing_pb2 import CLOSING_STATE_CLOSED
from prorata.v1.rehearsal_pb2 import REHEARSAL_STATE_COMPLETE
from tests.closings.months import month_of_june
from tests.conftest import MakeService
from tests.rehearsals.calls import connected, follow, get, start
from tests.service import STAFF, Service

WAIT_SECONDS = 30
ERROR = 'UndefinedTableError: relation "plan_held" does not exist'


async def test_a_closing_says_how_many_of_its_shards_failed_and_why(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    await service.billing.StartClosing(b.StartClosingRequest(request_id=str(uuid4()), period="2026-06"), metadata=STAFF)
    async with _broken(service), service.worker():
        watching = service.billing.WatchClosing(b.WatchClosingRequest(period="2026-06"), metadata=STAFF)
        async with asyncio.timeout(WAIT_SECONDS):
            async for step in watching:
                if step.closing.shard_count and step.closing.failed_shard_count == step.closing.shard_count:
                    break
        assert (step.closing.shard_error, step.closing.done_shard_count) == (ERROR, 0)
    async with service.worker():
        closing = await service.watch("2026-06")
    assert (closing.state, closing.done_shard_count) == (CLOSING_STATE_CLOSED, closing.shard_count)
    assert (closing.failed_shard_count, closing.shard_error) == (closing.shard_count, ERROR)


async def test_a_rehearsal_says_how_many_of_its_shards_failed_and_why(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await month_of_june(service)
    started = await start(service, "2026-06")
    assert (started.failed_shard_count, started.shard_error) == (0, "")
    request = b.WatchRehearsalRequest(rehearsal_number=started.rehearsal_number)
    async with _broken(service), service.worker(), asyncio.timeout(WAIT_SECONDS):
        async for step in service.billing.WatchRehearsal(request, metadata=STAFF):
            if step.rehearsal.failed_shard_count:
                break
    rehearsal = await get(service, started.rehearsal_number)
    assert (rehearsal.shard_error, rehearsal.done_shard_count) == (ERROR, 0)
    assert 1 <= rehearsal.failed_shard_count <= rehearsal.shard_count
    async with service.worker():
        assert (await follow(service, started.rehearsal_number))[-1].state == REHEARSAL_STATE_COMPLETE


async def test_a_worker_that_ends_is_no_failure_of_its_shard(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await month_of_june(service)
    started = await start(service, "2026-06")
    async with connected(service) as blocking, connected(service) as looking, blocking.transaction():
        await blocking.execute("LOCK TABLE rehearsal_record IN SHARE MODE")
        async with service.worker(), asyncio.timeout(WAIT_SECONDS):
            while not await looking.fetchval("SELECT max(attempt_count) FROM rehearsal_shard"):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    assert (await get(service, started.rehearsal_number)).failed_shard_count == 0


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            asyncpg.PostgresError.new({"C": "23505", "M": "duplicate key", "D": "Key (name)=(secret) already exists."}),
            "UniqueViolationError: duplicate key",
        ),
        (asyncpg.DataError("invalid input for query argument $1: 'secret'"), "DataError"),
        (ExceptionGroup("both", [AssertionError("lines sum to the record"), OSError()]), "AssertionError: lines sum "),
        (TimeoutError(), "TimeoutError"),
        (ValueError("first\nsecond"), "ValueError: first"),
        (ValueError("x" * 1_000), "ValueError: xxx"),
    ],
    ids=["row", "parameter", "group", "silent", "lines", "long"],
)
def test_what_an_error_says_is_short_and_without_content(error: Exception, expected: str) -> None:
    text = error_text(error)
    assert text.startswith(expected)
    assert "secret" not in text
    assert "\n" not in text
    assert len(text) <= ERROR_LENGTH


@asynccontextmanager
async def _broken(service: Service) -> AsyncIterator[None]:
    """Every shard fails while the body runs."""
    async with connected(service) as store:
        await store.execute("ALTER TABLE plan_held RENAME TO plan_held_gone")
        yield
        await store.execute("ALTER TABLE plan_held_gone RENAME TO plan_held")
