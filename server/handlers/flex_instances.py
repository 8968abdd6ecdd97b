"""PlanService: Flex instances."""

from __future__ import annotations

from billing.flex import FlexModel
from billing.messages.basic import day_from_date
from billing.operations import flex_instances
from billing.operations.context import Writing, reading
from prorata.v1 import plan_service_pb2 as pb
from server.flex_messages import flex_instance_message
from server.handlers import Context, Handlers


class FlexInstanceHandlers(Handlers):
    """Flex instances and their pricing models."""

    async def AddFlexInstance(self, request: pb.AddFlexInstanceRequest, context: Context) -> pb.AddFlexInstanceResponse:
        model = FlexModel(request.pricing_model)

        async def work(write: Writing) -> pb.AddFlexInstanceResponse:
            added = await flex_instances.add_instance(write, account_sid=request.account_sid, model=model)
            return pb.AddFlexInstanceResponse(instance=flex_instance_message(added))

        return await self._desk.write(request, pb.AddFlexInstanceResponse, request.account_sid, work)

    async def GetFlexInstance(self, request: pb.GetFlexInstanceRequest, context: Context) -> pb.GetFlexInstanceResponse:
        day = day_from_date(request, "day")
        async with reading(self._store) as read:
            found = await flex_instances.get_instance(read, account_sid=request.account_sid, day=day)
        return pb.GetFlexInstanceResponse(instance=flex_instance_message(found))

    async def ChangeFlexPricing(
        self, request: pb.ChangeFlexPricingRequest, context: Context
    ) -> pb.ChangeFlexPricingResponse:
        model = FlexModel(request.pricing_model)

        async def work(write: Writing) -> pb.ChangeFlexPricingResponse:
            changed = await flex_instances.change_pricing(write, account_sid=request.account_sid, model=model)
            return pb.ChangeFlexPricingResponse(instance=flex_instance_message(changed))

        return await self._desk.write(request, pb.ChangeFlexPricingResponse, request.account_sid, work)

    async def WithdrawFlexPricingChange(
        self, request: pb.WithdrawFlexPricingChangeRequest, context: Context
    ) -> pb.WithdrawFlexPricingChangeResponse:
        async def work(write: Writing) -> pb.WithdrawFlexPricingChangeResponse:
            changed = await flex_instances.withdraw_change(write, account_sid=request.account_sid)
            return pb.WithdrawFlexPricingChangeResponse(instance=flex_instance_message(changed))

        return await self._desk.write(request, pb.WithdrawFlexPricingChangeResponse, request.account_sid, work)
