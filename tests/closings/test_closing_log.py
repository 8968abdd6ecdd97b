"""The log tells once that a closing is complete or held up, whoever finishes it (6.6)."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from datetime import date
from typing import Any
from uuid import uuid4

import asyncpg
from structlog.testing import capture_logs

from prorata.v1 import billing_service_pb2 as b
from tests.closings.months import SIDS, month_of_june
from tests.conftest import MakeService
from tests.service import STAFF, Service

WAIT_SECONDS = 60
TAKE_PRICE = """
UPDATE price SET supersede_cutoff = 0 FROM product p
WHERE p.product_key = price.product_key AND product_id = 'calls'
"""
COUNT_OWNERS = "SELECT count(*) FROM account WHERE account_key = family_key"


async def test_6_6_a_closing_that_is_held_up_and_then_released_is_logged_once_each(make_service: MakeService) -> None:
    with capture_logs() as events:
        service = await make_service()
        await month_of_june(service)
        await service.advance(date(2026, 7, 1))
        connection = await asyncpg.connect(service.database_url)
        await connection.execute(TAKE_PRICE)
        owner_count = await connection.fetchval(COUNT_OWNERS)
        await connection.close()
        found = await service.close("2026-06")
        about = {"closing_number": 1, "period": "2026-06", "owner_count": owner_count}
        expected = {**about, "record_count": found.record_count, "set_apart_count": 1}
        [blocked] = await logged(events, "closing_blocked")
        assert blocked == {"event": "closing_blocked", "log_level": "warning", **expected}

        request = b.ReleaseClosingFailuresRequest(request_id=str(uuid4()), period="2026-06", owner_sids=[SIDS[0]])
        released = await service.billing.ReleaseClosingFailures(request, metadata=STAFF)
        assert await service.billing.ReleaseClosingFailures(request, metadata=STAFF) == released
        [closed] = await logged(events, "closing_closed")
        expected = {**about, "record_count": released.closing.record_count}
        assert closed == {"event": "closing_closed", "log_level": "info", **expected}


async def test_6_3_a_closing_is_logged_once_however_many_workers_there_are(make_service: MakeService) -> None:
    with capture_logs() as events:
        service: Service = await make_service(worker=False)
        await month_of_june(service)
        await service.advance(date(2026, 7, 1))
        async with service.workers(3):
            found = await service.close("2026-06")
            [closed] = await logged(events, "closing_closed")
    assert len(await logged(events, "closing_closed")) == 1
    assert (closed["closing_number"], closed["record_count"]) == (1, found.record_count)


async def logged(events: list[MutableMapping[str, Any]], name: str) -> list[MutableMapping[str, Any]]:
    """The events of a name, once there is one: it is logged after what others see of it."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not (found := [event for event in events if event["event"] == name]):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return found
