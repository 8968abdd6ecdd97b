"""Publishing and listing prices of every form (4.5)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import asyncpg
import pytest
from google.type.decimal_pb2 import Decimal as DecimalText

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.product_pb2 import PackagePricing, PerUnitPricing, PriceTier, ProductPrice, TieredPricing
from tests.conftest import MakeService
from tests.prices.books import (
    CONTRACT,
    TWO_TIERS,
    Steps,
    graduated,
    listed,
    package,
    per_unit,
    publish,
    publish_request,
    volume,
)
from tests.server.calls import EXISTS, INVALID, NOT_FOUND, refuses
from tests.service import SELF_SERVICE, STAFF, Service


@pytest.fixture
async def quiet(make_service: MakeService) -> Service:
    """A server without a worker, with three products."""
    made = await make_service(worker=False)
    for product in ("sms", "voice", "fax"):
        await made.product(product)
    return made


async def test_4_5_every_form_is_published_and_listed_as_it_was_given(quiet: Service) -> None:
    prices = [
        per_unit("fax", "0.0085"),
        package("fax", "0.000001", "999999999.999999999999", "2026-07"),
        graduated("sms"),
        volume("sms", (("0.5", "0"), ("999999999999999999.999999", "0.000000000001"), (None, "7")), "2026-08"),
        package("voice", "100", "0.9"),
        graduated("voice", ((None, "3"),), "2026-09"),
    ]
    published = await publish(quiet, *reversed(prices))
    assert {price.publish_time.ToDatetime(UTC) for price in published} == {datetime(2026, 6, 1, tzinfo=UTC)}
    for price in published:
        price.ClearField("publish_time")
    assert published == prices[::-1]
    assert await listed(quiet) == prices
    assert await listed(quiet, product="sms") == prices[2:4]


async def test_4_5_numbers_are_listed_without_exponents_and_trailing_zeros(quiet: Service) -> None:
    await publish(quiet, graduated("sms", (("1E+3", "1e-2"), (None, "0.00800"))), package("voice", "1e2", "+.90"))
    assert await listed(quiet) == [graduated("sms"), package("voice", "100", "0.9")]


async def test_4_5_a_price_of_one_form_replaces_that_of_another(quiet: Service) -> None:
    for price in (
        per_unit("sms", "1"),
        graduated("sms"),
        volume("sms"),
        package("sms", "1", "1"),
        per_unit("sms", "2"),
    ):
        await publish(quiet, price)
        assert await listed(quiet) == [price]


async def test_a_price_published_again_under_its_request_id_is_published_once(quiet: Service) -> None:
    """The stored response answers; other content under the same id is refused, whatever its form."""
    request = publish_request(graduated("sms"))
    first = await quiet.billing.PublishPrices(request, metadata=STAFF)
    await quiet.advance(datetime(2026, 6, 2, tzinfo=UTC))
    assert await quiet.billing.PublishPrices(request, metadata=STAFF) == first
    connection = await asyncpg.connect(quiet.database_url)
    assert await connection.fetchval("SELECT count(*) FROM price") == 1
    await connection.close()
    request.prices[0].volume.CopyFrom(request.prices[0].graduated)
    await refuses(quiet.billing.PublishPrices(request, metadata=STAFF), EXISTS, "REQUEST_ID_REUSED", "request_id")
    assert await listed(quiet) == [graduated("sms")]


async def test_4_5_prices_of_different_forms_published_at_once_all_succeed_and_one_holds(quiet: Service) -> None:
    prices = [per_unit("sms", "1"), graduated("sms"), volume("sms"), package("sms", "10", "1")] * 4
    await asyncio.gather(*(publish(quiet, price) for price in prices))
    [held] = await listed(quiet)
    assert held in prices


BAD_TIERS: dict[str, tuple[Steps, str]] = {
    "no tier": ((), "tiers"),
    "the last one bounded": ((("10", "1"),), "tiers[0].up_to"),
    "one before the last unbounded": ((("10", "1"), (None, "2"), (None, "3")), "tiers[1].up_to"),
    "equal bounds": ((("10", "1"), ("10.000000", "2"), (None, "3")), "tiers[1].up_to"),
    "descending bounds": ((("10", "1"), ("9", "2"), (None, "3")), "tiers[1].up_to"),
    "a bound of zero": ((("0", "1"), (None, "3")), "tiers[0].up_to"),
    "a bound of 7 places": ((("0.0000001", "1"), (None, "3")), "tiers[0].up_to"),
    "a bound too large": ((("1000000000000000000", "1"), (None, "3")), "tiers[0].up_to"),
    "an empty bound": ((("", "1"), (None, "3")), "tiers[0].up_to"),
    "a bound that is no number": ((("10", "1"), ("NaN", "1"), (None, "3")), "tiers[1].up_to"),
    "a price below zero": ((("10", "1"), (None, "-0.01")), "tiers[1].unit_price"),
    "a price of 13 places": ((("10", "0.0000000000001"), (None, "1")), "tiers[0].unit_price"),
    "a price too large": ((("10", "1e9"), (None, "1")), "tiers[0].unit_price"),
    "no price": ((("10", "1"), (None, "")), "tiers[1].unit_price"),
    "too many tiers": ((*((str(number), "1") for number in range(1, 101)), (None, "1")), "tiers"),
}


@pytest.mark.parametrize("form", ["graduated", "volume"])
async def test_4_5_what_is_wrong_with_tiers_is_named(quiet: Service, subtests: pytest.Subtests, form: str) -> None:
    make = graduated if form == "graduated" else volume
    for name, (steps, field) in BAD_TIERS.items():
        with subtests.test(name):
            call = quiet.billing.PublishPrices(
                publish_request(per_unit("fax", "1"), make("sms", steps)), metadata=STAFF
            )
            await refuses(call, INVALID, "INVALID_FIELD", f"prices[1].{form}.{field}")
            assert await listed(quiet) == []
    most = make("sms", (*((str(number), "1") for number in range(1, 100)), (None, "1")))
    await publish(quiet, most)
    assert await listed(quiet) == [most]


async def test_4_5_what_is_wrong_with_packages_and_missing_numbers_is_named(
    quiet: Service, subtests: pytest.Subtests
) -> None:
    cases = {
        "package.size": [
            package("sms", size, "1") for size in ("0", "-1", "0.0000001", "1e18", "", "x", "1" * 65)
        ] + [ProductPrice(product_id="sms", effective_period="2026-06", package=PackagePricing())],
        "package.package_price": [
            *(package("sms", "1", price) for price in ("-1", "1e9", "1e-13", "", "1,0")),
            ProductPrice(
                product_id="sms", effective_period="2026-06", package=PackagePricing(size=DecimalText(value="1"))
            ),
        ],
        "graduated.tiers[0].unit_price": [
            ProductPrice(
                product_id="sms", effective_period="2026-06", graduated=TieredPricing(tiers=[PriceTier()])
            )
        ],
        "per_unit.unit_price": [
            ProductPrice(product_id="sms", effective_period="2026-06", per_unit=PerUnitPricing())
        ],
        "pricing": [ProductPrice(product_id="sms", effective_period="2026-06")],
        "contract_sid": [per_unit("sms", "1", contract="CT1"), per_unit("sms", "1", contract="AC" + "1" * 32)],
    }  # fmt: skip
    for field, prices in cases.items():
        for price in prices:
            with subtests.test(field, price=str(price)):
                call = quiet.billing.PublishPrices(publish_request(price), metadata=STAFF)
                await refuses(call, INVALID, "INVALID_FIELD", f"prices[0].{field}")
    call = quiet.billing.PublishPrices(publish_request(), metadata=STAFF)
    await refuses(call, INVALID, "INVALID_FIELD", "prices")
    assert await listed(quiet) == []


async def test_4_5_what_is_malformed_in_any_price_comes_before_what_is_unknown(quiet: Service) -> None:
    unknown = [per_unit("nothing", "1"), per_unit("sms", "1", contract=CONTRACT)]
    for bad, field in (
        (package("voice", "0", "1"), "prices[2].package.size"),
        (per_unit("nothing", "1"), "prices[2]"),  # the same again
    ):
        call = quiet.billing.PublishPrices(publish_request(*unknown, bad), metadata=STAFF)
        await refuses(call, INVALID, "INVALID_FIELD", field)
    call = quiet.billing.PublishPrices(publish_request(*unknown), metadata=STAFF)
    await refuses(call, NOT_FOUND, "PRODUCT_NOT_FOUND", "prices[0].product_id")
    call = quiet.billing.PublishPrices(publish_request(*unknown[1:]), metadata=STAFF)
    await refuses(call, NOT_FOUND, "CONTRACT_NOT_FOUND", "prices[0].contract_sid")


async def test_prices_are_published_by_staff_only(quiet: Service) -> None:
    call = quiet.billing.PublishPrices(publish_request(graduated("sms")), metadata=SELF_SERVICE)
    refusal = await quiet.refused(call)
    assert refusal.reason == "NOT_PERMITTED"
    assert await listed(quiet) == []


async def test_prices_of_all_forms_are_listed_in_pages(quiet: Service) -> None:
    prices = [volume("sms", TWO_TIERS, f"2026-{month:02d}") for month in range(6, 13)]
    await publish(quiet, *prices)
    found, token = [], ""
    while True:
        page = await quiet.billing.ListPrices(b.ListPricesRequest(page_size=3, page_token=token), metadata=STAFF)
        found += [price.effective_period for price in page.prices]
        token = page.next_page_token
        if not token:
            break
    assert found == [price.effective_period for price in prices]
