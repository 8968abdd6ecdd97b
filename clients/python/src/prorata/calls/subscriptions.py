"""Calls about the plans held."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from functools import partial
from uuid import UUID

from prorata.calls.pages import iterate_pages
from prorata.calls.services import PlanServiceCalls
from prorata.connection import request_id_text
from prorata.days import day_to_date
from prorata.moments import moment_to_timestamp
from prorata.v1.plan_service_pb2 import (
    ChangePlanRequest,
    GetSubscriptionRequest,
    ListSubscriptionsRequest,
    ListSubscriptionsResponse,
    PreviewPlanChangeRequest,
    PreviewPlanChangeResponse,
    WithdrawPlanChangeRequest,
)
from prorata.v1.subscription_pb2 import PlanChange, Subscription, SubscriptionPeriod


class SubscriptionCalls(PlanServiceCalls):
    """The plans held (3)."""

    async def get_subscription(
        self,
        account_sid: str,
        *,
        day: date | None = None,
        as_of_time: datetime | None = None,
        timeout_seconds: float | None = None,
    ) -> Subscription:
        """The plan an account has on a day, as recorded up to a moment (3.12).

        Fails with ACCOUNT_NOT_FOUND.
        """
        request = GetSubscriptionRequest(
            account_sid=account_sid, day=day_to_date(day), as_of_time=moment_to_timestamp(as_of_time)
        )
        return (await self._connection.call(self._stub.GetSubscription, request, timeout_seconds)).subscription

    async def list_subscriptions(
        self,
        account_sid: str,
        *,
        as_of_time: datetime | None = None,
        include_superseded: bool = False,
        page_size: int = 0,
        page_token: str = "",
        timeout_seconds: float | None = None,
    ) -> ListSubscriptionsResponse:
        """A page of the runs of days on which an account's owner held a plan.

        Fails with ACCOUNT_NOT_FOUND.
        """
        request = ListSubscriptionsRequest(
            account_sid=account_sid,
            as_of_time=moment_to_timestamp(as_of_time),
            include_superseded=include_superseded,
            page_size=page_size,
            page_token=page_token,
        )
        return await self._connection.call(self._stub.ListSubscriptions, request, timeout_seconds)

    def iterate_subscriptions(
        self,
        account_sid: str,
        *,
        as_of_time: datetime | None = None,
        include_superseded: bool = False,
        page_size: int = 0,
        timeout_seconds: float | None = None,
    ) -> AsyncIterator[SubscriptionPeriod]:
        """All runs of days, as `list_subscriptions` pages them."""
        fetch = partial(
            self.list_subscriptions,
            account_sid,
            as_of_time=as_of_time,
            include_superseded=include_superseded,
            page_size=page_size,
            timeout_seconds=timeout_seconds,
        )
        return iterate_pages(lambda token: fetch(page_token=token), lambda page: page.subscriptions)

    async def preview_plan_change(
        self,
        account_sid: str,
        plan_id: str,
        *,
        start_day: date | None = None,
        replace_pending: bool = False,
        page_size: int = 0,
        page_token: str = "",
        timeout_seconds: float | None = None,
    ) -> PreviewPlanChangeResponse:
        """What `change_plan` would do and cost, with a page of the records; nothing is stored.

        Fails as `change_plan` does, and with INVALID_PAGE_TOKEN where the record after which the page would begin is
        not charged any more.
        """
        request = PreviewPlanChangeRequest(
            account_sid=account_sid,
            plan_id=plan_id,
            start_day=day_to_date(start_day),
            replace_pending=replace_pending,
            page_size=page_size,
            page_token=page_token,
        )
        return await self._connection.call(self._stub.PreviewPlanChange, request, timeout_seconds)

    async def change_plan(
        self,
        account_sid: str,
        plan_id: str,
        *,
        start_day: date | None = None,
        replace_pending: bool = False,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> PlanChange:
        """Change the plan of a top-level account from a day on, today or at most 366 days ahead (3.2 to 3.6).

        Fails with, in this order, ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND,
        DAY_OUT_OF_RANGE, ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED, PLAN_BY_INQUIRY, CHANGE_PENDING,
        CHANGE_MADE_BY_STAFF, CONTACT_SUPPORT, ACCOUNT_IN_CONTRACT, PLAN_ALREADY_HELD or
        PLAN_STARTED_THAT_DAY.
        """
        request = ChangePlanRequest(
            request_id=request_id_text(request_id),
            account_sid=account_sid,
            plan_id=plan_id,
            start_day=day_to_date(start_day),
            replace_pending=replace_pending,
        )
        return (await self._connection.call(self._stub.ChangePlan, request, timeout_seconds)).change

    async def withdraw_plan_change(
        self,
        account_sid: str,
        *,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> PlanChange:
        """Withdraw the pending change of a top-level account; the change that was pending (3.5).

        Fails with ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, NO_PENDING_CHANGE or CHANGE_MADE_BY_STAFF.
        """
        request = WithdrawPlanChangeRequest(request_id=request_id_text(request_id), account_sid=account_sid)
        response = await self._connection.call(self._stub.WithdrawPlanChange, request, timeout_seconds)
        return response.withdrawn_change
