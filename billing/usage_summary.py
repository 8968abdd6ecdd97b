"""Usage summed, by columns: names and days once, and arrays of what they come to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[Any]

EPOCH = date(1970, 1, 1)
SMALLEST = np.iinfo(np.int64).min


class UsageSummaryRow(NamedTuple):
    """Usage summed; what it is not grouped by is None."""

    account_sid: str | None
    product_id: str | None
    day: date | None
    event_count: int
    quantity_micros: int
    unrated_micros: int
    rated_nanos: int


Names = tuple[str | None, str | None, date | None]
"""The account, product and day that a row is of; None for what it is not grouped by."""


class Summed(NamedTuple):
    """Usage summed, in rows of no order, by the keys of the store.

    Attributes:
        account_key, product_key, day: what a row is of, days counted since 1970-01-01; the same in all rows where it is
            not grouped by that.
        event_count: int64.
        quantity_micros, unrated_micros, rated_nanos: int64, or Python's integers (dtype object).
    """

    account_key: Integers
    product_key: Integers
    day: Integers
    event_count: Integers
    quantity_micros: Integers
    unrated_micros: Integers
    rated_nanos: Integers


@dataclass(frozen=True, slots=True)
class UsageSummary:
    """Usage summed, in rows by account, product and day.

    Attributes:
        account_sids, product_ids, days: what it is grouped by, each ascending, days without a row among them; only
            None where it is not.
        account, product, day: of each row, which of them, by index.
        event_count: of each row, int64.
        quantity_micros, unrated_micros, rated_nanos: of each row; int64, or Python's integers (dtype object).
    """

    account_sids: Sequence[str | None]
    product_ids: Sequence[str | None]
    days: Sequence[date | None]
    account: Integers
    product: Integers
    day: Integers
    event_count: Integers
    quantity_micros: Integers
    unrated_micros: Integers
    rated_nanos: Integers

    def __len__(self) -> int:
        """How many rows."""
        return len(self.event_count)

    @property
    def in_64_bits(self) -> bool:
        """Whether 64 bits hold all sums and their absolute values."""
        sums = (self.quantity_micros, self.unrated_micros, self.rated_nanos)
        return all(values.dtype == np.int64 and SMALLEST not in values for values in sums)

    def rows(self) -> Iterator[UsageSummaryRow]:
        """Row by row."""
        sums = (self.event_count, self.quantity_micros, self.unrated_micros, self.rated_nanos)
        indexes = (self.account, self.product, self.day)
        for account, product, day, *row in zip(*(values.tolist() for values in (*indexes, *sums)), strict=True):
            yield UsageSummaryRow(self.account_sids[account], self.product_ids[product], self.days[day], *row)

    def names(self, row: int) -> Names:
        """What a row is of."""
        return (
            self.account_sids[self.account[row]],
            self.product_ids[self.product[row]],
            self.days[self.day[row]],
        )

    def place_after(self, names: Names) -> int:
        """The number of the first row that comes after what has these names, whether there is such a row or not."""
        first, end = 0, len(self)
        for known, index, name in zip(
            (self.account_sids, self.product_ids, self.days), (self.account, self.product, self.day), names, strict=True
        ):
            if name is None:  # not grouped by that
                continue
            at = bisect_left(known, name)  # type: ignore[type-var]  # of one type, and none is None
            stretch = index[first:end]
            is_known = at < len(known) and known[at] == name
            end = first + int(np.searchsorted(stretch, at, side="right" if is_known else "left"))
            first += int(np.searchsorted(stretch, at))
        return end

    def stretch(self, first: int, end: int) -> UsageSummary:
        """The rows from one up to another, or as many as there are, with the accounts they are of."""
        if first == 0 and end >= len(self):
            return self
        rows = slice(first, end)
        account = self.account[rows]
        lowest, highest = (int(account[0]), int(account[-1])) if len(account) else (0, -1)
        return replace(
            self,
            account_sids=self.account_sids[lowest : highest + 1],
            account=account - lowest,
            product=self.product[rows],
            day=self.day[rows],
            event_count=self.event_count[rows],
            quantity_micros=self.quantity_micros[rows],
            unrated_micros=self.unrated_micros[rows],
            rated_nanos=self.rated_nanos[rows],
        )


def named(
    summed: Summed, account_sids: Mapping[int, str] | None, product_ids: Mapping[int, str] | None, *, by_day: bool
) -> UsageSummary:
    """The rows in their order, with names for the keys; None for those by which it is not grouped."""
    sids, account = _ascending(summed.account_key, account_sids)
    ids, product = _ascending(summed.product_key, product_ids)
    days, day = _days(summed.day) if by_day else ([None], np.zeros(len(summed.day), dtype=np.int64))
    columns = (account, product, day, *summed[3:])
    place = (account * len(ids) + product) * len(days) + day
    if (place[1:] > place[:-1]).all():
        return UsageSummary(sids, ids, days, *columns)
    order = np.argsort(place)
    return UsageSummary(sids, ids, days, *(values[order] for values in columns))


def _days(numbers: Integers) -> tuple[Sequence[date | None], Integers]:
    """All days from the first to the last, which are a month's at most, and of each number the index of its day."""
    if not len(numbers):
        return [], numbers
    first, last = int(numbers.min()), int(numbers.max())
    return [EPOCH + timedelta(days=number) for number in range(first, last + 1)], numbers - first


def _ascending(keys: Integers, names: Mapping[int, str] | None) -> tuple[Sequence[str | None], Integers]:
    """The names of the keys, each once, and of each key the index of its name."""
    if names is None:
        return [None], np.zeros(len(keys), dtype=np.int64)
    if len(keys) and (keys == keys[0]).all():
        return [names[int(keys[0])]], np.zeros(len(keys), dtype=np.int64)
    distinct, index = np.unique(keys, return_inverse=True)
    by_place = [names[key] for key in distinct.tolist()]
    order = sorted(range(len(by_place)), key=by_place.__getitem__)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return [by_place[each] for each in order], place[index]
