"""Writes about contracts: whole or not at all, and safe when they come at the same time (3.7, 3.10)."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import grpc
import pytest

from prorata.v1 import plan_service_pb2 as p
from prorata.v1.inquiry_pb2 import INQUIRY_STATE_DECLINED, INQUIRY_STATE_OPEN, ContactDetails, Inquiry
from tests.contracts.calls import (
    A,
    B,
    C,
    X,
    Y,
    add,
    add_request,
    change_payer,
    create,
    create_request,
    end_request,
    get,
    june,
    memberships,
    payer_request,
    payers,
    plans,
)
from tests.server.calls import Refused, close_request, new_id, outcome, waiting_backends
from tests.service import STAFF, Service

LOCK_FAMILIES = """
SELECT FROM account WHERE account_key = family_key AND account_sid = ANY ($1) ORDER BY family_key FOR UPDATE
"""


def rpc_of(service: Service, request: Any) -> Any:
    """The call that a request is made for."""
    name = type(request).__name__.removesuffix("Request")
    return getattr(service.plans, name)(request, metadata=STAFF)


async def test_a_contract_without_a_sid_gets_one(accounts: Service) -> None:
    made = await rpc_of(accounts, create_request([A], contract_sid=""))
    assert made.contract.contract_sid.startswith("CT")
    assert (await get(accounts, contract=made.contract.contract_sid)) == made.contract


async def together(service: Service, *requests: Any) -> list[Any]:
    """The responses of calls made at the same time, or their refusals."""
    return await asyncio.gather(*(outcome(rpc_of(service, request)) for request in requests))


def reasons(answers: list[Any]) -> list[str]:
    """The reasons of the refusals among some answers."""
    return sorted(answer.reason for answer in answers if isinstance(answer, Refused))


async def test_3_10_an_account_that_joins_two_contracts_at_the_same_time_joins_one(accounts: Service) -> None:
    await create(accounts, [A])
    await create(accounts, [C], contract_sid=Y)
    for number in range(20, 30):
        await accounts.account(sid := f"AC{number:032x}")
        answers = await together(accounts, add_request(sid, june(10)), add_request(sid, june(10), contract=Y))
        assert reasons(answers) == ["ACCOUNT_IN_CONTRACT"]
        assert len(await plans(accounts, sid)) == 2


async def test_3_10_two_contracts_with_the_same_sid_or_over_the_same_accounts(accounts: Service) -> None:
    answers = await together(accounts, create_request([A, B]), create_request([C]))
    assert reasons(answers) == ["CONTRACT_EXISTS"]
    free = sorted({A, B, C} - {row[0] for row in memberships(await get(accounts))})
    for sid in (f"AC{number:032x}" for number in (20, 21, 22)):
        await accounts.account(sid)
        free.append(sid)
    there, back = create_request(free, contract_sid=Y), create_request(free[::-1], contract_sid=Y[:-1] + "5")
    assert reasons(await together(accounts, there, back)) == ["ACCOUNT_IN_CONTRACT"]


async def held_up(service: Service, sids: list[str], *requests: Any) -> list[Any]:
    """The answers to requests that all wait for the families of some accounts, in this order, until these are free."""
    holder, watcher = await asyncpg.connect(service.database_url), await asyncpg.connect(service.database_url)
    try:
        calls = []
        async with holder.transaction():
            await holder.execute(LOCK_FAMILIES, sids)
            for count, request in enumerate(requests, 1):
                calls.append(asyncio.ensure_future(outcome(rpc_of(service, request))))
                await waiting_backends(watcher, count)
        return await asyncio.gather(*calls)
    finally:
        await watcher.close()
        await holder.close()


async def test_3_10_a_contract_ends_while_a_member_moves_to_another(accounts: Service) -> None:
    """The one that moves writes a row of the contract that the other has locked: they must not wait for each other."""
    await create(accounts, [A, B])
    await create(accounts, [C], contract_sid=Y)
    moved, ended = await held_up(accounts, [B], add_request(B, june(10), contract=Y), end_request(june(20)))
    assert reasons([moved, ended]) == []
    assert memberships(ended.contract) == [(A, june(1), june(20)), (B, june(1), june(10))]
    assert await plans(accounts, B) == [(X, "business", june(1), june(10)), (Y, "business", june(10), None)]


async def test_3_10_a_member_moves_while_its_contract_ends_before(accounts: Service) -> None:
    await create(accounts, [A, B])
    await create(accounts, [C], contract_sid=Y)
    ended, moved = await held_up(accounts, [B], end_request(june(10)), add_request(B, june(20), contract=Y))
    assert reasons([moved, ended]) == []
    assert await plans(accounts, B) == [
        (X, "business", june(1), june(10)),
        (B, "developer", june(10), june(20)),
        (Y, "business", june(20), None),
    ]


@pytest.mark.parametrize("closes_first", [True, False])
async def test_3_10_the_payer_does_not_close_while_it_becomes_the_payer(accounts: Service, closes_first: bool) -> None:
    await create(accounts, [A, B])
    requests = [close_request(B, june(10)), payer_request(B, june(5))]
    answers = await held_up(accounts, [B], *(requests if closes_first else requests[::-1]))
    assert reasons(answers) == ["NOT_A_MEMBER" if closes_first else "PAYER_REQUIRED"]
    assert payers(await get(accounts))[-1][0] == (A if closes_first else B)


async def test_3_10_two_accounts_swap_contracts_at_the_same_time(accounts: Service) -> None:
    await create(accounts, [A, B])
    await accounts.account(other := f"AC{20:032x}")
    await create(accounts, [C, other], contract_sid=Y)
    for _ in range(5):
        answers = await together(
            accounts,
            add_request(B, june(10), contract=Y),
            add_request(other, june(10)),
            payer_request(A, june(3)),
            payer_request(C, june(3), Y),
        )
        assert reasons(answers) in ([], ["ACCOUNT_IN_CONTRACT", "ACCOUNT_IN_CONTRACT"])
    assert (await plans(accounts, B))[-1][0] == Y
    assert (await plans(accounts, other))[-1][0] == X


CONTACT = ContactDetails(name="Ada", email="ada@example.com")


async def inquiry_of(service: Service, sid: str) -> Inquiry:
    """The latest inquiry of an account."""
    request = p.ListInquiriesRequest(account_sid=sid)
    return (await service.plans.ListInquiries(request, metadata=STAFF)).inquiries[0]


async def test_3_7_joining_a_contract_declines_an_open_inquiry_at_once(accounts: Service) -> None:
    for sid in (A, B):
        request = p.RequestPersonalizedPlanRequest(request_id=new_id(), account_sid=sid, contact=CONTACT)
        await accounts.plans.RequestPersonalizedPlan(request, metadata=STAFF)
    await create(accounts, [C])
    await add(accounts, A, june(20))
    assert [(await inquiry_of(accounts, sid)).state for sid in (A, B)] == [INQUIRY_STATE_DECLINED, INQUIRY_STATE_OPEN]
    await create(accounts, [B], contract_sid=Y)
    declined = await inquiry_of(accounts, B)
    assert (declined.state, "contract" in declined.note) == (INQUIRY_STATE_DECLINED, True)


async def test_3_7_a_membership_that_is_over_declines_no_inquiry(accounts: Service) -> None:
    await create(accounts, [A])
    await accounts.advance(june(20))
    request = p.RequestPersonalizedPlanRequest(request_id=new_id(), account_sid=B, contact=CONTACT)
    await accounts.plans.RequestPersonalizedPlan(request, metadata=STAFF)
    await add(accounts, B, june(5), june(20))  # dated back
    assert (await inquiry_of(accounts, B)).state == INQUIRY_STATE_OPEN
    await add(accounts, B, june(20), june(21))
    assert (await inquiry_of(accounts, B)).state == INQUIRY_STATE_DECLINED


async def test_nothing_of_a_refused_contract_is_kept(accounts: Service) -> None:
    await accounts.change_plan(A, "production", june(10))
    before = await plans(accounts, A)
    answer = await outcome(rpc_of(accounts, create_request([A, B, B])))
    assert isinstance(answer, Refused)
    assert await plans(accounts, A) == before
    assert answer.code is grpc.StatusCode.FAILED_PRECONDITION
    assert (await create(accounts, [A, B])).contract_sid == X


async def test_3_10_a_contract_of_many_members_is_made_changed_and_ended(accounts: Service) -> None:
    """The members come by hundreds: what is written for each stays apart."""
    sids = [f"AC{number:032x}" for number in range(1_000, 1_060)]
    for sid in sids:
        await accounts.account(sid)
    made = await create(accounts, sids, sids[-1])
    assert memberships(made) == [(sid, june(1), None) for sid in sids]
    await change_payer(accounts, sids[0], june(5))
    ended = (await rpc_of(accounts, end_request(june(10)))).contract
    assert memberships(ended) == [(sid, june(1), june(10)) for sid in sids]
    for sid in (sids[0], sids[30], sids[-1]):
        assert await plans(accounts, sid) == [(X, "business", june(1), june(10)), (sid, "developer", june(10), None)]
