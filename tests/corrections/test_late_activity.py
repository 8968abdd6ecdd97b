"""6.5: of which families a closed period has changed is noted, by the roll-up and by voids and corrections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from billing.operations.context import Store
from billing.operations.rollup import RollUp, State, roll_up
from prorata.v1 import billing_service_pb2 as b
from tests.conftest import MakeService
from tests.corrections.calls import (
    CHILD,
    JULY,
    JUNE,
    MID_JUNE,
    OTHER,
    PARENT,
    Fix,
    Totals,
    correct,
    differences,
    late_activity,
    opened,
    prepare,
    roll_all_up,
    summary,
    until_waiting,
    void,
)
from tests.service import STAFF, Service, usage

IN_JULY = datetime(2026, 7, 3, tzinfo=UTC)


@pytest.fixture
async def service(make_service: MakeService) -> Service:
    """On 10 July, without a worker: what is rolled up and closed, the test does."""
    made = await make_service(worker=False)
    await prepare(made)
    await made.advance(date(2026, 7, 10))
    return made


@pytest.fixture
async def store(service: Service) -> AsyncIterator[Store]:
    """The service's store."""
    async with opened(service) as store:
        yield store


async def recorded(service: Service, sid: str, moment: datetime = MID_JUNE) -> UUID:
    """A new record; returns its event id."""
    event = uuid4()
    assert (await service.record([usage(sid, "sms", moment, quantity=10, event=event)])).new_count == 1
    return event


async def start_closing(service: Service) -> None:
    """Start the closing of June, which nobody carries out."""
    request = b.StartClosingRequest(request_id=str(uuid4()), period=JUNE)
    await service.billing.StartClosing(request, metadata=STAFF)


async def test_6_5_nothing_is_noted_of_an_open_period(service: Service, store: Store) -> None:
    event, other = await recorded(service, PARENT), await recorded(service, OTHER)
    await roll_all_up(store)
    await correct(service, Fix(event, 1))
    await void(service, other, sid=OTHER)
    assert await late_activity(store) == set()


async def test_6_5_late_usage_is_noted_when_it_is_rolled_up(service: Service, store: Store) -> None:
    """6.5: of the top-level account, once, with the cut-off of the batch, whatever was recorded before the closing."""
    await recorded(service, OTHER)
    await start_closing(service)
    await recorded(service, CHILD)
    await recorded(service, PARENT)
    await recorded(service, OTHER, IN_JULY)
    assert await roll_up(store, before_cutoff=1) == RollUp(State.ROLLED_UP, 1, 1)
    assert await late_activity(store) == set()
    await roll_all_up(store)
    assert await late_activity(store) == {(PARENT, JUNE, 1)}
    assert await differences(store) == {}


async def test_6_5_a_batch_from_before_the_closing_is_not_late_however_late_it_is_rolled_up(
    service: Service, store: Store
) -> None:
    await recorded(service, PARENT)
    await start_closing(service)
    await roll_all_up(store)
    assert await late_activity(store) == set()


async def test_6_5_voids_and_corrections_of_a_closed_period_are_noted(service: Service, store: Store) -> None:
    """4.4, 6.5: also of events that are not rolled up yet; repeats and corrections to what counts change nothing."""
    child, other, same = [await recorded(service, sid) for sid in (CHILD, OTHER, OTHER)]
    voided = await recorded(service, OTHER)
    await void(service, voided, sid=OTHER)
    july = await recorded(service, OTHER, IN_JULY)
    await start_closing(service)
    await void(service, voided, sid=OTHER)
    await correct(service, Fix(same, 10), sid=OTHER)
    await void(service, july, sid=OTHER, period=JULY)
    assert await late_activity(store) == set()
    await correct(service, Fix(child, 9), sid=CHILD)
    assert await late_activity(store) == {(PARENT, JUNE, 1)}
    await void(service, other, sid=OTHER)
    assert await late_activity(store) == {(PARENT, JUNE, 1), (OTHER, JUNE, 1)}
    assert await differences(store) == {}


async def test_6_5_each_closing_since_is_noted_apart(make_service: MakeService) -> None:
    """6.5: the next closing finds what was recorded since the one before it."""
    service = await make_service()
    await prepare(service)
    event = await _in(service, date(2026, 6, 20))
    await service.advance(date(2026, 7, 1))
    await service.close(JUNE)
    await correct(service, Fix(event, 11))
    await service.advance(date(2026, 8, 1))
    await service.close(JULY)
    await correct(service, Fix(event, 12))
    await recorded(service, OTHER)
    async with opened(service) as store:
        await roll_all_up(store)
        assert await late_activity(store) == {(PARENT, JUNE, 1), (PARENT, JUNE, 2), (OTHER, JUNE, 2)}
        assert await differences(store) == {}


async def _in(service: Service, day: date) -> UUID:
    await service.advance(day)
    return await recorded(service, PARENT)


async def test_an_interrupted_roll_up_notes_nothing(
    service: Service, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The note stands in the transaction of the roll-up."""
    await start_closing(service)
    await recorded(service, PARENT)

    async def broken(*_: object) -> int:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr("billing.store.usage_batches.mark_rolled_up", broken)
        with pytest.raises(ConnectionError):
            await roll_up(store)
    assert await late_activity(store) == set()
    await roll_all_up(store)
    assert await late_activity(store) == {(PARENT, JUNE, 1)}


async def test_a_roll_up_and_a_correction_of_the_same_day_wait_for_each_other_and_both_count(
    service: Service, store: Store
) -> None:
    """The correction meets cells that a roll-up under way has added to."""
    await start_closing(service)
    first = await recorded(service, PARENT)
    await roll_all_up(store)
    await recorded(service, PARENT)
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM usage_rollup WHERE cutoff = 1 FOR UPDATE")
        tasks = [asyncio.ensure_future(each) for each in (roll_all_up(store), void(service, first))]
        await until_waiting(store, 2)
    await asyncio.gather(*tasks)
    assert await summary(service) == {("sms",): Totals(1, Decimal(10), Decimal(10))}
    assert await differences(store) == {}
