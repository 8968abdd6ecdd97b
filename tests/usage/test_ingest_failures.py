"""Nothing is lost or counted twice when connections break, calls are given up, or too much comes at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import asyncpg
import pytest

from billing.errors import BillingError, Reason
from billing.operations import ingest_lane, lane_queue
from billing.operations.context import Store
from billing.operations.ingest import Ingestor
from tests.usage.world import (
    Record,
    add_account,
    add_as_another,
    batch_of,
    event_held,
    events_recorded,
    keys,
    lane_waits,
    record,
    seeded,
    sid,
    writers_held_up,
)

pytestmark = pytest.mark.usefixtures("either_way")

KILL_WRITERS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND (xact_start IS NOT NULL OR $1) AND backend_type = 'client backend'
"""


async def send(ingestor: Ingestor, records: Sequence[Record], size: int) -> list[str]:
    """Send records in batches, several at a time, each again until it is recorded; returns the reasons of failures."""
    failures: list[str] = []

    async def send_one(part: Sequence[Record]) -> None:
        while True:
            try:
                found = await record(ingestor, *part)
            except BillingError as error:
                failures.append(error.reason)
                await asyncio.sleep((error.retry_seconds or 0) / 100)
            else:
                assert set(found) <= {"new", "repeated"}
                return

    await asyncio.gather(*(send_one(records[start : start + size]) for start in range(0, len(records), size)))
    return failures


async def test_4_1_exactly_once_though_connections_are_killed_at_any_moment(
    store: Store, ingestor: Ingestor, connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_queue, "MAX_TRANSACTION_ROWS", 2_000)
    await add_account(store, 3)
    chance = seeded(1)
    records = [Record(chance.getrandbits(128), account_sid=sid(chance.choice([1, 3]))) for _ in range(30_000)]
    sending = asyncio.create_task(send(ingestor, [*records, *chance.sample(records, 3_000)], 500))
    killed = 0
    while not sending.done() and killed < 20:
        killed += await connection.fetchval(KILL_WRITERS, chance.random() < 0.2)
        await asyncio.sleep(chance.random() * 0.1)
    failures = await sending
    assert killed >= 20
    assert set(failures) == {Reason.UNAVAILABLE}
    assert await events_recorded(connection) == dict.fromkeys(keys(records), 1)
    assert await record(ingestor, *records[:5_000]) == ["repeated"] * 5_000


@pytest.mark.parametrize("either_way", [0], indirect=True)
async def test_a_connection_killed_in_the_middle_of_a_copy_does_not_hang_the_lane(
    ingestor: Ingestor, connection: asyncpg.Connection
) -> None:
    """More is being written than fits the buffers in between, so that the writer waits to go on."""
    assert await record(ingestor, Record(0)) == ["new"]
    records = [Record(event) for event in range(1, 40_000)]
    async with writers_held_up(connection):
        call = asyncio.create_task(record(ingestor, *records))
        await lane_waits(connection)
        await connection.fetchval(KILL_WRITERS, False)
        with pytest.raises(BillingError) as raised:
            await asyncio.wait_for(call, 10)
    assert raised.value.reason is Reason.UNAVAILABLE
    assert raised.value.retry_seconds
    assert set(await record(ingestor, *records)) == {"new"}


async def test_a_hung_database_fails_the_calls_and_not_the_lane(
    store: Store, connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_lane, "TRANSACTION_SECONDS", 0.5)
    ingestor = Ingestor(store)
    await ingestor.start()
    assert await record(ingestor, Record(0)) == ["new"]
    async with writers_held_up(connection):
        with pytest.raises(BillingError, match="UNAVAILABLE"):
            await record(ingestor, Record(1))
    assert await record(ingestor, Record(1)) == ["new"]
    await ingestor.close()


async def test_an_unexpected_error_reaches_the_call_and_the_lane_goes_on(
    ingestor: Ingestor, connection: asyncpg.Connection
) -> None:
    assert await record(ingestor, Record(0)) == ["new"]
    await connection.execute("ALTER TABLE usage_event_2026_07 ADD CONSTRAINT even CHECK (quantity_micros <> 7)")
    with pytest.raises(asyncpg.CheckViolationError):
        await record(ingestor, Record(1, quantity=7))
    assert await record(ingestor, Record(1)) == ["new"]


async def test_a_call_given_up_leaves_no_trace_or_all_of_it(ingestor: Ingestor, connection: asyncpg.Connection) -> None:
    chance = seeded(2)
    for number in range(40):
        call = asyncio.create_task(record(ingestor, *(Record(number * 100 + event) for event in range(100))))
        await asyncio.sleep(chance.random() * 0.01)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
    assert set(await record(ingestor, *(Record(event) for event in range(4_000)))) <= {"new", "repeated"}
    assert await events_recorded(connection) == dict.fromkeys(keys([Record(event) for event in range(4_000)]), 1)


async def test_overload_turns_a_call_away_and_lets_a_stream_wait(store: Store, connection: asyncpg.Connection) -> None:
    ingestor = Ingestor(store, max_rows_under_way=150)
    await ingestor.start()
    assert await record(ingestor, Record(0)) == ["new"]
    batches = [batch_of([Record(100 * number + event) for event in range(1, 101)]) for number in range(6)]
    async with writers_held_up(connection):
        first = asyncio.create_task(ingestor.record(batches[0]))
        await asyncio.sleep(0)
        waiting = [asyncio.create_task(ingestor.record(batch, wait=True)) for batch in batches[1:4]]
        await asyncio.sleep(0)
        with pytest.raises(BillingError) as raised:
            await ingestor.record(batches[4])
        assert raised.value.reason is Reason.OVERLOADED
        assert raised.value.retry_seconds
        waiting[1].cancel()
    outcomes = await asyncio.gather(first, waiting[0], waiting[2])
    assert [outcome.new_count for outcome in outcomes] == [100, 100, 100]
    assert (await ingestor.record(batches[4])).new_count == 100
    large = batch_of([Record(event) for event in range(10_000, 10_500)])
    assert (await ingestor.record(large)).new_count == 500
    await ingestor.close()


async def test_closing_writes_what_is_under_way(store: Store, connection: asyncpg.Connection) -> None:
    ingestor = Ingestor(store)
    await ingestor.start()
    assert await record(ingestor, Record(0)) == ["new"]
    async with writers_held_up(connection):
        calls = [asyncio.create_task(record(ingestor, Record(event))) for event in range(1, 20)]
        await lane_waits(connection)
        closing = asyncio.create_task(ingestor.close())
        await asyncio.sleep(0)
    await closing
    assert await asyncio.gather(*calls) == [["new"]] * 19
    assert len(await events_recorded(connection)) == 20


async def test_closing_waits_for_what_is_being_checked_and_takes_no_more(
    store: Store, connection: asyncpg.Connection
) -> None:
    ingestor = Ingestor(store)
    await ingestor.start()
    calls = [asyncio.create_task(record(ingestor, Record(event))) for event in range(20)]
    await asyncio.sleep(0)
    await asyncio.wait_for(ingestor.close(), 10)
    assert await asyncio.wait_for(asyncio.gather(*calls), 10) == [["new"]] * 20
    with pytest.raises(BillingError, match="UNAVAILABLE"):
        await asyncio.wait_for(record(ingestor, Record(20)), 10)
    assert len(await events_recorded(connection)) == 20


async def test_a_deadlock_with_another_writer_is_tried_again(store: Store, connection: asyncpg.Connection) -> None:
    """The other writer holds the last key and asks for the first, which the lane holds while it waits for the last."""
    ingestor = Ingestor(store, lanes=1)
    await ingestor.start()
    assert await record(ingestor, Record(0)) == ["new"]
    await connection.execute("SET deadlock_timeout = '10s'")  # so that the lane is the one to give way
    async with event_held(connection, 50):
        call = asyncio.create_task(record(ingestor, *(Record(event) for event in range(1, 51))))
        await lane_waits(connection)
        await add_as_another(connection, 1)
    assert await call == ["new"] * 50
    await ingestor.close()
