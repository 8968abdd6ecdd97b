"""Results as a table for people and as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from tests.bench.measure import Curve, Goal, Results, Row, spread

SMALL = 100


def print_rows(rows: list[Row], console: Console) -> None:
    """A table of rows: medians, the width of the middle half, the median ratio, and whether the goal is met."""
    table = Table(title=f"{rows[0].workload}: medians (and the width of their middle half)", title_justify="left")
    for heading in ("what", "unit"):
        table.add_column(heading)
    for heading in ("ours", "limit", "ours ÷ limit", "goal", "met"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        words = f"{row.name}\n  beside {row.beside}" if row.beside else row.name
        table.add_row(
            f"{words}\n  {row.note}" if row.note else words,
            row.unit,
            _number(row.median, row.spread),
            "" if row.limit_median is None else _number(row.limit_median, spread(row.limit)),
            "" if row.ratio is None else f"{row.ratio:.2f}",
            "" if row.goal is None else str(row.goal),
            {True: "yes", False: "NO", None: ""}[row.met],
        )
    console.print(table)


def print_curve(curve: Curve, console: Console) -> None:
    """A table of how cost grows with size."""
    table = Table(title=f"{curve.workload}: {curve.name}, {curve.cost_unit}", title_justify="left")
    for heading in (curve.size_unit, "ours", "× the first", "limit", "× the first"):
        table.add_column(heading, justify="right")
    limits = {point.size: point.cost for point in curve.limit}
    for size, cost in curve.ours:
        limit = limits.get(size)
        table.add_row(
            f"{size:,.0f}",
            _number(cost),
            f"{cost / curve.ours[0].cost:.2f}",
            "" if limit is None else _number(limit),
            "" if limit is None else f"{limit / curve.limit[0].cost:.2f}",
        )
    console.print(table)


def _number(value: float, width: float | None = None) -> str:
    digits = f"{value:,.0f}" if value >= SMALL else f"{value:,.3g}"
    return digits if not width else f"{digits} (±{width / 2:.0%})"


def write_json(results: Results, path: Path, *, quick: bool) -> None:
    """All numbers of all turns, with what they were measured on."""
    found = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "machine": {
            "cores": os.cpu_count(),
            "memory_bytes": psutil.virtual_memory().total,
            "system": platform.platform(),
            "python": platform.python_version(),
        },
        "rows": [_row(row) for row in results.rows],
        "curves": [asdict(curve) for curve in results.curves],
    }
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def _row(row: Row) -> dict[str, Any]:
    return {
        "workload": row.workload,
        "name": row.name,
        "unit": row.unit,
        "ours": list(row.ours),
        "limit": list(row.limit),
        "beside": row.beside,
        "median": row.median,
        "limit_median": row.limit_median,
        "spread": row.spread,
        "ratio": row.ratio,
        "goal": _goal(row.goal),
        "met": row.met,
        "note": row.note,
    }


def _goal(goal: Goal | None) -> dict[str, Any] | None:
    if goal is None:
        return None
    return {"of": goal.of.value, "at_most" if goal.at_most else "at_least": goal.bound} | (
        {"where_limit_reaches": goal.where_limit_reaches} if goal.where_limit_reaches else {}
    )
