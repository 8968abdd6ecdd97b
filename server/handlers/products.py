"""BillingService: products and the price book."""

from __future__ import annotations

from datetime import date

from billing.errors import invalid
from billing.messages.basic import optional_period
from billing.operations import flex_prices, products
from billing.operations.context import Writing, reading
from billing.products import Family, Stage
from prorata.v1 import billing_service_pb2 as pb
from server.flex_messages import flex_price_messages, wanted_prices
from server.handlers import Context, Handlers
from server.pages import cut_page, page_limit, page_start
from server.product_messages import price_from_message, price_message, price_messages, product_message


class ProductHandlers(Handlers):
    """Products and their prices."""

    async def ListProducts(self, request: pb.ListProductsRequest, context: Context) -> pb.ListProductsResponse:
        [after_id] = page_start(request, [""])
        period = optional_period(request.period, "period")
        async with reading(self._store) as read:
            found = await products.list_products(read, period=period, after_id=after_id, limit=page_limit(request))
        page, token = cut_page(request, found, lambda product: [product.product_id], product_message)
        return pb.ListProductsResponse(products=page, next_page_token=token)

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
        if not (request.prices or request.flex_prices):
            raise invalid("prices", "there is no price: give at least one")
        wanted = [price_from_message(price, f"prices[{index}]") for index, price in enumerate(request.prices)]

        wanted_flex = wanted_prices(request.flex_prices, self._store.currency)

        async def work(write: Writing) -> pb.PublishPricesResponse:
            published = await products.publish_prices(write, wanted)
            of_flex = await flex_prices.publish_prices(write, wanted_flex)
            return pb.PublishPricesResponse(
                prices=price_messages(published), flex_prices=flex_price_messages(of_flex, self._store.currency)
            )

        subject = request.prices[0].product_id if len(request.prices) == 1 else ""
        return await self._desk.write(request, pb.PublishPricesResponse, subject, work)

    async def ListPrices(self, request: pb.ListPricesRequest, context: Context) -> pb.ListPricesResponse:
        after_id, after_month = page_start(request, ["", date.min])
        async with reading(self._store) as read:
            found = await products.list_prices(
                read,
                product_id=request.product_id,
                contract_sid=request.contract_sid,
                after=(after_id, after_month),
                limit=page_limit(request),
            )
            first_of_all = not (request.page_token or request.product_id or request.contract_sid)
            of_flex = await flex_prices.list_prices(read) if first_of_all else []
        page, token = cut_page(request, found, lambda price: [price.product_id, price.start.first_day], price_message)
        return pb.ListPricesResponse(
            prices=page,
            next_page_token=token,
            flex_prices=flex_price_messages(of_flex, self._store.currency),
        )
