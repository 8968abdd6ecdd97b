"""What the charges of a month need of owners: plans held, members and payers of contracts, and when members exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import asyncpg

from billing.segments import Run
from billing.store.questions import Question, Rows, asked, first_column
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


@asked
def held_by_owners(owner_keys: Sequence[int], days: Days, before_cutoff: int) -> Question[dict[int, PlansHeld]]:
    """The plans held within some days by some owners, as recorded before a cut-off."""
    return Question(HELD_BY_OWNERS, (list(owner_keys), *days, before_cutoff), _by_owner)


def _by_owner(rows: Rows) -> dict[int, PlansHeld]:
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


@asked
def memberships_of_owners(owner_keys: Sequence[int], days: Days, before_cutoff: int) -> Question[list[Membership]]:
    """The same of some families and contracts."""
    return Question(MEMBERSHIPS_OF_OWNERS, (list(owner_keys), *days, before_cutoff), _memberships)


def _memberships(rows: Rows) -> list[Membership]:
    return [Membership(family, contract, start, end or date.max) for family, contract, start, end in rows]


PAYERS = """
SELECT contract_key, payer_key, start_day, end_day FROM contract_payer
WHERE contract_key = ANY ($1) AND start_day < $3 AND (end_day IS NULL OR end_day > $2)
  AND record_cutoff < $4 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $4)
ORDER BY contract_key, start_day
"""


@asked
def payers(owner_keys: Sequence[int], days: Days, before_cutoff: int) -> Question[dict[int, list[Run[int]]]]:
    """The payers of those owners that are contracts, within some days."""
    return Question(PAYERS, (list(owner_keys), *days, before_cutoff), _payers)


def _payers(rows: Rows) -> dict[int, list[Run[int]]]:
    found: dict[int, list[Run[int]]] = {}
    for contract, payer, start, end in rows:
        found.setdefault(contract, []).append(Run(start, end or date.max, payer))
    return found


LIVES = """
SELECT account_key, start_day, end_day FROM account_life
WHERE family_key = ANY ($1) AND record_cutoff < $2 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $2)
"""


@asked
def lives(family_keys: Sequence[int], before_cutoff: int) -> Question[dict[int, Run[None]]]:
    """The days on which the accounts of some families exist, as recorded before a cut-off."""
    return Question(LIVES, (list(family_keys), before_cutoff), _lives)


def _lives(rows: Rows) -> dict[int, Run[None]]:
    return {account: Run(start, end or date.max, None) for account, start, end in rows}


SIDS = """
SELECT account_key, account_sid FROM account WHERE family_key = ANY ($1)
UNION ALL
SELECT contract_key, contract_sid FROM contract WHERE contract_key = ANY ($2)
"""


@asked
def sids(family_keys: Sequence[int], owner_keys: Sequence[int]) -> Question[dict[int, str]]:
    """The SIDs of all accounts of some families, and of those owners that are contracts."""
    return Question(SIDS, (list(family_keys), list(owner_keys)), dict)


CONTRACTS_PAID = """
SELECT DISTINCT contract_key FROM contract_payer
WHERE payer_key = (SELECT family_key FROM account_sid WHERE account_sid = $1 AND account_key = family_key)
"""


@asked
def contracts_paid(account_sid: str) -> Question[list[int]]:
    """The contracts that a top-level account pays for, or was once recorded to pay for."""
    return Question(CONTRACTS_PAID, (account_sid,), first_column)


PLAN_RANKS = "SELECT plan_id, rank FROM plan"


@asked
def plan_ranks() -> Question[dict[str, int]]:
    """The rank of every plan."""
    return Question(PLAN_RANKS, (), dict)


CONTRACT_KEY = "SELECT contract_key FROM contract WHERE contract_sid = $1"


async def contract_key(connection: asyncpg.Connection, contract_sid: str) -> int | None:
    """The key of a contract; None when there is none."""
    key: int | None = await connection.fetchval(CONTRACT_KEY, contract_sid)
    return key


CONTRACTS_IN_RANGE = "SELECT contract_key FROM contract WHERE contract_key >= $1 AND contract_key < $2"


async def contracts_in_range(connection: asyncpg.Connection, owners: tuple[int, int]) -> list[int]:
    """The contracts whose key lies in a range."""
    return [row["contract_key"] for row in await connection.fetch(CONTRACTS_IN_RANGE, *owners)]
