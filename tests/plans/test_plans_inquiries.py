"""Inquiries for plans that are not self-service (3.7, 3.8)."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import grpc
import pytest

from prorata.v1 import plan_service_pb2 as p
from prorata.v1.inquiry_pb2 import (
    INQUIRY_STATE_ACTIVATED,
    INQUIRY_STATE_DECLINED,
    INQUIRY_STATE_OPEN,
    ContactDetails,
    Inquiry,
)
from tests.conftest import START
from tests.plans.calls import (
    CONTACT,
    activate,
    contract_request,
    inquire,
    inquiries,
    inquiry_request,
    resolve_request,
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
    withdraw_request,
)
from tests.service import SELF_SERVICE, STAFF, Service, day

TODAY = START.date()
ONE_DAY = timedelta(days=1)
JUNE_10, JUNE_20 = date(2026, 6, 10), date(2026, 6, 20)
CONTRACT = "CT" + "c" * 32


async def refuses_inquiry(
    service: Service, request: p.RequestPersonalizedPlanRequest, code: grpc.StatusCode, reason: str, field: str
) -> Refused:
    """Check why an inquiry is refused."""
    return await refuses(service.plans.RequestPersonalizedPlan(request, metadata=SELF_SERVICE), code, reason, field)


async def refuses_resolving(
    service: Service, request: p.ResolveInquiryRequest, code: grpc.StatusCode, reason: str, field: str
) -> Refused:
    """Check why an inquiry is not resolved."""
    return await refuses(service.plans.ResolveInquiry(request, metadata=STAFF), code, reason, field)


async def only(service: Service) -> Inquiry:
    """The only inquiry."""
    [inquiry] = await inquiries(service)
    return inquiry


async def add_member(service: Service, account_sid: str, start: date | None = None, end: date | None = None) -> None:
    """An account joins the contract."""
    request = p.AddContractMemberRequest(
        request_id=new_id(),
        contract_sid=CONTRACT,
        account_sid=account_sid,
        start_day=day(start) if start else None,
        end_day=day(end) if end else None,
    )
    await service.plans.AddContractMember(request, metadata=STAFF)


@pytest.fixture
async def contract(one: Service) -> Service:
    """A server with one account, and a contract of another."""
    await one.account(sid(2))
    await one.plans.CreateContract(contract_request(CONTRACT, "business", sid(2)), metadata=STAFF)
    return one


async def test_3_7_a_request_with_contact_details_opens_an_inquiry(one: Service) -> None:
    await one.advance(datetime(2026, 6, 3, 9, 30, tzinfo=UTC))
    inquiry = await inquire(one, sid(1))
    assert inquiry.inquiry_id.startswith("IN")
    assert len(inquiry.inquiry_id) == 34
    assert (inquiry.account_sid, inquiry.plan_id, inquiry.contact) == (sid(1), "personalized", CONTACT)
    assert inquiry.state == INQUIRY_STATE_OPEN
    assert moment_in(inquiry.open_time) == datetime(2026, 6, 3, 9, 30, tzinfo=UTC)
    assert not inquiry.HasField("resolve_time")
    assert not inquiry.HasField("start_day")
    assert await inquiries(one) == [inquiry]
    assert (await one.subscription(sid(1), JUNE_20)).plan_id == "developer"  # nothing is changed by it


async def test_3_7_one_inquiry_is_open_per_account(one: Service) -> None:
    await one.account(sid(2))
    first = await inquire(one, sid(1))
    await refuses_inquiry(one, inquiry_request(sid(1)), PRECONDITION, "INQUIRY_OPEN", "account_sid")
    other = await inquire(one, sid(2))
    await one.plans.ResolveInquiry(resolve_request(first.inquiry_id, activate=False), metadata=STAFF)
    again = await inquire(one, sid(1))
    assert len({first.inquiry_id, other.inquiry_id, again.inquiry_id}) == 3


async def test_3_7_of_many_asking_at_the_same_moment_one_opens_an_inquiry(one: Service) -> None:
    requests = [inquiry_request(sid(1)) for _ in range(8)]
    answers = await asyncio.gather(
        *(outcome(one.plans.RequestPersonalizedPlan(request, metadata=SELF_SERVICE)) for request in requests)
    )
    refused = [answer.reason for answer in answers if isinstance(answer, Refused)]
    assert refused == ["INQUIRY_OPEN"] * 7
    assert len(await inquiries(one)) == 1


async def test_3_7_the_store_itself_holds_one_open_inquiry_per_account(one: Service) -> None:
    await inquire(one, sid(1))
    connection = await asyncpg.connect(one.database_url)
    try:
        with pytest.raises(asyncpg.UniqueViolationError, match="inquiry_open"):
            await connection.execute(
                "INSERT INTO inquiry (family_key, inquiry_id, plan_id, contact_name, contact_email, contact_phone,"
                " contact_message, state, record_time, record_cutoff) SELECT family_key, gen_random_uuid(), plan_id,"
                " '', '', '', '', 1, record_time, 0 FROM inquiry"
            )
    finally:
        await connection.close()


async def test_a_request_sent_again_answers_the_same(one: Service) -> None:
    request = inquiry_request(sid(1))
    first, again = [await one.plans.RequestPersonalizedPlan(request, metadata=SELF_SERVICE) for _ in range(2)]
    assert first == again
    resolving = resolve_request(first.inquiry.inquiry_id, activate=True)
    resolved, once_more = [await one.plans.ResolveInquiry(resolving, metadata=STAFF) for _ in range(2)]
    assert resolved == once_more
    assert len(await inquiries(one)) == 1
    assert [event.rpc for event in await audit_events(one, sid(1))] == ["RequestPersonalizedPlan", "CreateAccount"]
    assert [event.rpc for event in await audit_events(one, first.inquiry.inquiry_id)] == ["ResolveInquiry"]


async def test_3_7_who_may_not_ask(one: Service) -> None:
    await one.account(sid(2), parent=sid(1))
    await one.account(sid(3))
    await one.close_account(sid(3), TODAY + ONE_DAY)
    await one.advance(TODAY + ONE_DAY)
    await refuses_inquiry(one, inquiry_request(sid(9)), NOT_FOUND, "ACCOUNT_NOT_FOUND", "account_sid")
    found = await refuses_inquiry(
        one, inquiry_request(sid(2)), PRECONDITION, "SUBACCOUNT_FOLLOWS_PARENT", "account_sid"
    )
    assert sid(1) in found.message
    await refuses_inquiry(one, inquiry_request(sid(1), "gold"), NOT_FOUND, "PLAN_NOT_FOUND", "plan_id")
    for plan_id in ("developer", "production", "business"):
        request = inquiry_request(sid(1), plan_id)
        await refuses_inquiry(one, request, PRECONDITION, "PLAN_IS_SELF_SERVICE", "plan_id")
    await refuses_inquiry(one, inquiry_request(sid(3)), PRECONDITION, "ACCOUNT_CLOSED", "account_sid")
    inquiry = await inquire(one, sid(1))
    await activate(one, inquiry.inquiry_id)
    await refuses_inquiry(one, inquiry_request(sid(1)), PRECONDITION, "PLAN_ALREADY_HELD", "plan_id")
    assert len(await inquiries(one)) == 1


CONTACTS: list[tuple[dict[str, str], str]] = [
    ({"email": "a@b"}, "contact.name"),
    ({"name": "N"}, "contact.email"),
    ({"name": "N", "email": "nobody"}, "contact.email"),
    ({"name": "N", "email": "a@b c"}, "contact.email"),
    ({"name": "N", "email": "a@" + "b" * 253}, "contact.email"),
    ({"name": "N" * 201, "email": "a@b"}, "contact.name"),
    ({"name": "N\0", "email": "a@b"}, "contact.name"),
    ({"name": "N", "email": "a@b", "phone": "1" * 51}, "contact.phone"),
    ({"name": "N", "email": "a@b", "message": "m" * 4001}, "contact.message"),
]


async def test_3_7_contact_details_are_needed(one: Service, subtests: pytest.Subtests) -> None:
    for fields, field in CONTACTS:
        with subtests.test(field, **fields):
            request = inquiry_request(sid(1), contact=ContactDetails(**fields))
            await refuses_inquiry(one, request, INVALID, "INVALID_FIELD", field)
    await refuses_inquiry(one, inquiry_request(sid(1), contact=None), INVALID, "INVALID_FIELD", "contact")
    assert await inquiries(one) == []


async def test_3_7_staff_activate_it_which_is_a_change_with_a_start_day(one: Service) -> None:
    await one.change_plan(sid(1), "business")
    inquiry = await inquire(one, sid(1))
    await one.advance(datetime(2026, 6, 5, 10, tzinfo=UTC))
    request = resolve_request(inquiry.inquiry_id, activate=True, start=JUNE_10, note="Welcome")
    resolved = await one.plans.ResolveInquiry(request, metadata=STAFF)
    change = resolved.change
    assert (change.plan_id, day_in(change.active_day), day_in(change.first_charge_day)) == (
        "personalized", JUNE_10, date(2026, 7, 1),
    )  # fmt: skip
    assert (change.pending, change.by_staff) == (True, True)
    assert resolved.inquiry.state == INQUIRY_STATE_ACTIVATED
    assert (day_in(resolved.inquiry.start_day), resolved.inquiry.note) == (JUNE_10, "Welcome")
    assert moment_in(resolved.inquiry.resolve_time) == datetime(2026, 6, 5, 10, tzinfo=UTC)
    assert await only(one) == resolved.inquiry
    held = [(await one.subscription(sid(1), on)).plan_id for on in (TODAY, JUNE_10 - ONE_DAY, JUNE_10)]
    assert held == ["business", "business", "personalized"]
    call = one.plans.WithdrawPlanChange(withdraw_request(sid(1)), metadata=SELF_SERVICE)
    await refuses(call, PRECONDITION, "CHANGE_MADE_BY_STAFF", "account_sid")  # 3.5


async def test_3_7_activated_without_a_day_it_starts_today(one: Service) -> None:
    resolved = await activate(one, (await inquire(one, sid(1))).inquiry_id)
    assert (day_in(resolved.inquiry.start_day), resolved.change.pending) == (TODAY, False)
    assert (await one.subscription(sid(1))).plan_id == "personalized"


async def test_3_7_the_activation_replaces_a_pending_change(one: Service) -> None:
    for number, start in enumerate((TODAY, JUNE_10, JUNE_20, JUNE_20 + ONE_DAY), 2):
        await one.account(sid(number))
        await one.change_plan(sid(number), "production", JUNE_20, metadata=SELF_SERVICE if number % 2 else STAFF)
        await activate(one, (await inquire(one, sid(number))).inquiry_id, start)
        held = await one.subscription(sid(number), date(2026, 7, 1))
        assert (held.plan_id, day_in(held.since_day), optional_day(held, "end_day")) == ("personalized", start, None)
        before = await one.subscription(sid(number), start - ONE_DAY)
        assert before.plan_id == ("" if start == TODAY else "developer")


async def test_3_7_staff_decline_it_with_a_note(one: Service) -> None:
    inquiry = await inquire(one, sid(1))
    request = resolve_request(inquiry.inquiry_id, activate=False, note="Too small")
    resolved = await one.plans.ResolveInquiry(request, metadata=STAFF)
    assert (resolved.inquiry.state, resolved.inquiry.note) == (INQUIRY_STATE_DECLINED, "Too small")
    assert not resolved.HasField("change")
    assert not resolved.inquiry.HasField("start_day")
    assert await only(one) == resolved.inquiry
    assert (await one.subscription(sid(1), JUNE_20)).plan_id == "developer"


async def test_3_7_it_is_resolved_once(one: Service) -> None:
    await one.account(sid(2))
    declined, activated = await inquire(one, sid(1)), await inquire(one, sid(2))
    await one.plans.ResolveInquiry(resolve_request(declined.inquiry_id, activate=False), metadata=STAFF)
    await activate(one, activated.inquiry_id, JUNE_10)
    for inquiry in (declined, activated):
        for activating in (True, False):
            request = resolve_request(inquiry.inquiry_id, activate=activating)
            await refuses_resolving(one, request, PRECONDITION, "INQUIRY_RESOLVED", "inquiry_id")
    request = resolve_request("IN" + "0" * 32, activate=True)
    await refuses_resolving(one, request, NOT_FOUND, "INQUIRY_NOT_FOUND", "inquiry_id")


async def test_3_7_resolved_by_many_at_the_same_moment_it_is_resolved_once(one: Service) -> None:
    inquiry = await inquire(one, sid(1))
    requests = [resolve_request(inquiry.inquiry_id, activate=number % 2 == 0) for number in range(8)]
    answers = await asyncio.gather(
        *(outcome(one.plans.ResolveInquiry(request, metadata=STAFF)) for request in requests)
    )
    refused = [answer.reason for answer in answers if isinstance(answer, Refused)]
    assert refused == ["INQUIRY_RESOLVED"] * 7
    state = (await only(one)).state
    assert (await one.subscription(sid(1))).plan_id == (
        "personalized" if state == INQUIRY_STATE_ACTIVATED else "developer"
    )


async def test_3_7_an_activation_is_refused_as_a_change_by_staff_is(one: Service) -> None:
    inquiry = await inquire(one, sid(1))
    for start in (TODAY - ONE_DAY, TODAY + timedelta(days=367)):
        request = resolve_request(inquiry.inquiry_id, activate=True, start=start)
        await refuses_resolving(one, request, OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "start_day")
    await one.change_plan(sid(1), "production")
    request = resolve_request(inquiry.inquiry_id, activate=True)  # 3.4, to staff too
    await refuses_resolving(one, request, PRECONDITION, "PLAN_STARTED_THAT_DAY", "start_day")
    request = resolve_request(inquiry.inquiry_id, activate=False, start=JUNE_10)
    await refuses_resolving(one, request, INVALID, "INVALID_FIELD", "start_day")
    assert (await only(one)).state == INQUIRY_STATE_OPEN  # a refusal resolves nothing
    assert not (await one.subscription(sid(1))).HasField("pending_change")


async def test_3_7_closing_the_account_declines_it(one: Service) -> None:
    await inquire(one, sid(1))
    await one.advance(datetime(2026, 6, 4, 8, tzinfo=UTC))
    await one.close_account(sid(1), JUNE_20)
    inquiry = await only(one)
    assert (inquiry.state, inquiry.note) == (INQUIRY_STATE_DECLINED, "declined because the account closes")
    assert moment_in(inquiry.resolve_time) == datetime(2026, 6, 4, 8, tzinfo=UTC)
    await refuses_inquiry(one, inquiry_request(sid(1)), PRECONDITION, "ACCOUNT_CLOSED", "account_sid")


async def test_3_7_closing_a_subaccount_or_another_account_declines_nothing(one: Service) -> None:
    await one.account(sid(2), parent=sid(1))
    await one.account(sid(3))
    await inquire(one, sid(1))
    await one.close_account(sid(2))
    await one.close_account(sid(3))
    assert (await only(one)).state == INQUIRY_STATE_OPEN


@pytest.mark.parametrize("start", [None, JUNE_10, date(2026, 6, 1)])
async def test_3_7_joining_a_contract_declines_it(contract: Service, start: date | None) -> None:
    await inquire(contract, sid(1))
    await contract.advance(date(2026, 6, 3))
    await add_member(contract, sid(1), start)
    inquiry = await only(contract)
    assert (inquiry.state, inquiry.note) == (
        INQUIRY_STATE_DECLINED, "declined because the account joins a contract",
    )  # fmt: skip


async def test_3_7_being_there_from_the_first_day_of_a_contract_declines_it(one: Service) -> None:
    await one.account(sid(2))
    await one.account(sid(3))
    for number in (1, 2, 3):
        await inquire(one, sid(number))
    await one.plans.CreateContract(contract_request(CONTRACT, "business", sid(1), sid(2)), metadata=STAFF)
    states = {inquiry.account_sid: inquiry.state for inquiry in await inquiries(one)}
    assert states == {
        sid(1): INQUIRY_STATE_DECLINED, sid(2): INQUIRY_STATE_DECLINED, sid(3): INQUIRY_STATE_OPEN,
    }  # fmt: skip


async def test_3_7_no_inquiry_is_opened_under_a_contract(contract: Service) -> None:
    """3.7: nor when the account is to join one, which would decline it."""
    await add_member(contract, sid(1), JUNE_10, JUNE_20)
    for on in (TODAY, JUNE_10, JUNE_20 - ONE_DAY):
        await contract.advance(on)
        request = inquiry_request(sid(1))
        await refuses_inquiry(contract, request, PRECONDITION, "ACCOUNT_IN_CONTRACT", "account_sid")
    await contract.advance(JUNE_20)
    assert (await inquire(contract, sid(1))).state == INQUIRY_STATE_OPEN


async def test_3_7_asking_and_joining_at_the_same_moment_leave_no_open_inquiry(contract: Service) -> None:
    numbers = range(10, 16)
    for number in numbers:
        await contract.account(sid(number))
    calls: list[Any] = []
    for number in numbers:
        calls += [inquire(contract, sid(number)), add_member(contract, sid(number))]
    answers = await asyncio.gather(*(outcome(call) for call in calls))
    assert all(answer is None for answer in answers[1::2]), answers
    assert {inquiry.state for inquiry in await inquiries(contract)} <= {INQUIRY_STATE_DECLINED}


async def test_3_7_inquiries_are_listed_the_latest_first(one: Service) -> None:
    for number in (2, 3, 4):
        await one.account(sid(number))
    opened = [await inquire(one, sid(number)) for number in (1, 2, 3, 4)]
    await activate(one, opened[1].inquiry_id)
    await one.plans.ResolveInquiry(resolve_request(opened[0].inquiry_id, activate=False), metadata=STAFF)
    opened.append(await inquire(one, sid(1)))
    ids = [inquiry.inquiry_id for inquiry in opened]
    assert [inquiry.inquiry_id for inquiry in await inquiries(one)] == ids[::-1]
    for filters, expected in (
        ({"state": INQUIRY_STATE_OPEN}, [ids[4], ids[3], ids[2]]),
        ({"state": INQUIRY_STATE_ACTIVATED}, [ids[1]]),
        ({"state": INQUIRY_STATE_DECLINED}, [ids[0]]),
        ({"account_sid": sid(1)}, [ids[4], ids[0]]),
        ({"account_sid": sid(1), "state": INQUIRY_STATE_DECLINED}, [ids[0]]),
        ({"account_sid": sid(2), "state": INQUIRY_STATE_OPEN}, []),
    ):
        assert [inquiry.inquiry_id for inquiry in await inquiries(one, **filters)] == expected


async def test_inquiries_come_in_pages(one: Service) -> None:
    for number in range(2, 7):
        await one.account(sid(number))
        await inquire(one, sid(number))
    found, token = [], ""
    while True:
        request = p.ListInquiriesRequest(state=INQUIRY_STATE_OPEN, page_size=2, page_token=token)
        page = await one.plans.ListInquiries(request, metadata=STAFF)
        assert len(page.inquiries) <= 2
        found += [inquiry.account_sid for inquiry in page.inquiries]
        token = page.next_page_token
        if not token:
            break
        other = p.ListInquiriesRequest(page_token=token)
        await refuses(one.plans.ListInquiries(other, metadata=STAFF), INVALID, "INVALID_PAGE_TOKEN", "page_token")
    assert found == [sid(number) for number in range(6, 1, -1)]


async def test_what_lists_of_inquiries_refuse(one: Service) -> None:
    await one.account(sid(2), parent=sid(1))
    await inquire(one, sid(1))
    assert await inquiries(one, account_sid=sid(2)) == []  # a subaccount has none
    for request, code, reason, field in (
        (p.ListInquiriesRequest(account_sid=sid(9)), NOT_FOUND, "ACCOUNT_NOT_FOUND", "account_sid"),
        (p.ListInquiriesRequest(state=9), INVALID, "INVALID_FIELD", "state"),
        (p.ListInquiriesRequest(page_size=-1), INVALID, "INVALID_FIELD", "page_size"),
    ):
        await refuses(one.plans.ListInquiries(request, metadata=STAFF), code, reason, field)


async def test_only_staff_resolve_inquiries(one: Service) -> None:
    inquiry = await inquire(one, sid(1))
    call = one.plans.ResolveInquiry(resolve_request(inquiry.inquiry_id, activate=True), metadata=SELF_SERVICE)
    await refuses(call, grpc.StatusCode.PERMISSION_DENIED, "NOT_PERMITTED")


async def test_3_7_staff_too_change_to_it_by_inquiry_alone(one: Service) -> None:
    for metadata in (SELF_SERVICE, STAFF):
        call = one.plans.ChangePlan(change_request(sid(1), "personalized"), metadata=metadata)
        await refuses(call, PRECONDITION, "PLAN_BY_INQUIRY", "plan_id")
    assert (await inquire(one, sid(1), STAFF)).state == INQUIRY_STATE_OPEN  # which they may open themselves


async def test_3_8_self_service_leaves_personalized_through_support(one: Service) -> None:
    await activate(one, (await inquire(one, sid(1))).inquiry_id, JUNE_10)
    await one.advance(JUNE_10 + ONE_DAY)
    for plan_id in ("developer", "production", "business"):
        for start in (None, JUNE_20):
            call = one.plans.ChangePlan(change_request(sid(1), plan_id, start), metadata=SELF_SERVICE)
            await refuses(call, PRECONDITION, "CONTACT_SUPPORT", "plan_id")
    change = await one.change_plan(sid(1), "business", JUNE_20)
    assert (change.plan_id, change.by_staff) == ("business", True)
    await one.advance(JUNE_20 + ONE_DAY)
    assert (await one.change_plan(sid(1), "developer", metadata=SELF_SERVICE)).plan_id == "developer"


async def test_3_8_it_is_the_plan_on_the_start_day_that_counts(one: Service) -> None:
    """3.8: before the day on which personalized starts, self-service may change for today."""
    await activate(one, (await inquire(one, sid(1))).inquiry_id, JUNE_10)
    assert (await one.change_plan(sid(1), "production", metadata=SELF_SERVICE)).plan_id == "production"
    assert (await one.subscription(sid(1), JUNE_10)).plan_id == "personalized"
