"""Settling closed periods (6.5): which owners and periods may have changed, and what they come to now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

import asyncpg

from billing.calculation import Loaded, calculate, charged_owner
from billing.charges import Charges
from billing.operations.context import Store
from billing.operations.month import Asked, load_owners
from billing.period import Period
from billing.record_columns import NO_RECORDS
from billing.segments import Run
from billing.settlement import Parts, changed_stretches, parts_due, settle
from billing.store import closings, flex_prices, flex_use, prices, settlement
from billing.store.settlement import Changed, Since, Whose

Affected = dict[Period, set[int]]  # the owners that a closed period may come to something else for


async def affected_periods(
    connection: asyncpg.Connection,
    whose: Whose,
    since: Since,
    closing_number: int,
    before: Period,
    *,
    with_tail: bool = False,
) -> Affected:
    """The owners and closed periods that something was recorded about between two cut-offs.

    More may be named than have changed, never less.

    Args:
        connection: in a snapshot.
        whose: the owners wanted.
        since: between which cut-offs.
        closing_number: of the closing before, whose released owners are to be settled.
        before: the period that closes.
        with_tail: whether usage that is not rolled up yet counts, of those named one by one.
    """
    closed = [period for period in await closings.closed_periods(connection) if period < before]
    if not closed:
        return {}
    found = _Finding(whose, closed)
    members = await settlement.members(connection, whose, since.high)
    everybody = whose._replace(others=sorted({*whose.others, *(member.family_key for member in members)}))
    await _find_dated(connection, found, since, whose, before.first_day)
    families = await _changed_families(connection, everybody, since, closing_number, closed)
    for period in await settlement.periods_in_tail(connection, since) if with_tail else []:
        families |= {(key, period) for key in everybody.others if period in closed}
    for family_key, period in families:
        found.add(family_key, period)
    for member in members:
        for period in found.overlapping(member.start, member.end):
            if (member.family_key, period) in families:
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


async def _find_dated(
    connection: asyncpg.Connection, found: _Finding, since: Since, whose: Whose, before_day: date
) -> None:
    """Plans held, memberships and payers that hold on other days than they did."""
    for owner_key, _, start, end in _stretches(await settlement.plans_changed(connection, since, whose, before_day)):
        for period in found.overlapping(start, end):
            found.add(owner_key, period)
    changed = await settlement.memberships_changed(connection, since, before_day)
    for family_key, contracts, start, end in _stretches(changed):
        for period in found.overlapping(start, end):
            for key in (family_key, *contracts):
                found.add(key, period)
    for contract_key, _, start, end in _stretches(await settlement.payers_changed(connection, since, before_day)):
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


async def _changed_families(
    connection: asyncpg.Connection, whose: Whose, since: Since, closing_number: int, closed: Sequence[Period]
) -> set[tuple[int, Period]]:
    """The families whose usage or Flex comes to something else, and released owners, with the closed periods."""
    found = set(await settlement.late_activity(connection, since, whose))
    for owner_key, settle_from in await settlement.released(connection, closing_number, whose):
        found |= {(owner_key, period) for period in closed if period >= settle_from}
    for cutoff in since.cutoffs:
        found |= await _repriced(connection, whose, cutoff, closed)
        for stretch in whose.stretches:
            flex = await flex_use.changed_flex(connection, stretch, cutoff)
            flex += await flex_prices.repriced_families(connection, stretch, cutoff)
            found |= {(key, period) for key, day in flex for period in closed if period.end_day > day}
    return found


async def _repriced(
    connection: asyncpg.Connection, whose: Whose, cutoff: int, closed: Sequence[Period]
) -> set[tuple[int, Period]]:
    """The families that used products whose price has become another in a closed period."""
    repriced = await prices.repriced(connection, cutoff)
    found: set[tuple[int, Period]] = set()
    for period in closed if repriced else []:
        products = {
            price.product_key
            for price in repriced
            if price.start_month <= period.first_day and (price.end_month is None or period.first_day < price.end_month)
        }
        if products:
            users = await settlement.users_of_products(connection, period, sorted(products), whose)
            found |= {(family_key, period) for family_key in users}
    return found


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
    failures = {key: f"{loaded.period}: {reason}" for key, reason in (failures | found.failures).items()}
    records = [record for record in records if charged_owner(record) not in failures]
    return replace(found, rows=NO_RECORDS, adjustments=records, failures=failures)


async def _sids_missing(connection: asyncpg.Connection, loaded: Loaded, carried: Parts) -> dict[int, str]:
    """The SIDs of payers and accounts that are named only in what was carried."""
    named = {key for part in carried for key in (part.payer_key, part.account_key)}
    missing = sorted(named - loaded.sids.keys())
    return await settlement.sids_of_accounts(connection, missing) if missing else {}
