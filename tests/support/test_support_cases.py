"""Recording and listing support cases (8.1)."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import asyncpg
import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.support_pb2 import SupportCase
from tests.conftest import MakeService
from tests.service import STAFF, Service
from tests.support.desk import (
    ACCOUNT,
    HOUR,
    MONDAY,
    P1,
    P3,
    SECOND,
    SUB,
    case,
    claim_refused,
    list_cases,
    only_time,
    record,
    record_request,
    response_times,
)

NOON = datetime(2026, 6, 20, 12, tzinfo=UTC)


@pytest.fixture
async def june(service: Service) -> Service:
    """Two accounts, one with a subaccount, and a product; the clock at noon on 20 June."""
    await service.product("sms")
    await service.account(ACCOUNT)
    await service.account(SUB, parent=ACCOUNT)
    await service.account(SECOND)
    await service.advance(NOON)
    return service


async def test_8_1_cases_are_kept_as_they_were_sent(june: Service) -> None:
    sent = [
        case("b", 2 * HOUR, priority=P1, product="sms"),
        case("a", None, priority=P3),
        case("a", HOUR, sid=SECOND),  # its id is unique per account
        case("Über #1", timedelta(microseconds=1)),
    ]
    assert await record(june, *sent) == (4, 0)
    assert await list_cases(june) == [sent[1], sent[0], sent[3]]
    assert await list_cases(june, SECOND) == [sent[2]]
    assert await list_cases(june, SUB) == []


async def test_8_1_a_case_sent_again_replaces_what_was_known(june: Service) -> None:
    await record(june, case("a", None), case("b", None))
    replaced = case("a", 3 * HOUR, priority=P1, product="sms", opened=MONDAY + HOUR)
    assert await record(june, replaced, case("c", None)) == (1, 1)
    assert await list_cases(june) == [replaced, case("b", None), case("c", None)]
    withdrawn = case("a", None)
    assert await record(june, withdrawn) == (0, 1)
    assert (await list_cases(june))[0] == withdrawn


async def test_8_1_a_case_may_be_replaced_into_another_month(june: Service) -> None:
    await record(june, case("a"))
    await june.advance(date(2026, 7, 10))
    moved = case("a", opened=datetime(2026, 7, 1, tzinfo=UTC))
    assert await record(june, moved) == (0, 1)
    assert await list_cases(june) == []
    assert await list_cases(june, month="2026-07") == [moved]


async def test_8_1_the_trail_keeps_what_was_known(june: Service) -> None:
    await record(june, case("a", None))
    await record(june, case("a"))
    assert await record(june, case("a")) == (0, 1)  # the same again: nothing new to keep
    connection = await asyncpg.connect(june.database_url)
    rows = await connection.fetch(
        "SELECT answer_time IS NULL, supersede_time, supersede_cutoff FROM support_case ORDER BY support_case_key"
    )
    await connection.close()
    assert [tuple(row) for row in rows] == [(True, NOON, 0), (False, None, None)]


async def test_8_1_cases_are_recorded_all_or_none(june: Service) -> None:
    call = june.billing.RecordCases(record_request([case("a"), case("b", sid="AC" + "9" * 32)]), metadata=STAFF)
    assert (await june.refused(call)).fields == ("cases[1].account_sid",)
    assert await list_cases(june) == []


async def test_8_1_a_case_belongs_to_the_day_on_which_it_was_opened_in_the_billing_zone(
    make_service: MakeService,
) -> None:
    service = await make_service(zone="Europe/Berlin")
    await service.account(ACCOUNT)
    await service.advance(date(2026, 7, 2))
    last, first = datetime(2026, 6, 30, 21, 59, 59, 999999, tzinfo=UTC), datetime(2026, 6, 30, 22, tzinfo=UTC)
    await record(service, case("a", opened=last), case("b", opened=first))
    assert [each.case_id for each in await list_cases(service, month="2026-06")] == ["a"]
    assert [each.case_id for each in await list_cases(service, month="2026-07")] == ["b"]


@pytest.mark.parametrize(
    ("sent", "code", "reason", "field"),
    [
        (case("a", sid="AC" + "9" * 32), grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND", "account_sid"),
        (case("a", product="fax"), grpc.StatusCode.NOT_FOUND, "PRODUCT_NOT_FOUND", "product_id"),
        (
            case("a", None, opened=NOON + timedelta(minutes=5, microseconds=1)),
            grpc.StatusCode.OUT_OF_RANGE,
            "MOMENT_IN_FUTURE",
            "open_time",
        ),
        (
            case("a", timedelta(minutes=5, microseconds=1), opened=NOON),
            grpc.StatusCode.OUT_OF_RANGE,
            "MOMENT_IN_FUTURE",
            "answer_time",
        ),
        (
            case("a", opened=datetime(2026, 5, 31, 23, 59, tzinfo=UTC)),
            grpc.StatusCode.OUT_OF_RANGE,
            "MOMENT_OUTSIDE_ACCOUNT",
            "open_time",
        ),
        (case("a", -timedelta(microseconds=1)), grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", "answer_time"),
        (case("a" * 201), grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", "case_id"),
        (case(""), grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", "case_id"),
        (case("a", priority=0), grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", "priority"),
        (case("a", priority=4), grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", "priority"),
        (
            SupportCase(case_id="a", account_sid=ACCOUNT, priority=P1),
            grpc.StatusCode.INVALID_ARGUMENT,
            "INVALID_FIELD",
            "open_time",
        ),
        (
            SupportCase(case_id="a", account_sid=ACCOUNT, priority=P1, open_time=Timestamp(nanos=-1)),
            grpc.StatusCode.INVALID_ARGUMENT,
            "INVALID_FIELD",
            "open_time",
        ),
    ],
)
async def test_8_1_a_case_that_can_not_be_is_refused(
    june: Service, sent: SupportCase, code: grpc.StatusCode, reason: str, field: str
) -> None:
    found = await june.refused(june.billing.RecordCases(record_request([case("z"), sent]), metadata=STAFF))
    assert (found.code, found.reason, found.fields) == (code, reason, (f"cases[1].{field}",))
    assert await list_cases(june) == []


async def test_8_1_the_bounds_of_what_is_accepted(june: Service) -> None:
    ahead = NOON + timedelta(minutes=5)
    first = datetime(2026, 6, 1, tzinfo=UTC)
    assert await record(june, case("a", None, opened=ahead), case("b", timedelta(0), opened=first)) == (2, 0)


async def test_8_1_a_case_of_a_closed_account_was_opened_while_it_existed(june: Service) -> None:
    await june.close_account(ACCOUNT)  # from 21 June on
    await june.advance(date(2026, 6, 25))
    last = datetime(2026, 6, 20, 23, 59, tzinfo=UTC)
    assert await record(june, case("a", 48 * HOUR, opened=last)) == (1, 0)
    call = june.billing.RecordCases(record_request([case("b", opened=last + HOUR)]), metadata=STAFF)
    assert (await june.refused(call)).reason == "MOMENT_OUTSIDE_ACCOUNT"


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Tokyo"])
async def test_8_1_moments_at_the_ends_of_the_calendar_are_refused(make_service: MakeService, zone: str) -> None:
    service = await make_service(zone=zone, worker=False)
    await service.account(ACCOUNT)
    first = datetime(1, 1, 1, tzinfo=UTC)
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    for opened, reason in ((first, "MOMENT_OUTSIDE_ACCOUNT"), (last, "MOMENT_IN_FUTURE")):
        call = service.billing.RecordCases(record_request([case("a", None, opened=opened)]), metadata=STAFF)
        assert (await service.refused(call)).reason == reason
    await service.advance(date(2026, 7, 10))
    assert await claim_refused(service, received=first) == "MONTH_NOT_ENDED"
    assert await claim_refused(service, received=last) == "INVALID_FIELD"


async def test_8_1_a_case_stands_in_a_request_once(june: Service) -> None:
    call = june.billing.RecordCases(record_request([case("a"), case("a", sid=SECOND), case("a", None)]), metadata=STAFF)
    found = await june.refused(call)
    assert (found.reason, found.fields) == ("INVALID_FIELD", ("cases[2].case_id",))


async def test_8_1_reasons_are_named_in_their_order(june: Service) -> None:
    cases = [
        case("a", -HOUR),
        case("b", opened=datetime(2026, 5, 1, tzinfo=UTC)),
        case("c", None, opened=NOON + HOUR),
        case("d", product="fax"),
        case("e", sid="AC" + "9" * 32),
    ]
    for count, reason in (
        (5, "ACCOUNT_NOT_FOUND"),
        (4, "PRODUCT_NOT_FOUND"),
        (3, "MOMENT_IN_FUTURE"),
        (2, "MOMENT_OUTSIDE_ACCOUNT"),
        (1, "INVALID_FIELD"),
    ):
        call = june.billing.RecordCases(record_request(cases[:count]), metadata=STAFF)
        assert (await june.refused(call)).reason == reason


async def test_a_request_repeated_answers_the_same(june: Service) -> None:
    request = record_request([case("a")])
    first = await june.billing.RecordCases(request, metadata=STAFF)
    assert await june.billing.RecordCases(request, metadata=STAFF) == first
    assert (first.new_count, first.replaced_count) == (1, 0)


async def test_8_1_the_same_cases_sent_at_the_same_time_are_kept_once(june: Service) -> None:
    cases = [case(f"c-{number}", None, sid=sid) for sid in (ACCOUNT, SECOND) for number in range(20)]
    backward = [case(each.case_id, HOUR, sid=each.account_sid) for each in reversed(cases)]
    counts = await asyncio.gather(*(record(june, *batch) for batch in (cases, backward, cases, backward)))
    assert sorted(counts) == [(0, 40), (0, 40), (0, 40), (40, 0)]
    assert len(await list_cases(june)) == len(await list_cases(june, SECOND)) == 20


async def test_8_1_a_thousand_cases_in_a_request(june: Service) -> None:
    cases = [case(f"c-{number:04}", timedelta(seconds=number)) for number in range(1_000)]
    assert await record(june, *cases) == (1_000, 0)
    found = await only_time(june)
    assert found.case_count == 1_000
    call = june.billing.RecordCases(record_request([*cases, case("more")]), metadata=STAFF)
    assert (await june.refused(call)).fields == ("cases",)
    call = june.billing.RecordCases(record_request([]), metadata=STAFF)
    assert (await june.refused(call)).fields == ("cases",)


async def test_cases_are_paged_by_id(june: Service) -> None:
    cases = [case(each) for each in ("Z", "a", "b", "ä", "日")]
    await record(june, *cases)
    assert await list_cases(june, size=2) == cases
    page = await june.billing.ListCases(
        b.ListCasesRequest(account_sid=ACCOUNT, month="2026-06", page_size=1), metadata=STAFF
    )
    other = b.ListCasesRequest(account_sid=SECOND, month="2026-06", page_token=page.next_page_token)
    assert (await june.refused(june.billing.ListCases(other, metadata=STAFF))).reason == "INVALID_PAGE_TOKEN"


async def test_unknown_accounts_are_refused(june: Service) -> None:
    unknown = "AC" + "9" * 32
    call = june.billing.ListCases(b.ListCasesRequest(account_sid=unknown, month="2026-06"), metadata=STAFF)
    assert (await june.refused(call)).reason == "ACCOUNT_NOT_FOUND"


async def test_the_audit_trail_names_the_account(june: Service) -> None:
    await record(june, case("a"))
    await record(june, case("b"), case("b", sid=SECOND))
    response = await june.billing.ListAuditEvents(b.ListAuditEventsRequest(), metadata=STAFF)
    assert [(event.rpc, event.subject) for event in response.events[:2]] == [
        ("RecordCases", ""),
        ("RecordCases", ACCOUNT),
    ]


async def test_a_case_needs_its_scope_only_and_no_staff(june: Service) -> None:
    request = b.RecordCasesRequest(request_id=str(uuid4()), cases=[case("a")])
    response = await june.billing.RecordCases(
        request, metadata=(("prorata-caller", "desk"), ("prorata-role", "self-service"))
    )
    assert response.new_count == 1
    assert len(await response_times(june)) == 1
