"""Commands: plans are changed, changes withdrawn, the past corrected, versions published (2.3, 3.2 to 3.9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.model.catalogue import Guarantee, Price, Version
from tests.model.days import ONE_DAY, days_from, first_day, later, period_of
from tests.model.world import FARTHEST_AHEAD, Held, Pending, Refused, World

BY_INQUIRY = "personalized"


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
    price = change.held.price or world.version(change.held.plan, change.day).price
    first = None if price.free else first_day(later(period_of(change.day)))
    return Change(change.held.plan, change.day, first, change.day > world.today, change.by_staff)


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
    return change_held(world, account, Pending(Held(plan), day, staff), replace=replace)


def change_held(world: World, owner: str, change: Pending, *, replace: bool) -> Change:
    """An owner's plan changes, whoever it is: what 3.2, 3.4, 3.5 and 3.8 say."""
    pending = world.pending(owner)
    if pending and not replace and (change.day > world.today or pending.held == change.held):
        # 3.5; decided: so is one for today to the plan that is pending, which then would be held already
        raise Refused("CHANGE_PENDING")
    if pending and replace and pending.by_staff and not change.by_staff:
        raise Refused("CHANGE_MADE_BY_STAFF")
    kept = world.plans[owner].copy(), world.changed.get(owner, {}).copy()
    if pending and replace:
        world.take_back(owner, pending.day)
    try:
        may_change(world, owner, change)
    except Refused:
        world.plans[owner], world.changed[owner] = kept
        raise
    world.write(owner, change.day, change.held)
    world.changed.setdefault(owner, {})[change.day] = change.by_staff
    return confirmed(world, change)


def may_change(world: World, owner: str, change: Pending) -> None:
    """What of the plans held refuses a change (3.2, 3.4, 3.8)."""
    replaced = world.held(owner, change.day)
    if not change.by_staff and (replaced is None or replaced.plan == BY_INQUIRY):
        raise Refused("CONTACT_SUPPORT")
    if replaced is None:
        raise Refused("ACCOUNT_IN_CONTRACT")
    if replaced == change.held:
        raise Refused("PLAN_ALREADY_HELD")
    begins = owner in world.contracts and world.contracts[owner].start == change.day
    if begins or change.day in world.changed.get(owner, {}):
        # decided: what a correction brought on that day did not start by a change
        raise Refused("PLAN_STARTED_THAT_DAY")


def withdraw_change(world: World, *, account: str, staff: bool = True) -> Change:
    """The pending change of a top-level account is withdrawn until its day comes (3.5)."""
    world.top_level(account)
    return withdraw_held(world, account, staff=staff)


def withdraw_held(world: World, owner: str, *, staff: bool) -> Change:
    """The pending change of an owner is withdrawn."""
    pending = world.pending(owner)
    if pending is None:
        raise Refused("NO_PENDING_CHANGE")
    if pending.by_staff and not staff:
        raise Refused("CHANGE_MADE_BY_STAFF")
    world.take_back(owner, pending.day)
    return confirmed(world, pending)


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
    """On these days the owner held the plan; other days stay (3.9). Decided: an open end is the next membership."""
    if owner in world.accounts:
        account = world.top_level(owner)
        known_plan(world, plan)
        correctable(world, start, end)
        if start < account.created:
            raise Refused("ACCOUNT_NOT_YET_CREATED")
        if account.closing and (start >= account.closing or (end and end > account.closing)):
            raise Refused("ACCOUNT_CLOSED")
        if any(day in world.member.get(owner, {}) for day in days_from(start, end or start + ONE_DAY)):
            raise Refused("ACCOUNT_IN_CONTRACT")
    elif owner in world.contracts:
        contract = world.contracts[owner]
        known_plan(world, plan)
        correctable(world, start, end)
        if start < contract.start or (contract.end and (start >= contract.end or (end and end > contract.end))):
            raise Refused("CONTRACT_NOT_IN_FORCE")
    else:
        raise Refused("ACCOUNT_NOT_FOUND" if owner.startswith("AC") else "CONTRACT_NOT_FOUND")
    day = start
    while day in world.plans[owner] and day != end:
        world.plans[owner][day] = Held(plan, price)
        world.changed.get(owner, {}).pop(day, None)
        day += ONE_DAY


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
