"""Calls about support cases, response times and support credits."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from prorata.calls.pages import iterate_pages
from prorata.calls.services import BillingServiceCalls
from prorata.connection import request_id_text
from prorata.moments import moment_to_timestamp
from prorata.v1.billing_service_pb2 import (
    ClaimSupportCreditRequest,
    GetResponseTimesRequest,
    ListCasesRequest,
    ListCasesResponse,
    ListSupportCreditsRequest,
    ListSupportCreditsResponse,
    RecordCasesRequest,
    RecordCasesResponse,
)
from prorata.v1.plan_pb2 import Priority
from prorata.v1.support_pb2 import ResponseTime, SupportCase, SupportCredit


class SupportCalls(BillingServiceCalls):
    """Cases, response times and support credits (8)."""

    async def record_cases(
        self,
        cases: Iterable[SupportCase],
        *,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> RecordCasesResponse:
        """Record at most 1,000 cases, all or none, in place of what was known of them; `support_case` makes one.

        Fails with, in this order, ACCOUNT_NOT_FOUND, PRODUCT_NOT_FOUND, MOMENT_IN_FUTURE,
        MOMENT_OUTSIDE_ACCOUNT or INVALID_FIELD.
        """
        request = RecordCasesRequest(request_id=request_id_text(request_id), cases=cases)
        return await self._connection.call(self._stub.RecordCases, request, timeout_seconds)

    async def list_cases(
        self,
        account_sid: str,
        month: str,
        *,
        page_size: int = 0,
        page_token: str = "",
        timeout_seconds: float | None = None,
    ) -> ListCasesResponse:
        """A page of the cases of an account opened in a month (YYYY-MM), by case id.

        Fails with ACCOUNT_NOT_FOUND.
        """
        request = ListCasesRequest(account_sid=account_sid, month=month, page_size=page_size, page_token=page_token)
        return await self._connection.call(self._stub.ListCases, request, timeout_seconds)

    def iterate_cases(
        self, account_sid: str, month: str, *, page_size: int = 0, timeout_seconds: float | None = None
    ) -> AsyncIterator[SupportCase]:
        """All cases, as `list_cases` pages them."""
        fetch = partial(self.list_cases, account_sid, month, page_size=page_size, timeout_seconds=timeout_seconds)
        return iterate_pages(lambda token: fetch(page_token=token), lambda page: page.cases)

    async def get_response_times(
        self, owner_sid: str, month: str, *, timeout_seconds: float | None = None
    ) -> list[ResponseTime]:
        """The average response times of a contract, or of the owners of an account's plan, in a month (YYYY-MM).

        Fails with ACCOUNT_NOT_FOUND, CONTRACT_NOT_FOUND or PERIOD_IN_FUTURE.
        """
        request = GetResponseTimesRequest(owner_sid=owner_sid, month=month)
        response = await self._connection.call(self._stub.GetResponseTimes, request, timeout_seconds)
        return list(response.response_times)

    async def claim_support_credit(
        self,
        account_sid: str,
        month: str,
        plan_id: str,
        *,
        ticket: str,
        receive_time: datetime | None = None,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> SupportCredit:
        """Claim the credit of a month (YYYY-MM) and plan whose guarantee was missed (8.3, 8.4).

        Fails with, in this order, ACCOUNT_NOT_FOUND, PLAN_NOT_FOUND, MONTH_NOT_ENDED, NOT_PERMITTED,
        CLAIM_TOO_LATE, CLAIM_REPEATED or CLAIM_UNFOUNDED.
        """
        request = ClaimSupportCreditRequest(
            request_id=request_id_text(request_id),
            account_sid=account_sid,
            month=month,
            plan_id=plan_id,
            ticket=ticket,
            receive_time=moment_to_timestamp(receive_time),
        )
        return (await self._connection.call(self._stub.ClaimSupportCredit, request, timeout_seconds)).credit

    async def list_support_credits(
        self,
        owner_sid: str,
        *,
        page_size: int = 0,
        page_token: str = "",
        timeout_seconds: float | None = None,
    ) -> ListSupportCreditsResponse:
        """A page of the credits of a contract, or of the owners of an account's plan, the latest first.

        Fails with ACCOUNT_NOT_FOUND or CONTRACT_NOT_FOUND.
        """
        request = ListSupportCreditsRequest(owner_sid=owner_sid, page_size=page_size, page_token=page_token)
        return await self._connection.call(self._stub.ListSupportCredits, request, timeout_seconds)

    def iterate_support_credits(
        self, owner_sid: str, *, page_size: int = 0, timeout_seconds: float | None = None
    ) -> AsyncIterator[SupportCredit]:
        """All credits, as `list_support_credits` pages them."""
        fetch = partial(self.list_support_credits, owner_sid, page_size=page_size, timeout_seconds=timeout_seconds)
        return iterate_pages(lambda token: fetch(page_token=token), lambda page: page.credits)


def support_case(
    account_sid: str,
    case_id: str,
    priority: Priority.ValueType,
    *,
    open_time: datetime,
    answer_time: datetime | None = None,
    product_id: str = "",
) -> SupportCase:
    """A case to record; not answered yet without an answer time. Raises ValueError for a time without a zone."""
    return SupportCase(
        account_sid=account_sid,
        case_id=case_id,
        priority=priority,
        product_id=product_id,
        open_time=moment_to_timestamp(open_time),
        answer_time=moment_to_timestamp(answer_time),
    )
