"""Loading all that the charges of a month depend on, in a few set-based statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import asyncpg
import numpy as np

from billing.flex import FlexModel, FlexTerms, FlexUse
from billing.loaded import Loaded, Owner
from billing.operations.asking import Asking, answered, asking_for, nothing, side_by_side
from billing.operations.context import Store
from billing.operations.month_terms import KeptTerms, MonthTerms, month_terms
from billing.period import Period
from billing.rating import ProductTerms, UsageSums
from billing.segments import Run
from billing.store import accounts, flex_prices, flex_use, owner_months, prices, usage_batches, usage_sums
from billing.store.flex_use import load_flex_use
from billing.store.owner_months import Membership, PlansHeld
from billing.store.questions import Apart
from billing.store.state import EVERYTHING
from billing.store.usage_sums import FamilyRange, load_usage_sums

FEW = 100  # families whose usage is read as rows; of more it is read as columns


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


class Flex(NamedTuple):
    """What Flex instances come to, and what every model costs."""

    uses: list[FlexUse]
    terms: dict[FlexModel, FlexTerms]


NO_FLEX = Flex([], {})


async def load_owners(
    connection: asyncpg.Connection, store: Store, asked: Asked, owner_keys: Sequence[int], *, with_tail: bool = True
) -> Loaded:
    """As `owners_wanted`, of any number of owners."""
    return await answered(connection, owners_wanted(store, asked, owner_keys, with_tail=with_tail), joined=False)


def owners_wanted(
    store: Store,
    asked: Asked,
    owner_keys: Sequence[int],
    *,
    with_tail: bool = True,
    kept: KeptTerms | None = None,
) -> Asking[Loaded]:
    """Some owners: top-level accounts with their usage, and contracts. In one snapshot.

    With the tail, usage that is not rolled up yet counts too. The terms may be such as are kept.
    """
    keys = sorted(set(owner_keys))
    (held, memberships, sids), terms, used = yield from side_by_side(
        _held(asked, keys),
        month_terms(kept, asked.period, asked.before_cutoff),
        _used(store, asked, keys, with_tail=with_tail) if len(keys) <= FEW else nothing(),  # few have members
    )
    families = sorted({*keys, *(membership.family_key for membership in memberships)})
    contracts = [*keys, *(membership.contract_key for membership in memberships)]
    missed = used is None or families != keys
    members, more_used, more_sids = yield from side_by_side(
        _of_members(asked, held, memberships),
        _used(store, asked, families, with_tail=with_tail) if missed else nothing(),
        asking_for(owner_months.sids.question(families, contracts)) if families != keys else nothing(),
    )
    usage, flex = more_used if missed else used
    if more_sids:  # of contracts, or of members
        [sids] = more_sids
    return _loaded(store, asked, keys, _Parts(held, memberships, members, usage, sids, flex, terms))


def _held(asked: Asked, keys: Sequence[int]) -> Asking[Sequence[Any]]:
    """The plans held by some owners, the memberships they have or cover, and their SIDs."""
    return asking_for(
        owner_months.held_by_owners.question(keys, asked.days, asked.before_cutoff),
        owner_months.memberships_of_owners.question(keys, asked.days, asked.before_cutoff),
        owner_months.sids.question(keys, keys),
    )


def _used(store: Store, asked: Asked, families: Sequence[int], *, with_tail: bool) -> Asking[list[Any]]:
    """The usage of some families, and their Flex."""
    return side_by_side(_usage(asked, families, with_tail=with_tail), _flex(store, asked, families))


def _usage(asked: Asked, families: Sequence[int], *, with_tail: bool) -> Asking[UsageSums]:
    """The usage of some families. Of few it is asked beside other things, unless some is not rolled up yet."""
    if len(families) <= FEW:
        rolled_up = usage_sums.rolled_up_sums.question(families, asked.period, asked.before_cutoff)
        tail = usage_batches.tail.question(asked.period, asked.before_cutoff)
        sums: UsageSums
        sums, waiting = (yield [rolled_up, tail]) if with_tail else (*(yield [rolled_up]), ())
        if not waiting:
            return sums
    load = partial(
        usage_sums.load_usage_sums,
        families=families,
        period=asked.period,
        before_cutoff=asked.before_cutoff,
        with_tail=with_tail,
    )
    [sums] = yield [Apart(load)]
    return sums


def _flex(store: Store, asked: Asked, families: Sequence[int]) -> Asking[Flex]:
    """What the Flex instances of some families come to, and its terms."""
    [any_flex] = yield [flex_use.any_flex.question(families)]
    if not any_flex:
        return NO_FLEX
    found = yield [
        flex_use.flex_use.question(families, asked.period, store.zone, asked.before_cutoff),
        flex_prices.flex_terms.question(asked.period, asked.before_cutoff),
    ]
    return Flex(*found)


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
    flex = await _flex_in_range(connection, store, asked, families, elsewhere)
    rest = side_by_side(_of_members(asked, held, memberships), month_terms(None, asked.period, asked.before_cutoff))
    of_members, terms = await answered(connection, rest, joined=False)
    parts = _Parts(held, memberships, of_members, usage, {**sids, **others}, flex, terms)
    return _loaded(store, asked, [*sids], parts)


async def _flex_in_range(
    connection: asyncpg.Connection, store: Store, asked: Asked, families: FamilyRange, elsewhere: Sequence[int]
) -> Flex:
    """The same of the families in a range, and of some elsewhere."""
    uses = await load_flex_use(connection, families, asked.period, store.zone, asked.before_cutoff)
    if elsewhere:
        uses += await load_flex_use(connection, elsewhere, asked.period, store.zone, asked.before_cutoff)
    terms = await flex_prices.flex_terms(connection, asked.period, asked.before_cutoff) if uses else {}
    return Flex(uses, terms)


class _OfMembers(NamedTuple):
    """What matters of members of contracts: the payers, the own prices by family, and the days of their accounts."""

    payers: dict[int, list[Run[int]]]
    own_products: dict[int, dict[int, ProductTerms]]
    lives: dict[int, Run[None]]


class _Parts(NamedTuple):
    """What was loaded of some owners, piece by piece."""

    held: dict[int, PlansHeld]
    memberships: Sequence[Membership]
    of_members: _OfMembers
    usage: UsageSums
    sids: dict[int, str]
    flex: Flex
    terms: MonthTerms


def _loaded(store: Store, asked: Asked, family_keys: Sequence[int], parts: _Parts) -> Loaded:
    """What was loaded of some owners, with the terms of products and plans that hold for all."""
    return Loaded(
        period=asked.period,
        closing_period=asked.closing_period,
        currency=store.currency,
        family_keys=frozenset(family_keys),
        owners=owners(parts.held, parts.memberships, parts.of_members.payers),
        usage=parts.usage,
        products=parts.terms.products,
        versions=parts.terms.versions,
        groups=groups(asked.period, parts.memberships),
        lives=parts.of_members.lives,
        sids=parts.sids,
        plan_ranks=parts.terms.plan_ranks,
        own_products=parts.of_members.own_products,
        flex_uses=parts.flex.uses,
        flex_terms=parts.flex.terms if parts.flex.uses else {},
    )


def _of_members(asked: Asked, held: dict[int, PlansHeld], memberships: Sequence[Membership]) -> Asking[_OfMembers]:
    if not memberships:
        return _OfMembers({}, {}, {})
    moved = sorted({membership.family_key for membership in memberships})
    first = {each.family_key: each.contract_key for each in memberships if each.start <= asked.days[0]}
    payers, own, lives = yield [
        owner_months.payers.question(list(held), asked.days, asked.before_cutoff),
        prices.own_product_terms.question(asked.period, asked.before_cutoff, sorted(set(first.values()))),
        owner_months.lives.question(moved, asked.before_cutoff),
    ]
    own_by_family = {family: own[contract] for family, contract in first.items() if contract in own}
    return _OfMembers(payers, own_by_family, lives)


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
