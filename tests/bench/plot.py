"""The plot of a run: how cost grows with size, and every ratio beside its goal."""

from __future__ import annotations

from math import ceil
from pathlib import Path
from textwrap import fill
from typing import Any

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from tests.bench.measure import Curve, Of, Results, Row

OURS, LIMIT, MISSED = "#1f5fbf", "#8a8f98", "#c0392b"
COLUMNS = 3
INCHES = 4.6
HEADROOM = 1.1
WIDTH = 44  # characters of a line of a legend


def draw(results: Results, path: Path) -> None:
    """Draw the curves and the ratios into an SVG file."""
    ratios = [row for row in results.rows if row.goal is not None and row.goal.of is Of.RATIO and row.ratio is not None]
    curves = results.curves
    curve_rows = ceil(len(curves) / COLUMNS)
    heights = [3.2] * curve_rows + ([0.34 * len(ratios) + 1.2] if ratios else [])
    if not heights:
        return
    figure = Figure(figsize=(COLUMNS * INCHES, sum(heights)), layout="constrained")
    FigureCanvasSVG(figure)
    # A part of the figure each, as the long words beside the bars would take the room of the curves above them.
    parts = figure.subfigures(2, 1, height_ratios=(sum(heights[:curve_rows]) or 0.1, sum(heights[curve_rows:]) or 0.1))
    for number, curve in enumerate(curves):
        _draw_curve(parts[0].add_subplot(curve_rows, COLUMNS, number + 1), curve)
    if ratios:
        _draw_ratios(parts[1].add_subplot(), ratios)
    figure.savefig(path, metadata={"Date": None})


def _draw_curve(axes: Any, curve: Curve) -> None:
    for points, color, label in (
        (curve.ours, OURS, "ours"),
        (curve.limit, LIMIT, fill(curve.beside or "limit", WIDTH)),
    ):
        if points:
            axes.plot(
                [point.size for point in points], [point.cost for point in points], "o-", color=color, label=label
            )
    axes.set_xscale("log")
    axes.set_ylim(0, HEADROOM * max(point.cost for point in (*curve.ours, *curve.limit)))
    axes.set_title(f"{curve.workload}: {curve.name}", fontsize=10, loc="left")
    axes.set_xlabel(curve.size_unit)
    axes.set_ylabel(curve.cost_unit)
    axes.set_xticks([point.size for point in curve.ours])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: _short(size)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.legend(frameon=False, fontsize=8)
    _tidy(axes)


def _short(size: float) -> str:
    """1 k for a thousand, 1 M for a million."""
    for unit, letter in ((1_000_000, " M"), (1_000, " k")):
        if size >= unit:
            return f"{size / unit:.3g}{letter}"
    return f"{size:.3g}"


def _draw_ratios(axes: Any, rows: list[Row]) -> None:
    places = range(len(rows), 0, -1)
    colors = [OURS if row.met is not False else MISSED for row in rows]
    axes.barh(places, [row.ratio for row in rows], color=colors, height=0.55)
    for place, row in zip(places, rows, strict=True):
        assert row.goal is not None
        axes.plot([row.goal.bound] * 2, [place - 0.4, place + 0.4], color="black", linewidth=2)
        axes.annotate(
            f"{row.ratio:.2f}, goal {row.goal}",
            (max(row.ratio or 0, row.goal.bound), place),
            (4, -3),
            textcoords="offset points",
            fontsize=8,
        )
    axes.set_yticks(list(places), [f"{row.workload}: {row.name} [{row.unit}]" for row in rows], fontsize=8)
    axes.set_title("ours ÷ limit, the goal as a black stroke", fontsize=10, loc="left")
    axes.margins(x=0.12)
    _tidy(axes)


def _tidy(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)
