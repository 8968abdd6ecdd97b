"""What a period comes to, and what a closing emits (5, 6.5, 6.8, 8.5)."""

from __future__ import annotations

from tests.model.days import first_day, later, start_of
from tests.model.records import CREDIT, FLEX, SUPPORT, USAGE, Line, PartKey, Record, recorded
from tests.model.segments import support_lines
from tests.model.spend import flex_lines, usage_lines
from tests.model.support import credit_records, fix_amounts
from tests.model.world import Refused, World


def records_of(world: World, period: str) -> list[Record]:
    """The records one closing with full knowledge would emit for a period, credits apart."""
    made: list[Record] = []
    for account in world.accounts:
        payer = world.parent_of(account)
        made += recorded(USAGE, payer, account, period, period, usage_lines(world, account, period))
        made += recorded(FLEX, payer, account, period, period, flex_lines(world, account, period))
    for owner in world.plans:
        for payer, lines in support_lines(world, owner, period).items():
            made += recorded(SUPPORT, payer, owner, period, period, lines)
    return made


def parts_of(records: list[Record]) -> dict[PartKey, int]:
    """The parts of records, added up, credits apart and without those of zero."""
    added: dict[PartKey, int] = {}
    for record in records:
        if record.kind != CREDIT:
            for key, cents in record.parts.items():
                added[key] = added.get(key, 0) + cents
    return {key: cents for key, cents in added.items() if cents}


def adjustments(world: World, period: str, closing_period: str) -> list[Record]:
    """What a closed period comes to now, less what its records carried (6.5)."""
    now = parts_of(records_of(world, period))
    carried = parts_of([record for record in world.records if record.period == period])
    lines: dict[tuple[str, str, str], dict[str, dict[str, tuple[int, int]]]] = {}
    for key in sorted(now.keys() | carried.keys()):
        kind, payer, party, item, account = key
        amounts = now.get(key, 0), carried.get(key, 0)
        lines.setdefault((kind, payer, party), {}).setdefault(item, {})[account] = amounts
    made: list[Record] = []
    for (kind, payer, party), items in lines.items():
        adjusted = [_adjusted(item, accounts) for item, accounts in items.items()]
        made += recorded(kind, payer, party, period, closing_period, adjusted)
    return made


def _adjusted(item: str, accounts: dict[str, tuple[int, int]]) -> Line:
    """A line of an adjustment: its parts are the differences and are not split anew."""
    changed = [(sid, now, carried) for sid, (now, carried) in sorted(accounts.items()) if now != carried]
    parts = tuple((sid, now - carried) for sid, now, carried in changed)
    return Line(item, sum(cents for _sid, cents in parts), parts, tuple(changed))


def next_records(world: World) -> list[Record]:
    """What the next closing would emit with what is known now (6.4)."""
    period = world.next_to_close
    assert period is not None
    emitted = records_of(world, period)
    for closed in world.closed:
        emitted += adjustments(world, closed, period)
    return emitted + credit_records(world, period, emitted)


def close(world: World, *, period: str) -> list[Record] | None:
    """Close a period on request; what it emits, or nothing when it is closed already (6.1, 6.2, 6.6)."""
    if period in world.closed:
        return None
    if start_of(first_day(later(period)), world.zone) > world.now:
        raise Refused("PERIOD_NOT_ENDED")
    if period != world.next_to_close:
        raise Refused("PERIOD_OUT_OF_ORDER")
    emitted = next_records(world)
    fix_amounts(world, period, emitted)
    world.closed.append(period)
    world.records += emitted
    return emitted
