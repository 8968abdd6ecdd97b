"""Publishing and listing the prices of Flex with their quotas (7.2, 7.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.errors import BillingError, Reason, invalid
from billing.flex import FlexModel
from billing.operations.context import Reading, Writing
from billing.operations.days import check_open, first_open_period
from billing.period import Period, oldest_period
from billing.store import flex_prices, products
from billing.store.flex_prices import ListedPrice, NewPrice

PRICE_LIMIT = Decimal(10**9)


@dataclass(frozen=True, slots=True)
class WantedPrice:
    """A price to be published.

    Attributes:
        model: whose price.
        start: the first period it holds in.
        unit_price: per user or hour, at most 9 decimal places.
        quotas: product id and how much of it a user or an hour includes, in 10⁻⁶ of the unit.
    """

    model: FlexModel
    start: Period
    unit_price: Decimal
    quotas: Sequence[tuple[str, int]]


async def publish_prices(write: Writing, wanted: Sequence[WantedPrice]) -> list[ListedPrice]:
    """Publish prices with their quotas: all, or none.

    Raises:
        BillingError: INVALID_FIELD, PRODUCT_NOT_FOUND or PERIOD_CLOSED.
    """
    _check_fields(wanted)
    if not wanted:
        return []
    product_ids = {product_id for price in wanted for product_id, _ in price.quotas}
    keys = await products.product_keys(write.connection, sorted(product_ids))
    await flex_prices.lock_prices(write.connection)
    first_open = await first_open_period(write.connection)
    for index, price in enumerate(wanted):
        _check_products(price, keys, f"flex_prices[{index}]")
        if price.start < oldest_period(write.current_period):  # what is closed within the reach is settled (6.5)
            check_open(price.start, first_open, f"flex_prices[{index}].effective_period")
    rows = [
        NewPrice(price.model, price.start, price.unit_price, {keys[each]: micros for each, micros in price.quotas})
        for price in wanted
    ]
    await flex_prices.save_prices(write.connection, rows, write.now, write.cutoff)
    return [ListedPrice(price.model, price.start, price.unit_price, sorted(price.quotas)) for price in wanted]


async def list_prices(read: Reading) -> list[ListedPrice]:
    """All prices of Flex, by model and period."""
    return await flex_prices.list_prices(read.connection)


def _check_fields(wanted: Sequence[WantedPrice]) -> None:
    seen: set[tuple[FlexModel, Period]] = set()
    for index, price in enumerate(wanted):
        path = f"flex_prices[{index}]"
        if not 0 <= price.unit_price < PRICE_LIMIT:
            raise invalid(f"{path}.unit_price", "a price is not negative and below 10⁹")
        if price.quotas and not price.model.fair_use:
            raise invalid(f"{path}.quotas", "User + Usage includes no quotas (7.2): give none")
        named: set[str] = set()
        for place, (product_id, _) in enumerate(price.quotas):
            if product_id in named:
                raise invalid(f"{path}.quotas[{place}].product_id", f"a second quota of {product_id}: give one")
            named.add(product_id)
        if (price.model, price.start) in seen:
            raise invalid(path, f"a second price of {price.model.in_words} from {price.start} on: give one")
        seen.add((price.model, price.start))


def _check_products(price: WantedPrice, keys: dict[str, int], path: str) -> None:
    for place, (product_id, _) in enumerate(price.quotas):
        if product_id not in keys:
            message = f"there is no product {product_id!r}: make it with PutProduct"
            raise BillingError(Reason.PRODUCT_NOT_FOUND, message, f"{path}.quotas[{place}].product_id")
