"""Calls about the catalogue of support plans."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from prorata.calls.services import PlanServiceCalls
from prorata.connection import request_id_text
from prorata.days import day_to_date
from prorata.v1.plan_pb2 import Plan, PlanPrice, ResponseGuarantee, SupportChannel, SupportService
from prorata.v1.plan_service_pb2 import GetPlanRequest, ListPlansRequest, PublishPlanVersionRequest


class CatalogueCalls(PlanServiceCalls):
    """The catalogue and the versions of its plans (2)."""

    async def list_plans(
        self, *, language_code: str = "", day: date | None = None, timeout_seconds: float | None = None
    ) -> list[Plan]:
        """The catalogue, from the free plan up, in a language (BCP 47), with the versions of a day."""
        request = ListPlansRequest(language_code=language_code, day=day_to_date(day))
        return list((await self._connection.call(self._stub.ListPlans, request, timeout_seconds)).plans)

    async def get_plan(
        self,
        plan_id: str,
        *,
        language_code: str = "",
        day: date | None = None,
        timeout_seconds: float | None = None,
    ) -> Plan:
        """One plan of the catalogue. Fails with PLAN_NOT_FOUND."""
        request = GetPlanRequest(plan_id=plan_id, language_code=language_code, day=day_to_date(day))
        return (await self._connection.call(self._stub.GetPlan, request, timeout_seconds)).plan

    async def publish_plan_version(
        self,
        plan_id: str,
        *,
        effective_day: date,
        price: PlanPrice,
        guarantees: Iterable[ResponseGuarantee] = (),
        channels: Iterable[SupportChannel.ValueType] = (),
        services: Iterable[SupportService.ValueType] = (),
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> Plan:
        """Publish a version of a plan that takes effect tomorrow or later (2.3); `usage_based_price` and
        `flat_price` make a price. The plan with the version published.

        Fails with PLAN_NOT_FOUND, DAY_OUT_OF_RANGE or VERSION_EXISTS.
        """
        request = PublishPlanVersionRequest(
            request_id=request_id_text(request_id),
            plan_id=plan_id,
            effective_day=day_to_date(effective_day),
            price=price,
            guarantees=guarantees,
            channels=channels,
            services=services,
        )
        return (await self._connection.call(self._stub.PublishPlanVersion, request, timeout_seconds)).plan
