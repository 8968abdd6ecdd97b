"""Products, the price book, and contracts' own prices (4.5, 4.7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from billing.errors import BillingError, Reason, invalid
from billing.operations.context import Reading, Writing
from billing.operations.days import check_open, check_period_open, first_open_period
from billing.period import Period, oldest_period
from billing.pricing import Pricing, check_pricing
from billing.products import Family, Price, Product, Stage
from billing.store import prices, products, state


async def put_product(
    write: Writing,
    *,
    product_id: str,
    display_name: str,
    unit: str,
    stage: Stage,
    family: Family,
    effective_period: Period | None,
) -> Product:
    """Make a product, or change it; its stage and family hold from a period on (4.7)."""
    known = await products.product_keys(write.connection, [product_id])
    start = effective_period
    if known and start is None:
        start = write.current_period
    if start is not None:
        await check_period_open(write.connection, start, "effective_period")
    product = Product(product_id, display_name, unit, stage, family, start)
    key = await products.put_product(write.connection, product, write.now, write.cutoff)
    await products.save_terms(write.connection, key, product, write.now, write.cutoff)
    await state.next_product_generation(write.connection)
    return product


class WantedPrice(NamedTuple):
    """A price to be published: of the price book, or a contract's own when a SID is given."""

    product_id: str
    contract_sid: str
    start: Period
    pricing: Pricing


async def publish_prices(write: Writing, wanted: Sequence[WantedPrice]) -> list[Price]:
    """Publish prices, each from a period on: all, or none (4.5).

    Raises:
        BillingError: INVALID_FIELD for any of them; else for the first at fault PRODUCT_NOT_FOUND, CONTRACT_NOT_FOUND
            or PERIOD_CLOSED.
    """
    for index, price in enumerate(wanted):
        check_pricing(price.pricing, f"prices[{index}]")
    _check_different(wanted)
    keys = await products.lock_products(write.connection, [price.product_id for price in wanted])
    contracts = await prices.contract_keys(write.connection, [price.contract_sid for price in wanted])
    first_open = await first_open_period(write.connection)
    for index, price in enumerate(wanted):
        path = f"prices[{index}]"
        if price.product_id not in keys:
            message = f"there is no product {price.product_id!r}: make it with PutProduct"
            raise BillingError(Reason.PRODUCT_NOT_FOUND, message, f"{path}.product_id")
        if price.contract_sid and price.contract_sid not in contracts:
            message = f"there is no contract {price.contract_sid}"
            raise BillingError(Reason.CONTRACT_NOT_FOUND, message, f"{path}.contract_sid")
        if price.start < oldest_period(write.current_period):  # what is closed within the reach is settled (6.5)
            check_open(price.start, first_open, f"{path}.effective_period")
    rows = [
        prices.NewPrice(keys[price.product_id], contracts.get(price.contract_sid), price.start, price.pricing)
        for price in wanted
    ]
    await prices.save_prices(write.connection, rows, write.now, write.cutoff)
    await state.next_product_generation(write.connection)
    return [Price(each.product_id, each.start, each.pricing, each.contract_sid, write.now) for each in wanted]


def _check_different(wanted: Sequence[WantedPrice]) -> None:
    seen = set()
    for index, price in enumerate(wanted):
        key = price.product_id, price.contract_sid, price.start
        if key in seen:
            raise invalid(f"prices[{index}]", f"a second price of {price.product_id} from {price.start} on: give one")
        seen.add(key)


async def list_products(read: Reading, *, period: Period | None, after_id: str, limit: int) -> list[Product]:
    """Products by id, as they are in a period (the current one when None)."""
    return await products.list_products(read.connection, period or read.current_period, after_id, limit)


async def list_prices(
    read: Reading, *, product_id: str, contract_sid: str, after: tuple[str, date], limit: int
) -> list[Price]:
    """The price book, or a contract's own prices, by product and period; PRODUCT_NOT_FOUND or CONTRACT_NOT_FOUND."""
    if product_id and not await products.product_keys(read.connection, [product_id]):
        raise BillingError(Reason.PRODUCT_NOT_FOUND, f"there is no product {product_id!r}", "product_id")
    if contract_sid and not await prices.contract_keys(read.connection, [contract_sid]):
        raise BillingError(Reason.CONTRACT_NOT_FOUND, f"there is no contract {contract_sid}", "contract_sid")
    return await prices.list_prices(read.connection, contract_sid, product_id, after, limit)
