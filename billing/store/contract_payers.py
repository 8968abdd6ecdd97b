"""Who pays for contracts (3.10): dated rows, nothing overwritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import asyncpg

from billing.contracts import Payer, Rows
from billing.store.state import EVER

COLUMNS = "contract_key, payer_key, start_day, end_day, contract_payer_key"

PAYERS_OF_CONTRACTS = f"""
SELECT {COLUMNS} FROM contract_payer
WHERE contract_key = ANY ($1) AND record_time <= $2 AND (supersede_time IS NULL OR supersede_time > $2)
ORDER BY start_day
"""  # noqa: S608 - constants of this module


async def payers_of_contracts(
    connection: asyncpg.Connection, contract_keys: Sequence[int], moment: datetime = EVER
) -> defaultdict[int, list[Payer]]:
    """Who pays for some contracts, past, present and to come, by contract and day, as recorded up to a moment (3.9)."""
    found = defaultdict[int, list[Payer]](list)
    for row in await connection.fetch(PAYERS_OF_CONTRACTS, list(contract_keys), moment):
        found[row["contract_key"]].append(Payer(*row))
    return found


PAYMENTS_OF_FAMILIES = f"""
SELECT {COLUMNS} FROM contract_payer WHERE payer_key = ANY ($1) AND supersede_cutoff IS NULL ORDER BY start_day
"""  # noqa: S608 - constants of this module


async def payments_of_families(
    connection: asyncpg.Connection, family_keys: Sequence[int]
) -> defaultdict[int, list[Payer]]:
    """On which days some top-level accounts pay for a contract, by account and day, as known now."""
    found = defaultdict[int, list[Payer]](list)
    for row in await connection.fetch(PAYMENTS_OF_FAMILIES, list(family_keys)):
        found[row["payer_key"]].append(Payer(*row))
    return found


SUPERSEDE = """
UPDATE contract_payer SET supersede_time = $3, supersede_cutoff = $4
WHERE contract_key = $1 AND contract_payer_key = ANY ($2) AND supersede_cutoff IS NULL
"""
INSERT_PAYER = """
INSERT INTO contract_payer (contract_key, payer_key, start_day, end_day, record_time, record_cutoff)
VALUES ($1, $2, $3, $4, $5, $6)
"""


async def save_payers(
    connection: asyncpg.Connection, contract_key: int, change: Rows[Payer], record_time: datetime, cutoff: int
) -> None:
    """Supersede and record payers of a contract."""
    await connection.execute(SUPERSEDE, contract_key, change.superseded, record_time, cutoff)
    await connection.executemany(
        INSERT_PAYER,
        [(row.contract_key, row.payer_key, row.start, row.end, record_time, cutoff) for row in change.recorded],
    )
