"""An owner set apart is retried after its usage of the very period that closes has changed (4.4, 6.6)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from prorata.v1.closing_pb2 import CLOSING_STATE_BLOCKED, CLOSING_STATE_CLOSED
from tests.contracts.calls import X, create, remove
from tests.corrections.calls import differences, opened, roll_all_up, void
from tests.prices.books import per_unit, publish
from tests.rehearsals.calls import retry
from tests.rehearsals.months import IN_JULY
from tests.service import Service, amount, usage, usage_records

A, B = (f"AC{number:032x}" for number in (1, 2))
FAX = UUID(int=1)


async def july(service: Service) -> None:
    """June closed; in July A uses `fax`, whose only price is that of contract X, and leaves X, dated back.

    So A has no price for it any more. The clock stands on 1 August.
    """
    for account in (A, B):
        await service.account(account)
    await service.product("sms", price="1")
    await service.product("fax")
    await create(service, [B, A], plan_id="developer")
    await publish(service, per_unit("fax", "0.1", "2026-06", contract=X))
    await service.advance(date(2026, 7, 1))
    await service.close("2026-06")
    await service.advance(datetime(2026, 7, 20, tzinfo=UTC))
    records = [usage(A, "fax", IN_JULY, quantity=10, event=FAX), usage(A, "sms", IN_JULY, quantity=5)]
    assert (await service.record(records)).new_count == 2
    await remove(service, A, date(2026, 7, 1))
    await service.advance(date(2026, 8, 1))


async def voided(service: Service) -> None:
    """What has no price is voided."""
    await void(service, FAX, sid=A, period="2026-07")


async def priced(service: Service) -> None:
    """The product gets a price."""
    await publish(service, per_unit("fax", "0.2", "2026-06"))


async def priced_and_more_used(service: Service) -> None:
    """The same, and late usage is rolled up."""
    await priced(service)
    assert (await service.record([usage(A, "sms", IN_JULY)])).new_count == 1
    async with opened(service) as store:
        await roll_all_up(store)


@pytest.mark.parametrize(
    ("change", "charged"),
    [(voided, {"sms": "5"}), (priced, {"sms": "5", "fax": "2"}), (priced_and_more_used, {"sms": "6", "fax": "2"})],
)
async def test_6_6_a_retry_counts_what_changed_in_the_period_that_closes_once(
    service: Service, change: Callable[[Service], Awaitable[None]], charged: dict[str, str]
) -> None:
    await july(service)
    assert (await service.close("2026-07")).state == CLOSING_STATE_BLOCKED
    await change(service)
    assert (await retry(service, "2026-07")).state == CLOSING_STATE_CLOSED
    [record] = usage_records(await service.feed())
    lines = {line.usage.product_id: amount(line.amount) for line in record.lines}
    assert lines == {product: Decimal(value) for product, value in charged.items()}
    async with opened(service) as store:
        await roll_all_up(store)
        assert await differences(store) == {}
