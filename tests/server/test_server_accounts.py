"""Accounts: creating, closing, listing (3.1)."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from google.type.date_pb2 import Date

from prorata.v1 import plan_service_pb2 as p
from prorata.v1.subscription_pb2 import SUBSCRIPTION_ORIGIN_ASSIGNED
from tests.conftest import START, MakeService
from tests.server.calls import (
    EXISTS,
    INVALID,
    NOT_FOUND,
    OUT_OF_RANGE,
    PRECONDITION,
    change_request,
    close_request,
    create_request,
    day_in,
    moment_in,
    optional_day,
    refuses,
    sid,
    start_closing,
)
from tests.service import STAFF, Service, day

TODAY = START.date()
TOMORROW = TODAY + timedelta(days=1)


async def get(service: Service, account_sid: str) -> p.GetAccountResponse:
    return await service.plans.GetAccount(p.GetAccountRequest(account_sid=account_sid), metadata=STAFF)


async def listed(service: Service, **filters: object) -> list[str]:
    response = await service.plans.ListAccounts(p.ListAccountsRequest(**filters), metadata=STAFF)
    return [account.account_sid for account in response.accounts]


async def test_3_1_an_account_is_created_today_with_the_sid_given_or_one_made(quiet: Service) -> None:
    given = await quiet.account(sid(1), name="Größenwahn & Söhne 株式会社")
    assert (given.account_sid, given.parent_account_sid) == (sid(1), "")
    assert given.display_name == "Größenwahn & Söhne 株式会社"
    assert day_in(given.creation_day) == TODAY
    assert not given.HasField("closing_day")
    assert moment_in(given.create_time) == START
    assert (await get(quiet, sid(1))).account == given

    made = [await quiet.account() for _ in range(2)]
    assert all(re.fullmatch("AC[0-9a-f]{32}", account.account_sid) for account in made)
    assert made[0].account_sid != made[1].account_sid
    assert (await get(quiet, made[0].account_sid)).account == made[0]

    await refuses(
        quiet.plans.GetAccount(p.GetAccountRequest(account_sid=sid(2)), metadata=STAFF),
        NOT_FOUND,
        "ACCOUNT_NOT_FOUND",
        "account_sid",
    )


async def test_3_1_every_account_has_the_developer_plan_from_its_first_day(quiet: Service) -> None:
    await quiet.account(sid(1), created=date(2026, 4, 30))
    held = await quiet.subscription(sid(1), date(2026, 4, 30))
    assert (held.plan_id, held.owner_sid, held.plan_version_number) == ("developer", sid(1), 1)
    assert held.origin == SUBSCRIPTION_ORIGIN_ASSIGNED
    assert day_in(held.since_day) == date(2026, 4, 30)
    assert not held.HasField("end_day")
    before = await quiet.subscription(sid(1), date(2026, 4, 29))
    assert (before.plan_id, before.plan_version_number, before.HasField("since_day")) == ("", 0, False)


async def test_3_1_an_account_is_created_today_or_earlier_never_later(quiet: Service) -> None:
    backdated = await quiet.account(sid(1), created=date(2026, 2, 28))
    assert day_in(backdated.creation_day) == date(2026, 2, 28)
    assert moment_in(backdated.create_time) == START

    async def refuse(creation_day: Date, code: object, reason: str) -> None:
        request = create_request(sid(2), creation_day=creation_day)
        await refuses(quiet.plans.CreateAccount(request, metadata=STAFF), code, reason, "creation_day")

    await refuse(day(TOMORROW), OUT_OF_RANGE, "DAY_OUT_OF_RANGE")
    await refuse(Date(year=2026, month=2, day=29), INVALID, "INVALID_FIELD")
    await refuse(Date(year=2026, month=5), INVALID, "INVALID_FIELD")
    await refuse(Date(), INVALID, "INVALID_FIELD")
    await refuse(Date(year=10_000, month=1, day=1), INVALID, "INVALID_FIELD")
    await refuse(day(date(1999, 12, 31)), INVALID, "INVALID_FIELD")
    assert await listed(quiet) == [sid(1)]


async def test_3_1_no_account_is_created_in_a_period_whose_closing_has_started(quiet: Service) -> None:
    await quiet.account(sid(1), created=date(2026, 5, 20))
    await quiet.advance(datetime(2026, 6, 2, 1, tzinfo=START.tzinfo))
    await start_closing(quiet, "2026-05")

    for creation_day in (date(2026, 5, 31), date(2026, 4, 1)):
        request = create_request(sid(2), creation_day=day(creation_day))
        found = await refuses(
            quiet.plans.CreateAccount(request, metadata=STAFF), PRECONDITION, "PERIOD_CLOSED", "creation_day"
        )
        assert "2026-06" in found.message  # the first open period
    assert day_in((await quiet.account(sid(2), created=date(2026, 6, 1))).creation_day) == date(2026, 6, 1)


async def test_3_1_today_is_the_day_in_the_billing_zone(make_service: MakeService) -> None:
    late = datetime(2026, 5, 31, 15, tzinfo=START.tzinfo)
    tokyo = await make_service(zone="Asia/Tokyo", start=late, worker=False)
    assert day_in((await tokyo.account(sid(1))).creation_day) == date(2026, 6, 1)
    assert day_in((await tokyo.close_account(sid(1))).closing_day) == date(2026, 6, 2)
    los_angeles = await make_service(zone="America/Los_Angeles", start=START, worker=False)
    assert day_in((await los_angeles.account(sid(1))).creation_day) == date(2026, 5, 31)


async def test_3_1_a_subaccount_belongs_to_one_top_level_account_one_level_deep(quiet: Service) -> None:
    await quiet.account(sid(1), created=date(2026, 5, 10))
    child = await quiet.account(sid(2), parent=sid(1), created=date(2026, 5, 10))
    assert (child.parent_account_sid, day_in(child.creation_day)) == (sid(1), date(2026, 5, 10))
    await quiet.change_plan(sid(1), "production")
    held = await quiet.subscription(sid(2))
    assert (held.account_sid, held.owner_sid, held.plan_id) == (sid(2), sid(1), "production")

    def create(parent: str, created: date | None = None) -> object:
        request = create_request(sid(3), parent_account_sid=parent, creation_day=day(created) if created else None)
        return quiet.plans.CreateAccount(request, metadata=STAFF)

    found = await refuses(create(sid(2)), PRECONDITION, "PARENT_IS_SUBACCOUNT", "parent_account_sid")
    assert sid(1) in found.message
    await refuses(create(sid(9)), NOT_FOUND, "ACCOUNT_NOT_FOUND", "parent_account_sid")
    await refuses(create(sid(1), date(2026, 5, 9)), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "creation_day")
    await refuses(create(sid(1), TOMORROW), OUT_OF_RANGE, "DAY_OUT_OF_RANGE", "creation_day")
    assert await listed(quiet) == [sid(1), sid(2)]


async def test_3_1_a_subaccount_of_a_closing_parent_closes_with_it_and_a_closed_parent_gets_none(
    quiet: Service,
) -> None:
    await quiet.account(sid(1))
    await quiet.close_account(sid(1), date(2026, 6, 10))
    assert day_in((await quiet.account(sid(2), parent=sid(1))).closing_day) == date(2026, 6, 10)

    await quiet.advance(date(2026, 6, 10))
    request = create_request(sid(3), parent_account_sid=sid(1))
    await refuses(
        quiet.plans.CreateAccount(request, metadata=STAFF), PRECONDITION, "ACCOUNT_CLOSED", "parent_account_sid"
    )
    late = await quiet.account(sid(3), parent=sid(1), created=date(2026, 6, 9))
    assert (day_in(late.creation_day), day_in(late.closing_day)) == (date(2026, 6, 9), date(2026, 6, 10))


async def test_3_1_a_sid_is_given_once(quiet: Service) -> None:
    first = await quiet.account(sid(1), name="first")
    await quiet.account(sid(2))
    await quiet.account(sid(3), parent=sid(1))
    for taken, parent in ((sid(1), ""), (sid(2), sid(1)), (sid(3), sid(2)), (sid(3), "")):
        request = create_request(taken, parent_account_sid=parent, display_name="second")
        await refuses(quiet.plans.CreateAccount(request, metadata=STAFF), EXISTS, "ACCOUNT_EXISTS", "account_sid")
    assert (await get(quiet, sid(1))).account == first
    assert await listed(quiet, parent_account_sid=sid(1)) == [sid(3)]


async def test_3_1_an_account_closes_tomorrow_at_the_earliest(quiet: Service) -> None:
    await quiet.account(sid(1))
    for too_early in (TODAY, date(2026, 5, 31)):
        await refuses(
            quiet.plans.CloseAccount(close_request(sid(1), too_early), metadata=STAFF),
            OUT_OF_RANGE,
            "DAY_OUT_OF_RANGE",
            "closing_day",
        )
    malformed = p.CloseAccountRequest(
        request_id=close_request(sid(1)).request_id, account_sid=sid(1), closing_day=Date(year=2026, month=6, day=31)
    )
    await refuses(quiet.plans.CloseAccount(malformed, metadata=STAFF), INVALID, "INVALID_FIELD", "closing_day")
    await refuses(
        quiet.plans.CloseAccount(close_request(sid(9)), metadata=STAFF), NOT_FOUND, "ACCOUNT_NOT_FOUND", "account_sid"
    )
    assert not (await get(quiet, sid(1))).account.HasField("closing_day")

    closed = await quiet.close_account(sid(1))
    assert day_in(closed.closing_day) == TOMORROW
    assert (await get(quiet, sid(1))).account == closed


async def test_3_1_closing_a_top_level_account_closes_its_subaccounts(quiet: Service) -> None:
    await quiet.account(sid(1))
    for number in (2, 3):
        await quiet.account(sid(number), parent=sid(1))
    await quiet.account(sid(4))
    await quiet.close_account(sid(2), date(2026, 6, 5))  # a subaccount alone
    assert not (await get(quiet, sid(1))).account.HasField("closing_day")
    await quiet.close_account(sid(1), date(2026, 6, 20))

    days = {number: optional_day((await get(quiet, sid(number))).account, "closing_day") for number in range(1, 5)}
    assert days == {1: date(2026, 6, 20), 2: date(2026, 6, 5), 3: date(2026, 6, 20), 4: None}


async def test_3_1_an_account_is_not_reopened(quiet: Service) -> None:
    await quiet.account(sid(1))
    await quiet.account(sid(2), parent=sid(1))
    await quiet.close_account(sid(1), date(2026, 6, 10))

    async def refuse(account_sid: str, closing_day: date | None) -> None:
        request = close_request(account_sid, closing_day)
        await refuses(quiet.plans.CloseAccount(request, metadata=STAFF), PRECONDITION, "ACCOUNT_CLOSED", "account_sid")

    for closing_day in (date(2026, 6, 10), date(2026, 6, 11)):
        await refuse(sid(1), closing_day)
        await refuse(sid(2), closing_day)
    await quiet.advance(date(2026, 6, 10))
    await refuse(sid(1), None)
    await refuse(sid(1), date(2026, 7, 1))
    request = create_request(sid(1))
    await refuses(quiet.plans.CreateAccount(request, metadata=STAFF), EXISTS, "ACCOUNT_EXISTS", "account_sid")


async def test_3_1_closing_drops_what_is_pending_from_its_day_on(quiet: Service) -> None:
    changes = {1: date(2026, 6, 9), 2: date(2026, 6, 10), 3: date(2026, 6, 11)}
    for number, start in changes.items():
        await quiet.account(sid(number))
        await quiet.change_plan(sid(number), "production", start)
        await quiet.close_account(sid(number), date(2026, 6, 10))

    kept = await quiet.subscription(sid(1))
    assert (kept.pending_change.plan_id, day_in(kept.pending_change.active_day)) == ("production", date(2026, 6, 9))
    last = await quiet.subscription(sid(1), date(2026, 6, 9))
    assert (last.plan_id, day_in(last.end_day)) == ("production", date(2026, 6, 10))
    for number in (2, 3):
        held = await quiet.subscription(sid(number))
        assert not held.HasField("pending_change")
        assert (held.plan_id, day_in(held.end_day)) == ("developer", date(2026, 6, 10))


async def test_3_11_a_closed_account_has_no_plan_from_its_closing_day_on(quiet: Service) -> None:
    await quiet.account(sid(1))
    await quiet.account(sid(2), parent=sid(1))
    await quiet.account(sid(3), parent=sid(1))
    await quiet.change_plan(sid(1), "production")
    await quiet.close_account(sid(2), date(2026, 6, 5))
    await quiet.close_account(sid(1), date(2026, 6, 10))
    await quiet.advance(date(2026, 6, 20))

    for number, last_day in ((1, date(2026, 6, 9)), (2, date(2026, 6, 4)), (3, date(2026, 6, 9))):
        assert (await quiet.subscription(sid(number), last_day)).plan_id == "production"
        for later in (last_day + timedelta(days=1), date(2026, 6, 20), date(2027, 1, 1)):
            gone = await quiet.subscription(sid(number), later)
            assert (gone.plan_id, gone.origin, gone.plan_version_number) == ("", 0, 0)
            assert not gone.HasField("since_day")
    await refuses(
        quiet.plans.ChangePlan(change_request(sid(1), "business"), metadata=STAFF),
        PRECONDITION,
        "ACCOUNT_CLOSED",
        "start_day",
    )


async def test_accounts_are_listed_by_sid_all_or_top_level_or_of_one_parent(quiet: Service) -> None:
    for number, parent in ((5, ""), (1, ""), (4, sid(5)), (2, sid(5)), (3, sid(1))):
        await quiet.account(sid(number), parent=parent)
    await quiet.close_account(sid(1))
    await quiet.advance(date(2026, 6, 3))
    assert await listed(quiet) == [sid(number) for number in (1, 2, 3, 4, 5)]
    assert await listed(quiet, top_level_only=True) == [sid(1), sid(5)]
    assert await listed(quiet, parent_account_sid=sid(5)) == [sid(2), sid(4)]
    assert await listed(quiet, parent_account_sid=sid(2)) == []
    await refuses(
        quiet.plans.ListAccounts(p.ListAccountsRequest(parent_account_sid=sid(9)), metadata=STAFF),
        NOT_FOUND,
        "ACCOUNT_NOT_FOUND",
        "parent_account_sid",
    )


async def test_a_display_name_has_up_to_200_characters(quiet: Service) -> None:
    for number, name in enumerate(("", "x" * 200, "é" * 200)):
        assert (await quiet.account(sid(number), name=name)).display_name == name
    request = create_request(sid(9), display_name="x" * 201)
    await refuses(quiet.plans.CreateAccount(request, metadata=STAFF), INVALID, "INVALID_FIELD", "display_name")
