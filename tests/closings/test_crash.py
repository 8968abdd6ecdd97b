"""Workers killed in the middle of a closing, and a queue that forgets (6.2)."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from uuid import uuid4

import asyncpg
import redis.asyncio

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.charge_pb2 import ChargeRecord
from prorata.v1.closing_pb2 import CLOSING_STATE_CLOSED, Closing
from tests.closings.months import month_of_june
from tests.conftest import MakeService
from tests.service import STAFF, Service

WAIT_SECONDS = 30
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE charge_feed%' AND datname = current_database()
"""


async def test_6_2_a_worker_killed_while_it_writes_leaves_nothing_half_done(make_service: MakeService) -> None:
    expected, expected_records = await _undisturbed(make_service)
    service = await _started(make_service)

    async with _feed_held(service), _worker_process(service) as victim:
        await _someone_waits_for_the_feed(service)  # records and lines are written, positions not yet taken
        victim.send_signal(signal.SIGKILL)
        await victim.wait()
    assert await service.feed() == []

    async with _worker_process(service):
        closing = await service.watch("2026-06")
    assert closing.state == CLOSING_STATE_CLOSED
    assert (closing.digest, closing.totals) == (expected.digest, expected.totals)
    assert _content(await service.feed()) == _content(expected_records)


async def test_6_2_of_several_workers_killed_at_any_moment_the_last_one_finishes(make_service: MakeService) -> None:
    expected, expected_records = await _undisturbed(make_service)
    service = await _started(make_service)
    async with _worker_process(service) as first, _worker_process(service):
        async for step in service.billing.WatchClosing(b.WatchClosingRequest(period="2026-06"), metadata=STAFF):
            if step.closing.done_shard_count and first.returncode is None:
                first.send_signal(signal.SIGKILL)
                await first.wait()
        closing = await service.watch("2026-06")
    assert (closing.digest, closing.totals) == (expected.digest, expected.totals)
    assert _content(await service.feed()) == _content(expected_records)


async def test_6_2_a_flushed_queue_loses_nothing(make_service: MakeService) -> None:
    expected, _ = await _undisturbed(make_service)
    service = await _started(make_service)
    async with redis.asyncio.from_url(service.redis_url) as queue:
        await queue.flushdb()
    async with service.worker():
        closing = await service.watch("2026-06")
    assert closing.digest == expected.digest


async def test_the_relay_sends_every_record_in_order_to_the_stream(make_service: MakeService) -> None:
    service = await make_service()
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    await service.close("2026-06")
    expected = await service.feed()
    async with redis.asyncio.from_url(service.redis_url) as stream:
        entries: list[tuple[bytes, dict[bytes, bytes]]] = []
        async with asyncio.timeout(WAIT_SECONDS):
            while len(entries) < len(expected):
                last = entries[-1][0] if entries else "0"
                for _, found in await stream.xread({"charges": last}, block=5_000):
                    entries += found
    assert [ChargeRecord.FromString(fields[b"record"]) for _, fields in entries] == expected
    assert [int(fields[b"position"]) for _, fields in entries] == [record.position for record in expected]
    assert [fields[b"id"].decode() for _, fields in entries] == [record.charge_id for record in expected]


async def _started(make_service: MakeService) -> Service:
    """The month with its closing started, and no worker yet."""
    service = await make_service(worker=False)
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    await service.billing.StartClosing(b.StartClosingRequest(request_id=str(uuid4()), period="2026-06"), metadata=STAFF)
    return service


async def _undisturbed(make_service: MakeService) -> tuple[Closing, list[ChargeRecord]]:
    """The same month closed in peace."""
    service = await make_service()
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    return await service.close("2026-06"), await service.feed()


def _content(records: list[ChargeRecord]) -> list[ChargeRecord]:
    """Records by id, without their positions: shards may finish in any order."""
    copies = []
    for record in records:
        copy = ChargeRecord()
        copy.CopyFrom(record)
        copy.position = 0
        copies.append(copy)
    return sorted(copies, key=lambda record: record.charge_id)


@asynccontextmanager
async def _feed_held(service: Service) -> AsyncIterator[None]:
    """Nobody can take positions in the feed while the body runs."""
    connection = await asyncpg.connect(service.database_url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SELECT FROM charge_feed FOR UPDATE")
    yield
    await transaction.rollback()
    await connection.close()


async def _someone_waits_for_the_feed(service: Service) -> None:
    """Return when a transaction waits for the row that is held."""
    connection = await asyncpg.connect(service.database_url)
    async with asyncio.timeout(WAIT_SECONDS):
        while not await connection.fetchval(WAITING):  # noqa: ASYNC110 - Postgres gives no signal of a wait
            await asyncio.sleep(0.02)
    await connection.close()


@asynccontextmanager
async def _worker_process(service: Service) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker in a process of its own while the body runs."""
    environment = {
        **os.environ,
        "PRORATA_DATABASE_URL": service.database_url,
        "PRORATA_REDIS_URL": service.redis_url,
        "PRORATA_TEST_MODE": "true",
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "workers", env=environment)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
