"""Settling closed periods (6.5): which owners and periods may have changed, and what they come to now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, groupby
from typing import Any, NamedTuple

import asyncpg

from billing.calculation import Loaded, calculate, charged_owner
from billing.charges import Charges
from billing.operations.asking import Asking, asking_for, side_by_side
from billing.operations.context import Store
from billing.operations.month import Asked, load_owners
from billing.operations.month_terms import KeptTerms, repriced
from billing.period import Period
from billing.record_columns import NO_RECORDS
from billing.segments import Run
from billing.settlement import Parts, changed_stretches, parts_due, settle
from billing.store import closings, flex_prices, flex_use, settlement
from billing.store.flex_activity import changed_activity
from billing.store.flex_instances import changed_instances
from billing.store.prices import Repriced
from billing.store.settlement import Changed, Since, Whose
from billing.store.usage_sums import FamilyRange

Affected = dict[Period, set[int]]  # the owners that a closed period may come to something else for


def affected_periods(
    whose: Whose,
    since: Since,
    closing_number: int,
    before: Period,
    *,
    with_tail: bool = False,
    kept: KeptTerms | None = None,
) -> Asking[Affected]:
    """The owners and closed periods that something was recorded about between two cut-offs. In a snapshot.

    More may be named than have changed, never less.

    Args:
        whose: the owners wanted.
        since: between which cut-offs.
        closing_number: of the closing before, whose released owners are to be settled.
        before: the period that closes.
        with_tail: whether usage that is not rolled up yet counts, of those named one by one.
        kept: what is kept of prices that became others, where that may be used.
    """
    closed_and_members = asking_for(closings.closed_periods.question(), settlement.members.question(whose, since.high))
    at_once: list[Asking[Any]] = [closed_and_members, _dated(whose, since, before.first_day)]
    if whose.few:  # few have members: worth a guess
        at_once.append(_changed_families(kept, whose, since, closing_number))
    (periods, members), dated, *guessed = yield from side_by_side(*at_once)
    closed = [period for period in periods if period < before]
    if not closed:
        return {}
    others = sorted({*whose.others, *(member.family_key for member in members)})
    if guessed and others == sorted(whose.others):
        families = guessed[0]
    else:
        families = yield from _changed_families(kept, whose._replace(others=others), since, closing_number)
    found = _Finding(whose, closed)
    _find_dated(found, *dated)
    changed = yield from families.of_periods(closed, others if with_tail else ())
    changed |= {  # another contract's own prices hold for them, or no longer
        (family_key, period)
        for family_key, _, start, end in _stretches(dated[1])
        for period in found.overlapping(start, end)
    }
    for family_key, period in changed:
        found.add(family_key, period)
    for member in members:
        for period in found.overlapping(member.start, member.end):
            if (member.family_key, period) in changed:
                found.add(member.contract_key, period)
    return found.affected


class _Finding:
    """Collects owners and closed periods, those wanted."""

    def __init__(self, whose: Whose, closed: Sequence[Period]) -> None:
        self._whose = whose
        self._others = frozenset(whose.others)
        self._closed = closed
        self.affected: Affected = {}

    def add(self, owner_key: int, period: Period) -> None:
        if self._whose.owner_from <= owner_key < self._whose.owner_to or owner_key in self._others:
            self.affected.setdefault(period, set()).add(owner_key)

    def overlapping(self, start: date, end: date) -> Iterable[Period]:
        return (period for period in self._closed if start < period.end_day and period.first_day < end)


def _dated(whose: Whose, since: Since, before_day: date) -> Asking[Sequence[list[Changed]]]:
    """The plans held, memberships and payers that came or went."""
    return asking_for(
        settlement.plans_changed.question(since, whose, before_day),
        settlement.memberships_changed.question(since, whose, before_day),
        settlement.payers_changed.question(since, whose, before_day),
    )


def _find_dated(found: _Finding, plans: list[Changed], memberships: list[Changed], payers: list[Changed]) -> None:
    """Plans held, memberships and payers that hold on other days than they did."""
    for owner_key, _, start, end in _stretches(plans):
        for period in found.overlapping(start, end):
            found.add(owner_key, period)
    for family_key, contracts, start, end in _stretches(memberships):
        for period in found.overlapping(start, end):
            for key in (family_key, *contracts):
                found.add(key, period)
    for contract_key, _, start, end in _stretches(payers):
        for period in found.overlapping(start, end):
            found.add(contract_key, period)


def _stretches(rows: Iterable[Changed]) -> Iterable[tuple[int, set[int], date, date]]:
    """The days on which what a key held has changed; with the first numbers of all it held or holds."""
    known: dict[tuple[Any, ...], list[tuple[date, date]]] = {}  # many change alike
    for key, group in groupby(rows, key=lambda row: row.key):
        changed = [row[1:] for row in group]
        alike = tuple(changed)
        if alike not in known:
            old: list[Run[tuple[object, ...]]] = [run for run, came in changed if not came]
            new: list[Run[tuple[object, ...]]] = [run for run, came in changed if came]
            known[alike] = changed_stretches(old, new)
        values = {run.value[0] for run, _ in changed}
        for start, end in known[alike]:
            yield key, {value for value in values if isinstance(value, int)}, start, end


class _ChangedFamilies(NamedTuple):
    """The families whose usage or Flex may come to something else, and released owners.

    Attributes:
        whose: of which owners.
        late: the families with late usage, and the periods of it.
        released: owners, and the first period to be settled for each.
        flex: families, and the day from which their Flex may come to something else.
        repriced: the months of products that became others.
        tail: the periods with usage that is not rolled up yet.
    """

    whose: Whose
    late: Sequence[tuple[int, Period]]
    released: Sequence[tuple[int, Period]]
    flex: Sequence[tuple[int, date]]
    repriced: Sequence[Repriced]
    tail: Sequence[Period]

    def of_periods(self, closed: Sequence[Period], in_tail: Iterable[int]) -> Asking[set[tuple[int, Period]]]:
        """All of them with the closed periods; of usage that is not rolled up yet, those that may have some."""
        found = {(key, period) for key, period in self.late if period in closed}
        found |= {(key, period) for key, first in self.released for period in closed if period >= first}
        found |= {(key, period) for key, day in self.flex for period in closed if period.end_day > day}
        found |= {(key, period) for key in in_tail for period in self.tail if period in closed}
        return found | (yield from _users_of_repriced(self.whose, self.repriced, closed))


def _changed_families(
    kept: KeptTerms | None, whose: Whose, since: Since, closing_number: int
) -> Asking[_ChangedFamilies]:
    (late, released, tail), flex, *of_prices = yield from side_by_side(
        _late(whose, since, closing_number),
        _flex(whose, since),
        *(repriced(kept, cutoff) for cutoff in since.cutoffs),
    )
    return _ChangedFamilies(whose, late, released, flex, list(chain(*of_prices)), tail)


def _late(whose: Whose, since: Since, closing_number: int) -> Asking[Sequence[Any]]:
    return asking_for(
        settlement.late_activity.question(since, whose),
        settlement.released.question(closing_number, whose),
        settlement.periods_in_tail.question(since),
    )


def _flex(whose: Whose, since: Since) -> Asking[list[tuple[int, date]]]:
    any_flex = yield [flex_use.any_flex.question(FamilyRange(*stretch)) for stretch in whose.stretches]
    found = yield [
        question(stretch, cutoff)
        for stretch, any_there in zip(whose.stretches, any_flex, strict=True)
        if any_there
        for cutoff in since.cutoffs
        for question in (changed_activity.question, changed_instances.question, flex_prices.repriced_families.question)
    ]
    return list(chain(*found))


def _users_of_repriced(
    whose: Whose, repriced: Sequence[Repriced], closed: Sequence[Period]
) -> Asking[set[tuple[int, Period]]]:
    """The families that used products whose price has become another in a closed period."""
    used = [(period, products) for period in closed if (products := _products_in(repriced, period))]
    users = yield [settlement.users_of_products.question(period, products, whose) for period, products in used]
    return {(key, period) for (period, _), keys in zip(used, users, strict=True) for key in keys}


def _products_in(repriced: Sequence[Repriced], period: Period) -> list[int]:
    """The products whose price has become another in a period."""
    return sorted(
        {
            price.product_key
            for price in repriced
            if price.start_month <= period.first_day and (price.end_month is None or period.first_day < price.end_month)
        }
    )


async def settle_periods(
    connection: asyncpg.Connection,
    store: Store,
    affected: Affected,
    asked: Asked,
    closing_number: int,
    *,
    with_tail: bool = False,
    running_cutoff: int | None = None,
) -> AsyncIterator[tuple[Loaded, Charges]]:
    """The adjustments of closed periods, one period after the other so that memory is bounded.

    Args:
        connection: in a snapshot.
        store: the store.
        affected: the owners by period.
        asked: the period that closes, and what counts as known.
        closing_number: of the closing that settles; only records of earlier ones were carried.
        with_tail: whether usage that is not rolled up yet counts.
        running_cutoff: of a closing that still runs: what it is to emit counts as carried, emitted or not.

    Yields:
        For each period what was loaded, with the SIDs of all who are named, and the adjustments.
    """
    for period in sorted(affected):
        owner_keys = sorted(affected[period])
        of_period = replace(asked, period=period)
        loaded = await load_owners(connection, store, of_period, owner_keys, with_tail=with_tail)
        if running_cutoff is None:
            carried = await settlement.carried(connection, owner_keys, period, closing_number)
        else:
            before = replace(of_period, before_cutoff=running_cutoff)
            earlier = await load_owners(connection, store, before, owner_keys, with_tail=with_tail)
            carried = parts_due(earlier, await asyncio.to_thread(calculate, earlier))
        loaded.sids.update(await _sids_missing(connection, loaded, carried))
        yield loaded, await asyncio.to_thread(_settled, loaded, carried)


def _settled(loaded: Loaded, carried: Parts) -> Charges:
    found = calculate(loaded)
    records, failures = settle(loaded, parts_due(loaded, found), carried)
    failures |= found.failures
    records = [record for record in records if charged_owner(record) not in failures]
    return replace(found, rows=NO_RECORDS, adjustments=records, failures=failures)


async def _sids_missing(connection: asyncpg.Connection, loaded: Loaded, carried: Parts) -> dict[int, str]:
    """The SIDs of payers and accounts that are named only in what was carried."""
    named = {key for part in carried for key in (part.payer_key, part.account_key)}
    missing = sorted(named - loaded.sids.keys())
    return await settlement.sids_of_accounts(connection, missing) if missing else {}
