"""Loading all that the charges of a month depend on, in a few set-based statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import asyncpg
import numpy as np

from billing.loaded import Loaded, Owner
from billing.operations.context import Store
from billing.period import Period
from billing.rating import UsageSums
from billing.segments import Run
from billing.store import accounts, catalogue, flex_prices, owner_months, prices, products
from billing.store.flex_use import load_flex_use
from billing.store.owner_months import Membership, PlansHeld
from billing.store.state import EVERYTHING
from billing.store.usage_sums import FamilyRange, load_usage_sums


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose charges are wanted, of which period, and what counts as known.

    Attributes:
        period: the period charged.
        closing_period: the period whose closing charges it.
        before_cutoff: only what was recorded with a lower cut-off.
    """

    period: Period
    closing_period: Period
    before_cutoff: int = EVERYTHING

    @property
    def days(self) -> tuple[date, date]:
        """The first day of the period, and its end."""
        return self.period.first_day, self.period.end_day


async def load_owners(
    connection: asyncpg.Connection, store: Store, asked: Asked, owner_keys: Sequence[int], *, with_tail: bool = True
) -> Loaded:
    """Some owners: top-level accounts with their usage, and contracts. In one snapshot.

    With the tail, usage that is not rolled up yet counts too.
    """
    keys = sorted(set(owner_keys))
    held = await owner_months.held_by_owners(connection, keys, asked.days, asked.before_cutoff)
    memberships = await owner_months.memberships_of_owners(connection, keys, asked.days, asked.before_cutoff)
    families = sorted({*keys, *(membership.family_key for membership in memberships)})
    usage = await load_usage_sums(connection, families, asked.period, asked.before_cutoff, with_tail=with_tail)
    sids = await owner_months.sids(connection, families, [*keys, *(m.contract_key for m in memberships)])
    loaded = await _loaded(connection, store, asked, keys, held, memberships, usage, sids)
    return await _with_flex(connection, store, asked, loaded, families)


async def load_range(connection: asyncpg.Connection, store: Store, asked: Asked, owners: tuple[int, int]) -> Loaded:
    """The owners from a key up to another; all usage before the cut-off is rolled up."""
    held = await owner_months.held_in_range(connection, owners, asked.days, asked.before_cutoff)
    memberships = await owner_months.memberships_in_range(connection, owners, asked.days, asked.before_cutoff)
    members = {membership.family_key for membership in memberships}
    elsewhere = sorted(key for key in members if not owners[0] <= key < owners[1])
    families = FamilyRange(*owners)
    usage = await load_usage_sums(connection, families, asked.period, asked.before_cutoff, with_tail=False)
    if elsewhere:  # members of contracts in the range, needed for their spend
        more = await load_usage_sums(connection, elsewhere, asked.period, asked.before_cutoff, with_tail=False)
        usage = _merged(usage, more)
    sids = await accounts.sids_in_range(connection, *owners)
    contracts = [*held, *(membership.contract_key for membership in memberships)]
    others = await owner_months.sids(connection, elsewhere, contracts) if memberships else {}
    loaded = await _loaded(connection, store, asked, [*sids], held, memberships, usage, {**sids, **others})
    return await _with_flex(connection, store, asked, loaded, families, elsewhere)


async def _loaded(
    connection: asyncpg.Connection,
    store: Store,
    asked: Asked,
    family_keys: Sequence[int],
    held: dict[int, PlansHeld],
    memberships: Sequence[Membership],
    usage: UsageSums,
    sids: dict[int, str],
) -> Loaded:
    """What is loaded of some owners, with the terms of products and plans that hold for all."""
    payers = await owner_months.payers(connection, list(held), asked.days, asked.before_cutoff) if memberships else {}
    moved = sorted({membership.family_key for membership in memberships})
    first = {each.family_key: each.contract_key for each in memberships if each.start <= asked.days[0]}
    own = await prices.own_product_terms(connection, asked.period, asked.before_cutoff, sorted(set(first.values())))
    return Loaded(
        period=asked.period,
        closing_period=asked.closing_period,
        currency=store.currency,
        family_keys=frozenset(family_keys),
        owners=owners(held, memberships, payers),
        usage=usage,
        products=await products.product_terms(connection, asked.period, asked.before_cutoff),
        versions=(await catalogue.get_catalogue(connection, asked.before_cutoff)).terms(),
        groups=groups(asked.period, memberships),
        lives=await owner_months.lives(connection, moved, asked.before_cutoff) if moved else {},
        sids=sids,
        plan_ranks=await owner_months.plan_ranks(connection),
        own_products={family: own[contract] for family, contract in first.items() if contract in own},
    )


async def _with_flex(
    connection: asyncpg.Connection,
    store: Store,
    asked: Asked,
    loaded: Loaded,
    families: Sequence[int] | FamilyRange,
    elsewhere: Sequence[int] = (),
) -> Loaded:
    """What is loaded, with what the Flex instances of the families come to, and its terms."""
    uses = await load_flex_use(connection, families, asked.period, store.zone, asked.before_cutoff)
    if elsewhere:
        uses += await load_flex_use(connection, elsewhere, asked.period, store.zone, asked.before_cutoff)
    terms = await flex_prices.flex_terms(connection, asked.period, asked.before_cutoff) if uses else {}
    return replace(loaded, flex_uses=uses, flex_terms=terms)


def owners(
    held: dict[int, PlansHeld],
    memberships: Sequence[Membership] = (),
    payers: dict[int, list[Run[int]]] | None = None,
) -> list[Owner]:
    """The owners of plans held in the period: contracts, and top-level accounts, which pay for themselves."""
    members: dict[int, set[int]] = {}
    for membership in memberships:
        members.setdefault(membership.contract_key, set()).add(membership.family_key)
    return [
        Owner(
            key,
            plans.held,
            (payers or {}).get(key, ()),
            tuple(sorted(members[key])) if key in members else (key,),
            plans.own_prices,
        )
        for key, plans in held.items()
    ]


def groups(period: Period, memberships: Sequence[Membership]) -> dict[int, list[Run[int]]]:
    """With whom the members of contracts count, by day: with the contract on the days they are members, else alone."""
    found: dict[int, list[Run[int]]] = {}
    for family_key, contract_key, start, end in memberships:
        runs = found.setdefault(family_key, [])
        since = runs[-1].end if runs else period.first_day
        if since < start:
            runs.append(Run(since, start, family_key))
        runs.append(Run(start, end, contract_key))
    for family_key, runs in found.items():
        if runs[-1].end < period.end_day:
            runs.append(Run(runs[-1].end, period.end_day, family_key))
    return found


def _merged(first: UsageSums, second: UsageSums) -> UsageSums:
    """The sums of different families, in order."""
    columns = [
        np.concatenate(pair)
        for pair in (
            (first.family_key, second.family_key),
            (first.account_key, second.account_key),
            (first.product_key, second.product_key),
            (first.rated_nanos, second.rated_nanos),
            (first.unrated_micros, second.unrated_micros),
        )
    ]
    order = np.lexsort((columns[2], columns[1], columns[0]))
    return UsageSums(*(column[order] for column in columns))
