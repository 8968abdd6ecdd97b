"""Keeping things in memory: so many at most, or for good."""

from __future__ import annotations

import gc
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


def keep(kept: dict[Key, Value], key: Key, value: Value, most: int) -> None:
    """Keep a value as the latest, in place of those that were kept longest ago where there are too many."""
    kept.pop(key, None)
    while len(kept) >= most:
        del kept[next(iter(kept))]
    kept[key] = value


def keep_for_good() -> None:
    """Leave what is there now to itself: the collector need not look at it again and again, calls waiting meanwhile."""
    gc.collect()
    gc.freeze()
