"""Random steps of whoever keeps contracts, as calls that the calendar and what is tried both understand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.contracts.calendar_model import LAST, Held

BASE = date(2026, 6, 1)  # day 0
PLANS = ("developer", "production", "business", "personalized")
NAMES = ("A", "B", "C")
SIDS = ("X", "Y")
PRICES = ("", "1000", "2000")
KINDS = ("join", "leave", "back", "payer", "plan", "unplan", "end", "create", "change", "withdraw", "close", "wait")
NEAR = (-60, -30, -10, -5, 0, 0, 5, 5, 10, 10, 15, 30, 60)  # multiples of 5, so that days meet
LENGTHS = (-5, 0, 5, 5, 10, 10, 30)
WAIT = 5
STARTS = {"A": -90, "B": -30, "C": 0}  # the first days of the accounts
FOUNDING = "X", Held("business"), -10, ["A", "B"], "A"  # a contract that is there from the beginning


def on(day: int) -> date:
    """The day of a number."""
    return BASE + timedelta(days=day)


def number(day: date | None) -> int:
    """The number of a day; an open end is the end of the calendar."""
    return LAST if day is None else (day - BASE).days


def oldest_on(today: int) -> int:
    """The earliest day that may be dated back to, a year before the month of today (3.9)."""
    return number(on(today).replace(year=on(today).year - 1, day=1))


def by_day(rows: Iterable[tuple[date, date | None, Any]]) -> dict[int, Any]:
    """What rows say of each day; no day twice."""
    found: dict[int, Any] = {}
    for start, end, value in rows:
        for day in range(number(start), number(end)):
            assert day not in found
            found[day] = value
    return found


class Step(NamedTuple):
    """A step: what, by or to whom, and numbers that mean something to some of them."""

    kind: str
    name: str
    sid: str
    plan: str
    price: str
    near: int  # a day, counted from today
    length: int | None  # of a membership, in days
    flag: bool
    names: frozenset[str]


STEPS = st.builds(
    Step,
    st.sampled_from(KINDS),
    st.sampled_from(NAMES),
    st.sampled_from(SIDS),
    st.sampled_from(PLANS),
    st.sampled_from(PRICES),
    st.sampled_from(NEAR),
    st.none() | st.sampled_from(LENGTHS),
    st.booleans(),
    st.frozensets(st.sampled_from(NAMES), min_size=1),
)


def random_step(chance: Random) -> Step:
    """A step by chance."""
    return Step(
        chance.choice(KINDS),
        chance.choice(NAMES),
        chance.choice(SIDS),
        chance.choice(PLANS),
        chance.choice(PRICES),
        chance.choice(NEAR),
        chance.choice([None, chance.choice(LENGTHS)]),
        chance.random() < 0.5,
        frozenset(chance.sample(NAMES, chance.randint(1, len(NAMES)))),
    )


def asked(step: Step, today: int, contracts: Collection[str]) -> tuple[str, tuple[Any, ...]] | None:
    """The method that a step asks for, and its arguments; None where there is nothing to ask."""
    day = today + step.near
    end = None if step.length is None else day + step.length
    held = Held(step.plan, step.price)
    name, sid, flag = step.name, step.sid, step.flag
    per_contract: dict[str, tuple[str, tuple[Any, ...]]] = {
        "join": ("join", (sid, name, day, end)),
        "leave": ("leave", (sid, name, day)),
        "back": ("withdraw_membership", (sid, name)),
        "plan": ("change_contract_plan", (sid, held, today + abs(step.near), flag)),
        "unplan": ("withdraw_contract_plan", (sid,)),
        "payer": ("change_payer", (sid, name, day)),
        "end": ("end", (sid, day)),
    }
    if step.kind in per_contract:
        return per_contract[step.kind] if sid in contracts else None
    if step.kind == "create":
        members = sorted(step.names)
        return None if sid in contracts else ("create", (sid, held, day, members, members[0] if flag else name))
    if step.kind == "change":
        return "change_plan", (name, step.plan, today + abs(step.near), flag)
    if step.kind == "withdraw":
        return "withdraw_plan", (name,)
    return ("close", (name, day)) if step.kind == "close" and flag else None
