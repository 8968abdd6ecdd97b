"""Top-level accounts as contracts see them: loading them, and saving what becomes of them (3.10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from billing.accounts import Account
from billing.memberships import Member, MemberChange
from billing.operations.context import Writing
from billing.store import accounts, contract_memberships, contract_payers, plans_held


async def load_member(write: Writing, account: Account) -> Member:
    """An account, its family locked; a subaccount is no member of anything."""
    if not account.is_top_level:
        return Member(account, (), (), ())
    return (await load_members(write, [account.family_key]))[account.family_key]


async def lock_members(write: Writing, family_keys: Iterable[int]) -> dict[int, Member]:
    """Top-level accounts by key, their families locked until the transaction ends."""
    keys = sorted(family_keys)
    await accounts.lock_families(write.connection, keys)
    return await load_members(write, keys)


async def load_members(write: Writing, family_keys: list[int]) -> dict[int, Member]:
    """Top-level accounts by key, their families locked."""
    connection = write.connection
    held = await plans_held.held_of_owners(connection, family_keys)
    memberships = await contract_memberships.memberships_of_families(connection, family_keys)
    pays = await contract_payers.payments_of_families(connection, family_keys)
    found = await accounts.get_top_level_accounts(connection, family_keys)
    return {key: Member(account, held[key], memberships[key], pays[key]) for key, account in found.items()}


async def save_members(write: Writing, changes: Mapping[int, MemberChange]) -> None:
    """Supersede and record the plans and the memberships of top-level accounts, by key."""
    held = {key: change.held for key, change in changes.items()}
    memberships = {key: change.memberships for key, change in changes.items()}
    await plans_held.save_changes(write.connection, held, write.now, write.cutoff)
    await contract_memberships.save_memberships(write.connection, memberships, write.now, write.cutoff)
