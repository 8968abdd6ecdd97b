"""Ending contracts, and changing their plan and their payer (3.10)."""

from __future__ import annotations

from datetime import date

from billing import contracts as rules
from billing import holding, memberships
from billing.contracts import Contract, Payer, Rows, check_in_force
from billing.errors import BillingError, Reason
from billing.holding import Change
from billing.operations.accounts import locked_account
from billing.operations.context import Writing
from billing.operations.contract_views import ContractView, contract_of, get_row, view
from billing.operations.days import checked_day
from billing.operations.members import load_member, lock_members, save_members
from billing.operations.plans import PlanChange, confirmed, get_catalogue, known_plan
from billing.period import ONE_DAY
from billing.store import accounts, contract_memberships, contract_payers, plans_held
from billing.store import contracts as store
from billing.store.contracts import ContractRow
from billing.support import PlanPrice


async def change_contract_plan(
    write: Writing,
    *,
    contract_sid: str,
    plan_id: str,
    own_price: PlanPrice | None,
    start_day: date | None,
    replace_pending: bool,
) -> tuple[PlanChange, ContractView]:
    """Change the plan of a contract, or its own price for it, from a day on (3.2 to 3.5, 2.4)."""
    contract = await locked_contract(write, contract_sid)
    plans = await get_catalogue(write)
    known_plan(plans, plan_id)
    day = checked_day(start_day, "start_day") or write.today
    holding.check_start_day(day, write.today)
    check_in_force(contract, day, "start_day")
    change = holding.change_plan(
        contract.held,
        plan_id=plan_id,
        start_day=day,
        today=write.today,
        staff=True,
        replace_pending=replace_pending,
        self_service_plans=plans.self_service_plans,
        own_price=own_price,
    )
    started = holding.held_on(change.held, day)
    assert started is not None
    await save_plans(write, contract, change)
    return confirmed(plans, started, write.today), await view(write, contract_sid)


async def withdraw_contract_plan_change(write: Writing, *, contract_sid: str) -> tuple[PlanChange, ContractView]:
    """Withdraw the pending change of a contract's plan (3.5)."""
    contract = await locked_contract(write, contract_sid)
    change, withdrawn = holding.withdraw(contract.held, today=write.today, staff=True, field="contract_sid")
    await save_plans(write, contract, change)
    return confirmed(await get_catalogue(write), withdrawn, write.today), await view(write, contract_sid)


async def change_contract_payer(
    write: Writing, *, contract_sid: str, payer_sid: str, start_day: date | None
) -> ContractView:
    """Make a member the payer from a day on (3.10)."""
    contract = await locked_contract(write, contract_sid)
    member = await load_member(write, await locked_account(write, payer_sid, "payer_account_sid"))
    day = checked_day(start_day, "start_day") or write.today
    change = rules.change_payer(contract, member.account.account_key, day, member.memberships, write.today)
    await save_payers(write, contract, change)
    return await view(write, contract_sid)


async def end_contract(write: Writing, *, contract_sid: str, end_day: date | None) -> ContractView:
    """End a contract from a day on; its members fall back to the free plan (3.10)."""
    contract = await locked_contract(write, contract_sid)
    day = checked_day(end_day, "end_day") or write.today + ONE_DAY
    rules.check_ends_on(contract, day, write.today)
    key = contract.contract_key
    rows = (await contract_memberships.memberships_of_contracts(write.connection, [key]))[key]
    members = await lock_members(write, {row.family_key for row in rows if row.end is None or row.end > day})
    changes = {
        family: memberships.end_with(member, contract, end_day=day, today=write.today)
        for family, member in members.items()
    }
    await save_members(write, changes)
    await save_payers(write, contract, rules.end_payers(contract.payers, day))
    await save_plans(write, contract, holding.end_holding(contract.held, day))
    return await view(write, contract_sid)


async def insert_contract(write: Writing, contract_sid: str, display_name: str) -> ContractRow:
    """Record a contract without what is dated; CONTRACT_EXISTS when the SID is taken."""
    row = ContractRow(await accounts.next_party_key(write.connection), contract_sid, display_name, write.now)
    if not await store.insert_contract(write.connection, row, write.cutoff):
        raise BillingError(
            Reason.CONTRACT_EXISTS,
            f"{contract_sid} exists already: leave contract_sid empty to have one made",
            "contract_sid",
        )
    return row


async def locked_contract(write: Writing, contract_sid: str) -> Contract:
    """The contract, locked until the transaction ends. To be locked before the families."""
    row = await get_row(write, contract_sid)
    await store.lock_contract(write.connection, row.contract_key)
    held = await plans_held.current_held(write.connection, row.contract_key)
    payers = await contract_payers.payers_of_contracts(write.connection, [row.contract_key])
    return contract_of(row, held, payers[row.contract_key])


async def save_payers(write: Writing, contract: Contract, change: Rows[Payer]) -> None:
    """Supersede and record payers of a contract."""
    await contract_payers.save_payers(write.connection, contract.contract_key, change, write.now, write.cutoff)


async def save_plans(write: Writing, contract: Contract, change: Change) -> None:
    """Supersede and record plans of a contract."""
    await plans_held.save_change(write.connection, contract.contract_key, change, write.now, write.cutoff)
