"""Claiming support credits (8.3, 8.4)."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import grpc
import pytest

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.product_pb2 import PRODUCT_STAGE_BETA
from tests.conftest import MakeService
from tests.service import STAFF, Service, refusal, timestamp
from tests.support.desk import (
    ACCOUNT,
    CONTRACT,
    HOUR,
    P1,
    P2,
    SECOND,
    SUB,
    THIRD,
    case,
    claim,
    claim_refused,
    claim_request,
    contract,
    credited,
    join,
    list_credits,
    miss_p2,
    month_of_production,
    only_credit,
    record,
)

JULY = date(2026, 7, 1)
MICROSECOND = timedelta(microseconds=1)
UNKNOWN = "AC" + "9" * 32


@pytest.fixture
async def service(make_service: MakeService) -> Service:
    """A server without a worker: nothing closes meanwhile."""
    return await make_service(worker=False)


@pytest.fixture
async def missed(service: Service) -> Service:
    """E13: in June the guarantee of P2 was missed; the clock at the beginning of July."""
    await month_of_production(service)
    await service.advance(JULY)
    await miss_p2(service)
    return service


async def test_8_3_e13_a_claim_received_on_30_july_is_granted(missed: Service) -> None:
    received = datetime(2026, 7, 30, 23, 59, 59, 999999, tzinfo=UTC)
    await missed.advance(received)
    granted = await claim(missed, ticket="T-13")
    assert (granted.owner_sid, granted.month, granted.plan_id, granted.ticket) == (
        ACCOUNT,
        "2026-06",
        "production",
        "T-13",
    )
    assert (granted.receive_time, granted.grant_time) == (timestamp(received), timestamp(received))
    assert await list_credits(missed) == [granted]


async def test_8_3_e13_on_31_july_it_is_too_late(missed: Service) -> None:
    await missed.advance(date(2026, 7, 31))
    call = missed.billing.ClaimSupportCredit(claim_request(), metadata=STAFF)
    found = await missed.refused(call)
    assert (found.code, found.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "CLAIM_TOO_LATE")
    assert "2026-07-30" in found.message
    assert await list_credits(missed) == []


async def test_8_3_the_30_days_are_of_the_billing_zone(make_service: MakeService) -> None:
    service = await make_service(zone="Europe/Berlin")
    await month_of_production(service)
    await service.advance(JULY)
    await miss_p2(service)
    last = datetime(2026, 7, 31, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC) - MICROSECOND
    assert last.isoformat() == "2026-07-30T21:59:59.999999+00:00"
    await service.advance(last + MICROSECOND)
    assert await claim_refused(service) == "CLAIM_TOO_LATE"
    assert (await claim(service, received=last)).receive_time == timestamp(last)


async def test_8_3_when_it_was_received_counts_not_when_it_is_filed(missed: Service) -> None:
    await missed.advance(date(2026, 9, 15))
    late = datetime(2026, 7, 31, tzinfo=UTC)
    assert await claim_refused(missed, received=late) == "CLAIM_TOO_LATE"
    granted = await claim(missed, received=late - MICROSECOND)
    assert granted.grant_time == timestamp(datetime(2026, 9, 15, tzinfo=UTC))


async def test_8_3_only_staff_give_an_earlier_time_of_receipt(missed: Service) -> None:
    now = datetime(2026, 7, 10, tzinfo=UTC)
    await missed.advance(now)
    earlier = now - MICROSECOND
    assert await claim_refused(missed, received=earlier, staff=False) == "NOT_PERMITTED"
    assert await claim_refused(missed, received=now + MICROSECOND) == "INVALID_FIELD"
    assert await claim_refused(missed, received=now + MICROSECOND, staff=False) == "INVALID_FIELD"
    assert (await claim(missed, received=earlier)).receive_time == timestamp(earlier)


async def test_8_3_a_customer_claims_at_any_time_of_the_30_days(missed: Service) -> None:
    response = await missed.billing.ClaimSupportCredit(
        claim_request(received=datetime(2026, 7, 1, tzinfo=UTC)),  # just now
        metadata=(("prorata-caller", "customer"), ("prorata-role", "self-service")),
    )
    assert response.credit.owner_sid == ACCOUNT


async def test_8_3_the_month_must_have_ended(service: Service) -> None:
    await month_of_production(service)
    await miss_p2(service)
    await service.advance(datetime(2026, 7, 1, tzinfo=UTC) - MICROSECOND)
    assert await claim_refused(service) == "MONTH_NOT_ENDED"
    assert await claim_refused(service, month="2026-07") == "MONTH_NOT_ENDED"
    await service.advance(JULY)
    within = datetime(2026, 6, 25, tzinfo=UTC)
    assert await claim_refused(service, received=within) == "MONTH_NOT_ENDED"  # it had not ended then
    assert (await claim(service)).month == "2026-06"


async def test_8_3_a_claim_without_a_miss_is_unfounded(service: Service) -> None:
    await month_of_production(service)
    await service.advance(JULY)
    await record(service, case("a", 6 * HOUR))
    assert await claim_refused(service) == "CLAIM_UNFOUNDED"
    assert await claim_refused(service, plan_id="business") == "CLAIM_UNFOUNDED"  # was not held
    assert await claim_refused(service, plan_id="developer") == "CLAIM_UNFOUNDED"  # guarantees nothing
    assert await claim_refused(service, month="2026-05") == "CLAIM_TOO_LATE"
    assert await claim_refused(service, month="2026-05", received=datetime(2026, 6, 1, tzinfo=UTC)) == "CLAIM_UNFOUNDED"


async def test_8_3_a_refused_claim_may_be_made_again(service: Service) -> None:
    await month_of_production(service)
    await service.advance(date(2026, 7, 5))
    assert await claim_refused(service) == "CLAIM_UNFOUNDED"
    assert await list_credits(service) == []
    await miss_p2(service)  # known only now
    assert (await claim(service)).owner_sid == ACCOUNT


async def test_8_3_a_claim_is_decided_with_what_is_known_when_it_is_filed(missed: Service) -> None:
    granted = await claim(missed)
    await record(missed, case("c-1", HOUR), case("c-2", HOUR))  # no miss after all
    assert await list_credits(missed) == [granted]
    assert await claim_refused(missed) == "CLAIM_REPEATED"  # though it would be unfounded now


async def test_8_3_an_unanswered_case_makes_a_miss_by_the_time_of_the_claim(service: Service) -> None:
    await month_of_production(service)
    await service.advance(datetime(2026, 7, 1, tzinfo=UTC))
    await record(service, case("a", None, opened=datetime(2026, 6, 30, 23, tzinfo=UTC)))  # two business hours left
    assert await claim_refused(service) == "CLAIM_UNFOUNDED"
    await service.advance(date(2026, 7, 2))
    assert (await claim(service)).plan_id == "production"


async def test_8_6_a_miss_on_a_product_that_is_not_covered_is_none(service: Service) -> None:
    await month_of_production(service)
    await service.product("labs", stage=PRODUCT_STAGE_BETA)
    await service.advance(JULY)
    await record(service, case("a", 100 * HOUR, product="labs"))
    assert await claim_refused(service) == "CLAIM_UNFOUNDED"
    await record(service, case("a", 100 * HOUR))
    assert (await claim(service)).month == "2026-06"


async def test_8_4_there_is_one_credit_however_many_priorities_were_missed(missed: Service) -> None:
    await record(missed, case("p1", 100 * HOUR, priority=P1))
    granted = await claim(missed)
    call = missed.billing.ClaimSupportCredit(claim_request(ticket="T-2"), metadata=STAFF)
    found = await missed.refused(call)
    assert (found.code, found.reason) == (grpc.StatusCode.ALREADY_EXISTS, "CLAIM_REPEATED")
    assert await list_credits(missed) == [granted]


async def test_8_4_another_plan_and_another_month_have_credits_of_their_own(service: Service) -> None:
    await month_of_production(service)
    await service.change_plan(ACCOUNT, "business", date(2026, 6, 25))
    await service.advance(date(2026, 8, 1))
    await miss_p2(service)
    friday, july = datetime(2026, 6, 26, 13, tzinfo=UTC), datetime(2026, 7, 6, 13, tzinfo=UTC)
    await record(service, case("b-1", 4 * HOUR, opened=friday), case("b-2", 4 * HOUR, opened=july))
    received = datetime(2026, 7, 20, tzinfo=UTC)
    assert await claim_refused(service, month="2026-07") == "CLAIM_UNFOUNDED"  # production was not held then
    granted = [
        await claim(service, received=received),
        await claim(service, plan_id="business", received=received),
        await claim(service, plan_id="business", month="2026-07"),
    ]
    assert len({each.credit_id for each in granted}) == 3
    assert await list_credits(service) == granted[::-1]  # the latest first
    assert await list_credits(service, size=1) == granted[::-1]


async def test_8_3_a_subaccount_claims_for_its_owner(missed: Service) -> None:
    await missed.account(SUB, parent=ACCOUNT, created=date(2026, 6, 10))
    granted = await claim(missed, SUB)
    assert granted.owner_sid == ACCOUNT
    assert await claim_refused(missed, ACCOUNT) == "CLAIM_REPEATED"
    assert await only_credit(missed, SUB) == granted


async def test_8_3_a_subaccount_that_did_not_exist_had_no_plan(missed: Service) -> None:
    await missed.advance(date(2026, 7, 2))
    await missed.account(SUB, parent=ACCOUNT, created=JULY)
    assert await claim_refused(missed, SUB) == "CLAIM_UNFOUNDED"


async def test_8_4_a_contract_has_the_credit_of_all_its_members(service: Service) -> None:
    """3.10, 8.4: the credit is the contract's, whoever of its members claims."""
    for sid in (ACCOUNT, SECOND, THIRD):
        await service.account(sid)
    await contract(service, "production", SECOND, ACCOUNT)
    await service.advance(JULY)
    await record(service, case("a", 2 * HOUR), case("b", 11 * HOUR, sid=SECOND))  # 6.5 hours on average
    assert await claim_refused(service, THIRD) == "CLAIM_UNFOUNDED"
    granted = await claim(service, ACCOUNT)
    assert granted.owner_sid == CONTRACT
    assert await claim_refused(service, SECOND) == "CLAIM_REPEATED"
    for sid in (CONTRACT, ACCOUNT, SECOND):
        assert await list_credits(service, sid) == [granted]
    assert await list_credits(service, THIRD) == []


async def test_8_4_an_account_that_joined_a_contract_on_the_same_plan_has_two_owners(service: Service) -> None:
    """8.4: each owner that missed has a credit of its own; a claim grants the first that has none yet."""
    for sid in (ACCOUNT, SECOND):
        await service.account(sid)
    await service.change_plan(ACCOUNT, "production")
    await contract(service, "production", SECOND, start=date(2026, 6, 1))
    await join(service, ACCOUNT, date(2026, 6, 16))
    await service.advance(JULY)
    later = datetime(2026, 6, 17, 13, tzinfo=UTC)
    await record(service, case("a", 9 * HOUR), case("b", 9 * HOUR, opened=later))
    assert [(await claim(service)).owner_sid for _ in range(2)] == [ACCOUNT, CONTRACT]
    assert await claim_refused(service) == "CLAIM_REPEATED"
    assert await claim_refused(service, SECOND) == "CLAIM_REPEATED"
    assert [each.owner_sid for each in await list_credits(service)] == [CONTRACT, ACCOUNT]


async def test_8_4_an_owner_that_missed_nothing_has_no_credit_beside_one_that_did(service: Service) -> None:
    for sid in (ACCOUNT, SECOND):
        await service.account(sid)
    await service.change_plan(ACCOUNT, "production")
    await contract(service, "production", SECOND, start=date(2026, 6, 1))
    await join(service, ACCOUNT, date(2026, 6, 16))
    await service.advance(JULY)
    await record(service, case("b", 9 * HOUR, opened=datetime(2026, 6, 17, 13, tzinfo=UTC)))
    assert (await claim(service)).owner_sid == CONTRACT
    assert await claim_refused(service) == "CLAIM_REPEATED"


async def test_8_4_claims_at_the_same_time_are_granted_once(missed: Service) -> None:
    async def outcome(number: int) -> Any:
        try:
            return (await missed.billing.ClaimSupportCredit(claim_request(ticket=f"T-{number}"), metadata=STAFF)).credit
        except grpc.aio.AioRpcError as error:
            return refusal(error).reason

    outcomes = await asyncio.gather(*(outcome(number) for number in range(8)))
    granted = [each for each in outcomes if not isinstance(each, str)]
    assert sorted(each for each in outcomes if isinstance(each, str)) == ["CLAIM_REPEATED"] * 7
    assert await list_credits(missed) == granted


async def test_a_claim_repeated_by_its_request_id_answers_the_same(missed: Service) -> None:
    request = claim_request()
    first = await missed.billing.ClaimSupportCredit(request, metadata=STAFF)
    await missed.advance(date(2026, 9, 1))  # too late, for another request
    assert await missed.billing.ClaimSupportCredit(request, metadata=STAFF) == first


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"sid": UNKNOWN, "plan_id": "gold", "month": "2026-07"}, "ACCOUNT_NOT_FOUND"),
        ({"plan_id": "gold", "month": "2026-07"}, "PLAN_NOT_FOUND"),
        ({"month": "2026-07", "received": datetime(2026, 6, 1, tzinfo=UTC)}, "MONTH_NOT_ENDED"),
        ({"month": "2026-05", "received": datetime(2026, 7, 1, tzinfo=UTC)}, "NOT_PERMITTED"),
        ({"month": "2026-05", "plan_id": "business"}, "CLAIM_TOO_LATE"),
        ({"ticket": ""}, "INVALID_FIELD"),
        ({"ticket": "T" * 201}, "INVALID_FIELD"),
        ({"plan_id": ""}, "INVALID_FIELD"),
        ({"month": "June"}, "INVALID_FIELD"),
    ],
)
async def test_8_3_each_reason_is_named_in_its_order(missed: Service, arguments: dict[str, Any], reason: str) -> None:
    await missed.advance(date(2026, 7, 10))
    assert await claim_refused(missed, staff=False, **arguments) == reason


async def test_8_4_before_the_closing_an_estimate_has_no_payers_yet(missed: Service) -> None:
    granted = await claim(missed)
    assert (granted.final, granted.final_closing_period, credited(granted)) == (False, "", {})


@pytest.mark.parametrize(("owner", "reason"), [(UNKNOWN, "ACCOUNT_NOT_FOUND"), ("CT" + "9" * 32, "CONTRACT_NOT_FOUND")])
async def test_credits_of_the_unknown_are_not_listed(service: Service, owner: str, reason: str) -> None:
    call = service.billing.ListSupportCredits(b.ListSupportCreditsRequest(owner_sid=owner), metadata=STAFF)
    assert (await service.refused(call)).reason == reason


async def test_8_2_a_miss_in_one_month_is_none_in_the_next(missed: Service) -> None:
    await missed.advance(date(2026, 8, 2))
    assert await claim_refused(missed, month="2026-07") == "CLAIM_UNFOUNDED"


async def test_8_3_a_closed_account_may_still_claim(missed: Service) -> None:
    await missed.close_account(ACCOUNT)  # from 2 July on
    await missed.advance(date(2026, 7, 20))
    assert (await claim(missed)).owner_sid == ACCOUNT


async def test_8_1_p2_alone_is_missed_in_e13(missed: Service) -> None:
    response = await missed.billing.GetResponseTimes(
        b.GetResponseTimesRequest(owner_sid=ACCOUNT, month="2026-06"), metadata=STAFF
    )
    [found] = response.response_times
    assert (found.priority, found.average_seconds.value, found.missed) == (P2, "23400", True)
