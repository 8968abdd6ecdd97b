"""Previews asked for again: by one statement that asks what the last one asked, whatever has changed since (6.4)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from billing.errors import BillingError
from billing.messages.charges import charge_message
from billing.operations import previews
from billing.operations.context import Store
from billing.operations.previews import Records, preview_charges
from billing.period import Period, day_of
from prorata.v1.billing_service_pb2 import PreviewChargesResponse
from prorata.v1.charge_pb2 import ChargeRecord
from tests.contracts.calls import A, B, add, change_payer, change_plan, create, remove
from tests.corrections.calls import opened, roll_all_up
from tests.flex.calls import USER_AND_USAGE, happen, logins, users
from tests.flex.calls import add as add_flex
from tests.service import Service

SUB = f"AC{99:032x}"
JULY = Period(2026, 7)
NOON = datetime(2026, 7, 3, 12, tzinfo=UTC)


@pytest.fixture
async def july(make_service: Callable[..., Awaitable[Service]]) -> Service:
    """The third of July, June closed: an account with a subaccount, and another one."""
    service = await make_service()
    await service.product("sms")
    for sid in (A, B):
        await service.account(sid)
    await service.account(SUB, parent=A)
    await service.change_plan(A, "production")
    await service.advance(date(2026, 7, 1))
    await service.spend(A, "5000.55")
    await service.close("2026-06")
    await service.advance(NOON)
    return service


async def records(store: Store, sid: str, period: Period | None) -> list[ChargeRecord]:
    """What a preview shows, by id."""

    async def write(found: Records) -> bytes:
        assert isinstance(found, list)
        records = [charge_message(record, store.currency) for record in found]
        return PreviewChargesResponse(records=records).SerializeToString()

    written = await preview_charges(store, account_sid=sid, period=period, write=write)
    return sorted(PreviewChargesResponse.FromString(written).records, key=lambda each: each.charge_id)


async def check(service: Service) -> None:
    """A server that was asked before shows what one shows that never was; three times."""
    for sid in (A, B):
        for period in (None, JULY, Period(2026, 6)):
            async with opened(service) as store:
                fresh = await records(store, sid, period)
            for _ in range(3):  # as asked before, at once, and as kept
                again = await service.preview(sid, str(period or ""))
                assert sorted(again, key=lambda each: each.charge_id) == fresh


async def test_6_4_whatever_changed_meanwhile_is_shown(july: Service) -> None:
    await check(july)
    await july.spend(A, "100.10", NOON)
    await july.spend(SUB, 77, NOON)
    await check(july)  # a tail, or not any more
    async with opened(july) as store:
        await roll_all_up(store)
    await check(july)
    await july.change_plan(A, "business", date(2026, 7, 10))
    await check(july)
    await create(july, [A])
    await add(july, B)
    await july.spend(B, "1234.5", NOON)
    await check(july)  # B pays for nothing, and A for both
    await change_plan(july, "production", date(2026, 7, 9))
    await change_payer(july, B, date(2026, 7, 8))
    await check(july)
    await july.publish_price("sms", "0.5", "2026-07")
    await add_flex(july, SUB, USER_AND_USAGE)
    await happen(july, logins(SUB, users(3), NOON))
    await check(july)
    await remove(july, A, date(2026, 7, 20))
    await july.spend(A, 40)  # June is closed
    await check(july)
    await july.advance(date(2026, 8, 1))
    await check(july)
    await july.close("2026-07")
    await check(july)


async def test_6_4_a_repeated_preview_is_refused_as_the_first(july: Service) -> None:
    await july.advance(date(2026, 8, 2))
    await july.preview(A, "2026-08")
    await july.preview(A, "2026-08")
    await july.advance(date(2026, 8, 3))
    await july.preview(A, "2026-08")
    for _ in range(2):
        refused = await july.refused(july.preview(A, "2026-09"))
        assert refused.reason == "PERIOD_IN_FUTURE"
        refused = await july.refused(july.preview(SUB))
        assert refused.reason == "SUBACCOUNT_FOLLOWS_PARENT"


async def test_6_4_a_preview_is_written_again_only_when_something_it_depends_on_changed(
    july: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(july) as store:
        written: list[Records] = []

        async def write(found: Records) -> bytes:
            written.append(found)
            return b"%d" % len(written)

        async def show(sid: str) -> bytes:
            return await preview_charges(store, account_sid=sid, period=JULY, write=write)

        async def spend(sid: str) -> None:
            await july.spend(sid, "12.34", NOON)
            await roll_all_up(store)

        await spend(A)
        # The first asks for the terms of the month too, the second does not any more, the third asks all at once.
        assert [await show(A) for _ in range(4)] == [b"1", b"2", b"3", b"3"]
        await spend(B)  # of another account
        assert await show(A) == b"3"
        await spend(SUB)
        assert [await show(A) for _ in range(2)] == [b"4", b"4"]
        await july.change_plan(A, "business", date(2026, 7, 10))
        assert [await show(A) for _ in range(2)] == [b"5", b"5"]
        monkeypatch.setattr(previews, "day_of", lambda moment, zone: day_of(moment, zone) + timedelta(days=1))
        assert [await show(A) for _ in range(2)] == [b"6", b"6"]


async def test_6_4_a_repeated_preview_is_one_statement(july: Service) -> None:
    await july.spend(B, 12, NOON)
    async with opened(july) as store:
        await roll_all_up(store)
        await create(july, [A, B])
        first = await records(store, A, JULY)
        await records(store, A, JULY)  # the terms of the month need not be asked for any more
        statements: list[str] = []
        async with store.few.acquire() as connection:
            connection.add_query_logger(lambda record: statements.append(record.query))
        assert await records(store, A, JULY) == first
        assert await records(store, A, JULY) == first
        async with store.few.acquire() as connection:
            assert await connection.fetchval("SELECT 1") == 1  # the logger has been called by then
        assert len(statements) in (2, 3)  # one a preview, and perhaps that
        assert len({statement for statement in statements if statement != "SELECT 1"}) == 1
        with pytest.raises(BillingError, match="has not begun"):
            await records(store, A, JULY.plus(1))
