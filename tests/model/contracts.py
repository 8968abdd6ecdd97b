"""Commands: contracts, their members, payers, plans and ends (3.10, dated back by 3.9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tests.model.catalogue import Price
from tests.model.days import ONE_DAY
from tests.model.inquiries import decline_open
from tests.model.plans import (
    FREE,
    Change,
    change_held,
    in_range,
    known_plan,
    run_from,
    withdraw_held,
)
from tests.model.world import FARTHEST_AHEAD, Contract, Held, Pending, Refused, World

ASSIGNED = Held(FREE, assigned=True)


def create_contract(
    world: World,
    *,
    contract: str,
    plan: str,
    members: list[str],
    payer: str,
    start: date | None = None,
    price: Price | None = None,
) -> Contract:
    """A contract covers several top-level accounts from its first day on."""
    if contract in world.contracts:
        raise Refused("CONTRACT_EXISTS")
    known_plan(world, plan)
    start = start or world.today
    _dated(world, start)
    if payer not in members:
        raise Refused("NOT_A_MEMBER")
    made = Contract(contract, start)
    for account in members:
        _may_join(world, made, account, start, None)
    if world.accounts[payer].closing:
        raise Refused("NOT_A_MEMBER")  # it must be one on every day
    world.contracts[contract] = made
    days = world.onward(start)
    world.plans[contract] = dict.fromkeys(days, Held(plan, price))
    world.payers[contract] = dict.fromkeys(days, payer)
    for account in members:
        _join(world, contract, account, days)
    return made


def add_member(
    world: World, *, contract: str, account: str, start: date | None = None, end: date | None = None
) -> Contract:
    """A top-level account joins at the start of a day; leaving another contract on that day is one move."""
    joined = _contract(world, contract)
    world.top_level(account)
    start = start or world.today
    _dated(world, start)
    _may_join(world, joined, account, start, end)
    _join(world, contract, account, world.onward(start, _first(end, joined.end)))
    return joined


def _may_join(world: World, contract: Contract, account: str, start: date, end: date | None) -> None:
    joining = world.top_level(account)
    if start < contract.start or (contract.end and (start >= contract.end or (end and end > contract.end))):
        raise Refused("CONTRACT_NOT_IN_FORCE")
    if start < joining.created:
        raise Refused("ACCOUNT_NOT_YET_CREATED")
    if joining.closing and (start >= joining.closing or (end and end > joining.closing)):
        raise Refused("ACCOUNT_CLOSED")
    member = world.member.get(account, {})
    left = member.get(start)
    days = world.onward(start, end)
    stays = run_of(member, start) if left else []
    if left == contract.sid or any(day in member and day not in stays for day in days):
        raise Refused("ACCOUNT_IN_CONTRACT")
    if left:
        _payer_required(world, left, account, stays)


def run_of(member: dict[date, str], day: date) -> list[date]:
    """The days from one on, without a gap, on which an account is a member of the same contract."""
    days, contract = [], member.get(day)
    while contract and member.get(day) == contract:
        days.append(day)
        day += ONE_DAY
    return days


def _join(world: World, contract: str, account: str, days: list[date]) -> None:
    """The account's own plan ends, and what is pending from the joining day on is withdrawn (3.10)."""
    closing = world.accounts[account].closing
    days = [day for day in days if closing is None or day < closing]
    member = world.member.setdefault(account, {})
    for day in run_of(member, days[0]):
        del member[day]
        world.plans[account][day] = ASSIGNED
    pending = world.pending.get(account)
    if pending and pending.day >= days[0]:
        del world.pending[account]
    own = world.plans[account]
    for day in run_from(own, days[0]):
        own[day] = ASSIGNED  # on leaving it falls back to developer
    for day in days:
        member[day] = contract
        own.pop(day, None)
    decline_open(world, account)


def remove_member(world: World, *, contract: str, account: str, end: date | None = None) -> Contract:
    """A member leaves at the start of a day and falls back to developer."""
    left = _contract(world, contract)
    world.account(account)
    end = end or world.today + ONE_DAY
    _dated(world, end)
    days = run_of(world.member.get(account, {}), end)
    if world.member.get(account, {}).get(end) != contract:
        raise Refused("NOT_A_MEMBER")
    _payer_required(world, contract, account, days)
    _leave(world, account, days)
    return left


def withdraw_membership(world: World, *, contract: str, account: str) -> Contract:
    """The joining or the leaving that is still to come is withdrawn."""
    found = _contract(world, contract)
    world.account(account)
    member = world.member.get(account, {})
    to_come = [day for day in member if day > world.today and member[day] == contract]
    joins = [day for day in to_come if member.get(day - ONE_DAY) != contract]
    if joins:
        days = run_of(member, min(joins))
        _payer_required(world, contract, account, days)
        before = world.plans[account].get(days[0] - ONE_DAY, ASSIGNED)
        for day in days:
            del member[day]
            world.plans[account][day] = before
        return found
    if member.get(world.today) != contract:
        raise Refused("NO_MEMBERSHIP_CHANGE")
    end = run_of(member, world.today)[-1] + ONE_DAY
    closing = world.accounts[account].closing
    if end in (found.end, closing, world.horizon):
        raise Refused("NO_MEMBERSHIP_CHANGE")
    days = [day for day in world.onward(end, found.end) if closing is None or day < closing]
    if any(day in member for day in days):
        raise Refused("ACCOUNT_IN_CONTRACT")
    _join(world, contract, account, days)
    return found


def change_contract_plan(
    world: World,
    *,
    contract: str,
    plan: str,
    price: Price | None = None,
    day: date | None = None,
    replace: bool = False,
) -> Change:
    """The plan of a contract, or its own price, changes (3.2 to 3.5, 2.4)."""
    changing = _contract(world, contract)
    known_plan(world, plan)
    day = day or world.today
    in_range(world, day)
    if day < changing.start or (changing.end and day >= changing.end):
        raise Refused("CONTRACT_NOT_IN_FORCE")
    return change_held(world, contract, Pending(plan, price, day, by_staff=True), replace=replace)


def withdraw_contract_change(world: World, *, contract: str) -> Change:
    """The pending change of a contract's plan is withdrawn."""
    _contract(world, contract)
    return withdraw_held(world, contract, staff=True)


def change_payer(world: World, *, contract: str, payer: str, start: date | None = None) -> Contract:
    """A member is the payer from a day on, in place of every payer recorded for later days."""
    changing = _contract(world, contract)
    world.account(payer)
    start = start or world.today
    _dated(world, start)
    if start < changing.start or (changing.end and start >= changing.end):
        raise Refused("CONTRACT_NOT_IN_FORCE")
    days = world.onward(start, changing.end)
    if any(world.member.get(payer, {}).get(day) != contract for day in days):
        raise Refused("NOT_A_MEMBER")
    world.payers[contract].update(dict.fromkeys(days, payer))
    return changing


def end_contract(world: World, *, contract: str, end: date | None = None) -> Contract:
    """A contract ends at the start of a day; its members fall back to developer."""
    ending = _contract(world, contract)
    end = end or world.today + ONE_DAY
    _dated(world, end)
    if end <= ending.start:
        raise Refused("DAY_OUT_OF_RANGE")
    if ending.end and end >= ending.end:
        raise Refused("CONTRACT_NOT_IN_FORCE")
    ending.end = end
    pending = world.pending.get(contract)
    if pending and pending.day >= end:
        del world.pending[contract]
    for day in world.onward(end):
        world.plans[contract].pop(day, None)
        world.payers[contract].pop(day, None)
    for account, member in world.member.items():
        _leave(world, account, [day for day in world.onward(end) if member.get(day) == contract])
    return ending


def _leave(world: World, account: str, days: Iterable[date]) -> None:
    for day in days:
        del world.member[account][day]
        world.plans[account][day] = ASSIGNED


def leave_contracts(world: World, account: str, days: Iterable[date]) -> None:
    """A closed account is no member on any of these days."""
    for day in days:
        world.member.get(account, {}).pop(day, None)


def payer_required(world: World, account: str, days: Iterable[date]) -> None:
    """An account that pays for a contract on one of these days can not go (3.10)."""
    for day in days:
        contract = world.member.get(account, {}).get(day)
        if contract and world.payers[contract].get(day) == account:
            raise Refused("PAYER_REQUIRED")


def _payer_required(world: World, contract: str, account: str, days: Iterable[date]) -> None:
    if any(world.payers[contract].get(day) == account for day in days):
        raise Refused("PAYER_REQUIRED")


def _contract(world: World, sid: str) -> Contract:
    if sid not in world.contracts:
        raise Refused("CONTRACT_NOT_FOUND")
    return world.contracts[sid]


def _dated(world: World, day: date) -> None:
    """Days of contracts: at most 366 ahead, or earlier within the reach of 4.3 (3.9)."""
    if not world.reach <= day <= world.today + FARTHEST_AHEAD:
        raise Refused("DAY_OUT_OF_RANGE")


def _first(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)
