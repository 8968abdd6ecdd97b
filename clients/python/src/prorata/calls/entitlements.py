"""Calls about what an account may use of support."""

from datetime import date

from prorata.calls.services import PlanServiceCalls
from prorata.days import day_to_date
from prorata.v1.entitlement_pb2 import Entitlements
from prorata.v1.plan_service_pb2 import GetEntitlementsRequest


class EntitlementCalls(PlanServiceCalls):
    """Entitlements in words (2.1, 2.2, 3.3)."""

    async def get_entitlements(
        self,
        account_sid: str,
        *,
        day: date | None = None,
        language_code: str = "",
        timeout_seconds: float | None = None,
    ) -> Entitlements:
        """What an account may use of support on a day, in a language (BCP 47). Fails with ACCOUNT_NOT_FOUND."""
        request = GetEntitlementsRequest(account_sid=account_sid, day=day_to_date(day), language_code=language_code)
        return (await self._connection.call(self._stub.GetEntitlements, request, timeout_seconds)).entitlements
