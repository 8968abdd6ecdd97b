"""What bounds a closing and its consumers: shards at once, sizes of messages, a queue that is away."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from uuid import uuid4

import asyncpg
import grpc
import pytest

from billing.store.closings import begin_closing
from deploy.local import EmbeddedValkey
from prorata.v1 import billing_service_pb2 as b
from prorata.v1.audit_pb2 import AuditEvent
from prorata.v1.billing_service_pb2_grpc import BillingServiceStub
from prorata.v1.closing_pb2 import CLOSING_STATE_CLOSED
from prorata.v1.usage_pb2 import UsageColumns
from server.app import running_server
from server.settings import Settings
from tests.closings.months import month_of_june
from tests.conftest import MakeService
from tests.service import STAFF, Service, usage

DEFAULT_MESSAGE_BYTES = 4 * 2**20  # what a gRPC client takes in unless told otherwise
WAIT_SECONDS = 30
RUNG_AND_ONE_WAITS = """
SELECT (SELECT count(*) FROM closing_shard WHERE ring_time IS NOT NULL) >= 2 AND EXISTS (
    SELECT FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE charge_feed%' AND datname = current_database())
"""
WAIT_FOR_THE_CUTOFF = """
SELECT count(*) FROM pg_stat_activity
WHERE wait_event = 'advisory' AND query LIKE '%pg_advisory_xact_lock%' AND datname = current_database()
"""


async def test_the_feed_is_cut_into_messages_that_any_client_takes(service: Service) -> None:
    products = [f"product-{number:02d}-{'x' * 40}" for number in range(80)]
    await asyncio.gather(*(service.product(product) for product in products))
    sids = [f"AC{number:032x}" for number in range(1, 401)]
    for start in range(0, len(sids), 50):
        await asyncio.gather(*(service.account(sid) for sid in sids[start : start + 50]))
    await service.advance(date(2026, 6, 30))
    moment = datetime(2026, 6, 20, tzinfo=UTC)
    for start in range(0, len(sids), 100):
        await service.record(
            [usage(sid, product, moment, amount="1.01") for sid in sids[start : start + 100] for product in products]
        )
    await service.advance(date(2026, 7, 1))
    closing = await service.close("2026-06")
    async with grpc.aio.insecure_channel(service.address) as channel:  # with the limits of any client
        pages = [
            page async for page in BillingServiceStub(channel).StreamCharges(b.StreamChargesRequest(), metadata=STAFF)
        ]
    assert sum(page.ByteSize() for page in pages) > DEFAULT_MESSAGE_BYTES
    assert max(page.ByteSize() for page in pages) < DEFAULT_MESSAGE_BYTES / 2
    positions = [record.position for page in pages for record in page.records]
    assert positions == list(range(1, closing.record_count + 1))
    assert [page.last_position for page in pages] == [page.records[-1].position for page in pages]


async def test_a_batch_refused_whole_is_answered_within_what_any_client_takes(service: Service) -> None:
    rows = 50_000
    columns = UsageColumns(
        event_ids=b"".join(number.to_bytes(16, "big") for number in range(rows)),
        account_indexes=bytes(4 * rows),
        product_indexes=bytes(4 * rows),
        occur_times_micros=bytes(8 * rows),
        quantities_micros=bytes(8 * rows),
        amounts_nanos=bytes(8 * rows),
        account_sids=[f"AC{1:032x}"],
        product_ids=["mistyped"],
    )
    stream = service.billing.StreamUsage(metadata=STAFF)
    await stream.write(b.StreamUsageRequest(batch_number=7, columns=columns))
    answer = await stream.read()
    stream.cancel()
    assert (answer.batch_number, answer.refused_count, len(answer.refused)) == (7, rows, rows)
    assert answer.ByteSize() < DEFAULT_MESSAGE_BYTES
    assert {refused.reason for refused in answer.refused} == {20}  # ACCOUNT_NOT_FOUND


async def test_a_worker_leases_no_more_shards_than_it_calculates(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    connection = await asyncpg.connect(service.database_url)
    await service.billing.StartClosing(b.StartClosingRequest(request_id=str(uuid4()), period="2026-06"), metadata=STAFF)
    holder = await asyncpg.connect(service.database_url)
    transaction = holder.transaction()
    await transaction.start()
    await holder.execute("SELECT FROM charge_feed FOR UPDATE")  # so that a shard stays under way
    async with service.worker(shards_at_once=1):
        async with asyncio.timeout(WAIT_SECONDS):
            while not await connection.fetchval(RUNG_AND_ONE_WAITS):  # noqa: ASYNC110 - Postgres gives no signal of it
                await asyncio.sleep(0.02)
        leased = await connection.fetchval("SELECT count(*) FROM closing_shard WHERE attempt_count > 0")
        assert leased == 1
        await transaction.rollback()
        closing = await service.watch("2026-06")
    assert closing.shard_count > 1
    assert closing.state == CLOSING_STATE_CLOSED
    await holder.close()
    await connection.close()


@pytest.fixture
def lonely_queue() -> Iterator[EmbeddedValkey]:
    """A queue of the test's own, to be taken away."""
    with EmbeddedValkey() as queue:
        yield queue


async def test_a_queue_that_is_away_holds_up_no_call_and_ends_no_worker(
    make_service: MakeService, lonely_queue: EmbeddedValkey
) -> None:
    service = await make_service(worker=False)
    await month_of_june(service)
    environment = {
        **os.environ,
        "PRORATA_DATABASE_URL": service.database_url,
        "PRORATA_REDIS_URL": lonely_queue.url,
        "PRORATA_TEST_MODE": "true",
    }
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "workers", env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert worker.stdout is not None
    async with asyncio.timeout(WAIT_SECONDS):
        while b"worker_started" not in await worker.stdout.readline():
            pass
    lonely_queue.stop()
    settings = Settings(
        database_url=service.database_url,
        redis_url="redis://127.0.0.1:1/0",  # nobody is there
        listen_address="127.0.0.1:0",
        test_mode=True,
        pool_size=4,
        drain_seconds=0,
    )
    async with running_server(settings) as other, Service(other.address, service.database_url, "", "UTC") as seen:
        await seen.advance(date(2026, 7, 1))
        started = await seen.billing.StartClosing(
            b.StartClosingRequest(request_id=str(uuid4()), period="2026-06"), metadata=STAFF, timeout=10
        )
        assert started.closing.closing_number == 1
    assert worker.returncode is None
    worker.terminate()
    await asyncio.wait_for(worker.communicate(), WAIT_SECONDS)
    async with service.worker():
        assert (await service.watch("2026-06")).state == CLOSING_STATE_CLOSED


async def test_6_1_a_closing_that_starts_by_itself_stands_in_the_audit_trail(service: Service) -> None:
    await month_of_june(service)
    await service.advance(datetime(2026, 7, 1, 6, tzinfo=UTC))
    [event] = await _audit_events_of_june(service)
    assert (event.caller, event.role, event.rpc) == ("prorata", "staff", "StartClosing")
    assert json.loads(event.request_json) == {}


async def test_6_1_two_workers_that_start_a_closing_at_once_stand_in_the_audit_trail_once(
    make_service: MakeService,
) -> None:
    service = await make_service(worker=False)
    await month_of_june(service)
    await service.advance(datetime(2026, 7, 1, 6, tzinfo=UTC))
    holder, connection = await asyncpg.connect(service.database_url), await asyncpg.connect(service.database_url)
    async with service.workers(2):
        async with holder.transaction(), asyncio.timeout(WAIT_SECONDS):
            await begin_closing(holder)  # so that both have seen that no closing was started
            while await connection.fetchval(WAIT_FOR_THE_CUTOFF) < 2:  # noqa: ASYNC110 - Postgres gives no signal of it
                await asyncio.sleep(0.02)
        assert len(await _audit_events_of_june(service)) == 1
        assert (await service.watch("2026-06")).closing_number == 1
    assert len(await _audit_events_of_june(service)) == 1
    await holder.close()
    await connection.close()


async def _audit_events_of_june(service: Service) -> Sequence[AuditEvent]:
    """Of the closing of June, once there are any."""
    request = b.ListAuditEventsRequest(subject="2026-06")
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            events = (await service.billing.ListAuditEvents(request, metadata=STAFF)).events
            if events:
                return events
            await asyncio.sleep(0.05)
