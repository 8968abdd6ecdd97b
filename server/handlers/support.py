"""BillingService: cases, response times and support credits."""

from __future__ import annotations

from billing.messages.basic import moment_from_timestamp, period_from_text
from billing.operations import cases, response_times
from billing.operations import credits as support_credits
from billing.operations.context import Writing, reading, snapshot
from prorata.v1 import billing_service_pb2 as pb
from server.handlers import Context, Handlers
from server.pages import cut_page, page_limit, page_start
from server.support_messages import case_from_message, case_message, credit_message, response_time_message

LAST = 2**62


class SupportHandlers(Handlers):
    """Cases, response times and credits."""

    async def RecordCases(self, request: pb.RecordCasesRequest, context: Context) -> pb.RecordCasesResponse:
        sent = [case_from_message(case, f"cases[{index}]") for index, case in enumerate(request.cases)]

        async def work(write: Writing) -> pb.RecordCasesResponse:
            new_count, replaced_count = await cases.record_cases(write, sent)
            return pb.RecordCasesResponse(new_count=new_count, replaced_count=replaced_count)

        accounts = {case.account_sid for case in sent}
        subject = accounts.pop() if len(accounts) == 1 else ""
        return await self._desk.write(request, pb.RecordCasesResponse, subject, work)

    async def ListCases(self, request: pb.ListCasesRequest, context: Context) -> pb.ListCasesResponse:
        [after_id] = page_start(request, [""])
        month = period_from_text(request.month, "month")
        async with reading(self._store) as read:
            found = await cases.list_cases(
                read, account_sid=request.account_sid, month=month, after_id=after_id, limit=page_limit(request)
            )
        page, token = cut_page(
            request, found, lambda case: [case.case_id], lambda case: case_message(request.account_sid, case)
        )
        return pb.ListCasesResponse(cases=page, next_page_token=token)

    async def GetResponseTimes(
        self, request: pb.GetResponseTimesRequest, context: Context
    ) -> pb.GetResponseTimesResponse:
        month = period_from_text(request.month, "month")
        async with snapshot(self._store) as read:
            found = await response_times.get_response_times(read, owner_sid=request.owner_sid, month=month)
        return pb.GetResponseTimesResponse(
            response_times=[response_time_message(time, found.owner_sids[time.owner_key]) for time in found.times]
        )

    async def ClaimSupportCredit(
        self, request: pb.ClaimSupportCreditRequest, context: Context
    ) -> pb.ClaimSupportCreditResponse:
        month = period_from_text(request.month, "month")
        receive_time = moment_from_timestamp(request, "receive_time")

        async def work(write: Writing) -> pb.ClaimSupportCreditResponse:
            credit = await support_credits.claim_credit(
                write,
                account_sid=request.account_sid,
                month=month,
                plan_id=request.plan_id,
                ticket=request.ticket,
                receive_time=receive_time,
            )
            return pb.ClaimSupportCreditResponse(credit=credit_message(credit, self._store.currency))

        return await self._desk.write(request, pb.ClaimSupportCreditResponse, request.account_sid, work)

    async def ListSupportCredits(
        self, request: pb.ListSupportCreditsRequest, context: Context
    ) -> pb.ListSupportCreditsResponse:
        [before_key] = page_start(request, [LAST])
        async with snapshot(self._store) as read:
            found = await support_credits.list_credits(
                read, owner_sid=request.owner_sid, before_key=before_key, limit=page_limit(request)
            )
        page, token = cut_page(
            request, found, lambda keyed: [keyed[0]], lambda keyed: credit_message(keyed[1], self._store.currency)
        )
        return pb.ListSupportCreditsResponse(credits=page, next_page_token=token)
