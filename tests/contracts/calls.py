"""Short ways to say what happens to contracts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from prorata.v1 import plan_service_pb2 as p
from prorata.v1.contract_pb2 import Contract
from prorata.v1.plan_pb2 import FlatPrice, PlanPrice, UsageBasedPrice
from prorata.v1.subscription_pb2 import SubscriptionPeriod
from tests.server.calls import new_id, optional_day
from tests.service import STAFF, Service, day, money, timestamp

A, B, C, D = (f"AC{number:032x}" for number in (10, 11, 12, 13))
SUB = f"AC{99:032x}"
X, Y, NONE = (f"CT{number:032x}" for number in (1, 2, 9))

Run = tuple[str, date, date | None]


def june(number: int) -> date:
    """A day of June 2026; the clock of the tests starts on the first."""
    return date(2026, 6, number)


def july(number: int) -> date:
    """A day of July 2026."""
    return date(2026, 7, number)


def flat(amount: str) -> PlanPrice:
    """A flat price."""
    return PlanPrice(flat=FlatPrice(amount=money(amount)))


def usage_based(rate: str, minimum: str) -> PlanPrice:
    """A share of the spend, or a minimum."""
    based = UsageBasedPrice(minimum=money(minimum))
    based.rate.value = rate
    return PlanPrice(usage_based=based)


def when(**days: date | None) -> dict[str, Any]:
    """The fields of days that are given."""
    return {name: day(value) for name, value in days.items() if value is not None}


def create_request(
    members: list[str], payer: str = "", start: date | None = None, **fields: Any
) -> p.CreateContractRequest:
    """Asks for contract X, `business` unless another plan is named, under a new request id."""
    asked = {"contract_sid": X, "plan_id": "business", "payer_account_sid": payer or members[0], **fields}
    return p.CreateContractRequest(request_id=new_id(), member_account_sids=members, **when(start_day=start), **asked)


def add_request(account: str, start: date | None = None, end: date | None = None, contract: str = X) -> Any:
    """Asks for an account to join, under a new request id."""
    days = when(start_day=start, end_day=end)
    return p.AddContractMemberRequest(request_id=new_id(), contract_sid=contract, account_sid=account, **days)


def remove_request(account: str, end: date | None = None, contract: str = X) -> Any:
    """Asks for an account to leave, under a new request id."""
    return p.RemoveContractMemberRequest(
        request_id=new_id(), contract_sid=contract, account_sid=account, **when(end_day=end)
    )


def withdraw_request(account: str, contract: str = X) -> Any:
    """Asks for a joining or leaving to be withdrawn, under a new request id."""
    return p.WithdrawMembershipChangeRequest(request_id=new_id(), contract_sid=contract, account_sid=account)


def plan_request(
    plan: str, start: date | None = None, *, replace: bool = False, contract: str = X, **fields: Any
) -> p.ChangeContractPlanRequest:
    """Asks for a change of a contract's plan, under a new request id."""
    return p.ChangeContractPlanRequest(
        request_id=new_id(),
        contract_sid=contract,
        plan_id=plan,
        replace_pending=replace,
        **when(start_day=start),
        **fields,
    )


def payer_request(account: str, start: date | None = None, contract: str = X) -> p.ChangeContractPayerRequest:
    """Asks for another payer, under a new request id."""
    return p.ChangeContractPayerRequest(
        request_id=new_id(), contract_sid=contract, payer_account_sid=account, **when(start_day=start)
    )


def end_request(end: date | None = None, contract: str = X) -> p.EndContractRequest:
    """Asks for a contract to end, under a new request id."""
    return p.EndContractRequest(request_id=new_id(), contract_sid=contract, **when(end_day=end))


async def create(
    service: Service, members: list[str], payer: str = "", start: date | None = None, **fields: Any
) -> Contract:
    """Create a contract."""
    request = create_request(members, payer, start, **fields)
    return (await service.plans.CreateContract(request, metadata=STAFF)).contract


async def add(
    service: Service, account: str, start: date | None = None, end: date | None = None, contract: str = X
) -> Contract:
    """Have an account join."""
    request = add_request(account, start, end, contract)
    return (await service.plans.AddContractMember(request, metadata=STAFF)).contract


async def remove(service: Service, account: str, end: date | None = None, contract: str = X) -> Contract:
    """Have an account leave."""
    request = remove_request(account, end, contract)
    return (await service.plans.RemoveContractMember(request, metadata=STAFF)).contract


async def withdraw(service: Service, account: str, contract: str = X) -> Contract:
    """Withdraw a joining or leaving."""
    request = withdraw_request(account, contract)
    return (await service.plans.WithdrawMembershipChange(request, metadata=STAFF)).contract


async def change_plan(
    service: Service, plan: str, start: date | None = None, **asked: Any
) -> p.ChangeContractPlanResponse:
    """Change a contract's plan."""
    return await service.plans.ChangeContractPlan(plan_request(plan, start, **asked), metadata=STAFF)


async def change_payer(service: Service, account: str, start: date | None = None, contract: str = X) -> Contract:
    """Make another member payer."""
    request = payer_request(account, start, contract)
    return (await service.plans.ChangeContractPayer(request, metadata=STAFF)).contract


async def end(service: Service, day: date | None = None, contract: str = X) -> Contract:
    """End a contract."""
    return (await service.plans.EndContract(end_request(day, contract), metadata=STAFF)).contract


async def get(service: Service, on: date | None = None, as_of: datetime | None = None, contract: str = X) -> Contract:
    """A contract on a day, as of a moment."""
    asked = {"as_of_time": timestamp(as_of)} if as_of else {}
    request = p.GetContractRequest(contract_sid=contract, **when(day=on), **asked)
    return (await service.plans.GetContract(request, metadata=STAFF)).contract


def memberships(contract: Contract) -> list[Run]:
    """Who is a member, from when until when."""
    return [
        (row.account_sid, optional_day(row, "start_day") or date.min, optional_day(row, "end_day"))
        for row in contract.memberships
    ]


def payers(contract: Contract) -> list[Run]:
    """Who pays, from when until when."""
    return [
        (row.account_sid, optional_day(row, "start_day") or date.min, optional_day(row, "end_day"))
        for row in contract.payers
    ]


async def history(service: Service, account: str, **asked: Any) -> list[SubscriptionPeriod]:
    """The runs of days on which an account has a plan."""
    request = p.ListSubscriptionsRequest(account_sid=account, **asked)
    return list((await service.plans.ListSubscriptions(request, metadata=STAFF)).subscriptions)


async def plans(service: Service, account: str, **asked: Any) -> list[tuple[str, str, date | None, date | None]]:
    """The same in short: owner, plan, first day, end."""
    return [
        (run.owner_sid, run.plan_id, optional_day(run, "start_day"), optional_day(run, "end_day"))
        for run in await history(service, account, **asked)
    ]
