"""What a server tells of calls and of usage."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import asyncpg
import grpc
import numpy as np
import pytest

from billing.starting import CanNotStart
from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.usage_pb2 import UsageColumns
from server.app import running_server
from tests.observation.scraping import Scrape, scrape, scraped_until
from tests.server.calls import locked, sid
from tests.server.conftest import settings_for
from tests.service import SELF_SERVICE, STAFF, Service, usage

MOMENT = datetime(2026, 6, 20, 12, tzinfo=UTC)
TOLD = {"metrics_address": "127.0.0.1:0", "commit": "abc"}


class Told(Service):
    """A service, and where it tells its metrics."""

    metrics_address: str

    async def scrape(self) -> Scrape:
        return await scrape(self.metrics_address)


@pytest.fixture
async def told(database: str, queue: str) -> AsyncIterator[Told]:
    """A server that tells its metrics, its clock at the end of June."""
    async with (
        running_server(settings_for(database, queue, **TOLD)) as running,
        Told(running.address, database, queue, "UTC") as service,
    ):
        service.metrics_address = running.metrics_address
        await service.advance(datetime(2026, 6, 30, tzinfo=UTC))
        yield service


def ended(found: Scrape) -> dict[tuple[str, ...], float]:
    """Calls by method, status and reason, but those that set the clock."""
    series = found.series("prorata_calls_total", "method", "status", "reason")
    return {labels: count for labels, count in series.items() if labels[0] != "AdvanceTestClock"}


async def test_calls_are_counted_by_how_they_end(told: Told) -> None:
    await told.account(sid(1))
    await told.subscription(sid(1))
    await told.subscription(sid(1))
    for request, metadata in (
        (p.GetSubscriptionRequest(account_sid=sid(2)), STAFF),
        (p.GetSubscriptionRequest(account_sid="?"), STAFF),
        (p.GetSubscriptionRequest(account_sid=sid(1)), (("prorata-role", "nobody"),)),
    ):
        await told.refused(told.plans.GetSubscription(request, metadata=metadata))
    await told.refused(told.billing.ListAuditEvents(b.ListAuditEventsRequest(), metadata=SELF_SERVICE))
    async with grpc.aio.insecure_channel(told.address) as channel:  # what can not be decoded
        await told.refused(channel.unary_unary("/prorata.v1.PlanService/GetSubscription")(b"\xff", metadata=STAFF))
    assert await told.feed() == []
    found = await told.scrape()
    assert ended(found) == {
        ("CreateAccount", "OK", ""): 1,
        ("GetSubscription", "OK", ""): 2,
        ("GetSubscription", "NOT_FOUND", "ACCOUNT_NOT_FOUND"): 1,
        ("GetSubscription", "INVALID_ARGUMENT", "INVALID_FIELD"): 2,
        ("GetSubscription", "UNAUTHENTICATED", "UNAUTHENTICATED"): 1,
        ("ListAuditEvents", "PERMISSION_DENIED", "NOT_PERMITTED"): 1,
        ("StreamCharges", "OK", ""): 1,
        ("ListCharges", "OK", ""): 1,
    }
    assert found.value("prorata_call_seconds_count", method="GetSubscription", status="OK") == 2
    assert found.value("prorata_call_seconds_count", method="GetSubscription", status="INVALID_ARGUMENT") == 2
    took = found.value("prorata_call_seconds_sum", method="CreateAccount", status="OK")
    assert took is not None
    assert 0 < took < 30
    assert found.value("prorata_call_seconds_bucket", method="CreateAccount", status="OK", le="+Inf") == 1


async def test_calls_that_clients_give_up_and_errors_of_ours_are_counted(told: Told) -> None:
    connection = await asyncpg.connect(told.database_url)
    async with locked(told.database_url, "account"):
        with pytest.raises(grpc.aio.AioRpcError):
            await told.plans.GetAccount(p.GetAccountRequest(account_sid=sid(1)), metadata=STAFF, timeout=0.5)
    await connection.execute("ALTER TABLE charge_feed RENAME TO broken")
    await told.refused(told.billing.StreamCharges(b.StreamChargesRequest(), metadata=STAFF).read())
    await connection.close()
    found = await scraped_until(told.metrics_address, lambda found: ("GetAccount", "CANCELLED", "") in ended(found))
    assert ended(found) == {("GetAccount", "CANCELLED", ""): 1, ("StreamCharges", "INTERNAL", "INTERNAL"): 1}
    assert found.value("prorata_warnings_total", event="unexpected_error") == 1


async def test_what_is_under_way_and_who_is_refused(database: str, queue: str) -> None:
    settings = settings_for(database, queue, **TOLD, most_calls=2, most_followers=2)
    async with running_server(settings) as running, Service(running.address, database, queue, "UTC") as service:
        follower = service.billing.StreamCharges(b.StreamChargesRequest(follow=True), metadata=STAFF)
        reading = asyncio.create_task(follower.read())
        await scraped_until(running.metrics_address, lambda found: found.value("prorata_followers") == 1)
        async with locked(database, "account"):
            request = p.GetAccountRequest(account_sid=sid(1))
            waiting = [service.plans.GetAccount(request, metadata=STAFF) for _ in range(2)]
            found = await scraped_until(
                running.metrics_address, lambda found: found.value("prorata_calls_under_way") == 2
            )
            assert (await service.refused(service.plans.GetAccount(request, metadata=STAFF))).reason == "OVERLOADED"
            assert found.value("prorata_store_connections", pool="main", state="in_use") >= 2
        for call in waiting:
            await service.refused(call)
        reading.cancel()
        follower.cancel()
        gone = ("StreamCharges", "CANCELLED", "")
        found = await scraped_until(
            running.metrics_address,
            lambda found: gone in ended(found) and found.value("prorata_followers") == 0,
        )
        assert found.value("prorata_calls_under_way") == 0
        assert ended(found) == {
            gone: 1,
            ("GetAccount", "NOT_FOUND", "ACCOUNT_NOT_FOUND"): 2,
            ("GetAccount", "RESOURCE_EXHAUSTED", "OVERLOADED"): 1,
        }
        assert found.value("prorata_warnings_total", event="overloaded") == 1


async def test_who_waits_for_a_connection_is_told(database: str, queue: str) -> None:
    settings = settings_for(database, queue, **TOLD, pool_size=2)
    async with running_server(settings) as running, Service(running.address, database, queue, "UTC") as service:
        async with locked(database, "account"):
            request = p.GetAccountRequest(account_sid=sid(1))
            waiting = [service.plans.GetAccount(request, metadata=STAFF) for _ in range(12)]
            found = await scraped_until(
                running.metrics_address,
                lambda found: bool(found.value("prorata_store_connections_waiting", pool="main")),
            )
            limit = found.value("prorata_store_connections_limit", pool="main")
            assert found.value("prorata_store_connections", pool="main", state="in_use") == limit
        for call in waiting:
            await service.refused(call)
        await scraped_until(
            running.metrics_address, lambda found: found.value("prorata_store_connections_waiting", pool="main") == 0
        )


async def test_usage_is_counted_as_it_is_answered(told: Told) -> None:
    await told.product("sms")
    await told.product("calls", price="0.01")
    await told.account(sid(1), created=date(2026, 6, 1))
    known = usage(sid(1), "sms", MOMENT, amount=1)
    rows = [
        known,
        usage(sid(1), "sms", MOMENT, amount=2),
        usage(sid(1), "calls", MOMENT, quantity=3),  # unrated
        usage(sid(9), "sms", MOMENT, amount=1),
        usage(sid(1), "fax", MOMENT, amount=1),
        usage(sid(1), "fax", MOMENT, amount=1),
        usage(sid(1), "sms", MOMENT, quantity=-1),
    ]
    request = b.RecordUsageRequest(records=rows)
    again = b.RecordUsageRequest(records=[known, usage(sid(1), "sms", MOMENT, amount=7, event=UUID(known.event_id))])
    for each in (request, again):
        await told.billing.RecordUsage(each, metadata=STAFF)
    batch = b.StreamUsageRequest(batch_number=1, columns=_columns(sid(1), "sms", 5))
    stream = told.billing.StreamUsage(iter([batch, batch]), metadata=STAFF)
    answers = [(each.new_count, each.repeated_count) async for each in stream]
    assert sorted(answers) in ([(0, 5), (5, 0)], [(5, 0), (5, 0)])  # as they come about
    found = await told.scrape()
    assert found.series("prorata_usage_events_total", "outcome") == {("recorded",): 8, ("repeated",): 6}
    assert found.value("prorata_usage_unrated_events_total") == 1
    assert found.series("prorata_usage_refused_total", "reason") == {
        ("ACCOUNT_NOT_FOUND",): 1,
        ("PRODUCT_NOT_FOUND",): 2,
        ("INVALID_FIELD",): 1,
        ("EVENT_CONFLICT",): 1,
    }
    assert found.series("prorata_usage_batches_total", "method") == {("RecordUsage",): 2, ("StreamUsage",): 2}
    assert found.series("prorata_usage_bytes_total", "method") == {
        ("RecordUsage",): request.ByteSize() + again.ByteSize(),
        ("StreamUsage",): 2 * batch.ByteSize(),
    }


async def test_an_address_that_is_taken_keeps_the_server_from_starting(database: str, queue: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(CanNotStart, match=f"PRORATA_METRICS_ADDRESS is '{address}': .* give a port that is free"):
            async with running_server(settings_for(database, queue, metrics_address=address)):
                pass


def _columns(account_sid: str, product_id: str, count: int) -> UsageColumns:
    """Columns of as many new events."""
    return UsageColumns(
        event_ids=b"".join(uuid4().bytes for _ in range(count)),
        account_sids=[account_sid],
        product_ids=[product_id],
        account_indexes=np.zeros(count, dtype="<u4").tobytes(),
        product_indexes=np.zeros(count, dtype="<u4").tobytes(),
        occur_times_micros=np.full(count, MOMENT.timestamp() * 10**6, dtype="<i8").tobytes(),
        quantities_micros=np.full(count, 10**6, dtype="<i8").tobytes(),
        amounts_nanos=np.full(count, 10**9, dtype="<i8").tobytes(),
    )
