"""The segments of many owners as columns (5.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from billing import segments
from billing.loaded import Loaded, Owner
from billing.record_columns import stretches
from billing.segments import Run
from billing.spends import Spends
from billing.support import Terms
from billing.support_columns import SegmentColumns, day_number


class _Stretch(NamedTuple):
    """Days on which terms are constant: the number of the terms, the first day and the end."""

    term: int
    start: int
    end: int


class _Cut(NamedTuple):
    """A segment of an owner whose month is looked at by itself, and the rows of the spend that counts."""

    stretch: _Stretch
    owner_key: int
    payer_key: int
    sharing: list[int]


class _Alike(NamedTuple):
    """Which of all stretches owners have who held the same plans: the first and the end; none when all are free."""

    first: int
    end: int


def segments_of(
    loaded: Loaded, owners: Sequence[Owner], spends: Spends, failures: Mapping[int, str]
) -> tuple[SegmentColumns, dict[int, str]]:
    """The segments of some owners, those who pay for nothing left out.

    Returns:
        The segments, and the reason for each owner whose plan can not be charged, as a family that shares it fails.
    """
    cutting = _Cutting(loaded, spends)
    failed: dict[int, str] = {}
    for owner in owners:
        if not cutting.pays(owner):
            continue
        missing = next((key for key in owner.family_keys if key in failures), None) if failures else None
        if missing is None:
            cutting.add(owner)
        else:
            failed[owner.owner_key] = f"usage of {loaded.sids[missing]}: {failures[missing]}"
    return cutting.columns(), failed


class _Cutting:
    """Collects segments. Owners that held the same plans are cut alike, and those that share one list only once."""

    def __init__(self, loaded: Loaded, spends: Spends) -> None:
        self._loaded = loaded
        self._spends = spends
        self._numbers: dict[Terms, int] = {}
        self._stretches: list[_Stretch] = []
        self._alike: dict[int, _Alike] = {}
        self._whole: list[tuple[int, int, int]] = []  # families that count with their own plan all month, and `_Alike`
        self._cut: list[_Cut] = []

    def pays(self, owner: Owner) -> bool:
        """Whether an owner holds a plan that costs something on any day."""
        if owner.own_prices:
            return bool(self._made(owner))
        alike = self._alike_of(owner)
        return alike.first < alike.end

    def add(self, owner: Owner) -> None:
        """Take in the segments of an owner that pays."""
        key = owner.owner_key
        if not owner.payers and owner.family_keys == (key,) and key not in self._loaded.groups:
            self._whole.append((key, *self._alike_of(owner)))
            return
        terms = segments.terms_in_force(owner.held, self._loaded.versions, owner.own_prices)
        period = self._loaded.period
        payers = owner.payers or [Run(period.first_day, period.end_day, key)]
        row_of = self._spends.row_by_account
        for segment in segments.cut(period, terms, payers, self._sharing_with(owner)):
            days = day_number(segment.start), day_number(segment.end)
            rows = [row_of[account] for account in segment.account_keys if account in row_of]
            stretch = _Stretch(self._number(segment.terms), *days)
            self._cut.append(_Cut(stretch, key, segment.payer_key, rows))

    def columns(self) -> SegmentColumns:
        """All that was taken in."""
        whole, first, end = np.array(self._whole, dtype=np.int64).reshape(-1, 3).T
        key = np.repeat(whole, end - first)
        of_whole = np.array(self._stretches, dtype=np.int64).reshape(-1, 3)[stretches(first, end)]
        of_cut = np.array([each.stretch for each in self._cut], dtype=np.int64).reshape(-1, 3)
        term, start, stop = np.concatenate((of_whole, of_cut)).T
        first_row, end_row = self._spends.rows_of(key)
        counts = np.concatenate((end_row - first_row, [len(each.sharing) for each in self._cut])).astype(np.int64)
        cut_rows = np.array([row for each in self._cut for row in each.sharing], dtype=np.int64)
        ends = np.cumsum(counts)
        return SegmentColumns(
            [*self._numbers],
            term,
            np.concatenate((key, np.array([each.owner_key for each in self._cut], dtype=np.int64))),
            np.concatenate((key, np.array([each.payer_key for each in self._cut], dtype=np.int64))),
            start,
            stop,
            np.concatenate((stretches(first_row, end_row), cut_rows)),
            ends - counts,
            ends,
        )

    def _alike_of(self, owner: Owner) -> _Alike:
        found = self._alike.get(id(owner.held))
        if found is None:
            first = len(self._stretches)
            self._stretches += self._made(owner)
            found = self._alike[id(owner.held)] = _Alike(first, len(self._stretches))
        return found

    def _made(self, owner: Owner) -> list[_Stretch]:
        """The days of an owner's terms; none when all of them are free."""
        terms = segments.terms_in_force(owner.held, self._loaded.versions, owner.own_prices)
        clipped = segments.clip(terms, self._loaded.period)
        if all(run.value.price.free for run in clipped):
            return []
        return [_Stretch(self._number(run.value), day_number(run.start), day_number(run.end)) for run in clipped]

    def _number(self, terms: Terms) -> int:
        return self._numbers.setdefault(terms, len(self._numbers))

    def _sharing_with(self, owner: Owner) -> dict[int, Sequence[Run[None]]]:
        """On which days each account counts with the owner: the top-level accounts, and every account with spend."""
        loaded, spends = self._loaded, self._spends
        whole = Run(loaded.period.first_day, loaded.period.end_day, None)
        sharing: dict[int, Sequence[Run[None]]] = {}
        first, end = spends.rows_of(np.array(owner.family_keys, dtype=np.int64))
        for family, rows in zip(owner.family_keys, zip(first.tolist(), end.tolist(), strict=True), strict=True):
            groups = loaded.groups.get(family)
            for account in {family, *spends.account_key[slice(*rows)].tolist()}:
                if groups is None:
                    sharing[account] = [whole]
                    continue
                runs = segments.shared_with(loaded.period, loaded.lives[account], groups)
                mine: list[Run[None]] = [Run(run.start, run.end, None) for run in runs if run.value == owner.owner_key]
                if mine:
                    sharing[account] = mine
        return sharing
