"""Support charges: the segments of an owner, each a line (5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.model.catalogue import Price
from tests.model.days import ONE_DAY, days_of
from tests.model.records import Line
from tests.model.sharing import rounded, shared
from tests.model.spend import spend
from tests.model.world import World


@dataclass(frozen=True)
class Terms:
    """What is constant within a segment (5.4)."""

    plan: str
    version: int
    price: Price
    payer: str
    accounts: frozenset[str]


@dataclass
class Segment:
    """A run of days with the same terms."""

    terms: Terms
    days: list[date]


def segments(world: World, owner: str, period: str) -> list[Segment]:
    """The longest runs of days on which plan version, price, payer and accounts are constant (5.4)."""
    runs: list[Segment] = []
    lived = {sid: [day for day in days_of(period) if world.exists(sid, day)] for sid in world.accounts}
    groups = {day: _accounts(world, owner, day, lived) for day in days_of(period)}
    for day, accounts in groups.items():
        held = world.held(owner, day)
        if held is None:
            continue
        version = world.version(held.plan, day).number
        terms = Terms(held.plan, version, world.price(owner, day), world.payer(owner, day), accounts)
        if runs and runs[-1].terms == terms and runs[-1].days[-1] == day - ONE_DAY:
            runs[-1].days.append(day)
        else:
            runs.append(Segment(terms, [day]))
    return runs


def _accounts(world: World, owner: str, day: date, lived: dict[str, list[date]]) -> frozenset[str]:
    """The accounts that share an owner's plan on a day, of those that lived on days of the period.

    On the days on which an account did not exist it counts with the group it entered first, or left last.
    """
    return frozenset(
        sid for sid, days in lived.items() if days and world.owner(sid, min(max(day, days[0]), days[-1])) == owner
    )


def support_lines(world: World, owner: str, period: str) -> dict[str, list[Line]]:
    """A line per segment, by payer (5.2 to 5.6)."""
    lines: dict[str, list[Line]] = {}
    spends = {sid: spend(world, sid, period) for sid in world.accounts}
    for segment in segments(world, owner, period):
        weights = {sid: spends[sid] for sid in segment.terms.accounts}
        monthly = segment.terms.price.monthly(Fraction(sum(weights.values()), 100))
        cents = rounded(monthly * len(segment.days) / len(days_of(period)))
        parts = shared(cents, weights, segment.terms.payer)
        detail = (segment.days[0], segment.days[-1] + ONE_DAY, segment.terms.version, sum(weights.values()))
        line = Line(segment.terms.plan, cents, tuple(sorted(parts.items())), detail)
        lines.setdefault(segment.terms.payer, []).append(line)
    return lines
