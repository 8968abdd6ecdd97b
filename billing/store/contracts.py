"""Contracts (3.10). Which plans they hold stands in plan_held; their first day and their end are those of these."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import asyncpg


class ContractRow(NamedTuple):
    """A contract without what is dated."""

    contract_key: int
    contract_sid: str
    display_name: str
    record_time: datetime


GET_CONTRACT = "SELECT contract_key, contract_sid, display_name, record_time FROM contract WHERE contract_sid = $1"


async def get_contract(connection: asyncpg.Connection, contract_sid: str) -> ContractRow | None:
    """The contract; None when there is none."""
    row = await connection.fetchrow(GET_CONTRACT, contract_sid)
    return ContractRow(*row) if row else None


# Not FOR UPDATE: rows of members and payers refer to the contract, and are written without this lock.
LOCK_CONTRACT = "SELECT FROM contract WHERE contract_key = $1 FOR NO KEY UPDATE"


async def lock_contract(connection: asyncpg.Connection, contract_key: int) -> None:
    """Hold off other writes about the contract until the transaction ends. Taken before the locks of families."""
    await connection.execute(LOCK_CONTRACT, contract_key)


INSERT_CONTRACT = """
INSERT INTO contract (contract_key, contract_sid, display_name, record_time, record_cutoff) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ON CONSTRAINT contract_sid DO NOTHING RETURNING true
"""


async def insert_contract(connection: asyncpg.Connection, contract: ContractRow, cutoff: int) -> bool:
    """Record a contract, without what is dated; returns False when the SID is taken."""
    return bool(await connection.fetchval(INSERT_CONTRACT, *contract, cutoff))


LIST_CONTRACTS = """
SELECT contract_key, contract_sid, display_name, record_time FROM contract
WHERE contract_sid > $1 ORDER BY contract_sid LIMIT $2
"""
LIST_CONTRACTS_OF_MEMBER = """
SELECT contract_key, contract_sid, display_name, record_time FROM contract
WHERE contract_sid > $1
  AND contract_key IN (SELECT contract_key FROM contract_membership WHERE family_key = $3 AND supersede_cutoff IS NULL)
ORDER BY contract_sid LIMIT $2
"""


async def list_contracts(connection: asyncpg.Connection, after_sid: str, limit: int) -> list[ContractRow]:
    """Contracts by SID, after one."""
    return [ContractRow(*row) for row in await connection.fetch(LIST_CONTRACTS, after_sid, limit)]


async def list_contracts_of_member(
    connection: asyncpg.Connection, after_sid: str, limit: int, family_key: int
) -> list[ContractRow]:
    """Those that a top-level account is, was or will be a member of."""
    rows = await connection.fetch(LIST_CONTRACTS_OF_MEMBER, after_sid, limit, family_key)
    return [ContractRow(*row) for row in rows]
