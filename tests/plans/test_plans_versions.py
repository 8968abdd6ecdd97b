"""Publishing versions of plans (2.1, 2.3, 2.4)."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import grpc
import pytest
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as DecimalText
from google.type.money_pb2 import Money

from prorata.v1 import plan_service_pb2 as p
from prorata.v1.plan_pb2 import (
    GUARANTEE_CLOCK_AROUND_THE_CLOCK,
    GUARANTEE_CLOCK_BUSINESS_HOURS,
    PRIORITY_P1,
    PRIORITY_P2,
    PRIORITY_P3,
    SUPPORT_CHANNEL_CHAT,
    SUPPORT_CHANNEL_EMAIL,
    SUPPORT_SERVICE_HOTLINE,
    FlatPrice,
    PlanPrice,
    ResponseGuarantee,
    UsageBasedPrice,
)
from tests.conftest import START, MakeService
from tests.plans.calls import flat, plan_on, publish, share, version_request
from tests.server.calls import (
    EXISTS,
    INVALID,
    NOT_FOUND,
    OUT_OF_RANGE,
    Refused,
    audit_events,
    day_in,
    optional_day,
    outcome,
    refuses,
    sid,
)
from tests.service import SELF_SERVICE, STAFF, Service, amount, day, money, support

TODAY = START.date()
ONE_DAY = timedelta(days=1)
JUNE_11, JUNE_20 = date(2026, 6, 11), date(2026, 6, 20)
DEARER = share("0.05", "300")

P1 = ResponseGuarantee(
    priority=PRIORITY_P1, response_minutes=30, clock=GUARANTEE_CLOCK_AROUND_THE_CLOCK, exclusive=True
)
P2 = ResponseGuarantee(priority=PRIORITY_P2, response_minutes=90, clock=GUARANTEE_CLOCK_BUSINESS_HOURS)


async def number_on(service: Service, on: date) -> int:
    """The number of the version of production in force."""
    return (await plan_on(service, "production", on)).version.number


async def test_2_3_a_version_takes_effect_on_its_day_and_earlier_days_keep_theirs(quiet: Service) -> None:
    before = await plan_on(quiet, "production")
    published = await publish(
        quiet,
        "production",
        JUNE_11,
        DEARER,
        guarantees=[P2, P1],
        channels=[SUPPORT_CHANNEL_CHAT, SUPPORT_CHANNEL_EMAIL],
        services=[SUPPORT_SERVICE_HOTLINE],
    )
    version = published.version
    assert (published.plan_id, published.display_name, version.number) == ("production", "Production", 2)
    assert day_in(version.effective_day) == JUNE_11
    assert version.price == DEARER
    assert list(version.guarantees) == [P1, P2]  # by priority
    assert list(version.channels) == [SUPPORT_CHANNEL_CHAT, SUPPORT_CHANNEL_EMAIL]
    assert list(version.services) == [SUPPORT_SERVICE_HOTLINE]
    assert await plan_on(quiet, "production") == before
    assert await plan_on(quiet, "production", JUNE_11 - ONE_DAY) == before
    assert await plan_on(quiet, "production", JUNE_11) == published
    assert await plan_on(quiet, "production", date(2199, 12, 31)) == published
    listed = await quiet.plans.ListPlans(p.ListPlansRequest(day=day(JUNE_11)), metadata=SELF_SERVICE)
    assert [(plan.plan_id, plan.version.number) for plan in listed.plans] == [
        ("developer", 1), ("production", 2), ("business", 1), ("personalized", 1),
    ]  # fmt: skip
    await quiet.advance(JUNE_11)
    assert await plan_on(quiet, "production") == published


async def test_2_3_a_version_takes_effect_tomorrow_or_later(quiet: Service) -> None:
    last = TODAY + timedelta(days=366)
    for effective in (TODAY, TODAY - ONE_DAY, last + ONE_DAY, date(2199, 12, 31)):
        call = quiet.plans.PublishPlanVersion(version_request("production", effective, DEARER), metadata=STAFF)
        await refuses(call, OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "effective_day")
    assert (await publish(quiet, "production", last, DEARER)).version.number == 2
    assert (await publish(quiet, "production", TODAY + ONE_DAY, DEARER)).version.number == 3


async def test_2_3_tomorrow_is_that_of_the_billing_zone(make_service: MakeService) -> None:
    tokyo = await make_service(zone="Asia/Tokyo", start=START.replace(hour=15), worker=False)  # 2 June there
    call = tokyo.plans.PublishPlanVersion(version_request("production", date(2026, 6, 2), DEARER), metadata=STAFF)
    await refuses(call, OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "effective_day")
    await publish(tokyo, "production", date(2026, 6, 3), DEARER)


async def test_2_3_one_version_per_plan_and_day_which_is_never_edited(quiet: Service) -> None:
    first = await publish(quiet, "production", JUNE_11, DEARER)
    for price in (DEARER, flat("99")):
        call = quiet.plans.PublishPlanVersion(version_request("production", JUNE_11, price), metadata=STAFF)
        await refuses(call, EXISTS, "VERSION_EXISTS", "effective_day")
    assert await plan_on(quiet, "production", JUNE_11) == first
    assert (await publish(quiet, "business", JUNE_11, DEARER)).version.number == 2  # of another plan


async def test_2_3_a_version_numbered_later_may_take_effect_earlier(quiet: Service) -> None:
    await publish(quiet, "production", JUNE_20, DEARER)
    await publish(quiet, "production", JUNE_11, flat("99"))
    assert [await number_on(quiet, on) for on in (TODAY, JUNE_11, JUNE_20 - ONE_DAY, JUNE_20)] == [1, 3, 3, 2]


async def test_2_3_published_at_the_same_moment_one_version_wins(quiet: Service) -> None:
    """2.3: of versions for one day one is made, and versions for several days are numbered without gaps or repeats."""
    requests = [version_request("production", JUNE_11, flat(str(number))) for number in range(1, 7)]
    requests += [version_request("production", JUNE_20 + number * ONE_DAY, DEARER) for number in range(4)]
    answers = await asyncio.gather(
        *(outcome(quiet.plans.PublishPlanVersion(request, metadata=STAFF)) for request in requests)
    )
    made = [answer.plan.version for answer in answers if not isinstance(answer, Refused)]
    assert sorted(version.number for version in made) == [2, 3, 4, 5, 6]
    assert [day_in(version.effective_day) for version in made].count(JUNE_11) == 1
    assert {answer.reason for answer in answers if isinstance(answer, Refused)} == {"VERSION_EXISTS"}


async def test_a_publication_sent_again_answers_the_same(quiet: Service) -> None:
    request = version_request("production", JUNE_11, DEARER)
    first = await quiet.plans.PublishPlanVersion(request, metadata=STAFF)
    await quiet.advance(JUNE_20)  # long past its day
    assert await quiet.plans.PublishPlanVersion(request, metadata=STAFF) == first
    assert await number_on(quiet, JUNE_20) == 2
    events = await audit_events(quiet, "production")
    assert [(event.rpc, event.caller) for event in events] == [("PublishPlanVersion", "tests")]


async def test_2_4_a_plan_may_become_flat_or_free_and_usage_based_again(quiet: Service) -> None:
    for number, price in enumerate((flat("2000"), flat("0"), share("0", "0"), share("1", "0.000000001")), 1):
        published = await publish(quiet, "business", TODAY + number * ONE_DAY, price)
        assert published.version.price == price
    await quiet.account(sid(1))
    change = await quiet.change_plan(sid(1), "business", TODAY + 2 * ONE_DAY)
    assert not change.HasField("first_charge_day")  # 3.2: free on that day


async def test_3_1_the_developer_plan_stays_free(quiet: Service) -> None:
    for price in (share("0.01", "0"), share("0", "1"), flat("0.01")):
        call = quiet.plans.PublishPlanVersion(version_request("developer", JUNE_11, price), metadata=STAFF)
        await refuses(call, INVALID, "INVALID_FIELD", "price")
    published = await publish(quiet, "developer", JUNE_11, share("0", "0"), channels=[SUPPORT_CHANNEL_CHAT])
    assert (published.version.number, list(published.version.channels)) == (2, [SUPPORT_CHANNEL_CHAT])


def usage_based(rate: str | None = "0.04", minimum: Money | None = None) -> PlanPrice:
    """A usage-based price that may lack something."""
    return PlanPrice(
        usage_based=UsageBasedPrice(rate=DecimalText(value=rate) if rate is not None else None, minimum=minimum)
    )


def guarantee(**changes: Any) -> ResponseGuarantee:
    """A good guarantee with something changed."""
    given = {"priority": PRIORITY_P3, "response_minutes": 60, "clock": GUARANTEE_CLOCK_BUSINESS_HOURS, **changes}
    return ResponseGuarantee(**given)


DOLLAR = money("1")
BASED, MINIMUM, AMOUNT = "price.usage_based", "price.usage_based.minimum", "price.flat.amount"
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"price": None}, "price"),
    ({"price": PlanPrice()}, "price"),
    ({"price": usage_based(None, DOLLAR)}, f"{BASED}.rate"),
    ({"price": usage_based("", DOLLAR)}, f"{BASED}.rate"),
    ({"price": usage_based("four", DOLLAR)}, f"{BASED}.rate"),
    ({"price": usage_based("NaN", DOLLAR)}, f"{BASED}.rate"),
    ({"price": usage_based("-0.01", DOLLAR)}, f"{BASED}.rate"),
    ({"price": usage_based("1.000000001", DOLLAR)}, f"{BASED}.rate"),
    ({"price": usage_based("1e999", DOLLAR)}, f"{BASED}.rate"),
    ({"price": usage_based("0.0000000001", DOLLAR)}, f"{BASED}.rate"),
    ({"price": usage_based("1e-999", DOLLAR)}, f"{BASED}.rate"),
    ({"price": usage_based()}, MINIMUM),
    ({"price": usage_based(minimum=money("-1"))}, MINIMUM),
    ({"price": usage_based(minimum=money("-0.000000001"))}, MINIMUM),
    ({"price": usage_based(minimum=Money(currency_code="USD", units=1, nanos=-1))}, MINIMUM),
    ({"price": usage_based(minimum=Money(currency_code="USD", nanos=10**9))}, MINIMUM),
    ({"price": usage_based(minimum=Money(currency_code="USD", units=10**12))}, MINIMUM),
    ({"price": PlanPrice(flat=FlatPrice())}, AMOUNT),
    ({"price": flat("-0.01")}, AMOUNT),
    ({"guarantees": [P1, guarantee(priority=0)]}, "guarantees[1].priority"),
    ({"guarantees": [guarantee(priority=4)]}, "guarantees[0].priority"),
    ({"guarantees": [P1, P2, P1]}, "guarantees[2].priority"),
    ({"guarantees": [guarantee(response_minutes=0)]}, "guarantees[0].response_minutes"),
    ({"guarantees": [guarantee(response_minutes=-1)]}, "guarantees[0].response_minutes"),
    ({"guarantees": [P1, guarantee(clock=0)]}, "guarantees[1].clock"),
    ({"guarantees": [guarantee(clock=9)]}, "guarantees[0].clock"),
    ({"guarantees": [P1, P2, guarantee(), guarantee()]}, "guarantees"),
    ({"channels": [1, 0]}, "channels[1]"),
    ({"channels": [9]}, "channels[0]"),
    ({"channels": [-1]}, "channels[0]"),
    ({"channels": [1, 2, 1]}, "channels[2]"),
    ({"services": [0]}, "services[0]"),
    ({"services": [3, 3]}, "services[1]"),
    ({"services": [4]}, "services[0]"),
    ({"effective_day": None}, "effective_day"),
    ({"effective_day": Date(year=2026, month=2, day=29)}, "effective_day"),
    ({"plan_id": ""}, "plan_id"),
    ({"request_id": "1"}, "request_id"),
]


def changed(**changes: Any) -> p.PublishPlanVersionRequest:
    """A good request with some of its fields changed, or left out."""
    request = version_request("production", JUNE_11, DEARER)
    for field in changes:
        request.ClearField(field)
    request.MergeFrom(p.PublishPlanVersionRequest(**changes))
    return request


async def test_2_3_a_version_that_makes_no_sense_is_refused_and_the_field_is_named(
    quiet: Service, subtests: pytest.Subtests
) -> None:
    for changes, field in REFUSED:
        with subtests.test(field, **{name: str(value) for name, value in changes.items()}):
            request = changed(**changes)
            await refuses(quiet.plans.PublishPlanVersion(request, metadata=STAFF), INVALID, "INVALID_FIELD", field)
    assert await number_on(quiet, JUNE_11) == 1


async def test_1_1_a_price_is_in_the_currency_of_the_store(quiet: Service) -> None:
    for price, field in (
        (usage_based(minimum=Money(currency_code="EUR", units=1)), MINIMUM),
        (usage_based(minimum=Money(units=1)), MINIMUM),
        (PlanPrice(flat=FlatPrice(amount=Money(currency_code="usd"))), AMOUNT),
    ):
        call = quiet.plans.PublishPlanVersion(version_request("production", JUNE_11, price), metadata=STAFF)
        await refuses(call, INVALID, "CURRENCY_MISMATCH", field)


async def test_only_staff_publish_and_only_versions_of_plans_there_are(quiet: Service) -> None:
    request = version_request("gold", JUNE_11, DEARER)
    await refuses(quiet.plans.PublishPlanVersion(request, metadata=STAFF), NOT_FOUND, "PLAN_NOT_FOUND", "plan_id")
    call = quiet.plans.PublishPlanVersion(request, metadata=SELF_SERVICE)
    await refuses(call, grpc.StatusCode.PERMISSION_DENIED, "NOT_PERMITTED")


async def test_2_3_what_was_known_at_a_moment_has_the_version_known_then(one: Service) -> None:
    """2.3, 3.9: a version published later does not change the answer about a moment before."""
    await one.change_plan(sid(1), "production")
    asked = datetime(2026, 6, 5, 12, tzinfo=UTC)
    await one.advance(asked)
    await one.advance(date(2026, 6, 8))
    await publish(one, "production", JUNE_11, DEARER)
    assert (await one.subscription(sid(1), JUNE_20)).plan_version_number == 2
    assert (await one.subscription(sid(1), JUNE_20, asked)).plan_version_number == 1
    assert (await one.subscription(sid(1), TODAY)).plan_version_number == 1


async def test_5_4_a_new_version_cuts_the_month_into_two_lines(service: Service) -> None:
    """5.4, 2.3: 10 days at 4 %, 20 days at 5 % of the same spend."""
    await service.account(sid(1))
    await service.change_plan(sid(1), "production")
    await service.product("sms")
    await publish(service, "production", JUNE_11, DEARER)
    await service.advance(date(2026, 6, 25))
    await service.spend(sid(1), "30000")
    preview = support(await service.preview(sid(1)))
    await service.advance(date(2026, 7, 1))
    await service.close("2026-06")
    [record] = support(await service.feed())
    lines = [
        (
            line.support.plan_version_number,
            day_in(line.support.start_day),
            optional_day(line.support, "end_day"),
            amount(line.amount),
        )
        for line in record.lines
    ]
    assert lines == [
        (1, TODAY, JUNE_11, Decimal("400.00")),
        (2, JUNE_11, date(2026, 7, 1), Decimal("1000.00")),
    ]
    assert [line.support.price for line in record.lines] == [share("0.04", "250"), DEARER]
    assert [list(each.lines) for each in preview] == [list(record.lines)]


async def test_2_3_a_version_with_other_guarantees_alone_cuts_too(service: Service) -> None:
    """5.4: the plan version is what cuts; both lines have the same price."""
    await service.account(sid(1))
    await service.change_plan(sid(1), "production")
    await publish(service, "production", date(2026, 6, 16), share("0.04", "250"), guarantees=[P1])
    await service.advance(date(2026, 7, 1))
    await service.close("2026-06")
    [record] = support(await service.feed())
    assert [(line.support.plan_version_number, amount(line.amount)) for line in record.lines] == [
        (1, Decimal("125.00")), (2, Decimal("125.00")),
    ]  # fmt: skip


async def test_2_3_a_version_published_while_a_month_waits_for_its_closing_leaves_it_alone(service: Service) -> None:
    await service.account(sid(1))
    await service.change_plan(sid(1), "production")
    await service.advance(date(2026, 7, 1))
    await publish(service, "production", date(2026, 7, 2), flat("9999"))
    await service.close("2026-06")
    [record] = support(await service.feed())
    assert [(line.support.plan_version_number, amount(line.amount)) for line in record.lines] == [
        (1, Decimal("250.00"))
    ]
    await service.advance(date(2026, 8, 1))
    await service.close("2026-07")
    [july] = support(await service.feed(record.position))
    assert [amount(line.amount) for line in july.lines] == [Decimal("8.06"), Decimal("9676.45")]
