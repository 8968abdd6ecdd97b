"""PlanService: the catalogue of support plans."""

from __future__ import annotations

from billing.messages.basic import day_from_date
from billing.operations import plans
from billing.operations.context import reading
from prorata.v1 import plan_service_pb2 as pb
from server.handlers import Context, Handlers
from server.resources import (
    plan_message,
)


class CatalogueHandlers(Handlers):
    """Reading the catalogue."""

    async def ListPlans(self, request: pb.ListPlansRequest, context: Context) -> pb.ListPlansResponse:
        asked = day_from_date(request, "day")
        async with reading(self._store) as read:
            catalogue = await plans.get_catalogue(read)
        day = asked or read.today
        return pb.ListPlansResponse(
            plans=[
                plan_message(plan, plan.on(day), request.language_code, self._store.currency)
                for plan in catalogue.plans.values()
            ]
        )

    async def GetPlan(self, request: pb.GetPlanRequest, context: Context) -> pb.GetPlanResponse:
        asked = day_from_date(request, "day")
        async with reading(self._store) as read:
            plan = await plans.get_plan(read, request.plan_id)
        version = plan.on(asked or read.today)
        return pb.GetPlanResponse(plan=plan_message(plan, version, request.language_code, self._store.currency))
