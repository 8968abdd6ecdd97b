"""Calls about inquiries for plans that are not self-service."""

from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from uuid import UUID

from prorata.calls.pages import iterate_pages
from prorata.calls.services import PlanServiceCalls
from prorata.connection import request_id_text
from prorata.days import day_to_date
from prorata.v1.inquiry_pb2 import INQUIRY_STATE_UNSPECIFIED, ContactDetails, Inquiry, InquiryState
from prorata.v1.plan_service_pb2 import (
    ListInquiriesRequest,
    ListInquiriesResponse,
    RequestPersonalizedPlanRequest,
    ResolveInquiryRequest,
    ResolveInquiryResponse,
)


class InquiryCalls(PlanServiceCalls):
    """Inquiries (3.7)."""

    async def request_personalized_plan(
        self,
        account_sid: str,
        contact: ContactDetails,
        *,
        plan_id: str = "",
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> Inquiry:
        """Open an inquiry of a top-level account, for the personalized plan when none is named.

        Fails with ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, PLAN_IS_SELF_SERVICE,
        ACCOUNT_CLOSED, ACCOUNT_IN_CONTRACT, PLAN_ALREADY_HELD or INQUIRY_OPEN.
        """
        request = RequestPersonalizedPlanRequest(
            request_id=request_id_text(request_id), account_sid=account_sid, plan_id=plan_id, contact=contact
        )
        response = await self._connection.call(self._stub.RequestPersonalizedPlan, request, timeout_seconds)
        return response.inquiry

    async def list_inquiries(
        self,
        *,
        account_sid: str = "",
        state: InquiryState.ValueType = INQUIRY_STATE_UNSPECIFIED,
        page_size: int = 0,
        page_token: str = "",
        timeout_seconds: float | None = None,
    ) -> ListInquiriesResponse:
        """A page of the inquiries, the latest first: of an account or of all, in one state or in any.

        Fails with ACCOUNT_NOT_FOUND.
        """
        request = ListInquiriesRequest(account_sid=account_sid, state=state, page_size=page_size, page_token=page_token)
        return await self._connection.call(self._stub.ListInquiries, request, timeout_seconds)

    def iterate_inquiries(
        self,
        *,
        account_sid: str = "",
        state: InquiryState.ValueType = INQUIRY_STATE_UNSPECIFIED,
        page_size: int = 0,
        timeout_seconds: float | None = None,
    ) -> AsyncIterator[Inquiry]:
        """All inquiries, as `list_inquiries` pages them."""
        fetch = partial(
            self.list_inquiries,
            account_sid=account_sid,
            state=state,
            page_size=page_size,
            timeout_seconds=timeout_seconds,
        )
        return iterate_pages(lambda token: fetch(page_token=token), lambda page: page.inquiries)

    async def resolve_inquiry(
        self,
        inquiry_id: str,
        *,
        activate: bool,
        start_day: date | None = None,
        note: str = "",
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> ResolveInquiryResponse:
        """Activate the plan from a day on, today when None, in place of a pending change; or decline it.

        Fails with INQUIRY_NOT_FOUND, INQUIRY_RESOLVED, and when activated as `change_plan` does for staff.
        """
        request = ResolveInquiryRequest(
            request_id=request_id_text(request_id),
            inquiry_id=inquiry_id,
            activate=activate,
            start_day=day_to_date(start_day),
            note=note,
        )
        return await self._connection.call(self._stub.ResolveInquiry, request, timeout_seconds)
