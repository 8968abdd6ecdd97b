"""What holds for all owners: the terms of a month, and which prices became others.

As everything recorded has it, it is kept in memory, by the counts that change with it: a statement that reads other
things reads the counts on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from billing.operations.asking import Asking
from billing.operations.keeping import keep
from billing.period import Period
from billing.rating import ProductTerms
from billing.segments import Run
from billing.store import catalogue, owner_months, prices, products, state
from billing.store.prices import Repriced
from billing.store.state import EVERYTHING, CatalogueCounts
from billing.support import Terms

Key = TypeVar("Key")
Value = TypeVar("Value")

MOST_KEPT = 24  # months: twice the reach of corrections


class MonthTerms(NamedTuple):
    """What holds in a month: products by key, the versions of every plan by their days, and the rank of every plan."""

    products: dict[int, ProductTerms]
    versions: dict[str, list[Run[Terms]]]
    plan_ranks: dict[str, int]


class Kept(Generic[Key, Value]):
    """What was asked for lately, each as of some counts of the catalogue."""

    def __init__(self) -> None:
        self._kept: dict[Key, tuple[CatalogueCounts, Value]] = {}

    def get(self, key: Key, counts: CatalogueCounts) -> Value | None:
        """What is kept, if it is of these counts."""
        known = self._kept.get(key)
        return known[1] if known is not None and known[0] == counts else None

    def keep(self, key: Key, counts: CatalogueCounts, value: Value) -> None:
        """Keep what was read in the same snapshot as the counts."""
        keep(self._kept, key, (counts, value), MOST_KEPT)


@dataclass(frozen=True, slots=True)
class KeptTerms:
    """What is kept of a store: the terms of months, and by cut-off the prices that became others."""

    months: Kept[Period, MonthTerms] = field(default_factory=Kept)
    repriced: Kept[int, list[Repriced]] = field(default_factory=Kept)


def month_terms(kept: KeptTerms | None, period: Period, before_cutoff: int) -> Asking[MonthTerms]:
    """The terms of a month, as recorded before a cut-off; as kept, where they may be. In a snapshot."""
    if kept is None or before_cutoff != EVERYTHING:
        return (yield from _load(period, before_cutoff))
    return (yield from _kept(kept.months, period, _load(period, before_cutoff)))


def repriced(kept: KeptTerms | None, cutoff: int) -> Asking[list[Repriced]]:
    """Which prices became others with a cut-off. In a snapshot."""
    load = _load_repriced(cutoff)
    return (yield from (_kept(kept.repriced, cutoff, load) if kept else load))


def _kept(kept: Kept[Key, Value], key: Key, load: Asking[Value]) -> Asking[Value]:
    [counts] = yield [state.catalogue_counts.question()]
    value = kept.get(key, counts)
    if value is None:
        value = yield from load
        kept.keep(key, counts, value)
    return value


def _load_repriced(cutoff: int) -> Asking[list[Repriced]]:
    [found] = yield [prices.repriced.question(cutoff)]
    return found  # type: ignore[no-any-return]  # answers are of any type


def _load(period: Period, before_cutoff: int) -> Asking[MonthTerms]:
    known_products, plans, ranks = yield [
        products.product_terms.question(period, before_cutoff),
        catalogue.get_catalogue.question(before_cutoff),
        owner_months.plan_ranks.question(),
    ]
    return MonthTerms(known_products, plans.terms(), ranks)
