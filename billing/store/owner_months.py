"""What the charges of a month need of owners: plans held, members and payers of contracts, and when members exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import asyncpg

from billing.segments import Run
from billing.support import FlatPrice, PlanPrice, UsageBasedPrice

Days = tuple[date, date]


class PlansHeld(NamedTuple):
    """The plans an owner held, and the days on which its own price held in place of the version's (2.4)."""

    held: list[Run[str]]
    own_prices: tuple[Run[PlanPrice], ...]


HELD_IN_RANGE = """
SELECT owner_key, plan_id, start_day, end_day, own_rate, own_minimum, own_flat_amount FROM plan_held
WHERE owner_key >= $1 AND owner_key < $2 AND start_day < $4 AND (end_day IS NULL OR end_day > $3)
  AND record_cutoff < $5 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $5)
ORDER BY owner_key, start_day
"""
HELD_BY_OWNERS = """
SELECT owner_key, plan_id, start_day, end_day, own_rate, own_minimum, own_flat_amount FROM plan_held
WHERE owner_key = ANY ($1) AND start_day < $3 AND (end_day IS NULL OR end_day > $2)
  AND record_cutoff < $4 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $4)
ORDER BY owner_key, start_day
"""


async def held_in_range(
    connection: asyncpg.Connection, owners: tuple[int, int], days: Days, before_cutoff: int
) -> dict[int, PlansHeld]:
    """The plans held within some days by the owners from a key up to another, as recorded before a cut-off."""
    return _by_owner(await connection.fetch(HELD_IN_RANGE, *owners, *days, before_cutoff))


async def held_by_owners(
    connection: asyncpg.Connection, owner_keys: Sequence[int], days: Days, before_cutoff: int
) -> dict[int, PlansHeld]:
    """The plans held within some days by some owners, as recorded before a cut-off."""
    return _by_owner(await connection.fetch(HELD_BY_OWNERS, list(owner_keys), *days, before_cutoff))


def _by_owner(rows: list[asyncpg.Record]) -> dict[int, PlansHeld]:
    """The plans of each owner; those who held the same share them, as most do."""
    made: dict[tuple[tuple[Any, ...], ...], PlansHeld] = {}
    found: dict[int, PlansHeld] = {}
    for owner_key, group in groupby(rows, key=itemgetter(0)):
        runs = tuple(row[1:] for row in group)
        held = made.get(runs)
        if held is None:
            held = made[runs] = _plans_held(runs)
        found[owner_key] = held
    return found


def _plans_held(rows: Iterable[tuple[Any, ...]]) -> PlansHeld:
    held: list[Run[str]] = []
    own_prices: list[Run[PlanPrice]] = []
    for plan_id, start_day, end_day, rate, minimum, flat_amount in rows:
        end = end_day or date.max
        held.append(Run(start_day, end, plan_id))
        if flat_amount is not None:
            own_prices.append(Run(start_day, end, FlatPrice(flat_amount)))
        elif rate is not None:
            own_prices.append(Run(start_day, end, UsageBasedPrice(rate, minimum)))
    return PlansHeld(held, tuple(own_prices))


class Membership(NamedTuple):
    """The days on which a family belongs to a contract."""

    family_key: int
    contract_key: int
    start: date
    end: date


MEMBERSHIPS_IN_RANGE = """
SELECT family_key, contract_key, start_day, end_day FROM contract_membership
WHERE family_key IN (
        SELECT family_key FROM contract_membership
        WHERE ((family_key >= $1 AND family_key < $2) OR (contract_key >= $1 AND contract_key < $2))
          AND start_day < $4 AND (end_day IS NULL OR end_day > $3)
          AND record_cutoff < $5 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $5))
  AND start_day < $4 AND (end_day IS NULL OR end_day > $3)
  AND record_cutoff < $5 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $5)
ORDER BY family_key, start_day
"""
MEMBERSHIPS_OF_OWNERS = """
SELECT family_key, contract_key, start_day, end_day FROM contract_membership
WHERE family_key IN (
        SELECT family_key FROM contract_membership
        WHERE (family_key = ANY ($1) OR contract_key = ANY ($1))
          AND start_day < $3 AND (end_day IS NULL OR end_day > $2)
          AND record_cutoff < $4 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $4))
  AND start_day < $3 AND (end_day IS NULL OR end_day > $2)
  AND record_cutoff < $4 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $4)
ORDER BY family_key, start_day
"""


async def memberships_in_range(
    connection: asyncpg.Connection, owners: tuple[int, int], days: Days, before_cutoff: int
) -> list[Membership]:
    """All memberships within some days of the families and of the members of the contracts in a range of keys."""
    return _memberships(await connection.fetch(MEMBERSHIPS_IN_RANGE, *owners, *days, before_cutoff))


async def memberships_of_owners(
    connection: asyncpg.Connection, owner_keys: Sequence[int], days: Days, before_cutoff: int
) -> list[Membership]:
    """The same of some families and contracts."""
    return _memberships(await connection.fetch(MEMBERSHIPS_OF_OWNERS, list(owner_keys), *days, before_cutoff))


def _memberships(rows: list[asyncpg.Record]) -> list[Membership]:
    return [Membership(family, contract, start, end or date.max) for family, contract, start, end in rows]


PAYERS = """
SELECT contract_key, payer_key, start_day, end_day FROM contract_payer
WHERE contract_key = ANY ($1) AND start_day < $3 AND (end_day IS NULL OR end_day > $2)
  AND record_cutoff < $4 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $4)
ORDER BY contract_key, start_day
"""


async def payers(
    connection: asyncpg.Connection, owner_keys: Sequence[int], days: Days, before_cutoff: int
) -> dict[int, list[Run[int]]]:
    """The payers of those owners that are contracts, within some days."""
    found: dict[int, list[Run[int]]] = {}
    for contract, payer, start, end in await connection.fetch(PAYERS, list(owner_keys), *days, before_cutoff):
        found.setdefault(contract, []).append(Run(start, end or date.max, payer))
    return found


LIVES = """
SELECT account_key, start_day, end_day FROM account_life
WHERE family_key = ANY ($1) AND record_cutoff < $2 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $2)
"""


async def lives(connection: asyncpg.Connection, family_keys: Sequence[int], before_cutoff: int) -> dict[int, Run[None]]:
    """The days on which the accounts of some families exist, as recorded before a cut-off."""
    rows = await connection.fetch(LIVES, list(family_keys), before_cutoff)
    return {account: Run(start, end or date.max, None) for account, start, end in rows}


SIDS = """
SELECT account_key, account_sid FROM account WHERE family_key = ANY ($1)
UNION ALL
SELECT contract_key, contract_sid FROM contract WHERE contract_key = ANY ($2)
"""


async def sids(connection: asyncpg.Connection, family_keys: Sequence[int], owner_keys: Sequence[int]) -> dict[int, str]:
    """The SIDs of all accounts of some families, and of those owners that are contracts."""
    return dict(await connection.fetch(SIDS, list(family_keys), list(owner_keys)))


CONTRACTS_PAID = "SELECT DISTINCT contract_key FROM contract_payer WHERE payer_key = $1"


async def contracts_paid(connection: asyncpg.Connection, payer_key: int) -> list[int]:
    """The contracts that a top-level account pays for, or was once recorded to pay for."""
    return [row["contract_key"] for row in await connection.fetch(CONTRACTS_PAID, payer_key)]


PLAN_RANKS = "SELECT plan_id, rank FROM plan"


async def plan_ranks(connection: asyncpg.Connection) -> dict[str, int]:
    """The rank of every plan."""
    return dict(await connection.fetch(PLAN_RANKS))


CONTRACT_KEY = "SELECT contract_key FROM contract WHERE contract_sid = $1"


async def contract_key(connection: asyncpg.Connection, contract_sid: str) -> int | None:
    """The key of a contract; None when there is none."""
    key: int | None = await connection.fetchval(CONTRACT_KEY, contract_sid)
    return key


CONTRACTS_IN_RANGE = "SELECT contract_key FROM contract WHERE contract_key >= $1 AND contract_key < $2"


async def contracts_in_range(connection: asyncpg.Connection, owners: tuple[int, int]) -> list[int]:
    """The contracts whose key lies in a range."""
    return [row["contract_key"] for row in await connection.fetch(CONTRACTS_IN_RANGE, *owners)]
