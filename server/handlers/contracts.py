"""PlanService: contracts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from google.protobuf.message import Message

from billing.contracts import new_contract_sid
from billing.messages.basic import day_from_date, moment_from_timestamp
from billing.messages.plan_prices import plan_price_from_field
from billing.operations import contract_views, contracts, memberships
from billing.operations.context import Writing, snapshot
from billing.operations.contract_views import ContractView
from billing.store.contracts import ContractRow
from prorata.v1 import plan_service_pb2 as pb
from prorata.v1.contract_pb2 import Contract
from server.contract_messages import contract_message
from server.handlers import Context, Handlers
from server.pages import fill_page, page_limit, page_start
from server.resources import plan_change_message

Response = TypeVar("Response", bound=Message)


class ContractHandlers(Handlers):
    """Contracts, their members, payers and plans."""

    async def CreateContract(self, request: pb.CreateContractRequest, context: Context) -> pb.CreateContractResponse:
        contract_sid = request.contract_sid or new_contract_sid()
        start_day = day_from_date(request, "start_day")
        own_price = plan_price_from_field(request, "own_price", self._store.currency)

        async def work(write: Writing) -> ContractView:
            return await memberships.create_contract(
                write,
                contract_sid=contract_sid,
                display_name=request.display_name,
                start_day=start_day,
                plan_id=request.plan_id,
                own_price=own_price,
                member_sids=list(request.member_account_sids),
                payer_sid=request.payer_account_sid,
            )

        return await self._write(request, pb.CreateContractResponse, contract_sid, work)

    async def GetContract(self, request: pb.GetContractRequest, context: Context) -> pb.GetContractResponse:
        day, as_of = day_from_date(request, "day"), moment_from_timestamp(request, "as_of_time")
        async with snapshot(self._store) as read:
            found = await contract_views.get_contract(read, contract_sid=request.contract_sid, day=day, as_of=as_of)
        return pb.GetContractResponse(contract=contract_message(found, self._store.currency))

    async def ListContracts(self, request: pb.ListContractsRequest, context: Context) -> pb.ListContractsResponse:
        [after_sid] = page_start(request, [""])
        async with snapshot(self._store) as read:
            rows = await contract_views.list_rows(
                read, member_sid=request.member_account_sid, after_sid=after_sid, limit=page_limit(request)
            )

            async def fill(some: Sequence[ContractRow]) -> list[Contract]:
                found = await contract_views.views(read, some, read.today)
                return [contract_message(view, self._store.currency) for view in found]

            page, token = await fill_page(request, rows, fill, lambda contract: [contract.contract_sid])
        return pb.ListContractsResponse(contracts=page, next_page_token=token)

    async def AddContractMember(
        self, request: pb.AddContractMemberRequest, context: Context
    ) -> pb.AddContractMemberResponse:
        start_day, end_day = day_from_date(request, "start_day"), day_from_date(request, "end_day")

        async def work(write: Writing) -> ContractView:
            return await memberships.add_member(
                write,
                contract_sid=request.contract_sid,
                account_sid=request.account_sid,
                start_day=start_day,
                end_day=end_day,
            )

        return await self._write(request, pb.AddContractMemberResponse, request.contract_sid, work)

    async def RemoveContractMember(
        self, request: pb.RemoveContractMemberRequest, context: Context
    ) -> pb.RemoveContractMemberResponse:
        end_day = day_from_date(request, "end_day")

        async def work(write: Writing) -> ContractView:
            return await memberships.remove_member(
                write, contract_sid=request.contract_sid, account_sid=request.account_sid, end_day=end_day
            )

        return await self._write(request, pb.RemoveContractMemberResponse, request.contract_sid, work)

    async def WithdrawMembershipChange(
        self, request: pb.WithdrawMembershipChangeRequest, context: Context
    ) -> pb.WithdrawMembershipChangeResponse:
        async def work(write: Writing) -> ContractView:
            return await memberships.withdraw_membership_change(
                write, contract_sid=request.contract_sid, account_sid=request.account_sid
            )

        return await self._write(request, pb.WithdrawMembershipChangeResponse, request.contract_sid, work)

    async def ChangeContractPlan(
        self, request: pb.ChangeContractPlanRequest, context: Context
    ) -> pb.ChangeContractPlanResponse:
        start_day = day_from_date(request, "start_day")
        own_price = plan_price_from_field(request, "own_price", self._store.currency)

        async def work(write: Writing) -> pb.ChangeContractPlanResponse:
            change, view = await contracts.change_contract_plan(
                write,
                contract_sid=request.contract_sid,
                plan_id=request.plan_id,
                own_price=own_price,
                start_day=start_day,
                replace_pending=request.replace_pending,
            )
            return pb.ChangeContractPlanResponse(
                change=plan_change_message(change), contract=contract_message(view, self._store.currency)
            )

        return await self._desk.write(request, pb.ChangeContractPlanResponse, request.contract_sid, work)

    async def WithdrawContractPlanChange(
        self, request: pb.WithdrawContractPlanChangeRequest, context: Context
    ) -> pb.WithdrawContractPlanChangeResponse:
        async def work(write: Writing) -> pb.WithdrawContractPlanChangeResponse:
            change, view = await contracts.withdraw_contract_plan_change(write, contract_sid=request.contract_sid)
            return pb.WithdrawContractPlanChangeResponse(
                withdrawn_change=plan_change_message(change), contract=contract_message(view, self._store.currency)
            )

        return await self._desk.write(request, pb.WithdrawContractPlanChangeResponse, request.contract_sid, work)

    async def ChangeContractPayer(
        self, request: pb.ChangeContractPayerRequest, context: Context
    ) -> pb.ChangeContractPayerResponse:
        start_day = day_from_date(request, "start_day")

        async def work(write: Writing) -> ContractView:
            return await contracts.change_contract_payer(
                write, contract_sid=request.contract_sid, payer_sid=request.payer_account_sid, start_day=start_day
            )

        return await self._write(request, pb.ChangeContractPayerResponse, request.contract_sid, work)

    async def EndContract(self, request: pb.EndContractRequest, context: Context) -> pb.EndContractResponse:
        end_day = day_from_date(request, "end_day")

        async def work(write: Writing) -> ContractView:
            return await contracts.end_contract(write, contract_sid=request.contract_sid, end_day=end_day)

        return await self._write(request, pb.EndContractResponse, request.contract_sid, work)

    async def _write(
        self,
        request: Any,
        response_type: type[Response],
        contract_sid: str,
        work: Callable[[Writing], Awaitable[ContractView]],
    ) -> Response:
        """A write whose response is the contract as it is then."""

        async def answered(write: Writing) -> Response:
            return response_type(contract=contract_message(await work(write), self._store.currency))

        return await self._desk.write(request, response_type, contract_sid, answered)
