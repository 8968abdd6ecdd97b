"""Loading all that the charges of a month depend on, in a few set-based statements."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from billing.calculation import Loaded, Owner
from billing.operations.context import Store
from billing.operations.usage import load_usage_sums, load_usage_sums_in_range
from billing.period import Period
from billing.rating import UsageSums
from billing.segments import Run
from billing.store import accounts, catalogue, plans_held, products
from billing.store.state import EVERYTHING


async def load_families(
    connection: asyncpg.Connection, store: Store, period: Period, family_keys: Sequence[int]
) -> Loaded:
    """Some families with all that is known now, usage not yet rolled up included. In one snapshot."""
    usage = await load_usage_sums(connection, family_keys, period)
    held = await plans_held.held_by_owners(connection, family_keys, (period.first_day, period.end_day), EVERYTHING)
    sids = await accounts.sids_of_families(connection, family_keys)
    return await _with_terms(connection, store, period, EVERYTHING, frozenset(family_keys), usage, held, sids)


async def load_range(
    connection: asyncpg.Connection, store: Store, period: Period, families: tuple[int, int], before_cutoff: int
) -> Loaded:
    """The families from a key up to another, as recorded before a cut-off; all of their usage is rolled up."""
    usage = await load_usage_sums_in_range(connection, families, period, before_cutoff)
    held = await plans_held.held_in_range(connection, families, (period.first_day, period.end_day), before_cutoff)
    sids = await accounts.sids_in_range(connection, *families)
    return await _with_terms(connection, store, period, before_cutoff, frozenset(sids), usage, held, sids)


async def _with_terms(
    connection: asyncpg.Connection,
    store: Store,
    period: Period,
    before_cutoff: int,
    family_keys: frozenset[int],
    usage: UsageSums,
    held: dict[int, list[Run[str]]],
    sids: dict[int, str],
) -> Loaded:
    """What is loaded of some families, with the terms of products and plans that hold for all."""
    return Loaded(
        period=period,
        closing_period=period,
        currency=store.currency,
        family_keys=family_keys,
        owners=owners(period, held),
        usage=usage,
        products=await products.product_terms(connection, period, before_cutoff),
        versions=(await catalogue.get_catalogue(connection, before_cutoff)).terms(),
        groups={},
        lives={},
        sids=sids,
    )


def owners(period: Period, held: dict[int, list[Run[str]]]) -> list[Owner]:
    """The owners of plans held in the period: top-level accounts, which pay for themselves."""
    return [Owner(key, runs, [Run(period.first_day, period.end_day, key)], (key,)) for key, runs in held.items()]
