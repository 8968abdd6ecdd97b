"""BillingService: rehearsals of the month-end."""

from __future__ import annotations

from collections.abc import AsyncIterator

from billing.messages.basic import optional_period, period_from_text
from billing.operations import rehearsal_progress as progress
from billing.operations import rehearsals
from billing.operations.context import Writing, snapshot
from prorata.v1 import billing_service_pb2 as pb
from prorata.v1.rehearsal_pb2 import REHEARSAL_STATE_RUNNING, Rehearsal
from server.handlers import Context, Handlers
from server.pages import cut_page, page_limit, page_start
from server.rehearsal_messages import rehearsal_message

LAST = 2**62


class RehearsalHandlers(Handlers):
    """Rehearsing a closing."""

    async def RehearseClosing(self, request: pb.RehearseClosingRequest, context: Context) -> pb.RehearseClosingResponse:
        period = period_from_text(request.period, "period")

        async def work(write: Writing) -> pb.RehearseClosingResponse:
            number = await rehearsals.start_rehearsal(write, period)
            found = await progress.get_rehearsal(write.connection, number)
            return pb.RehearseClosingResponse(rehearsal=rehearsal_message(found, self._store.currency))

        response = await self._desk.write(request, pb.RehearseClosingResponse, request.period, work)
        await self._desk.ring("sweep")
        return response

    async def GetRehearsal(self, request: pb.GetRehearsalRequest, context: Context) -> pb.GetRehearsalResponse:
        return pb.GetRehearsalResponse(rehearsal=await self._rehearsal(request.rehearsal_number))

    async def WatchRehearsal(
        self, request: pb.WatchRehearsalRequest, context: Context
    ) -> AsyncIterator[pb.WatchRehearsalResponse]:
        shown: Rehearsal | None = None
        while True:
            signal = self._desk.signals.expect()
            found = await self._rehearsal(request.rehearsal_number)
            if found != shown:
                shown = found
                yield pb.WatchRehearsalResponse(rehearsal=found)
            if found.state != REHEARSAL_STATE_RUNNING:
                return
            await self._desk.signals.wait(signal)

    async def ListRehearsals(self, request: pb.ListRehearsalsRequest, context: Context) -> pb.ListRehearsalsResponse:
        [before_number] = page_start(request, [LAST])
        period = optional_period(request.period, "period")
        async with snapshot(self._store) as read:
            found = await progress.list_rehearsals(
                read, period=period, before_number=before_number, limit=page_limit(request)
            )
        page, token = cut_page(
            request,
            found,
            lambda each: [each.of.rehearsal_number],
            lambda each: rehearsal_message(each, self._store.currency),
        )
        return pb.ListRehearsalsResponse(rehearsals=page, next_page_token=token)

    async def _rehearsal(self, rehearsal_number: int) -> Rehearsal:
        async with snapshot(self._store) as read:
            found = await progress.get_rehearsal(read.connection, rehearsal_number)
        return rehearsal_message(found, self._store.currency)
