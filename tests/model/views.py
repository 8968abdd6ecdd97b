"""What the model answers to a command, in a form that can be compared with what the service answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.model.cases import Credit
from tests.model.catalogue import Version
from tests.model.days import ONE_DAY
from tests.model.flex_state import FlexInstance
from tests.model.plans import Change, confirmed
from tests.model.support import credited
from tests.model.world import Contract, Inquiry, World

Run = tuple[str, date, date | None]  # an account, its first day, and the day after the last


@dataclass(frozen=True)
class ContractView:
    """A contract as it is today."""

    sid: str
    start: date
    end: date | None
    plan: str
    memberships: tuple[Run, ...]
    payers: tuple[Run, ...]
    pending: Change | None


@dataclass(frozen=True)
class FlexView:
    """A Flex instance as it is today: the model, the one that is pending, and its day."""

    start: date
    created_with: bool
    model: str
    pending: str
    pending_day: date | None


@dataclass(frozen=True)
class CreditView:
    """A credit: cents by payer."""

    owner: str
    plan: str
    month: str
    final: bool
    amounts: tuple[tuple[str, int], ...]
    used: tuple[tuple[str, int], ...]


def view(world: World, answer: Any) -> Any:
    """An answer of the model, to be compared."""
    if isinstance(answer, Version):
        return answer.number, answer.day
    if isinstance(answer, Contract):
        return contract_view(world, answer)
    if isinstance(answer, Inquiry):
        return answer.account, answer.plan, answer.state
    if isinstance(answer, FlexInstance):
        return flex_view(world, answer)
    if isinstance(answer, Credit):
        return credit_view(world, answer)
    return answer


def contract_view(world: World, contract: Contract, day: date | None = None) -> ContractView:
    """A contract as it is on a day: today, unless another is named."""
    day = day or world.today
    plans = world.plans[contract.sid]
    pending = world.pending(contract.sid)
    memberships: list[Run] = []
    for account, member in sorted(world.member.items()):
        memberships += runs(world, {day: account for day, sid in member.items() if sid == contract.sid})
    return ContractView(
        contract.sid,
        contract.start,
        contract.end,
        plans[day].plan if day in plans else "",
        tuple(memberships),
        tuple(runs(world, world.payers[contract.sid])),
        confirmed(world, pending) if pending else None,
    )


def runs(world: World, days: dict[date, str]) -> list[Run]:
    """Runs of days with the same account; one that goes on for good has no end."""
    found: list[Run] = []
    for day in sorted(days):
        if found and found[-1][0] == days[day] and found[-1][2] == day:
            found[-1] = (found[-1][0], found[-1][1], day + ONE_DAY)
        else:
            found.append((days[day], day, day + ONE_DAY))
    return [(sid, start, None if end == world.horizon else end) for sid, start, end in found]


def flex_view(world: World, instance: FlexInstance) -> FlexView:
    """A Flex instance as it is today."""
    pending = [day for day in instance.models if day > world.today]
    day = min(pending, default=None)
    model = instance.model(world.today) or ""
    return FlexView(instance.start, instance.created_with, model, instance.models[day] if day else "", day)


def credit_view(world: World, credit: Credit) -> CreditView:
    """A credit with what each payer is credited: an estimate until a closing has fixed it (8.4)."""
    final = credit.amounts is not None
    amounts = credit.amounts if credit.amounts is not None else credited(world, credit, [])
    used = {payer: credit.used.get(payer, 0) for payer in amounts}
    return CreditView(
        credit.owner, credit.plan, credit.month, final, tuple(sorted(amounts.items())), tuple(sorted(used.items()))
    )
