"""Contracts and their members: creating a contract, joining and leaving (3.10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from billing.accounts import Account, check_top_level
from billing.contracts import Contract, Payer, Rows, check_dated, check_member_throughout
from billing.errors import BillingError, Reason
from billing.holding import Change, Held, Origin
from billing.inquiries import JOINS_CONTRACT
from billing.memberships import Member, MemberChange, join, leave, withdraw_change
from billing.operations.accounts import locked_account, no_account
from billing.operations.context import Writing
from billing.operations.contract_views import ContractView, contract_of, view
from billing.operations.contracts import insert_contract, locked_contract, save_payers, save_plans
from billing.operations.days import checked_day
from billing.operations.members import load_member, lock_members, save_members
from billing.operations.open_inquiries import decline_open_inquiry
from billing.operations.plans import FOLLOWS, get_plan
from billing.period import ONE_DAY
from billing.store import accounts
from billing.support import PlanPrice


async def create_contract(
    write: Writing,
    *,
    contract_sid: str,
    display_name: str,
    start_day: date | None,
    plan_id: str,
    own_price: PlanPrice | None,
    member_sids: Sequence[str],
    payer_sid: str,
) -> ContractView:
    """Create a contract over top-level accounts, which join on its first day.

    Raises:
        BillingError: in this order, CONTRACT_EXISTS, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE, NOT_A_MEMBER (the payer), for
            each member as `add_member`, and NOT_A_MEMBER once more when the payer is one that closes.
    """
    day = checked_day(start_day, "start_day") or write.today
    first = Held(plan_id, day, None, Origin.ASSIGNED, by_staff=True, own_price=own_price)
    contract = contract_of(await insert_contract(write, contract_sid, display_name), [first], [])
    await get_plan(write, plan_id)
    check_dated(day, write.today, "start_day")
    if payer_sid not in member_sids:
        raise BillingError(
            Reason.NOT_A_MEMBER, f"{payer_sid} is none of the members: choose one of them", "payer_account_sid"
        )
    changes, payer_key = await _join_all(write, contract, member_sids, payer_sid)
    check_member_throughout(contract, day, changes[payer_key].memberships.current, "payer_account_sid")
    await save_members(write, changes)
    await save_plans(write, contract, Change([], [first], [first]))
    payer = Payer(contract.contract_key, payer_key, day, None)
    await save_payers(write, contract, Rows.between([], [payer]))
    for family_key in changes:
        await decline_open_inquiry(write, family_key, JOINS_CONTRACT)
    return await view(write, contract_sid)


async def add_member(
    write: Writing, *, contract_sid: str, account_sid: str, start_day: date | None, end_day: date | None
) -> ContractView:
    """Add a top-level account to a contract from a day on.

    Raises:
        BillingError: in this order, CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, DAY_OUT_OF_RANGE,
            CONTRACT_NOT_IN_FORCE, ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED, ACCOUNT_IN_CONTRACT or PAYER_REQUIRED.
    """
    contract, member = await _locked(write, contract_sid, account_sid)
    check_top_level(member.account, FOLLOWS)
    start = checked_day(start_day, "start_day") or write.today
    end = checked_day(end_day, "end_day")
    change = join(member, contract, start_day=start, end_day=end, today=write.today)
    await save_members(write, {member.account.family_key: change})
    if any(row.end is None or row.end > write.today for row in change.memberships.recorded):
        await decline_open_inquiry(write, member.account.family_key, JOINS_CONTRACT)
    return await view(write, contract_sid)


async def remove_member(write: Writing, *, contract_sid: str, account_sid: str, end_day: date | None) -> ContractView:
    """End a membership from a day on; the account falls back to the free plan.

    Raises:
        BillingError: in this order, CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, DAY_OUT_OF_RANGE, NOT_A_MEMBER or
            PAYER_REQUIRED.
    """
    contract, member = await _locked(write, contract_sid, account_sid)
    day = checked_day(end_day, "end_day") or write.today + ONE_DAY
    change = leave(member, contract, end_day=day, today=write.today)
    await save_members(write, {member.account.family_key: change})
    return await view(write, contract_sid)


async def withdraw_membership_change(write: Writing, *, contract_sid: str, account_sid: str) -> ContractView:
    """Withdraw the joining or the leaving of an account that is still to come.

    Raises:
        BillingError: in this order, CONTRACT_NOT_FOUND, ACCOUNT_NOT_FOUND, NO_MEMBERSHIP_CHANGE, ACCOUNT_IN_CONTRACT or
            PAYER_REQUIRED.
    """
    contract, member = await _locked(write, contract_sid, account_sid)
    change = withdraw_change(member, contract, today=write.today)
    await save_members(write, {member.account.family_key: change})
    return await view(write, contract_sid)


async def _locked(write: Writing, contract_sid: str, account_sid: str) -> tuple[Contract, Member]:
    """The contract and the account, locked in this order."""
    contract = await locked_contract(write, contract_sid)
    return contract, await load_member(write, await locked_account(write, account_sid))


async def _join_all(
    write: Writing, contract: Contract, member_sids: Sequence[str], payer_sid: str
) -> tuple[dict[int, MemberChange], int]:
    """What becomes of each account that joins with the contract, by key; and the key of the payer."""
    found = await accounts.get_accounts(write.connection, member_sids)
    members = await lock_members(write, {each.family_key for each in found.values()})
    changes: dict[int, MemberChange] = {}
    for index, sid in enumerate(member_sids):
        field = f"member_account_sids[{index}]"
        account = _top_level(found, sid, field)
        if account.family_key in changes:
            raise BillingError(Reason.ACCOUNT_IN_CONTRACT, f"{sid} is named twice: name it once", field)
        changes[account.family_key] = join(
            members[account.family_key],
            contract,
            start_day=contract.start_day,
            end_day=None,
            today=write.today,
            field=field,
        )
    return changes, found[payer_sid].family_key


def _top_level(found: dict[str, Account], sid: str, field: str) -> Account:
    if sid not in found:
        raise no_account(sid, field)
    check_top_level(found[sid], FOLLOWS, field)
    return found[sid]
