"""A membership of one contract, dated back, changes what another contract is charged: own prices (4.5, 5.1, 6.5)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.contracts.calls import X, Y, add, create, july, remove
from tests.corrections.calls import differences, opened
from tests.prices.books import per_unit, publish
from tests.server.calls import sid
from tests.service import Service, amount, support, usage, usage_records

A, B, D = sid(1), sid(2), sid(3)
# Of July: 1,500 for 9 of 31 days without a member, and for 22 days 6 % of A's spend, at the book's price or X's tenth.
WITH_BOOK_PRICE, WITH_PRICE_OF_X = Decimal("4693.54"), Decimal("1500.00")


async def closed_july(service: Service, *, member_of_x: bool) -> None:
    """A uses 100,000 `sms` in July and belongs to Y from the 10th on, whose payer B is; before that to X or to none."""
    for account in (A, B, D):
        await service.account(account)
    await service.product("sms", price="1")
    await create(service, [D], contract_sid=X, plan_id="developer")
    await publish(service, per_unit("sms", "0.1", "2026-06", contract=X))
    await create(service, [B], contract_sid=Y, plan_id="business")
    if member_of_x:
        await add(service, A, date(2026, 6, 10), contract=X)
    await service.advance(july(10))
    await add(service, A, july(10), contract=Y)
    await service.advance(july(20))
    assert (await service.record([usage(A, "sms", datetime(2026, 7, 15, tzinfo=UTC), quantity=100_000)])).new_count == 1
    await service.advance(date(2026, 8, 2))
    for period in ("2026-06", "2026-07"):
        await service.close(period)


@pytest.mark.parametrize("leaves", [False, True])
async def test_6_5_the_spend_that_another_contract_counts_is_settled(service: Service, leaves: bool) -> None:
    await closed_july(service, member_of_x=leaves)
    before = await service.feed()
    [charge] = [record for record in support(before) if (record.period, record.owner_sid) == ("2026-07", Y)]
    was, becomes = (WITH_PRICE_OF_X, WITH_BOOK_PRICE) if leaves else (WITH_BOOK_PRICE, WITH_PRICE_OF_X)
    assert amount(charge.amount) == was
    if leaves:  # from the first of July on, no longer up to the tenth
        await remove(service, A, july(1), contract=X)
    else:
        await add(service, A, july(1), july(10), contract=X)
    await service.advance(date(2026, 9, 2))
    previewed = await service.preview(B, "2026-08")
    await service.close("2026-08")
    emitted = (await service.feed())[len(before) :]
    assert [amount(record.amount) for record in usage_records(emitted)] == [90_000 if leaves else -90_000]
    for records in (previewed, emitted):
        settled = [record for record in support(records) if record.period == "2026-07"]
        assert [(record.owner_sid, amount(record.amount)) for record in settled] == [(Y, becomes - was)]
    async with opened(service) as store:
        assert await differences(store) == {}
