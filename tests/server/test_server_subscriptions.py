"""Reading the plan held: on a day, as of a moment, and its history (3.9, 3.11, 3.12)."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from billing.operations import subscriptions
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.subscription_pb2 import (
    SUBSCRIPTION_ORIGIN_ASSIGNED,
    SUBSCRIPTION_ORIGIN_CHANGED,
    SubscriptionPeriod,
)
from tests.conftest import START
from tests.server.calls import (
    INVALID,
    NOT_FOUND,
    day_in,
    moment_in,
    optional_day,
    refuses,
    sid,
    withdraw_request,
)
from tests.service import SELF_SERVICE, STAFF, Service, timestamp

ASSIGNED, CHANGED = SUBSCRIPTION_ORIGIN_ASSIGNED, SUBSCRIPTION_ORIGIN_CHANGED
DAYS = [date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 9), date(2026, 6, 10), date(2026, 6, 12), date(2026, 8, 1)]
ONE_DAY = timedelta(days=1)


def june(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, tzinfo=UTC)


async def history(service: Service, account_sid: str, **asked: Any) -> list[SubscriptionPeriod]:
    request = p.ListSubscriptionsRequest(account_sid=account_sid, **asked)
    return list((await service.plans.ListSubscriptions(request, metadata=SELF_SERVICE)).subscriptions)


def row(run: SubscriptionPeriod) -> tuple[object, ...]:
    superseded = moment_in(run.supersede_time) if run.HasField("supersede_time") else None
    start, end = day_in(run.start_day), optional_day(run, "end_day")
    return run.plan_id, start, end, run.origin, moment_in(run.record_time), superseded


async def test_3_12_the_plan_held_since_when_until_when_and_what_is_pending(quiet: Service) -> None:
    await quiet.account(sid(1), created=date(2026, 5, 20))
    await quiet.account(sid(2), parent=sid(1))
    await quiet.change_plan(sid(1), "production", metadata=SELF_SERVICE)
    await quiet.change_plan(sid(1), "business", date(2026, 6, 10), metadata=SELF_SERVICE)
    await quiet.advance(june(5))

    def shown(held: Any) -> tuple[object, ...]:
        return held.plan_id, held.origin, optional_day(held, "since_day"), optional_day(held, "end_day")

    held = await quiet.subscription(sid(1))
    assert (held.account_sid, held.owner_sid, day_in(held.day)) == (sid(1), sid(1), date(2026, 6, 5))
    assert shown(held) == ("production", CHANGED, date(2026, 6, 1), date(2026, 6, 10))
    assert held.plan_version_number == 1
    assert (held.pending_change.plan_id, held.pending_change.pending) == ("business", True)
    past = await quiet.subscription(sid(1), date(2026, 5, 31))
    assert shown(past) == ("developer", ASSIGNED, date(2026, 5, 20), date(2026, 6, 1))
    assert day_in(past.day) == date(2026, 5, 31)
    future = await quiet.subscription(sid(1), date(2026, 6, 10))
    assert shown(future) == ("business", CHANGED, date(2026, 6, 10), None)
    of_subaccount = await quiet.subscription(sid(2))
    assert (of_subaccount.account_sid, of_subaccount.owner_sid) == (sid(2), sid(1))
    assert shown(of_subaccount) == shown(held)
    assert shown(await quiet.subscription(sid(1), date(2026, 5, 19))) == ("", 0, None, None)


async def test_3_12_owners_are_named_however_few_names_are_kept(
    quiet: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "MOST_SIDS", 1)
    parents, children = [sid(number) for number in range(1, 5)], [sid(number) for number in range(11, 15)]
    for parent, child in zip(parents, children, strict=True):
        await quiet.account(parent)
        await quiet.account(child, parent=parent)
    for _ in range(2):
        assert [(await quiet.subscription(child)).owner_sid for child in children] == parents
        together = await asyncio.gather(*(quiet.subscription(account) for account in parents + children))
        assert [held.owner_sid for held in together] == parents + parents


async def test_3_12_a_subaccount_has_no_plan_outside_its_own_days(quiet: Service) -> None:
    await quiet.account(sid(1), created=date(2026, 5, 20))
    await quiet.account(sid(2), parent=sid(1), created=date(2026, 5, 25))
    await quiet.close_account(sid(2), date(2026, 6, 10))
    plans = {
        day: (await quiet.subscription(sid(2), date(2026, *day))).plan_id for day in ((5, 24), (5, 25), (6, 9), (6, 10))
    }
    assert plans == {(5, 24): "", (5, 25): "developer", (6, 9): "developer", (6, 10): ""}


async def test_3_9_a_subaccount_has_no_plan_outside_its_own_days_as_of_a_moment_either(quiet: Service) -> None:
    await quiet.account(sid(1), created=date(2026, 5, 20))
    await quiet.account(sid(2), parent=sid(1), created=date(2026, 5, 25))
    await quiet.close_account(sid(2), date(2026, 6, 10))
    for on in (date(2026, 5, 24), date(2026, 5, 25), date(2026, 6, 9), date(2026, 6, 10)):
        now = await quiet.subscription(sid(2), on)
        as_of_now = await quiet.subscription(sid(2), on, START)
        assert as_of_now.plan_id == now.plan_id, on


async def test_3_9_nothing_is_overwritten(quiet: Service) -> None:
    await quiet.account(sid(1))
    await quiet.advance(june(5))
    await quiet.change_plan(sid(1), "production", date(2026, 6, 10), metadata=SELF_SERVICE)
    await quiet.advance(june(7))
    await quiet.change_plan(sid(1), "business", date(2026, 6, 12), replace=True, metadata=SELF_SERVICE)

    first, tenth, twelfth = date(2026, 6, 1), date(2026, 6, 10), date(2026, 6, 12)
    holds = [
        ("developer", first, twelfth, ASSIGNED, june(7), None),
        ("business", twelfth, None, CHANGED, june(7), None),
    ]
    assert [row(run) for run in await history(quiet, sid(1))] == holds
    everything = await history(quiet, sid(1), include_superseded=True)
    assert [row(run) for run in everything] == [
        ("developer", first, None, ASSIGNED, june(1), june(5)),
        ("developer", first, tenth, ASSIGNED, june(5), june(7)),
        holds[0],
        ("production", tenth, None, CHANGED, june(5), june(7)),
        holds[1],
    ]
    assert {run.owner_sid for run in everything} == {sid(1)}


async def test_3_9_a_moment_is_answered_with_what_was_recorded_up_to_it(quiet: Service) -> None:
    """Whatever was answered at a moment is answered again when the moment is asked for later."""
    told: dict[datetime, list[Any]] = {}

    async def listen(moment: datetime) -> None:
        told[moment] = [(await quiet.subscription(sid(1), on)).plan_id for on in DAYS]
        told[moment].append([row(run)[:-1] for run in await history(quiet, sid(1))])

    await quiet.account(sid(1))
    await listen(june(1))
    await quiet.advance(june(5, 12))
    await quiet.change_plan(sid(1), "production", date(2026, 6, 10))
    await listen(june(5, 12))
    await quiet.advance(june(7))
    await quiet.change_plan(sid(1), "business", date(2026, 6, 12), replace=True)
    await listen(june(7))
    await quiet.advance(june(8))
    await quiet.plans.WithdrawPlanChange(withdraw_request(sid(1)), metadata=STAFF)
    await listen(june(8))
    await quiet.advance(june(9))
    await quiet.change_plan(sid(1), "production")
    await quiet.close_account(sid(1), date(2026, 6, 12))
    await listen(june(9))
    await quiet.advance(datetime(2026, 9, 1, tzinfo=UTC))
    assert len({str(answer) for answer in told.values()}) == 5

    for moment, answered in told.items():
        for asked in (moment, moment + timedelta(hours=1)):
            plans = [(await quiet.subscription(sid(1), on, asked)).plan_id for on in DAYS]
            runs = [row(run)[:-1] for run in await history(quiet, sid(1), as_of_time=timestamp(asked))]
            assert [*plans, runs] == answered, asked
    before = START - timedelta(microseconds=1)
    assert (await quiet.subscription(sid(1), DAYS[1], before)).plan_id == ""
    assert await history(quiet, sid(1), as_of_time=timestamp(before)) == []
    just_before = june(5, 12) - timedelta(microseconds=1)
    assert (await quiet.subscription(sid(1), DAYS[3], just_before)).plan_id == "developer"


async def test_3_9_as_of_a_moment_what_was_superseded_later_still_holds(quiet: Service) -> None:
    await quiet.account(sid(1))
    at_first = await history(quiet, sid(1))
    await quiet.advance(june(5))
    await quiet.change_plan(sid(1), "production", date(2026, 6, 10))
    then = await history(quiet, sid(1), include_superseded=True)
    await quiet.advance(june(7))
    await quiet.change_plan(sid(1), "business", date(2026, 6, 12), replace=True)

    assert await history(quiet, sid(1), as_of_time=timestamp(june(1))) == at_first
    asked = {"as_of_time": timestamp(june(5)), "include_superseded": True}
    assert await history(quiet, sid(1), **asked) == then


async def test_the_history_of_a_subaccount_is_its_parents(quiet: Service) -> None:
    await quiet.account(sid(1))
    await quiet.account(sid(2), parent=sid(1))
    await quiet.change_plan(sid(1), "production", date(2026, 6, 10))
    assert await history(quiet, sid(2)) == await history(quiet, sid(1))
    assert {run.owner_sid for run in await history(quiet, sid(2))} == {sid(1)}


async def test_a_plan_held_over_a_change_that_was_withdrawn_is_held_without_a_break(quiet: Service) -> None:
    await quiet.account(sid(1))
    await quiet.change_plan(sid(1), "production")
    await quiet.change_plan(sid(1), "business", date(2026, 6, 10))
    await quiet.plans.WithdrawPlanChange(withdraw_request(sid(1)), metadata=STAFF)
    held = await quiet.subscription(sid(1), date(2026, 7, 1))
    assert (held.plan_id, optional_day(held, "since_day"), optional_day(held, "end_day")) == (
        "production", date(2026, 6, 1), None,
    )  # fmt: skip


async def test_what_reading_the_plan_held_refuses(quiet: Service) -> None:
    await quiet.account(sid(1))
    for rpc, request in (
        (quiet.plans.GetSubscription, p.GetSubscriptionRequest(account_sid=sid(9))),
        (quiet.plans.ListSubscriptions, p.ListSubscriptionsRequest(account_sid=sid(9))),
    ):
        await refuses(rpc(request, metadata=STAFF), NOT_FOUND, "ACCOUNT_NOT_FOUND", "account_sid")
    bad_time = Timestamp(seconds=10**15)
    for rpc, request, field in (
        (quiet.plans.GetSubscription, p.GetSubscriptionRequest(account_sid="AC12"), "account_sid"),
        (quiet.plans.GetSubscription, p.GetSubscriptionRequest(account_sid=sid(1), day=Date(year=2026)), "day"),
        (
            quiet.plans.GetSubscription,
            p.GetSubscriptionRequest(account_sid=sid(1), day=Date(year=1999, month=12, day=31)),
            "day",
        ),
        (quiet.plans.GetSubscription, p.GetSubscriptionRequest(account_sid=sid(1), as_of_time=bad_time), "as_of_time"),
        (
            quiet.plans.GetSubscription,
            p.GetSubscriptionRequest(account_sid=sid(1), as_of_time=Timestamp(seconds=1, nanos=-1)),
            "as_of_time",
        ),
        (
            quiet.plans.ListSubscriptions,
            p.ListSubscriptionsRequest(account_sid=sid(1), as_of_time=bad_time),
            "as_of_time",
        ),
        (quiet.plans.ListSubscriptions, p.ListSubscriptionsRequest(account_sid=sid(1), page_size=-1), "page_size"),
    ):
        await refuses(rpc(request, metadata=STAFF), INVALID, "INVALID_FIELD", field)


async def test_3_9_as_of_a_moment_an_account_has_the_days_recorded_by_then(service: Service) -> None:
    parent, child = f"AC{1:032x}", f"AC{2:032x}"
    await service.account(parent)
    await service.account(child, parent=parent)
    await service.advance(date(2026, 6, 10))
    await service.close_account(parent, date(2026, 6, 15))
    then = datetime(2026, 6, 5, tzinfo=UTC)
    for asked in (parent, child):
        believed = await service.subscription(asked, date(2026, 6, 20), then)
        assert (believed.plan_id, believed.HasField("end_day")) == ("developer", False)
        known = await service.subscription(asked, date(2026, 6, 20))
        assert known.plan_id == ""
        assert (await service.subscription(asked, date(2026, 6, 12))).end_day.day == 15
    before = datetime(2026, 5, 31, tzinfo=UTC)
    assert (await service.subscription(parent, date(2026, 6, 20), before)).plan_id == ""
