"""A June and a July with all that a closing deals with: plans, contracts, Flex, late usage, corrections and credits."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

from tests.contracts.calls import add, create
from tests.flex import calls as flex
from tests.service import Service, usage
from tests.support.desk import claim, miss_p2

MANY = [f"AC{number:032x}" for number in range(0x100, 0x100 + 70)]  # so that there are several shards
ALONE, FIRST, SECOND, JOINING, AGENTS, PARENT, NEWCOMER, THRIFTY = (f"AC{number:032x}" for number in range(1, 9))
SUB = f"AC{0x90:032x}"
IN_JUNE, IN_JULY = datetime(2026, 6, 20, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)


async def month_of_june(service: Service) -> None:
    """June; the clock stands at the beginning of July then."""
    await service.product("sms")
    await service.product("calls", price="0.0125")
    await asyncio.gather(*(service.account(sid) for sid in (ALONE, FIRST, SECOND, JOINING, PARENT, THRIFTY, *MANY)))
    await service.account(SUB, parent=PARENT)
    await flex.create(service, AGENTS, model=flex.NAMED_USER)
    for sid in (ALONE, JOINING, AGENTS, THRIFTY, *MANY[::2]):
        await service.change_plan(sid, "production")
    await create(service, [FIRST, SECOND], start=date(2026, 6, 10))
    await service.advance(date(2026, 6, 28))
    await flex.happen(service, flex.provisioned(AGENTS, flex.users(7), flex.at("06-12 09:00")))
    records = [usage(sid, "sms", IN_JUNE, amount=40 + number) for number, sid in enumerate(MANY)]
    records += [usage(sid, "sms", IN_JUNE, amount=10_000) for sid in (ALONE, FIRST, JOINING, THRIFTY)]
    records += [usage(sid, "calls", IN_JUNE, quantity=123_456) for sid in (SECOND, SUB, AGENTS)]
    response = await service.record(records)
    assert response.new_count == len(records)
    await service.advance(date(2026, 7, 1))


async def month_of_july(service: Service) -> None:
    """July, with what changes June after its closing; the clock stands on 20 July then, and nothing more happens."""
    for sid in (ALONE, THRIFTY):
        await miss_p2(service, sid)
        await claim(service, sid)
    await service.change_plan(THRIFTY, "developer")
    await service.advance(date(2026, 7, 5))
    late = [usage(ALONE, "sms", IN_JUNE, amount="500.01"), usage(SUB, "calls", IN_JUNE, quantity=7)]
    assert (await service.record(late)).new_count == len(late)
    await add(service, JOINING, date(2026, 6, 21))
    await flex.happen(service, flex.provisioned(AGENTS, flex.users(2, first=8), flex.at("06-15 09:00")))
    await service.account(NEWCOMER)
    await service.change_plan(NEWCOMER, "business", date(2026, 7, 15))
    await service.change_plan(PARENT, "production", date(2026, 7, 25))
    await service.close_account(MANY[3], date(2026, 7, 28))
    await service.advance(date(2026, 7, 20))
    records = [usage(sid, "sms", IN_JULY, amount=60 - number / 2) for number, sid in enumerate(MANY)]
    records += [usage(sid, "sms", IN_JULY, amount=30_000) for sid in (ALONE, NEWCOMER)]
    records += [usage(THRIFTY, "sms", IN_JULY, amount=150)]
    records += [usage(sid, "calls", IN_JULY, quantity=99_999) for sid in (SECOND, SUB, AGENTS)]
    response = await service.record(records)
    assert response.new_count == len(records)
