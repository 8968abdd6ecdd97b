"""A small June with every shape that matters: plans, a change, subaccounts, priced and rated usage."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

import grpc

from tests.service import Service, usage

SIDS = [f"AC{number:032x}" for number in range(1, 41)]
PARENT, LONER, CHANGER, FREE = SIDS[:4]
SUBACCOUNT = f"AC{255:032x}"


async def month_of_june(service: Service) -> None:
    """Forty customers: the first uses a product priced here, and has a subaccount; some change their plan."""
    await service.product("sms")
    await service.product("calls", price="0.0125")
    await asyncio.gather(*(service.account(sid) for sid in SIDS))
    await service.account(SUBACCOUNT, parent=PARENT)
    await service.change_plan(PARENT, "production")
    await service.change_plan(LONER, "business")
    await service.change_plan(CHANGER, "production")
    await service.change_plan(CHANGER, "business", date(2026, 6, 15))
    await asyncio.gather(
        *(service.change_plan(sid, "production", date(2026, 6, 1 + int(sid[-2:], 16) % 28)) for sid in SIDS[4::2])
    )
    await service.advance(date(2026, 6, 30))
    moment = datetime(2026, 6, 20, 12, tzinfo=UTC)
    records = [usage(PARENT, "calls", moment, quantity=123_456), usage(SUBACCOUNT, "sms", moment, amount="2000.005")]
    records += [usage(sid, "sms", moment, amount=100 * number) for number, sid in enumerate(SIDS[1:], 1)]
    response = await service.record(records)
    assert response.new_count == len(records), response


async def wait_until(service: Service, period: str) -> None:
    """Wait until the closing of a period has started."""
    async with asyncio.timeout(30):
        while True:
            try:
                await service.watch(period)
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.NOT_FOUND:
                    raise
                await asyncio.sleep(0.05)
            else:
                return
