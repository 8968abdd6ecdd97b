"""PlanService: what the holder of a plan may use of support."""

from __future__ import annotations

from typing import Any

from billing.messages.basic import day_from_date
from billing.operations import entitlements
from prorata.v1 import plan_service_pb2 as pb
from server.entitlement_messages import entitlements_response
from server.handlers import Context, Handlers


class EntitlementHandlers(Handlers):
    """Reading entitlements."""

    async def GetEntitlements(
        self, request: pb.GetEntitlementsRequest, context: Context
    ) -> Any:  # the answer is written already
        day = day_from_date(request, "day")
        found = await entitlements.get_entitlements(
            self._store,
            self._desk.subscriptions,
            account_sid=request.account_sid,
            day=day,
            language_code=request.language_code,
        )
        return entitlements_response(found, self._store.currency)
