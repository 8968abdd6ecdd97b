"""PlanService: the catalogue of support plans."""

from __future__ import annotations

from collections.abc import Iterable

from billing.catalogue import Guarantee
from billing.messages.basic import day_from_date
from billing.messages.plan_prices import plan_price_from_field
from billing.operations import catalogue_versions, plans
from billing.operations.context import Writing, reading
from prorata.v1 import plan_service_pb2 as pb
from prorata.v1.plan_pb2 import ResponseGuarantee
from server.handlers import Context, Handlers
from server.resources import plan_message


class CatalogueHandlers(Handlers):
    """Reading the catalogue, and publishing versions of its plans."""

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

    async def PublishPlanVersion(
        self, request: pb.PublishPlanVersionRequest, context: Context
    ) -> pb.PublishPlanVersionResponse:
        effective_day = day_from_date(request, "effective_day")
        price = plan_price_from_field(request, "price", self._store.currency)
        assert effective_day is not None, "the limits require it"
        assert price is not None, "the limits require it"
        guarantees = list(_guarantees(request.guarantees))

        async def work(write: Writing) -> pb.PublishPlanVersionResponse:
            plan, version = await catalogue_versions.publish_plan_version(
                write,
                plan_id=request.plan_id,
                effective_day=effective_day,
                price=price,
                guarantees=guarantees,
                channels=list(request.channels),
                services=list(request.services),
            )
            return pb.PublishPlanVersionResponse(plan=plan_message(plan, version, "", self._store.currency))

        return await self._desk.write(request, pb.PublishPlanVersionResponse, request.plan_id, work)


def _guarantees(messages: Iterable[ResponseGuarantee]) -> Iterable[Guarantee]:
    for message in messages:
        yield Guarantee(message.priority, message.response_minutes, message.clock, message.exclusive)
