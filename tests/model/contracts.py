"""Commands: contracts, their members, payers, plans and ends (3.10, dated back by 3.9).

What the page leaves open is decided as the contract of the RPCs says it, or as if everything had been recorded in the
order of its days: after a stretch in a contract the developer plan holds up to the account's next change.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tests.model.catalogue import Price
from tests.model.days import ONE_DAY
from tests.model.inquiries import decline_open
from tests.model.plans import Change, change_held, in_range, known_plan, withdraw_held
from tests.model.world import FARTHEST_AHEAD, FREE, Contract, Held, Pending, Refused, World


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
        _join(world, made, account, start, None)
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
    _join(world, joined, account, start, end)
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
    if left and (left == contract.sid or member.get(start - ONE_DAY) != left):
        raise Refused("ACCOUNT_IN_CONTRACT")  # decided: who joins another on that very day has not been in it
    stays = stretch(member, start)
    if any(day in member and day not in stays for day in _days(world, contract, account, start, end)):
        raise Refused("ACCOUNT_IN_CONTRACT")
    if left and any(world.payers[left].get(day) == account for day in stays):
        raise Refused("PAYER_REQUIRED")


def stretch(member: dict[date, str], day: date) -> list[date]:
    """The days from one on, without a gap, on which an account is a member of the same contract."""
    days, contract = [], member.get(day)
    while contract and member.get(day) == contract:
        days.append(day)
        day += ONE_DAY
    return days


def _days(world: World, contract: Contract, account: str, start: date, end: date | None) -> list[date]:
    """The days of a membership: up to its end, the contract's, or the account's."""
    ends = [day for day in (end, contract.end, world.accounts[account].closing) if day is not None]
    return world.onward(start, min(ends, default=None))


def _join(world: World, contract: Contract, account: str, start: date, end: date | None) -> None:
    """The account's own plan ends, and a pending change from the joining day on is withdrawn at once (3.10)."""
    days = _days(world, contract, account, start, end)
    after = days[-1] + ONE_DAY
    pending = world.pending(account)
    over = after <= world.today  # decided: days that are all past withdraw nothing, and decline nothing
    if pending and pending.day >= start and not over:
        world.take_back(account, pending.day)
    left = stretch(world.member.get(account, {}), start)
    _no_member(world, account, left)
    _belong(world, contract.sid, account, days)
    if after not in world.changed.get(account, {}):
        world.write(account, after, FREE)
    if not over:
        decline_open(world, account)


def _belong(world: World, contract: str, account: str, days: list[date]) -> None:
    """On these days the account is a member and has no plan of its own."""
    for day in days:
        world.member.setdefault(account, {})[day] = contract
        world.plans[account].pop(day, None)
        world.changed.get(account, {}).pop(day, None)


def _no_member(world: World, account: str, days: Iterable[date]) -> None:
    """On these days the account is no member; it falls back to developer."""
    for day in days:
        del world.member[account][day]
        world.plans[account][day] = FREE


def remove_member(world: World, *, contract: str, account: str, end: date | None = None) -> Contract:
    """A member leaves at the start of a day and falls back to developer."""
    left = _contract(world, contract)
    world.account(account)
    end = end or world.today + ONE_DAY
    _dated(world, end)
    member = world.member.get(account, {})
    if member.get(end) != contract:
        raise Refused("NOT_A_MEMBER")
    _another_pays(world, contract, account, stretch(member, end))
    _no_member(world, account, stretch(member, end))
    return left


def withdraw_membership(world: World, *, contract: str, account: str) -> Contract:
    """The joining or the leaving that is still to come is withdrawn: the joining, where both are."""
    found = _contract(world, contract)
    world.account(account)
    member = world.member.get(account, {})
    days = [day for day in member if member[day] == contract]
    joins = [day for day in days if day > world.today and member.get(day - ONE_DAY) != contract]
    if joins:
        _another_pays(world, contract, account, stretch(member, max(joins)))
        _not_join(world, account, stretch(member, max(joins)))
        return found
    if not days or max(days) < world.today:
        raise Refused("NO_MEMBERSHIP_CHANGE")
    more = _days(world, found, account, max(days) + ONE_DAY, None)
    if not more:
        raise Refused("NO_MEMBERSHIP_CHANGE")
    if any(day in member for day in more):
        raise Refused("ACCOUNT_IN_CONTRACT")
    _belong(world, contract, account, more)
    return found


def _not_join(world: World, account: str, days: list[date]) -> None:
    """A joining is as if it had not been: the plan that it was to end goes on."""
    before = world.plans[account].get(days[0] - ONE_DAY)
    _no_member(world, account, days)
    if before:
        world.write(account, days[0], before)


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
    if not _in_force(changing, day):
        raise Refused("CONTRACT_NOT_IN_FORCE")
    return change_held(world, contract, Pending(Held(plan, price), day, by_staff=True), replace=replace)


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
    if not _in_force(changing, start):
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
    for day in world.onward(end):
        world.plans[contract].pop(day, None)
        world.payers[contract].pop(day, None)
        world.changed.get(contract, {}).pop(day, None)
    for account, member in world.member.items():
        while days := [day for day in member if day >= end and member[day] == contract]:
            first = min(days)
            joins = first > world.today and member.get(first - ONE_DAY) != contract
            (_not_join if joins else _no_member)(world, account, stretch(member, first))
    return ending


def leave_contracts(world: World, account: str, days: Iterable[date]) -> None:
    """A closed account is no member on any of these days."""
    for day in days:
        world.member.get(account, {}).pop(day, None)


def payer_required(world: World, account: str, days: Iterable[date]) -> None:
    """An account that pays for a contract on one of these days can not go (3.10)."""
    for contract in world.contracts:
        _another_pays(world, contract, account, days)


def _another_pays(world: World, contract: str, account: str, days: Iterable[date]) -> None:
    if any(world.payers[contract].get(day) == account for day in days):
        raise Refused("PAYER_REQUIRED")


def _contract(world: World, sid: str) -> Contract:
    if sid not in world.contracts:
        raise Refused("CONTRACT_NOT_FOUND")
    return world.contracts[sid]


def _in_force(contract: Contract, day: date) -> bool:
    return contract.start <= day and (contract.end is None or day < contract.end)


def _dated(world: World, day: date) -> None:
    """Days of contracts: at most 366 ahead, or earlier within the reach of 4.3 (3.9)."""
    if not world.reach <= day <= world.today + FARTHEST_AHEAD:
        raise Refused("DAY_OUT_OF_RANGE")
