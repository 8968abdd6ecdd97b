"""Verifying what records carried: the parts of every closed period, calculated anew (6.5)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Set
from itertools import islice

import asyncpg

from billing.calculation import Loaded, calculate
from billing.charges import ChargeKind
from billing.closings import Closing, ClosingState
from billing.operations.context import Store, snapshot
from billing.operations.month import Asked, load_range
from billing.period import Period
from billing.settlement import PartKey, Parts, parts_due
from billing.store import closing_shards, owner_months, settlement
from billing.store.verification import SHOWN, Comparison, Difference


async def verify_period(store: Store, closing: Closing, period: Period, apart: Set[int]) -> Comparison:
    """The parts that the records of a period carried up to a closing, with what the period comes to as that knew it.

    The owners that the closing set apart, `apart`, are left out: they are settled by a retry, which may have known
    more, or by the next closing. Calculated stretch by stretch of owners, so that memory is bounded.
    """
    assert closing.state is ClosingState.CLOSED, "only what is complete can be compared"
    count = differing = 0
    shown: list[Difference] = []
    async with snapshot(store) as read:
        stretches = await closing_shards.owner_ranges(read.connection, closing.closing_number)
        for stretch in stretches:
            loaded, carried = await _load(read.connection, store, closing, period, stretch)
            due = parts_due(loaded, await asyncio.to_thread(calculate, loaded))
            keys = {key for key in {*due, *carried} if _owner(key) not in apart}
            wrong = sorted(key for key in keys if due.get(key, 0) != carried.get(key, 0))
            count += len(keys)
            differing += len(wrong)
            shown += [_difference(loaded.sids, key, carried, due) for key in islice(wrong, SHOWN - len(shown))]
    return Comparison(count, differing, shown)


async def _load(
    connection: asyncpg.Connection, store: Store, closing: Closing, period: Period, stretch: tuple[int, int]
) -> tuple[Loaded, Parts]:
    asked = Asked(period, closing.period, closing.closing_number)
    loaded = await load_range(connection, store, asked, stretch)
    contracts = await owner_months.contracts_in_range(connection, stretch)
    owner_keys = sorted({*loaded.family_keys, *contracts})
    return loaded, await settlement.carried(connection, owner_keys, period, closing.closing_number + 1)


def _owner(key: PartKey) -> int:
    return key.party_key if key.kind == ChargeKind.SUPPORT_PLAN else key.payer_key


def _difference(sids: Mapping[int, str], key: PartKey, carried: Parts, due: Parts) -> Difference:
    named = [sids.get(each, str(each)) for each in (key.payer_key, key.party_key, key.account_key)]
    subject = f"{ChargeKind(key.kind).name} of {named[1]}, paid by {named[0]}, item {key.item_key}, part of {named[2]}"
    return Difference(subject, f"{carried.get(key, 0):,}", f"{due.get(key, 0):,}")
