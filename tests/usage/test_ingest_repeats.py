"""Each event once, whatever is sent again (4.1)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import NoReturn

import asyncpg
import pytest

from billing.operations import ingest_lane, ingest_write, lane_queue
from billing.operations.context import Store
from billing.operations.ingest import Ingestor
from tests.usage.world import (
    IN_JULY,
    IN_JUNE,
    Record,
    add_account,
    batch_of,
    events_recorded,
    keys,
    record,
    seeded,
    sid,
    verdicts,
)

ONE = Record(1)


@pytest.fixture(
    autouse=True, params=[(0, 5_000), (0, 0), (10_000, 0), (350, 5_000)], ids=["looked up", "staged", "few", "mixed"]
)
def ways(request: pytest.FixtureRequest, few_events: Callable[[int], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """A few events are one statement. Of more, suspected repeats are looked up, or are staged where they are many."""
    few, looked_up = request.param
    few_events(few)
    monkeypatch.setattr(ingest_write, "MOST_LOOKED_UP", looked_up)


async def test_4_1_an_event_sent_again_with_the_same_content_counts_once(
    ingestor: Ingestor, connection: asyncpg.Connection
) -> None:
    assert await record(ingestor, ONE, Record(2)) == ["new", "new"]
    assert await record(ingestor, Record(3), ONE, Record(2)) == ["new", "repeated", "repeated"]
    assert await events_recorded(connection) == dict.fromkeys(keys([ONE, Record(2), Record(3)]), 1)


@pytest.mark.parametrize(
    "other",
    [
        ONE.but(product_id="voice"),
        ONE.but(quantity=2_000_000),
        ONE.but(moment=IN_JULY.replace(microsecond=1)),
        ONE.but(amount=1),
        ONE.but(amount=0),
    ],
)
async def test_4_1_the_same_id_with_other_content_is_refused(ingestor: Ingestor, other: Record) -> None:
    assert await record(ingestor, ONE) == ["new"]
    assert await record(ingestor, other, ONE) == ["EVENT_CONFLICT", "repeated"]
    assert await record(ingestor, Record(7), Record(7, product_id="voice")) == ["new", "EVENT_CONFLICT"]


async def test_4_1_rated_with_zero_is_not_unrated(ingestor: Ingestor) -> None:
    assert await record(ingestor, ONE.but(amount=0)) == ["new"]
    assert await record(ingestor, ONE, ONE.but(amount=0)) == ["EVENT_CONFLICT", "repeated"]


async def test_4_1_within_a_batch_the_first_of_an_id_wins(ingestor: Ingestor) -> None:
    other = ONE.but(quantity=5)
    assert await record(ingestor, ONE, other, ONE, other) == ["new", "EVENT_CONFLICT", "repeated", "EVENT_CONFLICT"]


async def test_4_1_the_first_recorded_content_decides_not_the_first_of_the_batch(ingestor: Ingestor) -> None:
    other = ONE.but(quantity=5)
    assert await record(ingestor, ONE) == ["new"]
    assert await record(ingestor, other, ONE, other) == ["EVENT_CONFLICT", "repeated", "EVENT_CONFLICT"]


async def test_4_1_checks_come_before_the_first_of_an_id_is_found(ingestor: Ingestor) -> None:
    assert await record(ingestor, ONE.but(quantity=-1), ONE) == ["INVALID_FIELD", "new"]


async def test_4_1_an_id_is_unique_per_account_and_period(ingestor: Ingestor, connection: asyncpg.Connection) -> None:
    in_june, of_sub = ONE.but(moment=IN_JUNE), ONE.but(account_sid=sid(2))
    assert await record(ingestor, ONE, in_june, of_sub) == ["new"] * 3
    assert await record(ingestor, of_sub, in_june, ONE) == ["repeated"] * 3
    assert await events_recorded(connection) == {(sid(1), 1): 2, (sid(2), 1): 1}


async def test_4_1_a_repeat_after_a_restart_is_found_though_nothing_suspects_it(
    store: Store, ingestor: Ingestor, connection: asyncpg.Connection
) -> None:
    records = [Record(event) for event in range(100)]
    assert await record(ingestor, *records) == ["new"] * 100
    restarted = Ingestor(store)
    await restarted.start()
    assert await record(restarted, Record(100), *records[50:]) == ["new"] + ["repeated"] * 50
    assert await record(restarted, *records, Record(101), ONE.but(quantity=3)) == ["repeated"] * 100 + [
        "new",
        "EVENT_CONFLICT",
    ]
    await restarted.close()
    assert set((await events_recorded(connection)).values()) == {1}


async def test_4_1_a_repeat_of_an_event_recorded_lately_does_not_void_what_it_comes_with(
    ingestor: Ingestor, connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def tried_again(*_: object) -> NoReturn:
        raise AssertionError("written twice")

    monkeypatch.setattr(ingest_write, "_write_carefully", tried_again)
    records = [
        Record(event, account_sid=sid(1 + event % 2), moment=(IN_JULY, IN_JUNE)[event % 3 % 2]) for event in range(60)
    ]
    assert await record(ingestor, *records[:50]) == ["new"] * 50
    again = [records[40], records[3].but(quantity=7), records[4].but(amount=0), *records[50:]]
    assert await record(ingestor, *again) == ["repeated", "EVENT_CONFLICT", "EVENT_CONFLICT"] + ["new"] * 10
    assert await events_recorded(connection) == dict.fromkeys(keys(records), 1)


async def test_4_1_concurrent_calls_with_the_same_events_record_each_once(
    ingestor: Ingestor, connection: asyncpg.Connection
) -> None:
    records = [Record(event, account_sid=sid(1 + event % 2)) for event in range(300)]
    outcomes = await asyncio.gather(*(ingestor.record(batch_of(records)) for _ in range(10)))
    assert sum(outcome.new_count for outcome in outcomes) == 300
    assert sum(outcome.repeated_count for outcome in outcomes) == 2_700
    assert await events_recorded(connection) == dict.fromkeys(keys(records), 1)


async def test_4_1_events_that_are_sorted_in_a_thread_are_recorded_once(
    ingestor: Ingestor, connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_lane, "ASIDE_ROWS", 1)
    records = [Record(event, account_sid=sid(1 + event % 2)) for event in range(300)]
    changed = [one.but(quantity=9) for one in records[:20]]
    outcomes = await asyncio.gather(*(ingestor.record(batch_of(records + changed)) for _ in range(5)))
    assert sum(outcome.new_count for outcome in outcomes) == 300
    assert sum(outcome.repeated_count for outcome in outcomes) == 1_200
    assert sum(outcome.refused_count for outcome in outcomes) == 100
    assert await events_recorded(connection) == dict.fromkeys(keys(records), 1)


async def test_4_1_two_processes_with_the_same_events_record_each_once(
    store: Store, connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two ingestors share nothing but the database; their transactions meet, in any order, on the same keys."""
    monkeypatch.setattr(lane_queue, "MAX_TRANSACTION_ROWS", 400)
    monkeypatch.setattr(lane_queue, "WORTHWHILE_ROWS", 100)
    for number in range(3, 20):
        await add_account(store, number)
    chance = seeded(5)
    records = [Record(event, account_sid=sid(1 + event % 19)) for event in range(2_000)]
    changed = [one.but(quantity=9) for one in records]
    ingestors = [Ingestor(store), Ingestor(store)]
    for each in ingestors:
        await each.start()
    calls = [(each, chance.sample(records, 700), chance.sample(changed, 20)) for each in ingestors for _ in range(12)]
    chance.shuffle(calls)
    outcomes = await asyncio.gather(
        *(each.record(batch_of(good + bad), wait=chance.random() < 0.5) for each, good, bad in calls)
    )
    for each in ingestors:
        await each.close()
    found = Counter(verdict for outcome in outcomes for verdict in verdicts(outcome))
    recorded = await events_recorded(connection)
    assert set(recorded.values()) == {1}
    assert found["new"] == len(recorded)
    assert found.total() == 24 * 720
    assert set(found) <= {"new", "repeated", "EVENT_CONFLICT"}


async def test_4_1_of_concurrent_different_contents_one_is_recorded_and_the_others_conflict(store: Store) -> None:
    ingestors = [Ingestor(store) for _ in range(3)]
    for each in ingestors:
        await each.start()
    for event in range(20):
        calls = [record(each, Record(event, quantity=1 + place % 2)) for place, each in enumerate(ingestors * 2)]
        found = Counter(verdict for [verdict] in await asyncio.gather(*calls))
        assert found["new"] == 1
        assert found["repeated"] == found["EVENT_CONFLICT"] - 1 == 2
    for each in ingestors:
        await each.close()
