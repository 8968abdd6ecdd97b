"""PlanService: who holds which plan."""

from __future__ import annotations

import asyncio
from datetime import date

from billing.messages.basic import day_from_date, moment_from_timestamp, money_from_minor
from billing.messages.charges import plan_price_message
from billing.operations import plans, previews, subscriptions
from billing.operations.context import Writing, reading, snapshot
from prorata.v1 import plan_service_pb2 as pb
from server.handlers import Context, Handlers
from server.pages import cut_page, page_limit, page_start
from server.preview_messages import change_records
from server.resources import (
    plan_change_message,
    subscription_message,
    subscription_period_message,
)


class SubscriptionHandlers(Handlers):
    """Reading and changing the plans that accounts hold."""

    async def GetSubscription(self, request: pb.GetSubscriptionRequest, context: Context) -> pb.GetSubscriptionResponse:
        day, as_of = day_from_date(request, "day"), moment_from_timestamp(request, "as_of_time")
        found = await self._desk.subscriptions.get(account_sid=request.account_sid, day=day, as_of=as_of)
        return pb.GetSubscriptionResponse(subscription=subscription_message(found))

    async def ListSubscriptions(
        self, request: pb.ListSubscriptionsRequest, context: Context
    ) -> pb.ListSubscriptionsResponse:
        as_of = moment_from_timestamp(request, "as_of_time")
        after_day, after_plan, after_membership = page_start(request, [date.min, 0, 0])
        async with reading(self._store) as read:
            account_sid, runs = await subscriptions.list_subscriptions(
                read,
                account_sid=request.account_sid,
                as_of=as_of,
                include_superseded=request.include_superseded,
                after=(after_day, after_plan, after_membership),
                limit=page_limit(request),
            )
        page, token = cut_page(
            request,
            runs,
            lambda run: [run.held.start, run.held.key, run.membership_key],
            lambda run: subscription_period_message(run.contract_sid or account_sid, run.held),
        )
        return pb.ListSubscriptionsResponse(subscriptions=page, next_page_token=token)

    async def PreviewPlanChange(
        self, request: pb.PreviewPlanChangeRequest, context: Context
    ) -> pb.PreviewPlanChangeResponse:
        start_day = day_from_date(request, "start_day")
        [after] = page_start(request, [""])
        async with snapshot(self._store) as read:
            found = await previews.preview_change(
                read,
                account_sid=request.account_sid,
                plan_id=request.plan_id,
                start_day=start_day,
                staff=self._desk.caller.staff,
                replace_pending=request.replace_pending,
            )
        currency = self._store.currency
        response = pb.PreviewPlanChangeResponse(
            change=plan_change_message(found.change),
            price=plan_price_message(found.price, currency),
            period=str(found.period),
        )
        if found.without is not None and found.with_change is not None:
            response.support_without_change.CopyFrom(money_from_minor(found.without, currency))
            response.support_with_change.CopyFrom(money_from_minor(previews.support_total(found.with_change), currency))
            page, response.next_page_token = await asyncio.to_thread(
                change_records, request, after, found.with_change, currency
            )
            response.records_with_change.extend(page)
        return response

    async def ChangePlan(self, request: pb.ChangePlanRequest, context: Context) -> pb.ChangePlanResponse:
        start_day = day_from_date(request, "start_day")

        async def work(write: Writing) -> pb.ChangePlanResponse:
            change = await plans.change_plan(
                write,
                account_sid=request.account_sid,
                plan_id=request.plan_id,
                start_day=start_day,
                replace_pending=request.replace_pending,
            )
            return pb.ChangePlanResponse(change=plan_change_message(change))

        return await self._desk.write(request, pb.ChangePlanResponse, request.account_sid, work)

    async def WithdrawPlanChange(
        self, request: pb.WithdrawPlanChangeRequest, context: Context
    ) -> pb.WithdrawPlanChangeResponse:
        async def work(write: Writing) -> pb.WithdrawPlanChangeResponse:
            change = await plans.withdraw_change(write, account_sid=request.account_sid)
            return pb.WithdrawPlanChangeResponse(withdrawn_change=plan_change_message(change))

        return await self._desk.write(request, pb.WithdrawPlanChangeResponse, request.account_sid, work)
