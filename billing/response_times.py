"""Response times (8.1, 8.2): how long cases waited for their first answer, and which guarantees were missed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum

import numpy as np

from billing.business_hours import BusinessHours, Micros, micros_of
from billing.catalogue import Catalogue, Guarantee, PlanVersion
from billing.money import round_half_away

MINUTE_MICROS = 60_000_000


class GuaranteeClock(IntEnum):
    """On which clock a response time runs, numbered as in the contract and the store."""

    BUSINESS_HOURS = 1
    AROUND_THE_CLOCK = 2


@dataclass(frozen=True, slots=True)
class CountedCase:
    """A case that counts, with the plan in force where and when it was opened.

    Attributes:
        owner_key: who held the plan of its account on the day it was opened.
        plan_id: that plan.
        open_day: the day in the billing zone.
        priority: 1 to 3.
        open_micros, answer_micros: when it was opened and first answered; None while it is not.
    """

    owner_key: int
    plan_id: str
    open_day: date
    priority: int
    open_micros: int
    answer_micros: int | None


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """The response times of the cases of an owner, plan, version and priority (8.2).

    Attributes:
        owner_key: who held the plan.
        version: the version in force when they were opened.
        priority: 1 to 3.
        case_count, unanswered_count: how many cases, and how many of them are not answered.
        guarantee: None when the version gives none for the priority.
        total_micros: the sum of the times on the guarantee's clock; 0 without one.
    """

    owner_key: int
    version: PlanVersion
    priority: int
    case_count: int
    unanswered_count: int
    guarantee: Guarantee | None
    total_micros: int

    @property
    def average_seconds(self) -> Decimal | None:
        """The average, rounded to 6 decimal places; None without a guarantee."""
        if self.guarantee is None:
            return None
        return Decimal(round_half_away(self.total_micros, self.case_count)).scaleb(-6)

    @property
    def missed(self) -> bool:
        """Whether the guarantee is missed: exceeded, or reached where that misses it already (8.2). Exact."""
        if self.guarantee is None:
            return False
        allowed = self.guarantee.response_minutes * MINUTE_MICROS * self.case_count
        return self.total_micros >= allowed if self.guarantee.exclusive else self.total_micros > allowed


def response_times(
    cases: Iterable[CountedCase], plans: Catalogue, hours: BusinessHours, now: datetime
) -> list[ResponseTime]:
    """The response times of some cases by owner, plan, version and priority.

    Args:
        cases: those that count.
        plans: the catalogue, for the versions in force and their guarantees.
        hours: business hours.
        now: the moment of asking, up to which unanswered cases count (8.1).

    Returns:
        One entry per owner, plan, version and priority that has a case: by owner, then as in the catalogue.
    """
    grouped: dict[tuple[int, str, int, int], list[CountedCase]] = {}
    versions: dict[tuple[str, date], PlanVersion] = {}
    for case in cases:
        day = case.plan_id, case.open_day
        if day not in versions:
            versions[day] = plans.plans[case.plan_id].on(case.open_day)
        key = case.owner_key, case.plan_id, versions[day].number, case.priority
        grouped.setdefault(key, []).append(case)
    ranks = {plan_id: rank for rank, plan_id in enumerate(plans.plans)}
    return [
        _response_time(versions[grouped[key][0].plan_id, grouped[key][0].open_day], grouped[key], hours, now)
        for key in sorted(grouped, key=lambda key: (key[0], ranks[key[1]], key[2], key[3]))
    ]


def _response_time(
    version: PlanVersion, cases: Sequence[CountedCase], hours: BusinessHours, now: datetime
) -> ResponseTime:
    first = cases[0]
    guarantee = next((each for each in version.guarantees if each.priority == first.priority), None)
    return ResponseTime(
        owner_key=first.owner_key,
        version=version,
        priority=first.priority,
        case_count=len(cases),
        unanswered_count=sum(case.answer_micros is None for case in cases),
        guarantee=guarantee,
        total_micros=_total(cases, guarantee, hours, micros_of(now)) if guarantee else 0,
    )


def _total(cases: Sequence[CountedCase], guarantee: Guarantee, hours: BusinessHours, now_micros: int) -> int:
    opened: Micros = np.array([case.open_micros for case in cases], dtype=np.int64)
    answered: Micros = np.array(
        [now_micros if case.answer_micros is None else case.answer_micros for case in cases], dtype=np.int64
    )
    answered = np.maximum(answered, opened)  # a case may have been opened minutes ahead of our clock
    if guarantee.clock == GuaranteeClock.BUSINESS_HOURS:
        return sum(hours.elapsed(opened, answered).tolist())  # Python's integers: many cases leave 64 bits
    return sum((answered - opened).tolist())
