"""Cutting a period into segments (5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Generic, TypeVar

from billing.period import Period, days
from billing.support import PlanPrice, Terms

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Run(Generic[Value]):
    """Something that holds from a day up to, not including, another."""

    start: date
    end: date
    value: Value


@dataclass(frozen=True, slots=True)
class Segment:
    """The longest run of days on which terms, payer and the accounts that share them are constant (5.4).

    Attributes:
        start, end: its days, the end excluded.
        terms: plan, version and price.
        payer_key: who is charged.
        account_keys: the accounts whose spend counts, ascending.
    """

    start: date
    end: date
    terms: Terms
    payer_key: int
    account_keys: tuple[int, ...]

    @property
    def day_count(self) -> int:
        """How many days it has."""
        return days(self.start, self.end)


def clip(runs: Iterable[Run[Value]], period: Period) -> list[Run[Value]]:
    """The part of the runs that lies in the period, by day; adjacent runs of one value become one."""
    clipped: list[Run[Value]] = []
    for run in sorted(runs, key=lambda run: run.start):
        start, end = max(run.start, period.first_day), min(run.end, period.end_day)
        if start >= end:
            continue
        last = clipped[-1] if clipped else None
        assert last is None or last.end <= start, "runs of one owner overlap"
        if last is not None and last.end == start and last.value == run.value:
            clipped[-1] = Run(last.start, end, run.value)
        else:
            clipped.append(Run(start, end, run.value))
    return clipped


def terms_in_force(
    held: Iterable[Run[str]], versions: dict[str, list[Run[Terms]]], own_prices: Sequence[Run[PlanPrice]] = ()
) -> list[Run[Terms]]:
    """The plans held, cut where a new version of the plan takes effect (2.3).

    Args:
        held: the plans by day.
        versions: the versions of every plan, by the days they are in force.
        own_prices: the days on which a contract's own price holds in place of the version's (2.4); each run lies within
            one of a plan held.
    """
    terms = [
        Run(max(run.start, version.start), min(run.end, version.end), version.value)
        for run in held
        for version in versions[run.value]
        if max(run.start, version.start) < min(run.end, version.end)
    ]
    for own in own_prices:
        terms = [piece for run in terms for piece in _priced(run, own)]
    return terms


def _priced(run: Run[Terms], own: Run[PlanPrice]) -> Iterable[Run[Terms]]:
    """A run of terms, cut so that an own price holds on its days."""
    start, end = max(run.start, own.start), min(run.end, own.end)
    if start >= end:
        yield run
        return
    if run.start < start:
        yield Run(run.start, start, run.value)
    yield Run(start, end, replace(run.value, price=own.value))
    if end < run.end:
        yield Run(end, run.end, run.value)


def shared_with(period: Period, life: Run[None], groups: Sequence[Run[int]]) -> list[Run[int]]:
    """With whom an account counts on each day of the period (5.4).

    Args:
        period: the period.
        life: the days on which the account exists.
        groups: the owner whose plan its family has, by day.

    Returns:
        Runs of owner keys. For days of the period before the account existed it counts with the group it entered
        first, for days after it closed with the group it left last.
    """
    own = clip(
        (
            Run(max(r.start, life.start), min(r.end, life.end), r.value)
            for r in groups
            if max(r.start, life.start) < min(r.end, life.end)
        ),
        period,
    )
    if not own:
        return []
    own[0] = Run(period.first_day, own[0].end, own[0].value)
    own[-1] = Run(own[-1].start, period.end_day, own[-1].value)
    return own


def cut(
    period: Period,
    terms: Sequence[Run[Terms]],
    payers: Sequence[Run[int]],
    accounts: dict[int, Sequence[Run[None]]],
) -> list[Segment]:
    """Cut the days on which an owner holds a plan into segments (5.4).

    Args:
        period: the period.
        terms: the owner's terms by day; days without are in no segment.
        payers: the owner's payer by day; there is one on every day of the terms.
        accounts: the runs of days on which each account counts with the owner, by account key.

    Returns:
        The segments by day; their days are exactly those of the terms in the period.
    """
    terms, payers = clip(terms, period), clip(payers, period)
    constant = len(terms) == 1 and len(payers) == 1 and all(_covers(runs, terms[0]) for runs in accounts.values())
    if constant:  # by far the most owners
        assert _covers(payers, terms[0]), "a day with a plan has no payer"
        return [Segment(terms[0].start, terms[0].end, terms[0].value, payers[0].value, tuple(sorted(accounts)))]
    edges = sorted(
        {
            edge
            for runs in (_edges(terms), _edges(payers), *(_edges(clip(runs, period)) for runs in accounts.values()))
            for edge in runs
        }
    )
    pieces: list[Segment] = []
    for start, end in pairwise(edges):
        held = _on(terms, start)
        if held is None:
            continue
        payer = _on(payers, start)
        assert payer is not None, "a day with a plan has no payer"
        sharing = tuple(sorted(key for key, runs in accounts.items() if _on(runs, start) is not None))
        piece = Segment(start, end, held.value, payer.value, sharing)
        pieces.append(piece)
    assert sum(piece.day_count for piece in pieces) == sum(days(run.start, run.end) for run in terms)
    return pieces


def _edges(runs: Iterable[Run[Value]]) -> Iterable[date]:
    return (edge for run in runs for edge in (run.start, run.end))


def _on(runs: Iterable[Run[Value]], day: date) -> Run[Value] | None:
    return next((run for run in runs if run.start <= day < run.end), None)


def _covers(runs: Sequence[Run[Value]], whole: Run[Terms]) -> bool:
    return len(runs) == 1 and runs[0].start <= whole.start and whole.end <= runs[0].end
