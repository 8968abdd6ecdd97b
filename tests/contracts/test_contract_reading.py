"""Reading contracts, and the plans of accounts under them: on a day, as of a moment, in pages (2.4, 3.9, 3.12)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from prorata.v1 import plan_service_pb2 as p
from prorata.v1.contract_pb2 import Contract
from prorata.v1.plan_pb2 import PlanPrice
from server import pages
from tests.contracts.calls import (
    NONE,
    SUB,
    A,
    B,
    C,
    X,
    Y,
    add,
    change_payer,
    change_plan,
    create,
    end,
    flat,
    get,
    history,
    july,
    june,
    memberships,
    payers,
    plans,
    remove,
    usage_based,
    withdraw,
)
from tests.server.calls import INVALID, NOT_FOUND, day_in, moment_in, optional_day, refuses
from tests.service import STAFF, Service, timestamp


def at(number: int, month: int = 6) -> datetime:
    """The beginning of a day of 2026."""
    return datetime(2026, month, number, tzinfo=UTC)


async def test_2_4_a_contract_may_have_its_own_price_for_a_plan(accounts: Service) -> None:
    share = usage_based("0.0355", "999.999999999")
    made = await create(accounts, [A], own_price=flat("2000.5"))
    assert made.own_price == flat("2000.5")
    changed = await change_plan(accounts, "business", june(10), own_price=share)
    assert (changed.change.plan_id, changed.change.pending) == ("business", True)
    await change_plan(accounts, "business", june(20), replace=True)
    assert not (await get(accounts, june(20))).HasField("own_price")
    await change_plan(accounts, "business", june(20), replace=True, own_price=share)
    assert [(await get(accounts, june(day))).own_price for day in (19, 20)] == [flat("2000.5"), share]
    held = await accounts.subscription(A, june(25))
    assert (day_in(held.since_day), optional_day(held, "end_day")) == (june(1), None)  # it is the same plan


async def test_3_2_a_plan_that_is_free_at_its_own_price_is_not_charged(accounts: Service) -> None:
    await create(accounts, [A])
    free = await change_plan(accounts, "personalized", june(10), own_price=flat("0"))
    assert not free.change.HasField("first_charge_day")
    assert free.contract.own_price == PlanPrice()  # of the plan held today
    paid = await change_plan(accounts, "developer", june(10), own_price=flat("1"), replace=True)
    assert day_in(paid.change.first_charge_day) == july(1)


async def test_3_12_a_contract_on_a_day(accounts: Service) -> None:
    await create(accounts, [A, B], start=june(5))
    await change_plan(accounts, "production", june(10))
    shown = {}
    for number in (4, 5, 9, 10, 20):
        found = await get(accounts, june(number))
        shown[number] = found.plan_id, day_in(found.start_day)
        assert day_in(found.pending_change.active_day) == june(10)
    assert shown == {
        4: ("", june(5)),
        5: ("business", june(5)),
        9: ("business", june(5)),
        10: ("production", june(5)),
        20: ("production", june(5)),
    }
    await end(accounts, june(20))
    assert (await get(accounts, june(20))).plan_id == ""
    assert (await get(accounts, june(19))).plan_id == "production"


async def test_3_9_a_contract_as_of_a_moment_is_what_was_recorded_up_to_it(accounts: Service) -> None:
    moments: list[datetime] = []
    believed: list[Contract] = []

    async def noted() -> None:
        moments.append(at(len(moments) + 1))
        believed.append(await get(accounts, june(15)))
        await accounts.advance(at(len(moments) + 1))

    await create(accounts, [A])
    await noted()
    await add(accounts, B, june(10))
    await noted()
    await change_plan(accounts, "production", june(12), own_price=flat("100"))
    await noted()
    await change_payer(accounts, B, june(14))
    await noted()
    await remove(accounts, A, june(14))
    await noted()
    await withdraw(accounts, A)
    await noted()
    await end(accounts, june(13))
    await noted()
    assert believed[3] == believed[5], "what is withdrawn is as if it had not been asked for"
    assert len({each.SerializeToString(deterministic=True) for each in believed}) == len(believed) - 1
    for moment, then in zip(moments, believed, strict=True):
        assert await get(accounts, june(15), moment) == then
        assert await get(accounts, june(15), moment + timedelta(hours=23)) == then
    call = accounts.plans.GetContract(
        p.GetContractRequest(contract_sid=X, as_of_time=timestamp(at(1) - timedelta(seconds=1))), metadata=STAFF
    )
    refused = await refuses(call, NOT_FOUND, "CONTRACT_NOT_FOUND", "contract_sid")
    assert "recorded" in refused.message


async def test_3_9_who_was_a_member_as_of_a_moment(accounts: Service) -> None:
    await accounts.change_plan(B, "production")
    await create(accounts, [A])
    await accounts.advance(at(10))
    await add(accounts, B, june(5))  # dated back
    await accounts.advance(at(20))
    await remove(accounts, B, june(7))  # likewise
    for sid in (B, A):
        assert (await accounts.subscription(sid, june(6))).owner_sid == X
    shown = [
        ((found := await accounts.subscription(B, june(day), moment)).owner_sid, found.plan_id)
        for moment in (at(1), at(10), at(20))
        for day in (4, 6, 8)
    ]
    assert shown == [
        (B, "production"), (B, "production"), (B, "production"),
        (B, "production"), (X, "business"), (X, "business"),
        (B, "production"), (X, "business"), (B, "developer"),
    ]  # fmt: skip
    for moment, expected in (
        (at(1), [(B, "production", june(1), None)]),
        (at(10), [(B, "production", june(1), june(5)), (X, "business", june(5), None)]),
        (
            at(20),
            [(B, "production", june(1), june(5)), (X, "business", june(5), june(7)), (B, "developer", june(7), None)],
        ),
    ):
        assert await plans(accounts, B, as_of_time=timestamp(moment)) == expected


async def test_3_9_the_history_tells_what_was_superseded_of_a_contract_too(accounts: Service) -> None:
    await create(accounts, [A])
    await accounts.advance(at(2))
    await add(accounts, B, june(5))
    await accounts.advance(at(3))
    await change_plan(accounts, "production", june(8))
    await accounts.advance(at(4))
    await remove(accounts, B, june(12))
    runs = [run for run in await history(accounts, B, include_superseded=True) if run.owner_sid == X]
    shown = [
        (
            run.plan_id,
            day_in(run.start_day),
            optional_day(run, "end_day"),
            moment_in(run.record_time).day,
            moment_in(run.supersede_time).day if run.HasField("supersede_time") else None,
        )
        for run in runs
    ]
    assert sorted(shown, key=lambda row: (row[3], row[1])) == [
        ("business", june(5), None, 2, 3),
        ("business", june(5), june(8), 3, 4),
        ("production", june(8), None, 3, 4),
        ("business", june(5), june(8), 4, None),
        ("production", june(8), june(12), 4, None),
    ]


async def test_3_12_the_history_of_a_subaccount_is_its_parents_under_contracts_too(accounts: Service) -> None:
    await create(accounts, [A], start=june(5))
    assert await history(accounts, SUB) == await history(accounts, A)
    assert {run.owner_sid for run in await history(accounts, SUB)} == {A, X}


async def test_3_12_the_history_comes_in_pages(accounts: Service) -> None:
    await create(accounts, [A])
    for number in range(2, 12):
        await add(accounts, B, june(2 * number), june(2 * number + 1))
    everything = await history(accounts, B)
    assert len(everything) == 21
    paged, token = [], ""
    while True:
        request = p.ListSubscriptionsRequest(account_sid=B, page_size=4, page_token=token)
        page = await accounts.plans.ListSubscriptions(request, metadata=STAFF)
        paged += page.subscriptions
        token = page.next_page_token
        if not token:
            break
    assert paged == everything


async def listed(service: Service, member: str = "", page_size: int = 0) -> list[Contract]:
    """All contracts, those of a member, through all pages."""
    found, token = [], ""
    while True:
        request = p.ListContractsRequest(member_account_sid=member, page_size=page_size, page_token=token)
        page = await service.plans.ListContracts(request, metadata=STAFF)
        found += page.contracts
        token = page.next_page_token
        if not token:
            return found


async def test_contracts_are_listed_by_sid_and_by_member_in_pages(accounts: Service) -> None:
    assert await listed(accounts) == []
    await create(accounts, [C], contract_sid=Y)
    await create(accounts, [A, B], own_price=flat("5"))
    await create(accounts, [B], start=june(10), contract_sid=NONE)
    assert [found.contract_sid for found in await listed(accounts)] == [X, Y, NONE]
    assert await listed(accounts, page_size=1) == await listed(accounts)
    assert (await listed(accounts))[0] == await get(accounts)
    of_b = await listed(accounts, B)
    assert [found.contract_sid for found in of_b] == [X, NONE]
    assert memberships(of_b[0]) == [(A, june(1), None), (B, june(1), june(10))]
    assert payers(of_b[1]) == [(B, june(10), None)]
    assert await listed(accounts, SUB) == []  # the member is its parent
    await end(accounts, june(5))
    assert [found.contract_sid for found in await listed(accounts, A)] == [X]  # it was one


async def test_a_page_token_of_contracts_is_bound_to_its_filter(accounts: Service) -> None:
    await create(accounts, [C], contract_sid=Y)
    await create(accounts, [A])
    page = await accounts.plans.ListContracts(p.ListContractsRequest(page_size=1), metadata=STAFF)
    request = p.ListContractsRequest(member_account_sid=A, page_token=page.next_page_token)
    call = accounts.plans.ListContracts(request, metadata=STAFF)
    await refuses(call, INVALID, "INVALID_PAGE_TOKEN", "page_token")


async def test_3_10_the_payer_is_dated(accounts: Service) -> None:
    await create(accounts, [A, B, C])
    await change_payer(accounts, B, june(10))
    await change_payer(accounts, C, june(20))
    three = [(A, june(1), june(10)), (B, june(10), june(20)), (C, june(20), None)]
    assert payers(await get(accounts)) == three
    await accounts.advance(at(1, 7))
    assert payers(await change_payer(accounts, B, june(20))) == [(A, june(1), june(10)), (B, june(10), None)]
    assert payers(await get(accounts, as_of=at(30))) == three  # 3.9
    assert payers(await change_payer(accounts, A)) == [
        (A, june(1), june(10)),
        (B, june(10), july(1)),
        (A, july(1), None),
    ]
    assert payers(await change_payer(accounts, A, june(1))) == [(A, june(1), None)]


async def test_days_are_those_of_the_billing_zone(make_service: object) -> None:
    """3.9: today is the day in the zone, and so is the day of a moment."""
    service: Service = await make_service(  # type: ignore[operator]
        zone="Asia/Tokyo", start=datetime(2026, 5, 31, 14, 59, tzinfo=UTC), worker=False
    )
    await service.account(A)
    await service.advance(datetime(2026, 5, 31, 15, tzinfo=UTC))
    made = await create(service, [A])
    assert day_in(made.start_day) == june(1)
    assert (await service.subscription(A, date(2026, 5, 31))).owner_sid == A


async def test_a_page_of_contracts_ends_where_the_answer_would_be_too_large(
    accounts: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create(accounts, [A])
    await create(accounts, [B], contract_sid=Y)
    await create(accounts, [C], contract_sid=NONE)
    everything = await listed(accounts)
    for most, sizes in ((everything[0].ByteSize() * 2, [2, 1]), (1, [1, 1, 1])):
        monkeypatch.setattr(pages, "PAGE_BYTES", most)
        found, token = [], ""
        for size in sizes:
            request = p.ListContractsRequest(page_token=token)
            page = await accounts.plans.ListContracts(request, metadata=STAFF)
            assert len(page.contracts) == size
            found += page.contracts
            token = page.next_page_token
        assert (found, token) == (everything, "")
