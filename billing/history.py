"""Correcting which plans an owner held (3.9): on the days named it held the plan named, other days stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from billing.errors import BillingError, Reason
from billing.holding import FREE_PLAN, Change, Held, Origin, difference
from billing.period import Period, oldest_period
from billing.support import PlanPrice


def check_correction_days(start_day: date, end_day: date | None, today: date) -> None:
    """A correction starts today or earlier, within the reach of corrections (4.3), and has a day at least.

    Raises:
        BillingError: DAY_OUT_OF_RANGE.
    """
    earliest = oldest_period(Period.of(today)).first_day
    if not earliest <= start_day <= today:
        raise BillingError(
            Reason.DAY_OUT_OF_RANGE, f"a correction starts from {earliest} to today ({today})", "start_day"
        )
    if end_day is not None and end_day <= start_day:
        raise BillingError(
            Reason.DAY_OUT_OF_RANGE, f"end_day is excluded: give a day after {start_day}, or leave it out", "end_day"
        )


def first_day_not_held(held: Sequence[Held], start_day: date, end_day: date | None) -> date | None:
    """The first of the days on which the owner holds no plan; None when it holds one on all.

    Without an end, the start day alone is asked about.
    """
    end = stretch_end(held, start_day)
    if end is None or (start_day < end and (end_day is None or end_day <= end)):
        return None
    return end


def stretch_end(held: Sequence[Held], day: date) -> date | None:
    """Up to which day a plan is held on every day from a day on; the day itself when none is, None when without end."""
    end = day
    for run in sorted(held, key=lambda run: run.start):
        if run.on(end):
            if run.end is None:
                return None
            end = run.end
    return end


def correct(
    held: Sequence[Held],
    *,
    plan_id: str,
    own_price: PlanPrice | None,
    start_day: date,
    end_day: date | None,
) -> Change:
    """Correct the plan held on some days (3.9).

    Args:
        held: the owner's runs.
        plan_id: the plan held on the days.
        own_price: a contract's own price for it.
        start_day: the first of the days.
        end_day: the day after the last; None for as long as a plan is held without a break, pending changes included.

    Returns:
        What takes the stored runs to the corrected ones: on the days given the plan, on other days what was held.
    """
    end = end_day or stretch_end(held, start_day)
    corrected = Held(plan_id, start_day, end, Origin.CORRECTED, by_staff=True, own_price=own_price)
    around = [piece for run in held for piece in _outside(run, start_day, end)]
    return difference(held, [*around, corrected])


def _outside(run: Held, start: date, end: date | None) -> Iterable[Held]:
    """What a run keeps of its days: those before the start, and those from the end on."""
    if (run.end is not None and run.end <= start) or (end is not None and end <= run.start):
        yield run
        return
    if run.start < start:
        yield replace(run, end=start, key=None)
    if end is not None and (run.end is None or end < run.end):
        yield _resumed(run, end)


def _resumed(run: Held, start: date) -> Held:
    """The rest of a run after the corrected days: no change that is pending, nor one that somebody made (3.5)."""
    rest = replace(run, start=start, key=None)
    if run.plan_id == FREE_PLAN and run.origin is Origin.ASSIGNED:
        return rest
    return replace(rest, origin=Origin.CORRECTED, by_staff=True)
