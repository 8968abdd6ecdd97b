"""Products and the price book (4.5, 4.7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from billing.errors import BillingError, Reason, invalid
from billing.operations.context import Reading, Writing
from billing.operations.days import check_open, check_period_open, first_open_period
from billing.period import Period
from billing.products import Family, Price, Product, Stage
from billing.store import prices, products, state

PRICE_LIMIT = Decimal(10**9)
PRICE_PLACES = 12


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


async def publish_prices(write: Writing, wanted: Sequence[tuple[str, Period, Decimal]]) -> list[Price]:
    """Publish prices (product, first period, price of a unit): all, or none (4.5)."""
    keys = await products.lock_products(write.connection, [product_id for product_id, _, _ in wanted])
    first_open = await first_open_period(write.connection)
    seen: set[tuple[str, Period]] = set()
    for index, (product_id, start, unit_price) in enumerate(wanted):
        path = f"prices[{index}]"
        if product_id not in keys:
            raise BillingError(
                Reason.PRODUCT_NOT_FOUND,
                f"there is no product {product_id!r}: make it with PutProduct",
                f"{path}.product_id",
            )
        _check_price(unit_price, f"{path}.per_unit.unit_price")
        check_open(start, first_open, f"{path}.effective_period")
        if (product_id, start) in seen:
            raise invalid(path, f"a second price of {product_id} from {start} on: give one")
        seen.add((product_id, start))
    rows = [(keys[product_id], start, unit_price) for product_id, start, unit_price in wanted]
    await prices.save_prices(write.connection, rows, write.now, write.cutoff)
    await state.next_product_generation(write.connection)
    return [Price(product_id, start, unit_price, write.now) for product_id, start, unit_price in wanted]


async def list_products(read: Reading, *, period: Period | None, after_id: str, limit: int) -> list[Product]:
    """Products by id, as they are in a period (the current one when None)."""
    return await products.list_products(read.connection, period or read.current_period, after_id, limit)


async def list_prices(read: Reading, *, product_id: str, after: tuple[str, date], limit: int) -> list[Price]:
    """The price book by product and period; PRODUCT_NOT_FOUND when the product does not exist."""
    if product_id and not await products.product_keys(read.connection, [product_id]):
        raise BillingError(Reason.PRODUCT_NOT_FOUND, f"there is no product {product_id!r}", "product_id")
    return await prices.list_prices(read.connection, product_id, after, limit)


def _check_price(unit_price: Decimal, field: str) -> None:
    exponent = unit_price.as_tuple().exponent
    if not unit_price.is_finite() or unit_price < 0 or unit_price >= PRICE_LIMIT:
        raise invalid(field, "a price is not negative and below 10⁹")
    if isinstance(exponent, int) and -exponent > PRICE_PLACES and unit_price != round(unit_price, PRICE_PLACES):
        raise invalid(field, f"a price has at most {PRICE_PLACES} decimal places")
