"""Flex instances over the RPC: created with the account or added, one model a day, switches on the first of a month."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from tests.conftest import MakeService
from tests.flex.calls import (
    ACTIVE_USER_HOURS,
    LOGIN,
    NAMED_USER,
    NONE,
    USER_AND_USAGE,
    activity,
    add,
    at,
    create,
    get,
    reasons,
    send,
    switch,
    withdraw,
)
from tests.service import Service, refusal

A, B, SUB = f"AC{'a' * 32}", f"AC{'b' * 32}", f"AC{'1' * 32}"
JULY = (2026, 7, 1)


def _day(value: object) -> tuple[int, int, int]:
    return (value.year, value.month, value.day)  # type: ignore[attr-defined]


@pytest.mark.parametrize("model", [NAMED_USER, ACTIVE_USER_HOURS])
async def test_an_account_is_created_with_flex_from_its_creation_day(service: Service, model: int) -> None:
    """7.1, 7.4: the model holds from the creation day, and the instance knows that it came with the account."""
    await service.advance(date(2026, 6, 10))
    await create(service, A, model=model, created=date(2026, 5, 20))
    instance = await get(service, A)
    assert (instance.account_sid, instance.pricing_model, instance.created_with_account) == (A, model, True)
    assert _day(instance.start_day) == (2026, 5, 20)
    assert instance.pending_model == NONE
    assert not instance.HasField("pending_day")
    assert (await get(service, A, date(2026, 5, 20))).pricing_model == model
    before = await service.refused(get(service, A, date(2026, 5, 19)))
    assert (before.reason, before.fields) == ("FLEX_INSTANCE_NOT_FOUND", ("day",))


async def test_an_account_is_not_created_with_user_and_usage(service: Service) -> None:
    """7.4: nothing is left of the account that was refused."""
    refused = await service.refused(create(service, A, model=USER_AND_USAGE))
    assert (refused.reason, refused.fields) == ("FLEX_MODEL_NOT_ELIGIBLE", ("flex_pricing_model",))
    await service.account(A)


async def test_a_subaccount_is_never_created_with_flex(service: Service) -> None:
    """7.6: whatever the model."""
    await service.account(A)
    for model in (USER_AND_USAGE, NAMED_USER, ACTIVE_USER_HOURS):
        refused = await service.refused(create(service, SUB, model=model, parent=A))
        assert (refused.reason, refused.fields) == ("SUBACCOUNT_WITH_FLEX", ("flex_pricing_model",))


async def test_an_instance_is_added_from_today_on_once(service: Service) -> None:
    """7.1: one instance an account; its first day is today."""
    await service.account(A)
    assert (await service.refused(get(service, A))).reason == "FLEX_INSTANCE_NOT_FOUND"
    await service.advance(date(2026, 6, 15))
    added = await add(service, A, USER_AND_USAGE)
    assert (added.pricing_model, added.created_with_account, _day(added.start_day)) == (
        USER_AND_USAGE,
        False,
        (2026, 6, 15),
    )
    again = await service.refused(add(service, A, USER_AND_USAGE))
    assert (again.reason, again.fields) == ("FLEX_INSTANCE_EXISTS", ("account_sid",))
    unknown = await service.refused(add(service, B, USER_AND_USAGE))
    assert (unknown.reason, unknown.fields) == ("ACCOUNT_NOT_FOUND", ("account_sid",))
    await create(service, B, model=NAMED_USER)
    assert (await service.refused(add(service, B, NAMED_USER))).reason == "FLEX_INSTANCE_EXISTS"


async def test_an_instance_added_twice_at_the_same_time_is_added_once(service: Service) -> None:
    """7.1: one of two calls is refused."""
    await service.account(A)
    answers = await asyncio.gather(*(add(service, A, NAMED_USER) for _ in range(4)), return_exceptions=True)
    errors = [refusal(answer).reason for answer in answers if isinstance(answer, BaseException)]  # type: ignore[arg-type]
    assert errors == ["FLEX_INSTANCE_EXISTS"] * 3


@pytest.mark.parametrize("model", [USER_AND_USAGE, NAMED_USER, ACTIVE_USER_HOURS])
async def test_an_account_created_without_flex_may_have_any_model(service: Service, model: int) -> None:
    """7.4: User + Usage is only for accounts created without Flex; they may have the others, too."""
    await service.account(A)
    assert (await add(service, A, model)).pricing_model == model


async def test_the_only_model_of_a_subaccount_is_user_and_usage(service: Service) -> None:
    """7.6: added later, and never switched."""
    await service.account(A)
    await service.account(SUB, parent=A)
    for model in (NAMED_USER, ACTIVE_USER_HOURS):
        refused = await service.refused(add(service, SUB, model))
        assert (refused.reason, refused.fields) == ("FLEX_MODEL_NOT_ELIGIBLE", ("pricing_model",))
    assert (await add(service, SUB, USER_AND_USAGE)).pricing_model == USER_AND_USAGE
    assert (await service.refused(switch(service, SUB, NAMED_USER))).reason == "FLEX_MODEL_NOT_ELIGIBLE"
    assert (await service.refused(get(service, A))).reason == "FLEX_INSTANCE_NOT_FOUND"  # the parent has none


async def test_a_switch_takes_effect_on_the_first_of_the_next_month(service: Service) -> None:
    """7.7: self-service; until then the model stays."""
    await create(service, A, model=NAMED_USER)
    await service.advance(date(2026, 6, 30))
    switched = await switch(service, A, ACTIVE_USER_HOURS)
    assert (switched.pricing_model, switched.pending_model) == (NAMED_USER, ACTIVE_USER_HOURS)
    assert _day(switched.pending_day) == JULY
    assert (await get(service, A, date(2026, 6, 30))).pricing_model == NAMED_USER
    assert (await get(service, A, date(2026, 7, 1))).pricing_model == ACTIVE_USER_HOURS
    await service.advance(date(2026, 7, 1))
    instance = await get(service, A)
    assert (instance.pricing_model, instance.pending_model) == (ACTIVE_USER_HOURS, NONE)
    assert (await get(service, A, date(2026, 6, 30))).pricing_model == NAMED_USER
    assert (await switch(service, A, NAMED_USER)).pending_model == NAMED_USER


async def test_a_switch_lies_on_the_first_of_a_month_of_the_billing_zone(make_service: MakeService) -> None:
    """7.7: 30 June 23:00 in UTC is July in Berlin, so that the switch is in August."""
    service = await make_service(zone="Europe/Berlin")
    await create(service, A, model=NAMED_USER)
    await service.advance(at("06-30 23:00"))
    assert _day((await switch(service, A, ACTIVE_USER_HOURS)).pending_day) == (2026, 8, 1)


async def test_a_pending_switch_is_replaced_and_withdrawn(service: Service) -> None:
    """7.7: until its day; what is pending is removed first, and then compared with what is held."""
    await service.account(A)
    await add(service, A, NAMED_USER)
    none = await service.refused(withdraw(service, A))
    assert (none.reason, none.fields) == ("NO_FLEX_CHANGE", ("account_sid",))
    await switch(service, A, ACTIVE_USER_HOURS)
    assert (await switch(service, A, USER_AND_USAGE)).pending_model == USER_AND_USAGE
    assert (await switch(service, A, USER_AND_USAGE)).pending_model == USER_AND_USAGE
    held = await service.refused(switch(service, A, NAMED_USER))
    assert (held.reason, held.fields) == ("FLEX_MODEL_ALREADY_HELD", ("pricing_model",))
    withdrawn = await withdraw(service, A)
    assert (withdrawn.pricing_model, withdrawn.pending_model) == (NAMED_USER, NONE)
    assert (await service.refused(withdraw(service, A))).reason == "NO_FLEX_CHANGE"
    await service.advance(date(2026, 7, 2))
    assert (await get(service, A)).pricing_model == NAMED_USER


async def test_there_is_no_way_back_from_user_and_usage_once_it_holds(service: Service) -> None:
    """7.5, 7.7: before its day, a switch to it can be replaced; from its day on there is no way back."""
    await service.account(A)
    await add(service, A, NAMED_USER)
    await switch(service, A, USER_AND_USAGE)
    await switch(service, A, ACTIVE_USER_HOURS)
    await switch(service, A, USER_AND_USAGE)
    await service.advance(date(2026, 7, 1))
    assert (await service.refused(withdraw(service, A))).reason == "NO_FLEX_CHANGE"
    for model in (NAMED_USER, ACTIVE_USER_HOURS):
        refused = await service.refused(switch(service, A, model))
        assert (refused.reason, refused.fields) == ("FLEX_MODEL_NOT_ELIGIBLE", ("pricing_model",))
    assert (await service.refused(switch(service, A, USER_AND_USAGE))).reason == "FLEX_MODEL_ALREADY_HELD"


async def test_an_account_created_with_flex_does_not_switch_to_user_and_usage(service: Service) -> None:
    """7.4: it has only the fair-use plans."""
    await create(service, A, model=NAMED_USER)
    refused = await service.refused(switch(service, A, USER_AND_USAGE))
    assert (refused.reason, refused.fields) == ("FLEX_MODEL_NOT_ELIGIBLE", ("pricing_model",))


async def test_an_instance_goes_with_its_account(service: Service) -> None:
    """3.1, 7.1: no instance on days without the account; its closing drops the pending switch."""
    await create(service, A, model=NAMED_USER)
    await switch(service, A, ACTIVE_USER_HOURS)
    await service.close_account(A, date(2026, 6, 20))
    assert (await get(service, A)).pending_model == NONE
    assert (await service.refused(withdraw(service, A))).reason == "NO_FLEX_CHANGE"
    assert (await service.refused(switch(service, A, ACTIVE_USER_HOURS))).reason == "ACCOUNT_CLOSED"
    assert (await get(service, A, date(2026, 6, 19))).pricing_model == NAMED_USER
    assert (await service.refused(get(service, A, date(2026, 6, 20)))).reason == "FLEX_INSTANCE_NOT_FOUND"
    await service.advance(date(2026, 6, 20))
    assert (await service.refused(get(service, A))).reason == "FLEX_INSTANCE_NOT_FOUND"
    await service.account(B)
    await service.close_account(B, date(2026, 6, 21))
    await add(service, B, USER_AND_USAGE)  # its last day
    await service.advance(date(2026, 6, 21))
    assert (await service.refused(switch(service, B, NAMED_USER))).reason == "ACCOUNT_CLOSED"
    await service.account(SUB)
    await service.close_account(SUB)
    await service.advance(date(2026, 6, 22))
    assert (await service.refused(add(service, SUB, USER_AND_USAGE))).reason == "ACCOUNT_CLOSED"


async def test_the_days_of_an_instance_are_its_accounts_after_it_was_added(service: Service) -> None:
    """7.1: activity counts from the first day of the instance on, whole days in the billing zone."""
    await service.account(A)
    await service.advance(at("06-15 18:00"))
    await add(service, A, USER_AND_USAGE)
    answer = await send(
        service, [activity(A, LOGIN, "u", at("06-14 23:59:59")), activity(A, LOGIN, "u", at("06-15 00:00"))]
    )
    assert reasons(answer) == {0: "FLEX_INSTANCE_NOT_FOUND"}
