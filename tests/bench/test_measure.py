"""The arithmetic of the benchmarks, and their turns. Nothing here is timed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.measure import (
    Curve,
    Goal,
    Point,
    Results,
    Row,
    at_least,
    at_most,
    reaching,
    spread,
    take_turns,
)
from tests.bench.plot import draw


def row(ours: list[float], limit: list[float], goal: Goal | None = None) -> Row:
    """A row with these numbers."""
    return Row("work", "name", "unit", ours, "limit", limit, goal)


def test_the_ratio_is_the_median_of_the_pairs() -> None:
    assert row([1, 10, 100], [2, 10, 50]).ratio == 1
    assert row([1, 10, 100], []).ratio is None
    assert row([1, 10, 100], []).median == 10


def test_the_spread_is_the_width_of_the_middle_half() -> None:
    assert spread([8, 9, 10, 11, 12]) == pytest.approx(0.2)
    assert spread([5]) == 0


@pytest.mark.parametrize(
    ("goal", "met"),
    [
        (None, None),
        (at_least(0.5), True),
        (at_least(0.51), False),
        (at_most(0.5), True),
        (at_most(0.49), False),
        (reaching(10), True),
        (reaching(11), False),
        (reaching(11, where_limit_reaches=21), None),
        (reaching(11, where_limit_reaches=20), False),
    ],
)
def test_a_goal_is_met_or_missed_or_does_not_hold(goal: Goal | None, met: bool | None) -> None:
    assert row([10], [20], goal).met is met


async def test_who_begins_changes_from_pair_to_pair() -> None:
    done: list[tuple[str, int]] = []
    told: list[str] = []

    async def ours(number: int) -> float:
        done.append(("ours", number))
        return number

    async def limit(number: int) -> float:
        done.append(("limit", number))
        return 10 * number

    pairs = await take_turns(3, ours, limit, told.append)
    assert done == [("ours", 0), ("limit", 0), ("limit", 1), ("ours", 1), ("ours", 2), ("limit", 2)]
    assert (pairs.ours, pairs.limit) == ([0, 1, 2], [0, 10, 20])
    assert told == ["pair 1 of 3", "pair 2 of 3", "pair 3 of 3"]


@pytest.mark.parametrize("curve_count", [0, 1, 4])
@pytest.mark.parametrize("row_count", [0, 30])
def test_all_curves_and_ratios_find_room_in_the_plot(tmp_path: Path, curve_count: int, row_count: int) -> None:
    words = "what is measured, in words that are as long as those of the longest row there is, at 16 at once"
    curve = Curve("work", "name", "events", "µs", [Point(10, 1), Point(10**6, 2)], [Point(10, 3)], f"beside {words}")
    rows = [Row("work", f"{words} {number}", "ms", [2.5], "limit", [1], at_most(2)) for number in range(row_count)]
    draw(Results(rows, [curve] * curve_count), tmp_path / "plot.svg")  # a warning is an error
    drawn = (tmp_path / "plot.svg").read_text() if curve_count or row_count else ""
    assert drawn.count("<!-- 2.50, goal ≤ 2 × -->") == row_count
    assert drawn.count("<!-- work: name -->") == curve_count
