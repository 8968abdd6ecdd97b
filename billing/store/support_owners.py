"""Who holds the plans of an account: itself, or its top-level account, or contracts (3.10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import asyncpg


class PlanOfOwner(NamedTuple):
    """A plan that a family had within some days, and who held it."""

    owner_key: int
    plan_id: str


PLANS_OF_FAMILY = """
SELECT h.owner_key, h.plan_id
FROM (
    SELECT $1::integer AS owner_key, $2::date AS start_day, $3::date AS end_day
    UNION ALL
    SELECT contract_key, greatest(start_day, $2), least(end_day, $3) FROM contract_membership
    WHERE family_key = $1 AND supersede_cutoff IS NULL AND start_day < $3 AND (end_day IS NULL OR end_day > $2)
) d
JOIN plan_held h ON h.owner_key = d.owner_key AND h.supersede_cutoff IS NULL
    AND h.start_day < d.end_day AND (h.end_day IS NULL OR h.end_day > d.start_day)
ORDER BY greatest(h.start_day, d.start_day)
"""


async def plans_of_family(
    connection: asyncpg.Connection, family_key: int, days: tuple[date, date]
) -> list[PlanOfOwner]:
    """The plans that a family had within some days, itself or by a contract, by the day it had them first."""
    return [PlanOfOwner(*row) for row in await connection.fetch(PLANS_OF_FAMILY, family_key, *days)]


CONTRACTS_OF_FAMILY = """
SELECT DISTINCT contract_key FROM contract_membership WHERE family_key = $1 AND supersede_cutoff IS NULL
"""


async def contracts_of_family(connection: asyncpg.Connection, family_key: int) -> list[int]:
    """The contracts of which a family is, was or will be a member."""
    return [row["contract_key"] for row in await connection.fetch(CONTRACTS_OF_FAMILY, family_key)]


OWNER_KEYS = """
SELECT account_sid, account_key FROM account_sid WHERE account_sid = ANY ($1)
UNION ALL
SELECT contract_sid, contract_key FROM contract WHERE contract_sid = ANY ($1)
"""


async def owner_keys(connection: asyncpg.Connection, owner_sids: Sequence[str]) -> dict[str, int]:
    """The keys of some owners, by SID."""
    return dict(await connection.fetch(OWNER_KEYS, owner_sids))


OWNER_SIDS = """
SELECT account_key, account_sid FROM account WHERE family_key = ANY ($1) AND account_key = family_key
UNION ALL
SELECT contract_key, contract_sid FROM contract WHERE contract_key = ANY ($1)
"""


async def owner_sids(connection: asyncpg.Connection, owner_keys: Sequence[int]) -> dict[int, str]:
    """The SIDs of some owners, by key."""
    return dict(await connection.fetch(OWNER_SIDS, owner_keys))
