"""Memberships of contracts (3.10): dated rows, nothing overwritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg

from billing.contracts import Membership, Rows
from billing.store.state import EVER

COLUMNS = "contract_key, family_key, start_day, end_day, membership_key"

MEMBERSHIPS_OF_FAMILIES = f"""
SELECT {COLUMNS} FROM contract_membership WHERE family_key = ANY ($1) AND supersede_cutoff IS NULL ORDER BY start_day
"""  # noqa: S608 - constants of this module


async def memberships_of_families(
    connection: asyncpg.Connection, family_keys: Sequence[int]
) -> defaultdict[int, list[Membership]]:
    """All memberships of some top-level accounts, past, present and to come, as known now, by key and day."""
    found = defaultdict[int, list[Membership]](list)
    for row in await connection.fetch(MEMBERSHIPS_OF_FAMILIES, list(family_keys)):
        found[row["family_key"]].append(Membership(*row))
    return found


MEMBERSHIPS_OF_CONTRACTS = f"""
SELECT {COLUMNS} FROM contract_membership
WHERE contract_key = ANY ($1) AND record_time <= $2 AND (supersede_time IS NULL OR supersede_time > $2)
ORDER BY start_day
"""  # noqa: S608 - constants of this module


async def memberships_of_contracts(
    connection: asyncpg.Connection, contract_keys: Sequence[int], moment: datetime = EVER
) -> defaultdict[int, list[Membership]]:
    """All memberships of some contracts, by contract and day, as recorded up to a moment (3.9)."""
    found = defaultdict[int, list[Membership]](list)
    for row in await connection.fetch(MEMBERSHIPS_OF_CONTRACTS, list(contract_keys), moment):
        found[row["contract_key"]].append(Membership(*row))
    return found


SUPERSEDE = """
UPDATE contract_membership SET supersede_time = $3, supersede_cutoff = $4
WHERE family_key = ANY ($1) AND membership_key = ANY ($2) AND supersede_cutoff IS NULL
"""
INSERT_MEMBERSHIP = """
INSERT INTO contract_membership (contract_key, family_key, start_day, end_day, record_time, record_cutoff)
VALUES ($1, $2, $3, $4, $5, $6)
"""


async def save_memberships(
    connection: asyncpg.Connection, changes: Mapping[int, Rows[Membership]], record_time: datetime, cutoff: int
) -> None:
    """Supersede and record memberships of top-level accounts, by key."""
    superseded = [key for rows in changes.values() for key in rows.superseded]
    if superseded:
        await connection.execute(SUPERSEDE, list(changes), superseded, record_time, cutoff)
    recorded = [
        (row.contract_key, row.family_key, row.start, row.end, record_time, cutoff)
        for rows in changes.values()
        for row in rows.recorded
    ]
    await connection.executemany(INSERT_MEMBERSHIP, recorded)
