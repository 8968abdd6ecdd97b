"""The prices of Flex over the RPC: list prices from the beginning, versions with quotas, closed periods."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from uuid import uuid4

import pytest
from google.type.money_pb2 import Money

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.flex_pb2 import FlexPrice, FlexQuota
from tests.flex.calls import ACTIVE_USER_HOURS, NAMED_USER, USER_AND_USAGE, create
from tests.service import SELF_SERVICE, STAFF, Service, amount, money

A = f"AC{'a' * 32}"


def price(model: int, value: str, start: str, *quotas: tuple[str, int]) -> FlexPrice:
    """A price with quotas in millionths."""
    return FlexPrice(
        pricing_model=model,  # type: ignore[arg-type]
        effective_period=start,
        unit_price=money(value),
        quotas=[FlexQuota(product_id=product, quantity_micros=micros) for product, micros in quotas],
    )


async def publish(service: Service, *prices: FlexPrice, metadata: object = STAFF) -> Sequence[FlexPrice]:
    """Prices published."""
    request = b.PublishPricesRequest(request_id=str(uuid4()), flex_prices=prices)
    return (await service.billing.PublishPrices(request, metadata=metadata)).flex_prices


async def listed(service: Service, **filters: object) -> list[tuple[int, str, str, dict[str, int]]]:
    """The prices of Flex in a list: model, first period, price, quotas."""
    found = await service.billing.ListPrices(b.ListPricesRequest(**filters), metadata=STAFF)
    return [
        (
            each.pricing_model,
            each.effective_period,
            str(amount(each.unit_price).normalize()),
            {quota.product_id: quota.quantity_micros for quota in each.quotas},
        )
        for each in found.flex_prices
    ]


LIST_PRICES = [(USER_AND_USAGE, "", "35", {}), (NAMED_USER, "", "1.5E+2", {}), (ACTIVE_USER_HOURS, "", "1", {})]


async def test_list_prices_hold_from_the_beginning(service: Service) -> None:
    """7.2, 7.3: $35, $150 and $1, without quotas."""
    assert await listed(service) == LIST_PRICES


async def test_a_price_holds_from_a_period_on_with_its_quotas(service: Service) -> None:
    """7.3, 4.5: one version a model and period; published again, the last holds."""
    await service.product("sms")
    await service.product("minutes", price="0.0085")
    [published] = await publish(service, price(NAMED_USER, "120.5", "2026-08", ("sms", 5), ("minutes", 7)))
    assert [quota.product_id for quota in published.quotas] == ["minutes", "sms"]
    await publish(service, price(NAMED_USER, "119", "2026-08", ("sms", 0)), price(NAMED_USER, "90", "2026-09"))
    assert await listed(service) == [
        LIST_PRICES[0],
        LIST_PRICES[1],
        (NAMED_USER, "2026-08", "119", {"sms": 0}),
        (NAMED_USER, "2026-09", "9E+1", {}),
        LIST_PRICES[2],
    ]


async def test_they_are_on_the_first_page_of_a_list_without_filters(service: Service) -> None:
    """7.3: all of them, once."""
    await service.product("sms", price="1")
    await service.publish_price("sms", "2", "2026-08")
    first = await service.billing.ListPrices(b.ListPricesRequest(page_size=1), metadata=STAFF)
    assert (len(first.prices), len(first.flex_prices)) == (1, 3)
    request = b.ListPricesRequest(page_size=1, page_token=first.next_page_token)
    second = await service.billing.ListPrices(request, metadata=STAFF)
    assert (len(second.prices), len(second.flex_prices)) == (1, 0)
    assert await listed(service, product_id="sms") == []


REFUSED = {
    "a quota of User + Usage": (price(USER_AND_USAGE, "30", "2026-08", ("sms", 1)), "INVALID_FIELD", "quotas"),
    "an unknown product": (price(NAMED_USER, "30", "2026-08", ("fax", 1)), "PRODUCT_NOT_FOUND", "quotas[0].product_id"),
    "a product twice": (
        price(NAMED_USER, "30", "2026-08", ("sms", 1), ("sms", 2)),
        "INVALID_FIELD",
        "quotas[1].product_id",
    ),
    "a negative quota": (price(NAMED_USER, "30", "2026-08", ("sms", -1)), "INVALID_FIELD", "quotas[0].quantity_micros"),
    "a negative price": (price(NAMED_USER, "-1", "2026-08"), "INVALID_FIELD", "unit_price"),
    "a price that is too high": (price(NAMED_USER, "1000000000", "2026-08"), "INVALID_FIELD", "unit_price"),
    "no price": (FlexPrice(pricing_model=NAMED_USER, effective_period="2026-08"), "INVALID_FIELD", "unit_price"),
    "no model": (price(0, "30", "2026-08"), "INVALID_FIELD", "pricing_model"),
    "no period": (price(NAMED_USER, "30", ""), "INVALID_FIELD", "effective_period"),
    "no such period": (price(NAMED_USER, "30", "1999-12"), "INVALID_FIELD", "effective_period"),
    "another currency": (
        FlexPrice(pricing_model=NAMED_USER, effective_period="2026-08", unit_price=Money(currency_code="EUR", units=1)),
        "CURRENCY_MISMATCH",
        "unit_price",
    ),
    "mixed signs": (
        FlexPrice(
            pricing_model=NAMED_USER,
            effective_period="2026-08",
            unit_price=Money(currency_code="USD", units=1, nanos=-1),
        ),
        "INVALID_FIELD",
        "unit_price",
    ),
}


@pytest.mark.parametrize(("bad", "reason", "field"), REFUSED.values(), ids=list(REFUSED))
async def test_a_price_that_can_not_be_is_refused_with_all_others(
    service: Service, bad: FlexPrice, reason: str, field: str
) -> None:
    """7.2, 7.3: all or none; User + Usage has no free quota."""
    await service.product("sms")
    refused = await service.refused(publish(service, price(ACTIVE_USER_HOURS, "2", "2026-08"), bad))
    assert (refused.reason, refused.fields) == (reason, (f"flex_prices[1].{field}",))
    assert await listed(service) == LIST_PRICES


async def test_a_model_and_period_once_a_request(service: Service) -> None:
    """4.5: which of two would hold can not be told."""
    refused = await service.refused(
        publish(service, price(NAMED_USER, "1", "2026-08"), price(NAMED_USER, "2", "2026-08"))
    )
    assert (refused.reason, refused.fields) == ("INVALID_FIELD", ("flex_prices[1]",))


async def test_closed_periods_within_reach_by_staff_only(service: Service) -> None:
    """4.5, 4.3: a closed period is settled; beyond the 12th before the current one it stays closed."""
    await create(service, A, created=date(2025, 5, 1))
    await service.advance(date(2026, 7, 2))
    for number in range(14):
        await service.close(f"{2025 + (4 + number) // 12}-{(4 + number) % 12 + 1:02d}")
    await publish(service, price(NAMED_USER, "1", "2025-07"))
    refused = await service.refused(publish(service, price(NAMED_USER, "1", "2025-06")))
    assert (refused.reason, refused.fields) == ("PERIOD_CLOSED", ("flex_prices[0].effective_period",))
    denied = await service.refused(publish(service, price(NAMED_USER, "1", "2026-07"), metadata=SELF_SERVICE))
    assert denied.reason == "NOT_PERMITTED"


async def test_published_at_the_same_time_one_holds(service: Service) -> None:
    """4.5: whichever came last."""
    await asyncio.gather(*(publish(service, price(NAMED_USER, str(n), "2026-08")) for n in range(1, 7)))
    [found] = [value for model, start, value, _ in await listed(service) if start]
    assert found in "123456"
