"""BillingService: products and the price book."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billing.errors import invalid
from billing.messages.basic import (
    decimal_from_text,
    optional_period,
    period_from_text,
)
from billing.operations import products
from billing.operations.context import Writing, reading
from billing.period import Period
from billing.products import Family, Stage
from prorata.v1 import billing_service_pb2 as pb
from prorata.v1.product_pb2 import ProductPrice
from server.handlers import Context, Handlers
from server.pages import cut_page, page_limit, page_start
from server.resources import price_messages, product_message


class ProductHandlers(Handlers):
    """Products and their prices."""

    async def ListProducts(self, request: pb.ListProductsRequest, context: Context) -> pb.ListProductsResponse:
        [after_id] = page_start(request, [""])
        period = optional_period(request.period, "period")
        async with reading(self._store) as read:
            found = await products.list_products(read, period=period, after_id=after_id, limit=page_limit(request))
        page, token = cut_page(request, found, lambda product: [product.product_id])
        return pb.ListProductsResponse(products=map(product_message, page), next_page_token=token)

    async def PutProduct(self, request: pb.PutProductRequest, context: Context) -> pb.PutProductResponse:
        effective = optional_period(request.effective_period, "effective_period")

        async def work(write: Writing) -> pb.PutProductResponse:
            product = await products.put_product(
                write,
                product_id=request.product_id,
                display_name=request.display_name,
                unit=request.unit,
                stage=Stage(request.stage),
                family=Family(request.family),
                effective_period=effective,
            )
            return pb.PutProductResponse(product=product_message(product))

        return await self._desk.write(request, pb.PutProductResponse, request.product_id, work)

    async def PublishPrices(self, request: pb.PublishPricesRequest, context: Context) -> pb.PublishPricesResponse:
        wanted = [_price(price, f"prices[{index}]") for index, price in enumerate(request.prices)]

        async def work(write: Writing) -> pb.PublishPricesResponse:
            return pb.PublishPricesResponse(prices=price_messages(await products.publish_prices(write, wanted)))

        subject = request.prices[0].product_id if len(request.prices) == 1 else ""
        return await self._desk.write(request, pb.PublishPricesResponse, subject, work)

    async def ListPrices(self, request: pb.ListPricesRequest, context: Context) -> pb.ListPricesResponse:
        after_id, after_month = page_start(request, ["", date.min])
        async with reading(self._store) as read:
            found = await products.list_prices(
                read,
                product_id=request.product_id,
                after=(after_id, after_month),
                limit=page_limit(request),
            )
        page, token = cut_page(request, found, lambda price: [price.product_id, price.start.first_day])
        return pb.ListPricesResponse(prices=price_messages(page), next_page_token=token)


def _price(price: ProductPrice, path: str) -> tuple[str, Period, Decimal]:
    if not price.HasField("per_unit"):
        raise invalid(f"{path}.per_unit", "the pricing is missing: give a price per unit")
    return (
        price.product_id,
        period_from_text(price.effective_period, f"{path}.effective_period"),
        decimal_from_text(price.per_unit.unit_price, f"{path}.per_unit.unit_price"),
    )
