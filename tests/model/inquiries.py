"""Commands: inquiries for a plan that is not self-service (3.7)."""

from __future__ import annotations

from datetime import date

from tests.model.plans import BY_INQUIRY, Change, change_held, in_range, known_plan
from tests.model.world import Held, Inquiry, Pending, Refused, World


def request_plan(world: World, *, account: str, plan: str = BY_INQUIRY) -> Inquiry:
    """An inquiry is opened: one per account, none under a contract."""
    asking = world.top_level(account)
    known_plan(world, plan)
    if plan != BY_INQUIRY:
        raise Refused("PLAN_IS_SELF_SERVICE")
    if asking.closing is not None:
        raise Refused("ACCOUNT_CLOSED")
    if any(day >= world.today for day in world.member.get(account, {})):
        raise Refused("ACCOUNT_IN_CONTRACT")
    if world.plans[account][world.today].plan == plan:
        raise Refused("PLAN_ALREADY_HELD")
    if any(inquiry.account == account and inquiry.state == "open" for inquiry in world.inquiries):
        raise Refused("INQUIRY_OPEN")
    world.inquiries.append(Inquiry(len(world.inquiries), account, plan))
    return world.inquiries[-1]


def resolve_inquiry(world: World, *, inquiry: int, activate: bool, day: date | None = None) -> Change | None:
    """Staff decline it, or activate the plan, which replaces a pending change."""
    if inquiry >= len(world.inquiries):
        raise Refused("INQUIRY_NOT_FOUND")
    found = world.inquiries[inquiry]
    if found.state != "open":
        raise Refused("INQUIRY_RESOLVED")
    change = None
    if activate:
        day = day or world.today
        in_range(world, day)
        closing = world.accounts[found.account].closing
        if closing and day >= closing:
            raise Refused("ACCOUNT_CLOSED")
        change = change_held(world, found.account, Pending(Held(found.plan), day, by_staff=True), replace=True)
    found.state = "activated" if activate else "declined"
    return change


def decline_open(world: World, account: str) -> None:
    """Closing the account or joining a contract declines its inquiry."""
    for inquiry in world.inquiries:
        if inquiry.account == account and inquiry.state == "open":
            inquiry.state = "declined"
