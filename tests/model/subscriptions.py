"""The plan an account has on a day (3.12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.model.days import ONE_DAY
from tests.model.plans import Change, confirmed
from tests.model.world import World


@dataclass(frozen=True)
class Subscription:
    """Owner, plan, version, since when and up to when without a break, and what is pending for the owner.

    Without a plan all is empty but what is pending.
    """

    owner: str
    plan: str
    version: int
    since: date | None
    end: date | None
    pending: Change | None


NO_PLAN = Subscription("", "", 0, None, None, None)


def subscription(world: World, account: str, day: date) -> Subscription:
    """The plan an account has on a day, with what is known."""
    if account not in world.accounts or not world.exists(account, day):
        return NO_PLAN
    owner = world.owner(account, day)
    plan = world.plans[owner][day].plan
    pending = world.pending(owner)
    if pending and not (world.exists(account, pending.day) and world.owner(account, pending.day) == owner):
        pending = None  # decided: nothing is pending for an account that is closed or has left by then
    return Subscription(
        owner,
        plan,
        world.version(plan, day).number,
        world.since(owner, day),
        _end(world, account, day),
        confirmed(world, pending) if pending else None,
    )


def _end(world: World, account: str, day: date) -> date | None:
    """The day the account no longer has the plan, if one is known: it ends, or the account leaves or closes."""
    owner = world.owner(account, day)
    plan = world.plans[owner][day].plan
    while world.exists(account, day) and world.owner(account, day) == owner:
        if day not in world.plans[owner] or world.plans[owner][day].plan != plan:
            break
        day += ONE_DAY
        if day == world.horizon:
            return None
    return day
