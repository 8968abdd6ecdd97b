"""Commands: plans are changed, changes withdrawn, the past corrected, versions published (2.3, 3.2 to 3.9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.model.catalogue import Guarantee, Price, Version
from tests.model.days import ONE_DAY, first_day, later, period_of
from tests.model.world import FARTHEST_AHEAD, Held, Pending, Refused, World

FREE, BY_INQUIRY = "developer", "personalized"


@dataclass(frozen=True)
class Change:
    """A change as it is confirmed: the active day, the day of the first charge, whether pending and made by staff."""

    plan: str
    day: date
    first_charge: date | None
    pending: bool
    by_staff: bool


def confirmed(world: World, change: Pending) -> Change:
    """A change as it is confirmed (3.2). Decided: a plan is free when it costs nothing on that day."""
    price = change.price or world.version(change.plan, change.day).price
    first = None if price.free else first_day(later(period_of(change.day)))
    return Change(change.plan, change.day, first, change.day > world.today, change.by_staff)


def change_plan(
    world: World, *, account: str, plan: str, day: date | None = None, replace: bool = False, staff: bool = True
) -> Change:
    """A top-level account changes its plan, today or later (3.2 to 3.8)."""
    asking = world.top_level(account)
    known_plan(world, plan)
    day = day or world.today
    in_range(world, day)
    if day < asking.created:
        raise Refused("ACCOUNT_NOT_YET_CREATED")
    if asking.closing and day >= asking.closing:
        raise Refused("ACCOUNT_CLOSED")
    if plan == BY_INQUIRY:  # decided: to staff too, who activate an inquiry instead (3.7)
        raise Refused("PLAN_BY_INQUIRY")
    return change_held(world, account, Pending(plan, None, day, staff), replace=replace)


def change_held(world: World, owner: str, change: Pending, *, replace: bool) -> Change:
    """An owner's plan changes, whoever it is: what 3.4, 3.5 and 3.8 say."""
    pending = world.pending_change(owner)
    if pending and not replace and clashes(world, pending, change):
        raise Refused("CHANGE_PENDING")
    removed = pending if replace else None
    if removed and removed.by_staff and not change.by_staff:
        raise Refused("CHANGE_MADE_BY_STAFF")
    held = {**world.plans[owner], **(without(world.plans[owner], removed) if removed else {})}
    may_change(held, change)
    kept = None if removed else pending
    for day in run_from(held, change.day):
        if kept and day >= kept.day:
            break
        held[day] = Held(change.plan, change.price)
    world.plans[owner] = held
    if removed:
        del world.pending[owner]
    if change.day > world.today:
        world.pending[owner] = change
    return confirmed(world, change)


def may_change(held: dict[date, Held], change: Pending) -> None:
    """What of the plans held, what is removed already gone, refuses a change (3.2, 3.4, 3.8)."""
    replaced = held.get(change.day)
    if not change.by_staff and (replaced is None or replaced.plan == BY_INQUIRY):
        raise Refused("CONTACT_SUPPORT")
    if replaced is None:
        raise Refused("ACCOUNT_IN_CONTRACT")
    if (replaced.plan, replaced.price) == (change.plan, change.price):
        raise Refused("PLAN_ALREADY_HELD")
    if not replaced.assigned and started(held, change.day) == change.day:
        raise Refused("PLAN_STARTED_THAT_DAY")


def clashes(world: World, pending: Pending, change: Pending) -> bool:
    """Whether a change is a second one (3.5). One for today is in force at once and leaves what is pending alone.

    Decided: unless it is to the plan that is pending, which then would be a change to the plan already held.
    """
    return change.day > world.today or (pending.plan, pending.price) == (change.plan, change.price)


def withdraw_change(world: World, *, account: str, staff: bool = True) -> Change:
    """The pending change of a top-level account is withdrawn until its day comes (3.5)."""
    world.top_level(account)
    return withdraw_held(world, account, staff=staff)


def withdraw_held(world: World, owner: str, *, staff: bool) -> Change:
    """The pending change of an owner is withdrawn."""
    pending = world.pending_change(owner)
    if pending is None:
        raise Refused("NO_PENDING_CHANGE")
    if pending.by_staff and not staff:
        raise Refused("CHANGE_MADE_BY_STAFF")
    world.plans[owner].update(without(world.plans[owner], pending))
    del world.pending[owner]
    return confirmed(world, pending)


def without(held: dict[date, Held], pending: Pending) -> dict[date, Held]:
    """What an owner holds from the pending change's day on without it: what it held the day before."""
    before = held.get(pending.day - ONE_DAY, Held(FREE, assigned=True))
    return dict.fromkeys(run_from(held, pending.day), before)


def run_from(held: dict[date, Held], day: date) -> list[date]:
    """The days from one on, without a gap, on which an owner holds a plan: a contract joined ends its own."""
    days = []
    while day in held:
        days.append(day)
        day += ONE_DAY
    return days


def started(held: dict[date, Held], day: date) -> date:
    """The day on which the plan held on a day started."""
    while held.get(day - ONE_DAY) == held[day]:
        day -= ONE_DAY
    return day


def known_plan(world: World, plan: str) -> None:
    """The plan must be of the catalogue."""
    if plan not in world.versions:
        raise Refused("PLAN_NOT_FOUND")


def in_range(world: World, day: date) -> None:
    """The day must be today or later, at most 366 days ahead (3.2)."""
    if not world.today <= day <= world.today + FARTHEST_AHEAD:
        raise Refused("DAY_OUT_OF_RANGE")


def correct_history(
    world: World, *, owner: str, start: date, end: date | None = None, plan: str, price: Price | None = None
) -> None:
    """On these days the owner held the plan; other days stay (3.9)."""
    if owner in world.accounts:
        account = world.top_level(owner)
        known_plan(world, plan)
        correctable(world, start, end)
        if start < account.created:
            raise Refused("ACCOUNT_NOT_YET_CREATED")
        if account.closing and (start >= account.closing or (end and end > account.closing)):
            raise Refused("ACCOUNT_CLOSED")
        if any(day in world.member.get(owner, {}) for day in world.onward(start, end)):
            raise Refused("ACCOUNT_IN_CONTRACT")
    elif owner in world.contracts:
        contract = world.contracts[owner]
        known_plan(world, plan)
        correctable(world, start, end)
        if start < contract.start or (contract.end and (start >= contract.end or (end and end > contract.end))):
            raise Refused("CONTRACT_NOT_IN_FORCE")
    else:
        raise Refused("ACCOUNT_NOT_FOUND" if owner.startswith("AC") else "CONTRACT_NOT_FOUND")
    held = world.plans[owner]
    for day in world.onward(start, end):
        if day in held:
            held[day] = Held(plan, price)
    pending = world.pending_change(owner)
    if pending and start <= pending.day and (end is None or pending.day < end):
        del world.pending[owner]


def correctable(world: World, start: date, end: date | None) -> None:
    """A correction begins today or earlier, within the reach of 4.3."""
    if not world.reach <= start <= world.today or (end is not None and end <= start):
        raise Refused("DAY_OUT_OF_RANGE")


def publish_version(
    world: World, *, plan: str, day: date, price: Price, guarantees: tuple[tuple[int, Guarantee], ...] = ()
) -> Version:
    """A version takes effect tomorrow or later, one per plan and day (2.3)."""
    known_plan(world, plan)
    if not world.today < day <= world.today + FARTHEST_AHEAD:
        raise Refused("DAY_OUT_OF_RANGE")
    versions = world.versions[plan]
    if any(version.day == day for version in versions):
        raise Refused("VERSION_EXISTS")
    versions.append(Version(len(versions) + 1, day, price, tuple(sorted(guarantees, key=lambda pair: pair[0]))))
    return versions[-1]
