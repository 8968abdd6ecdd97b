"""Reading the catalogue, and holding and changing a plan (2, 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from billing import holding
from billing.accounts import Account, check_top_level, closed
from billing.catalogue import Catalogue, Plan
from billing.errors import BillingError, Reason
from billing.holding import Change, Held
from billing.operations.accounts import account_as_of, get_account, locked_account
from billing.operations.context import Reading, Writing
from billing.operations.days import checked_day
from billing.period import day_of
from billing.store import catalogue, plans_held
from billing.store.state import EVERYTHING

EVER = datetime.max.replace(tzinfo=UTC)
FOLLOWS = "has its parent's plan"


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A change of plan, confirmed (3.2)."""

    plan_id: str
    active_day: date
    first_charge_day: date | None
    pending: bool
    by_staff: bool


@dataclass(frozen=True, slots=True)
class Subscription:
    """The plan an account has on a day (3.12); `run` is None when it has none."""

    account: Account
    owner_sid: str
    day: date
    run: Held | None
    version_number: int
    since_day: date | None
    end_day: date | None
    pending: PlanChange | None


async def get_catalogue(read: Reading) -> Catalogue:
    """The catalogue as known now."""
    return await catalogue.get_catalogue(read.connection, EVERYTHING)


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


async def get_subscription(
    read: Reading, *, account_sid: str, day: date | None, as_of: datetime | None
) -> Subscription:
    """The plan an account has on a day, with what was recorded up to a moment (3.9, 3.12)."""
    asked = checked_day(day, "day") or read.today
    account = await account_as_of(read.connection, account_sid, as_of)
    if account is None:  # not recorded by then
        account = await get_account(read.connection, account_sid)
        return Subscription(account, "", asked, None, 0, None, None, None)
    held = await _held(read, account, as_of)
    run = holding.held_on(held, asked)
    if not account.exists_on(asked):
        run = None  # a subaccount has its parent's plan on its own days only
    plans = await get_catalogue(read)
    today = day_of(as_of, read.store.zone) if as_of else read.today
    waiting = holding.pending(held, today) if account.end_day is None or account.end_day > today else None
    owner = account.account_sid if account.is_top_level else account.parent_sid
    return Subscription(
        account,
        owner,
        asked,
        run,
        plans.plans[run.plan_id].on(asked).number if run else 0,
        holding.since(held, run) if run else None,
        _earlier(holding.until(held, run), account.end_day) if run else None,
        confirmed(plans, waiting, today) if waiting else None,
    )


async def list_subscriptions(
    read: Reading,
    *,
    account_sid: str,
    as_of: datetime | None,
    include_superseded: bool,
    after: tuple[date, int],
    limit: int,
) -> tuple[str, list[Held]]:
    """The SID of the owner, and a page of the runs of days on which it held a plan."""
    account = await get_account(read.connection, account_sid)
    runs = await plans_held.list_held(
        read.connection, account.family_key, as_of or EVER, include_superseded, after, limit
    )
    return account.parent_sid or account.account_sid, runs


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
    read: Reading, account: Account, *, plan_id: str, start_day: date | None, staff: bool, replace_pending: bool
) -> tuple[Catalogue, Change, PlanChange]:
    """What a change would do, or why it is refused, in the order of the contract."""
    check_top_level(account, FOLLOWS)
    plans = await get_catalogue(read)
    plan = known_plan(plans, plan_id)
    day = checked_day(start_day, "start_day") or read.today
    holding.check_start_day(day, read.today)
    _check_exists(account, day)
    if not plan.self_service:
        raise BillingError(
            Reason.PLAN_BY_INQUIRY, f"{plan_id} is had by inquiry: contact support with your details", "plan_id"
        )
    held = await plans_held.current_held(read.connection, account.family_key)
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
    held = await plans_held.current_held(write.connection, account.family_key)
    change, withdrawn = holding.withdraw(held, today=write.today, staff=write.caller.staff)
    await plans_held.save_change(write.connection, account.family_key, change, write.now, write.cutoff)
    return confirmed(await get_catalogue(write), withdrawn, write.today)


def confirmed(plans: Catalogue, run: Held, today: date) -> PlanChange:
    """The confirmation of a change: the day it is active, and the day of its first charge (3.2)."""
    free = plans.plans[run.plan_id].on(run.start).price.free
    return PlanChange(
        run.plan_id, run.start, holding.first_charge_day(run.start, free), run.start > today, run.by_staff
    )


async def _held(read: Reading, account: Account, as_of: datetime | None) -> list[Held]:
    if as_of is None:
        return await plans_held.current_held(read.connection, account.family_key)
    return await plans_held.held_as_of(read.connection, account.family_key, as_of)


def _earlier(first: date | None, second: date | None) -> date | None:
    return min((day for day in (first, second) if day), default=None)


def _check_exists(account: Account, day: date) -> None:
    if day < account.start_day:
        raise BillingError(
            Reason.ACCOUNT_NOT_YET_CREATED, f"{account.account_sid} exists from {account.start_day}", "start_day"
        )
    if not account.exists_on(day):
        raise closed(account, "start_day")
