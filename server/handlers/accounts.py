"""PlanService: accounts."""

from __future__ import annotations

from billing.accounts import new_account_sid
from billing.flex import FlexModel
from billing.messages.basic import day_from_date
from billing.operations import accounts
from billing.operations.context import Writing, reading
from prorata.v1 import plan_service_pb2 as pb
from server.handlers import Context, Handlers
from server.pages import cut_page, page_limit, page_start
from server.resources import (
    account_message,
)


class AccountHandlers(Handlers):
    """Creating, reading and closing accounts."""

    async def CreateAccount(self, request: pb.CreateAccountRequest, context: Context) -> pb.CreateAccountResponse:
        creation_day = day_from_date(request, "creation_day")
        account_sid = request.account_sid or new_account_sid()

        async def work(write: Writing) -> pb.CreateAccountResponse:
            account = await accounts.create_account(
                write,
                account_sid=account_sid,
                parent_sid=request.parent_account_sid,
                display_name=request.display_name,
                creation_day=creation_day,
                flex_model=FlexModel(request.flex_pricing_model) if request.flex_pricing_model else None,
            )
            return pb.CreateAccountResponse(account=account_message(account))

        return await self._desk.write(request, pb.CreateAccountResponse, account_sid, work)

    async def GetAccount(self, request: pb.GetAccountRequest, context: Context) -> pb.GetAccountResponse:
        async with reading(self._store) as read:
            account = await accounts.get_account(read.connection, request.account_sid)
        return pb.GetAccountResponse(account=account_message(account))

    async def ListAccounts(self, request: pb.ListAccountsRequest, context: Context) -> pb.ListAccountsResponse:
        [after_sid] = page_start(request, [""])
        async with reading(self._store) as read:
            found = await accounts.list_accounts(
                read,
                parent_sid=request.parent_account_sid,
                top_level_only=request.top_level_only,
                after_sid=after_sid,
                limit=page_limit(request),
            )
        page, token = cut_page(request, found, lambda account: [account.account_sid], account_message)
        return pb.ListAccountsResponse(accounts=page, next_page_token=token)

    async def CloseAccount(self, request: pb.CloseAccountRequest, context: Context) -> pb.CloseAccountResponse:
        closing_day = day_from_date(request, "closing_day")

        async def work(write: Writing) -> pb.CloseAccountResponse:
            account = await accounts.close_account(write, account_sid=request.account_sid, closing_day=closing_day)
            return pb.CloseAccountResponse(account=account_message(account))

        return await self._desk.write(request, pb.CloseAccountResponse, request.account_sid, work)
