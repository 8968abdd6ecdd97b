"""Unary calls at once: how many a second, and how long each takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from typing import NamedTuple

import numpy as np

Call = Callable[[int], Awaitable[object]]
"""Makes a call, given its number from 0."""


class Load(NamedTuple):
    """What a load came to: calls a second, and what half and 99 in 100 of the calls took at most, in milliseconds."""

    rate: float
    p50: float
    p99: float


async def load(call: Call, at_once: int, seconds: float) -> Load:
    """Make calls for a time, so many at once, each caller with the next as soon as it has its answer."""
    numbers, taken = count(), list[float]()
    start = time.perf_counter()
    await asyncio.gather(*(_caller(call, numbers, taken, start + seconds) for _ in range(at_once)))
    passed = time.perf_counter() - start
    p50, p99 = np.quantile(taken, (0.5, 0.99)) * 1_000
    return Load(len(taken) / passed, float(p50), float(p99))


async def _caller(call: Call, numbers: Iterator[int], taken: list[float], end: float) -> None:
    before = time.perf_counter()
    while before < end:
        await call(next(numbers))
        after = time.perf_counter()
        taken.append(after - before)
        before = after
