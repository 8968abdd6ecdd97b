"""A few events are recorded in one statement, more of them by COPY; what holds for one way holds for the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import asyncpg
import pytest

from billing.operations import ingest_lane, ingest_write
from billing.operations.context import Store
from billing.operations.ingest import Ingestor
from tests.usage.world import IN_JULY, IN_JUNE, Record, events_recorded, keys, lane_waits, record

COUNTS = "SELECT cutoff, sum(event_count) FROM usage_batch GROUP BY cutoff ORDER BY cutoff"


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The ways that were taken, and how many events were recorded in each."""
    found: list[tuple[str, int]] = []

    def watch(name: str) -> None:
        write = getattr(ingest_lane, name)

        def watched(connection: Any, store: Any, groups: Any, **kwargs: Any) -> Any:
            found.append((name, sum(len(group.leads) for group in groups)))
            return write(connection, store, groups, **kwargs)

        monkeypatch.setattr(ingest_lane, name, watched)

    watch("write_few")
    watch("write_events")
    return found


async def test_up_to_a_hundred_events_are_one_statement(ingestor: Ingestor, taken: list[tuple[str, int]]) -> None:
    await record(ingestor, *(Record(event, moment=(IN_JULY, IN_JUNE)[event % 2]) for event in range(100)))
    assert taken == [("write_few", 100)]  # over one lane, as one transaction of two periods
    taken.clear()
    again = [Record(1_000 + event % 100) for event in range(800)]
    await record(ingestor, *again)
    assert {way for way, _ in taken} == {"write_few"}  # each key once
    assert sum(count for _, count in taken) == 100
    taken.clear()
    await record(ingestor, *(Record(10_000 + event) for event in range(1_000)))
    assert {way for way, _ in taken} == {"write_events"}
    assert sum(count for _, count in taken) == 1_000


async def test_4_1_what_was_recorded_in_a_statement_is_suspected_in_a_copy_over_any_lane(
    ingestor: Ingestor,
    connection: asyncpg.Connection,
    few_events: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def tried_again(*_: object) -> NoReturn:
        raise AssertionError("written twice")

    monkeypatch.setattr(ingest_write, "_write_carefully", tried_again)
    few_events(10)
    records = [Record(event << 122) for event in range(60)]  # all over the ids, and so over both lanes
    for start in range(0, 60, 10):
        assert await record(ingestor, *records[start : start + 10]) == ["new"] * 10
    others = [Record((event << 122) + 1) for event in range(60)]
    assert await record(ingestor, *records, *others) == ["repeated"] * 60 + ["new"] * 60
    assert await events_recorded(connection) == dict.fromkeys(keys([*records, *others]), 1)


@pytest.mark.usefixtures("either_way")
async def test_6_5_what_waits_for_a_closing_to_start_has_its_cutoff(
    ingestor: Ingestor, connection: asyncpg.Connection
) -> None:
    assert await record(ingestor, Record(0)) == ["new"]
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(7070001)")  # as a closing does that starts
        call = asyncio.create_task(record(ingestor, Record(1), Record(2)))
        await lane_waits(connection)
        await connection.execute("UPDATE store_state SET closings_started = closings_started + 1")
    assert await call == ["new", "new"]
    assert [tuple(row) for row in await connection.fetch(COUNTS)] == [(0, 1), (1, 2)]


@pytest.mark.usefixtures("either_way")
async def test_without_a_test_clock_the_moment_noted_is_that_of_the_real_one(
    store: Store, connection: asyncpg.Connection
) -> None:
    ingestor = Ingestor(replace(store, test_mode=False))
    await ingestor.start()
    before = datetime.now(UTC)
    assert await record(ingestor, Record(0, moment=before - timedelta(minutes=1))) == ["new"]
    noted = await connection.fetchval("SELECT record_time FROM usage_batch")
    assert before <= noted <= datetime.now(UTC)
    await ingestor.close()
