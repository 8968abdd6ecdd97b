"""Measuring a workload beside its limit: turns, medians, spreads and ratios."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

import numpy as np

Turn = Callable[[int], Awaitable[float]]
"""Does one turn, given its number from 0, and returns what was measured."""


class Of(Enum):
    """What a goal is about."""

    RATIO = "ours ÷ limit"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound that a row is to keep.

    Attributes:
        bound: the number.
        at_most: whether it must not be exceeded; else it must be reached.
        of: of the median of the ratios, or of our own median.
        where_limit_reaches: it holds only if the limit's median is at least this.
    """

    bound: float
    at_most: bool
    of: Of = Of.RATIO
    where_limit_reaches: float = 0.0

    def __str__(self) -> str:
        sign = "≤" if self.at_most else "≥"
        return f"{sign} {self.bound:,.10g}{' ×' if self.of is Of.RATIO else ''}"


def at_most(bound: float) -> Goal:
    """The ratio is at most this."""
    return Goal(bound, at_most=True)


def at_least(bound: float) -> Goal:
    """The ratio is at least this."""
    return Goal(bound, at_most=False)


def reaching(value: float, where_limit_reaches: float = 0.0) -> Goal:
    """Our own median is at least this, where the limit's is at least that."""
    return Goal(value, at_most=False, of=Of.OURS, where_limit_reaches=where_limit_reaches)


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one workload.

    Attributes:
        workload: which, such as "ingest".
        name: what of it.
        unit: of all numbers, such as "events/s".
        ours: a number a turn.
        beside: what the limit is, in words; empty without one.
        limit: a number a turn, each measured right before or after ours; empty without one.
        goal: what is to be reached, if there is a goal.
        note: what a reader must know.
    """

    workload: str
    name: str
    unit: str
    ours: Sequence[float]
    beside: str = ""
    limit: Sequence[float] = ()
    goal: Goal | None = None
    note: str = ""

    @property
    def median(self) -> float:
        """Of our turns."""
        return statistics.median(self.ours)

    @property
    def limit_median(self) -> float | None:
        """Of the limit's turns."""
        return statistics.median(self.limit) if self.limit else None

    @property
    def spread(self) -> float:
        """The width of the middle half of our turns, as a share of their median."""
        return spread(self.ours)

    @property
    def ratio(self) -> float | None:
        """The median of ours ÷ limit, turn by turn."""
        if not self.limit:
            return None
        return statistics.median(ours / limit for ours, limit in zip(self.ours, self.limit, strict=True))

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None without one, or where it does not hold."""
        if self.goal is None or (self.limit_median or 0.0) < self.goal.where_limit_reaches:
            return None
        value = self.ratio if self.goal.of is Of.RATIO else self.median
        assert value is not None
        return value <= self.goal.bound if self.goal.at_most else value >= self.goal.bound


def spread(values: Sequence[float]) -> float:
    """The width of the middle half, as a share of the median; 0 for a single value."""
    if len(values) < 2:
        return 0.0
    low, high = np.quantile(values, (0.25, 0.75))
    return float((high - low) / statistics.median(values))


class Point(NamedTuple):
    """A size, and the cost at it."""

    size: float
    cost: float


@dataclass(frozen=True, slots=True)
class Curve:
    """How cost grows with size: ours, and the limit's own.

    Attributes:
        workload, name: of what.
        size_unit, cost_unit: of the points.
        ours, limit: by ascending size.
        beside: what the limit is, in words.
    """

    workload: str
    name: str
    size_unit: str
    cost_unit: str
    ours: Sequence[Point]
    limit: Sequence[Point] = ()
    beside: str = ""


@dataclass(slots=True)
class Results:
    """What a run has measured so far."""

    rows: list[Row] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)


class Pairs(NamedTuple):
    """Numbers of alternating turns, pair by pair."""

    ours: list[float]
    limit: list[float]


async def take_turns(count: int, ours: Turn, limit: Turn, told: Callable[[str], None]) -> Pairs:
    """Do each of the two so many times, in turns; who begins changes from pair to pair.

    Args:
        count: of pairs.
        ours, limit: one turn of each; both get the number of the pair.
        told: is told how far it is.
    """
    pairs = Pairs([], [])
    for number in range(count):
        both = ((ours, pairs.ours), (limit, pairs.limit))
        for turn, numbers in both if number % 2 == 0 else reversed(both):
            numbers.append(await turn(number))
        told(f"pair {number + 1} of {count}")
    return pairs


async def seconds_of(work: Awaitable[object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    await work
    return time.perf_counter() - start
