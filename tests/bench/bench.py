"""A run of the benchmarks: how large it is, what it has measured, and how far it is."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from rich.console import Console

from tests.bench.measure import Curve, Pairs, Results, Row, Turn, take_turns
from tests.bench.report import print_curve, print_rows

PAIRS = 5


@dataclass(slots=True)
class Bench:
    """A run.

    Attributes:
        quick: only what fits two minutes.
        console: for what people see.
        results: what has been measured.
    """

    quick: bool
    console: Console
    results: Results = field(default_factory=Results)
    start: float = field(default_factory=time.monotonic)

    async def pairs(self, name: str, ours: Turn, limit: Turn, count: int = PAIRS) -> Pairs:
        """Measure the two in alternating turns."""
        return await take_turns(count, ours, limit, lambda words: self.tell(f"{name}: {words}"))

    def tell(self, words: str) -> None:
        """Say how far it is, on the way."""
        self.console.print(f"[{time.monotonic() - self.start:5.0f} s] {words}", highlight=False, markup=False)

    def rows(self, *rows: Row) -> None:
        """Take rows into the results, and show them."""
        self.results.rows += rows
        print_rows(list(rows), self.console)

    def curve(self, curve: Curve) -> None:
        """Take a curve into the results, and show it."""
        self.results.curves.append(curve)
        print_curve(curve, self.console)
