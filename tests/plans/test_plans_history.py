"""Correcting the past (3.9)."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import grpc
import pytest
from google.type.date_pb2 import Date

from prorata.v1 import plan_service_pb2 as p
from prorata.v1.charge_pb2 import ChargeRecord
from prorata.v1.subscription_pb2 import (
    SUBSCRIPTION_ORIGIN_ASSIGNED,
    SUBSCRIPTION_ORIGIN_CHANGED,
    SUBSCRIPTION_ORIGIN_CORRECTED,
)
from tests.plans.calls import (
    contract_request,
    correct,
    correction_request,
    flat,
    history,
    run_in,
)
from tests.server.calls import (
    INVALID,
    NOT_FOUND,
    OUT_OF_RANGE,
    PRECONDITION,
    Refused,
    audit_events,
    change_request,
    day_in,
    moment_in,
    new_id,
    optional_day,
    outcome,
    refuses,
    sid,
)
from tests.service import SELF_SERVICE, STAFF, Service, amount, day, support, timestamp

ASSIGNED, CHANGED, CORRECTED = (
    SUBSCRIPTION_ORIGIN_ASSIGNED, SUBSCRIPTION_ORIGIN_CHANGED, SUBSCRIPTION_ORIGIN_CORRECTED,
)  # fmt: skip
ONE_DAY = timedelta(days=1)
CONTRACT = "CT" + "c" * 32


def june(number: int) -> date:
    """A day of June 2026."""
    return date(2026, 6, 1) + timedelta(days=number - 1)


TODAY = june(20)


@pytest.fixture
async def old(quiet: Service) -> Service:
    """On 20 June: an account since 1 June, on production since 10 June."""
    await quiet.account(sid(1))
    await quiet.advance(june(10))
    await quiet.change_plan(sid(1), "production", metadata=SELF_SERVICE)
    await quiet.advance(datetime(2026, 6, 20, 12, tzinfo=UTC))
    return quiet


async def refuses_correction(
    service: Service, request: p.CorrectPlanHistoryRequest, code: grpc.StatusCode, reason: str, field: str
) -> Refused:
    """Check why a correction is refused."""
    return await refuses(service.plans.CorrectPlanHistory(request, metadata=STAFF), code, reason, field)


async def plans_on(service: Service, *days: date, as_of: datetime | None = None) -> list[str]:
    """The plans of the account on some days."""
    return [(await service.subscription(sid(1), on, as_of)).plan_id for on in days]


async def add_member(service: Service, account_sid: str, start: date, end: date | None = None) -> None:
    """An account joins the contract."""
    request = p.AddContractMemberRequest(
        request_id=new_id(),
        contract_sid=CONTRACT,
        account_sid=account_sid,
        start_day=day(start),
        end_day=day(end) if end else None,
    )
    await service.plans.AddContractMember(request, metadata=STAFF)


async def test_3_9_on_the_days_named_the_plan_named_was_held_and_other_days_stay(old: Service) -> None:
    recorded = await correct(old, sid(1), "business", june(5), june(12))
    assert recorded == [
        ("developer", june(1), june(5), ASSIGNED),
        ("business", june(5), june(12), CORRECTED),
        ("production", june(12), None, CORRECTED),
    ]
    assert await plans_on(old, june(1), june(4), june(5), june(11), june(12), TODAY, date(2027, 6, 1)) == [
        "developer", "developer", "business", "business", "production", "production", "production",
    ]  # fmt: skip
    held = await old.subscription(sid(1), june(6))
    assert (held.origin, day_in(held.since_day), day_in(held.end_day)) == (CORRECTED, june(5), june(12))
    assert not (await old.subscription(sid(1))).HasField("pending_change")


async def test_3_9_nothing_is_overwritten(old: Service) -> None:
    believed = await history(old, sid(1))
    before = datetime(2026, 6, 20, 11, tzinfo=UTC)
    await correct(old, sid(1), "business", june(5), june(12))
    now = datetime(2026, 6, 20, 12, tzinfo=UTC)
    shown = [(run_in(run), optional_day(run, "end_day")) for run in await history(old, sid(1))]
    assert [run[0] for run, _ in shown] == ["developer", "business", "production"]
    everything = await history(old, sid(1), include_superseded=True)
    assert len(everything) == 6  # two at first, one cut by the change, and three by the correction
    superseded = [run for run in everything if run.HasField("supersede_time")]
    assert {moment_in(run.supersede_time) for run in superseded} == {datetime(2026, 6, 10, tzinfo=UTC), now}
    corrections = [run for run in everything if moment_in(run.record_time) == now]
    assert [run_in(run)[:3] for run in corrections] == [
        ("developer", june(1), june(5)),
        ("business", june(5), june(12)),
        ("production", june(12), None),
    ]
    assert await plans_on(old, june(6), june(11), as_of=before) == ["developer", "production"]
    assert await history(old, sid(1), as_of_time=timestamp(before)) == believed


async def test_3_9_corrected_twice_the_last_correction_holds(old: Service) -> None:
    await correct(old, sid(1), "business", june(5), june(12))
    await old.advance(datetime(2026, 6, 21, tzinfo=UTC))
    await correct(old, sid(1), "personalized", june(8), june(15))
    await old.advance(datetime(2026, 6, 22, tzinfo=UTC))
    days = (june(5), june(7), june(8), june(14), june(15))
    assert await plans_on(old, *days) == ["business", "business", "personalized", "personalized", "production"]
    between = datetime(2026, 6, 20, 18, tzinfo=UTC)
    assert await plans_on(old, *days, as_of=between) == ["business", "business", "business", "production", "production"]
    await correct(old, sid(1), "developer", june(5), june(10))  # and back
    await correct(old, sid(1), "production", june(10))
    assert await plans_on(old, *days) == ["developer", "developer", "developer", "production", "production"]


async def test_3_9_without_an_end_later_changes_are_replaced_pending_ones_too(old: Service) -> None:
    await old.change_plan(sid(1), "business", date(2026, 7, 5), metadata=SELF_SERVICE)
    recorded = await correct(old, sid(1), "personalized", june(15))
    assert recorded == [
        ("production", june(10), june(15), CHANGED),
        ("personalized", june(15), None, CORRECTED),
    ]
    held = await old.subscription(sid(1), date(2027, 6, 1))
    assert (held.plan_id, day_in(held.since_day)) == ("personalized", june(15))
    assert not held.HasField("pending_change")


async def test_3_9_a_change_that_is_pending_after_the_days_stays_pending(old: Service) -> None:
    waiting = await old.change_plan(sid(1), "business", date(2026, 7, 5), metadata=SELF_SERVICE)
    await correct(old, sid(1), "developer", june(15), june(18))
    held = await old.subscription(sid(1), date(2026, 7, 5))
    assert (held.plan_id, held.pending_change) == ("business", waiting)


async def test_3_4_does_not_hold_for_corrections(old: Service) -> None:
    """3.4, 3.9: the day on which a plan started may be corrected, to whatever plan, and today too."""
    await correct(old, sid(1), "business", june(10), june(11))
    await old.change_plan(sid(1), "business")
    await refuses(
        old.plans.ChangePlan(change_request(sid(1), "production"), metadata=STAFF),
        PRECONDITION, "PLAN_STARTED_THAT_DAY", "start_day",
    )  # fmt: skip
    await correct(old, sid(1), "developer", TODAY)
    await correct(old, sid(1), "developer", TODAY)  # what it is already
    assert await plans_on(old, june(10), june(19), TODAY) == ["business", "production", "developer"]


async def test_3_9_the_first_day_of_the_account_may_be_corrected(old: Service) -> None:
    assert await correct(old, sid(1), "business", june(1), june(2)) == [
        ("business", june(1), june(2), CORRECTED),
        ("developer", june(2), june(10), ASSIGNED),
    ]


async def test_3_9_a_correction_starts_today_or_earlier_within_its_reach(quiet: Service) -> None:
    """3.9, 4.3: in June 2026 the reach begins with June 2025."""
    await quiet.account(sid(1), created=date(2024, 1, 1))
    await quiet.advance(TODAY)
    for start in (TODAY + ONE_DAY, date(2025, 5, 31), date(2024, 1, 1)):
        request = correction_request(sid(1), "production", start)
        await refuses_correction(quiet, request, OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "start_day")
    for end in (june(5), june(4)):
        request = correction_request(sid(1), "production", june(5), end)
        await refuses_correction(quiet, request, OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "end_day")
    await correct(quiet, sid(1), "production", date(2025, 6, 1), date(2025, 6, 2))
    await correct(quiet, sid(1), "production", TODAY)
    assert await plans_on(quiet, date(2025, 5, 31), date(2025, 6, 1), date(2025, 6, 2), TODAY) == [
        "developer", "production", "developer", "production",
    ]  # fmt: skip


async def test_3_9_only_days_on_which_the_account_exists_are_corrected(quiet: Service) -> None:
    await quiet.advance(june(5))
    await quiet.account(sid(1))
    await quiet.close_account(sid(1), june(15))
    await quiet.advance(TODAY)
    for request, reason, field in (
        (correction_request(sid(1), "business", june(4)), "ACCOUNT_NOT_YET_CREATED", "start_day"),
        (correction_request(sid(1), "business", june(4), june(30)), "ACCOUNT_NOT_YET_CREATED", "start_day"),
        (correction_request(sid(1), "business", june(15)), "ACCOUNT_CLOSED", "start_day"),
        (correction_request(sid(1), "business", june(10), june(16)), "ACCOUNT_CLOSED", "end_day"),
    ):
        await refuses_correction(quiet, request, PRECONDITION, reason, field)
    assert await correct(quiet, sid(1), "business", june(10), june(15)) == [
        ("developer", june(5), june(10), ASSIGNED),
        ("business", june(10), june(15), CORRECTED),
    ]
    assert (await correct(quiet, sid(1), "production", june(8)))[-1] == ("production", june(8), june(15), CORRECTED)
    assert await plans_on(quiet, june(7), june(8), june(14), june(15)) == ["developer", "production", "production", ""]


@pytest.fixture
async def member(old: Service) -> Service:
    """The account, on production since 10 June, was a member of a contract on 13 and 14 June, and is to be in July."""
    await old.account(sid(2), created=june(1))
    request = contract_request(CONTRACT, "business", sid(2), start_day=day(june(5)))
    await old.plans.CreateContract(request, metadata=STAFF)
    await add_member(old, sid(1), june(13), june(15))
    await add_member(old, sid(1), date(2026, 7, 10))
    return old


async def test_3_9_days_under_a_contract_are_not_corrected(member: Service) -> None:
    for start, end, field in (
        (june(13), None, "start_day"),
        (june(14), june(15), "start_day"),
        (june(12), june(14), "end_day"),
        (june(1), june(16), "end_day"),
        (june(16), date(2026, 7, 11), "end_day"),
    ):
        request = correction_request(sid(1), "personalized", start, end)
        await refuses_correction(member, request, PRECONDITION, "ACCOUNT_IN_CONTRACT", field)
    await correct(member, sid(1), "personalized", june(12), june(13))
    await correct(member, sid(1), "personalized", june(15), date(2026, 7, 10))
    assert await plans_on(member, june(11), june(12), june(13), june(14), june(15), date(2026, 7, 9)) == [
        "production", "personalized", "business", "business", "personalized", "personalized",
    ]  # fmt: skip


async def test_3_9_without_an_end_a_correction_goes_up_to_the_next_membership(member: Service) -> None:
    assert (await correct(member, sid(1), "personalized", june(11)))[-1] == (
        "personalized", june(11), june(13), CORRECTED,
    )  # fmt: skip
    assert (await correct(member, sid(1), "personalized", june(17)))[-1] == (
        "personalized", june(17), date(2026, 7, 10), CORRECTED,
    )  # fmt: skip
    held = [(await member.subscription(sid(1), on)).owner_sid for on in (june(12), june(14), date(2026, 7, 10))]
    assert held == [sid(1), CONTRACT, CONTRACT]


async def test_3_9_the_plan_of_a_contract_is_corrected_with_its_own_price(member: Service) -> None:
    """3.9, 2.4: for its members too; other days keep plan and price."""
    recorded = await correct(member, CONTRACT, "business", june(8), june(14), flat("2000"))
    assert [run[:3] for run in recorded] == [
        ("business", june(5), june(8)), ("business", june(8), june(14), ), ("business", june(14), None),
    ]  # fmt: skip
    prices = []
    for on in (june(7), june(8), june(13), june(14)):
        response = await member.plans.GetContract(
            p.GetContractRequest(contract_sid=CONTRACT, day=day(on)), metadata=STAFF
        )
        prices.append(amount(response.contract.own_price.flat.amount) if response.contract.HasField("own_price") else 0)
    assert prices == [0, Decimal(2000), Decimal(2000), 0]
    await correct(member, CONTRACT, "personalized", june(14))
    assert await plans_on(member, june(13), june(14), date(2026, 7, 10)) == ["business", "personalized", "personalized"]


async def test_3_9_a_contract_is_corrected_on_its_own_days(member: Service) -> None:
    request = p.EndContractRequest(request_id=new_id(), contract_sid=CONTRACT, end_day=day(june(28)))
    await member.plans.EndContract(request, metadata=STAFF)
    for start, end, field in (
        (june(4), None, "start_day"),
        (june(4), june(10), "start_day"),
        (june(10), june(29), "end_day"),
    ):
        request = correction_request(CONTRACT, "production", start, end)
        await refuses_correction(member, request, PRECONDITION, "CONTRACT_NOT_IN_FORCE", field)
    assert (await correct(member, CONTRACT, "production", june(10)))[-1] == (
        "production", june(10), june(28), CORRECTED,
    )  # fmt: skip
    await member.advance(june(29))
    request = correction_request(CONTRACT, "production", june(28))
    await refuses_correction(member, request, PRECONDITION, "CONTRACT_NOT_IN_FORCE", "start_day")


async def test_3_9_what_a_correction_refuses(old: Service, subtests: pytest.Subtests) -> None:
    await old.account(sid(2), parent=sid(1))
    price = flat("10")
    for request, code, reason, field in (
        (correction_request(sid(9), "business", june(5)), NOT_FOUND, "ACCOUNT_NOT_FOUND", "owner_sid"),
        (correction_request(CONTRACT, "business", june(5)), NOT_FOUND, "CONTRACT_NOT_FOUND", "owner_sid"),
        (correction_request(sid(2), "business", june(5)), PRECONDITION, "SUBACCOUNT_FOLLOWS_PARENT", "owner_sid"),
        (correction_request(sid(1), "gold", june(5)), NOT_FOUND, "PLAN_NOT_FOUND", "plan_id"),
        (correction_request(sid(1), "business", june(5), None, price), INVALID, "INVALID_FIELD", "own_price"),
        (correction_request("XX", "business", june(5)), INVALID, "INVALID_FIELD", "owner_sid"),
        (correction_request(sid(1), "", june(5)), INVALID, "INVALID_FIELD", "plan_id"),
        (correction_request(sid(1), "business", date(1999, 12, 31)), INVALID, "INVALID_FIELD", "start_day"),
        (correction_request(sid(1), "business", june(5), date(2200, 1, 1)), INVALID, "INVALID_FIELD", "end_day"),
        (p.CorrectPlanHistoryRequest(request_id=new_id(), owner_sid=sid(1), plan_id="business"), INVALID,
         "INVALID_FIELD", "start_day"),
        (p.CorrectPlanHistoryRequest(request_id=new_id(), owner_sid=sid(1), plan_id="business",
                                     start_day=Date(year=2026, month=6, day=31)), INVALID, "INVALID_FIELD",
         "start_day"),
    ):  # fmt: skip
        with subtests.test(f"{reason} {field}"):
            await refuses_correction(old, request, code, reason, field)
    assert len(await history(old, sid(1))) == 2


async def test_only_staff_correct_and_a_correction_sent_again_answers_the_same(old: Service) -> None:
    request = correction_request(sid(1), "business", june(5), june(12))
    call = old.plans.CorrectPlanHistory(request, metadata=SELF_SERVICE)
    await refuses(call, grpc.StatusCode.PERMISSION_DENIED, "NOT_PERMITTED")
    first, again = [await old.plans.CorrectPlanHistory(request, metadata=STAFF) for _ in range(2)]
    assert first == again
    assert len(await history(old, sid(1), include_superseded=True)) == 6
    assert [event.rpc for event in await audit_events(old, sid(1))].count("CorrectPlanHistory") == 1


async def test_3_9_corrections_at_the_same_moment_leave_one_plan_a_day(old: Service) -> None:
    plans = ["developer", "production", "business", "personalized"]
    calls = [
        old.plans.CorrectPlanHistory(
            correction_request(sid(1), plans[number % 4], june(2 + number), june(12 + number)), metadata=STAFF
        )
        for number in range(8)
    ]
    calls.append(old.plans.ChangePlan(change_request(sid(1), "business", june(25)), metadata=STAFF))
    answers = await asyncio.gather(*(outcome(call) for call in calls))
    assert not any(isinstance(answer, Refused) for answer in answers)
    runs = [run_in(run) for run in await history(old, sid(1))]
    assert [run[1] for run in runs[1:]] == [run[2] for run in runs[:-1]]
    assert (runs[0][1], runs[-1][2]) == (june(1), None)


def totals(records: list[ChargeRecord]) -> dict[str, Decimal]:
    """What support comes to per charged period."""
    sums: dict[str, Decimal] = {}
    for record in support(records):
        sums[record.period] = sums.get(record.period, Decimal(0)) + amount(record.amount)
    return sums


async def test_3_9_a_correction_of_an_open_month_is_in_its_closing(service: Service) -> None:
    """3.9, 5.3: production on 10 days of June, without spend."""
    await service.account(sid(1))
    await service.advance(TODAY)
    await correct(service, sid(1), "production", june(5), june(15))
    await service.advance(date(2026, 7, 1))
    await service.close("2026-06")
    assert totals(await service.feed()) == {"2026-06": Decimal("83.33")}  # 250 × 10 ÷ 30


async def test_3_9_a_correction_of_a_closed_month_is_settled_by_the_next_closing(service: Service) -> None:
    """3.9, 6.5: the records of June stay; July's closing carries the difference."""
    await service.account(sid(1))
    await service.change_plan(sid(1), "production")
    await service.advance(date(2026, 7, 1))
    await service.close("2026-06")
    emitted = await service.feed()
    assert totals(emitted) == {"2026-06": Decimal("250.00")}
    await service.advance(date(2026, 7, 10))
    await correct(service, sid(1), "business", june(16), date(2026, 7, 1))
    await service.advance(date(2026, 8, 1))
    await service.close("2026-07")
    assert await service.feed() == [*emitted, *(await service.feed(emitted[-1].position))]
    later = support(await service.feed(emitted[-1].position))
    # June: 250 × 15/30 + 1,500 × 15/30 = 875.00, less 250.00; July: 250.00
    assert totals(later) == {"2026-06": Decimal("625.00"), "2026-07": Decimal("250.00")}
