"""Holding and changing a plan (3.2 to 3.8, 3.11, 3.12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.errors import BillingError, Reason
from billing.holding import (
    Change,
    Held,
    Origin,
    change_plan,
    check_start_day,
    end_holding,
    first_charge_day,
    held_on,
    pending,
    since,
    until,
    withdraw,
)
from billing.period import ONE_DAY
from tests.rules.months import nth
from tests.rules.properties import thorough

SELF_SERVICE_PLANS = frozenset({"developer", "production", "business"})
TODAY = 15  # of June; all days here are numbers of it

DEVELOPER, PRODUCTION, BUSINESS, PERSONALIZED = "developer", "production", "business", "personalized"


class At(NamedTuple):
    """A plan from a day on, until the next of a list."""

    day: int
    plan: str
    origin: Origin = Origin.CHANGED
    by_staff: bool = False


def assigned(number: int, plan: str = DEVELOPER) -> At:
    """What an account gets at its creation."""
    return At(number, plan, Origin.ASSIGNED)


def corrected(number: int, plan: str) -> At:
    """What staff corrected (3.9)."""
    return At(number, plan, Origin.CORRECTED, by_staff=True)


def held(*runs: At, end: int | None = None) -> list[Held]:
    """Runs as they are stored, the last one open unless it has an end."""
    ends = [*(nth(run.day) for run in runs[1:]), None if end is None else nth(end)]
    return [
        Held(run.plan, nth(run.day), run_end, run.origin, run.by_staff, key)
        for key, (run, run_end) in enumerate(zip(runs, ends, strict=True), 1)
    ]


def shown(runs: Sequence[Held]) -> list[At]:
    """Runs as the tables write them."""
    return [At((run.start - nth(1)).days + 1, run.plan_id, run.origin, run.by_staff) for run in runs]


def contiguous(runs: Sequence[Held]) -> bool:
    """Whether no day between the first and the last is without a plan, or with two."""
    return all(a.end == b.start and a.start < b.start for a, b in pairwise(runs))


@dataclass(frozen=True)
class Ask:
    """A change that is asked for."""

    plan: str
    start: int
    staff: bool = False
    replace: bool = False

    def of(self, runs: Sequence[Held], today: int = TODAY) -> Change:
        """Ask an owner's runs for it."""
        return change_plan(
            runs,
            plan_id=self.plan,
            start_day=nth(self.start),
            today=nth(today),
            staff=self.staff,
            replace_pending=self.replace,
            self_service_plans=SELF_SERVICE_PLANS,
        )


# what an owner may hold on the 15th
FREE = [assigned(1)]
PAID = [assigned(1), At(5, PRODUCTION)]
STARTED_TODAY = [assigned(1), At(15, PRODUCTION)]
WAITING = [assigned(1), At(20, PRODUCTION)]
WAITING_AFTER_PAID = [assigned(1), At(5, PRODUCTION), At(20, BUSINESS)]
WAITING_BY_STAFF = [assigned(1), At(20, PRODUCTION, by_staff=True)]
ON_PERSONALIZED = [assigned(1), At(5, PERSONALIZED, by_staff=True)]


@pytest.mark.parametrize(
    ("runs", "ask", "expected"),
    [
        pytest.param(FREE, Ask(PRODUCTION, 15), [assigned(1), At(15, PRODUCTION)], id="3.2 upgrade today"),
        pytest.param(FREE, Ask(PRODUCTION, 31), [assigned(1), At(31, PRODUCTION)], id="3.2 upgrade later"),
        pytest.param(PAID, Ask(BUSINESS, 15), [*PAID, At(15, BUSINESS)], id="3.2 paid to paid"),
        pytest.param(PAID, Ask(DEVELOPER, 15), [*PAID, At(15, DEVELOPER)], id="3.6 cancel"),
        pytest.param(PAID, Ask(DEVELOPER, 31), [*PAID, At(31, DEVELOPER)], id="3.6 cancel later"),
        pytest.param([assigned(15)], Ask(PRODUCTION, 15), [At(15, PRODUCTION)], id="3.4 on the first day"),
        pytest.param(
            [assigned(1), At(5, PRODUCTION), assigned(15)],
            Ask(BUSINESS, 15),
            [assigned(1), At(5, PRODUCTION), At(15, BUSINESS)],
            id="3.4 on the day developer was assigned again",
        ),
        pytest.param(STARTED_TODAY, Ask(BUSINESS, 16), [*STARTED_TODAY, At(16, BUSINESS)], id="3.4 the day after"),
        pytest.param(
            WAITING, Ask(BUSINESS, 25, replace=True), [assigned(1), At(25, BUSINESS)], id="3.5 replace by a later"
        ),
        pytest.param(
            WAITING, Ask(BUSINESS, 17, replace=True), [assigned(1), At(17, BUSINESS)], id="3.5 replace by an earlier"
        ),
        pytest.param(
            WAITING, Ask(BUSINESS, 20, replace=True), [assigned(1), At(20, BUSINESS)], id="3.5 replace on its day"
        ),
        pytest.param(
            WAITING, Ask(PRODUCTION, 25, replace=True), [assigned(1), At(25, PRODUCTION)], id="3.5 put it off"
        ),
        pytest.param(
            WAITING, Ask(PRODUCTION, 15, replace=True), [assigned(1), At(15, PRODUCTION)], id="3.5 have it today"
        ),
        pytest.param(
            WAITING_AFTER_PAID,
            Ask(DEVELOPER, 20, replace=True),
            [*PAID, At(20, DEVELOPER)],
            id="3.5 the pending one is removed first, then 3.4 is checked",
        ),
        pytest.param(
            PAID, Ask(BUSINESS, 20, replace=True), [*PAID, At(20, BUSINESS)], id="3.5 nothing to replace"
        ),
        pytest.param(
            WAITING,
            Ask(BUSINESS, 15),
            [assigned(1), At(15, BUSINESS), At(20, PRODUCTION)],
            id="3.5 a change of today is not pending: the pending one stays",
        ),
        pytest.param(
            WAITING_BY_STAFF,
            Ask(BUSINESS, 25, staff=True, replace=True),
            [assigned(1), At(25, BUSINESS, by_staff=True)],
            id="3.5 staff replace what staff made",
        ),
        pytest.param(
            WAITING,
            Ask(BUSINESS, 25, staff=True, replace=True),
            [assigned(1), At(25, BUSINESS, by_staff=True)],
            id="3.5 staff replace what self-service made",
        ),
        pytest.param(
            ON_PERSONALIZED,
            Ask(BUSINESS, 15, staff=True),
            [*ON_PERSONALIZED, At(15, BUSINESS, by_staff=True)],
            id="3.8 staff can",
        ),
        pytest.param(
            FREE,
            Ask(PERSONALIZED, 20, staff=True),
            [assigned(1), At(20, PERSONALIZED, by_staff=True)],
            id="3.7 staff activate",
        ),
        pytest.param(
            [assigned(1), At(5, PERSONALIZED, by_staff=True), At(12, PRODUCTION, by_staff=True)],
            Ask(BUSINESS, 15),
            [assigned(1), At(5, PERSONALIZED, by_staff=True), At(12, PRODUCTION, by_staff=True), At(15, BUSINESS)],
            id="3.8 once personalized is over",
        ),
    ],
)  # fmt: skip
def test_3_2_to_3_8_a_change_is_made(runs: list[At], ask: Ask, expected: list[At]) -> None:
    before = held(*runs)
    change = ask.of(before)
    assert shown(change.held) == expected
    assert contiguous(change.held)
    assert change.held[-1].end is None
    check_difference(before, change)


def check_difference(before: Sequence[Held], change: Change) -> None:
    """What is superseded and what is recorded is exactly the difference; rows that stay are left alone."""
    assert change.recorded == [run for run in change.held if run.key is None]
    kept = [run for run in change.held if run.key is not None]
    assert [run for run in before if run.key not in change.superseded] == kept


@pytest.mark.parametrize(
    ("runs", "ask", "reason"),
    [
        pytest.param(PAID, Ask(PRODUCTION, 15), Reason.PLAN_ALREADY_HELD, id="3.2 held today"),
        pytest.param(PAID, Ask(PRODUCTION, 31), Reason.PLAN_ALREADY_HELD, id="3.2 held on that day"),
        pytest.param(FREE, Ask(DEVELOPER, 15, staff=True), Reason.PLAN_ALREADY_HELD, id="3.2 to staff too"),
        pytest.param(
            WAITING_AFTER_PAID,
            Ask(PRODUCTION, 25, replace=True),
            Reason.PLAN_ALREADY_HELD,
            id="3.2 held once the pending one is removed",
        ),
        pytest.param(STARTED_TODAY, Ask(BUSINESS, 15), Reason.PLAN_STARTED_THAT_DAY, id="3.4 started today"),
        pytest.param(STARTED_TODAY, Ask(DEVELOPER, 15), Reason.PLAN_STARTED_THAT_DAY, id="3.4 cancel on its first day"),
        pytest.param(
            STARTED_TODAY, Ask(BUSINESS, 15, staff=True), Reason.PLAN_STARTED_THAT_DAY, id="3.4 refused to staff too"
        ),
        pytest.param([At(15, PRODUCTION)], Ask(BUSINESS, 15), Reason.PLAN_STARTED_THAT_DAY, id="3.4 on the first day"),
        pytest.param(
            [assigned(1), At(15, PRODUCTION), At(20, BUSINESS)],
            Ask(DEVELOPER, 15, replace=True),
            Reason.PLAN_STARTED_THAT_DAY,
            id="3.4 started today, though the pending one is removed",
        ),
        pytest.param(
            [assigned(1), At(5, PRODUCTION), At(15, DEVELOPER)],
            Ask(BUSINESS, 15),
            Reason.PLAN_STARTED_THAT_DAY,
            id="3.4 developer that was changed to counts as started",
        ),
        pytest.param(WAITING, Ask(BUSINESS, 25), Reason.CHANGE_PENDING, id="3.5 a second, later"),
        pytest.param(WAITING, Ask(BUSINESS, 16), Reason.CHANGE_PENDING, id="3.5 a second, earlier"),
        pytest.param(WAITING, Ask(BUSINESS, 25, staff=True), Reason.CHANGE_PENDING, id="3.5 a second, by staff"),
        pytest.param(WAITING_BY_STAFF, Ask(BUSINESS, 25), Reason.CHANGE_PENDING, id="3.5 a second to one of staff"),
        pytest.param(
            WAITING_BY_STAFF, Ask(BUSINESS, 25, replace=True), Reason.CHANGE_MADE_BY_STAFF, id="3.5 staff's to replace"
        ),
        pytest.param(
            WAITING_BY_STAFF, Ask(BUSINESS, 15, replace=True), Reason.CHANGE_MADE_BY_STAFF, id="3.5 staff's, today"
        ),
        pytest.param(ON_PERSONALIZED, Ask(BUSINESS, 15), Reason.CONTACT_SUPPORT, id="3.8 today"),
        pytest.param(ON_PERSONALIZED, Ask(DEVELOPER, 40), Reason.CONTACT_SUPPORT, id="3.8 later"),
    ],
)  # fmt: skip
def test_3_2_to_3_8_a_change_is_refused(runs: list[At], ask: Ask, reason: Reason) -> None:
    before = held(*runs)
    with pytest.raises(BillingError) as refused:
        ask.of(before)
    assert refused.value.reason is reason
    assert before == held(*runs)


@pytest.mark.parametrize(
    ("runs", "ask", "first"),
    [
        pytest.param(WAITING, Ask(PRODUCTION, 20), Reason.CHANGE_PENDING, id="pending before already held"),
        pytest.param(WAITING, Ask(BUSINESS, 20), Reason.CHANGE_PENDING, id="pending before started that day"),
        pytest.param(
            [*ON_PERSONALIZED, At(20, PRODUCTION, by_staff=True)],
            Ask(BUSINESS, 18),
            Reason.CHANGE_PENDING,
            id="pending before contact support",
        ),
        pytest.param(
            [*ON_PERSONALIZED, At(20, PRODUCTION, by_staff=True)],
            Ask(BUSINESS, 18, replace=True),
            Reason.CHANGE_MADE_BY_STAFF,
            id="made by staff before contact support",
        ),
        pytest.param(
            [*PAID, At(20, BUSINESS, by_staff=True)],
            Ask(PRODUCTION, 25, replace=True),
            Reason.CHANGE_MADE_BY_STAFF,
            id="made by staff before already held",
        ),
        pytest.param(
            [*STARTED_TODAY, At(20, BUSINESS, by_staff=True)],
            Ask(DEVELOPER, 15, replace=True),
            Reason.CHANGE_MADE_BY_STAFF,
            id="made by staff before started that day",
        ),
        pytest.param(
            ON_PERSONALIZED, Ask(PERSONALIZED, 15), Reason.CONTACT_SUPPORT, id="contact support before already held"
        ),
        pytest.param(
            [assigned(1), At(15, PERSONALIZED, by_staff=True)],
            Ask(PRODUCTION, 15),
            Reason.CONTACT_SUPPORT,
            id="contact support before started that day",
        ),
        pytest.param(
            STARTED_TODAY, Ask(PRODUCTION, 15), Reason.PLAN_ALREADY_HELD, id="already held before started that day"
        ),
    ],
)
def test_3_2_to_3_8_of_several_refusals_the_first_is_told(runs: list[At], ask: Ask, first: Reason) -> None:
    with pytest.raises(BillingError) as refused:
        ask.of(held(*runs))
    assert refused.value.reason is first


def test_3_8_leaving_personalized_by_a_pending_change_self_service_may_go_on_from_its_day() -> None:
    runs = held(*ON_PERSONALIZED, At(16, PRODUCTION, by_staff=True))
    assert shown(Ask(BUSINESS, 17).of(runs, today=16).held)[-1] == At(17, BUSINESS)


def test_3_1_a_change_lasts_to_the_closing_day() -> None:
    before = held(*PAID, end=25)
    change = Ask(BUSINESS, 20).of(before)
    assert shown(change.held) == [*PAID, At(20, BUSINESS)]
    assert change.held[-1].end == nth(25)
    back, _ = withdraw(change.held, today=nth(TODAY), staff=False)
    assert back.held[-1].end == nth(25)


@pytest.mark.parametrize(
    ("today", "start", "allowed"),
    [
        (date(2026, 6, 15), date(2026, 6, 14), False),
        (date(2026, 6, 15), date(2026, 6, 15), True),
        (date(2026, 6, 15), date(2026, 6, 16), True),
        (date(2026, 6, 15), date(2027, 6, 15), True),
        (date(2026, 6, 15), date(2027, 6, 16), True),  # the 366th day
        (date(2026, 6, 15), date(2027, 6, 17), False),
        (date(2027, 6, 15), date(2028, 6, 15), True),  # 366 days over a leap day
        (date(2027, 6, 15), date(2028, 6, 16), False),
    ],
)
def test_3_2_a_plan_starts_today_or_at_most_366_days_ahead(today: date, start: date, allowed: bool) -> None:
    if allowed:
        check_start_day(start, today)
        return
    with pytest.raises(BillingError) as refused:
        check_start_day(start, today)
    assert (refused.value.reason, refused.value.field) == (Reason.DAY_OUT_OF_RANGE, "start_day")
    assert str(today) in refused.value.message
    assert str(today + timedelta(days=366)) in refused.value.message


@pytest.mark.parametrize(
    ("active", "free", "charged"),
    [
        (date(2026, 6, 1), False, date(2026, 7, 1)),
        (date(2026, 6, 15), False, date(2026, 7, 1)),
        (date(2026, 6, 30), False, date(2026, 7, 1)),
        (date(2026, 12, 31), False, date(2027, 1, 1)),
        (date(2026, 6, 15), True, None),
    ],
)
def test_3_2_the_first_charge_comes_on_the_first_of_the_next_month(
    active: date, free: bool, charged: date | None
) -> None:
    assert first_charge_day(active, free) == charged


@pytest.mark.parametrize(
    ("runs", "today", "waiting"),
    [
        (FREE, 15, None),
        (PAID, 15, None),
        (WAITING, 15, At(20, PRODUCTION)),
        (WAITING, 19, At(20, PRODUCTION)),
        (WAITING, 20, None),  # its day has come
        (STARTED_TODAY, 15, None),
        (WAITING_AFTER_PAID, 4, At(5, PRODUCTION)),
        ([*PAID, assigned(20)], 15, None),  # what is assigned was not asked for
    ],
)
def test_3_5_a_change_is_pending_until_its_day(runs: list[At], today: int, waiting: At | None) -> None:
    found = pending(held(*runs), nth(today))
    assert (shown([found])[0] if found else None) == waiting


@pytest.mark.parametrize(
    ("runs", "staff", "expected", "withdrawn"),
    [
        (WAITING, False, FREE, At(20, PRODUCTION)),
        (WAITING, True, FREE, At(20, PRODUCTION)),
        (WAITING_BY_STAFF, True, FREE, At(20, PRODUCTION, by_staff=True)),
        (WAITING_AFTER_PAID, False, PAID, At(20, BUSINESS)),
        ([*STARTED_TODAY, At(16, DEVELOPER)], False, STARTED_TODAY, At(16, DEVELOPER)),
    ],
)
def test_3_5_a_pending_change_is_withdrawn(runs: list[At], staff: bool, expected: list[At], withdrawn: At) -> None:
    before = held(*runs)
    change, waiting = withdraw(before, today=nth(TODAY), staff=staff)
    assert shown(change.held) == expected
    assert change.held[-1].end is None
    assert contiguous(change.held)
    assert shown([waiting]) == [withdrawn]
    check_difference(before, change)


@pytest.mark.parametrize(
    ("runs", "today", "staff", "reason"),
    [
        pytest.param(FREE, 15, False, Reason.NO_PENDING_CHANGE, id="none"),
        pytest.param(PAID, 15, True, Reason.NO_PENDING_CHANGE, id="none, to staff too"),
        pytest.param(WAITING, 20, False, Reason.NO_PENDING_CHANGE, id="its day has come"),
        pytest.param(STARTED_TODAY, 15, True, Reason.NO_PENDING_CHANGE, id="it started today"),
        pytest.param(WAITING_BY_STAFF, 15, False, Reason.CHANGE_MADE_BY_STAFF, id="made by staff"),
    ],
)
def test_3_5_what_can_not_be_withdrawn(runs: list[At], today: int, staff: bool, reason: Reason) -> None:
    with pytest.raises(BillingError) as refused:
        withdraw(held(*runs), today=nth(today), staff=staff)
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    ("runs", "end", "expected"),
    [
        pytest.param(FREE, 16, FREE, id="the only plan ends"),
        pytest.param(PAID, 16, PAID, id="earlier days stay"),
        pytest.param(WAITING, 16, FREE, id="a change pending from a later day on is dropped"),
        pytest.param(WAITING, 20, FREE, id="a change pending from that very day on is dropped"),
        pytest.param(WAITING, 21, WAITING, id="a change pending from an earlier day on stays"),
        pytest.param(WAITING_BY_STAFF, 16, FREE, id="staff's is dropped too"),
        pytest.param(WAITING_AFTER_PAID, 18, PAID, id="the plan before the pending one ends"),
    ],
)
def test_3_1_closing_ends_the_plan_and_drops_pending_changes(runs: list[At], end: int, expected: list[At]) -> None:
    before = held(*runs)
    change = end_holding(before, nth(end))
    assert shown(change.held) == expected
    assert change.held[-1].end == nth(end)
    assert contiguous(change.held)
    check_difference(before, change)


def test_3_1_an_earlier_closing_day_takes_the_place_of_a_later_one() -> None:
    change = end_holding(held(*WAITING_AFTER_PAID, end=25), nth(18))
    assert shown(change.held) == PAID
    assert change.held[-1].end == nth(18)


def test_3_11_a_closed_account_has_no_plan_from_its_closing_day_on() -> None:
    closed = end_holding(held(*WAITING), nth(18)).held
    assert [run.plan_id if run else None for run in (held_on(closed, nth(day)) for day in (17, 18, 20))] == [
        DEVELOPER,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("number", "plan"), [(0, None), (1, DEVELOPER), (4, DEVELOPER), (5, PRODUCTION), (19, PRODUCTION), (20, BUSINESS)]
)
def test_3_3_a_plan_holds_the_whole_of_its_start_day(number: int, plan: str | None) -> None:
    found = held_on(held(*WAITING_AFTER_PAID), nth(number))
    assert (found.plan_id if found else None) == plan


def test_3_12_since_when_and_until_when_a_plan_is_held_without_a_break() -> None:
    runs = held(
        assigned(1),
        At(5, PRODUCTION),
        corrected(10, PRODUCTION),
        At(15, PRODUCTION),
        At(20, BUSINESS),
        At(25, PRODUCTION),
    )
    spans = [(since(runs, run), until(runs, run)) for run in runs]
    assert spans == [
        (nth(1), nth(5)),
        (nth(5), nth(20)),
        (nth(5), nth(20)),
        (nth(5), nth(20)),
        (nth(20), nth(25)),
        (nth(25), None),
    ]
    assert [(since(runs[::-1], run), until(runs[::-1], run)) for run in runs] == spans  # in whatever order


@dataclass
class Owner:
    """An owner by day: for each day to come the plan, as somebody with a calendar would write it down."""

    today: date
    runs: list[Held]
    calendar: dict[date, str] = field(default_factory=dict)

    LAST = nth(500)

    def note(self, start: date, end: date, plan: str) -> None:
        """Write a plan into the calendar."""
        while start < end:
            self.calendar[start] = plan
            start += ONE_DAY

    def check(self) -> None:
        """The runs say what the calendar says, and can be stored."""
        assert contiguous(self.runs)
        assert self.runs[-1].end is None
        for day, plan in self.calendar.items():
            run = held_on(self.runs, day)
            assert run is not None
            assert run.plan_id == plan
        assert sum(run.start > self.today and run.origin is Origin.CHANGED for run in self.runs) <= 1
        assert all(a.plan_id != b.plan_id for a, b in pairwise(self.runs)), "a change to the plan already held (3.2)"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["change", "change", "withdraw", "wait"]),
        st.sampled_from([DEVELOPER, PRODUCTION, BUSINESS, PERSONALIZED]),
        st.integers(0, 20),
        st.booleans(),
        st.booleans(),
    ),
    max_size=15,
)


@thorough
@given(STEPS)
def test_3_5_whatever_is_asked_each_day_has_one_plan(steps: list[tuple[str, str, int, bool, bool]]) -> None:
    owner = Owner(nth(1), held(assigned(1)))
    owner.note(owner.today, Owner.LAST, DEVELOPER)
    for step, plan, ahead, staff, replacing in steps:
        if step == "wait":
            owner.today += timedelta(days=ahead)
            owner.check()
            continue
        waiting = pending(owner.runs, owner.today)
        try:
            if step == "withdraw":
                change, undone = withdraw(owner.runs, today=owner.today, staff=staff)
                assert undone == waiting
            else:
                start = owner.today + timedelta(days=ahead)
                change = change_plan(
                    owner.runs,
                    plan_id=plan,
                    start_day=start,
                    today=owner.today,
                    staff=staff,
                    replace_pending=replacing,
                    self_service_plans=SELF_SERVICE_PLANS,
                )
        except BillingError:
            owner.check()
            continue
        check_difference(owner.runs, change)
        gone = waiting is not None and (step == "withdraw" or replacing)
        if gone and waiting is not None:
            owner.note(waiting.start, Owner.LAST, owner.calendar[waiting.start - ONE_DAY])
        if step == "change":
            owner.note(start, Owner.LAST if waiting is None or gone else waiting.start, plan)
        owner.runs = [replace(run, key=number) for number, run in enumerate(change.held, 1)]
        owner.check()


@thorough
@given(
    st.sampled_from([FREE, PAID, STARTED_TODAY, [assigned(15)], ON_PERSONALIZED]),
    st.sampled_from([DEVELOPER, PRODUCTION, BUSINESS]),
    st.integers(16, 381),
    st.none() | st.integers(400, 500),
)
def test_3_5_withdrawing_undoes_a_change(runs: list[At], plan: str, start: int, end: int | None) -> None:
    before = held(*runs, end=end)
    try:
        change = Ask(plan, start, staff=True).of(before)
    except BillingError as refused:
        assert refused.reason is Reason.PLAN_ALREADY_HELD  # noqa: PT017 - others are no part of this property
        return
    back, waiting = withdraw(change.held, today=nth(TODAY), staff=True)
    assert (waiting.plan_id, waiting.start) == (plan, nth(start))
    assert [replace(run, key=None) for run in back.held] == [replace(run, key=None) for run in before]


@thorough
@given(st.sampled_from([WAITING, WAITING_AFTER_PAID]), st.sampled_from([DEVELOPER, BUSINESS]), st.integers(16, 40))
def test_3_5_replacing_is_withdrawing_and_changing(runs: list[At], plan: str, start: int) -> None:
    before = held(*runs)
    ask = Ask(plan, start)
    back, _ = withdraw(before, today=nth(TODAY), staff=False)
    outcomes: list[list[At] | Reason] = []
    for attempt, given_runs in ((replace(ask, replace=True), before), (ask, back.held)):
        try:
            outcomes.append(shown(attempt.of(given_runs).held))
        except BillingError as refused:
            outcomes.append(refused.reason)
    assert outcomes[0] == outcomes[1]


def test_a_change_replaces_what_a_correction_left_of_later_days() -> None:
    """3.3, 3.9: from its day on it holds; only a change that is pending bounds it."""
    runs = held(assigned(1), corrected(TODAY, PRODUCTION), assigned(TODAY + 8))
    change = change_plan(
        runs,
        plan_id=BUSINESS,
        start_day=nth(TODAY + 2),
        today=nth(TODAY),
        staff=False,
        replace_pending=False,
        self_service_plans=SELF_SERVICE_PLANS,
    )
    assert shown(change.held) == [assigned(1), corrected(TODAY, PRODUCTION), At(TODAY + 2, BUSINESS)]
    assert change.held[-1].end is None
