"""BillingService: corrections of usage."""

from __future__ import annotations

from billing.messages.basic import period_from_text
from billing.operations.context import Writing
from billing.operations.usage_corrections import correct_usage, void_usage
from prorata.v1 import billing_service_pb2 as pb
from server.handlers import Context, Handlers
from server.usage_messages import event_ids_to_void, recorded_usage_message, wanted_corrections


class UsageCorrectionHandlers(Handlers):
    """Voiding and correcting usage."""

    async def VoidUsage(self, request: pb.VoidUsageRequest, context: Context) -> pb.VoidUsageResponse:
        sid, period = request.account_sid, period_from_text(request.period, "period")
        event_ids = event_ids_to_void(request.event_ids)

        async def work(write: Writing) -> pb.VoidUsageResponse:
            voided = await void_usage(write, account_sid=sid, period=period, event_ids=event_ids)
            return pb.VoidUsageResponse(voided_count=voided.voided_count, repeated_count=voided.repeated_count)

        return await self._desk.write(request, pb.VoidUsageResponse, sid, work)

    async def CorrectUsage(self, request: pb.CorrectUsageRequest, context: Context) -> pb.CorrectUsageResponse:
        sid, period = request.account_sid, period_from_text(request.period, "period")
        wanted = wanted_corrections(request.corrections)

        async def work(write: Writing) -> pb.CorrectUsageResponse:
            kept = await correct_usage(write, account_sid=sid, period=period, wanted=wanted)
            currency = self._store.currency
            return pb.CorrectUsageResponse(usage=[recorded_usage_message(sid, event, currency) for event in kept])

        return await self._desk.write(request, pb.CorrectUsageResponse, sid, work)
