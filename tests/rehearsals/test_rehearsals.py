"""Rehearsals through the real RPC with real workers: the whole month-end, of which only the report is stored."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime
from uuid import uuid4

import asyncpg
import grpc
import pytest

from billing.operations.opening import StoreWanted, open_store
from billing.operations.rehearsals import finish_rehearsal, prepare_rehearsal
from billing.rehearsals import Rehearsal
from billing.store import rehearsals
from prorata.v1 import billing_service_pb2 as b
from prorata.v1.charge_pb2 import (
    CHARGE_KIND_FLEX,
    CHARGE_KIND_SUPPORT_CREDIT,
    CHARGE_KIND_SUPPORT_PLAN,
    CHARGE_KIND_USAGE,
)
from prorata.v1.closing_pb2 import CLOSING_STATE_CLOSED
from prorata.v1.rehearsal_pb2 import REHEARSAL_STATE_COMPLETE, REHEARSAL_STATE_RUNNING
from tests.conftest import MakeService
from tests.rehearsals.calls import (
    WAIT_SECONDS,
    break_price,
    charges,
    connected,
    fetch,
    follow,
    get,
    mend_prices,
    rehearse,
    rehearse_request,
    report,
    start,
)
from tests.rehearsals.months import ALONE, IN_JULY, IN_JUNE, MANY, SECOND, THRIFTY, month_of_july, month_of_june
from tests.service import SELF_SERVICE, STAFF, Service
from tests.support.desk import claim, miss_p2

KINDS = {CHARGE_KIND_USAGE, CHARGE_KIND_FLEX, CHARGE_KIND_SUPPORT_PLAN, CHARGE_KIND_SUPPORT_CREDIT}
JULY, AUGUST, SEPTEMBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)
SOMEONE_WAITS = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'COPY %rehearsal_record%'
               AND datname = current_database())
"""


async def test_6_4_a_rehearsal_comes_to_what_the_closing_emits(service: Service) -> None:
    """6.3, 6.5, 8.5: totals, counts and digest, with adjustments and credits; in the middle of the month too."""
    await month_of_june(service)
    first = await rehearse(service, "2026-06")
    june = await service.close("2026-06")
    assert report(first) == report(june)
    assert first.record_count > 0

    await month_of_july(service)
    before = await charges(service)
    in_july = await rehearse(service, "2026-07")
    await service.advance(AUGUST)
    ended = await rehearse(service, "2026-07")
    assert report(in_july) == report(ended)
    assert {total.kind for total in ended.totals} == KINDS
    assert await charges(service) == before

    await miss_p2(service, ALONE, datetime(2026, 7, 6, 13, tzinfo=UTC))
    await claim(service, ALONE, "2026-07")
    last = await rehearse(service, "2026-07")
    july = await service.close("2026-07")
    assert july.state == CLOSING_STATE_CLOSED
    assert report(last) == report(july)
    assert last.digest != ended.digest
    emitted = [record for record in await service.feed() if record.closing_period == "2026-07"]
    assert any(record.adjustment for record in emitted if record.kind == CHARGE_KIND_SUPPORT_PLAN)
    assert sum(record.kind == CHARGE_KIND_SUPPORT_CREDIT for record in emitted) == 3


async def test_a_rehearsal_keeps_nothing_but_its_report(service: Service) -> None:
    """No record, no feed, no closing, no stream; and none of what the report was made of."""
    await month_of_june(service)
    before = await charges(service)
    rehearsal = await rehearse(service, "2026-06")
    assert await charges(service) == before
    assert (await fetch(service, "SELECT count(*) FROM rehearsal_record"))[0][0] == 0
    assert await service.feed() == []
    assert (await service.refused(service.watch("2026-06"))).reason == "CLOSING_NOT_FOUND"
    assert await get(service, rehearsal.rehearsal_number) == rehearsal
    closing = await service.close("2026-06")
    assert closing.closing_number == 1


async def test_rehearsals_are_listed_as_each_is_told(service: Service) -> None:
    """The latest first, of a period or all: with owners set apart, totals and comparison, and those that run."""
    await month_of_june(service)
    await rehearse(service, "2026-06")
    await break_price(service, "calls")
    assert (await rehearse(service, "2026-06")).set_apart_count > 0
    await mend_prices(service)
    await service.close("2026-06")
    await month_of_july(service)
    await rehearse(service, "2026-07")
    for period, numbers in (("", [3, 2, 1]), ("2026-06", [2, 1]), ("2026-07", [3]), ("2026-08", [])):
        request = b.ListRehearsalsRequest(period=period)
        listed = (await service.billing.ListRehearsals(request, metadata=SELF_SERVICE)).rehearsals
        assert [each.rehearsal_number for each in listed] == numbers
        assert [await get(service, number) for number in numbers] == list(listed)


async def test_what_is_recorded_after_the_closing_started_changes_no_rehearsal(make_service: MakeService) -> None:
    """6.1: a rehearsal reads what the closing reads, credits included, even when the closing is complete before it.

    8.5: July claims and uses credits, August uses up what July has left.
    """
    service = await make_service(worker=False)
    async with service.worker():
        await month_of_june(service)
        await service.close("2026-06")
        await month_of_july(service)
    await service.advance(AUGUST)
    await miss_p2(service, ALONE, datetime(2026, 7, 6, 13, tzinfo=UTC))
    await claim(service, ALONE, "2026-07")
    assert await _rehearsed_after_closing(service, "2026-07") == {ALONE: 2, THRIFTY: 1}
    await service.advance(datetime(2026, 8, 20, tzinfo=UTC))
    await service.spend(THRIFTY, 1_000, datetime(2026, 8, 15, tzinfo=UTC))
    await service.advance(SEPTEMBER)
    assert await _rehearsed_after_closing(service, "2026-08") == {THRIFTY: 1}


async def _rehearsed_after_closing(service: Service, period: str) -> dict[str, int]:
    """Start a rehearsal, close, record more, and only then let the rehearsal run; how many credits each payer used."""
    number = (await start(service, period)).rehearsal_number
    await _dealt_out(service, number)
    await fetch(service, "UPDATE rehearsal_shard SET lease_until = 'infinity' WHERE NOT done")  # nobody takes a shard
    await service.billing.StartClosing(b.StartClosingRequest(request_id=str(uuid4()), period=period), metadata=STAFF)
    await service.spend(ALONE, 70_000, IN_JULY)
    await service.spend(SECOND, 70_000, IN_JUNE)
    await service.change_plan(MANY[1], "business" if period == "2026-07" else "developer")
    async with service.worker():
        closing = await service.watch(period)
        assert (await get(service, number)).done_shard_count == 0
        await fetch(service, "UPDATE rehearsal_shard SET lease_until = NULL WHERE NOT done")
        rehearsal = (await follow(service, number))[-1]
    assert closing.state == CLOSING_STATE_CLOSED
    assert report(rehearsal) == report(closing)
    records = [each for each in await service.feed() if each.closing_period == period]
    return dict(Counter(each.payer_account_sid for each in records if each.kind == CHARGE_KIND_SUPPORT_CREDIT))


async def _dealt_out(service: Service, number: int) -> None:
    """Deal the owners out to shards, as a sweep does."""
    async with (
        open_store(service.database_url, StoreWanted("USD", "UTC", test_mode=True), 2) as store,
        store.pool.acquire() as connection,
    ):
        rehearsal = await rehearsals.by_number(connection, number)
        assert rehearsal is not None
        await prepare_rehearsal(store, rehearsal)


async def test_a_rehearsal_that_is_dealt_out_meanwhile_is_not_taken_for_done(
    make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep that finds no shards yet, as another deals them out, has none to wait for when it looks at the rest."""
    service = await make_service(worker=False)
    await month_of_june(service)
    number = (await start(service, "2026-06")).rehearsal_number
    lock = rehearsals.lock

    async def dealt_out_before(connection: asyncpg.Connection, rehearsal_number: int) -> Rehearsal:
        monkeypatch.undo()
        await _dealt_out(service, number)
        return await lock(connection, rehearsal_number)

    monkeypatch.setattr(rehearsals, "lock", dealt_out_before)
    async with open_store(service.database_url, StoreWanted("USD", "UTC", test_mode=True), 2) as store:
        await finish_rehearsal(store, number)
    found = await get(service, number)
    assert (found.state, found.done_shard_count) == (REHEARSAL_STATE_RUNNING, 0)
    assert found.shard_count > 0
    async with service.worker():
        rehearsal = (await follow(service, number))[-1]
    assert rehearsal.record_count > 0


async def test_only_the_period_that_closes_next_is_rehearsed(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    nobody = await service.refused(start(service, "2026-06"))
    assert (nobody.code, nobody.reason, nobody.fields) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "PERIOD_OUT_OF_ORDER",
        ("period",),
    )
    await service.account(ALONE)
    for period in ("2026-05", "2026-07"):
        refused = await service.refused(start(service, period))
        assert (refused.reason, "2026-06 closes next" in refused.message) == ("PERIOD_OUT_OF_ORDER", True)
    await service.advance(JULY)
    await service.billing.StartClosing(b.StartClosingRequest(request_id=str(uuid4()), period="2026-06"), metadata=STAFF)
    running = await service.refused(start(service, "2026-07"))
    assert (running.reason, "still running" in running.message) == ("PERIOD_OUT_OF_ORDER", True)
    gone = await service.refused(start(service, "2026-06"))
    assert gone.reason == "PERIOD_OUT_OF_ORDER"
    async with service.worker():
        await service.watch("2026-06")
        assert (await rehearse(service, "2026-07")).period == "2026-07"


@pytest.mark.parametrize("number", [1, 2**31 - 1])
async def test_a_rehearsal_that_is_not_there_is_not_found(make_service: MakeService, number: int) -> None:
    service = await make_service(worker=False)
    for call in (get(service, number), follow(service, number)):
        refused = await service.refused(call)
        assert (refused.code, refused.reason, refused.fields) == (
            grpc.StatusCode.NOT_FOUND,
            "REHEARSAL_NOT_FOUND",
            ("rehearsal_number",),
        )


async def test_rehearsals_are_for_staff_and_fields_are_checked(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await service.account(ALONE)
    customer = service.billing.RehearseClosing(rehearse_request("2026-06"), metadata=SELF_SERVICE)
    assert (await service.refused(customer)).reason == "NOT_PERMITTED"
    malformed = await service.refused(start(service, "2026-6"))
    assert (malformed.reason, malformed.fields) == ("INVALID_FIELD", ("period",))
    assert (await service.refused(get(service, 0))).fields == ("rehearsal_number",)


async def test_the_same_request_starts_one_rehearsal(service: Service) -> None:
    await service.account(ALONE)
    request = rehearse_request("2026-06")
    answers = await asyncio.gather(*(service.billing.RehearseClosing(request, metadata=STAFF) for _ in range(4)))
    assert {answer.rehearsal.rehearsal_number for answer in answers} == {1}
    assert (answers[0].rehearsal.state, answers[0].rehearsal.started_by) == (REHEARSAL_STATE_RUNNING, "tests")
    events = await service.billing.ListAuditEvents(b.ListAuditEventsRequest(subject="2026-06"), metadata=STAFF)
    assert [event.rpc for event in events.events] == ["RehearseClosing"]


async def test_rehearsals_at_the_same_time_and_by_several_workers_agree(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await month_of_june(service)
    async with service.workers(2):
        found = await asyncio.gather(*(rehearse(service, "2026-06") for _ in range(3)))
        closing = await service.close("2026-06")
    assert sorted(each.rehearsal_number for each in found) == [1, 2, 3]
    assert [report(each) for each in found] == [report(closing)] * 3


async def test_watching_shows_progress_and_ends_with_the_report(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await month_of_june(service)
    started = await start(service, "2026-06")
    assert (started.state, started.digest, started.shard_count) == (REHEARSAL_STATE_RUNNING, "", 0)
    watching = asyncio.create_task(follow(service, started.rehearsal_number))
    async with service.worker():
        steps = await watching
    assert [step.state for step in steps[:-1]] == [REHEARSAL_STATE_RUNNING] * (len(steps) - 1)
    assert (steps[-1].state, steps[-1].complete_time) == (REHEARSAL_STATE_COMPLETE, started.start_time)
    done = [step.done_shard_count for step in steps]
    assert done == sorted(done)
    assert done[-1] == steps[-1].shard_count > 1
    assert not any(step.HasField("comparison") for step in steps[:-1])
    assert steps[-1].HasField("comparison")


async def test_a_rehearsal_waits_for_the_usage_recorded_before_it_and_for_no_other(make_service: MakeService) -> None:
    """A stream of usage that never ends holds up no rehearsal."""
    service = await make_service(worker=False)
    await service.product("sms")
    await service.account(ALONE)
    await service.advance(date(2026, 6, 28))
    await service.spend(ALONE, 100, IN_JUNE)
    started = await start(service, "2026-06")
    assert started.remaining_batch_count == 1
    await service.spend(ALONE, 1_000, IN_JUNE)
    assert (await get(service, started.rehearsal_number)).remaining_batch_count == 1
    async with service.worker():
        [total] = (await follow(service, started.rehearsal_number))[-1].totals
    assert (total.kind, total.amount.units) in {(CHARGE_KIND_USAGE, 100), (CHARGE_KIND_USAGE, 1_100)}


async def test_an_interrupted_rehearsal_is_taken_up_again(make_service: MakeService) -> None:
    """6.2: a worker that is lost while it writes leaves nothing half done; another finishes."""
    service = await make_service(worker=False)
    await month_of_june(service)
    started = await start(service, "2026-06")
    async with connected(service) as blocking, connected(service) as looking:
        async with blocking.transaction():
            await blocking.execute("LOCK TABLE rehearsal_record IN SHARE MODE")
            async with service.worker():
                await _until(looking, SOMEONE_WAITS)
        assert await looking.fetchval("SELECT count(*) FROM rehearsal_shard WHERE done") == 0
        assert await looking.fetchval("SELECT max(attempt_count) FROM rehearsal_shard") == 1
    async with service.worker():
        rehearsal = (await follow(service, started.rehearsal_number))[-1]
        closing = await service.close("2026-06")
    assert report(rehearsal) == report(closing)


async def _until(connection: asyncpg.Connection, query: str) -> None:
    """Return when a query answers yes; Postgres gives no signal of it."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not await connection.fetchval(query):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_rehearsal_whose_last_worker_was_lost_is_completed(make_service: MakeService) -> None:
    """All shards are done, and nobody has made the report: the sweep does."""
    service = await make_service(worker=False)
    await month_of_june(service)
    number = (await start(service, "2026-06")).rehearsal_number
    await _dealt_out(service, number)
    async with connected(service) as blocking, connected(service) as looking, blocking.transaction():
        await blocking.execute("SELECT FROM rehearsal FOR NO KEY UPDATE")
        async with service.worker():
            await _until(looking, "SELECT bool_and(done) FROM rehearsal_shard")
    assert (await get(service, number)).state == REHEARSAL_STATE_RUNNING
    async with service.worker():
        rehearsal = (await follow(service, number))[-1]
        assert report(rehearsal) == report(await service.close("2026-06"))
