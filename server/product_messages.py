"""Products and prices as messages of the contract."""

from __future__ import annotations

from collections.abc import Iterable

from billing.messages.basic import period_from_text, timestamp_from_moment
from billing.messages.pricing import message_fields_from_pricing, pricing_from_message
from billing.operations.products import WantedPrice
from billing.products import Price
from billing.products import Product as BillingProduct
from prorata.v1.product_pb2 import Product, ProductPrice


def product_message(product: BillingProduct) -> Product:
    """A product."""
    return Product(
        product_id=product.product_id,
        display_name=product.display_name,
        unit=product.unit,
        stage=int(product.stage),  # type: ignore[arg-type]
        family=int(product.family),  # type: ignore[arg-type]
        covered=product.covered,
        effective_period=str(product.start) if product.start else "",
    )


def price_messages(prices: Iterable[Price]) -> list[ProductPrice]:
    """Versions of prices."""
    return [price_message(price) for price in prices]


def price_message(price: Price) -> ProductPrice:
    """A version of a price."""
    return ProductPrice(
        product_id=price.product_id,
        effective_period=str(price.start),
        contract_sid=price.contract_sid,
        publish_time=timestamp_from_moment(price.publish_time),
        **message_fields_from_pricing(price.pricing),
    )


def price_from_message(price: ProductPrice, path: str) -> WantedPrice:
    """A price to be published; INVALID_FIELD when a period or a number is none."""
    start = period_from_text(price.effective_period, f"{path}.effective_period")
    return WantedPrice(price.product_id, price.contract_sid, start, pricing_from_message(price, path))
