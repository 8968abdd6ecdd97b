"""BillingService: usage, prices, charges and the month-end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import grpc

from billing.errors import invalid
from billing.explanation import explain
from billing.messages.basic import (
    charge_id_from_text,
    decimal_from_text,
    moment_from_timestamp,
    optional_period,
    period_from_text,
)
from billing.messages.charges import charge_message, total_messages
from billing.operations import charges, closing, previews, products
from billing.operations import usage as usages
from billing.operations.context import Writing, closing_write, reading, snapshot
from billing.period import Period
from billing.products import Family, Stage
from billing.store import closings, requests
from billing.store.usage_sums import Grouping
from billing.views import totals
from prorata.v1 import billing_service_pb2 as pb
from prorata.v1.billing_service_pb2_grpc import BillingServiceServicer
from prorata.v1.charge_pb2 import ChargeRecord
from prorata.v1.closing_pb2 import CLOSING_STATE_RUNNING, Closing
from prorata.v1.product_pb2 import ProductPrice
from server import usage
from server.charge_messages import closing_message, explanation_message
from server.desk import Desk
from server.pages import cut_page, page_limit, page_start
from server.resources import audit_event_message, price_messages, product_message
from server.usage_messages import recorded_usage_message, usage_summary_message

Context = grpc.aio.ServicerContext[Any, Any]

FEED_PAGE = 500
MESSAGE_BYTES = 2**20
LAST = 2**62
BEFORE_ALL = UUID(int=0)


class BillingService(BillingServiceServicer):
    """The handlers: parse, one operation, convert, return."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._store = desk.store

    async def RecordUsage(self, request: pb.RecordUsageRequest, context: Context) -> pb.RecordUsageResponse:
        return await usage.record_usage(self._desk.ingestor, request)

    async def StreamUsage(
        self, request_iterator: AsyncIterator[pb.StreamUsageRequest], context: Context
    ) -> AsyncIterator[pb.StreamUsageResponse]:
        async for response in usage.stream_usage(self._desk.ingestor, request_iterator):
            yield response

    async def ListUsage(self, request: pb.ListUsageRequest, context: Context) -> pb.ListUsageResponse:
        [after] = page_start(request, [BEFORE_ALL])
        async with reading(self._store) as read:
            found = await usages.list_usage(
                read,
                account_sid=request.account_sid,
                period=period_from_text(request.period, "period"),
                product_id=request.product_id or None,
                after=after if request.page_token else None,
                limit=page_limit(request),
            )
        page, token = cut_page(request, found, lambda event: [event.event_id])
        currency = self._store.currency
        return pb.ListUsageResponse(
            usage=[recorded_usage_message(request.account_sid, event, currency) for event in page],
            next_page_token=token,
        )

    async def GetUsageSummary(self, request: pb.GetUsageSummaryRequest, context: Context) -> pb.GetUsageSummaryResponse:
        as_of = moment_from_timestamp(request, "as_of_time")
        async with snapshot(self._store) as read:
            rows = await usages.summarize_usage(
                read,
                account_sid=request.account_sid,
                period=period_from_text(request.period, "period"),
                include_subaccounts=request.include_subaccounts,
                grouping=Grouping(request.by_account, request.by_product, request.by_day),
                as_of_time=as_of,
            )
        return pb.GetUsageSummaryResponse(rows=[usage_summary_message(row, self._store.currency) for row in rows])

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

    async def PreviewCharges(self, request: pb.PreviewChargesRequest, context: Context) -> pb.PreviewChargesResponse:
        period = optional_period(request.period, "period")
        async with snapshot(self._store) as read:
            records = await previews.preview_charges(read, account_sid=request.account_sid, period=period)
        currency = self._store.currency
        return pb.PreviewChargesResponse(
            records=[charge_message(record, currency) for record in records],
            totals=total_messages(totals(records), currency),
        )

    async def ListCharges(self, request: pb.ListChargesRequest, context: Context) -> pb.ListChargesResponse:
        [after_position] = page_start(request, [0])
        period = optional_period(request.period, "period")
        closing_period = optional_period(request.closing_period, "closing_period")
        async with snapshot(self._store) as read:
            found = await charges.list_charges(
                read,
                payer_sid=request.payer_account_sid,
                period=period,
                closing_period=closing_period,
                kind=request.kind,
                after_position=after_position,
                limit=page_limit(request),
            )
        page, token = cut_page(request, found, lambda record: [record.position])
        return pb.ListChargesResponse(
            records=[charge_message(record, self._store.currency) for record in page], next_page_token=token
        )

    async def GetCharge(self, request: pb.GetChargeRequest, context: Context) -> pb.GetChargeResponse:
        async with snapshot(self._store) as read:
            record = await charges.get_charge(read, charge_id_from_text(request.charge_id))
        return pb.GetChargeResponse(record=charge_message(record, self._store.currency))

    async def ExplainCharge(self, request: pb.ExplainChargeRequest, context: Context) -> pb.ExplainChargeResponse:
        async with snapshot(self._store) as read:
            record = await charges.get_charge(read, charge_id_from_text(request.charge_id))
        currency = self._store.currency
        return pb.ExplainChargeResponse(explanation=explanation_message(explain(record, currency), currency))

    async def StreamCharges(
        self, request: pb.StreamChargesRequest, context: Context
    ) -> AsyncIterator[pb.StreamChargesResponse]:
        if request.WhichOneof("start") == "consumer" and not request.consumer:
            raise invalid("consumer", "consumer is empty: name it, or begin with after_position")
        async with reading(self._store) as read:
            position = await charges.feed_start(read, after_position=request.after_position, consumer=request.consumer)
        while True:
            signal = self._desk.signals.expect()
            async with snapshot(self._store) as read:
                found = await charges.feed_after(read, position, FEED_PAGE)
            if found:
                assert found[0].position == position + 1, "the feed has a gap"
                position = found[-1].position
                for records in _in_messages(charge_message(record, self._store.currency) for record in found):
                    yield pb.StreamChargesResponse(records=records, last_position=records[-1].position)
            elif request.follow:
                await self._desk.signals.wait(signal)
            else:
                return

    async def AcknowledgeCharges(
        self, request: pb.AcknowledgeChargesRequest, context: Context
    ) -> pb.AcknowledgeChargesResponse:
        async def work(write: Writing) -> pb.AcknowledgeChargesResponse:
            position = await charges.acknowledge(write, consumer=request.consumer, position=request.position)
            return pb.AcknowledgeChargesResponse(position=position)

        return await self._desk.write(request, pb.AcknowledgeChargesResponse, request.consumer, work)

    async def StartClosing(self, request: pb.StartClosingRequest, context: Context) -> pb.StartClosingResponse:
        period = period_from_text(request.period, "period")

        async def work(write: Writing) -> pb.StartClosingResponse:
            started = await closing.start_closing(write, period)
            return pb.StartClosingResponse(closing=await self._progress(write, started))

        response = await self._desk.write(request, pb.StartClosingResponse, request.period, work, closing_write)
        await self._desk.ring("sweep")
        return response

    async def GetClosing(self, request: pb.GetClosingRequest, context: Context) -> pb.GetClosingResponse:
        return pb.GetClosingResponse(closing=await self._closing(request.period))

    async def WatchClosing(
        self, request: pb.WatchClosingRequest, context: Context
    ) -> AsyncIterator[pb.WatchClosingResponse]:
        shown: Closing | None = None
        while True:
            signal = self._desk.signals.expect()
            found = await self._closing(request.period)
            if found != shown:
                shown = found
                yield pb.WatchClosingResponse(closing=found)
            if found.state != CLOSING_STATE_RUNNING:
                return
            await self._desk.signals.wait(signal)

    async def ListClosings(self, request: pb.ListClosingsRequest, context: Context) -> pb.ListClosingsResponse:
        [before_number] = page_start(request, [LAST])
        async with snapshot(self._store) as read:
            found = await closing.list_closings(read, before_number=before_number, limit=page_limit(request))
        page, token = cut_page(request, found, lambda progress: [progress.closing.closing_number])
        return pb.ListClosingsResponse(
            closings=[closing_message(progress, self._store.currency) for progress in page], next_page_token=token
        )

    async def RetryClosingFailures(
        self, request: pb.RetryClosingFailuresRequest, context: Context
    ) -> pb.RetryClosingFailuresResponse:
        period = period_from_text(request.period, "period")

        async def work(write: Writing) -> pb.RetryClosingFailuresResponse:
            retried = await closing.retry_failures(write, period)
            return pb.RetryClosingFailuresResponse(closing=await self._progress(write, retried))

        response = await self._desk.write(request, pb.RetryClosingFailuresResponse, request.period, work)
        await self._desk.ring("sweep")
        return response

    async def ReleaseClosingFailures(
        self, request: pb.ReleaseClosingFailuresRequest, context: Context
    ) -> pb.ReleaseClosingFailuresResponse:
        period = period_from_text(request.period, "period")

        async def work(write: Writing) -> pb.ReleaseClosingFailuresResponse:
            released = await closing.release_failures(write, period, request.owner_sids)
            return pb.ReleaseClosingFailuresResponse(closing=await self._progress(write, released))

        response = await self._desk.write(request, pb.ReleaseClosingFailuresResponse, request.period, work)
        await self._desk.ring("sweep")
        return response

    async def ListAuditEvents(self, request: pb.ListAuditEventsRequest, context: Context) -> pb.ListAuditEventsResponse:
        [before_number] = page_start(request, [LAST])
        async with reading(self._store) as read:
            found = await requests.list_audit_events(
                read.connection, before_number, page_limit(request), request.subject
            )
        page, token = cut_page(request, found, lambda event: [event.event_number])
        return pb.ListAuditEventsResponse(events=map(audit_event_message, page), next_page_token=token)

    async def _closing(self, period: str) -> Closing:
        async with snapshot(self._store) as read:
            progress = await closing.get_progress(read, period_from_text(period, "period"))
        return closing_message(progress, self._store.currency)

    async def _progress(self, write: Writing, found: Any) -> Closing:
        latest = await closings.by_number(write.connection, found.closing_number)
        return closing_message(await closing.progress_of(write.connection, latest), self._store.currency)


def _price(price: ProductPrice, path: str) -> tuple[str, Period, Decimal]:
    if not price.HasField("per_unit"):
        raise invalid(f"{path}.per_unit", "the pricing is missing: give a price per unit")
    return (
        price.product_id,
        period_from_text(price.effective_period, f"{path}.effective_period"),
        decimal_from_text(price.per_unit.unit_price, f"{path}.per_unit.unit_price"),
    )


def _in_messages(records: Iterable[ChargeRecord]) -> Iterator[list[ChargeRecord]]:
    """Records in stretches that stay well below what a client takes in one message by default (4 MB)."""
    stretch: list[ChargeRecord] = []
    size = 0
    for record in records:
        stretch.append(record)
        size += record.ByteSize()
        if size >= MESSAGE_BYTES:
            yield stretch
            stretch, size = [], 0
    if stretch:
        yield stretch
