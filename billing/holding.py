"""Holding and changing a plan (3.2 to 3.8): what a change does to the plans an owner holds.

An account under a contract holds no plan of its own: between two of its runs there may be days without one (3.10).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import IntEnum
from itertools import pairwise

from billing.errors import BillingError, Reason
from billing.period import Period
from billing.support import PlanPrice

MOST_DAYS_AHEAD = 366  # 3.2
FREE_PLAN = "developer"  # 3.1


class Origin(IntEnum):
    """How an owner came to hold a plan, numbered as in the contract and the store."""

    ASSIGNED = 1
    CHANGED = 2
    CORRECTED = 3


@dataclass(frozen=True, slots=True)
class Held:
    """A run of days on which an owner holds a plan.

    Attributes:
        plan_id: the plan.
        start, end: its days; the end is excluded, None while open.
        origin: how it came about.
        by_staff: whether staff made it.
        key: of the stored row; None when it is not stored.
        record_time, supersede_time: when it was recorded, and superseded; None where that does not matter.
        own_price: a contract's own price for it (2.4); None for the price of the plan's version.
    """

    plan_id: str
    start: date
    end: date | None
    origin: Origin
    by_staff: bool
    key: int | None = None
    record_time: datetime | None = None
    supersede_time: datetime | None = None
    own_price: PlanPrice | None = None

    @property
    def started(self) -> bool:
        """Whether it counts as started on its first day (3.4): a correction, and the free plan assigned, do not.

        The plan that a contract begins with is assigned too, but by staff.
        """
        return self.origin is Origin.CHANGED or (self.origin is Origin.ASSIGNED and self.by_staff)

    def on(self, day: date) -> bool:
        """Whether the plan is held on the day."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Change:
    """What a change does to the stored runs: some are superseded, others take their place.

    Attributes:
        superseded: keys of the stored runs that no longer hold.
        recorded: the runs to store.
        held: all runs that hold then, by day.
    """

    superseded: list[int]
    recorded: list[Held]
    held: list[Held]


def pending(held: Sequence[Held], today: date) -> Held | None:
    """The change that is still to come (3.5)."""
    return next((run for run in held if run.start > today and run.origin is Origin.CHANGED), None)


def held_on(held: Sequence[Held], day: date) -> Held | None:
    """The plan held on a day; None on the days of an account under a contract, and on those of nobody."""
    return next((run for run in held if run.on(day)), None)


def since(held: Sequence[Held], run: Held) -> date:
    """Since when the plan is held without a break (3.12)."""
    start = run.start
    for earlier in sorted(held, key=lambda other: other.start, reverse=True):
        if earlier.end == start and earlier.plan_id == run.plan_id:
            start = earlier.start
    return start


def until(held: Sequence[Held], run: Held) -> date | None:
    """The day until which the plan is held without a break; None while open."""
    end = run.end
    for later in sorted(held, key=lambda other: other.start):
        if later.start == end and later.plan_id == run.plan_id:
            end = later.end
    return end


def first_charge_day(active_day: date, free: bool) -> date | None:
    """The day of the first charge: the first of the month after the start day; none for a free plan (3.2)."""
    return None if free else Period.of(active_day).end_day


def check_start_day(start_day: date, today: date) -> None:
    """Today or later, at most 366 days ahead, inclusive (3.2)."""
    latest = today + timedelta(days=MOST_DAYS_AHEAD)
    if not today <= start_day <= latest:
        raise BillingError(
            Reason.DAY_OUT_OF_RANGE,
            f"a plan starts today or later, at most 366 days ahead: from {today} to {latest}",
            "start_day",
        )


def change_plan(
    held: Sequence[Held],
    *,
    plan_id: str,
    start_day: date,
    today: date,
    staff: bool,
    replace_pending: bool,
    self_service_plans: frozenset[str],
    own_price: PlanPrice | None = None,
) -> Change:
    """Change the plan, or a contract's own price for it, from a day on (3.2 to 3.8, 2.4).

    Args:
        held: the owner's runs, by day.
        plan_id: the plan wanted, one that may be changed to.
        start_day: from when; checked, and one of the owner's days.
        today: the day of asking.
        staff: whether staff asks.
        replace_pending: whether a pending change is to be replaced.
        self_service_plans: the plans that self-service may leave.
        own_price: the contract's own price for the plan wanted.

    Raises:
        BillingError: CHANGE_PENDING, CHANGE_MADE_BY_STAFF, CONTACT_SUPPORT, ACCOUNT_IN_CONTRACT, PLAN_ALREADY_HELD or
            PLAN_STARTED_THAT_DAY.
    """
    wanted = plan_id, own_price
    runs = list(held)
    waiting = pending(runs, today)
    if waiting is not None and replace_pending:
        _check_may_undo(waiting, staff, "replace_pending")
        runs = without(runs, waiting)
    elif waiting is not None and (start_day > today or (waiting.plan_id, waiting.own_price) == wanted):
        raise _change_pending(waiting)
    current = held_on(runs, start_day)
    if current is None:
        raise _under_contract(start_day, staff)
    if current.plan_id not in self_service_plans and not staff:
        raise BillingError(
            Reason.CONTACT_SUPPORT, f"{current.plan_id} is held on {start_day}: contact support to change it", "plan_id"
        )
    if (current.plan_id, current.own_price) == wanted:
        raise BillingError(
            Reason.PLAN_ALREADY_HELD, f"{plan_id} is held on {start_day} already: choose another plan or day", "plan_id"
        )
    if current.start == start_day and current.started:
        raise BillingError(
            Reason.PLAN_STARTED_THAT_DAY,
            f"{current.plan_id} starts on {start_day} and can not be changed that day: choose a later day",
            "start_day",
        )
    runs.remove(current)
    end = current.end
    for run in sorted(runs, key=lambda run: run.start):
        if run.start == end and pending([run], today) is None:  # what a correction left; only a pending change stays
            end = run.end
            runs.remove(run)
    started = Held(plan_id, start_day, end, Origin.CHANGED, staff, own_price=own_price)
    if current.start < start_day:
        runs.append(replace(current, end=start_day, key=None))
    return difference(held, [*runs, started])


def withdraw(held: Sequence[Held], *, today: date, staff: bool, field: str = "account_sid") -> tuple[Change, Held]:
    """Withdraw the pending change, until its day comes (3.5); returns the change and what was pending.

    Raises:
        BillingError: NO_PENDING_CHANGE or CHANGE_MADE_BY_STAFF.
    """
    waiting = pending(held, today)
    if waiting is None:
        raise BillingError(Reason.NO_PENDING_CHANGE, "no change of plan is pending", field)
    _check_may_undo(waiting, staff, field)
    return difference(held, without(held, waiting)), waiting


def end_holding(held: Sequence[Held], end_day: date) -> Change:
    """The owner has no plan from a day on; changes pending from that day on are dropped (3.1, 3.11)."""
    runs = [
        run if run.end is not None and run.end <= end_day else replace(run, end=end_day, key=None)
        for run in held
        if run.start < end_day
    ]
    return difference(held, runs)


def free_plan(start: date, end: date | None) -> Held:
    """The free plan, as it is assigned (3.1, 3.10)."""
    return Held(FREE_PLAN, start, end, Origin.ASSIGNED, by_staff=False)


def without(held: Sequence[Held], waiting: Held) -> list[Held]:
    """The runs as they are when the pending change is taken back: the plan before goes on in its place.

    Where there is none before, the change took the place of the free plan that is assigned on leaving a contract.
    """
    before = next((run for run in held if run.end == waiting.start), None)
    kept = [run for run in held if run not in (before, waiting)]
    if before is None:
        return [*kept, free_plan(waiting.start, waiting.end)]
    return [*kept, replace(before, end=waiting.end, key=None)]


def difference(old: Sequence[Held], new: Sequence[Held]) -> Change:
    """What takes the stored runs to others; one that comes out as it is stored stays."""
    stored = {_bare(run): run for run in old}
    held = sorted((stored.get(_bare(run), run) for run in new), key=lambda run: run.start)
    kept = {run.key for run in held if run.key is not None}
    superseded = [run.key for run in old if run.key is not None and run.key not in kept]
    assert all(a.end is not None and a.end <= b.start for a, b in pairwise(held)), "a day with two plans"
    return Change(superseded, [run for run in held if run.key is None], held)


def _bare(run: Held) -> Held:
    return replace(run, key=None, record_time=None, supersede_time=None)


def _under_contract(day: date, staff: bool) -> BillingError:
    """An account without a plan of its own on one of its days has that of a contract (3.8, 3.10)."""
    if staff:
        return BillingError(
            Reason.ACCOUNT_IN_CONTRACT,
            f"the account is under a contract on {day}: change the contract's plan with ChangeContractPlan",
            "account_sid",
        )
    return BillingError(
        Reason.CONTACT_SUPPORT, f"the plan of a contract is held on {day}: contact support to change it", "account_sid"
    )


def _check_may_undo(waiting: Held, staff: bool, field: str) -> None:
    if waiting.by_staff and not staff:
        raise BillingError(
            Reason.CHANGE_MADE_BY_STAFF,
            f"the change to {waiting.plan_id} on {waiting.start} was made by staff: contact support to undo it",
            field,
        )


def _change_pending(waiting: Held) -> BillingError:
    return BillingError(
        Reason.CHANGE_PENDING,
        f"a change to {waiting.plan_id} on {waiting.start} is pending: withdraw it, or set replace_pending",
        "replace_pending",
    )
