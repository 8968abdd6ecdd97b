"""Response times of owners, month by month (8.1, 8.2, 8.6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from google.type.decimal_pb2 import Decimal as DecimalText

from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.inquiry_pb2 import ContactDetails
from prorata.v1.plan_pb2 import (
    GUARANTEE_CLOCK_AROUND_THE_CLOCK,
    GUARANTEE_CLOCK_BUSINESS_HOURS,
    PlanPrice,
    ResponseGuarantee,
    UsageBasedPrice,
)
from prorata.v1.product_pb2 import (
    PRODUCT_FAMILY_SEGMENT,
    PRODUCT_FAMILY_TELECOM_PROVIDER,
    PRODUCT_STAGE_BETA,
    PRODUCT_STAGE_GENERALLY_AVAILABLE,
)
from prorata.v1.support_pb2 import ResponseTime
from tests.conftest import MakeService
from tests.service import STAFF, Service, day, money
from tests.support.desk import (
    ACCOUNT,
    CONTRACT,
    HOUR,
    MONDAY,
    P1,
    P2,
    P3,
    SECOND,
    SUB,
    THIRD,
    case,
    contract,
    join,
    only_time,
    record,
    response_times,
)

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
JULY = date(2026, 7, 1)


def seconds(time: ResponseTime) -> Decimal | None:
    """The average of an entry."""
    return Decimal(time.average_seconds.value) if time.HasField("average_seconds") else None


def entries(times: list[ResponseTime]) -> list[tuple[str, str, int, int, int]]:
    """Owner, plan, version, priority and count of entries."""
    return [(time.owner_sid, time.plan_id, time.plan_version_number, time.priority, time.case_count) for time in times]


async def personalized(service: Service, sid: str) -> None:
    """Staff change an account to `personalized`, by an inquiry (3.7)."""
    contact = ContactDetails(name="Owl", email="owl@example.com")
    opened = await service.plans.RequestPersonalizedPlan(
        p.RequestPersonalizedPlanRequest(request_id=str(uuid4()), account_sid=sid, contact=contact), metadata=STAFF
    )
    await service.plans.ResolveInquiry(
        p.ResolveInquiryRequest(request_id=str(uuid4()), inquiry_id=opened.inquiry.inquiry_id, activate=True),
        metadata=STAFF,
    )


async def test_8_1_e26_a_case_over_the_weekend_waits_four_business_hours(service: Service) -> None:
    await service.account(ACCOUNT)
    await service.change_plan(ACCOUNT, "production")
    await service.advance(date(2026, 6, 9))
    opened = datetime(2026, 6, 5, 17, tzinfo=LOS_ANGELES).astimezone(UTC)
    answered = datetime(2026, 6, 8, 9, tzinfo=LOS_ANGELES)
    await record(service, case("a", answered - opened, opened=opened))
    found = await only_time(service)
    assert entries([found]) == [(ACCOUNT, "production", 1, P2, 1)]
    assert seconds(found) == 4 * 3600
    assert found.guarantee == ResponseGuarantee(priority=P2, response_minutes=360, clock=GUARANTEE_CLOCK_BUSINESS_HOURS)
    assert not found.missed


async def test_8_2_e27_an_average_of_exactly_an_hour_misses_where_less_was_promised(service: Service) -> None:
    for sid in (ACCOUNT, SECOND):
        await service.account(sid)
    await service.change_plan(ACCOUNT, "business")
    await personalized(service, SECOND)
    await service.advance(date(2026, 6, 9))
    for sid in (ACCOUNT, SECOND):
        waits = (case("a", HOUR / 2, sid=sid, priority=P1), case("b", HOUR * 3 / 2, sid=sid, priority=P1))
        await record(service, *waits)
    business, best = await only_time(service), await only_time(service, SECOND)
    assert seconds(business) == seconds(best) == 3600
    assert (business.guarantee.exclusive, business.missed) == (True, True)
    assert (best.guarantee.exclusive, best.missed) == (False, False)
    assert {business.guarantee.clock, best.guarantee.clock} == {GUARANTEE_CLOCK_AROUND_THE_CLOCK}


async def test_8_2_a_microsecond_decides(service: Service) -> None:
    await service.account(ACCOUNT)
    await service.change_plan(ACCOUNT, "production")
    await service.advance(date(2026, 6, 20))
    await record(service, case("a", 6 * HOUR), case("b", 6 * HOUR), case("c", 6 * HOUR))
    assert not (await only_time(service)).missed
    await record(service, case("c", 6 * HOUR + timedelta(microseconds=1)))
    found = await only_time(service)
    assert (seconds(found), found.missed) == (Decimal(21_600), True)  # the average rounds to six hours


async def test_8_1_an_unanswered_case_counts_up_to_the_moment_of_asking(service: Service) -> None:
    await service.account(ACCOUNT)
    await service.change_plan(ACCOUNT, "production")
    await service.advance(MONDAY + 6 * HOUR)
    await record(service, case("a", None))
    found = await only_time(service)
    assert (found.unanswered_count, seconds(found), found.missed) == (1, 21_600, False)
    await service.advance(MONDAY + 6 * HOUR + timedelta(microseconds=1))
    found = await only_time(service)
    assert (seconds(found), found.missed) == (Decimal("21600.000001"), True)
    await service.advance(date(2026, 8, 1))
    june, july = await only_time(service), await response_times(service, month="2026-07")
    assert (june.unanswered_count, june.missed, july) == (1, True, [])


async def test_8_1_a_plan_without_a_guarantee_has_no_average(service: Service) -> None:
    await service.account(ACCOUNT)
    await service.advance(date(2026, 6, 9))
    await record(service, case("a", None))
    found = await only_time(service)
    assert entries([found]) == [(ACCOUNT, "developer", 1, P2, 1)]
    assert (found.unanswered_count, found.HasField("guarantee"), found.HasField("average_seconds")) == (1, False, False)
    assert not found.missed


async def test_8_2_the_cases_of_subaccounts_count_with_their_owner(service: Service) -> None:
    await service.account(ACCOUNT)
    await service.account(SUB, parent=ACCOUNT)
    await service.account(SECOND)
    await service.change_plan(ACCOUNT, "production")
    await service.advance(date(2026, 6, 9))
    await record(service, case("a", 2 * HOUR), case("a", 4 * HOUR, sid=SUB), case("a", 9 * HOUR, sid=SECOND))
    found = await only_time(service)
    assert (found.case_count, seconds(found)) == (2, 3 * 3600)
    assert await only_time(service, SUB) == found


async def test_8_2_cases_are_counted_by_the_day_on_which_they_were_opened(service: Service) -> None:
    await service.account(ACCOUNT)
    await service.change_plan(ACCOUNT, "production")
    await service.change_plan(ACCOUNT, "business", date(2026, 6, 15))
    await service.advance(date(2026, 7, 10))
    opened = [
        datetime(2026, 6, 14, 23, 59, tzinfo=UTC),
        datetime(2026, 6, 15, tzinfo=UTC),
        datetime(2026, 6, 30, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 7, 1, tzinfo=UTC),
    ]
    await record(service, *(case(f"c-{number}", 72 * HOUR, opened=moment) for number, moment in enumerate(opened)))
    assert entries(await response_times(service)) == [
        (ACCOUNT, "production", 1, P2, 1),
        (ACCOUNT, "business", 1, P2, 2),
    ]
    assert entries(await response_times(service, month="2026-07")) == [(ACCOUNT, "business", 1, P2, 1)]


async def test_8_2_days_are_of_the_billing_zone(make_service: MakeService) -> None:
    service = await make_service(zone="Europe/Berlin")
    await service.account(ACCOUNT)
    await service.change_plan(ACCOUNT, "production")
    await service.change_plan(ACCOUNT, "business", JULY)
    await service.advance(date(2026, 7, 10))
    await record(service, case("a", opened=datetime(2026, 6, 30, 22, 30, tzinfo=UTC)))  # half past midnight on 1 July
    assert await response_times(service) == []
    assert entries(await response_times(service, month="2026-07")) == [(ACCOUNT, "business", 1, P2, 1)]


async def test_8_2_versions_are_counted_apart(service: Service) -> None:
    await service.account(ACCOUNT)
    await service.change_plan(ACCOUNT, "production")
    await service.plans.PublishPlanVersion(
        p.PublishPlanVersionRequest(
            request_id=str(uuid4()),
            plan_id="production",
            effective_day=day(date(2026, 6, 9)),
            price=PlanPrice(usage_based=UsageBasedPrice(rate=DecimalText(value="0.04"), minimum=money(250))),
            guarantees=[ResponseGuarantee(priority=P2, response_minutes=60, clock=GUARANTEE_CLOCK_BUSINESS_HOURS)],
        ),
        metadata=STAFF,
    )
    await service.advance(date(2026, 6, 10))
    tuesday = MONDAY + 24 * HOUR
    await record(
        service, case("a", 2 * HOUR), case("b", 2 * HOUR, opened=tuesday), case("c", priority=P1, opened=tuesday)
    )
    found = await response_times(service)
    assert entries(found) == [
        (ACCOUNT, "production", 1, P2, 1),
        (ACCOUNT, "production", 2, P1, 1),
        (ACCOUNT, "production", 2, P2, 1),
    ]
    assert [time.missed for time in found] == [False, False, True]


async def test_8_6_cases_on_products_that_are_not_covered_do_not_count(service: Service) -> None:
    """4.7, 8.6: what counts is whether the product was covered in the month in which the case was opened."""
    await service.account(ACCOUNT)
    await service.change_plan(ACCOUNT, "production")
    await service.product("sms")
    await service.product("labs", stage=PRODUCT_STAGE_BETA)
    await service.product("labs", stage=PRODUCT_STAGE_GENERALLY_AVAILABLE, effective="2026-07")
    await service.product("segment", family=PRODUCT_FAMILY_SEGMENT)
    await service.product("carrier", family=PRODUCT_FAMILY_TELECOM_PROVIDER)
    await service.product("young", effective="2026-07")
    await service.advance(date(2026, 7, 10))
    july = datetime(2026, 7, 1, 15, tzinfo=UTC)
    for month in (MONDAY, july):
        await record(
            service,
            *(
                case(f"{product}-{month.month}", product=product, opened=month)
                for product in ("", "sms", "labs", "segment", "carrier", "young")
            ),
        )
    assert (await only_time(service)).case_count == 2  # without a product, and sms
    assert (await only_time(service, month="2026-07")).case_count == 4  # labs and young as well


async def test_8_2_priorities_are_counted_apart(service: Service) -> None:
    await service.account(ACCOUNT)
    await service.change_plan(ACCOUNT, "business")
    await service.advance(date(2026, 6, 20))
    await record(service, *(case(f"c-{priority}", 3 * HOUR, priority=priority) for priority in (P3, P1, P2)))
    found = await response_times(service)
    assert [(time.priority, seconds(time), time.missed) for time in found] == [
        (P1, 10_800, True),
        (P2, 10_800, True),
        (P3, 10_800, False),
    ]


async def test_8_2_e8_cases_go_to_the_owner_on_the_day_they_were_opened(service: Service) -> None:
    """3.10, 8.2: an account that joins a contract within the month has two owners in it."""
    for sid in (ACCOUNT, SECOND, THIRD):
        await service.account(sid)
    await service.account(SUB, parent=SECOND)
    await service.change_plan(ACCOUNT, "production")
    await contract(service, "business", SECOND, start=date(2026, 6, 1))
    await join(service, ACCOUNT, date(2026, 6, 10))
    await service.advance(date(2026, 6, 20))
    ninth, tenth = (datetime(2026, 6, each, 13, tzinfo=UTC) for each in (9, 10))
    await record(
        service,
        case("a", HOUR, opened=ninth),
        case("b", 2 * HOUR, opened=tenth),
        case("a", 4 * HOUR, sid=SECOND, opened=ninth),
        case("a", 6 * HOUR, sid=SUB, opened=tenth),
        case("a", 9 * HOUR, sid=THIRD),
    )
    both = await response_times(service)
    assert entries(both) == [(ACCOUNT, "production", 1, P2, 1), (CONTRACT, "business", 1, P2, 3)]
    assert [seconds(time) for time in both] == [3600, 4 * 3600]
    for sid in (CONTRACT, SECOND, SUB):
        assert await response_times(service, sid) == both[1:]
    assert entries(await response_times(service, THIRD)) == [(THIRD, "developer", 1, P2, 1)]


async def test_8_1_3_9_a_plan_corrected_later_gives_its_guarantee(service: Service) -> None:
    await service.account(ACCOUNT)
    await service.advance(date(2026, 6, 20))
    await record(service, case("a", 5 * HOUR))
    assert entries(await response_times(service)) == [(ACCOUNT, "developer", 1, P2, 1)]
    await service.plans.CorrectPlanHistory(
        p.CorrectPlanHistoryRequest(
            request_id=str(uuid4()),
            owner_sid=ACCOUNT,
            start_day=day(date(2026, 6, 8)),
            end_day=day(date(2026, 6, 9)),
            plan_id="business",
        ),
        metadata=STAFF,
    )
    [found] = await response_times(service)
    assert entries([found]) == [(ACCOUNT, "business", 1, P2, 1)]
    assert found.missed


@pytest.mark.parametrize(
    ("owner_sid", "month", "reason", "field"),
    [
        ("AC" + "9" * 32, "2026-07", "ACCOUNT_NOT_FOUND", "owner_sid"),
        ("CT" + "9" * 32, "2026-07", "CONTRACT_NOT_FOUND", "owner_sid"),
        (ACCOUNT, "2026-07", "PERIOD_IN_FUTURE", "month"),
        (ACCOUNT, "2026-13", "INVALID_FIELD", "month"),
        (ACCOUNT, "", "INVALID_FIELD", "month"),
        ("XX", "2026-06", "INVALID_FIELD", "owner_sid"),
    ],
)
async def test_8_2_what_can_not_be_asked_is_refused(
    service: Service, owner_sid: str, month: str, reason: str, field: str
) -> None:
    await service.account(ACCOUNT)
    call = service.billing.GetResponseTimes(b.GetResponseTimesRequest(owner_sid=owner_sid, month=month), metadata=STAFF)
    found = await service.refused(call)
    assert (found.reason, found.fields) == (reason, (field,))


async def test_8_2_a_month_without_cases_has_no_entries(service: Service) -> None:
    await service.account(ACCOUNT)
    await service.account(SUB, parent=ACCOUNT, created=date(2026, 6, 1))
    for sid in (ACCOUNT, SUB):
        assert await response_times(service, sid) == []
        assert await response_times(service, sid, "2020-01") == []
