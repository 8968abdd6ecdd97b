"""Calls about accounts."""

from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from uuid import UUID

from prorata.calls.pages import iterate_pages
from prorata.calls.services import PlanServiceCalls
from prorata.connection import request_id_text
from prorata.days import day_to_date
from prorata.v1.account_pb2 import Account
from prorata.v1.flex_pb2 import FLEX_PRICING_MODEL_UNSPECIFIED, FlexPricingModel
from prorata.v1.plan_service_pb2 import (
    CloseAccountRequest,
    CreateAccountRequest,
    GetAccountRequest,
    ListAccountsRequest,
    ListAccountsResponse,
)


class AccountCalls(PlanServiceCalls):
    """Accounts and subaccounts (3.1)."""

    async def create_account(
        self,
        account_sid: str = "",
        *,
        parent_account_sid: str = "",
        display_name: str = "",
        creation_day: date | None = None,
        flex_pricing_model: FlexPricingModel.ValueType = FLEX_PRICING_MODEL_UNSPECIFIED,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> Account:
        """Create an account, from today on or an earlier day; its SID is made when empty. With a pricing model it
        is created with a Flex instance (7.1, 7.4).

        Fails with ACCOUNT_EXISTS, ACCOUNT_NOT_FOUND (the parent), PARENT_IS_SUBACCOUNT, ACCOUNT_CLOSED (the
        parent), DAY_OUT_OF_RANGE, PERIOD_CLOSED, SUBACCOUNT_WITH_FLEX or FLEX_MODEL_NOT_ELIGIBLE.
        """
        request = CreateAccountRequest(
            request_id=request_id_text(request_id),
            account_sid=account_sid,
            parent_account_sid=parent_account_sid,
            display_name=display_name,
            creation_day=day_to_date(creation_day),
            flex_pricing_model=flex_pricing_model,
        )
        return (await self._connection.call(self._stub.CreateAccount, request, timeout_seconds)).account

    async def get_account(self, account_sid: str, *, timeout_seconds: float | None = None) -> Account:
        """An account. Fails with ACCOUNT_NOT_FOUND."""
        request = GetAccountRequest(account_sid=account_sid)
        return (await self._connection.call(self._stub.GetAccount, request, timeout_seconds)).account

    async def list_accounts(
        self,
        *,
        parent_account_sid: str = "",
        top_level_only: bool = False,
        page_size: int = 0,
        page_token: str = "",
        timeout_seconds: float | None = None,
    ) -> ListAccountsResponse:
        """A page of accounts, by SID: all, the subaccounts of one, or only top-level ones."""
        request = ListAccountsRequest(
            parent_account_sid=parent_account_sid,
            top_level_only=top_level_only,
            page_size=page_size,
            page_token=page_token,
        )
        return await self._connection.call(self._stub.ListAccounts, request, timeout_seconds)

    def iterate_accounts(
        self,
        *,
        parent_account_sid: str = "",
        top_level_only: bool = False,
        page_size: int = 0,
        timeout_seconds: float | None = None,
    ) -> AsyncIterator[Account]:
        """All accounts, as `list_accounts` pages them."""
        fetch = partial(
            self.list_accounts,
            parent_account_sid=parent_account_sid,
            top_level_only=top_level_only,
            page_size=page_size,
            timeout_seconds=timeout_seconds,
        )
        return iterate_pages(lambda token: fetch(page_token=token), lambda page: page.accounts)

    async def close_account(
        self,
        account_sid: str,
        *,
        closing_day: date | None = None,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> Account:
        """Close an account from a day on, tomorrow when None. It is not reopened.

        Fails with ACCOUNT_NOT_FOUND, ACCOUNT_CLOSED, DAY_OUT_OF_RANGE or PAYER_REQUIRED.
        """
        request = CloseAccountRequest(
            request_id=request_id_text(request_id),
            account_sid=account_sid,
            closing_day=day_to_date(closing_day),
        )
        return (await self._connection.call(self._stub.CloseAccount, request, timeout_seconds)).account
