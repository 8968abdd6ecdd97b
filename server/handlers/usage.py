"""BillingService: usage."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from billing.messages.basic import (
    moment_from_timestamp,
    period_from_text,
)
from billing.operations import usage as usages
from billing.operations.context import snapshot
from billing.store.usage_sums import Grouping
from prorata.v1 import billing_service_pb2 as pb
from server import usage
from server.handlers import Context, Handlers
from server.pages import cut_page, page_limit, page_start
from server.usage_messages import recorded_usage_message
from server.usage_summary_messages import summary_page, summary_start, written_usage_summary

BEFORE_ALL = UUID(int=0)


class UsageHandlers(Handlers):
    """Recording and reading usage."""

    async def RecordUsage(self, request: pb.RecordUsageRequest, context: Context) -> pb.RecordUsageResponse:
        return await self._desk.record_calls.record(request)

    async def StreamUsage(
        self, request_iterator: AsyncIterator[pb.StreamUsageRequest], context: Context
    ) -> AsyncIterator[pb.StreamUsageResponse]:
        async for response in usage.stream_usage(self._desk.ingestor, request_iterator):
            yield response

    async def ListUsage(self, request: pb.ListUsageRequest, context: Context) -> pb.ListUsageResponse:
        [after] = page_start(request, [BEFORE_ALL])
        async with snapshot(self._store) as read:
            found = await usages.list_usage(
                read,
                account_sid=request.account_sid,
                period=period_from_text(request.period, "period"),
                product_id=request.product_id or None,
                after=after if request.page_token else None,
                limit=page_limit(request),
            )
        page, token = cut_page(
            request,
            found,
            lambda event: [event.event_id],
            lambda event: recorded_usage_message(request.account_sid, event, self._store.currency),
        )
        return pb.ListUsageResponse(usage=page, next_page_token=token)

    async def GetUsageSummary(
        self, request: pb.GetUsageSummaryRequest, context: Context
    ) -> Any:  # an answer that is written already
        as_of = moment_from_timestamp(request, "as_of_time")
        period = period_from_text(request.period, "period")
        after = summary_start(request, period)
        found = await usages.summary(
            self._store,
            account_sid=request.account_sid,
            period=period,
            include_subaccounts=request.include_subaccounts,
            grouping=Grouping(request.by_account, request.by_product, request.by_day),
            as_of_time=as_of,
        )
        page, token = summary_page(request, found, after, period)
        return written_usage_summary(page, self._store.currency, token)
