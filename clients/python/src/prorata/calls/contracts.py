"""Calls about contracts."""

from collections.abc import AsyncIterator, Iterable
from datetime import date, datetime
from functools import partial
from uuid import UUID

from prorata.calls.pages import iterate_pages
from prorata.calls.services import PlanServiceCalls
from prorata.connection import request_id_text
from prorata.days import day_to_date
from prorata.moments import moment_to_timestamp
from prorata.v1.contract_pb2 import Contract
from prorata.v1.plan_pb2 import PlanPrice
from prorata.v1.plan_service_pb2 import (
    AddContractMemberRequest,
    ChangeContractPayerRequest,
    ChangeContractPlanRequest,
    ChangeContractPlanResponse,
    CreateContractRequest,
    EndContractRequest,
    GetContractRequest,
    ListContractsRequest,
    ListContractsResponse,
    RemoveContractMemberRequest,
    WithdrawContractPlanChangeRequest,
    WithdrawContractPlanChangeResponse,
    WithdrawMembershipChangeRequest,
)


class ContractCalls(PlanServiceCalls):
    """Contracts over several top-level accounts (3.10). Writes are for staff."""

    async def create_contract(
        self,
        contract_sid: str = "",
        *,
        plan_id: str,
        member_account_sids: Iterable[str],
        payer_account_sid: str,
        display_name: str = "",
        start_day: date | None = None,
        own_price: PlanPrice | None = None,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> Contract:
        """Create a contract over accounts, which join on its first day; its SID is made when empty.

        Fails with CONTRACT_EXISTS, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE, NOT_A_MEMBER (the payer), and for each
        member as `add_contract_member` does.
        """
        request = CreateContractRequest(
            request_id=request_id_text(request_id),
            contract_sid=contract_sid,
            display_name=display_name,
            start_day=day_to_date(start_day),
            plan_id=plan_id,
            own_price=own_price,
            member_account_sids=member_account_sids,
            payer_account_sid=payer_account_sid,
        )
        return (await self._connection.call(self._stub.CreateContract, request, timeout_seconds)).contract

    async def get_contract(
        self,
        contract_sid: str,
        *,
        day: date | None = None,
        as_of_time: datetime | None = None,
        timeout_seconds: float | None = None,
    ) -> Contract:
        """A contract as it is on a day, as recorded up to a moment. Fails with CONTRACT_NOT_FOUND."""
        request = GetContractRequest(
            contract_sid=contract_sid, day=day_to_date(day), as_of_time=moment_to_timestamp(as_of_time)
        )
        return (await self._connection.call(self._stub.GetContract, request, timeout_seconds)).contract

    async def list_contracts(
        self,
        *,
        member_account_sid: str = "",
        page_size: int = 0,
        page_token: str = "",
        timeout_seconds: float | None = None,
    ) -> ListContractsResponse:
        """A page of contracts, by SID: all, or those of a member. Fails with ACCOUNT_NOT_FOUND."""
        request = ListContractsRequest(
            member_account_sid=member_account_sid, page_size=page_size, page_token=page_token
        )
        return await self._connection.call(self._stub.ListContracts, request, timeout_seconds)

    def iterate_contracts(
        self, *, member_account_sid: str = "", page_size: int = 0, timeout_seconds: float | None = None
    ) -> AsyncIterator[Contract]:
        """All contracts, as `list_contracts` pages them."""
        fetch = partial(
            self.list_contracts,
            member_account_sid=member_account_sid,
            page_size=page_size,
            timeout_seconds=timeout_seconds,
        )
        return iterate_pages(lambda token: fetch(page_token=token), lambda page: page.contracts)

    async def add_contract_member(
        self,
        contract_sid: str,
        account_sid: str,
        *,
        start_day: date | None = None,
        end_day: date | None = None,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> Contract:
        """Have a top-level account join on a day, today when None; it leaves the contract it is in by then.

        Fails with CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, DAY_OUT_OF_RANGE,
        CONTRACT_NOT_IN_FORCE, ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED, ACCOUNT_IN_CONTRACT or PAYER_REQUIRED.
        """
        request = AddContractMemberRequest(
            request_id=request_id_text(request_id),
            contract_sid=contract_sid,
            account_sid=account_sid,
            start_day=day_to_date(start_day),
            end_day=day_to_date(end_day),
        )
        return (await self._connection.call(self._stub.AddContractMember, request, timeout_seconds)).contract

    async def remove_contract_member(
        self,
        contract_sid: str,
        account_sid: str,
        *,
        end_day: date | None = None,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> Contract:
        """Have an account leave on a day, tomorrow when None; it falls back to the developer plan.

        Fails with CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, DAY_OUT_OF_RANGE, NOT_A_MEMBER or PAYER_REQUIRED.
        """
        request = RemoveContractMemberRequest(
            request_id=request_id_text(request_id),
            contract_sid=contract_sid,
            account_sid=account_sid,
            end_day=day_to_date(end_day),
        )
        return (await self._connection.call(self._stub.RemoveContractMember, request, timeout_seconds)).contract

    async def withdraw_membership_change(
        self,
        contract_sid: str,
        account_sid: str,
        *,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> Contract:
        """Withdraw the joining, else the leaving, of an account that is still to come.

        Fails with CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, NO_MEMBERSHIP_CHANGE, ACCOUNT_IN_CONTRACT or
        PAYER_REQUIRED.
        """
        request = WithdrawMembershipChangeRequest(
            request_id=request_id_text(request_id), contract_sid=contract_sid, account_sid=account_sid
        )
        response = await self._connection.call(self._stub.WithdrawMembershipChange, request, timeout_seconds)
        return response.contract

    async def change_contract_plan(
        self,
        contract_sid: str,
        plan_id: str,
        *,
        own_price: PlanPrice | None = None,
        start_day: date | None = None,
        replace_pending: bool = False,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> ChangeContractPlanResponse:
        """Change the plan of a contract, or its own price for it, from a day on (3.2 to 3.5, 2.4).

        Fails with CONTRACT_NOT_FOUND, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE,
        CHANGE_PENDING, PLAN_ALREADY_HELD or PLAN_STARTED_THAT_DAY.
        """
        request = ChangeContractPlanRequest(
            request_id=request_id_text(request_id),
            contract_sid=contract_sid,
            plan_id=plan_id,
            own_price=own_price,
            start_day=day_to_date(start_day),
            replace_pending=replace_pending,
        )
        return await self._connection.call(self._stub.ChangeContractPlan, request, timeout_seconds)

    async def withdraw_contract_plan_change(
        self,
        contract_sid: str,
        *,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> WithdrawContractPlanChangeResponse:
        """Withdraw the pending change of a contract's plan (3.5).

        Fails with CONTRACT_NOT_FOUND or NO_PENDING_CHANGE.
        """
        request = WithdrawContractPlanChangeRequest(request_id=request_id_text(request_id), contract_sid=contract_sid)
        return await self._connection.call(self._stub.WithdrawContractPlanChange, request, timeout_seconds)

    async def change_contract_payer(
        self,
        contract_sid: str,
        payer_account_sid: str,
        *,
        start_day: date | None = None,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> Contract:
        """Make a member the payer from a day on, in place of every payer recorded for later days.

        Fails with CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE or
        NOT_A_MEMBER.
        """
        request = ChangeContractPayerRequest(
            request_id=request_id_text(request_id),
            contract_sid=contract_sid,
            payer_account_sid=payer_account_sid,
            start_day=day_to_date(start_day),
        )
        return (await self._connection.call(self._stub.ChangeContractPayer, request, timeout_seconds)).contract

    async def end_contract(
        self,
        contract_sid: str,
        *,
        end_day: date | None = None,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> Contract:
        """End a contract from a day on, tomorrow when None; its members fall back to the developer plan.

        Fails with CONTRACT_NOT_FOUND, DAY_OUT_OF_RANGE or CONTRACT_NOT_IN_FORCE.
        """
        request = EndContractRequest(
            request_id=request_id_text(request_id), contract_sid=contract_sid, end_day=day_to_date(end_day)
        )
        return (await self._connection.call(self._stub.EndContract, request, timeout_seconds)).contract
