"""Calls that correct which plans were held."""

from datetime import date
from uuid import UUID

from prorata.calls.services import PlanServiceCalls
from prorata.connection import request_id_text
from prorata.days import day_to_date
from prorata.v1.plan_pb2 import PlanPrice
from prorata.v1.plan_service_pb2 import CorrectPlanHistoryRequest
from prorata.v1.subscription_pb2 import SubscriptionPeriod


class PlanHistoryCalls(PlanServiceCalls):
    """Corrections of the past (3.9)."""

    async def correct_plan_history(
        self,
        owner_sid: str,
        plan_id: str,
        *,
        start_day: date,
        end_day: date | None = None,
        own_price: PlanPrice | None = None,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> list[SubscriptionPeriod]:
        """On the days given, the last excluded or open, an owner held a plan; a contract at its own price, if
        one is given. The runs of days that this recorded.

        Fails with ACCOUNT_NOT_FOUND or CONTRACT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND,
        DAY_OUT_OF_RANGE, ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED, CONTRACT_NOT_IN_FORCE or
        ACCOUNT_IN_CONTRACT.
        """
        request = CorrectPlanHistoryRequest(
            request_id=request_id_text(request_id),
            owner_sid=owner_sid,
            start_day=day_to_date(start_day),
            end_day=day_to_date(end_day),
            plan_id=plan_id,
            own_price=own_price,
        )
        response = await self._connection.call(self._stub.CorrectPlanHistory, request, timeout_seconds)
        return list(response.subscriptions)
