"""The order and the hash of event keys."""

from __future__ import annotations

import random

import numpy as np
import pytest

from billing.event_keys import hash_keys, order_keys
from billing.operations.recent_events import RecentEvents
from billing.period import Period
from billing.store.usage_events import Events, _find
from tests.usage.world import seeded

Key = tuple[int, int, int, int]


def columns(keys: list[Key]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = np.array(keys, dtype=np.uint64).reshape(-1, 4)
    return table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2:]


def some_keys(chance: random.Random, spread: int, count: int) -> list[Key]:
    """Keys that differ little when the spread is small, so that many have the same prefix, or are the same."""
    return [
        (
            chance.randrange(1, 1 + spread),
            chance.randrange(1, 1 + spread),
            chance.choice([chance.randrange(spread), chance.getrandbits(64)]),
            chance.choice([chance.randrange(spread), chance.getrandbits(64)]),
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize("spread", [1, 2, 10, 10_000, 2**31 - 2])
@pytest.mark.parametrize("count", [0, 1, 2, 500])
def test_keys_are_sorted_as_postgres_sorts_them_and_the_first_of_equal_keys_leads(spread: int, count: int) -> None:
    keys = some_keys(seeded(spread + count), spread, count)
    keys += keys[: count // 3]
    order = order_keys(*columns(keys))
    assert order.rows.tolist() == sorted(range(len(keys)), key=lambda row: (keys[row], row))
    seen: set[Key] = set()
    for row, leads in zip(order.rows.tolist(), order.leads.tolist(), strict=True):
        assert leads == (keys[row] not in seen)
        seen.add(keys[row])


def test_the_hash_is_the_same_in_every_process_and_spreads() -> None:
    ids = np.arange(20_000, dtype=np.uint64).reshape(-1, 2)
    hashes = hash_keys(np.full(10_000, 7), ids)
    assert hashes[0] == 10_980_286_365_453_983_712
    assert len(np.unique(hashes)) == 10_000
    lanes = np.bincount(((hashes >> np.uint64(48)) % np.uint64(2)).astype(np.int64))
    assert abs(lanes[0] - lanes[1]) < 500


def test_a_recent_event_is_not_suspected_in_other_periods() -> None:
    account, ids = np.full(10_000, 7), np.arange(20_000, dtype=np.uint64).reshape(-1, 2)
    recent = RecentEvents(20_000)
    recent.add(hash_keys(account, ids, Period(2026, 6)))
    assert recent.may_have(hash_keys(account, ids, Period(2026, 6))).all()
    for other in (Period(2026, 5), Period(2026, 7), Period(2025, 6), None):
        assert recent.may_have(hash_keys(account, ids, other)).mean() < 0.01


def test_two_keys_of_one_hash_are_told_apart() -> None:
    unit = pow(0xBF58476D1CE4E5B9, -1, 2**64)
    low = (0x9E3779B97F4A7C15 * 5) * unit % 2**64  # (0, low) mixes to what (5, 0) does
    ids = np.array([[5, 0], [0, low], [1, 1]], dtype=np.uint64)
    account = np.ones(3, dtype=np.int64)
    hashes = hash_keys(account, ids)
    assert hashes[0] == hashes[1]
    events = Events(account, account, account, account, account, account, ids)
    assert _find(events, account[1:], ids[1:]).tolist() == [False, True, True]


def test_recent_events_are_never_missed_and_others_seldom_suspected() -> None:
    recent = RecentEvents(10_000)
    hashes = hash_keys(np.ones(60_000, dtype=np.int64), np.arange(120_000, dtype=np.uint64).reshape(-1, 2))
    for start in range(0, 40_000, 1_000):
        recent.add(hashes[start : start + 1_000])
    assert recent.may_have(hashes[30_000:40_000]).all()
    assert recent.may_have(hashes[40_000:]).mean() < 0.01
    assert recent.may_have(hashes[:20_000]).mean() < 0.01
