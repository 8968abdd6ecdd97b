"""Commands: accounts are created and closed (3.1)."""

from __future__ import annotations

from datetime import date

from tests.model.contracts import leave_contracts, payer_required
from tests.model.days import ONE_DAY, first_day
from tests.model.flex import create_with_flex, drop_switches, with_flex_eligible
from tests.model.inquiries import decline_open
from tests.model.world import FREE, Account, Refused, World


def create_account(world: World, *, account: str, parent: str = "", day: date | None = None, flex: str = "") -> Account:
    """An account exists from today, or from an earlier day in no closed period (3.1)."""
    above = world.account(parent) if parent else None
    day = day or world.today
    if day > world.today:
        raise Refused("DAY_OUT_OF_RANGE")
    if world.closed and day < first_day(world.next_to_close or ""):
        raise Refused("PERIOD_CLOSED")
    if above:
        _may_be_under(above, day, flex)
    if flex:
        with_flex_eligible(flex)
    if account in world.accounts:
        raise Refused("ACCOUNT_EXISTS")
    made = Account(account, parent, day, above.closing if above else None)
    world.accounts[account] = made
    if flex:
        create_with_flex(world, made, flex)
    if not parent:
        world.plans[account] = dict.fromkeys(world.onward(day), FREE)
    return made


def _may_be_under(above: Account, day: date, flex: str) -> None:
    """A subaccount is of a top-level account, one level deep, within its days, and never created with Flex (7.6)."""
    if above.parent:
        raise Refused("PARENT_IS_SUBACCOUNT")
    if above.closing and above.closing <= day:
        raise Refused("ACCOUNT_CLOSED")
    if day < above.created:
        raise Refused("DAY_OUT_OF_RANGE")
    if flex:
        raise Refused("SUBACCOUNT_WITH_FLEX")


def close_account(world: World, *, account: str, day: date | None = None) -> Account:
    """An account exists up to its closing day, tomorrow at the earliest; its subaccounts close with it (3.1)."""
    closing = world.account(account)
    day = day or world.today + ONE_DAY
    if closing.closing is not None and closing.closing <= max(day, world.today):  # decided: it may close earlier
        raise Refused("ACCOUNT_CLOSED")
    if day <= world.today:
        raise Refused("DAY_OUT_OF_RANGE")
    if not closing.parent:
        payer_required(world, account, world.onward(day))
        leave_contracts(world, account, world.onward(day))
        for gone in world.onward(day):
            world.plans[account].pop(gone, None)
        for change in [change for change in world.changed.get(account, {}) if change >= day]:
            del world.changed[account][change]
        decline_open(world, account)
    for member in world.family(account) if not closing.parent else [closing]:
        member.closing = min(day, member.closing or day)
        drop_switches(world, member.sid, day)
    return closing
