"""Owners that fail are set apart; a retry finishes them, or staff release them (6.6)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import asyncpg
import pytest

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.charge_pb2 import (
    CHARGE_KIND_SUPPORT_CREDIT,
    CHARGE_KIND_SUPPORT_PLAN,
    CHARGE_KIND_USAGE,
    ChargeRecord,
)
from prorata.v1.closing_pb2 import CLOSING_STATE_BLOCKED, CLOSING_STATE_CLOSED, CLOSING_STATE_RUNNING, Closing
from tests.conftest import MakeService
from tests.contracts.calls import X, create
from tests.rehearsals.calls import (
    WAIT_SECONDS,
    break_price,
    connected,
    fetch,
    mend_prices,
    rehearse,
    release,
    report,
    retry,
    start,
)
from tests.rehearsals.months import IN_JULY, IN_JUNE
from tests.service import STAFF, Service, amount, support, usage, usage_records
from tests.support.desk import claim, miss_p2

A, B, LONER, OTHER = (f"AC{number:032x}" for number in range(1, 5))
JULY, AUGUST, SEPTEMBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)
WAITS_FOR_THE_CLOSING = """
SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND query LIKE '%FROM closing WHERE%FOR UPDATE%' AND datname = current_database()
"""

Scenario = Callable[[Service], Awaitable[None]]
Key = tuple[str, int, str, str, str]


async def june(service: Service) -> None:
    """Contract X of A and B, who pays; A uses `calls`, LONER on `production` uses `fax`. The clock stands on 1 July."""
    await service.product("sms")
    await service.product("calls", price="0.0125")
    await service.product("fax", price="0.2")
    await asyncio.gather(*(service.account(sid) for sid in (A, B, LONER, OTHER)))
    await create(service, [B, A])
    await service.change_plan(LONER, "production")
    await service.change_plan(OTHER, "production")
    await service.advance(date(2026, 6, 28))
    records = [
        usage(A, "calls", IN_JUNE, quantity=1_000_000),
        usage(B, "sms", IN_JUNE, amount=40_000),
        usage(LONER, "fax", IN_JUNE, quantity=50_000),
        usage(OTHER, "sms", IN_JUNE, amount=9_000),
    ]
    assert (await service.record(records)).new_count == len(records)
    await service.advance(JULY)


async def july(service: Service) -> None:
    """June closed; in July it changes for A and LONER, who use other products then. The clock stands on 1 August."""
    await june(service)
    await service.close("2026-06")
    records = [usage(A, "calls", IN_JUNE, quantity=80_000), usage(LONER, "fax", IN_JUNE, quantity=7_000)]
    assert (await service.record(records)).new_count == len(records)
    await service.advance(date(2026, 7, 20))
    await asyncio.gather(*(service.spend(sid, 5_000, IN_JULY) for sid in (A, B, LONER, OTHER)))
    await service.advance(AUGUST)


async def july_with_credit(service: Service) -> None:
    """The same, with a credit for OTHER (8.5)."""
    await july(service)
    await miss_p2(service, OTHER)
    await claim(service, OTHER, received=datetime(2026, 7, 10, tzinfo=UTC))


async def undisturbed(make_service: MakeService, scenario: Scenario, period: str) -> tuple[Closing, list[ChargeRecord]]:
    """What the closing of the period comes to when nobody fails."""
    service = await make_service()
    await scenario(service)
    return await service.close(period), await service.feed()


def apart(closing: Closing) -> list[tuple[str, bool]]:
    """Who is set apart, and whether released."""
    return [(each.owner_sid, each.released) for each in closing.set_apart]


def parts(records: Iterable[ChargeRecord]) -> dict[Key, Decimal]:
    """The sums of the parts by payer, kind, period, item and account; those that are zero left out."""
    found: dict[Key, Decimal] = {}
    for record in records:
        for line in record.lines:
            inputs = getattr(line, line.WhichOneof("inputs"))
            item = inputs.product_id if record.kind == CHARGE_KIND_USAGE else inputs.plan_id
            for part in line.parts:
                key = record.payer_account_sid, record.kind, record.period, item, part.account_sid
                found[key] = found.get(key, Decimal(0)) + amount(part.amount)
    return {key: value for key, value in found.items() if value}


async def test_6_6_a_member_whose_usage_fails_sets_the_contract_apart_too(make_service: MakeService) -> None:
    expected, _ = await undisturbed(make_service, june, "2026-06")
    service = await make_service()
    await june(service)
    await break_price(service, "calls")
    rehearsed = await rehearse(service, "2026-06")
    blocked = await service.close("2026-06")
    assert (blocked.state, apart(blocked)) == (CLOSING_STATE_BLOCKED, [(A, False), (X, False)])
    assert "calls has no price" in blocked.set_apart[0].reason
    assert f"usage of {A}" in blocked.set_apart[1].reason
    emitted = await service.feed()
    assert {record.account_sid for record in usage_records(emitted)} == {B, LONER, OTHER}
    assert {record.owner_sid for record in support(emitted)} == {LONER, OTHER}
    assert not blocked.HasField("comparison")
    assert report(rehearsed) | {"comparison": None} == report(blocked) | {"comparison": None}

    await mend_prices(service)
    closing = await retry(service, "2026-06")
    assert (closing.state, closing.digest_final) == (CLOSING_STATE_CLOSED, True)
    assert report(closing) == report(expected)


@pytest.mark.parametrize("product", ["calls", "fax"])
async def test_6_6_an_owner_that_fails_for_an_earlier_period_alone_is_set_apart(
    make_service: MakeService, product: str
) -> None:
    """6.5: nothing of it is emitted; the digest after a retry is that of a closing in which nothing failed.

    8.5: credits are used once no owner is set apart.
    """
    expected, records = await undisturbed(make_service, july_with_credit, "2026-07")
    assert {record.period for record in records if record.closing_period == "2026-07"} == {"2026-06", "2026-07"}
    service = await make_service()
    await july_with_credit(service)
    await break_price(service, product)
    rehearsed = await rehearse(service, "2026-07")
    blocked = await service.close("2026-07")
    owners = {"calls": [A, X], "fax": [LONER]}[product]
    assert apart(blocked) == [(owner, False) for owner in owners]
    assert all(each.reason.startswith("2026-06: ") for each in blocked.set_apart)
    assert report(rehearsed) | {"comparison": None} == report(blocked) | {"comparison": None}
    emitted = [record for record in await service.feed() if record.closing_period == "2026-07"]
    assert {record.account_sid for record in usage_records(emitted)} == {A, B, LONER, OTHER} - set(owners)
    assert not {record.owner_sid for record in support(emitted)} & set(owners)

    still = await retry(service, "2026-07")
    assert (still.state, apart(still), still.digest) == (CLOSING_STATE_BLOCKED, apart(blocked), blocked.digest)
    await mend_prices(service)
    closing = await retry(service, "2026-07")
    assert report(closing) == report(expected)
    kinds = [{total.kind for total in each.totals} for each in (blocked, closing)]
    assert [CHARGE_KIND_SUPPORT_CREDIT in each for each in kinds] == [False, True]


async def test_6_6_one_owner_is_released_and_the_others_are_retried(make_service: MakeService) -> None:
    """The released one comes as adjustments of the next closing: in sum nothing differs."""
    _, whole = await undisturbed(make_service, june, "2026-06")
    service = await make_service()
    await june(service)
    await break_price(service, "calls")
    await break_price(service, "fax")
    blocked = await service.close("2026-06")
    assert apart(blocked) == [(A, False), (LONER, False), (X, False)]
    waiting = await release(service, "2026-06", LONER)
    assert (waiting.state, waiting.set_apart_count) == (CLOSING_STATE_BLOCKED, 2)
    assert apart(waiting) == [(A, False), (X, False), (LONER, True)]
    twice = await service.refused(release(service, "2026-06", LONER))
    assert (twice.reason, twice.fields) == ("NOTHING_SET_APART", ("owner_sids",))
    assert (await service.refused(start(service, "2026-07"))).reason == "PERIOD_OUT_OF_ORDER"

    await mend_prices(service)
    closing = await retry(service, "2026-06")
    assert (closing.state, apart(closing)) == (CLOSING_STATE_CLOSED, [(LONER, True)])
    assert LONER not in {record.payer_account_sid for record in await service.feed()}
    await service.advance(AUGUST)
    rehearsed = await rehearse(service, "2026-07")
    assert report(await service.close("2026-07")) == report(rehearsed)
    adjustments = [record for record in await service.feed() if record.adjustment]
    assert {record.payer_account_sid for record in adjustments} == {LONER}
    assert parts(record for record in await service.feed() if record.period == "2026-06") == parts(whole)


async def test_6_6_retries_at_the_same_time_calculate_once(make_service: MakeService) -> None:
    expected, records = await undisturbed(make_service, june, "2026-06")
    service = await make_service()
    await june(service)
    await break_price(service, "calls")
    blocked = await service.close("2026-06")
    await mend_prices(service)
    answers = await asyncio.gather(*(retry(service, "2026-06", watch=False) for _ in range(5)), return_exceptions=True)
    closing = await service.watch("2026-06")
    states = {each.state for each in answers if isinstance(each, Closing)}
    assert CLOSING_STATE_RUNNING in states <= {CLOSING_STATE_RUNNING, CLOSING_STATE_CLOSED}
    assert report(closing) == report(expected)
    assert closing.shard_count == blocked.shard_count + 1
    assert len(await service.feed()) == len(records)


@pytest.mark.parametrize("chosen", [(), (A,), (X,), (A, X)])
async def test_6_6_an_owner_released_while_it_is_retried_is_left_to_the_next_closing(
    make_service: MakeService, chosen: tuple[str, ...]
) -> None:
    """The release comes after the retry has calculated and before it has written."""
    _, whole = await undisturbed(make_service, june, "2026-06")
    service = await make_service(worker=False)
    await june(service)
    await break_price(service, "calls")
    async with service.worker():
        request = b.StartClosingRequest(request_id=str(uuid4()), period="2026-06")
        await service.billing.StartClosing(request, metadata=STAFF)
        await service.watch("2026-06")
    await mend_prices(service)
    assert (await retry(service, "2026-06", watch=False)).state == CLOSING_STATE_RUNNING
    async with AsyncExitStack() as opened, connected(service) as holding, connected(service) as looking:
        async with holding.transaction():
            await holding.execute("SELECT FROM closing FOR UPDATE")
            releasing = asyncio.create_task(release(service, "2026-06", *chosen))
            await _waiting_for_the_closing(looking, 1)
            await opened.enter_async_context(service.worker())
            await _waiting_for_the_closing(looking, 2)
        released = await releasing
        assert {owner for owner, free in apart(released) if free} == set(chosen or (A, X))
        closing = await service.watch("2026-06")
        await service.advance(AUGUST)
        await service.close("2026-07")
    assert (closing.state, apart(closing)) == (CLOSING_STATE_CLOSED, [(sid, True) for sid in sorted(chosen or (A, X))])
    records = await service.feed()
    june_records = [record for record in records if record.period == "2026-06"]
    assert parts(june_records) == parts(whole)
    late = {record.account_sid or record.owner_sid for record in june_records if record.adjustment}
    assert late == set(chosen or (A, X))


async def _waiting_for_the_closing(connection: asyncpg.Connection, count: int) -> None:
    """Return when so many wait for the row that is held; Postgres gives no signal of it."""
    async with asyncio.timeout(WAIT_SECONDS):
        while await connection.fetchval(WAITS_FOR_THE_CLOSING) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_6_6_what_was_recorded_for_others_in_between_changes_no_retry(make_service: MakeService) -> None:
    """The digest is as if nothing had happened."""
    expected, _ = await undisturbed(make_service, june, "2026-06")
    service = await make_service()
    await june(service)
    await break_price(service, "fax")
    await service.close("2026-06")
    await service.spend(OTHER, 1_000, IN_JUNE)
    await service.spend(B, 10_000, IN_JUNE)
    await mend_prices(service)
    closing = await retry(service, "2026-06")
    assert report(closing) == report(expected)


async def test_6_5_a_retry_that_knows_more_is_not_settled_twice(make_service: MakeService) -> None:
    """6.6: a retry calculates with what is known then; with the next closing, all is as if it had been known."""

    async def late(service: Service) -> None:
        await service.spend(B, 10_000, IN_JUNE)
        await service.spend(A, 2_000, IN_JUNE)
        await service.spend(LONER, 500, IN_JUNE)

    async def all_of_june(service: Service) -> None:
        await june(service)
        await late(service)

    _, whole = await undisturbed(make_service, all_of_june, "2026-06")
    service = await make_service()
    await june(service)
    await break_price(service, "calls")
    await service.close("2026-06")
    await late(service)
    await mend_prices(service)
    retried = await retry(service, "2026-06")
    assert retried.state == CLOSING_STATE_CLOSED
    contract = [record for record in support(await service.feed()) if record.owner_sid == X]
    assert parts(contract) == parts(record for record in whole if record.owner_sid == X)
    await service.advance(AUGUST)
    rehearsed = await rehearse(service, "2026-07")
    assert report(rehearsed) == report(await service.close("2026-07"))
    assert parts(record for record in await service.feed() if record.period == "2026-06") == parts(whole)
    adjusted = {record.owner_sid or record.account_sid for record in await service.feed() if record.adjustment}
    assert adjusted == {B, LONER}


async def test_6_6_a_member_released_again_and_again_is_settled_when_it_can_be(make_service: MakeService) -> None:
    """The contract with it: what two closings left out comes with the third."""
    whole = await make_service()
    await july(whole)
    await whole.close("2026-07")
    expected = parts(await whole.feed())
    service = await make_service()
    await june(service)
    await break_price(service, "calls")
    assert apart(await service.close("2026-06")) == [(A, False), (X, False)]
    assert (await release(service, "2026-06")).state == CLOSING_STATE_CLOSED
    records = [usage(A, "calls", IN_JUNE, quantity=80_000), usage(LONER, "fax", IN_JUNE, quantity=7_000)]
    await mend_prices(service)
    assert (await service.record(records)).new_count == len(records)
    await break_price(service, "calls")
    await service.advance(date(2026, 7, 20))
    await asyncio.gather(*(service.spend(sid, 5_000, IN_JULY) for sid in (A, B, LONER, OTHER)))
    await service.advance(AUGUST)
    blocked = await service.close("2026-07")
    assert apart(blocked) == [(A, False), (X, False)]
    assert (await release(service, "2026-07")).state == CLOSING_STATE_CLOSED
    await mend_prices(service)
    await service.advance(SEPTEMBER)
    rehearsed = await rehearse(service, "2026-08")
    closing = await service.close("2026-08")
    assert (closing.state, report(closing)) == (CLOSING_STATE_CLOSED, report(rehearsed))
    found = parts(record for record in await service.feed() if record.period < "2026-08")
    assert found == expected


async def test_6_6_with_everybody_released_a_retry_under_way_emits_nothing(make_service: MakeService) -> None:
    """The release comes before the retry begins."""
    service = await make_service(worker=False)
    await june(service)
    await break_price(service, "calls")
    async with service.worker():
        await service.close("2026-06")
    before = len(await service.feed())
    await mend_prices(service)
    await retry(service, "2026-06", watch=False)
    assert (await release(service, "2026-06")).state == CLOSING_STATE_RUNNING
    async with service.worker():
        closing = await service.watch("2026-06")
    assert (closing.state, apart(closing)) == (CLOSING_STATE_CLOSED, [(A, True), (X, True)])
    assert len(await service.feed()) == before
    assert await fetch(service, "SELECT FROM closing_shard WHERE NOT done") == []
    assert CHARGE_KIND_SUPPORT_PLAN in {total.kind for total in closing.totals}
