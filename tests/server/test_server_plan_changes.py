"""Changing the plan held (3.1 to 3.8)."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import asyncpg
import grpc
import pytest
from google.type.date_pb2 import Date

from prorata.v1 import plan_service_pb2 as p
from prorata.v1.subscription_pb2 import SUBSCRIPTION_ORIGIN_ASSIGNED, SUBSCRIPTION_ORIGIN_CHANGED, PlanChange
from tests.conftest import START, MakeService
from tests.server.calls import (
    INVALID,
    NOT_FOUND,
    OUT_OF_RANGE,
    PRECONDITION,
    Refused,
    change_request,
    day_in,
    new_id,
    optional_day,
    outcome,
    preview_request,
    refused,
    refuses,
    sid,
    withdraw_request,
)
from tests.service import SELF_SERVICE, STAFF, Service

TODAY = START.date()
ONE_DAY = timedelta(days=1)
JUNE_10, JUNE_20 = date(2026, 6, 10), date(2026, 6, 20)

Change = tuple[str, date, date | None, bool, bool]


@pytest.fixture
async def one(quiet: Service) -> Service:
    """A server with one account."""
    await quiet.account(sid(1))
    return quiet


def change_in(change: PlanChange) -> Change:
    """Plan, active day, day of the first charge, whether pending, whether made by staff."""
    first = optional_day(change, "first_charge_day")
    return change.plan_id, day_in(change.active_day), first, change.pending, change.by_staff


async def change(service: Service, *arguments: Any, metadata: Any = SELF_SERVICE, **options: Any) -> Change:
    return change_in(await service.change_plan(sid(1), *arguments, metadata=metadata, **options))


async def refuses_change(
    service: Service,
    request: p.ChangePlanRequest,
    code: grpc.StatusCode,
    reason: str,
    field: str,
    metadata: Any = SELF_SERVICE,
) -> Refused:
    """Check a refused change, and that its preview is refused alike."""
    found = await refuses(service.plans.ChangePlan(request, metadata=metadata), code, reason, field)
    previewed = await refused(service.plans.PreviewPlanChange(preview_request(request), metadata=metadata))
    assert (previewed.code, previewed.reason, previewed.fields, previewed.message) == (
        found.code, found.reason, found.fields, found.message,
    )  # fmt: skip
    return found


async def withdraw(service: Service, metadata: Any = SELF_SERVICE) -> Change:
    response = await service.plans.WithdrawPlanChange(withdraw_request(sid(1)), metadata=metadata)
    return change_in(response.withdrawn_change)


async def pending(service: Service) -> Change | None:
    held = await service.subscription(sid(1))
    return change_in(held.pending_change) if held.HasField("pending_change") else None


async def plan_on(service: Service, day: date) -> str:
    return (await service.subscription(sid(1), day)).plan_id


async def test_3_2_the_answer_confirms_the_active_day_and_the_first_charge_day(one: Service) -> None:
    assert await change(one, "production") == ("production", TODAY, date(2026, 7, 1), False, False)
    for start, first_charge in (
        (date(2026, 6, 30), date(2026, 7, 1)),
        (date(2026, 7, 1), date(2026, 8, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2027, 2, 28), date(2027, 3, 1)),
    ):
        confirmed = await change(one, "business", start, replace=True)
        assert confirmed == ("business", start, first_charge, True, False)
        assert await pending(one) == confirmed
    assert await change(one, "developer", JUNE_10, replace=True) == ("developer", JUNE_10, None, True, False)


async def test_3_2_a_plan_starts_today_or_later_at_most_366_days_ahead(one: Service) -> None:
    last = TODAY + timedelta(days=366)
    for start in (TODAY - ONE_DAY, last + ONE_DAY, date(2000, 1, 1), date(2199, 12, 31)):
        request = change_request(sid(1), "production", start)
        await refuses_change(one, request, OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "start_day", STAFF)
    assert (await change(one, "production", last))[1] == last == date(2027, 6, 2)
    await withdraw(one)
    assert (await change(one, "production", TODAY))[1:4] == (TODAY, date(2026, 7, 1), False)


async def test_3_2_today_is_the_day_in_the_billing_zone(make_service: MakeService) -> None:
    tokyo = await make_service(zone="Asia/Tokyo", start=START.replace(hour=15), worker=False)  # 2 June there
    await tokyo.account(sid(1))
    assert await change(tokyo, "production") == ("production", TODAY + ONE_DAY, date(2026, 7, 1), False, False)
    request = change_request(sid(1), "business", TODAY)
    await refuses_change(tokyo, request, OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "start_day")


async def test_3_2_a_change_to_the_plan_held_on_that_day_is_refused(one: Service) -> None:
    async def refuse(plan_id: str, start: date, *, replace: bool = False) -> None:
        request = change_request(sid(1), plan_id, start, replace=replace)
        await refuses_change(one, request, PRECONDITION, "PLAN_ALREADY_HELD", "plan_id", STAFF)

    await refuse("developer", TODAY)
    await refuse("developer", JUNE_10)
    await change(one, "production")
    await refuse("production", TODAY)
    await refuse("production", JUNE_10)
    await change(one, "business", JUNE_10)
    await refuse("production", JUNE_20, replace=True)  # the pending change is removed first
    assert await pending(one) == ("business", JUNE_10, date(2026, 7, 1), True, False)


async def test_3_3_from_the_start_day_on_the_new_plan_holds(one: Service) -> None:
    await change(one, "production", JUNE_10)
    assert [await plan_on(one, day) for day in (TODAY, JUNE_10 - ONE_DAY, JUNE_10, JUNE_20)] == [
        "developer", "developer", "production", "production",
    ]  # fmt: skip
    await one.advance(JUNE_10)
    held = await one.subscription(sid(1))
    assert (held.plan_id, day_in(held.since_day), held.origin) == ("production", JUNE_10, SUBSCRIPTION_ORIGIN_CHANGED)
    assert await pending(one) is None


async def test_3_4_a_plan_can_not_be_changed_on_the_day_it_started(one: Service) -> None:
    await change(one, "production")  # a new account may upgrade on its first day
    for plan_id in ("business", "developer"):
        for metadata in (SELF_SERVICE, STAFF):
            request = change_request(sid(1), plan_id)
            await refuses_change(one, request, PRECONDITION, "PLAN_STARTED_THAT_DAY", "start_day", metadata)
    await one.advance(TODAY + ONE_DAY)
    assert (await change(one, "business"))[:2] == ("business", TODAY + ONE_DAY)
    request = change_request(sid(1), "developer")
    await refuses_change(one, request, PRECONDITION, "PLAN_STARTED_THAT_DAY", "start_day")
    await one.advance(TODAY + 2 * ONE_DAY)
    assert (await change(one, "developer"))[:2] == ("developer", TODAY + 2 * ONE_DAY)
    request = change_request(sid(1), "production")  # developer was chosen this time, not assigned
    await refuses_change(one, request, PRECONDITION, "PLAN_STARTED_THAT_DAY", "start_day")


async def test_3_4_a_backdated_account_may_upgrade_on_any_day(quiet: Service) -> None:
    await quiet.account(sid(1), created=date(2026, 5, 1))
    assert await change(quiet, "business") == ("business", TODAY, date(2026, 7, 1), False, False)
    assert await plan_on(quiet, TODAY - ONE_DAY) == "developer"


async def test_3_5_one_change_can_be_pending_and_a_second_asks_to_replace_it(one: Service) -> None:
    first = await change(one, "production", JUNE_10)
    for plan_id, start in (
        ("business", JUNE_10),
        ("business", JUNE_20),
        ("production", JUNE_20),
        ("business", TODAY + ONE_DAY),
    ):
        request = change_request(sid(1), plan_id, start)
        found = await refuses_change(one, request, PRECONDITION, "CHANGE_PENDING", "replace_pending")
        assert "production" in found.message
        assert str(JUNE_10) in found.message
    assert await pending(one) == first

    second = await change(one, "business", JUNE_10, replace=True)
    assert await pending(one) == second == ("business", JUNE_10, date(2026, 7, 1), True, False)
    third = await change(one, "production", JUNE_20, replace=True)
    assert await pending(one) == third
    assert [await plan_on(one, day) for day in (JUNE_10, JUNE_20 - ONE_DAY, JUNE_20)] == [
        "developer", "developer", "production",
    ]  # fmt: skip


async def test_3_5_a_change_that_starts_today_is_in_force_at_once_and_leaves_what_is_pending(one: Service) -> None:
    waiting = await change(one, "business", JUNE_10)
    request = change_request(sid(1), "business")  # the plan that is to come anyway
    await refuses_change(one, request, PRECONDITION, "CHANGE_PENDING", "replace_pending")
    assert await change(one, "production") == ("production", TODAY, date(2026, 7, 1), False, False)
    assert await pending(one) == waiting
    assert [await plan_on(one, day) for day in (TODAY, JUNE_10 - ONE_DAY, JUNE_10)] == [
        "production", "production", "business",
    ]  # fmt: skip
    assert await withdraw(one) == waiting
    assert await plan_on(one, JUNE_10) == "production"


async def test_3_5_a_change_for_today_may_replace_the_pending_one(one: Service) -> None:
    await change(one, "business", JUNE_10)
    assert await change(one, "business", replace=True) == ("business", TODAY, date(2026, 7, 1), False, False)
    assert await pending(one) is None
    assert not (await one.subscription(sid(1))).HasField("end_day")


async def test_3_5_replacing_removes_the_pending_change_before_3_4_is_checked(one: Service) -> None:
    await change(one, "production")
    await change(one, "business", JUNE_10)
    request = change_request(sid(1), "developer", TODAY, replace=True)  # production started today
    await refuses_change(one, request, PRECONDITION, "PLAN_STARTED_THAT_DAY", "start_day")
    assert await pending(one) == ("business", JUNE_10, date(2026, 7, 1), True, False)  # a refusal removes nothing
    assert await change(one, "developer", JUNE_10, replace=True) == ("developer", JUNE_10, None, True, False)


async def test_3_5_to_replace_needs_nothing_pending(one: Service) -> None:
    assert await change(one, "production", JUNE_10, replace=True) == (
        "production", JUNE_10, date(2026, 7, 1), True, False,
    )  # fmt: skip


async def test_3_5_a_pending_change_is_withdrawn_until_its_day_comes(one: Service) -> None:
    async def nothing_pending() -> None:
        call = one.plans.WithdrawPlanChange(withdraw_request(sid(1)), metadata=STAFF)
        await refuses(call, PRECONDITION, "NO_PENDING_CHANGE", "account_sid")

    await nothing_pending()
    confirmed = await change(one, "production", JUNE_10)
    assert await withdraw(one) == confirmed
    assert await pending(one) is None
    held = await one.subscription(sid(1), JUNE_10)
    assert (held.plan_id, held.origin, day_in(held.since_day)) == ("developer", SUBSCRIPTION_ORIGIN_ASSIGNED, TODAY)
    assert not held.HasField("end_day")
    await nothing_pending()

    await change(one, "production", JUNE_10)
    await one.advance(START.replace(day=9, hour=23, minute=59))
    await withdraw(one)
    await change(one, "production", JUNE_10)
    await one.advance(JUNE_10)
    await nothing_pending()
    assert await plan_on(one, JUNE_10) == "production"


async def test_3_5_what_staff_made_pending_only_staff_replace(one: Service) -> None:
    made = await change(one, "production", JUNE_10, metadata=STAFF)
    assert made == ("production", JUNE_10, date(2026, 7, 1), True, True)
    request = change_request(sid(1), "business", JUNE_20)
    await refuses_change(one, request, PRECONDITION, "CHANGE_PENDING", "replace_pending")
    for start in (TODAY, JUNE_20):
        request = change_request(sid(1), "business", start, replace=True)
        await refuses_change(one, request, PRECONDITION, "CHANGE_MADE_BY_STAFF", "replace_pending")
    assert await pending(one) == made
    assert (await change(one, "business", JUNE_20, replace=True, metadata=STAFF))[4] is True
    await withdraw(one, STAFF)
    await change(one, "production", JUNE_10)  # self-service's own
    assert (await change(one, "business", JUNE_10, replace=True, metadata=STAFF))[4] is True
    await withdraw(one, STAFF)
    assert (await change(one, "business", JUNE_10))[4] is False


async def test_3_5_what_staff_made_pending_only_staff_withdraw(one: Service) -> None:
    made = await change(one, "production", JUNE_10, metadata=STAFF)
    found = await refused(one.plans.WithdrawPlanChange(withdraw_request(sid(1)), metadata=SELF_SERVICE))
    assert (found.code, found.reason) == (PRECONDITION, "CHANGE_MADE_BY_STAFF")
    assert await withdraw(one, STAFF) == made
    await change(one, "production", JUNE_10)
    assert (await withdraw(one, STAFF))[4] is False  # staff may withdraw what self-service made


async def test_3_5_a_refused_withdrawal_names_a_field_of_its_request(one: Service) -> None:
    await change(one, "production", JUNE_10, metadata=STAFF)
    found = await refused(one.plans.WithdrawPlanChange(withdraw_request(sid(1)), metadata=SELF_SERVICE))
    assert found.reason == "CHANGE_MADE_BY_STAFF"
    assert set(found.fields) <= set(p.WithdrawPlanChangeRequest.DESCRIPTOR.fields_by_name)


async def test_3_6_to_cancel_is_to_go_back_to_developer(one: Service) -> None:
    await change(one, "production")
    assert await change(one, "developer", JUNE_10) == ("developer", JUNE_10, None, True, False)
    await one.advance(JUNE_10)
    assert (await one.subscription(sid(1))).plan_id == "developer"
    assert await change(one, "production", JUNE_20) == ("production", JUNE_20, date(2026, 7, 1), True, False)


async def test_3_7_personalized_is_not_self_service(one: Service) -> None:
    for start in (TODAY, JUNE_10):
        request = change_request(sid(1), "personalized", start)
        await refuses_change(one, request, PRECONDITION, "PLAN_BY_INQUIRY", "plan_id")
    assert await plan_on(one, JUNE_10) == "developer"


async def test_3_8_a_self_service_change_on_a_day_of_personalized_is_for_support(
    one: Service, behind: asyncpg.Connection
) -> None:
    await change(one, "business", JUNE_10)
    await behind.execute("UPDATE plan_held SET plan_id = 'personalized' WHERE plan_id = 'business'")  # as by inquiry
    await one.advance(JUNE_20)
    for plan_id in ("developer", "production"):
        request = change_request(sid(1), plan_id)
        found = await refuses_change(one, request, PRECONDITION, "CONTACT_SUPPORT", "plan_id")
        assert "contact support" in found.message
    made = await change(one, "production", metadata=STAFF)
    assert made == ("production", JUNE_20, date(2026, 7, 1), False, True)
    await one.advance(JUNE_20 + ONE_DAY)
    assert (await change(one, "business"))[0] == "business"  # no longer on personalized


async def test_3_1_a_change_named_for_a_subaccount_is_refused_and_names_the_parent(one: Service) -> None:
    await one.account(sid(2), parent=sid(1))
    await change(one, "production", JUNE_10)
    for metadata in (SELF_SERVICE, STAFF):
        request = change_request(sid(2), "business")
        found = await refuses_change(one, request, PRECONDITION, "SUBACCOUNT_FOLLOWS_PARENT", "account_sid", metadata)
        assert sid(1) in found.message
        call = one.plans.WithdrawPlanChange(withdraw_request(sid(2)), metadata=metadata)
        found = await refuses(call, PRECONDITION, "SUBACCOUNT_FOLLOWS_PARENT", "account_sid")
        assert sid(1) in found.message
    assert (await one.subscription(sid(2))).pending_change == (await one.subscription(sid(1))).pending_change


async def test_3_1_no_plan_starts_on_a_day_after_the_closing_of_the_account(one: Service) -> None:
    await one.close_account(sid(1), JUNE_10)
    for start in (JUNE_10, JUNE_20):
        request = change_request(sid(1), "production", start)
        await refuses_change(one, request, PRECONDITION, "ACCOUNT_CLOSED", "start_day")
    assert await change(one, "production", JUNE_10 - ONE_DAY) == (
        "production", JUNE_10 - ONE_DAY, date(2026, 7, 1), True, False,
    )  # fmt: skip
    held = await one.subscription(sid(1), JUNE_10 - ONE_DAY)
    assert (held.plan_id, day_in(held.end_day)) == ("production", JUNE_10)
    await withdraw(one)
    assert optional_day(await one.subscription(sid(1)), "end_day") == JUNE_10


async def test_what_a_change_is_refused_for_first(one: Service) -> None:
    """The order of the contract: each request has the faults of those after it, too."""
    await one.account(sid(2), parent=sid(1))
    await one.account(sid(3))
    await one.close_account(sid(3))
    past, far = TODAY - ONE_DAY, TODAY + timedelta(days=367)
    for request, code, reason, field in (
        (change_request(sid(9), "platinum", past), NOT_FOUND, "ACCOUNT_NOT_FOUND", "account_sid"),
        (change_request(sid(2), "platinum", past), PRECONDITION, "SUBACCOUNT_FOLLOWS_PARENT", "account_sid"),
        (change_request(sid(3), "platinum", past), NOT_FOUND, "PLAN_NOT_FOUND", "plan_id"),
        (change_request(sid(3), "personalized", far), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "start_day"),
        (change_request(sid(3), "personalized", JUNE_10), PRECONDITION, "ACCOUNT_CLOSED", "start_day"),
    ):
        await refuses_change(one, request, code, reason, field)
    await change(one, "production", JUNE_10, metadata=STAFF)
    for request, reason, field in (
        (change_request(sid(1), "personalized", JUNE_20), "PLAN_BY_INQUIRY", "plan_id"),
        (change_request(sid(1), "developer", JUNE_20), "CHANGE_PENDING", "replace_pending"),
        (change_request(sid(1), "developer", JUNE_20, replace=True), "CHANGE_MADE_BY_STAFF", "replace_pending"),
        (change_request(sid(1), "developer", TODAY), "PLAN_ALREADY_HELD", "plan_id"),
    ):
        await refuses_change(one, request, PRECONDITION, reason, field)
    await refuses(
        one.plans.WithdrawPlanChange(withdraw_request(sid(9)), metadata=STAFF),
        NOT_FOUND, "ACCOUNT_NOT_FOUND", "account_sid",
    )  # fmt: skip


async def test_a_malformed_start_day_is_named(one: Service) -> None:
    for start in (
        Date(year=2026, month=6, day=31),
        Date(year=2026, month=6),
        Date(),
        Date(year=10_000, month=1, day=1),
    ):
        request = p.ChangePlanRequest(request_id=new_id(), account_sid=sid(1), plan_id="production", start_day=start)
        await refuses_change(one, request, INVALID, "INVALID_FIELD", "start_day")


async def test_of_changes_at_the_same_time_one_is_made(one: Service) -> None:
    calls = [
        one.plans.ChangePlan(change_request(sid(1), plan_id, JUNE_10), metadata=SELF_SERVICE)
        for plan_id in ("production", "business") * 4
    ]
    answers = await asyncio.gather(*map(outcome, calls))
    made = [answer.change for answer in answers if not isinstance(answer, Refused)]
    assert len(made) == 1
    reasons = {answer.reason for answer in answers if isinstance(answer, Refused)}
    assert reasons == {"CHANGE_PENDING"}
    assert await pending(one) == change_in(made[0])
