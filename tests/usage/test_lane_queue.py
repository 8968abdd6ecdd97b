"""What a transaction of a lane takes: bands in turn, each in the order in which its events came, and nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random

import numpy as np
import pytest

from billing.operations import lane_queue
from billing.operations.lane_queue import BANDS, InBands, InOrder, Parcel
from billing.period import Period
from billing.store.usage_events import Events
from tests.usage.world import seeded

JULY = Period(2026, 7)


def parcel(rows: int, band: int = 0) -> Parcel:
    numbers = np.arange(rows, dtype=np.int64)
    return Parcel(JULY, Events(*[numbers] * 6, np.zeros((rows, 2), dtype=np.uint64)), band)


def queued(*parcels: Parcel) -> InBands:
    queue = InBands()
    for each in parcels:
        queue.put(each)
    return queue


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane_queue, "WORTHWHILE_ROWS", 100)
    monkeypatch.setattr(lane_queue, "MAX_TRANSACTION_ROWS", 250)


async def test_bands_are_taken_until_they_are_worth_while() -> None:
    few = [parcel(30, band) for band in (0, 1, 2)]
    many = [parcel(60, band) for band in (3, 3, 3, 5)]
    queue = queued(*reversed(few), *many)
    assert queue.take() == [*few, *many[:2]]  # 210 rows: the third of that band would be too many
    queue.put(more := parcel(50, 3))
    assert queue.take() == [many[3], many[2], more]  # the next band first, and round to the rest of the one before
    assert not queue


async def test_a_band_without_room_is_the_first_of_the_next_transaction() -> None:
    parcels = [parcel(90, 0), parcel(200, 1), parcel(90, 2), parcel(10, 2)]
    queue = queued(*parcels)
    assert [queue.take() for _ in range(3)] == [parcels[:1], parcels[1:2], parcels[2:]]


async def test_a_parcel_larger_than_a_transaction_goes_alone() -> None:
    large, small = parcel(900, 1), parcel(1, 1)
    queue = queued(large, small)
    assert queue.take() == [large]
    assert queue.take() == [small]


async def test_calls_are_taken_in_order_up_to_a_transaction() -> None:
    queue, parcels = InOrder(), [parcel(rows) for rows in (100, 150, 1, 260, 20)]
    for each in parcels:
        queue.put(each)
    parcels[0].verdict.cancel()
    assert [queue.take() for _ in range(3)] == [parcels[1:3], parcels[3:4], parcels[4:]]
    assert not queue


async def test_what_nobody_waits_for_is_left_out() -> None:
    given_up, wanted = parcel(10, 2), parcel(10, 2)
    queue = queued(given_up, wanted)
    given_up.verdict.cancel()
    assert queue.take() == [wanted]
    assert not queue


def test_every_parcel_is_taken_once_and_those_of_a_band_in_order() -> None:
    async def play(chance: Random) -> None:
        queue, put, taken = InBands(), list[Parcel](), list[Parcel]()
        waited: dict[int, int] = {}
        for _ in range(200):
            for _ in range(chance.randrange(6)):
                put.append(parcel(chance.randrange(1, 90), chance.choice([*range(BANDS), 0, 0, 0])))
                queue.put(put[-1])
            took = queue.take() if queue else []
            taken += took
            assert rows_of(took) <= 250
            waited = {band: waited.get(band, 0) + 1 for band in {each.band for each in queue}}
            for band in {each.band for each in took} & waited.keys():
                del waited[band]
            assert max(waited.values(), default=0) <= 2 * BANDS  # and no band keeps another out
        while queue:
            taken += queue.take()
        for band in range(BANDS):
            assert [each for each in taken if each.band == band] == [each for each in put if each.band == band]
        assert len(taken) == len(put)

    for seed in range(20):
        asyncio.run(play(seeded(seed)))


def rows_of(parcels: Sequence[Parcel]) -> int:
    return sum(len(each.events) for each in parcels)
