"""Spans of a trace around what is worth one. Nothing, unless traces are on: then who switches them on says how."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

Note = Callable[..., None]
"""Adds attributes to a span, by name."""

Make = Callable[[str], AbstractContextManager[Note]]
"""Makes a span of a name."""


class _Spans:
    make: Make | None = None


def span(name: str) -> AbstractContextManager[Note]:
    """The body is a span. What is noted of it are numbers and periods of ours, never a customer's SID."""
    return nullcontext(_nothing) if _Spans.make is None else _Spans.make(name)


def make_spans(make: Make | None) -> None:
    """From now on spans are made like this; None for no spans."""
    _Spans.make = make


def _nothing(**_attributes: str | int) -> None:
    """Nothing is noted where there is no span."""
