"""Commands and rules of cases, guarantees and support credits (8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from tests.model.business_hours import response_time
from tests.model.cases import Case, Credit
from tests.model.catalogue import BUSINESS_HOURS, PLANS, Guarantee
from tests.model.days import days_of, first_day, later, period_of, start_of
from tests.model.plans import known_plan
from tests.model.products import covered
from tests.model.records import CREDIT, SUPPORT, Line, Record
from tests.model.usage import AHEAD
from tests.model.world import Refused, World

CLAIM_DAYS = timedelta(days=30)  # 8.3


def record_cases(world: World, *, cases: list[dict[str, object]]) -> tuple[int, int]:
    """Cases are recorded, all or none; sent again they replace what was known (8.1). How many were new, and not."""
    made = [Case(**case) for case in cases]  # type: ignore[arg-type]
    for case in made:
        world.account(case.account)
    for case in made:
        if case.product and case.product not in world.terms:
            raise Refused("PRODUCT_NOT_FOUND")
    for case in made:
        if max(case.opened, case.answered or case.opened) > world.now + AHEAD:
            raise Refused("MOMENT_IN_FUTURE")
    for case in made:
        if not world.exists(case.account, world.day_of(case.opened)):
            raise Refused("MOMENT_OUTSIDE_ACCOUNT")
    replaced = sum((case.account, case.case) in world.cases for case in made)
    for case in made:
        world.cases[case.account, case.case] = case
    return len(made) - replaced, replaced


@dataclass(frozen=True)
class Average:
    """The cases of an owner, plan, version and priority opened in a month (8.2)."""

    owner: str
    plan: str
    version: int
    priority: int
    times: tuple[timedelta, ...]
    unanswered: int
    guarantee: Guarantee | None

    @property
    def seconds(self) -> Fraction:
        """The average response time."""
        total = sum(self.times, timedelta()) // timedelta(microseconds=1)
        return Fraction(total, 10**6 * len(self.times))

    @property
    def missed(self) -> bool:
        """Whether the guarantee is missed, compared exactly."""
        if self.guarantee is None:
            return False
        allowed = self.guarantee.minutes * 60
        return self.seconds >= allowed if self.guarantee.exclusive else self.seconds > allowed


def averages(world: World, month: str) -> list[Average]:
    """The averages of all owners in a month, with what is known now (8.2)."""
    groups: dict[tuple[str, str, int, int], list[Case]] = {}
    for case in world.cases.values():
        day = world.day_of(case.opened)
        if period_of(day) != month or not world.exists(case.account, day):
            continue
        if case.product and not covered(world, case.product, month):
            continue  # 8.6
        owner = world.owner(case.account, day)
        held = world.plans[owner][day]
        key = (owner, held.plan, world.version(held.plan, day).number, case.priority)
        groups.setdefault(key, []).append(case)
    return [_average(world, *key, cases) for key, cases in sorted(groups.items(), key=lambda pair: pair[0])]


def _average(world: World, owner: str, plan: str, version: int, priority: int, cases: list[Case]) -> Average:
    terms = next(known for known in world.versions[plan] if known.number == version)
    guarantee = dict(terms.guarantees).get(priority)
    clock = guarantee.clock if guarantee else BUSINESS_HOURS
    times = tuple(response_time(case.opened, max(case.answered or world.now, case.opened), clock) for case in cases)
    unanswered = sum(case.answered is None for case in cases)
    return Average(owner, plan, version, priority, times, unanswered, guarantee)


def claim_credit(
    world: World, *, account: str, month: str, plan: str, received: datetime | None = None, staff: bool = True
) -> Credit:
    """A credit is claimed once the month has ended, within 30 days (8.3), with what is known when it is filed."""
    world.account(account)
    known_plan(world, plan)
    if start_of(first_day(later(month)), world.zone) > (received or world.now):
        raise Refused("MONTH_NOT_ENDED")
    if received and not staff:
        raise Refused("NOT_PERMITTED")
    if world.day_of(received or world.now) > days_of(month)[-1] + CLAIM_DAYS:
        raise Refused("CLAIM_TOO_LATE")
    owners = {
        world.owner(account, day)
        for day in days_of(month)
        if world.exists(account, day) and world.plans[world.owner(account, day)][day].plan == plan
    }
    missed = {average.owner for average in averages(world, month) if average.plan == plan and average.missed}
    granted = {credit.owner for credit in world.credits if (credit.plan, credit.month) == (plan, month)}
    founded = sorted(owners & missed - granted)
    if not founded:
        raise Refused("CLAIM_REPEATED" if owners & granted else "CLAIM_UNFOUNDED")
    world.credits.append(Credit(founded[0], plan, month, len(world.closed)))
    return world.credits[-1]


def credited(world: World, credit: Credit, emitted: list[Record]) -> dict[str, int]:
    """What each payer was charged for the owner, plan and month, in cents, so far and by this closing (8.4)."""
    charged: dict[str, int] = {}
    for record in world.records + emitted:
        if (record.kind, record.party, record.period) == (SUPPORT, credit.owner, credit.month):
            cents = sum(line.cents for line in record.lines if line.item == credit.plan)
            charged[record.payer] = charged.get(record.payer, 0) + cents
    return {payer: cents for payer, cents in charged.items() if cents > 0}


def credit_records(world: World, period: str, emitted: list[Record]) -> list[Record]:
    """What a closing uses of credits: at most what the payer owes in it, oldest month first (8.5)."""
    owed: dict[str, int] = {}
    for record in emitted:
        owed[record.payer] = owed.get(record.payer, 0) + record.cents
    made = []
    for credit in _due(world, period):
        amounts = credit.amounts if credit.amounts is not None else credited(world, credit, emitted)
        for payer, cents in sorted(amounts.items()):
            left = cents - credit.used.get(payer, 0)
            use = min(left, max(owed.get(payer, 0), 0))
            if use > 0 and not lapsed(world, payer, period):
                owed[payer] -= use
                line = Line(credit.plan, -use, ((payer, -use),), (cents, cents - left))
                made.append(Record(CREDIT, payer, credit.owner, credit.month, period, (line,)))
    return made


def _due(world: World, period: str) -> list[Credit]:
    """The credits a closing applies, the oldest month first; decided: then the lower plan, then the lower owner."""
    due = [credit for credit in world.credits if credit.month <= period]
    return sorted(due, key=lambda credit: (credit.month, PLANS.index(credit.plan), credit.owner))


def lapsed(world: World, payer: str, period: str) -> bool:
    """Whether the payer's credits have lapsed (8.5). Decided: it no longer exists in the closing period."""
    return not any(world.exists(payer, day) for day in days_of(period))


def fix_amounts(world: World, period: str, emitted: list[Record]) -> None:
    """The closing fixes the amounts of the credits claimed before it, and notes what it used (8.4)."""
    for credit in _due(world, period):
        if credit.amounts is None:
            credit.amounts = credited(world, credit, emitted)
        for record in emitted:
            if (record.kind, record.party, record.period) == (CREDIT, credit.owner, credit.month):
                for line in record.lines:
                    if line.item == credit.plan:
                        credit.used[record.payer] = credit.used.get(record.payer, 0) - line.cents
