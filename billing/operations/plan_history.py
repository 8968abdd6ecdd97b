"""Correcting which plans an owner held (3.9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from billing.accounts import Account, check_exists, check_top_level, closed
from billing.contracts import Contract, check_in_force
from billing.errors import BillingError, Reason, invalid
from billing.history import check_correction_days, correct, first_day_not_held
from billing.holding import Held
from billing.operations import plans
from billing.operations.accounts import locked_account
from billing.operations.context import Writing
from billing.operations.contracts import locked_contract
from billing.operations.days import checked_day
from billing.operations.owners import CONTRACT_PREFIX, owner_key
from billing.store import plans_held
from billing.support import PlanPrice


async def correct_plan_history(
    write: Writing,
    *,
    owner_sid: str,
    plan_id: str,
    own_price: PlanPrice | None,
    start_day: date,
    end_day: date | None,
) -> list[Held]:
    """On the days given the owner, a top-level account or a contract, held the plan given (3.9).

    Returns:
        The runs of days that were recorded.

    Raises:
        BillingError: in this order, INVALID_FIELD (an own price of an account), ACCOUNT_NOT_FOUND or
            CONTRACT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE, ACCOUNT_NOT_YET_CREATED,
            ACCOUNT_CLOSED, CONTRACT_NOT_IN_FORCE or ACCOUNT_IN_CONTRACT.
    """
    is_contract = owner_sid.startswith(CONTRACT_PREFIX)
    if own_price is not None and not is_contract:
        raise invalid("own_price", "only a contract has a price of its own: leave own_price out")
    key = await owner_key(write.connection, owner_sid, "owner_sid")
    owner = await (locked_contract(write, owner_sid) if is_contract else _locked_account(write, owner_sid))
    await plans.get_plan(write, plan_id)
    checked_day(start_day, "start_day")
    checked_day(end_day, "end_day")
    check_correction_days(start_day, end_day, write.today)
    held = await plans_held.current_held(write.connection, key)
    if isinstance(owner, Contract):
        _check_in_force(owner, held, start_day, end_day)
    else:
        _check_own_days(owner, held, start_day, end_day)
    change = correct(held, plan_id=plan_id, own_price=own_price, start_day=start_day, end_day=end_day)
    await plans_held.save_change(write.connection, key, change, write.now, write.cutoff)
    return [replace(run, record_time=write.now) for run in change.recorded]


async def _locked_account(write: Writing, account_sid: str) -> Account:
    account = await locked_account(write, account_sid, "owner_sid")
    check_top_level(account, plans.FOLLOWS, "owner_sid")
    return account


def _check_own_days(account: Account, held: Sequence[Held], start_day: date, end_day: date | None) -> None:
    """The account exists on the days, and is under no contract."""
    check_exists(account, start_day, "start_day")
    if end_day is not None and account.end_day is not None and end_day > account.end_day:
        raise closed(account, "end_day")
    day = first_day_not_held(held, start_day, end_day)
    if day is not None:
        raise BillingError(
            Reason.ACCOUNT_IN_CONTRACT,
            f"{account.account_sid} is under a contract on {day}: correct the plan of the contract, or other days",
            "start_day" if day == start_day else "end_day",
        )


def _check_in_force(contract: Contract, held: Sequence[Held], start_day: date, end_day: date | None) -> None:
    """The contract is in force on the days, which has a plan on each of its own."""
    day = first_day_not_held(held, start_day, end_day)
    if day is not None:
        check_in_force(contract, day, "start_day" if day == start_day else "end_day")
