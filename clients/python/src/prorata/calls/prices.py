"""Calls about products and the price book."""

from collections.abc import AsyncIterator, Iterable
from functools import partial
from uuid import UUID

from prorata.calls.pages import iterate_pages
from prorata.calls.services import BillingServiceCalls
from prorata.connection import request_id_text
from prorata.v1.billing_service_pb2 import (
    ListPricesRequest,
    ListPricesResponse,
    ListProductsRequest,
    ListProductsResponse,
    PublishPricesRequest,
    PutProductRequest,
)
from prorata.v1.product_pb2 import (
    PRODUCT_FAMILY_PLATFORM,
    PRODUCT_STAGE_GENERALLY_AVAILABLE,
    Product,
    ProductFamily,
    ProductPrice,
    ProductStage,
)


class PriceCalls(BillingServiceCalls):
    """Products and prices (4.5, 4.7)."""

    async def list_products(
        self,
        *,
        period: str = "",
        page_size: int = 0,
        page_token: str = "",
        timeout_seconds: float | None = None,
    ) -> ListProductsResponse:
        """A page of the products, by id, with the stage and family of a period."""
        request = ListProductsRequest(period=period, page_size=page_size, page_token=page_token)
        return await self._connection.call(self._stub.ListProducts, request, timeout_seconds)

    def iterate_products(
        self, *, period: str = "", page_size: int = 0, timeout_seconds: float | None = None
    ) -> AsyncIterator[Product]:
        """All products, as `list_products` pages them."""
        fetch = partial(self.list_products, period=period, page_size=page_size, timeout_seconds=timeout_seconds)
        return iterate_pages(lambda token: fetch(page_token=token), lambda page: page.products)

    async def put_product(
        self,
        product_id: str,
        *,
        display_name: str,
        unit: str,
        stage: ProductStage.ValueType = PRODUCT_STAGE_GENERALLY_AVAILABLE,
        family: ProductFamily.ValueType = PRODUCT_FAMILY_PLATFORM,
        effective_period: str = "",
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> Product:
        """Make a product, or change it, its stage and family from a period on (4.7).

        Fails with PERIOD_CLOSED.
        """
        request = PutProductRequest(
            request_id=request_id_text(request_id),
            product_id=product_id,
            display_name=display_name,
            unit=unit,
            stage=stage,
            family=family,
            effective_period=effective_period,
        )
        return (await self._connection.call(self._stub.PutProduct, request, timeout_seconds)).product

    async def publish_prices(
        self,
        prices: Iterable[ProductPrice],
        *,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> list[ProductPrice]:
        """Publish at most 1,000 prices, all or none; `per_unit_price`, `graduated_price`, `volume_price` and
        `package_price` make them.

        Fails with PRODUCT_NOT_FOUND, CONTRACT_NOT_FOUND or PERIOD_CLOSED.
        """
        request = PublishPricesRequest(request_id=request_id_text(request_id), prices=prices)
        return list((await self._connection.call(self._stub.PublishPrices, request, timeout_seconds)).prices)

    async def list_prices(
        self,
        *,
        product_id: str = "",
        contract_sid: str = "",
        page_size: int = 0,
        page_token: str = "",
        timeout_seconds: float | None = None,
    ) -> ListPricesResponse:
        """A page of the price book, or of a contract's own prices, by product and period.

        Fails with PRODUCT_NOT_FOUND or CONTRACT_NOT_FOUND.
        """
        request = ListPricesRequest(
            product_id=product_id, contract_sid=contract_sid, page_size=page_size, page_token=page_token
        )
        return await self._connection.call(self._stub.ListPrices, request, timeout_seconds)

    def iterate_prices(
        self,
        *,
        product_id: str = "",
        contract_sid: str = "",
        page_size: int = 0,
        timeout_seconds: float | None = None,
    ) -> AsyncIterator[ProductPrice]:
        """All prices, as `list_prices` pages them."""
        fetch = partial(
            self.list_prices,
            product_id=product_id,
            contract_sid=contract_sid,
            page_size=page_size,
            timeout_seconds=timeout_seconds,
        )
        return iterate_pages(lambda token: fetch(page_token=token), lambda page: page.prices)
