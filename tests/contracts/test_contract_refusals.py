"""What the RPCs of contracts refuse, and of several reasons which is told (3.2, 3.4, 3.5, 3.9, 3.10)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import grpc
import pytest
from google.type.decimal_pb2 import Decimal
from google.type.money_pb2 import Money

from prorata.v1 import plan_service_pb2 as p
from prorata.v1.plan_pb2 import FlatPrice, PlanPrice, UsageBasedPrice
from tests.contracts.calls import (
    NONE,
    SUB,
    A,
    B,
    C,
    X,
    Y,
    add,
    add_request,
    change_payer,
    change_plan,
    create,
    create_request,
    end,
    end_request,
    flat,
    get,
    june,
    memberships,
    payer_request,
    payers,
    plan_request,
    remove,
    remove_request,
    usage_based,
    withdraw_request,
)
from tests.server.calls import EXISTS, INVALID, NOT_FOUND, OUT_OF_RANGE, PRECONDITION, new_id, refuses
from tests.service import SELF_SERVICE, STAFF, Service, money

NOBODY = f"AC{98:032x}"
CLOSING = f"AC{97:032x}"  # closes on 16 June
LATE = date(2027, 6, 3)  # the 367th day after 1 June 2026
LATEST = date(2027, 6, 2)
EARLY = date(2025, 5, 31)  # the day before the 12th period before June 2026
DENIED = grpc.StatusCode.PERMISSION_DENIED


@pytest.fixture
async def signed(accounts: Service) -> Service:
    """On 1 June 2026: contract X over A and B from then on, paid by A; contract Y over C from 1 July on."""
    await accounts.account(CLOSING)
    await accounts.close_account(CLOSING, june(16))
    await create(accounts, [A, B])
    await create(accounts, [C], start=date(2026, 7, 1), contract_sid=Y)
    return accounts


def rpc_of(service: Service, request: Any) -> Any:
    """The call that a request is made for."""
    name = type(request).__name__.removesuffix("Request")
    return getattr(service.plans, name)(request, metadata=STAFF)


PRICE = flat("2000")
REFUSALS = {
    # CreateContract
    "create: the SID is taken": (create_request([NOBODY], plan_id="gold"), EXISTS, "CONTRACT_EXISTS", "contract_sid"),
    "create: no such plan": (
        create_request([NOBODY], start=LATE, contract_sid=NONE, plan_id="gold"), NOT_FOUND, "PLAN_NOT_FOUND", "plan_id",
    ),
    "create: too far ahead": (
        create_request([A], NOBODY, LATE, contract_sid=NONE), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "start_day",
    ),
    "create: too far back": (
        create_request([A], NOBODY, EARLY, contract_sid=NONE), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "start_day",
    ),
    "create: the payer is none of the members": (
        create_request([NOBODY], A, contract_sid=NONE), PRECONDITION, "NOT_A_MEMBER", "payer_account_sid",
    ),
    "create: no such member": (
        create_request([CLOSING, NOBODY], contract_sid=NONE), NOT_FOUND, "ACCOUNT_NOT_FOUND", "member_account_sids[1]",
    ),
    "create: a subaccount": (
        create_request([SUB, NOBODY], contract_sid=NONE),
        PRECONDITION, "SUBACCOUNT_FOLLOWS_PARENT", "member_account_sids[0]",
    ),
    "create: before a member existed": (
        create_request([CLOSING], start=date(2026, 5, 31), contract_sid=NONE),
        PRECONDITION, "ACCOUNT_NOT_YET_CREATED", "start_day",
    ),
    "create: a member is closed by then": (
        create_request([CLOSING], start=june(16), contract_sid=NONE), PRECONDITION, "ACCOUNT_CLOSED", "start_day",
    ),
    "create: a member is to join another": (
        create_request([C], contract_sid=NONE), PRECONDITION, "ACCOUNT_IN_CONTRACT", "member_account_sids[0]",
    ),
    "create: a member joined another on that very day": (
        create_request([B], contract_sid=NONE), PRECONDITION, "ACCOUNT_IN_CONTRACT", "member_account_sids[0]",
    ),
    "create: a member is named twice": (
        create_request([CLOSING, CLOSING], contract_sid=NONE),
        PRECONDITION, "ACCOUNT_IN_CONTRACT", "member_account_sids[1]",
    ),
    "create: a member pays for another": (
        create_request([A], start=june(11), contract_sid=NONE),
        PRECONDITION, "PAYER_REQUIRED", "member_account_sids[0]",
    ),
    "create: the payer closes": (
        create_request([CLOSING], contract_sid=NONE), PRECONDITION, "NOT_A_MEMBER", "payer_account_sid",
    ),
    # GetContract, ListContracts
    "get: no such contract": (p.GetContractRequest(contract_sid=NONE), NOT_FOUND, "CONTRACT_NOT_FOUND", "contract_sid"),
    "list: no such account": (
        p.ListContractsRequest(member_account_sid=NOBODY), NOT_FOUND, "ACCOUNT_NOT_FOUND", "member_account_sid",
    ),
    # AddContractMember
    "add: no such contract": (add_request(NOBODY, contract=NONE), NOT_FOUND, "CONTRACT_NOT_FOUND", "contract_sid"),
    "add: no such account": (add_request(NOBODY, LATE), NOT_FOUND, "ACCOUNT_NOT_FOUND", "account_sid"),
    "add: a subaccount": (add_request(SUB, LATE), PRECONDITION, "SUBACCOUNT_FOLLOWS_PARENT", "account_sid"),
    "add: too far ahead": (add_request(C, LATE, contract=Y), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "start_day"),
    "add: too far back": (add_request(C, EARLY, contract=Y), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "start_day"),
    "add: no day": (add_request(C, june(5), june(5), contract=Y), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "end_day"),
    "add: the contract has not begun": (
        add_request(CLOSING, date(2026, 5, 31), contract=Y), PRECONDITION, "CONTRACT_NOT_IN_FORCE", "start_day",
    ),
    "add: the contract has not begun by then": (
        add_request(CLOSING, june(20), contract=Y), PRECONDITION, "CONTRACT_NOT_IN_FORCE", "start_day",
    ),
    "add: closed by then": (add_request(CLOSING, june(16)), PRECONDITION, "ACCOUNT_CLOSED", "start_day"),
    "add: closes sooner than it would leave": (
        add_request(CLOSING, june(10), june(17)), PRECONDITION, "ACCOUNT_CLOSED", "end_day",
    ),
    "add: a member of it": (add_request(A), PRECONDITION, "ACCOUNT_IN_CONTRACT", "account_sid"),
    "add: a member of it then": (add_request(B, june(11)), PRECONDITION, "ACCOUNT_IN_CONTRACT", "account_sid"),
    "add: to join another later": (add_request(C), PRECONDITION, "ACCOUNT_IN_CONTRACT", "account_sid"),
    "add: pays for the one it would leave": (
        add_request(A, date(2026, 7, 1), contract=Y), PRECONDITION, "PAYER_REQUIRED", "account_sid",
    ),
    # RemoveContractMember
    "remove: no such contract": (
        remove_request(NOBODY, contract=NONE), NOT_FOUND, "CONTRACT_NOT_FOUND", "contract_sid",
    ),
    "remove: no such account": (remove_request(NOBODY, LATE), NOT_FOUND, "ACCOUNT_NOT_FOUND", "account_sid"),
    "remove: too far ahead": (remove_request(C, LATE), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "end_day"),
    "remove: too far back": (remove_request(C, EARLY), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "end_day"),
    "remove: no member": (remove_request(C), PRECONDITION, "NOT_A_MEMBER", "account_sid"),
    "remove: not yet a member": (remove_request(B, date(2026, 5, 31)), PRECONDITION, "NOT_A_MEMBER", "account_sid"),
    "remove: a subaccount is no member": (remove_request(SUB), PRECONDITION, "NOT_A_MEMBER", "account_sid"),
    "remove: the payer": (remove_request(A), PRECONDITION, "PAYER_REQUIRED", "account_sid"),
    "remove: the payer, at the end": (remove_request(A, LATEST), PRECONDITION, "PAYER_REQUIRED", "account_sid"),
    # WithdrawMembershipChange
    "withdraw: no such contract": (
        withdraw_request(NOBODY, NONE), NOT_FOUND, "CONTRACT_NOT_FOUND", "contract_sid",
    ),
    "withdraw: no such account": (withdraw_request(NOBODY), NOT_FOUND, "ACCOUNT_NOT_FOUND", "account_sid"),
    "withdraw: nothing is to come": (withdraw_request(B), PRECONDITION, "NO_MEMBERSHIP_CHANGE", "account_sid"),
    "withdraw: never a member": (withdraw_request(CLOSING), PRECONDITION, "NO_MEMBERSHIP_CHANGE", "account_sid"),
    "withdraw: a subaccount": (withdraw_request(SUB), PRECONDITION, "NO_MEMBERSHIP_CHANGE", "account_sid"),
    "withdraw: the payer's joining": (withdraw_request(C, Y), PRECONDITION, "PAYER_REQUIRED", "account_sid"),
    # ChangeContractPlan
    "plan: no such contract": (plan_request("gold", contract=NONE), NOT_FOUND, "CONTRACT_NOT_FOUND", "contract_sid"),
    "plan: no such plan": (plan_request("gold", LATE), NOT_FOUND, "PLAN_NOT_FOUND", "plan_id"),
    "plan: too far ahead": (plan_request("production", LATE), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "start_day"),
    "plan: in the past": (
        plan_request("production", date(2026, 5, 31)), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "start_day",
    ),
    "plan: the contract has not begun": (
        plan_request("production", contract=Y), PRECONDITION, "CONTRACT_NOT_IN_FORCE", "start_day",
    ),
    "plan: held already": (plan_request("business"), PRECONDITION, "PLAN_ALREADY_HELD", "plan_id"),
    "plan: started that day": (plan_request("production"), PRECONDITION, "PLAN_STARTED_THAT_DAY", "start_day"),
    "plan: another price on the day it started": (
        plan_request("business", own_price=PRICE), PRECONDITION, "PLAN_STARTED_THAT_DAY", "start_day",
    ),
    "plan: on the first day of a contract to come": (
        plan_request("production", date(2026, 7, 1), contract=Y), PRECONDITION, "PLAN_STARTED_THAT_DAY", "start_day",
    ),
    # WithdrawContractPlanChange
    "unplan: no such contract": (
        p.WithdrawContractPlanChangeRequest(request_id=new_id(), contract_sid=NONE),
        NOT_FOUND, "CONTRACT_NOT_FOUND", "contract_sid",
    ),
    "unplan: nothing is pending, the beginning is no change": (
        p.WithdrawContractPlanChangeRequest(request_id=new_id(), contract_sid=Y),
        PRECONDITION, "NO_PENDING_CHANGE", "contract_sid",
    ),
    # ChangeContractPayer
    "payer: no such contract": (payer_request(NOBODY, contract=NONE), NOT_FOUND, "CONTRACT_NOT_FOUND", "contract_sid"),
    "payer: no such account": (payer_request(NOBODY, LATE), NOT_FOUND, "ACCOUNT_NOT_FOUND", "payer_account_sid"),
    "payer: too far ahead": (payer_request(C, LATE), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "start_day"),
    "payer: too far back": (payer_request(C, EARLY), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "start_day"),
    "payer: before the first day": (
        payer_request(C, date(2026, 5, 31)), PRECONDITION, "CONTRACT_NOT_IN_FORCE", "start_day",
    ),
    "payer: no member": (payer_request(C), PRECONDITION, "NOT_A_MEMBER", "payer_account_sid"),
    "payer: a subaccount of the payer": (payer_request(SUB), PRECONDITION, "NOT_A_MEMBER", "payer_account_sid"),
    # EndContract
    "end: no such contract": (end_request(LATE, NONE), NOT_FOUND, "CONTRACT_NOT_FOUND", "contract_sid"),
    "end: too far ahead": (end_request(LATE), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "end_day"),
    "end: too far back": (end_request(EARLY), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "end_day"),
    "end: on its first day": (end_request(june(1)), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "end_day"),
    "end: before its first day": (end_request(contract=Y), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "end_day"),
    # CloseAccount
    "close: the payer": (
        p.CloseAccountRequest(request_id=new_id(), account_sid=A), PRECONDITION, "PAYER_REQUIRED", "account_sid",
    ),
    "close: who is to pay": (
        p.CloseAccountRequest(request_id=new_id(), account_sid=C), PRECONDITION, "PAYER_REQUIRED", "account_sid",
    ),
}  # fmt: skip


async def test_3_10_what_is_refused_and_which_reason_is_told_first(signed: Service, subtests: pytest.Subtests) -> None:
    """3.9, 3.10: each request has, where it can, other faults that come later in the order of the contract."""
    before = [await get(signed, contract=sid) for sid in (X, Y)]
    for name, (request, code, reason, field) in REFUSALS.items():
        with subtests.test(name):
            await refuses(rpc_of(signed, request), code, reason, field)
    assert [await get(signed, contract=sid) for sid in (X, Y)] == before


async def test_3_5_a_second_change_of_a_contracts_plan_is_refused_unless_it_replaces(signed: Service) -> None:
    first = await change_plan(signed, "production", june(10))
    assert (first.change.pending, first.change.by_staff) == (True, True)
    assert first.contract.pending_change == first.change
    for request, reason, field in (
        (plan_request("business", june(5)), "CHANGE_PENDING", "replace_pending"),
        (plan_request("business", june(20), replace=True), "PLAN_ALREADY_HELD", "plan_id"),
    ):
        await refuses(rpc_of(signed, request), PRECONDITION, reason, field)
    second = await change_plan(signed, "personalized", june(20), replace=True)
    assert second.contract.pending_change.plan_id == "personalized"
    request = p.WithdrawContractPlanChangeRequest(request_id=new_id(), contract_sid=X)
    withdrawn = await signed.plans.WithdrawContractPlanChange(request, metadata=STAFF)
    assert withdrawn.withdrawn_change == second.change
    assert not withdrawn.contract.HasField("pending_change")


async def test_3_10_a_leaving_that_was_overtaken_can_not_be_withdrawn(signed: Service) -> None:
    await remove(signed, B, june(11))
    await add(signed, B, date(2026, 7, 1), contract=Y)
    await refuses(rpc_of(signed, withdraw_request(B)), PRECONDITION, "ACCOUNT_IN_CONTRACT", "account_sid")
    await refuses(rpc_of(signed, remove_request(B, june(11))), PRECONDITION, "NOT_A_MEMBER", "account_sid")


async def test_3_10_the_end_of_a_contract_is_no_leaving_that_could_be_withdrawn(signed: Service) -> None:
    await end(signed, june(20))
    await refuses(rpc_of(signed, withdraw_request(B)), PRECONDITION, "NO_MEMBERSHIP_CHANGE", "account_sid")
    for request, field in (
        (end_request(june(20)), "end_day"),
        (end_request(june(21)), "end_day"),
        (plan_request("production", june(20)), "start_day"),
        (payer_request(B, june(20)), "start_day"),
        (add_request(CLOSING, june(20)), "start_day"),
    ):
        await refuses(rpc_of(signed, request), PRECONDITION, "CONTRACT_NOT_IN_FORCE", field)
    await refuses(
        rpc_of(signed, add_request(CLOSING, june(2), june(21))), PRECONDITION, "CONTRACT_NOT_IN_FORCE", "end_day"
    )
    assert memberships(await end(signed, june(10)))[0] == (A, june(1), june(10))  # sooner is another end


async def test_3_10_the_payer_may_leave_once_another_pays_from_then_on(signed: Service) -> None:
    await change_payer(signed, B, june(11))
    await refuses(rpc_of(signed, remove_request(A, june(10))), PRECONDITION, "PAYER_REQUIRED", "account_sid")
    await refuses(rpc_of(signed, remove_request(B, june(20))), PRECONDITION, "PAYER_REQUIRED", "account_sid")
    left = await remove(signed, A, june(11))
    assert payers(left) == [(A, june(1), june(11)), (B, june(11), None)]
    await refuses(rpc_of(signed, payer_request(A, june(5))), PRECONDITION, "NOT_A_MEMBER", "payer_account_sid")
    closed = await signed.close_account(A, june(11))
    assert closed.HasField("closing_day")


BAD_PRICES = {
    "own_price": PlanPrice(),
    "own_price.usage_based.rate": PlanPrice(usage_based=UsageBasedPrice(minimum=money(1))),
    "own_price.usage_based.minimum": PlanPrice(usage_based=UsageBasedPrice(rate=Decimal(value="0.04"))),
    "own_price.flat.amount": PlanPrice(flat=FlatPrice()),
}
WRONG_PRICES = [
    (usage_based("1.01", "1"), "own_price.usage_based.rate"),
    (usage_based("-0.01", "1"), "own_price.usage_based.rate"),
    (usage_based("0.0000000001", "1"), "own_price.usage_based.rate"),
    (usage_based("4 %", "1"), "own_price.usage_based.rate"),
    (usage_based("1e-999", "1"), "own_price.usage_based.rate"),
    (usage_based("0.04", "-1"), "own_price.usage_based.minimum"),
    (flat("1000000000000"), "own_price.flat.amount"),
    (PlanPrice(flat=FlatPrice(amount=Money(currency_code="USD", units=1, nanos=-1))), "own_price.flat.amount"),
    (PlanPrice(flat=FlatPrice(amount=Money(currency_code="USD", nanos=10**9))), "own_price.flat.amount"),
]


async def test_2_4_an_own_price_that_is_none_is_refused(accounts: Service, subtests: pytest.Subtests) -> None:
    await create(accounts, [A])
    for price, field in [*((price, field) for field, price in BAD_PRICES.items()), *WRONG_PRICES]:
        for request in (
            create_request([B], contract_sid=Y, own_price=price),
            plan_request("production", own_price=price),
        ):
            with subtests.test(f"{type(request).__name__} {field} {price}"):
                await refuses(rpc_of(accounts, request), INVALID, "INVALID_FIELD", field)
    euros = PlanPrice(flat=FlatPrice(amount=Money(currency_code="EUR", units=1)))
    call = rpc_of(accounts, plan_request("production", own_price=euros))
    await refuses(call, INVALID, "CURRENCY_MISMATCH", "own_price.flat.amount")


async def test_3_10_contracts_are_changed_by_staff(accounts: Service, subtests: pytest.Subtests) -> None:
    """3.5, 3.10: every write is staff's; reading is not."""
    await create(accounts, [A])
    for request in (
        create_request([B], contract_sid=Y),
        add_request(B),
        remove_request(A),
        withdraw_request(A),
        plan_request("production"),
        p.WithdrawContractPlanChangeRequest(request_id=new_id(), contract_sid=X),
        payer_request(A),
        end_request(),
    ):
        name = type(request).__name__.removesuffix("Request")
        with subtests.test(name):
            await refuses(getattr(accounts.plans, name)(request, metadata=SELF_SERVICE), DENIED, "NOT_PERMITTED")
    found = await accounts.plans.GetContract(p.GetContractRequest(contract_sid=X), metadata=SELF_SERVICE)
    assert found.contract.contract_sid == X


MALFORMED = [
    (create_request([A], contract_sid="CT12"), "contract_sid"),
    (create_request([A, "AC12"], A), "member_account_sids[1]"),
    (p.CreateContractRequest(request_id=new_id(), plan_id="business", payer_account_sid=A), "member_account_sids"),
    (p.CreateContractRequest(request_id=new_id(), plan_id="business", member_account_sids=[A]), "payer_account_sid"),
    (p.GetContractRequest(contract_sid="CT12"), "contract_sid"),
    (p.GetContractRequest(contract_sid=X, day={"year": 2026}), "day"),
    (p.GetContractRequest(contract_sid=X, day={"year": 1999, "month": 1, "day": 1}), "day"),
    (p.ListContractsRequest(page_size=-1), "page_size"),
    (p.ListContractsRequest(page_token="!"), "page_token"),
    (p.AddContractMemberRequest(request_id=new_id(), contract_sid=X), "account_sid"),
    (p.AddContractMemberRequest(contract_sid=X, account_sid=A), "request_id"),
]


async def test_malformed_requests_about_contracts_are_refused(accounts: Service, subtests: pytest.Subtests) -> None:
    await create(accounts, [A])
    for request, field in MALFORMED:
        with subtests.test(f"{type(request).__name__} {field}"):
            reason = "INVALID_PAGE_TOKEN" if field == "page_token" else "INVALID_FIELD"
            await refuses(rpc_of(accounts, request), INVALID, reason, field)
    day = june(1) - timedelta(days=1)
    await refuses(rpc_of(accounts, add_request(B, day)), PRECONDITION, "CONTRACT_NOT_IN_FORCE", "start_day")
