"""Joining and leaving contracts (3.10, 3.8, 3.1)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from prorata.v1.subscription_pb2 import SUBSCRIPTION_ORIGIN_ASSIGNED, SUBSCRIPTION_ORIGIN_CHANGED
from tests.contracts.calls import (
    SUB,
    A,
    B,
    C,
    X,
    Y,
    add,
    change_plan,
    create,
    end,
    get,
    history,
    july,
    june,
    memberships,
    payers,
    plans,
    remove,
    withdraw,
)
from tests.plans.calls import correct
from tests.server.calls import PRECONDITION, change_request, optional_day, preview_request, refuses
from tests.service import SELF_SERVICE, STAFF, Service, money

MAY = date(2026, 5, 1)


async def test_3_10_a_contract_covers_accounts_with_their_subaccounts_under_one_plan_and_one_payer(
    accounts: Service,
) -> None:
    made = await create(accounts, [B, A], A, display_name="Owls")
    assert (made.contract_sid, made.display_name, made.plan_id) == (X, "Owls", "business")
    assert (optional_day(made, "start_day"), optional_day(made, "end_day")) == (june(1), None)
    assert memberships(made) == [(A, june(1), None), (B, june(1), None)]
    assert payers(made) == [(A, june(1), None)]
    assert not made.HasField("own_price")
    assert not made.HasField("pending_change")
    for asked in (A, B, SUB):
        held = await accounts.subscription(asked)
        assert (held.owner_sid, held.plan_id, held.origin) == (X, "business", SUBSCRIPTION_ORIGIN_ASSIGNED)
    assert (await accounts.subscription(C)).owner_sid == C


async def test_3_10_joining_ends_the_own_plan_and_leaving_falls_back_to_developer(accounts: Service) -> None:
    await accounts.change_plan(B, "production")
    await create(accounts, [A])
    await add(accounts, B, june(11))
    await remove(accounts, B, june(21))
    assert await plans(accounts, B) == [
        (B, "production", june(1), june(11)),
        (X, "business", june(11), june(21)),
        (B, "developer", june(21), None),
    ]
    shown = {}
    for number in (10, 11, 20, 21):
        held = await accounts.subscription(B, june(number))
        shown[number] = held.owner_sid, held.plan_id, optional_day(held, "since_day"), optional_day(held, "end_day")
    assert shown == {
        10: (B, "production", june(1), june(11)),
        11: (X, "business", june(1), june(21)),  # since when the contract holds it
        20: (X, "business", june(1), june(21)),
        21: (B, "developer", june(21), None),
    }
    assert (await accounts.subscription(B, june(21))).origin == SUBSCRIPTION_ORIGIN_ASSIGNED


async def test_3_10_joining_withdraws_a_pending_change_at_once_unless_its_day_comes_before(accounts: Service) -> None:
    await create(accounts, [A])
    await accounts.change_plan(B, "production", june(11), metadata=SELF_SERVICE)
    await accounts.change_plan(C, "production", june(10), metadata=SELF_SERVICE)
    for sid in (B, C):
        await add(accounts, sid, june(11))
    assert not (await accounts.subscription(B)).HasField("pending_change")
    assert (await accounts.subscription(C)).pending_change.plan_id == "production"
    assert await plans(accounts, B) == [(B, "developer", june(1), june(11)), (X, "business", june(11), None)]
    assert (await plans(accounts, C))[1] == (C, "production", june(10), june(11))


async def test_3_10_until_the_joining_self_service_may_start_changes_before_that_day_only(accounts: Service) -> None:
    await create(accounts, [A])
    await add(accounts, B, june(11))
    change = await accounts.change_plan(B, "production", june(10), metadata=SELF_SERVICE)
    assert change.pending
    for start in (june(11), july(11)):
        asked = change_request(B, "business", start, replace=True)
        call = accounts.plans.ChangePlan(asked, metadata=SELF_SERVICE)
        await refuses(call, PRECONDITION, "CONTACT_SUPPORT", "account_sid")
        call = accounts.plans.ChangePlan(asked, metadata=STAFF)
        await refuses(call, PRECONDITION, "ACCOUNT_IN_CONTRACT", "account_sid")
    assert (await plans(accounts, B))[1] == (B, "production", june(10), june(11))


async def test_3_8_a_member_is_told_to_contact_support(accounts: Service) -> None:
    await create(accounts, [A])
    call = accounts.plans.ChangePlan(change_request(A, "production"), metadata=SELF_SERVICE)
    await refuses(call, PRECONDITION, "CONTACT_SUPPORT", "account_sid")
    call = accounts.plans.ChangePlan(change_request(A, "production"), metadata=STAFF)
    refused = await refuses(call, PRECONDITION, "ACCOUNT_IN_CONTRACT", "account_sid")
    assert "ChangeContractPlan" in refused.message


async def test_6_4_a_change_before_the_joining_is_previewed_and_one_after_it_is_refused(accounts: Service) -> None:
    """3.8, 6.4: a preview is refused as the change would be."""
    await create(accounts, [A])
    await add(accounts, B, june(11))
    preview = await accounts.plans.PreviewPlanChange(
        preview_request(change_request(B, "production", june(2))), metadata=SELF_SERVICE
    )
    assert (preview.period, preview.support_with_change) == ("2026-06", money(75))  # 250 × 9 days of 30
    for sid, start in ((A, june(1)), (B, june(11))):
        call = accounts.plans.PreviewPlanChange(
            preview_request(change_request(sid, "production", start)), metadata=SELF_SERVICE
        )
        await refuses(call, PRECONDITION, "CONTACT_SUPPORT", "account_sid")


async def test_3_4_on_the_day_of_leaving_the_account_may_change_its_plan_and_withdraw_that(accounts: Service) -> None:
    await create(accounts, [A, B])
    await remove(accounts, B, june(11))
    await accounts.change_plan(B, "production", june(11), metadata=SELF_SERVICE)
    assert (await plans(accounts, B))[-1] == (B, "production", june(11), None)
    await accounts.change_plan(B, "business", june(12), replace=True, metadata=SELF_SERVICE)
    assert (await plans(accounts, B))[-2:] == [(B, "developer", june(11), june(12)), (B, "business", june(12), None)]


async def test_3_10_leaving_one_contract_and_joining_another_on_the_same_day_is_one_move(accounts: Service) -> None:
    await create(accounts, [A, B])
    await create(accounts, [C], contract_sid=Y, plan_id="personalized")
    moved = await add(accounts, B, june(11), contract=Y)
    assert memberships(moved) == [(B, june(11), None), (C, june(1), None)]
    assert memberships(await get(accounts)) == [(A, june(1), None), (B, june(1), june(11))]
    assert await plans(accounts, B) == [(X, "business", june(1), june(11)), (Y, "personalized", june(11), None)]
    # to take the move back takes both its halves
    await withdraw(accounts, B, contract=Y)
    assert (await plans(accounts, B))[-1] == (B, "developer", june(11), None)
    await withdraw(accounts, B)
    assert await plans(accounts, B) == [(X, "business", june(1), None)]


async def test_3_10_a_joining_still_to_come_can_be_withdrawn_and_the_plan_goes_on(accounts: Service) -> None:
    await accounts.change_plan(B, "production")
    await create(accounts, [A])
    await add(accounts, B, june(11), june(21))
    assert (await plans(accounts, B))[-1] == (B, "developer", june(21), None)
    back = await withdraw(accounts, B)
    assert memberships(back) == [(A, june(1), None)]
    assert await plans(accounts, B) == [(B, "production", june(1), None)]


async def test_3_10_a_leaving_still_to_come_can_be_withdrawn(accounts: Service) -> None:
    await create(accounts, [A, B])
    await remove(accounts, B, june(11))
    await accounts.change_plan(B, "production", june(15))
    back = await withdraw(accounts, B)
    assert memberships(back) == [(A, june(1), None), (B, june(1), None)]
    assert await plans(accounts, B) == [(X, "business", june(1), None)]


async def test_3_10_an_account_can_come_back_and_a_break_of_no_day_is_none(accounts: Service) -> None:
    await create(accounts, [A, B])
    await remove(accounts, B, june(11))
    assert memberships(await add(accounts, B, june(21)))[1:] == [(B, june(1), june(11)), (B, june(21), None)]
    await withdraw(accounts, B)
    assert memberships(await add(accounts, B, june(11), june(15)))[1:] == [(B, june(1), june(15))]


async def test_3_10_a_membership_may_be_taken_back_whole(accounts: Service) -> None:
    await create(accounts, [A])
    await accounts.change_plan(B, "production")
    await add(accounts, B)
    await remove(accounts, B, june(1))
    assert await plans(accounts, B) == [(B, "developer", june(1), None)]  # an own plan that ended stays ended


async def test_3_10_when_a_contract_ends_its_members_fall_back_to_developer(accounts: Service) -> None:
    await accounts.change_plan(C, "production")
    await create(accounts, [A, B])
    await add(accounts, C, july(1))
    await change_plan(accounts, "production", july(2))
    ended = await end(accounts, june(20))
    assert optional_day(ended, "end_day") == june(20)
    assert memberships(ended) == [(A, june(1), june(20)), (B, june(1), june(20))]
    assert payers(ended) == [(A, june(1), june(20))]
    assert not ended.HasField("pending_change")
    for sid in (A, B):
        assert await plans(accounts, sid) == [(X, "business", june(1), june(20)), (sid, "developer", june(20), None)]
    assert await plans(accounts, C) == [(C, "production", june(1), None)]  # it never joined
    assert (await get(accounts, june(19))).plan_id == "business"
    assert (await get(accounts, june(20))).plan_id == ""


async def test_3_1_closing_an_account_ends_its_membership_and_drops_a_joining(accounts: Service) -> None:
    await create(accounts, [A, B])
    await add(accounts, C, july(1))
    for sid in (B, C):
        await accounts.close_account(sid, june(16))
    assert memberships(await get(accounts)) == [(A, june(1), None), (B, june(1), june(16))]
    assert await plans(accounts, B) == [(X, "business", june(1), june(16))]
    assert await plans(accounts, C) == [(C, "developer", june(1), june(16))]
    held = await accounts.subscription(B)
    assert (held.owner_sid, optional_day(held, "end_day")) == (X, june(16))
    assert (await accounts.subscription(B, june(16))).plan_id == ""  # 3.11


async def test_3_1_a_subaccount_closes_without_its_parents_membership(accounts: Service) -> None:
    await create(accounts, [A])
    await accounts.close_account(SUB, june(16))
    assert memberships(await get(accounts)) == [(A, june(1), None)]
    assert (await accounts.subscription(SUB, june(15))).owner_sid == X
    assert (await accounts.subscription(SUB, june(16))).plan_id == ""


async def test_3_10_a_membership_lies_in_the_days_of_the_contract_and_of_the_account(accounts: Service) -> None:
    await create(accounts, [A])
    await accounts.close_account(B, june(16))
    assert memberships(await add(accounts, B))[1] == (B, june(1), june(16))
    await end(accounts, june(20))
    assert memberships(await add(accounts, C))[2] == (C, june(1), june(20))
    assert (await plans(accounts, C))[-1] == (C, "developer", june(20), None)


async def test_3_9_a_membership_dated_back_takes_the_place_of_what_was_held(accounts: Service) -> None:
    await accounts.change_plan(B, "production")
    await accounts.change_plan(B, "business", july(10), metadata=SELF_SERVICE)
    await accounts.advance(july(5))
    await create(accounts, [A], start=june(1))
    await add(accounts, B, june(11), june(21))
    assert await plans(accounts, B) == [
        (B, "production", june(1), june(11)),
        (X, "business", june(11), june(21)),
        (B, "developer", june(21), july(10)),
        (B, "business", july(10), None),  # a change still pending stays: the membership is over
    ]
    believed = await plans(accounts, B, as_of_time={"seconds": int(datetime(2026, 7, 1, tzinfo=UTC).timestamp())})
    assert believed == [(B, "production", june(1), july(10)), (B, "business", july(10), None)]
    everything = await history(accounts, B, include_superseded=True)
    assert [run.plan_id for run in everything if run.HasField("supersede_time")] == [
        "developer", "production", "production",
    ]  # fmt: skip


async def test_3_9_a_membership_dated_back_ends_what_was_held_whatever_was_corrected_of_later_days(
    accounts: Service,
) -> None:
    await accounts.change_plan(B, "production")
    await accounts.advance(july(5))
    await correct(accounts, B, "production", june(25), june(28))
    await create(accounts, [A], start=june(1))
    await add(accounts, B, june(11), june(21))
    assert await plans(accounts, B) == [
        (B, "production", june(1), june(11)),
        (X, "business", june(11), june(21)),
        (B, "developer", june(21), None),
    ]
    await correct(accounts, B, "business", june(25), june(28))  # recorded after the membership, it holds
    assert [run[1:] for run in (await plans(accounts, B))[-3:]] == [
        ("developer", june(21), june(25)),
        ("business", june(25), june(28)),
        ("developer", june(28), None),
    ]


async def test_3_9_a_contract_may_be_dated_back_within_the_reach_of_corrections(accounts: Service) -> None:
    old = f"AC{77:032x}"
    await accounts.account(old, created=date(2025, 1, 15))
    made = await create(accounts, [old], start=date(2025, 6, 1))
    assert optional_day(made, "start_day") == date(2025, 6, 1)
    assert (await accounts.subscription(old, date(2025, 5, 31))).owner_sid == old
    assert (await accounts.subscription(old, date(2025, 6, 1))).owner_sid == X


async def test_3_12_the_pending_change_of_the_contract_is_shown_to_those_who_will_have_it(accounts: Service) -> None:
    await create(accounts, [A, B, C])
    await remove(accounts, C, june(10))
    await change_plan(accounts, "production", june(10))
    assert (await accounts.subscription(B)).pending_change.plan_id == "production"
    assert not (await accounts.subscription(C)).HasField("pending_change")
    held = await accounts.subscription(B, june(10))
    assert (held.plan_id, held.origin) == ("production", SUBSCRIPTION_ORIGIN_CHANGED)
