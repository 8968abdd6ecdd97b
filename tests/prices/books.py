"""Short ways to publish and list prices of every form, and to make the contracts that have their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from google.type.decimal_pb2 import Decimal as DecimalText

from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.product_pb2 import PackagePricing, PerUnitPricing, PriceTier, ProductPrice, TieredPricing
from tests.service import STAFF, Service, day

Steps = Sequence[tuple[str | None, str]]  # a bound and a price each; the last has no bound

CONTRACT, OTHER_CONTRACT = "CT" + "c" * 32, "CT" + "d" * 32
TWO_TIERS: Steps = (("1000", "0.01"), (None, "0.008"))


def decimal(text: str) -> DecimalText:
    """A decimal number for the contract."""
    return DecimalText(value=text)


def tiered(steps: Steps) -> TieredPricing:
    """Prices by quantity."""
    return TieredPricing(
        tiers=[
            PriceTier(up_to=None if bound is None else decimal(bound), unit_price=decimal(price))
            for bound, price in steps
        ]
    )


def per_unit(product: str, price: str, start: str = "2026-06", contract: str = "") -> ProductPrice:
    """A price a unit."""
    return _price(product, start, contract, per_unit=PerUnitPricing(unit_price=decimal(price)))


def graduated(product: str, steps: Steps = TWO_TIERS, start: str = "2026-06", contract: str = "") -> ProductPrice:
    """Each part at its tier."""
    return _price(product, start, contract, graduated=tiered(steps))


def volume(product: str, steps: Steps = TWO_TIERS, start: str = "2026-06", contract: str = "") -> ProductPrice:
    """All at the tier it falls in."""
    return _price(product, start, contract, volume=tiered(steps))


def package(product: str, size: str, price: str, start: str = "2026-06", contract: str = "") -> ProductPrice:
    """A price a package."""
    return _price(product, start, contract, package=PackagePricing(size=decimal(size), package_price=decimal(price)))


def _price(product: str, start: str, contract: str, **pricing: Any) -> ProductPrice:
    return ProductPrice(product_id=product, effective_period=start, contract_sid=contract, **pricing)


def publish_request(*prices: ProductPrice) -> b.PublishPricesRequest:
    """Asks for prices to be published, under a new request id."""
    return b.PublishPricesRequest(request_id=str(uuid4()), prices=prices)


async def publish(service: Service, *prices: ProductPrice) -> list[ProductPrice]:
    """Publish prices."""
    return list((await service.billing.PublishPrices(publish_request(*prices), metadata=STAFF)).prices)


async def listed(service: Service, *, product: str = "", contract: str = "") -> list[ProductPrice]:
    """The prices of the price book, or a contract's own, without the moments at which they were published."""
    request = b.ListPricesRequest(product_id=product, contract_sid=contract)
    found = list((await service.billing.ListPrices(request, metadata=STAFF)).prices)
    for price in found:
        price.ClearField("publish_time")
    return found


async def make_contract(
    service: Service, members: Sequence[str], start: date | None = None, sid: str = CONTRACT, plan: str = "production"
) -> None:
    """Make a contract over some top-level accounts, of which the first pays."""
    await service.plans.CreateContract(
        p.CreateContractRequest(
            request_id=str(uuid4()),
            contract_sid=sid,
            start_day=day(start) if start else None,
            plan_id=plan,
            member_account_sids=members,
            payer_account_sid=members[0],
        ),
        metadata=STAFF,
    )


async def join(service: Service, account: str, start: date, sid: str = CONTRACT) -> None:
    """Add a member to a contract from a day on."""
    await service.plans.AddContractMember(
        p.AddContractMemberRequest(
            request_id=str(uuid4()), contract_sid=sid, account_sid=account, start_day=day(start)
        ),
        metadata=STAFF,
    )


async def leave(service: Service, account: str, end: date, sid: str = CONTRACT) -> None:
    """End a membership on a day, or take it back on its first."""
    await service.plans.RemoveContractMember(
        p.RemoveContractMemberRequest(request_id=str(uuid4()), contract_sid=sid, account_sid=account, end_day=day(end)),
        metadata=STAFF,
    )
