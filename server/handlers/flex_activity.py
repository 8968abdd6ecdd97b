"""BillingService: Flex activity."""

from __future__ import annotations

from uuid import UUID

from billing.messages.basic import period_from_text
from billing.operations import flex_activity
from billing.operations.context import Writing, writing
from prorata.v1 import billing_service_pb2 as pb
from server.flex_messages import refused_messages, sent_activity
from server.handlers import Context, Handlers


class FlexActivityHandlers(Handlers):
    """Recording and voiding Flex activity."""

    async def RecordFlexActivity(
        self, request: pb.RecordFlexActivityRequest, context: Context
    ) -> pb.RecordFlexActivityResponse:
        sent = [sent_activity(activity) for activity in request.activities]
        async with writing(self._store, self._desk.caller) as write:
            outcome = await flex_activity.record_activity(write, sent)
        return pb.RecordFlexActivityResponse(
            new_count=outcome.new_count,
            repeated_count=outcome.repeated_count,
            refused_count=len(outcome.refused),
            refused=refused_messages(sent, outcome),
        )

    async def VoidFlexActivity(
        self, request: pb.VoidFlexActivityRequest, context: Context
    ) -> pb.VoidFlexActivityResponse:
        period = period_from_text(request.period, "period")
        event_ids = [UUID(text) for text in request.event_ids]

        async def work(write: Writing) -> pb.VoidFlexActivityResponse:
            outcome = await flex_activity.void_activity(
                write, account_sid=request.account_sid, period=period, event_ids=event_ids
            )
            return pb.VoidFlexActivityResponse(voided_count=outcome.voided_count, repeated_count=outcome.repeated_count)

        return await self._desk.write(request, pb.VoidFlexActivityResponse, request.account_sid, work)
