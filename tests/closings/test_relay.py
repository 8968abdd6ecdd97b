"""The relay when the stream is lost, trimmed, or wanted again (6.8)."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from uuid import uuid4

import asyncpg
import pytest
import redis.asyncio
import structlog

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.charge_pb2 import ChargeRecord
from tests.closings.months import month_of_june
from tests.closings.shop import a_shop
from tests.conftest import MakeService
from tests.service import STAFF, Service
from workers import stream
from workers.relay import relay

WAIT_SECONDS = 30
STREAM = "charges"


async def test_a_flushed_stream_is_sent_again_before_what_follows(make_service: MakeService) -> None:
    service = await make_service()
    june = await _june_relayed(service)
    async with _queue(service) as queue:
        await queue.flushdb()
        await service.advance(date(2026, 8, 1))
        await service.close("2026-07")
        expected = await service.feed()
        assert len(expected) > len(june)
        assert await _entries(queue, len(expected)) == _listed(expected)


async def test_a_stream_that_is_not_behind_is_not_sent_again(make_service: MakeService) -> None:
    service = await make_service()
    june = await _june_relayed(service)
    await service.advance(date(2026, 8, 1))
    await service.close("2026-07")
    expected = await service.feed()
    assert len(expected) > len(june)
    async with _queue(service) as queue:
        assert await _entries(queue, len(expected)) == _listed(expected)
    async with a_shop(service) as shop:
        assert await relay({"shop": shop}) == 0


async def test_a_worker_that_starts_finds_a_lost_stream_though_there_is_nothing_new(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    async with service.worker():
        june = await _june_relayed(service)
    async with _queue(service) as queue:
        await queue.flushdb()
        async with service.worker():
            assert await _entries(queue, len(june)) == _listed(june)


async def test_a_stream_of_an_older_replica_goes_on_where_that_one_was(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    async with service.worker():
        june = await _june_relayed(service)
    async with _queue(service) as queue, a_shop(service) as shop:
        kept = len(june) // 2
        for identity, _ in (await queue.xrange(STREAM))[kept:]:
            await queue.xdel(STREAM, identity)
        await queue.set(stream.POSITION, kept)
        with structlog.testing.capture_logs() as logs:
            assert await relay({"shop": shop}) == len(june) - kept
        assert await _entries(queue, len(june)) == _listed(june)
        [behind] = [each for each in logs if each["event"] == "stream_behind"]
        assert (behind["stream_position"], behind["relayed_position"]) == (kept, len(june))


async def test_a_stream_that_falls_behind_while_it_is_sent_has_no_gap(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    async with service.worker():
        june = await _june_relayed(service)
    entries = [stream.Entry(*entry[:2], entry[2].SerializeToString()) for entry in _listed(june)]
    async with _queue(service) as queue, a_shop(service) as shop:
        await queue.flushdb()
        assert await stream.go_on_after(shop.redis, await stream.seen(shop.redis), 0)
        assert await stream.append(shop.redis, entries[:2], 1_000)
        assert not await stream.append(shop.redis, entries[3:], 1_000)
        assert await _entries(queue, 2) == _listed(june)[:2]


async def test_a_stream_that_is_lost_while_the_relay_looks_does_not_go_on(make_service: MakeService) -> None:
    """Its first entry would not be the first it lost."""
    service = await make_service(worker=False)
    async with service.worker():
        june = await _june_relayed(service)
    async with _queue(service) as queue, a_shop(service) as shop:
        before = await stream.seen(shop.redis)
        assert before == stream.Seen(True, len(june), len(june))
        await queue.flushdb()
        assert not await stream.go_on_after(shop.redis, before, len(june))
        assert await queue.exists(STREAM, stream.POSITION) == 0
        assert await relay({"shop": shop}) == len(june)
        assert await _entries(queue, len(june)) == _listed(june)


@pytest.mark.parametrize("position_kept", [True, False], ids=["with its position", "of a version without positions"])
async def test_a_stream_whose_entries_were_all_consumed_is_not_sent_again(
    make_service: MakeService, *, position_kept: bool
) -> None:
    service = await make_service(worker=False)
    async with service.worker():
        await _june_relayed(service)
    async with _queue(service) as queue, a_shop(service) as shop:
        await queue.xtrim(STREAM, maxlen=0, approximate=False)
        if not position_kept:
            await queue.delete(stream.POSITION)
        assert await relay({"shop": shop}) == 0
        assert await queue.xlen(STREAM) == 0


async def test_of_a_stream_that_is_gone_no_more_is_sent_than_it_keeps(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    async with service.worker():
        june = await _june_relayed(service)
    async with _queue(service) as queue, a_shop(service, stream_length=10) as shop:
        await queue.delete(STREAM)
        assert await relay({"shop": shop}) == 10
        assert await _entries(queue, 10) == _listed(june)[-10:]


async def test_what_was_never_sent_is_sent_whatever_the_stream_keeps(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    async with service.worker():
        june = await _june_relayed(service)
    await _execute(service, "UPDATE charge_feed SET relayed_position = 5")
    async with _queue(service) as queue, a_shop(service, stream_length=10) as shop:
        await queue.delete(STREAM)
        assert await relay({"shop": shop}) == len(june) - 5


async def test_a_lost_stream_waits_while_a_closing_runs(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    async with service.worker():
        june = await _june_relayed(service)
    await service.advance(date(2026, 8, 1))
    await service.billing.StartClosing(b.StartClosingRequest(request_id=str(uuid4()), period="2026-07"), metadata=STAFF)
    async with _queue(service) as queue, a_shop(service) as shop:
        await queue.flushdb()
        assert await relay({"shop": shop}) == 0
        async with service.worker():
            assert (await _entries(queue, len(june) + 1))[: len(june)] == _listed(june)


async def test_an_operator_has_the_stream_sent_again_from_a_position(make_service: MakeService) -> None:
    service = await make_service()
    june = await _june_relayed(service)
    assert await _server(service, "relay-from", str(len(june) - 2)) == (
        0,
        f"the workers send positions {len(june) - 2} to {len(june)} again\n",
        "",
    )
    async with _queue(service) as queue:
        assert await _entries(queue, len(june) + 3) == _listed(june) + _listed(june)[-3:]


@pytest.mark.parametrize("position", [0, 10_000])
async def test_a_position_that_was_not_sent_is_refused(make_service: MakeService, position: int) -> None:
    service = await make_service()
    june = await _june_relayed(service)
    code, said, errors = await _server(service, "relay-from", str(position))
    assert (code, said) == (1, "")
    assert errors == f"{position} has not been sent: give one from 1 to {len(june)}; what follows is sent anyway\n"


async def _june_relayed(service: Service) -> list[ChargeRecord]:
    """June closed and in the stream; returns its records."""
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    await service.close("2026-06")
    expected = await service.feed()
    async with _queue(service) as queue:
        assert await _entries(queue, len(expected)) == _listed(expected)
    await _marked(service, len(expected))
    return expected


async def _marked(service: Service, position: int) -> None:
    """Wait until the mark is where the stream is."""
    connection = await asyncpg.connect(service.database_url)
    async with asyncio.timeout(WAIT_SECONDS):
        while await connection.fetchval("SELECT relayed_position FROM charge_feed") != position:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await connection.close()


async def _execute(service: Service, statement: str) -> None:
    connection = await asyncpg.connect(service.database_url)
    await connection.execute(statement)
    await connection.close()


@asynccontextmanager
async def _queue(service: Service) -> AsyncIterator[redis.asyncio.Redis]:
    async with redis.asyncio.from_url(service.redis_url) as queue:
        yield queue


async def _server(service: Service, *command: str) -> tuple[int | None, str, str]:
    """Run a command of the server; returns its exit code and what it said."""
    environment = {
        **os.environ,
        "PRORATA_DATABASE_URL": service.database_url,
        "PRORATA_REDIS_URL": service.redis_url,
        "PRORATA_TEST_MODE": "true",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server",
        *command,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, errors = await process.communicate()
    return process.returncode, said.decode(), errors.decode()


async def _entries(queue: redis.asyncio.Redis, count: int) -> list[tuple[str, int, ChargeRecord]]:
    """All entries of the stream, once there are so many: id, position and record."""
    async with asyncio.timeout(WAIT_SECONDS):
        while await queue.xlen(STREAM) < count:  # noqa: ASYNC110 - the stream tells of single entries alone
            await asyncio.sleep(0.02)
    return [
        (fields[b"id"].decode(), int(fields[b"position"]), ChargeRecord.FromString(fields[b"record"]))
        for _, fields in await queue.xrange(STREAM)
    ]


def _listed(records: list[ChargeRecord]) -> list[tuple[str, int, ChargeRecord]]:
    """The same of records of the feed."""
    return [(record.charge_id, record.position, record) for record in records]
