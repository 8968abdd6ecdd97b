"""What a month's usage costs at every form of pricing: recorded, previewed, closed and explained (4.5, 4.6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.charge_pb2 import ChargeLine, ChargeRecord, LineExplanation
from prorata.v1.product_pb2 import ProductPrice, ProductPricing
from tests.conftest import MakeService
from tests.prices.books import (
    CONTRACT,
    OTHER_CONTRACT,
    graduated,
    join,
    leave,
    make_contract,
    package,
    per_unit,
    publish,
    tiered,
    volume,
)
from tests.server.calls import sid
from tests.service import STAFF, Service, amount, usage, usage_records

A, B, C, SUB = sid(1), sid(2), sid(3), sid(4)
JUNE_20, JULY_20, AUGUST_20 = (datetime(2026, month, 20, tzinfo=UTC) for month in (6, 7, 8))


async def use(
    service: Service, account: str, product: str, quantity: str, moment: datetime = JUNE_20, rated: str | None = None
) -> None:
    """Record usage of at most 900,000,000,000 units at a time."""
    left = Decimal(quantity)
    while left > 0:
        part = min(left, Decimal(9 * 10**11))
        response = await service.record([usage(account, product, moment, quantity=str(part), amount=rated)])
        assert response.new_count == 1, response
        left -= part


def lines(records: Sequence[ChargeRecord], account: str) -> dict[str, ChargeLine]:
    """The usage lines of an account that are no adjustments, by product."""
    return {
        line.usage.product_id: line
        for record in usage_records(records)
        if record.account_sid == account and not record.adjustment
        for line in record.lines
    }


def amounts(records: Sequence[ChargeRecord], account: str) -> dict[str, Decimal]:
    """What the usage lines of an account come to, by product."""
    return {product: amount(line.amount) for product, line in lines(records, account).items()}


async def explained(service: Service, record: ChargeRecord) -> list[LineExplanation]:
    """The lines of a record in words."""
    request = b.ExplainChargeRequest(charge_id=record.charge_id)
    return list((await service.billing.ExplainCharge(request, metadata=STAFF)).explanation.lines)


async def with_products(service: Service, *prices: ProductPrice) -> None:
    """Make the products of some prices, and publish these."""
    for product in sorted({price.product_id for price in prices}):
        await service.product(product)
    await publish(service, *prices)


async def test_4_5_tiers_and_packages_are_charged_by_a_closing(service: Service) -> None:
    """E23, with a preview before and an explanation after."""
    await service.account(A)
    await with_products(service, graduated("graduated"), volume("volume"), package("package", "100", "0.90"))
    await service.advance(JUNE_20)
    for product, quantities in {"graduated": ("1000", "500"), "volume": ("1", "1499"), "package": ("1501",)}.items():
        for quantity in quantities:
            await use(service, A, product, quantity)
    expected = {"graduated": Decimal("14.00"), "volume": Decimal("12.00"), "package": Decimal("14.40")}
    preview = await service.preview(A)
    assert amounts(preview, A) == expected
    await service.advance(date(2026, 7, 2))
    await service.close("2026-06")
    feed = await service.feed()
    assert amounts(feed, A) == expected
    assert lines(feed, A) == lines(preview, A)
    inputs = {product: line.usage for product, line in lines(feed, A).items()}
    assert inputs["graduated"].pricing == ProductPricing(graduated=tiered((("1000", "0.01"), (None, "0.008"))))
    assert inputs["volume"].pricing == ProductPricing(volume=tiered((("1000", "0.01"), (None, "0.008"))))
    assert inputs["package"].pricing == ProductPricing(package=package("package", "100", "0.9").package)
    for used in inputs.values():
        assert (used.HasField("unit_price"), used.price_effective_period) == (False, "2026-06")
        assert (used.price_contract_sid, used.included_quantity_micros) == ("", "")
    [record] = usage_records(feed)
    assert {line.formula for line in await explained(service, record)} == {
        "1,000 × 0.01 + 500 × 0.008 = 14.00",
        "1,500 × 0.008 = 12.00",
        "16 packages of 100 × 0.90 = 14.40",
    }


async def test_4_5_a_contracts_own_tiers_and_packages_are_previewed_and_charged(service: Service) -> None:
    """Each form in place of the book's price; 1.2: to the last place of a bound."""
    await service.account(A)
    for product in ("graduated", "volume", "package"):
        await service.product(product, price="100", start="2026-06")
    await make_contract(service, [A])
    steps = (("1000.5", "0.01"), (None, "0.00875"))
    own = graduated("graduated", steps, contract=CONTRACT), volume("volume", steps, contract=CONTRACT)
    await publish(service, *own, package("package", "1000.5", "7", contract=CONTRACT))
    await service.advance(JUNE_20)
    for product in ("graduated", "volume", "package"):
        await use(service, A, product, "1000.501")
    expected = {"graduated": Decimal("10.01"), "volume": Decimal("8.75"), "package": Decimal(14)}
    previews = [await service.preview(A) for _ in range(3)]
    await service.advance(date(2026, 7, 2))
    await service.close("2026-06")
    feed = await service.feed()
    assert amounts(feed, A) == expected
    for preview in previews:
        assert lines(preview, A) == lines(feed, A)
    assert {line.usage.price_contract_sid for line in lines(feed, A).values()} == {CONTRACT}


async def test_4_5_bounds_are_inclusive_to_the_last_place(service: Service) -> None:
    await service.account(A)
    await service.account(B)
    steps = (("1000.5", "10"), (None, "20"))
    await with_products(
        service, graduated("graduated", steps), volume("volume", steps), package("package", "1000.5", "7")
    )
    await service.advance(JUNE_20)
    for product in ("graduated", "volume", "package"):
        await use(service, A, product, "1000.5")
        await use(service, B, product, "1000.501")
    preview = await service.preview(A)
    assert amounts(preview, A) == {"graduated": 10005, "volume": 10005, "package": 7}
    preview = await service.preview(B)
    assert amounts(preview, B) == {"graduated": Decimal("10005.02"), "volume": Decimal("20010.02"), "package": 14}


async def test_4_6_rated_amounts_and_the_price_of_the_summed_quantities_are_rounded_once(service: Service) -> None:
    """1.2: rated quantities count towards no tier; every account begins at the first, a subaccount of its own."""
    await service.account(A)
    await service.account(SUB, parent=A)
    await with_products(service, graduated("sms"))
    await service.advance(JUNE_20)
    await use(service, A, "sms", "5000", rated="0.0015")
    await use(service, A, "sms", "1000.4375")
    await use(service, SUB, "sms", "1000")
    preview = await service.preview(A)
    assert amounts(preview, A) == {"sms": Decimal("10.01")}  # 10 + 0.0035 + 0.0015
    assert amounts(preview, SUB) == {"sms": Decimal("10.00")}
    assert lines(preview, A)["sms"].usage.unrated_quantity_micros == "1000437500"


async def test_4_5_quantities_beyond_64_bits_are_exact(service: Service) -> None:
    """A month's sum may exceed 2⁶³ millionths."""
    await service.account(A)
    steps = (("9000000000000", "0.000000000001"), (None, "0.0000001"))
    await with_products(
        service, graduated("graduated", steps), volume("volume", steps), package("package", "7", "0.00001")
    )
    await service.advance(JUNE_20)
    quantity = 12 * 10**12 + 5
    for product in ("graduated", "volume", "package"):
        await use(service, A, product, str(quantity))
    await service.advance(date(2026, 7, 2))
    await service.close("2026-06")
    packages = -(-quantity // 7)
    assert amounts(await service.feed(), A) == {
        "graduated": Decimal("300009.00"),  # 9 + 3×10¹² and 5 at 10⁻⁷
        "volume": Decimal("1200000.00"),
        "package": (Decimal(packages) * Decimal("0.00001")).quantize(Decimal("0.01")),
    }


async def test_4_5_the_version_of_the_usages_period_counts_however_late_it_comes(make_service: MakeService) -> None:
    service = await make_service(worker=False)  # so that no month closes by itself
    await service.account(A)
    await with_products(
        service, per_unit("sms", "1"), graduated("sms", start="2026-07"), volume("sms", start="2026-08")
    )
    await service.advance(AUGUST_20)
    for moment in (JUNE_20, JULY_20, AUGUST_20):
        await use(service, A, "sms", "1500", moment)
    for period, expected in (("2026-06", "1500"), ("2026-07", "14"), ("2026-08", "12")):
        assert amounts(await service.preview(A, period), A) == {"sms": Decimal(expected)}


async def test_4_5_a_contracts_own_price_is_charged_to_its_members_of_the_first_day(service: Service) -> None:
    """A is a member on the 1st, B joins on the 2nd, C never: of the three only A has the contract's price."""
    for account in (A, B, C):
        await service.account(account, created=date(2026, 6, 1))
    await service.account(SUB, parent=A)
    await with_products(service, per_unit("sms", "0.01"), per_unit("fax", "1"))
    await make_contract(service, [A], date(2026, 6, 1))
    await make_contract(service, [B], date(2026, 6, 2), sid=OTHER_CONTRACT)
    own = [per_unit("sms", "0.005", contract=CONTRACT), per_unit("sms", "0.001", "2026-07", contract=CONTRACT)]
    await publish(service, *own, package("sms", "100", "0.3", contract=OTHER_CONTRACT))
    await service.advance(JUNE_20)
    for account in (A, SUB, B, C):
        await use(service, account, "sms", "1000")
        await use(service, account, "fax", "1")
    preview = await service.preview(A)
    assert amounts(preview, SUB) == {"sms": 5, "fax": 1}
    await service.advance(date(2026, 7, 2))
    await service.close("2026-06")
    feed = await service.feed()
    for account, each in {A: 5, SUB: 5, B: 10, C: 10}.items():
        assert amounts(feed, account) == {"sms": each, "fax": 1}
    own_used = lines(feed, A)["sms"].usage
    assert (own_used.price_contract_sid, own_used.unit_price.value) == (CONTRACT, "0.005")
    assert lines(feed, B)["sms"].usage.price_contract_sid == lines(feed, A)["fax"].usage.price_contract_sid == ""
    assert lines(feed, A) == lines(preview, A)
    await service.advance(JULY_20)
    for account in (A, B, C):
        await use(service, account, "sms", "1000", JULY_20)
    await service.advance(date(2026, 8, 2))
    await service.close("2026-07")
    later = [record for record in await service.feed() if record.period == "2026-07"]
    assert [amounts(later, account) for account in (A, B, C)] == [{"sms": 1}, {"sms": 3}, {"sms": 10}]


async def test_4_5_a_product_priced_by_a_contract_alone_is_charged(service: Service) -> None:
    """4.3 lets its usage in; no owner is set apart."""
    await service.account(A, created=date(2026, 6, 1))
    await service.product("sms")
    await make_contract(service, [A], date(2026, 6, 1))
    await publish(service, volume("sms", contract=CONTRACT))
    await service.advance(JUNE_20)
    await use(service, A, "sms", "1500")
    await service.advance(date(2026, 7, 2))
    closing = await service.close("2026-06")
    assert closing.set_apart_count == 0, closing
    assert amounts(await service.feed(), A) == {"sms": 12}


def adjustments(records: Sequence[ChargeRecord], closing_period: str) -> dict[tuple[str, str, str], Decimal]:
    """The lines of the adjustments of usage in a closing, by account, product and period."""
    return {
        (record.account_sid, line.adjustment.product_id, record.period): amount(line.amount)
        for record in usage_records(records)
        if record.adjustment and record.closing_period == closing_period
        for line in record.lines
    }


async def test_6_5_a_price_of_a_closed_period_is_settled_by_the_next_closing(service: Service) -> None:
    """4.5: the book's from June on, where a contract has its own of July and nobody uses another product."""
    for account in (A, B):
        await service.account(account, created=date(2026, 6, 1))
    await with_products(service, per_unit("sms", "0.01"), per_unit("fax", "1"))
    await make_contract(service, [A], date(2026, 6, 1))
    await publish(service, per_unit("sms", "0.005", "2026-07", contract=CONTRACT))
    await service.advance(JUNE_20)
    for account in (A, B):
        await use(service, account, "sms", "1500")
        await use(service, account, "fax", "1")
    await service.advance(date(2026, 7, 2))
    await service.close("2026-06")
    await publish(service, volume("sms"))  # 12.00 in place of 15.00
    await service.advance(JULY_20)
    for account in (A, B):
        await use(service, account, "sms", "1000", JULY_20)
    await service.advance(date(2026, 8, 2))
    await service.close("2026-07")
    feed = await service.feed()
    assert adjustments(feed, "2026-07") == {(A, "sms", "2026-06"): -3, (B, "sms", "2026-06"): -3}
    july = [record for record in feed if record.period == "2026-07"]
    assert (amounts(july, A), amounts(july, B)) == ({"sms": 5}, {"sms": 10})

    await publish(service, graduated("sms", contract=CONTRACT))  # A's own of June, in place of the book's: 14.00
    await service.advance(date(2026, 9, 2))
    await service.close("2026-08")
    assert adjustments(await service.feed(), "2026-08") == {(A, "sms", "2026-06"): 2}
    await service.advance(date(2026, 10, 2))
    await service.close("2026-09")
    assert adjustments(await service.feed(), "2026-09") == {}


async def test_6_5_a_price_published_again_as_it_was_settles_nothing(service: Service) -> None:
    await service.account(A, created=date(2026, 6, 1))
    await with_products(service, graduated("sms"))
    await service.advance(JUNE_20)
    await use(service, A, "sms", "1500")
    await service.advance(date(2026, 7, 2))
    await service.close("2026-06")
    await publish(service, graduated("sms"))
    await service.advance(date(2026, 8, 2))
    await service.close("2026-07")
    assert [record.period for record in usage_records(await service.feed())] == ["2026-06"]


async def test_6_5_a_membership_dated_back_brings_and_takes_the_contracts_price(service: Service) -> None:
    """4.5: B joins as of 1 June once June is closed, then as of 2 June in place of that."""
    for account in (A, B):
        await service.account(account, created=date(2026, 6, 1))
    await with_products(service, per_unit("sms", "0.01"))
    await make_contract(service, [A], date(2026, 6, 1))
    await publish(service, per_unit("sms", "0.005", contract=CONTRACT))
    await service.advance(JUNE_20)
    await use(service, B, "sms", "1000")
    await service.advance(date(2026, 7, 2))
    await service.close("2026-06")
    assert amounts(await service.feed(), B) == {"sms": 10}
    await join(service, B, date(2026, 6, 1))
    await service.advance(date(2026, 8, 2))
    await service.close("2026-07")
    assert adjustments(await service.feed(), "2026-07") == {(B, "sms", "2026-06"): -5}
    await leave(service, B, date(2026, 6, 1))
    await join(service, B, date(2026, 6, 2))
    await service.advance(date(2026, 9, 2))
    await service.close("2026-08")
    assert adjustments(await service.feed(), "2026-08") == {(B, "sms", "2026-06"): 5}
