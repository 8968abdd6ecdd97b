"""Creating, closing and reading accounts (3.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import asyncpg

from billing import memberships
from billing.accounts import Account, check_closing_day, check_subaccount
from billing.errors import BillingError, Reason
from billing.flex import FlexModel
from billing.flex_instances import check_created_with
from billing.holding import Change, free_plan
from billing.inquiries import ACCOUNT_CLOSES
from billing.operations.context import Reading, Writing
from billing.operations.days import check_period_open, checked_day
from billing.operations.members import load_member, save_members
from billing.operations.open_inquiries import decline_open_inquiry
from billing.period import ONE_DAY, Period
from billing.store import accounts, flex_instances, plans_held, state


async def create_account(
    write: Writing,
    *,
    account_sid: str,
    parent_sid: str,
    display_name: str,
    creation_day: date | None,
    flex_model: FlexModel | None = None,
) -> Account:
    """Create an account from a day on: today, or an earlier day in no closed period (3.1, 7.1)."""
    parent = await locked_account(write, parent_sid, "parent_account_sid") if parent_sid else None
    day = checked_day(creation_day, "creation_day") or write.today
    if day > write.today:
        raise BillingError(
            Reason.DAY_OUT_OF_RANGE, f"an account is created today ({write.today}) or on an earlier day", "creation_day"
        )
    await check_period_open(write.connection, Period.of(day), "creation_day")
    if parent is not None:
        check_subaccount(parent, day)
    if flex_model is not None:
        check_created_with(flex_model, top_level=parent is None)
    key = await accounts.next_party_key(write.connection)
    account = Account(
        account_sid,
        parent.family_key if parent else key,
        key,
        parent_sid,
        display_name,
        day,
        parent.end_day if parent else None,
        write.now,
    )
    if not await accounts.insert_account(write.connection, account, write.now, write.cutoff):
        raise BillingError(
            Reason.ACCOUNT_EXISTS,
            f"{account_sid} exists already: leave account_sid empty to have one made",
            "account_sid",
        )
    await accounts.insert_life(write.connection, account, 0, write.now, write.cutoff)
    if parent is None:
        free = free_plan(day, None)
        await plans_held.save_change(write.connection, key, Change([], [free], [free]), write.now, write.cutoff)
    if flex_model is not None:
        await flex_instances.insert_instance(
            write.connection, account, flex_model, day, write.now, write.cutoff, with_account=True
        )
    return account


async def close_account(write: Writing, *, account_sid: str, closing_day: date | None) -> Account:
    """Close an account from a day on, tomorrow at the earliest; a top-level one with its subaccounts (3.1).

    Raises:
        BillingError: in this order, ACCOUNT_NOT_FOUND, ACCOUNT_CLOSED, DAY_OUT_OF_RANGE or PAYER_REQUIRED.
    """
    account = await locked_account(write, account_sid)
    day = checked_day(closing_day, "closing_day") or write.today + ONE_DAY
    check_closing_day(account, day, write.today)
    connection = write.connection
    keys = [account.account_key]
    if account.is_top_level:
        keys = await accounts.account_keys_of_family(connection, account.family_key)
        change = memberships.close(await load_member(write, account), day)
        await save_members(write, {account.family_key: change})
        await decline_open_inquiry(write, account.family_key, ACCOUNT_CLOSES)
    generation = await state.next_account_generation(connection)
    await accounts.cut_lives(connection, account.family_key, keys, day, generation, write.now, write.cutoff)
    return replace(account, end_day=day)


async def get_account(connection: asyncpg.Connection, account_sid: str, field: str = "account_sid") -> Account:
    """The account; ACCOUNT_NOT_FOUND when there is none."""
    account = await accounts.get_account(connection, account_sid)
    if account is None:
        raise no_account(account_sid, field)
    return account


def no_account(account_sid: str, field: str) -> BillingError:
    """There is no such account."""
    return BillingError(Reason.ACCOUNT_NOT_FOUND, f"there is no account {account_sid}", field)


async def locked_account(write: Writing, account_sid: str, field: str = "account_sid") -> Account:
    """The account, its family locked until the transaction ends."""
    await accounts.lock_family_of(write.connection, account_sid)
    return await get_account(write.connection, account_sid, field)


async def list_accounts(
    read: Reading, *, parent_sid: str, top_level_only: bool, after_sid: str, limit: int
) -> list[Account]:
    """Accounts by SID; ACCOUNT_NOT_FOUND when the parent does not exist."""
    if not parent_sid:
        return await accounts.list_accounts(read.connection, after_sid, top_level_only, limit)
    parent = await get_account(read.connection, parent_sid, "parent_account_sid")
    if top_level_only or not parent.is_top_level:
        return []
    return await accounts.list_subaccounts(read.connection, parent.family_key, after_sid, limit)
