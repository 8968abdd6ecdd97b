"""Products and the price book (4.5, 4.7)."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from google.type.decimal_pb2 import Decimal as DecimalText

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.product_pb2 import (
    PRODUCT_FAMILY_PLATFORM,
    PRODUCT_FAMILY_SEGMENT,
    PRODUCT_FAMILY_TELECOM_PROVIDER,
    PRODUCT_STAGE_BETA,
    PRODUCT_STAGE_GENERALLY_AVAILABLE,
    PerUnitPricing,
    Product,
    ProductFamily,
    ProductPrice,
    ProductStage,
)
from tests.server.calls import (
    INVALID,
    NOT_FOUND,
    PRECONDITION,
    moment_in,
    new_id,
    price,
    prices_request,
    product_request,
    refused,
    refuses,
    sid,
    start_closing,
)
from tests.service import SELF_SERVICE, STAFF, Service

GA, BETA = PRODUCT_STAGE_GENERALLY_AVAILABLE, PRODUCT_STAGE_BETA


async def put(service: Service, product_id: str, **fields: Any) -> Product:
    response = await service.billing.PutProduct(product_request(product_id, **fields), metadata=STAFF)
    return response.product


async def listed(service: Service, period: str = "") -> list[Product]:
    response = await service.billing.ListProducts(b.ListProductsRequest(period=period), metadata=SELF_SERVICE)
    return list(response.products)


async def publish(service: Service, *prices: ProductPrice) -> list[ProductPrice]:
    response = await service.billing.PublishPrices(prices_request(*prices), metadata=STAFF)
    return list(response.prices)


async def book(service: Service, product_id: str = "") -> list[tuple[str, str, str]]:
    request = b.ListPricesRequest(product_id=product_id)
    response = await service.billing.ListPrices(request, metadata=SELF_SERVICE)
    return [(found.product_id, found.effective_period, found.per_unit.unit_price.value) for found in response.prices]


async def close_may(service: Service) -> None:
    """Start the closing of May, at the beginning of June."""
    await service.account(sid(1), created=date(2026, 5, 1))
    await start_closing(service, "2026-05")


async def test_4_7_a_product_is_put_and_listed_by_id(quiet: Service) -> None:
    made = await put(quiet, "sms-out", display_name="SMS, outbound", unit="message")
    assert (made.product_id, made.display_name, made.unit) == ("sms-out", "SMS, outbound", "message")
    assert (made.stage, made.family, made.covered) == (GA, PRODUCT_FAMILY_PLATFORM, True)
    assert made.effective_period == ""  # what it was made with holds from the beginning
    voice = await put(quiet, "a-voice", unit="minute")
    assert await listed(quiet) == await listed(quiet, "2000-01") == [voice, made]


async def test_4_7_support_covers_what_is_generally_available_and_the_platforms_own(quiet: Service) -> None:
    covered = set()
    for stage in ProductStage.values()[1:]:
        for family in ProductFamily.values()[1:]:
            made = await put(quiet, f"product-{stage}-{family}", stage=stage, family=family)
            assert made in await listed(quiet)
            if made.covered:
                covered.add((stage, family))
    assert covered == {(GA, PRODUCT_FAMILY_PLATFORM)}


async def test_4_7_stage_and_family_change_from_a_period_on(quiet: Service) -> None:
    await put(quiet, "sms", stage=BETA)
    await put(quiet, "sms", effective_period="2026-08")
    await put(quiet, "sms", family=PRODUCT_FAMILY_SEGMENT, effective_period="2026-10")

    async def terms(period: str) -> tuple[Any, ...]:
        [found] = await listed(quiet, period)
        return found.stage, found.family, found.covered, found.effective_period

    assert await terms("") == await terms("2026-07") == (BETA, PRODUCT_FAMILY_PLATFORM, False, "")
    assert await terms("2026-08") == await terms("2026-09") == (GA, PRODUCT_FAMILY_PLATFORM, True, "2026-08")
    assert await terms("2026-10") == await terms("2199-12") == (GA, PRODUCT_FAMILY_SEGMENT, False, "2026-10")
    again = await put(quiet, "sms", family=PRODUCT_FAMILY_TELECOM_PROVIDER, effective_period="2026-08")
    assert again.effective_period == "2026-08"
    assert await terms("2026-08") == (GA, PRODUCT_FAMILY_TELECOM_PROVIDER, False, "2026-08")
    assert await terms("2026-10") == (GA, PRODUCT_FAMILY_SEGMENT, False, "2026-10")
    await quiet.advance(datetime(2026, 8, 1, tzinfo=UTC))
    assert await terms("") == await terms("2026-08")


async def test_4_7_a_product_that_exists_changes_from_the_current_period_on(quiet: Service) -> None:
    await put(quiet, "sms", display_name="old", unit="message")
    changed = await put(quiet, "sms", display_name="new", unit="segment", stage=BETA)
    assert changed.effective_period == "2026-06"
    [before] = await listed(quiet, "2026-05")
    [after] = await listed(quiet)
    assert after == changed
    assert (before.stage, after.stage) == (GA, BETA)
    assert (before.display_name, before.unit) == ("new", "segment")  # name and unit hold at once, everywhere


async def test_4_7_a_new_product_may_start_with_a_period(quiet: Service) -> None:
    made = await put(quiet, "sms", effective_period="2026-09")
    assert made.effective_period == "2026-09"
    assert await listed(quiet, "2026-09") == await listed(quiet) == [made]


async def test_4_7_a_product_does_not_change_in_a_period_whose_closing_has_started(quiet: Service) -> None:
    known = await put(quiet, "sms")
    await close_may(quiet)
    for product_id, period in (("sms", "2026-05"), ("sms", "2026-04"), ("new", "2026-05")):
        request = product_request(product_id, stage=BETA, display_name="changed", effective_period=period)
        call = quiet.billing.PutProduct(request, metadata=STAFF)
        await refuses(call, PRECONDITION, "PERIOD_CLOSED", "effective_period")
    assert await listed(quiet, "2026-05") == [known]
    new = await put(quiet, "new")  # nothing was ever charged for it
    changed = await put(quiet, "sms", stage=BETA, effective_period="2026-06")
    assert await listed(quiet) == [new, changed]


async def test_4_5_prices_hold_from_a_period_on_and_are_listed_by_product_and_period(quiet: Service) -> None:
    for product_id in ("voice", "sms"):
        await put(quiet, product_id)
    wanted = [price("voice", "0.0085", "2026-07"), price("voice", "0.008"), price("sms", "0.01", "2025-01")]
    published = await publish(quiet, *wanted)
    assert [(found.product_id, found.effective_period) for found in published] == [
        (found.product_id, found.effective_period) for found in wanted
    ]
    assert {moment_in(found.publish_time) for found in published} == {datetime(2026, 6, 1, tzinfo=UTC)}
    assert await book(quiet) == [
        ("sms", "2025-01", "0.01"), ("voice", "2026-06", "0.008"), ("voice", "2026-07", "0.0085"),
    ]  # fmt: skip
    assert await book(quiet, "sms") == [("sms", "2025-01", "0.01")]
    await refuses(
        quiet.billing.ListPrices(b.ListPricesRequest(product_id="fax"), metadata=STAFF),
        NOT_FOUND, "PRODUCT_NOT_FOUND", "product_id",
    )  # fmt: skip


async def test_4_5_published_again_for_the_same_period_the_last_holds(quiet: Service) -> None:
    await put(quiet, "sms")
    await publish(quiet, price("sms", "0.01"), price("sms", "0.02", "2026-08"))
    await quiet.advance(datetime(2026, 6, 2, tzinfo=UTC))
    [again] = await publish(quiet, price("sms", "0.03"))
    assert moment_in(again.publish_time) == datetime(2026, 6, 2, tzinfo=UTC)
    assert await book(quiet) == [("sms", "2026-06", "0.03"), ("sms", "2026-08", "0.02")]


async def test_4_5_prices_of_closed_periods_are_published_within_the_reach_of_corrections_only(quiet: Service) -> None:
    """4.3: the reach is 12 periods before the current one; what is not closed needs none."""
    await put(quiet, "sms")
    await publish(quiet, price("sms", "0.01", "2026-05"), price("sms", "0.005", "2020-01"))
    await close_may(quiet)
    for period in ("2025-05", "2020-01"):
        request = prices_request(price("sms", "0.02"), price("sms", "0.02", period))
        call = quiet.billing.PublishPrices(request, metadata=STAFF)
        await refuses(call, PRECONDITION, "PERIOD_CLOSED", "prices[1].effective_period")
    assert await book(quiet) == [("sms", "2020-01", "0.005"), ("sms", "2026-05", "0.01")]  # all or none
    await publish(quiet, price("sms", "0.02", "2025-06"), price("sms", "0.03", "2026-05"))
    assert [found[1:] for found in await book(quiet)] == [
        ("2020-01", "0.005"),
        ("2025-06", "0.02"),
        ("2026-05", "0.03"),
    ]


async def test_4_5_prices_are_exact_up_to_12_places_below_a_thousand_million(quiet: Service) -> None:
    await put(quiet, "sms")
    for given, kept in (
        ("0", "0"), ("0.000000000001", "0.000000000001"), ("999999999.999999999999", "999999999.999999999999"),
        ("1e-12", "0.000000000001"), ("1E+2", "100"), ("0.10", "0.1"), ("+2.5", "2.5"), (".5", "0.5"), ("5.", "5"),
        ("1.0000000000000000000000", "1"),
    ):  # fmt: skip
        [published] = await publish(quiet, price("sms", given))
        assert published.per_unit.unit_price.value == kept
        [(_, _, listed_price)] = await book(quiet)
        assert Decimal(listed_price) == Decimal(given)
        assert listed_price == kept


MALFORMED_PRICES = (
    "", " ", "abc", "NaN", "-NaN", "sNaN", "Infinity", "-Infinity", "-0.01", "1000000000", "1e9", "1e400",
    "0.0000000000001", "1e-13", "123456789.1234567890123", "1,5", "1,000", "0x10", "1e", "1e99999999999999999999",
    "1e-99999999999999999999", "--1", "1_000", "１", " 1", "1 ",
)  # fmt: skip


async def test_4_5_a_price_that_is_none_is_named(quiet: Service, subtests: pytest.Subtests) -> None:
    await put(quiet, "sms")
    for text in MALFORMED_PRICES:
        with subtests.test(text=text):
            call = quiet.billing.PublishPrices(prices_request(price("sms", text)), metadata=STAFF)
            await refuses(call, INVALID, "INVALID_FIELD", "prices[0].per_unit.unit_price")
            assert await book(quiet) == []


async def test_4_5_what_else_is_wrong_with_a_price_is_named(quiet: Service, subtests: pytest.Subtests) -> None:
    await put(quiet, "sms")
    good = price("sms", "0.01")
    no_unit_price = ProductPrice(product_id="sms", effective_period="2026-06", per_unit=PerUnitPricing())
    empty = ProductPrice(
        product_id="sms", effective_period="2026-06", per_unit=PerUnitPricing(unit_price=DecimalText())
    )
    cases = {
        "no pricing": (ProductPrice(product_id="sms", effective_period="2026-06"), "prices[1].pricing"),
        "no unit price": (no_unit_price, "prices[1].per_unit.unit_price"),
        "an empty unit price": (empty, "prices[1].per_unit.unit_price"),
        "no product": (price("", "1"), "prices[1].product_id"),
        "no period": (price("sms", "1", ""), "prices[1].effective_period"),
        "no month": (price("sms", "1", "2026-13"), "prices[1].effective_period"),
        "a day": (price("sms", "1", "2026-06-01"), "prices[1].effective_period"),
        "a year out of range": (price("sms", "1", "1999-12"), "prices[1].effective_period"),
        "digits that are not ASCII": (price("sms", "1", "２０２６-06"), "prices[1].effective_period"),
        "the same product and period twice": (price("sms", "0.02"), "prices[1]"),
    }
    for name, (bad, field) in cases.items():
        with subtests.test(name):
            call = quiet.billing.PublishPrices(prices_request(good, bad), metadata=STAFF)
            await refuses(call, INVALID, "INVALID_FIELD", field)
            assert await book(quiet) == []
    call = quiet.billing.PublishPrices(prices_request(good, price("fax", "1")), metadata=STAFF)
    await refuses(call, NOT_FOUND, "PRODUCT_NOT_FOUND", "prices[1].product_id")
    assert await book(quiet) == []


async def test_what_is_too_long_in_a_price_is_refused_in_few_words(quiet: Service, subtests: pytest.Subtests) -> None:
    """Details travel in the trailers, which hold a few kilobytes: they must not repeat the request."""
    await put(quiet, "sms")
    for field, bad in {
        "product_id": price("x" * 20_000, "1"),
        "effective_period": price("sms", "1", "x" * 20_000),
        "per_unit.unit_price": price("sms", "x" * 20_000),
    }.items():
        with subtests.test(field):
            found = await refused(quiet.billing.PublishPrices(prices_request(bad), metadata=STAFF))
            assert found.fields == (f"prices[0].{field}",)


async def test_up_to_1000_prices_are_published_at_once(quiet: Service) -> None:
    await put(quiet, "sms")
    periods = [f"{year}-{month:02d}" for year in range(2027, 2111) for month in range(1, 13)]
    prices = [price("sms", "0.01", period) for period in periods[:1_001]]
    call = quiet.billing.PublishPrices(prices_request(*prices), metadata=STAFF)
    await refuses(call, INVALID, "INVALID_FIELD", "prices")
    await refuses(quiet.billing.PublishPrices(prices_request(), metadata=STAFF), INVALID, "INVALID_FIELD", "prices")
    assert len(await publish(quiet, *prices[:1_000])) == 1_000


async def test_what_putting_a_product_refuses(quiet: Service, subtests: pytest.Subtests) -> None:
    cases: dict[str, list[Any]] = {
        "product_id": ["", "SMS", "sms out", "x" * 65, "é", "sms\n"],
        "display_name": ["", "x" * 201],
        "unit": ["", "x" * 51],
        "stage": [0, 7, -1],
        "family": [0, 4, -1],
        "effective_period": ["2026", "2026-00", "2026-13", "26-06", "2026-6", "1999-12", "2200-01"],
    }
    for field, values in cases.items():
        for value in values:
            with subtests.test(field, value=value):
                request = product_request(**{"product_id": "sms", field: value})
                await refuses(quiet.billing.PutProduct(request, metadata=STAFF), INVALID, "INVALID_FIELD", field)
    request = b.PutProductRequest(request_id=new_id())
    await refuses(quiet.billing.PutProduct(request, metadata=STAFF), INVALID, "INVALID_FIELD", "product_id")
    assert await listed(quiet) == []


async def test_4_5_prices_published_at_the_same_time_all_succeed_and_one_holds(service: Service) -> None:
    await service.product("sms")
    prices = [f"0.{number:02d}" for number in range(1, 21)]
    await asyncio.gather(*(service.publish_price("sms", price, "2026-07") for price in prices))
    listed = (await service.billing.ListPrices(b.ListPricesRequest(product_id="sms"), metadata=STAFF)).prices
    assert [price.effective_period for price in listed] == ["2026-07"]
    assert Decimal(listed[0].per_unit.unit_price.value) in {Decimal(price) for price in prices}
