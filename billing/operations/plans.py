"""Reading the catalogue, and changing a plan (2, 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from billing import holding
from billing.accounts import Account, check_exists, check_top_level
from billing.catalogue import Catalogue, Plan
from billing.errors import BillingError, Reason
from billing.holding import Change, Held
from billing.operations.accounts import locked_account
from billing.operations.context import Reading, Writing
from billing.operations.days import checked_day
from billing.store import catalogue, plans_held, state
from billing.store.questions import ask_together
from billing.store.state import EVER, EVERYTHING

FOLLOWS = "has its parent's plan"


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A change of plan, confirmed (3.2)."""

    plan_id: str
    active_day: date
    first_charge_day: date | None
    pending: bool
    by_staff: bool


async def get_catalogue(read: Reading, as_of: datetime | None = None) -> Catalogue:
    """The catalogue as known now, or as recorded up to a moment (3.9)."""
    return await catalogue.get_catalogue(read.connection, EVERYTHING, as_of or EVER)


async def get_plan(read: Reading, plan_id: str) -> Plan:
    """One plan; PLAN_NOT_FOUND when there is none."""
    return known_plan(await get_catalogue(read), plan_id)


def known_plan(plans: Catalogue, plan_id: str) -> Plan:
    """The plan of the catalogue; PLAN_NOT_FOUND when there is none."""
    if plan_id not in plans.plans:
        raise BillingError(
            Reason.PLAN_NOT_FOUND, f"there is no plan {plan_id!r}: choose one of {', '.join(plans.plans)}", "plan_id"
        )
    return plans.plans[plan_id]


async def change_plan(
    write: Writing, *, account_sid: str, plan_id: str, start_day: date | None, replace_pending: bool
) -> PlanChange:
    """Change the plan of a top-level account from a day on (3.2 to 3.8)."""
    account = await locked_account(write, account_sid)
    _, change, confirmation = await decide_change(
        write, account, plan_id=plan_id, start_day=start_day, staff=write.caller.staff, replace_pending=replace_pending
    )
    await plans_held.save_change(write.connection, account.family_key, change, write.now, write.cutoff)
    return confirmation


async def decide_change(
    read: Reading,
    account: Account,
    *,
    plan_id: str,
    start_day: date | None,
    staff: bool,
    replace_pending: bool,
    by_inquiry: bool = False,
) -> tuple[Catalogue, Change, PlanChange]:
    """What a change would do, or why it is refused, in the order of the contract.

    By inquiry, the plan may be one that is not self-service (3.7).
    """
    check_top_level(account, FOLLOWS)
    held, plans = await _held_and_catalogue(read, account)
    plan = known_plan(plans, plan_id)
    day = checked_day(start_day, "start_day") or read.today
    holding.check_start_day(day, read.today)
    check_exists(account, day, "start_day")
    if not plan.self_service and not by_inquiry:
        raise BillingError(
            Reason.PLAN_BY_INQUIRY, f"{plan_id} is had by inquiry: contact support with your details", "plan_id"
        )
    change = holding.change_plan(
        held,
        plan_id=plan_id,
        start_day=day,
        today=read.today,
        staff=staff,
        replace_pending=replace_pending,
        self_service_plans=plans.self_service_plans,
    )
    started = holding.held_on(change.held, day)
    assert started is not None
    return plans, change, confirmed(plans, started, read.today)


async def withdraw_change(write: Writing, *, account_sid: str) -> PlanChange:
    """Withdraw the pending change of a top-level account (3.5)."""
    account = await locked_account(write, account_sid)
    check_top_level(account, FOLLOWS)
    held, plans = await _held_and_catalogue(write, account)
    change, withdrawn = holding.withdraw(held, today=write.today, staff=write.caller.staff)
    await plans_held.save_change(write.connection, account.family_key, change, write.now, write.cutoff)
    return confirmed(plans, withdrawn, write.today)


async def _held_and_catalogue(read: Reading, account: Account) -> tuple[list[Held], Catalogue]:
    """The plans that an account holds, and the catalogue as it is known now."""
    held, counts = await ask_together(
        read.connection, [plans_held.current_held.question(account.family_key), state.catalogue_counts.question()]
    )
    return held, await read.store.catalogue.with_versions(read.connection, counts.version_count)


def confirmed(plans: Catalogue, run: Held, today: date) -> PlanChange:
    """The confirmation of a change: the day it is active, and the day of its first charge (3.2)."""
    free = (run.own_price or plans.plans[run.plan_id].on(run.start).price).free
    return PlanChange(
        run.plan_id, run.start, holding.first_charge_day(run.start, free), run.start > today, run.by_staff
    )
