"""Reading contracts (3.10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from billing import holding
from billing.contracts import Contract, Membership, Payer
from billing.errors import BillingError, Reason
from billing.holding import Held
from billing.operations.accounts import get_account
from billing.operations.context import Reading
from billing.operations.days import checked_day
from billing.operations.plans import PlanChange, confirmed, get_catalogue
from billing.period import day_of
from billing.store import accounts, contract_memberships, contract_payers, contracts, plans_held
from billing.store.contracts import ContractRow
from billing.store.state import EVER


@dataclass(frozen=True, slots=True)
class ContractView:
    """A contract as it is on a day.

    Attributes:
        contract: the contract.
        memberships: all of them, by account and first day.
        sids: of its members and payers, by key.
        run: the plan it holds on the day; None before its first day and from its end on.
        pending: the change of its plan that is pending, if one is.
    """

    contract: Contract
    memberships: list[Membership]
    sids: dict[int, str]
    run: Held | None
    pending: PlanChange | None


async def get_contract(read: Reading, *, contract_sid: str, day: date | None, as_of: datetime | None) -> ContractView:
    """The contract on a day, with what was recorded up to a moment (3.9). In a snapshot. CONTRACT_NOT_FOUND."""
    asked = checked_day(day, "day") or read.today
    row = await get_row(read, contract_sid)
    if as_of is not None and as_of < row.record_time:
        raise BillingError(
            Reason.CONTRACT_NOT_FOUND, f"{contract_sid} was recorded after {as_of.isoformat()}", "contract_sid"
        )
    [found] = await views(read, [row], asked, as_of)
    return found


async def list_rows(read: Reading, *, member_sid: str, after_sid: str, limit: int) -> list[ContractRow]:
    """Contracts by SID, without what is dated: all, or those of a member. ACCOUNT_NOT_FOUND."""
    if not member_sid:
        return await contracts.list_contracts(read.connection, after_sid, limit)
    member = await get_account(read.connection, member_sid, "member_account_sid")
    key = member.account_key  # that of a subaccount is in no membership
    return await contracts.list_contracts_of_member(read.connection, after_sid, limit, key)


async def view(read: Reading, contract_sid: str) -> ContractView:
    """The contract as it is today, with what this transaction has written."""
    [found] = await views(read, [await get_row(read, contract_sid)], read.today)
    return found


async def get_row(read: Reading, contract_sid: str) -> ContractRow:
    """The contract without what is dated; CONTRACT_NOT_FOUND when there is none."""
    row = await contracts.get_contract(read.connection, contract_sid)
    if row is None:
        raise BillingError(Reason.CONTRACT_NOT_FOUND, f"there is no contract {contract_sid}", "contract_sid")
    return row


async def views(
    read: Reading, rows: Sequence[ContractRow], day: date, as_of: datetime | None = None
) -> list[ContractView]:
    """Contracts on a day, with what was recorded up to a moment, or until now. In a snapshot."""
    keys, moment = [row.contract_key for row in rows], as_of or EVER
    held = await plans_held.held_of_owners(read.connection, keys, moment)
    payers = await contract_payers.payers_of_contracts(read.connection, keys, moment)
    members = await contract_memberships.memberships_of_contracts(read.connection, keys, moment)
    sids = await accounts.top_level_sids(read.connection, {row.family_key for key in keys for row in members[key]})
    plans = await get_catalogue(read, as_of)
    today = day_of(as_of, read.store.zone) if as_of else read.today
    made = []
    for row in rows:
        runs = held[row.contract_key]
        waiting = holding.pending(runs, today)
        found = sorted(members[row.contract_key], key=lambda each: (sids[each.family_key], each.start))
        made.append(
            ContractView(
                contract_of(row, runs, payers[row.contract_key]),
                found,
                sids,
                holding.held_on(runs, day),
                confirmed(plans, waiting, today) if waiting else None,
            )
        )
    return made


def contract_of(row: ContractRow, held: Sequence[Held], payers: Sequence[Payer]) -> Contract:
    """The contract with what is dated."""
    return Contract(row.contract_sid, row.contract_key, row.display_name, row.record_time, held, payers)
