"""A lease is renewed while its holder works, whatever becomes of a connection (6.2)."""

from __future__ import annotations

import asyncio
from datetime import date
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from billing.operations import leases
from billing.operations.closing import prepare_shards
from billing.operations.leases import leased
from billing.store.shards import CLOSINGS
from prorata.v1 import billing_service_pb2 as b
from tests.closings.months import month_of_june
from tests.closings.shop import a_shop
from tests.conftest import MakeService
from tests.rehearsals.calls import connected
from tests.service import STAFF

WAIT_SECONDS = 30
LEASE_UNTIL = "SELECT max(lease_until) FROM closing_shard"
END_WHO_WAITS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE closing_shard SET lease_until%' AND datname = current_database()
"""


async def test_a_connection_that_is_lost_in_a_renewal_does_not_end_the_lease(
    make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEW_SECONDS", 0.05)
    service = await make_service(worker=False)
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    await service.billing.StartClosing(b.StartClosingRequest(request_id=str(uuid4()), period="2026-06"), metadata=STAFF)
    async with a_shop(service) as shop, connected(service) as holder, connected(service) as looking:
        await prepare_shards(shop.store, 1)
        with capture_logs() as logs:
            async with asyncio.timeout(WAIT_SECONDS), leased(shop.store, CLOSINGS, 1) as lease:
                assert lease is not None
                async with holder.transaction():
                    await holder.execute("SELECT FROM closing_shard FOR UPDATE")
                    while not await looking.fetchval(END_WHO_WAITS):  # noqa: ASYNC110 - Postgres gives no signal of it
                        await asyncio.sleep(0.02)
                until = await looking.fetchval(LEASE_UNTIL)
                while await looking.fetchval(LEASE_UNTIL) <= until:  # noqa: ASYNC110 - likewise
                    await asyncio.sleep(0.02)
        assert [each["shard"] for each in logs if each["event"] == "lease_not_renewed"] == [lease.shard.shard_number]
