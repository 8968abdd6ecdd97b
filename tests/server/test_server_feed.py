"""The feed of charge records: replaying it, following it, and acknowledging it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from google.type.decimal_pb2 import Decimal as DecimalText
from google.type.money_pb2 import Money

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.product_pb2 import PRODUCT_STAGE_BETA, PriceTier, ProductPrice, TieredPricing
from tests.server.calls import INVALID, OUT_OF_RANGE, PRECONDITION, new_id, refused, refuses, sid
from tests.service import SELF_SERVICE, STAFF, Service, usage

JULY = datetime(2026, 7, 1, tzinfo=UTC)
AUGUST = datetime(2026, 8, 1, tzinfo=UTC)


@pytest.fixture
async def fed(service: Service) -> Service:
    """A service with the records of three accounts for June in the feed."""
    for number in (1, 2, 3):
        await service.account(sid(number))
        await service.change_plan(sid(number), "production")
    await service.advance(JULY)
    closing = await service.close("2026-06")
    assert closing.record_count == 3
    return service


def stream(service: Service, **start: Any) -> Any:
    return service.billing.StreamCharges(b.StreamChargesRequest(**start), metadata=SELF_SERVICE)


async def positions(service: Service, **start: Any) -> list[int]:
    found = []
    async for page in stream(service, **start):
        found += [record.position for record in page.records]
        assert page.last_position == found[-1]
    return found


def acknowledge(service: Service, consumer: str, position: int) -> Any:
    request = b.AcknowledgeChargesRequest(request_id=new_id(), consumer=consumer, position=position)
    return service.billing.AcknowledgeCharges(request, metadata=SELF_SERVICE)


async def acknowledged(service: Service, consumer: str, position: int) -> int:
    return (await acknowledge(service, consumer, position)).position


async def test_the_feed_is_replayed_from_after_a_position(fed: Service) -> None:
    assert await positions(fed) == await positions(fed, after_position=0) == [1, 2, 3]
    assert await positions(fed, after_position=2) == [3]
    assert await positions(fed, after_position=3) == []
    for position in (4, 2**62):
        await refuses(stream(fed, after_position=position), OUT_OF_RANGE, "UNKNOWN_CURSOR", "after_position")
    await refuses(stream(fed, after_position=-1), INVALID, "INVALID_FIELD", "after_position")


async def test_an_empty_feed_ends_at_once(quiet: Service) -> None:
    assert await positions(quiet) == []
    await refuses(stream(quiet, after_position=1), OUT_OF_RANGE, "UNKNOWN_CURSOR", "after_position")
    await refuses(acknowledge(quiet, "invoicing", 1), OUT_OF_RANGE, "UNKNOWN_CURSOR", "position")
    assert await acknowledged(quiet, "invoicing", 0) == 0
    assert await positions(quiet, consumer="invoicing") == []


async def test_a_consumer_begins_after_what_it_acknowledged_forward_only(fed: Service) -> None:
    await refuses(stream(fed, consumer="invoicing"), OUT_OF_RANGE, "UNKNOWN_CURSOR", "consumer")
    assert await acknowledged(fed, "invoicing", 2) == 2
    assert await positions(fed, consumer="invoicing") == [3]
    assert await acknowledged(fed, "invoicing", 2) == 2  # the same position again is a repeat

    for backward in (1, 0):
        found = await refuses(acknowledge(fed, "invoicing", backward), PRECONDITION, "CURSOR_BACKWARD", "position")
        assert "2" in found.message
    await refuses(acknowledge(fed, "invoicing", 4), OUT_OF_RANGE, "UNKNOWN_CURSOR", "position")
    assert await positions(fed, consumer="invoicing") == [3]
    assert await acknowledged(fed, "invoicing", 3) == 3
    assert await positions(fed, consumer="invoicing") == []

    assert await acknowledged(fed, "ledger.eu-1_A", 0) == 0  # another consumer goes its own way
    assert await positions(fed, consumer="ledger.eu-1_A") == [1, 2, 3]
    assert await positions(fed) == [1, 2, 3]  # nothing is deleted


async def test_what_names_no_consumer_is_refused(fed: Service) -> None:
    for name in ("", "in voicing", "x" * 65, "é", "a/b"):
        await refuses(acknowledge(fed, name, 1), INVALID, "INVALID_FIELD", "consumer")
    for name in ("in voicing", "x" * 65):
        await refuses(stream(fed, consumer=name), INVALID, "INVALID_FIELD", "consumer")
    await refuses(acknowledge(fed, "invoicing", -1), INVALID, "INVALID_FIELD", "position")


async def test_a_blank_consumer_does_not_replay_the_whole_feed(fed: Service) -> None:
    """A consumer whose name was left out of its settings must not take every record for a new one."""
    assert (await refused(stream(fed, consumer=""))).fields == ("consumer",)


async def test_the_feed_is_followed_live(fed: Service) -> None:
    following = stream(fed, after_position=1, follow=True)
    async with asyncio.timeout(30):
        first = await following.read()
        assert ([record.position for record in first.records], first.last_position) == ([2, 3], 3)
        await fed.advance(AUGUST)
        await fed.close("2026-07")
        later: list[int] = []
        while len(later) < 3:
            later += [record.position for record in (await following.read()).records]
    assert later == [4, 5, 6]
    following.cancel()


async def test_a_record_of_the_feed_is_found_by_its_id_and_in_the_list(fed: Service) -> None:
    records = await fed.feed()
    for record in records:
        request = b.GetChargeRequest(charge_id=record.charge_id)
        assert (await fed.billing.GetCharge(request, metadata=SELF_SERVICE)).record == record
    response = await fed.billing.ListCharges(b.ListChargesRequest(), metadata=STAFF)
    assert list(response.records) == records
    assert len({record.charge_id for record in records}) == 3


async def test_the_feed_shows_every_usage_line_as_the_list_does(service: Service) -> None:
    """Rated, priced a unit and by tiers, covered and not, and sums that 64 bits do not hold."""
    for product, price in (("rated", None), ("priced", "0.0085"), ("tiered", None)):
        await service.product(product, price=price)
    await service.product("uncovered", stage=PRODUCT_STAGE_BETA)
    tiers = [
        PriceTier(up_to=DecimalText(value="10"), unit_price=DecimalText(value="0.5")),
        PriceTier(unit_price=DecimalText(value="0.25")),
    ]
    price = ProductPrice(product_id="tiered", effective_period="2026-01", volume=TieredPricing(tiers=tiers))
    await service.billing.PublishPrices(b.PublishPricesRequest(request_id=new_id(), prices=[price]), metadata=STAFF)
    for number in range(1, 5):
        await service.account(sid(number), parent=sid(1) if number in {2, 3} else "")
    await service.change_plan(sid(1), "production")
    await service.advance(datetime(2026, 6, 30, tzinfo=UTC))
    moment = datetime(2026, 6, 20, tzinfo=UTC)
    records = [usage(sid(1), "rated", moment, amount=amount) for amount in ("0.004", "12.345678901", "0.01")]
    records += [usage(sid(2), product, moment, quantity="12.5") for product in ("priced", "tiered")]
    records += [usage(sid(3), "uncovered", moment, amount="127.99"), usage(sid(3), "priced", moment, quantity=0)]
    records += [usage(sid(4), "rated", moment, amount="999999999.99") for _ in range(12)]
    records += [usage(sid(4), "priced", moment, quantity=10**6)]
    assert (await service.record(records)).new_count == len(records)
    await service.advance(JULY)
    await service.close("2026-06")

    found = await service.feed()  # it asserts that the list has the same
    lines = {(each.account_sid, line.usage.product_id): line.usage for each in found for line in each.lines}
    assert lines[sid(4), "rated"].rated_amount == Money(currency_code="USD", units=11_999_999_999, nanos=880_000_000)
    assert lines[sid(2), "tiered"].pricing.WhichOneof("pricing") == "volume"
    assert lines[sid(2), "priced"].unrated_quantity_micros == "12500000"
    assert not lines[sid(3), "uncovered"].covered
