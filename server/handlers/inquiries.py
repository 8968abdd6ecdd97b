"""PlanService: plans that are had by inquiry."""

from __future__ import annotations

from billing.errors import invalid
from billing.inquiries import InquiryState
from billing.messages.basic import day_from_date
from billing.operations import inquiries
from billing.operations.context import Writing, reading
from prorata.v1 import plan_service_pb2 as pb
from server.handlers import Context, Handlers
from server.inquiry_messages import contact_from_message, inquiry_id_from_text, inquiry_message
from server.pages import cut_page, page_limit, page_start
from server.resources import plan_change_message

LAST = 2**62


class InquiryHandlers(Handlers):
    """Opening, listing and resolving inquiries."""

    async def RequestPersonalizedPlan(
        self, request: pb.RequestPersonalizedPlanRequest, context: Context
    ) -> pb.RequestPersonalizedPlanResponse:
        contact = contact_from_message(request.contact)

        async def work(write: Writing) -> pb.RequestPersonalizedPlanResponse:
            inquiry = await inquiries.request_plan(
                write, account_sid=request.account_sid, plan_id=request.plan_id, contact=contact
            )
            return pb.RequestPersonalizedPlanResponse(inquiry=inquiry_message(inquiry))

        return await self._desk.write(request, pb.RequestPersonalizedPlanResponse, request.account_sid, work)

    async def ListInquiries(self, request: pb.ListInquiriesRequest, context: Context) -> pb.ListInquiriesResponse:
        [before_number] = page_start(request, [LAST])
        async with reading(self._store) as read:
            found = await inquiries.list_inquiries(
                read,
                account_sid=request.account_sid,
                state=InquiryState(request.state) if request.state else None,
                before_number=before_number,
                limit=page_limit(request),
            )
        page, token = cut_page(request, found, lambda inquiry: [inquiry.number], inquiry_message)
        return pb.ListInquiriesResponse(inquiries=page, next_page_token=token)

    async def ResolveInquiry(self, request: pb.ResolveInquiryRequest, context: Context) -> pb.ResolveInquiryResponse:
        inquiry_id = inquiry_id_from_text(request.inquiry_id)
        start_day = day_from_date(request, "start_day")
        if start_day is not None and not request.activate:
            raise invalid("start_day", "a declined inquiry starts no plan: leave start_day out, or activate")

        async def work(write: Writing) -> pb.ResolveInquiryResponse:
            if not request.activate:
                declined = await inquiries.decline(write, inquiry_id=inquiry_id, note=request.note)
                return pb.ResolveInquiryResponse(inquiry=inquiry_message(declined))
            activated, change = await inquiries.activate(
                write, inquiry_id=inquiry_id, start_day=start_day, note=request.note
            )
            return pb.ResolveInquiryResponse(inquiry=inquiry_message(activated), change=plan_change_message(change))

        return await self._desk.write(request, pb.ResolveInquiryResponse, request.inquiry_id, work)
