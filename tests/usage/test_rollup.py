"""Each batch is rolled up once, whatever comes in between."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from billing.operations.context import Store
from billing.operations.ingest import Ingestor
from billing.operations.rollup import RollUp, State, remaining_batches, roll_up
from billing.store import usage_batches, usage_rollups
from billing.store.state import EVERYTHING
from tests.usage.conftest import MakeStore
from tests.usage.world import IN_JUNE, Record, record, seeded, sid, start_closing

ROLLED_UP = """
SELECT family_key, account_key, product_key, day, cutoff, event_count, quantity_micros, unrated_micros, rated_nanos
FROM usage_rollup ORDER BY 1, 2, 3, 4, 5
"""
FROM_EVENTS = """
SELECT family_key, account_key, product_key, (occur_time AT TIME ZONE $1)::date AS day, cutoff, count(*) AS event_count,
       sum(quantity_micros) AS quantity_micros, sum(CASE WHEN rated THEN 0 ELSE quantity_micros END) AS unrated_micros,
       sum(CASE WHEN rated THEN amount_nanos ELSE 0 END) AS rated_nanos
FROM usage_event JOIN usage_batch USING (batch_key) WHERE rolled_up
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""


def some_records(chance: random.Random, count: int) -> list[Record]:
    """Records of two accounts and products, over two months with their ends, some repeated, rated and of zero."""
    return [
        Record(
            chance.randrange(3_000),
            account_sid=sid(chance.choice([1, 2])),
            product_id=chance.choice(["sms", "voice"]),
            quantity=chance.choice([0, 1, 10**18 - 1, chance.randrange(10**9)]),
            moment=datetime(2026, 5, 31, 20, tzinfo=UTC) + timedelta(minutes=chance.randrange(44 * 24 * 60)),
            amount=chance.choice([None, 0, 10**18 - 1, chance.randrange(10**12)]),
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize("few", [0, 40])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu"])
async def test_roll_ups_are_the_sums_of_the_events_whatever_comes_in_between(
    make_store: MakeStore, connection: asyncpg.Connection, few_events: Callable[[int], None], zone: str, few: int
) -> None:
    few_events(few)
    store = await make_store(zone)
    ingestor = Ingestor(store)
    await ingestor.start()
    chance = seeded(zone)
    for _ in range(60):
        step = chance.random()
        if step < 0.5:
            await record(ingestor, *some_records(chance, chance.randrange(1, 80)))
        elif step < 0.6:
            await start_closing(store)
        else:
            await roll_up(store, chance.choice([EVERYTHING, 1, 2]), max_events=chance.choice([1, 30, 1_000]))
    assert [tuple(row) for row in await connection.fetch(ROLLED_UP)] == [
        tuple(row) for row in await connection.fetch(FROM_EVENTS, zone)
    ]
    while (await roll_up(store)).state is State.ROLLED_UP:
        pass
    assert await remaining_batches(connection, EVERYTHING) == 0
    assert await connection.fetchval("SELECT sum(event_count) FROM usage_rollup") == await connection.fetchval(
        "SELECT count(*) FROM usage_event"
    )
    assert [tuple(row) for row in await connection.fetch(ROLLED_UP)] == [
        tuple(row) for row in await connection.fetch(FROM_EVENTS, zone)
    ]
    await ingestor.close()


async def test_cut_offs_are_kept_apart_and_only_earlier_ones_taken(
    store: Store, ingestor: Ingestor, connection: asyncpg.Connection
) -> None:
    await record(ingestor, Record(1))
    await start_closing(store)
    await record(ingestor, Record(2))
    assert await remaining_batches(connection, 1) == 1
    assert await remaining_batches(connection, EVERYTHING) == 2
    assert await roll_up(store, before_cutoff=1) == RollUp(State.ROLLED_UP, 1, 1)
    assert await roll_up(store, before_cutoff=1) == RollUp(State.NOTHING_LEFT, 0, 0)
    assert await remaining_batches(connection, 1) == 0
    assert await roll_up(store) == RollUp(State.ROLLED_UP, 1, 1)
    rows = await connection.fetch("SELECT cutoff, event_count FROM usage_rollup ORDER BY cutoff")
    assert [tuple(row) for row in rows] == [(0, 1), (1, 1)]


async def test_a_window_takes_one_period_and_no_more_events_than_asked_but_one_batch_at_least(
    store: Store, ingestor: Ingestor
) -> None:
    for event in range(4):
        await record(ingestor, *(Record(10 * event + number) for number in range(3)), Record(event, moment=IN_JUNE))
    windows = []
    while (window := await roll_up(store, max_events=2)).event_count:
        windows.append(window.event_count)
    assert sum(windows) == 16
    assert max(windows) <= 3


async def test_a_second_worker_is_told_that_another_is_at_it(
    store: Store, ingestor: Ingestor, connection: asyncpg.Connection
) -> None:
    await record(ingestor, Record(1))
    async with connection.transaction():
        assert await usage_rollups.try_lock(connection)
        assert (await roll_up(store)).state is State.ANOTHER_AT_IT
    assert (await roll_up(store)).state is State.ROLLED_UP


async def test_workers_at_once_roll_each_batch_up_once(
    store: Store, ingestor: Ingestor, connection: asyncpg.Connection
) -> None:
    for event in range(20):
        await record(ingestor, Record(event), Record(event, moment=IN_JUNE))

    async def work() -> None:
        while (await roll_up(store, max_events=2)).state is not State.NOTHING_LEFT:
            pass

    await asyncio.gather(*(work() for _ in range(4)))
    assert await connection.fetchval("SELECT sum(event_count) FROM usage_rollup") == 40


async def test_an_interrupted_roll_up_leaves_nothing(
    store: Store, ingestor: Ingestor, connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await record(ingestor, Record(1))

    async def broken(*_: object) -> int:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(usage_batches, "mark_rolled_up", broken)
        with pytest.raises(ConnectionError):
            await roll_up(store)
    assert await connection.fetchval("SELECT count(*) FROM usage_rollup") == 0
    assert (await roll_up(store)).event_count == 1
