"""4.4: corrections of the same usage at the same moment follow one another, and none is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from billing.operations.context import Store
from billing.operations.rollup import roll_up
from tests.conftest import MakeService
from tests.corrections.calls import (
    CHILD,
    MID_JUNE,
    PARENT,
    Fix,
    Totals,
    correct,
    correcting,
    differences,
    listed,
    opened,
    prepare,
    roll_all_up,
    summary,
    until_waiting,
    void,
    voiding,
)
from tests.service import STAFF, Service, usage


@pytest.fixture
async def service(make_service: MakeService) -> Service:
    """On 20 June, without a worker."""
    made = await make_service(worker=False)
    await prepare(made)
    await made.advance(date(2026, 6, 20))
    return made


@pytest.fixture
async def store(service: Service) -> AsyncIterator[Store]:
    """The service's store."""
    async with opened(service) as store:
        yield store


async def recorded(service: Service, count: int, sid: str = PARENT) -> list[UUID]:
    """New records of a quantity of 1; returns their event ids."""
    events = [uuid4() for _ in range(count)]
    response = await service.record([usage(sid, "sms", MID_JUNE, event=event) for event in events])
    assert response.new_count == count
    return events


async def test_4_4_a_record_is_voided_once_by_many_at_once(service: Service, store: Store) -> None:
    events = await recorded(service, 3)
    orders = [events[number % 3 :] + events[: number % 3] for number in range(8)]
    answers = await asyncio.gather(*(void(service, *order) for order in orders))
    assert sorted(answers) == [(0, 3)] * 7 + [(3, 0)]
    assert await summary(service) == {}
    await roll_all_up(store)
    assert await differences(store) == {}


async def test_4_4_corrections_at_once_are_all_in_the_trail_and_the_last_counts(service: Service, store: Store) -> None:
    events = await recorded(service, 2)
    await asyncio.gather(
        *(correct(service, *(Fix(event, number, number) for event in events)) for number in range(2, 12)),
        *(roll_up(store) for _ in range(3)),
    )
    found = await listed(service)
    for event in events:
        quantities = [each.quantity_micros // 10**6 for each in found[event].corrections]
        assert sorted(quantities) == list(range(2, 12))
    lasts = [Decimal(found[event].corrections[-1].quantity_micros).scaleb(-6) for event in events]
    assert await summary(service) == {("sms",): Totals(2, sum(lasts, Decimal(0)), Decimal(0), sum(lasts, Decimal(0)))}
    await roll_all_up(store)
    assert await differences(store) == {}


async def test_4_4_voids_and_corrections_at_once_end_with_the_void(service: Service, store: Store) -> None:
    [event] = await recorded(service, 1)
    outcomes = await asyncio.gather(
        *(service.billing.CorrectUsage(correcting([Fix(event, number)]), metadata=STAFF) for number in range(2, 8)),
        service.billing.VoidUsage(voiding([event]), metadata=STAFF),
        *(service.billing.CorrectUsage(correcting([Fix(event, number)]), metadata=STAFF) for number in range(8, 14)),
        return_exceptions=True,
    )
    corrected = sum(not isinstance(outcome, BaseException) for outcome in outcomes) - 1
    kept = (await listed(service))[event]
    assert (len(kept.corrections), kept.HasField("void_time")) == (corrected, True)
    assert await summary(service) == {}
    await roll_all_up(store)
    assert await differences(store) == {}


async def test_the_same_request_at_once_is_done_once(service: Service, store: Store) -> None:
    """A write repeats by its request id, also at the same moment."""
    [event] = await recorded(service, 1)
    request = correcting([Fix(event, 5)])
    answers = await asyncio.gather(*(service.billing.CorrectUsage(request, metadata=STAFF) for _ in range(6)))
    assert all(answer == answers[0] for answer in answers)
    assert len((await listed(service))[event].corrections) == 1


async def test_accounts_are_corrected_beside_each_other_while_roll_ups_and_new_usage_go_on(
    service: Service, store: Store
) -> None:
    """Corrections of several accounts of a family, roll-ups of small windows and new usage, all of the same days."""
    by_sid = {sid: await recorded(service, 40, sid) for sid in (PARENT, CHILD)}

    async def fix(sid: str) -> None:
        for number, event in enumerate(by_sid[sid]):
            if number % 2:
                await void(service, event, sid=sid)
            else:
                await correct(service, Fix(event, 2, "0.5"), sid=sid)

    async def more() -> None:
        for _ in range(20):
            await recorded(service, 3, CHILD)

    async def roll() -> None:
        for _ in range(30):
            await roll_up(store, max_events=5)

    await asyncio.gather(fix(PARENT), fix(CHILD), more(), roll())
    expected = {
        (PARENT, "sms"): Totals(20, Decimal(40), Decimal(0), Decimal(10)),
        (CHILD, "sms"): Totals(80, Decimal(100), Decimal(60), Decimal(10)),
    }
    assert await summary(service, by_account=True) == expected
    await roll_all_up(store)
    assert await summary(service, by_account=True) == expected
    assert await differences(store) == {}


async def test_a_correction_waits_for_the_account_and_sees_what_was_voided_meanwhile(
    service: Service, store: Store
) -> None:
    """The lock is taken before what counts is read."""
    [event] = await recorded(service, 1)
    async with store.pool.acquire() as connection, connection.transaction():
        keys = await connection.fetchrow("SELECT family_key, account_key FROM account WHERE account_sid = $1", PARENT)
        await connection.execute("SELECT pg_advisory_xact_lock(7070005, $1)", keys["account_key"])
        task = asyncio.ensure_future(service.refused(service.billing.CorrectUsage(correcting([Fix(event, 2)]))))
        await until_waiting(store, 1)
        await connection.execute(
            "INSERT INTO usage_correction (record_time, family_key, account_key, period, event_id, correction_number, "
            "record_cutoff, voided) VALUES (now(), $1, $2, '2026-06-01', $3, 1, 0, true)",
            *keys,
            event,
        )
    assert (await task).reason == "EVENT_VOIDED"
