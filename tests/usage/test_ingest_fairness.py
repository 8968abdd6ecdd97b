"""Calls and streams of usage beside each other: neither keeps the other out, or waits for all that the other sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import asyncpg
import pytest

from billing.errors import BillingError, Reason
from billing.operations import ingest
from billing.operations.context import Store
from billing.operations.ingest import Ingestor
from tests.usage.world import (
    Record,
    batch_of,
    event_held,
    events_recorded,
    keys,
    lane_waits,
    record,
    writers_held_up,
)

pytestmark = pytest.mark.usefixtures("either_way")

BATCH = 100
WAIT_SECONDS = 10
SIZES = "SELECT array_agg(event_count ORDER BY batch_key) FROM usage_batch"  # one a transaction


@pytest.fixture
async def alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ingestor]:
    """An ingestor with one lane of each kind, and room for five batches of a stream, and for two of calls."""
    monkeypatch.setattr(ingest, "MAX_ROWS_OF_CALLS", 2 * BATCH)
    ingestor = Ingestor(store, lanes=1, max_rows_under_way=5 * BATCH)
    await ingestor.start()
    assert (await ingestor.record(batch_of([Record(0)]), wait=True)).new_count == 1
    yield ingestor
    await ingestor.close()


def events(number: int) -> Sequence[Record]:
    """The records of a batch, other than those of another number."""
    return [Record(1 + number * BATCH + event) for event in range(BATCH)]


def sender(ingestor: Ingestor, done: list[str]) -> Callable[..., asyncio.Task[None]]:
    """Sends batches by name, and notes the name of each that is recorded."""

    async def send(name: str, number: int, *, streamed: bool) -> None:
        outcome = await ingestor.record(batch_of(events(number)), wait=streamed)
        assert outcome.new_count == BATCH
        done.append(name)

    return lambda name, number, streamed: asyncio.create_task(send(name, number, streamed=streamed))


async def test_a_call_waits_for_no_transaction_of_a_stream(alone: Ingestor, connection: asyncpg.Connection) -> None:
    done: list[str] = []
    send = sender(alone, done)
    async with event_held(connection, events(0)[-1].event):
        streamed = send("stream", 0, True)
        await lane_waits(connection)
        async with asyncio.timeout(WAIT_SECONDS):
            await asyncio.gather(*(send(f"call {number}", number, False) for number in (1, 2)))
        assert not streamed.done()
    await streamed
    assert sorted(done) == ["call 1", "call 2", "stream"]
    assert await events_recorded(connection) == dict.fromkeys(
        keys([Record(event) for event in range(3 * BATCH + 1)]), 1
    )


async def test_4_1_an_event_of_a_stream_and_a_call_at_once_is_recorded_once(
    alone: Ingestor, connection: asyncpg.Connection
) -> None:
    """The call meets an event that the stream has written and not yet committed."""
    first, last = events(0)[0], events(0)[-1]
    async with event_held(connection, last.event):
        streamed = asyncio.create_task(alone.record(batch_of(events(0)), wait=True))
        await lane_waits(connection)
        calls = [
            asyncio.create_task(record(alone, *records))
            for records in ([first, Record(5_000)], [first.but(quantity=9)])
        ]
        await lane_waits(connection, 2)
        assert not any(call.done() for call in calls)
    assert (await streamed).new_count == BATCH
    assert await asyncio.gather(*calls) == [["repeated", "new"], ["EVENT_CONFLICT"]]
    assert await events_recorded(connection) == dict.fromkeys(keys([Record(0), *events(0), Record(5_000)]), 1)


async def test_what_waits_of_a_stream_is_one_transaction(alone: Ingestor, connection: asyncpg.Connection) -> None:
    send = sender(alone, [])
    async with writers_held_up(connection):
        tasks = [send("first", 0, True)]
        await lane_waits(connection)
        tasks += [send("more", number, True) for number in range(1, 5)]
        await asyncio.sleep(0.2)
    await asyncio.gather(*tasks)
    assert await connection.fetchval(SIZES) == [1, BATCH, 4 * BATCH]


async def test_a_stream_that_fills_its_room_leaves_calls_theirs(
    alone: Ingestor, connection: asyncpg.Connection
) -> None:
    done: list[str] = []
    send = sender(alone, done)
    async with writers_held_up(connection):
        tasks = [send(f"stream {number}", number, True) for number in range(7)]
        async with asyncio.timeout(WAIT_SECONDS):
            while not alone.congested:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.01)
        tasks += [send(f"call {number}", number, False) for number in (7, 8)]
        await asyncio.sleep(0.1)
        with pytest.raises(BillingError) as raised:
            await alone.record(batch_of(events(9)))
        assert raised.value.reason is Reason.OVERLOADED
        assert done == []
    await asyncio.gather(*tasks)
    assert len(done) == 9
    assert not alone.congested
