"""PlanService: corrections of the plans held."""

from __future__ import annotations

from billing.messages.basic import day_from_date
from billing.messages.plan_prices import plan_price_from_field
from billing.operations import plan_history
from billing.operations.context import Writing
from prorata.v1 import plan_service_pb2 as pb
from server.handlers import Context, Handlers
from server.resources import subscription_period_message


class PlanHistoryHandlers(Handlers):
    """Correcting which plans an owner held."""

    async def CorrectPlanHistory(
        self, request: pb.CorrectPlanHistoryRequest, context: Context
    ) -> pb.CorrectPlanHistoryResponse:
        start_day, end_day = day_from_date(request, "start_day"), day_from_date(request, "end_day")
        assert start_day is not None, "the limits require it"
        own_price = plan_price_from_field(request, "own_price", self._store.currency)

        async def work(write: Writing) -> pb.CorrectPlanHistoryResponse:
            recorded = await plan_history.correct_plan_history(
                write,
                owner_sid=request.owner_sid,
                plan_id=request.plan_id,
                own_price=own_price,
                start_day=start_day,
                end_day=end_day,
            )
            return pb.CorrectPlanHistoryResponse(
                subscriptions=[subscription_period_message(request.owner_sid, run) for run in recorded]
            )

        return await self._desk.write(request, pb.CorrectPlanHistoryResponse, request.owner_sid, work)
