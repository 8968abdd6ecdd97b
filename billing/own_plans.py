"""The own plans of an account that is under contracts on some of its days (3.10): the other days are theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from billing.accounts import Account
from billing.contracts import Membership
from billing.holding import FREE_PLAN, Held, Origin, free_plan
from billing.period import earliest


def fitted(held: Iterable[Held], memberships: Sequence[Membership], account: Account) -> list[Held]:
    """The own plans fitted to the memberships: on each of its days the account has one or the other.

    A plan ends where a membership begins, and does not go on after it: the free plan is assigned for the days that are
    left over.
    """
    own = _outside(held, memberships, account)
    return _merged([*own, *_gaps(own, memberships, account)])


def kept_by_joining(held: Sequence[Held], wanted: Membership, today: date) -> list[Held]:
    """The own plans without those still to come, which a joining withdraws; one dated back that is over withdraws none.

    What was assigned for later days, on leaving another contract, stays. What corrections left of the days after the
    membership goes, up to the next change of plan, as a change of plan replaces it: the account falls back to the free
    plan.
    """
    over = wanted.end is not None and wanted.end <= today
    fallen = [] if wanted.end is None else _up_to_next_change(held, wanted.end)
    return [
        run
        for run in held
        if run not in fallen and (over or run.start <= today or run.start < wanted.start or _assigned(run))
    ]


def reopened(held: Sequence[Held], joining: Membership) -> list[Held]:
    """The own plans when the account does not join: the plan that would end goes on, until the next one begins."""
    rest = [run for run in held if not (run.start == joining.end and _assigned(run))]
    before = next((run for run in rest if run.end == joining.start), None)
    if before is None:  # it comes from another contract
        return list(held)
    end = min((run.start for run in rest if run.start >= joining.start), default=None)
    return [*(run for run in rest if run is not before), replace(before, end=end, key=None)]


def _up_to_next_change(held: Sequence[Held], day: date) -> list[Held]:
    """The runs that begin on a day or later, up to a change of plan or a day without a plan of its own."""
    found, reached = [], day
    for run in sorted(held, key=lambda run: run.start):
        if run.start > reached or (run.start >= day and run.origin is Origin.CHANGED):
            break
        if run.start >= day:
            found.append(run)
        reached = max(reached, run.end or date.max)
    return found


def _outside(held: Iterable[Held], memberships: Sequence[Membership], account: Account) -> list[Held]:
    """The own plans that begin outside all memberships, each up to the next of them."""
    runs = []
    for run in held:
        if any(row.on(run.start) for row in memberships):
            continue
        joined = min((row.start for row in memberships if row.start > run.start), default=None)
        end = earliest(run.end, joined, account.end_day)
        runs.append(run if end == run.end else replace(run, end=end, key=None))
    return runs


def _gaps(held: Sequence[Held], memberships: Sequence[Membership], account: Account) -> list[Held]:
    """The free plan on those days of the account on which it has no plan of its own and is under no contract."""
    taken = [(run.start, run.end or date.max) for run in held]
    taken += [(row.start, row.end or date.max) for row in memberships]
    gaps, day = [], account.start_day
    for start, end in sorted(taken):
        assert day <= start, "a day with a plan of its own and a contract's"
        if day < start:
            gaps.append(free_plan(day, start))
        day = end
    if day < (account.end_day or date.max):
        gaps.append(free_plan(day, account.end_day))
    return gaps


def _merged(held: Iterable[Held]) -> list[Held]:
    """The own plans by day, the free plan assigned on adjacent days in one run."""
    merged: list[Held] = []
    for run in sorted(held, key=lambda run: run.start):
        if merged and merged[-1].end == run.start and _assigned(merged[-1]) and _assigned(run):
            run = free_plan(merged.pop().start, run.end)  # noqa: PLW2901 - both become one
        merged.append(run)
    return merged


def _assigned(run: Held) -> bool:
    return run.origin is Origin.ASSIGNED and run.plan_id == FREE_PLAN
