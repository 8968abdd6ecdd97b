"""Usage over a real channel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from functools import partial

import asyncpg
import numpy as np
import pytest

from billing.intake import to_micros
from billing.operations.ingest import Ingestor
from prorata.v1 import billing_service_pb2 as pb
from prorata.v1.usage_pb2 import UsageColumns
from server import app
from tests.conftest import MakeService
from tests.service import Service, usage
from tests.usage.test_usage_messages import columns, stream
from tests.usage.world import event_held, lane_waits, sid, writers_held_up

NOON = datetime(2026, 6, 20, 12, tzinfo=UTC)
STAFF = (("prorata-role", "staff"),)
WAIT_SECONDS = 10


def june_columns(count: int, first: int, **changes: object) -> UsageColumns:
    """Good rows in June."""
    moments = np.full(count, to_micros(NOON), "<i8").tobytes()
    return columns(count, first, occur_times_micros=moments, **changes)


async def prepare(service: Service) -> None:
    """An account and two products, and a clock at the end of June."""
    await service.account(sid(1), created=date(2026, 6, 1))
    await service.product("sms", price="0.01")
    await service.product("voice", price="0.02")
    await service.advance(date(2026, 6, 30))


async def test_a_stream_of_columns_is_recorded_and_summed(service: Service) -> None:
    await prepare(service)
    requests = [pb.StreamUsageRequest(batch_number=n, columns=june_columns(1_000, 900 * n)) for n in range(20)]
    answers = [answer async for answer in service.billing.StreamUsage(stream(*requests), metadata=STAFF)]
    assert sorted(answer.batch_number for answer in answers) == list(range(20))
    assert sum(answer.new_count for answer in answers) == 19 * 900 + 1_000
    assert sum(answer.repeated_count for answer in answers) == 19 * 100
    request = pb.GetUsageSummaryRequest(account_sid=sid(1), period="2026-06")
    [row] = (await service.billing.GetUsageSummary(request, metadata=STAFF)).rows
    assert row.record_count == 19 * 900 + 1_000


async def test_a_malformed_batch_ends_the_stream_and_those_before_stay_recorded(service: Service) -> None:
    await prepare(service)
    good = pb.StreamUsageRequest(batch_number=1, columns=june_columns(10, 0))
    bad = pb.StreamUsageRequest(batch_number=2, columns=june_columns(10, 0, amounts_nanos=b"x"))
    call = service.billing.StreamUsage(stream(good, bad), metadata=STAFF)
    assert (await call.read()).new_count == 10
    refused = await service.refused(call.read())
    assert refused.reason == "INVALID_FIELD"
    [answer] = [one async for one in service.billing.StreamUsage(stream(good), metadata=STAFF)]
    assert answer.repeated_count == 10


async def test_a_client_that_goes_away_leaves_the_service_fit_for_others(service: Service) -> None:
    await prepare(service)

    async def endless() -> AsyncIterator[pb.StreamUsageRequest]:
        for number in range(10_000):
            yield pb.StreamUsageRequest(batch_number=number, columns=june_columns(500, 500 * number))

    for _ in range(3):
        call = service.billing.StreamUsage(endless(), metadata=STAFF)
        assert (await call.read()).batch_number >= 0
        call.cancel()
    good = pb.StreamUsageRequest(batch_number=1, columns=june_columns(10, 10_000_000))
    [answer] = [one async for one in service.billing.StreamUsage(stream(good), metadata=STAFF)]
    assert answer.new_count == 10
    connection = await asyncpg.connect(service.database_url)
    counted = await connection.fetchval("SELECT (SELECT sum(event_count) FROM usage_batch) = count(*) FROM usage_event")
    assert counted
    await connection.close()


async def test_a_stream_that_fills_its_room_leaves_calls_theirs(
    make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "Ingestor", partial(Ingestor, max_rows_under_way=500))
    service = await make_service(worker=False)
    await prepare(service)
    first = pb.StreamUsageRequest(batch_number=0, columns=june_columns(100, 0))
    assert [one.new_count async for one in service.billing.StreamUsage(stream(first), metadata=STAFF)] == [100]
    connection = await asyncpg.connect(service.database_url)
    async with writers_held_up(connection, "2026_06"):
        requests = [pb.StreamUsageRequest(batch_number=n, columns=june_columns(100, 100 * n)) for n in range(1, 13)]
        streamed = service.billing.StreamUsage(stream(*requests), metadata=STAFF)
        answers = asyncio.create_task(_all(streamed))
        await lane_waits(connection)
        calls = [asyncio.create_task(service.record([usage(sid(1), "sms", NOON)] * 100)) for _ in range(3)]
        await asyncio.sleep(0.5)  # until the stream has filled its room, and the calls wait
        assert not any(call.done() for call in (answers, *calls))
    assert [(await call).new_count for call in calls] == [1, 1, 1]  # of a hundred the same
    assert [answer.new_count for answer in await answers] == [100] * 12
    await connection.close()


async def test_a_call_is_recorded_while_a_transaction_of_a_stream_goes_on(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await prepare(service)
    first = pb.StreamUsageRequest(batch_number=0, columns=june_columns(1, 0))
    assert [one.new_count async for one in service.billing.StreamUsage(stream(first), metadata=STAFF)] == [1]
    connection = await asyncpg.connect(service.database_url)
    async with event_held(connection, 100):
        request = pb.StreamUsageRequest(batch_number=1, columns=june_columns(100, 1))
        answers = asyncio.create_task(_all(service.billing.StreamUsage(stream(request), metadata=STAFF)))
        await lane_waits(connection)
        for count in (1, 1, 250):  # over the first lane of calls, and over both
            async with asyncio.timeout(WAIT_SECONDS):
                assert (await service.record([usage(sid(1), "sms", NOON) for _ in range(count)])).new_count == count
        assert not answers.done()
    assert [answer.new_count for answer in await answers] == [100]
    asked = pb.GetUsageSummaryRequest(account_sid=sid(1), period="2026-06")
    [row] = (await service.billing.GetUsageSummary(asked, metadata=STAFF)).rows
    assert row.record_count == 1 + 252 + 100
    await connection.close()


async def _all(answers: AsyncIterator[pb.StreamUsageResponse]) -> list[pb.StreamUsageResponse]:
    return [answer async for answer in answers]


async def test_a_refusal_of_the_whole_call_says_where(service: Service) -> None:
    await prepare(service)
    call = service.billing.RecordUsage(pb.RecordUsageRequest(), metadata=STAFF)
    refused = await service.refused(call)
    assert refused.reason == "INVALID_FIELD"
