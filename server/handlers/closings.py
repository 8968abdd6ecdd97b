"""BillingService: the month-end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from billing.messages.basic import (
    period_from_text,
)
from billing.operations import closing
from billing.operations import closing_progress as progress
from billing.operations.closing_log import log_reached
from billing.operations.context import Writing, snapshot
from billing.operations.once import closing_write_once
from billing.store import closings
from prorata.v1 import billing_service_pb2 as pb
from prorata.v1.closing_pb2 import CLOSING_STATE_RUNNING, Closing
from server.charge_messages import closing_message
from server.handlers import Context, Handlers
from server.pages import cut_page, page_limit, page_start

LAST = 2**62


class ClosingHandlers(Handlers):
    """Starting, following and finishing closings."""

    async def StartClosing(self, request: pb.StartClosingRequest, context: Context) -> pb.StartClosingResponse:
        period = period_from_text(request.period, "period")

        async def work(write: Writing) -> pb.StartClosingResponse:
            started = await closing.start_closing(write, period)
            return pb.StartClosingResponse(closing=await self._progress(write, started.closing))

        response = await self._desk.write(request, pb.StartClosingResponse, request.period, work, closing_write_once)
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
            found = await progress.list_closings(read, before_number=before_number, limit=page_limit(request))
        page, token = cut_page(
            request,
            found,
            lambda each: [each.of.closing_number],
            lambda each: closing_message(each, self._store.currency),
        )
        return pb.ListClosingsResponse(closings=page, next_page_token=token)

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

        released: list[closing.Released] = []  # by this call: one that is repeated is answered as before

        async def work(write: Writing) -> pb.ReleaseClosingFailuresResponse:
            released.append(await closing.release_failures(write, period, request.owner_sids))
            return pb.ReleaseClosingFailuresResponse(closing=await self._progress(write, released[-1].closing))

        response = await self._desk.write(request, pb.ReleaseClosingFailuresResponse, request.period, work)
        for found, reached in released:
            if reached is not None:
                await log_reached(self._store, found.closing_number, reached)
        await self._desk.ring("sweep")
        return response

    async def _closing(self, period: str) -> Closing:
        async with snapshot(self._store) as read:
            found = await progress.get_progress(read, period_from_text(period, "period"))
        return closing_message(found, self._store.currency)

    async def _progress(self, write: Writing, found: Any) -> Closing:
        latest = await closings.by_number(write.connection, found.closing_number)
        return closing_message(await progress.progress_of(write.connection, latest), self._store.currency)
