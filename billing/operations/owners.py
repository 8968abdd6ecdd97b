"""Owners of plans: top-level accounts and contracts, by their SIDs."""

from __future__ import annotations

import asyncpg

from billing.errors import BillingError, Reason
from billing.operations.accounts import get_account
from billing.store import owner_months

CONTRACT_PREFIX = "CT"


async def owner_key(connection: asyncpg.Connection, owner_sid: str, field: str) -> int:
    """The key of a top-level account or a contract; ACCOUNT_NOT_FOUND or CONTRACT_NOT_FOUND."""
    if not owner_sid.startswith(CONTRACT_PREFIX):
        return (await get_account(connection, owner_sid, field)).account_key
    key = await owner_months.contract_key(connection, owner_sid)
    if key is None:
        raise BillingError(Reason.CONTRACT_NOT_FOUND, f"there is no contract {owner_sid}", field)
    return key
